"""What a stretch of text asks in so many words: each finder gives the conditions of one sort that stand in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from corpus.codes import regions
from corpus.model import All, Any, Condition, EventWindow, Not, Rule
from indexer.extract import lexicon
from indexer.extract.tokens import Tag, Tagged, find_figures, keep_longest, pattern


@dataclass(frozen=True, slots=True)
class Atom:
    """A rule read at `start`–`end` of the tagged text, and the name of the finder that read it."""

    start: int
    end: int
    rule: Rule
    finder: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where the passage speaks: the code of its region, if known, what the sentence said before, and the field
    of the figure before (which a bare 「500万元至1000万元的」 goes on with)."""

    region: str | None = None
    before: str = ""
    field: str | None = None

    @property
    def province(self) -> str | None:
        """The code of its province."""
        return self.region[:2] + "0000" if self.region else None

    @property
    def city(self) -> str | None:
        """The code of its city; a municipality's is its province's."""
        if not self.region:
            return None
        return self.province if self.region[:2] in ("11", "12", "31", "50") else self.region[:4] + "00"


_LEVEL = "(?:国家级|国家|省级|市级|区级|县级|自治区级|工信部|[^获评得为定被选第通过予列和或及与是以到在，。；、“”（）对]{2,3}[省市])?"


@cache
def _title_pattern() -> re.Pattern[str]:
    known, _ = lexicon.titles()
    return re.compile(f"(?P<level>{_LEVEL})[“‘「]?(?P<name>{known.pattern})")


def tag(text: str, offset: int = 0) -> Tagged:
    """`text` with its figures and titles as symbols."""
    _, names = lexicon.titles()
    found = find_figures(text, offset)
    for hit in _title_pattern().finditer(text):
        start = hit.start()
        if hit["level"] in ("国家", "国家级") and text[: hit.start()].endswith("鼓励的"):
            start = hit.start("name")
        name = names.get(lexicon.squeeze(hit.group())) or names[lexicon.squeeze(hit["name"])]
        found.append(Tag("title", offset + start, offset + hit.end(), text[start : hit.end()], name=name))
    return Tagged(text, offset, keep_longest(found))


# ---------------------------------------------------------------- figures

_FILL = "(?:（[^（）]{0,60}）|参保职工总数|应|须|需|要|需要|均|累计|合计|总额|总计|在|为|是|的|原则上|一般|不含税|（[^（）]{0,16}）|达到|达|占比|比例|比重|同比|控制)*"
_PERIOD = pattern(
    "(?P<avg>(?:近|最近|连续|前)<year>(?:年?均|平均)?)"
    r"|(?P<last>上一?(?:个)?(?:会计|自然|纳税)?年度?|去年|最近一个会计年度|最近一年)|(?P<this>当年度?|本年度?|今年)|(?P<year>20[1-3]\d)年度?"
)
_N = {"二": 2, "两": 2, "三": 3, "四": 4, "五": 5}
_GROWTH = re.compile("同比|增长|增速|增幅|增量|增加")


@cache
def _number_rules() -> list[tuple[str, str, str | None, re.Pattern[str]]]:
    rows = []
    for row in lexicon.load("numbers"):
        source = f"(?P<words>{row['words']}){_FILL}(?P<figure><{row['figure']}>(?:(?:、|或|和|及)<{row['figure']}>)*)"
        rows.append((row["field"], row["figure"], row.get("at_least"), pattern(source)))
    return rows


def find_numbers(tagged: Tagged, _: Place) -> Iterator[Atom]:
    """Thresholds on facts by number."""
    for field, _kind, default, source in _number_rules():
        for hit in source.finditer(tagged.text):
            tags = [t for _, t in tagged.within(hit.start("figure"), hit.end("figure"))]
            start, period = _period_before(tagged, hit.start())
            around = tagged.text[max(0, start - 6) : hit.start()] + hit["words"]
            if field in ("revenue", "tax_paid", "rd_spend", "profit", "patents") and _GROWTH.search(hit["words"]):
                continue
            if re.search("(?:被投|引进|所投|受让|担保|入驻|租户|服务)[^，]{0,4}(?:企业|方|项目)[^，]{0,6}$", around):
                continue
            rules = [rule for t in tags if (rule := _threshold(field, t, period, default, tagged))]
            if not rules:
                continue
            end = hit.end()
            if field == "age_years" and tagged.text.startswith("内", end):
                end += 1
            yield Atom(start, end, rules[0] if len(rules) == 1 else Any(tuple(rules)), "number")


