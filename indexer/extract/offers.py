"""Whose a card's conditions are: everybody's, those of one of its offers, or those of one sort of applicants."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from corpus.model import All, Any, Clause, Rule
from corpus.rules import conditions as walk
from indexer.cut.labels import field_of
from indexer.extract.atoms import Place
from indexer.extract.cards import asks, card_rules, label_of, lead_of, number
from indexer.extract.cited import cite
from indexer.extract.leftover import manual
from indexer.extract.passage import Passage

# Whoever applies (申报单位), which tells no applicants apart.
_ANYONE = "(?:申报|申请|项目|所在|依托|牵头|实施|建设|运营|相关|有关|本|该)*(?:企业|机构|单位|主体|法人)(?:单位)?"


@dataclass(frozen=True, slots=True)
class Asked:
    """Rules that are asked together, with their clauses: of everybody, of who wants the offer with the number `offer`, or of
    the sort of applicants with these `names`.
    """

    rules: tuple[Rule, ...]
    clauses: tuple[Clause, ...]
    offer: str | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """What a card asks, part by part; empty for running text."""

    asked: tuple[Asked, ...]

    def of(self, clause: Clause) -> list[tuple[Rule, tuple[Clause, ...]]]:
        """What is asked of who wants what `clause` offers, each with the clauses that say so.

        Conditions of several sorts of applicants are alternatives; where the heading over the offer names one sort, its own.
        """
        offer = number(clause)
        found = [
            (rule, one.clauses)
            for one in self.asked
            if not one.names and one.offer in (None, offer)
            for rule in one.rules
        ]
        sorts = [one for one in self.asked if one.names]
        heading = (clause.heading or "").partition("／")[2]
        meant = [one for one in sorts if any(name in heading for name in one.names)]
        if len(meant) == 1:
            return found + [(rule, meant[0].clauses) for rule in meant[0].rules]
        if sorts:
            clauses = tuple(clause for one in sorts for clause in one.clauses)
            found.append((Any(tuple(All(one.rules) for one in sorts)), clauses))
        return found


@dataclass(frozen=True, slots=True)
class _Part:
    """A numbered part of a card's conditions, with the heading that says what or whom it is for (empty where none does)."""

    no: str | None
    head: str
    clauses: tuple[Clause, ...]


def read_card(clauses: Sequence[Clause], place: Place) -> Card:
    """What the fields 服务对象 and 条件要求 among `clauses` ask."""
    asked = [
        Asked(tuple(cite(rule, clause.path) for rule in card_rules(clause, place)), (clause,))
        for clause in clauses
        if asks(clause) == "audience"
    ]
    conditions = [clause for clause in clauses if asks(clause) == "conditions"]
    content = [clause for clause in clauses if field_of(label_of(clause)) == "content"]
    parts = [_part(no, tuple(some)) for no, some in groupby(conditions, number)]
    again = any("#" in clause.path for clause in conditions)  # numbered anew on the way: nobody says what for
    offers = {} if again else _programmes({p.no: p.head for p in parts if p.no and p.head}, content)
    sorts = {} if again or offers else _applicants(parts)
    several = len({part.head for part in parts if part.head}) > 1
    for part in parts:
        names = sorts.get(part.no or "", ())
        if sorts and not names and _of_some(part.head):
            names = (part.head,)  # whoever these are, they are others than those named
        offer = offers.get(part.no or "")
        of_some = part.head if again or (several and not names and not offer and _of_some(part.head)) else None
        if of_some is None and len(_told_of(part)) > 1:
            of_some = ""
        rules = tuple(_part_rules(part, place, of_some))
        if names:
            rules = (cite(manual("、".join(names)), part.clauses[0].path), *rules)
        said = tuple(clause for clause in part.clauses if any(clause.path in _paths(rule) for rule in rules))
        if rules:
            asked.append(Asked(rules, said, offer, names))
    return Card(tuple(asked))


def _paths(rule: Rule) -> set[str]:
    return {condition.clause or "" for _, condition in walk(rule)}


def _of_some(head: str) -> bool:
    """Whether a heading over conditions says of whom or of what they are, and not only that they are conditions."""
    return (
        bool(head) and re.fullmatch(f"(?:一般|基本|申报|申请|必要)*(?:{_ANYONE})?(?:的)?(?:条件|要求)?", head) is None
    )


# Who has to do what a sentence asks (担保机构需…, 企业应…).
_TOLD_OF = re.compile(
    "^(?P<who>[^，。的]{0,10}(?:企业|机构|单位|公司|银行|团队|基金|高校|园区|平台|方))(?:应|需|须|必须|可|通过|在)"
)


def _told_of(part: _Part) -> set[str]:
    """The sorts of parties whose doing a part tells of: where there are several, not all of it is asked of who applies."""
    hits = [_TOLD_OF.match(one.text) for clause in part.clauses for one in Passage(clause.text).sentences()]
    return {hit["who"] for hit in hits if hit}


def _part(no: str | None, clauses: tuple[Clause, ...]) -> _Part:
    inside = [clause for clause in clauses if no and clause.path != f"{label_of(clause)}{no}"]
    first = inside[0] if inside else clauses[0]
    heading = (first.heading or "").partition("／")[2].partition("／")[0]
    own = list(Passage(first.text).sentences())
    if not heading or (inside and re.sub(r"\s", "", heading) in re.sub(r"\s", "", first.text)):
        return _Part(no, "", clauses)
    if not inside and not (len(own) > 1 and (own[1].numbered or re.search("条件$|要求$|^支持", heading))):
        return _Part(no, "", clauses)
    return _Part(no, heading, clauses)


