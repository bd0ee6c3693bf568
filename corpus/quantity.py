"""Quantities in Chinese official prose, read into base units: the one place where 万元, %, 个百分点, 三年 become numbers.

Base units are those of the fields (yuan, persons, square metres, years, fractions); `units.yaml` lists every word.
What is no quantity is not read as one: calendar years and dates, ordinals, 一次性, 数百家, 十四五.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from corpus.codes import industries, regions
from corpus.fields import Field
from corpus.model import Bounds, EventWindow, Value
from corpus.numerals import DIGITS, NUMERALS, SCALES, chinese_number
from corpus.units import table, tail_pattern

FactValue: TypeAlias = Value | Collection[str] | Collection[float] | None


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a base unit, and where it stands in the text.

    `unit` is the base unit (`yuan`, `fraction`, `person`, `year`, `month`, `day`, `square_metre`, `item` …; None where
    the text has none, as in 5000万); `word` is the unit as written, without its multiplier. `high` is the upper end of a
    range (10—20万元), whose lower end is `value`. `points` marks a difference of shares (5个百分点 is 0.05). `rough` marks
    a number that the text itself leaves open (100余家). The unit `rank` is a place in an order (前10名), `times` a 倍.
    """

    value: float
    unit: str | None
    start: int
    end: int
    text: str
    word: str = ""
    high: float | None = None
    points: bool = False
    rough: bool = False


def parse_quantity(text: str) -> Quantity | None:
    """The quantity that `text` is, as a whole; None where it is none, or more than one.

    A bare number has the unit None.

    >>> parse_quantity("2000 万元").value, parse_quantity("10%-20%").high, parse_quantity("五千万").unit
    (20000000.0, 0.2, None)
    """
    found = _WRAPPED.fullmatch(text)
    if found is None:
        return None
    start, end = found.span("inner")
    quantities = find_quantities(text[start:end])
    if not quantities and (bare := _figure(text, start)) is not None and bare.end == end and not bare.word:
        quantities = [_quantity(text[start:end], bare._replace(start=0, end=end - start))]
    if len(quantities) != 1 or len(quantities[0].text) != end - start:
        return None
    return replace(quantities[0], start=start, end=end)


def find_quantities(text: str) -> list[Quantity]:
    """Every quantity in `text`, in order. A number that has neither unit nor multiplier is left out.

    In 分别给予10、20、30万元 and 10万、20万、30万元 the unit at the end is that of each.

    >>> [(q.value, q.unit) for q in find_quantities("连续3年，按5%给予最高100万元奖励")]
    [(3.0, 'year'), (0.05, 'fraction'), (1000000.0, 'yuan')]
    """
    found: list[Quantity] = []
    listed: list[_Figure] = []  # the unit of these is still to come
    for low, high in _figures(text):
        if listed and _LISTED.fullmatch(text, listed[-1].end, low.start) is None:
            found.extend(_quantity(text, item) for item in listed if item.scale != 1)
            listed.clear()
        if not low.word and high is None:
            listed.append(low)
            continue
        found.extend(_quantity(text, _like(item, high or low)) for item in listed if not _is_numbering(text, item))
        listed.clear()
        found.append(_quantity(text, low, high))
    found.extend(_quantity(text, item) for item in listed if item.scale != 1)
    return found


def parse_chinese_number(text: str) -> float | None:
    """The number that Chinese numerals write (五千万, 伍仟万, 一百二十, 一点五亿, 二〇二五); None where they write none.

    >>> parse_chinese_number("五千万"), parse_chinese_number("两千零五十"), parse_chinese_number("十四五")
    (50000000.0, 2050.0, None)
    """
    value = chinese_number(text)
    return None if value is None else float(value)


# ---------------------------------------------------------------- back into words


def format_yuan(amount: float) -> str:
    """A sum in 亿元, 万元 or 元, whichever says it exactly in two decimals at most; 元 to the cent.

    >>> format_yuan(2000000.0), format_yuan(1.5e8), format_yuan(19999999)
    ('200 万元', '1.5 亿元', '19,999,999 元')
    """
    exact = Decimal(repr(float(amount)))
    for word, scale in (("亿元", SCALES["亿"]), ("万元", SCALES["万"])):
        shown = exact / scale
        if abs(shown) >= 1 and shown == round(shown, 2):
            return f"{_trimmed(shown)} {word}"
    return f"{_trimmed(round(exact, 2), grouped=True)} 元"


