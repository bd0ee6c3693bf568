"""Whether a row of the register is a good profile, asked once for each different fact instead of once for each row.

`read_profile` is the judge. Most rows of a register are plain (words, codes, numbers by year, lists of names), and most
of their facts have been met before: those are known to be good, numbers are compared with the bounds of their field,
and any row that is otherwise goes to `read_profile` as a whole, which also says what is wrong.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from typing import Any as Json

from corpus.errors import InputError
from corpus.fields import registry
from corpus.rules import read_date
from matcher.facts import read_fact, read_profile

_PLAIN = frozenset(("id", "name", "as_of", "facts", "description", "business_scope"))
_WORDS = ("description", "business_scope")
_YEARS = frozenset(map(str, range(1900, 2100)))
_NOTHING: Mapping[str, Json] = {}
_REMEMBERED = 200_000
_BOUNDS = {
    known.name: (
        known.by_year,
        -sys.float_info.max if known.min is None else known.min,
        sys.float_info.max if known.max is None else known.max,
    )
    for known in registry().values()
    if known.type == "number"
}


class Checked:
    """Rows that are found good; it remembers the facts that were."""

    def __init__(self) -> None:
        self._good: set[tuple[Json, ...]] = set()
        self._days: dict[str, date] = {}

    def read(self, data: Json, source: str) -> tuple[str, str, date | None]:
        """The id, the name and the day of the profile `data`. Raises InputError with all that is wrong with it."""
        if not self._plain(data):
            profile = read_profile(data, source)
            return profile.id, profile.name, profile.as_of
        on = data.get("as_of")
        return data["id"], data.get("name", ""), None if on is None else self._days[on]

    def _plain(self, data: Json) -> bool:
        """Whether `data` is sure to be good, and its id and name are as they stand."""
        if type(data) is not dict or not data.keys() <= _PLAIN:
            return False
        identity, facts = data.get("id"), data.get("facts", _NOTHING)
        if type(identity) is not str or not identity or identity.strip() != identity:
            return False
        if type(data.get("name", "")) is not str or (type(facts) is not dict and facts is not _NOTHING):
            return False
        if any(type(data.get(key, "")) is not str for key in _WORDS):
            return False
        if (on := data.get("as_of")) is not None and not self._day(on):
            return False
        return all(self._number(name, value) or self._met(name, value) for name, value in facts.items())

    def _number(self, name: str, value: Json) -> bool:
        """Whether `value` is a number of the field `name`, or numbers by year, within its bounds."""
        bounds = _BOUNDS.get(name)
        if bounds is None:
            return False
        by_year, low, high = bounds
        if type(value) is not dict:
            return (type(value) is float or type(value) is int) and low <= value <= high
        if not by_year or not value.keys() <= _YEARS:
            return False
        return all((type(one) is float or type(one) is int) and low <= one <= high for one in value.values())

    def _met(self, name: str, value: Json) -> bool:
        """Whether `value`, a word or a list of words, was found good as the field `name`, or is now."""
        if type(value) is str:
            key: tuple[Json, ...] = (name, value)
        elif type(value) is list and all(type(one) is str for one in value):
            key = (name, None, *value)
        else:
            return False
        if key not in self._good:
            try:
                read_fact(name, value)
            except InputError:
                return False
            if len(self._good) >= _REMEMBERED:
                self._good.clear()
            self._good.add(key)
        return True

    def _day(self, on: Json) -> bool:
        if type(on) is not str:
            return False
        if on not in self._days:
            try:
                self._days[on] = read_date(None, on, "as_of")
            except InputError:
                return False
        return True
