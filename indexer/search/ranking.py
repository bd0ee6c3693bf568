"""Bag-of-words ranking: BM25F over a sparse matrix, term by record, on disk and memory-mapped.

One matrix belongs to one Whoosh segment and has a column for each of its documents, in Whoosh's order. It is written
before Whoosh commits; what Whoosh deleted is left out when reading. Beside the weights that searches read it keeps what
they are made of (how often a term stands in the text, how much it counts from the heading, how long each record is), so
that they can be made anew when the average lengths of the whole index have moved (`weigh`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeAlias
from weakref import WeakValueDictionary

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array

from indexer.search import arrays
from indexer.search.alike import Vocabulary

Floats: TypeAlias = npt.NDArray[np.float32]
Places: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Kind: TypeAlias = Literal["policy", "clause", "measure"]
KINDS: tuple[Kind, ...] = ("policy", "clause", "measure")
KIND_CODES: dict[Kind, int] = {kind: code for code, kind in enumerate(KINDS)}

# Saturation; how strongly the length of a text is punished; and for each kind of record how much a word of its heading
# counts, how strongly the heading's length is punished, and the length that is neither punished nor rewarded.
# Set on the tune half of the statutes, policy_qa and official_faq together.
K1, B = 1.4, 0.7
HEADING: dict[Kind, tuple[float, float, float]] = {
    "policy": (2.5, 0.4, 20.0),
    "clause": (1.5, 0.3, 10.0),
    "measure": (2.5, 0.3, 14.0),
}
# Average lengths may move by this share before weights are made anew.
_DRIFT = 0.1
_BLOCK = 64


class Terms:
    """The terms of a segment in their order; the row of each."""

    def __init__(self, ordered: list[str]) -> None:
        self.ordered = ordered

    @cached_property
    def rows(self) -> dict[str, int]:
        """The row of each term."""
        return {term: row for row, term in enumerate(self.ordered)}

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words among them, by how they sound and look."""
        return Vocabulary(self.ordered)


_read: WeakValueDictionary[tuple[Path, int, int], Terms] = WeakValueDictionary()


def read_terms(folder: Path) -> Terms:
    """The terms of a segment; one object for all that have the same one open."""
    file = folder / "terms.json"
    about = file.stat()
    key = (file, about.st_ino, about.st_mtime_ns)
    found = _read.get(key)
    if found is None:
        _read[key] = found = Terms(json.loads(file.read_text(encoding="utf-8")))
    return found


