"""Each operator of the rule language: its test and its Chinese words, side by side.

A test that compares numbers works on numpy columns as well, so that the batch engine asks the very same question.
`{label}` is the field (with its year), `{need}` the value asked for.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any as Comparable

from corpus.codes import industries, regions
from corpus.fields import Field
from corpus.model import Bounds, EventWindow, Value
from matcher.facts import Happened
from matcher.truth import ELIGIBLE, INELIGIBLE, UNKNOWN, Verdict, and_, known, not_, or_

Contains = Callable[[str, str], bool]
TREES: dict[str, Contains] = {"regions": regions.contains, "industries": industries.contains}

# ---------------------------------------------------------------- numbers, dates, ranks


@dataclass(frozen=True, slots=True)
class Comparison:
    """A test of one known, ordered value; `short` says by how much a value misses it (0 at an open bound)."""

    words: str
    date_words: str
    holds: Callable[[Comparable, Comparable], Comparable]
    short: Callable[[Comparable, Comparable], Comparable]


def _between(have: Comparable, need: Bounds) -> Comparable:
    low = True if need.low is None else have >= need.low
    return low & (True if need.high is None else have <= need.high)


def _outside(have: Comparable, need: Bounds) -> Comparable:
    return need.low - have if need.low is not None and have < need.low else have - need.high


COMPARISONS: dict[str, Comparison] = {
    "ge": Comparison("{label}不低于{need}", "{label}不早于{need}", operator.ge, lambda have, need: need - have),
    "gt": Comparison("{label}高于{need}", "{label}晚于{need}", operator.gt, lambda have, need: need - have),
    "le": Comparison("{label}不超过{need}", "{label}不晚于{need}", operator.le, lambda have, need: have - need),
    "lt": Comparison("{label}低于{need}", "{label}早于{need}", operator.lt, lambda have, need: have - need),
    "eq": Comparison("{label}为{need}", "{label}为{need}", operator.eq, lambda have, need: abs(have - need)),
    "between": Comparison("{label}在{need}之间", "{label}在{need}之间", _between, _outside),
}

# ---------------------------------------------------------------- codes and enums


@dataclass(frozen=True, slots=True)
class Membership:
    """A test of one known code or word against those asked for; a code coarser than asked leaves it UNKNOWN."""

    words: str
    test: Callable[[str, tuple[str, ...], Contains | None], Verdict]


def _in(have: str, needs: tuple[str, ...], contains: Contains | None) -> Verdict:
    if have in needs:
        return ELIGIBLE
    return known(None if contains and any(contains(have, need) for need in needs) else False)


def _within(have: str, needs: tuple[str, ...], contains: Contains | None) -> Verdict:
    if contains and any(contains(need, have) for need in needs):
        return ELIGIBLE
    return _in(have, needs, contains)


MEMBERSHIPS: dict[str, Membership] = {
    "is": Membership("{label}为{need}", _in),
    "in": Membership("{label}为{need}", _in),
    "not_in": Membership("{label}不为{need}", lambda have, needs, contains: not_(_in(have, needs, contains))),
    "within": Membership("{label}属于{need}", _within),
    "not_within": Membership("{label}不属于{need}", lambda have, needs, contains: not_(_within(have, needs, contains))),
}

# ---------------------------------------------------------------- sets


@dataclass(frozen=True, slots=True)
class SetTest:
    """How the verdicts on single members combine; `{verb}`, `{absent}` are the field's own words for having and lacking."""

    words: str
    combine: Callable[[Iterable[Verdict]], Verdict]


SET_TESTS: dict[str, SetTest] = {
    "has": SetTest("{verb}{need}", or_),
    "has_any": SetTest("{verb}{need}", or_),
    "has_all": SetTest("{verb}{need}", and_),
    "lacks": SetTest("{absent}{need}", lambda members: not_(or_(members))),
}

HOLDING = {
    "qualification": ("持有", "未持有"),
    "theme": ("属于", "不属于"),
    "park": ("位于", "不在"),
    "exclusion": ("存在", "不存在"),
}

# ---------------------------------------------------------------- events


@dataclass(frozen=True, slots=True)
class EventTest:
    """A test of the known happenings of one event; `whole` says that there can be no others."""

    words: str
    test: Callable[[Iterable[Happened], bool, EventWindow], Verdict]


def in_window(day: date, window: EventWindow) -> bool:
    """Whether `day` falls in `window`, both ends included."""
    return (window.start is None or window.start <= day) and (window.end is None or day <= window.end)


def _during(happened: Iterable[Happened], whole: bool, window: EventWindow) -> Verdict:
    verdict = INELIGIBLE if whole else UNKNOWN
    open_window = window.start is None and window.end is None
    for event in happened:
        if open_window or (event.on is not None and in_window(event.on, window)):
            return ELIGIBLE
        if event.on is None:
            verdict = UNKNOWN
    return verdict


EVENT_TESTS: dict[str, EventTest] = {
    "has": EventTest("发生过{need}", _during),
    "during": EventTest("在{window}发生过{need}", _during),
}


def as_window(value: Value) -> EventWindow:
    """The window that an event condition asks for: any day where only the event's name is given."""
    return value if isinstance(value, EventWindow) else EventWindow(str(value))


def as_names(value: Value) -> tuple[str, ...]:
    """The codes, words or members asked for, one or many."""
    return value if isinstance(value, tuple) else (value,)  # type: ignore[return-value]


def contains_of(field: Field) -> Contains | None:
    """The tree that the codes of `field` stand in; None for a field of plain words."""
    return TREES[field.codes] if field.codes else None
