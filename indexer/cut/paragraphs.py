"""Lines as they stand on the page, put together into the paragraphs they were set from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpus.model import Line, Table
from indexer.cut.marks import is_date_line, next_item, read_mark, starts_item
from indexer.cut.titles import is_strong_title
from indexer.doc_no import is_doc_no_line
from indexer.formats.text import tidy

_END = "。！？；：…"
_CLOSING = "”’）)】》〉」』"
_OPEN = "，、（《“：和及与或将按"
_SENTENCE = re.compile(r"[。；：，]")
_WRAPPED_WIDTH = 75


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, where it begins, and how it is set; `lines` are the lines it was made from."""

    text: str
    page: int | None = None
    size: float | None = None
    bold: bool = False
    level: int | None = None
    lines: tuple[Line, ...] = ()

    @property
    def last_page(self) -> int | None:
        """The page it ends on."""
        return self.lines[-1].page if self.lines else self.page


def paragraphs(blocks: Sequence[Line | Table]) -> list[Paragraph | Table]:
    """The paragraphs and tables of a document, in order."""
    found: list[Paragraph | Table] = []
    for item in _set_together(blocks):
        found.extend(_items(item) if isinstance(item, Paragraph) else [item])
    return found


def _items(whole: Paragraph) -> list[Paragraph]:
    """`whole`, or its numbered parts where they run on in it (11．…。12．…), each on the page on which it begins."""
    found: list[Paragraph] = []
    start, mark = 0, read_mark(whole.text)
    while mark is not None and (end := next_item(mark, whole.text, start + mark.end)) is not None:
        found.append(_stretch(whole, start, end))
        start, mark = end, read_mark(whole.text[end:])
    return [*found, _stretch(whole, start, len(whole.text))] if found else [whole]


def _stretch(whole: Paragraph, start: int, end: int) -> Paragraph:
    """A part of a paragraph, with the lines that hold it."""
    lines, passed = [], 0
    for line in whole.lines:
        if passed < end and passed + len(line.text) > start:
            lines.append(line)
        passed += len(line.text)
    kept = tuple(lines) or whole.lines
    page = kept[0].page if kept else whole.page
    return Paragraph(whole.text[start:end].strip(), page, whole.size, whole.bold, whole.level, kept)


def _set_together(blocks: Sequence[Line | Table]) -> list[Paragraph | Table]:
    """Lines put together as they were set; tables as they are."""
    lines = [block for block in blocks if isinstance(block, Line)]
    if not _is_wrapped(lines):
        return [_paragraph([b]) if isinstance(b, Line) else b for b in blocks]
    on_page = [line for line in lines if line.size is not None and line.box]
    setting = _OnPage(on_page) if len(on_page) > len(lines) / 2 else _InText(lines)
    found: list[Paragraph | Table] = []
    run: list[Line] = []
    for place, block in enumerate(blocks):
        if isinstance(block, Table):
            if run:
                found.append(_paragraph(run))
                run = []
            found.append(block)
            continue
        after = blocks[place + 1] if place + 1 < len(blocks) else None
        if run and setting.breaks(run, block, after if isinstance(after, Line) else None):
            found.append(_paragraph(run))
            run = []
        run.append(block)
    if run:
        found.append(_paragraph(run))
    return found


def join_lines(lines: Sequence[Line]) -> tuple[Paragraph, ...]:
    """The paragraphs of wrapped lines, as a table's cell holds them."""
    return tuple(item for item in paragraphs([line for line in lines if line.text]) if isinstance(item, Paragraph))


@lru_cache(maxsize=4096)
def width(text: str) -> float:
    """How wide `text` is set, in Chinese characters."""
    return sum(1.0 if char > "\u2e7f" or char in "“”‘’—…" else 0.5 for char in text)


def _paragraph(run: Sequence[Line]) -> Paragraph:
    first = run[0]
    text = _tidy("".join(_with_gap(line.text, after) for line, after in zip(run, [*run[1:], None], strict=True)))
    return Paragraph(text, first.page, first.size, first.bold, first.level, tuple(run))


_ARTICLE = re.compile(r"(第\s?[一二三四五六七八九十百零〇\d]{1,6}\s?[编章节条])\s+(?=\S)")


def _tidy(text: str) -> str:
    """`tidy`, but for the blank that sets a chapter's or an article's number apart."""
    number = _ARTICLE.match(text)
    return f"{tidy(number[1])} {tidy(text[number.end() :])}" if number else tidy(text)


def _with_gap(text: str, after: Line | None) -> str:
    """A blank between two Latin words that a line's end kept apart."""
    if after is not None and text[-1:].isascii() and text[-1:].isalnum() and after.text[:1].isascii():
        return text + " " if after.text[:1].isalpha() and text[-1:].isalpha() else text
    return text


