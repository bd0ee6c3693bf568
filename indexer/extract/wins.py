"""Titles won: for the first time, once more, by promotion, or in a named year; what was won is the event."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from corpus.model import All, Condition
from indexer.extract import lexicon
from indexer.extract.atoms import Atom, Node, any_of
from indexer.extract.confidence import confidence_of
from indexer.extract.coordination import split_list
from indexer.extract.hints import hints_of
from indexer.extract.titles import NOUNS, title_of
from indexer.extract.tokens import Tagged, pattern

_NEW = "(?:首次|初次|首(?=[获批入])|(?<![重更创革])新(?![区材能型兴三生一老时]))"
# A win in a year that is named stands beside it (2024年认定的, 2023年1月1日至12月31日期间获评的).
_IN_A_YEAR = "(?:(?<=\\d年)|(?<=\\d年度)|(?<=\\d年内)|(?<=期间)|(?<=日后)|(?<=日起)|(?<=日以后)|(?<=以来))(?:被|经|获)?(?:认定|评定|成为|获评|获批|获得|入选|通过|评为|列入|取得)(?:为|的)*"
# Stepping up, and setting up what is then recognised.
_UPWARD = "(?:首次|新)?(?:晋升|升格|跃升|升级(?=为|成为|至))(?:成为|为|至|到)?|(?:成功|获批|获准|批准)(?:创建|组建|申创|入选|获评|获批)(?:为|的)*"
_AND = "(?:、|和|及|或|以及|与)"
# 首次被工业和信息化部认定的: by whom it was recognised is no part of what was won.
_BY = "(?:[被由经][^，。；、的]{2,14}?(?:[部委局厅办院会署]|政府|部门)(?:（[^（）]{2,16}）)?(?=认定|评定|评为|授予|命名|批准|备案|评选|确认|核准))"
_FIRST = f"(?:{_NEW}(?:{_BY}|获评|获得|获批|获|晋(?!升)|通过|取得|被|经|评定|认定|评选|入选|列入|上榜|评为|纳入|升级|晋升|成为|为|的|获认定|备案|授牌|挂牌|组建|创建|建成|批准|批|入围|命名|获准|进入|重组|入库|建设|增|成功|或)+|{_UPWARD}|{_IN_A_YEAR})"


_FIRST_TITLE = pattern(
    f"(?P<levels>(?<![我本全在各该])(?:(?:国家|省|市|区|县)级?{_AND})+(?:国家|省|市|区|县)级?)?(?P<lead>{_FIRST})(?P<of>[^，。；、的\ue010]{{1,12}}(?:类|领域|行业|方面)的)?(?P<list>(?:(?:国家|省|市|区|县)级?{_AND})*<title>(?:提名奖)?(?:{_AND}<title>(?:提名奖)?)*)(?P<tail>(?:认定|称号|资格)*)"
)
# A title won once more: 重新认定为高新技术企业, 对重新通过认定的 (of what was named before).
_ONCE_MORE = pattern(
    "(?:(?:有效)?期满|到期)?后?(?:(?:重新|再次)(?:通过|获得|获|被)?(?:认定|评定|(?=<title>))|通过(?:的)?(?:重新|再次)认定)(?:(?:为|的)*(?P<list><title>(?:(?:、|和|及|或|以及)<title>)*)(?:认定|资格)*)?"
)
# 新认定的省和国家级重点龙头企业, 首次成为全国20强、50强: several at once, or one that no dictionary knows.
_NEWLY = re.compile(
    f"(?P<lead>(?:{_NEW}(?:{_BY}|获得|获评|获批|获|晋(?!升)|通过|取得|被?(?:评定|认定|评选|命名|授予|评)为?|入选|列入|上榜|登榜|纳入|成为|进入|晋升|备案|授牌|挂牌|组建|重组|创建|建成|批准|验收|登记|入围|入库|建设|成功|增(?=国家|省|市|\ue010)|或|的)+|{_UPWARD}|{_IN_A_YEAR}))"
    "为?(?P<list>(?![并且后])[^，。；的]{3,160}?)(?P<tail>称号|资格|认定|荣誉)?(?=的|，|$|称号|(?<=称号)(?:企业|单位)$|(?:给予|奖励|予以))"
)
AGAIN = "重新认定"
_RANKED = re.compile("国家|省|市|区|县|特级|[一二三四五甲乙丙]级|[1-5]?A+级?|星级?|资质")
_LEVELS_ONLY = re.compile(
    "国家级?|省级?|市级?|区级?|县级?|[一二三四五]星级?|[1-5]?A+级?|[特一二三四五]等奖?|[甲乙丙]级"
)
_NEW_NAME = re.compile(
    f"(?:{NOUNS}|产品|案例|名单|榜单|名录|培育库|目录|清单|库|认证|评估|评定|贯标|备案|注册证|许可证|集聚区|饭店|认定|证书|标志|资格|级|评价|验收|专利|标准|\ue010|”)$"
)
# Whoever is said to be recognised as something has it as a title, whatever it is called.
_RECOGNISING = re.compile("(?:认定|评定|评选|评)为?$|获评$|命名为?$|授予$|授牌为?$|创建$")
_ANY_NAME = re.compile("(?:[^，。；\\d：给予奖补]|\\dA|\\d+(?=[级星强])){4,30}")
_NOT_A_NAME = re.compile(
    "(?:企业|单位|机构|公司|主体|项目|人才?|团队|个人|家庭|合同|后|时|内|当年|之日)$|支持|购买|采购|开展|实施|进行|引进|建设|投资|费用?"
)
_LEVEL_WORDS = re.compile("^(?:国家级?|全国|省级?|市级?)")


def find_wins(tagged: Tagged) -> Iterator[Atom]:
    """Titles that were won at some time, whatever is held now."""
    text = tagged.text
    going_on = []
    for hit in _FIRST_TITLE.finditer(text):
        if re.match(
            f"提名奖|(?:企业|单位|（[^（）]*）)?{_AND}(?![\ue010]|重新|再次|首次|新)[^，。；的]{{2,}}",
            text[hit.end() :],
        ):
            going_on.append(hit)  # a list that goes on with names which no dictionary knows
        else:
            yield _first_title(tagged, hit)
    yield from _once_more(tagged)
    yield from _newly(tagged)
    for hit in going_on:
        yield _first_title(tagged, hit)
    for hit in re.finditer(
        "(?:首次|初次|(?<!重)新)(?:(?:通过|获得|获|被)?(?:认定|评定)|入选|获评|获批|通过|获得)(?=的?(?:企业|单位)?(?:，|$|、|给予|奖励))",
        text,
    ):
        yield Atom(hit.start(), hit.end(), _said(hit.group()), "bare_first")


def _first_title(tagged: Tagged, hit: re.Match[str]) -> Atom:
    lead = _recognised(hit["lead"], hit["tail"])
    # A prize keeps its place's name (深圳市市长质量奖): it is another prize elsewhere.
    items = split_list(tagged.words(hit.start("list"), hit.end("list")))
    if hit["levels"] and len(items) == 1:
        # 国家、省、市新认定的工业设计中心
        levels = re.findall("国家|省|市|区|县", hit["levels"])
        items = [f"{level}级{items[0]}" for level in levels]
    called = "称号" if hit["tail"].startswith("称号") else ""
    words = tagged.words(hit.start(), hit.end())
    won = any_of(tuple(Condition("event", "has", f"{lead}{_named(item)}{called}", text=words) for item in items))
    if hit["of"]:
        sort = tagged.words(hit.start("of"), hit.end("of")).removesuffix("的")
        won = All((won, Condition("manual", "confirm", sort, text=sort, hints=hints_of(sort))))
    return Atom(hit.start(), hit.end(), won, "first_title")


def _newly(tagged: Tagged) -> Iterator[Atom]:
    """Wins of what no table knows, or of several things of which it knows some."""
    text = tagged.text
    for hit in _NEWLY.finditer(text):
        lead = _recognised(tagged.words(hit.start("lead"), hit.end("lead")))
        items = split_list(tagged.words(hit.start("list"), hit.end("list")))
        end = hit.end()
        if len(items) > 1 and all(_LEVELS_ONLY.fullmatch(item) for item in items):
            # 新评为三星级、四星级的旅游饭店: the noun comes after.
            noun = re.match("的(?P<noun>[^，。；的]{2,16})", text[end:])
            items = [item + noun["noun"] for item in items] if noun else items
            end += noun.end() if noun else 0
        items = [item + "称号" if hit["tail"] == "称号" and item.endswith("”") else item for item in items]
        called = "称号" if hit["tail"] == "称号" and not items[-1].endswith("称号") else ""
        if not items or not all(_is_name(item, lead) or hit["tail"] for item in items):
            continue
        if "升" in lead[:3] and not all(_RANKED.search(item) or title_of(item) for item in items):
            continue  # 升级成为总部: grown, and nothing won
        words = tagged.words(hit.start(), end)
        names = [_named(item) for item in items]
        rules = tuple(Condition("event", "has", f"{lead}{lexicon.squeeze(name)}{called}", text=words) for name in names)
        yield Atom(hit.start(), end, any_of(rules), "newly")


def _is_name(item: str, lead: str) -> bool:
    """Whether `item`, which was won, is the name of a title, a list or a certificate."""
    if _NEW_NAME.search(re.sub("（[^（）]*）$", "", item)) or title_of(item):
        return True
    named = _RECOGNISING.search(lead) and _ANY_NAME.fullmatch(item)
    return bool(named) and not _NOT_A_NAME.search(item)


def _once_more(tagged: Tagged) -> Iterator[Atom]:
    """Titles won once more, and that without its title, which other words name."""
    for hit in _ONCE_MORE.finditer(tagged.text):
        words = tagged.words(hit.start(), hit.end())
        if hit["list"]:
            items = split_list(tagged.words(hit.start("list"), hit.end("list")))
            events = tuple(Condition("event", "has", f"{AGAIN}{title_of(item) or item}", text=words) for item in items)
            yield Atom(hit.start(), hit.end(), any_of(events), "first_title")
        else:
            yield Atom(hit.start(), hit.end(), _said(words), "again")


def _said(words: str) -> Condition:
    return Condition("manual", "confirm", words, text=words, hints=hints_of(words))


def of_title(node: Node, title: str) -> Node:
    """`node`, which says only that something was recognised once more or the first time, for the `title` that other words name."""
    rule = node.rule
    assert isinstance(rule, Condition)
    lead = AGAIN if node.what == "again" else re.sub("(?:通过|获得|获|被)认定$", "认定", str(rule.value))
    sure = confidence_of("first_title", "event")
    won = Condition("event", "has", f"{lead}{title}", text=rule.text, confidence=sure)
    return replace(node, rule=won, what="first_title")


def _recognised(lead: str, tail: str = "") -> str:
    """The words of a win as events are named: 首次通过认定 and 首次通过…认定 are 首次认定, whatever stands between."""
    lead = re.sub(_BY, "", lead)
    lead = re.sub("的|(?<=认定)为$|(?<=升)(?:为|成为|至|到)$|(?<=升级)(?:为|成为|至|到)$|(?<=建)为$", "", lead)
    if tail.startswith("认定"):
        lead = re.sub("通过$", "认定", lead)
    return re.sub("(?:通过|获得|取得|获)认定$", "认定", lead)


def _named(item: str) -> str:
    """What was won, by the canonical name of the title; as it is written where that only spells the level otherwise
    (国家知识产权示范企业), and for prizes and certificates, which keep their own name.
    """
    written = lexicon.squeeze(item)
    known = None if item.endswith(("奖", "认证")) else title_of(item)
    if known is None or _LEVEL_WORDS.sub("", known) == _LEVEL_WORDS.sub("", written):
        return written
    return known
