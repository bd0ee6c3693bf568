"""The headers of all policies as columns, so that filters and factors are reckoned for each different value once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from corpus.model import STATUSES
from indexer.search.about import sections
from indexer.search.records import Header

Floats: TypeAlias = npt.NDArray[np.float32]
_ALWAYS, _NEVER = 0, date.max.toordinal() + 1
_STATUS_ORDER = tuple(STATUSES)
_NAMES: dict[str, Callable[[Header], Any]] = {
    "region": lambda header: header.region,
    "level": lambda header: header.level,
    "issuer": lambda header: header.issuer or "",
    "offices": lambda header: "\n".join((*header.departments, header.issuer or "")),
    "departments": lambda header: "\n".join(header.departments),
    "year": lambda header: header.issued_on.year if header.issued_on else None,
    "years": lambda header: frozenset(_years(header)),
    "benefits": lambda header: frozenset(header.benefits),
    "trades": lambda header: header.trades,
    "audiences": lambda header: frozenset(header.audiences),
}
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?=\s*年)")


def _years(header: Header) -> Iterator[str]:
    """The year in which a policy was issued, and those that its title names."""
    yield from _YEAR.findall(header.title)
    if header.issued_on is not None:
        yield str(header.issued_on.year)


# What a policy may have several of, by which what was found is counted.
_MANY: dict[str, Callable[[Header], Sequence[str]]] = {
    "level": lambda header: (header.level,) if header.level else (),
    "department": lambda header: header.departments,
    "benefit": lambda header: header.benefits,
    "audience": lambda header: header.audiences,
    "industry": lambda header: sections(header.trades),
    "year": lambda header: (str(header.issued_on.year),) if header.issued_on else (),
}


class Columns:
    """Columns over `headers`; every answer has a place for each header, in their order."""

    def __init__(self, headers: Sequence[Header]) -> None:
        self._size = len(headers)
        self._effective = _days([header.effective_from for header in headers], _ALWAYS)
        self._expires = _days([header.expires_on for header in headers], _NEVER)
        self._withdrawn = _days(
            [header.withdrawn_on or date.min if header.withdrawn is not None else None for header in headers], _NEVER
        )
        self._issued = _days([header.issued_on for header in headers], _ALWAYS)
        self._most = np.array([max(_given(header), default=np.nan) for header in headers])
        self._headers = headers
        self._known: tuple[int | None, npt.NDArray[np.int64]] = (
            None,
            np.zeros(0, dtype=np.int64),
        )  # of the day last asked for
        self._many: dict[str, tuple[list[str], npt.NDArray[np.int64], npt.NDArray[np.int64]]] = {}
        self._values = {name: _distinct([read(header) for header in headers]) for name, read in _NAMES.items()}

    def by_status(self, as_of: date, worth: Callable[[str], float]) -> Floats:
        """`worth` of each policy's status on `as_of` (see `Header.status_on`, which this agrees with)."""
        found: Floats = np.array([worth(status) for status in _STATUS_ORDER], dtype=np.float32)[self._statuses(as_of)]
        return found

    def _statuses(self, as_of: date) -> npt.NDArray[np.int64]:
        day, known = self._known
        if day != as_of.toordinal():
            known = self._statuses_on(as_of.toordinal())
            self._known = as_of.toordinal(), known
        return known

    def _statuses_on(self, day: int) -> npt.NDArray[np.int64]:
        codes = np.full(self._size, _STATUS_ORDER.index("in_force"))
        codes[self._expires < day] = _STATUS_ORDER.index("expired")
        codes[self._effective > day] = _STATUS_ORDER.index("not_yet_in_force")
        codes[self._withdrawn <= day] = _STATUS_ORDER.index("withdrawn")
        return codes

    def statuses(self, places: npt.NDArray[np.int64], as_of: date) -> dict[str, int]:
        """How many of the policies at `places` have each status on `as_of`, of those that any has."""
        counts = np.bincount(self._statuses(as_of)[places], minlength=len(_STATUS_ORDER)).tolist()
        return {status: count for status, count in zip(_STATUS_ORDER, counts, strict=True) if count}

    def counts(self, name: str, places: npt.NDArray[np.int64]) -> dict[str, int]:
        """How many of the policies at `places` have each value of `name` (see `_MANY`)."""
        if name not in self._many:
            given = [_MANY[name](header) for header in self._headers]
            values, codes = _distinct([value for own in given for value in own])
            self._many[name] = values, codes, np.repeat(np.arange(self._size), [len(own) for own in given])
        values, codes, owners = self._many[name]
        chosen = np.zeros(self._size, dtype=bool)
        chosen[places] = True
        counts = np.bincount(codes[chosen[owners]], minlength=len(values)).tolist()
        return {value: count for value, count in zip(values, counts, strict=True) if count}

    def ones(self) -> Floats:
        """1 for each policy."""
        return np.ones(self._size, dtype=np.float32)

    def by(self, name: str, worth: Callable[[Any], float]) -> Floats:
        """`worth` of each policy's value of `name` (see `_NAMES`)."""
        values, places = self._values[name]
        worths: Floats = np.array([worth(value) for value in values], dtype=np.float32)
        return worths[places]

    def newest_first(self) -> Floats:
        """A score that is higher the later a policy was issued, above nothing for all."""
        scores: Floats = ((self._issued + 1) / 1e6).astype(np.float32)
        return scores

    def most(self) -> npt.NDArray[np.float64]:
        """The most yuan that a measure of each gives; not a number where none says how much."""
        return self._most

    def soonest_end(self) -> npt.NDArray[np.int64]:
        """The day, counted, on which each ends; after all days where it is open."""
        return self._expires


def _given(header: Header) -> list[float]:
    return [amount for amount in header.most if amount is not None]


def _days(days: Sequence[date | None], absent: int) -> npt.NDArray[np.int64]:
    return np.array([absent if day is None else day.toordinal() for day in days], dtype=np.int64)


def _distinct(values: Sequence[Any]) -> tuple[list[Any], npt.NDArray[np.int64]]:
    places: dict[Any, int] = {}
    at = np.array([places.setdefault(value, len(places)) for value in values], dtype=np.int64)
    return list(places), at
