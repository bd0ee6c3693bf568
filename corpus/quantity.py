"""Quantities in Chinese official prose, read into base units: the one place where 万元, %, 个百分点, 三年 become numbers.

Base units are those of the fields (yuan, persons, square metres, years, fractions); `units.yaml` lists every word.
What is no quantity is not read as one: calendar years and dates, ordinals, 一次性, 数百家, 十四五.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from corpus.codes import industries, regions
from corpus.fields import Field
from corpus.figures import Figure, figure, figures, like
from corpus.model import Bounds, EventWindow, Value
from corpus.numerals import SCALES, chinese_number

FactValue: TypeAlias = Value | Collection[str] | Collection[float] | None

_LISTED = re.compile(r"\s?[、和或及]\s?")
_WRAPPED = re.compile(r"\s*(?:人民币)?\s*(?P<inner>\S.*?)整?\s*", re.DOTALL)


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
    if not quantities and (bare := figure(text, start)) is not None and bare.end == end and not bare.word:
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
    listed: list[Figure] = []  # the unit of these is still to come
    for low, high in figures(text):
        if listed and _LISTED.fullmatch(text, listed[-1].end, low.start) is None:
            found.extend(_quantity(text, item) for item in listed if item.scale != 1)
            listed.clear()
        if not low.word and high is None:
            listed.append(low)
            continue
        found.extend(_quantity(text, like(item, high or low)) for item in listed if not _is_numbering(text, item))
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


def _is_numbering(text: str, item: Figure) -> bool:
    """The 1 of `1、5万元以下的` at the start of a sentence: a paragraph's number, not one of a list of sums."""
    before = text[: item.start].rstrip(" \u3000")[-1:]
    return item.scale == 1 and before in ("", "\n", "。", "；", ";", "：", ":")


def _quantity(text: str, low: Figure, high: Figure | None = None) -> Quantity:
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