def _period_before(tagged: Tagged, at: int) -> tuple[int, str | None]:
    hit, text = None, tagged.text
    for hit in _PERIOD.finditer(text, max(0, at - 14), at):
        pass
    if hit is None or re.search("[，。；、或未]", text[hit.end() : at]) or at - hit.end() > 4:
        return at, None
    if hit["avg"]:
        count = int(next(t.value for _, t in tagged.within(hit.start(), hit.end()) if t.kind == "year"))
        if count == 1:
            return hit.start(), None
        averaged = re.search("平均|年均", text[hit.start() : at + 10])
        shape = "avg_of_last" if averaged else "sum_of_last" if "累计" in text[hit.end() : at + 10] else "each_of_last"
        return hit.start(), f"{shape}_{count}"
    if hit["this"]:
        return hit.start(), "this_year"
    return hit.start(), hit["year"] or None


def _threshold(field: str, figure: Tag, period: str | None, default: str | None, tagged: Tagged) -> Rule | None:
    text = figure.text
    if field == "age_years":
        period = None
        if figure.value > 100:
            return None
        after = tagged.source[figure.end - tagged.offset :][:1]
        bound = figure.bound or ("le" if after == "内" else default)
    else:
        bound = figure.bound
    if field in ("patents", "invention_patents", "registered_capital", "paid_in_capital", "floor_area", "land_area"):
        period = None
    if figure.low is not None:
        low = Condition(field, "gt" if bound == "gt" else "ge", figure.low, period, text=text)
        high = Condition(field, "lt" if bound == "lt" else "le", figure.value, period, text=text)
        return All((low, high))
    if bound is None:
        # 「营业收入500万元、1000万元以上」: the bound stands on the last.
        bound = "ge"
    return Condition(field, bound, figure.value, period, text=text)


def find_bare(tagged: Tagged, place: Place) -> Iterator[Atom]:
    """A figure alone, which goes on with the field of the figure before it."""
    if place.field and (hit := pattern("^<any>的?$").match(tagged.text)):
        figure = tagged.tags[0]
        kinds = {row["field"]: row["figure"] for row in lexicon.load("numbers")}
        if kinds.get(place.field) == figure.kind and (rule := _threshold(place.field, figure, None, None, tagged)):
            yield Atom(0, hit.end(), rule, "number")


_GROWTH_RULE = pattern(
    "(?:上一?年度?)?(?P<what>营业(?:总)?收入)?(?:且|，)?(?:年均|平均|较上年)?同比(?:增长|增幅|增速)<share>"
)
_STAFF_RULE = pattern("<person>的?(?:参保企业|企业|用人单位)")
_YEARS_RULE = re.compile(
    "(?:企业)?(?:注册)?(?:成立|注册|登记)+时间(?:为|在)?(?P<less>不足|不满|未满)?(?P<n>[两二三一1-5])个会计年度(?:（含）)?(?P<more>以上|及以上)?"
)
_NO_LAYOFF = re.compile("(?:上年度?|上一年度)?(?:未|不|没有|无)裁员")
_CREDIT = re.compile(
    "纳税信用(?:等级|评价|级别|评级)*(?:为|达到|在|不低于|须?为|是)*(?P<level>[ABCM])级?(?P<more>（?含?）?及?以上)?(?:[（(]含[）)])?(?P<more2>及?以上)?"
)