def format_value(field: Field, value: FactValue) -> str:
    """A fact's or a condition's value in Chinese: sums in 万元, shares in percent, codes and classes by their names.

    Several values are joined by 、; bounds read 2000 万元—4 亿元, or 以上 / 以下 where one end is open. None is 未知.
    """
    match value:
        case None:
            return "未知"
        case Bounds(None, None):
            return "不限"
        case Bounds(low, None):
            return f"{format_value(field, low)}以上"
        case Bounds(None, high):
            return f"{format_value(field, high)}以下"
        case Bounds(low, high):
            return f"{format_value(field, low)}—{format_value(field, high)}"
        case EventWindow(event, start, end):
            days = "—".join(format_date(day) if day else "" for day in (start, end))
            return f"{event}（{days}）" if start or end else event
        case date():
            return format_date(value)
        case tuple() | list() | frozenset() | set():
            return "、".join(format_value(field, member) for member in value)
        case bool():
            return "是" if value else "否"
        case int() | float():
            return _format_number(field, value)
        case _:
            return _format_word(field, str(value))


def format_date(day: date) -> str:
    """2023年7月17日."""
    return f"{day.year}年{day.month}月{day.day}日"


def _format_number(field: Field, value: float) -> str:
    if field.fraction:
        return f"{_trimmed(round(Decimal(repr(float(value))) * 100, 4))}%"
    if field.unit == "元":
        return format_yuan(value)
    shown = _trimmed(round(Decimal(repr(float(value))), 4))
    return f"{shown} {'个月' if field.unit == '月' else field.unit or ''}".rstrip()


def _format_word(field: Field, word: str) -> str:
    if field.codes == "regions":
        return regions.full_name(word)
    if field.codes == "industries":
        return f"{industries.name(word)}（{word}）" if industries.known(word) else word
    return field.values.get(word, word)


def _trimmed(number: Decimal, *, grouped: bool = False) -> str:
    """`number` without an exponent and without zeros that say nothing."""
    text = f"{number:,f}" if grouped else f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# ---------------------------------------------------------------- figures


class _Figure(NamedTuple):
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
_LISTED = re.compile(r"\s?[、和或及]\s?")
_AFTER_ORDINAL = re.compile(rf"第\s?[\d{NUMERALS}]{{1,3}}\s?[、和或及]\Z")
_WRAPPED = re.compile(r"\s*(?:人民币)?\s*(?P<inner>\S.*?)整?\s*", re.DOTALL)


def _figures(text: str) -> Iterator[tuple[_Figure, _Figure | None]]:
    """Every number in `text`, in order, with the upper end where it opens a range."""
    at = 0
    while (head := _HEAD.search(text, at)) is not None:
        low = _figure(text, head.start())
        if low is None:
            at = _RUN.match(text, head.start()).end()  # type: ignore[union-attr]
            continue
        at = low.end
        dash = _DASH.match(text, low.end)
        high = _figure(text, dash.end()) if dash is not None and _HEAD.match(text, dash.end()) else None
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


def _figure(text: str, start: int) -> _Figure | None:
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
    return _Figure(number, scale, word, unit, factor, start, end, bool(rough or rougher))


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


def _special(text: str, start: int) -> _Figure | None:
    """Figures of a form of their own: 百分之五, 三分之二, 八五折, 三成, 半年, 亿元以上."""
    if text[start] == "半":
        if text.startswith("年", start + 1) and (not start or text[start - 1] not in "上下前后大多"):
            return _Figure(Decimal(6), _ONE, "年", "month", _ONE, start, start + 2)
        return None
    if text.find("分之", start, start + 12) > 0 and (share := _SHARE.match(text, start)) is not None:
        whole, part = _either(share["whole"]), _either(share["part"])
        if not whole or part is None:
            return None
        return _Figure(part / whole, _ONE, "分之", "fraction", _ONE, start, share.end())
    if text.startswith("/", start + 1) and (slashed := _SLASHED.match(text, start)) is not None:
        return _Figure(
            Decimal(slashed["part"]) / int(slashed["whole"]), _ONE, "分之", "fraction", _ONE, start, slashed.end()
        )
    if text.find("折", start, start + 5) > 0 and (discount := _DISCOUNT.match(text, start)) is not None:
        digits = "".join(str(DIGITS.get(char, char)) for char in discount["digits"])
        paid = Decimal(digits) / (100 if digits.isdigit() and len(digits) == 2 else 10)
        return _Figure(paid, _ONE, "折", "fraction", _ONE, start, discount.end())
    if text.find("成", start, start + 2) > 0 and (tenths := _TENTHS.match(text, start)) is not None:
        share_of_ten = _either(tenths["digit"]) or _ONE
        return _Figure(share_of_ten / 10, _ONE, "成", "fraction", _ONE, start, tenths.end())
    if text[start] in "百千亿" and (one := _AT_LEAST_ONE.match(text, start)) is not None:
        return _Figure(_ONE, SCALES[one["scale"]], "元", "yuan", _ONE, start, one.end())
    return None


