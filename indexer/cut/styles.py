"""A compilation cut by its heading styles: the titles of its policies are headings of one level, each over a text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.model import Line
from indexer.cut.cards import card_of_lines
from indexer.cut.marks import read_mark
from indexer.cut.part import Block, Part, text_of
from indexer.cut.titles import is_title, section_name, strip_date, strip_number
from indexer.formats.text import fold, tidy

_MIN_HEADS = 3
_MIN_BODY = 40  # folded characters under a heading that is a policy's title
_LONGEST = 80
_MOST = 0.6
_GRANTS = re.compile("申报|申请|补贴|补助|奖励|贴息|受理|咨询电话|支持对象|适用对象")


def headed_by_style(blocks: Sequence[Block]) -> list[Part]:
    """The policies under headings of one level; empty where the headings are the parts of one document.

    They are policies where most have a text of some length, and either are called as policies are, or hold a numbering
    that begins anew, or labelled fields. The parts of one document are numbered through.
    """
    levels = sorted({block.level for block in blocks if isinstance(block, Line) and block.level is not None})
    for level in levels:
        starts = [i for i, block in enumerate(blocks) if isinstance(block, Line) and block.level == level]
        if len(starts) < _MIN_HEADS:
            continue
        ends = [*starts[1:], len(blocks)]
        heads = [(start, end) for start, end in zip(starts, ends, strict=True) if not _is_part(text_of(blocks[start]))]
        over = [pair for pair in heads if _size(blocks, *pair) >= _MIN_BODY]
        if len(heads) < _MOST * len(starts) or len(over) < max(_MIN_HEADS, _MOST * len(heads)):
            continue
        shelved = any(
            section_name(b.text) for b in blocks if isinstance(b, Line) and b.level is not None and b.level < level
        )
        return [_part(blocks, start) for start, _ in heads] if _are_policies(blocks, over, shelved=shelved) else []
    return []


def _is_part(heading: str) -> bool:
    """Whether a heading is numbered as the parts of one document are (一、总体要求, 第二章 …), or names a book's section."""
    mark = read_mark(heading)
    numbered = mark is not None and mark.kind not in ("num", "num_close") and not is_title(heading[mark.end :])
    return numbered or section_name(heading) or not 4 <= len(tidy(heading)) <= _LONGEST


def _size(blocks: Sequence[Block], start: int, end: int) -> int:
    level = getattr(blocks[start], "level", None) or 0
    own = 0
    for block in blocks[start + 1 : end]:
        if isinstance(block, Line) and block.level is not None and block.level < level:
            break
        own += len(fold(text_of(block)))
    return own


def _are_policies(blocks: Sequence[Block], heads: Sequence[tuple[int, int]], *, shelved: bool) -> bool:
    """Whether texts under headings are policies; `shelved` where those headings stand under a book's sections."""
    named = sum(is_title(strip_number(text_of(blocks[start]))[0]) for start, _ in heads)
    anew = sum(_begins_anew(blocks[start + 1 : end]) for start, end in heads)
    fields = sum(_has_fields(blocks[start + 1 : end]) for start, end in heads)
    granting = sum(_GRANTS.search("".join(map(text_of, blocks[start:end]))) is not None for start, end in heads)
    return max(named, anew, fields, granting if shelved else 0) >= max(_MIN_HEADS, _MOST * len(heads))


def _begins_anew(blocks: Sequence[Block]) -> bool:
    """Whether the first number in a text is a first one."""
    marks = (read_mark(block.text) for block in blocks if isinstance(block, Line))
    first = next((mark for mark in marks if mark is not None), None)
    return first is not None and first.number == 1 and first.kind in ("cn", "article", "chapter", "num", "cn_paren")


def _has_fields(blocks: Sequence[Block]) -> bool:
    lines = [block for block in blocks if isinstance(block, Line)]
    return bool(lines) and card_of_lines(lines) is not None


def _part(blocks: Sequence[Block], start: int) -> Part:
    bare, number = strip_number(tidy(text_of(blocks[start])))
    title, dated = strip_date(bare)
    return Part(start, start + 1, 0, title, own_no=str(number) if number else None, dated=dated)
