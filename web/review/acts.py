"""What a person can make of a draft besides confirming it as it stands: two of one, one of two, or nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from corpus.catalogue import dump_measure
from corpus.errors import InputError, Problem
from corpus.model import All, Any, Benefit, Condition, Measure, Policy, Rule, Tier, Tiers
from corpus.trail import Action, Decision, part_id

REASONS = {
    "individual": "不是给企业的（给个人、村、高校等）",
    "goal": "只是目标、职责或一般鼓励",
    "double": "与另一事项重复",
    "garbled": "读得太乱，另行整理",
}


def decision(policy: Policy, by: str, at: datetime, action: Action, before: Measure | None, after: Measure, reason: str | None = None) -> Decision:  # fmt: skip
    """The line of the trail for one change."""
    return Decision(policy.id, after.id, by, at, action, before, after, reason)


def seal(measure: Measure) -> str:
    """What a page was made from: another reading of the measure has another seal."""
    body = json.dumps(dump_measure(measure), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(body.encode()).hexdigest()[:16]


def added(policy: Policy, path: str, taken: Iterable[str]) -> Measure:
    """A draft for what the clause at `path` grants and the machine missed: it asks for a person to say whom and what.

    Raises InputError where the policy has no such clause.
    """
    clause = next((clause for clause in policy.clauses if clause.path == path), None)
    if clause is None:
        raise InputError(Problem("条款", f'没有条款 "{path}"', f"《{policy.title}》里的条款"))
    used = set(taken)
    number = next(n for n in range(1, len(used) + 2) if f"{policy.id}#{path}-新{n}" not in used)
    words = " ".join(clause.text.split())
    rule = Condition("manual", "confirm", words[:60], text=words[:60], clause=path)
    title = (clause.heading or "").rpartition("／")[2] or words[:24]
    return Measure(f"{policy.id}#{path}-新{number}", title, rule, clauses=(path,), review="draft")


def split(measure: Measure, taken: Iterable[str]) -> tuple[Measure, ...]:
    """The drafts that `measure` falls apart into: one a tier, else one a branch of 任一项, else two alike.

    The first keeps its id; the others get ids that are not in `taken`.
    """
    parts = _by_tier(measure) or _by_branch(measure) or (measure, measure)
    ids = [measure.id]
    used, number = set(taken), 2
    while len(ids) < len(parts):
        if (identity := part_id(measure.id, number)) not in used:
            ids.append(identity)
        number += 1
    return tuple(
        replace(part, id=identity, title=f"{measure.title}（{i}）", review="draft")
        for i, (part, identity) in enumerate(zip(parts, ids, strict=True), 1)
    )


def split_words(measure: Measure) -> str:
    """What `split` would do, for the button."""
    if _by_tier(measure):
        return "按档拆成几项"
    return "按情形拆成几项" if _by_branch(measure) else "拆成两项（先复制，再各自改）"


def _by_tier(measure: Measure) -> tuple[Measure, ...]:
    benefit = measure.benefit
    if benefit is None or not isinstance(benefit.amount, Tiers) or len(benefit.amount.tiers) < 2:
        return ()
    return tuple(
        replace(measure, rule=_both(measure.rule, tier.when), benefit=replace(benefit, amount=tier.amount))
        for tier in benefit.amount.tiers
    )


def _by_branch(measure: Measure) -> tuple[Measure, ...]:
    tops = _tops(measure.rule)
    at = next((i for i, rule in enumerate(tops) if isinstance(rule, Any) and len(rule.of) > 1), None)
    if at is None:
        return ()
    choice = tops[at]
    branches = choice.of if isinstance(choice, Any) else ()
    return tuple(replace(measure, rule=All((*tops[:at], branch, *tops[at + 1 :]))) for branch in branches)


def merge(one: Measure, other: Measure) -> Measure:
    """`one` with what `other` grants, still a draft: what both ask, then a tier for each where they differ.

    Raises InputError where they give different kinds of things.
    """
    kinds = {measure.benefit.kind for measure in (one, other) if measure.benefit}
    if len(kinds) > 1:
        raise InputError(Problem(one.title, "两个事项给的不是一类支持", "同一类支持标准的事项", "请先把类别改成一样"))
    ours, theirs = _tops(one.rule), _tops(other.rule)
    common = tuple(rule for rule in ours if rule in theirs)
    own = All(tuple(rule for rule in ours if rule not in common))
    foreign = All(tuple(rule for rule in theirs if rule not in common))
    either = () if not own.of or not foreign.of else (Any((own, foreign)),)
    return replace(
        one,
        rule=All((*common, *either)),
        benefit=_merged(one.benefit, other.benefit, own, foreign),
        department=one.department or other.department,
        clauses=tuple(dict.fromkeys((*one.clauses, *other.clauses))),
        materials=tuple(dict.fromkeys((*one.materials, *other.materials))),
        review="draft",
    )


def _merged(one: Benefit | None, other: Benefit | None, own: Rule, foreign: Rule) -> Benefit | None:
    if one is None or other is None:
        return one or other
    if one.amount == other.amount or one.amount is None or other.amount is None:
        return replace(one, amount=one.amount or other.amount)
    tiers = (*_tiers(own, one), *_tiers(foreign, other))
    return replace(one, amount=Tiers(tiers, "highest"))


def _tiers(rule: Rule, benefit: Benefit) -> tuple[Tier, ...]:
    if isinstance(benefit.amount, Tiers):
        return tuple(Tier(_both(rule, tier.when), tier.amount) for tier in benefit.amount.tiers)
    return () if benefit.amount is None else (Tier(rule, benefit.amount),)


def _both(rule: Rule, other: Rule) -> Rule:
    tops = _tops(rule)
    return All((*tops, *(more for more in _tops(other) if more not in tops)))


def _tops(rule: Rule) -> tuple[Rule, ...]:
    return rule.of if isinstance(rule, All) else (rule,)
