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
        if type(data.get("description", "")) is not str or type(data.get("business_scope", "")) is not str:
            return False
        if (on := data.get("as_of")) is not None and not self._day(on):
            return False
        # The innermost loop of an import: spelled out, because a call for each fact is most of what it costs.
        good = self._good
        for name, value in facts.items():
            kind = type(value)
            if kind is str:
                if (name, value) not in good and not self._met((name, value), name, value):
                    return False
            elif kind is list:
                key = (name, None, *value)
                try:
                    met = key in good
                except TypeError:  # a list or an object is a member
                    return False
                if not met and not (all(type(one) is str for one in value) and self._met(key, name, value)):
                    return False
            else:
                bounds = _BOUNDS.get(name)
                if bounds is None:
                    return False
                by_year, low, high = bounds
                if kind is dict:
                    if not by_year:
                        return False
                    for year, one in value.items():
                        if (type(one) is not float and type(one) is not int) or year not in _YEARS:
                            return False
                        if not low <= one <= high:
                            return False
                elif (kind is not float and kind is not int) or not low <= value <= high:
                    return False
        return True

    def _met(self, key: tuple[Json, ...], name: str, value: Json) -> bool:
        """Whether `value`, a word or a list of words, is good as the field `name`; remembered under `key`."""
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
