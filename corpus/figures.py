"""Numbers in Chinese prose with their multipliers and units, and whether they say how much at all.

What is no quantity is left out here: calendar years and dates, ordinals, 数百家, 十四五.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from corpus.numerals import DIGITS, NUMERALS, SCALES, chinese_number
from corpus.units import table, tail_pattern


class Figure(NamedTuple):
    """A number as written: what its numerals say, its multiplier, its unit word, that word's unit and factor."""

    number: Decimal
    scale: Decimal
    word: str
    unit: str | None
    factor: Decimal
    start: int
    end: int
    rough: bool = False

    @property
    def value(self) -> Decimal:
        return self.number * self.scale * self.factor


_ONE, _HALF = Decimal(1), Decimal("0.5")
_BEGINNERS = "零〇一二两三四五六七八九十壹贰叁肆伍陆柒捌玖拾"
_STRIPPED = str.maketrans("．", ".", ",， \u3000")

_COUNTED = frozenset("人员总户件次个项")  # 人数十人以上 says ten, 数十人 says no number

_HEAD = re.compile(rf"[\d{NUMERALS}半]")
_RUN = re.compile(rf"\d[\d.．,]*|[{NUMERALS}]+|半")
# A comma or space groups thousands; a full-width comma or a space only where 000 ends it, where no other reading is left.
_ARABIC = re.compile(
    r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d{1,3}(?:[， \u3000]\d{3})*[， \u3000]000(?!\d)|\d+)(?:[.．]\d+)?(?![.．]?\d)"
)
_CHINESE = re.compile(rf"[{NUMERALS}]+(?:点[〇零一二三四五六七八九]+)?")
_SHARE = re.compile(rf"(?P<whole>[{NUMERALS}]+|\d+)分之(?P<part>[{NUMERALS}]+(?:点[{NUMERALS}]+)?|\d+(?:[.．]\d+)?)")
_SLASHED = re.compile(r"(?<![\d/.])(?P<part>[1-9])/(?P<whole>[2-9])(?![\d/.])")
_DISCOUNT = re.compile(r"(?P<digits>[1-9]\d?|[1-9]\.\d|[一二三四五六七八九]{1,2})\s?折(?![旧合算叠抵扣中射价股让现])")
_TENTHS = re.compile(r"(?P<digit>[1-9一二三四五六七八九])成(?=以|的|左右|[，。；、）)]|$)")
_AT_LEAST_ONE = re.compile(
    r"(?<![数几上近多每余])(?P<scale>[百千]万|[百千]?亿)元(?=(?:[（(]含[）)])?(?:及以上|以上|级))"
)
# The per of 0.05元/千瓦时—0.8元/千瓦时 and the （含） of 1万（含）—3万 may stand before the dash.
_DASH = re.compile(
    r"(?:/[^\W\d]{1,4}(?=\s{0,2}[-－—–−~～〜至到]))?\s{0,2}(?:[（(]不?含[本数]{0,2}[）)])?\s{0,2}(?:——|[-－—–−―~～〜至到])\s{0,2}"
)
_JOINERS = frozenset("、和或及")
_AFTER_ORDINAL = re.compile(rf"第\s?[\d{NUMERALS}]{{1,3}}\s?[、和或及]\Z")


def figures(text: str) -> Iterator[tuple[Figure, Figure | None]]:
    """Every number in `text`, in order, with the upper end where it opens a range."""
    at = 0
    while (head := _HEAD.search(text, at)) is not None:
        low = figure(text, head.start())
        if low is None:
            at = _RUN.match(text, head.start()).end()  # type: ignore[union-attr]
            continue
        at = low.end
        dash = _DASH.match(text, low.end)
        high = figure(text, dash.end()) if dash is not None and _HEAD.match(text, dash.end()) else None
        if high is not None:
            if _is_year(low, high.word):
                at = high.end
                continue
            if (ends := _span(low, high)) is not None:
                at = high.end
                if _is_counted(text, *ends):
                    yield ends
                continue
            if not low.word and low.scale == 1 and high.word:  # 5000—1亿元: which of the two is meant cannot be told
                at = high.end
                continue
        if _is_counted(text, low):
            yield low, None


def figure(text: str, start: int) -> Figure | None:
    """The number that begins at `start`, with its multiplier and unit where it has them."""
    if (special := _special(text, start)) is not None:
        return special
    if (arabic := _ARABIC.match(text, start)) is not None:
        number, end = _decimal(arabic[0]), arabic.end()
    elif (numerals := _numerals(text, start)) is not None:
        number, end = numerals
    else:
        return None
    tail = tail_pattern().match(text, end)
    assert tail is not None
    end = tail.end()
    near, far, multiplier, rough, rougher = tail.group("near", "far", "scale", "rough", "rougher")
    word = near or far or ""
    scale = SCALES["".join(multiplier.split())] if multiplier else _ONE
    if word.startswith("个半"):
        number += _HALF
    elif word == "年" and text.startswith("半", end):
        number, end = number + _HALF, end + 1
    if not word and start and text[start - 1] in "￥¥":
        start, word = start - 1, "元"
    unit, factor = table().get(word, (None, _ONE))
    return Figure(number, scale, word, unit, factor, start, end, bool(rough or rougher))


