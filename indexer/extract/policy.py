"""The draft measures of a whole policy: what its general clauses say counts for all that it grants."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.model import All, Any, AtLeast, Clause, Condition, Measure, Not, Policy, Rule, Source
from indexer.extract.atoms import Place
from indexer.extract.general import excludes_own_number, general_rules, stacking_of, without_own_number
from indexer.extract.reader import VERSION, Reading, extract


@dataclass(frozen=True, slots=True)
class _General:
    """What is said once for all: rules with the clauses that say them, and a stacking group."""

    rules: tuple[tuple[Rule, str], ...]
    stacking: tuple[str, str] | None
    strict: bool


def draft_measures(policy: Policy) -> tuple[Measure, ...]:
    """Every measure that the policy's clauses grant, as drafts, in the order of the clauses.

    Scope, exclusions, 就高不重复 and what 以上 means count for all measures of the policy, with the path of the clause
    that says so. Ids are the policy's with the clause's path and the number within it: the same policy gives the same ids.
    """
    read = [(clause, extract(_text(clause), title=policy.title, region=policy.region)) for clause in policy.clauses]
    general = _general(read, policy.region)
    out: list[Measure] = []
    for clause, readings in read:
        grants = [reading for reading in readings if reading.benefit is not None]
        out.extend(_measure(policy, clause, n, reading, general) for n, reading in enumerate(grants, 1))
    return tuple(out)


def _text(clause: Clause) -> str:
    """The clause's text, its heading a sentence of its own: a heading names what follows and asks nothing. As long as it was."""
    end = clause.text.find(clause.heading) + len(clause.heading) if clause.heading else 0
    if clause.heading and clause.heading in clause.text and clause.text[end : end + 1] == "\n":
        return f"{clause.text[:end]}。{clause.text[end + 1 :]}"
    return clause.text


def _general(read: Sequence[tuple[Clause, tuple[Reading, ...]]], region: str | None) -> _General:
    rules: list[tuple[Rule, str]] = []
    stacking = None
    strict = False
    for clause, readings in read:
        if not any(reading.benefit for reading in readings):
            rules += [(rule, clause.path) for rule in general_rules(clause.text, Place(region), clause.heading or "")]
        if not any(reading.benefit for reading in readings) and (group := stacking_of(clause.text)):
            stacking = (group, clause.path)
        strict = strict or excludes_own_number(clause.text) is True
    return _General(tuple(rules), stacking, strict)


def _measure(policy: Policy, clause: Clause, n: int, reading: Reading, general: _General) -> Measure:
    own = _flat(_cite(reading.rule or All(), clause.path))
    more = [branch for rule, path in general.rules if path != clause.path for branch in _flat(_cite(rule, path))]
    rule: Rule = All(tuple(dict.fromkeys([*own, *more])))
    if general.strict:
        rule = without_own_number(rule)
    benefit = reading.benefit
    paths = [clause.path, *(path for _, path in general.rules)]
    if general.stacking and benefit is not None and benefit.stacking is None:
        benefit = replace(benefit, stacking=general.stacking[0])
        paths.append(general.stacking[1])
    return Measure(
        id=f"{policy.id}#{clause.path}-{n}",
        title=_title(clause, reading),
        rule=rule,
        benefit=benefit,
        department=reading.department,
        clauses=tuple(dict.fromkeys(paths)),
        review="draft",
        source=Source(kind="machine", confidence=f"{reading.confidence:.2f}", note=f"文法 {VERSION}"),
    )


def _flat(rule: Rule) -> tuple[Rule, ...]:
    return rule.of if isinstance(rule, All) else (rule,)


def _cite(rule: Rule, path: str) -> Rule:
    """`rule` with the clause's path on each of its conditions."""
    match rule:
        case Condition():
            return replace(rule, clause=path)
        case All(of):
            return All(tuple(_cite(branch, path) for branch in of))
        case Any(of):
            return Any(tuple(_cite(branch, path) for branch in of))
        case AtLeast(at_least, of):
            return AtLeast(at_least, tuple(_cite(branch, path) for branch in of))
        case Not(of):
            return Not(_cite(of, path))


def _title(clause: Clause, reading: Reading) -> str:
    """A short name: the clause's heading, else the words that give."""
    given = next((clause.text[span.start : span.end] for span in reading.spans if span.what == "benefit"), clause.text)
    words = clause.heading or given
    words = re.sub("\\s+", "", words).strip("，。；：")
    return words if len(words) <= 40 else words[:39] + "…"
