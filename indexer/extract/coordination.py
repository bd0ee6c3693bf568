"""A list of names in words, each spelled out: levels said once for several names, names that share a head or a tail.

「国家级、省级科技企业孵化器、大学科技园」 names four things. A list is runs of levels, each before the names that it holds for;
what only the first or the last of several names bears belongs to all of them.
"""

from __future__ import annotations

import re
from itertools import product

from indexer.extract.titles import EVERYWHERE, title_of

_OPEN, _CLOSE = "（“《", "）”》"
# 「众创空间（或创业苗圃）」, 「企业技术中心（包括重点实验室）」: the brackets hold one more name.
_ONE_MORE = re.compile("（(?:或|包括|包含|含)(?P<name>[^（）、，及以不数\\d]{3,20})）")
# 「中国专利金奖、银奖企业」: who won them is no part of the last.
_WHO_WON = re.compile("(?<=奖)(?:企业|单位)$")
_JOIN = re.compile("、|以及|和(?!解)|(?<!涉|普|触)及(?!其?以上|时)|或者|或(?!以上)|与|[（）“”《》]")

_PLACE = "国家级?|省部?级?|地?市级?|区级?|县级?|自治区级|世界级|国际级?|全国|中关村(?=.)|[一-龥]{2,4}(?:[省市县]|(?<![园社街景山校厂矿范验济])区)(?:级|(?=$))"
_GRADE = (
    "[一二三四五]星级?|[1-5]A级?|A{1,5}级?|[甲乙丙]级|[特一二三四五六七八九]等奖?|[金银铜]奖|\\d+强|[百十千]强|"
    "[特一二三四五壹贰叁]级(?!市场)|[初中高]级"
)
_LEVEL = re.compile(f"(?P<place>{_PLACE})?(?P<grade>{_GRADE})?")
# A level that is said with its 级 before a name, or a grade.
_SURE = re.compile(
    f"(?:(?:国家|省部?|地?市|区|县|自治区|世界|国际|[一-龥]{{2,4}}[省市区县])级|(?:国家|全国)(?={_GRADE}))?(?:{_GRADE})?"
)
# 「5A、4A级」
_BARE_GRADE = re.compile("(?:[1-5]A|A{2,5}|[一二三四五]星)$")
# Such names say their level, or have none.
_OWN_LEVEL = re.compile("国家|全国|中国|中华|世界|国际|省|市|区|县|自治区|中关村|[一-龥]{2,3}[省市]")


def split_list(text: str) -> list[str]:
    """The names of the list in `text` in order, each with the words that only another of them bears."""
    items = _cut(_WHO_WON.sub("", text))
    if len(items) < 2:
        return [_levelled(item) for item in items]
    if built_alike := _steps(items) or _prizes(items):
        return built_alike
    out: list[str] = []
    for levels, names in _runs(items):
        whole = _shared_head(_shared_tail(names))
        out += [f"{level}{name}" for name, level in product(whole, levels)]
    return out


def _cut(text: str) -> list[str]:
    """The pieces of `text` between its joins, those inside brackets and quotation marks left whole."""
    text = _ONE_MORE.sub(lambda hit: f"、{hit['name']}", text)
    out, start, depth = [], 0, 0
    for hit in _JOIN.finditer(text):
        mark = hit.group()
        if mark in _OPEN:
            if depth == 0 and mark == "“" and text[start : hit.start()].endswith("”"):
                out.append(text[start : hit.start()])
                start = hit.start()
            depth += 1
        elif mark in _CLOSE:
            depth = max(0, depth - 1)
        elif depth == 0:
            out.append(text[start : hit.start()])
            start = hit.end()
    return [item for item in (*out, text[start:]) if item]


def _levelled(item: str) -> str:
    return f"{item}级" if item in ("国家", "省", "市", "区", "县") else item


def _runs(items: list[str]) -> list[tuple[list[str], list[str]]]:
    """The runs of the list: levels, and the names they hold for. A run without names is levels alone."""
    runs: list[tuple[list[str], list[str]]] = []
    waiting: list[str] = []
    for item in items:
        hit = _LEVEL.match(item)
        level = hit.group() if hit else ""
        if level and level == item:
            waiting.append(_of_first(_levelled(level), waiting))
            continue
        if waiting and level:
            level = _levelled(level) if waiting[-1].endswith("级") else level
            waiting = [f"{one}级" if _BARE_GRADE.search(one) and level.endswith("级") else one for one in waiting]
            runs.append(([*waiting, _of_first(level, waiting)], [item[hit.end() if hit else 0 :]]))
        elif waiting:
            runs.append((waiting, [item]))
        elif sure := _SURE.match(item):
            level = sure.group()
            name = item[len(level) :]
            if not level and runs and _takes(runs[-1], item):
                runs[-1][1].append(item)
            else:
                runs.append(([level], [name]))
        waiting = []
    if waiting:
        runs += [([level], [""]) for level in waiting]
    return runs


def _of_first(level: str, before: list[str]) -> str:
    """`level` with the place that only the first of its row says (国家五星级、四星级)."""
    first = _LEVEL.match(before[0]) if before else None
    own = _LEVEL.match(level)
    if first and own and first["place"] and first["grade"] and own["grade"] and not own["place"]:
        return first["place"] + level
    return level


def _takes(run: tuple[list[str], list[str]], name: str) -> bool:
    """Whether the levels of a run hold for one more name that says none of its own."""
    levels, names = run
    if _OWN_LEVEL.match(name) or not names[-1]:
        return False
    if levels == [""]:
        return True
    return title_of(name) not in EVERYWHERE


def _steps(items: list[str]) -> list[str]:
    """Steps of one thing: CMMI3级、4级、5级评估."""
    hits = [_STEP.fullmatch(item) for item in items]
    first, last = hits[0], hits[-1]
    if first is None or last is None or first["tail"] or not first["head"]:
        return []
    if any(hit is None or hit["head"] for hit in hits[1:]) or any(hit is None or hit["tail"] for hit in hits[:-1]):
        return []
    if re.fullmatch(_PLACE, first["head"]):
        return []  # 国家五星级、四星级饭店: a row of levels
    return [f"{first['head']}{hit['step']}{last['tail']}" for hit in hits if hit]


_STEP = re.compile(
    "(?P<head>[^\\d一二三四五]{0,12})(?P<step>(?:\\d{1,2}|[一二三四五])(?:级|A级?|星级?|档|类|等))(?P<tail>.{0,8})"
)


def _prizes(items: list[str]) -> list[str]:
    """中国专利金奖、银奖: prizes of one name."""
    if not (items[0].endswith("奖") and all(len(item) <= 3 and item.endswith("奖") for item in items[1:])):
        return []
    head = items[0][: max(0, len(items[0]) - len(items[1]))]
    return [items[0], *(head + item for item in items[1:])]


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
