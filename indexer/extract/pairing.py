"""「分别给予」: several sums in a row, shared out among as many titles, levels or thresholds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.model import Amount, Any, Benefit, Condition, Each, Fixed, Rate, Rule, Tier, Tiers, Words
from corpus.rules import conditions as walk
from indexer.extract.conditions import Node

_LEVEL = re.compile(
    "国家级|省级|市级|区级|县级|自治区级|\\d+强|前\\d+|[一二三]等|特等|[1-5]A|A级|B级|[一二三四五]星|金奖|银奖|铜奖|提名奖|质量奖|基础层|创新层|梯度"
)
_ONE_LEVEL = "(?:国家级?|省级?|市级?|区级?|县级?|自治区级|[特一二三四五]等奖?|第[一二三四五六]名?|[A-E]+级?|[一二三四五]类|[一二三四五]星级?|优秀|良好|合格|\\d+强|[金银铜]奖)"
# 「评审结果为一等、二等、三等的项目」: what stands before and after the levels belongs to each.
_LEVELS = re.compile(f"(?P<head>.*?)(?P<levels>(?:{_ONE_LEVEL}(?:、|和|及|或))+{_ONE_LEVEL})(?P<tail>.*)")


def pair(nodes: Sequence[Node], benefits: Sequence[Benefit]) -> list[tuple[Sequence[Node], Benefit]]:
    """The benefits with the conditions of each.

    Where one of `nodes` has as many alternatives as there are benefits, they are paired in order: thresholds and levels of
    one thing become tiers of one benefit (highest first), different titles become benefits of their own. Where the
    numbers differ nothing is paired: every benefit keeps all conditions.
    """
    if (
        any(benefit.amount is None for benefit in benefits)
        or len({type(benefit.amount) for benefit in benefits} - {Fixed, Words, Each}) > 0
    ):
        return [(nodes, benefit) for benefit in benefits]
    n = len(benefits)
    for at, node in enumerate(nodes):
        members = _members(node, n)
        if members is None:
            continue
        others = [*nodes[:at], *nodes[at + 1 :]]
        amounts = [benefit.amount for benefit in benefits]
        if all(amount is not None for amount in amounts) and _one_thing(members):
            return [_tiers(node, others, at, members, [a for a in amounts if a is not None], benefits[0])]
        return [
            ([*others[:at], replace(node, rule=member, what="paired"), *others[at:]], benefit)
            for member, benefit in zip(members, benefits, strict=True)
        ]
    return [(nodes, benefit) for benefit in benefits]


def _members(node: Node, n: int) -> tuple[Rule, ...] | None:
    if isinstance(node.rule, Any) and len(node.rule.of) == n:
        return node.rule.of
    if isinstance(node.rule, Condition) and node.rule.field == "manual":
        words = str(node.rule.value)
        if (hit := _LEVELS.fullmatch(words)) and len(levels := re.split("、|和|及|或", hit["levels"])) == n:
            levelled = [f"{hit['head']}{level}{hit['tail']}" for level in levels]
            return tuple(replace(node.rule, value=item, text=item) for item in levelled)
        items = re.split("、|和|及(?!以上)|或(?!以上)", words)
        if len(items) == n:
            return tuple(replace(node.rule, value=item, text=item) for item in _full(items))
    return None


def _full(items: Sequence[str]) -> list[str]:
    """Members with their common head, each cut where its own words end (全国20强、50强、100强税务师事务所)."""
    level = re.compile("^(?P<head>[^\\d]{0,4})(?P<own>\\d+强|前\\d+名?)")
    hits = [level.match(item) for item in items]
    if all(hits) and all(not hit["head"] for hit in hits[1:] if hit):
        head = hits[0]["head"] if hits[0] else ""
        return [head + hit["own"] for hit in hits if hit]
    first = re.match("(?P<head>[^\\d]*)\\d", items[0])
    if first and all(re.match("\\d", item) for item in items[1:]):
        return [items[0], *(first["head"] + item for item in items[1:])]
    # 「主导制定国际标准、国家标准」: the verb of the first is that of all.
    rest = len(items[0]) - len(items[1])
    if rest >= 2 and len({item[-2:] for item in items}) == 1:
        return [items[0], *(items[0][:rest] + item for item in items[1:])]
    return list(items)


def _one_thing(members: Sequence[Rule]) -> bool:
    fields = {member.field for member in members if isinstance(member, Condition)}
    if len(fields) == 1 and all(isinstance(m, Condition) and isinstance(m.value, float) for m in members):
        return True
    if (
        fields == {"manual"}
        and len({re.sub("[\\d.]+", "0", str(getattr(m, "value", ""))) for m in members}) <= 2
        and all(re.search("\\d", str(getattr(m, "value", ""))) for m in members)
    ):
        return True
    return all(isinstance(m, Condition) and _LEVEL.search(str(m.value)) for m in members)


def _tiers(
    node: Node, others: list[Node], at: int, members: Sequence[Rule], amounts: Sequence[Amount], benefit: Benefit
) -> tuple[Sequence[Node], Benefit]:
    rows = list(zip(members, amounts, strict=True))
    rows.sort(key=lambda row: -worth(row[1]))
    tiers = Tiers(tuple(Tier(when, amount) for when, amount in rows))
    rule = node.rule if isinstance(node.rule, Condition) else lowest([when for when, _ in rows])
    return [*others[:at], replace(node, rule=rule, what="tiers"), *others[at:]], replace(benefit, amount=tiers)


def lowest(rules: Sequence[Rule]) -> Rule:
    """What all tiers together ask: the lowest threshold where they rise, else any one of them."""
    bounds = [next((c for _, c in walk(rule) if c.op in ("ge", "gt")), None) for rule in rules]
    figures = [c for c in bounds if c is not None and isinstance(c.value, float)]
    if len(figures) == len(rules):
        return min(figures, key=lambda c: float(str(c.value)))
    return Any(tuple(rules))


def worth(amount: Amount) -> float:
    """A figure to order tiers by: the sum, the share, or the sum that the words name."""
    if isinstance(amount, Fixed):
        return amount.value
    if isinstance(amount, Each):
        return amount.each
    if isinstance(amount, Words):
        hit = re.search("(\\d+(?:\\.\\d+)?)(亿|万)?元", amount.text)
        return float(hit[1]) * {"亿": 1e8, "万": 1e4, None: 1.0}[hit[2]] if hit else 0.0
    if isinstance(amount, Rate):
        return amount.cap or amount.high
    return 0.0
