"""Ceilings and floors in an award's words: over what each is counted, and which of them bounds what one enterprise gets."""

from __future__ import annotations

import re

from corpus.model import Amount, Cap, Each, Rate
from indexer.extract.tokens import Tagged

_CAP_PER = (
    ("principal", "贷款(?:额度|本金|规模)|计算|纳入|计入|作为[^，]{0,8}基数|最高按$"),
    (
        "project",
        "项目|单个(?!企业|单位|机构|主体|平台|申报)|每个(?!企业|单位|机构|主体|平台)|每人|每名|单个展会|单笔|每笔|每轮|每次|每场|每件|每台|每套|每批|每个展|每项|单次|单场|单项|每项|单台|单套|单件|同一合同",
    ),
    ("enterprise", "企业|单位|机构|平台|单家|每家|户|主体|单个"),
    ("year", "年度|每年|全年|年"),
    ("total", "累计|合计|总额|总计"),
)


def cap_rank(per: str) -> int:
    """How near a ceiling of this sort is to what one enterprise gets, lowest first."""
    return ("enterprise", "total", "year", "project", "principal").index(per)


def cap_per(tagged: Tagged, at: int) -> str:
    """What the ceiling at `at` is counted over, as its own piece says it."""
    start = max(tagged.text.rfind(mark, 0, at) for mark in "，；。")
    before = tagged.text[start + 1 : at]
    for per, source in _CAP_PER:
        if re.search(source, before):
            return per
    return "enterprise"


def cap_floor(tagged: Tagged) -> tuple[float | None, float | None]:
    """The ceiling that is nearest to what one enterprise gets, and the floor; None for either that is not told."""
    caps: list[tuple[int, float]] = []
    floor = None
    for i, tag in tagged.within(0, len(tagged.text)):
        if tag.kind != "money":
            continue
        if tag.bound in ("le", "lt"):
            caps.append((cap_rank(cap_per(tagged, i)), tag.value))
        elif tag.bound in ("ge", "gt"):
            floor = tag.value
        elif (
            tag.bound is None
            and tag.low is None
            and re.search("最高|限额|上限|不超过|封顶", tagged.text[max(0, i - 14) : i] + tagged.text[i + 1 : i + 3])
        ):
            caps.append((cap_rank(cap_per(tagged, i)), tag.value))
    caps = [pair for pair in caps if pair[0] != cap_rank("principal")]
    if not caps:
        return None, floor
    return min(caps, key=lambda pair: pair[0])[1], floor


def other_caps(tagged: Tagged, amount: Amount) -> tuple[Cap, ...]:
    """The ceilings besides the one that stands in the amount."""
    own, each = getattr(amount, "cap", None), getattr(amount, "each", None)
    out = []
    for i, tag in tagged.within(0, len(tagged.text)):
        if tag.kind != "money" or tag.bound != "le":
            continue
        counted = isinstance(amount, (Rate, Each)) and cap_per(tagged, i) == "principal"
        if (own is not None or counted) and tag.value not in (own, each):
            out.append(Cap(cap_per(tagged, i), tag.value))
    return tuple(dict.fromkeys(out))
