"""Where the words of the clauses stand, segment by segment: what Whoosh's queries for `text` are answered from."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from indexer.search import arrays
from indexer.search.gather import Ints
from indexer.search.ranking import read_terms

_POSITION = 32  # bits of a position


class Standing:
    """The words of a segment's texts with their records and positions (see `build.Part`), on disk."""

    def __init__(self, folder: Path) -> None:
        self._terms = read_terms(folder)
        self._pointers, self._records, self._offsets, self._positions = (
            arrays.read(folder, f"at_{name}") for name in ("pointers", "records", "offsets", "positions")
        )

    def _span(self, term: str) -> slice:
        row = self._terms.rows.get(term)
        return slice(0, 0) if row is None else slice(int(self._pointers[row]), int(self._pointers[row + 1]))

    def records(self, term: str) -> Ints:
        """The records in which `term` stands, in order."""
        return self._records[self._span(term)]

    def times(self, term: str) -> int:
        """How often `term` stands in all records together."""
        span = self._span(term)
        return int(self._offsets[span.stop] - self._offsets[span.start])

    def positions(self, term: str, at: int) -> Ints:
        """The positions of `term` in the record that is at place `at` of its records."""
        first = self._span(term).start + at
        return self._positions[self._offsets[first] : self._offsets[first + 1]]

    def starting(self, prefix: str) -> Iterator[str]:
        """The terms from `prefix` on, in order."""
        ordered = self._terms.ordered
        for row in range(bisect_left(ordered, prefix), len(ordered)):
            if self._pointers[row + 1] > self._pointers[row]:
                yield ordered[row]

    def phrase(self, words: Sequence[str]) -> Ints:
        """The records in which `words` stand one after another, in order."""
        # The rarest word first: each of the others then only has to be looked up where those before it stand.
        order = sorted(range(len(words)), key=lambda i: self.times(words[i]))
        found = self._places(words[order[0]], order[0])
        for i in order[1:]:
            others = self._places(words[i], i)
            at = np.searchsorted(others, found)
            found = found[np.r_[others, -1][at] == found]
        return np.unique(found >> _POSITION)

    def _places(self, term: str, ahead: int) -> Ints:
        """Every record and position of `term`, in one number, less the `ahead` words that stand before it."""
        span = self._span(term)
        offsets = self._offsets[span.start : span.stop + 1]
        records = np.repeat(self._records[span].astype(np.int64), np.diff(offsets)) << _POSITION
        places: Ints = records + self._positions[offsets[0] : offsets[-1]] - ahead
        return places
