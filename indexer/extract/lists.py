"""A list in words, each of its items spelled out: 新获得国家级、省级龙头企业称号的 is 新获得国家级龙头企业称号的 and 新获得省级龙头企业称号的."""

from __future__ import annotations

import re

_LEVEL = "(?:[IV]{1,3}[期类级]|国际性|全国性|区域性|国家级?|省部?级|省|市级?|区级?|县级|自治区级|世界级|国际|全国|地市级|[特一二三四五]等奖?|[特一二三四五]级|第[一二三四五六]名?|[A-E]+级?|[1-5]A级?|[一二三四五]类|[一二三四五]星级?|优秀奖|优秀|良好|合格|[金银铜]奖|[甲乙丙]级|提名奖)"
_NUMBER = (
    "(?:[\\d.]+(?:[A-Za-z%‰]|[亿万千百]?(?:元|家|户|人|件|项|个|亩|吨|级|星|强|次|名|平方米|年|美元)?)?|[\\d.]+[亿万]?)"
)
_LEVEL_ITEM = re.compile(f"{_LEVEL}|{_NUMBER}(?:（含）)?(?:以上|以下)?")
_FIRST = re.compile(f"(?P<head>.*?)(?P<own>(?:{_LEVEL}|{_NUMBER})(?:（含）)?(?:以上|以下)?)$")
_LAST = re.compile(f"(?P<own>(?:{_LEVEL}|{_NUMBER})(?:（含）)?)(?P<tail>.*)$")
# Where the words that belong to all items end and the first item begins.
_HEAD = re.compile(
    ".*(?:的|获得|取得|获评|获批|评为|评定为|认定为|认定|命名为|列入|入选|纳入|通过|制[定订]|修订|起草|编制|参与|主导|牵头|发布|获|引进|创建|购买|购置|首次|参加|举办|达到|突破|超过|新增|完成|入库|以上|在|按|为|对|从)(?=[^的]{2,})"
)
# What the last item says for all.
_TAIL = re.compile(
    "(?P<kind>认证|称号|认定|评估|评审|评价|资质|资格|荣誉|标准|证书|挂牌|上市|首播|播出|备案|立项|验收|企业|单位|机构|项目|产品|平台|园区|基地|工厂|中心|景区|饭店|展会|会议|活动|赛事|大赛|课题|专项)?(?P<rest>(?:的.*)?)$"
)
_JOIN = re.compile("(?<=”)(?=“)|、|和(?!解)|以及|(?<!涉|普|触)及(?!其?以上|时)|(?<!参)与|或者?(?!以上)")
# Brackets hide what joins inside them; quotation marks around a whole list don't.
_BRACKETS = re.compile("（[^（）]*）|“[^“”、]*”|《[^《》]*》")


# 「一、二、三等奖」
_SHARED_RANK = re.compile("(?P<own>(?:[特一二三四五六]、)+[二三四五六])(?P<rank>等奖?|级|类|档|星级?)")


def items_of(text: str, n: int) -> list[str] | None:
    """The `n` items of the list in `text`, each with the words before and after that belong to all; None where there is
    no list of just so many.
    """
    text = _SHARED_RANK.sub(lambda hit: "、".join(one + hit["rank"] for one in hit["own"].split("、")), text)
    bare = _BRACKETS.sub(lambda hit: hit.group()[0] + "＊" * (len(hit.group()) - 2) + hit.group()[-1], text)
    cuts = [hit.span() for hit in _JOIN.finditer(bare)]
    spans, at = [], 0
    for start, end in cuts:
        spans.append((at, start))
        at = end
    spans.append((at, len(text)))
    items = [text[start:end] for start, end in spans]
    if len(items) < n or n < 2:
        return None
    # Other lists may stand before it, or after it in the words for all: the one nearest the end that is levels or figures, else all.
    for first in range(len(items) - n, -1, -1):
        more = items[first + n : first + n + 1]
        # Where one more of the sort stands beside them the numbers differ, and nothing is paired.
        if (first and _FIRST.fullmatch(items[first - 1])) or (more and _LAST.fullmatch(more[0])):
            continue
        if levelled := _levelled(items[first : first + n]):
            before = text[: spans[first][0]]
            after = text[spans[first + n - 1][1] :]
            return [f"{before}{item}{after}" for item in levelled]
    if len(items) == n:
        return _named(items)
    # 「企业、合作社新取得绿色食品、有机农产品认证的」: the list is the last, after a verb of its own.
    start = spans[-n][0]
    verb = _HEAD.match(items[-n])
    named = _named(items[-n:]) if verb and len(verb.group()) > 2 else None
    return named and [f"{text[:start]}{item}" for item in named]


