"""再做一件事能多拿什么: which single change would open the most money across all measures, on top of what can be had already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any as Json

from corpus.codes import titles
from corpus.fields import registry
from corpus.model import Bounds
from matcher.bundle import Candidate, Had
from matcher.gain import gain
from matcher.near import Change
from matcher.truth import ELIGIBLE

_LOW_FIRST = ("ge", "gt")
_HIGH_FIRST = ("le", "lt")
# A sum that is missing and more than this many times what there is now is no one thing more to do, but another
# enterprise. Chosen so that only what nobody would call a next step goes; each measure's own gap is shown all the same.
_WITHIN = 10.0


@dataclass(frozen=True, slots=True)
class Opening:
    """A change and the measures it opens, with what more there would be to have, in yuan (see `gain`).

    `high` is as far as it is known; `open_ended` says that one of them has no upper end.
    `confirm` are the words of facts that would have to be found out besides.
    """

    words: str
    field: str
    measures: tuple[str, ...]
    low: float
    high: float
    open_ended: bool
    confirm: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Json]:
        return {
            "words": self.words,
            "field": self.field,
            "measures": list(self.measures),
            "low": self.low,
            "high": None if self.open_ended else self.high,
            "confirm": list(self.confirm),
        }


def openings(
    near: Iterable[tuple[Candidate, tuple[Change, ...]]],
    eligible: Sequence[Candidate] = (),
    received: Sequence[Had] = (),
    revenue: float | None = None,
) -> tuple[Opening, ...]:
    """The single changes that open something, the most money first, from each measure's near miss and worth.

    Counted is what comes on top of the `eligible` measures after what was `received`. `revenue` is that of the last year, by
    which sums are measured of which there is nothing yet; None: not known.

    Only what an enterprise would do for its own good, and time alone will not: grow, win the next title up; never shed staff or
    assets, give up what it is, or lose what it has; and no sum that is out of all proportion. Reaching a threshold reaches the lower ones of the same field too, so those count
    with it.
    """
    single: list[tuple[Candidate, Change, tuple[Change, ...]]] = []
    for candidate, changes in near:
        real = [change for change in changes if not change.confirm]
        if len(real) == 1 and worth_doing(real[0]) and in_proportion(real[0], revenue) and not real[0].reached_on:
            single.append((candidate, real[0], tuple(c for c in changes if c.confirm)))
    found: dict[tuple[object, ...], Opening] = {}
    for _, change, _ in single:
        key = (change.condition, change.wanted)
        if key in found:
            continue
        opened = [entry for entry in single if _brings_about(change, entry[1])]
        more = gain([candidate for candidate, _, _ in opened], eligible, received)
        found[key] = Opening(
            change.words,
            change.condition.field,
            tuple(candidate.measure_id for candidate, _, _ in opened),
            more.low,
            more.high,
            more.open_ended,
            tuple(dict.fromkeys(c.words for _, _, confirm in opened for c in confirm)),
        )
    return tuple(sorted(found.values(), key=lambda o: (-o.high, -len(o.measures), o.field, o.words)))


def worth_doing(change: Change) -> bool:
    """Whether an enterprise would make `change`, or wait for it, for its own good: see `Field.strive`."""
    if change.wanted is not ELIGIBLE:
        return False
    condition, field = change.condition, registry()[change.condition.field]
    if field.type == "number":
        low_first = condition.op in _LOW_FIRST or isinstance(condition.value, Bounds)
        return low_first if field.strive == "up" else condition.op in _HIGH_FIRST
    return field.type in ("event", "manual") or (field.type == "set" and _next_up(change))


def in_proportion(change: Change, revenue: float | None = None) -> bool:
    """Whether a sum in yuan that is missing bears some proportion to what there is of it, or else to the revenue."""
    have, gap = change.answer.have, change.answer.gap
    if gap is None or not isinstance(have, int | float) or registry()[change.condition.field].unit != "元":
        return True
    there = have if have > 0 else revenue
    return there is None or bool(gap <= _WITHIN * there)


def _next_up(change: Change) -> bool:
    """Whether the titles asked for are no more than one step above those held: the titles below them are held."""
    condition, held = change.condition, set(change.answer.have or ())
    names = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    near = [_below(str(name)) <= held and not _is_status(str(name)) for name in names]
    return condition.op != "lacks" and (all(near) if condition.op == "has_all" else any(near))


def _is_status(title: str) -> bool:
    """Whether a title is no honour but what an enterprise is: 小规模纳税人, 民营企业."""
    known = titles.find(title)
    return known is not None and known.status


def _below(title: str) -> set[str]:
    """The titles that `title` stands on; collective names, which it merely falls under, are none."""
    return {name for name in titles.implied(title) if (known := titles.find(name)) and not known.general}


def _brings_about(change: Change, other: Change) -> bool:
    """Whether making `change` makes `other` too: the same condition, or a lower threshold in the same direction."""
    one, two = change.condition, other.condition
    if change.wanted is not other.wanted:
        return False
    if one == two:
        return True
    same = (one.field, one.period) == (two.field, two.period)
    if (
        not same
        or isinstance(one.value, Bounds)
        or not isinstance(one.value, float)
        or not isinstance(two.value, float)
    ):
        return False
    rising = one.op in _LOW_FIRST and two.op in _LOW_FIRST
    falling = one.op in _HIGH_FIRST and two.op in _HIGH_FIRST
    strict = one.op[0] + two.op[0] in ("gg", "ll") and (one.op == two.op or one.op in ("gt", "lt"))
    if rising:
        return one.value > two.value or (one.value == two.value and strict)
    return falling and (one.value < two.value or (one.value == two.value and strict))
