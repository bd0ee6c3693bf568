"""Searching: policies in and out of the index, a query in, ranked hits out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from pathlib import Path
from threading import Lock
from time import perf_counter
from typing import Any, Unpack

from whoosh.index import EmptyIndexError

from corpus.model import Policy
from indexer.search.entities import Chip, factors, place_factor, recognise
from indexer.search.facets import Count
from indexer.search.facets import facets as count_facets
from indexer.search.filters import Filters, kept
from indexer.search.hits import Group, Hit, Ranking, Sort
from indexer.search.index import Files, write
from indexer.search.query import understand
from indexer.search.semantic import Meaning
from indexer.search.snapshot import Snapshot

# How a policy counts by its status on the asked day.
STATUS_FACTOR = {"in_force": 1.0, "not_yet_in_force": 0.9, "expired": 0.5, "withdrawn": 0.4}
_LONGEST_QUERY = 300
# A phrase; a place, a trade, a year and a sum; an everyday complaint.
_FIRST = ('"高新技术企业" 奖励', "济源餐饮企业 2023年 50万元以上的补贴", "厂房租金太高怎么办")
# How often an index that is being swapped meanwhile is opened anew.
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Ranked hits. `total` is how many were found, of which `hits` are the first.

    `suggestion` is another query to try (您是不是要找). `chips` are what was recognised in the query and made to count,
    each of which can be taken away again (`without`). `facets` count all that was found, where asked for.
    """

    query: str
    hits: tuple[Hit, ...]
    total: int
    took_ms: float
    suggestion: str | None = None
    chips: tuple[Chip, ...] = ()
    facets: Mapping[str, tuple[Count, ...]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The shape of `search --json`."""
        return {
            "schema_version": 1,
            "query": self.query,
            "total": self.total,
            "took_ms": round(self.took_ms, 2),
            "suggestion": self.suggestion,
            "hits": [hit.to_json() for hit in self.hits],
        }


class Index:
    """The index in `folder`, made when something is first put into it. One object may serve many threads that search.

    With `meaning` what says the same in other words gains beside the words (see `semantic`).
    Raises StoreError where the folder is not this program's, is being written by another process, or was made by
    another version (`needs_rebuild`; then `rebuild`).
    """

    def __init__(self, folder: Path, meaning: Meaning | None = None) -> None:
        self._files = Files(folder)
        self._meaning = meaning
        self._open: tuple[tuple[str, int], Snapshot] | None = None
        self._opening = Lock()

    @property
    def needs_rebuild(self) -> bool:
        """Whether it was made by another version of the program or its dictionary."""
        return self._files.needs_rebuild

    def update(self, policies: Iterable[Policy]) -> int:
        """Put `policies` in, each in place of the one of the same id; how many differed from what was there."""
        generation = self._files.current
        if generation is not None:
            return write(generation, policies)
        return self.rebuild(policies)

    def remove(self, ids: Iterable[str]) -> None:
        """Take policies out. An id that is not there is left out of account."""
        generation = self._files.current
        if generation is not None:
            write(generation, (), ids)

    def rebuild(self, policies: Iterable[Policy]) -> int:
        """Build anew from `policies` alone, beside the old one, and swap it in; how many policies it holds."""
        generation = self._files.create()
        count = write(generation, policies)
        self._files.use(generation)
        return count

    def warm(self) -> None:
        """Load what a first search of any kind would have to wait for, by one of each kind."""
        for query in _FIRST:
            self.search(query, as_of=date.min, facets=True)
        if (snapshot := self._snapshot()) is not None:
            snapshot.alike("")  # its words by how they sound: a first slip would wait for them

    def encode(self, done: Callable[[int], object] = lambda _: None) -> int:
        """Make the vectors that what is in it lacks, telling `done` how many there are so far; how many were made.

        None without `meaning`.
        """
        snapshot = self._snapshot()
        return 0 if self._meaning is None or snapshot is None else self._meaning.make(snapshot, done)

    def close(self) -> None:
        """Let go of the files; a later search opens them again."""
        if self._open is not None:
            self._open[1].close()
            self._open = None

    def _snapshot(self) -> Snapshot | None:
        """The index as it stands now. One thread opens what is new; what those beside it are still reading stays open."""
        for attempt in count(1):
            try:
                return self._latest()
            except (OSError, ValueError, EmptyIndexError):
                # A writer swept away what was about to be opened: there is a newer one.
                if attempt == _ATTEMPTS:
                    raise
        return None

    def _latest(self) -> Snapshot | None:
        version = self._files.version()
        if version is None:
            return None
        if self._open is None or self._open[0] != version:
            with self._opening:
                if self._open is None or self._open[0] != version:
                    before = self._open[1] if self._open and self._open[0][0] == version[0] else None
                    self._open = version, Snapshot(self._files.folder / version[0], before)
        return self._open[1]

    def search(
        self,
        query: str,
        *,
        as_of: date,
        limit: int = 10,
        group: Group = "policy",
        explain: bool = False,
        near: str | None = None,
        sort: Sort = "relevance",
        without: Collection[str] = (),
        facets: bool = False,
        **filters: Unpack[Filters],
    ) -> SearchResult:
        """The best hits for `query` on the day `as_of`, best first.

        From two million records on, with tantivy at hand, `total` counts only what may be among the first hundreds,
        where nothing is filtered, counted or sorted otherwise.

        `filters` keep the rest out (see `Filters`); `near`, a region, orders by where a policy applies without keeping
        anything out.
        `group` says what a hit is. `without` are keys of chips that are not to count. An empty query gives all that the filters keep, the newest first.
        """
        began = perf_counter()
        query = query[:_LONGEST_QUERY]
        snapshot = self._snapshot()
        chips = recognise(query, without)
        understood = understand(query, snapshot, [chip.said for chip in chips if chip.said])
        if understood.number is not None and not any(chip.kind == "doc_no" for chip in chips):
            understood = replace(understood, number=None, cited=None)
        hits: tuple[Hit, ...] = ()
        total, counts = 0, dict[str, tuple[Count, ...]]()
        if snapshot is not None and snapshot.size:
            columns = snapshot.columns
            factor = kept(columns, as_of, filters)
            told = factors(chips, columns, as_of)
            factor *= told
            if understood.words:
                factor *= columns.by_status(as_of, STATUS_FACTOR.__getitem__)
            if near is not None:
                factor *= place_factor(columns, near)
            # What is kept out, moved by a chip, counted or sorted otherwise needs the scores of all.
            plain = understood.must is None and understood.number is None and bool(understood.words)
            first = (
                snapshot.narrows
                and plain
                and not facets
                and sort == "relevance"
                and bool((told == 1).all() and factor.all())
            )
            meaning = self._meaning if plain else None
            ranking = Ranking(snapshot, understood, factor, group, meaning, first=first)
            total = ranking.total
            hits = ranking.hits(limit, as_of, sort, explain=explain)
            counts = count_facets(columns, ranking.policies(), as_of) if facets else counts
        took = (perf_counter() - began) * 1000
        return SearchResult(query, hits, total, took, understood.suggestion, chips, counts)