def _count(digit: str) -> int:
    return {"两": 2}.get(digit) or "零一二三四五六".index(digit)


# 「按辅导备案、申报受理、成功上市三个阶段」, 「按三个等次」
_STAGES = re.compile(
    "(?P<by>(?:可|再|，)*(?:按照?|分)(?:不同)?)(?P<list>[^，]*?)(?P<n>[两二三四五六])个?(?P<what>阶段|等次|档次|档|等级|级别|层次|类别|类|步骤|批次)(?:进行|实施)?$"
)
_ORDINALS = "一二三四五六"


def is_stages(text: str) -> bool:
    """Whether a piece only says in how many stages or grades something is given (分两档)."""
    return bool(_STAGES.fullmatch(text))


# 「排名前三位的」, shared out among as many.
_FIRST_N = re.compile("前(?P<n>[二两三四五六2-6])(?P<what>名|位)")


def stages_of(text: str, n: int) -> list[str] | None:
    """The `n` stages, grades or ranks that `text` names (按受理、上市两个阶段; 按三个等次; 排名前三位), one by one; None for no
    such.
    """
    if (rank := _FIRST_N.search(text)) and (int(rank["n"]) if rank["n"].isdigit() else _count(rank["n"])) == n:
        return [f"{text[: rank.start()]}第{_ORDINALS[i]}{rank['what']}{text[rank.end() :]}" for i in range(n)]
    hit = _STAGES.search(text)
    if hit is None or _count(hit["n"]) != n:
        return None
    before = f"{text[: hit.start()]}，" if hit.start() else ""
    items = [item for item in _JOIN.split(hit["list"].rstrip("等的")) if item]
    if len(items) == n:
        return [f"{before}{item}" for item in items]
    return None if items else [f"{before}第{_ORDINALS[i]}{hit['what']}" for i in range(n)]


def _levelled(items: list[str]) -> list[str] | None:
    """Items that differ in a level or a figure alone, spelled out."""
    first, last = _FIRST.fullmatch(items[0]), _LAST.fullmatch(items[-1])
    if first is None or last is None or not all(_LEVEL_ITEM.fullmatch(item) for item in items[1:-1]):
        return None
    if bool(re.match("\\d", first["own"])) != bool(re.match("\\d", last["own"])):
        return None
    owns = [first["own"], *items[1:-1], last["own"]]
    bound = re.match("以上|以下", last["tail"])
    if bound and all(own.endswith(bound.group()) for own in owns[:-1]):
        owns[:-1] = [own.removesuffix(bound.group()) for own in owns[:-1]]
    unit = re.search("[^\\d.]+$", owns[-1])
    if re.fullmatch("[\\d.]+", owns[0]) and unit:
        owns = [own if re.search("[^\\d.]$", own) else own + unit.group() for own in owns]
    return [f"{first['head']}{own}{last['tail']}" for own in owns]


def _built_alike(items: list[str]) -> list[str] | None:
    """主持国际标准、国家标准、地方标准制修订的: items of one noun, with the verb of the first and what follows the last; None for
    no such.
    """
    first, *middle, last = items
    if not middle or len({len(item) for item in middle}) != 1:
        return None
    size = len(middle[0])
    noun = next((middle[0][-n:] for n in range(size, 1, -1) if all(i.endswith(middle[0][-n:]) for i in items[:-1])), "")
    at = last.find(noun) if noun else -1
    if at < 0 or len(first) <= size:
        return None
    head, tail = first[: len(first) - size], last[at + len(noun) :]
    return [f"{head}{item}{tail}" for item in (first[len(head) :], *middle, last[: at + len(noun)])]


def _named(items: list[str]) -> list[str] | None:
    """Items that are names: the words before the first and after the last belong to all, unless an item has its own."""
    if alike := _built_alike(items):
        return alike
    head = _HEAD.match(items[0])
    lead = head.group() if head else re.match("(?:对)?", items[0]).group()  # type: ignore[union-attr]
    tail = _TAIL.search(items[-1])
    kind, rest = (tail["kind"] or "", tail["rest"]) if tail else ("", "")
    owns = [items[0][len(lead) :], *items[1:]]
    owns[-1] = owns[-1].removesuffix(rest).removesuffix(kind) if rest or kind else owns[-1]
    if any(len(own) < 2 for own in owns):
        return None
    out = []
    for own in owns:
        whole = own if _HEAD.match(own) and own is not owns[0] else f"{lead}{own}"
        out.append(f"{whole}{'' if kind and kind in own[-6:] else kind}{rest}")
    return out
