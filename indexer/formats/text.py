"""Bytes to text, and the small repairs that every reader needs."""

from __future__ import annotations

import codecs
import re
import unicodedata

from indexer.formats.limits import FormatError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff]"
)
_BLANK = re.compile(r"[ \t\xa0\u2000-\u200a\u202f\u3000]+")
# Blanks that layout puts beside Chinese characters carry nothing: 2023 年 -> 2023年.
_WIDE = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f\u2018-\u201d\u2014\u2026\U00020000-\U0003ffff]"
_BESIDE = re.compile(rf"(?<={_WIDE}) +| +(?={_WIDE})")
# Characters of a text; a few noise bytes decode as GB18030, a whole file of them does not read as text.
_READABLE = re.compile(r"[\u3000-\u9fff\uff00-\uffef\x20-\x7e\n\r\t\u2010-\u2027\u00a0-\u00ff\u2460-\u24ff]")


def decode(raw: bytes) -> str:
    """The text of `raw`: by its byte order mark, else strict UTF-8, else GB18030.

    Raises FormatError where none fits, or what comes out is no text.
    """
    for bom, encoding in _BOMS:
        if raw.startswith(bom):
            return _decode_strictly(raw, encoding)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = _decode_strictly(raw, "gb18030")
    if "\x00" in text:
        raise FormatError("内容是二进制数据，不是文本")
    return text


def _decode_strictly(raw: bytes, encoding: str) -> str:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        place = f"第 {error.start} 字节"
        raise FormatError(f"文字编码读不出（{place}既不是 UTF-8 也不是 GB18030），请另存为 UTF-8") from error
    if encoding == "gb18030":
        sample = text[:20_000]
        if sum(1 for _ in _READABLE.finditer(sample)) < 0.85 * len(sample):
            raise FormatError("内容不是文本（按 GB18030 解出的多半不是文字）")
    return text


def clean(text: str) -> str:
    """`text` without control characters, with each run of blanks made one, and without blanks at its ends."""
    return _BLANK.sub(" ", _CONTROL.sub("", text)).strip()


def tidy(text: str) -> str:
    """`clean`, and without the blanks that layout puts beside Chinese characters.

    >>> tidy("自2023 年8 月1 日起，支持 AI for Science")
    '自2023年8月1日起，支持AI for Science'
    """
    return _BESIDE.sub("", clean(text))


def fold(text: str) -> str:
    """`text` for comparing: NFKC, lower case, only letters, digits and Chinese characters.

    >>> fold("关于印发《2023 年工作方案》的通知") == fold("关于印发<2023年工作方案>的通知")
    True
    """
    return "".join(char for char in unicodedata.normalize("NFKC", text).lower() if char.isalnum())


_DIGITS = dict(zip("零〇○一二两三四五六七八九", (0, 0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))


def chinese_number(words: str) -> int | None:
    """A whole number below ten thousand written in Chinese; None where `words` is none.

    >>> chinese_number("二十三"), chinese_number("一百零五"), chinese_number("二〇二三")
    (23, 105, 2023)
    """
    if not re.search("[十百千]", words):
        return int("".join(str(_DIGITS[char]) for char in words)) if all(c in _DIGITS for c in words) else None
    total, digit = 0, None
    for char in words:
        if char in _DIGITS:
            digit = _DIGITS[char]
        else:
            total += (1 if digit is None else digit) * {"十": 10, "百": 100, "千": 1000}[char]
            digit = None
    return total + (digit or 0)


_NUMERIC = re.compile(r"(?<=\d)[.](?=\d)|[%‰]|(?<=[\d%])[-~—–]+(?=\d)")
_COSMETIC = re.compile(r"[\W_]+")


def essence(text: str) -> str:
    """`text` as `fold` leaves it, but for what makes another number of a number: its point, its percent sign, a range.

    >>> essence("补贴 1.5 万元，５％") == essence("补贴15万元，5"), essence("1,000 元（含）") == essence("1000元含")
    (False, True)
    """
    shown = unicodedata.normalize("NFKC", text)
    kept, at = [], 0
    for mark in _NUMERIC.finditer(shown):
        sign = "~" if mark[0] not in (".", "%", "‰") else mark[0]
        kept += [_COSMETIC.sub("", shown[at : mark.start()]), sign]
        at = mark.end()
    return "".join([*kept, _COSMETIC.sub("", shown[at:])]).lower()
