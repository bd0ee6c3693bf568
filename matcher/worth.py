"""What a measure is worth to one enterprise: a range in yuan, and what it was computed from.

A fact that is not known widens the range or leaves it open; it is never guessed. The true amount is always inside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from corpus.benefits import BASES
from corpus.fields import registry
from corpus.model import All, Amount, Benefit, Cut, Each, Fixed, Measure, Rate, Rule, Tiers, Words
from corpus.published import figure_on
from corpus.quantity import format_yuan
from matcher.answer import HUGE, value_words
from matcher.cases import outcomes
from matcher.evaluate import evaluate
from matcher.judge import judge
from matcher.known import Facts, Missing
from matcher.truth import ELIGIBLE, INELIGIBLE, Verdict

# What is lent, put in as capital or put off is not money had: it is estimated, and left out of every total.
NOT_MONEY = ("loan", "equity", "deferral")
_PER_YEAR = 12
MOST_WORLDS = 256
"""Cases of unknown facts gone through for the tiers of one measure; beyond that each tier counts as free of the others."""


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
    rule: Rule = field(default_factory=All)


def estimate(measure: Measure, basis: Basis) -> Estimate:
    """What `measure` brings the enterprise if it is awarded: where facts are unknown, only what its rule allows counts."""
    basis = replace(basis, rule=measure.rule)
    benefit = measure.benefit
    if benefit is None:
        return Estimate(how="原文没有写明支持标准")
    if benefit.amount is None:
        return Estimate(how=benefit.text or "不以金额计")
    whole = _over_time(benefit, _amount(benefit.amount, basis, benefit))
    whole = _capped(benefit, whole)
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


def _capped(benefit: Benefit, whole: Range) -> Range:
    """The range within the benefit's ceilings. Where one enterprise may have more than one project, a project's bounds only what
    is sure: how many projects there are is not known.
    """
    own = getattr(benefit.amount, "cap", None)
    widest = max([own or 0.0, *(cap.amount for cap in benefit.caps if cap.per not in ("project", "principal"))])
    for cap in benefit.caps:
        if cap.per == "project" and cap.amount < widest:
            low = None if whole.low is None else min(whole.low, cap.amount)
            whole = Range(low, whole.high, f"{whole.how}，每个项目封顶 {yuan(cap.amount)}", whole.missing)
        elif cap.per != "principal":
            most = _yearly_cap(benefit, cap.amount) if cap.per == "year" else cap.amount
            whole = _note(whole.capped(most), cap.amount)
    return whole


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
    if rate.times is not None:
        times = _base(rate.times, basis)
        result = Range(
            _product(result.low, times.low),
            _product(result.high, times.high),
            f"{result.how} × {times.how}",
            tuple(dict.fromkeys((*result.missing, *times.missing))),
        )
    if rate.floor is not None:
        low = max(result.low or 0.0, rate.floor)
        high = None if result.high is None else max(result.high, rate.floor)
        result = Range(low, high, f"{result.how}，不低于 {yuan(rate.floor)}", result.missing)
    return result if rate.cap is None else _note(result.capped(rate.cap), rate.cap)


def _tiers(tiers: Tiers, basis: Basis, benefit: Benefit) -> Range:
    """The hull of the tiers that could be the one."""
    findings = [evaluate(tier.when, basis.facts) for tier in tiers.tiers]
    chosen = _possible(tiers, [finding.verdict for finding in findings], basis)
    ranges = {i: _amount(tiers.tiers[i].amount, basis, benefit) for way in chosen for i in way}
    if not ranges:
        return Range(0.0, 0.0, "各档均不符合")
    # A way without a tier is nothing; of several that hold, the highest amount is had.
    ways = [[ranges[i] for i in way] or [Range(0.0, 0.0)] for way in chosen]
    had = sum if tiers.pick == "sum" else max
    lows = [_had_low(way, had) for way in ways]
    highs = [None if any(r.high is None for r in way) else had([r.high or 0.0 for r in way]) for way in ways]
    unsettled = (m for i in ranges for m in findings[i].missing())
    missing = dict.fromkeys((*unsettled, *(m for r in ranges.values() for m in r.missing)))
    return Range(
        None if None in lows else min(low for low in lows if low is not None),
        None if None in highs else max(high for high in highs if high is not None),
        (" ＋ " if tiers.pick == "sum" else " 或 ").join(dict.fromkeys(ranges[i].how for i in sorted(ranges))),
        tuple(missing),
    )


def _had_low(way: Sequence[Range], had: Callable[[list[float]], float]) -> float | None:
    known = [r.low for r in way if r.low is not None]
    return had(known) if known else None


def _possible(tiers: Tiers, verdicts: list[Verdict], basis: Basis) -> set[tuple[int, ...]]:
    """The sets of tiers, each a way it could come out, that would be looked at: one for `first`, else all that hold."""
    settled = all(verdict.settled for verdict in verdicts)
    worlds = None if settled else _worlds(tiers, basis)
    if worlds is not None:
        holding = {tuple(i for i, holds in enumerate(world) if holds) for world in worlds}
        return {way[:1] for way in holding} if tiers.pick == "first" else holding
    sure = tuple(i for i, verdict in enumerate(verdicts) if verdict is ELIGIBLE)
    open_ones = tuple(i for i, verdict in enumerate(verdicts) if verdict is not INELIGIBLE)
    if tiers.pick != "first":
        return {sure, open_ones}
    before: set[tuple[int, ...]] = {(i,) for i in open_ones if not sure or i <= sure[0]}
    return before if sure else before | {()}


def _worlds(tiers: Tiers, basis: Basis) -> list[tuple[bool, ...]] | None:
    """Which tiers hold in each case that agrees with what is known and, if that can be, with the measure's own rule."""
    facts = basis.facts
    whens = [tier.when for tier in tiers.tiers]
    for rules in ([basis.rule, *whens], [All(), *whens]):
        found = outcomes(rules, facts.as_of, lambda atom: judge(atom, facts), MOST_WORLDS)
        if found is not None and found[0].any():
            return list(
                {tuple(map(bool, world)) for world in zip(*(rule[found[0]] for rule in found[1:]), strict=True)}
            )
    return None


