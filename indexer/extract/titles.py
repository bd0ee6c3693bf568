"""The titles that a stretch names, as the table of titles knows them: at which level, and whose."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache, lru_cache

from corpus.codes import titles as title_codes
from corpus.model import All, Any, Condition, Rule
from indexer.extract import lexicon
from indexer.extract.tokens import Tag, Tagged, find_figures, keep_longest

# What the names of titles end with, where no table knows them.
NOUNS = (
    "企业|基地|中心|工厂|车间|平台|实验室|示范区|示范园|园区|度假区|载体|单位|奖|强|场景|工作室|示范|试点|名牌|商标|老字号|品牌|资质|总部|空间|"
    "孵化器|加速器|机构|示范社|合作社|农场|站|研究院|研究所|街|街区|园|村|镇|门店|民宿|酒店|景区|集群|服务商|供应商|联合体|工坊|冠军|标杆|示范点|标识"
)

_RANK = "(?:国家级|省级|市级|区级|县级|自治区级)(?:（含[^（）]{0,6}）)?(?:及?以上)?(?:（含[^（）]{0,6}）)?"
_LEVEL = f"(?:{_RANK}|国家|工信部|中关村|[^获评得为定被选第通过予列和或及与是以到在，。；、“”（）对]{{2,3}}[省市])?"


_LEVEL_BEFORE = re.compile(f"(?:{_LEVEL.removesuffix('?')})[“‘「]?$")


@cache
def _title_pattern() -> re.Pattern[str]:
    known, _ = lexicon.titles()
    return re.compile(f"(?P<level>{_LEVEL})[“‘「]?(?P<name>{known.pattern})")


# Titles of one sort in the whole country: a place before them says where (郑州市高新技术企业), not which.
EVERYWHERE = frozenset(
    {
        "高新技术企业",
        "科技型中小企业",
        "规模以上工业企业",
        "规模以上服务业企业",
        "规模以上企业",
        "限额以上商贸企业",
        "四上企业",
        "小型微利企业",
        "民营企业",
        "上市公司",
    }
)


# 种子独角兽企业, 准独角兽企业: what may become one is none yet.
_NOT_YET = re.compile("(?:种子|(?<!标)准|潜在|未来|拟认定|候选|后备|梯队)[“‘「]?$")


# 研发类功能型总部企业: each sort of headquarters is a title of its own.
_OF_A_SORT = re.compile("[^，、。；的对和或及与为是在（）\\d]{2,6}[类型]$")
# 科创板首发上市企业: what is done, and no state.
_BEING_LISTED = re.compile("(?:首发|成功|挂牌|[板所股]|市场|拟|新|并)$")


@lru_cache(maxsize=1024)
def tag(text: str, offset: int = 0) -> Tagged:
    """`text` with its figures and titles as symbols. The same piece is asked for by whom gives and by who gets: kept."""
    known, names = lexicon.titles()
    found = find_figures(text, offset)
    for hit in known.finditer(text):
        start = hit.start()
        name = names[lexicon.squeeze(hit.group())]
        if _NOT_YET.search(text, max(0, start - 6), start):
            continue
        if name == "上市公司" and (
            _BEING_LISTED.search(text, max(0, start - 4), start) or text.startswith(("股权", "挂牌"), hit.end())
        ):
            continue
        if level := _LEVEL_BEFORE.search(text, max(0, start - 14), start):
            levelled = text[level.start() : hit.end()]
            rank = level.group().rstrip("“‘「")
            placed = name in EVERYWHERE and rank.endswith(("省", "市"))
            if not placed and not (rank.startswith("国家") and text.endswith("鼓励的", 0, level.start())):
                given = title_codes.find(name)
                ranked = rank == "中关村" or given is None or given.level is not None
                start = level.start()
                name = _at_level(rank, name) or (lexicon.squeeze(levelled) if ranked else name)
        if name.endswith("总部企业") and (sort := _OF_A_SORT.search(text, max(0, start - 8), start)):
            start, name = sort.start(), lexicon.squeeze(text[sort.start() : hit.end()])
        found.append(Tag("title", offset + start, offset + hit.end(), text[start : hit.end()], name=name))
    return Tagged(text, offset, keep_longest(found))


def title_of(words: str) -> str | None:
    """The known title that `words` write, whole; None for no such."""
    hit = _title_pattern().fullmatch(words)
    if hit is None:
        return None
    _, names = lexicon.titles()
    if known := names.get(lexicon.squeeze(words)):
        return known
    name = names[lexicon.squeeze(hit["name"])]
    return _at_level(hit["level"], name) if hit["level"] else name


_BRACKETED = re.compile("（含[^（）]*）")
_OWN_RANK = re.compile("^(?:国家级|省级|市级|县级)(?:及以上)?")
_MUNICIPALITIES = ("北京市", "上海市", "天津市", "重庆市")


def _at_level(level: str, name: str) -> str | None:
    """The title `name` at the level that stands before it; None where the table knows none at that level.

    省级及以上农业龙头企业 is 省级及以上农业产业化龙头企业; 区级专精特新企业 is no 省级专精特新中小企业, and stays as it is written.
    Whose it is matters not where the table tells no levels (杭州市瞪羚企业), a rank that is said does (国家级博士后科研工作站).
    """
    _, names = lexicon.titles()
    if level.startswith("中关村") or name in lexicon.own_titles():
        return names.get(lexicon.squeeze(level + name))
    rank = _BRACKETED.sub("", level)
    given = title_codes.find(name)
    if rank.endswith(("省", "市")) and name.endswith("奖"):
        return None  # 深圳市市长质量奖 is another prize elsewhere
    if rank.endswith(("省", "市")) and given is not None and given.level is None:
        return name
    if rank in ("国家", "工信部"):
        rank = "国家级"
    elif rank in _MUNICIPALITIES or rank.endswith("省"):
        rank = "省级"
    elif rank.endswith("市"):
        rank = "市级"
    rank = re.sub("(?<!及)以上", "及以上", rank).replace("国家级及以上", "国家级")
    bare = _OWN_RANK.sub("", name)
    if known := names.get(lexicon.squeeze(rank + bare)):
        return known
    if given is None or rank.startswith("自治区级"):
        return name
    if given.level is None:
        return None if level.endswith("级") else name
    return name if given.level == rank or rank.endswith("及以上") else None


_CITY_LEVEL = re.compile("市级(?!及以上).+")


def of_municipality(rule: Rule) -> Rule:
    """`rule` as a municipality's: its 市级 is a province's level, where the table has a title at both (see its note on
    市级专精特新中小企业). Whoever holds it by either name has it.
    """
    if isinstance(rule, (All, Any)):
        return type(rule)(tuple(map(of_municipality, rule.of)))
    if not isinstance(rule, Condition) or not isinstance(rule.value, str):
        return rule
    hit = _CITY_LEVEL.search(rule.value) if rule.field in ("qualification", "event") else None
    own = title_codes.find(hit.group()) if hit else None
    raised = title_codes.find(f"省{own.name[1:]}") if own and own.name.startswith("市级") else None
    if hit is None or own is None or raised is None:
        return rule
    if rule.field == "event":
        return replace(rule, value=rule.value[: hit.start()] + raised.name)
    return replace(rule, op="has_any", value=(raised.name, own.name)) if rule.op == "has" else rule
