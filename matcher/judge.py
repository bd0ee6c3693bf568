"""One condition against what is known on a day: the verdict, and the numbers it was reached by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any as Comparable

from corpus.codes import titles
from corpus.fields import Field, registry
from corpus.model import Bounds, Condition, Value
from corpus.period import Period, parse_period
from matcher.known import Facts
from matcher.operators import (
    COMPARISONS,
    EVENT_TESTS,
    MEMBERSHIPS,
    SET_TESTS,
    as_names,
    as_window,
    contains_of,
)
from matcher.truth import UNKNOWN, Verdict, and_, known, or_

ONE = Period("one")


def judge(condition: Condition, facts: Facts, place: str | None = None) -> Verdict:
    """Whether `condition` holds on the day of `facts`; UNKNOWN where what it asks about is not known.

    `place` (`measure_id#path`) lets a confirmation be for this one place only.
    """
    field = registry()[condition.field]
    match field.type:
        case "number":
            return _number(condition, field, facts)
        case "code" | "enum":
            have = facts.word(field.name)
            if have is None:
                return UNKNOWN
            return MEMBERSHIPS[condition.op].test(have, as_names(condition.value), contains_of(field))
        case "set":
            held = facts.members(field.name)
            return SET_TESTS[condition.op].combine([held.has(name) for name in asked_members(condition)])
        case "date":
            day = facts.day(field.name)
            return UNKNOWN if day is None else known(COMPARISONS[condition.op].holds(day, condition.value))
        case "ordered":
            return _ordered(condition, field, facts)
        case "event":
            window = as_window(condition.value)
            return EVENT_TESTS[condition.op].test(*facts.events(window.event), window)
        case "manual":
            answer = facts.confirmation(str(condition.value), place)
            return known(None if answer is None else answer.value)


def asked_members(condition: Condition) -> tuple[str, ...]:
    """The members that a condition on a set asks about, titles by their canonical names."""
    names = as_names(condition.value)
    return tuple(map(titles.canonical, names)) if condition.field == "qualification" else names


def period_of(condition: Condition, field: Field) -> Period:
    """The period of a condition on a number; one year, which does not matter, where the field is not by year."""
    return (parse_period(condition.period) or ONE) if field.by_year else ONE


@lru_cache(maxsize=1 << 14)
def years_of(condition: Condition, field: Field, as_of: date) -> tuple[int | None, ...]:
    """The calendar years that the condition asks about on `as_of`, latest first; one None where it is not by year."""
    return period_of(condition, field).years(as_of) if field.by_year else (None,)


def _number(condition: Condition, field: Field, facts: Facts) -> Verdict:
    period = period_of(condition, field)
    values = [facts.number(field.name, year) for year in years_of(condition, field, facts.as_of)]
    return number_verdict(condition.op, condition.value, period, values)


def number_verdict(op: str, need: Value, period: Period, values: Sequence[float | None]) -> Verdict:
    """The verdict on a number over the years of `period`: `each` and `any` need no more years than settle them,
    `sum` and `avg` need all of them.
    """
    holds = COMPARISONS[op].holds
    if period.how in ("sum", "avg"):
        if None in values:
            return UNKNOWN
        total, scaled = exactly(values, need, len(values) if period.how == "avg" else 1)  # type: ignore[arg-type]
        return known(holds(total, scaled))
    verdicts = (UNKNOWN if value is None else known(holds(value, need)) for value in values)
    return or_(verdicts) if period.how == "any" else and_(verdicts)


def exactly(values: Sequence[float], need: Value, times: int) -> tuple[Comparable, Comparable]:
    """The sum of `values`, and `need` that many `times`, as decimals: 0.1 + 0.2 is 0.3 here, as it is to an office."""

    def scaled(number: Comparable) -> Comparable:
        return None if number is None else Decimal(repr(number)) * times

    total = sum((Decimal(repr(value)) for value in values), Decimal(0))
    return total, Bounds(scaled(need.low), scaled(need.high)) if isinstance(need, Bounds) else scaled(need)


def _ordered(condition: Condition, field: Field, facts: Facts) -> Verdict:
    ranks = facts.ranks(field.name)
    return UNKNOWN if ranks is None else ordered_verdict(condition, field, ranks)


def ordered_verdict(condition: Condition, field: Field, ranks: Sequence[int]) -> Verdict:
    """The verdict where the value is one of those at `ranks` in the field's order: settled if they agree."""
    if condition.op in MEMBERSHIPS:
        test = MEMBERSHIPS[condition.op].test
        verdicts = {test(field.order[rank], as_names(condition.value), None) for rank in ranks}
    else:
        need = rank_of(condition.value, field)
        verdicts = {known(COMPARISONS[condition.op].holds(rank, need)) for rank in ranks}
    return verdicts.pop() if len(verdicts) == 1 else UNKNOWN


def rank_of(value: Value, field: Field) -> Comparable:
    """The place of an ordered value in its field's order; of both ends for `between`."""
    if isinstance(value, Bounds):
        return Bounds(*(None if end is None else field.order.index(str(end)) for end in (value.low, value.high)))
    return field.order.index(str(value))
