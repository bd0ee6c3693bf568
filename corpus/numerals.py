"""Chinese numerals as numbers: 五千万, 伍仟万, 一百二十, 一点五亿, 二〇二五."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

SCALES = {word: Decimal(10) ** zeros for word, zeros in (
    ("百", 2), ("千", 3), ("万", 4), ("十万", 5), ("百万", 6), ("千万", 7), ("亿", 8), ("十亿", 9), ("百亿", 10),
    ("千亿", 11), ("万亿", 12),
)}  # fmt: skip
NUMERALS = "零〇○一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟萬億"

_ONE = Decimal(1)
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟萬億○零", "一二三四五六七八九十百千万亿〇〇")
DIGITS = {char: Decimal(value) for value, char in enumerate("〇一二三四五六七八九")} | {"两": Decimal(2)}

_SMALL = re.compile(
    r"(?:(?P<k>[一二两三四五六七八九])千)?(?:〇?(?P<h>[一二两三四五六七八九])百)?"
    r"(?:〇?(?P<t>[一二三四五六七八九])?(?P<ten>十))?(?P<zero>〇)?(?P<d>[一二两三四五六七八九])?"
)


@lru_cache(maxsize=4096)
def chinese_number(text: str) -> Decimal | None:
    """The number that Chinese numerals write; None where they are no number (十四五, 五六, 百)."""
    text = text.translate(_FORMAL)
    if "点" in text:
        whole, _, rest = text.partition("点")
        digits = rest.rstrip("百千万亿")
        scale = SCALES.get(rest[len(digits) :], _ONE)
        value = chinese_number(whole)
        if value is None or not digits or any(char not in DIGITS for char in digits):
            return None
        return (value + Decimal("0." + "".join(str(DIGITS[char]) for char in digits))) * scale
    if text and all(char in DIGITS for char in text):
        if len(text) == 1 or len(text) == 4 or (len(text) > 2 and "〇" in text):
            return Decimal("".join(str(DIGITS[char]) for char in text))
        return None
    for mark in "亿万":
        head, found, tail = text.rpartition(mark)
        if found:
            return _joined(chinese_number(head), SCALES[mark], tail)
    return _small(text)


def _joined(head: Decimal | None, unit: Decimal, tail: str) -> Decimal | None:
    """`head` 万 `tail`; a lone digit in the end is of the next place (一万五 is 15000)."""
    if head is None:
        return None
    if not tail:
        return head * unit
    rest = chinese_number(tail[1:] if tail[0] == "〇" and len(tail) > 1 else tail)
    if rest is None or rest >= unit:
        return None
    return head * unit + (rest * unit / 10 if len(tail) == 1 else rest)


def _small(text: str) -> Decimal | None:
    """A number below 10000; a lone digit in the end is of the next place (三千五 is 3500, 一百二 is 120)."""
    found = _SMALL.fullmatch(text)
    if not text or found is None or (found["zero"] and not found["d"]):
        return None
    k, h, d = (DIGITS[found[place]] if found[place] else Decimal(0) for place in ("k", "h", "d"))
    t = Decimal(0) if not found["ten"] else DIGITS[found["t"]] if found["t"] else _ONE
    if d and not found["zero"] and not found["ten"]:
        d *= 10 if h else 100 if k else 1
    return k * 1000 + h * 100 + t * 10 + d
