"""Where an enterprise must be registered."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.codes import regions
from corpus.model import All, Condition
from indexer.extract.atoms import Atom, Place
from indexer.extract.tokens import Tagged

_HERE = re.compile(
    "(?P<where>(?<![资成样基根版文日])本(?:市(?!场)|省|区|县|州)|我市(?!场)|我省|我区|我县|我州|全市(?!场)|全省|全区(?!域)|全县|(?<![一-龥])(?:省内|市内|区内|县内)|(?<=[的对在与及和至为从])(?:省内|市内|区内|县内)"
    "|在[深穗杭甬蓉厦榕汉](?=注册|登记|设立|落户|落地|纳统|纳税|企业)|京内(?=企业)|在[京沪津渝粤苏浙鲁豫皖湘鄂赣闽川黔滇陕甘青琼桂冀晋辽吉黑蒙宁新藏](?=注册|登记|设立|落户|落地|纳统|纳税|从事|依法|经营|生产|上市|成立|投资|企业|内|各)|自治区内)"
    "(?:行政区划|行政区域|行政区|辖区|区域|地区|范围|境|内|之内)*"
)
# Abbreviations of provinces, as in 在京, 在沪.
_SHORT = dict(
    zip(
        "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川黔滇藏陕甘青宁新",
        (
            11,
            12,
            13,
            14,
            15,
            21,
            22,
            23,
            31,
            32,
            33,
            34,
            35,
            36,
            37,
            41,
            42,
            43,
            44,
            45,
            46,
            50,
            51,
            52,
            53,
            54,
            61,
            62,
            63,
            64,
            65,
        ),
        strict=True,
    )
)


# Abbreviations of cities, as in 在穗企业.
_SHORT_CITIES = {
    "深": "440300",
    "穗": "440100",
    "杭": "330100",
    "甬": "330200",
    "蓉": "510100",
    "厦": "350200",
    "榕": "350100",
    "汉": "420100",
}


_ACT = re.compile(
    "(?:的)?(?:依法|合法|新|实际)?(?:登记注册|注册登记|工商注册|注册或登记|登记|注册|设立(?!总部|分支|研发|子公司|分公司|机构)|成立|纳税|纳统|落户|从事(?=[^，]{2,}的?(?:企业|单位|机构))|依法从事(?=[^，]{2,}的?(?:企业|单位|机构)))(?:或登记|设立|成立|、设立|、?依法纳税|、?纳税|、?纳统|、?统计|、?登记|、|并|登记|的)*"
)


_SUBJECT = re.compile(
    "(?:的)?(?:(?!开展|实施|举办|投资|建设|新建|承办|采购|购买|销售|应用|推广|转化|并由)[^，。；的]){0,16}?(?:企业|单位|机构|工商户|主体|纳税人|旅行社|合作社|组织|平台|事务所|公司|\ue010)"
)
# A place before what is done, or built, in it, and not before who is there.
_NOT_SUBJECT = re.compile(
    "^(?:的)?[^，。；]{0,4}?(?:各级|银行|金融机构|港口|高校|院校|重点项目|收费站|市场|展会|平均|同行业|首|统一|所有普通)"
)


# 全市 and 全省 are mostly the reach of an office's work: they count only right before who it is, or where 注册 stands by.
_WEAK = ("全市", "全省", "全区", "全县")
_RIGHT_BEFORE = re.compile(
    "(?:范围内|内)?(?:的)?(?:各类|所有|符合条件的)*(?:大?中?小微?型?企业|市场主体|经营主体|个体工商户|规上|规模以上|限上|限额以上|\ue010|企业|[^，。；的]{2,4}企业(?!的))"
)


_REGISTERED_AFTER = re.compile(
    "^(?:行政区划?|行政区域|辖区|区域|示范区|地区|境)*(?:范围)?(?:内|之内)?(?:的)?(?:依法|新)?(?:注册登记|登记注册|登记或注册|注册|登记|设立登记|工商注册|纳税)(?:、登记|、纳税|、纳统|设立|，)*"
)


_REGISTERED_BEFORE = re.compile(
    "(?:(?:工商)?(?:注册|登记|住所|经营)(?:登记)?地(?:址)?(?:、|和|及|以及|与|税务|税收|缴纳|解缴|登记|征管|纳税|纳统|统计|关系|所在地|地|经营|生产|实际|均|须|应)*(?:在|为|位于|属于)|(?:工商注册|工商登记|注册登记|登记注册)(?:、|和|及|税务|登记|征管|纳税|纳统|统计|关系|均|须|应)+(?:在|为|位于|属于)"
    "|(?:税收|税务)[^，。；]{0,8}(?:在|为|位于|属于)|(?:注册|登记)(?:在|于)|在|应在|须在|需在|于)$"
)
# Where its head office, its works or its projects stand is not where it is registered.
_NOT_THERE = re.compile("(?:总部设?|投资|项目|基地)在$")
# 「在本市注册满1年」: for how long is another condition, which needs the word itself.
_HOW_LONG = re.compile("(?:时间|登记|经营|运营)*\ue004")
# Registered there and paying its taxes there are two conditions.
_BOTH = re.compile("(?:注册|登记|住所|经营).*(?:税务|纳税|税收)")
# 「湖北省上市公司」: a named place right before who is there; 「获得安徽省优秀企业称号」 is a title.
_NAMED_FIRM = re.compile(
    "(?:的|各类|所有)?(?:大?中?小微?型?企业|个体工商户|\ue010|上市公司|挂牌公司|期货公司|规上企业|规模以上企业|纳税人|企业|用人单位|参保单位|各类参保单位)(?!家|的?(?:名录|名单|称号|奖|协会|服务))"
)
_TITLE_BEFORE = re.compile(
    "(?:获得|评为|认定|入选|列入|荣获|获评|“)[^，]{0,8}$|(?:迁入|迁至|来自|销往|进入|走进|赴|到|引入)$"
)
# What is done there as its place of business, before who does it: 在本市缴纳社会保险的用人单位.
_AT_HOME = re.compile(
    "(?:行政区划?|行政区域|辖区|区域|地区|范围|境|内|之内)*(?=(?:的)?(?:依法|合法|正常|实际)*(?:缴纳社会保险|缴费|参保|从事|生产经营|经营|运营|符合条件|具有|办公|设立|成立|落户|落地|新设立|新注册|新成立|新落户)[^，。；]{0,40}?(?:企业|单位|机构|工商户|主体|纳税人|合作社|组织|事务所|公司)(?:的|，|$|招用|吸纳|招录))"
)


_NAMED_INSIDE = re.compile("^(?:范围内|行政区域内|辖区内|省内|市内|区内|内)(?=的?[^，]{0,8}(?:企业|主体|纳税人))")


def find_regions(tagged: Tagged, place: Place) -> Iterator[Atom]:
    """The place of registration: a named region or 本市, 省内, 在京 …, where 注册 or 登记 stands by it."""
    text = tagged.text
    for match in regions.find(text, within=place.province):
        before, after = _REGISTERED_BEFORE.search(text[: match.start]), _REGISTERED_AFTER.match(text[match.end :])
        inside = _NAMED_INSIDE.match(text[match.end :])
        if before and _BOTH.search(before.group()):
            yield from _both(tagged, before.start(), match.end, match.code)
            continue
        firm = _NAMED_FIRM.match(text[match.end :]) and not _TITLE_BEFORE.search(text[: match.start])
        home = _AT_HOME.match(text, match.end)
        if home and (before or home.group()) and not after:
            begin = before.start() if before else match.start
            yield _region(tagged, begin, home.end(), match.code)
            continue
        if not (
            (before and after)
            or (before and re.search("注册|登记|税收|税务", before.group()))
            or (after and re.match("行政区|范围|境|辖区", after.group()))
            or ((inside or firm) and not before)
        ):
            continue
        start = before.start() if before else match.start
        end = match.end + (after.end() if after else inside.end() if inside else 0)
        end = match.end if _HOW_LONG.match(text, end) else end
        field = (
            "tax_region" if before and re.search("税", before.group()) and "注册" not in before.group() else "region"
        )
        yield Atom(start, end, Condition(field, "within", (match.code,), text=tagged.words(start, end)), "region")
    for hit in re.finditer("(?:注册|登记)?(?:在|于)?海南(?:自由贸易港|自贸港)(?:内|注册|登记|并|的)*", text):
        yield _region(tagged, hit.start(), hit.end(), "460000")
    for hit in _HERE.finditer(text):
        code = _code_of(hit["where"], place)
        before = _REGISTERED_BEFORE.search(text[: hit.start()])
        if _NOT_THERE.search(text[: hit.start()]):
            continue
        if before and code and _BOTH.search(before.group()):
            yield from _both(tagged, before.start(), hit.end(), code)
            continue
        home = _AT_HOME.match(text, hit.end())
        if home and code and hit["where"] not in _WEAK:
            yield _region(tagged, before.start() if before else hit.start(), home.end(), code)
            continue
        found = tagged.tags.get(hit.end())
        if found is not None and found.text.startswith("首"):
            continue  # a first set of equipment, and no enterprise
        act = _ACT.match(text, hit.end())
        registered = act or (before and re.search("注册|登记|位于", before.group()))
        weak = hit["where"] in _WEAK
        there = _RIGHT_BEFORE.match(text, hit.end()) if weak else _SUBJECT.match(text, hit.end())
        if code is None or not (registered or (there and not _NOT_SUBJECT.match(text[hit.end() :]))):
            continue
        start, end = before.start() if before else hit.start(), act.end() if act else hit.end()
        end = hit.end() if _HOW_LONG.match(text, end) else end
        yield Atom(start, end, Condition("region", "within", (code,), text=tagged.words(start, end)), "region")


def _region(tagged: Tagged, start: int, end: int, code: str) -> Atom:
    return Atom(start, end, Condition("region", "within", (code,), text=tagged.words(start, end)), "region")


def _both(tagged: Tagged, start: int, end: int, code: str) -> Iterator[Atom]:
    words = tagged.words(start, end)
    rules = tuple(Condition(field, "within", (code,), text=words) for field in ("region", "tax_region"))
    yield Atom(start, end, All(rules), "region")


def region_alone(text: str, place: Place) -> Condition | None:
    """The region that `text` names and nothing else (不含厦门); None for more or less than one."""
    found = regions.find(text, within=place.province)
    if len(found) != 1 or (found[0].start, found[0].end) != (0, len(text)):
        return None
    return Condition("region", "within", (found[0].code,), text=text)


def _code_of(where: str, place: Place) -> str | None:
    """The code that 本市, 省内, 在沪 … mean in `place`; None where the place is too wide to say (本区 in a city's paper)."""
    if where[0] == "在" and where[1:2] in _SHORT:
        return f"{_SHORT[where[1]]}0000"
    if where[0] == "在" and where[1:2] in _SHORT_CITIES:
        return _SHORT_CITIES[where[1]]
    if where == "京内":
        return "110000"
    if place.region is None:
        return None
    if where.endswith(("省", "省内", "自治区内")):
        return place.province
    municipality = place.region[:2] in ("11", "12", "31", "50")
    if where.endswith(("市", "市内", "州")):
        return place.city if municipality or not place.region.endswith("0000") else None
    return place.region if not place.region.endswith("00") else None


_PARK = re.compile(
    "(?:(?:依法)?(?:注册|登记|入驻|落户)?(?:在|于))?(?P<park>[一-龥]{2,14}(?:自主创新示范区|高新技术产业开发区|高新区|经济技术开发区|经开区|自由贸易试验区|自贸试验区|自贸区|自由贸易港|综合保税区|保税港区|合作区|新片区))"
    "(?:（[^（）]{0,24}）)?(?:(?:范围)?内(?:的)?(?:依法)?(?:注册登记|登记注册|注册|登记|纳税|、)*|(?:依法)?(?:注册登记|登记注册|注册|登记)(?:的)?)(?:的)?"
)


def find_parks(tagged: Tagged, _: Place) -> Iterator[Atom]:
    """The park that it must stand in, by its name, where no code says it (中关村国家自主创新示范区内)."""
    for hit in _PARK.finditer(tagged.text):
        name = re.sub("^(?:对|在|于|及|和|的|支持|鼓励|注册在|注册于|位于)+", "", hit["park"])
        words = tagged.words(hit.start(), hit.end())
        yield Atom(hit.start(), hit.end(), Condition("park", "has", name, text=words.removesuffix("的")), "park")
