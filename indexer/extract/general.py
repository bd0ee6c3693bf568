"""What a policy says once for all it gives: who is shut out, what cannot be had twice, what 以上 means."""

from __future__ import annotations

import re
from dataclasses import replace

from corpus.model import All, Any, AtLeast, Condition, Not, Rule
from corpus.rules import conditions
from indexer.extract.atoms import Node, Place
from indexer.extract.conditions import read_conditions
from indexer.extract.left_out import none_of
from indexer.extract.leftover import manual
from indexer.extract.passage import Part, Passage, Sentence, pieces

_STACKING = re.compile(
    "就高不重复|从高不重复|从优不重复|就高(?:原则|执行|享受)|从高(?:原则|补差)|不(?:得)?(?:重复|重叠|累计|叠加)(?!索|提供|提交|要求|收|检|抽|报|采集|设)(?:享受|支持|奖励|补助|资助|申报)?|择优享受"
)
_SHUT_OUT = re.compile(
    "^(?P<who>.{4,80}?)(?:，[^，]{0,12})?(?:不予(?:支持|奖励|补助|受理|兑现|扶持)|不得(?:享受|申报|申请)|不(?:再)?(?:给予)?(?:重复)?(?:享受|支持|奖励|适用)(?:本|上述|此|该|支持|政策|$)|不再(?:重复)?(?:支持|享受|奖励|受理)|取消[^，]{0,8}资格|不适用|除外$)"
)
# 「依据市财政的相关规定，…的企业，不得享受」
_BY_RULE = re.compile("^(?:依据|根据|按照?)[^，]{2,40}(?:规定|要求|办法|通知)[^，]{0,4}，")
_SAME = re.compile("^(?:同一|同类|本|上述|该|对同一|若|多项|以上)")
_BOUNDS = re.compile("(?:“?以上”?|“?以下”?|“?以内”?)[^。；]{0,24}?(?P<no>不)?(?:含|包括|包含)本(?:数|级)")


# A rule against other policies (与市级同类政策不重复享受) sets none of this policy's own measures against another.
_OTHERS = re.compile(
    "(?:与|和|同)[^。；]{0,16}(?:其他|同类|上级|市级|省级|国家|区级|现行|已有)[^。；]{0,16}(?:政策|资金|扶持|支持|奖励|补助)"
    "|已(?:经)?(?:享受|获得|申请)[^。；]{0,24}(?:其他|同类|同级|上级|市级|省级|国家)"
)
_AMONG_OWN = re.compile(
    "(?:本|上述|以上|该)[^。；]{0,10}(?:多|两|各|不同|若干|数)(?:项|条|个|款)|(?:多|两|各|不同)(?:项|条|款)[^。；]{0,14}(?:条款|条件|奖励|补助|支持|扶持|政策)"
    "|(?:只|仅)(?:能|可)?(?:享受|申报|选择|奖励|支持)(?:其中)?一|择一|任选"
)


def stacking_of(text: str) -> str | None:
    """The group that a sentence forbids to have more than one of (「就高不重复」), named by its own words; None for no such.

    None too where it forbids to have it beside another policy's.
    """
    hit = _STACKING.search(text)
    if hit is None or (_OTHERS.search(text) and not _AMONG_OWN.search(text)):
        return None
    return f"{hit.group()}:{text[:24]}"


def stacks_within(text: str) -> bool:
    """Whether a sentence of 就高不重复 is about one matter, project or award, and not about all that the policy gives.

    Then it sets only what is given for one thing (several levels of one title) against each other.
    """
    return _AMONG_OWN.search(text) is None


def shut_out(sentence: Sentence, place: Place) -> Node | None:
    """The condition not to be among those that a sentence shuts out (列入严重失信名单的，不予支持)."""
    by = _BY_RULE.match(sentence.text)
    begin = by.end() if by else 0
    hit = _SHUT_OUT.search(sentence.text[begin:])
    if hit is None or _SAME.match(sentence.text) or "同一" in hit["who"] or _SCOPE_SENTENCE.search(hit["who"]):
        return None
    begin += sentence.start
    whole = Part(begin, begin + hit.end("who"), hit["who"])
    nodes = read_conditions(pieces(whole), replace(place, before=""))
    if not nodes:
        return None
    free = none_of(nodes)
    return Node(free[0] if len(free) == 1 else All(tuple(free)), nodes[0].start, nodes[-1].end, "exclusion")


