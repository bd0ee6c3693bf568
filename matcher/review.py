"""The catalogue looked over: measures that nobody can meet, conditions that ask nothing, duplicates, windows that never open.

Every case that a rule tells apart is gone through (the values between its thresholds, the codes it names and one
outside, each title held or not), so what is reported never or always is so. Rules with too many cases are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from math import inf, nextafter, prod
from typing import Any as Json
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from corpus.codes import titles
from corpus.fields import Field, registry
from corpus.model import All, Any, AtLeast, Bounds, Condition, Measure, Not, Policy, Rule
from corpus.rules import dump_rule
from matcher.answer import asks
from matcher.judge import ordered_verdict
from matcher.kernel import Program, pack, unpack
from matcher.operators import COMPARISONS, MEMBERSHIPS, as_names, contains_of
from matcher.truth import ELIGIBLE

Kind: TypeAlias = Literal["never", "always", "no_effect", "duplicate", "overlap", "window"]
KINDS: dict[Kind, str] = {
    "never": "没有企业能满足",
    "always": "条件恒成立",
    "no_effect": "这一条件不起作用",
    "duplicate": "与另一事项相同",
    "overlap": "与另一事项条件相同、支持不同",
    "window": "申报期不在有效期内",
}
MOST_CASES = 1 << 12
MOST_OF_ONE = 12
"""Cases gone through for one rule, and conditions on one fact; beyond that a rule is not looked over."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about a measure that a person should look at: which clauses, in words, and the other measure if there is one."""

    kind: Kind
    measure_id: str
    title: str
    words: str
    clauses: tuple[str, ...] = ()
    other: str | None = None

    def to_json(self) -> dict[str, Json]:
        return {
            "kind": self.kind,
            "measure_id": self.measure_id,
            "title": self.title,
            "words": self.words,
            "clauses": list(self.clauses),
            "other": self.other,
        }


def check_catalogue(policies: Iterable[Policy], as_of: date) -> tuple[Remark, ...]:
    """What is to be remarked on the measures that are not rejected, in their order; periods are those of `as_of`."""
    seen: dict[str, Measure] = {}
    remarks: list[Remark] = []
    for policy in policies:
        for measure in policy.measures:
            if measure.review != "rejected":
                remarks += _window(policy, measure)
                remarks += _rule(measure, as_of)
                remarks += _same(measure, seen)
    return tuple(remarks)


def _remark(
    kind: Kind, measure: Measure, words: str, condition: Condition | None = None, other: str | None = None
) -> Remark:
    clauses = (condition.clause,) if condition and condition.clause else measure.clauses
    return Remark(kind, measure.id, measure.title, words, clauses, other)


def _window(policy: Policy, measure: Measure) -> Iterator[Remark]:
    window = measure.window
    if window is None:
        return
    if window.end and policy.effective_from and window.end < policy.effective_from:
        yield _remark("window", measure, f"申报截止 {window.end}，早于政策施行 {policy.effective_from}")
    if window.start and policy.expires_on and window.start > policy.expires_on:
        yield _remark("window", measure, f"申报开始 {window.start}，晚于政策到期 {policy.expires_on}")


def _same(measure: Measure, seen: dict[str, Measure]) -> Iterator[Remark]:
    key = repr(dump_rule(_bare(measure.rule)))
    first = seen.setdefault(key, measure)
    if first is measure or measure.rule == All():
        return
    kind: Kind = "duplicate" if first.benefit == measure.benefit else "overlap"
    yield _remark(kind, measure, f"条件与“{first.title}”（{first.id}）相同", other=first.id)


def _bare(rule: Rule) -> Rule:
    """`rule` without words and with its branches in one order, so that the same conditions look the same."""
    match rule:
        case Condition():
            return Condition(rule.field, rule.op, rule.value, rule.period)
        case Not(of):
            return Not(_bare(of))
        case AtLeast(n, of):
            return AtLeast(n, _ordered(of))
        case All(of):
            return All(_ordered(of))
        case Any(of):
            return Any(_ordered(of))


def _ordered(of: Sequence[Rule]) -> tuple[Rule, ...]:
    return tuple(sorted((_bare(branch) for branch in of), key=repr))


# ---------------------------------------------------------------- every case a rule tells apart


def _rule(measure: Measure, as_of: date) -> Iterator[Remark]:
    rule = measure.rule
    if rule == All():
        return
    holds = _outcomes([rule], as_of)
    if holds is None:
        return
    if not holds[0].any():
        yield _remark("never", measure, "各项条件互相矛盾，没有企业能同时满足")
    elif holds[0].all():
        yield _remark("always", measure, "条件不排除任何企业")
    elif isinstance(rule, All):
        yield from _idle(measure, rule, as_of)


