"""Whom a policy is for, in which trades, and how much it gives at most: what searches are narrowed and ordered by.

None of it judges anybody: a rule says who qualifies, and the matcher reads it.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpus.codes import industries, titles
from corpus.codes.trades import trades_in
from corpus.model import (
    All,
    Amount,
    Any,
    AtLeast,
    Condition,
    Each,
    Fixed,
    Measure,
    Not,
    Policy,
    Rate,
    Rule,
    Tiers,
    Words,
)
from corpus.quantity import find_quantities

# A firm of a smaller class is meant too where a rule says "at most".
_SIZES = {
    ("le", "micro"): "小微企业",
    ("is", "micro"): "小微企业",
    ("le", "small"): "小微企业",
    ("is", "small"): "小微企业",
    ("le", "medium"): "中小企业",
    ("is", "medium"): "中小企业",
    ("is", "large"): "大型企业",
    ("ge", "large"): "大型企业",
}
# What is lent, put off or invested is no sum that one gets.
_NOT_GIVEN = frozenset({"loan", "deferral", "equity"})
# Ceilings of what one enterprise can get; a ceiling of the principal or of the whole fund is none.
_OF_ONE = frozenset({"project", "enterprise", "year"})


def trades(policy: Policy) -> tuple[str, ...]:
    """The industries that its rules name and its titles speak of, as codes of GB/T 4754; empty where it is for any."""
    ruled = {code for one in _held(policy, "industry") if isinstance(one.value, tuple) for code in one.value}
    spoken = trades_in("\n".join((policy.title, *(measure.title for measure in policy.measures))))
    return tuple(sorted({str(code) for code in ruled} | spoken))


def sections(codes: tuple[str, ...]) -> tuple[str, ...]:
    """The section letters of `codes`, each once."""
    return tuple(dict.fromkeys(letter for code in codes if (letter := industries.section(code))))


def audiences(policy: Policy) -> tuple[str, ...]:
    """The kinds of enterprise that its rules ask for: sizes, legal forms, titles; empty where they ask for none."""
    said: dict[str, None] = {}
    for one in _held(policy, "size_class"):
        if isinstance(one.value, str) and (size := _SIZES.get((one.op, one.value))):
            said[size] = None
    for one in _held(policy, "legal_form"):
        said |= dict.fromkeys(name for name in _names(one) if name != "企业")
    for one in _held(policy, "qualification"):
        said |= dict.fromkeys(titles.canonical(name) for name in _names(one))
    return tuple(said)


def _names(condition: Condition) -> tuple[str, ...]:
    value = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    return tuple(str(name) for name in value)


def _held(policy: Policy, field: str) -> Iterator[Condition]:
    """The conditions on `field` that an enterprise must meet, or one of which it may meet."""
    for measure in policy.measures:
        if measure.review != "rejected":
            yield from (one for one in _asked(measure.rule) if one.field == field and one.op not in _REFUSING)


_REFUSING = frozenset({"not_in", "not_within", "lacks"})


def _asked(rule: Rule) -> Iterator[Condition]:
    match rule:
        case Condition():
            yield rule
        case All(of) | Any(of) | AtLeast(_, of):
            for branch in of:
                yield from _asked(branch)
        case Not():
            return


def most(measure: Measure) -> float | None:
    """The most yuan that one enterprise can get by it; None where its words set no such bound."""
    benefit = measure.benefit
    if benefit is None or benefit.kind in _NOT_GIVEN or measure.review == "rejected":
        return None
    known = [cap.amount for cap in benefit.caps if cap.per in _OF_ONE]
    if (named := _most(benefit.amount)) is not None:
        known.append(named)
    return max(known, default=None)


def _most(amount: Amount | None) -> float | None:
    match amount:
        case Fixed(value):
            return value
        case Rate(cap=cap) | Each(cap=cap):
            return cap
        case Tiers(tiers):
            return max((m for tier in tiers if (m := _most(tier.amount)) is not None), default=None)
        case Words(text):
            return max((q.value for q in find_quantities(text) if q.unit == "yuan"), default=None)
        case _:
            return None
