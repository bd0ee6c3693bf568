"""What a card asks of whoever wants what it offers: its fields 服务对象 and 条件要求, by any of their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from corpus.model import Clause, Rule
from corpus.rules import conditions
from indexer.cut.labels import field_of
from indexer.extract.atoms import Place
from indexer.extract.conditions import read_conditions
from indexer.extract.leftover import manual
from indexer.extract.passage import Passage, pieces

_LABEL = re.compile(r"^[^\d（(第]{2,12}")
_ANYBODY = re.compile(
    "(?:全市(?:范围)?|全省(?:范围)?|全国|各类|所有|全部|不限|无|符合条件的|相关|有关|本市|北京市|、|和|及|的|企业|单位|主体|市场|经营|机构|法人|中外|社会|公众|/|。)*"
)
_LEAD_IN = re.compile(
    "(?:以下|下列|如下)(?:基本)?(?:条件|要求|标准)[^。]{0,6}$|^(?:申报|申请)[^，。]{0,20}(?:条件|要求)$"
)
_PROCEDURE = re.compile(
    "申报材料|提交(?:材料|申请)|初审|复审|复核|公示|推荐上报|真实性|承担(?:全部)?责任|自愿申报|属地化管理|组织(?:开展|评审|专家)|资金拨付|配套要求|具体(?:时间|要求|参照)|另行(?:通知|发布)|详见附件|承诺"
)
# What is asked of some of them only, merely wished for, or asked of a park and not of an enterprise: no field of everybody's.
_OF_SOME = re.compile(
    "重点(?:引入|支持|聚焦)|优先|鼓励|原则上|不受[^，]*限制|其中|^[^，]{0,6}(?:园区|集群|基地|街区|联盟)|^[^，]{2,24}(?:项目|类|型)，"
)
# What says only what a word means, or what is liked best, asks nothing.
_ASKS_NOTHING = re.compile(
    "^[^，。]{2,30}(?:是指|指的是|包括|主要包括|分为)|优先(?:支持|考虑|认定|推荐|安排)|予以优先|鼓励|倾斜"
)
# A heading that names who applies, and not what is asked of all of them (管理规范, 孵化效果明显).
_OF_APPLICANTS = re.compile(
    "(?:企业|机构|单位|主体|项目|基金|银行|团队|类|型|方|申请人|法人|公司|园区)(?:条件|要求)?$|^(?:支持|申请|申报)"
)
_LONGEST = 160


def asks(clause: Clause) -> str | None:
    """Whether a clause is the field of a card that says who may have it: `audience` or `conditions`; None for any other."""
    name = field_of(_label(clause))
    return name if name in ("audience", "conditions") else None


def card_rules(clause: Clause, place: Place, *, of_some: bool = False) -> list[Rule]:
    """What such a field asks. A sentence in which nothing is known becomes one `manual` condition in its own words.

    So does every sentence where the clause may be asked of some only (`of_some`): there a person says whether it is meant.
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
    for sentence in sentences:
        # A short numbered line heads what follows it; where nothing does, it is itself what is asked.
        heads = sentence.heading and sentence is not sentences[-1]
        if heads or _LEAD_IN.search(sentence.text) or _ASKS_NOTHING.search(sentence.text):
            continue
        found = [node.rule for node in read_conditions(pieces(sentence), place, listing=True)]
        if any(map(_partly_known, found)) and not (of_some or _OF_SOME.search(sentence.text)):
            rules += found
        elif not _PROCEDURE.search(sentence.text):
            said = f"{heading}：{sentence.text}" if of_some and (heading := _heading(clause)) else sentence.text
            rules.append(manual(said[:_LONGEST]))
    return rules


def programmes(clauses: Sequence[Clause]) -> dict[str, str]:
    """Which numbered part of what a card offers each numbered part of its conditions is for: number to number, as printed.

    Empty where the numbers are not those of the same programmes: as many on both sides, under headings of which one at
    least is alike (支持建设高品质园区 and 支持高品质园区建设条件). Then every condition is for everything.
    """
    asked = _topics(clause for clause in clauses if asks(clause) == "conditions")
    offered = _topics(clause for clause in clauses if field_of(_label(clause)) == "content")
    same = asked.keys() == offered.keys() and len(asked) > 1
    return {n: n for n in asked} if same and any(_alike(asked[n], offered[n]) for n in asked) else {}


def groups(clauses: Sequence[Clause]) -> bool:
    """Whether the conditions of a card are put for several sorts of applicants, so that none is everybody's.

    They stand under several headings that name applicants, are numbered anew on the way (条件要求(1), 条件要求(1)#2), or
    come in several headed parts where several things are offered: what each part is for, no heading says for sure.
    """
    asked = [clause for clause in clauses if asks(clause) == "conditions"]
    headings = {heading for clause in asked if _OF_APPLICANTS.search(heading := _heading(clause))}
    offered = {number(clause) for clause in clauses if field_of(_label(clause)) == "content"} - {None}
    several = len(offered) > 1 and len(_topics(asked)) > 1
    return several or len(headings) > 1 or any("#" in clause.path for clause in asked)


def _heading(clause: Clause) -> str:
    """The heading within its field under which a clause of a card stands; empty where it has none."""
    return (clause.heading or "").partition("／")[2].partition("／")[0]


def number(clause: Clause) -> str | None:
    """The number of the part of its field that a clause stands in (`2` of 条件要求2(1)); None where the field has none."""
    hit = re.match(r"(\d+)", clause.path.removeprefix(_label(clause)))
    return hit[1] if hit else None


def _topics(clauses: Iterable[Clause]) -> dict[str, str]:
    """The heading of each numbered part, where it has one of its own."""
    found: dict[str, str] = {}
    for clause in clauses:
        parts = (clause.heading or "").split("／")
        if (no := number(clause)) is not None and len(parts) > 1:
            found.setdefault(no, re.sub("(?:的)?(?:申报|支持)?(?:条件|标准|要求)$", "", parts[1]))
    return found


def _alike(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= 4 and (short in long or len(set(short) & set(long)) >= 0.8 * len(set(long)))


def _label(clause: Clause) -> str:
    hit = _LABEL.match(clause.path)
    return hit[0] if hit else ""


def _known(rule: Rule) -> bool:
    return all(condition.field != "manual" for _, condition in conditions(rule))


def _partly_known(rule: Rule) -> bool:
    return any(condition.field != "manual" for _, condition in conditions(rule))
