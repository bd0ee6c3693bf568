"""The draft measures of a whole policy: what its general clauses say counts for all that it grants."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from corpus.model import All, Clause, Condition, Measure, Policy, Rule, Source
from indexer.extract.atoms import Place
from indexer.extract.cards import asks
from indexer.extract.cited import cite, flat
from indexer.extract.general import (
    excludes_own_number,
    general_rules,
    stacking_of,
    stacks_within,
    without_own_number,
)
from indexer.extract.leftover import manual
from indexer.extract.offers import Card, read_card
from indexer.extract.reader import VERSION, Reading, extract


@dataclass(frozen=True, slots=True)
class _General:
    """What is said once for all: rules with the clauses that say them, and a stacking group.

    `sections` are those that grant something: what one of them says of scope counts within it, what stands outside of
    them all counts for every measure. `card` is what the fields of a card ask.
    """

    rules: tuple[tuple[Rule, Clause], ...]
    stacking: tuple[str, Clause] | None
    strict: bool
    sections: frozenset[str]
    card: Card

    def of(self, clause: Clause) -> list[tuple[Rule, tuple[str, ...]]]:
        """The rules that count for what `clause` grants, each with the paths of the clauses that say so."""
        mine = _section(clause)
        said = [
            (cite(rule, said.path), (said.path,))
            for rule, said in self.rules
            if said.path != clause.path and (_section(said) not in self.sections or _section(said) == mine)
        ]
        return said + [(rule, tuple(one.path for one in clauses)) for rule, clauses in self.card.of(clause)]


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
    card = read_card([clause for clause, _ in read], Place(region))
    listed = 0
    for i, (clause, readings) in enumerate(read):
        if not asks(clause) and i >= listed and not any(reading.benefit for reading in readings):
            items = _items(read, i)
            listed = i + 1 + len(items)
            text = "\n".join([clause.text, *(item.text for item in items)])
            rules += [(rule, clause) for rule in general_rules(text, Place(region), clause.heading or "")]
        if not any(reading.benefit for reading in readings) and (group := stacking_of(clause.text)):
            stacking = (group, clause)
        if any(reading.benefit for reading in readings) and (section := _section(clause)):
            sections.add(section)
        strict = strict or excludes_own_number(clause.text) is True
    return _General(tuple(rules), stacking, strict, frozenset(sections), card)


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
    own = flat(cite(reading.rule or All(), clause.path)) or (cite(_unsaid(clause), clause.path),)
    said = general.of(clause)
    more = [branch for rule, _ in said for branch in flat(rule)]
    rule: Rule = All(tuple(dict.fromkeys([*own, *more])))
    if general.strict:
        rule = without_own_number(rule)
    benefit = reading.benefit
    paths = [clause.path, *(path for _, paths in said for path in paths)]
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


def _title(clause: Clause, reading: Reading) -> str:
    """A short name: the clause's heading, else the words that give."""
    given = next((clause.text[span.start : span.end] for span in reading.spans if span.what == "benefit"), clause.text)
    words = clause.heading or given
    words = re.sub("\\s+", "", words).strip("，。；：")
    return words if len(words) <= 40 else words[:39] + "…"
