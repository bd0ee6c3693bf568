"""The best bundle: of each stacking group (就高不重复) at most one measure, no shared ceiling passed, and the highest total."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any as Json

from corpus.model import Cap
from matcher.catalogue import worth_key
from matcher.shared import ONCE, Share, may_bind, share_out
from matcher.worth import Estimate


@dataclass(frozen=True, slots=True)
class Candidate:
    """A measure that could be in the bundle: its id, its stacking group (None: stands alone), its worth.

    `caps` are the ceilings that it shares with others, `years` the shares of its worth by year, as `years_of` gives them.
    """

    measure_id: str
    group: str | None
    worth: Estimate
    caps: tuple[Cap, ...] = ()
    years: tuple[tuple[float, ...], tuple[float, ...]] = (ONCE, ONCE)


@dataclass(frozen=True, slots=True)
class Had:
    """A measure that was had already, with its stacking group and the ceilings that it shares.

    `amount` is in yuan, None where it is not known; `this_year` whether it counts against this year's ceilings, None where
    that is not known. `again`: it may be had once more.
    """

    measure_id: str
    group: str | None = None
    caps: tuple[Cap, ...] = ()
    amount: float | None = None
    this_year: bool | None = True
    again: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """A measure that is left out, the group that shuts it out (empty: it was had already), and the one had instead.

    `cap` is the shared ceiling that is used up already, where that is why.
    """

    measure_id: str
    group: str
    instead: str
    cap: Cap | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """A shared ceiling that may cut what the bundle brings: the measures of the bundle under it, and their sum without it, in yuan.

    `high` is None where it is open. `had` is what counts against the ceiling already: surely, and at most.
    """

    cap: Cap
    measures: tuple[str, ...]
    low: float
    high: float | None
    had: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Bundle:
    """The measures to take, in the order given, their worth altogether in yuan, and those left out with why.

    `high` is None where one of them is open upwards; `uncounted` are those whose worth cannot be computed at all. `limits` are
    the shared ceilings that may cut the sum.
    """

    measures: tuple[str, ...]
    low: float
    high: float | None
    left: tuple[Left, ...] = ()
    uncounted: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()

    def to_json(self) -> dict[str, Json]:
        return {
            "measures": list(self.measures),
            "low": self.low,
            "high": self.high,
            "uncounted": list(self.uncounted),
        }


Remaining = dict[Cap, tuple[float, float]]


def best_bundle(candidates: Sequence[Candidate], received: Sequence[Had] = ()) -> Bundle:
    """The best set of `candidates`: the one with the most that is sure, then the one that could be most.

    The range of the whole holds whichever turns out best. `received` was had already: it and what shares its group cannot
    be had again, and it counts against the ceilings it is under; where its amount is not known, they may be used up.
    """
    remaining = _remaining(candidates, received)
    shut = _shut(candidates, received, remaining)
    left = [shut[c.measure_id] for c in candidates if c.measure_id in shut]
    candidates = [c for c in candidates if c.measure_id not in shut]
    binding = [cap for cap in remaining if may_bind(cap, [_share(c) for c in candidates if cap in c.caps], remaining)]
    taken: set[str] = set()
    low, high = 0.0, 0.0
    open_upwards = False
    for members in _components(candidates, binding):
        shares = [_share(c, binding) for c in members]
        if any(share.caps for share in shares):
            had, sure, most = share_out(shares, remaining)
        else:
            # One group, or one alone: the best of it.
            had = [i == 0 for i in range(len(members))]
            sure = max(share.low for share in shares)
            most = None if any(share.high is None for share in shares) else max(share.high or 0.0 for share in shares)
        best = [c for c, one in zip(members, had, strict=True) if one]
        instead = {c.group: c.measure_id for c in best}
        taken |= {c.measure_id for c in best}
        left += [
            Left(c.measure_id, c.group or "", instead[c.group]) for c, one in zip(members, had, strict=True) if not one
        ]
        low += sure
        open_upwards |= most is None
        high += most or 0.0
    chosen = [c for c in candidates if c.measure_id in taken]
    return Bundle(
        tuple(c.measure_id for c in chosen),
        round(low, 2),
        None if open_upwards else round(high, 2),
        tuple(left),
        tuple(c.measure_id for c in chosen if c.worth.low is None),
        tuple(_limits(chosen, binding, remaining)),
    )


def _share(candidate: Candidate, binding: Iterable[Cap] | None = None) -> Share:
    """What `candidate` counts for in a total; what is not money counts for nothing, and against no ceiling."""
    worth = candidate.worth
    if not worth.money:
        return Share(candidate.group, 0.0, 0.0, ())
    caps = candidate.caps if binding is None else tuple(cap for cap in candidate.caps if cap in binding)
    return Share(candidate.group, worth.low or 0.0, worth.high, caps, *candidate.years)


def _remaining(candidates: Sequence[Candidate], received: Sequence[Had]) -> Remaining:
    """What is left of each ceiling that a candidate is under: at least and at most, in yuan."""
    caps = dict.fromkeys(cap for c in candidates if c.worth.money for cap in c.caps)
    out = {}
    for cap in caps:
        surely, most = 0.0, 0.0
        for one in received:
            if cap not in one.caps:
                continue
            counts = True if cap.per != "year" else one.this_year
            if counts:
                surely += one.amount or 0.0
            if counts is not False:
                most += cap.amount if one.amount is None else one.amount
        out[cap] = (max(0.0, cap.amount - most), max(0.0, cap.amount - surely))
    return out


def _shut(candidates: Sequence[Candidate], received: Sequence[Had], remaining: Remaining) -> Mapping[str, Left]:
    """The candidates that what was had already shuts out, each with why."""
    gone = [one for one in received if not one.again]
    had = {one.measure_id for one in gone}
    spent = {one.group: one.measure_id for one in gone if one.group}
    used_up = {
        cap: one.measure_id
        for cap, left in remaining.items()
        if not left[1]
        for one in received
        if cap in one.caps and (cap.per != "year" or one.this_year)
    }
    shut = {}
    for c in candidates:
        if c.measure_id in had:
            shut[c.measure_id] = Left(c.measure_id, c.group or "", c.measure_id)
        elif c.group in spent:
            shut[c.measure_id] = Left(c.measure_id, c.group or "", spent[c.group])
        elif c.worth.money and (cap := next((cap for cap in c.caps if cap in used_up and _now(c, cap)), None)):
            shut[c.measure_id] = Left(c.measure_id, cap.group or "", used_up[cap], cap)
    return shut


def _now(candidate: Candidate, cap: Cap) -> bool:
    """Whether all that a candidate brings counts against what is left of `cap` now, and none against a later year's."""
    return cap.per != "year" or len(candidate.years[1]) == 1


