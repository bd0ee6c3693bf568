"""The index as it stood at one moment, opened for searching."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh import index as whoosh_index
from whoosh.query import And, AndNot, MultiTerm, Not, NullQuery, Or, Phrase
from whoosh.query import Query as WhooshQuery

from indexer.doc_no import DocNo, typed_doc_no
from indexer.search.codec import TEXT, rank_folder
from indexer.search.columns import Columns
from indexer.search.index import read_headers
from indexer.search.narrow import Narrow, open_narrow
from indexer.search.ranking import KIND_CODES, KINDS, Floats, Matrix, Places, inverse_frequency
from indexer.search.records import Header, Record
from indexer.search.schema import record_of
from indexer.search.standing import Standing

Mask = npt.NDArray[np.bool_]
# Words of a pattern that are marked where they stand.
_MARKED = 500


@dataclass(frozen=True, slots=True)
class Segment:
    """A Whoosh segment with its matrix and headers. `base` is the Whoosh number of its first record."""

    identity: str
    matrix: Matrix
    headers: list[Header]
    base: int
    live: Mask
    narrow: Narrow | None
    standing: Standing

    def scores_of_first(self, rows: Places, asked: Floats, weights: Floats) -> Floats:
        """The scores of the policies that tantivy finds first, nothing for the others."""
        assert self.narrow is not None
        starts = self.matrix.starts.astype(np.int64)
        policies = np.unique(np.searchsorted(starts, self.narrow.records(rows, asked), side="right") - 1)
        ends = np.r_[starts[1:], len(self.matrix)]
        return self.matrix.scores_within(rows, weights, starts[policies], ends[policies])


@dataclass(frozen=True, slots=True)
class Holding:
    """The policies of which a query with operators is true, the records in which something that it asks for stands, and
    the words that its patterns (高新*) stand for here, of each pattern the first few hundred.
    """

    policies: Mask
    records: Mask
    words: dict[str, None]


class Snapshot:
    """Records are numbered as Whoosh numbers them, policies by their place in `headers`.

    `owner` is the policy of each record. A policy's own record is at its place in `starts`; its clauses follow, then from
    `measures` on its measures, up to `ends`. One that was deleted stays numbered, with all its records, and is not `live`.
    """

    def __init__(self, generation: Path, before: Snapshot | None = None) -> None:
        """Open `generation`; what is as it was in the snapshot `before` is taken from there."""
        known = {} if before is None else {segment.identity: segment for segment in before.segments}
        self._index = whoosh_index.open_dir(str(generation))
        self._searcher = self._index.searcher()
        self.headers: list[Header] = []
        self.segments: list[Segment] = []
        base = 0
        # The segments of the reader: the index itself would look again, and may find another commit.
        for segment in self._searcher.reader().segments() or ():
            identity = segment.segment_id()
            folder = rank_folder(generation, identity)
            old = known.get(identity)
            matrix = old.matrix if old else Matrix(folder).weighed()
            headers = old.headers if old else read_headers(folder)
            narrow = old.narrow if old else open_narrow(folder)
            standing = old.standing if old else Standing(folder)
            live = np.ones(len(matrix), dtype=bool)
            live[list(segment.deleted_docs())] = False
            self.segments.append(Segment(identity, matrix, headers, base, live, narrow, standing))
            self.headers += headers
            base += len(matrix)
        self.size = base
        self.kinds = _joined([s.matrix.kinds for s in self.segments], np.int8)
        self.starts = _joined([s.matrix.starts + s.base for s in self.segments], np.int64)
        self.live = _joined([s.live[s.matrix.starts] for s in self.segments], bool)
        self.ends = np.r_[self.starts[1:], base][: len(self.starts)]
        counted = np.r_[0, np.cumsum(self.kinds == KIND_CODES["measure"])]
        self.measures = self.ends - (counted[self.ends] - counted[self.starts])
        self.owner = np.repeat(np.arange(len(self.headers)), self.ends - self.starts)
        self.columns = Columns(self.headers)

    def close(self) -> None:
        """Let go of Whoosh's files."""
        self._searcher.close()
        self._index.close()

    def scores(self, words: Mapping[str, float], *, first: bool = False) -> tuple[Floats, float]:
        """Every record's score for `words`, and what all of them, once each, would come to: also those that stand nowhere.

        What was deleted has a score too: see `live`. With `first`, only what may come first is sure to have one
        (see `narrow`).
        """
        terms = list(words)
        rows = [segment.matrix.rows(terms) for segment in self.segments]
        frequency = sum(
            (s.matrix.frequencies(at) for s, at in zip(self.segments, rows, strict=True)),
            np.zeros(len(terms), np.int64),
        )
        asked = np.array(list(words.values()), dtype=np.float32)
        weights = asked * inverse_frequency(frequency, self.size)
        parts = [
            s.matrix.scores(at, weights) if not first or s.narrow is None else s.scores_of_first(at, asked, weights)
            for s, at in zip(self.segments, rows, strict=True)
        ]
        return _joined(parts, np.float32), float(weights.sum())

    def times(self, term: str) -> int:
        """In how many records `term` stands, those that were deleted too."""
        return sum(segment.matrix.times(term) for segment in self.segments)

    def alike(self, typed: str) -> set[str]:
        """The dictionary words in it that sound or look like `typed`."""
        return set().union(*(segment.matrix.terms.vocabulary.alike(typed) for segment in self.segments))

    @property
    def narrows(self) -> bool:
        """Whether asking for what comes first costs less than asking for all."""
        return any(segment.narrow is not None for segment in self.segments)

    def record(self, number: int) -> Record:
        """A record by its number."""
        stored = self._searcher.stored_fields(number)["record"]
        return record_of(KINDS[self.kinds[number]], stored)

    @cached_property
    def numbers(self) -> tuple[tuple[DocNo, int], ...]:
        """The policies that have a 文号, with it."""
        found = ((typed_doc_no(entry.doc_no), at) for at, entry in enumerate(self.headers) if entry.doc_no)
        return tuple((number, at) for number, at in found if number is not None and self.live[at])

    def holding(self, must: WhooshQuery) -> Holding:
        """What of the index `must` is true of.

        AND, OR and NOT are about the policy as a whole: one word may stand in its title and the other in a clause.
        """
        asked = Holding(np.zeros(0, dtype=bool), np.zeros(self.size, dtype=bool), {})
        return replace(asked, policies=self._holding(must, asked))

    def _holding(self, node: WhooshQuery, asked: Holding) -> Any:
        if isinstance(node, Not | AndNot):
            against = node.query if isinstance(node, Not) else node.b
            unwanted = self._holding(against, Holding(asked.policies, np.zeros_like(asked.records), {}))
            return ~unwanted if isinstance(node, Not) else self._holding(node.a, asked) & ~unwanted
        if isinstance(node, And):
            return np.all([self._holding(branch, asked) for branch in node.subqueries], axis=0)
        if isinstance(node, Or):
            return np.any([self._holding(branch, asked) for branch in node.subqueries], axis=0)
        held = np.zeros(len(self.headers), dtype=bool)
        if not isinstance(node, NullQuery.__class__):
            found = self._records_of(node)
            asked.records[found] = True
            held[self.owner[found]] = True
        if isinstance(node, MultiTerm):
            reader = self._searcher.reader()
            asked.words.update((text.decode(), None) for _, text in islice(node.expanded_terms(reader), _MARKED))
        return held

    def _records_of(self, node: WhooshQuery) -> Places:
        """The records of which a query without AND, OR and NOT is true. Whoosh walks a phrase record by record in
        Python; in a clause's text, where most are, it is read off the words in their places.
        """
        if isinstance(node, Phrase) and node.fieldname == TEXT and node.slop == 1 and node.words:
            return np.concatenate([s.base + s.standing.phrase(node.words) for s in self.segments])
        found: Places = np.fromiter(self._searcher.docs_for_query(node), dtype=np.int64)
        return found


def _joined(parts: Iterable[npt.NDArray[Any]], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    found = list(parts)
    if len(found) == 1:
        return found[0]
    return np.concatenate(found) if found else np.zeros(0, dtype=dtype)
