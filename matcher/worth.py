"""What a measure is worth to one enterprise: a range in yuan, and what it was computed from.

A fact that is not known widens the range or leaves it open; it is never guessed. The true amount is always inside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from corpus.benefits import BASES
from corpus.fields import registry
from corpus.model import Amount, Benefit, Cut, Each, Fixed, Measure, Rate, Tiers, Words
from corpus.quantity import format_yuan
from matcher.answer import HUGE, value_words
from matcher.evaluate import evaluate
from matcher.known import Facts, Missing
from matcher.truth import ELIGIBLE, INELIGIBLE, Verdict

# What is lent, put in as capital or put off is not money had: it is estimated, and left out of every total.
NOT_MONEY = ("loan", "equity", "deferral")
_PER_YEAR = 12


@dataclass(frozen=True, slots=True)
class Range:
    """A range of yuan, both ends possible; an end that is None is open."""

    low: float | None
    high: float | None
    how: str = ""
    missing: tuple[Missing, ...] = ()

    def scaled(self, by: float) -> Range:
        """The range `by` times over (`by` not negative)."""
        return Range(_times(self.low, by), _times(self.high, by), self.how, self.missing)

    def capped(self, cap: float) -> Range:
        """The range with no more than `cap`."""
        low = None if self.low is None else min(self.low, cap)
        return Range(low, cap if self.high is None else min(self.high, cap), self.how, self.missing)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a measure brings: `low` to `high` yuan (None: open, or not a matter of money), `how` in Chinese.

    `money` says whether it counts in a total; `missing` are the facts that would narrow it.
    """

    low: float | None = None
    high: float | None = None
    how: str = ""
    money: bool = False
    missing: tuple[Missing, ...] = ()

    def to_json(self) -> dict[str, float | str | None]:
        return {"low": self.low, "high": self.high, "how": self.how}


Award = Callable[[str], "tuple[Verdict, Estimate] | None"]


def no_award(_measure_id: str) -> None:
    """The award of a measure that is not at hand."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What an estimate is computed from: facts, other measures' awards, and published figures by name, in yuan."""

    facts: Facts
    award: Award = no_award
    parameters: Mapping[str, float] = field(default_factory=dict)


def estimate(measure: Measure, basis: Basis) -> Estimate:
    """What `measure` brings the enterprise if it is awarded."""
    benefit = measure.benefit
    if benefit is None:
        return Estimate(how="原文没有写明支持标准")
    if benefit.amount is None:
        return Estimate(how=benefit.text or "不以金额计")
    whole = _over_time(benefit, _amount(benefit.amount, basis, benefit))
    for cap in benefit.caps:
        if cap.per != "principal":
            whole = _note(
                whole.capped(_yearly_cap(benefit, cap.amount) if cap.per == "year" else cap.amount), cap.amount
            )
    how = whole.how
    low = whole.low
    if benefit.discretion:
        low = None if low is None else 0.0
        how = f"{how}（{benefit.discretion}）"
    return Estimate(_round(low), _round(whole.high), how, benefit.kind not in NOT_MONEY, whole.missing)


def depends_on_facts(measure: Measure) -> bool:
    """Whether what `measure` brings can differ between enterprises."""
    amount = measure.benefit.amount if measure.benefit else None
    return not isinstance(amount, (Fixed, Words, type(None)))


def _over_time(benefit: Benefit, once: Range) -> Range:
    """The range over the benefit's whole time: shares by year add up, months and years count where it is so paid."""
    if benefit.by_year:
        words = "、".join(f"第{i}年 {share:.0%}" for i, share in enumerate(benefit.by_year, 1))
        return _how(once.scaled(sum(benefit.by_year)), f"{once.how}；分年 {words}")
    if benefit.months is None or benefit.frequency == "once":
        return once
    if benefit.frequency == "monthly":
        return _how(once.scaled(benefit.months), f"{once.how} × {benefit.months} 个月")
    if benefit.frequency == "yearly":
        years = benefit.months / _PER_YEAR
        return _how(once.scaled(years), f"{once.how} × {years:g} 年")
    # Paid once or month by month: the words leave it open.
    longest = once.scaled(benefit.months)
    return Range(once.low, longest.high, f"{once.how}，期限 {benefit.months} 个月", once.missing)


