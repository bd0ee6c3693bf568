"""Writing what ranking and phrases read: the matrix and the places of the words of one Whoosh segment (see `ranking`, `standing`).

Both are compressed by column: everything about a term stands together, its records in their order. They are made block
by block, each laid aside on disk, and joined array by array, without sorting anything but the terms: what is in memory is a
block, or a few arrays of the whole.
"""

from __future__ import annotations

import json
import shutil
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import TypeAlias

import numpy as np
from scipy.sparse import csr_array

from indexer.search import arrays
from indexer.search.gather import Ints, Pieces, Stream
from indexer.search.ranking import HEADING, KIND_CODES, KINDS, Kind, Mask, read_terms

# Pieces of text in a block: 60 MB while it is reckoned.
_BLOCK = 1_000_000
_IN_HEADING = 1 << 20  # beside this a term's times in the text are counted, in one number
_MOST = 65_535


@dataclass(frozen=True, slots=True)
class Part:
    """The arrays of some records, as they are on disk; a row for each term, whose number says no more than its row.

    `pointers` say where a term's entries begin, each a record of `records` with its `counts` and `headings`;
    `at_pointers` where its entries among `at_records` do, whose positions in the record begin at `at_offsets`.
    """

    pointers: Ints
    records: Ints
    counts: Ints
    headings: Ints
    at_pointers: Ints
    at_records: Ints
    at_offsets: Ints
    at_positions: Ints
    kinds: Ints
    starts: Ints
    lengths: Ints

    @classmethod
    def read(cls, folder: Path) -> Part:
        """The part that was written into `folder`; it stays on disk."""
        return cls(*(arrays.read(folder, f.name) for f in fields(cls)))

    def write(self, folder: Path) -> None:
        """Write it into `folder`, made if need be."""
        folder.mkdir(parents=True, exist_ok=True)
        for part in fields(self):
            arrays.put(folder, part.name, getattr(self, part.name))

    def only(self, live: Mask) -> Part:
        """It without the records that are not live."""
        if live.all():
            return self
        moved = np.cumsum(live) - 1
        keep, at_keep = live[self.records], live[self.at_records]
        sizes = np.diff(self.at_offsets)
        return Part(
            pointers=_counted(keep, self.pointers),
            records=moved[self.records[keep]].astype(np.int32),
            counts=self.counts[keep],
            headings=self.headings[keep],
            at_pointers=_counted(at_keep, self.at_pointers),
            at_records=moved[self.at_records[at_keep]].astype(np.int32),
            at_offsets=np.r_[0, np.cumsum(sizes[at_keep])],
            at_positions=self.at_positions[np.repeat(at_keep, sizes)],
            kinds=self.kinds[live],
            starts=moved[self.starts[live[self.starts]]].astype(np.int32),
            lengths=self.lengths[live],
        )


def _counted(keep: Mask, pointers: Ints) -> Ints:
    """Where rows begin once only what is to keep is left."""
    found: Ints = np.r_[0, np.cumsum(keep)][pointers]
    return found


# ---------------------------------------------------------------- new records


class MatrixWriter:
    """Collects records and writes them into `folder`. Records come policy by policy: the policy's own first."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._aside = folder, folder / "blocks"
        self._pieces = Pieces()
        self._written: list[tuple[Path, int]] = []  # the blocks laid aside, and how many terms were known by then
        self._block, self._kinds, self._starts = array("i"), array("b"), array("i")

    def add_policy(self, members: Iterable[tuple[Kind, Iterable[str], Iterable[str]]]) -> None:
        """A policy's records as (kind, heading, text), cut to pieces; its own ranks by all that the others say too."""
        self._starts.append(len(self._kinds))
        for kind, heading, text in members:
            self._kinds.append(KIND_CODES[kind])
            self._block.extend(self._pieces.numbered(heading))
            self._block.extend(self._pieces.numbered(text))
        if len(self._block) > _BLOCK:
            self._flush()

    def write(self) -> None:
        """All that was added; its weights are not made yet (see `ranking.weigh`)."""
        self._flush()
        terms = sorted(self._pieces.terms)
        rank = np.empty(len(terms), dtype=np.int64)
        rank[[self._pieces.terms[term] for term in terms]] = np.arange(len(terms))
        _write(self._folder, [(partial(Part.read, path), rank[:known]) for path, known in self._written], terms)
        shutil.rmtree(self._aside)

    def _flush(self) -> None:
        if not self._kinds and self._written:
            return
        placed, ranked = self._pieces.streams(self._block)
        kinds, starts = (np.array(values, dtype=np.int32) for values in (self._kinds, self._starts))
        known = len(self._pieces.terms)
        self._written.append((self._aside / str(len(self._written)), known))
        _part(placed, ranked, kinds, starts, known).write(self._written[-1][0])
        self._block, self._kinds, self._starts = array("i"), array("b"), array("i")


