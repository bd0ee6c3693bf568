"""The first day on which a condition could come out otherwise: a year that is over does not change any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from corpus.fields import registry
from corpus.model import Condition
from matcher.judge import period_of
from matcher.known import Facts
from matcher.operators import COMPARISONS
from matcher.truth import ELIGIBLE, Verdict


def soonest(condition: Condition, wanted: Verdict, facts: Facts) -> date | None:
    """The first day, from that of `facts` on, on which `condition` could come to `wanted`; None where that is past.

    Of numbers by year only those of years that are not over can still be made otherwise: what is asked of the last year can be
    had when this year is the last. Everything else can be had on the day itself.
    """
    field = registry()[condition.field]
    if field.type != "number" or not field.by_year:
        return facts.as_of
    period = period_of(condition, field)
    holds = COMPARISONS[condition.op].holds
    every = period.how == "one" or (period.how == "each") == (wanted is ELIGIBLE)
    if period.how in ("sum", "avg"):
        every = False

    def stands(year: int) -> bool:
        value = facts.number(field.name, year)
        return value is None or bool(holds(value, condition.value)) == (wanted is ELIGIBLE)

    for later in range(period.back + 2):
        day = facts.as_of if later == 0 else date(facts.as_of.year + later, 1, 1)
        if _possible(period.years(day), facts.as_of.year, stands, every=every):
            return day
    return None


def _possible(asked: tuple[int, ...], this_year: int, stands: Callable[[int], bool], *, every: bool) -> bool:
    """Whether years that are not over can make up for those that are: each must stand, or one of them be open still."""
    if every:
        return all(year >= this_year or stands(year) for year in asked)
    return any(year >= this_year for year in asked)