def _idle(measure: Measure, rule: All, as_of: date) -> Iterator[Remark]:
    """The branches of an `all` that the others imply already."""
    without = [All(rule.of[:i] + rule.of[i + 1 :]) for i in range(len(rule.of))]
    found = _outcomes([rule, *without], as_of)
    if found is None:
        return
    for branch, holds in zip(rule.of, found[1:], strict=True):
        if isinstance(branch, Condition) and len(rule.of) > 1 and bool((holds == found[0]).all()):
            yield _remark("no_effect", measure, f"“{asks(branch, as_of)}”已含在其他条件里", branch)


def _outcomes(rules: Sequence[Rule], as_of: date) -> list[NDArray[np.bool_]] | None:
    """For each rule, whether it holds in each case of what the rules ask about; None where there are too many cases."""
    program = Program(rules, as_of)
    groups: dict[tuple[str, str | None], list[int]] = {}
    for place, atom in enumerate(program.atoms):
        groups.setdefault(_apart(atom), []).append(place)
    if any(len(places) > MOST_OF_ONE for places in groups.values()):
        return None
    cases = [_cases([program.atoms[place] for place in places]) for places in groups.values()]
    size = prod(len(case) for case in cases)
    if size > MOST_CASES:
        return None
    table = np.empty((len(program.atoms), size), np.bool_)
    for world, chosen in enumerate(product(*cases)):
        for places, case in zip(groups.values(), chosen, strict=True):
            table[places, world] = case
    words = len(pack(table[0])) if len(table) else -(-size // 64)
    true = np.zeros((len(program.atoms) + len(program.nodes), words), np.uint64)
    for place, row in enumerate(table):
        true[place] = pack(row)
    possible = true.copy()
    program.join(true, possible)
    return [unpack(true[root], size) for root in program.roots]


def _apart(atom: Condition) -> tuple[str, str | None]:
    """What atoms are answered by one and the same fact: those of other years or of sums are let vary freely."""
    field = registry()[atom.field]
    if field.type == "number":
        return field.name, atom.period if field.by_year else None
    if field.type in ("event", "manual"):
        return field.name, str(atom.value)
    return field.name, None


def _cases(atoms: Sequence[Condition]) -> list[tuple[bool, ...]]:
    """The different ways in which one fact can answer `atoms`."""
    field = registry()[atoms[0].field]
    match field.type:
        case "number":
            return _compared(atoms, _numbers(field, atoms))
        case "date":
            return _compared(atoms, _days(atoms))
        case "ordered":
            ranks = range(len(field.order))
            return _different(
                tuple(ordered_verdict(atom, field, (rank,)) is ELIGIBLE for atom in atoms) for rank in ranks
            )
        case "code" | "enum":
            return _different(_coded(field, atoms))
        case "set":
            return _held(field, [str(atom.value) for atom in atoms])
        case _:
            return [(True,) * len(atoms), (False,) * len(atoms)]


def _ends(atom: Condition) -> Iterator[Json]:
    value = atom.value
    yield from (end for end in ((value.low, value.high) if isinstance(value, Bounds) else (value,)) if end is not None)


def _numbers(field: Field, atoms: Sequence[Condition]) -> list[float]:
    ends = {float(end) for atom in atoms for end in _ends(atom)}
    around = {near for end in ends for near in (end, nextafter(end, inf), nextafter(end, -inf))}
    low, high = (-inf if field.min is None else field.min), (inf if field.max is None else field.max)
    return [number for number in around if low <= number <= high]


def _days(atoms: Sequence[Condition]) -> list[date]:
    ends = {end for atom in atoms for end in _ends(atom)}
    return [near for end in ends for near in (end, end + timedelta(days=1), end - timedelta(days=1))]


def _compared(atoms: Sequence[Condition], values: Iterable[Json]) -> list[tuple[bool, ...]]:
    return _different(tuple(bool(COMPARISONS[a.op].holds(value, a.value)) for a in atoms) for value in values)


def _coded(field: Field, atoms: Sequence[Condition]) -> Iterator[tuple[bool, ...]]:
    asked = {name for atom in atoms for name in as_names(atom.value)}
    for have in (*asked, *(field.order if field.type == "enum" else ())):
        yield tuple(MEMBERSHIPS[a.op].test(have, as_names(a.value), contains_of(field)) is ELIGIBLE for a in atoms)
    if field.type == "code":
        yield (False,) * len(atoms)


def _held(field: Field, names: Sequence[str]) -> list[tuple[bool, ...]]:
    every = product((True, False), repeat=len(names))
    if field.name != "qualification":
        return list(every)
    implied = [[names.index(other) for other in titles.implied(name) if other in names] for name in names]
    return [case for case in every if all(case[j] for i, held in enumerate(case) if held for j in implied[i])]


def _different(cases: Iterable[tuple[bool, ...]]) -> list[tuple[bool, ...]]:
    return list(dict.fromkeys(cases))