def find_special(tagged: Tagged, place: Place) -> Iterator[Atom]:
    """Thresholds that are written in their own way."""
    text = tagged.text
    for hit in _GROWTH_RULE.finditer(text):
        figure = tagged.tags[hit.end() - 1]
        said = place.before + text[: hit.start()]
        revenue = hit["what"] or "营业收入" in said and not re.search("利润|产值|税收|出口", said)
        if revenue:
            yield Atom(
                hit.start(),
                hit.end(),
                Condition("revenue_growth", figure.bound or "ge", figure.value, text=hit.group()),
                "number",
            )
    for hit in _STAFF_RULE.finditer(text):
        figure = tagged.tags[hit.start()]
        if figure.bound and re.search("从业|职工|参保|员工", hit.group()):
            yield Atom(
                hit.start(), hit.end(), Condition("employees", figure.bound, figure.value, text=figure.text), "number"
            )
    if re.search("自(?:办理|领取|注册|登记|取得)[^，]{0,14}(?:登记|营业执照|注册)[^，]{0,4}(?:起|后)$", place.before):
        for hit in pattern("在?<year>(?:（[^）]*）)?内").finditer(text):
            figure = next(t for _, t in tagged.within(hit.start(), hit.end()) if t.kind == "year")
            yield Atom(hit.start(), hit.end(), Condition("age_years", "le", figure.value, text=figure.text), "years")
    for hit in _YEARS_RULE.finditer(text):
        n = float(hit["n"]) if hit["n"].isdigit() else float(_N.get(hit["n"], 1))
        yield Atom(
            hit.start(), hit.end(), Condition("age_years", "lt" if hit["less"] else "ge", n, text=hit.group()), "years"
        )
    for hit in _NO_LAYOFF.finditer(text):
        yield Atom(hit.start(), hit.end(), Condition("layoff_rate", "eq", 0.0, text=hit.group()), "layoff")
    for hit in _CREDIT.finditer(text):
        more = hit["more"] or hit["more2"] or "不低于" in hit.group()
        yield Atom(
            hit.start(),
            hit.end(),
            Condition("credit_level", "ge" if more else "is", hit["level"], text=hit.group()),
            "credit",
        )


# ---------------------------------------------------------------- names

_SIZES: tuple[tuple[str, str, str], ...] = (
    ("大中小微企业|大中小企业", "", ""),
    ("中小微企业|中小型?企业|中小微|中型、小型和微型企业", "le", "medium"),
    (
        "小型、微型企业|小型企业或微型企业|小型(?:和)?微型企业|小微型?企业|小微(?=企业|纳税人|主体|市场主体)",
        "le",
        "small",
    ),
    ("大中型企业", "ge", "medium"),
    ("大型企业", "is", "large"),
    ("中型企业", "is", "medium"),
    ("小型企业", "is", "small"),
    ("微型企业", "is", "micro"),
)
_SIZE_RE = [(re.compile(words), op, value) for words, op, value in _SIZES]
_FORMS = {
    "个体工商户": "个体工商户",
    "社会组织": "社会组织",
    "社会团体": "社会组织",
    "社会服务机构": "社会组织",
    "农民专业合作社": "农民专业合作社",
    "农民合作社": "农民专业合作社",
    "事业单位": "事业单位",
    "民办非企业单位": "民办非企业单位",
}
_FORM_WORDS = re.compile("|".join(sorted(_FORMS, key=len, reverse=True)))
# 企业 is a form of its own only beside another one (企业和社会组织).
_FORM_BESIDE = re.compile(
    f"(?<![一-龥])企业(?=(?:、|和|及|与|或|以及)(?:{_FORM_WORDS.pattern}))|(?<=(?:社会组织|事业单位)[、和或及])企业(?![一-龥])"
)


def find_sizes(tagged: Tagged, _: Place) -> Iterator[Atom]:
    """Size classes and legal forms."""
    taken: list[tuple[int, int]] = []
    for source, op, value in _SIZE_RE:
        for hit in source.finditer(tagged.text):
            if any(hit.start() < end and start < hit.end() for start, end in taken):
                continue
            taken.append(hit.span())
            if op:
                yield Atom(hit.start(), hit.end(), Condition("size_class", op, value, text=hit.group()), "size")
    for hit in _FORM_WORDS.finditer(tagged.text):
        end = hit.end() + (3 if tagged.text.startswith("经营者", hit.end()) else 0)
        yield Atom(hit.start(), end, Condition("legal_form", "is", _FORMS[hit.group()], text=hit.group()), "form")
    for hit in re.finditer("从事个体经营", tagged.text):
        yield Atom(hit.start(), hit.end(), Condition("legal_form", "is", "个体工商户", text=hit.group()), "form")
    for hit in _FORM_BESIDE.finditer(tagged.text):
        yield Atom(hit.start(), hit.end(), Condition("legal_form", "is", "企业", text="企业"), "form")


