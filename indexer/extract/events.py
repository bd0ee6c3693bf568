"""Things that must have happened: a title won for the first time, a listing, a move, growing into the statistics."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from corpus.model import Condition, EventWindow
from indexer.extract import lexicon
from indexer.extract.atoms import Atom, Place, any_of
from indexer.extract.names import split_list, title_of
from indexer.extract.tokens import Tagged, pattern

_UP = re.compile(
    "[“]?小升规[”]?(?![”]?培育)|达规纳统|升规纳统|首次升规(?:纳统)?|首次(?:达规)?(?:入规|上规)|(?:首次|新增|新)?(?:成为|成长为|纳入|进入|达到)(?:“?四上”?|规模以上|规上|限上|限额以上)(?:工业|服务业|企业|统计|名录库|、)*"
)


_FIRST = "(?:首次|初次|(?<!重)新)(?:获评|获得|获批|获|通过|取得|被|经|评定|认定|入选|列入|评为|纳入|升级|晋升|成为|为|的|获认定)+"


_FIRST_TITLE = pattern(
    f"(?P<lead>{_FIRST})(?P<list><title>(?:提名奖)?(?:(?:、|和|及|或|以及)<title>(?:提名奖)?)*)(?:认定|称号|资格)*"
)


# 新认定的省和国家级重点龙头企业, 首次成为全国20强、50强: several at once.
_NEWLY = re.compile(
    "(?P<lead>(?:首次|初次|(?<!重)新)(?:认定|获评|获批|入选|评定|评为|被认定|成为|进入|列入))(?:为|的)?(?P<list>(?=[^，。；的]{0,30}(?:、|和|或))[^，。；的]{2,36}?)(?=的|，|$|称号)"
)


_EVENT = re.compile(
    "(?:(?P<year>20[1-3]\\d)年(?P<part>第?一季度|上半年)?(?:内|度|以来|期间)?(?:以来)?)?"
    "(?P<what>(?:(?:首次|初次)(?![\ue001-\ue008]|突破|达到|超过|公开发行|购|租|采购|应用|销售|获得[^，]{0,10}贷款|试)|(?<!重)新(?:设立|迁入|注册|进入|认定|增?纳入|入选|获评|获批|获得|投产|落户|上市|晋升)|成功(?:发行|上市|挂牌|申报)|获准|规下转规上|变更经营者)[^，。；、（）的并]{0,28}(?:、[^，。；、（）的]{2,12}首发上市)?"
    "|(?:首次)?(?:在)?(?:境内外?|北京证券交易所|北交所|沪深交易所|境外|境内?(?:主板|科创板|创业板)(?:、(?:主板|创业板|科创板))*)?首发上市"
    "|(?:在)?(?:境内外?|境外|沪深|上海|深圳|北京|证券交易所|交易所|主板|科创板|创业板|北交所|A股|、|和|或)+(?:首次公开发行(?:股票)?(?:并)?|首发|成功)?(?:上市|挂牌)"
    "|(?:首次)?(?:在)?[^，。；对给支持鼓励、企业]{0,6}(?:新三板|北京证券交易所|北交所|沪深交易所|科创板|创业板|A股|主板|区域性股权市场|境内外|境外|证券交易所)[^，。；的]{0,14}(?:上市|挂牌)|(?:首次)?(?:在|进入)(?:新三板)?(?:基础层|创新层)(?:挂牌)?|在“[^”]{2,8}板?”挂牌)"
)


_DATES = re.compile(
    "(?:自|从)?(?P<y1>20\\d\\d)年(?P<m1>\\d{1,2})月(?P<d1>\\d{1,2})日(?:起)?(?:至|—|到)(?P<y2>20\\d\\d)年(?P<m2>\\d{1,2})月(?P<d2>\\d{1,2})日(?:期间|之间|内)?的?$"
)


def find_events(tagged: Tagged, place: Place) -> Iterator[Atom]:
    """Things that happened, and the days between which they must have, where the words before name them."""
    for atom in _find_events(tagged, place):
        hit = _DATES.search(tagged.text[: atom.start])
        if hit and isinstance(atom.rule, Condition) and atom.rule.op == "has" and atom.rule.field == "event":
            try:
                start, end = (date(int(hit[f"y{n}"]), int(hit[f"m{n}"]), int(hit[f"d{n}"])) for n in (1, 2))
            except ValueError:
                yield atom
                continue
            window = EventWindow(str(atom.rule.value), start, end)
            rule = Condition("event", "during", window, text=tagged.words(hit.start(), atom.end))
            yield Atom(hit.start(), atom.end, rule, atom.finder)
        else:
            yield atom


def _find_events(tagged: Tagged, _: Place) -> Iterator[Atom]:
    """Things that happened: a title won for the first time, a listing, a move."""
    text = tagged.text
    for hit in pattern("(?:首次|初次|新)(?:成为|成长为|纳入|进入|达到)<title>(?:统计|名录库|库)?").finditer(text):
        if re.search("规模以上|规上|限额以上|限上|四上", tagged.words(hit.start(), hit.end())):
            yield Atom(
                hit.start(),
                hit.end(),
                Condition("event", "has", "首次升规", text=tagged.words(hit.start(), hit.end())),
                "up",
            )
    for hit in _NEWLY.finditer(text):
        words = tagged.words(hit.start(), hit.end())
        items = split_list(tagged.words(hit.start("list"), hit.end("list")))
        names = [item if item.endswith("奖") else title_of(item) or item for item in items]
        rules = tuple(Condition("event", "has", f"{hit['lead']}{name}", text=words) for name in names)
        yield Atom(hit.start(), hit.end(), any_of(rules), "newly")
    for hit in _FIRST_TITLE.finditer(text):
        lead = hit["lead"].rstrip("的为")
        # A prize keeps its place's name (深圳市市长质量奖): it is another prize elsewhere.
        names = [
            t.text + ("提名奖" if tagged.text.startswith("提名奖", i + 1) else "") if t.name.endswith("奖") else t.name
            for i, t in tagged.within(hit.start("list"), hit.end("list"))
        ]
        words = tagged.words(hit.start(), hit.end())
        rules = tuple(Condition("event", "has", f"{lead}{name}", text=words) for name in names)
        yield Atom(hit.start(), hit.end(), any_of(rules), "first_title")
    for hit in re.finditer("(?:于)?(?P<year>20[1-3]\\d)年度?(?=新?(?:招用|吸纳|录用))", text):
        window = _window("新招用", int(hit["year"]), None)
        yield Atom(hit.start(), hit.end(), Condition("event", "during", window, text=hit.group()), "event")
    for hit in re.finditer("[“]?(?P<what>规改股|股上市|个转企|下升上)[”]?", text):
        yield Atom(hit.start(), hit.end(), Condition("event", "has", hit["what"], text=hit["what"]), "up")
    for hit in _UP.finditer(text):
        yield Atom(
            hit.start(),
            hit.end(),
            Condition("event", "has", "首次升规", text=tagged.words(hit.start(), hit.end())),
            "up",
        )
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
            name = re.sub("(?<!新三板)(?=基础层|创新层)", "新三板", lexicon.squeeze(words).replace("调层后", "调层"))
            yield Atom(start, hit.end(), Condition("event", "has", name, text=words), "event")


def _window(event: str, year: int, part: str | None) -> EventWindow:
    if part and "季" in part:
        return EventWindow(event, date(year, 1, 1), date(year, 3, 31))
    if part:
        return EventWindow(event, date(year, 1, 1), date(year, 6, 30))
    return EventWindow(event, date(year, 1, 1), date(year, 12, 31))
