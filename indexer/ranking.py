"""Bag-of-words ranking: BM25F over a sparse matrix, term by record, on disk and memory-mapped.

One matrix belongs to one Whoosh segment and has a column for each of its documents, in Whoosh's order. It is written
before Whoosh commits and never changed after; what Whoosh deleted is left out when reading. Lengths are measured
against fixed pivots and not against the averages of the day, so that an index grown bit by bit ranks exactly as one
built at once.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array

Floats = npt.NDArray[np.float32]
Kind = Literal["policy", "clause", "measure"]
KIND_CODES: dict[Kind, int] = {"policy": 0, "clause": 1, "measure": 2}

# Saturation, and for each kind of record how much a word of its heading and of its text counts, how strongly length is
# punished there, and the length (in terms) that is neither punished nor rewarded. Set on the dev sets.
K1 = 1.2
HEADING = {"policy": (3.0, 0.4, 16.0), "clause": (1.5, 0.3, 8.0), "measure": (2.5, 0.3, 12.0)}
TEXT = {"policy": (1.0, 0.6, 600.0), "clause": (1.0, 0.6, 100.0), "measure": (1.0, 0.5, 60.0)}

_BLOCK = 64


@dataclass(slots=True)
class MatrixWriter:
    """Collects records and writes their matrix. Records come policy by policy: the policy's own first."""

    vocabulary: dict[str, int] = field(default_factory=dict)
    ids: array[int] = field(default_factory=lambda: array("i"))
    runs: list[tuple[int, int, float]] = field(default_factory=list)
    kinds: array[int] = field(default_factory=lambda: array("b"))
    starts: array[int] = field(default_factory=lambda: array("i"))

    def add_policy(self, members: Sequence[tuple[Kind, Sequence[str], Sequence[str]]]) -> None:
        """A policy's records as (kind, terms of the heading, terms of the text); the policy's own holds all the rest."""
        first = len(self.kinds)
        self.starts.append(first)
        whole = array("i")
        for kind, heading, text in members:
            record = len(self.kinds)
            self.kinds.append(KIND_CODES[kind])
            heading_ids, text_ids = self._ids(heading), self._ids(text)
            self._run(record, heading_ids, HEADING[kind])
            if kind != "policy":
                self._run(record, text_ids, TEXT[kind])
                whole.extend(heading_ids)
            whole.extend(text_ids)
        self._run(first, whole, TEXT["policy"])

    def _ids(self, terms: Iterable[str]) -> array[int]:
        known = self.vocabulary
        return array("i", [known.setdefault(term, len(known)) for term in terms])

    def _run(self, record: int, ids: array[int], weights: tuple[float, float, float]) -> None:
        boost, b, pivot = weights
        if ids:
            self.ids.extend(ids)
            self.runs.append((record, len(ids), boost / (1 - b + b * len(ids) / pivot)))

    def write(self, folder: Path) -> None:
        """The matrix into `folder`, made if need be."""
        records, terms = max(len(self.kinds), 1), len(self.vocabulary)
        order = sorted(self.vocabulary)
        rank = np.empty(terms, dtype=np.int64)
        rank[[self.vocabulary[term] for term in order]] = np.arange(terms)
        counts = np.array([run[1] for run in self.runs], dtype=np.int64)
        owners = np.repeat(np.array([run[0] for run in self.runs], dtype=np.int64), counts)
        weights = np.repeat(np.array([run[2] for run in self.runs], dtype=np.float32), counts)
        keys = rank[np.frombuffer(self.ids, dtype=np.int32)] * records + owners if terms else owners
        by_key = np.argsort(keys, kind="stable")
        keys = keys[by_key]
        first = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else np.zeros(0, dtype=np.int64)
        total = np.add.reduceat(weights[by_key], first) if len(keys) else np.zeros(0, dtype=np.float32)
        weight = (total * (K1 + 1) / (total + K1)).astype(np.float32)
        kinds, starts = (np.array(values, dtype=np.int32) for values in (self.kinds, self.starts))
        _save(folder, order, keys[first], weight, kinds.astype(np.int8), starts)