_HOLDER = re.compile("(?:企业|纳税人|主体|资格|单位|小巨人|冠军|瞪羚|独角兽|高企|科技型中小|研发中心|专精特新[”]?)$")
_HELD = re.compile("(?:获得|获评|获批|认定|入选|通过|评为|取得|荣获|拥有|列入|被授予|评定)[^，。；]{0,24}$")


def find_titles(tagged: Tagged, _: Place) -> Iterator[Atom]:
    """Titles by their known names. A platform or a product (重点实验室, 绿色工厂) is one only where it is held or won."""
    for i, found in sorted(tagged.tags.items()):
        if found.kind == "title" and (
            _HOLDER.search(found.text)
            or _HELD.search(tagged.text[:i])
            or i + 1 >= len(tagged.text.rstrip("的"))
            or tagged.text.startswith(("称号", "认定", "的研制", "资格"), i + 1)
        ):
            yield Atom(i, i + 1, Condition("qualification", "has", found.name, text=found.text), "title")


# In a sentence that only sets the scene, what a theme may be said of besides.
_SCENE = re.compile("(?:产业|企业|领域|规模|实力|创新|项目|主体|技术|大模型)")


def scene_theme(text: str) -> str | None:
    """The theme that a sentence of encouragement is about (支持做大具身智能规模); None where it names none."""
    known, names = lexicon.themes()
    for hit in known.finditer(text):
        if _SCENE.match(text, hit.end()) or hit.group().endswith(("产业", "服务业")):
            return names[lexicon.squeeze(hit.group())]
    return None


_OF = "(?:等)?(?:相关|重点|行业|领域|产业|类|细分|优势|调查)*(?:企业|纳税人|项目|创新主体|市场主体|产业|行业|领域|机构|单位|主体)"


@cache
def _branch_pattern() -> re.Pattern[str]:
    words, _ = lexicon.industries()
    themes, _ = lexicon.themes()
    one = f"(?:{words.pattern}|{themes.pattern})"
    return re.compile(f"(?P<list>{one}(?:(?:、|和|及|与|或){one})*)(?P<of>{_OF})")


@cache
def _branch_word() -> re.Pattern[str]:
    words, _ = lexicon.industries()
    themes, _ = lexicon.themes()
    return re.compile(f"(?P<theme>{themes.pattern})|(?P<industry>{words.pattern})")


def find_branches(tagged: Tagged, _: Place) -> Iterator[Atom]:
    """Industries by code and themes by name: the word must be followed by what it describes (企业, 行业, 领域…)."""
    _, codes = lexicon.industries()
    _, themes = lexicon.themes()
    for hit in _branch_pattern().finditer(tagged.text):
        before = tagged.text[: hit.start()]
        if before.endswith(("非", "战略性新兴产业和", "性", "不含")) or re.search("[一-龥]业$", before):
            continue
        found: list[str] = []
        named: list[str] = []
        for word in _branch_word().finditer(hit["list"]):
            name = lexicon.squeeze(word.group())
            if name in codes and not (name in themes and len(themes[name]) > len(name)) and name not in themes:
                found += [code for code in codes[name] if code not in found]
            elif name in themes:
                named.append(themes[name])
        branches: list[Rule] = []
        if found:
            branches.append(Condition("industry", "within", tuple(found), text=hit.group()))
        if len(named) == 1:
            branches.append(Condition("theme", "has", named[0], text=hit.group()))
        elif named:
            branches.append(Condition("theme", "has_any", tuple(named), text=hit.group()))
        if branches:
            yield Atom(hit.start(), hit.end(), branches[0] if len(branches) == 1 else Any(tuple(branches)), "branch")


# ---------------------------------------------------------------- region

