"""How near a measure is that is not reached: the smallest set of conditions that would have to change.

Exact over the rule tree: of every way to make the rule hold, the one with the least to change, then the shortest.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter
from typing import Any as Json

from corpus.fields import registry
from corpus.model import All, Any, AtLeast, Bounds, Condition, Not
from corpus.rules import dump_value
from matcher.answer import Answer, missing_words
from matcher.evaluate import Finding, evaluate
from matcher.known import Facts
from matcher.operators import as_window
from matcher.soonest import soonest
from matcher.suppose import suppose
from matcher.truth import ELIGIBLE, INELIGIBLE, UNKNOWN, Verdict, not_

# What nobody changes for the sake of a grant, or cannot: these conditions are never part of a way.
FIXED = frozenset({"region", "tax_region", "industry", "legal_form", "founded_on", "theme"})
KEPT = 24
"""Ways kept at each branch: the cheapest. Enough to be exact unless a rule shares conditions among dozens of branches."""


@dataclass(frozen=True, slots=True)
class Change:
    """One condition that would have to come out otherwise.

    `gap` is in the field's base unit (None where it cannot be counted); `confirm` says that the fact is not known and
    need only be confirmed; `reached_on` is the day on which time alone brings it about, `possible_from` the first on which
    it could be so (None: never, its year is over).
    """

    path: str
    condition: Condition
    answer: Answer
    cost: float
    wanted: Verdict
    possible_from: date | None = None

    @property
    def confirm(self) -> bool:
        return self.answer.verdict is UNKNOWN

    @property
    def reached_on(self) -> date | None:
        return self.answer.reached_on

    @property
    def words(self) -> str:
        """What would have to change, in Chinese."""
        if self.confirm:
            wanting = "、".join(dict.fromkeys(map(missing_words, self.answer.missing)))
            return f"取得{wanting}" if self.condition.field == "manual" else f"查明{wanting}"
        if self.wanted is INELIGIBLE:
            return f"不再是“{self.answer.asks}”"
        gap = self.answer.gap_words
        return f"{self.answer.asks}" + (f"（{gap}）" if gap else "")

    def to_json(self) -> dict[str, Json]:
        gap = self.answer.gap
        return {
            "path": self.path,
            "field": self.condition.field,
            "op": self.condition.op,
            "need": dump_value(self.condition.value),
            "have": self.answer.have,
            "gap": int(gap) if gap is not None and float(gap).is_integer() else gap,
            "confirm": self.confirm,
            "reached_on": self.reached_on and self.reached_on.isoformat(),
            "possible_from": self.possible_from and self.possible_from.isoformat(),
            "words": self.words,
        }


@dataclass(frozen=True, slots=True)
class Way:
    """A set of changes that would make a rule hold, each condition once, and what it costs altogether.

    The cost is how many facts would have to change, then how far; confirming what is not known is not a change.
    """

    changes: tuple[Change, ...] = ()
    cost: tuple[int, float] = (0, 0.0)

    def and_(self, other: Way) -> Way | None:
        """Both together; None where they want opposite things of one condition."""
        changes, (count, far) = self.changes, self.cost
        for change in other.changes:
            same = [c for c in self.changes if c.condition == change.condition]
            if any(c.wanted is not change.wanted for c in same):
                return None
            if not same:
                changes, count, far = (*changes, change), count + (not change.confirm), far + change.cost
        return Way(changes, (count, far))


def near_miss(finding: Finding, facts: Facts) -> tuple[Change, ...]:
    """The least that would have to change for an ineligible measure to be reached, in the rule's order.

    Empty where the verdict is another, or where no change within reach would do. A way that would break another
    condition (more revenue, where the rule wants little too) is passed over.
    """
    if finding.verdict is not INELIGIBLE:
        return ()
    for way in _ways(finding, ELIGIBLE):
        after = suppose(facts, {c.condition: c.wanted for c in way.changes if not c.confirm})
        if after is None or evaluate(finding.rule, after).verdict is not INELIGIBLE:
            return tuple(replace(change, possible_from=_from(change, facts)) for change in way.changes)
    return ()


def _from(change: Change, facts: Facts) -> date | None:
    return change.reached_on or (facts.as_of if change.confirm else soonest(change.condition, change.wanted, facts))


def _ways(finding: Finding, wanted: Verdict) -> list[Way]:
    """The cheapest ways to bring `finding` to `wanted`, cheapest first; none where there is no way."""
    if finding.verdict is wanted:
        return [Way()]
    rule = finding.rule
    match rule:
        case Condition():
            change = _change(finding, rule, wanted)
            return [Way((change,), (int(not change.confirm), change.cost))] if change else []
        case Not():
            return _ways(finding.of[0], not_(wanted))
        case AtLeast(n, _):
            holding = n
        case All():
            holding = len(finding.of)
        case Any():
            holding = 1
    count = holding if wanted is ELIGIBLE else len(finding.of) - holding + 1
    if count > len(finding.of):
        return []
    holding_now = sum(branch.verdict is wanted for branch in finding.of)
    if holding_now >= count:
        return [Way()]
    reachable = [ways for branch in finding.of if branch.verdict is not wanted and (ways := _ways(branch, wanted))]
    return _together(reachable, count - holding_now)


def _together(branches: Sequence[list[Way]], count: int) -> list[Way]:
    """The cheapest ways to bring about `count` of `branches`."""
    if len(branches) < count:
        return []
    # kept[k]: the cheapest ways found so far that bring about k of the branches seen.
    kept: list[list[Way]] = [[Way()]] + [[] for _ in range(count)]
    for seen, ways in enumerate(branches, 1):
        # Fewer than this many of those seen can no longer grow to `count`.
        least = max(1, count - (len(branches) - seen))
        for k in range(min(count, seen), least - 1, -1):
            joined = [both for one, other in itertools.product(kept[k - 1], ways) if (both := one.and_(other))]
            kept[k] = sorted(kept[k] + joined, key=attrgetter("cost"))[:KEPT]
    return kept[count]


def _change(finding: Finding, condition: Condition, wanted: Verdict) -> Change | None:
    """What bringing one condition about takes; None where nobody can."""
    grounds = finding.answer
    if grounds is None:
        return None
    if grounds.verdict is UNKNOWN:
        return Change(finding.path, condition, grounds, 0.01, wanted)
    cost = _cost(condition, grounds, wanted)
    return None if cost is None else Change(finding.path, condition, grounds, cost, wanted)


def _cost(condition: Condition, grounds: Answer, wanted: Verdict) -> float | None:
    field = registry()[condition.field]
    if field.name in FIXED:
        return None
    if field.name == "age_years":
        return 0.5 if wanted is ELIGIBLE and grounds.reached_on else None
    match field.type:
        case "number":
            if grounds.gap is None:
                return 1.0
            ends = (
                (condition.value.low, condition.value.high)
                if isinstance(condition.value, Bounds)
                else (condition.value,)
            )
            scale = max((abs(end) for end in ends if isinstance(end, float)), default=0.0) or 1.0
            return min(grounds.gap / scale, 100.0)
        case "ordered":
            return grounds.gap or 1.0
        case "set":
            # A ground of exclusion can be mended; a title once held is not given back.
            gains = (condition.op == "lacks") != (wanted is ELIGIBLE)
            return 1.0 if gains else 2.0 if field.name == "exclusion" else None
        case "event":
            window = as_window(condition.value)
            return 1.0 if wanted is ELIGIBLE and window.end is None else None
        case _:
            return 1.0
