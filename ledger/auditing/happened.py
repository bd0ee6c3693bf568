"""What happened up to a day, as it follows the ledger: kept from one program to the next, and of what comes in only the
pairs that it concerns are put together anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any as Json
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ledger.auditing.pairs import TRANSITIONS, Pairs, Waits, gather
from ledger.auditing.snapshots import Snapshot
from ledger.auditing.standing import Register
from ledger.auditing.taken import WORTH_KEEPING, Steps
from ledger.layout import enterprises, steps
from ledger.tables import Ledger

Number = TypeVar("Number", bound=np.generic)
LAYOUT = 1
"""Of the arrays of a snapshot: another one is another key."""
_PLAIN: tuple[str, ...] = ("enterprise", "measure", "first", "last", "last_day", "office", "paid")
_FEW = 0.2
"""Of all steps: where more than these have come in, all are put together again."""


def pairs(
    ledger: Ledger, register: Register, measures: Mapping[str, int], as_of: date
) -> tuple[Pairs, tuple[str, ...]]:
    """What happened up to `as_of`, that day included, and the measures in their places: those given, then those that the
    steps name beside them.
    """
    whose = (tuple(measures), as_of)
    key = (ledger.revision(steps), ledger.revision(enterprises), whose)

    def find() -> tuple[Pairs, tuple[str, ...]]:
        read = ledger.once("steps", None, lambda: Steps(ledger))
        read.follow()
        day = ledger.once("happened", whose, lambda: _Day(ledger, *whose))
        return day.follow(read, register)

    return ledger.once("pairs", key, find)


class _Day:
    """The pairs of one day, of how many steps they are, and of how many enterprises."""

    def __init__(self, ledger: Ledger, measures: Sequence[str], as_of: date) -> None:
        self.ledger = ledger
        self.as_of = as_of
        self.measures = tuple(measures)
        self.key = f"{LAYOUT}:{hashlib.sha256(repr(self.measures).encode()).hexdigest()}:{as_of}"
        self.found: Pairs | None = None
        self.seen = self.people = self.unkept = 0
        if (snapshot := ledger.snapshots.find("pairs", self.key)) is not None:
            self.found, said = _read(snapshot), snapshot.said
            self.measures, self.seen, self.people = tuple(said["measures"]), said["steps"], said["enterprises"]

    def follow(self, read: Steps, register: Register) -> tuple[Pairs, tuple[str, ...]]:
        """The pairs by all steps that were read, and the measures in their places."""
        # What another program kept may know enterprises that are not in this one's register yet.
        rows = None if self.found is None or len(register) < self.people else self._concerned(read, register)
        places = {measure: i for i, measure in enumerate(self.measures)}
        if self.found is None or rows is None:
            taken, self.measures = read.taken(register, places, self.as_of)
            self.found = gather(taken)
        elif len(rows):
            taken, self.measures = read.taken(register, places, self.as_of, rows)
            self.found = with_others(self.found, gather(taken))
        self.unkept += len(read) - self.seen
        self.seen, self.people = len(read), len(register)
        if self.unkept >= WORTH_KEEPING:
            said = {"measures": self.measures, "steps": self.seen, "enterprises": self.people}
            self.ledger.snapshots.keep("pairs", self.key, _written(self.found, read.last, said))
            self.unkept = 0
        return self.found, self.measures

    def _concerned(self, read: Steps, register: Register) -> NDArray[np.int64] | None:
        """All steps of the pairs that have new ones: those that came in, and those of enterprises that were not there yet.

        None where they are so many that all may as well be put together again.
        """
        enterprise, measure = read.columns["enterprise"], read.columns["measure"]
        new = np.arange(self.seen, len(read))
        if len(register) > self.people:
            late = np.flatnonzero(enterprise[: self.seen] >= register.numbers[self.people])
            new = np.concatenate([late, new])
        if len(new) > _FEW * len(read) or self.seen > len(read):
            return None
        rows = np.flatnonzero(np.isin(enterprise, np.unique(enterprise[new])))
        size = int(measure.max(initial=0)) + 1
        wanted = enterprise[new] * size + measure[new]
        return rows[np.isin(enterprise[rows] * size + measure[rows], wanted)]


def with_others(whole: Pairs, others: Pairs) -> Pairs:
    """`whole` with `others` in place of their older selves, and new ones among them."""
    old, new = (one.measure.astype(np.int64) << 32 | one.enterprise for one in (whole, others))
    places = np.searchsorted(old, new)
    known = places < len(old)
    known[known] = old[places[known]] == new[known]
    kept = np.ones(len(old), bool)
    kept[places[known]] = False
    at = places - (np.cumsum(known) - known) + np.arange(len(new))
    others_here = np.zeros(int(kept.sum()) + len(new), bool)
    others_here[at] = True
    moved = np.zeros(len(old), np.int64)
    moved[kept] = np.flatnonzero(~others_here)

    def merged(one: NDArray[Number], other: NDArray[Number]) -> NDArray[Number]:
        out = np.empty((len(others_here), *one.shape[1:]), one.dtype)
        out[~others_here], out[others_here] = one[kept], other
        return out

    def by_pair(
        one: Sequence[NDArray[Json]], other: Sequence[NDArray[Json]]
    ) -> tuple[NDArray[np.int64], list[NDArray[Json]]]:
        """Entries that belong to pairs, which stand first: those of `one` that are kept, and those of `other`."""
        of = kept[one[0]]
        pair = np.concatenate([moved[one[0][of]], at[other[0]]])
        order = np.argsort(pair, kind="stable")
        return pair[order], [np.concatenate([a[of], b])[order] for a, b in zip(one[1:], other[1:], strict=True)]

    waits = {}
    for name, one in whole.waits.items():
        other = others.waits[name]
        pair, (days, ended) = by_pair((one.pair, one.days, one.ended), (other.pair, other.days, other.ended))
        waits[name] = Waits(pair, days, ended)
    pair, (day, yuan) = by_pair(whole.payments, others.payments)
    return Pairs(
        merged(whole.enterprise, others.enterprise),
        merged(whole.measure, others.measure),
        merged(whole.first, others.first),
        merged(whole.last, others.last),
        merged(whole.last_day, others.last_day),
        merged(whole.office, others.office),
        others.offices,
        merged(whole.paid, others.paid),
        waits,
        (pair, day, yuan),
    )


def _written(found: Pairs, revision: int, said: Mapping[str, Json]) -> Snapshot:
    arrays: dict[str, NDArray[Json]] = {name: getattr(found, name) for name in _PLAIN}
    for name, one in found.waits.items():
        arrays |= {f"{name}_pair": one.pair, f"{name}_days": one.days, f"{name}_ended": one.ended}
    arrays["payments_pair"], arrays["payments_day"], arrays["payments_yuan"] = found.payments
    return Snapshot(revision, arrays, {**said, "offices": list(found.offices)})


def _read(snapshot: Snapshot) -> Pairs:
    arrays = snapshot.arrays
    return Pairs(
        **{name: arrays[name] for name in _PLAIN},
        offices=tuple(snapshot.said["offices"]),
        waits={name: Waits(*(arrays[f"{name}_{part}"] for part in ("pair", "days", "ended"))) for name in TRANSITIONS},
        payments=(arrays["payments_pair"], arrays["payments_day"], arrays["payments_yuan"]),
    )
