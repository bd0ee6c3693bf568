"""Every enterprise against every measure, block by block: verdicts as bits, counts, rows with their worth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from corpus.model import Measure, Policy, term_on
from matcher.columns import Columns
from matcher.evaluate import evaluate
from matcher.facts import Profile
from matcher.kernel import Plane, Program, unpack
from matcher.known import Facts
from matcher.match import Awards, Catalogue, Standing
from matcher.truth import ELIGIBLE, UNKNOWN, Verdict
from matcher.worth import Estimate, depends_on_facts

BLOCK = 16_384
VERDICTS: tuple[Standing, ...] = ("ineligible", "unknown", "eligible", "expired", "not_yet_in_force")
"""The standings by the number that stands for them in a block; the first three are verdict ranks."""


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
        self.catalogue = catalogue
        self.as_of = as_of
        self.measures: tuple[Measure, ...] = tuple(measure for _, measure in catalogue.entries)
        self.terms: tuple[Standing | None, ...] = tuple(_term(policy, as_of) for policy, _ in catalogue.entries)
        self.program = Program([measure.rule for measure in self.measures], as_of)
        self.place = {measure.id: i for i, measure in enumerate(self.measures)}

    def block(self, profiles: Sequence[Profile]) -> Block:
        """The verdicts of one block of enterprises."""
        columns = Columns(profiles, self.as_of)
        planes = self.program.run(columns)
        roots = self.program.roots
        true, possible = planes.true[roots], planes.possible[roots]
        for i, measure in enumerate(self.measures):
            if measure.review == "draft":
                true[i], possible[i] = 0, ~np.uint64(0)
        for row, facts in enumerate(columns.facts):
            for words in facts.profile.confirmations:
                place = self.place.get(words.partition("#")[0]) if "#" in words else None
                if place is not None and self.measures[place].review != "draft":
                    # An answer for this measure alone: judged by itself.
                    rule = self.measures[place].rule
                    _set(true[place], possible[place], row, evaluate(rule, facts, self.measures[place].id).verdict)
        return Block(self, columns, true, possible)


class Block:
    """The verdicts of a block: by measure, T and T-or-unknown as bits over its enterprises."""

    def __init__(
        self, engine: Engine, columns: Columns, true: NDArray[np.uint64], possible: NDArray[np.uint64]
    ) -> None:
        self.engine = engine
        self.columns = columns
        self.true = true
        self.possible = possible

    @property
    def ids(self) -> list[str]:
        """The enterprises, in order."""
        return [profile.id for profile in self.columns.profiles]

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
        engine = self.engine
        nobody = Awards(engine.catalogue, Facts(Profile(""), engine.as_of), {})
        fixed = [depends_on_facts(m) for m in engine.measures]
        constant = np.array([_ends(nobody.of(m)) for m in engine.measures]).reshape(-1, 2)
        low, high = constant[measure, 0], constant[measure, 1]
        own: dict[int, Awards] = {}
        for row in np.flatnonzero(np.array(fixed, bool)[measure]):
            who = int(enterprise[row])
            awards = own.setdefault(who, Awards(engine.catalogue, self.columns.facts[who], {}))
            low[row], high[row] = _ends(awards.of(engine.measures[measure[row]]))
        return low, high


def batch(catalogue: Catalogue, profiles: Iterable[Profile], as_of: date, size: int = BLOCK) -> Iterator[Block]:
    """Blocks of verdicts for `profiles` in the order given. Lazy: memory does not grow with their number."""
    engine = Engine(catalogue, as_of)
    waiting = iter(profiles)
    while block := tuple(islice(waiting, size)):
        yield engine.block(block)


def _term(policy: Policy, as_of: date) -> Standing | None:
    term = term_on(policy, as_of)
    return None if term == "in_force" else term


def _ends(worth: Estimate) -> tuple[float, float]:
    return (np.nan if worth.low is None else worth.low, np.nan if worth.high is None else worth.high)


def _last_word(size: int) -> np.uint64:
    """The bits of the last word that stand for enterprises."""
    used = size % 64 or 64
    return np.uint64((1 << used) - 1)


def _set(true: Plane, possible: Plane, row: int, verdict: Verdict) -> None:
    word, bit = row // 64, np.uint64(1) << np.uint64(row % 64)
    for plane, holds in ((true, verdict.rank == 2), (possible, verdict.rank >= 1)):
        plane[word] = plane[word] | bit if holds else plane[word] & ~bit
