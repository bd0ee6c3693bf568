"""The atoms of a program over the columns of a block.

What many atoms ask of one column is looked up once: a number's place among all the thresholds held against it, so that each
comparison is one of small whole numbers; a word's place among the words that stand in the column.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any as Comparable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from corpus.fields import Field, registry
from corpus.model import Bounds, Condition
from matcher.bits import Plane, pack
from matcher.columns import Columns, Encoded, Numbers
from matcher.facts import Events
from matcher.judge import exactly, ordered_verdict, period_of, years_of
from matcher.operators import COMPARISONS, EVENT_TESTS, MEMBERSHIPS, as_names, as_window, contains_of
from matcher.truth import UNKNOWN, Verdict, known

Planes: TypeAlias = NDArray[np.uint64]
_DUST = 1e-9
"""The part of a sum by which floats may be off it; what is nearer to a threshold than this is added up exactly."""


def atom_tests(atoms: Sequence[Condition], as_of: date) -> list[Thresholds | Words]:
    """The tests of `atoms`, each of which fills in the planes of all that ask one thing of a column."""
    numbers: dict[tuple[str, str, tuple[int | None, ...]], list[int]] = {}
    tests: list[Thresholds | Words] = []
    for place, atom in enumerate(atoms):
        field = registry()[atom.field]
        if field.type in ("number", "date"):
            how = period_of(atom, field).how
            several = str(how) if how in ("sum", "avg") else ""
            numbers.setdefault((field.name, several, years_of(atom, field, as_of)), []).append(place)
        else:
            tests.append(Words(field, place, atom))
    for (name, several, years), places in numbers.items():
        tests.append(Thresholds(registry()[name], several, years, {place: atoms[place] for place in places}))
    return tests


class Thresholds:
    """Comparisons of one number or day, or of its sum or average over some years."""

    def __init__(self, field: Field, several: str, years: Sequence[int | None], atoms: dict[int, Condition]) -> None:
        self.field, self.years, self.several = field, years, several
        times = len(years) if several == "avg" else 1
        read = ordinals if field.type == "date" else partial(_exact, times=times) if several else float
        needs = {place: _each(atom.value, read) for place, atom in atoms.items()}
        self.bounds = sorted({end for need in needs.values() for end in _ends(need)})
        at = {bound: 2 * i + 1 for i, bound in enumerate(self.bounds)}
        self.asked = [
            (place, COMPARISONS[atoms[place].op].holds, _each(need, at.__getitem__)) for place, need in needs.items()
        ]
        self.floats = np.array([*map(float, self.bounds), np.nan])
        self.kind = np.min_scalar_type(2 * len(self.bounds))

    def run(self, columns: Columns, true: Planes, possible: Planes) -> None:
        places, unknown = self._places(columns)
        for place, holds, need in self.asked:
            # Where neither end is set, one answer stands for all.
            plane = pack(np.broadcast_to(holds(places, need), places.shape))
            np.bitwise_and(plane, ~unknown, out=true[place])
            np.bitwise_or(plane, unknown, out=possible[place])

    def _places(self, columns: Columns) -> tuple[NDArray[np.unsignedinteger], Plane]:
        """Where each value stands: 2i + 1 on the threshold i, 2i right below it; and which values are not known."""
        if self.field.type == "date":
            values = columns.day(self.field.name)
        elif not self.several:
            values = columns.number(self.field.name, self.years[0])
        else:
            return self._of_sums([columns.number(self.field.name, year) for year in self.years])
        return self._among(values), pack(np.isnan(values))

    def _among(self, values: Numbers) -> NDArray[np.unsignedinteger]:
        below = np.searchsorted(self.floats[:-1], values)
        places: NDArray[np.unsignedinteger] = (2 * below + (self.floats[below] == values)).astype(self.kind)
        return places

    def _of_sums(self, parts: Sequence[Numbers]) -> tuple[NDArray[np.unsignedinteger], Plane]:
        """The places of sums, those of floats but for the few that stand right at a threshold: these are added up exactly."""
        total = np.sum(parts, axis=0)
        places = self._among(total)
        if self.bounds:
            size = np.sum(np.abs(parts), axis=0)
            below = np.searchsorted(self.floats[:-1], total)
            close = np.zeros(len(total), bool)
            for end in (self.floats[np.maximum(below - 1, 0)], self.floats[np.minimum(below, len(self.bounds) - 1)]):
                close |= np.abs(total - end) <= _DUST * np.maximum(size, np.abs(end))
            rows = np.flatnonzero(close)
            different, which = np.unique(np.stack([part[rows] for part in parts]), axis=1, return_inverse=True)
            exact = [self._exact_place(values) for values in different.T.tolist()]
            places[rows] = np.array(exact, self.kind)[which.ravel()]
        return places, pack(np.isnan(total))

    def _exact_place(self, values: Sequence[float]) -> int:
        total, _ = exactly(values, 0.0, 1)
        below = bisect_left(self.bounds, total)
        return 2 * below + (below < len(self.bounds) and self.bounds[below] == total)


class Words:
    """One test of what is no number: made once for each different value of the column."""

    def __init__(self, field: Field, place: int, atom: Condition) -> None:
        self.field, self.place, self.atom = field, place, atom

    def run(self, columns: Columns, true: Planes, possible: Planes) -> None:
        column, test = self._column(columns)
        verdicts = (UNKNOWN if value is None else test(value) for value in column.values)
        ranks = np.array([verdict.rank for verdict in verdicts], np.int8)[column.places]
        true[self.place], possible[self.place] = pack(ranks == 2), pack(ranks >= 1)

    def _column(self, columns: Columns) -> tuple[Encoded[Comparable], Callable[[Comparable], Verdict]]:
        field, atom = self.field, self.atom
        match field.type:
            case "code" | "enum":
                test, contains = MEMBERSHIPS[atom.op].test, contains_of(field)
                return columns.word(field.name), lambda have: test(have, as_names(atom.value), contains)
            case "ordered":
                return columns.ranks(field.name), lambda ranks: ordered_verdict(atom, field, ranks)
            case "set":
                return (
                    columns.members(field.name),
                    lambda given: columns.held(field.name, given).has(str(atom.value)),
                )
            case "event":
                window, test_events = as_window(atom.value), EVENT_TESTS[atom.op].test

                def happened(given: Events) -> Verdict:
                    events, whole = given.named(window.event)
                    return test_events(events, whole, window)

                return columns.events(), happened
            case _:
                return columns.confirmed(str(atom.value)), known


def ordinals(value: Comparable) -> Comparable:
    """A day that is asked for, or both ends of a span of days, as numbers that can be compared."""
    return _each(value, lambda day: float(day.toordinal()))


def _exact(number: float, times: int) -> Comparable:
    return exactly((), number, times)[1]


def _each(value: Comparable, read: Callable[[Comparable], Comparable]) -> Comparable:
    """A threshold, or both ends of a span where they are set, as `read` reads them."""
    if isinstance(value, Bounds):
        return Bounds(*(None if end is None else read(end) for end in (value.low, value.high)))
    return read(value)


def _ends(need: Comparable) -> list[Comparable]:
    return [end for end in (need.low, need.high) if end is not None] if isinstance(need, Bounds) else [need]
