"""What kind of enterprise: titles, sizes, legal forms."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.model import Condition
from indexer.extract.atoms import Atom, Place, any_of
from indexer.extract.branches import find_branches
from indexer.extract.coordination import split_list
from indexer.extract.forms import find_forms, find_sizes
from indexer.extract.titles import NOUNS, title_of
from indexer.extract.tokens import Tagged, pattern

_BARE_LEVEL = re.compile(
    "国家级?|省级?|市级?|区级?|县级?|自治区级|世界级|全国\\d+强|\\d+强|[1-5]A级|A+级|[一二三四五]星级?|[甲乙丙]级|[一二三四五六七八九]等奖|特等奖|[金银铜]奖"
)


_HOLDER = re.compile(
    "(?:企业|纳税人|主体|资格|单位|小巨人|冠军|瞪羚|独角兽|高企|科技型中小|研发中心|专精特新|总部|公司)[”’]?$"
)


_HELD = re.compile("(?:获得|获评|获批|认定|入选|通过|评为|取得|荣获|拥有|建有|设有|列入|被授予|评定)[^，。；]{0,24}$")
# 非高新技术企业, 未认定为高新技术企业的: without the title.
_WITHOUT = re.compile(
    "(?:非|不是|不属于|(?:尚未|从未|未|没有)(?:被|经|获|获得|通过|取得|成为|入选|纳入|列入|认定|评定|评为|为)*)$"
)
# 专精特新认定：, 高企认定奖励: the name of a policy.
_LABEL = re.compile("(?:企业)?(?:认定|评定|申报|培育)(?:奖励|补助|补贴|扶持|资助|支持|奖补)?(?:：|$)")
# 国家级孵化器年度考核为优秀的: who is paid, at the beginning.
_PAID = re.compile("的?(?:(?:上|本)?年度|当年|绩效|考核|评价|每|新增|引进|购置|申请|自|在)")


# What it is written in: 纳入科技型中小企业信息库的.
_ON_A_LIST = re.compile("(?:企业)?(?:信息库|名单|榜单|称号|资格|认定)+(?=的|，|$|且|并)")


# 限上商贸业: those in the statistics, told as a trade.
_A_TRADE = re.compile("业(?=年|的|，|$)")
_TO_THE_END = re.compile("(?:(?:、|和|及|或|与)\ue010)*的*$")
_LEVEL_LIST = re.compile("(?:(?:国家|省|市|区|县|自治区)级?(?:、|和|或|及))+$")
_MORE_TITLES = pattern("(?:(?:、|和|或|及|以及|与)[^，。；的、和及或与<title>]{0,6}<title>)+")
# 「限额以上住宿、餐饮企业」: the title stands apart from its 企业, the trade between.
_IN_STATISTICS = re.compile(
    "(?P<limit>限额以上|限上|规模以上|规上)(?P<trade>[^，。；的\ue010]{2,16}?)(?:企业|单位|(?<=[贸售流]业)(?=年|的|，|$))"
)


def find_titles(tagged: Tagged, _: Place) -> Iterator[Atom]:
    """Titles by their known names. A platform or a product (重点实验室, 绿色工厂) is one only where it is held or won."""
    upto = 0
    for i, found in sorted(tagged.tags.items()):
        if i < upto:
            continue  # of a list that was read already
        if found.kind == "title" and (
            _HOLDER.search(found.text)
            or _HELD.search(tagged.text[:i])
            or _TO_THE_END.match(tagged.text, i + 1)
            or (tagged.text[:i] in ("", "对", "凡") and _PAID.match(tagged.text, i + 1))
            or tagged.text.startswith(("称号", "认定", "的研制", "资格"), i + 1)
            or _A_TRADE.match(tagged.text, i + 1)
            or (_LEVEL_LIST.search(tagged.text[:i]) and _MORE_TITLES.match(tagged.text, i + 1))
        ):
            if _LABEL.match(tagged.text, i + 1) and not _HELD.search(tagged.text[:i]):
                continue
            if levels := _LEVEL_LIST.search(tagged.text[:i]):
                # 国家、省、市级龙头企业: a title at each of these levels, and so are those that stand beside it.
                more = _MORE_TITLES.match(tagged.text, i + 1)
                upto = more.end() if more else i + 1
                items = split_list(tagged.words(levels.start(), upto))
                if any(_BARE_LEVEL.fullmatch(item) for item in items):
                    items, upto = [found.text], i + 1
                rules = tuple(Condition("qualification", "has", title_of(item) or item, text=item) for item in items)
                yield Atom(levels.start(), upto, any_of(rules), "title")
                continue
            if without := _WITHOUT.search(tagged.text[:i]):
                words = tagged.words(without.start(), i + 1)
                rule = Condition("qualification", "lacks", (found.name,), text=words)
                yield Atom(without.start(), i + 1, rule, "title")
                continue
            listed = _ON_A_LIST.match(tagged.text, i + 1) or _A_TRADE.match(tagged.text, i + 1)
            end = listed.end() if listed else i + 1
            yield Atom(i, end, Condition("qualification", "has", found.name, text=found.text), "title")
    for hit in _IN_STATISTICS.finditer(tagged.text):
        if name := _statistics_of(hit["limit"], hit["trade"]):
            rule = Condition("qualification", "has", name, text=hit.group())
            yield Atom(hit.start(), hit.end("limit"), rule, "title")


def _statistics_of(limit: str, trade: str) -> str | None:
    if limit.startswith("限"):
        return "限额以上商贸企业" if re.search("[批零商贸住宿餐]", trade) else None
    if re.search("工业|制造", trade):
        return "规模以上工业企业"
    return "规模以上服务业企业" if "服务" in trade else None


# 「对国家级、省级A、B」: what has levels and a noun of titles is one, whether the dictionary knows it or not.
AT_LEVELS = re.compile(
    "(?:^|对|凡)(?P<list>(?:(?:国家|省|市|区|县|自治区)级?(?:、|和|或|及))+(?:国家|省|市|区|县|自治区)级?[^，。；的对]{2,60}?)(?:等)?(?:企业|单位|主体)?(?=的|，|$)"
)


def find_levelled(tagged: Tagged, _: Place) -> Iterator[Atom]:
    """Titles at several levels that no dictionary knows."""
    for hit in AT_LEVELS.finditer(tagged.text):
        items = split_list(tagged.words(hit.start("list"), hit.end("list")))
        if all(_TITLE_END.search(_BRACKETS.sub("", item)) or title_of(item) for item in items) and len(items) > 1:
            rules = tuple(Condition("qualification", "has", title_of(item) or item, text=item) for item in items)
            yield Atom(hit.start("list"), hit.end("list"), any_of(rules), "won")


_WON = pattern(
    "(?<!新)(?<!首次)(?<!初次)(?:获得|获评|获批|获认定为?|取得|被?(?:评定|认定|评选|命名|授予|评)为|被评上|入选|列入|荣获|获颁|通过|被授予|(?:经|已经)认定的|获)(?P<list>(?![和或及])(?:<title>|(?:“[^”]{2,30}”(?:、|和|及|或)?)+|[^，。；的]{3,70}?))(?P<tail>称号|认定|资格|荣誉|评价入库|评价|名单|榜单|资质|证书)*(?:之一)?(?=的|，|$|且|并|(?<=称号)企业$|(?<=认定)企业$)"
)


_TITLE_END = re.compile(f"(?:{NOUNS}|\ue010)$")


_BRACKETS = re.compile("（[^（）]*）$")


# 「智能制造能力成熟度三级评估」: a step of a model that one is assessed by.
_AT_STEP = re.compile("[^，。；]{2,}?(?:\\d{1,2}A?级?|[一二三四五六]级|A+级)(?:（?含?）?及?以上)?(?:评估|认证|评定)")


# What is done, or by what means, is no title (通过服务平台融资, 通过服务券支持企业购买…).
_DOING = re.compile("支持|购买|采购|开展|实施|进行|方式|渠道|融资|发放|提供|组织|招聘|用于|申报")


# What a person holds.
_OF_PEOPLE = re.compile("职业|职称|技能|工种|学历|学位|资格")


# What is given in quotation marks is the name of a title, whatever its noun.
_GIVEN_NAME = re.compile("获评|荣获|获颁|被?(?:评定|认定|评选|命名|授予|评)为|被评上|被授予|获得")


def _sort_alone(words: str, place: Place) -> bool:
    """Whether `words` only say of what size, form or trade it is (经认定的制造业企业), which is no title."""
    tagged = Tagged(words, 0, ())
    read = [atom for finder in (find_sizes, find_forms, find_branches) for atom in finder(tagged, place)]
    anybody = _ANYBODY.fullmatch(words) is not None
    return anybody or any(atom.end - atom.start >= len(words) - 1 for atom in read)


_ANYBODY = re.compile(
    "(?:[本我全][省市区县]|[一-龥]{2,6}[省市区县]|辖区内?|[省市区县]内)?(?:各类|相关)?(?:企业|单位|机构|项目)"
)


def find_won(tagged: Tagged, place: Place) -> Iterator[Atom]:
    """Titles that the dictionary does not know, by the verb that goes before (获得…称号, 被评定为…)."""
    for hit in _WON.finditer(tagged.text):
        items = split_list(tagged.words(hit.start("list"), hit.end("list")))
        marked = [item.startswith("“") and item.find("”") == len(item) - 1 for item in items]
        items = [item[1:-1] if quoted else item for item, quoted in zip(items, marked, strict=True)]
        tail = hit["tail"] or ("称号" if all(marked) and _GIVEN_NAME.match(hit.group()) else "")
        if (
            _DOING.search(hit["list"])
            or (tail == "证书" and _OF_PEOPLE.search(hit["list"]))
            or ("经认定的" in hit.group()[:5] and all(_sort_alone(item, place) for item in items))
        ):
            continue
        if any(len(item) < 3 for item in items):
            continue
        if tail == "资质":
            items = [item + tail for item in items]
        if all(_AT_STEP.fullmatch(item) for item in items):
            items = [item.removesuffix("评估").removesuffix("认证").removesuffix("评定") for item in items]
        elif hit.group().startswith("通过") and not tail and not all(map(title_of, items)):
            continue  # 通过马德里注册商标的: the way, and no title
        elif not all(
            _TITLE_END.search(_BRACKETS.sub("", item)) or title_of(item) or tail in ("称号", "荣誉", "证书")
            for item in items
        ):
            continue
        if without := _WITHOUT.search(tagged.text[: hit.start()]):
            names = tuple(title_of(item) or item for item in items)
            words = tagged.words(without.start(), hit.end())
            yield Atom(without.start(), hit.end(), Condition("qualification", "lacks", names, text=words), "won")
            continue
        rules = [Condition("qualification", "has", title_of(item) or item, text=item) for item in items]
        yield Atom(hit.start(), hit.end(), any_of(tuple(rules)), "won")
