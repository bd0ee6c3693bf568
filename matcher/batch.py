"""Every enterprise against every measure, block by block: verdicts as bits, counts, rows with their worth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from corpus.model import Measure
from matcher.bits import Plane, unpack
from matcher.catalogue import VERDICTS, Catalogue, ends
from matcher.columns import Columns, Frame, ProfileColumns
from matcher.evaluate import evaluate
from matcher.facts import Profile
from matcher.kernel import Planes
from matcher.match import own_answers
from matcher.matched import Awards
from matcher.truth import ELIGIBLE, UNKNOWN, Verdict

BLOCK = 16_384
WIDE = 65_536
"""Enterprises a block where nothing but counts is kept: planes of 8 KB stay in the cache."""


@dataclass(frozen=True, slots=True)
class Counts:
    """The verdicts of one measure over enterprises; all none where its policy is not in force."""

    eligible: int = 0
    unknown: int = 0
    ineligible: int = 0


@dataclass(frozen=True, slots=True)
class Rows:
    """Pairs of a block: places of the enterprise and of the measure, the verdict's number in VERDICTS, worth in yuan (NaN: open)."""

    enterprise: NDArray[np.int32]
    measure: NDArray[np.int32]
    verdict: NDArray[np.int8]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


class Engine:
    """A catalogue made ready for many enterprises on one day."""

    def __init__(self, catalogue: Catalogue, as_of: date) -> None:
        self.day = catalogue.on(as_of)
        self.as_of = as_of
        self.measures: tuple[Measure, ...] = self.day.measures
        self._room: Planes | None = None
        self.terms = tuple(VERDICTS[term] if term >= 0 else None for term in self.day.term)

    def block(self, columns: Columns) -> Block:
        """The verdicts of one block of enterprises."""
        program = self.day.compiled.program
        self._room = planes = program.run(columns, self._room)
        true, possible = planes.true[program.roots], planes.possible[program.roots]
        for row, facts in columns.own_answers():
            for place in own_answers(self.day, facts):
                # An answer for this measure alone: judged by itself.
                measure = self.measures[place]
                _set(true[place], possible[place], row, evaluate(measure.rule, facts, measure.id).verdict)
        true[self.day.draft], possible[self.day.draft] = 0, ~np.uint64(0)
        return Block(self, columns, true, possible)


class Block:
    """The verdicts of a block: by measure, T and T-or-unknown as bits over its enterprises, a copy of its own."""

    def __init__(
        self, engine: Engine, columns: Columns, true: NDArray[np.uint64], possible: NDArray[np.uint64]
    ) -> None:
        self.engine = engine
        self.columns = columns
        self.true = true
        self.possible = possible

    def verdicts(self, measure: int) -> NDArray[np.int8]:
        """The number in VERDICTS of every enterprise for the measure at this place."""
        term = self.engine.terms[measure]
        size = len(self.columns)
        if term is not None:
            return np.full(size, VERDICTS.index(term), np.int8)
        ranks = unpack(self.true[measure], size).astype(np.int8)
        return ranks + unpack(self.possible[measure], size)

    def counts(self) -> list[Counts]:
        """How many enterprises of the block have each verdict, by measure."""
        size = len(self.columns)
        last = _last_word(size)
        true = np.bitwise_count(self.true[:, :-1]).sum(axis=1) + np.bitwise_count(self.true[:, -1] & last)
        possible = np.bitwise_count(self.possible[:, :-1]).sum(axis=1) + np.bitwise_count(self.possible[:, -1] & last)
        return [
            Counts(int(t), int(p - t), int(size - p)) if term is None else Counts()
            for term, t, p in zip(self.engine.terms, true.astype(int), possible.astype(int), strict=True)
        ]

    def rows(self, all: bool = False) -> Rows:
        """The pairs that are eligible or unknown, with `all` every pair; by enterprise, then by measure."""
        size = len(self.columns)
        table = np.empty((size, len(self.engine.measures)), np.int8)
        for i in range(len(self.engine.measures)):
            table[:, i] = self.verdicts(i)
        wanted = np.ones_like(table, bool) if all else (table == UNKNOWN.rank) | (table == ELIGIBLE.rank)
        enterprise, measure = np.nonzero(wanted)
        low, high = self._worth(enterprise, measure)
        return Rows(enterprise.astype(np.int32), measure.astype(np.int32), table[wanted], low, high)

    def _worth(
        self, enterprise: NDArray[np.int64], measure: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The worth of each pair: worked out once for a measure whose worth is the same for everyone."""
        day = self.engine.day
        low, high = day.ends[measure, 0], day.ends[measure, 1]
        own: dict[int, Awards] = {}
        for row in np.flatnonzero(day.own_worth[measure]):
            who = int(enterprise[row])
            if who not in own:
                own[who] = Awards(day, self.columns.facts(who), {}, self.standings(who))
            low[row], high[row] = ends(own[who].of(day.measures[measure[row]]))
        return low, high

    def standings(self, enterprise: int) -> NDArray[np.int8]:
        """The number in VERDICTS of every measure for the enterprise at this place."""
        word, bit = enterprise // 64, np.uint64(enterprise % 64)
        ranks = (self.true[:, word] >> bit & np.uint64(1)) + (self.possible[:, word] >> bit & np.uint64(1))
        return self.engine.day.standings(ranks.astype(np.int8))


def batch(catalogue: Catalogue, profiles: Iterable[Profile], as_of: date, size: int = BLOCK) -> Iterator[Block]:
    """Blocks of verdicts for `profiles` in the order given. Lazy: memory does not grow with their number."""
    engine = Engine(catalogue, as_of)
    waiting = iter(profiles)
    while block := tuple(islice(waiting, size)):
        yield engine.block(ProfileColumns(block, as_of))


def tally(engine: Engine, frame: Frame, size: int = WIDE) -> list[Counts]:
    """The counts of each measure over a whole frame. Nothing else is kept, so only the frame takes memory."""
    program, day = engine.day.compiled.program, engine.day
    sums = np.zeros((2, len(program.roots)), np.int64)
    room: Planes | None = None
    for start in range(0, frame.size, size):
        room = program.run(frame.block(start, start + size, engine.as_of), room)
        last = _last_word(room.size)
        for planes, total in ((room.true, sums[0]), (room.possible, sums[1])):
            planes[:, -1] &= last
            for i, root in enumerate(program.roots):
                total[i] += np.bitwise_count(planes[root]).sum()
    counts = []
    for term, draft, true, possible in zip(engine.terms, day.draft, *sums.tolist(), strict=True):
        judged = Counts(0, frame.size, 0) if draft else Counts(true, possible - true, frame.size - possible)
        counts.append(Counts() if term else judged)
    return counts


def _last_word(size: int) -> np.uint64:
    """The bits of the last word that stand for enterprises."""
    used = size % 64 or 64
    return np.uint64((1 << used) - 1)


def _set(true: Plane, possible: Plane, row: int, verdict: Verdict) -> None:
    word, bit = row // 64, np.uint64(1) << np.uint64(row % 64)
    for plane, holds in ((true, verdict.rank == 2), (possible, verdict.rank >= 1)):
        plane[word] = plane[word] | bit if holds else plane[word] & ~bit
