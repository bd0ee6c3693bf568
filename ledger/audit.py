"""The audit: for each measure, department, region, industry or cadre, how far the enterprises that could get it came.

Every number is explained in `funnel`, every judgement in `bottleneck`, every duration in `pairs`. Regions, industries and
cadres part the register, so their rows add up to the total; departments and measures overlap in enterprises, so theirs
do not, and the total counts each enterprise once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any as Json
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from corpus.codes import industries, regions
from corpus.errors import InputError, Problem, nearest
from corpus.model import Measure, Policy
from ledger.bottleneck import Bottleneck, find_bottleneck
from ledger.day import standings
from ledger.funnel import COUNTS, Funnel, Tally
from ledger.pairs import pairs
from ledger.standing import NOT_FILLED, Standings
from ledger.tables import Ledger

By: TypeAlias = Literal["measure", "department", "region", "industry", "cadre"]
BY: dict[By, str] = {
    "measure": "政策事项",
    "department": "部门",
    "region": "地区",
    "industry": "行业",
    "cadre": "助企干部",
}
# What pays no money ends with the approval.
_UNPAID = ("title", "service", "procurement_preference")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the audit. `amount_paid` in yuan; `median_days` and `p90_days` by transition, None where nothing was seen."""

    key: str
    title: str
    counts: dict[str, int]
    amount_paid: float
    median_days: dict[str, float | None]
    p90_days: dict[str, float | None]
    bottleneck: Bottleneck

    def to_json(self) -> dict[str, Json]:
        return {
            "key": self.key,
            "title": self.title,
            **{name: self.counts[name] for name in COUNTS if not name.startswith(("eligible_", "paid_"))},
            "amount_paid": _whole(self.amount_paid),
            **{name: self.counts[name] for name in COUNTS if name.startswith(("eligible_", "paid_"))},
            "median_days": self.median_days,
            "bottleneck": self.bottleneck.to_json(),
        }


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


def audit(ledger: Ledger, policies: Sequence[Policy], as_of: date, by: str = "measure") -> Audit:
    """The audit of the register on `as_of`, a row for each of `by`; steps after that day do not count.

    Measures and departments in the order of the catalogue, then measures that only steps name; regions, industries and
    cadres by key, 未填 last. Raises InputError for a `by` that is none of BY.
    """
    if by not in BY:
        raise InputError(Problem("by", f'找到 "{by}"', "、".join(BY), nearest(by, BY)))
    return Auditor(ledger, policies, as_of).audit(by)


class Auditor:
    """Everything that the audits of one day are counted from."""

    def __init__(self, ledger: Ledger, policies: Sequence[Policy], as_of: date) -> None:
        self.as_of = as_of
        self.standings: Standings = standings(ledger, policies, as_of)
        self.pairs, self.measures = pairs(ledger, self.standings.register, self.standings.measures, as_of)
        self.funnel = Funnel(self.standings, self.pairs)
        self.entries: dict[str, tuple[Policy, Measure]] = {
            measure.id: (policy, measure) for policy in policies for measure in policy.measures
        }
        self.every = range(len(self.measures))

    def audit(self, by: By) -> Audit:
        """The audit with a row for each of `by`."""
        total = self._row("total", "合计", self.every, self.funnel.tally(self.every))
        rows = self._by_measures(by) if by in ("measure", "department") else self._by_part(by)
        return Audit(self.as_of, by, tuple(rows), total, self)

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
            groups = [(self.measures[i], self.title(i), [i]) for i in self.every]
        else:
            held: dict[str, list[int]] = {}
            for i in self.every:
                held.setdefault(self.department(i), []).append(i)
            groups = [(key, key, places) for key, places in held.items()]
            groups.sort(key=lambda group: group[0] == NOT_FILLED)
        return [self._row(key, title, places, self.funnel.tally(places)) for key, title, places in groups]

    def _by_part(self, by: By) -> list[Row]:
        register = self.standings.register
        keys, part = register.keys[by], register.places[by]
        tallies = self.funnel.tallies(part, len(keys))
        where = part[self.pairs.enterprise]
        pairs = np.split(np.argsort(where, kind="stable"), np.searchsorted(np.sort(where), np.arange(1, len(keys))))
        order = sorted(range(len(keys)), key=lambda i: (keys[i] == NOT_FILLED, keys[i]))
        return [self._row(keys[i], part_title(by, keys[i]), self.every, tallies[i], pairs[i]) for i in order]

    def _row(
        self, key: str, title: str, places: Sequence[int], tally: Tally, pairs: NDArray[np.int64] | None = None
    ) -> Row:
        """A row for the measures at `places`; `pairs` are its pairs where it stands for a part of the enterprises."""
        days = {name: np.sort(taken) for name, taken in tally.days.items()}
        found = find_bottleneck(
            tally,
            in_force=any(i < len(self.standings.in_force) and self.standings.in_force[i] for i in places),
            pays=any(self._pays(i) for i in places),
            office_of=lambda loss: self._office(loss, places, pairs),
        )
        median, p90 = ({name: _quantile(taken, share) for name, taken in days.items()} for share in (0.5, 0.9))
        return Row(key, title, dict(tally.counts), tally.amount_paid, median, p90, found)

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


def part_title(by: str, key: str) -> str:
    """The name of a part of the register: a region and an industry by name, anything else as it is."""
    if key == NOT_FILLED:
        return key
    return {"region": regions.full_name, "industry": industries.name}.get(by, str)(key)


def _quantile(days: NDArray[np.int32], share: float) -> float | None:
    """The day below which `share` of the sorted `days` lie, between two of them in proportion; None for none."""
    if not len(days):
        return None
    low, part = divmod(share * (len(days) - 1), 1)
    below, above = int(days[int(low)]), int(days[min(int(low) + 1, len(days) - 1)])
    return _whole(round(below + (above - below) * part, 1))


def _whole(number: float) -> float:
    """A whole number without its point; else to the cent."""
    number = round(number, 2)
    return int(number) if number.is_integer() else number
