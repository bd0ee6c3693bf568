"""A profile as it would be if conditions came out otherwise: to check that a way to a measure does lead there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import inf, nextafter
from typing import Any as Comparable

from corpus.fields import Field, registry
from corpus.model import Bounds, Condition
from matcher.facts import Confirmation, Events, Happened, Member, Members, Profile, Stored, Yearly
from matcher.judge import asked_members, period_of, rank_of, years_of
from matcher.known import Facts
from matcher.operators import COMPARISONS, MEMBERSHIPS, as_names, as_window
from matcher.truth import ELIGIBLE, Verdict


def suppose(facts: Facts, wanted: Mapping[Condition, Verdict]) -> Facts | None:
    """The facts in which each condition of `wanted` came to its verdict by the least step; None where that has no one form."""
    for condition, verdict in wanted.items():
        profile = _suppose(facts, condition, verdict is ELIGIBLE)
        if profile is None:
            return None
        facts = Facts(profile, facts.as_of)
    return facts


def _suppose(facts: Facts, condition: Condition, holds: bool) -> Profile | None:
    profile, field = facts.profile, registry()[condition.field]
    match field.type:
        case "number":
            stored = _number(facts, condition, field, holds)
        case "ordered":
            stored = _ordered(condition, field, holds)
        case "set":
            stored = _set(facts, condition, holds)
        case "event" if holds:
            given = facts.events_given() or Events((), whole=False)
            event = Happened(as_window(condition.value).event, facts.as_of)
            stored = replace(given, has=(*given.has, event), lacks=given.lacks - {event.name})
        case "manual":
            answers = {**profile.confirmations, str(condition.value): Confirmation(holds)}
            return replace(profile, confirmations=answers)
        case _:
            return None
    return None if stored is None else replace(profile, facts={**profile.facts, field.name: stored})


def _number(facts: Facts, condition: Condition, field: Field, holds: bool) -> Stored | None:
    if field.name == "age_years":
        return None
    years = years_of(condition, field, facts.as_of)
    values = [facts.number(field.name, year) for year in years]
    period = period_of(condition, field)
    if not field.by_year:
        return _nearest(condition, values[0] or 0.0, holds)
    if None in values:
        return None
    known = {year: value for year, value in zip(years, values, strict=True) if year is not None and value is not None}
    if period.how in ("sum", "avg"):
        times = len(known) if period.how == "avg" else 1
        total = sum(known.values())
        target = _nearest(condition, total / times, holds)
        last = max(known)
        known[last] += 0.0 if target is None else target * times - total
    else:
        one = (period.how == "any") == holds
        chosen = [max(known)] if one else list(known)
        for year in chosen:
            known[year] = _nearest(condition, known[year], holds) or 0.0
    stored = facts.profile.facts.get(field.name)
    given = dict(stored.years) if isinstance(stored, Yearly) else {}
    if isinstance(stored, Yearly) and stored.bare is not None:
        given[facts.bare_year] = stored.bare
    return Yearly({**given, **known})


def _nearest(condition: Condition, have: float, holds: bool) -> float | None:
    """The number nearest to `have` for which the comparison comes out as wanted."""
    test = COMPARISONS[condition.op].holds
    need: Comparable = condition.value
    bounds: tuple[Comparable, ...] = (need.low, need.high) if isinstance(need, Bounds) else (need,)
    ends = [float(end) for end in bounds if end is not None]
    near = [have, *(step for end in ends for step in (end, nextafter(end, inf), nextafter(end, -inf)))]
    fits = [number for number in near if bool(test(number, need)) is holds]
    return min(fits, key=lambda number: abs(number - have), default=None)


def _ordered(condition: Condition, field: Field, holds: bool) -> str | None:
    for rank, name in enumerate(field.order):
        if condition.op in MEMBERSHIPS:
            found = MEMBERSHIPS[condition.op].test(name, as_names(condition.value), None) is ELIGIBLE
        else:
            found = bool(COMPARISONS[condition.op].holds(rank, rank_of(condition.value, field)))
        if found is holds:
            return name
    return None


def _set(facts: Facts, condition: Condition, holds: bool) -> Members | None:
    given = facts.set_given(condition.field) or Members((), whole=False)
    gains = (condition.op == "lacks") != holds
    names = asked_members(condition)
    if gains:
        if condition.op in ("has", "has_any", "lacks"):
            names = names[:1]
        return replace(given, has=(*given.has, *map(Member, names)), lacks=given.lacks - set(names))
    return replace(given, has=tuple(m for m in given.has if m.name not in names), lacks=given.lacks | set(names))
