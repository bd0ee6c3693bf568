"""The draft measures of a whole policy: what its general clauses say counts for all that it grants."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from corpus.model import All, Benefit, Cap, Clause, Condition, Measure, Policy, Rule, Source
from corpus.rules import conditions as walk
from indexer.cut.labels import field_of
from indexer.extract.atoms import Place
from indexer.extract.cards import asks, label_of
from indexer.extract.cited import cite, flat
from indexer.extract.general import (
    excludes_own_number,
    general_rules,
    of_the_whole,
    stacking_of,
    stacks_within,
    without_own_number,
)
from indexer.extract.leftover import manual
from indexer.extract.offers import Card, read_card
from indexer.extract.passage import Passage
from indexer.extract.reader import VERSION, Reading, extract
from indexer.extract.together import ceiling_of_all, of_whole_document


@dataclass(frozen=True, slots=True)
class _General:
    """What is said once for all: rules and shared ceilings with the clauses that say them, and a stacking group.

    Each rule and ceiling has the part of the document within which it counts (None where for every measure). `card` is what
    the fields of a card ask.
    """

    rules: tuple[tuple[Rule, Clause, Within | None], ...]
    ceilings: tuple[tuple[Cap, Clause, Within | None], ...]
    stacking: tuple[str, Clause] | None
    strict: bool
    card: Card

    def of(self, clause: Clause) -> list[tuple[Rule, tuple[str, ...]]]:
        """The rules that count for what `clause` grants, each with the paths of the clauses that say so."""
        mine = within(clause)
        said = [
            (cite(rule, said.path), (said.path,))
            for rule, said, part in self.rules
            if said.path != clause.path and (part is None or part in mine)
        ]
        return said + [(rule, tuple(one.path for one in clauses)) for rule, clauses in self.card.of(clause)]

    def ceilings_on(self, clause: Clause) -> list[tuple[Cap, str]]:
        """The ceilings on what `clause` grants together with others, each with the path of the clause that says so."""
        mine = [_itself(clause), *within(clause)]
        return [(cap, said.path) for cap, said, part in self.ceilings if part is None or part in mine]

    def own(self, clause: Clause) -> bool:
        """Whether the part of the document that `clause` stands in says itself whom that part is for."""
        return any(part is not None and part in within(clause) for _, _, part in self.rules)


# What is no 奖补资金 and counts against no ceiling of it.
_NOT_PAID = (
    "tax_rate",
    "tax_cut",
    "extra_deduction",
    "deferral",
    "loan",
    "equity",
    "procurement_preference",
    "title",
    "service",
)
# A part of a document: its number, and the heading of its section.
Within = tuple[str, str]


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
        made = [_measure(policy, clause, n, reading, general) for n, reading in enumerate(grants, 1)]
        out.extend(_told_apart(made, grants))
    return tuple(out)


def _text(clause: Clause) -> str:
    """The clause's text, its heading a sentence of its own: a heading names what follows and asks nothing. As long as it was."""
    heading = (clause.heading or "").rpartition("／")[2]
    end = clause.text.find(heading) + len(heading)
    if heading and heading in clause.text and clause.text[end : end + 1] == "\n":
        return f"{clause.text[:end]}。{clause.text[end + 1 :]}"
    return clause.text


def _general(read: Sequence[tuple[Clause, tuple[Reading, ...]]], region: str | None) -> _General:
    rules: list[tuple[Rule, Clause, Within | None]] = []
    ceilings: list[tuple[Cap, Clause, Within | None]] = []
    stacking = None
    strict = False
    granting = [within(clause) for clause, readings in read if any(reading.benefit for reading in readings)]
    card = read_card([clause for clause, _ in read], Place(region))
    listed = 0
    for i, (clause, readings) in enumerate(read):
        gives = any(reading.benefit for reading in readings)
        if not asks(clause) and i >= listed and not gives:
            items = _items(read, i)
            listed = i + 1 + len(items)
            text = "\n".join([_text(clause), *(_text(item) for item in items)])
            part = None if of_the_whole(text) else _innermost(clause, granting)
            rules += [(rule, clause, part) for rule in general_rules(text, Place(region), clause.heading or "")]
        told = ((one.text, ceiling_of_all(one.text)) for one in Passage(clause.text).sentences())
        part = _itself(clause) if gives else _innermost(clause, granting)
        ceilings += [(cap, clause, None if of_whole_document(text) else part) for text, cap in told if cap]
        if not gives and (group := stacking_of(clause.text)):
            stacking = (group, clause)
        strict = strict or excludes_own_number(clause.text) is True
    return _General(tuple(rules), tuple(ceilings), stacking, strict, card)


def _itself(clause: Clause) -> Within:
    return clause.path, clause.text


def _innermost(clause: Clause, granting: Sequence[Sequence[Within]]) -> Within | None:
    """The innermost part that `clause` stands in and that grants something; None where none does: it is for the whole."""
    return next((part for part in within(clause) if any(part in other for other in granting)), None)


_UNIT = re.compile(
    r"[^/]+/|第[^条款行章]+[条款行章](?:之[一二三四五])?|[一二三四五六七八九十百]+|\([^)]*\)|\d+\)?|[①-⑳]"
)


