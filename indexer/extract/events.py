"""Things that must have happened: a title won for the first time, a listing, a move, growing into the statistics."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from corpus.model import Any, Condition, EventWindow
from indexer.extract import lexicon
from indexer.extract.atoms import Atom, Node, Place, any_of
from indexer.extract.confidence import confidence_of
from indexer.extract.hints import hints_of
from indexer.extract.names import split_list
from indexer.extract.titles import title_of
from indexer.extract.tokens import Tagged, pattern

_UP = re.compile(
    "(?:新|首次|当年新)+(?:入规|上规|升规)(?:入统|纳统)?|(?:升规|上规)入统|[“]?小升规[”]?(?![”]?培育)|达规纳统|升规纳统|首次升规(?:纳统)?|首次(?:达规)?(?:入规|上规)|(?:首次|新增|新)?(?:成为|成长为|纳入|进入|达到)(?:“?四上”?|规模以上|规上|限上|限额以上)(?:工业|服务业|企业|统计|名录库|、)*"
)


_FIRST = "(?:首次|初次|首(?=[获批入])|(?<!重)新)(?:获评|获得|获批|获|通过|取得|被|经|评定|认定|入选|列入|评为|纳入|升级|晋升|成为|为|的|获认定|备案|授牌|挂牌|组建|创建|建成|批准|批|入围|命名|获准|进入|重组|入库|建设|增|成功|或)+"


_FIRST_TITLE = pattern(
    f"(?P<lead>{_FIRST})(?P<list><title>(?:提名奖)?(?:(?:、|和|及|或|以及)<title>(?:提名奖)?)*)(?P<tail>(?:认定|称号|资格)*)"
)
# A title won once more: 重新认定为高新技术企业, 对重新通过认定的 (of what was named before).
_ONCE_MORE = pattern(
    "(?:(?:有效)?期满|到期)?后?(?:(?:重新|再次)(?:通过|获得|获|被)?(?:认定|评定|(?=<title>))|通过(?:的)?(?:重新|再次)认定)(?:(?:为|的)*(?P<list><title>(?:(?:、|和|及|或|以及)<title>)*)(?:认定|资格)*)?"
)


# 新认定的省和国家级重点龙头企业, 首次成为全国20强、50强: several at once, or one that no dictionary knows.
_NEWLY = re.compile(
    "(?P<lead>(?:首次|初次|首(?=[获批入])|(?<!重)新)(?:获得|获评|获批|获|通过|取得|被?(?:评定|认定|评选|命名|授予|评)为?|入选|列入|纳入|成为|进入|晋升|备案|授牌|挂牌|组建|重组|创建|建成|批准|验收|登记|入围|入库|建设|成功|增(?=国家|省|市|\ue010)|或|的)+)"
    "为?(?P<list>(?![并且后])[^，。；的]{3,60}?)(?P<tail>称号|资格|认定|荣誉)?(?=的|，|$|称号|(?<=称号)(?:企业|单位)$|(?:给予|奖励|予以))"
)
AGAIN = "重新认定"
_LEVELS_ONLY = re.compile(
    "国家级?|省级?|市级?|区级?|县级?|[一二三四五]星级?|[1-5]?A+级?|[特一二三四五]等奖?|[甲乙丙]级"
)
_NEW_NAME = re.compile(
    "(?:企业|基地|中心|工厂|车间|平台|实验室|示范区|园区|载体|单位|奖|强|场景|工作室|示范|试点|名牌|商标|老字号|品牌|资质|总部|空间|孵化器|机构|示范社|合作社|农场|站|研究院|研究所|街区|街|园|村|镇|酒店|景区|集群|服务商|联合体|工坊|冠军|标杆|产品|案例|名单|名录|培育库|目录|清单|库|认证|评估|评定|贯标|备案|注册证|许可证|集聚区|饭店|民宿|门店|标识|认定|证书|标志|资格|级|评价|验收|专利|标准|\ue010|”)$"
)


_EVENT = re.compile(
    "(?:(?P<year>20[1-3]\\d)年(?P<part>第?一季度|上半年)?(?:内|度|以来|期间)?(?:以来)?)?"
    "(?P<what>(?:新|整体|从[^，。；、的]{2,10}(?:整体)?)?迁入(?:[我本][市省区县]|[^，。；、的和或与]{2,6}[市省区县])|(?:在)?全国中小企业股份转让系统(?:（[^）]*）)?[^，。；的]{0,10}(?:挂牌|上市)|(?:(?:首次|初次)(?![\ue001-\ue008]|突破|达到|超过|公开发行|购|租|采购|应用|销售|获得[^，]{0,10}贷款|试)|(?<!重)新(?:设立|迁入|注册|进入|认定|增?纳入|入选|获评|获批|获得|投产|落户|上市|晋升)|成功(?:发行|上市|挂牌|申报)|获准(?!在[^，。；（）]{2,16}（[^（）]*）[^，。；的]{0,10}挂牌)|规下转规上|变更经营者)[^，。；、（）的并]{0,28}(?:、[^，。；、（）的]{2,12}首发上市)?"
    "|(?:首次)?(?:在)?(?:境内外?|北京证券交易所|北交所|沪深交易所|境外|境内?(?:主板|科创板|创业板)(?:、(?:主板|创业板|科创板))*)?首发上市(?!申请|辅导|申报)"
    "|(?:在)?(?:境内外?|境外|沪深北?|沪、深、北|沪深港|上海|深圳|北京|证券交易所|交易所|主板|科创板|创业板|北交所|A股|、|和|或)+(?:首次公开发行(?:股票)?(?:并)?|首发|成功)?(?:上市|挂牌)(?!申请|辅导|后备|培育|申报|前)"
    "|(?:首次)?(?:在)?[^，。；对给支持鼓励、企业或]{0,6}(?:新三板|北京证券交易所|北交所|沪深交易所|科创板|创业板|A股|主板|区域性股权市场|境内外|境外|证券交易所)[^，。；的]{0,14}(?:上市|挂牌)(?!同意函|受理|函|审核|申请|材料)|(?:获准)?在[^，。；的（）对企业]{2,16}(?:股权市场|四板市场)（[^（）]{2,20}）[^，。；的]{0,10}挂牌|(?:首次)?(?:在|进入)(?:新三板)?(?:基础层|创新层)(?:挂牌)?|在“[^”]{2,8}板?”挂牌)"
)


_DATES = re.compile(
    "(?:自|从)?(?P<y1>20\\d\\d)年(?P<m1>\\d{1,2})月(?P<d1>\\d{1,2})日(?:起)?(?:至|—|到)(?P<y2>20\\d\\d)年(?P<m2>\\d{1,2})月(?P<d2>\\d{1,2})日(?:期间|之间|内)?的?$"
)


_YEAR = re.compile("(?:于|在|自)?(?P<year>20[1-3]\\d)年(?P<part>第?一季度|上半年)?(?:度|内|期间|间|以来)*(?:已)?$")
_SINCE = re.compile(
    "(?:自|从)?(?P<since>20[1-3]\\d)年(?P<month>\\d{1,2})月(?P<day>\\d{1,2})日(?:（含）)?(?:以后|之后|后|以来|起)$"
)


def find_events(tagged: Tagged, place: Place) -> Iterator[Atom]:
    """Things that happened, and the days between which they must have, where the words before name them."""
    for atom in _find_events(tagged, place):
        before = tagged.text[: atom.start]
        rules = atom.rule.of if isinstance(atom.rule, Any) else (atom.rule,)
        hit = _DATES.search(before) or _YEAR.search(before) or _SINCE.search(before)
        held = all(isinstance(rule, Condition) and (rule.field, rule.op) == ("event", "has") for rule in rules)
        if hit is None or not held:
            yield atom
            continue
        words = tagged.words(hit.start(), atom.end)
        try:
            windows = tuple(
                Condition("event", "during", _window_of(str(rule.value), hit), text=words)
                for rule in rules
                if isinstance(rule, Condition)
            )
        except ValueError:
            yield atom  # no such day
            continue
        yield Atom(hit.start(), atom.end, any_of(windows), atom.finder)


def _window_of(event: str, hit: re.Match[str]) -> EventWindow:
    if "year" in hit.re.groupindex:
        return _window(event, int(hit["year"]), hit["part"])
    if "since" in hit.re.groupindex:
        return EventWindow(event, date(int(hit["since"]), int(hit["month"]), int(hit["day"])), None)
    start, end = (date(int(hit[f"y{n}"]), int(hit[f"m{n}"]), int(hit[f"d{n}"])) for n in (1, 2))
    return EventWindow(event, start, end)


def _find_events(tagged: Tagged, _: Place) -> Iterator[Atom]:
    """Things that happened: a title won for the first time, a listing, a move."""
    text = tagged.text
    for hit in pattern(
        "(?:首次|初次|新)(?:成为|成长为|纳入|进入|达到|增|入库|增入库|增纳入|投产纳入|建投产纳入|建投产)(?:的)?<title>(?:统计|名录库|库)?"
    ).finditer(text):
        if re.search("规模以上|规上|限额以上|限上|四上", tagged.words(hit.start(), hit.end())):
            yield Atom(
                hit.start(),
                hit.end(),
                Condition("event", "has", "首次升规", text=tagged.words(hit.start(), hit.end())),
                "up",
            )
    for hit in _FIRST_TITLE.finditer(text):
        if re.match("提名奖|(?:、|和|及|或|以及)(?![\ue010])[^，。；的]{2,}", text[hit.end() :]):
            continue  # a list that goes on with names which no dictionary knows
        lead = _recognised(hit["lead"], hit["tail"])
        # A prize keeps its place's name (深圳市市长质量奖): it is another prize elsewhere.
        items = split_list(tagged.words(hit.start("list"), hit.end("list")))
        called = "称号" if hit["tail"].startswith("称号") else ""
        names = [_named(item) + called for item in items]
        words = tagged.words(hit.start(), hit.end())
        rules = tuple(Condition("event", "has", f"{lead}{name}", text=words) for name in names)
        yield Atom(hit.start(), hit.end(), any_of(rules), "first_title")
    yield from _once_more(tagged)
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
        if not items or not all(_NEW_NAME.search(item) or title_of(item) or hit["tail"] for item in items):
            continue
        words = tagged.words(hit.start(), end)
        names = [_named(item) for item in items]
        rules = tuple(Condition("event", "has", f"{lead}{lexicon.squeeze(name)}{called}", text=words) for name in names)
        yield Atom(hit.start(), end, any_of(rules), "newly")
    for hit in re.finditer("(?:于)?(?P<year>20[1-3]\\d)年度?(?=新?(?:招用|吸纳|录用))", text):
        window = _window("新招用", int(hit["year"]), None)
        yield Atom(hit.start(), hit.end(), Condition("event", "during", window, text=hit.group()), "event")
    for hit in pattern("规下转(?:规上|<title>)").finditer(text):
        words = tagged.words(hit.start(), hit.end())
        yield Atom(hit.start(), hit.end(), Condition("event", "has", "规下转规上", text=words), "up")
    for hit in re.finditer("[“]?(?P<what>规改股|股上市|个转企|下升上)[”]?", text):
        yield Atom(hit.start(), hit.end(), Condition("event", "has", hit["what"], text=hit["what"]), "up")
    for hit in _UP.finditer(text):
        yield Atom(
            hit.start(),
            hit.end(),
            Condition("event", "has", "首次升规", text=tagged.words(hit.start(), hit.end())),
            "up",
        )
    for hit in re.finditer(
        "(?:首次|初次|(?<!重)新)(?:(?:通过|获得|获|被)?(?:认定|评定)|入选|获评|获批|通过|获得)(?=的?(?:企业|单位)?(?:，|$|、|给予|奖励))",
        text,
    ):
        yield Atom(hit.start(), hit.end(), _said(hit.group()), "bare_first")
    for hit in _EVENT.finditer(text):
        words = tagged.words(hit.start("what"), hit.end("what"))
        start = hit.start()
        if hit["year"]:
            window = _window(words, int(hit["year"]), hit["part"])
            yield Atom(
                start, hit.end(), Condition("event", "during", window, text=tagged.words(start, hit.end())), "event"
            )
        else:
            # 基础层 and 创新层 are the layers of 新三板 and of nothing else.
            name = re.sub("全国中小企业股份转让系统(?:（[^）]*）)?", "新三板", words).replace("调层后", "调层")
            name = re.sub("(?<!新三板)(?=基础层|创新层)", "新三板", lexicon.squeeze(name))
            yield Atom(start, hit.end(), Condition("event", "has", name, text=words), "event")


def _once_more(tagged: Tagged) -> Iterator[Atom]:
    """Titles won once more, and that without its title, which other words name."""
    for hit in _ONCE_MORE.finditer(tagged.text):
        words = tagged.words(hit.start(), hit.end())
        if hit["list"]:
            items = split_list(tagged.words(hit.start("list"), hit.end("list")))
            events = tuple(Condition("event", "has", f"{AGAIN}{_named(item)}", text=words) for item in items)
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
    """The words of a first time as events are named: 首次通过认定 and 首次通过…认定 are 首次认定, whatever stands between."""
    lead = re.sub("的|(?<=认定)为$", "", lead)
    if tail.startswith("认定"):
        lead = re.sub("通过$", "认定", lead)
    return re.sub("(?:通过|获得|取得|获)认定$", "认定", lead)


def _named(item: str) -> str:
    """What was won, by the canonical name of the title; as it is written where that only spells the level otherwise
    (国家知识产权示范企业), and for prizes, which keep their place's name.
    """
    written = lexicon.squeeze(item)
    known = None if item.endswith(("奖", "认证")) else title_of(item)
    if known is None or _LEVEL_WORDS.sub("", known) == _LEVEL_WORDS.sub("", written):
        return written
    return known


_LEVEL_WORDS = re.compile("^(?:国家级?|全国|省级?|市级?)")


def _window(event: str, year: int, part: str | None) -> EventWindow:
    if part and "季" in part:
        return EventWindow(event, date(year, 1, 1), date(year, 3, 31))
    if part:
        return EventWindow(event, date(year, 1, 1), date(year, 6, 30))
    return EventWindow(event, date(year, 1, 1), date(year, 12, 31))
