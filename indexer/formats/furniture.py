"""Headers, footers and page numbers, found by their repeating from page to page and taken out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from corpus.model import Line, Table
from indexer.formats.text import clean

_NUMBER = r"(?:\d{1,4}|[ivxlcIVXLC]{1,6}|[一二三四五六七八九十百〇零]{1,5})"
_PAGE_NUMBER = re.compile(
    rf"[-—–－·•\s]*{_NUMBER}[-—–－·•\s]*|[一-]\s*\d{{1,4}}\s*[一-]|第\s*{_NUMBER}\s*页(?:\s*[,，/]?\s*共\s*\d+\s*页)?|\d{{1,4}}\s*/\s*\d{{1,4}}"
)
_DASHED = re.compile(rf"[-—–－·•一]\s*{_NUMBER}\s*[-—–－·•一]|第\s*{_NUMBER}\s*页(?:\s*[,，/]?\s*共\s*\d+\s*页)?")
_DIGITS = re.compile(r"\d+")
_EDGE_LINES = 3
_MIN_PAGES = 3

Page = list[Line | Table]


def strip_furniture(pages: Sequence[Page], heights: Sequence[float]) -> list[Page]:
    """`pages` without the lines at their upper and lower ends that repeat, and without page numbers.

    `heights` are the heights of the pages in points. A line is furniture where the same words, digits apart, stand at
    the same height on three pages or more and on a fifth of all; a bare number where it stands alone at an end.
    """
    counted: Counter[tuple[str, int]] = Counter()
    for page, height in zip(pages, heights, strict=True):
        counted.update({_key(line, height) for line in _ends(page, height)})
    least = max(_MIN_PAGES, len(pages) // 5)
    bare: list[Page] = []
    for page, height in zip(pages, heights, strict=True):
        drop = {id(line) for line in _ends(page, height) if counted[_key(line, height)] >= least and not _is_step(line)}
        bare.append([block for block in page if id(block) not in drop])
    # A scanner's own footer may stand below the number.
    numbers = [
        _number(page, height) or _number(left, height) for page, left, height in zip(pages, bare, heights, strict=True)
    ]
    numbered = sum(number is not None for number in numbers) >= max(1, min(_MIN_PAGES, len(pages)))
    kept = []
    for page, number in zip(bare, numbers, strict=True):
        gone = number is not None and (numbered or _DASHED.fullmatch(clean(number.text)))
        kept.append([block for block in page if not (gone and block is number)])
    return kept


def _ends(page: Page, height: float) -> list[Line]:
    """The lines within the upper and lower eighth of the page, the outermost three of each."""
    lines = [block for block in page if isinstance(block, Line) and block.box]
    above = [line for line in lines if line.box and line.box[3] < height / 8][:_EDGE_LINES]
    below = [line for line in lines if line.box and line.box[1] > height * 7 / 8][-_EDGE_LINES:]
    return above + below


def _key(line: Line, height: float) -> tuple[str, int]:
    top = line.box[1] if line.box else 0.0
    return _DIGITS.sub("#", line.text.replace(" ", "")), round(top / height * 100)


def _number(page: Page, height: float) -> Line | None:
    """The line that is the page's number."""
    for line in reversed(_ends(page, height)):
        if _PAGE_NUMBER.fullmatch(line.text.strip()):
            return line
    last = page[-1] if page else None  # a scan's margins are wider than a page's
    return last if isinstance(last, Line) and _DASHED.fullmatch(last.text.strip()) else None


_STEP = re.compile(r"[（(]?[一二三四五六七八九十\d]+[)）、.．].+|第[一二三四五六七八九十百]+[章节条].*")


def _is_step(line: Line) -> bool:
    """Whether the line is a numbered paragraph of the text that happens to stand at the page's end."""
    return bool(_STEP.fullmatch(line.text)) and not _PAGE_NUMBER.fullmatch(line.text.strip())
