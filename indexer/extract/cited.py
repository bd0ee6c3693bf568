"""Rules with the path of the clause that says so on each of their conditions."""

from __future__ import annotations

from dataclasses import replace

from corpus.model import All, Any, AtLeast, Condition, Not, Rule


def cite(rule: Rule, path: str) -> Rule:
    """`rule` with the clause's path on each of its conditions that has none."""
    match rule:
        case Condition():
            return rule if rule.clause else replace(rule, clause=path)
        case All(of):
            return All(tuple(cite(branch, path) for branch in of))
        case Any(of):
            return Any(tuple(cite(branch, path) for branch in of))
        case AtLeast(at_least, of):
            return AtLeast(at_least, tuple(cite(branch, path) for branch in of))
        case Not(of):
            return Not(cite(of, path))


def flat(rule: Rule) -> tuple[Rule, ...]:
    """The branches of an `all`, or the rule alone."""
    return rule.of if isinstance(rule, All) else (rule,)
