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
from functools import cache
from importlib.resources import files
from typing import TypeAlias

import yaml

from corpus.codes import industries, regions
from corpus.fields import Field
from corpus.model import Bounds, EventWindow, Value

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
        quantities = [_quantity(text[start:end], replace(bare, start=0, end=end - start))]
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
    value = _chinese(text)
    return None if value is None else float(value)


def unit_of(word: str) -> tuple[str, float] | None:
    """The base unit that `word` is measured in, and its factor: 万元 → yuan, 10000. None where it is no unit.

    For the heads of tables (单位：万元).
    """
    scale = _SCALE.match(word)
    ways = [(word, _ONE)] + ([(word[scale.end() :], _SCALES[scale[0]])] if scale else [])
    for rest, factor in ways:
        if rest in _units():
            unit, own = _units()[rest]
            return unit, float(own * factor)
    return None


# ---------------------------------------------------------------- back into words


def format_yuan(amount: float) -> str:
    """A sum in 亿元, 万元 or 元, whichever says it exactly in two decimals at most; 元 to the cent.

    >>> format_yuan(2000000.0), format_yuan(1.5e8), format_yuan(19999999)
    ('200 万元', '1.5 亿元', '19,999,999 元')
    """
    exact = Decimal(repr(float(amount)))
    for word, scale in (("亿元", _SCALES["亿"]), ("万元", _SCALES["万"])):
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


@dataclass(frozen=True, slots=True)
class _Figure:
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
_SCALES = {word: Decimal(10) ** zeros for word, zeros in (
    ("百", 2), ("千", 3), ("万", 4), ("十万", 5), ("百万", 6), ("千万", 7), ("亿", 8), ("十亿", 9), ("百亿", 10),
    ("千亿", 11), ("万亿", 12),
)}  # fmt: skip
_NUMERALS = "零〇○一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟萬億"
_BEGINNERS = "零〇一二两三四五六七八九十壹贰叁肆伍陆柒捌玖拾"
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟萬億○零", "一二三四五六七八九十百千万亿〇〇")
_DIGITS = {char: Decimal(value) for value, char in enumerate("〇一二三四五六七八九")} | {"两": Decimal(2)}
_STRIPPED = str.maketrans("．", ".", ",， \u3000")

_HEAD = re.compile(rf"[\d{_NUMERALS}半]")
_RUN = re.compile(rf"\d[\d.．,]*|[{_NUMERALS}]+|半")
# A comma or space groups thousands; a full-width comma or a space only where 000 ends it, where no other reading is left.
_ARABIC = re.compile(
    r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d{1,3}(?:[， \u3000]\d{3})*[， \u3000]000(?!\d)|\d+)(?:[.．]\d+)?(?![.．]?\d)"
)
_CHINESE = re.compile(rf"[{_NUMERALS}]+(?:点[〇零一二三四五六七八九]+)?")
_SCALE = re.compile(r"万亿|[十百千]?[万亿]|[百千]")
_SHARE = re.compile(rf"(?P<whole>[{_NUMERALS}]+|\d+)分之(?P<part>[{_NUMERALS}]+(?:点[{_NUMERALS}]+)?|\d+(?:[.．]\d+)?)")
_DISCOUNT = re.compile(r"(?P<digits>[1-9]\d?|[1-9]\.\d|[一二三四五六七八九]{1,2})\s?折(?![旧合算叠抵扣中射价股让现])")
_TENTHS = re.compile(r"(?P<digit>[1-9一二三四五六七八九])成(?=以|的|左右|[，。；、）)]|$)")
_AT_LEAST_ONE = re.compile(r"(?P<scale>[百千]万|[百千]?亿)元(?=(?:[（(]含[）)])?(?:及以上|以上|级))")
_GAP = re.compile(r"[ \t\r\n\u3000\xa0]{0,3}")
_ROUGH = re.compile(r"[余多]")
_DASH = re.compile(r"\s{0,2}(?:[（(]不?含[本数]{0,2}[）)])?\s{0,2}(?:——|[-－—–−―~～〜至到])\s{0,2}")
_LISTED = re.compile(r"\s?[、和或及]\s?")
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
            if not low.word and low.scale == 1 and high.word:
                continue
        if _is_counted(text, low):
            yield low, None


