"""What one condition asks, what we know, and how far off it is: in numbers and in Chinese."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import ceil
from typing import Any as Json

from corpus.codes import industries, regions
from corpus.fields import Field, registry
from corpus.model import Bounds, Condition, EventWindow, Value
from corpus.quantity import format_value
from matcher.derived import DERIVATIONS, age_reached
from matcher.facts import Happened
from matcher.judge import asked_members, exactly, judge, period_of, rank_of, years_of
from matcher.known import Facts, Missing
from matcher.operators import COMPARISONS, EVENT_TESTS, HOLDING, MEMBERSHIPS, SET_TESTS, as_names, as_window
from matcher.truth import ELIGIBLE, INELIGIBLE, UNKNOWN, Verdict

HUGE = 1e18
"""From here on a number is shown by its magnitude: such a figure is a mistake or a ratio to next to nothing."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A condition's verdict with its grounds.

    `have` is the fact as JSON (None: not known); `gap` the distance in the field's base unit (days for dates, steps for
    ordered fields), None where it cannot be counted; `missing` the facts that could still change this verdict; `how`
    says how a derived fact was derived; `reached_on` the day on which time alone will bring it about.
    """

    verdict: Verdict
    asks: str
    have: Json
    have_words: str
    gap: float | None = None
    gap_words: str = ""
    missing: tuple[Missing, ...] = ()
    how: str | None = None
    reached_on: date | None = None

    def reason(self, negated: bool = False) -> str:
        """One sentence: what is asked, what we know, how far off; for a condition that must not hold, so said."""
        asks = f"须不符合“{self.asks}”" if negated else f"要求{self.asks}"
        how = f"（{self.how}）" if self.how else ""
        if self.verdict is UNKNOWN:
            wanting = "、".join(dict.fromkeys(missing_words(missing) for missing in self.missing))
            known = f"；已知{self.have_words}{how}" if self.have is not None else ""
            return f"{asks}{known}；尚缺：{wanting}"
        gap = f"，{self.gap_words}" if self.gap_words and not negated else ""
        return f"{asks}；已知{self.have_words}{how}{gap}"


def answer(condition: Condition, facts: Facts, place: str | None = None, verdict: Verdict | None = None) -> Answer:
    """`condition` on the day of `facts`, with its grounds; `place` as in `judge`, `verdict` where that has judged."""
    field = registry()[condition.field]
    if verdict is None:
        verdict = judge(condition, facts, place)
    match field.type:
        case "number":
            return _number(condition, field, facts, verdict)
        case "set":
            return _set(condition, field, facts, verdict)
        case "event":
            return _event(condition, facts, verdict)
        case "manual":
            return _manual(condition, facts, verdict, place)
        case "date":
            return _date(condition, field, facts, verdict)
        case "ordered":
            return _ordered(condition, field, facts, verdict)
        case _:
            return _word(condition, field, facts, verdict)


# ---------------------------------------------------------------- what is asked


@lru_cache(maxsize=1 << 16)
def asks(condition: Condition, as_of: date) -> str:
    """What `condition` asks, in Chinese, with the years its period means on `as_of`."""
    field = registry()[condition.field]
    value, op = condition.value, condition.op
    if field.type == "manual":
        return str(value)
    if field.type == "event":
        window = as_window(value)
        return EVENT_TESTS[op].words.format(need=f"“{window.event}”", window=_window(window))
    if field.type == "set":
        verb, absent = HOLDING[field.name]
        return SET_TESTS[op].words.format(verb=verb, absent=absent, need=_several(asked_members(condition), op))
    label = field.label
    if field.by_year:
        period = period_of(condition, field)
        label += f"（{period.words(as_of)}）" if period.how == "one" else period.words(as_of)
    if op in MEMBERSHIPS:
        names = [value_words(field, name) for name in as_names(value)]
        return MEMBERSHIPS[op].words.format(label=label, need=_several(names, op))
    need: Value | None = value
    if isinstance(value, Bounds) and (value.low is None) != (value.high is None):
        op, need = ("le", value.high) if value.low is None else ("ge", value.low)
    comparison = COMPARISONS[op]
    template = comparison.date_words if field.type == "date" else comparison.words
    return template.format(label=label, need=value_words(field, need))


def _several(words: Iterable[str], op: str) -> str:
    words = list(words)
    joined = "、".join(words)
    if len(words) == 1:
        return joined
    return {"has_all": f"{joined}（全部）", "lacks": joined, "not_in": joined, "not_within": joined}.get(
        op, f"{joined}之一"
    )


def _window(window: EventWindow) -> str:
    if window.start is None and window.end is None:
        return "任一天"
    if window.end is None:
        return f"{window.start}以来"
    return f"{window.end}以前" if window.start is None else f"{window.start}至{window.end}"


@lru_cache(maxsize=1 << 16)
def value_words(field: Field, value: Value | None) -> str:
    """A value of `field` in Chinese: amounts in 万元, shares in %, codes by name."""
    match value:
        case None:
            return "未知"
        case Bounds(None, None):
            return "任意值"
        case Bounds(low, high):
            return f"{value_words(field, low)}至{value_words(field, high)}"
        case date():
            return value.isoformat()
        case str() if field.codes == "regions":
            return regions.full_name(value) if regions.known(value) else value
        case str() if field.codes == "industries":
            return f"{industries.name(value)}（{value}）"
        case str():
            return field.values.get(value, value)
        case float() if abs(value) >= HUGE:
            return f"{value:.3e}"
        case _:
            return format_value(field, value)


def missing_words(missing: Missing) -> str:
    """What is missing, in Chinese: the field, with its year or what of it is asked."""
    if missing.field == "manual":
        return f"对“{missing.what}”的确认"
    label = registry()[missing.field].label
    if missing.what:
        return f"{label}“{missing.what}”"
    return f"{missing.year}年{label}" if missing.year else label


# ---------------------------------------------------------------- by type


def _number(condition: Condition, field: Field, facts: Facts, verdict: Verdict) -> Answer:
    years = years_of(condition, field, facts.as_of)
    period = period_of(condition, field)
    values = [facts.number(field.name, year) for year in years]
    missing: list[Missing] = []
    if verdict is UNKNOWN:
        for year, value in zip(years, values, strict=True):
            if value is None:
                missing += facts.wanting(field.name, year)
    known = {year: value for year, value in zip(years, values, strict=True) if value is not None}
    gap = None
    if verdict is INELIGIBLE:
        comparison = COMPARISONS[condition.op]
        if period.how in ("sum", "avg"):
            times = len(values) if period.how == "avg" else 1
            total, scaled = exactly(list(known.values()), condition.value, times)
            gap = float(comparison.short(total, scaled) / times)
        else:
            failing = [v for v in known.values() if not comparison.holds(v, condition.value)]
            distances = [comparison.short(value, condition.value) for value in failing]
            gap = min(distances) if period.how == "any" else max(distances)
        gap = float(f"{gap:.12g}")
    reached = None
    if field.name == "age_years" and gap is not None and condition.op in ("ge", "gt", "between"):
        reached = _age_reached(condition, facts)
    single = field.by_year and period.how == "one"
    have_words = "未知"
    if known:
        shown = [
            value_words(field, value) if single or year is None else f"{year}年{value_words(field, value)}"
            for year, value in known.items()
        ]
        have_words = f"为{'、'.join(shown)}"
    have: Json = None
    if known:
        have = next(iter(known.values())) if len(years) == 1 else {str(year): value for year, value in known.items()}
    hows = dict.fromkeys(how for year in known if (how := facts.how(field.name, year)))
    return Answer(
        verdict,
        asks(condition, facts.as_of),
        have,
        have_words,
        gap=gap,
        gap_words=""
        if gap is None
        else _gap_words(field, condition, known, gap, facts.as_of, reached) + _in_parts(field, facts, years, gap),
        missing=tuple(dict.fromkeys(missing)),
        how="；".join(hows) or None,
        reached_on=reached,
    )


def _age_reached(condition: Condition, facts: Facts) -> date | None:
    founded = facts.day("founded_on")
    need = condition.value.low if isinstance(condition.value, Bounds) else condition.value
    age = facts.age()
    if founded is None or age is None or not isinstance(need, float) or age > need:
        return None
    whole = int(need) if need.is_integer() and condition.op != "gt" else int(need) + 1
    reached = age_reached(founded, whole)
    return reached if reached and reached > facts.as_of else None


def _gap_words(
    field: Field,
    condition: Condition,
    known: dict[int | None, float],
    gap: float,
    as_of: date,
    reached: date | None,
) -> str:
    amount = f"{gap * 100:.6g} 个百分点" if field.fraction else value_words(field, gap)
    if reached:
        amount = span_words(as_of, reached)
    if gap == 0:
        return "须再超过这个数" if condition.op == "gt" else "须再低于这个数"
    need = condition.value
    low = need.low if isinstance(need, Bounds) else need
    below = condition.op in ("ge", "gt", "eq", "between") and low is not None and min(known.values()) < low  # type: ignore[operator]
    when = f"，到 {reached} 即满足" if reached else ""
    return f"差 {amount}{when}" if below else f"超出 {amount}"


def span_words(start: date, end: date) -> str:
    """How long it is from `start` to a later `end`, in years and months; in days what is shorter than a month.

    >>> span_words(date(2024, 6, 30), date(2024, 11, 30)), span_words(date(2024, 6, 30), date(2025, 8, 1))
    ('5 个月', '1 年 1 个月零 2 天')
    """
    months = (end.year - start.year) * 12 + end.month - start.month
    reached = _months_on(start, months)
    if reached > end:
        months -= 1
        reached = _months_on(start, months)
    years, months = divmod(months, 12)
    days = (end - reached).days
    whole = " ".join(f"{number} {unit}" for number, unit in ((years, "年"), (months, "个月")) if number)
    return f"{whole}零 {days} 天" if whole and days else whole or f"{days} 天"


def _months_on(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


def _in_parts(field: Field, facts: Facts, years: tuple[int | None, ...], gap: float) -> str:
    """The distance in a share as one in what it is a share of, at the present whole: 约 38 万元."""
    derivation = DERIVATIONS.get(field.name)
    if derivation is None or not derivation.share or len(years) > 1 or not gap:
        return ""
    part, whole = (registry()[name] for name, _ in derivation.parts)
    size = facts.number(whole.name, years[0])
    if size is None:
        return ""
    amount = gap * size
    shown = f"{ceil(round(amount, 6))} {part.unit}" if part.unit == "人" else value_words(part, float(round(amount)))
    return f"（按现有{whole.label}约{part.label} {shown}）"


def _word(condition: Condition, field: Field, facts: Facts, verdict: Verdict) -> Answer:
    have = facts.word(field.name)
    missing = facts.wanting(field.name) if verdict is UNKNOWN else ()
    shown = "未知" if have is None else f"为{value_words(field, have)}"
    if have is not None and verdict is UNKNOWN:
        shown += "，不够细"
    return Answer(verdict, asks(condition, facts.as_of), have, shown, missing=missing)


def _date(condition: Condition, field: Field, facts: Facts, verdict: Verdict) -> Answer:
    have = facts.day(field.name)
    if have is None:
        return Answer(verdict, asks(condition, facts.as_of), None, "未知", missing=facts.wanting(field.name))
    gap = None
    if verdict is INELIGIBLE:
        gap = float(COMPARISONS[condition.op].short(have, condition.value).days)
    words = "" if gap is None else f"差 {gap:g} 天"
    return Answer(verdict, asks(condition, facts.as_of), have.isoformat(), f"为{have}", gap=gap, gap_words=words)


def _ordered(condition: Condition, field: Field, facts: Facts, verdict: Verdict) -> Answer:
    ranks = facts.ranks(field.name)
    missing = facts.wanting(field.name) if verdict is UNKNOWN else ()
    if ranks is None:
        return Answer(verdict, asks(condition, facts.as_of), None, "未知", missing=missing)
    classes = [field.order[rank] for rank in ranks]
    gap = None
    if verdict is INELIGIBLE and condition.op in COMPARISONS:
        need = rank_of(condition.value, field)
        gap = float(min(COMPARISONS[condition.op].short(rank, need) for rank in ranks))
    return Answer(
        verdict,
        asks(condition, facts.as_of),
        classes[0] if len(classes) == 1 else classes,
        "为" + "或".join(field.values[name] for name in classes),
        gap=gap,
        gap_words=f"差 {gap:g} 级" if gap else "",
        missing=missing,
        how=facts.how(field.name),
    )


def _set(condition: Condition, field: Field, facts: Facts, verdict: Verdict) -> Answer:
    held = facts.members(field.name)
    asked = asked_members(condition)
    verb, absent = HOLDING[field.name]
    by_verdict: dict[Verdict, list[str]] = {ELIGIBLE: [], UNKNOWN: [], INELIGIBLE: []}
    for name in asked:
        by_verdict[held.has(name)].append(name)
    parts = [f"{verb}{'、'.join(by_verdict[ELIGIBLE])}"] if by_verdict[ELIGIBLE] else []
    parts += [f"{absent}{'、'.join(by_verdict[INELIGIBLE])}"] if by_verdict[INELIGIBLE] else []
    missing = tuple(Missing(field.name, what=name) for name in by_verdict[UNKNOWN]) if verdict is UNKNOWN else ()
    have: Json = sorted(held.held) if held.whole or held.held or held.lacked else None
    return Answer(
        verdict, asks(condition, facts.as_of), have if parts else None, "，".join(parts) or "未知", missing=missing
    )


def _event(condition: Condition, facts: Facts, verdict: Verdict) -> Answer:
    window = as_window(condition.value)
    happened, whole = facts.events(window.event)
    shown = "、".join(map(_happening, happened))
    words = f"{shown}发生过" if happened else f"没有发生过“{window.event}”" if whole else "未知"
    have: Json = [event.on.isoformat() if event.on else None for event in happened] if happened or whole else None
    missing = (Missing("event", what=window.event),) if verdict is UNKNOWN else ()
    return Answer(verdict, asks(condition, facts.as_of), have, words, missing=missing)


def _happening(event: Happened) -> str:
    return event.on.isoformat() if event.on else "某一天（日期未知）"


def _manual(condition: Condition, facts: Facts, verdict: Verdict, place: str | None) -> Answer:
    words = str(condition.value)
    given = facts.confirmation(words, place)
    if given is None:
        return Answer(verdict, words, None, "未知", missing=(Missing("manual", what=words),))
    who = "，".join(str(part) for part in (given.by, given.on) if part)
    shown = f"确认为{'是' if given.value else '否'}" + (f"（{who}）" if who else "")
    return Answer(verdict, words, given.value, shown)