_HERE = re.compile(
    "(?P<where>本市|本省|本区|本县|我市|我省|我区|我县|全市|全省|省内|市内|区内|在京|本州|自治区内)(?:行政区划|行政区域|行政区|辖区|区域|范围|境|内|之内)*"
)
_ACT = re.compile(
    "(?:的)?(?:依法|合法)?(?:登记注册|注册登记|工商注册|注册或登记|登记|注册|设立|纳税|落户)(?:或登记|设立|、设立|、?依法纳税|、?纳税|、?纳统|、|并|登记|的)*"
)
_SUBJECT = re.compile("(?:的)?[^，。；]{0,16}?(?:企业|单位|机构|工商户|主体|纳税人|旅行社|合作社|组织|平台|事务所)")
# 全市 and 全省 are mostly the reach of an office's work: they count only where 注册 or the like stands by.
_WEAK = ("全市", "全省")
_REGISTERED_AFTER = re.compile(
    "^(?:行政区划?|行政区域|辖区|区域|示范区)*(?:范围)?(?:内|之内)?(?:的)?(?:依法)?(?:注册登记|登记注册|登记或注册|注册|登记|设立登记|工商注册|纳税)(?:、登记|、纳税|、纳统|设立|，)*"
)
_REGISTERED_BEFORE = re.compile(
    "(?:注册地(?:址)?(?:、[^，]{0,8})?(?:均)?(?:在|为|位于)|(?:注册|登记)(?:在|于)|在|应在|须在|需在|于)$"
)
_NAMED_INSIDE = re.compile("^(?:范围内|行政区域内|辖区内|省内|市内|区内|内)(?=的?[^，]{0,8}(?:企业|主体|纳税人))")


def find_regions(tagged: Tagged, place: Place) -> Iterator[Atom]:
    """The place of registration: a named region or 本市, 省内, 在京 …, where 注册 or 登记 stands by it."""
    text = tagged.text
    for match in regions.find(text, within=place.province):
        if match.start == 0 and match.end == len(text):
            yield Atom(0, match.end, Condition("region", "within", (match.code,), text=text), "region")
        before, after = _REGISTERED_BEFORE.search(text[: match.start]), _REGISTERED_AFTER.match(text[match.end :])
        inside = _NAMED_INSIDE.match(text[match.end :])
        if not (before and after or before and re.search("注册|登记", before.group()) or inside and not before):
            continue
        start = before.start() if before else match.start
        end = match.end + (after.end() if after else inside.end() if inside else 0)
        yield Atom(start, end, Condition("region", "within", (match.code,), text=tagged.words(start, end)), "region")
    for hit in _HERE.finditer(text):
        code = _code_of(hit["where"], place)
        before = _REGISTERED_BEFORE.search(text[: hit.start()])
        act = _ACT.match(text, hit.end())
        registered = act or (before and re.search("注册|登记|位于", before.group()))
        if code is None or not (registered or (hit["where"] not in _WEAK and _SUBJECT.match(text, hit.end()))):
            continue
        start, end = before.start() if before else hit.start(), act.end() if act else hit.end()
        yield Atom(start, end, Condition("region", "within", (code,), text=tagged.words(start, end)), "region")


def _code_of(where: str, place: Place) -> str | None:
    if where == "在京":
        return "110000"
    if where.endswith(("省", "省内", "自治区内")):
        return place.province
    return place.city if where.endswith(("市", "市内")) else place.region


# ---------------------------------------------------------------- events