def _decimal(digits: str) -> Decimal:
    return Decimal(digits if digits.isdigit() else digits.translate(_STRIPPED))


def _numerals(text: str, start: int) -> tuple[Decimal, int] | None:
    """The Chinese number at `start` and where it ends, before a 万 or 亿 (or the 千 of 千瓦) that it ends with."""
    run = _CHINESE.match(text, start) if text[start] in _BEGINNERS else None
    if run is None:
        return None
    numerals = run[0]
    if numerals.endswith("千") and text.startswith(("瓦", "克", "米"), run.end()):
        numerals = numerals[:-1]
    numerals = numerals.rstrip("万亿萬億")
    value = chinese_number(numerals)
    return None if value is None else (value, start + len(numerals))


def _special(text: str, start: int) -> Figure | None:
    """Figures of a form of their own: 百分之五, 三分之二, 八五折, 三成, 半年, 亿元以上."""
    if text[start] == "半":
        if text.startswith("年", start + 1) and (not start or text[start - 1] not in "上下前后大多"):
            return Figure(Decimal(6), _ONE, "年", "month", _ONE, start, start + 2)
        return None
    if text.find("分之", start, start + 12) > 0 and (share := _SHARE.match(text, start)) is not None:
        whole, part = _either(share["whole"]), _either(share["part"])
        if not whole or part is None:
            return None
        return Figure(part / whole, _ONE, "分之", "fraction", _ONE, start, share.end())
    if text.startswith("/", start + 1) and (slashed := _SLASHED.match(text, start)) is not None:
        return Figure(
            Decimal(slashed["part"]) / int(slashed["whole"]), _ONE, "分之", "fraction", _ONE, start, slashed.end()
        )
    if text.find("折", start, start + 5) > 0 and (discount := _DISCOUNT.match(text, start)) is not None:
        digits = "".join(str(DIGITS.get(char, char)) for char in discount["digits"])
        paid = Decimal(digits) / (100 if digits.isdigit() and len(digits) == 2 else 10)
        return Figure(paid, _ONE, "折", "fraction", _ONE, start, discount.end())
    if text.find("成", start, start + 2) > 0 and (tenths := _TENTHS.match(text, start)) is not None:
        share_of_ten = _either(tenths["digit"]) or _ONE
        return Figure(share_of_ten / 10, _ONE, "成", "fraction", _ONE, start, tenths.end())
    if text[start] in "百千亿" and (one := _AT_LEAST_ONE.match(text, start)) is not None:
        return Figure(_ONE, SCALES[one["scale"]], "元", "yuan", _ONE, start, one.end())
    return None


def _either(numerals: str) -> Decimal | None:
    if numerals[0].isdigit():
        return _decimal(numerals)
    return SCALES[numerals] if numerals in SCALES else chinese_number(numerals)


# ---------------------------------------------------------------- what a figure is


def _span(low: Figure, high: Figure) -> tuple[Figure, Figure] | None:
    """The two ends of a range, each with what the other says for both; None where they are no range."""
    if high.word:
        low = low if low.word else like(low, high)
    elif high.scale != 1 and low.word:
        high = like(high, low)
    elif high.scale != 1:
        low = like(low, high)
    else:
        return None
    return (low, high) if low.unit == high.unit and low.value <= high.value else None


def like(read: Figure, other: Figure) -> Figure:
    """`read` with the unit of `other`, and its multiplier where it has none of its own."""
    scale = other.scale if read.scale == 1 else read.scale
    return read._replace(scale=scale, word=other.word, unit=other.unit, factor=other.factor)


def _is_counted(text: str, read: Figure, high: Figure | None = None) -> bool:
    """Whether a number says how much, not which: no ordinal, no date, no time of day, no part of a name, no 数百."""
    at = read.start - 1
    while at >= 0 and text[at].isspace():
        at -= 1
    before, word = text[at : at + 1], (high or read).word
    if before == "第" or (before in _JOINERS and _AFTER_ORDINAL.search(text, max(0, at - 5), at + 1)):  # 第一、二年
        return word in ("名", "位")
    if before in ("数", "几") and not text[read.start].isdigit():
        return before == "数" and text[at - 1 : at] in _COUNTED
    if before.isascii() and before.isalpha() and text[at - 2 : at + 1] not in ("RMB", "CNY"):
        return False
    if (before == "月" and word == "日") or (before in ("时", "点") and word == "分"):
        return False
    if word == "分" and not text[read.start].isdigit():  # 十分重要, 一分部署
        return False
    return not _is_year(read, word)


def _is_year(read: Figure, word: str) -> bool:
    """A calendar year (2023年, 2023—2025年), not a length of time."""
    return word == "年" and read.scale == 1 and 1900 <= read.number < 2100 and read.word in ("", "年")