class Matrix:
    """A matrix as written, opened for reading.

    `kinds` is each record's kind (see KIND_CODES); `starts` the record of each policy, which its other records follow.
    """

    def __init__(self, folder: Path) -> None:
        self._pointers, self._records, self._weights = (
            np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("pointers", "records", "weights")
        )
        self.kinds: npt.NDArray[np.int8] = np.load(folder / "kinds.npy")
        self.starts: npt.NDArray[np.int32] = np.load(folder / "starts.npy")
        terms: list[str] = json.loads((folder / "terms.json").read_text(encoding="utf-8"))
        self.terms: Mapping[str, int] = {term: i for i, term in enumerate(terms)}

    def __len__(self) -> int:
        return len(self.kinds)

    def frequency(self, term: str) -> int:
        """In how many records `term` stands."""
        at = self.terms.get(term)
        return 0 if at is None else int(self._pointers[at + 1] - self._pointers[at])

    def entries(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32], Floats]:
        """Every entry as term, record and weight, by term and then by record."""
        rows = np.repeat(np.arange(len(self.terms)), np.diff(self._pointers))
        return rows, self._records, self._weights

    def scores(self, weights: Mapping[str, float]) -> Floats:
        """For every record the sum over `weights` (term, its inverse frequency and weight in the query) of its BM25F part."""
        rows = [(self.terms[term], weight) for term, weight in weights.items() if term in self.terms]
        if not rows or not len(self):
            return np.zeros(len(self), dtype=np.float32)
        spans = [(int(self._pointers[row]), int(self._pointers[row + 1])) for row, _ in rows]
        columns = csc_array(
            (
                np.concatenate([self._weights[a:b] for a, b in spans]),
                np.concatenate([self._records[a:b] for a, b in spans]),
                np.cumsum([0, *(b - a for a, b in spans)], dtype=np.int32),
            ),
            shape=(len(self), len(rows)),
        )
        found: Floats = columns @ np.array([weight for _, weight in rows], dtype=np.float32)
        return found


def inverse_frequency(frequency: int, total: int) -> float:
    """How much a term tells that stands in `frequency` of `total` records; never below a little above nothing."""
    return float(np.log1p((total - frequency + 0.5) / (frequency + 0.5)))


def best(scores: Floats, count: int) -> npt.NDArray[np.int64]:
    """The places of the `count` highest scores above nothing, highest first, equal ones in the order they stand.

    Looks at the highest of each block of 64 first: no score above the count-th of those lies in another block.
    """
    usable = len(scores) // _BLOCK * _BLOCK
    if usable > _BLOCK * count * 2:
        blocks = scores[:usable].reshape(-1, _BLOCK).max(axis=1)
        floor = np.partition(blocks, len(blocks) - count)[len(blocks) - count]
        chosen = np.flatnonzero(blocks >= floor)
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


def merge(parts: Sequence[tuple[Matrix, npt.NDArray[np.bool_]]], folder: Path) -> None:
    """Write into `folder` the matrix of all `parts` one after another, without the records that are not live.

    A part may be the matrix that stands in `folder`: nothing is written before all has been read.
    """
    order = sorted({term for matrix, _ in parts for term in matrix.terms})
    place = {term: i for i, term in enumerate(order)}
    keys, weights, kinds, starts = [], [], [], []
    total, base = sum(int(live.sum()) for _, live in parts), 0
    for matrix, live in parts:
        rows, records, found = matrix.entries()
        keep = live[records]
        moved = np.cumsum(live) - 1 + base
        rank = np.array([place[term] for term in matrix.terms], dtype=np.int64)
        keys.append(rank[rows[keep]] * max(total, 1) + moved[records[keep]])
        weights.append(found[keep])
        kinds.append(matrix.kinds[live])
        starts.append(moved[matrix.starts[live[matrix.starts]]])
        base += int(live.sum())
    key = np.concatenate(keys)
    by_key = np.argsort(key, kind="stable")
    _save(folder, order, key[by_key], np.concatenate(weights)[by_key], np.concatenate(kinds), np.concatenate(starts))


def _save(
    folder: Path,
    terms: Sequence[str],
    keys: npt.NDArray[np.int64],
    weights: Floats,
    kinds: npt.NDArray[np.int8],
    starts: npt.NDArray[np.int32],
) -> None:
    """Write a matrix whose entries are sorted by `keys` (the term's rank times the number of records, plus the record)."""
    records = max(len(kinds), 1)
    folder.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, npt.NDArray[Any]] = {
        "pointers": np.searchsorted(keys // records, np.arange(len(terms) + 1)).astype(np.int64),
        "records": (keys % records).astype(np.int32),
        "weights": weights.astype(np.float32),
        "kinds": kinds.astype(np.int8),
        "starts": starts.astype(np.int32),
    }
    for name, values in arrays.items():
        beside = folder / f"{name}.new.npy"
        np.save(beside, values)
        beside.replace(folder / f"{name}.npy")
    (folder / "terms.json").write_text(json.dumps(list(terms), ensure_ascii=False), encoding="utf-8")
