"""Many enterprises as columns: each fact once, for a block of enterprises on one day.

Numbers and days are float64 with NaN for what is not known; everything else is a table of the different values and,
for each enterprise, its place in it, so that a test is made once for each different value and not for each enterprise.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from corpus.codes import sizes
from corpus.fields import registry
from matcher.derived import DERIVATIONS, SIZE_PARTS, whole_years
from matcher.facts import Events, Members, Profile
from matcher.known import Facts, Held, hold

Numbers = NDArray[np.float64]
Found = TypeVar("Found")
Value = TypeVar("Value", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Encoded(Generic[Value]):
    """A column by place: enterprise `i` has `values[places[i]]`. None is a value like others: not known."""

    values: Sequence[Value]
    places: NDArray[np.integer]


class Columns(ABC):
    """The facts of a block of enterprises on `as_of`, by column, whatever they come from."""

    as_of: date

    def __init__(self, as_of: date) -> None:
        self.as_of = as_of
        self._kept: dict[object, object] = {}

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def given(self, name: str, year: int | None) -> Numbers:
        """The number of field `name` as given; NaN where it is not."""

    @abstractmethod
    def age(self) -> Numbers:
        """Whole years since the founding day, else as given."""

    @abstractmethod
    def day(self, name: str) -> Numbers:
        """The date of field `name` as its ordinal."""

    @abstractmethod
    def word(self, name: str) -> Encoded[str | None]:
        """The code or enum value of field `name`."""

    @abstractmethod
    def ranks(self, name: str) -> Encoded[tuple[int, ...] | None]:
        """The places in its order that an ordered field may have."""

    @abstractmethod
    def members(self, name: str) -> Encoded[Members | None]:
        """The set field `name` as given."""

    @abstractmethod
    def events(self) -> Encoded[Events | None]:
        """The events as given."""

    @abstractmethod
    def confirmed(self, words: str) -> Encoded[bool | None]:
        """People's answers to these words."""

    @abstractmethod
    def facts(self, row: int) -> Facts:
        """Everything known of one enterprise of the block."""

    @abstractmethod
    def own_answers(self) -> Sequence[tuple[int, Facts]]:
        """The rows whose confirmations are for single measures (`measure_id#path`)."""

    def number(self, name: str, year: int | None = None) -> Numbers:
        """The number of field `name` (of `year` for facts by year): as given, else as derived, else NaN."""
        return self.once((name, year), lambda: self._number(name, year))

    def _number(self, name: str, year: int | None) -> Numbers:
        if name == "age_years":
            return self.age()
        given = self.given(name, year)
        if name not in DERIVATIONS or year is None:
            return given
        derivation = DERIVATIONS[name]
        parts = [self.number(part, year - back) for part, back in derivation.parts]
        with np.errstate(all="ignore"):
            derived = np.where(derivation.defined(*parts), derivation.value(*parts), np.nan)
        return np.where(np.isnan(given), derived, given)

    def held(self, name: str, given: Members) -> Held:
        """What `given` of the set field `name` comes to on the day."""
        return self.once((name, given), lambda: hold(name, given, self.as_of))

    def once(self, key: object, build: Callable[[], Found]) -> Found:
        """What `build` builds, built once for each `key`."""
        if key not in self._kept:
            self._kept[key] = build()
        return self._kept[key]  # type: ignore[return-value]


class ProfileColumns(Columns):
    """Columns out of profiles; each is built when it is first asked for."""

    def __init__(self, profiles: Sequence[Profile], as_of: date) -> None:
        super().__init__(as_of)
        self._facts = [Facts(profile, as_of) for profile in profiles]

    def __len__(self) -> int:
        return len(self._facts)

    def given(self, name: str, year: int | None) -> Numbers:
        return self._floats(lambda facts: facts.given(name, year))

    def age(self) -> Numbers:
        return self._floats(Facts.age)

    def day(self, name: str) -> Numbers:
        def ordinal(facts: Facts) -> float | None:
            day = facts.day(name)
            return None if day is None else float(day.toordinal())

        return self.once((name, "day"), lambda: self._floats(ordinal))

    def word(self, name: str) -> Encoded[str | None]:
        return self.once((name, "word"), lambda: self._encoded(lambda facts: facts.word(name)))

    def ranks(self, name: str) -> Encoded[tuple[int, ...] | None]:
        return self.once((name, "ranks"), lambda: self._encoded(lambda facts: facts.ranks(name)))

    def members(self, name: str) -> Encoded[Members | None]:
        return self.once((name, "members"), lambda: self._encoded(lambda facts: facts.set_given(name)))

    def events(self) -> Encoded[Events | None]:
        return self.once("events", lambda: self._encoded(Facts.events_given))

    def confirmed(self, words: str) -> Encoded[bool | None]:
        def answer(facts: Facts) -> bool | None:
            given = facts.confirmation(words)
            return None if given is None else given.value

        return self.once(("confirmed", words), lambda: self._encoded(answer))

    def facts(self, row: int) -> Facts:
        return self._facts[row]

    def own_answers(self) -> Sequence[tuple[int, Facts]]:
        return [
            (row, facts)
            for row, facts in enumerate(self._facts)
            if facts.profile.confirmations and any("#" in words for words in facts.profile.confirmations)
        ]

    def _floats(self, read: Callable[[Facts], float | None]) -> Numbers:
        values = (np.nan if (value := read(facts)) is None else value for facts in self._facts)
        return np.fromiter(values, np.float64, len(self._facts))

    def _encoded(self, read: Callable[[Facts], Value]) -> Encoded[Value]:
        seen: dict[Value, int] = {}
        places = np.fromiter((seen.setdefault(read(f), len(seen)) for f in self._facts), np.int32, len(self._facts))
        return Encoded(tuple(seen), places)


