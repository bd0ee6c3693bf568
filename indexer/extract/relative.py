"""An award told by another one: 按上述标准的1.2倍, 比例提高5个百分点, 标准上浮20%, 加倍."""

from __future__ import annotations

import re
from dataclasses import replace

from corpus.model import Amount, Each, Fixed, Rate, Tiers, Words
from corpus.quantity import parse_quantity

_TIMES = re.compile(
    "(?:标准|额度|金额|奖励|补[贴助])[^，]{0,6}?(?P<n>\\d+(?:\\.\\d+)?|[两二三])倍|(?P<double>加倍|翻倍)(?:给予|予以|奖励|补[贴助])|(?P<half>减半)(?:给予|予以)?(?:奖励|补[贴助]|资助|奖补)"
)
_MORE = re.compile(
    "(?P<what>比例|标准|额度|金额|奖励|补[贴助]|资助|支持)[^，]{0,6}?(?:上浮|提高|增加|上调)(?P<to>到|至|为)?(?:最高)?(?P<n>\\d+(?:\\.\\d+)?)(?P<unit>%|个?百分点)"
)
_CAP = re.compile(
    "(?:上限|限额|最高额度?|最高(?:奖励|补[贴助])(?:额度?|金额)?)(?:可)?(?:提高|上浮|放宽|上调|提升)(?:到|至|为)(?P<cap>[\\d.]+[亿万]?元)"
)
# 「其中…的，补贴标准提高至每人1500元」
_NEW_SUM = re.compile(
    "(?<!最高)(?:标准|额度|金额|奖励|补[贴助])(?:可)?(?:提高|上浮|上调|提升|增加)(?:到|至|为)(?:每[^，\\d]{1,8})?(?P<sum>[\\d.]+[亿万]?元)"
)
_FIGURES = {"两": 2.0, "二": 2.0, "三": 3.0}


def relative_amount(words: str, last: Amount | None) -> Amount | None:
    """The amount that `words` tell by the `last` one; None where they do not, or there is none to tell it by.

    A ceiling stays as it was: the words speak of the standard.
    """
    if last is None or re.search("(?:由|从)[^，]{0,8}\\d[^，]{0,4}%", words):
        return None
    if hit := _TIMES.search(words):
        if hit["half"]:
            return _times(last, 0.5) if isinstance(last, (Fixed, Tiers)) else None
        return _times(last, 2.0 if hit["double"] else _FIGURES.get(hit["n"]) or float(hit["n"]))
    if hit := _CAP.search(words):
        cap = parse_quantity(hit["cap"])
        known = isinstance(last, (Rate, Each)) and last.cap is not None
        return replace(last, cap=cap.value) if cap and known and isinstance(last, (Rate, Each)) else None
    if (hit := _NEW_SUM.search(words)) and (new := parse_quantity(hit["sum"])):
        if isinstance(last, Each):
            return replace(last, each=new.value)
        return Fixed(new.value) if isinstance(last, Fixed) else None
    hit = _MORE.search(words)
    if hit is None:
        return None
    if isinstance(last, Words):
        return Words(words.rpartition("，")[2]) if hit["to"] else None
    share = float(hit["n"]) / 100
    if hit["to"]:
        return replace(last, low=share, high=share) if isinstance(last, Rate) else None
    if hit["unit"] != "%" or hit["what"] == "比例":
        # Points of a share: 10% raised by 5 is 15%.
        if not isinstance(last, Rate):
            return None
        return replace(last, low=round(last.low + share, 6), high=round(last.high + share, 6))
    return _times(last, 1 + share)


def _times(amount: Amount, factor: float) -> Amount | None:
    match amount:
        case Fixed(value):
            return Fixed(round(value * factor, 2))
        case Each(each):
            return replace(amount, each=round(each * factor, 4))
        case Rate(low, high):
            return replace(amount, low=round(low * factor, 6), high=round(high * factor, 6))
        case Tiers(tiers):
            scaled = [(tier, _times(tier.amount, factor)) for tier in tiers]
            if any(new is None for _, new in scaled):
                return None
            return replace(amount, tiers=tuple(replace(tier, amount=new) for tier, new in scaled if new is not None))
        case _:
            return None
