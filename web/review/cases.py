"""What people corrected as worked cases for the grammar: a passage, and what should be read out of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any as Json

from corpus.benefits import dump_benefit
from corpus.model import Measure, Policy
from corpus.rules import dump_rule
from corpus.trail import Decision

_CHANGES = ("correct", "split", "merge", "reject", "add")
_MACHINE = ("clause", "confidence", "note")


def worked_cases(
    policies: Sequence[Policy], decisions: Sequence[Decision], *, every: bool = False
) -> Iterator[dict[str, Json]]:
    """A case for each clause of which people changed something and no draft is left, in the shape of `extract` lines.

    A clause says all that it grants or nothing: one with a draft still open would teach that the draft is wrong. With
    `every`, clauses whose readings were all confirmed as they stood are cases too. `measures` is empty where a person
    said that nothing is granted.
    """
    by_policy: dict[str, list[Decision]] = {}
    owner = {measure.id: policy.id for policy in policies for measure in policy.measures}  # a new cut may have moved it
    for decision in decisions:
        by_policy.setdefault(owner.get(decision.measure, decision.policy), []).append(decision)
    for policy in policies:
        made = by_policy.get(policy.id, [])
        for passage in _passages(policy, made):
            here = [measure for measure in policy.measures if passage & set(measure.clauses)]
            about = [decision for decision in made if passage & set(decision.after.clauses)]
            changed = any(decision.action in _CHANGES for decision in about)
            if any(measure.review == "draft" for measure in here) or not (changed or every):
                continue
            clauses = [clause for clause in policy.clauses if clause.path in passage]
            yield {
                "id": f"{policy.id}#{'+'.join(clause.path for clause in clauses)}",
                "title": policy.title,
                "region": policy.region,
                "text": "\n".join(clause.text for clause in clauses),
                "measures": [_case(measure) for measure in here],
                "note": "；".join(dict.fromkeys(decision.reason for decision in about if decision.reason)),
                "by": sorted({decision.by for decision in about}),
            }


def _passages(policy: Policy, made: Sequence[Decision]) -> Iterator[set[str]]:
    """The clauses that were decided on, those together from which one measure was read, in the policy's order."""
    cited = [set(measure.clauses) for measure in (*policy.measures, *(decision.after for decision in made))]
    decided = {path for decision in made for path in decision.after.clauses}
    done: set[str] = set()
    for clause in policy.clauses:
        if clause.path not in decided or clause.path in done:
            continue
        passage = {clause.path}
        while more := {path for some in cited if some & passage for path in some} - passage:
            passage |= more
        done |= passage
        yield passage


def open_cases(policies: Sequence[Policy], decisions: Sequence[Decision]) -> int:
    """How many clauses were corrected in part and become a case when their last draft is decided."""
    changed = {(d.policy, path) for d in decisions if d.action in _CHANGES for path in d.after.clauses}
    drafts = {
        (policy.id, path)
        for policy in policies
        for measure in policy.measures
        if measure.review == "draft"
        for path in measure.clauses
    }
    return len(changed & drafts)


def _case(measure: Measure) -> dict[str, Json]:
    return {
        "rule": _bare(dump_rule(measure.rule)),
        "benefit": None if measure.benefit is None else _bare(dump_benefit(measure.benefit)),
        "department": measure.department,
    }


def _bare(data: Json) -> Json:
    """A rule or benefit without what is not read from the words: where they stand, how sure the machine was."""
    if isinstance(data, list):
        return [_bare(member) for member in data]
    if not isinstance(data, dict):
        return data
    return {key: _bare(value) for key, value in data.items() if key not in _MACHINE}
