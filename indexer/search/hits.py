"""The scores of one query, by policy or by record, and the hits read out of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from corpus.model import STATUSES
from indexer.search.highlight import highlight
from indexer.search.query import Query
from indexer.search.ranking import KIND_CODES, Floats, Places, best
from indexer.search.records import Header, Record
from indexer.search.semantic import Meaning
from indexer.search.snapshot import Snapshot

Group: TypeAlias = Literal["policy", "clause", "measure"]
Sort: TypeAlias = Literal["relevance", "date", "deadline", "amount"]

# How a policy's score is made: its own (title and whole text) counts OWN beside the best of its clauses and measures.
OWN = 2.0
_NUMBER_FOUND = 1000.0
# A policy whose score is below this share of the best one's is not counted among what was found.
_FLOOR = 0.1
# A record that reaches less than this share of what all words of the query would come to does not speak of it.
_LEAST = 0.03
_MEASURES = 5


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


def _above(scores: Floats, least: float) -> Floats:
    """The scores, nothing in place of those below `least`."""
    found: Floats = np.where(scores < least, np.float32(0), scores)
    return found


class Ranking:
    """The scores of one query, by policy or by record, and the hits read out of them."""

    def __init__(
        self, snapshot: Snapshot, query: Query, factor: Floats, group: Group, meaning: Meaning | None, *, first: bool
    ) -> None:
        self._snapshot, self._query, self._group = snapshot, query, group
        factor = factor * snapshot.live
        scores, possible = snapshot.scores(query.words, first=first)
        self._least = possible * _LEAST
        self._marked: Collection[str] = query.words
        number = query.number
        named = [at for other, at in snapshot.numbers if number.matches(other)] if number is not None else []
        if query.must is None and query.cited is not None:
            asked = snapshot.holding(query.cited).policies
            asked[named] = True
            factor = factor * asked
        if query.must is not None:
            holding = snapshot.holding(query.must)
            self._marked = (*query.words, *holding.words)
            factor = factor * holding.policies
            scores, self._least = _above(scores, self._least) + holding.records, 0.0
        self._factor = factor
        own = scores[snapshot.starts]
        scores[snapshot.starts] = 0
        self._own, self._below = _above(own, self._least), scores
        if group == "policy":
            ranked = (OWN * self._own + _above(np.maximum.reduceat(scores, snapshot.starts), self._least)) * factor
            if not query.words:
                ranked = snapshot.columns.newest_first() * factor
        else:
            ranked = _above(scores, self._least) * factor[snapshot.owner] * (snapshot.kinds == KIND_CODES[group])
        self._alike = meaning and meaning.alike(query.text, snapshot, ranked, factor, group)
        if self._alike:
            ranked = ranked + self._alike.gains
        if query.number is not None:
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
            places = found[np.lexsort(self._order(sort, found, as_of))][:limit]
        return tuple(self._hit(rank, int(at), as_of, explain=explain) for rank, at in enumerate(places, start=1))

    def _order(self, sort: Sort, found: Places, as_of: date) -> tuple[npt.NDArray[Any], ...]:
        """What the records `found` are ordered by, the lowest first and the last key the most telling.

        What can still be had comes before what has ended, unless it is the newest that is asked for; what names no
        amount comes last of its own.
        """
        columns, owners = self._snapshot.columns, found if self._group == "policy" else self._snapshot.owner[found]
        if sort == "date":
            return (-columns.newest_first()[owners],)
        ended = columns.by_status(as_of, tuple(STATUSES).index)[owners]
        return (columns.soonest_end()[owners] if sort == "deadline" else self._amounts(found, owners)), ended

    def _amounts(self, found: Places, owners: Places) -> npt.NDArray[np.float64]:
        """The most that each of `found` gives, the most as the lowest number; not a number where none is named."""
        if self._group == "measure":
            of_policy = found - self._snapshot.measures[owners]
            most = (
                self._snapshot.headers[policy].most[at]
                for policy, at in zip(owners.tolist(), of_policy.tolist(), strict=True)
            )
            return -np.fromiter((np.nan if amount is None else amount for amount in most), dtype=np.float64)
        return -self._snapshot.columns.most()[owners]

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
            highlight=highlight(text, self._marked, lengths=shown.pieces),
            measures=measures,
            explain=self._explain(at, policy) if explain else {},
        )

    def _shown(self, at: int, policy: int) -> tuple[Record, tuple[Found, ...]]:
        """The record to show for a hit, and the measures that go with it."""
        snapshot = self._snapshot
        first, last, end = (int(places[policy]) for places in (snapshot.starts, snapshot.measures, snapshot.ends))
        if self._group != "policy":
            shown = snapshot.record(at)
        elif last > first + 1:
            shown = snapshot.record(first + 1 + self._highest(self._below[first + 1 : last], first + 1))
        else:
            scores = np.r_[self._own[policy], self._below[last:end]]
            shown = snapshot.record(first + self._highest(scores, first))
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

    def _highest(self, scores: Floats, first: int) -> int:
        """The place of the highest of the scores of the records from `first` on; where none reaches the least, that of
        the one nearest in meaning, or else the first.
        """
        at = int(scores.argmax())
        if scores[at] >= self._least:
            return at
        return int(self._alike.records[first : first + len(scores)].argmax()) if self._alike else 0

    def _explain(self, at: int, policy: int) -> dict[str, Any]:
        """What the score is made of: (own_weight times own + best_record) times factor, and what its meaning gains; of a
        record alone its own part.
        """
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
            "alike": round(float(self._alike.gains[at]), 3) if self._alike else 0.0,
        }