# A heading (or a label in front of the words) under which everything says whom the policy is for.
_SCOPE_HEADING = re.compile(
    "^(?:本?(?:政策|办法|措施))?(?:的)?(?:适用(?:范围|对象|主体)|(?:支持|扶持|奖励|补助|补贴|资助|申报|申请|享受|认定|奖补|兑现)(?:对象|主体|范围|条件|资格|要求)"
    "|基本条件|准入条件)(?:(?:和|与|及|、)(?:申报|申请|支持|基本)?(?:对象|主体|范围|条件|标准|要求))?$"
)
_DOCUMENT = "本(?:政策|办法|措施|意见|细则|规定|实施细则|实施办法|实施意见|通知|条例|方案|计划)"
# A sentence that says it by itself, wherever it stands; with a colon, what is listed after it says it too.
_SCOPE_SENTENCE = re.compile(
    f"^(?:享受|申请|申报)?{_DOCUMENT}(?:所?(?:称|指|涉)|主要|的)?[^。，]{{0,12}}(?:适用于|适用对象|适用范围|支持对象|扶持对象|奖励对象|申报条件)"
    "|^(?:享受|申请|申报)(?:本|上述|以上|相关)(?:政策|办法|措施|奖补|资金|项目|支持)?[^。，]{0,10}的?(?:企业|单位|主体|项目)[^。，]{0,8}(?:应|须|需|必须)"
    "|^(?:申报|申请)(?:企业|单位|主体|项目)[^。，]{0,10}(?:应|须|需|必须)[^。，]{0,8}(?:符合|具备|满足|是)"
    "|^(?:上述|以上|前述|前款规定的?)(?:企业|单位|主体|项目)[^。，]{0,6}(?:应|须|需|必须)"
    f"|^{_DOCUMENT}所称[^。，]{{0,16}}(?:企业|单位|主体)[^。，]{{0,6}}(?:是指|指|为)"
)
# The words of such a sentence before what it asks.
_SCOPE_WORDS = re.compile(
    f"^(?:享受|申请|申报)?(?:{_DOCUMENT}(?:所?(?:称|指|涉)(?:及)?)?(?:主要)?的?)?(?:适用于|(?:适用|支持|扶持|奖励|补助|补贴|资助|申报|申请|奖补)(?:范围|对象|主体)(?:一般|主要|应)?(?:是指|是|为|指|包括|：)?)"
)
_WHOLE = re.compile(
    f"{_DOCUMENT}[^。，]{{0,12}}(?:适用|支持对象|扶持对象|奖励对象|申报条件|所称)|(?:享受|申请|申报){_DOCUMENT}|不[^。，]{{0,6}}享受{_DOCUMENT}"
)
# One of what is listed, or of what stands between semicolons (符合下列情形之一的：…；…).
_ONE_OF = re.compile(
    "(?:应当?|须|需)?(?:同时)?(?:符合|具备|满足|属于|具有|有)?(?:以下|下列|如下)[^，。：；]{0,12}之一的?[^，。：；]{0,4}[，：]?"
)
# What leads to a list (申报企业应具备以下条件).
_LEADS = re.compile(
    "(?:^|，)[^，]{0,20}(?:符合|具备|满足|达到|有)?(?:以下|下列|如下)[^，。]{0,10}(?:条件|要求|标准|情形|情况)(?:之一)?$"
)
_ASKED = re.compile("应|须|需|具有|具备|符合|满足|遵守|依法|无(?:不良|重大|违法|欠)|未(?:被|发生|列入)|信用")
_ASKS_NOTHING = re.compile(
    "^(?:注|备注|说明|其中)|^[^，。]{2,30}(?:是指|指的是|包括|以[^，]{2,24}(?:为准|认定))|优先|鼓励|倾斜|(?:另行|按)[^，]{0,8}(?:制定|规定执行)|予以支持$|是否(?:予以|给予)"
)
_HANDLED = re.compile(
    "申报材料|提交(?:材料|申请)|初审|复审|公示|受理(?:时间|部门)|拨付|承诺|如实|真实|配合|由[^，]{2,20}(?:负责|解释)"
)
# 「本政策适用于…的工业企业，规下企业不享受本政策」
_BUT_NOT = re.compile(
    "，(?P<who>[^，]{2,40}?)(?:的)?(?:均|则|一律)?(?:不(?:得|能|再)?享受|不予支持|不(?:在|属于)[^，]{0,8}范围|不适用)[^，]{0,12}$"
)
_LONGEST = 160