def _part(placed: Stream, ranked: Stream, kinds: Ints, starts: Ints, terms: int) -> Part:
    """The part of a block. Texts come in twos, a record's heading and its text; a policy's own record comes first."""
    size = len(kinds)
    policy = np.repeat(starts, np.diff(np.r_[starts, size]))
    pointers, records, counts, headings, lengths = _matrix(ranked, kinds, starts, policy, terms)
    record, in_text = placed.texts >> 1, placed.texts & 1
    # A policy's title has a field of its own; elsewhere the text follows on the heading, one word apart.
    keep = (record != policy[record]) | (in_text == 1)
    record, in_text, position = record[keep], in_text[keep], placed.positions[keep]
    last = np.full(size, -2)
    np.maximum.at(last, record[in_text == 0], position[in_text == 0])
    position = position + in_text * (last + 2)[record]
    at_pointers, at_first, at_records, at_positions = _by_term(record, placed.terms[keep], position, size, terms)
    return Part(
        pointers=pointers,
        records=records,
        counts=counts,
        headings=headings,
        at_pointers=at_pointers,
        at_records=at_records[at_first],
        at_offsets=np.r_[at_first, len(at_positions)],
        at_positions=at_positions,
        kinds=kinds.astype(np.int8),
        starts=starts,
        lengths=lengths.astype(np.int32),
    )


def _matrix(ranked: Stream, kinds: Ints, starts: Ints, policy: Ints, terms: int) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Pointers, records, counts and headings by term, and the length of each record. `policy` is each record's policy."""
    size = len(kinds)
    record, heading = ranked.texts >> 1, (ranked.texts & 1) == 0
    # A policy's terms come twice: all of them for its own record, then those of its members for themselves.
    begin, below = np.searchsorted(record, starts), np.searchsorted(record, starts, side="right")
    end = np.r_[begin[1:], len(record)][: len(starts)]
    runs = np.stack([begin, below], axis=1).ravel(), np.repeat(end, 2)
    token = np.concatenate([np.arange(first, last) for first, last in zip(*runs, strict=True)])
    whole = np.repeat(np.tile([True, False], len(starts)), runs[1] - runs[0])
    row = np.where(whole, policy[record[token]], record[token])
    own_heading = heading[token] & (row == record[token])
    packed = np.where(own_heading, _IN_HEADING, 1).astype(np.int32)
    pointers, first, records, packed = _by_term(row, ranked.terms[token], packed, size, terms)
    total, records = np.add.reduceat(packed, first) if len(first) else packed, records[first]
    boost, b, pivot = (np.array([HEADING[kind][i] for kind in KINDS])[kinds] for i in range(3))
    worth = boost / (1 - b + b * np.bincount(record[heading], minlength=size) / pivot)
    counts = np.minimum(total & (_IN_HEADING - 1), _MOST).astype(np.uint16)
    headings = ((total >> 20) * worth[records]).astype(np.float16)
    return pointers, records, counts, headings, np.bincount(row[~own_heading], minlength=size)


def _by_term(rows: Ints, terms: Ints, values: Ints, size: int, count: int) -> tuple[Ints, Ints, Ints, Ints]:
    """What is given by record, by term: where each of `count` terms begins among its records, where each of those begins
    among its values, and the records and values themselves. `rows` are in order.
    """
    by_record = np.r_[0, np.cumsum(np.bincount(rows, minlength=size))]
    columns = csr_array((values, terms, by_record), shape=(size, count)).tocsc()
    new = np.ones(len(columns.indices), dtype=bool)
    new[1:] = columns.indices[1:] != columns.indices[:-1]
    new[columns.indptr[:-1][np.diff(columns.indptr) > 0]] = True
    first = np.flatnonzero(new)
    return np.searchsorted(first, columns.indptr), first, columns.indices, columns.data


# ---------------------------------------------------------------- joining


