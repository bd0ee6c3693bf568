"""The words that mean a place by where the paper comes from: 本市, 省内, 辖区内, 在京, 驻济; and the code that each means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from indexer.extract import lexicon
from indexer.extract.atoms import Place

# 内蒙古, 广西 … call themselves 区 and not 省.
_AUTONOMOUS = ("15", "45", "54", "64", "65")
_MUNICIPAL = ("11", "12", "31", "50")

# 全市 and 全省 are mostly the reach of an office's work.
WEAK = ("全市", "全省", "全区", "全县", "全州")
_HERE = (
    "(?<![资成样基根版文日])本(?:市(?!场)|省|区(?!域)|县|州|自治区|行政区域内?|辖区)|我(?:市(?!场)|省|区(?!域)|县|州|自治区)"
    "|全(?:市(?!场)|省|区(?!域)|县|州)|自治区内"
    "|(?:(?<![一-龥])|(?<=[的对在与及和至为从年])|(?<=支持)|(?<=鼓励)|(?<=引导)|(?<=推动)|(?<=面向))(?:[省市区县州]内|辖区内|辖内)"
    "|驻[省市区县](?=[^，。的]{0,6}(?:企业|单位|机构|高校|院校))"
)
# What must follow 在京, 驻济, 川内 for the one character to be a place; after a city's, only who it is or that it is registered.
_WHO = "(?=(?:的)?(?:(?:首次|符合|新|上年度|当年)[^，。；的在对]{0,12}的)?(?:[^，。；的在对]{0,8}?(?:企业|单位|机构|高校|院校|院所|央企|国企|外企|民企|总部|法人|事务所|旅行社|合作社|\ue010)))"
_SETTLED = "(?=(?:依法|合法|新|实际|有效)*(?:登记|注册|设立|落户|落地|纳统|纳税|入统|经营))"
_DOES = "(?=(?:依法|合法)*(?:从事|生产|上市|成立|投资)|内|各)"

# Cities known by one character in the whole country.
_KNOWN_ANYWHERE = frozenset("深穗杭甬蓉厦榕汉")


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A place meant at `start`–`end` of a text; `code` is None where the paper's own place is too wide to say which."""

    start: int
    end: int
    code: str | None
    weak: bool = False


@cache
def _short_codes() -> dict[str, tuple[str, ...]]:
    return {short: tuple(codes) for short, codes in lexicon.load("whereabouts").items()}


@cache
def _pattern() -> re.Pattern[str]:
    shorts = _short_codes()
    every = "".join(shorts)
    provinces = "".join(short for short, codes in shorts.items() if codes[0].endswith("0000"))
    return re.compile(
        f"(?P<where>{_HERE}"
        f"|[在驻](?P<in>[{every}])(?:{_WHO}|{_SETTLED})|在(?P<does>[{provinces}]){_DOES}"
        f"|(?:(?<![一-龥])|(?<=[的对])|(?<=支持)|(?<=鼓励))(?P<inside>[{provinces}])内(?=[^，。；的]{{0,8}}?企业))"
    )


def whereabouts(text: str, place: Place) -> Iterator[Whereabouts]:
    """The places that `text` means without naming them in full, as a paper of `place` does."""
    for hit in _pattern().finditer(text):
        short = hit["in"] or hit["does"] or hit["inside"]
        code = _of_short(short, place) if short else _of_here(hit["where"], place)
        if short and code is None:
            continue
        yield Whereabouts(hit.start(), hit.end(), code, hit["where"] in WEAK)


def _of_short(short: str, place: Place) -> str | None:
    """The code of a one-character name: the finest that holds the paper's place; anywhere, a province's or a known city's."""
    codes = _short_codes()[short]
    holding = [code for code in codes if place.region and _holds(code, place.region)]
    if holding:
        return max(holding, key=lambda code: len(code.rstrip("0")))
    within = [code for code in codes if place.region and _holds(place.region, code)]
    if len(within) == 1:
        return within[0]
    first = codes[0]
    return first if first.endswith("0000") or short in _KNOWN_ANYWHERE else None


def _holds(outer: str, inner: str) -> bool:
    return inner.startswith(outer.removesuffix("00").removesuffix("00"))


def _of_here(where: str, place: Place) -> str | None:
    """The code that 本市, 省内, 辖区内 … mean; None where the place is too wide to say (本区 in a city's paper)."""
    region = place.region
    if region is None:
        return None
    level = where.strip("本我全内驻")
    autonomous = region[:2] in _AUTONOMOUS and region.endswith("0000")
    if level in ("省", "自治区"):
        return place.province
    if level == "行政区域":
        return region
    if level in ("市", "州"):
        return place.city if region[:2] in _MUNICIPAL or not region.endswith("0000") else None
    if level == "区" and autonomous:
        return region
    if level in ("区", "县"):
        return region if not region.endswith("00") else None
    # 辖区内: a province's paper means each of its cities.
    return region if region[:2] in _MUNICIPAL or not region.endswith("0000") else None
