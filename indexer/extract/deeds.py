"""A list of things that may be done, a piece each, of which one is enough."""

from __future__ import annotations

import re

from corpus.model import All, Any, Condition
from indexer.extract.atoms import Node


def all_of(nodes: list[Node]) -> Node:
    """All of `nodes` as one."""
    return Node(All(tuple(node.rule for node in nodes)), nodes[0].start, nodes[-1].end, "all")


# 「销售农药，从事图书零售，转让著作权等」, 「主导…，承担…，以及新建…的」: several things that may be done, one of which is enough.
_DEEDS = re.compile("以及(?!其)|.*等$")
_DUTY = re.compile("具有|具备|符合|拥有|未|无|不|依法|须|应|同时|在|经(?!营)|信用|上年|近")


def any_deed(nodes: list[Node], ends: list[tuple[str, int]]) -> list[Node]:
    """`nodes` in which a list of deeds, a piece each, is one condition: any of them; `ends` are the pieces, and where the
    nodes of each end.
    """
    while ends and len(ends) > 1 and ends[-1][1] == ends[-2][1]:
        ends = ends[:-1]  # nothing was asked there
    if len(ends) < 3 or not _DEEDS.match(ends[-1][0]):
        return nodes
    run: list[Node] = []
    begin = len(nodes)
    for at in range(len(ends) - 1, -1, -1):
        words, end = ends[at]
        own = nodes[ends[at - 1][1] if at else 0 : end]
        closing = at == len(ends) - 1
        if end != begin or not own or _DUTY.match(words) or (words.endswith("的") and not closing):
            break
        if any(not isinstance(n.rule, Condition) or n.rule.field not in ("manual", "event") for n in own[-1:]):
            break
        run.insert(0, all_of(own) if closing and len(own) > 1 else own[-1])
        begin -= len(own) if closing else 1
        if len(own) > 1 and not closing:
            break
    if len(run) < 3:
        return nodes
    either = Any(tuple(node.rule for node in run))
    return [*nodes[:begin], Node(either, run[0].start, run[-1].end, "alternatives")]
