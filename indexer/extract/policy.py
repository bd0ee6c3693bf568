"""The draft measures of a whole policy: what its general clauses say counts for all that it grants."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from corpus.model import All, Any, AtLeast, Clause, Condition, Measure, Not, Policy, Rule, Source
from indexer.extract.atoms import Place
from indexer.extract.cards import asks, card_rules, groups, number, programmes
from indexer.extract.general import (
    excludes_own_number,
    general_rules,
    stacking_of,
    stacks_within,
    without_own_number,
)
from indexer.extract.leftover import manual
from indexer.extract.reader import VERSION, Reading, extract


@dataclass(frozen=True, slots=True)
class _General:
    """What is said once for all: rules with the clauses that say them, and a stacking group.

    `sections` are those that grant something: what one of them says of scope counts within it, what stands outside of
    them all counts for every measure. `programmes`: which numbered part of a card's conditions is for which of its offers.
    """

    rules: tuple[tuple[Rule, Clause], ...]
    stacking: tuple[str, Clause] | None
    strict: bool
    sections: frozenset[str]
    programmes: dict[str, str]

    def of(self, clause: Clause) -> tuple[tuple[Rule, Clause], ...]:
        """The rules that count for what `clause` grants."""
        mine = _section(clause)
        return tuple(
            (rule, said)
            for rule, said in self.rules
            if said.path != clause.path
            and (_section(said) not in self.sections or _section(said) == mine)
            and self._of_its_programme(said, clause)
        )

    def _of_its_programme(self, said: Clause, clause: Clause) -> bool:
        """Whether what a card's field asks under a number is asked for what `clause` grants under its own."""
        no = self.programmes.get(number(said) or "") if asks(said) == "conditions" else None
        return no is None or number(clause) == no


def draft_measures(policy: Policy) -> tuple[Measure, ...]:
    """Every measure that the policy's clauses grant, as drafts, in the order of the clauses.

    Scope, exclusions, 就高不重复 and what 以上 means count for all measures of the policy, with the path of the clause
    that says so. Ids are the policy's with the clause's path and the number within it: the same policy gives the same ids.
    """
    read = [(clause, extract(_text(clause), title=policy.title, region=policy.region)) for clause in policy.clauses]
    general = _general(read, policy.region)
    out: list[Measure] = []
    for clause, readings in read:
        # Whom a card is for is no grant, whatever its words.
        grants = [] if asks(clause) else [reading for reading in readings if reading.benefit is not None]
        out.extend(_measure(policy, clause, n, reading, general) for n, reading in enumerate(grants, 1))
    return tuple(out)


def _text(clause: Clause) -> str:
    """The clause's text, its heading a sentence of its own: a heading names what follows and asks nothing. As long as it was."""
    heading = (clause.heading or "").rpartition("／")[2]
    end = clause.text.find(heading) + len(heading)
    if heading and heading in clause.text and clause.text[end : end + 1] == "\n":
        return f"{clause.text[:end]}。{clause.text[end + 1 :]}"
    return clause.text


def _general(read: Sequence[tuple[Clause, tuple[Reading, ...]]], region: str | None) -> _General:
    rules: list[tuple[Rule, Clause]] = []
    stacking = None
    strict = False
    sections: set[str] = set()
    pairs = programmes([clause for clause, _ in read])
    of_some = not pairs and groups([clause for clause, _ in read])
    listed = 0
    for i, (clause, readings) in enumerate(read):
        if asks(clause):
            rules += [(rule, clause) for rule in card_rules(clause, Place(region), of_some=of_some)]
        elif i >= listed and not any(reading.benefit for reading in readings):
            items = _items(read, i)
            listed = i + 1 + len(items)
            text = "\n".join([clause.text, *(item.text for item in items)])
            rules += [(rule, clause) for rule in general_rules(text, Place(region), clause.heading or "")]
        if not any(reading.benefit for reading in readings) and (group := stacking_of(clause.text)):
            stacking = (group, clause)
        if any(reading.benefit for reading in readings) and (section := _section(clause)):
            sections.add(section)
        strict = strict or excludes_own_number(clause.text) is True
    return _General(tuple(rules), stacking, strict, frozenset(sections), pairs)


def _section(clause: Clause) -> str | None:
    """The heading of the section in which a clause stands under a heading of its own, or as one item among others."""
    section, nested, _ = (clause.heading or "").partition("／")
    return section if nested else None


def _items(read: Sequence[tuple[Clause, tuple[Reading, ...]]], i: int) -> list[Clause]:
    """The clauses under the `i`th that are listed by it: it ends with a colon, and their paths go on from its own."""
    clause = read[i][0]
    if not clause.text.rstrip().endswith(("：", ":")):
        return []
    return [one for one, _ in takewhile(lambda entry: entry[0].path.startswith(clause.path), read[i + 1 :])]


def _measure(policy: Policy, clause: Clause, n: int, reading: Reading, general: _General) -> Measure:
    own = _flat(_cite(reading.rule or All(), clause.path)) or (_cite(_unsaid(clause), clause.path),)
    said = general.of(clause)
    more = [branch for rule, one in said for branch in _flat(_cite(rule, one.path))]
    rule: Rule = All(tuple(dict.fromkeys([*own, *more])))
    if general.strict:
        rule = without_own_number(rule)
    benefit = reading.benefit
    paths = [clause.path, *(one.path for _, one in said)]
    if general.stacking and benefit is not None and benefit.stacking is None:
        group, one = general.stacking
        benefit = replace(benefit, stacking=f"{group}：{clause.path}" if stacks_within(one.text) else group)
        paths.append(one.path)
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


def _unsaid(clause: Clause) -> Condition:
    """Where a clause that grants does not say to whom, or says it where it was not read: its heading, or its first words.

    A measure that asks nothing would be everybody's: for a machine's draft that is a guess, and a person has to say so.
    """
    words = (clause.heading or "").rpartition("／")[2] or clause.text
    return manual(re.sub(r"\s+", "", words)[:60])


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
