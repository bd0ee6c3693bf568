"""The marks that number a document's parts: 第一章、第一条、一、（一）、1.、（1）、1）、①; what stands at a line's start."""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.formats.text import chinese_number

_CN = "一二三四五六七八九十百千零〇两"

# kind -> shape; in order of rank, the highest first
_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("part", re.compile(rf"第[{_CN}\d]+(?:部分|编|篇)(?=[\s　:：、]|[^的])")),
    ("chapter", re.compile(rf"第\s*[{_CN}\d]+\s*章")),
    ("section", re.compile(rf"第\s*[{_CN}\d]+\s*节")),
    ("article", re.compile(rf"第\s*[{_CN}\d]+\s*条(?:之[{_CN}])?(?!第?[{_CN}\d]*[款项])")),
    ("cn", re.compile(rf"[{_CN}]{{1,4}}\s*(?:、(?!\d+[、．.])|[．.﹒](?!\d))")),
    ("cn_paren", re.compile(rf"[（(〔]\s*[{_CN}]{{1,4}}\s*[)）〕](?![款项条目]|至|、[（(])")),
    ("num", re.compile(r"\d{1,3}\s*[.．、﹒](?:(?=(?:19|20)\d\d\s*年)|(?![\d．.﹒])(?!\s*\d+\s*[%％万亿元倍个年]))")),
    ("num_paren", re.compile(r"[（(]\s*\d{1,3}\s*[)）](?![款项条目]|、[（(])")),
    ("num_close", re.compile(r"\d{1,2}\s*[)）]")),
    ("circle", re.compile(r"[\u2460-\u2473\u2776-\u277f\u24f5-\u24fe]")),
)
_CIRCLES = "".join(map(chr, [*range(0x2460, 0x2474), *range(0x2776, 0x2780), *range(0x24F5, 0x24FF)]))
_FIRST = frozenset("第（(〔0123456789" + _CN + _CIRCLES)
_ATTACHMENT = re.compile(rf"附\s*(?:件|录|表)\s*(?:[（(]?\s*([{_CN}\d]{{1,3}})\s*[)）]?)?\s*[:：.]?\s*")
_DATE = (
    rf"(?:(?:19|20)\d\d|[{_CN}○Ｏ]{{4}})\s*年\s*(?:\d{{1,2}}|[{_CN}]{{1,3}})\s*月\s*(?:\d{{1,2}}|[{_CN}]{{1,3}})\s*日"
)
_DATE_LINE = re.compile(rf"[（(]?\s*{_DATE}\s*[）)]?")


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark at the head of a paragraph: its kind, as printed, as it stands in a path, its number, where the text begins."""

    kind: str
    printed: str
    label: str
    number: int
    end: int


def read_mark(text: str) -> Mark | None:
    """The mark that `text` begins with; None where it begins with none.

    >>> read_mark("（二）支持创新。").label, read_mark("3．补贴").label, read_mark("2.5倍") is None
    ('(二)', '3', True)
    """
    if text[:1] not in _FIRST:
        return None
    for kind, shape in _SHAPES:
        found = shape.match(text)
        if found is None:
            continue
        printed = re.sub(r"\s", "", found[0])
        number = _number(printed)
        if number is None:
            continue
        return Mark(kind, printed, _label(kind, printed), number, found.end())
    return None


def _label(kind: str, printed: str) -> str:
    if kind in ("cn", "num"):
        return printed.rstrip("、．.﹒")
    if kind in ("cn_paren", "num_paren"):
        return "(" + printed.strip("（()）〔〕") + ")"
    if kind == "num_close":
        return printed.rstrip(")）") + ")"
    return printed


def _number(printed: str) -> int | None:
    if "\u2460" <= printed[0] <= "\u2473":
        return ord(printed[0]) - 0x245F
    if "\u2776" <= printed[0] <= "\u277f":
        return ord(printed[0]) - 0x2775
    if "\u24f5" <= printed[0] <= "\u24fe":
        return ord(printed[0]) - 0x24F4
    digits = re.search(r"\d+", printed)
    if digits:
        return int(digits[0])
    words = re.search(rf"[{_CN}]+", printed)
    return chinese_number(words[0]) if words else None


def starts_item(text: str) -> bool:
    """Whether a line begins a numbered part, an attachment, or a question or answer."""
    return read_mark(text) is not None or attachment(text) is not None or bool(_QA.match(text))


def next_item(mark: Mark, text: str, start: int = 0) -> int | None:
    """Where the part after `mark` begins within `text`, from `start` on: the next number, after what ends a sentence.

    Numbers that run on in one paragraph were set so to save room; a number that does not follow is no part's.

    >>> text = "11．保障供给。（责任单位：省农业农村厅）12．支持科技强农。"
    >>> text[next_item(read_mark(text), text) :]
    '12．支持科技强农。'
    """
    if mark.kind not in ("num", "cn_paren", "num_paren"):
        return None
    shape = dict(_SHAPES)[mark.kind]
    for end in re.finditer("[。；！）)〕]\\s*", text[start:]):
        place = start + end.end()
        found = shape.match(text, place)
        if found and _number(re.sub(r"\s", "", found[0])) == mark.number + 1:
            return place
    return None


_QA = re.compile(r"(?:问|答|Q|A)\s*\d{0,3}\s*[:：]|【?\s*(?:问题?|答|解答)\s*[】:：]")


def is_question(text: str) -> bool:
    """Whether a paragraph opens a question."""
    return bool(re.match(r"(?:问|Q)\s*\d{0,3}\s*[:：]|【?\s*问题?\s*[】:：]|\d{1,3}\s*[.．、]\s*问\s*[:：]", text))


def is_answer(text: str) -> bool:
    """Whether a paragraph opens an answer."""
    return bool(re.match(r"(?:答|A)\s*\d{0,3}\s*[:：]|【?\s*(?:答|解答)\s*[】:：]", text))


def attachment(text: str) -> tuple[str, str] | None:
    """The attachment that a line heads: its label (附件2) and what follows; None where it heads none.

    `附件：1.目录 2.…` in the body lists attachments and is no head; nor is a sentence that speaks of one.
    """
    found = _ATTACHMENT.match(text)
    if found is None or len(text) > 60 or text.rstrip()[-1:] in "。；，":
        return None
    rest = text[found.end() :].strip()
    if found[1] is None and rest and not re.match(r"[:：]", text[found.start() + 2 :].lstrip()[:1] or " "):
        return None
    return "附件" + (found[1] or ""), rest


def is_date_line(text: str) -> bool:
    """Whether a line holds a date and nothing else."""
    return bool(_DATE_LINE.fullmatch(text.strip()))
