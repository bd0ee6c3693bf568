"""The best bundle: of each stacking group (就高不重复) at most one measure, and the highest total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any as Json

from matcher.catalogue import worth_key
from matcher.worth import Estimate


@dataclass(frozen=True, slots=True)
class Candidate:
    """A measure that could be in the bundle: its id, its stacking group (None: stands alone), its worth."""

    measure_id: str
    group: str | None
    worth: Estimate


@dataclass(frozen=True, slots=True)
class Left:
    """A measure that is left out, the group that shuts it out (empty: it was had already), and the one had instead."""

    measure_id: str
    group: str
    instead: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """The measures to take, in the order given, their worth altogether in yuan, and those left out with why.

    `high` is None where one of them is open upwards; `uncounted` are those whose worth cannot be computed at all.
    """

    measures: tuple[str, ...]
    low: float
    high: float | None
    left: tuple[Left, ...] = ()
    uncounted: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Json]:
        return {
            "measures": list(self.measures),
            "low": self.low,
            "high": self.high,
            "uncounted": list(self.uncounted),
        }


def best_bundle(candidates: Sequence[Candidate], received: Mapping[str, str | None] | None = None) -> Bundle:
    """The best set of `candidates`. Groups do not touch each other, so the best of each is the best of all.

    Within a group the one with the most that is sure is taken, then the one that could be most; the range of the whole
    holds whichever turns out best. `received` are measures had already, with their groups: they and what shares their
    group cannot be had again.
    """
    had = received or {}
    spent = {group: measure_id for measure_id, group in had.items() if group}
    shut = {c.measure_id: c.measure_id for c in candidates if c.measure_id in had}
    shut |= {c.measure_id: spent[c.group] for c in candidates if c.group in spent and c.measure_id not in had}
    left = [Left(c.measure_id, c.group or "", shut[c.measure_id]) for c in candidates if c.measure_id in shut]
    candidates = [c for c in candidates if c.measure_id not in shut]
    groups: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        groups.setdefault(candidate.group or f"\0{candidate.measure_id}", []).append(candidate)
    taken: set[str] = set()
    low, high = 0.0, 0.0
    open_upwards = False
    for members in groups.values():
        best = max(members, key=lambda candidate: worth_key(candidate.worth))
        taken.add(best.measure_id)
        left += [Left(m.measure_id, m.group or "", best.measure_id) for m in members if m is not best]
        money = [m.worth for m in members if m.worth.money]
        low += max((worth.low or 0.0 for worth in money), default=0.0)
        open_upwards |= any(worth.high is None for worth in money)
        high += max((worth.high or 0.0 for worth in money), default=0.0)
    chosen = [c for c in candidates if c.measure_id in taken]
    uncounted = tuple(c.measure_id for c in chosen if c.worth.low is None)
    ids = tuple(c.measure_id for c in chosen)
    return Bundle(ids, round(low, 2), None if open_upwards else round(high, 2), tuple(left), uncounted)
