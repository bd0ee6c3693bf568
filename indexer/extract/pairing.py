"""「分别给予」: several sums in a row, shared out among as many titles, levels or thresholds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.model import All, Amount, Any, Benefit, Condition, Each, Fixed, Rate, Rule, Tier, Tiers, Words
from corpus.rules import conditions as walk
from indexer.extract.atoms import Node
from indexer.extract.steps import from_lowest

_LEVEL = re.compile(
    "国家级|省级|市级|区级|县级|自治区级|\\d+强|前\\d+|[一二三]等|特等|[1-5]A|A级|B级|[一二三四五]星|金奖|银奖|铜奖|提名奖|质量奖|基础层|创新层|全[国省市]|大型|中型|小型|微型|梯度"
)
_ONE_LEVEL = "(?:国际性|全国性|区域性|国家级?|省级?|市级?|区级?|县级?|自治区级|[IV]{1,3}[期类级]|[特一二三四五]等奖?|第[一二三四五六]名?|[A-E]+级?|[一二三四五]类|[一二三四五]星级?|优秀奖|优秀|良好|合格|\\d+强|[金银铜]奖|提名奖)"
# 「评审结果为一等、二等、三等的项目」: what stands before and after the levels belongs to each.
_LEVELS = re.compile(f"(?P<head>.*?)(?P<levels>(?:{_ONE_LEVEL}(?:、|和|及|或))+{_ONE_LEVEL})(?P<tail>.*)")


def same_words(items: Sequence[str]) -> bool:
    """Whether the items of a list differ in their level, rank or figure alone."""
    return len({RANK.sub("", words) for words in items}) == 1


def pair(nodes: Sequence[Node], benefits: Sequence[Benefit], *, alike: bool) -> list[tuple[Sequence[Node], Benefit]]:
    """The benefits with the conditions of each.

    Where one of `nodes` has as many alternatives as there are benefits, they are paired in order: thresholds and levels of
    one thing (`alike` says that the words are) become tiers of one benefit (highest first), different titles become
    benefits of their own. Where the
    numbers differ nothing is paired: every benefit keeps all conditions.
    """
    if (
        any(benefit.amount is None for benefit in benefits)
        or len({type(benefit.amount) for benefit in benefits} - {Fixed, Words, Each, Rate}) > 0
        or len({getattr(benefit.amount, "of", None) for benefit in benefits if isinstance(benefit.amount, Rate)}) > 1
    ):
        return [(nodes, benefit) for benefit in benefits]
    if len({benefit.kind for benefit in benefits}) > 1:
        return [(nodes, benefit) for benefit in benefits]  # a loan and the interest on it go to the same
    n = len(benefits)
    for at, node in enumerate(nodes):
        if all(condition.field == "legal_form" for _, condition in walk(node.rule)):
            continue  # 企业、合作社新取得两种认证的，分别…: the forms are not what is shared out
        members = _members(node, n)
        if members is None:
            continue
        others = [*nodes[:at], *nodes[at + 1 :]]
        amounts = [benefit.amount for benefit in benefits]
        if all(amount is not None for amount in amounts) and (alike or _one_thing(members)):
            return [_tiers(node, others, at, members, [a for a in amounts if a is not None], benefits[0])]
        return [
            ([*others[:at], replace(node, rule=member, what="paired"), *others[at:]], benefit)
            for member, benefit in zip(members, benefits, strict=True)
        ]
    return [(nodes, benefit) for benefit in benefits]


def pair_listed(
    whole: Sequence[Node],
    listed: Sequence[tuple[str, Sequence[Node]]],
    benefits: Sequence[Benefit],
    *,
    alike: bool,
) -> list[tuple[Sequence[Node], Benefit]] | None:
    """The benefits with the conditions of each, from the words of each item of a list and the conditions read from
    them (`whole` where the list is read as it stands): as many benefits as items. `alike` says that they are stages of one thing. Levels and thresholds of one thing become tiers. None where an item asks nothing of its own.
    """
    readings = [nodes for _, nodes in listed]
    shared = [node.rule for node in readings[0] if all(node.rule in [n.rule for n in other] for other in readings[1:])]
    owns = [[node for node in nodes if node.rule not in shared] for nodes in readings]
    amounts = [benefit.amount for benefit in benefits]
    if not all(owns) or any(amount is None for amount in amounts):
        return None
    rules = [own[0].rule if len(own) == 1 else All(tuple(node.rule for node in own)) for own in owns]
    each = all(isinstance(amount, Each) for amount in amounts)
    if not (each or alike or same_words([words for words, _ in listed]) or _one_thing(rules)):
        return list(zip(readings, benefits, strict=True))
    at = next(i for i, node in enumerate(readings[0]) if node.rule not in shared)
    others = [node for node in readings[0] if node.rule in shared]
    node = replace(owns[0][0], end=max(owns[-1][-1].end, owns[0][0].end))
    asked = [one for one in whole if one.rule not in shared]
    if len(asked) == 1 and all(isinstance(r, Condition) and r.field == "manual" for r in (asked[0].rule, *rules)):
        # One question in the words of the passage; which tier it is, is asked with the tiers.
        node = asked[0]
    return [_tiers(node, others, at, rules, [a for a in amounts if a is not None], benefits[0])]


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


# What tells the levels, ranks and thresholds of one thing apart.
RANK = re.compile(
    "[^获评得为定被选第通过予列和或及与是以到在的，。、对新]{2,3}(?:[市县]|(?<!园)区)级|中国(?=质量奖|专利|驰名|名牌)|商务部|[一-龥]{2}[省市](?=省长|市长|重点|著名|名牌|质量|老字号)|[省市区县]长(?=质量)|国家级?|省(?:部?级)?(?!内|外)|市级?|区级?|县级?|自治区级|世界级|世界(?=(?:企业)?\\d+强)|中国(?=(?:服务业|民营|制造业)?(?:企业)?\\d+强)|国际性?|全国性?|区域性|地市级|行业|地方|团体|特等奖?|[一二三四五六]等奖?|[金银铜]奖|提名奖|优秀奖|第[一二三四五六]|[甲乙丙丁][级类等]|[特一二三四五壹贰叁肆][级类星档]级?|[A-E]{1,5}级?|[1-5]A级?|优秀|良好|合格|基础层|创新层|省内|省外|国内|境内|境外|海外|市内|市外|全[国省市]|大型|中型|小型|微型|博士|硕士|本科|大专|[高中初]级(?=职称|技师|工)|[甲乙丙]级|[IV]{1,3}(?=期|类|级)|[\\d.]+(?:[亿万千]?元?)?"
)


def _one_thing(members: Sequence[Rule]) -> bool:
    """Whether `members` are levels, ranks or thresholds of one thing, and not different things."""
    return len({_bare(member) for member in members}) == 1


def _bare(rule: Rule) -> tuple[str, ...]:
    """What a rule asks without the level, rank or threshold."""
    out = []
    for _, condition in walk(rule):
        value = "" if isinstance(condition.value, float) else RANK.sub("", str(condition.value))
        out.append(f"{condition.field} {value}")
    return tuple(out)


def _tiers(
    node: Node, others: list[Node], at: int, members: Sequence[Rule], amounts: Sequence[Amount], benefit: Benefit
) -> tuple[Sequence[Node], Benefit]:
    rows = list(zip(members, amounts, strict=True))
    rows.sort(key=lambda row: -worth(row[1]))
    tiers = Tiers(tuple(Tier(when, amount) for when, amount in rows))
    paired = isinstance(node.rule, Condition) and node.rule not in members
    rule = node.rule if paired else lowest([when for when, _ in rows])
    return [*others[:at], replace(node, rule=rule, what="tiers"), *others[at:]], replace(benefit, amount=tiers)


def lowest(rules: Sequence[Rule]) -> Rule:
    """What all tiers together ask: the lowest threshold where they rise, nothing where they leave nobody out, else any one
    of them.
    """
    bounds = [next((c for _, c in walk(rule) if c.op in ("ge", "gt")), None) for rule in rules]
    figures = [c for c in bounds if c is not None and isinstance(c.value, float)]
    if len(figures) == len(rules):
        return min(figures, key=lambda c: float(str(c.value)))
    asked = [rule for rule in rules if isinstance(rule, Condition) and rule.field == "manual"]
    words = from_lowest([str(rule.value) for rule in asked]) if len(asked) == len(rules) else None
    if words:
        return replace(asked[0], value=words, text=words)
    return All(()) if words == "" else Any(tuple(rules))


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
        return (amount.cap or 0.0) + amount.high
    return 0.0