_UP = re.compile(
    "[“]?小升规[”]?(?![”]?培育)|达规纳统|升规纳统|首次升规(?:纳统)?|首次(?:达规)?(?:入规|上规)|(?:首次|新增|新)?(?:成为|成长为|纳入|进入|达到)(?:“?四上”?|规模以上|规上|限上|限额以上)(?:工业|服务业|企业|统计|名录库|、)*"
)
_FIRST = (
    "(?:首次|初次|新)(?:获评|获得|获批|获|通过|取得|被|经|评定|认定|入选|列入|评为|纳入|升级|晋升|成为|为|的|获认定)+"
)
_FIRST_TITLE = pattern(
    f"(?P<lead>{_FIRST})(?P<list><title>(?:提名奖)?(?:(?:、|和|及|或|以及)<title>(?:提名奖)?)*)(?:认定|称号|资格)*"
)
# 新认定的省和国家级重点龙头企业, 首次成为全国20强、50强: several at once.
_NEWLY = re.compile(
    "(?P<lead>(?:首次|初次|新)(?:认定|获评|获批|入选|评定|评为|被认定|成为|进入|列入))(?:为|的)?(?P<list>(?=[^，。；的]{0,30}(?:、|和|或))[^，。；的\ue010]{3,36}?)(?=的|，|$|称号)"
)
_EVENT = re.compile(
    "(?:(?P<year>20[1-3]\\d)年(?P<part>第?一季度|上半年)?(?:内|度|以来|期间)?(?:以来)?)?"
    "(?P<what>(?:(?:首次|初次)(?![\ue001-\ue008]|突破|达到|超过|公开发行|购|租|采购|应用|销售|获得[^，]{0,10}贷款|试)|(?<!重)新(?:设立|迁入|注册|进入|认定|增?纳入|入选|获评|获批|获得|投产|落户|上市|晋升)|成功(?:发行|上市|挂牌|申报)|获准|规下转规上|变更经营者)[^，。；、（）的并]{0,28}(?:、[^，。；、（）的]{2,12}首发上市)?"
    "|(?:首次)?(?:在)?(?:境内外?|北京证券交易所|北交所|沪深交易所|境外|境内?(?:主板|科创板|创业板)(?:、(?:主板|创业板|科创板))*)?首发上市"
    "|(?:在)?(?:境内外?|境外|沪深|上海|深圳|北京|证券交易所|交易所|主板|科创板|创业板|北交所|A股|、|和|或)+(?:首次公开发行(?:股票)?(?:并)?|首发|成功)?(?:上市|挂牌)"
    "|(?:首次)?(?:在)?[^，。；对给支持鼓励、企业]{0,6}(?:新三板|北京证券交易所|北交所|沪深交易所|科创板|创业板|A股|主板|区域性股权市场|境内外|境外|证券交易所)[^，。；的]{0,14}(?:上市|挂牌)|(?:首次)?(?:在|进入)(?:新三板)?(?:基础层|创新层)(?:挂牌)?|在“[^”]{2,8}板?”挂牌)"
)


def find_events(tagged: Tagged, _: Place) -> Iterator[Atom]:
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
    for hit in _FIRST_TITLE.finditer(text):
        lead = hit["lead"].rstrip("的为")
        # A prize keeps its place's name (深圳市市长质量奖): it is another prize elsewhere.
        names = [
            t.text + ("提名奖" if tagged.text.startswith("提名奖", i + 1) else "") if t.name.endswith("奖") else t.name
            for i, t in tagged.within(hit.start("list"), hit.end("list"))
        ]
        words = tagged.words(hit.start(), hit.end())
        rules = tuple(Condition("event", "has", f"{lead}{name}", text=words) for name in names)
        yield Atom(hit.start(), hit.end(), _any(rules), "first_title")
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
    for hit in _NEWLY.finditer(text):
        words = tagged.words(hit.start(), hit.end())
        items = split_list(tagged.words(hit.start("list"), hit.end("list")))
        rules = tuple(Condition("event", "has", f"{hit['lead']}{item}", text=words) for item in items)
        yield Atom(hit.start(), hit.end(), _any(rules), "newly")
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


# ---------------------------------------------------------------- titles by the verb

_WON = pattern(
    "(?:获得|获评|获批|获认定为?|取得|被?(?:评定|认定|评选|命名|授予|评)为|入选|列入|荣获|通过|被授予|(?:经|已经)认定的|获)(?P<list>[^，。；的]{3,70}?)(?P<tail>称号|认定|资格|荣誉|评价入库|评价|名单|资质)*(?:之一)?(?=的|，|$|且|并|(?<=称号)企业$|(?<=认定)企业$)"
)
_TITLE_END = re.compile(
    "(?:企业|基地|中心|工厂|车间|平台|实验室|示范区|园区|载体|单位|奖|强|场景|工作室|示范|试点|名牌|商标|老字号|品牌|资质|总部|项目|机构|示范社|街区|门店|名镇|景区|<title>)$".replace(
        "<title>", "\ue010"
    )
)


def find_won(tagged: Tagged, _: Place) -> Iterator[Atom]:
    """Titles that the dictionary does not know, by the verb that goes before (获得…称号, 被评定为…)."""
    for hit in _WON.finditer(tagged.text):
        items = split_list(tagged.words(hit.start("list"), hit.end("list")))
        tail = hit["tail"] or ""
        if not all(_TITLE_END.search(item) or title_of(item) or tail in ("称号", "荣誉") for item in items):
            continue
        rules = [Condition("qualification", "has", title_of(item) or item, text=item) for item in items]
        yield Atom(hit.start(), hit.end(), _any(tuple(rules)), "won")