@cache
def _size_bounds(part: str) -> Numbers:
    """Every threshold of the size standard on one indicator, rising."""
    found = {bound for group in sizes.groups() for name, bounds in group.thresholds if name == part for bound in bounds}
    return np.array(sorted(found), np.float64)


@dataclass(frozen=True)
class Frame:
    """A whole register as arrays, checked by whoever filled it: what a field has no column for is not known of anyone.

    `numbers` by field and year (None where not by year), `days` as ordinals, `words` for codes, enums and ordered
    fields. `profile` gives one enterprise whole.
    """

    size: int
    numbers: Mapping[tuple[str, int | None], Numbers] = field(default_factory=dict)
    days: Mapping[str, Numbers] = field(default_factory=dict)
    words: Mapping[str, Encoded[str | None]] = field(default_factory=dict)
    sets: Mapping[str, Encoded[Members | None]] = field(default_factory=dict)
    events: Encoded[Events | None] | None = None
    profile: Callable[[int], Profile] | None = None

    def block(self, start: int, stop: int, as_of: date) -> FrameColumns:
        """The columns of the enterprises from `start` up to `stop`, without copying."""
        return FrameColumns(self, start, min(stop, self.size), as_of)


class FrameColumns(Columns):
    """A stretch of a frame as columns."""

    def __init__(self, frame: Frame, start: int, stop: int, as_of: date) -> None:
        super().__init__(as_of)
        self._frame, self._start, self._stop = frame, start, stop

    def __len__(self) -> int:
        return self._stop - self._start

    def _cut(self, column: Numbers | None) -> Numbers:
        return np.full(len(self), np.nan) if column is None else column[self._start : self._stop]

    def _cut_encoded(self, column: Encoded[Value] | None) -> Encoded[Value | None]:
        if column is None:
            return Encoded((None,), np.zeros(len(self), np.int8))
        return Encoded(column.values, column.places[self._start : self._stop])

    def given(self, name: str, year: int | None) -> Numbers:
        return self._cut(self._frame.numbers.get((name, year)))

    def age(self) -> Numbers:
        days = self.day("founded_on")
        different, places = np.unique(days, return_inverse=True)
        years = np.array([self._years(day) for day in different])
        return np.where(np.isnan(days), self.given("age_years", None), years[places])

    def _years(self, ordinal: float) -> float:
        if np.isnan(ordinal) or ordinal > self.as_of.toordinal():
            return float("nan")
        return float(whole_years(date.fromordinal(int(ordinal)), self.as_of))

    def day(self, name: str) -> Numbers:
        return self._cut(self._frame.days.get(name))

    def word(self, name: str) -> Encoded[str | None]:
        return self._cut_encoded(self._frame.words.get(name))

    def ranks(self, name: str) -> Encoded[tuple[int, ...] | None]:
        """As given; a size class that is not given is derived."""
        given = self.word(name)
        order = registry()[name].order
        values: list[tuple[int, ...] | None] = [None if v is None else (order.index(v),) for v in given.values]
        if name != "size_class":
            return Encoded(values, given.places)
        return self.once((name, "ranks"), lambda: self._sizes(values, given.places))

    def _sizes(
        self, values: list[tuple[int, ...] | None], places: NDArray[np.integer]
    ) -> Encoded[tuple[int, ...] | None]:
        """Classed once for each industry and each span of values between two thresholds of the standard."""
        rows = np.flatnonzero(np.array([value is None for value in values], bool)[places])
        industry = self.word("industry")
        parts = [self.number(part, self.as_of.year - 1)[rows] for part in SIZE_PARTS]
        kinds = industry.places[rows].astype(np.int64)
        for part, numbers in zip(SIZE_PARTS, parts, strict=True):
            bounds = _size_bounds(part)
            span = np.where(np.isnan(numbers), len(bounds) + 1, np.searchsorted(bounds, numbers, side="right"))
            kinds = kinds * (len(bounds) + 2) + span
        _, firsts, kind = np.unique(kinds, return_index=True, return_inverse=True)
        order = registry()["size_class"].order
        seen: dict[tuple[int, ...] | None, int] = {value: place for place, value in enumerate(values)}
        found = []
        for first in firsts:
            known = [None if np.isnan(numbers[first]) else float(numbers[first]) for numbers in parts]
            classes = sizes.classify(industry.values[industry.places[rows[first]]], *known).classes
            ranks = tuple(map(order.index, classes)) if len(classes) < len(order) else None
            found.append(seen.setdefault(ranks, len(seen)))
        derived = places.astype(np.int32)
        derived[rows] = np.array(found, np.int32)[kind]
        return Encoded(tuple(seen), derived)

    def members(self, name: str) -> Encoded[Members | None]:
        return self._cut_encoded(self._frame.sets.get(name))

    def events(self) -> Encoded[Events | None]:
        return self._cut_encoded(self._frame.events)

    def confirmed(self, words: str) -> Encoded[bool | None]:
        return Encoded((None,), self.once(("nobody", words), lambda: np.zeros(len(self), np.int8)))

    def facts(self, row: int) -> Facts:
        profile = self._frame.profile
        if profile is None:
            raise LookupError("这些列没有附带企业档案")
        return self.once(("facts", row), lambda: Facts(profile(self._start + row), self.as_of))

    def own_answers(self) -> Sequence[tuple[int, Facts]]:
        return ()
