"""The most that measures bring together under ceilings that they share (同一企业年度累计不超过500万元), exactly.

Of each stacking group one is had; what is given out under a ceiling is continuous. With scipy's `milp`, component by component.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any as Json

import numpy as np
from numpy.typing import NDArray

from corpus.model import Benefit, Cap

_UNIT = 1e4
"""What the solver counts in, yuan: its tolerances are then far below a fen."""
_SAME = 1e-5
"""Sums this near each other are the same when the next end decides: more than a 0/1 variable that is whole only nearly can shift."""
_PER_YEAR = 12
ONCE = (1.0,)


@dataclass(frozen=True, slots=True)
class Share:
    """What one measure could bring under ceilings: `low` to `high` yuan (None: open), which `caps` it counts against.

    Of `group` only one is had. `surely` and `most` are the shares of it that fall in each year, for the low and the high end;
    what comes first in order goes before where all else is the same.
    """

    group: str | None
    low: float
    high: float | None
    caps: tuple[Cap, ...]
    surely: tuple[float, ...] = ONCE
    most: tuple[float, ...] = ONCE


Left = Mapping[Cap, tuple[float, float]]
"""What is left of each ceiling, yuan: at least, at most; in this year, of one that is counted by the year."""


def years_of(benefit: Benefit | None) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The shares of a benefit that fall in its first, second … year: for what it brings surely, and at most.

    Where the words leave open whether it is paid over the years, all of what is sure may fall in one.
    """
    if benefit is None:
        return ONCE, ONCE
    if benefit.by_year and sum(benefit.by_year) > 0:
        shares = tuple(share / sum(benefit.by_year) for share in benefit.by_year)
        return shares, shares
    if benefit.months is None or benefit.frequency == "once":
        return ONCE, ONCE
    whole, rest = divmod(benefit.months, _PER_YEAR)
    months = [_PER_YEAR] * whole + [rest] * bool(rest)
    shares = tuple(n / benefit.months for n in months)
    return (shares if benefit.frequency in ("yearly", "monthly") else ONCE), shares


def may_bind(cap: Cap, members: Sequence[Share], left: Left) -> bool:
    """Whether `members` could bring more together, in a year where it is counted by the year, than is left of `cap`."""
    if cap.per != "year":
        return _together([(one.group, one.high) for one in members]) > left[cap][0]
    years = max((max(len(one.surely), len(one.most)) for one in members), default=0)
    sums = [_together([_in_year(one, end, year) for one in members]) for year in range(years) for end in (0, 1)]
    return max(sums, default=0.0) > left[cap][0]


def _in_year(one: Share, end: int, year: int) -> tuple[str | None, float | None]:
    """The group of a share, and what it brings in a year at an end."""
    value, shares = ((one.low, one.surely), (one.high, one.most))[end]
    share = shares[year] if year < len(shares) else 0.0
    return one.group, None if value is None and share else (value or 0.0) * share


def _together(sums: Sequence[tuple[str | None, float | None]]) -> float:
    """The most that sums come to, one of each group; without end where one is open."""
    most: dict[str, float] = {}
    for i, (group, value) in enumerate(sums):
        key = group or f"\0{i}"
        most[key] = max(most.get(key, 0.0), float("inf") if value is None else value)
    return sum(most.values())


def _room(cap: Cap, year: int, end: int, left: Left) -> float:
    """What `cap` lets through in a year at an end. Of what was had some may be paid in later years too: not known how much."""
    return cap.amount if end and year and cap.per == "year" else left[cap][end]


def share_out(members: Sequence[Share], left: Left) -> tuple[list[bool], float, float | None]:
    """Which of `members` are had, and what they bring altogether, low and high, whichever are.

    Those had bring the most that is sure, then the most that could be. `high` is None where one that no ceiling bounds is open.
    """
    problem = _Problem(members, left)
    chosen, low = problem.most(problem.low)
    _, high = problem.most(problem.high)
    if problem.free:
        # One variable for each end: of the sets that bring the most surely, the one that could bring the most.
        _, best = problem.most(problem.high, at_least=((problem.low, low),))
        first = np.zeros_like(problem.low)
        first[: len(members)] = -np.arange(len(members)) / len(members)
        chosen, _ = problem.most(first, at_least=((problem.low, low), (problem.high, best)))
    open_upwards = any(one.high is None and not one.caps for one in members)
    return chosen, low * _UNIT, None if open_upwards else high * _UNIT


