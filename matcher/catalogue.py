"""A catalogue made ready for matching: its measures, and on a day which are in force and how their rules compile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import Literal, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from corpus.model import Clause, Measure, Policy, term_on
from matcher.compiled import Compiled
from matcher.facts import Profile
from matcher.fit import Fit
from matcher.known import Facts
from matcher.worth import Basis, Estimate, depends_on_facts, estimate, no_award

Standing: TypeAlias = Literal["eligible", "unknown", "ineligible", "expired", "not_yet_in_force"]
STANDINGS: dict[Standing, str] = {
    "eligible": "符合",
    "unknown": "待核实",
    "ineligible": "不符合",
    "expired": "已失效",
    "not_yet_in_force": "未施行",
}
VERDICTS: tuple[Standing, ...] = ("ineligible", "unknown", "eligible", "expired", "not_yet_in_force")
"""The standings by the number that stands for them in arrays; the first three are the ranks of verdicts."""
DAYS_KEPT = 4
Kind = TypeVar("Kind", bound=np.generic)


class Catalogue:
    """Every measure of some policies that is not rejected, with its policy, in order."""

    def __init__(self, policies: Iterable[Policy]) -> None:
        self.entries = tuple((policy, m) for policy in policies for m in policy.measures if m.review != "rejected")
        self.place = {measure.id: i for i, (_, measure) in enumerate(self.entries)}
        self._days: dict[date, Day] = {}
        self._clauses: dict[str, dict[str, Clause]] = {}

    @cached_property
    def fit(self) -> Fit:
        """The words of the measures, ready to be compared with enterprises'."""
        return Fit(self.entries)

    def clause(self, policy: Policy, path: str) -> Clause | None:
        """The clause of `policy` at `path`, the first where there are several; None where there is none."""
        clauses = self._clauses.get(policy.id)
        if clauses is None:
            clauses = self._clauses[policy.id] = {clause.path: clause for clause in reversed(policy.clauses)}
        return clauses.get(path)

    def entry(self, measure_id: str) -> tuple[Policy, Measure]:
        """A measure by its id, with its policy."""
        return self.entries[self.place[measure_id]]

    def on(self, as_of: date) -> Day:
        """The catalogue on a day; the last few days asked for are kept ready."""
        day = self._days.get(as_of)
        if day is None:
            while len(self._days) >= DAYS_KEPT:
                self._days.pop(next(iter(self._days)), None)
            day = self._days[as_of] = Day(self, as_of)
        return day


def compile_catalogue(policies: Iterable[Policy]) -> Catalogue:
    """The catalogue of `policies`. A measure that a person rejected is no measure."""
    return Catalogue(policies)


class Day:
    """A catalogue on one day: what does not depend on the enterprise, as arrays by the measures' places."""

    def __init__(self, catalogue: Catalogue, as_of: date) -> None:
        self.catalogue = catalogue
        self.as_of = as_of
        self.measures: tuple[Measure, ...] = tuple(measure for _, measure in catalogue.entries)
        self.compiled = Compiled([measure.rule for measure in self.measures], as_of)
        terms = [term_on(policy, as_of) for policy, _ in catalogue.entries]
        # The number of the standing that the day alone decides; -1 where the rule decides.
        self.term = _array((VERDICTS.index(term) if term in VERDICTS else -1 for term in terms), np.int8)
        self.draft = _array((measure.review == "draft" for measure in self.measures), np.bool_)
        self.closed = _array((window_on(measure, as_of) == "closed" for measure in self.measures), np.bool_)
        self.last_day = _array((_last_day(measure) for measure in self.measures), np.int64)
        self.by_id = np.argsort(np.argsort(np.array([measure.id for measure in self.measures], np.str_)))
        nobody = Basis(Facts(Profile(""), as_of), no_award)
        self.own_worth = _array((depends_on_facts(measure) for measure in self.measures), np.bool_)
        same = [
            Estimate() if own else estimate(m, nobody) for m, own in zip(self.measures, self.own_worth, strict=True)
        ]
        self.same_worth: Sequence[Estimate] = same
        self.ends = np.array([ends(worth) for worth in same], np.float64).reshape(-1, 2)
        self.sort_keys = np.array([worth_key(worth) for worth in same], np.float64).reshape(-1, 2)

    def standings(self, reads: NDArray[np.int8]) -> NDArray[np.int8]:
        """The standing of each measure, from what its rule comes to: the day goes before, and a draft is never firm."""
        return np.where(self.term >= 0, self.term, np.where(self.draft, 1, reads)).astype(np.int8)


def window_on(measure: Measure, as_of: date) -> Literal["open", "not_yet_open", "closed", "unknown"]:
    """Whether one can apply on the day; unknown where no days are set."""
    window = measure.window
    if window is None or (window.start is None and window.end is None):
        return "unknown"
    if window.start is not None and as_of < window.start:
        return "not_yet_open"
    return "closed" if window.end is not None and as_of > window.end else "open"


def worth_key(worth: Estimate) -> tuple[float, float]:
    """What to compare worth by: what is sure, then what could be; what is not money comes last."""
    if not worth.money:
        return (-1.0, -1.0)
    return (worth.low or 0.0, float("inf") if worth.high is None else worth.high)


def ends(worth: Estimate) -> tuple[float, float]:
    """Both ends of a worth, NaN where open."""
    return (np.nan if worth.low is None else worth.low, np.nan if worth.high is None else worth.high)


def _last_day(measure: Measure) -> int:
    end = measure.window.end if measure.window else None
    return (end or date.max).toordinal()


def _array(values: Iterable[object], kind: type[Kind]) -> NDArray[Kind]:
    return np.array(list(values), kind)