def _part_rules(part: _Part, place: Place, of_some: str | None) -> list[Rule]:
    """What a part asks; under 「…条件之一：」 one of what is listed."""
    rules: list[Rule] = []
    choice: list[Rule] | None = [] if _each_for_its_own(part) else None
    for clause, after in pairwise([*part.clauses, None]):
        assert clause is not None
        heads = after is not None and after.path.startswith(clause.path)
        found = [
            cite(rule, clause.path)
            for rule in ([] if heads and _only(clause, part.head) else card_rules(clause, place, of_some=of_some))
        ]
        if choice is None or not found:
            rules += found
        else:
            choice.append(found[0] if len(found) == 1 else All(tuple(found)))
        if heads and lead_of(clause.text) == "any":
            choice = []
    if choice:
        rules.append(Any(tuple(choice)) if len(choice) > 1 else choice[0])
    return rules


# 「（1）领军企业，应…。（2）示范企业，应…。」: each item is for those that it begins with.
_FOR_ITS_OWN = re.compile("^(?P<who>[^，。]{4,20}(?:企业|机构|单位|平台))，(?:应|须|需|必须)")


def _each_for_its_own(part: _Part) -> bool:
    """Whether each of the clauses under a part's heading is for another sort, named at its beginning."""
    inside = [clause for clause in part.clauses if clause.path != f"{label_of(clause)}{part.no}"]
    firsts = [next(Passage(clause.text).sentences(), None) for clause in inside]
    hits = [_FOR_ITS_OWN.match(first.text) for first in firsts if first]
    return len(inside) > 1 and all(hits) and len({hit["who"] for hit in hits if hit}) == len(inside)


def _only(clause: Clause, head: str) -> bool:
    """Whether a clause holds nothing but the heading of what follows it."""
    words = next((s.text for s in Passage(clause.text).sentences()), "")
    return words.rstrip("：。") == re.sub(r"\s", "", head) or not words


# ---------------------------------------------------------------- which offer


def _programmes(heads: dict[str, str], content: Sequence[Clause]) -> dict[str, str]:
    """Which of a card's offers each headed part of its conditions is for: number to number, as printed.

    Either the numbers are the same on both sides, under headings of which one at least is alike (支持建设高品质园区 and
    支持高品质园区建设条件), or the words of each heading point to one offer alone. Empty where neither is so.
    """
    heads = {no: _core(head) for no, head in heads.items()}
    if len(heads) < 2:
        return {}
    offered = _topics(content)
    if heads.keys() == offered.keys() and any(_alike(heads[no], offered[no]) for no in heads):
        return {no: no for no in heads}
    texts: dict[str, str] = {}
    for clause in content:
        if no := number(clause):
            texts[no] = texts.get(no, "") + (clause.heading or "") + clause.text
    found = {no: offer for no, head in heads.items() if (offer := _pointed_at(head, texts))}
    one_each = len(found) == len(heads) == len(set(found.values()))
    return found if one_each else {}


def _pointed_at(head: str, texts: dict[str, str]) -> str | None:
    """The one offer that the words of a heading speak of; None where they speak of none, or of several about as much."""
    pairs = {head[i : i + 2] for i in range(len(head) - 1)}
    shares = sorted(
        ((sum(pair in text for pair in pairs) / max(1, len(pairs)), no) for no, text in texts.items()), reverse=True
    )
    if len(shares) < 2 or shares[0][0] < 0.4 or shares[0][0] - shares[1][0] < 0.2:
        return None
    return shares[0][1]


def _topics(clauses: Iterable[Clause]) -> dict[str, str]:
    """The heading of each numbered offer, where it has one of its own."""
    found: dict[str, str] = {}
    for clause in clauses:
        parts = (clause.heading or "").split("／")
        if (no := number(clause)) is not None and len(parts) > 1:
            found.setdefault(no, _core(parts[1]))
    return found


def _core(head: str) -> str:
    head = re.sub(
        "(?:的)?(?:申报|支持)?(?:需要|应当?|须|需|同时)*(?:符合|满足|具备)?(?:以下|下列)?(?:基本|必要)?(?:条件|标准|要求)$",
        "",
        head,
    )
    return re.sub("^(?:申报|申请|企业)(?=.{4})", "", head)


def _alike(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= 4 and (short in long or len(set(short) & set(long)) >= 0.8 * len(set(long)))


# ---------------------------------------------------------------- which applicants

_APPLICANT = re.compile("[^，]{2,16}(?:企业|机构|单位|主体|银行|团队|公司|法人|院校|高校|院所|组织|合作社|工商户)")
_ANY_APPLICANT = re.compile(
    "(?:申报|申请|项目|所在|依托|牵头|实施|建设|运营|相关|有关|本|该)*(?:企业|机构|单位|主体|法人)(?:单位)?"
)


def _applicants(parts: Sequence[_Part]) -> dict[str, tuple[str, ...]]:
    """The sorts of applicants that the headings of parts name (申报的文化企业须满足…): part to names.

    Empty unless two parts at least name different ones: then nobody has to meet what is asked of the others.
    """
    found: dict[str, tuple[str, ...]] = {}
    for part in parts:
        subject = re.split("在[^，]{2,16}时，|，|(?:应当?|须|需|必须|同时|均)*(?:满足|符合|具备)", part.head)[0]
        subject = re.sub("^(?:申报|申请)(?:主体为|的|单位为)?|的?(?:申报|申请)?(?:条件|要求)?$", "", subject)
        names = tuple(name for name in re.split("[、和及与或]|等", subject) if name)
        named = names and all(_APPLICANT.fullmatch(name) or name == "银行" for name in names)
        if part.no and named and not any(_ANY_APPLICANT.fullmatch(name) for name in names):
            found[part.no] = names
    return found if len(found) > 1 else {}
