"""What some measures would bring on top of those that can be had already: of a group only what is better, under a ceiling only what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from matcher.bundle import Candidate, Had, best_bundle


@dataclass(frozen=True, slots=True)
class Gain:
    """What more there is, in yuan: at least, and at most as far as it is known; `open_ended` says that one has no upper end."""

    low: float
    high: float
    open_ended: bool


def gain(opened: Sequence[Candidate], eligible: Sequence[Candidate], received: Sequence[Had] = ()) -> Gain:
    """What `opened` would add to the best bundle of `eligible`, after what was `received`."""
    alone = best_bundle(opened, received)
    known = alone if alone.high is not None else best_bundle([_closed(c) for c in opened], received)
    low, high = alone.low, known.high or 0.0
    if beside := _touched(opened, eligible):
        before, after = best_bundle(beside, received), best_bundle([*beside, *opened], received)
        low = 0.0 if before.high is None else max(0.0, after.low - before.high)
        if after.high is not None:
            high = min(high, max(0.0, after.high - before.low))
    return Gain(round(low, 2), round(high, 2), alone.high is None)


def _closed(candidate: Candidate) -> Candidate:
    """The candidate with no more than what is known of its worth."""
    worth = candidate.worth
    return replace(candidate, worth=replace(worth, high=worth.low or 0.0)) if worth.high is None else candidate


def _touched(opened: Sequence[Candidate], eligible: Sequence[Candidate]) -> list[Candidate]:
    """Those of `eligible` that share a group or a ceiling with `opened`, directly or through others of them."""
    reached = {key for c in opened for key in _keys(c)}
    rest, touched = [c for c in eligible if _keys(c)], []
    while near := [c for c in rest if not reached.isdisjoint(_keys(c))]:
        touched += near
        rest = [c for c in rest if reached.isdisjoint(_keys(c))]
        reached |= {key for c in near for key in _keys(c)}
    return touched


def _keys(candidate: Candidate) -> set[object]:
    return {*([candidate.group] if candidate.group else []), *candidate.caps}