def title_of(words: str) -> str | None:
    """The known title that `words` write, whole; None for no such."""
    hit = _title_pattern().fullmatch(words)
    if hit is None:
        return None
    _, names = lexicon.titles()
    if known := names.get(lexicon.squeeze(words)):
        return known
    # 国家级博士后科研工作站 is not just any: a level that the table lacks stays in the name.
    return None if hit["level"].endswith("级") else names[lexicon.squeeze(hit["name"])]


def split_list(text: str) -> list[str]:
    """The members of a list written with 、, 和, 或, 及, 以及."""
    items = [item for item in re.split("、|以及|和|及(?!以上)|或者|或(?!以上)", text) if item]
    items = [f"{item}级" if item in ("国家", "省", "市", "区", "县") else item for item in items]
    if (
        len(items) > 1
        and all(_BARE_LEVEL.fullmatch(item) for item in items[:-1])
        and (last := _LEVELLED.match(items[-1]))
    ):
        return [f"{item}{last['rest']}" for item in items[:-1]] + [items[-1]]
    if len(items) > 1 and all(len(item) <= 3 and item.endswith("奖") for item in items[1:]) and items[0].endswith("奖"):
        head = items[0][: max(0, len(items[0]) - len(items[1]))]
        return [items[0], *(head + item for item in items[1:])]
    return items


_BARE_LEVEL = re.compile(
    "国家级?|省级?|市级?|区级?|县级?|自治区级|世界级|全国\\d+强|\\d+强|[1-5]A级|[一二三四五六七八九]等奖|特等奖|[金银铜]奖"
)
_LEVELLED = re.compile(f"(?:{_BARE_LEVEL.pattern})(?P<rest>.+)")


def _any(rules: tuple[Rule, ...]) -> Rule:
    return rules[0] if len(rules) == 1 else Any(rules)


# ---------------------------------------------------------------- exclusions

_NOT_LISTED = re.compile(
    "(?:未|没有|不得|无|不)(?:被)?(?:列入|纳入|列为|存在|发生|有)?[^，。；]{0,16}?(?P<what>严重失信|失信被执行人|失信主体|失信联合惩戒|经营异常名录|严重违法失信|重大安全事故|较大及?以上(?:生产)?安全(?:生产)?(?:责任)?事故|重大环境违法|环境违法|欠税)[^，。；]{0,12}"
)
_GROUNDS = (
    ("失信", "严重失信主体"),
    ("经营异常", "经营异常名录"),
    ("安全", "重大安全事故"),
    ("环境", "重大环境违法"),
    ("欠税", "欠税"),
)


def find_exclusions(tagged: Tagged, _: Place) -> Iterator[Atom]:
    """Grounds that shut an enterprise out, where it must be free of them."""
    for hit in _NOT_LISTED.finditer(tagged.text):
        grounds = tuple(name for word, name in _GROUNDS if word in hit.group())
        yield Atom(
            hit.start(),
            hit.end(),
            Condition("exclusion", "lacks", grounds, text=tagged.words(hit.start(), hit.end())),
            "exclusion",
        )


# Ordered: where two read the same words, the earlier goes first.
FINDERS = (
    find_bare,
    find_exclusions,
    find_events,
    find_numbers,
    find_special,
    find_won,
    find_regions,
    find_titles,
    find_sizes,
    find_branches,
)


def find_atoms(tagged: Tagged, place: Place) -> list[Atom]:
    """Everything that the finders read in `tagged`, in order, none overlapping."""
    kept: list[Atom] = []
    for finder in FINDERS:
        for atom in finder(tagged, place):
            if all(atom.end <= other.start or other.end <= atom.start for other in kept):
                kept.append(atom)
    return sorted(kept, key=lambda atom: atom.start)


def negate(rules: Iterable[Rule]) -> Rule:
    """None of `rules`."""
    found = tuple(rules)
    return Not(_any(found))


def with_period(rule: Rule, period: str | None) -> Rule:
    """`rule`, a condition, for another period."""
    return replace(rule, period=period) if isinstance(rule, Condition) else rule
