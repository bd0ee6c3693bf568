"""Rows of who and how much: with one verb for all, with the verb of the row before, or with nothing but a ceiling."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.extract.giving import ENDS_OPEN, GIVES
from indexer.extract.grant import Grant
from indexer.extract.limits import is_limit
from indexer.extract.passage import Part, Sentence, pieces
from indexer.extract.titles import tag
from indexer.extract.tokens import Tagged, pattern

# 「中小微企业按60%、大型企业按30%返还失业保险费」: rows of who and how much, with one verb for all.
_ROW = re.compile(
    "(?P<who>[^、，]{2,40}?)(?P<award>(?:按照?|给予|奖励|补助|补贴|资助|(?<!等)奖|补)[^、，]*?\\d[\\d.]*(?:%|‰|[亿万]?元|个百分点)(?:/[^、，的给予返补奖]{1,6})*)(?P<tail>[^、，]*)"
)


# 「按照小微企业100%、其他企业50%的比例给予支持」, 「按初级1000元、中级1500元的标准给予补贴」
_LABEL = re.compile(
    "(?P<who>(?!最高|不超过|最多|给予|不高于|单[家个户]|每[家个户]|同一|总额|累计)[^、，\\d按的]{2,10}?)(?P<sum>[\\d.]+(?:%|[亿万]?元)(?:/[^、，的给予补奖按]{1,4})?)(?:、|$)?"
)
_LABELLED = re.compile(
    "(?:^|.*?)(?:按照?|(?:奖励|补贴|补助|资助|支持)标准(?:分别)?为|分别(?:一次性)?(?:给予|奖励|补助|补贴|资助))(?:其)?(?P<list>(?:(?!最高|不超过|最多|给予|不高于|单[家个户]|每[家个户]|同一|总额|累计)[^、，\\d按的]{2,10}?[\\d.]+(?:%|[亿万]?元)(?:/[^、，的给予补奖按]{1,4})?、)+(?!最高|不超过|最多|给予|不高于|单[家个户]|每[家个户]|同一|总额|累计)[^、，\\d按的]{2,10}?[\\d.]+(?:%|[亿万]?元)(?:/[^、，的给予补奖按]{1,4})?)(?P<tail>(?:的)?(?:比例|标准|额度)?[^，、]*)$"
)
_GIVES_TAIL = re.compile("给予|予以|奖补|补贴|补助|奖励|资助|支持|返还|发放")


def rows_of(piece: Part) -> list[tuple[Part, Part, str]] | None:
    """The rows of a piece that gives different shares or sums to different ones: who, how much, and the words of giving
    that only the last has; None where a piece is no such list.
    """
    if "、" not in piece.text:
        return None
    if (listed := _LABELLED.search(piece.text)) and _GIVES_TAIL.search(listed["tail"]):
        return [
            (
                Part(piece.start + hit.start("who"), piece.start + hit.end("who"), hit["who"]),
                Part(piece.start + hit.start("sum"), piece.start + hit.end("sum"), hit["sum"]),
                listed["tail"],
            )
            for hit in _LABEL.finditer(piece.text, listed.start("list"), listed.end("list"))
        ]
    spans = [hit.span() for hit in re.finditer("[^、]+", piece.text)]
    hits = [_ROW.fullmatch(piece.text, *span) for span in spans]
    if len(hits) < 2 or not all(hits):
        return None
    last = hits[-1]
    gives = last is not None and GIVES.search(last["award"] + last["tail"])
    if last is None or not gives or ENDS_OPEN.search(last["tail"]):
        return None
    rows = []
    for hit in hits:
        assert hit is not None
        who, award = hit.span("who"), (hit.start("award"), hit.end("tail"))
        own = GIVES.search(hit["award"] + hit["tail"])
        rows.append(
            (
                Part(piece.start + who[0], piece.start + who[1], hit["who"]),
                Part(piece.start + award[0], piece.start + award[1], piece.text[slice(*award)]),
                "" if own else last["tail"],
            )
        )
    return rows


# 「国际标准每项奖励100万元，国家标准每项50万元」: the verb was said before.
_ELIDED = pattern(
    "(?!最高|最多|一般|原则|单|每|同|累计|合计|总|年度|全年|不超|上限|限额|封顶|控制|其中|且|但|并|再|[省市区县]级?财政|财政|补|奖|贴|资|支|期)(?P<who>(?:等奖|(?!给予|奖|补|资助|支持|扶持|贴|不超过|最高|累计|上限|额)[^，的\ue001-\ue013\\d]){2,16}?)(?P<award>(?:每[^，每]{1,2})?<money>)|(?P<whose>(?!最高|单|每|同|其中|且|但|并|再|财政|[省市区县]级?财政|个人|职工)[^，的\ue001-\ue013\\d]{0,14}(?:企业|单位|机构|类|项目|等|档|级))(?P<rate><share>)"
)


_VERB = re.compile("返还|退还|贴息|补贴|补助|奖励|资助|减免|减征|减收")
# 「按投资额的30%补助，最高10万元，其中小微企业最高15万元」: a ceiling of their own for some.
_FOR_SOME = pattern(
    "(?:其中，?|但|对)?(?P<who>(?!单|每|同一|全年|年度|累计|合计|总(?!部)|企业|项目|最)[^，。；的\ue001-\ue008]{0,24}?(?:企业|机构|单位|平台|项目|园区|基地|孵化器|中心|[类级档]|\ue010|\ue014))(?:的)?(?:年度|每年)?(?:奖励|补助|补贴|资助|支持|奖补)?(?:资金|金额|额度?)?(?P<most><money>)"
)


def for_some(
    tagged: Tagged, piece: Part, grants: Sequence[Grant], waiting: Sequence[Part], sentence: Sentence
) -> Grant | None:
    """The ceiling that a piece puts for some on the share given right before it; None for no such."""
    hit = _FOR_SOME.fullmatch(tagged.text)
    if hit is None or not grants or waiting or grants[-1].end + 1 != piece.start:
        return None
    last = tag(sentence.text[grants[-1].start - sentence.start : grants[-1].end - sentence.start]).text
    if tagged.tags[hit.start("most")].bound not in ("le", "lt") or not (grants[-1].ceiling or "\ue002" in last):
        return None
    begin = tagged.start(hit.start("most"))
    who = Part(tagged.start(hit.start("who")), begin, tagged.words(*hit.span("who")))
    return Grant([who], begin, piece.end, ceiling=True)


def ceilings_for_some(sentence: Sentence) -> list[tuple[Part, float]] | None:
    """Whom a sentence bounds what was given before it for, and the ceiling of each (其中：A企业最高50万元，B企业最高30万元);
    None where it does anything else.
    """
    out = []
    for piece in pieces(sentence, "，；："):
        if piece.text == "其中":
            continue
        tagged = tag(piece.text, piece.start)
        hit = _FOR_SOME.fullmatch(tagged.text)
        if hit is None or tagged.tags[hit.start("most")].bound not in ("le", "lt"):
            return None
        begin, end = tagged.start(hit.start("who")), tagged.start(hit.end("who"))
        out.append((Part(begin, end, tagged.words(*hit.span("who"))), tagged.tags[hit.start("most")].value))
    return out or None


# 「给予技术服务券支持，每家企业每年最高20万元」: the sum is told as a ceiling alone.
_PROMISED = re.compile(
    "(?:(?:按照?|根据|依据)[^，]{2,16})?(?:给予|予以|提供|发放)(?!.*(?:依法|处罚))[^，]{0,24}(?:支持|补贴|补助|奖励|资助|券)$"
)


# 「支持企业数字化改造，单个项目最高补助300万元」: the ceiling is all that is said of what is given.
_GIVES_MOST = re.compile(
    "(?:对)?(?:原则上)?(?:每|单)[个家户项]?(?:项目|企业|单位|平台|机构|园区|基地|品种|产品|活动|展会|主体|法人)?(?:每年|年度)?(?:给予)?(?:最高|最多)(?:不超过)?(?:可)?(?:给予|补助|补贴|奖励|奖补|资助|支持|扶持)[^，]{0,4}?[\\d.]+[亿万]?元[^，]{0,8}"
    "|(?:每|单)[个家户项]?(?:项目|企业|单位|平台|机构|园区|基地)?(?:补助|补贴|奖励|奖补|资助|支持|扶持)(?:金额|资金|额度?)?(?:最高)?(?:不超过|不高于)[\\d.]+[亿万]?元"
    "|最高(?:可)?(?:给予|补助|补贴|奖励|奖补|资助|支持|扶持)[^，]{0,4}?[\\d.]+[亿万]?元[^，]{0,8}"
)
_OWN_PROMISE = re.compile("同一|累计|合计|总额|本(?:办法|措施|政策|条)")


def elided(
    tagged: Tagged, piece: Part, grants: Sequence[Grant], waiting: Sequence[Part], sentence: Sentence
) -> Grant | None:
    """A grant whose verb was said by the one right before it; None for no such."""
    hit = _ELIDED.fullmatch(tagged.text)
    if hit is None or not grants or waiting or grants[-1].end + 1 != piece.start:
        return None
    at = hit.start("award") if hit["award"] else hit.start("rate")
    begin = tagged.start(at)
    said = _VERB.findall(sentence.text[grants[-1].start - sentence.start : grants[-1].end - sentence.start])
    tail = "奖励" if hit["award"] else said[0] if said else ""
    return Grant([Part(piece.start, begin, tagged.words(0, at))], begin, piece.end, tail=tail)


def told_by_ceiling(tagged: Tagged, piece: Part, grants: Sequence[Grant], waiting: Sequence[Part]) -> Grant | None:
    """A promise without a figure and the ceiling after it; None for no such."""
    ceiling = any(found.kind == "money" and found.bound == "le" for found in tagged.tags.values())
    if grants or not ceiling or not is_limit(tagged):
        return None
    promise = _PROMISED.search(waiting[-1].text) if waiting else None
    if promise is None:
        if _GIVES_MOST.fullmatch(piece.text) is None or (waiting and _OWN_PROMISE.search(waiting[-1].text)):
            return None
        return Grant(list(waiting), piece.start, piece.end)
    last = waiting[-1]
    begin = last.start + promise.start()
    told = [Part(last.start, begin, last.text[: promise.start()])] if promise.start() else []
    return Grant([*waiting[:-1], *told], begin, piece.end)
