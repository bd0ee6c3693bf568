"""Bag-of-words ranking: BM25F over a sparse matrix, term by record, on disk and memory-mapped.

One matrix belongs to one Whoosh segment and has a column for each of its documents, in Whoosh's order. It is written
before Whoosh commits; what Whoosh deleted is left out when reading. Beside the weights that searches read it keeps what
they are made of (how often a term stands in the text, how much it counts from the heading, how long each record is), so
that they can be made anew when the average lengths of the whole index have moved (`weigh`).
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array

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


@dataclass(slots=True)
class MatrixWriter:
    """Collects records and writes their matrix. Records come policy by policy: the policy's own first."""

    _vocabulary: dict[str, int] = field(default_factory=dict)
    _ids: array[int] = field(default_factory=lambda: array("i"))
    _runs: list[tuple[int, int, float, int]] = field(default_factory=list)
    _kinds: list[int] = field(default_factory=list)
    _starts: list[int] = field(default_factory=list)
    _lengths: list[int] = field(default_factory=list)

    def add_policy(self, members: Sequence[tuple[Kind, Sequence[str], Sequence[str]]]) -> None:
        """A policy's records as (kind, terms of the heading, terms of the text); the policy's own holds all the rest."""
        first = len(self._kinds)
        self._starts.append(first)
        whole = array("i")
        for kind, heading, text in members:
            record = len(self._kinds)
            self._kinds.append(KIND_CODES[kind])
            heading_ids, text_ids = self._numbered(heading), self._numbered(text)
            boost, b, pivot = HEADING[kind]
            self._run(record, heading_ids, boost / (1 - b + b * len(heading_ids) / pivot), 0)
            self._lengths.append(len(text_ids))
            if kind != "policy":
                self._run(record, text_ids, 0.0, 1)
                whole.extend(heading_ids)
            whole.extend(text_ids)
        self._run(first, whole, 0.0, 1)
        self._lengths[first] = len(whole)

    def _numbered(self, terms: Iterable[str]) -> array[int]:
        known = self._vocabulary
        return array("i", [known.setdefault(term, len(known)) for term in terms])

    def _run(self, record: int, ids: array[int], heading: float, count: int) -> None:
        self._ids.extend(ids)
        self._runs.append((record, len(ids), heading, count))

    def write(self, folder: Path) -> None:
        """The matrix into `folder`, made if need be; its weights are not made yet (see `weigh`)."""
        terms = sorted(self._vocabulary)
        rank = np.empty(len(terms), dtype=np.int64)
        rank[[self._vocabulary[term] for term in terms]] = np.arange(len(terms))
        sizes = [run[1] for run in self._runs]
        owners = np.repeat(np.array([run[0] for run in self._runs], dtype=np.int32), sizes)
        keys = rank[np.frombuffer(self._ids, dtype=np.int32)] * len(self._kinds) + owners
        del owners
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        first = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else np.zeros(0, dtype=np.int64)
        keys = keys[first]
        heading = np.repeat(np.array([run[2] for run in self._runs], dtype=np.float32), sizes)[order]
        headings = np.add.reduceat(heading, first) if len(first) else heading
        count = np.repeat(np.array([run[3] for run in self._runs], dtype=np.int32), sizes)[order]
        counts = np.add.reduceat(count, first) if len(first) else count
        _save(folder, terms, keys, counts, headings, self._kinds, self._starts, self._lengths)


def _mapped(path: Path) -> npt.NDArray[Any]:
    """An array that stays on disk; as a plain array, whose slices cost less than a memmap's."""
    mapped: npt.NDArray[Any] = np.load(path, mmap_mode="r").view(np.ndarray)
    return mapped


