"""Things that must have happened: a listing, a move, growing into the statistics, a title won (`wins`); and when."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from corpus.model import Any, Condition, EventWindow
from indexer.extract.atoms import Atom, Place, any_of
from indexer.extract.listing import find_listings, market_name
from indexer.extract.tokens import Tagged, pattern
from indexer.extract.wins import find_wins

# Growing into the statistics. What is put up or invested is no enterprise (新纳统的项目).
_IN = "[“‘]?(?:四上”?|规模以上|规上|限上|限额以上|\ue010)"
_UP = pattern(
    "(?:新|首次|当年新|年度新|新增)+(?:入规|上规模?|升规|进规|晋规)(?:入统|纳统|入库)?|(?:升规|上规)(?:入统|纳统|入库)|[“]?小升规[”]?(?![”]?培育)|达规(?:纳统|入统)?|升规纳统|首次(?:达规)?(?:入规|上规)"
    "|(?:首次|当年新)入库(?=的?(?:工业|制造业?|建筑业?|服务业|批发|零售|住宿|餐饮|商贸)[^，。；的]{0,6}企业)"
    "|(?:首次|新|新增|当年新)(?:入库纳统|纳统入库|纳统|入统)(?!的?(?:项目|固定资产|投资))(?:的?(?:限额以上|规模以上)的?(?!企业|))?"
    f"|(?:首次|新增|新|当年|年度|月度)(?:成为|成长为|纳入|进入|达到|升级为|转为|增纳入|建?投产纳入|建投产)(?:的)?(?P<state>{_IN})(?:工业|服务业|企业|标准|统计|名录库|统计库|并?(?:纳入|进入)统计库|库|、)*"
    f"|新增的?{_IN}(?:工业|服务业|企业)*"
    f"|(?:成为|成长为|升级为|转为|(?:纳入|进入)(?=规上[^，。；的统名库]))(?P<grown>{_IN})(?:工业|服务业|企业|统计|名录库|、)*"
)
_OLD_STATE = re.compile("规模以上|规上|限额以上|限上|四上")


# Moves, foundings and the like. What goes before says who, what follows where and what.
_MOVED = re.compile(
    "(?:新|整体|从[^，。；、的]{2,10}(?:整体)?)?(?:迁入|(?:整体)?(?:搬迁|迁移|迁址|迁)(?:至|到|入))(?:[我本][市省区县]|[^，。；、的和或与]{2,6}[市省区县])|整体(?:搬)?迁入(?=的|，|$|且|并)"
)
_TAIL = "[^，。；、（）的并]{0,28}"
_SET_UP = pattern(
    "新(?:建设|设立|设|建|组建)的?(?:[^，。；、（）的并\ue001-\ue008]{0,20}?(?:（[^（）]{1,8}）)?[^，。；、（）的并\ue001-\ue008]{0,12}?(?:站|中心|实验室|研究院|平台|机构|公司|总部|部门|门店|旗舰店|首店|\ue010)(?:（[^（）]{1,8}）)?)(?=的|，|$)"
)
# 资质等级由叁级晋升为贰级, 总承包资质二级升为一级: from what grade to what.
_GRADE = re.compile(
    "[^，。；的对]{0,16}(?:资质|等级)[^，。；的]{0,6}?(?:由|从)?[特一二三四五壹贰叁肆甲乙丙]级(?:晋升|升|提升|升级)(?:为|至|到)[^，。；的]{2,12}"
    "|资质(?:等级)?(?:首次)?(?:晋升|升|提升|升级)(?:为|至|到)[^，。；的]{2,16}(?=的|，|$)"
)
# Who is founded, moves in or settles stands after it, as a title often enough.
_FOUNDED = "(?<!重)新(?:设立|迁入|注册|落户)[^，。；、（）的并\ue001-\ue008\ue010]{0,28}"
_EVENT = re.compile(
    f"(?:(?:首次|初次)(?![\ue001-\ue008]|突破|达到|超过|公开发行|购|租|采购|应用|销售|获得[^，]{{0,10}}贷款|试|纳统|入统|升规|入规)"
    f"|(?<!重)新(?:进入|认定|增?纳入|入选|获评|获批|获得|投产|上市|晋升)|成功(?:发行|上市|挂牌|申报)|获准(?!在[^，。；（）]{{2,16}}（[^（）]*）[^，。；的]{{0,10}}挂牌)|规下转规上|变更经营者){_TAIL}(?:、[^，。；、（）的]{{2,12}}首发上市)?|{_FOUNDED}"
    "|(?:首次)?(?:在)?(?:境内外?|北京证券交易所|北交所|沪深交易所|境外|境内?(?:主板|科创板|创业板)(?:、(?:主板|创业板|科创板))*)?首发上市(?!申请|辅导|申报)"
    "|(?<!拟)(?<!拟在)(?:在)?(?:境内外?|境外|沪深北?|沪、深、北|沪深港|上海|深圳|北京|证券交易所|交易所|主板|科创板|创业板|北交所|A股)(?:境内外?|境外|沪深北?|沪深港|上海|深圳|北京|证券交易所|交易所|主板|科创板|创业板|北交所|A股|、|和|或)*(?:首次公开发行(?:股票)?(?:并)?|首发|成功)?(?:上市|挂牌)(?!申请|辅导|后备|培育|申报|前|公司|销售)"
    "|(?<!拟)(?<!拟在)(?:首次)?(?:在)?[^，。；对给支持鼓励、企业或拟]{0,6}(?:新三板|北京证券交易所|北交所|沪深交易所|科创板|创业板|A股|主板|区域性股权市场|境内外|境外|证券交易所)[^，。；的]{0,14}(?:上市|挂牌)(?!同意函|受理|函|审核|申请|材料|公司|销售)|(?:获准)?在[^，。；的（）对企业]{2,16}(?:股权市场|四板市场)（[^（）]{2,20}）[^，。；的]{0,10}挂牌|(?:首次)?(?:在|进入)(?:新三板)?(?:基础层|创新层)(?:挂牌)?|在“[^”]{2,8}板?”挂牌"
)
# What says only that something was recognised is no event by itself.
_BARE = re.compile("(?:首次|初次|新)(?:认定|获评|获批|获得|入选|通过|成为|纳入|进入|增纳入|晋升)*[“‘]?")
_PLANNED = re.compile("(?:拟|计划|准备|争取|有望|力争)[^，。；]{0,4}$")
# 产品在境外上市: what comes to market is a thing.
_OF_A_PRODUCT = re.compile("(?:产品|药品?|器械|品种|疫苗|车型)[^，]{0,4}在")
# 新引进的总部企业: to be brought in is said of the enterprise where a title follows, and not a project.
_BROUGHT_IN = pattern("(?:区外|市外|县外|省外)?(?:新|首次)引[进入](?:的|注册|落户)*(?=<title>)")


# 2023年1月1日至12月31日期间, 2023年5月至2024年4月: from the first of a month, or to the last, where no day is said.
_DATES = re.compile(
    "(?:自|从|在|于)?(?P<y1>20\\d\\d)年(?P<m1>\\d{1,2})月(?:(?P<d1>\\d{1,2})日)?(?:起)?(?:至|—|-|到)(?:(?P<y2>20\\d\\d)年)?(?P<m2>\\d{1,2})月(?:(?P<d2>\\d{1,2})日)?(?:期间|之间|内|间)?的?，?$"
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
    last = int(hit["y2"] or hit["y1"])
    start = date(int(hit["y1"]), int(hit["m1"]), int(hit["d1"] or 1))
    end = date(last, int(hit["m2"]), int(hit["d2"] or monthrange(last, int(hit["m2"]))[1]))
    return EventWindow(event, start, end)


def _find_events(tagged: Tagged, _: Place) -> Iterator[Atom]:
    """Things that happened: a title won for the first time, a listing, a move."""
    text = tagged.text
    for hit in _UP.finditer(text):
        words = tagged.words(hit.start(), hit.end())
        if "\ue010" not in hit.group() or _OLD_STATE.search(words):
            yield Atom(hit.start(), hit.end(), Condition("event", "has", "首次升规", text=words), "up")
    for hit in _GRADE.finditer(text):
        words = tagged.words(hit.start(), hit.end())
        name = re.sub("^(?:具有|具备)", "", words)
        yield Atom(hit.start(), hit.end(), Condition("event", "has", name, text=words), "event")
    yield from find_listings(tagged)
    yield from find_wins(tagged)
    for hit in re.finditer("(?:于)?(?P<year>20[1-3]\\d)年度?(?=新?(?:招用|吸纳|录用))", text):
        window = _window("新招用", int(hit["year"]), None)
        yield Atom(hit.start(), hit.end(), Condition("event", "during", window, text=hit.group()), "event")
    for hit in re.finditer("新?(?:招用|吸纳|录用|招录)(?!后|的?(?:人数|岗位))", text):
        if days := _DATES.search(text[: hit.start()]) or _SINCE.search(text[: hit.start()]):
            yield from _hired(days, tagged.words(days.start(), days.end()))
    for hit in pattern("规下(?:企业)?转为?(?:规上|<title>)(?:企业)?").finditer(text):
        words = tagged.words(hit.start(), hit.end())
        yield Atom(hit.start(), hit.end(), Condition("event", "has", "规下转规上", text=words), "up")
    for hit in re.finditer("[“]?(?P<what>规改股|股上市|个转企|下升上|限下转限上)[”]?", text):
        yield Atom(hit.start(), hit.end(), Condition("event", "has", hit["what"], text=hit["what"]), "up")
    for hit in _BROUGHT_IN.finditer(text):
        words = tagged.words(hit.start(), hit.end()).rstrip("的")
        yield Atom(hit.start(), hit.end(), Condition("event", "has", words, text=words), "event")
    for source in (_MOVED, _SET_UP, _EVENT):
        for hit in source.finditer(text):
            words = tagged.words(hit.start(), hit.end())
            planned = _PLANNED.search(text[: hit.start()])
            if source is _SET_UP and (words.endswith("企业") or len(words) < 6):
                continue  # the enterprise itself is new
            if not planned and not _BARE.fullmatch(words) and not _OF_A_PRODUCT.search(words):
                yield Atom(hit.start(), hit.end(), Condition("event", "has", market_name(words), text=words), "event")


def _hired(days: re.Match[str], words: str) -> Iterator[Atom]:
    """Hiring in a window; whom is hired stays with the words after it."""
    try:
        window = _window_of("新招用", days)
    except ValueError:
        return  # no such day
    yield Atom(days.start(), days.end(), Condition("event", "during", window, text=words), "event")


def _window(event: str, year: int, part: str | None) -> EventWindow:
    if part and "季" in part:
        return EventWindow(event, date(year, 1, 1), date(year, 3, 31))
    if part:
        return EventWindow(event, date(year, 1, 1), date(year, 6, 30))
    return EventWindow(event, date(year, 1, 1), date(year, 12, 31))