def _figure(text: str, start: int) -> _Figure | None:
    """The number that begins at `start`, with its multiplier and unit where it has them."""
    if (special := _special(text, start)) is not None:
        return special
    if (arabic := _ARABIC.match(text, start)) is not None:
        number, end = Decimal(arabic[0].translate(_STRIPPED)), arabic.end()
    elif (numerals := _numerals(text, start)) is not None:
        number, end = numerals
    else:
        return None
    rough, scale = False, _ONE
    word, after = _unit(text, end)
    if not word:
        end, rough = _past_rough(text, end)
        gap = _GAP.match(text, end).end()  # type: ignore[union-attr]
        if (multiplier := _SCALE.match(text, gap)) is not None:
            scale = _SCALES[multiplier[0]]
            end, rough_too = _past_rough(text, multiplier.end())
            rough = rough or rough_too
        word, after = _unit(text, end)
    if word.startswith("个半"):
        number += _HALF
    elif word == "年" and text.startswith("半", after):
        number, after = number + _HALF, after + 1
    if not word and start and text[start - 1] in "￥¥":
        return _Figure(number, scale, "元", "yuan", _ONE, start - 1, end, rough)
    unit, factor = _units().get(word, (None, _ONE))
    return _Figure(number, scale, word, unit, factor, start, after, rough)


def _numerals(text: str, start: int) -> tuple[Decimal, int] | None:
    """The Chinese number at `start` and where it ends, before a 万 or 亿 (or the 千 of 千瓦) that it ends with."""
    run = _CHINESE.match(text, start) if text[start] in _BEGINNERS else None
    if run is None:
        return None
    whole = run[0]
    for numerals in (whole.rstrip("万亿萬億"), whole.rstrip("万亿萬億百千")):
        if (value := _chinese(numerals)) is not None:
            return value, start + len(numerals)
    return None


def _special(text: str, start: int) -> _Figure | None:
    """Figures of a form of their own: 百分之五, 三分之二, 八五折, 三成, 半年, 亿元以上."""
    if text[start] == "半":
        if text.startswith("年", start + 1) and (not start or text[start - 1] not in "上下前后大多"):
            return _Figure(Decimal(6), _ONE, "年", "month", _ONE, start, start + 2)
        return None
    following = text[start + 1 : start + 10]
    if "分" in following and (share := _SHARE.match(text, start)) is not None:
        whole, part = _either(share["whole"]), _either(share["part"])
        if not whole or part is None:
            return None
        return _Figure(part / whole, _ONE, "分之", "fraction", _ONE, start, share.end())
    if "折" in following and (discount := _DISCOUNT.match(text, start)) is not None:
        digits = "".join(str(_DIGITS.get(char, char)) for char in discount["digits"])
        paid = Decimal(digits) / (100 if digits.isdigit() and len(digits) == 2 else 10)
        return _Figure(paid, _ONE, "折", "fraction", _ONE, start, discount.end())
    if "成" in following and (tenths := _TENTHS.match(text, start)) is not None:
        share_of_ten = _either(tenths["digit"]) or _ONE
        return _Figure(share_of_ten / 10, _ONE, "成", "fraction", _ONE, start, tenths.end())
    one = _AT_LEAST_ONE.match(text, start)
    if one is None or text[start - 1 : start] in set("数几上近多每余"):
        return None
    return _Figure(_ONE, _SCALES[one["scale"]], "元", "yuan", _ONE, start, one.end())


def _past_rough(text: str, end: int) -> tuple[int, bool]:
    return (end + 1, True) if _ROUGH.match(text, end) else (end, False)


def _unit(text: str, end: int) -> tuple[str, int]:
    """The unit word after `end` (a gap may stand before it) and where it ends; an empty word where there is none."""
    gap = _GAP.match(text, end).end()  # type: ignore[union-attr]
    word = _unit_pattern().match(text, gap)
    return (word[0], word.end()) if word is not None else ("", end)


def _either(numerals: str) -> Decimal | None:
    if numerals[0].isdigit():
        return Decimal(numerals.translate(_STRIPPED))
    plain = numerals.translate(_FORMAL)
    return _SCALES[plain] if plain in _SCALES else _chinese(plain)


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
    return replace(figure, scale=scale, word=other.word, unit=other.unit, factor=other.factor)


