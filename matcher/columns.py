"""Many enterprises as columns: each fact once, for a block of profiles on one day.

Numbers and days are float64 with NaN for what is not known; everything else is a table of the different values and,
for each enterprise, its place in it, so that a test is made once for each different value and not for each enterprise.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from matcher.derived import DERIVATIONS
from matcher.facts import Events, Members, Profile
from matcher.known import Facts, Held, hold

Numbers = NDArray[np.float64]
Found = TypeVar("Found")
Value = TypeVar("Value", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Encoded(Generic[Value]):
    """A column by place: enterprise `i` has `values[places[i]]`. None is a value like others: not known."""

    values: Sequence[Value]
    places: NDArray[np.int32]


class Columns:
    """The facts of `profiles` on `as_of`, by column. A column is built when it is first asked for, and kept."""

    def __init__(self, profiles: Sequence[Profile], as_of: date) -> None:
        self.profiles = profiles
        self.as_of = as_of
        self.facts = [Facts(profile, as_of) for profile in profiles]
        self._kept: dict[object, object] = {}

    def __len__(self) -> int:
        return len(self.profiles)

    def number(self, name: str, year: int | None = None) -> Numbers:
        """The number of field `name` (of `year` for facts by year): as given, else as derived, else NaN."""
        return self._once((name, year), lambda: self._number(name, year))

    def _number(self, name: str, year: int | None) -> Numbers:
        if name == "age_years":
            return self._floats(Facts.age)
        given = self._floats(lambda facts: facts.given(name, year))
        if name not in DERIVATIONS or year is None:
            return given
        derivation = DERIVATIONS[name]
        parts = [self.number(part, year - back) for part, back in derivation.parts]
        with np.errstate(divide="ignore", invalid="ignore"):
            derived = np.where(derivation.defined(*parts), derivation.value(*parts), np.nan)
        return np.where(np.isnan(given), derived, given)

    def day(self, name: str) -> Numbers:
        """The date of field `name` as its ordinal; NaN where it is not known."""

        def ordinal(facts: Facts) -> float | None:
            day = facts.day(name)
            return None if day is None else float(day.toordinal())

        return self._once((name, "day"), lambda: self._floats(ordinal))

    def word(self, name: str) -> Encoded[str | None]:
        """The code or enum value of field `name`."""
        return self._once((name, "word"), lambda: self._encoded(lambda facts: facts.word(name)))

    def ranks(self, name: str) -> Encoded[tuple[int, ...] | None]:
        """The places in its order that an ordered field may have."""
        return self._once((name, "ranks"), lambda: self._encoded(lambda facts: facts.ranks(name)))

    def members(self, name: str) -> Encoded[Members | None]:
        """The set field `name` as given."""
        return self._once((name, "members"), lambda: self._encoded(lambda facts: facts.set_given(name)))

    def held(self, name: str, given: Members) -> Held:
        """What `given` of the set field `name` comes to on the day."""
        return self._once((name, given), lambda: hold(name, given, self.as_of))

    def events(self) -> Encoded[Events | None]:
        """The events as given."""
        return self._once("events", lambda: self._encoded(Facts.events_given))

    def confirmed(self, words: str) -> Encoded[bool | None]:
        """People's answers to these words."""

        def answer(facts: Facts) -> bool | None:
            given = facts.confirmation(words)
            return None if given is None else given.value

        return self._once(("confirmed", words), lambda: self._encoded(answer))

    def _once(self, key: object, build: Callable[[], Found]) -> Found:
        if key not in self._kept:
            self._kept[key] = build()
        return self._kept[key]  # type: ignore[return-value]

    def _floats(self, read: Callable[[Facts], float | None]) -> Numbers:
        values = (np.nan if (value := read(facts)) is None else value for facts in self.facts)
        return np.fromiter(values, np.float64, len(self.facts))

    def _encoded(self, read: Callable[[Facts], Value]) -> Encoded[Value]:
        seen: dict[Value, int] = {}
        places = np.fromiter((seen.setdefault(read(f), len(seen)) for f in self.facts), np.int32, len(self.facts))
        return Encoded(tuple(seen), places)
