"""The audit: for each measure, department, region, industry, size, cadre or period, how far the enterprises that could get it came.

Every number is explained in `funnel`, every judgement in `bottleneck`, every duration in `pairs`. Regions, industries,
sizes and cadres part the register, and periods what happened, so their rows add up to the total; departments and measures
overlap in enterprises, so of theirs only money and durations do, and the total counts each enterprise once. Any row can be
looked into from any other side (`Auditor.within`): its total is that row again, of a region with all under it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from typing import Any as Json

import numpy as np
from numpy.typing import NDArray

from corpus.codes import industries, regions
from corpus.errors import InputError, Problem, nearest
from corpus.model import Measure, Policy
from ledger.auditing.bottleneck import find_bottleneck
from ledger.auditing.day import standings
from ledger.auditing.funnel import Funnel
from ledger.auditing.happened import pairs
from ledger.auditing.limits import limits
from ledger.auditing.months import Month, by_month, month_at
from ledger.auditing.row import Row
from ledger.auditing.sides import BY, By, order, part_title, side
from ledger.auditing.standing import NOT_FILLED, Standings
from ledger.auditing.tally import Parting, Tally
from ledger.tables import Ledger

OVERDUE_DAYS = 60
"""Days without an answer, or without the money, after which a pair is overdue where the measure itself gives no limit."""
# What pays no money ends with the approval.
_UNPAID = ("title", "service", "procurement_preference")


@dataclass(frozen=True, slots=True)
class Audit:
    """The rows of an audit on one day, and the total over all of them; enterprises in the total count once.

    `auditor` counts it from other sides and gives the lists by name.
    """

    as_of: date
    by: By
    rows: tuple[Row, ...]
    total: Row
    auditor: Auditor = field(repr=False, compare=False)

    def to_json(self) -> dict[str, Json]:
        """The shape of `audit --json`."""
        return {
            "schema_version": 1,
            "as_of": self.as_of.isoformat(),
            "by": self.by,
            "rows": [row.to_json() for row in self.rows],
            "total": self.total.to_json(),
        }


def audit(
    ledger: Ledger,
    policies: Sequence[Policy],
    as_of: date,
    by: str = "measure",
    within: Mapping[By, str] | None = None,
) -> Audit:
    """The audit of the register on `as_of`, a row for each of `by`; steps after that day do not count.

    Measures and departments in the order of the catalogue, then measures that only steps name; sizes from small to large,
    the others by key, 未填 and 尚未开始 last. `within`: only of these rows, key by side (`{"region": "419001"}`).
    Raises InputError for a side that is none of BY, or a key that it does not have.
    """
    auditor = Auditor(ledger, policies, as_of)
    for one, key in (within or {}).items():
        auditor = auditor.within(one, key)
    return auditor.audit(side(by))


class Auditor:
    """Everything that the audits of one day are counted from."""

    month: Month | None = None
    limits: list[dict[str, int]]
    every: range
    funnel: Funnel
    _found: dict[str, tuple[Row, ...]]

    def __init__(self, ledger: Ledger, policies: Sequence[Policy], as_of: date) -> None:
        self.as_of = as_of
        self.standings: Standings = standings(ledger, policies, as_of)
        self.pairs, self.measures = pairs(ledger, self.standings.register, self.standings.measures, as_of)
        self.entries: dict[str, tuple[Policy, Measure]] = {
            measure.id: (policy, measure) for policy in policies for measure in policy.measures
        }
        # What was counted from the very same things is not counted again; what is held on to is not made anew under its id.
        counted_from = (self.standings, self.pairs, tuple(policies))

        def count() -> Auditor:
            self._ready()
            return self

        same = ledger.once("audits", tuple(map(id, counted_from)), lambda: (counted_from, count()))[1]
        self.limits, self.every, self.funnel, self._found = same.limits, same.every, same.funnel, same._found  # noqa: SLF001

    def _ready(self) -> None:
        self.limits = [limits(*self.entries[one]) if one in self.entries else {} for one in self.measures]
        self.every = range(len(self.measures))
        self.funnel = Funnel(self.standings, self.pairs, self._late(), self.month)
        self._found = {}

    def _late(self) -> NDArray[np.bool_]:
        """The pairs whose latest step is longer ago than the next one may take."""
        approved = self.pairs.did("approved")
        for_answer, for_money = (
            np.array([of.get(name, OVERDUE_DAYS) for of in self.limits], np.int32)
            for name in ("applied_approved", "approved_paid")
        )
        measure = self.pairs.measure
        allowed = np.where(approved, for_money[measure], for_answer[measure]) if len(measure) else measure
        late: NDArray[np.bool_] = self.as_of.toordinal() - self.pairs.last_day > allowed
        return late

    def audit(self, by: By) -> Audit:
        """The audit with a row for each of `by`."""
        if by not in self._found:
            if by in ("measure", "department"):
                found = self._by_measures(by)
            elif by == "period":
                found = self._by_month()
            else:
                found = self._by_part(by)
            self._found[by] = tuple(found)
        if "total" not in self._found:
            self._found["total"] = (self._row("total", "合计", self.every, self.funnel.tally(self.every)),)
        return Audit(self.as_of, by, self._found[by], self._found["total"][0], self)

    def within(self, by: By, key: str) -> Auditor:
        """Everything that the row `key` of `by` is counted from, to be looked into from another side; a region or an
        industry holds all under it, a month what `months` says. Raises InputError for a key that there is not.
        """
        register = self.standings.register
        if by in ("measure", "department"):
            of = [self.measures[i] if by == "measure" else self.department(i) for i in self.every]
            if key in of:
                return self.only_measures([i for i in self.every if of[i] == key])
            known: Sequence[str] = tuple(dict.fromkeys(of))
        elif by == "period":
            if self.month is not None and key == self.month.key:
                return self
            known, parting = by_month(self.funnel) if self.month is None else ([self.month.key], None)
            if parting is not None and key in known:
                part = copy(self)
                part.month, part.pairs = month_at(self.funnel, known.index(key), known, parting)
                part._ready()  # noqa: SLF001
                return part
        else:
            known = register.keys.get(by, ())
            holds = {"region": regions.contains, "industry": industries.contains}.get(by, str.__eq__)
            chosen = np.array([one == key or (one != NOT_FILLED and holds(key, one)) for one in known], bool)
            if chosen.any():
                return self.only_enterprises(np.flatnonzero(chosen[register.places[by]]))
        raise InputError(Problem(by, f'没有 "{key}" 这一行', f"按{BY[by]}分出的行", nearest(key, known)))

    def only_measures(self, places: Sequence[int]) -> Auditor:
        """The audit of the measures at these places, which ascend, alone: nothing of any other enters a count or a list."""
        part = copy(self)
        part.standings = self.standings.only_measures([i for i in places if i < len(self.standings.measures)])
        part.measures = tuple(self.measures[i] for i in places)
        part.entries = {one: self.entries[one] for one in part.measures if one in self.entries}
        kept, moved = _moved(places, len(self.measures))
        everybody = np.arange(len(self.standings.register), dtype=np.int32)
        part.pairs = self.pairs.only(kept[self.pairs.measure], everybody, moved)
        part.month = self.month and self.month.only(slice(None), kept[self.pairs.measure])
        part._ready()  # noqa: SLF001
        return part

    def only_enterprises(self, places: NDArray[np.int64]) -> Auditor:
        """The audit of the enterprises at these places, which ascend, alone."""
        part = copy(self)
        part.standings = self.standings.only_enterprises(places)
        kept, moved = _moved(places, len(self.standings.register))
        part.pairs = self.pairs.only(kept[self.pairs.enterprise], moved, np.arange(len(self.measures), dtype=np.int32))
        part.month = self.month and self.month.only(places, kept[self.pairs.enterprise])
        part._ready()  # noqa: SLF001
        return part

    def title(self, place: int) -> str:
        """The title of the measure at this place; its id where the catalogue lacks it."""
        entry = self.entries.get(self.measures[place])
        return entry[1].title if entry else self.measures[place]

    def department(self, place: int) -> str:
        """The department of the measure at this place, else its policy's; 未填 where neither says."""
        policy, measure = self.entries.get(self.measures[place], (None, None))
        return (measure and measure.department) or (policy and policy.department) or NOT_FILLED

    def _by_measures(self, by: By) -> list[Row]:
        if by == "measure":
            return [self._row(self.measures[i], self.title(i), [i], one) for i, one in enumerate(self.funnel.each())]
        held: dict[str, list[int]] = {}
        for i in self.every:
            held.setdefault(self.department(i), []).append(i)
        groups = sorted(held.items(), key=lambda group: group[0] == NOT_FILLED)
        return [self._row(key, key, places, self.funnel.tally(places)) for key, places in groups]

    def _by_month(self) -> list[Row]:
        if self.month is None:
            return self._parted("period", *by_month(self.funnel))
        title = part_title("period", self.month.key)
        return [self._row(self.month.key, title, self.every, self.funnel.tally(self.every))]

    def _by_part(self, by: By) -> list[Row]:
        register = self.standings.register
        return self._parted(by, register.keys[by], self.funnel.parted(register.places[by], len(register.keys[by])))

    def _parted(self, by: By, keys: Sequence[str], parting: Parting) -> list[Row]:
        tallies = self.funnel.tallies(parting)
        where = np.sort(parting.pairs)
        pairs = np.split(np.argsort(parting.pairs, kind="stable"), np.searchsorted(where, np.arange(1, len(keys))))
        places = sorted(range(len(keys)), key=lambda i: order(by, keys[i]))
        # A part that has lost its last enterprise is none any more; a month may have payments alone.
        rows = [i for i in places if by == "period" or tallies[i].anything]
        return [self._row(keys[i], part_title(by, keys[i]), self.every, tallies[i], pairs[i]) for i in rows]

    def _row(
        self, key: str, title: str, places: Sequence[int], tally: Tally, pairs: NDArray[np.int64] | None = None
    ) -> Row:
        """A row for the measures at `places`; `pairs` are its pairs where it stands for a part of the enterprises."""
        found = find_bottleneck(
            tally,
            in_force=any(i < len(self.standings.in_force) and self.standings.in_force[i] for i in places),
            pays=any(self._pays(i) for i in places),
            office_of=lambda loss: self._office(loss, places, pairs),
        )
        return Row.of(key, title, tally, self.limits[places[0]] if len(places) == 1 else {}, found)

    def _pays(self, place: int) -> bool:
        entry = self.entries.get(self.measures[place])
        return entry is None or entry[1].benefit is None or entry[1].benefit.kind not in _UNPAID

    def _office(self, loss: str, places: Sequence[int], pairs: NDArray[np.int64] | None) -> str | None:
        """The office that most pairs lost here wait for: the one their latest step names, else the measure's department.

        Of those whom nobody told in a part of the register: no office, they have many.
        """
        waiting: Counter[str] = Counter()
        if loss != "unreached":
            of = self.funnel.pairs_of(places) if pairs is None else pairs
            lost = of[self.funnel.stuck[loss][of]]
            for office, place in zip(self.pairs.office[lost].tolist(), self.pairs.measure[lost].tolist(), strict=True):
                waiting[self.pairs.offices[office] or self.department(place)] += 1
        elif pairs is None:
            for place in places:
                if place < len(self.standings.in_force):
                    waiting[self.department(place)] += self.funnel.unreached(place)
        del waiting[NOT_FILLED]
        return min(waiting, key=lambda office: (-waiting[office], office), default=None)


def _moved(places: Sequence[int] | NDArray[np.int64], count: int) -> tuple[NDArray[np.bool_], NDArray[np.int32]]:
    """Which of `count` places are among `places`, and the place of each of them in its new order."""
    kept = np.zeros(count, bool)
    kept[places] = True
    return kept, (np.cumsum(kept) - 1).astype(np.int32)
