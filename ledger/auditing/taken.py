"""The steps of the ledger as arrays: read once, kept from one program to the next, followed as they come.

Steps are only ever added, in the order of their numbers (`Ledger.load` sees to it), so that following them reads the
new ones alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any as Json

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from ledger.auditing.snapshots import Snapshot
from ledger.auditing.standing import Register
from ledger.imports.uptake import STEPS
from ledger.layout import steps
from ledger.tables import Ledger

STEP_NAMES = tuple(STEPS)
NO = {name: i for i, name in enumerate(STEP_NAMES)}
WORTH_KEEPING = 50_000
"""Steps read since the last snapshot before there is a new one: fewer are read again in a moment."""
_AT_ONCE = 100_000
_LAYOUT = "1"
_COLUMNS: dict[str, type[np.generic]] = {
    "enterprise": np.int64,
    "measure": np.int32,
    "step": np.int8,
    "day": np.int32,
    "amount": np.float64,
    "office": np.int32,
}


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


class Steps:
    """All steps of a ledger as far as they were read: by row number of the enterprise, and by the places of the measure
    and the office among those met so far.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.columns: dict[str, NDArray[Json]] = {name: np.empty(0, kind) for name, kind in _COLUMNS.items()}
        self.measures: dict[str, int] = {}
        self.offices: dict[str, int] = {}
        self.last = 0
        self.unkept = 0
        if (snapshot := ledger.snapshots.find("steps", _LAYOUT)) is not None:
            self.columns = dict(snapshot.arrays)
            self.measures, self.offices = (
                {word: i for i, word in enumerate(snapshot.said[name])} for name in ("measures", "offices")
            )
            self.last = snapshot.revision

    def __len__(self) -> int:
        return len(self.columns["step"])

    def follow(self) -> None:
        """Read what was added since."""
        names = ("no", "enterprise", "measure", "step", "happened_on", "amount", "office")
        # The days as the driver gives them: there are few different ones, and each is read once.
        columns = [sa.type_coerce(steps.c[name], sa.types.NullType()).label(name) for name in names]
        days: dict[Json, int] = {}
        parts: dict[str, list[NDArray[Json]]] = {name: [column] for name, column in self.columns.items()}
        more = True
        while more:
            query = sa.select(*columns).where(steps.c.no > self.last).order_by(steps.c.no).limit(_AT_ONCE)
            with self.ledger.begin() as connection:
                rows = connection.execute(query).all()
            more = len(rows) == _AT_ONCE
            if not rows:
                break
            no, enterprise, measure, step, on, amount, office = zip(*rows, strict=True)
            for one in set(on) - days.keys():
                days[one] = (one if isinstance(one, date) else date.fromisoformat(one)).toordinal()
            read = {
                "enterprise": enterprise,
                "measure": [self.measures.setdefault(one, len(self.measures)) for one in measure],
                "step": [NO[one] for one in step],
                "day": [days[one] for one in on],
                "amount": amount,
                "office": [self.offices.setdefault(one, len(self.offices)) for one in office],
            }
            for name, values in read.items():
                parts[name].append(np.array(values, _COLUMNS[name]))
            self.last, self.unkept = no[-1], self.unkept + len(rows)
        if len(parts["step"]) > 1:
            self.columns = {name: np.concatenate(pieces) for name, pieces in parts.items()}
        if self.unkept >= WORTH_KEEPING:
            said = {"measures": list(self.measures), "offices": list(self.offices)}
            self.ledger.snapshots.keep("steps", _LAYOUT, Snapshot(self.last, self.columns, said))
            self.unkept = 0

    def taken(
        self,
        register: Register,
        measures: Mapping[str, int],
        as_of: date,
        rows: NDArray[np.int64] | slice = slice(None),
    ) -> tuple[Taken, tuple[str, ...]]:
        """The steps up to `as_of`, that day included, and the measures in their places: those given, then those that
        the steps name beside them. Steps of an enterprise registered after the register was read wait for the next one.
        `rows`: of these steps alone.
        """
        columns = {name: column[rows] for name, column in self.columns.items()}
        numbers = register.numbers
        known = int(max(columns["enterprise"].max(initial=0), numbers.max(initial=0))) + 1
        people = np.full(known, -1, np.int32)
        people[numbers] = np.arange(len(numbers), dtype=np.int32)
        enterprise = people[columns["enterprise"]]
        wanted = (enterprise >= 0) & (columns["day"] <= as_of.toordinal())
        kept = slice(None) if wanted.all() else wanted
        own = columns["measure"][kept]
        met = np.flatnonzero(np.bincount(own, minlength=len(self.measures)))
        ids, places = list(self.measures), dict(measures)
        into = np.full(max(len(ids), 1), -1, np.int32)
        for one in met.tolist():
            into[one] = places.setdefault(ids[one], len(places))
        taken = Taken(
            enterprise[kept],
            into[own],
            columns["step"][kept],
            columns["day"][kept],
            columns["amount"][kept],
            columns["office"][kept],
            tuple(self.offices),
        )
        return taken, tuple(places)
