"""What a card asks of whoever wants what it offers: its fields 服务对象 and 条件要求, by any of their names."""

from __future__ import annotations

import re
from dataclasses import replace

from corpus.model import Clause, Rule
from corpus.rules import conditions
from indexer.cut.labels import field_of
from indexer.extract.atoms import Place
from indexer.extract.conditions import read_conditions
from indexer.extract.leftover import manual
from indexer.extract.passage import Passage, Sentence, pieces

_LABEL = re.compile(r"^[^\d（(第]{2,12}")
_ANYBODY = re.compile(
    "(?:全市(?:范围)?|全省(?:范围)?|全国|各类|所有|全部|不限|无|符合条件的|相关|有关|本市|北京市|、|和|及|的|企业|单位|主体|市场|经营|机构|法人|中外|社会|公众|/|。)*"
)
_LEAD_IN = re.compile(
    "(?:以下|下列|如下)(?:基本)?(?:条件|要求|标准)[^。]{0,6}$|^(?:申报|申请)[^，。]{0,20}(?:条件|要求)$"
)
# What leads from what is asked itself to a list of more (…产业领域，并满足以下条件之一).
_LEAD_TAIL = re.compile(
    "(?:，|^)(?:并|且|同时|还|应当?|须|需|均)*(?:满足|符合|具备)(?:以下|下列)[^，。]{0,8}(?:条件|要求|标准)(?:之一)?$"
)
_APPLIES = re.compile("^(?:申报|申请)[^，。]{0,30}$")
_PROCEDURE = re.compile(
    "申报材料|提交(?:材料|申请)|初审|复审|复核|公示|推荐上报|真实性|承担(?:全部)?责任|自愿申报|属地化管理|组织(?:开展|评审|专家)|资金拨付|配套要求|具体(?:时间|要求|参照)|另行(?:通知|发布)|详见附件|承诺"
)
# What is asked of some of them only, merely wished for, or asked of a park and not of an enterprise: no field of everybody's.
_OF_SOME = re.compile(
    "重点(?:引入|支持|聚焦)|优先|鼓励|原则上|不受[^，]*限制|其中|^[^，]{0,6}(?:园区|集群|基地|街区|联盟)|^[^，]{2,24}(?:项目|类|型)，"
    # what is asked in one case (注册满两年的，研发费用增长100万元以上)
    "|^[^，]{4,40}的(?:(?:单位|企业)，每|，)"
    "|不(?:具备|具有)(?:独立)?法人"
)
# What says only what a word means, what is liked best, or what cannot be had twice, asks nothing.
_ASKS_NOTHING = re.compile(
    "^[^，。]{2,30}(?:是指|指的是|包括|主要包括|分为)|优先(?:支持|考虑|认定|推荐|安排)|予以优先|鼓励|倾斜"
    "|^同一[^，]{0,30}(?:只能|最多|不超过)|不(?:再)?重复(?:支持|享受|申报|资助)"
)
_LONGEST = 160


def asks(clause: Clause) -> str | None:
    """Whether a clause is the field of a card that says who may have it: `audience` or `conditions`; None for any other."""
    name = field_of(label_of(clause))
    return name if name in ("audience", "conditions") else None


def card_rules(clause: Clause, place: Place, *, of_some: str | None = None) -> list[Rule]:
    """What such a field asks. A sentence in which nothing is known becomes one `manual` condition in its own words.

    So does every sentence where the clause is asked of some only, under the heading `of_some` (empty where they have none):
    a person says whether it is meant.
    The audience counts where it is one thing that is known; a list of many sorts, which are alternatives, is for a person.
    """
    text = clause.text
    if asks(clause) == "audience":
        if _ANYBODY.fullmatch(text):
            return []
        nodes = read_conditions(pieces(next(Passage(text).sentences())), place)
        sure = len(nodes) == 1 and _known(nodes[0].rule)
        return [nodes[0].rule] if sure else [manual(text[:_LONGEST])]
    rules: list[Rule] = []
    sentences = list(Passage(text).sentences())
    for sentence, after in zip(sentences, [*sentences[1:], None], strict=True):
        text = _LEAD_TAIL.sub("", sentence.text)
        text = _APPLIES.sub("", text) if text != sentence.text else text
        if not text or _heads(sentence, after) or _LEAD_IN.search(text) or _ASKS_NOTHING.search(text):
            continue
        asked = replace(sentence, text=text, end=sentence.start + len(text))
        found = [node.rule for node in read_conditions(pieces(asked), place, listing=True)]
        if any(map(_partly_known, found)) and of_some is None and not _OF_SOME.search(text):
            rules += found
        elif not _PROCEDURE.search(text):
            rules.append(manual((f"{of_some}：{text}" if of_some else text)[:_LONGEST]))
    return rules


_NAMES = re.compile("(?:条件|要求|标准|情况|方面|对象|范围)$|^(?:支持|申报|申请)")


def lead_of(text: str) -> str | None:
    """Whether a clause asks for `any` or for `all` of what is listed under it; None where it leads to no list."""
    last = text.rstrip("：: \n")
    if not re.search("(?:以下|下列|如下)[^，。]{0,12}(?:之一)?$|之一$", last):
        return None
    return "any" if re.search("之一$|任(?:意)?一(?:项|条)[^，。]{0,4}$", last) else "all"


def _heads(sentence: Sentence, after: Sentence | None) -> bool:
    """Whether a short numbered line heads what follows it; where another number or nothing does, it is itself what is asked."""
    names = _NAMES.search(sentence.text) is not None
    return sentence.heading and names and after is not None and not after.numbered


def label_of(clause: Clause) -> str:
    """The label of the field that a clause stands in (`条件要求` of 条件要求2(1)); empty for a clause of running text."""
    hit = _LABEL.match(clause.path)
    return hit[0] if hit else ""


def number(clause: Clause) -> str | None:
    """The number of the part of its field that a clause stands in (`2` of 条件要求2(1)); None where the field has none."""
    hit = re.match(r"(\d+)", clause.path.removeprefix(label_of(clause)))
    return hit[1] if hit else None


def _known(rule: Rule) -> bool:
    return all(condition.field != "manual" for _, condition in conditions(rule))


def _partly_known(rule: Rule) -> bool:
    return any(condition.field != "manual" for _, condition in conditions(rule))
