"""What carries over: from the words before an award to its conditions, from one award to the next, from one sentence to all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.model import Any, Benefit, Condition, Cut, Rate, Rule, Words
from corpus.rules import conditions as walk
from indexer.extract import lexicon
from indexer.extract.atoms import Node
from indexer.extract.bases import base_of
from indexer.extract.grant import Grant
from indexer.extract.leftover import manual
from indexer.extract.parties import FOR_OTHERS
from indexer.extract.passage import Sentence
from indexer.extract.tiers import Draft
from indexer.extract.titles import tag
from indexer.extract.wins import of_title

# Where an enterprise stands is who it is, and holds as long as it is spoken of.
_WHERE = ("region", "tax_region", "park")


def named(nodes: Sequence[Node]) -> list[Node]:
    """Of conditions that stand before the words of who: the branch, the title or the form; nothing else carries over."""
    return [
        node
        for node in nodes
        if all(
            condition.field in ("theme", "qualification", "legal_form", "industry", "size_class", *_WHERE)
            for _, condition in walk(node.rule)
        )
    ]


def subjects(nodes: Sequence[Node]) -> list[Node]:
    """Of the conditions of the grant before, those that say what kind of enterprise it is."""
    kinds = ("qualification", "legal_form", "size_class", "age_years", *_WHERE)
    return [
        node
        for node in nodes
        if isinstance(node.rule, (Condition, Any)) and all(c.field in kinds or _says_who(c) for _, c in walk(node.rule))
    ]


def _says_who(condition: Condition) -> bool:
    """Whether words that no field holds, or the way an enterprise came, say who it is (新引进的总部企业)."""
    if condition.field == "event":
        return _CAME.fullmatch(str(condition.value)) is not None
    return condition.field == "manual" and _WHO.fullmatch(str(condition.value)) is not None


_CAME = re.compile("[区市县省]?外?(?:新|首次)引[进入](?:注册|落户)?")


def whereabouts_of(nodes: Sequence[Node], own: Sequence[Node]) -> list[Node]:
    """Of `nodes`, those that say where the enterprise stands, unless those of its `own` say it."""
    if any(condition.field in _WHERE for node in own for _, condition in walk(node.rule)):
        return []
    return [node for node in nodes if all(condition.field in _WHERE for _, condition in walk(node.rule))]


def lasting(nodes: Sequence[Node], text: str) -> list[Node]:
    """Of the conditions of the grant before, those that hold too for a clause about something else that is done: the branch
    and the form, and a title that was not won just there (获得…称号的); `text` is the passage.
    """
    kinds = ("qualification", "legal_form", "industry", "theme", *_WHERE)
    return [
        node
        for node in nodes
        if all(c.field in kinds or _says_who(c) for _, c in walk(node.rule))
        and not ("获" in text[max(0, node.start - 4) : node.end] or _WON.search(text, max(0, node.start - 6), node.end))
    ]


_WON = re.compile("取得|通过|评为|(?<!经)认定|入选|列入|纳入|建设|创建|称号")


def held(node: Node) -> Node | None:
    """`node` for one who has been through its event: the title that was won the first time; None where no title is named."""
    rule = node.rule
    if not isinstance(rule, Condition) or rule.field != "event":
        return node
    name = re.sub("^(?:首次|新|初次)(?:被)?(?:认定|评定|获评|获批|通过)?(?:为)?", "", str(rule.value))
    titles = [found.name for _, found in sorted(tag(name).tags.items()) if found.kind == "title"]
    if len(titles) != 1:
        return None
    return replace(node, rule=replace(rule, field="qualification", op="has", value=titles[0]), what="title")


def won_again(nodes: list[Node], before: Sequence[Node]) -> list[Node]:
    """`nodes` in which what was recognised once more (对重新通过认定的) is the one title that the award before was for."""
    bare = next((node for node in nodes if node.what in ("again", "bare_first")), None)
    titles = {
        str(c.value) for node in map(held, before) if node for _, c in walk(node.rule) if c.field == "qualification"
    }
    if bare is None or len(titles) != 1:
        return nodes
    return [of_title(node, *titles) if node is bare else node for node in nodes]


# Words that only say who it is (前海税务师事务所), and not what it must do.
_WHO = re.compile(
    "(?:新(?:引进|设立|落户|迁入|办)的)?[^，、的]{2,12}(?:企业|机构|事务所|旅行社|合作社|平台|载体|孵化器|银行|基地|主体|协会|园区|公司)"
)


def payees_in(nodes: Sequence[Node]) -> list[Node]:
    """Of the conditions of a scene, those that only name who it is (支持标准化服务机构提供专业服务: 标准化服务机构)."""
    return [
        node
        for node in nodes
        if isinstance(node.rule, Condition)
        and node.rule.field == "manual"
        and _WHO.fullmatch(str(node.rule.value))
        and not FOR_OTHERS.search(str(node.rule.value))
    ]


# 「年零售额增速达5%—10%」: what is measured, and how much of it.
_MEASURE = re.compile(
    "(?P<what>[^，\\d]*?)(?:应|须|需|实现|首次|未|不)*(?:达到?|在|为|超过|突破|高于|低于|足|满|正增长|(?=\\d))"
)


def not_measured_again(nodes: Sequence[Node], more: Sequence[Node]) -> list[Node]:
    """`nodes` without the words of one measure that `more` says otherwise (年零售额增速实现正增长…；若年零售额增速达10%以上的…)."""
    again = {what for node in more if (what := _measured(node))}
    out: list[Node] = []
    dropped = False
    for node in nodes:
        what = _measured(node)
        dropped = what in again if what else dropped and what == ""
        if not dropped:
            out.append(node)
    return out


def _measured(node: Node) -> str | None:
    """What a condition in words measures: empty where it only goes on with how much, None where it measures nothing."""
    if not isinstance(node.rule, Condition) or node.rule.field != "manual":
        return None
    hit = _MEASURE.match(str(node.rule.value))
    return re.sub("^(?:若|如|其中|企业)+", "", hit["what"]) if hit else None


def about_theme(rule: Rule) -> bool:
    return all(condition.field == "theme" for _, condition in walk(rule))


def last_field(nodes: Sequence[Node]) -> str | None:
    """The field of the last figure that `nodes` bound."""
    fields = [c.field for node in nodes for _, c in walk(node.rule) if isinstance(c.value, float)]
    return fields[-1] if fields else None


def beside(nodes: Sequence[Node], more: Sequence[Node]) -> list[Node]:
    """`nodes` with those of `more` that bear on another field."""
    said = {c.field for node in nodes for _, c in walk(node.rule)}
    return [*(node for node in more if not said & {c.field for _, c in walk(node.rule)} - {"manual"}), *nodes]


_PROCEDURE = re.compile(
    "(?:经)?(?:择优|评审|(?:综合|绩效|年度|考核)*(?:评价|评估|考核))(?:结果)?|(?:分[类档级])+|(?:根据|按照?|视)[^，]{0,24}(?:绩效|考核|评价|评估|效果|情况|成效)(?:结果|情况)?|每(?:个|件|场|项|台|套|次)[^，]{1,6}"
)


def of_procedure(node: Node) -> bool:
    """Whether a node only says how it is decided (择优, 绩效考核), and nothing of who gets it."""
    return (
        isinstance(node.rule, Condition)
        and node.rule.field == "manual"
        and _PROCEDURE.fullmatch(str(node.rule.value)) is not None
    )


# How often, or how long, something is given (每家机构连续3年只能获得1次, 支持周期一般不超过3年).
_TERM = re.compile(
    "(?:每家|每个|单个|单家|同一)[^，。]{0,8}(?:企业|机构|单位|主体)[^。]{0,16}(?:只能|仅能|只可|限)[^。]*|支持周期[^。]*"
)


def is_term(text: str) -> bool:
    """Whether a sentence only says how often or how long something is given."""
    return _TERM.fullmatch(text) is not None


_GROWN = re.compile(
    "(?<=机构|中心|平台|空间|载体|院所|园区|基地|企业|集群|协会|街区|公司|书店)(?:的)?(?:(?:高质量|集聚|聚集|创新|规模化|特色化)*发展|建设|做大做强|做强做优)$|(?<=孵化器|研究院|实验室|产业园|工作室|专利池|合作社)(?:的)?(?:(?:高质量|集聚|聚集|创新)*发展|建设|做大做强)$"
)


def of_whom(sentence: Sentence) -> Sentence:
    """A sentence of encouragement without the word of growth at its end (支持技术转移机构建设): whom it is about."""
    if not re.match("(?:\\d+[.．、]|[（(][一二三四五六七八九十\\d]+[)）])?(?:支持|鼓励|推动|引导|促进)", sentence.text):
        return sentence
    text = _GROWN.sub("", sentence.text)
    return replace(sentence, end=sentence.start + len(text), text=text)


_ELIGIBLE = re.compile("符合(?:条件|规定|要求|[^，]{0,8}规定)的[^，]{2,20}")


def eligible(grant: Grant) -> Node | None:
    """「符合条件的纳税人」 where nothing else says who."""
    for part in grant.who:
        if hit := _ELIGIBLE.search(part.text):
            words = re.sub("(?:的|，|可|给予)+$", "", hit.group())
            rule = manual(words)
            return Node(rule, part.start + hit.start(), part.start + hit.end(), "manual")
    return None


def same_base(drafts: list[Draft], new: int) -> list[Draft]:
    """The last `new` drafts with the base of the one before where their words name none (…，其中…的，按8%给予)."""
    if not new or len(drafts) <= new:
        return drafts
    last = drafts[-new - 1].benefit
    if last is None or not isinstance(last.amount, (Rate, Cut)):
        return drafts
    out = drafts[:-new]
    for draft in drafts[-new:]:
        benefit = draft.benefit
        if benefit and isinstance(benefit.amount, Rate) and benefit.amount.of in ("manual:实际支出", "manual:已缴费用"):
            out.append(replace(draft, benefit=replace(benefit, amount=replace(benefit.amount, of=last.amount.of))))
        elif benefit and isinstance(benefit.amount, Cut) and benefit.amount.of == "manual:应缴费用":
            amount = replace(benefit.amount, of=last.amount.of)
            out.append(replace(draft, benefit=replace(benefit, amount=amount, kind=last.kind)))
        else:
            out.append(draft)
    return out


_BASE_NOUN = re.compile(
    "(?:费|费用|额|金|息|款|租|投资|投入|支出|部分|成本|收入|产值|贡献|资费|贷款|保费|量|价格?)(?:给予支持)?$"
)


def names_base(node: Node, of: str) -> bool:
    """Whether words ask nothing but name the fact that a share is taken of (对研发投入按10%给予…)."""
    words = str(node.rule.value) if isinstance(node.rule, Condition) and node.rule.field == "manual" else ""
    rows = [row["words"] for row in lexicon.load("numbers") if row["field"] == of]
    return bool(words) and any(
        re.fullmatch(f"(?:实际|年度?|当年|上年度?|新增|总)*(?:{row})(?:总额|额)?", words) for row in rows
    )


def without_base(nodes: Sequence[Node], benefit: Benefit, before: Sequence[Node]) -> list[Node]:
    """`nodes` without the one that only names what the share is taken of (对展位费按70%给予…), where others say who; where
    none does, those of the award `before` it.
    """
    of = str(getattr(benefit.amount, "of", ""))
    base = of.partition(":")[2]
    nodes = [node for node in nodes if not names_base(node, of)]
    kept = [
        node
        for node in nodes
        if not (
            isinstance(node.rule, Condition)
            and node.rule.field == "manual"
            and base
            and _BASE_NOUN.search(str(node.rule.value))
            and (str(node.rule.value).endswith(base) or base.endswith(str(node.rule.value)))
            and len(str(node.rule.value)) <= len(base) + 4
        )
    ]
    if of and not base:
        kept = [node for node in kept if not _is_field_base(node.rule, of)]
    return kept or list(before or ([] if of and not base else nodes))


def _is_field_base(rule: Rule, of: str) -> bool:
    """Whether a condition in words only names the field that the share is taken of (对企业研发费用按10%补助)."""
    words = str(rule.value) if isinstance(rule, Condition) and rule.field == "manual" else ""
    return 0 < len(words) <= 10 and bool(_BASE_NOUN.search(words)) and base_of(words) == of


def extended(draft: Draft, sentence: Sentence) -> Draft:
    """`draft` whose benefit in words goes on in `sentence` (缓缴期间免收滞纳金)."""
    benefit = draft.benefit
    if benefit is None or not isinstance(benefit.amount, Words):
        return draft
    words = f"{benefit.amount.text}，{sentence.text}"
    return replace(draft, end=sentence.end, benefit=replace(benefit, amount=Words(words), text=words))


def fold_promises(drafts: list[Draft]) -> list[Draft]:
    """A giving without a figure that a later one of its kind spells out is that one's context."""
    out: list[Draft] = []
    promise: Draft | None = None
    for at, draft in enumerate(drafts):
        kind = draft.benefit.kind if draft.benefit else None
        later = [
            other
            for other in drafts[at + 1 :]
            if other.benefit and kind in (other.benefit.kind, "one_off_grant") and not unsaid(other)
        ]
        if unsaid(draft) and later and not _own_event(draft):
            promise = draft
            continue
        if promise is not None:
            same = promise.benefit and draft.benefit and promise.benefit.kind == draft.benefit.kind
            whole = not draft.nodes or (promise.whole and same)
            carried = promise.nodes if whole else named(promise.nodes)
            kept = tuple(node for node in carried if node.rule not in [n.rule for n in draft.nodes])
            out.append(replace(draft, nodes=(*kept, *draft.nodes)))
        else:
            out.append(draft)
    return out


def _own_event(draft: Draft) -> bool:
    return any(condition.field == "event" for node in draft.nodes for _, condition in walk(node.rule))


def unsaid(draft: Draft) -> bool:
    """Whether a draft promises without saying how much."""
    amount = draft.benefit.amount if draft.benefit else None
    return isinstance(amount, Words) and not re.search("\\d(?!\\d*年)|%|LPR|免|减按|不再|一定比例|费给予", amount.text)
