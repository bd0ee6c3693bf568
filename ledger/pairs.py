"""What happened between each enterprise and each measure up to a day, as arrays: steps taken, money, days between steps.

Dates decide, not the order of rows. A pair's steps are put in order of their days (on one day: in order of the process)
and fall into rounds: `paid`, `declined` and `withdrawn` end one, so that whoever was declined and applied again, or gets
the same support every year, is timed from the application that was approved and not from the first ever. Within a round
the first day of a step counts. A round lends one duration to each transition that has both its ends, in the right order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from ledger.layout import enterprises, steps
from ledger.standing import Register
from ledger.tables import Ledger
from ledger.uptake import STEPS

STEP_NAMES = tuple(STEPS)
NO = {name: i for i, name in enumerate(STEP_NAMES)}
TRANSITIONS = {
    "informed_applied": ("informed", "applied"),
    "applied_approved": ("applied", "approved"),
    "approved_paid": ("approved", "paid"),
}
_ENDS = np.array([name in ("paid", "declined", "withdrawn") for name in STEP_NAMES])
_CHUNK = 50_000


@dataclass(frozen=True, slots=True)
class Taken:
    """Steps as arrays, one entry a step: places of enterprise, measure, step and office, the day's ordinal, the amount."""

    enterprise: NDArray[np.int32]
    measure: NDArray[np.int32]
    step: NDArray[np.int8]
    day: NDArray[np.int32]
    amount: NDArray[np.float64]
    office: NDArray[np.int32]
    offices: Sequence[str]


@dataclass(frozen=True, slots=True)
class Pairs:
    """What happened, one entry a pair of enterprise and measure.

    `done[:, i]`: step i of STEP_NAMES was taken; `last` is the latest of the steps and `last_day` its day's ordinal;
    `office` the office of that step; `paid` the yuan paid altogether. `days` has for each of TRANSITIONS the pair of each
    duration and the duration.
    """

    enterprise: NDArray[np.int32]
    measure: NDArray[np.int32]
    done: NDArray[np.bool_]
    last: NDArray[np.int8]
    last_day: NDArray[np.int32]
    office: NDArray[np.int32]
    offices: Sequence[str]
    paid: NDArray[np.float64]
    days: Mapping[str, tuple[NDArray[np.int64], NDArray[np.int32]]]

    def __len__(self) -> int:
        return len(self.enterprise)

    def did(self, step: str) -> NDArray[np.bool_]:
        """Which pairs took `step`."""
        return self.done[:, NO[step]]


def pairs(
    ledger: Ledger, register: Register, measures: Mapping[str, int], as_of: date
) -> tuple[Pairs, tuple[str, ...]]:
    """What happened up to `as_of`, that day included, and the measures in their places: those given, then those that the
    steps name beside them.
    """
    whose = (ledger.revision(enterprises), tuple(measures), as_of)
    revision = ledger.revision(steps)

    def find() -> tuple[Pairs, tuple[str, ...]]:
        read = ledger.once("steps", whose, lambda: _Read(register, measures, as_of))
        read.follow(ledger)
        return gather(read.taken()), tuple(read.places)

    return ledger.once("pairs", (revision, whose), find)


class _Read:
    """The steps up to a day as read so far. Steps are only ever added, in the order of their numbers (`Ledger.load`
    sees to it), so that following them reads the new ones alone.
    """

    def __init__(self, register: Register, measures: Mapping[str, int], as_of: date) -> None:
        self.register = register
        self.places = dict(measures)
        self.as_of = as_of
        self.offices: dict[str, int] = {}
        self.columns = np.empty((6, 0))
        self.last = 0

    def follow(self, ledger: Ledger) -> None:
        """Read what was added since. A measure not met before is given the next place."""
        names = ("no", "enterprise", "measure", "step", "happened_on", "amount", "office")
        query = sa.select(*(steps.c[name] for name in names)).where(
            steps.c.happened_on <= self.as_of, steps.c.no > self.last
        )
        parts = [self.columns]
        with ledger.begin() as connection:
            rows = connection.execution_options(yield_per=_CHUNK).execute(query)
            for part in rows.partitions():
                no, enterprise, measure, step, on, amount, office = zip(*part, strict=True)
                read = (
                    enterprise,
                    [self.places.setdefault(one, len(self.places)) for one in measure],
                    [NO[one] for one in step],
                    [one.toordinal() for one in on],
                    amount,
                    [self.offices.setdefault(one, len(self.offices)) for one in office],
                )
                parts.append(np.stack([np.array(column, np.float64) for column in read]))
                self.last = max(self.last, *no)
        self.columns = np.concatenate(parts, axis=1)

    def taken(self) -> Taken:
        """All steps read. Those of an enterprise registered after the register was read wait for the next one."""
        known = self.columns[:, np.isin(self.columns[0], self.register.numbers)]
        numbers, measure, step, day, amount, office = known
        return Taken(
            np.searchsorted(self.register.numbers, numbers.astype(np.int64)).astype(np.int32),
            measure.astype(np.int32),
            step.astype(np.int8),
            day.astype(np.int32),
            amount,
            office.astype(np.int32),
            tuple(self.offices),
        )


def gather(taken: Taken) -> Pairs:
    """The steps by pair. The order of rows does not matter."""
    order = np.lexsort((taken.step, taken.day, taken.enterprise, taken.measure))
    enterprise, measure = taken.enterprise[order], taken.measure[order]
    step, day = taken.step[order], taken.day[order]
    count = len(order)
    begins = np.ones(count, bool)
    begins[1:] = (enterprise[1:] != enterprise[:-1]) | (measure[1:] != measure[:-1])
    pair = np.cumsum(begins) - 1
    first = np.flatnonzero(begins)
    last = np.append(first[1:], count)[: len(first)] - 1
    done = np.zeros((len(first), len(STEP_NAMES)), bool)
    done[pair, step] = True
    amount = np.where((step == NO["paid"]) & ~np.isnan(taken.amount[order]), taken.amount[order], 0.0)
    return Pairs(
        enterprise[first],
        measure[first],
        done,
        step[last],
        day[last],
        taken.office[order][last],
        taken.offices,
        np.bincount(pair, amount, len(first)).astype(np.float64),
        _durations(pair, begins, step, day),
    )


def _durations(
    pair: NDArray[np.int64], begins: NDArray[np.bool_], step: NDArray[np.int8], day: NDArray[np.int32]
) -> dict[str, tuple[NDArray[np.int64], NDArray[np.int32]]]:
    """For each transition the pair and the days of each round that has both its ends in order."""
    opens = begins.copy()
    opens[1:] |= _ENDS[step[:-1]]
    rounds = np.cumsum(opens) - 1
    size = int(rounds[-1]) + 1 if len(rounds) else 0
    never = np.iinfo(np.int32).max
    days = np.full((size, len(STEP_NAMES)), never, np.int32)
    np.minimum.at(days, (rounds, step), day)
    owner = pair[opens]
    found = {}
    for name, (start, end) in TRANSITIONS.items():
        a, b = days[:, NO[start]], days[:, NO[end]]
        both = (a != never) & (b != never) & (a <= b)
        found[name] = (owner[both], (b - a)[both])
    return found
