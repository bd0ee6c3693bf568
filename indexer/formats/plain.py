"""TXT and Markdown: lines, headings, and the page marks that a converted book leaves behind."""

from __future__ import annotations

import re
from itertools import pairwise

from corpus.model import Line, Notice
from indexer.formats.limits import LIMITS, FormatError
from indexer.formats.read import Blocks
from indexer.formats.text import clean, decode

# `# 第 103 页`, `第103页 共200页`, `— 103 —`, form feeds: where a page of the printed book begins.
_PAGE_MARK = re.compile(r"#*\s*(?:-+|=+|—+)?\s*第\s*(\d{1,5})\s*页(?:\s*[,，/]?\s*共\s*\d+\s*页)?\s*(?:-+|=+|—+)?")
_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_BOLD = re.compile(r"\*\*(.+?)\*\*|__(.+?)__")
_LINK = re.compile(r"\[([^\[\]]*)\]\((?:[^()\s]|\([^()]*\))*\)")
_RULE = re.compile(r"(?:-{3,}|\*{3,}|_{3,}|={3,})")
_META = re.compile(r"(?:\*\*)?([\u4e00-\u9fff]{2,8})(?:\*\*)?\s*[:：]\s*(.*)")
META_NAMES = frozenset(
    [
        "发布日期",
        "发布机构",
        "发文机构",
        "发文机关",
        "原文链接",
        "来源",
        "发文字号",
        "文号",
        "成文日期",
        "印发日期",
        "生效日期",
        "施行日期",
        "失效日期",
        "有效性",
        "主题分类",
        "索引号",
        "分类",
        "公开日期",
        "发文日期",
        "效力状态",
        "政策文号",
        "名称",
    ]
)


def read_text(raw: bytes) -> Blocks:
    """The lines of a TXT or Markdown file; a page is known only where the text itself marks it."""
    text = decode(raw).replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > LIMITS.characters:
        raise FormatError(f"文本过长（{len(text)} 字，上限 {LIMITS.characters} 字）")
    lines = text.split("\n")
    if is_markdown(lines):
        meta, blocks = read_markdown(lines)
        return Blocks(tuple(blocks), meta=meta)
    return _read_pages(lines)


def _read_pages(lines: list[str]) -> Blocks:
    marks = [int(mark[1]) for line in lines if (mark := _PAGE_MARK.fullmatch(line.strip()))]
    paged = len(marks) >= 2 and all(a <= b for a, b in pairwise(marks))
    blocks: list[Line] = []
    page = None
    for line in lines:
        if paged and (mark := _PAGE_MARK.fullmatch(line.strip())):
            page = int(mark[1])
            continue
        if "\f" in line and not paged:
            page = (page or 1) + line.count("\f")
        if shown := clean(line.replace("\f", "")):
            # An indent says where a paragraph begins: kept as the box's left edge, in characters.
            indent = len(line) - len(line.lstrip(" \u3000\t"))
            blocks.append(Line(shown, page=page, box=(float(indent), 0.0, float(indent + len(shown)), 0.0)))
    notices = []
    if paged and (gaps := [(a, b) for a, b in pairwise(marks) if b > a + 1]):
        shown_gaps = "、".join(f"{a + 1}" if b == a + 2 else f"{a + 1}—{b - 1}" for a, b in gaps[:20])
        notices.append(Notice("doubtful", f"原书第 {shown_gaps} 页没有文字"))
    return Blocks(tuple(blocks), pages=len(set(marks)) if paged else None, notices=tuple(notices))


def is_markdown(lines: list[str]) -> bool:
    """Whether `lines` are marked up: a heading that is no page mark, or words in bold."""
    head = [line.strip() for line in lines[:400]]
    headings = sum(1 for line in head if _HEADING.fullmatch(line) and not _PAGE_MARK.fullmatch(line))
    return headings >= 1 or sum(1 for line in head if _BOLD.search(line)) >= 2


def read_markdown(lines: list[str]) -> tuple[tuple[tuple[str, str], ...], list[Line]]:
    """The labelled facts at the head of marked-up text, and its lines without the marks."""
    meta: list[tuple[str, str]] = []
    blocks: list[Line] = []
    body = False
    for line in lines:
        stripped = line.strip()
        if _RULE.fullmatch(stripped):
            body = body or bool(meta)
            continue
        heading = _HEADING.fullmatch(stripped)
        shown = clean(_plain(heading[2] if heading else stripped))
        if not shown:
            continue
        if not body and (fact := _META.fullmatch(shown)) and fact[1] in META_NAMES:
            if fact[2].strip():
                meta.append((fact[1], fact[2].strip()))
            continue
        blocks.append(Line(shown, level=len(heading[1]) if heading else None, bold=bool(_BOLD.fullmatch(stripped))))
    return tuple(meta), blocks


def _plain(text: str) -> str:
    return _LINK.sub(r"\1", _BOLD.sub(lambda bold: bold[1] or bold[2], text)).replace("**", "")
