"""OFD (GB/T 33190): text runs where they stand, tables by their ruling lines, pages of pictures reported as unread."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

from corpus.model import Line, Notice, Table
from indexer.formats.annotations import Annotated, read_annotations
from indexer.formats.columns import Char
from indexer.formats.furniture import strip_furniture
from indexer.formats.limits import LIMITS, FormatError, Tick
from indexer.formats.page import Edge, lay_out
from indexer.formats.read import Blocks
from indexer.formats.tables import join_pages
from indexer.formats.unpack import check_zip

_POINTS = 72 / 25.4  # OFD measures in millimetres
_THIN = 0.8


def read_ofd(raw: bytes, *, tick: Tick) -> Blocks:
    """The text of an OFD. Raises FormatError where it is broken or has too many pages; `tick` after each page."""
    import ofdkit

    check_zip(raw)
    try:
        document = ofdkit.open(io.BytesIO(raw))
    except ofdkit.OFDError as error:
        raise FormatError("OFD 损坏，打不开") from error
    with document:
        if len(document.pages) > LIMITS.pages:
            raise FormatError(f"OFD 有 {len(document.pages)} 页，上限 {LIMITS.pages} 页，请分册")
        if not document.pages:
            raise FormatError("OFD 没有页面（文件可能不完整）")
        pages: list[list[Line | Table]] = []
        heights: list[float] = []
        notices = [Notice("doubtful", f"OFD 有缺失的部分：{warning}") for warning in document.warnings]
        annotations = read_annotations(document)
        for number, page in enumerate(document.pages, start=1):
            blocks, height, found = _read_page(document, page, number, annotations.get(page.id or "", Annotated()))
            pages.append(blocks)
            heights.append(height)
            notices.extend(found)
            tick()
        title = document.info.title
    return Blocks(
        tuple(join_pages(strip_furniture(pages, heights))),
        pages=len(pages),
        title=title or None,
        notices=tuple(notices),
    )


def _read_page(
    document: Any, page: Any, number: int, annotated: Annotated
) -> tuple[list[Line | Table], float, list[Notice]]:
    import ofdkit

    try:
        chars = list(_characters([*page.runs, *annotated.runs]))
        height = page.height * _POINTS
        shapes = _shapes(document, page)
    except (ofdkit.OFDError, ValueError, ArithmeticError) as error:
        return [], 842.0, [Notice("unread", f"第 {number} 页读不出（{error}）", number)]
    marks = [
        Notice("skipped", f"第 {number} 页有水印“{words}”，没有读进正文", number) for words in annotated.watermarks
    ]
    if not chars:
        why = (
            "是图像，没有文字"
            if "ImageObject" in shapes
            else "没有文字（可能是图形）"
            if "PathObject" in shapes
            else ""
        )
        return [], height, [*marks, *([Notice("unread", f"第 {number} 页{why}", number)] if why else [])]
    edges = list(_edges(shapes))
    crowded = len(edges) > LIMITS.page_edges
    notices = [*marks, *([Notice("doubtful", f"第 {number} 页线条过多，没有按表格读", number)] if crowded else [])]
    return lay_out(chars, [] if crowded else edges, number), height, notices


def _characters(runs: Sequence[Any]) -> Iterator[Char]:
    """The characters of a page's text runs; a run's are spread evenly over its width."""
    seen: set[tuple[str, int, int]] = set()
    for run in runs:
        text = run.text.replace("\n", " ")
        key = (text, round(run.x * 4), round(run.y * 4))
        if not text.strip() or key in seen:
            continue  # bold made by printing twice
        seen.add(key)
        weights = [1.0 if char > "\u2e7f" else 0.55 for char in text]
        step = run.width / sum(weights)
        x = run.x
        for char, weight in zip(text, weights, strict=True):
            top = (run.y - 0.86 * run.size) * _POINTS
            bottom = (run.y + 0.14 * run.size) * _POINTS
            yield Char(char, x * _POINTS, top, (x + step * weight) * _POINTS, bottom, run.size * _POINTS)
            x += step * weight


def _shapes(document: Any, page: Any) -> str:
    """The page's content as XML; empty where it has none."""
    if page.location is None:
        return ""
    raw = document._package.read(page.location)  # noqa: SLF001 - ofdkit offers the text of a page, not its lines
    return raw.decode("utf-8", errors="replace") if isinstance(raw, bytes) else str(raw)


_PATH = re.compile(r"<(?:\w+:)?PathObject\b[^>]*\bBoundary\s*=\s*\"([^\"]+)\"")


def _edges(shapes: str) -> Iterator[Edge]:
    """The ruling lines among the page's paths: those whose bounds are thin."""
    for found in _PATH.finditer(shapes):
        parts = found[1].split()
        try:
            x, y, width, height = (float(part) * _POINTS for part in parts)
        except ValueError:
            continue
        if width <= _THIN * _POINTS < height:
            yield Edge(x + width / 2, y, x + width / 2, y + height)
        elif height <= _THIN * _POINTS < width:
            yield Edge(x, y + height / 2, x + width, y + height / 2)
