"""What is known of one enterprise on one day: stored facts and those that follow from them, by field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from corpus.codes import sizes, titles
from corpus.fields import registry
from matcher.derived import DERIVATIONS, SIZE_PARTS, whole_years
from matcher.facts import Confirmation, Events, Happened, Members, Profile, Stored, Yearly
from matcher.truth import ELIGIBLE, INELIGIBLE, UNKNOWN, Verdict

Found = TypeVar("Found")
NOTHING = Members((), whole=False)


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that is not known: its field, the year for facts by year, the title, event or words asked for."""

    field: str
    year: int | None = None
    what: str | None = None

    @property
    def key(self) -> str:
        """The field's name; for a `manual` condition `manual:` and its words."""
        return f"manual:{self.what}" if self.field == "manual" else self.field


@dataclass(frozen=True, slots=True)
class Held:
    """A set on one day, with what titles imply worked in both ways round."""

    held: frozenset[str]
    lacked: frozenset[str]
    whole: bool

    def has(self, name: str) -> Verdict:
        if name in self.held:
            return ELIGIBLE
        return INELIGIBLE if self.whole or name in self.lacked else UNKNOWN


def hold(name: str, given: Members, day: date) -> Held:
    """The set field `name` on `day`, from what is given of it."""
    held = frozenset(member.name for member in given.has if member.held_on(day))
    lacked = given.lacks
    if name == "qualification":
        held = held.union(*map(titles.implied, held))
        # Holding is the firmer statement: a title that another one implies is held, whatever else was said.
        lacked = lacked.union(*map(titles.implying, lacked)) - held
    return Held(held, lacked, given.whole)


class Facts:
    """The facts of `profile` on `as_of`. Every reading gives None (or UNKNOWN) for what is not known, never a default."""

    def __init__(self, profile: Profile, as_of: date) -> None:
        self.profile = profile
        self.as_of = as_of
        # A bare number is the last year's of the day that the facts are known for.
        self.bare_year = (profile.as_of or as_of).year - 1
        self._found: dict[object, object] = {}

    def once(self, key: object, find: Callable[[], Found]) -> Found:
        """What `find` finds, found once for each `key`: the same condition is judged once however often it is asked."""
        if key not in self._found:
            self._found[key] = find()
        return self._found[key]  # type: ignore[return-value]

    def _stored(self, name: str) -> Stored | None:
        return self.profile.facts.get(name)

    def word(self, name: str) -> str | None:
        """The code or enum value of field `name`."""
        return self._stored(name)  # type: ignore[return-value]

    def day(self, name: str) -> date | None:
        """The date of field `name`."""
        return self._stored(name)  # type: ignore[return-value]

    def number(self, name: str, year: int | None = None) -> float | None:
        """The number of field `name`, of calendar `year` for facts by year: as given, else as derived."""
        if name == "age_years":
            return self.age()
        given = self.given(name, year)
        if given is None and name in DERIVATIONS and year is not None:
            return self.once((name, year), lambda: self._derive(name, year))
        return given

    def given(self, name: str, year: int | None = None) -> float | None:
        """The number as the profile gives it; a bare one is the last year's."""
        stored = self._stored(name)
        if isinstance(stored, float):
            return stored
        if isinstance(stored, Yearly) and year is not None:
            if year in stored.years:
                return stored.years[year]
            if year == self.bare_year:
                return stored.bare
        return None

    def _derive(self, name: str, year: int) -> float | None:
        derivation = DERIVATIONS[name]
        parts = [self.number(part, year - back) for part, back in derivation.parts]
        if None in parts or not derivation.defined(*parts):
            return None
        return float(derivation.value(*parts))

    def age(self) -> float | None:
        """Whole years since `founded_on`; the given `age_years` where that day is not known.

        The day decides because it stays right on every `as_of`. Not yet founded on `as_of`: unknown.
        """
        founded = self.day("founded_on")
        if founded is None:
            return self._stored("age_years")  # type: ignore[return-value]
        return float(whole_years(founded, self.as_of)) if founded <= self.as_of else None

    def ranks(self, name: str) -> tuple[int, ...] | None:
        """The places in its order that an ordered field may have; None where nothing is known of it."""
        given = self._stored(name)
        order = registry()[name].order
        if isinstance(given, str):
            return (order.index(given),)
        if name != "size_class":
            return None
        classes = self.size().classes
        return tuple(map(order.index, classes)) if len(classes) < len(order) else None

    def size(self) -> sizes.SizeFinding:
        """The size classes that industry, employees, revenue and assets leave possible, and why."""

        def find() -> sizes.SizeFinding:
            last = self.as_of.year - 1
            return sizes.classify(self.word("industry"), *(self.number(part, last) for part in SIZE_PARTS))

        return self.once("size_class", find)

    def set_given(self, name: str) -> Members | None:
        """The set field `name` as the profile gives it."""
        return self._stored(name)  # type: ignore[return-value]

    def members(self, name: str) -> Held:
        """The set field `name` on the day; nothing is known to be or not to be in one that is not given."""
        return self.once(name, lambda: hold(name, self.set_given(name) or NOTHING, self.as_of))

    def events_given(self) -> Events | None:
        """The events as the profile gives them."""
        return self._stored("event")  # type: ignore[return-value]

    def events(self, name: str) -> tuple[tuple[Happened, ...], bool]:
        """The known happenings of the event `name`, and whether there can be no others."""
        given = self.events_given()
        return given.named(name) if given else ((), False)

    def confirmation(self, words: str, place: str | None = None) -> Confirmation | None:
        """A person's answer to the condition at `place` (`measure_id#path`), else to these words anywhere."""
        answers = self.profile.confirmations
        return (answers.get(place) if place else None) or answers.get(words)

    # ------------------------------------------------------------ how, and what is wanting

    def how(self, name: str, year: int | None = None) -> str | None:
        """How the fact was derived, in Chinese; None where it was given or is not known."""
        stored = self._stored(name)
        if name == "age_years" and self.day("founded_on") is not None:
            return f"由成立日期 {self.day('founded_on')} 算到 {self.as_of}"
        if name == "size_class" and stored is None and self.ranks(name) is not None:
            return self.size().how
        derived = name in DERIVATIONS and self.given(name, year) is None and self.number(name, year) is not None
        if not derived or year is None:
            return None
        derivation = DERIVATIONS[name]
        parts = (f"{year - back}年{registry()[part].label}" for part, back in derivation.parts)
        return f"由{derivation.words.format(*parts)}算出"

    def wanting(self, name: str, year: int | None = None) -> tuple[Missing, ...]:
        """What would have to be known for field `name`: itself, or those of its parts that are not known."""
        if name == "age_years":
            return (Missing("founded_on"),)
        if name == "size_class":
            parts = self.size().missing
            if self.ranks(name) is None or not parts or "industry" in parts:
                return (Missing(name),)
            return tuple(Missing(part, self.as_of.year - 1) for part in parts)
        if name in DERIVATIONS and year is not None:
            derivation = DERIVATIONS[name]
            parts_of = [(part, year - back) for part, back in derivation.parts]
            values = [self.number(part, of) for part, of in parts_of]
            # From no revenue there is no ratio, whatever else comes to be known: then only the ratio itself helps.
            possible = derivation.defined(*(1.0 if value is None else value for value in values))
            unknown = tuple(Missing(*of) for of, value in zip(parts_of, values, strict=True) if value is None)
            if possible and 0 < len(unknown) < len(parts_of):
                return unknown
        return (Missing(name, year),)
