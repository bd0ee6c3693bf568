"""From words to conditions: what the finders know becomes fields, the rest becomes `manual`, and the connectives a tree."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from corpus.model import All, Any, Condition, Rule
from corpus.rules import conditions as walk
from indexer.extract.asides import after_giver, is_aside, is_manner
from indexer.extract.atoms import Atom, Node, Place
from indexer.extract.confidence import confidence_of
from indexer.extract.deeds import all_of, any_deed
from indexer.extract.find import find_atoms
from indexer.extract.left_out import without_exceptions
from indexer.extract.leftover import leftover, manual, plain
from indexer.extract.names import AT_LEVELS
from indexer.extract.parties import FOR_OTHERS, OTHER_PARTY, about_enterprise, span_of_others
from indexer.extract.passage import Part
from indexer.extract.payees import payees
from indexer.extract.sequence import in_sequence
from indexer.extract.titles import of_municipality, tag
from indexer.extract.tokens import Tagged
from indexer.extract.wins import of_title


def read_conditions(parts: Iterable[Part], place: Place, *, listing: bool = False) -> list[Node]:
    """The conditions that `parts` (pieces of a sentence) put, in order; all of them together are asked.

    `listing` says that they stand in a list of requirements, where a bare 「信用良好、制度健全」 is two conditions.
    """
    nodes: list[Node] = []
    said = place.before
    last = 0  # where the nodes of the piece before begin
    ends: list[tuple[str, int]] = []  # of each piece, its words and where its nodes end
    for part in parts:
        if is_manner(part.text) or (is_aside(part.text) and not part.text.endswith("的")):
            said += part.text
            continue
        if len(nodes) - last > 1 and re.match("或者?(?!以上)", part.text):
            # 「A且B，或C且D的」: all of one piece, or all of the other.
            found = [
                n
                for conjunct in _conjuncts(part)
                for n in _read(conjunct, replace(place, before=said), listing=listing)
            ]
            if found:
                nodes[last:] = [_either(all_of(nodes[last:]), found)]
            said += part.text
            continue
        last = len(nodes)
        for conjunct in _conjuncts(part):
            found = _read(conjunct, replace(place, before=said), listing=listing)
            said += conjunct.text
            if found and found[0].joins == "any" and nodes and not (part.text.startswith("以及") and len(ends) > 1):
                nodes.append(_either(nodes.pop(), found))
            elif nodes and (whole := _goes_on(nodes[-1], found)):
                nodes[-1:] = [whole, *found[1:]]
            elif found and (at := _same_field(nodes, found, conjunct.text)) is not None:
                nodes[at] = _either(nodes[at], found)
            else:
                nodes += found
        ends.append((part.text, len(nodes)))
    return _of_its_title(nodes if listing else any_deed(nodes, ends))


def _of_its_title(nodes: list[Node]) -> list[Node]:
    """`nodes` in which a recognition without its title (高新技术企业重新认定的) is that of the one title that stands beside it."""
    bare = [node for node in nodes if node.what in ("again", "bare_first")]
    titles = [node for node in nodes if node.what == "title" and isinstance(node.rule, Condition)]
    if len(bare) != 1 or len(titles) != 1 or not isinstance(titles[0].rule, Condition):
        return nodes
    won = of_title(bare[0], str(titles[0].rule.value))
    return [won if node is bare[0] else node for node in nodes if node is not titles[0]]


def _either(last: Node, found: list[Node]) -> Node:
    """`last`, or all of `found`."""
    inner = last.rule.of if isinstance(last.rule, Any) and last.what == "alternatives" else (last.rule,)
    other = found[0].rule if len(found) == 1 else All(tuple(node.rule for node in found))
    return Node(Any((*inner, other)), last.start, found[-1].end, "alternatives")


# 「受疫情影响，面临暂时性困难，确实无力缴费的」 is one thing, told in three steps.
_HARDSHIP = re.compile("^(?:受|因)[^，]{0,16}(?:影响|原因|导致|损失)")
_HARDER = re.compile("^(?:面临|确实|确因|确有|无力|不能|正常生产|生产经营|导致|暂时|恢复|缴费)")


def _goes_on(last: Node, found: list[Node]) -> Node | None:
    """`last` with what the first of `found` adds to its tale of hardship; None where it tells none."""
    if not found or not isinstance(last.rule, Condition) or not isinstance(first := found[0].rule, Condition):
        return None
    words, more = str(last.rule.value), str(first.value)
    if {last.rule.field, first.field} != {"manual"}:
        return None
    if not (_HARDSHIP.match(words) and _HARDER.match(more)):
        return None
    return Node(manual(f"{words}，{more}"), last.start, found[0].end, "manual", last.joins)


def _same_field(nodes: list[Node], found: list[Node], text: str) -> int | None:
    """Which of `nodes` bounds the figure that `found`, a case of its own (其中…), bounds otherwise."""
    fields = {c.field for node in found for _, c in walk(node.rule) if isinstance(c.value, float)}
    if not text.startswith("其中") and "layoff_rate" not in fields:
        return None
    cases = len(found) > 1 or isinstance(found[0].rule, All)
    for at, node in enumerate(nodes):
        rule = node.rule
        if isinstance(rule, Any) and (fields & {c.field for _, c in walk(rule)} or _LAYOFF.search(_words(rule))):
            return at
        if cases and isinstance(rule, Condition) and (rule.field in fields or _LAYOFF.search(_words(rule))):
            return at
    return None


_LAYOFF = re.compile("裁员率")


def _words(rule: Rule) -> str:
    """The words of a rule that no field holds."""
    return "，".join(str(c.value) for _, c in walk(rule) if c.field == "manual")


def join(nodes: Iterable[Node]) -> All:
    """All of `nodes` as one rule, none twice."""
    rules: list[Rule] = []
    for node in nodes:
        for rule in node.rule.of if isinstance(node.rule, All) else (node.rule,):
            if rule not in rules:
                rules.append(rule)
    return All(tuple(rules))


def _conjuncts(part: Part) -> list[Part]:
    out, start, depth = [], 0, 0
    text = part.text
    for hit in re.finditer("[（“《]|[）”》]|、并(?!购)|并且|而且|且(?!恢复有望|有望)|(?<=的)同时", text):
        mark = hit.group()
        if mark in "（“《":
            depth += 1
        elif mark in "）”》":
            depth = max(0, depth - 1)
        elif depth == 0 and hit.start() > start:
            out.append(Part(part.start + start, part.start + hit.start(), text[start : hit.start()]))
            start = hit.end()
    if start < len(text):
        out.append(Part(part.start + start, part.end, text[start:]))
    return out


def _read(part: Part, place: Place, *, listing: bool) -> list[Node]:
    if at := after_giver(part.text):
        part = Part(part.start + at, part.end, part.text[at:])
    return (
        _case_in_brackets(part, place, listing=listing)
        or _alternative_payees(part, place)
        or _read_one(part, place, listing=listing)
    )


_FIGURE = "[\\d.]+(?:%|[亿万]?元|人|年|个月|件|项|平方米|亩)(?:及?以上|及?以下|以内)?"
# 「达到职工总数15%（超过100人的企业达到8%）」: the same threshold, for some at another figure.
_CASE = re.compile(
    f"(?P<figure>{_FIGURE})（(?:其中)?(?P<who>[^（），；]{{2,24}}?(?:企业|单位|机构|地区|的))(?:应|须)?(?:放宽[至到]|不低于|达到|为|满|超过)?(?P<other>{_FIGURE})）"
)


_STAFF_ALONE = re.compile("(?:超过|不足|不满|满)?\\d+人")


def _case_in_brackets(part: Part, place: Place, *, listing: bool) -> list[Node]:
    """A threshold with the one that some need meet instead; empty where no brackets say so."""
    hit = _CASE.search(part.text)
    if hit is None:
        return []
    before = part.text[: hit.end("figure")]
    end = part.start + hit.end()
    whole = _read_one(Part(part.start, part.start + len(before), before), place, listing=listing)
    words = part.text[: hit.start("figure")] + hit["other"]
    lower = _read_one(Part(part.start, part.start + len(words), words), place, listing=listing)
    said = f"职工{hit['who']}" if _STAFF_ALONE.match(hit["who"]) else hit["who"]
    who = _read_one(Part(part.start + hit.start("who"), part.start + hit.end("who"), said), place, listing=False)
    shared = [node for node in whole if node.rule in [other.rule for other in lower]]
    own = [node.rule for node in whole if node not in shared]
    cases = [node.rule for node in lower if node.rule not in [one.rule for one in shared]]
    if not own or not cases or not who:
        return []
    either: Rule = Any(
        (own[0] if len(own) == 1 else All(tuple(own)), All((*(node.rule for node in who), *cases))),
    )
    after = Part(end, part.end, part.text[hit.end() :])
    rest = _read(after, place, listing=listing) if after.text else []
    start = next(node.start for node in whole if node.rule in own)
    return [*shared, Node(either, start, end, "alternatives"), *rest]


def _alternative_payees(part: Part, place: Place) -> list[Node]:
    """A list of sorts of payee, one of which it must be, each with its own attributes; empty for no such list."""
    found = payees(part)
    if found is None or FOR_OTHERS.search(part.text) or AT_LEVELS.match(part.text):
        return []
    branches: list[Rule] = []
    for member in found.members:
        nodes = [_firms(member)] if member.text == "企业" else _read_one(member, place, listing=False)
        if not nodes and len(member.text) == 2:
            nodes = [Node(manual(member.text), member.start, member.end, "manual")]
        if not nodes:
            return []
        rules = [node.rule for node in nodes]
        inner = rules[0].of if len(rules) == 1 and isinstance(rules[0], Any) else ()
        branches += inner or [rules[0] if len(rules) == 1 else All(tuple(rules))]
    branches, shared = _hoisted(branches)
    start, end = found.members[0].start, found.members[-1].end
    listed = Node(Any(tuple(dict.fromkeys(branches))), start, end, "alternatives")
    around = [_read_one(piece, place, listing=False) if piece else [] for piece in (found.before, found.after)]
    return [*around[0], *(Node(rule, start, start, "region") for rule in shared), listed, *around[1]]


def _firms(part: Part) -> Node:
    """Enterprises, as one of several legal forms in a list."""
    rule = Condition("legal_form", "is", "企业", text="企业", confidence=confidence_of("form", "legal_form"))
    return Node(rule, part.start, part.end, "form")


def _hoisted(branches: list[Rule]) -> tuple[list[Rule], list[Rule]]:
    """The branches without a place that only the first names, which holds for all (湖北省上市公司、挂牌公司); and that place."""
    first = branches[0]
    if not isinstance(first, All):
        return branches, []
    places: list[Rule] = [rule for rule in first.of if isinstance(rule, Condition) and rule.field == "region"]
    others = any(c.field == "region" for branch in branches[1:] for _, c in walk(branch))
    if len(places) != 1 or others or first.of[0] is not places[0]:
        return branches, []
    rest = first.of[1:]
    return [rest[0] if len(rest) == 1 else All(rest), *branches[1:]], places


def _read_one(part: Part, place: Place, *, listing: bool) -> list[Node]:
    text, nodes = without_exceptions(part, place)
    if OTHER_PARTY.search(text) or (OTHER_PARTY.search(place.before[-24:]) and not re.match("对|企业|申报|申请", text)):
        return [*leftover(part, text, 0, len(text)), *nodes]
    joins = "any" if re.match("或(?!以上)|或者|以及", text) else "all"
    tagged = tag(text, part.start)
    others = span_of_others(tagged.text)
    atoms = [
        _in_full(replace(atom, rule=of_municipality(atom.rule)) if place.municipal else atom, tagged, part)
        for atom in find_atoms(tagged, place)
        if not (others[0] <= atom.start < others[1]) and about_enterprise(atom, tagged.text)
    ]
    if not atoms:
        return [*plain(part, text, joins, listing=listing), *nodes]
    return [*in_sequence(tagged, atoms, part, joins), *nodes]


def _in_full(atom: Atom, tagged: Tagged, part: Part) -> Atom:
    """`atom` with the words of the clause where an exception was blanked out of them."""
    if not isinstance(atom.rule, Condition) or "　" not in (atom.rule.text or ""):
        return atom
    words = part.text[tagged.start(atom.start) - part.start : tagged.end(atom.end) - part.start]
    return replace(atom, rule=replace(atom.rule, text=words))