def general_rules(text: str, place: Place, heading: str = "") -> list[Rule]:
    """What a clause that grants nothing asks of all that the policy grants: its scope, and who is shut out.

    Goals and duties that merely mention titles or trades ask nothing of anybody: a sentence counts where it stands under
    a heading of scope, says itself that the policy is for these, or is listed under one that says so.
    """
    rules: list[Rule] = []
    passage = Passage(text)
    if listed_out := _listed_out(passage, place):
        return listed_out
    titled = any(_SCOPE_HEADING.match(part) for part in _headings(heading, passage))
    listed = False
    choice: list[Rule] | None = None
    for sentence in passage.sentences():
        says = _SCOPE_SENTENCE.search(sentence.text) is not None
        listed = says and passage.text[sentence.end : sentence.end + 1] == "：" if says or not listed else listed
        if shut := shut_out(sentence, place):
            if _shuts_out_enterprises(sentence.text, shut.rule):
                rules.append(shut.rule)
            continue
        if not (titled or says or listed):
            continue
        if choice is not None and not (sentence.numbered or sentence.goes_on):
            rules, choice = rules + _one_of(choice), None
        found = _asked(sentence, place, listing=titled or listed or says)
        if choice is not None:
            choice += [found[0] if len(found) == 1 else All(tuple(found))] if found else []
        elif _ONE_OF.search(sentence.text):
            choice = [All(tuple(found))] if found else []
        else:
            rules += found
    return rules + _one_of(choice or [])


def of_the_whole(text: str) -> bool:
    """Whether a clause says for whom its document is, wherever it stands (本办法适用于…)."""
    return _WHOLE.search(text) is not None


def _one_of(choice: list[Rule]) -> list[Rule]:
    return [Any(tuple(choice))] if len(choice) > 1 else choice


def _asked(sentence: Sentence, place: Place, *, listing: bool) -> list[Rule]:
    """What a sentence of scope asks; in its own words where no field holds it and it is one of a list."""
    start = 0
    for words in (_SCOPE_WORDS, _ONE_OF):
        if hit := words.match(sentence.text, start):
            start = hit.end()
    text = _LEADS.sub("", sentence.text[start:])
    if not text or _SCOPE_HEADING.match(text) or _ASKS_NOTHING.search(text):
        return []
    out: list[Rule] = []
    if but := _BUT_NOT.search(text):
        at = sentence.start + start + but.start("who")
        nodes = read_conditions([Part(at, at + len(but["who"]), but["who"])], replace(place, before=""))
        out = [Not(node.rule) for node in nodes[:1]]
        text = text[: but.start()]
    part = Part(sentence.start + start, sentence.start + start + len(text), text)
    rules = [node.rule for node in read_conditions(pieces(part), place, listing=listing)]
    if any(condition.field != "manual" for rule in rules for _, condition in conditions(rule)):
        return [*rules, *out]
    if listing and _ASKED.search(text) and not _HANDLED.search(text):
        return [manual(text[:_LONGEST]), *out]
    return out


# Who is shut out of a policy is an enterprise; a procedure shuts out papers that came late and experts who took money.
_OF_ENTERPRISES = re.compile(
    "(?:企业|单位|主体|项目|机构|合作社|个体工商户)[^，]{0,30}$|失信|违法|违规|弄虚作假|骗取|安全(?:生产)?(?:责任)?事故|环境污染"
)
_OF_PROCEDURE = re.compile("逾期|补正|材料不|受理申请|评审|专家|推荐人|工作人员|申请人|死亡证明|签订合同")
# The head of a list of those who get nothing.
LISTS_OUT = re.compile(
    "(?:下列|以下|如下)(?:情形|情况|行为|条件)?(?:之一)?[^。；：]{0,24}(?:不予(?:支持|奖励|补助|受理|兑现|扶持|资助)|不得(?:享受|申报|申请)|不(?:再)?(?:给予)?(?:支持|享受|奖励))[^。；：]{0,20}$"
)


def _shuts_out_enterprises(sentence: str, rule: Rule) -> bool:
    """Whether a sentence shuts enterprises out of a policy, and is not about how applications are handled."""
    known = any(condition.field != "manual" for _, condition in conditions(rule))
    hit = _SHUT_OUT.search(sentence)
    who = hit["who"] if hit else sentence
    if sentence.endswith("除外") and re.search("不得|禁止|应当|严禁|无需", who):
        return False  # what may be done for once, and nobody who gets nothing
    return known or (_OF_ENTERPRISES.search(who) is not None and _OF_PROCEDURE.search(sentence) is None)


def _listed_out(passage: Passage, place: Place) -> list[Rule]:
    """None of what is listed (有下列情形之一的，不予支持：（一）…；（二）…); empty where nothing is shut out so."""
    sentences = list(passage.sentences())
    first = next((i for i, one in enumerate(sentences) if LISTS_OUT.search(one.text)), len(sentences))
    out: list[Rule] = []
    for sentence in sentences[first + 1 :]:
        out += none_of(read_conditions(pieces(sentence), replace(place, before="")), together=True)
    return out


def _headings(heading: str, passage: Passage) -> list[str]:
    """The headings above a clause, and the label before its first colon or line's end."""
    first = next(passage.sentences(), None)
    label = re.split("[：，]", first.text)[0] if first else ""
    return [part.strip() for part in (*heading.split("／"), label)]


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
