"""What a policy says once for all it gives: who is shut out, what cannot be had twice, what 以上 means."""

from __future__ import annotations

import re
from dataclasses import replace

from corpus.model import All, Any, AtLeast, Condition, Not, Rule
from corpus.rules import conditions
from indexer.extract.atoms import Place
from indexer.extract.conditions import Node, read_conditions
from indexer.extract.passage import Part, Passage, Sentence, pieces

_STACKING = re.compile(
    "就高不重复|从高不重复|从优不重复|就高(?:原则|执行|享受)|从高(?:原则|补差)|不(?:得)?(?:重复|重叠|累计|叠加)(?:享受|支持|奖励|补助|资助|申报)?|择优享受"
)
_SHUT_OUT = re.compile(
    "^(?P<who>.{4,80}?)(?:，[^，]{0,12})?(?:不予(?:支持|奖励|补助|受理|兑现|扶持)|不得(?:享受|申报|申请)|不(?:再)?(?:给予)?(?:重复)?(?:享受|支持|奖励|适用)(?:本|上述|此|该|支持|政策|$)|不再(?:重复)?(?:支持|享受|奖励|受理)|取消[^，]{0,8}资格|不适用)"
)
_SAME = re.compile("^(?:同一|同类|本|上述|该|对同一|若|多项|以上)")
_BOUNDS = re.compile("(?:“?以上”?|“?以下”?|“?以内”?)[^。；]{0,24}?(?P<no>不)?(?:含|包括|包含)本(?:数|级)")


def stacking_of(text: str) -> str | None:
    """The group that a sentence forbids to have more than one of (「就高不重复」), named by its own words; None for no such."""
    hit = _STACKING.search(text)
    return f"{hit.group()}:{text[:24]}" if hit else None


def shut_out(sentence: Sentence, place: Place) -> Node | None:
    """The condition not to be among those that a sentence shuts out (列入严重失信名单的，不予支持)."""
    hit = _SHUT_OUT.search(sentence.text)
    if hit is None or _SAME.match(sentence.text) or "同一" in hit["who"]:
        return None
    whole = Part(sentence.start, sentence.start + hit.end("who"), hit["who"])
    nodes = read_conditions(pieces(whole), replace(place, before=""))
    if not nodes:
        return None
    rules = [node.rule for node in nodes]
    inner: Rule = rules[0] if len(rules) == 1 else Any(tuple(rules))
    if isinstance(inner, Condition) and inner.op == "lacks":
        return Node(inner, nodes[0].start, nodes[-1].end, "exclusion")
    return Node(Not(inner), nodes[0].start, nodes[-1].end, "exclusion")


_SCOPE = re.compile(
    "本(?:政策|办法|措施|意见|细则|规定|实施细则|通知|条例|方案)[^。]{0,20}(?:适用于|适用|所称|支持对象|扶持对象|奖励对象)|适用(?:范围|对象)|(?:支持|扶持|奖励|申报|享受)(?:对象|主体|范围|条件)"
    "|(?:享受|申请|申报)(?:本|上述|以上|相关)(?:政策|办法|措施)?[^。]{0,6}的?(?:企业|单位|主体|项目)[^。]{0,8}(?:应|须|需)"
)


def general_rules(text: str, place: Place, heading: str = "") -> list[Rule]:
    """What a clause that grants nothing asks of all that the policy grants: its scope, and who is shut out."""
    rules: list[Rule] = []
    scope = _SCOPE.search(f"{heading}，{text}")
    for sentence in Passage(text).sentences():
        if shut := shut_out(sentence, place):
            rules.append(shut.rule)
        elif scope:
            nodes = read_conditions(pieces(sentence), place)
            if any(condition.field != "manual" for node in nodes for _, condition in conditions(node.rule)):
                rules += [node.rule for node in nodes]
    return rules


def excludes_own_number(text: str) -> bool | None:
    """What a document says of 以上 and 以下: True where they leave the number itself out, None where it says nothing."""
    hit = _BOUNDS.search(text)
    return bool(hit["no"]) if hit else None


def without_own_number(rule: Rule) -> Rule:
    """`rule` with every bound that was written 以上 or 以下 made strict."""
    match rule:
        case Condition(_, op, _, _, text) if (
            op in ("ge", "le") and text and re.search("以上|以下|以内", text) and "含" not in text
        ):
            return replace(rule, op={"ge": "gt", "le": "lt"}[op])
        case All(of):
            return All(tuple(map(without_own_number, of)))
        case Any(of):
            return Any(tuple(map(without_own_number, of)))
        case AtLeast(n, of):
            return AtLeast(n, tuple(map(without_own_number, of)))
        case Not(of):
            return Not(without_own_number(of))
        case _:
            return rule
