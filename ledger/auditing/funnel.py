"""The counting core of the audit: from who could get it to who was paid, in different enterprises, on planes of bits.

A row of the audit stands for some measures and some enterprises. An enterprise counts once a row: it is eligible in the
row if it is for one of the row's measures, unknown if it is eligible for none and unknown for one, and it was informed
(applied, …) if it was of one. `eligible_not_informed` holds whoever is eligible for a measure of the row that it was not
told of, though it may have been told of another; `eligible_not_applied` and `paid_not_eligible` (paid for a measure
whose verdict is not eligible: ineligible, unknown, or not in force) likewise. A row for one measure says the same with
one measure.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ledger.auditing.months import Month
from ledger.auditing.pairs import Pairs
from ledger.auditing.standing import Standings
from ledger.auditing.taken import NO
from ledger.auditing.tally import COUNTS, Parting, Tally
from matcher.bits import Plane, pack, unpack


class Funnel:
    """Standings and pairs put together, ready to be counted for any measures and any parting.

    `held`: how many are eligible for each measure. `late`: the pairs whose latest step is longer ago than an answer, or
    the money, may take. With `month` only what lies in it counts (`months.month_at` gives it, with its pairs).
    """

    def __init__(self, standings: Standings, pairs: Pairs, late: NDArray[np.bool_], month: Month | None = None) -> None:
        self.standings = standings
        self.pairs = pairs
        self.month = month
        known = pairs.measure < len(standings.measures)
        word, bit = _bits(pairs.enterprise)
        self.eligible = known.copy()
        self.eligible[known] = (standings.true[pairs.measure[known], word[known]] & bit[known]) != 0
        did = {name: pairs.did(name) for name in ("informed", "applied", "approved", "paid", "declined")}
        answered = did["approved"] | did["paid"]
        self.marks = {**did, "paid_not_eligible": did["paid"] & ~self.eligible}
        self.stuck = {
            "not_applied": did["informed"] & ~(did["applied"] | pairs.did("accepted") | answered | did["declined"]),
            "waiting": did["applied"] & ~answered & ~np.isin(pairs.last, (NO["declined"], NO["withdrawn"])),
            "turned_down": did["applied"] & ~answered & (pairs.last == NO["declined"]),
            "not_paid": did["approved"] & ~did["paid"],
        }
        self.overdue = late & (self.stuck["waiting"] | self.stuck["not_paid"])
        self.done = {step: did[step] for step in ("informed", "applied")}
        self._flow = {name: did[name] for name in ("informed", "applied", "approved")} | self.stuck
        self._begun, self._held_of = self.eligible, standings.held
        self.held = np.bitwise_count(standings.true).sum(axis=1, dtype=np.int64)
        if month is not None:
            self._keep_to(month)
        # Pairs, and durations by their pairs, stand by measure: where those of each measure begin.
        count = max(len(standings.measures), int(pairs.measure.max(initial=-1)) + 1)
        self._starts = np.searchsorted(pairs.measure, np.arange(count + 1))
        self._days_start = {name: np.searchsorted(one.pair, self._starts) for name, one in pairs.waits.items()}

    def _keep_to(self, month: Month) -> None:
        """Leave out of the pairs what does not lie in `month`."""
        enterprise, measure = self.pairs.enterprise, self.pairs.measure
        doubtful = self.marks["paid_not_eligible"] & month.people[enterprise]
        self.marks = {
            **{step: self.marks[step] & of for step, of in month.taken.items()},
            "paid_not_eligible": doubtful,
        }
        self.stuck = {name: marks & month.pairs for name, marks in self.stuck.items()}
        self.overdue = self.overdue & month.pairs
        self._flow = {name: marks & month.pairs for name, marks in self._flow.items()}
        self._begun = self.eligible & month.pairs

        def counted(marks: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
            by_measure = np.bincount(measure[marks & (measure < len(self.held))], minlength=len(self.held))
            return by_measure, np.bincount(enterprise[marks], minlength=len(self.standings.held))

        held, held_of = counted(self._begun)
        if month.not_started:
            stepped, stepped_of = counted(self.eligible)
            held, held_of = held + self.held - stepped, held_of + self.standings.held - stepped_of
        self.held, self._held_of = held, held_of.astype(np.int32)

    @cached_property
    def _people(self) -> NDArray[np.bool_]:
        """The enterprises that count where it is not said by which step."""
        return np.ones(len(self.standings.register), bool) if self.month is None else self.month.people

    def inside(self, plane: Plane) -> Plane:
        """`plane` without the enterprises that do not count."""
        return plane if self.month is None else plane & self._inside

    @cached_property
    def _inside(self) -> Plane:
        return pack(self._people)

    def tally(self, measures: Sequence[int]) -> Tally:
        """The row of these measures over every enterprise."""
        of = self.pairs_of(measures)
        planes = self._whole if len(measures) == len(self._starts) - 1 else self._planes(measures)
        flow = {name: int(marks[of].sum()) for name, marks in self._flow.items()}
        held = int(self.held[[i for i in measures if i < len(self.held)]].sum())
        return Tally(
            {name: int(np.bitwise_count(plane).sum()) for name, plane in planes.items()},
            {**flow, "eligible": held, "unreached": held - int(self._begun[of].sum())},
            int(self._people.sum()),
            float(self.pairs.paid[of].sum()),
            {name: self._durations(name, measures) for name in self.pairs.waits},
            int(self.overdue[of].sum()),
        )

    def each(self) -> list[Tally]:
        """The row of each measure by itself over every enterprise: as `tally` of one after another, in one pass.

        Of one measure every pair is another enterprise, so that pairs are counted and no planes are.
        """
        count, of = len(self._starts) - 1, self.pairs.measure

        def spread(marks: NDArray[np.bool_], weights: NDArray[np.float64] | None = None) -> NDArray[Any]:
            return np.bincount(of[marks], None if weights is None else weights[marks], minlength=count)

        held, who, possible = (np.zeros(count, np.int64) for _ in range(3))
        held[: len(self.held)] = self.held
        for into, planes in ((who, self.standings.true), (possible, self.standings.possible)):
            into[: len(planes)] = np.bitwise_count(self.inside(planes)).sum(axis=1, dtype=np.int64)
        reached = self.eligible & self._people[self.pairs.enterprise]
        missed = {f"eligible_not_{step}": who - spread(reached & done) for step, done in self.done.items()}
        counts = {"eligible": who, "unknown": possible - who, **missed}
        counts |= {name: spread(marks) for name, marks in self.marks.items()}
        flow = {name: spread(marks) for name, marks in self._flow.items()}
        flow |= {"eligible": held, "unreached": held - spread(self._begun)}
        paid, overdue = spread(np.ones(len(of), bool), self.pairs.paid), spread(self.overdue)
        people = int(self._people.sum())
        return [
            Tally(
                {name: int(counts[name][i]) for name in COUNTS},
                {name: int(found[i]) for name, found in flow.items()},
                people,
                float(paid[i]),
                {name: self._durations(name, [i]) for name in self.pairs.waits},
                int(overdue[i]),
            )
            for i in range(count)
        ]

    def tallies(self, parting: Parting) -> list[Tally]:
        """The rows of every measure over each part."""
        size, parts = len(self.standings.register), parting.parts

        def spread(places: NDArray[np.int32], weights: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
            return np.bincount(places, weights, minlength=parts).astype(np.float64)

        counts = {
            name: spread(parting.counted.get(name, parting.people)[unpack(plane, size)])
            for name, plane in self._whole.items()
        }
        flow = {name: spread(parting.pairs[marks]) for name, marks in self._flow.items()}
        flow["eligible"] = parting.held
        flow["unreached"] = parting.held - spread(parting.pairs[self._begun])
        overdue = spread(parting.pairs[self.overdue])
        judged, paid = spread(parting.people[self._people]), spread(parting.payments, self.pairs.payments[2])
        days = {}
        for name, waits in self.pairs.waits.items():
            of = parting.waits[name]
            order = np.argsort(of, kind="stable")
            days[name] = np.split(waits.days[order], np.searchsorted(of[order], np.arange(1, parts)))
        return [
            Tally(
                {name: int(count[i]) for name, count in counts.items()},
                {name: int(count[i]) for name, count in flow.items()},
                int(judged[i]),
                float(paid[i]),
                {name: taken[i] for name, taken in days.items()},
                int(overdue[i]),
            )
            for i in range(parts)
        ]

    def parted(self, part: NDArray[np.int32], parts: int) -> Parting:
        """By what the enterprises fall under: `part[i]` is where enterprise `i` falls."""
        where = part[self.pairs.enterprise]
        held = np.bincount(part, self._held_of, minlength=parts).astype(np.float64)
        waits = {name: where[one.pair] for name, one in self.pairs.waits.items()}
        return Parting(parts, part, {}, where, held, waits, where[self.pairs.payments[0]])

    def _durations(self, transition: str, measures: Sequence[int]) -> NDArray[np.int32]:
        days, starts = self.pairs.waits[transition].days, self._days_start[transition]
        return np.concatenate([np.empty(0, np.int32), *(days[starts[m] : starts[m + 1]] for m in measures)])

    def unreached(self, measure: int) -> int:
        """How many are eligible for the measure at this place and took no step at all."""
        return int(self.held[measure] - self._begun[self.pairs_of([measure])].sum())

    def eligible_without(self, measure: int, done: NDArray[np.bool_]) -> Plane:
        """Who is eligible for the measure at this place, without the enterprises of its pairs that are `done`."""
        of = self.pairs_of([measure])
        plane: Plane = self.standings.true[measure].copy()
        word, bit = _bits(self.pairs.enterprise[of][done[of]])
        np.bitwise_and.at(plane, word, ~bit)
        return self.inside(plane)

    @cached_property
    def _whole(self) -> dict[str, Plane]:
        """`_planes` of every measure. An enterprise is eligible for one that it was not told of where it was told of fewer
        than it is eligible for, so no plane is looked at for that.
        """
        planes = self._marked(slice(None))
        planes["eligible"] |= self.inside(np.bitwise_or.reduce(self.standings.true, axis=0))
        planes["unknown"] |= self.inside(np.bitwise_or.reduce(self.standings.possible, axis=0)) & ~planes["eligible"]
        held = self.standings.held
        for step, did in self.done.items():
            done = np.bincount(self.pairs.enterprise[self.eligible & did], minlength=len(held))
            planes[f"eligible_not_{step}"] |= self.inside(pack(held > done))
        return planes

    def _planes(self, measures: Sequence[int]) -> dict[str, Plane]:
        planes = self._marked(self.pairs_of(measures))
        for measure in measures:
            if measure < len(self.held):
                planes["eligible"] |= self.inside(self.standings.true[measure])
                planes["unknown"] |= self.inside(self.standings.possible[measure])
                for step, done in self.done.items():
                    planes[f"eligible_not_{step}"] |= self.eligible_without(measure, done)
        planes["unknown"] &= ~planes["eligible"]
        return planes

    def _marked(self, of: NDArray[np.int64] | slice) -> dict[str, Plane]:
        """A plane for each of COUNTS, with the enterprises of these pairs that are marked in it."""
        planes = {name: np.zeros(self.standings.true.shape[1], np.uint64) for name in COUNTS}
        for name, marks in self.marks.items():
            word, bit = _bits(self.pairs.enterprise[of][marks[of]])
            np.bitwise_or.at(planes[name], word, bit)
        return planes

    def pairs_of(self, measures: Sequence[int]) -> NDArray[np.int64]:
        """The pairs of these measures."""
        return np.concatenate([np.empty(0, np.int64), *(np.arange(*self._starts[m : m + 2]) for m in measures)])


def _bits(places: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """The word and the bit in it that stand for the enterprises at these places."""
    return places.astype(np.int64) // 64, np.uint64(1) << (places % 64).astype(np.uint64)
