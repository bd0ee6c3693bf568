"""How sure a reading is, by the finder that made it. Figures measured on labelled passages; see benchmarks/extraction.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corpus.model import All, Any, AtLeast, Condition, Not, Rule
from corpus.rules import conditions

# Where city and county policies that the grammar had not been written from (130 passages, 2026-11) were read less well than
# those it was, it says less; what stood there too seldom keeps the older figure.
_BY_FINDER = {
    # A figure that is named, bounded and of the enterprise itself is read right more than nine times in ten.
    "number": 0.95,
    "number/age_years": 0.91,
    "number/registered_capital": 0.7,
    "number/paid_in_capital": 0.85,
    "number/tax_paid": 0.8,
    "number/profit": 0.8,
    "number/profit_growth": 0.7,
    "number/floor_area": 0.85,
    "number/new_hires": 0.8,
    "number/revenue_growth": 0.91,
    # Whose they are, and what counts in them, is told apart less surely.
    "number/export_value": 0.85,
    "number/equipment_spend": 0.85,
    "number/total_investment": 0.85,
    "years": 0.91,
    "layoff": 0.95,
    "layoff/employees": 0.9,
    "credit": 0.91,
    "insured": 0.5,
    "size": 0.88,
    "form": 0.6,
    "title": 0.75,
    "first_title": 0.88,
    # Whose the title is, and whether it is one, is known less surely where only the verb tells.
    "won": 0.65,
    "title_like": 0.6,
    "event": 0.6,
    "listing": 0.75,
    "newly": 0.65,
    "up": 0.85,
    "region": 0.85,
    "park": 0.6,
    "branch/industry": 0.7,
    "branch": 0.6,
    "scene_theme": 0.7,
    "exclusion": 0.85,
    "manual": 0.5,
}


def confidence_of(finder: str, field: str) -> float:
    """The share of such readings that were right; 0.5 for a finder not yet measured."""
    return _BY_FINDER.get(f"{finder}/{field}", _BY_FINDER.get(finder, 0.5))


def certain(rule: Rule, finder: str) -> Rule:
    """`rule` with how sure a reading by `finder` is on each of its conditions."""
    if isinstance(rule, Condition):
        return replace(rule, confidence=confidence_of("manual" if rule.field == "manual" else finder, rule.field))
    if isinstance(rule, (All, Any)):
        return type(rule)(tuple(certain(inner, finder) for inner in rule.of))
    return rule


# How much surer, or less, a reading is by what stands around it; measured like the shares above.
_SAME_TWICE = 0.75
_UNSHARED = 0.75
_CROWDED = 0.9
# Of several measures in one passage it is less sure which of them asks it.
_SEVERAL = 0.97


def doubt(rules: Sequence[Rule], at: int, tiered: bool) -> float:
    """By what the conditions of the measure `at` are less sure than they read, for its place among all of a passage.

    Two measures that ask the same things were not told apart; thresholds or titles in a row (1亿元、5亿元、10亿元) that no
    tiers answer to were not shared out; many words that no field holds are the sign of a passage not understood.
    """
    rule = rules[at]
    asked = [condition for _, condition in conditions(rule) if condition.field != "manual"]
    factor = _SEVERAL if len(rules) > 1 else 1.0
    if any(asked and rule == other for i, other in enumerate(rules) if i != at):
        factor *= _SAME_TWICE
    if not tiered and any(_row_of_figures(branch) for branch in (rule.of if isinstance(rule, All) else (rule,))):
        factor *= _UNSHARED
    if sum(condition.field == "manual" for _, condition in conditions(rule)) > _MANY:
        factor *= _CROWDED
    return factor


_MANY = 4


def _row_of_figures(rule: Rule) -> bool:
    if not isinstance(rule, Any):
        return False
    figures = [one.field for one in rule.of if isinstance(one, Condition) and isinstance(one.value, float)]
    return len(figures) > len(set(figures)) and figures[0] != "layoff_rate"


def doubted(rule: Rule, factor: float) -> Rule:
    """`rule` with every condition less sure by `factor`."""
    match rule:
        case Condition():
            return replace(rule, confidence=round((rule.confidence or 0.5) * factor, 3))
        case AtLeast(n, of):
            return AtLeast(n, tuple(doubted(one, factor) for one in of))
        case Not(of):
            return Not(doubted(of, factor))
        case All(of) | Any(of):
            return type(rule)(tuple(doubted(one, factor) for one in of))