def _base(of: str, basis: Basis) -> Range:
    """What a share is taken of, with its words; open upwards where it is not known, and never below nothing."""
    prefix, colon, rest = of.partition(":")
    if not colon:
        return _fact(of, basis.facts)
    if prefix == "parameter" and rest in basis.parameters:
        value = basis.parameters[rest]
        return Range(value, value, f"{rest} {yuan(value)}")
    if prefix == "parameter" and (figure := figure_on(rest, basis.facts.as_of, basis.facts.word("region"))):
        sums = yuan(figure.low) if figure.low == figure.high else f"{yuan(figure.low)}至 {yuan(figure.high)}"
        return Range(figure.low, figure.high, f"{rest} {sums}（{figure.source}，{figure.since} 起）")
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


def _product(one: float | None, other: float | None) -> float | None:
    """One end times another, neither negative; nothing of what is open is nothing."""
    if one is None or other is None:
        return 0.0 if 0.0 in (one, other) else None
    return one * other


def _over(number: float | None, above: float) -> float | None:
    return None if number is None else max(0.0, number - above)


def _how(of: Range, how: str) -> Range:
    return Range(of.low, of.high, how, of.missing)


def _note(of: Range, cap: float) -> Range:
    return _how(of, f"{of.how}，封顶 {yuan(cap)}")


def _round(number: float | None) -> float | None:
    """To the fen: floating dust (0.07 × 100 = 7.000000000000001) is not money."""
    return None if number is None else round(number, 2)


def worth_words(worth: Estimate) -> str:
    """A worth in Chinese: one sum, a range, at least or at most, or the words it was given in."""
    low, high = worth.low, worth.high
    if low is None and high is None:
        return worth.how
    if high is None:
        return f"{yuan(low)}以上" if low else f"金额待定：{worth.how}"
    if low == high:
        return yuan(high)
    return f"最高 {yuan(high)}" if not low else f"{yuan(low)}至 {yuan(high)}"
