"""What happened between each enterprise and each measure up to a day, as arrays: steps taken, money, days between steps.

Dates decide, not the order of rows. A pair's steps are put in order of their days (on one day: in order of the process)
and fall into rounds: `paid`, `declined` and `withdrawn` end one, so that whoever was declined and applied again, or gets
the same support every year, is timed from the application that was approved and not from the first ever. Within a round
the first day of a step counts. A round lends one duration to each transition that has both its ends, in the right order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ledger.auditing.taken import NO, STEP_NAMES, Taken

TRANSITIONS = {
    "informed_applied": ("informed", "applied"),
    "applied_approved": ("applied", "approved"),
    "approved_paid": ("approved", "paid"),
}
NEVER = int(np.iinfo(np.int32).max)
"""In place of a day's ordinal: the step was not taken."""
_ENDS = np.array([name in ("paid", "declined", "withdrawn") for name in STEP_NAMES])


@dataclass(frozen=True, slots=True)
class Waits:
    """How long a transition took, one entry each time: the pair, the days, and the ordinal of the day on which it ended."""

    pair: NDArray[np.int64]
    days: NDArray[np.int32]
    ended: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Pairs:
    """What happened, one entry a pair of enterprise and measure, by measure and then by enterprise.

    `first[:, i]`: the ordinal of the day on which step i of STEP_NAMES was first taken, NEVER where it was not; `last` is
    the latest of the steps and `last_day` its day; `office` the office of that step; `paid` the yuan paid altogether.
    `waits` has the durations of each of TRANSITIONS by pair; `payments` the pair, the day and the yuan of each payment.
    """

    enterprise: NDArray[np.int32]
    measure: NDArray[np.int32]
    first: NDArray[np.int32]
    last: NDArray[np.int8]
    last_day: NDArray[np.int32]
    office: NDArray[np.int32]
    offices: Sequence[str]
    paid: NDArray[np.float64]
    waits: Mapping[str, Waits]
    payments: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]

    def __len__(self) -> int:
        return len(self.enterprise)

    def did(self, step: str) -> NDArray[np.bool_]:
        """Which pairs took `step`."""
        done: NDArray[np.bool_] = self.first[:, NO[step]] != NEVER
        return done

    def only(self, kept: NDArray[np.bool_], enterprise: NDArray[np.int32], measure: NDArray[np.int32]) -> Pairs:
        """The `kept` pairs alone, under the new places of enterprises and measures, which must ascend as the old ones."""
        moved = np.cumsum(kept) - 1

        def waits(old: Waits) -> Waits:
            of = kept[old.pair]
            return Waits(moved[old.pair[of]], old.days[of], old.ended[of])

        pair, day, yuan = self.payments
        of = kept[pair]
        return Pairs(
            enterprise[self.enterprise[kept]],
            measure[self.measure[kept]],
            self.first[kept],
            self.last[kept],
            self.last_day[kept],
            self.office[kept],
            self.offices,
            self.paid[kept],
            {name: waits(old) for name, old in self.waits.items()},
            (moved[pair[of]], day[of], yuan[of]),
        )


def gather(taken: Taken) -> Pairs:
    """The steps by pair. The order of rows does not matter."""
    order = _in_order(taken)
    enterprise, measure = taken.enterprise[order], taken.measure[order]
    step, day = taken.step[order], taken.day[order]
    begins = np.ones(len(order), bool)
    begins[1:] = (enterprise[1:] != enterprise[:-1]) | (measure[1:] != measure[:-1])
    pair = np.cumsum(begins) - 1
    start = np.flatnonzero(begins)
    last = np.append(start[1:], len(order))[: len(start)] - 1
    pays = np.flatnonzero(step == NO["paid"])
    yuan = np.nan_to_num(taken.amount[order[pays]], nan=0.0)
    return Pairs(
        enterprise[start],
        measure[start],
        _first_days(pair, step, day, len(start)),
        step[last],
        day[last],
        taken.office[order[last]],
        taken.offices,
        np.bincount(pair[pays], yuan, len(start)).astype(np.float64),
        _waits(pair, begins, step, day),
        (pair[pays], day[pays], yuan),
    )


def _in_order(taken: Taken) -> NDArray[np.int64]:
    """The order by measure, enterprise, day and step; the four in one number, which is sorted several times as fast."""
    if not len(taken.step):
        return np.empty(0, np.int64)
    day = taken.day - taken.day.min()
    sizes = (int(taken.enterprise.max()) + 1, int(day.max()) + 1, len(STEP_NAMES))
    # 2**64 has room for ten million enterprises, 500,000 measures and a thousand years of days.
    key = taken.measure.astype(np.uint64)
    for part, size in zip((taken.enterprise, day, taken.step), sizes, strict=True):
        key *= np.uint64(size)
        key += part.astype(np.uint64)
    return np.argsort(key)


def _first_days(
    pair: NDArray[np.int64], step: NDArray[np.int8], day: NDArray[np.int32], count: int
) -> NDArray[np.int32]:
    """The first day of each step of each of `count` pairs (or rounds); the days of a pair ascend."""
    days = np.full((count, len(STEP_NAMES)), NEVER, np.int32)
    # From behind, so that the first day is what is written last; copied, because numpy walks a view as it likes.
    days[pair[::-1].copy(), step[::-1].copy()] = day[::-1].copy()
    return days


def _waits(
    pair: NDArray[np.int64], begins: NDArray[np.bool_], step: NDArray[np.int8], day: NDArray[np.int32]
) -> dict[str, Waits]:
    """For each transition the pair and the days of each round that has both its ends in order."""
    opens = begins.copy()
    opens[1:] |= _ENDS[step[:-1]]
    rounds = np.cumsum(opens) - 1
    owner = pair[opens]
    days = _first_days(rounds, step, day, len(owner))
    found = {}
    for name, (start, end) in TRANSITIONS.items():
        a, b = days[:, NO[start]], days[:, NO[end]]
        both = (a != NEVER) & (b != NEVER) & (a <= b)
        found[name] = Waits(owner[both], (b - a)[both], b[both])
    return found