class Matrix:
    """A matrix as written, opened for reading.

    `kinds` is each record's kind (its place in KINDS); `starts` the record of each policy, which its other records
    follow; `lengths` the terms of each record's text.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.records = arrays.read(folder, "records")
        self.pointers, self.kinds, self.starts, self.lengths = (
            arrays.read(folder, name) for name in ("pointers", "kinds", "starts", "lengths")
        )
        self.terms = read_terms(folder)
        self._weights: Floats = np.zeros(0, dtype=np.float32)

    def __len__(self) -> int:
        return len(self.kinds)

    def rows(self, terms: Sequence[str]) -> Places:
        """The row of each of `terms`; for one that stands nowhere here the row after the last, which is empty."""
        known, empty = self.terms.rows, len(self.pointers) - 1
        return np.array([known.get(term, empty) for term in terms], dtype=np.int64)

    def times(self, term: str) -> int:
        """In how many records `term` stands."""
        row = self.terms.rows.get(term)
        return 0 if row is None else int(self._ends[row] - self.pointers[row])

    def frequencies(self, rows: Places) -> Places:
        """In how many records each of the terms stands, given their rows."""
        found: Places = self._ends[rows] - self.pointers[rows]
        return found

    def weighed(self) -> Matrix:
        """It with its weights opened. Raises FileNotFoundError where there are none, or no longer."""
        self._weights = arrays.read(self.folder, "weights")
        return self

    @cached_property
    def _ends(self) -> Places:
        found: Places = np.r_[self.pointers[1:], self.pointers[-1:]]
        return found

    def scores(self, rows: Places, weights: Floats) -> Floats:
        """For every record the sum over the terms, given their rows, of their weight times their BM25F part.

        The weight of a term is its inverse frequency times its weight in the query.
        """
        ends = self._ends[rows]
        held = ends > self.pointers[rows]
        if not held.any():
            return np.zeros(len(self), dtype=np.float32)
        spans = [slice(*span) for span in zip(self.pointers[rows[held]].tolist(), ends[held].tolist(), strict=True)]
        columns = csc_array(
            (
                np.concatenate([self._weights[span] for span in spans]),
                np.concatenate([self.records[span] for span in spans]),
                np.cumsum([0, *(span.stop - span.start for span in spans)], dtype=np.int32),
            ),
            shape=(len(self), len(spans)),
        )
        found: Floats = columns @ weights[held]
        return found

    def scores_within(self, rows: Places, weights: Floats, starts: Places, ends: Places) -> Floats:
        """As `scores`, but nothing for records outside the stretches from `starts` to `ends`, which are in order."""
        found = np.zeros(len(self), dtype=np.float32)
        for row, weight in zip(rows.tolist(), weights.tolist(), strict=True):
            first = int(self.pointers[row])
            records = self.records[first : int(self._ends[row])]
            begin, sizes = np.searchsorted(records, starts), np.searchsorted(records, ends)
            sizes -= begin
            at = np.repeat(begin - (np.cumsum(sizes) - sizes), sizes) + np.arange(int(sizes.sum()))
            found[records[at]] += np.float32(weight) * self._weights[first + at]
        return found


# ---------------------------------------------------------------- weights


def average_lengths(matrices: Sequence[Matrix]) -> list[float]:
    """The average length of the texts of each kind of record, over all `matrices`."""
    kinds = np.concatenate([matrix.kinds for matrix in matrices])
    lengths = np.concatenate([matrix.lengths for matrix in matrices])
    return [
        max(float(lengths[kinds == code].mean()), 1.0) if (kinds == code).any() else 1.0 for code in range(len(KINDS))
    ]


def weigh(matrices: Sequence[Matrix]) -> None:
    """Make the weights of every matrix that has none, or whose average lengths are no longer those of the whole.

    A matrix that is open elsewhere keeps the weights that it was opened with.
    """
    if not matrices:
        return
    averages = average_lengths(matrices)
    for matrix in matrices:
        path = matrix.folder / "averages.json"
        used: list[float] = json.loads(path.read_text(encoding="ascii")) if path.exists() else []
        if used and all(abs(now / then - 1) <= _DRIFT for now, then in zip(averages, used, strict=True)):
            continue
        counts, headings = (arrays.read(matrix.folder, name) for name in ("counts", "headings"))
        norm = (1 - B + B * matrix.lengths / np.array(averages)[matrix.kinds]).astype(np.float32)
        found = headings.astype(np.float32) + counts / norm[matrix.records]
        arrays.put(matrix.folder, "weights", (found * (K1 + 1) / (found + K1)).astype(np.float32))
        path.write_text(json.dumps(averages), encoding="ascii")


# ---------------------------------------------------------------- scores


def inverse_frequency(frequency: Places, total: int) -> Floats:
    """How much a term tells that stands in `frequency` of `total` records; a little above nothing at the least."""
    found: Floats = np.log1p((total - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
    return found


def best(scores: Floats, count: int) -> Places:
    """The places of the `count` highest scores above nothing, highest first, equal ones in the order they stand.

    Looks at the highest of each block of 64 first: what is among the `count` highest lies in a block whose highest is.
    """
    usable = len(scores) // _BLOCK * _BLOCK
    if usable > _BLOCK * count * 2:
        blocks = scores[:usable].reshape(-1, _BLOCK).max(axis=1)
        floor = np.partition(blocks, len(blocks) - count)[len(blocks) - count]
        chosen = np.flatnonzero(blocks >= floor) if floor > 0 else np.flatnonzero(blocks > 0)
        candidates = (chosen[:, None] * _BLOCK + np.arange(_BLOCK)).ravel()
        candidates = np.r_[candidates, np.arange(usable, len(scores))]
    else:
        candidates = np.arange(len(scores))
    found = scores[candidates]
    keep = found > 0
    candidates, found = candidates[keep], found[keep]
    if len(found) > count:
        floor = np.partition(found, len(found) - count)[len(found) - count]
        keep = found >= floor
        candidates, found = candidates[keep], found[keep]
    return candidates[np.argsort(-found, kind="stable")][:count].astype(np.int64)
