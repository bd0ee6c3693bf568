"""Ranks: a bare one (国家级奖励200万元，省级奖励50万元) is that of the title of the award before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.model import Condition
from indexer.extract.atoms import Node
from indexer.extract.leftover import manual
from indexer.extract.pairing import same_words
from indexer.extract.passage import Part

# A level alone says which (经认定的工程中心，国家级奖励200万元，省级奖励50万元).
_BARE_LEVEL = re.compile(
    "(?:对|其中|获评|评为|获得)*(?P<level>(?:国家|省|市|区|县|自治区)级|[特一二三四五][等级]奖?|[金银铜]奖|[A-E]级|[一二三四五]星级?|[甲乙丙初中高]级|优秀|良好|合格|第[一二三]名)(?:的(?:企业|单位|项目|机构)?|每[个家项])?"
)


def bare_level(said: Sequence[Part]) -> Node | None:
    """The level that the last words before an award name, and nothing else; None where they name more."""
    hit = _BARE_LEVEL.fullmatch(said[-1].text) if said else None
    if hit is None:
        return None
    return Node(manual(hit["level"]), said[-1].start, said[-1].end, "level")


def ranked_apart(nodes: list[Node], before: Sequence[Node]) -> list[Node]:
    """`nodes` in which words that differ from a title of the award before in rank alone (5A级景区…，4A级景区) are that title at
    their own rank.
    """
    for node in nodes:
        if not isinstance(node.rule, Condition) or node.rule.field != "manual" or node in before:
            continue
        for other in before:
            rule = other.rule
            if (
                isinstance(rule, Condition)
                and rule.field == "qualification"
                and same_words([str(rule.value), str(node.rule.value)])
            ):
                won = replace(node, rule=replace(rule, value=node.rule.value, text=node.rule.text), what=other.what)
                return [won if n is node else n for n in nodes if n.rule != rule]
    return nodes


# Ranks of one sort: a bare one takes the place of another of its sort in what was said before.
_RANKS = tuple(
    map(
        re.compile,
        (
            "(?:国家|省|市|区|县|自治区)级",
            "(?<![A-Z\\d])[A-E]{1,5}级",
            "[1-5]A级?",
            "[特一二三四五]级",
            "[特一二三四五]等奖?",
            "[金银铜]奖",
            "[一二三四五]星级?",
            "[甲乙丙]级",
            "优秀|良好|合格",
        ),
    )
)


def at_level(level: Node, before: Sequence[Node]) -> tuple[Node, Node] | None:
    """What the award before asks at a rank, and the same at the bare rank `level` (国家级孵化器…，省级…); None for no such."""
    rule = level.rule
    for node in before:
        if not (isinstance(node.rule, Condition) and isinstance(rule, Condition) and isinstance(node.rule.value, str)):
            continue
        if "以上" in node.rule.value:
            continue
        own = str(rule.value)
        sort = next((sort for sort in _RANKS if sort.fullmatch(own) and sort.search(node.rule.value)), None)
        if sort is not None and node.rule.value != own:
            value = sort.sub(own, node.rule.value, count=1)
            return node, replace(node, rule=replace(node.rule, value=value, text=own), start=level.start, end=level.end)
    return None
