"""Measures seen beside each other: a threshold far from its like, a higher demand for a lower reward, a grant nobody would choose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise, product
from math import log10
from statistics import median

from corpus.fields import registry
from corpus.model import All, Any, AtLeast, Benefit, Condition, EventWindow, Fixed, Measure, Not, Policy, Rule
from corpus.quantity import format_value, format_yuan
from corpus.rules import conditions
from matcher.cases import outcomes

FEWEST = 8
"""Thresholds of one field in one direction from which a middle can be told."""
FAR = 3.0
"""Powers of ten from the middle at which a threshold is more likely a mistaken unit (元 for 万元 is four) than a policy."""


@dataclass(frozen=True, slots=True)
class Odd:
    """What stands out of `measure`, in words; `condition` is to blame where there is one, `other` is the one beside it."""

    measure: Measure
    words: str
    condition: Condition | None = None
    other: Measure | None = None


def far_thresholds(measures: Sequence[Measure]) -> Iterator[Odd]:
    """Amounts and head counts that stand a thousandfold or more from the middle of the catalogue's own."""
    found: dict[tuple[str, str], list[tuple[Measure, Condition, float]]] = defaultdict(list)
    for measure in measures:
        for _, condition in conditions(measure.rule):
            value = condition.value
            counted = registry()[condition.field].type == "number" and not registry()[condition.field].fraction
            if counted and isinstance(value, int | float) and value > 0:
                found[condition.field, condition.op[0]].append((measure, condition, float(value)))
    for (name, _), entries in found.items():
        if len(entries) < FEWEST:
            continue
        middle = median(value for _, _, value in entries)
        for measure, condition, value in entries:
            if abs(log10(value / middle)) >= FAR:
                field = registry()[name]
                words = (
                    f"{field.label}的门槛 {format_value(field, value)}，"
                    f"而同类门槛多在 {format_value(field, middle)}上下：看看单位对不对"
                )
                yield Odd(measure, words, condition)


def upside_down(policy: Policy) -> Iterator[Odd]:
    """Measures of one policy that ask the same but for one threshold, where the higher one brings less."""
    families: dict[Hashable, list[tuple[float, float, Measure, Condition]]] = defaultdict(list)
    for measure in policy.measures:
        amount = _sum(measure.benefit)
        for _, condition in conditions(measure.rule):
            if amount is not None and condition.op in ("ge", "gt") and isinstance(condition.value, int | float):
                key = (measure.benefit and measure.benefit.kind, _but(measure.rule, condition))
                families[key].append((float(condition.value), amount, measure, condition))
    for family in families.values():
        for (low, less, lower, _), (high, more, higher, condition) in pairwise(sorted(family, key=lambda one: one[0])):
            if low < high and more < less:
                words = f"门槛比“{lower.title}”高，给的却少（{format_yuan(more)}，那项 {format_yuan(less)}）"
                yield Odd(higher, words, condition, lower)


def outdone(measures: Sequence[Measure], as_of: date) -> Iterator[Odd]:
    """Measures of one 就高不重复 group that nobody would choose: whoever meets them meets another that brings more."""
    groups: dict[str, list[tuple[Measure, float]]] = defaultdict(list)
    for measure in measures:
        if measure.benefit and measure.benefit.stacking and (amount := _sum(measure.benefit)) is not None:
            groups[measure.benefit.stacking].append((measure, amount))
    for group in groups.values():
        for measure, amount in group:
            for other, more in group:
                if more > amount and _within(measure.rule, other.rule, as_of):
                    words = f"与“{other.title}”就高不重复，凡符合这项的都符合那项，那项更高（{format_yuan(more)}）"
                    yield Odd(measure, words, other=other)
                    break


def shut_out(measures: Sequence[Measure], as_of: date) -> Iterator[Odd]:
    """Measures of which nobody can have both, because one asks for what the other forbids: a title, an event, a confirmation.

    Bands of a number or class, forms of law, codes and days keep measures apart on purpose: these are left out of account.
    """
    rules = [_by_name(measure.rule) for measure in measures]
    asking: dict[tuple[str, str, bool], dict[int, None]] = defaultdict(dict)
    for place, rule in enumerate(rules):
        for asked in _names(rule, wanted=True):
            asking[asked][place] = None
    pairs: dict[tuple[int, int], None] = {}
    for (field, name, wanted), places in asking.items():
        if wanted:
            against = asking.get((field, name, False), {})
            pairs |= dict.fromkeys((min(pair), max(pair)) for pair in product(places, against))
    for one, other in sorted(pairs):
        found = outcomes([rules[one], rules[other]], as_of)
        if found and found[0].any() and found[1].any() and not (found[0] & found[1]).any():
            words = f"与“{measures[one].title}”互相排斥：没有企业能同时符合两项"
            yield Odd(measures[other], words, other=measures[one])


def _names(rule: Rule, *, wanted: bool) -> Iterator[tuple[str, str, bool]]:
    """What a rule asks by name, and whether it is to be so or not to be so."""
    match rule:
        case Condition(field, op, value):
            names = value if isinstance(value, tuple) else (value.event if isinstance(value, EventWindow) else value,)
            yield from ((field, str(name), wanted != (op == "lacks")) for name in names)
        case Not(of):
            yield from _names(of, wanted=not wanted)
        case All(of) | Any(of) | AtLeast(_, of):
            for branch in of:
                yield from _names(branch, wanted=wanted)


def _by_name(rule: Rule, *, negated: bool = False) -> Rule:
    """`rule` with all that is not asked by name taken for what helps it to hold."""
    match rule:
        case Condition():
            by_name = registry()[rule.field].type in ("set", "event", "manual")
            return rule if by_name else Any() if negated else All()
        case Not(of):
            return Not(_by_name(of, negated=not negated))
        case AtLeast(n, of):
            return AtLeast(n, tuple(_by_name(branch, negated=negated) for branch in of))
        case All(of):
            return All(tuple(_by_name(branch, negated=negated) for branch in of))
        case Any(of):
            return Any(tuple(_by_name(branch, negated=negated) for branch in of))


def _within(rule: Rule, wider: Rule, as_of: date) -> bool:
    """Whether `wider` holds in every case in which `rule` does; not where that cannot be gone through."""
    found = outcomes([rule, wider], as_of)
    return found is not None and bool(found[0].any()) and not bool((found[0] & ~found[1]).any())


def _sum(benefit: Benefit | None) -> float | None:
    """The one sum of money in yuan, where the benefit is one."""
    return benefit.amount.value if benefit and isinstance(benefit.amount, Fixed) else None


def _but(rule: Rule, out: Condition) -> Rule:
    """`rule` with `out` standing for any threshold of its field."""
    match rule:
        case Condition():
            return replace(rule, op="ge", value=0.0) if rule is out else rule
        case Not(of):
            return Not(_but(of, out))
        case All(of):
            return All(tuple(_but(branch, out) for branch in of))
        case Any(of):
            return Any(tuple(_but(branch, out) for branch in of))
        case AtLeast(n, of):
            return AtLeast(n, tuple(_but(branch, out) for branch in of))
