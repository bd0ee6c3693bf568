"""One measure for one enterprise: verdict, grounds, worth, what is missing and from when, each worked out when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any as Json
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from corpus.model import Condition, Measure, Policy, term_on
from corpus.rules import dump_value
from matcher.catalogue import Day, Standing, window_on
from matcher.cited import cite
from matcher.evaluate import Finding, evaluate
from matcher.fit import profile_words
from matcher.known import Facts
from matcher.near import Change, near_miss
from matcher.truth import ELIGIBLE, UNKNOWN, Verdict
from matcher.worth import Basis, Estimate, estimate

DRAFT = "待审核：尚未经人核对，判定不作数"


@dataclass(frozen=True)
class Match:
    """One measure for one enterprise on one day.

    `standing` is the verdict, or that the policy is not in force. `read` is the verdict by the rule as it stands, which
    a draft's standing hides; None where not in force. `score` is how much of the rule holds, 0 to 1 (what is unknown
    counts half): it orders, and decides nothing. What all this rests on is worked out when it is asked for.
    """

    policy: Policy
    measure: Measure
    standing: Standing
    read: Verdict | None
    score: float
    facts: Facts
    awards: Awards

    @property
    def as_of(self) -> date:
        return self.facts.as_of

    @cached_property
    def finding(self) -> Finding | None:
        """The finding tree; None where the policy is not in force."""
        return None if self.read is None else evaluate(self.measure.rule, self.facts, self.measure.id)

    @cached_property
    def benefit(self) -> Estimate:
        """What it brings if it is awarded."""
        return self.awards.of(self.measure)

    @property
    def draft(self) -> bool:
        return self.measure.review == "draft"

    @property
    def apply_by(self) -> date | None:
        """The last day to apply; None where none is set."""
        return self.measure.window.end if self.measure.window else None

    @property
    def window(self) -> Literal["open", "not_yet_open", "closed", "unknown"]:
        """Whether one can apply on the day; unknown where no days are set."""
        return window_on(self.measure, self.as_of)

    @property
    def note(self) -> str | None:
        """What a person must know beside the verdict: not in force and why, a draft, a window that is closed."""
        if self.standing == "expired":
            return self.policy.withdrawn or f"政策已于 {self.policy.expires_on} 失效"
        if self.standing == "not_yet_in_force":
            return f"政策自 {self.policy.effective_from} 起施行"
        if self.draft:
            return DRAFT
        if self.window == "closed":
            return f"申报期已于 {self.apply_by} 截止"
        if self.window == "not_yet_open" and self.measure.window:
            return f"申报期自 {self.measure.window.start} 开始"
        return None

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """What could still change the verdict: field names, `manual:` and words, `review` for a draft. Empty when settled."""
        if self.finding is None:
            return ()
        keys = tuple(dict.fromkeys(missing.key for missing in self.finding.missing()))
        return (*keys, "review") if self.draft else keys

    @cached_property
    def near_miss(self) -> tuple[Change, ...]:
        """The least that would have to change where it is not reached; empty where nothing within reach would do."""
        return near_miss(self.finding, self.facts) if self.finding else ()

    @property
    def last_chance(self) -> date | None:
        """The day after which it can no longer be had: the last day to apply, the policy's last; None where neither is set."""
        return min((day for day in (self.apply_by, self.policy.expires_on) if day), default=None)

    @property
    def in_time(self) -> bool | None:
        """Whether what is missing can be had before the last chance is over; None where none is set or nothing is missing."""
        last = self.last_chance
        if not self.near_miss or last is None:
            return None
        return all(change.possible_from is not None and change.possible_from <= last for change in self.near_miss)

    @property
    def near_words(self) -> str:
        """What is missing, in Chinese, and where it comes too late, that it does; empty where nothing within reach would do."""
        words = "；".join(change.words for change in self.near_miss)
        days = [change.possible_from for change in self.near_miss]
        if None in days:
            return f"{words}（所问的年度已经过去，改变不了）"
        soonest = max((day for day in days if day), default=self.as_of)
        if self.in_time is False:
            return f"{words}（最早 {soonest} 才可能满足，而 {self.last_chance} 截止，赶不上）"
        return f"{words}（最早 {soonest} 才可能满足）" if soonest > self.as_of else words

    @cached_property
    def because(self) -> str:
        """What the enterprise's words and the measure's have in common, in one line; empty where it cannot be had."""
        if self.standing not in ("eligible", "unknown"):
            return ""
        words = self.facts.once("words", lambda: profile_words(self.facts.profile))
        catalogue = self.awards.day.catalogue
        return catalogue.fit.because(words, catalogue.place[self.measure.id]) if words else ""

    @cached_property
    def reason(self) -> str:
        """Why, in one or a few sentences: the conditions that make the verdict what it is."""
        if self.finding is None:
            return self.note or ""
        deciding = ((leaf.answer, leaf.negated) for leaf in self.finding.deciding())
        grounds = list(dict.fromkeys(answer.reason(negated) for answer, negated in deciding if answer))
        if not grounds:
            return {"eligible": "没有设条件", "unknown": "待核实", "ineligible": "条件为空，无人符合"}[
                _code(self.finding)
            ]
        return "；".join(grounds) + "。"

    def clause(self, condition: Condition | None = None) -> dict[str, Json]:
        """The clause that a condition (or the measure) rests on, with its page and words."""
        path = (condition.clause if condition else None) or next(iter(self.measure.clauses), None)
        clause = self.awards.day.catalogue.clause(self.policy, path) if path else None
        return cite(self.policy, path, clause, condition.text if condition else None)

    def conditions(self) -> list[dict[str, Json]]:
        """Every condition of the rule with its verdict and grounds, in the rule's order."""
        out = []
        for leaf in self.finding.leaves() if self.finding else ():
            condition, grounds = leaf.rule, leaf.answer
            assert isinstance(condition, Condition)
            assert grounds is not None
            entry: dict[str, Json] = {
                "path": leaf.path,
                "field": condition.field,
                "op": condition.op,
                "value": dump_value(condition.value),
                "verdict": leaf.verdict.code,
                "have": grounds.have,
                "text": condition.text or grounds.asks,
                "reason": grounds.reason(leaf.negated),
                "clause": self.clause(condition),
            }
            if condition.period:
                entry["period"] = condition.period
            if leaf.negated:
                entry["negated"] = True
            out.append(entry)
        return out

    def to_json(self) -> dict[str, Json]:
        """The entry of `match --json`."""
        return {
            "measure_id": self.measure.id,
            "title": self.measure.title,
            "policy_id": self.policy.id,
            "verdict": self.standing,
            "status": term_on(self.policy, self.as_of),
            "score": self.score,
            "reason": self.reason,
            "note": self.note,
            "because": self.because,
            "conditions": self.conditions(),
            "missing": list(self.missing),
            "near_miss": [change.to_json() for change in self.near_miss],
            "near_miss_in_time": self.in_time,
            "benefit": self.benefit.to_json(),
            "apply_by": self.apply_by and self.apply_by.isoformat(),
            "window": self.window,
            "department": self.measure.department or self.policy.department,
            "materials": list(self.measure.materials),
            "clause": self.clause(),
        }


class Awards:
    """What each measure brings, worked out once; a measure that is a share of itself, however far round, stays open."""

    def __init__(self, day: Day, facts: Facts, parameters: Mapping[str, float], standings: NDArray[np.int8]) -> None:
        self.day = day
        self.standings = standings
        self.basis = Basis(facts, self.award, parameters)
        self.found: dict[str, Estimate] = {}
        self.pending: set[str] = set()

    def of(self, measure: Measure) -> Estimate:
        place = self.day.catalogue.place[measure.id]
        if not self.day.own_worth[place]:
            return self.day.same_worth[place]
        if measure.id not in self.found:
            self.pending.add(measure.id)
            self.found[measure.id] = estimate(measure, self.basis)
            self.pending.discard(measure.id)
        return self.found[measure.id]

    def award(self, measure_id: str) -> tuple[Verdict, Estimate] | None:
        place = self.day.catalogue.place.get(measure_id)
        if place is None or measure_id in self.pending:
            return None
        sure = self.standings[place] == ELIGIBLE.rank
        return (ELIGIBLE if sure else UNKNOWN), self.of(self.day.measures[place])


def _code(finding: Finding) -> Standing:
    return finding.verdict.code  # type: ignore[return-value]
