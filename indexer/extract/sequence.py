"""What was found in a piece and the words between: which are alternatives, which are asked together, and what is left."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from corpus.model import All, Any, Condition, EventWindow, Rule
from indexer.extract.atoms import Atom, Node
from indexer.extract.confidence import certain
from indexer.extract.leftover import leftover, manual
from indexer.extract.passage import Part
from indexer.extract.tokens import Tagged

_OR = re.compile(
    "^(?:、|，|和|或|或者|及|以及|与|和/或|/|（(?:含|包括|包含)?|）|的|等|“|”|其他|符合条件的|各类|类|企业|称号|认定|纳税人)*$"
)


def in_sequence(tagged: Tagged, atoms: list[Atom], part: Part, joins: str) -> list[Node]:
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
            both = All((certain(last.rule, last.finder), certain(atom.rule, atom.finder)))
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
        rules += [certain(_in_window(rule, rules), atom.finder) for rule in members]
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
