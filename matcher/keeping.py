"""When an enterprise could come to qualify if its present figures are kept: conditions on years, some of them still to come.

Nothing is promised: it needs this year's figure and those of the finished years that would be asked about, and they must do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from corpus.fields import Field, registry
from corpus.model import Rule
from matcher.answer import asks, value_words
from matcher.evaluate import evaluate
from matcher.facts import Profile, Yearly
from matcher.judge import number_verdict, period_of
from matcher.known import Facts
from matcher.near import Change
from matcher.truth import INELIGIBLE


@dataclass(frozen=True, slots=True)
class Kept:
    """The first day on which a rule could hold if this year's figures are kept until then, and that said in Chinese."""

    on: date
    words: str


def if_kept(rule: Rule, changes: Sequence[Change], facts: Facts) -> Kept | None:
    """When `changes`, all that `rule` is wanting, could have come about by keeping what is; None where that is not enough.

    Age comes of itself; what need only be confirmed is left to be confirmed. The rule is looked at on that day as a whole:
    what is asked beside them must not be known to fail by then.
    """
    days, kept = [], []
    for change in changes:
        if change.confirm:
            continue
        if change.reached_on is not None:
            days.append(change.reached_on)
        elif day := _first(change, facts):
            days.append(day)
            kept.append(change)
        else:
            return None
    if not kept:
        return None
    on = max(days)
    fields = list(dict.fromkeys(registry()[change.condition.field] for change in kept))
    after = Facts(_keeping(facts, fields, on), on)
    if evaluate(rule, after).verdict is INELIGIBLE:
        return None
    this_year = facts.as_of.year
    have = "、".join(
        f"{field.label}（{this_year}年{value_words(field, facts.number(field.name, this_year))}）" for field in fields
    )
    asked = "；".join(_asked(change, on) for change in changes)
    return Kept(on, f"如果{have}保持下去，最早 {on} 满足：{asked}")


def _asked(change: Change, on: date) -> str:
    if change.confirm:
        return change.words
    asked = asks(change.condition, on)
    return f"不再是“{asked}”" if change.wanted is INELIGIBLE else asked


def _first(change: Change, facts: Facts) -> date | None:
    """The first day of a year on which the condition of `change` comes out as wanted, this year's figure kept until then."""
    condition = change.condition
    field = registry()[condition.field]
    this_year = facts.as_of.year
    if field.type != "number" or not field.by_year or (present := facts.number(field.name, this_year)) is None:
        return None
    period = period_of(condition, field)
    for later in range(1, period.back + 1):
        day = date(this_year + later, 1, 1)
        values = [present if year >= this_year else facts.number(field.name, year) for year in period.years(day)]
        if number_verdict(condition.op, condition.value, period, values) is change.wanted:
            return day
    return None


def _keeping(facts: Facts, fields: Sequence[Field], until: date) -> Profile:
    """The profile as it would be with this year's figures of `fields` in the years up to `until`."""
    figures = {**facts.profile.facts, **dict(_figures(facts, fields, until))}
    # A bare number stays of the year that it is of now.
    return replace(facts.profile, as_of=facts.profile.as_of or facts.as_of, facts=figures)


def _figures(facts: Facts, fields: Sequence[Field], until: date) -> Iterator[tuple[str, Yearly]]:
    this_year = facts.as_of.year
    for field in fields:
        stored = facts.profile.facts.get(field.name)
        given = dict(stored.years) if isinstance(stored, Yearly) else {}
        if isinstance(stored, Yearly) and stored.bare is not None:
            given.setdefault(facts.bare_year, stored.bare)
        present = facts.number(field.name, this_year)
        assert present is not None
        yield field.name, Yearly({**given, **dict.fromkeys(range(this_year, until.year), present)})
