"""Searching: policies in and out of the index, a query in, ranked hits out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path
from threading import Lock
from time import perf_counter
from typing import Any, Literal, TypeAlias, Unpack

import numpy as np
import numpy.typing as npt
from whoosh.index import EmptyIndexError

from corpus.model import Policy
from indexer.search.entities import Chip, factors, place_factor, recognise
from indexer.search.facets import Count
from indexer.search.facets import facets as count_facets
from indexer.search.filters import Filters, kept
from indexer.search.highlight import highlight
from indexer.search.index import Files, write
from indexer.search.query import Query, understand
from indexer.search.ranking import KIND_CODES, Floats, Places, best
from indexer.search.records import Header, Record
from indexer.search.snapshot import Snapshot

Group: TypeAlias = Literal["policy", "clause", "measure"]
Sort: TypeAlias = Literal["relevance", "date", "deadline", "amount"]

# How a policy's score is made: its own (title and whole text) counts OWN beside the best of its clauses and measures.
OWN = 2.0
STATUS_FACTOR = {"in_force": 1.0, "not_yet_in_force": 0.9, "expired": 0.5, "withdrawn": 0.4}
_NUMBER_FOUND = 1000.0
# A policy whose score is below this share of the best one's is not counted among what was found.
_FLOOR = 0.1
# A record that reaches less than this share of what all words of the query would come to does not speak of it.
_LEAST = 0.03
_MEASURES = 5
_LONGEST_QUERY = 300
# How often an index that is being swapped meanwhile is opened anew.
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Found:
    """A measure of a hit's policy that the query speaks of."""

    id: str
    title: str
    text: str
    draft: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A ranked hit: the policy, and the clause that answers best. `explain` says what the score is made of."""

    rank: int
    score: float
    policy: Header
    status: str
    clause: str | None
    page: int | None
    text: str
    highlight: str
    measures: tuple[Found, ...]
    explain: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The shape of a hit in `search --json`; `measures` are ids."""
        shown = {
            "rank": self.rank,
            "score": round(self.score, 3),
            "policy_id": self.policy.id,
            "title": self.policy.title,
            "doc_no": self.policy.doc_no,
            "status": self.status,
            "clause": self.clause,
            "page": self.page,
            "text": self.text,
            "highlight": self.highlight,
            "measures": [measure.id for measure in self.measures],
        }
        return shown | ({"explain": self.explain} if self.explain else {})


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

    Raises StoreError where the folder is not this program's, is being written by another process, or was made by
    another version (`needs_rebuild`; then `rebuild`).
    """

    def __init__(self, folder: Path) -> None:
        self._files = Files(folder)
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
        """Load what a first search would have to wait for: the dictionary, the lexicon, the index itself."""
        self.search('"高新技术企业" 奖励', as_of=date.min)

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
        understood, chips = understand(query, snapshot), recognise(query, without)
        hits: tuple[Hit, ...] = ()
        total, counts = 0, dict[str, tuple[Count, ...]]()
        if snapshot is not None and snapshot.size:
            columns = snapshot.columns
            factor = kept(columns, as_of, filters)
            told = factors(chips, columns, as_of)
            factor *= told
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
            ranking = _Ranking(snapshot, understood, factor, group, first=first)
            total = ranking.total
            hits = ranking.hits(limit, as_of, sort, explain=explain)
            counts = count_facets(columns, ranking.policies(), as_of) if facets else counts
        took = (perf_counter() - began) * 1000
        return SearchResult(query, hits, total, took, understood.suggestion, chips, counts)


def _above(scores: Floats, least: float) -> Floats:
    """The scores, nothing in place of those below `least`."""
    found: Floats = np.where(scores < least, np.float32(0), scores)
    return found


class _Ranking:
    """The scores of one query, by policy or by record, and the hits read out of them."""

    def __init__(self, snapshot: Snapshot, query: Query, factor: Floats, group: Group, *, first: bool) -> None:
        self._snapshot, self._query, self._group = snapshot, query, group
        factor = factor * snapshot.live
        scores, possible = snapshot.scores(query.words, first=first)
        self._least = possible * _LEAST
        if query.must is not None:
            held, seen = snapshot.holding(query.must)
            factor = factor * held
            scores, self._least = _above(scores, self._least) + seen, 0.0
        self._factor = factor
        own = scores[snapshot.starts]
        scores[snapshot.starts] = 0
        self._own, self._below = _above(own, self._least), scores
        if group == "policy":
            ranked = (OWN * self._own + _above(np.maximum.reduceat(scores, snapshot.starts), self._least)) * factor
            if not query.words:
                ranked = snapshot.columns.newest_first() * (factor > 0)
        else:
            ranked = _above(scores, self._least) * factor[snapshot.owner] * (snapshot.kinds == KIND_CODES[group])
        if query.number is not None:
            named = [at for number, at in snapshot.numbers if query.number.matches(number)]
            ranked = ranked + _NUMBER_FOUND * self._named(named, factor)
        self._ranked = ranked
        top = float(ranked.max(initial=0.0))
        self._floor = max(top * _FLOOR if top < _NUMBER_FOUND and query.words else 0.0, 1e-6)
        self.total = int(np.count_nonzero(ranked >= self._floor))

    def _named(self, policies: list[int], factor: Floats) -> Floats:
        marks = np.zeros(len(self._snapshot.headers), dtype=np.float32)
        marks[policies] = 1.0
        marks *= factor > 0
        return (
            marks if self._group == "policy" else marks[self._snapshot.owner] * (_above(self._below, self._least) > 0)
        )

    def policies(self) -> Places:
        """The policies of all that was found, by their place."""
        found = np.flatnonzero(self._ranked >= self._floor)
        return found if self._group == "policy" else np.unique(self._snapshot.owner[found])

    def hits(self, limit: int, as_of: date, sort: Sort, *, explain: bool) -> tuple[Hit, ...]:
        """The first `limit` of what was found."""
        if sort == "relevance":
            places = best(self._ranked, min(limit, max(self.total, 1)))
        else:
            found = np.flatnonzero(self._ranked >= self._floor)
            places = found[np.argsort(self._order(sort, found), kind="stable")][:limit]
        return tuple(self._hit(rank, int(at), as_of, explain=explain) for rank, at in enumerate(places, start=1))

    def _order(self, sort: Sort, found: Places) -> npt.NDArray[Any]:
        """What the records `found` are ordered by, the lowest first; what has no amount comes last."""
        columns, owners = self._snapshot.columns, found if self._group == "policy" else self._snapshot.owner[found]
        if sort == "date":
            return -columns.newest_first()[owners]
        if sort == "deadline":
            return columns.soonest_end()[owners]
        if self._group == "measure":
            of_policy = found - self._snapshot.measures[owners]
            most = (
                self._snapshot.headers[policy].most[at]
                for policy, at in zip(owners.tolist(), of_policy.tolist(), strict=True)
            )
            return -np.fromiter((np.nan if amount is None else amount for amount in most), dtype=np.float64)
        return -columns.most()[owners]

    def _hit(self, rank: int, at: int, as_of: date, *, explain: bool) -> Hit:
        snapshot = self._snapshot
        policy = at if self._group == "policy" else int(snapshot.owner[at])
        header = snapshot.headers[policy]
        shown, measures = self._shown(at, policy)
        text = shown.text or header.title
        return Hit(
            rank=rank,
            score=float(self._ranked[at]),
            policy=header,
            status=header.status_on(as_of),
            clause=shown.path if shown.kind == "clause" else (shown.clauses[0] if shown.clauses else None),
            page=shown.page,
            text=text,
            highlight=highlight(text, self._query.words, lengths=shown.pieces),
            measures=measures,
            explain=self._explain(policy) if explain else {},
        )

    def _shown(self, at: int, policy: int) -> tuple[Record, tuple[Found, ...]]:
        """The record to show for a hit, and the measures that go with it."""
        snapshot = self._snapshot
        first, last, end = (int(places[policy]) for places in (snapshot.starts, snapshot.measures, snapshot.ends))
        if self._group != "policy":
            shown = snapshot.record(at)
        elif last > first + 1:
            shown = snapshot.record(first + 1 + self._highest(self._below[first + 1 : last]))
        else:
            scores = np.r_[self._own[policy], self._below[last:end]]
            shown = snapshot.record(first + self._highest(scores))
        if self._group == "measure":
            return shown, (Found(shown.path, shown.heading, shown.text, shown.draft),)
        if last == end:
            return shown, ()
        scores = _above(self._below[last:end], self._least)
        order = np.argsort(-scores, kind="stable")[: _MEASURES * 4]
        likely = [(float(scores[i]), snapshot.record(last + int(i))) for i in order]
        top = likely[0][0]
        chosen = [r for score, r in likely if shown.path in r.clauses or (score > 0 and score >= top / 2)]
        return shown, tuple(Found(r.path, r.heading, r.text, r.draft) for r in chosen[:_MEASURES])

    def _highest(self, scores: Floats) -> int:
        """The place of the highest score; the first place where none reaches the least."""
        at = int(scores.argmax())
        return at if scores[at] >= self._least else 0

    def _explain(self, policy: int) -> dict[str, Any]:
        """What the score is made of: (own_weight times own + best_record) times factor; of a record alone its own part."""
        factor = float(self._factor[policy])
        below = self._below[self._snapshot.starts[policy] : self._snapshot.ends[policy]]
        return {
            "words": {word: round(weight, 3) for word, weight in self._query.words.items()},
            "expansions": [f"{e.says} → {'、'.join(e.means)}" for e in self._query.expansions],
            "slips": [f"{slip.typed} → {slip.meant}（{slip.how}）" for slip in self._query.slips],
            "own": round(float(self._own[policy]), 3),
            "own_weight": OWN,
            "best_record": round(float(_above(below, self._least).max(initial=0.0)), 3),
            "factor": round(factor, 3),
        }