def _yearly_cap(benefit: Benefit, cap: float) -> float:
    if benefit.by_year:
        return cap * len(benefit.by_year)
    return cap * -(-benefit.months // _PER_YEAR) if benefit.months and benefit.frequency != "once" else cap


# ---------------------------------------------------------------- amounts


def _amount(amount: Amount, basis: Basis, benefit: Benefit) -> Range:
    match amount:
        case Fixed(value):
            return Range(value, value, yuan(value))
        case Rate():
            return _rate(amount, basis, benefit)
        case Each(each, of, cap):
            base = _base(of, basis)
            whole = _how(base.scaled(each), f"{base.how} × 每{_unit(of)} {yuan(each)}")
            return whole if cap is None else _note(whole.capped(cap), cap)
        case Cut(cut, of):
            base = _base(of, basis)
            return _how(base.scaled(cut), f"{base.how}{'全免' if cut == 1 else f'减 {_percent(cut)}'}")
        case Words(text):
            return Range(None, None, text)
        case Tiers():
            return _tiers(amount, basis, benefit)


def _rate(rate: Rate, basis: Basis, benefit: Benefit) -> Range:
    base = _base(rate.of, basis)
    up_to = [cap.amount for cap in benefit.caps if cap.per == "principal"]
    up_to += [] if rate.up_to is None else [rate.up_to]
    part, how = base, base.how
    if up_to:
        part = part.capped(min(up_to))
        how += f"（计到 {yuan(min(up_to))}）"
    if rate.above is not None:
        part = Range(_over(part.low, rate.above), _over(part.high, rate.above))
        how += f"超过 {yuan(rate.above)}的部分"
    share = _percent(rate.low) if rate.low == rate.high else f"{_percent(rate.low)}至{_percent(rate.high)}"
    result = Range(_times(part.low, rate.low), _times(part.high, rate.high), f"{how} × {share}", base.missing)
    if rate.floor is not None:
        low = max(result.low or 0.0, rate.floor)
        high = None if result.high is None else max(result.high, rate.floor)
        result = Range(low, high, f"{result.how}，不低于 {yuan(rate.floor)}", result.missing)
    return result if rate.cap is None else _note(result.capped(rate.cap), rate.cap)


def _tiers(tiers: Tiers, basis: Basis, benefit: Benefit) -> Range:
    """The hull of the tiers that could be the one: settled ones alone where they decide it."""
    found: list[tuple[Verdict, Range]] = []
    missing: list[Missing] = []
    for tier in tiers.tiers:
        finding = evaluate(tier.when, basis.facts)
        if finding.verdict is INELIGIBLE:
            continue
        missing += finding.missing()
        found.append((finding.verdict, _amount(tier.amount, basis, benefit)))
        if finding.verdict is ELIGIBLE and tiers.pick == "first":
            break
    missing += [m for _, r in found for m in r.missing]
    if not found:
        return Range(0.0, 0.0, "各档均不符合")
    how = " 或 ".join(dict.fromkeys(r.how for _, r in found))
    sure = [r for verdict, r in found if verdict is ELIGIBLE]
    possible = [r for _, r in found]
    high = None if any(r.high is None for r in possible) else max(r.high for r in possible if r.high is not None)
    if not sure:
        low: float | None = 0.0
    elif tiers.pick == "highest":
        lows = [r.low for r in sure if r.low is not None]
        low = max(lows) if lows else None
    else:
        low = None if any(r.low is None for r in possible) else min(r.low for r in possible if r.low is not None)
    return Range(low, high, how, tuple(dict.fromkeys(missing)))


def _base(of: str, basis: Basis) -> Range:
    """What a share is taken of, with its words; open upwards where it is not known, and never below nothing."""
    prefix, colon, rest = of.partition(":")
    if not colon:
        return _fact(of, basis.facts)
    if prefix == "parameter" and rest in basis.parameters:
        value = basis.parameters[rest]
        return Range(value, value, f"{rest} {yuan(value)}")
    if prefix == "measure" and (award := basis.award(rest)) is not None:
        verdict, worth = award
        low = worth.low if verdict is ELIGIBLE else 0.0
        return Range(low, worth.high, f"事项 {rest} 的所得（{worth.how}）", worth.missing)
    asked = (Missing("manual", what=rest),) if prefix == "manual" else ()
    return Range(0.0, None, f"{rest}（{BASES[prefix]}，待填）" if prefix == "manual" else f"{rest}（未知）", asked)


def _fact(name: str, facts: Facts) -> Range:
    known = registry()[name]
    year = facts.as_of.year - 1 if known.by_year else None
    value = facts.number(name, year) if known.type == "number" else None
    label = f"{known.label}（{year}年）" if year else known.label
    if value is None:
        return Range(0.0, None, f"{label}（未知）", facts.wanting(name, year))
    base = max(value, 0.0)
    return Range(base, base, f"{label} {value_words(known, value)}")


# ---------------------------------------------------------------- small things


def yuan(amount: float) -> str:
    """A sum in Chinese; one beyond any treasury by its magnitude."""
    return format_yuan(amount) if abs(amount) < HUGE else f"{amount:.3e} 元"


def _unit(of: str) -> str:
    known = registry().get(of)
    return known.unit if known and known.unit else "份"


def _percent(share: float) -> str:
    return f"{share * 100:.6g}%"


def _times(number: float | None, by: float) -> float | None:
    """`number` times `by`; nothing of what is open is nothing."""
    return (0.0 if by == 0 else None) if number is None else number * by


def _over(number: float | None, above: float) -> float | None:
    return None if number is None else max(0.0, number - above)


def _how(of: Range, how: str) -> Range:
    return Range(of.low, of.high, how, of.missing)


def _note(of: Range, cap: float) -> Range:
    return _how(of, f"{of.how}，封顶 {yuan(cap)}")


def _round(number: float | None) -> float | None:
    """To the fen: floating dust (0.07 × 100 = 7.000000000000001) is not money."""
    return None if number is None else round(number, 2)
