"""A rule against what is known: the finding tree, each branch with its verdict, each leaf with its grounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from corpus.model import All, Any, AtLeast, Condition, Not, Rule
from matcher.answer import Answer, answer
from matcher.judge import judge
from matcher.known import Facts, Missing
from matcher.truth import Verdict, and_, at_least, not_, or_


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for one node of a rule. `path` is as in `corpus.rules.conditions`; a leaf has `grounds`.

    `negated` says that the node stands under an odd number of `not`: there its holding speaks against the measure.
    """

    path: str
    rule: Rule
    verdict: Verdict
    of: tuple[Finding, ...] = ()
    grounds: Callable[[], Answer] | None = None
    negated: bool = False

    @property
    def answer(self) -> Answer | None:
        """The verdict of a condition with its grounds, worked out when asked for; None for a branch."""
        return self.grounds() if self.grounds else None

    def leaves(self) -> Iterator[Finding]:
        """The findings of the conditions, in the rule's order."""
        if self.grounds:
            yield self
        for branch in self.of:
            yield from branch.leaves()

    def open_leaves(self) -> Iterator[Finding]:
        """The unknown conditions that could still change the verdict: none under a branch that is settled."""
        if self.verdict.settled:
            return
        if self.grounds:
            yield self
        for branch in self.of:
            yield from branch.open_leaves()

    def deciding(self) -> Iterator[Finding]:
        """The conditions that make the verdict what it is, in the rule's order: the failing ones of an `all`, say."""
        if self.grounds:
            yield self
        wanted = not_(self.verdict) if isinstance(self.rule, Not) else self.verdict
        for branch in self.of:
            if branch.verdict is wanted:
                yield from branch.deciding()

    def missing(self) -> tuple[Missing, ...]:
        """The facts that could still change the verdict, each once; empty exactly when it is settled."""
        found = (missing for leaf in self.open_leaves() if leaf.grounds for missing in leaf.grounds().missing)
        return tuple(dict.fromkeys(found))


def evaluate(rule: Rule, facts: Facts, measure_id: str = "") -> Finding:
    """The finding tree of `rule` on the day of `facts`; `measure_id` lets confirmations be for this measure only."""
    specific = any("#" in words for words in facts.profile.confirmations)
    return _Walk(facts, measure_id if specific else "").find(rule, "", False)


class _Walk:
    """One evaluation: the facts, and the measure whose own confirmations count."""

    def __init__(self, facts: Facts, measure_id: str) -> None:
        self.facts = facts
        self.measure_id = measure_id

    def find(self, rule: Rule, path: str, negated: bool) -> Finding:
        match rule:
            case Condition():
                return self.leaf(rule, path, negated)
            case Not(of):
                inner = self.find(of, _join(path, "not"), not negated)
                return Finding(path, rule, not_(inner.verdict), (inner,), negated=negated)
            case All(of):
                branches = self.branches(of, path, "all", negated)
                return Finding(path, rule, and_(b.verdict for b in branches), branches, negated=negated)
            case Any(of):
                branches = self.branches(of, path, "any", negated)
                return Finding(path, rule, or_(b.verdict for b in branches), branches, negated=negated)
            case AtLeast(n, of):
                branches = self.branches(of, path, "of", negated)
                return Finding(path, rule, at_least(n, (b.verdict for b in branches)), branches, negated=negated)

    def branches(self, of: tuple[Rule, ...], path: str, key: str, negated: bool) -> tuple[Finding, ...]:
        return tuple(self.find(branch, _join(path, f"{key}[{i}]"), negated) for i, branch in enumerate(of))

    def leaf(self, condition: Condition, path: str, negated: bool) -> Finding:
        facts = self.facts
        if self.measure_id and condition.field == "manual":
            # The answer may be for this place alone.
            own = answer(condition, facts, f"{self.measure_id}#{path}")
            return Finding(path, condition, own.verdict, grounds=lambda: own, negated=negated)
        grounds = facts.once(condition, lambda: _Grounds(condition, facts))
        return Finding(path, condition, grounds.verdict, grounds=grounds, negated=negated)


class _Grounds:
    """A condition judged: its verdict, and when called its grounds, worked out once."""

    __slots__ = ("condition", "facts", "found", "verdict")

    def __init__(self, condition: Condition, facts: Facts) -> None:
        self.condition, self.facts = condition, facts
        self.verdict = judge(condition, facts)
        self.found: Answer | None = None

    def __call__(self) -> Answer:
        if self.found is None:
            self.found = answer(self.condition, self.facts, verdict=self.verdict)
        return self.found


def _join(path: str, step: str) -> str:
    return f"{path}.{step}" if path else step