def merge(parts: Sequence[tuple[Path, Mask]], folder: Path) -> None:
    """Write into `folder` all `parts` one after another, without the records that are not live.

    `folder` may be that of a part: its files are read before they are written.
    """
    read = [(Part.read(path).only(live), read_terms(path).ordered) for path, live in parts]
    terms = sorted({term for _, own in read for term in own})
    place = {term: i for i, term in enumerate(terms)}
    _write(
        folder,
        [(partial(_same, part), np.array([place[term] for term in own], dtype=np.int64)) for part, own in read],
        terms,
    )


# A part, opened each time that it is read from, and the row that each of its rows has among all.
_Opened: TypeAlias = tuple[Callable[[], Part], Ints]


def _same(part: Part) -> Part:
    return part


def _write(folder: Path, parts: Sequence[_Opened], terms: Sequence[str]) -> None:
    """All `parts` one after another, into `folder`. `terms` are the rows, in their order."""
    folder.mkdir(parents=True, exist_ok=True)
    bases = np.cumsum([0, *(len(opened().kinds) for opened, _ in parts)])[:-1].tolist()
    for joined in (_about_records, _counts, _standing):
        for name, values in joined(parts, bases, len(terms)):
            arrays.put(folder, name, values)
    (folder / "terms.json").write_text(json.dumps(list(terms), ensure_ascii=False), encoding="utf-8")
    (folder / "averages.json").unlink(missing_ok=True)


_Columns: TypeAlias = Iterator[tuple[str, Ints]]


def _about_records(parts: Sequence[_Opened], bases: Sequence[int], _: int) -> _Columns:
    yield "kinds", np.concatenate([opened().kinds for opened, _ in parts])
    yield "lengths", np.concatenate([opened().lengths for opened, _ in parts])
    yield "starts", np.concatenate([opened().starts + base for (opened, _), base in zip(parts, bases, strict=True)])


def _counts(parts: Sequence[_Opened], bases: Sequence[int], count: int) -> _Columns:
    pointers = _begin([(opened().pointers, rows) for opened, rows in parts], count)
    records, counts = np.zeros(pointers[-1], dtype=np.int32), np.zeros(pointers[-1], dtype=np.uint16)
    headings = np.zeros(pointers[-1], dtype=np.float16)
    filled = pointers[:-1].copy()
    for (opened, rows), base in zip(parts, bases, strict=True):
        part = opened()
        to = _filling(part.pointers, rows, filled)
        records[to], counts[to], headings[to] = part.records + base, part.counts, part.headings
    yield from (("pointers", pointers), ("records", records), ("counts", counts), ("headings", headings))


def _standing(parts: Sequence[_Opened], bases: Sequence[int], count: int) -> _Columns:
    pointers = _begin([(opened().at_pointers, rows) for opened, rows in parts], count)
    records, offsets = np.zeros(pointers[-1], dtype=np.int32), np.zeros(pointers[-1] + 1, dtype=np.int64)
    filled = pointers[:-1].copy()
    for (opened, rows), base in zip(parts, bases, strict=True):
        part = opened()
        to = _filling(part.at_pointers, rows, filled)
        records[to], offsets[to + 1] = part.at_records + base, np.diff(part.at_offsets)
    yield from (("at_pointers", pointers), ("at_records", records))
    np.cumsum(offsets, out=offsets)
    positions = np.zeros(offsets[-1], dtype=np.int32)
    filled = pointers[:-1].copy()
    for opened, rows in parts:
        part = opened()
        to = _filling(part.at_pointers, rows, filled)
        positions[_moved(part.at_offsets, offsets[to])] = part.at_positions
    yield from (("at_offsets", offsets), ("at_positions", positions))


def _begin(parts: Sequence[tuple[Ints, Ints]], count: int) -> Ints:
    """Where each of `count` rows begins when parts, given where theirs begin and which they are, are joined."""
    lengths = np.zeros(count, dtype=np.int64)
    for pointers, rows in parts:
        lengths[rows] += np.diff(pointers)
    found: Ints = np.r_[0, np.cumsum(lengths)]
    return found


def _filling(pointers: Ints, rows: Ints, filled: Ints) -> Ints:
    """Where each entry of a part goes, after what each row is `filled` with so far; they are counted as filled then."""
    to = _moved(pointers, filled[rows])
    filled[rows] += np.diff(pointers)
    return to


def _moved(pointers: Ints, to: Ints) -> Ints:
    """Where each entry goes if those of each row go where `to` says, one after another."""
    found: Ints = np.repeat(to - pointers[:-1], np.diff(pointers)) + np.arange(pointers[-1])
    return found