def _is_counted(text: str, figure: _Figure, high: _Figure | None = None) -> bool:
    """Whether a figure says how much, not which: no ordinal, no date, no part of a name, no 数百."""
    before = text[figure.start - 1] if figure.start else ""
    word = (high or figure).word
    if before == "第":
        return word in ("名", "位")
    if before in "数几" and before and not text[figure.start].isdigit():
        return before == "数" and text[figure.start - 2 : figure.start - 1] in set("人员总户件次个项")
    if before.isascii() and before.isalpha() and text[figure.start - 3 : figure.start] not in ("RMB", "CNY"):
        return False
    if before == "月" and word == "日":
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


# ---------------------------------------------------------------- Chinese numerals

_SMALL = re.compile(
    r"(?:(?P<k>[一二两三四五六七八九])千)?(?:〇?(?P<h>[一二两三四五六七八九])百)?"
    r"(?:〇?(?P<t>[一二三四五六七八九])?(?P<ten>十))?(?P<zero>〇)?(?P<d>[一二两三四五六七八九])?"
)


@cache
def _chinese(text: str) -> Decimal | None:
    """The number that Chinese numerals write; None where they are no number (十四五, 五六, 百)."""
    text = text.translate(_FORMAL)
    if "点" in text:
        whole, _, rest = text.partition("点")
        digits = rest.rstrip("百千万亿")
        scale = _SCALES.get(rest[len(digits) :], _ONE)
        value = _chinese(whole)
        if value is None or not digits or any(char not in _DIGITS for char in digits):
            return None
        return (value + Decimal("0." + "".join(str(_DIGITS[char]) for char in digits))) * scale
    if text and all(char in _DIGITS for char in text):
        if len(text) == 1 or len(text) == 4 or (len(text) > 2 and "〇" in text):
            return Decimal("".join(str(_DIGITS[char]) for char in text))
        return None
    for mark in "亿万":
        head, found, tail = text.rpartition(mark)
        if found:
            return _joined(_chinese(head), _SCALES[mark], tail)
    return _small(text)


def _joined(head: Decimal | None, unit: Decimal, tail: str) -> Decimal | None:
    """`head` 万 `tail`; a lone digit in the end is of the next place (一万五 is 15000)."""
    if head is None:
        return None
    if not tail:
        return head * unit
    rest = _chinese(tail[1:] if tail[0] == "〇" and len(tail) > 1 else tail)
    if rest is None or rest >= unit:
        return None
    return head * unit + (rest * unit / 10 if len(tail) == 1 else rest)


def _small(text: str) -> Decimal | None:
    """A number below 10000; a lone digit in the end is of the next place (三千五 is 3500, 一百二 is 120)."""
    found = _SMALL.fullmatch(text)
    if not text or found is None or (found["zero"] and not found["d"]):
        return None
    k, h, d = (_DIGITS[found[place]] if found[place] else Decimal(0) for place in ("k", "h", "d"))
    t = Decimal(0) if not found["ten"] else _DIGITS[found["t"]] if found["t"] else _ONE
    if d and not found["zero"] and not found["ten"]:
        d *= 10 if h else 100 if k else 1
    return k * 1000 + h * 100 + t * 10 + d


# ---------------------------------------------------------------- the table of units


@cache
def _units() -> dict[str, tuple[str, Decimal]]:
    return {word: (unit, Decimal(str(factor))) for word, (unit, factor, *_) in _rows().items()}


@cache
def _unit_pattern() -> re.Pattern[str]:
    """Any unit word, the longest first, where what follows does not make another word of it (10人民币, 一次性)."""
    words = sorted(_rows().items(), key=lambda row: -len(row[0]))
    ways = (re.escape(word) + (f"(?![{row[2]}])" if len(row) > 2 else "") for word, row in words)
    return re.compile("|".join(ways))


@cache
def _rows() -> dict[str, list[str]]:
    rows: dict[str, list[str]] = yaml.safe_load(files("corpus").joinpath("units.yaml").read_text("utf-8"))
    return rows
