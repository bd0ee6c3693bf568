"""What kind of enterprise: titles, sizes, legal forms."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.model import Condition
from indexer.extract.atoms import Atom, Place, any_of
from indexer.extract.branches import find_branches
from indexer.extract.forms import find_forms, find_sizes
from indexer.extract.titles import NOUNS, title_of
from indexer.extract.tokens import Tagged, pattern


def split_list(text: str) -> list[str]:
    """The members of a list written with 、, 和, 或, 及, 以及, each with the words that only the first or the last bears."""
    items = [item for item in re.split("、|以及|和|及(?!以上)|或者|或(?!以上)|(?<=”)(?=“)", text) if item]
    items = [f"{item}级" if item in ("国家", "省", "市", "区", "县") else item for item in items]
    if len(items) < 2:
        return items
    bare = [_BARE_LEVEL.fullmatch(item) is not None for item in items]
    if all(bare[:-1]) and not bare[-1] and (last := _LEVELLED.match(items[-1])):
        return [f"{item}{last['rest']}" for item in items[:-1]] + [items[-1]]
    if steps := _steps(items):
        return steps
    if all(len(item) <= 3 and item.endswith("奖") for item in items[1:]) and items[0].endswith("奖"):
        head = items[0][: max(0, len(items[0]) - len(items[1]))]
        return [items[0], *(head + item for item in items[1:])]
    return _shared_level(_shared_head(_shared_tail(items)))


def _steps(items: list[str]) -> list[str]:
    """Steps of one thing: CMMI3级、4级、5级评估."""
    hits = [_STEP.fullmatch(item) for item in items]
    first, last = hits[0], hits[-1]
    if first is None or last is None or first["tail"] or not first["head"]:
        return []
    if any(hit is None or hit["head"] for hit in hits[1:]) or any(hit is None or hit["tail"] for hit in hits[:-1]):
        return []
    return [f"{first['head']}{hit['step']}{last['tail']}" for hit in hits if hit]


def _shared_tail(items: list[str]) -> list[str]:
    """绿色食品、有机农产品认证: what is got is told once, at the end."""
    tail = re.search("(?:认证|评估|评价|资质|许可|登记|证书|评审|验收|备案)$", items[-1])
    if tail is None or any(item.endswith(tail.group()) for item in items[:-1]) or len(items[-1]) <= len(tail.group()):
        return items
    return [item + tail.group() for item in items[:-1]] + [items[-1]]


def _shared_head(items: list[str]) -> list[str]:
    """国家知识产权示范企业、优势企业: the head of the first is that of all, where they are built alike."""
    first, out = items[0], [items[0]]
    for item in items[1:]:
        noun = _HEAD_NOUN.search(first)
        if noun and noun.start() >= 4 and _HEAD_NOUN.fullmatch(item):
            out.append(first[: noun.start()] + item)
            continue
        alike = len(item) <= 5 and len(first) >= len(item) + 3 and first[-2:] == item[-2:] and len(item) >= 4
        out.append(first[: -len(item)] + item if alike else item)
    return out


# 「智能制造示范工厂、车间」: a bare noun after a whole name is another of its sort.
_HEAD_NOUN = re.compile(
    "(?:企业|工厂|车间|园区|基地|平台|中心|项目|产品|单位|街区|社区|机构|场景|品牌|景区|饭店|民宿)$"
)


def _shared_level(items: list[str]) -> list[str]:
    """国家级绿色工厂、绿色园区: a level said once holds for all that are of one sort."""
    level = re.match("(?:国家|省|市|区|县)级", items[0])
    if level is None or any(re.match("国家|全国|省|市|区|县|[一-龥]{2,3}[省市]", item) for item in items[1:]):
        return items
    kind = items[0][level.end() : level.end() + 2]
    return [items[0], *(f"{level.group()}{item}" if item[:2] == kind else item for item in items[1:])]


_STEP = re.compile(
    "(?P<head>[^\\d一二三四五]{0,12})(?P<step>(?:\\d{1,2}|[一二三四五])(?:级|A级?|星级?|档|类|等))(?P<tail>.{0,8})"
)
_BARE_LEVEL = re.compile(
    "国家级?|省级?|市级?|区级?|县级?|自治区级|世界级|全国\\d+强|\\d+强|[1-5]A级|A+级|[一二三四五]星级?|[甲乙丙]级|[一二三四五六七八九]等奖|特等奖|[金银铜]奖"
)


_LEVELLED = re.compile(f"(?:{_BARE_LEVEL.pattern})(?P<rest>.+)")


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


_TO_THE_END = re.compile("(?:(?:、|和|及|或|与)\ue010)*的*$")
_LEVEL_LIST = re.compile("(?:(?:国家|省|市|区|县|自治区)级?(?:、|和|或|及))+$")
# 「限额以上住宿、餐饮企业」: the title stands apart from its 企业, the trade between.
_IN_STATISTICS = re.compile("(?P<limit>限额以上|限上|规模以上|规上)(?P<trade>[^，。；的\ue010]{2,16}?)(?:企业|单位)")


def find_titles(tagged: Tagged, _: Place) -> Iterator[Atom]:
    """Titles by their known names. A platform or a product (重点实验室, 绿色工厂) is one only where it is held or won."""
    for i, found in sorted(tagged.tags.items()):
        if found.kind == "title" and (
            _HOLDER.search(found.text)
            or _HELD.search(tagged.text[:i])
            or _TO_THE_END.match(tagged.text, i + 1)
            or (tagged.text[:i] in ("", "对", "凡") and _PAID.match(tagged.text, i + 1))
            or tagged.text.startswith(("称号", "认定", "的研制", "资格"), i + 1)
        ):
            if _LABEL.match(tagged.text, i + 1) and not _HELD.search(tagged.text[:i]):
                continue
            if levels := _LEVEL_LIST.search(tagged.text[:i]):
                # 国家、省、市级龙头企业: a title at each of these levels.
                items = split_list(tagged.words(levels.start(), i + 1))
                if any(_BARE_LEVEL.fullmatch(item) for item in items):
                    items = [found.text]
                rules = tuple(Condition("qualification", "has", title_of(item) or item, text=item) for item in items)
                yield Atom(levels.start(), i + 1, any_of(rules), "title")
                continue
            if without := _WITHOUT.search(tagged.text[:i]):
                words = tagged.words(without.start(), i + 1)
                rule = Condition("qualification", "lacks", (found.name,), text=words)
                yield Atom(without.start(), i + 1, rule, "title")
                continue
            end = i + 1 + (listed.end() if (listed := _ON_A_LIST.match(tagged.text[i + 1 :])) else 0)
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


_WON = pattern(
    "(?<!新)(?<!首次)(?<!初次)(?:获得|获评|获批|获认定为?|取得|被?(?:评定|认定|评选|命名|授予|评)为|被评上|入选|列入|荣获|获颁|通过|被授予|(?:经|已经)认定的|获)(?P<list>(?![和或及])(?:<title>|(?:“[^”]{2,30}”(?:、|和|及|或)?)+|[^，。；的]{3,70}?))(?P<tail>称号|认定|资格|荣誉|评价入库|评价|名单|榜单|资质)*(?:之一)?(?=的|，|$|且|并|(?<=称号)企业$|(?<=认定)企业$)"
)


_TITLE_END = re.compile(f"(?:{NOUNS}|\ue010)$")


# 「智能制造能力成熟度三级评估」: a step of a model that one is assessed by.
_AT_STEP = re.compile("[^，。；]{2,}?(?:\\d{1,2}A?级?|[一二三四五六]级|A+级)(?:（?含?）?及?以上)?(?:评估|认证|评定)")


# What is done, or by what means, is no title (通过服务平台融资, 通过服务券支持企业购买…).
_DOING = re.compile("支持|购买|采购|开展|实施|进行|方式|渠道|融资|发放|提供|组织|招聘|用于|申报")


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
        if _DOING.search(hit["list"]) or (
            "经认定的" in hit.group()[:5] and all(_sort_alone(item, place) for item in items)
        ):
            continue
        if tail == "资质":
            items = [item + tail for item in items]
        if all(_AT_STEP.fullmatch(item) for item in items):
            items = [item.removesuffix("评估").removesuffix("认证").removesuffix("评定") for item in items]
        elif hit.group().startswith("通过") and not tail and not all(map(title_of, items)):
            continue  # 通过马德里注册商标的: the way, and no title
        elif not all(_TITLE_END.search(item) or title_of(item) or tail in ("称号", "荣誉") for item in items):
            continue
        if without := _WITHOUT.search(tagged.text[: hit.start()]):
            names = tuple(title_of(item) or item for item in items)
            words = tagged.words(without.start(), hit.end())
            yield Atom(without.start(), hit.end(), Condition("qualification", "lacks", names, text=words), "won")
            continue
        rules = [Condition("qualification", "has", title_of(item) or item, text=item) for item in items]
        yield Atom(hit.start(), hit.end(), any_of(tuple(rules)), "won")