def _is_wrapped(lines: Sequence[Line]) -> bool:
    """Whether the lines are those of a page: none long, and many that end in the middle of a sentence."""
    if any(line.size is not None and line.box for line in lines):
        return True
    if not lines:
        return False
    widths = sorted(width(line.text) for line in lines)
    if widths[int(len(widths) * 0.98)] > _WRAPPED_WIDTH:
        return False
    wide = widths[int(len(widths) * 0.9)]
    open_ended = sum(1 for line in lines if width(line.text) > wide - 4 and line.text[-1] not in _END + _CLOSING)
    broken = sum(1 for line in lines if line.text[-1] in "，、")
    return len(lines) < 3 or open_ended + broken >= 0.05 * len(lines)


def _ends(text: str) -> bool:
    return text.rstrip(_CLOSING)[-1:] in _END or text[-1:] in _END


def _always_breaks(run: Sequence[Line], line: Line) -> bool:
    last = run[-1]
    if last.level != line.level or _stands_alone(line.text) or _stands_alone(last.text):
        return True
    text = last.text
    if starts_item(line.text):
        # （二）项 and 5.3 万 in the middle of a sentence look like marks only where the line before is left open.
        return _ends(text) or text[-1] not in "，、（《“第和及或与至"
    return False


def _stands_alone(text: str) -> bool:
    return is_date_line(text) or is_doc_no_line(text)


class _OnPage:
    """Paragraphs by where lines end and how far they are set in. Points."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._right = _quantile([line.box[2] for line in lines if line.box], 0.9)
        self._left = _quantile([line.box[0] for line in lines if line.box], 0.1)

    def breaks(self, run: Sequence[Line], line: Line, _after: Line | None) -> bool:
        last = run[-1]
        if _always_breaks(run, line):
            return True
        if last.box is None or line.box is None:
            return _ends(last.text)
        size = last.size or 12.0
        if abs((line.size or size) - size) > (1.2 if last.confidence is None else 0.35 * size):
            return True  # OCR measures each line anew
        # OCR cuts its boxes short: there a line that stops in mid sentence must end well before the margin.
        slack = 1.6 if last.confidence is None or _ends(last.text) else 6
        if last.box[2] < self._right - slack * size:
            return True
        gap = line.box[1] - last.box[3]
        if line.page == last.page and gap > 2.2 * size and _ends(last.text):
            return True
        return line.box[0] > self._left + 1.3 * size and _ends(last.text)


class _InText:
    """Paragraphs by how full lines are, where a line of print may come in several pieces."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._full = _quantile([width(line.text) for line in lines], 0.98)
        self._indents = sum(1 for line in lines if line.box and line.box[0] >= 2) > 0.1 * len(lines)

    def breaks(self, run: Sequence[Line], line: Line, after: Line | None) -> bool:
        last = run[-1]
        if _always_breaks(run, line):
            return True
        if self._indents:
            return bool(line.box and line.box[0] >= 2)
        if (
            after is not None
            and is_date_line(after.text)
            and width(line.text) <= 30
            and not _SENTENCE.search(line.text)
        ):
            return True  # who signs
        filled = self._filled(run)
        if not _ends(last.text):
            return self._is_heading(run, filled) or self._is_list(last, line, filled)
        if filled + width(line.text) > self._full + 1.5:
            return filled < self._full - 3.5
        # A name or date that closes a document, or a heading, stands on a line of its own.
        return not _ends(line.text) and width(line.text) <= 30 and (after is None or is_date_line(after.text))

    def _is_heading(self, run: Sequence[Line], filled: float) -> bool:
        """Whether the lines are a heading by themselves, numbered or a title, which ends without a full stop."""
        text = "".join(line.text for line in run)
        if text[-1] in _OPEN or filled > self._full - 4:
            return False
        mark = read_mark(text)
        if mark is None or mark.end == len(text):
            return is_strong_title(text)
        if mark.kind == "cn" or filled < 0.6 * self._full:
            return not re.search(r"[。；：]", text)
        return not _SENTENCE.search(text)

    def _is_list(self, last: Line, line: Line, filled: float) -> bool:
        """Whether both are short and without punctuation: cells of a table, names of a list."""
        short = 0.6 * self._full
        plain = not _SENTENCE.search(last.text) and not _SENTENCE.search(line.text)
        return plain and last.text[-1] not in _OPEN and filled < short and width(line.text) < short

    def _filled(self, run: Sequence[Line]) -> float:
        """How far the printed line that `run` ends on is filled."""
        filled = 0.0
        for line in run:
            wide = width(line.text)
            filled = filled + wide if filled + wide <= self._full + 1.5 else wide
        return filled


def _quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0