def _either(numerals: str) -> Decimal | None:
    if numerals[0].isdigit():
        return _decimal(numerals)
    return SCALES[numerals] if numerals in SCALES else chinese_number(numerals)


# ---------------------------------------------------------------- what a figure is


def _span(low: _Figure, high: _Figure) -> tuple[_Figure, _Figure] | None:
    """The two ends of a range, each with what the other says for both; None where they are no range."""
    if high.word:
        low = low if low.word else _like(low, high)
    elif high.scale != 1 and low.word:
        high = _like(high, low)
    elif high.scale != 1:
        low = _like(low, high)
    else:
        return None
    return (low, high) if low.unit == high.unit and low.value <= high.value else None


def _like(figure: _Figure, other: _Figure) -> _Figure:
    """`figure` with the unit of `other`, and its multiplier where it has none of its own."""
    scale = other.scale if figure.scale == 1 else figure.scale
    return figure._replace(scale=scale, word=other.word, unit=other.unit, factor=other.factor)


def _is_counted(text: str, figure: _Figure, high: _Figure | None = None) -> bool:
    """Whether a figure says how much, not which: no ordinal, no date, no time of day, no part of a name, no 数百."""
    at = figure.start - 1
    while at >= 0 and text[at].isspace():
        at -= 1
    before, word = text[at : at + 1], (high or figure).word
    if before == "第" or (before in _JOINERS and _AFTER_ORDINAL.search(text, max(0, at - 5), at + 1)):  # 第一、二年
        return word in ("名", "位")
    if before in ("数", "几") and not text[figure.start].isdigit():
        return before == "数" and text[at - 1 : at] in _COUNTED
    if before.isascii() and before.isalpha() and text[at - 2 : at + 1] not in ("RMB", "CNY"):
        return False
    if (before == "月" and word == "日") or (before in ("时", "点") and word == "分"):
        return False
    if word == "分" and not text[figure.start].isdigit():  # 十分重要, 一分部署
        return False
    return not _is_year(figure, word)


def _is_year(figure: _Figure, word: str) -> bool:
    """A calendar year (2023年, 2023—2025年), not a length of time."""
    return word == "年" and figure.scale == 1 and 1900 <= figure.number < 2100 and figure.word in ("", "年")


def _is_numbering(text: str, figure: _Figure) -> bool:
    """The 1 of `1、5万元以下的` at the start of a sentence: a paragraph's number, not one of a list of sums."""
    before = text[: figure.start].rstrip(" \u3000")[-1:]
    return figure.scale == 1 and before in ("", "\n", "。", "；", ";", "：", ":")


def _quantity(text: str, low: _Figure, high: _Figure | None = None) -> Quantity:
    start, end = low.start, (high or low).end
    unit, sign = low.unit, 1
    if start and text[start - 1] in "-－−" and text[start - 2 : start - 1] in set("（(，,；;：:为于是、 \n") | {""}:
        start, sign = start - 1, -1
    if unit == "person" and low.word in ("名", "位") and text[low.start - 1 : low.start] in ("第", "前"):
        unit = "rank"
    return Quantity(
        value=sign * float(low.value),
        unit="fraction" if unit == "points" else unit,
        start=start,
        end=end,
        text=text[start:end],
        word=low.word,
        high=None if high is None else float(high.value),
        points=unit == "points",
        rough=low.rough or (high is not None and high.rough),
    )
