"""From words to conditions: what the finders know becomes fields, the rest becomes `manual`, and the connectives a tree."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from corpus.model import All, Any, Condition, EventWindow, Not, Rule
from corpus.rules import conditions as walk
from indexer.extract.asides import after_giver, is_aside, is_manner
from indexer.extract.atoms import Atom, Node, Place
from indexer.extract.branches import industry_codes
from indexer.extract.confidence import confidence_of
from indexer.extract.deeds import all_of, any_deed
from indexer.extract.find import find_atoms
from indexer.extract.leftover import leftover, manual, plain
from indexer.extract.names import AT_LEVELS
from indexer.extract.parties import FOR_OTHERS, OTHER_PARTY, about_enterprise, span_of_others
from indexer.extract.passage import Part
from indexer.extract.payees import payees
from indexer.extract.places import region_alone
from indexer.extract.titles import tag
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


_OR = re.compile(
    "^(?:、|，|和|或|或者|及|以及|与|和/或|/|（(?:含|包括|包含)?|）|的|等|“|”|其他|符合条件的|各类|类|企业|称号|认定|纳税人)*$"
)
_EXCEPT = re.compile(
    "（(?P<in>[^（）]{2,30}?)除外）|除(?P<out>(?:[^，。；“”《》]|“[^”]*”|《[^》]*》){2,24}?)(?:外|以外|之外)|（不(?:含|包括)(?![^（）]{0,8}(?:土地|地价|税|费用?|价款|资金|利息)[^（）]{0,4}）)(?P<not>[^（）数\\d][^（）数]{1,29})）|(?P<bare>[^，。；（）]{2,24})除外$"
)


# 「租用办公用房的（不包括附属设施）」: what does not count in the base, and shuts nobody out.
_OF_BASE = re.compile(
    "(?:设施|用房|附属|配套|费用?|税款?|部分|面积|土地|金额|资金|利息|本人|负责人|代表人)(?:，?下同)?$"
)


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
    text, nodes = part.text, []
    for hit in _EXCEPT.finditer(text):
        words = hit["in"] or hit["out"] or hit["not"] or hit["bare"]
        nodes += [
            Node(rule, part.start + hit.start(), part.start + hit.end(), "except")
            for rule in none_of(Node(rule, part.start, part.end, "except") for rule in _left_out(words, place))
            if not _OF_BASE.search(words)
        ]
        text = text[: hit.start()] + "　" * (hit.end() - hit.start()) + text[hit.end() :]
    if OTHER_PARTY.search(text) or (OTHER_PARTY.search(place.before[-24:]) and not re.match("对|企业|申报|申请", text)):
        return [*leftover(part, text, 0, len(text)), *nodes]
    joins = "any" if re.match("或(?!以上)|或者|以及", text) else "all"
    tagged = tag(text, part.start)
    others = span_of_others(tagged.text)
    atoms = [
        _in_full(atom, tagged, part)
        for atom in find_atoms(tagged, place)
        if not (others[0] <= atom.start < others[1]) and about_enterprise(atom, tagged.text)
    ]
    if not atoms:
        return [*plain(part, text, joins, listing=listing), *nodes]
    return [*_sequence(tagged, atoms, part, joins), *nodes]


def _in_full(atom: Atom, tagged: Tagged, part: Part) -> Atom:
    """`atom` with the words of the clause where an exception was blanked out of them."""
    if not isinstance(atom.rule, Condition) or "　" not in (atom.rule.text or ""):
        return atom
    words = part.text[tagged.start(atom.start) - part.start : tagged.end(atom.end) - part.start]
    return replace(atom, rule=replace(atom.rule, text=words))


def none_of(nodes: Iterable[Node], *, together: bool = False) -> list[Rule]:
    """That an enterprise is none of those of whom `nodes` tell, or (`together`) not all that they tell of one.

    A ground is told as what it must be free of already.
    """
    said = [one for node in nodes for one in (node.rule.of if isinstance(node.rule, All) else (node.rule,))]
    free: list[Rule] = [rule for rule in said if isinstance(rule, Condition) and rule.op == "lacks"]
    if rest := [rule for rule in said if rule not in free]:
        free.append(Not(rest[0] if len(rest) == 1 else (All if together else Any)(tuple(rest))))
    return free


def _left_out(words: str, place: Place) -> list[Rule]:
    """Those that the words of an exception leave out, one of which is enough."""
    if re.search("[“《]", words):
        return [manual(words)]  # a list that is quoted from another document
    out: list[Rule] = []
    for item in re.split("、|和|及|以及|或者?", words):
        if region := region_alone(item, place):
            out.append(_certain(region, "region"))
            continue
        if codes := industry_codes(item):
            out.append(_certain(Condition("industry", "within", codes, text=item), "branch"))
            continue
        tagged = tag(item)
        atoms = find_atoms(tagged, place)
        whole = [atom for atom in atoms if len(tagged.text) - (atom.end - atom.start) <= 2]
        out += [_certain(atom.rule, atom.finder) for atom in whole] or ([manual(item)] if len(item) >= 2 else [])
    return out or [manual(words)]


def _sequence(tagged: Tagged, atoms: list[Atom], part: Part, joins: str) -> list[Node]:
    """Atoms and the words between them: what only 、 or 或 joins are alternatives, other words become `manual`."""
    atoms = _in_brackets(tagged, _not_said_twice(tagged, atoms))
    out: list[Node] = []
    group: list[Atom] = [atoms[0]]
    gaps: list[tuple[int, int]] = [(0, atoms[0].start)]
    for last, atom in pairwise(atoms):
        between = tagged.text[last.end : atom.start]
        if _OR.match(between) and _alternatives(last, atom, between):
            group.append(atom)
        else:
            out.append(_group(tagged, group))
            group = [atom]
            gaps.append((last.end, atom.start))
    out.append(_group(tagged, group))
    gaps.append((atoms[-1].end, len(tagged.text)))
    out += _first_times(tagged, atoms)
    titled = {atom.start for atom in atoms if atom.finder in ("title", "title_like")}
    for start, end in gaps:
        if start >= end or (_RECOGNISED.fullmatch(tagged.text[start:end]) and end in titled):
            continue
        begin, stop = tagged.start(start) - part.start, tagged.end(end) - part.start
        rest = leftover(part, tagged.source, begin, stop)
        words = tagged.text[start:end]
        beside = [node for node in out if node.start == tagged.start(end)] if re.search("(?:或|或者)$", words) else []
        beside = beside or (
            [node for node in out if node.end == tagged.end(start)] if re.match("或(?!以上)", words) else []
        )
        if rest and beside:
            out.remove(beside[0])
            pair = sorted([rest[0], beside[0]], key=lambda node: node.start)
            out.append(Node(Any((pair[0].rule, pair[1].rule)), pair[0].start, pair[1].end, "alternatives"))
            rest = rest[1:]
        out += rest
    out.sort(key=lambda node: node.start)
    out = _with_its_head(out)
    if out and joins == "any":
        out[0] = Node(out[0].rule, out[0].start, out[0].end, out[0].what, "any")
    return out


def _in_brackets(tagged: Tagged, atoms: list[Atom]) -> list[Atom]:
    """The atoms in which what stands in brackets behind one (企业技术中心（工业企业）) is asked of that one besides."""
    out = [atoms[0]]
    for atom in atoms[1:]:
        last = out[-1]
        whole = tagged.text[last.end : atom.start] == "（" and tagged.text.startswith("）", atom.end)
        if whole and isinstance(last.rule, Condition) and last.rule.field in ("qualification", "event"):
            both = All((_certain(last.rule, last.finder), _certain(atom.rule, atom.finder)))
            out[-1] = replace(last, rule=both, end=atom.end + 1)
        else:
            out.append(atom)
    return out


# What is said of the head noun at the end, before thresholds that stand between (新引进的固定资产投资1亿元以上的工业项目).
_OF_THE_HEAD = re.compile("新引进|新建|新开办|新设|新落地|引进|首批|重点|在建|新上|新开工|续建")


def _with_its_head(nodes: list[Node]) -> list[Node]:
    """`nodes` in which words that only describe the head noun stand with it."""
    first, last = nodes[0], nodes[-1]
    if len(nodes) < 3 or not (isinstance(first.rule, Condition) and isinstance(last.rule, Condition)):
        return nodes
    words, head = str(first.rule.value), str(last.rule.value)
    if (first.rule.field, last.rule.field) != ("manual", "manual") or not _OF_THE_HEAD.fullmatch(words):
        return nodes
    return [*nodes[1:-1], replace(last, rule=manual(f"{words}的{head}"))]


# 「经认定的市级示范企业」: a title is what was recognised.
_RECOGNISED = re.compile(
    "(?:对|凡)?(?:(?:经|已|被|获|由)*(?:国家|省|市|区|县|工信部|工业和信息化部|科技部|[^，的]{2,10}[部委局厅会])?(?:级)?(?:认定|评定|备案|评为|授予|命名|批准|列入|入选|纳入|获评)(?:为|的)*|(?:且|并)?(?:在|处于|尚在|仍在|证书|资格)*有效期内的?)"
)


def _not_said_twice(tagged: Tagged, atoms: list[Atom]) -> list[Atom]:
    """The atoms without the titles that having grown into the statistics says already (新投产纳统的规上工业企业)."""
    out = [atoms[0]]
    for atom in atoms[1:]:
        last = out[-1]
        grown = last.finder in ("event", "up", "newly") and re.search(
            "纳统|入统|升规|上规|入规", tagged.words(last.start, last.end)
        )
        if (
            grown
            and isinstance(atom.rule, Condition)
            and str(atom.rule.value).startswith(("规模以上", "限额以上", "四上"))
        ) and tagged.text[last.end : atom.start] in ("", "的"):
            out[-1] = replace(last, end=atom.end)
            continue
        out.append(atom)
    return out


def _first_times(tagged: Tagged, atoms: list[Atom]) -> list[Node]:
    """That a threshold is reached for the first time (年营业收入首次突破1亿元): no field says it."""
    out = []
    for atom in atoms:
        words = tagged.words(atom.start, atom.end)
        if (
            atom.finder == "number"
            and (hit := re.search(".*?首次(?:突破|达到|超过|实现)?", words))
            and len(hit.group()) > 5
        ):
            start = tagged.start(atom.start)
            out.append(Node(manual(hit.group()), start, start + hit.end(), "manual"))
    return out


def _alternatives(one: Atom, other: Atom, between: str) -> bool:
    if "或" in between:
        return True
    if not between.strip("的"):
        return one.finder == other.finder and one.finder in ("title", "up") and not between
    named = ("title", "size", "form", "branch", "won", "first_title", "newly", "event", "up")
    return one.finder in named and other.finder in named


def _group(tagged: Tagged, atoms: list[Atom]) -> Node:
    rules: list[Rule] = []
    for atom in atoms:
        members = atom.rule.of if isinstance(atom.rule, Any) else (atom.rule,)
        rules += [_certain(_in_window(rule, rules), atom.finder) for rule in members]
    start, end = tagged.start(atoms[0].start), tagged.end(atoms[-1].end)
    rules = list(dict.fromkeys(rules))
    rule = rules[0] if len(rules) == 1 else Any(tuple(rules))
    return Node(rule, start, end, "alternatives" if len(rules) > 1 else atoms[0].finder)


def _in_window(rule: Rule, before: list[Rule]) -> Rule:
    """An event in the window of the one that it stands beside (2023年新投产纳统、规下转规上的)."""
    first = before[0] if before else None
    if not (isinstance(first, Condition) and isinstance(first.value, EventWindow) and isinstance(rule, Condition)):
        return rule
    if (rule.field, rule.op) != ("event", "has"):
        return rule
    return replace(rule, op="during", value=replace(first.value, event=str(rule.value)))


def _certain(rule: Rule, finder: str) -> Rule:
    if isinstance(rule, Condition):
        return replace(rule, confidence=confidence_of("manual" if rule.field == "manual" else finder, rule.field))
    if isinstance(rule, (All, Any)):
        return type(rule)(tuple(_certain(inner, finder) for inner in rule.of))
    return rule
