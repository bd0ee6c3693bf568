"""The catalogue looked over: measures that nobody can meet, conditions that ask nothing, duplicates, windows that never open,
what stands out beside its neighbours.

Every case that a rule tells apart is gone through (the values between its thresholds, the codes it names and one
outside, each title held or not), so what is reported never or always is so. Rules with too many cases are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any as Json
from typing import Literal, TypeAlias

from corpus.model import All, Any, AtLeast, Condition, Measure, Not, Policy, Rule
from corpus.rules import dump_rule
from matcher.answer import asks
from matcher.cases import outcomes
from matcher.neighbours import Odd, far_thresholds, outdone, shut_out, upside_down

Kind: TypeAlias = Literal[
    "never", "always", "no_effect", "duplicate", "overlap", "window", "threshold", "upside_down", "outdone", "shut_out"
]
KINDS: dict[Kind, str] = {
    "never": "没有企业能满足",
    "always": "条件恒成立",
    "no_effect": "这一条件不起作用",
    "duplicate": "与另一事项相同",
    "overlap": "与另一事项条件相同、支持不同",
    "window": "申报期不在有效期内",
    "threshold": "门槛与同类相差悬殊",
    "upside_down": "要求高的反而给得少",
    "outdone": "总有更高的一项可选",
    "shut_out": "两项互相排斥",
}


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
    live = [(policy, measure) for policy in policies for measure in policy.measures if measure.review != "rejected"]
    beside = _beside(live, as_of)
    seen: dict[str, list[tuple[Policy, Measure]]] = {}
    remarks: list[Remark] = []
    for policy, measure in live:
        remarks += _window(policy, measure)
        remarks += _rule(measure, as_of)
        remarks += _same(policy, measure, seen)
        remarks += beside.get(measure.id, ())
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


def _beside(live: Sequence[tuple[Policy, Measure]], as_of: date) -> dict[str, list[Remark]]:
    """What stands out of each measure beside the others, by measure."""
    measures = [measure for _, measure in live]
    policies = {policy.id: policy for policy, _ in live}.values()
    kinds: tuple[tuple[Kind, Iterable[Odd]], ...] = (
        ("threshold", far_thresholds(measures)),
        ("upside_down", (odd for policy in policies for odd in upside_down(policy))),
        ("outdone", outdone(measures, as_of)),
        ("shut_out", shut_out(measures, as_of)),
    )
    found: dict[str, list[Remark]] = {}
    for kind, odds in kinds:
        for odd in odds:
            other = odd.other.id if odd.other else None
            found.setdefault(odd.measure.id, []).append(_remark(kind, odd.measure, odd.words, odd.condition, other))
    return found


def _same(policy: Policy, measure: Measure, seen: dict[str, list[tuple[Policy, Measure]]]) -> Iterator[Remark]:
    """The first measure before this one that asks the same while both are in force; an older version that ended is none."""
    if measure.rule == All():
        return
    alike = seen.setdefault(repr(dump_rule(_bare(measure.rule))), [])
    for other_policy, other in alike:
        kind: Kind = "duplicate" if other.benefit == measure.benefit else "overlap"
        # One policy may well give several things to the same enterprises.
        if _together(policy, other_policy) and (kind == "duplicate" or other_policy.id != policy.id):
            yield _remark(kind, measure, f"条件与“{other.title}”（{other.id}）相同", other=other.id)
            break
    alike.append((policy, measure))


def _together(one: Policy, other: Policy) -> bool:
    """Whether there is a day on which both are in force."""
    return all(
        a.effective_from is None or b.expires_on is None or a.effective_from <= b.expires_on
        for a, b in ((one, other), (other, one))
    )


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
    holds = outcomes([rule], as_of)
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
    found = outcomes([rule, *without], as_of)
    if found is None:
        return
    for branch, holds in zip(rule.of, found[1:], strict=True):
        if isinstance(branch, Condition) and len(rule.of) > 1 and bool((holds == found[0]).all()):
            yield _remark("no_effect", measure, f"“{asks(branch, as_of)}”已含在其他条件里", branch)