def within(clause: Clause) -> list[Within]:
    """The parts of the document that a clause stands in, the innermost first: itself, what its number stands under, its section.

    The section tells apart parts that are numbered alike.
    """
    section = (clause.heading or "").partition("／")[0]
    units = [hit.end() for hit in _UNIT.finditer(clause.path.partition("#")[0])]
    parts = [(clause.path[:end], section) for end in reversed(units)]
    return [*parts, ("", section)] if section else parts


def _items(read: Sequence[tuple[Clause, tuple[Reading, ...]]], i: int) -> list[Clause]:
    """The clauses under the `i`th that are listed by it: it ends with a colon, and their paths go on from its own."""
    clause = read[i][0]
    if not clause.text.rstrip().endswith(("：", ":")):
        return []
    return [one for one, _ in takewhile(lambda entry: entry[0].path.startswith(clause.path), read[i + 1 :])]


def _measure(policy: Policy, clause: Clause, n: int, reading: Reading, general: _General) -> Measure:
    said = general.of(clause)
    more = [branch for rule, _ in said for branch in flat(rule)]
    own = flat(cite(reading.rule or All(), clause.path))
    if not own and not general.own(clause):
        own = (cite(_unsaid(clause), clause.path),)
    rule: Rule = All(tuple(dict.fromkeys([*own, *more])))
    if general.strict:
        rule = without_own_number(rule)
    benefit, beside = _joined(policy, clause, reading.benefit, general)
    paths = [clause.path, *(path for _, paths in said for path in paths), *beside]
    return Measure(
        id=f"{policy.id}#{clause.path}-{n}",
        title=_title(policy, clause, reading),
        rule=rule,
        benefit=benefit,
        department=reading.department,
        clauses=tuple(dict.fromkeys(paths)),
        review="draft",
        source=Source(kind="machine", confidence=f"{reading.confidence:.2f}", note=f"文法 {VERSION}"),
    )


def _joined(
    policy: Policy, clause: Clause, benefit: Benefit | None, general: _General
) -> tuple[Benefit | None, list[str]]:
    """`benefit` with what it cannot be had together with and the ceilings it shares, and the paths of the clauses that say so.

    Groups are named by policy and clause: another may say the same in the same words, of its own awards.
    """
    if benefit is None:
        return None, []
    name, paths = policy.doc_no or policy.title, []
    group, path = benefit.stacking, clause.path
    if group is None and general.stacking:
        group, one = general.stacking
        path = clause.path if stacks_within(one.text) else one.path
        paths.append(one.path)
    caps = benefit.caps
    if benefit.kind not in _NOT_PAID:
        for cap, told in general.ceilings_on(clause):
            caps = (*caps, replace(cap, group=f"{name} {told}：{cap.group}"))
            paths.append(told)
    return replace(benefit, stacking=group and f"{name} {path}：{group}", caps=caps), paths


def _unsaid(clause: Clause) -> Condition:
    """Where a clause that grants does not say to whom, or says it where it was not read: its heading, or its first words.

    A measure that asks nothing would be everybody's: for a machine's draft that is a guess, and a person has to say so.
    """
    words = _name(clause) or clause.text
    return manual(re.sub(r"\s+", "", words)[:60])


# Headings that only say what sort of words stand under them.
_SORT = re.compile(
    "(?:具体)?(?:(?:支持|奖励|补助|补贴|资助|扶持|奖补|服务|优惠|政策|主要|兑现)(?:的)?(?:标准|方式|内容|措施|政策|办法|额度|金额|类别|力度|项目)(?:和|与|及)?)+|标准|附则|其他|第[一二三四五六七八九十]+[章节]|总则|采取.{2,12}方式(?:给予支持)?"
)


def _name(clause: Clause) -> str:
    """The innermost heading over a clause that names a matter; empty where none does."""
    headings = [re.sub(r"\s+", "", part) for part in (clause.heading or "").split("／")]
    return next((part for part in reversed(headings) if part and not _SORT.fullmatch(part)), "")


def _title(policy: Policy, clause: Clause, reading: Reading) -> str:
    """A short name: the heading that names the matter, else the policy's own title on a card, else the words that give."""
    given = next((clause.text[span.start : span.end] for span in reading.spans if span.what == "benefit"), clause.text)
    words = _name(clause) or (policy.title if field_of(label_of(clause)) else given)
    words = re.sub("\\s+", "", words).strip("，。；：")
    return words if len(words) <= 40 else words[:39] + "…"


def _told_apart(measures: Sequence[Measure], readings: Sequence[Reading]) -> Sequence[Measure]:
    """The measures of one clause under titles that differ: after the name, what one asks and the others do not, or gives."""
    titles = [measure.title for measure in measures]
    asked = [_asked(reading) for reading in readings]
    out = []
    for at, measure in enumerate(measures):
        others = {words for i, some in enumerate(asked) if i != at for words in some}
        given = measure.benefit.text if measure.benefit else None
        own = next((words for words in asked[at] if words not in others), given or "")
        what = own if len(own) <= 30 else own[:29] + "…"
        same = titles.count(measure.title) > 1 and what not in ("", measure.title)
        out.append(replace(measure, title=f"{measure.title}：{what}") if same else measure)
    return out


def _asked(reading: Reading) -> list[str]:
    """What a reading asks, condition by condition, in words."""
    found = [condition for _, condition in walk(reading.rule)] if reading.rule else []
    return [c.value if isinstance(c.value, str) and c.field in _IN_WORDS else c.text or "" for c in found]


_IN_WORDS = ("manual", "event", "qualification", "theme", "park")