class Matrix:
    """A matrix as written, opened for reading.

    `kinds` is each record's kind (its place in KINDS); `starts` the record of each policy, which its other records
    follow; `lengths` the terms of each record's text.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.records = _mapped(folder / "records.npy")
        self.pointers, self.kinds, self.starts, self.lengths = (
            np.load(folder / f"{name}.npy") for name in ("pointers", "kinds", "starts", "lengths")
        )
        weights = folder / "weights.npy"
        self._weights: Floats | None = _mapped(weights) if weights.exists() else None

    @cached_property
    def terms(self) -> Mapping[str, int]:
        """The row of each term, in the order of the terms."""
        terms: list[str] = json.loads((self.folder / "terms.json").read_text(encoding="utf-8"))
        return {term: row for row, term in enumerate(terms)}

    def __len__(self) -> int:
        return len(self.kinds)

    def rows(self, terms: Sequence[str]) -> Places:
        """The row of each of `terms`; for one that stands nowhere here the row after the last, which is empty."""
        known, empty = self.terms, len(self.pointers) - 1
        return np.array([known.get(term, empty) for term in terms], dtype=np.int64)

    def frequencies(self, rows: Places) -> Places:
        """In how many records each of the terms stands, given their rows."""
        found: Places = self._ends[rows] - self.pointers[rows]
        return found

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
        if self._weights is None or not held.any():
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
        counts, headings = (np.load(matrix.folder / f"{name}.npy") for name in ("counts", "headings"))
        norm = (1 - B + B * matrix.lengths / np.array(averages)[matrix.kinds]).astype(np.float32)
        found = headings.astype(np.float32) + counts / norm[matrix.records]
        _put(matrix.folder, "weights", (found * (K1 + 1) / (found + K1)).astype(np.float32))
        path.write_text(json.dumps(averages), encoding="ascii")


def merge(parts: Sequence[tuple[Matrix, Mask]], folder: Path) -> None:
    """Write into `folder` the matrix of all `parts` one after another, without the records that are not live.

    A part may be the matrix that stands in `folder`: nothing is written before all has been read.
    """
    terms = sorted({term for matrix, _ in parts for term in matrix.terms})
    place = {term: i for i, term in enumerate(terms)}
    total = sum(int(live.sum()) for _, live in parts)
    keys, counts, headings, kinds, starts, lengths = ([] for _ in range(6))  # type: list[Any], list[Any], list[Any], list[Any], list[Any], list[Any]
    base = 0
    for matrix, live in parts:
        keep = live[matrix.records]
        moved = np.cumsum(live) - 1 + base
        rank = np.array([place[term] for term in matrix.terms], dtype=np.int64)
        rows = np.repeat(np.arange(len(matrix.terms)), np.diff(matrix.pointers))
        keys.append(rank[rows[keep]] * total + moved[matrix.records[keep]])
        counts.append(np.load(matrix.folder / "counts.npy")[keep])
        headings.append(np.load(matrix.folder / "headings.npy")[keep])
        kinds.append(matrix.kinds[live])
        starts.append(moved[matrix.starts[live[matrix.starts]]])
        lengths.append(matrix.lengths[live])
        base += int(live.sum())
    key = np.concatenate(keys)
    order = np.argsort(key, kind="stable")
    joined = (np.concatenate(values) for values in (kinds, starts, lengths))
    _save(folder, terms, key[order], np.concatenate(counts)[order], np.concatenate(headings)[order], *joined)


def _save(
    folder: Path,
    terms: Sequence[str],
    keys: npt.NDArray[np.int64],
    counts: npt.NDArray[Any],
    headings: npt.NDArray[Any],
    kinds: npt.ArrayLike,
    starts: npt.ArrayLike,
    lengths: npt.ArrayLike,
) -> None:
    """Write a matrix whose entries are sorted by `keys` (the term's rank times the number of records, plus the record)."""
    total = max(len(np.asarray(kinds)), 1)
    folder.mkdir(parents=True, exist_ok=True)
    _put(folder, "pointers", np.searchsorted(keys, np.arange(len(terms) + 1) * total))
    _put(folder, "records", (keys % total).astype(np.int32))
    _put(folder, "counts", np.minimum(counts, 65535).astype(np.uint16))
    _put(folder, "headings", headings.astype(np.float16))
    for name, values, kind in (("kinds", kinds, np.int8), ("starts", starts, np.int32), ("lengths", lengths, np.int32)):
        _put(folder, name, np.asarray(values, dtype=kind))
    (folder / "terms.json").write_text(json.dumps(list(terms), ensure_ascii=False), encoding="utf-8")
    (folder / "averages.json").unlink(missing_ok=True)


def _put(folder: Path, name: str, values: npt.NDArray[Any]) -> None:
    beside = folder / f"{name}.new.npy"
    np.save(beside, values)
    beside.replace(folder / f"{name}.npy")


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