class _Problem:
    """The program: a 0/1 variable for each member, then what each brings in each year, at the low end and at the high."""

    def __init__(self, members: Sequence[Share], left: Left) -> None:
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array

        self._milp, self._sums, self._sparse = milp, LinearConstraint, csr_array
        caps = sorted({cap for one in members for cap in one.caps}, key=repr)
        # What is open is bounded by its tightest ceiling; under none, by more than all others together.
        every = sum(one.high or 0.0 for one in members) + sum(cap.amount for cap in caps)
        rows: list[tuple[dict[int, float], float, float]] = []
        self._size = len(members)
        self.objective: list[dict[int, float]] = [{}, {}]
        variables = self._size
        counted: tuple[dict[tuple[Cap, int], list[int]], ...] = ({}, {})
        for i, one in enumerate(members):
            for end, shares in enumerate((one.surely, one.most)):
                value = (one.low, one.high)[end]
                for year, share in enumerate(shares):
                    if value is None:
                        bound = min((_room(cap, year, 1, left) for cap in one.caps), default=10 * every + _UNIT)
                    else:
                        bound = value * share
                    rows.append(({variables: 1.0, i: -bound / _UNIT}, -np.inf, 0.0))
                    self.objective[end][variables] = 1.0
                    for cap in one.caps:
                        counted[end].setdefault((cap, year if cap.per == "year" else 0), []).append(variables)
                    variables += 1
        for end in (0, 1):
            rows += [
                (dict.fromkeys(some, 1.0), -np.inf, _room(cap, year, end, left) / _UNIT)
                for (cap, year), some in counted[end].items()
            ]
        groups: dict[str, list[int]] = {}
        for i, one in enumerate(members):
            groups.setdefault(one.group or f"\0{i}", []).append(i)
        rows += [(dict.fromkeys(some, 1.0), 1.0, 1.0) for some in groups.values()]
        self.free = len(groups) < len(members)
        self._rows = rows
        self.low, self.high = (np.array([end.get(i, 0.0) for i in range(variables)]) for end in self.objective)
        self._whole = np.arange(variables) < self._size
        self._bounds: Json = Bounds(0.0, np.where(self._whole, 1.0, np.inf))

    def most(
        self, aim: NDArray[np.float64], at_least: Sequence[tuple[NDArray[np.float64], float]] = ()
    ) -> tuple[list[bool], float]:
        """The members had where `aim` is the most, and how much it is; each sum of `at_least` no less than it says."""
        rows = [*self._rows]
        for sums, least in at_least:
            told = {int(i): float(sums[i]) for i in np.flatnonzero(sums)}
            rows.append((told, least - _SAME * max(1.0, least), np.inf))
        found = self._solved(aim, rows)
        chosen = np.round(found.x[self._whole])
        if self.free:
            # A 0/1 variable is whole only nearly: what they bring is counted again with them whole.
            found = self._solved(aim, [*self._rows, *(({i: 1.0}, n, n) for i, n in enumerate(chosen.tolist()))])
        return [bool(one) for one in chosen], -found.fun

    def _solved(self, aim: NDArray[np.float64], rows: Sequence[tuple[dict[int, float], float, float]]) -> Json:
        at = np.repeat(np.arange(len(rows)), [len(row) for row, _, _ in rows])
        places = np.array([i for row, _, _ in rows for i in row])
        values = np.array([value for row, _, _ in rows for value in row.values()])
        matrix = self._sparse((values, (at, places)), shape=(len(rows), len(aim)))
        lows, highs = (np.array([row[end] for row in rows]) for end in (1, 2))
        found = self._milp(
            -aim,
            integrality=self._whole.astype(int) if self.free else None,
            bounds=self._bounds,
            constraints=self._sums(matrix, lows, highs),
            options={"mip_rel_gap": 0.0},
        )
        assert found.x is not None, found.message
        return found