def _components(candidates: Sequence[Candidate], binding: Sequence[Cap]) -> list[list[Candidate]]:
    """The candidates that stacking groups and shared ceilings join, the best first in each; components do not touch each other."""
    parent: dict[object, object] = {}

    def root(key: object) -> object:
        while (above := parent.setdefault(key, key)) != key:
            key = above
        return key

    found: dict[object, list[Candidate]] = {}
    for c in candidates:
        for cap in _share(c, binding).caps:
            parent[root(cap)] = root(_alone(c))
    for c in sorted(candidates, key=lambda c: worth_key(c.worth), reverse=True):
        found.setdefault(root(_alone(c)), []).append(c)
    return list(found.values())


def _alone(candidate: Candidate) -> str:
    """The stacking group of a candidate; one of its own where it has none."""
    return candidate.group or f"\0{candidate.measure_id}"


def _limits(chosen: Sequence[Candidate], binding: Sequence[Cap], remaining: Remaining) -> Iterable[Limit]:
    for cap in binding:
        under = [c for c in chosen if c.worth.money and cap in c.caps]
        shares = [_share(c) for c in under]
        if may_bind(cap, shares, remaining):
            open_upwards = any(share.high is None for share in shares)
            least, most = remaining[cap]
            yield Limit(
                cap,
                tuple(c.measure_id for c in under),
                round(sum(share.low for share in shares), 2),
                None if open_upwards else round(sum(share.high or 0.0 for share in shares), 2),
                (cap.amount - most, cap.amount - least),
            )
