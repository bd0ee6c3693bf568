"""Whom the words of a condition leave out: 除…外, （不含…）, …除外."""

from __future__ import annotations

import re
from collections.abc import Iterable

from corpus.model import All, Any, Condition, Not, Rule
from indexer.extract.atoms import Node, Place
from indexer.extract.branches import industry_codes
from indexer.extract.confidence import certain
from indexer.extract.find import find_atoms
from indexer.extract.leftover import manual
from indexer.extract.passage import Part
from indexer.extract.places import region_alone
from indexer.extract.titles import tag

_EXCEPT = re.compile(
    "（(?P<in>[^（）]{2,30}?)除外）|除(?P<out>(?:[^，。；“”《》]|“[^”]*”|《[^》]*》){2,24}?)(?:外|以外|之外)|（不(?:含|包括)(?![^（）]{0,8}(?:土地|地价|税|费用?|价款|资金|利息)[^（）]{0,4}）)(?P<not>[^（）数\\d][^（）数]{1,29})）|(?P<bare>[^，。；（）]{2,24})除外$"
)


# 「租用办公用房的（不包括附属设施）」: what does not count in the base, and shuts nobody out.
_OF_BASE = re.compile(
    "(?:设施|用房|附属|配套|费用?|税款?|部分|面积|土地|金额|资金|利息|本人|负责人|代表人)(?:，?下同)?$"
)


def without_exceptions(part: Part, place: Place) -> tuple[str, list[Node]]:
    """The words of `part` with those of its exceptions blanked out, places kept; and that one is none of those left out."""
    text = part.text
    nodes: list[Node] = []
    for hit in _EXCEPT.finditer(text):
        words = hit["in"] or hit["out"] or hit["not"] or hit["bare"]
        nodes += [
            Node(rule, part.start + hit.start(), part.start + hit.end(), "except")
            for rule in none_of(Node(rule, part.start, part.end, "except") for rule in _left_out(words, place))
            if not _OF_BASE.search(words)
        ]
        text = text[: hit.start()] + "　" * (hit.end() - hit.start()) + text[hit.end() :]
    return text, nodes


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
            out.append(certain(region, "region"))
            continue
        if codes := industry_codes(item):
            out.append(certain(Condition("industry", "within", codes, text=item), "branch"))
            continue
        tagged = tag(item)
        atoms = find_atoms(tagged, place)
        whole = [atom for atom in atoms if len(tagged.text) - (atom.end - atom.start) <= 2]
        out += [certain(atom.rule, atom.finder) for atom in whole] or ([manual(item)] if len(item) >= 2 else [])
    return out or [manual(words)]
