"""PDF: text with its place, tables by their ruling lines, scanned pages by OCR or reported as unread.

pdfminer.six is the reference. Pdfium reads the same characters ten times faster, but not in every file; so a few pages
of each file are read by both, and only where they agree is the rest left to pdfium.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import logging
import tempfile
import unicodedata
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from corpus.model import Line, Notice, Table
from indexer.formats.columns import Char
from indexer.formats.files import Refused
from indexer.formats.furniture import strip_furniture
from indexer.formats.isolate import Job, do, do_each
from indexer.formats.limits import LIMITS, FormatError, Tick
from indexer.formats.ocr import find_recogniser
from indexer.formats.page import Edge, lay_out
from indexer.formats.read import Blocks
from indexer.formats.tables import join_pages

_TAIL = 16 * 1024
_SAMPLE = 3
_AGREE = 0.998
_MIN_CHARS = 8  # a page with fewer and a picture on it is a scan with a stamp of text
_UNMAPPED_SHARE = 0.2
_SCAN_SHARE = 0.3
_DRAWN_PATHS = 400
_OCR_SCALE = 200 / 72
_CLEAR = 0.8  # below this a line that was recognised is more often wrong than right
_SPOT = 3  # a page number, a stroke: no line of text
_LONG = 120  # pages from which on other processes are worth their start
_STRETCH = 40  # pages that one of them reads at a time

logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of every flaw of a font


@dataclass(frozen=True, slots=True)
class _Raw:
    """A page as its reader gives it."""

    chars: list[Char]
    edges: list[Edge]
    height: float
    unmapped: int = 0
    crowded: bool = False


def read_pdf(raw: bytes, *, ocr: bool, tick: Tick, processes: int = 1) -> Blocks:
    """The text and tables of a PDF. Raises FormatError where it is encrypted, broken or too long.

    `tick` is called after each page. The pages of a long one are read by several processes.
    """
    if b"%%EOF" not in raw[-_TAIL:]:  # pdfium would mend it, and lose pages without a word
        raise FormatError("PDF 不完整（没有结尾，可能没有传完），请重新提供")
    document = _open(raw)
    try:
        count = len(document)
        if count == 0:
            raise FormatError("PDF 没有页面（文件可能不完整）")
        if count > LIMITS.pages:
            raise FormatError(f"PDF 有 {count} 页，上限 {LIMITS.pages} 页，请分册")
        title = (document.get_metadata_dict().get("Title") or "").strip() or None
        fast = _agrees(document, raw, tick)
        if fast and count >= _LONG and processes > 1:
            leaves = _read_together(raw, count, ocr=ocr, tick=tick, processes=processes)
        else:
            leaves = list(_leaves(document, range(count), raw if not fast else None, ocr=ocr, tick=tick))
    finally:
        document.close()
    blocks = join_pages(strip_furniture([leaf.blocks for leaf in leaves], [leaf.height for leaf in leaves]))
    notices = tuple(notice for leaf in leaves for notice in leaf.notices)
    return Blocks(tuple(blocks), pages=count, title=title, notices=notices)


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A page as laid out, and what is to be said of it."""

    blocks: list[Line | Table]
    height: float
    notices: list[Notice]


def _leaves(document: Any, pages: range, slow: bytes | None, *, ocr: bool, tick: Tick) -> Iterator[_Leaf]:
    """The pages (from 0) laid out; from the bytes `slow` by pdfminer where it is given, else by pdfium.

    A page that cannot be read is empty, with the reason.
    """
    with contextlib.ExitStack() as stack:
        plumbed = stack.enter_context(_plumbed(slow)).pages if slow is not None else None
        for i in pages:
            try:
                raw = _read_fast(document[i]) if plumbed is None else _from_plumber(plumbed[i])
                blocks, found = _one_page(document, i + 1, raw, ocr=ocr)
                yield _Leaf(blocks, raw.height, found)
            except FormatError as error:
                yield _unread(i + 1, str(error))
            except (MemoryError, RecursionError, OSError):  # the whole file's limits, the pipe's end
                raise
            except Exception as error:  # noqa: BLE001 - whatever a page brings about, the next one is still read
                yield _unread(i + 1, f"这一页损坏（{type(error).__name__}）")
            tick()


def _unread(number: int, why: str) -> _Leaf:
    return _Leaf([], 0.0, [Notice("unread", f"第 {number} 页读不出来：{why}", number)])


def read_range(path: str, first: int, end: int, ocr: bool, *, tick: Tick) -> Iterator[_Leaf]:
    """The pages `first` (from 0) to `end` (excluded) of the PDF at `path`: one process's share of a long one."""
    document = _open(Path(path).read_bytes())
    try:
        yield from _leaves(document, range(first, end), None, ocr=ocr, tick=tick)
    finally:
        document.close()


def _read_together(raw: bytes, count: int, *, ocr: bool, tick: Tick, processes: int) -> list[_Leaf]:
    """Every page, read in stretches by several processes. Raises FormatError where a stretch cannot be read."""
    leaves: list[_Leaf] = []
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(raw)
        file.flush()

        def job(first: int, end: int) -> Job:
            return Job("indexer.formats.pdf:read_range", (file.name, first, end, ocr), "PDF", slow=ocr)

        stretches = [(i, min(i + _STRETCH, count)) for i in range(0, count, _STRETCH)]
        for (first, end), read in zip(stretches, do_each((job(*s) for s in stretches), processes), strict=True):
            found = list(read)
            while first + len(found) <= end and isinstance(found[-1], Refused):  # that page ended the process
                place = first + len(found)
                found[-1] = _unread(place, found[-1].reason)
                found += do(job(place, end)) if place < end else ()
            leaves += found
            for _ in found:
                tick()
    if len(leaves) != count:
        raise FormatError(f"共 {count} 页，只读出 {len(leaves)} 页")
    return leaves


def _open(raw: bytes) -> Any:
    try:
        return pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise FormatError("PDF 加密了，需要口令才能打开；请提供不加密的文件") from error
        if "security" in str(error).lower():
            raise FormatError("PDF 用了本程序不支持的加密方式；请提供不加密的文件") from error
        raise FormatError("PDF 损坏，打不开") from error


def _one_page(document: Any, number: int, raw: _Raw, *, ocr: bool) -> tuple[list[Line | Table], list[Notice]]:
    why = _unreadable(document, number, raw)
    if why is None:
        notices = []
        if raw.crowded:
            notices.append(Notice("doubtful", f"第 {number} 页线条过多，没有按表格读", number))
        return lay_out(raw.chars, raw.edges, number), notices
    kept: list[Line | Table] = [] if raw.unmapped else lay_out(raw.chars, [], number)
    recogniser = find_recogniser() if ocr else None  # loaded for the first page that needs it
    if recogniser is None:
        advice = "未做文字识别" if "扫描" in why else "读不出文字"
        return kept, [Notice("unread", f"第 {number} 页{why}，{advice}", number)]
    lines = recogniser.read_page(document[number - 1], number, _OCR_SCALE)
    if not lines:
        return kept, [Notice("unread", f"第 {number} 页{why}，文字识别也没有读出文字", number)]
    confidence = sum(line.confidence or 0.0 for line in lines) / len(lines)
    notices = [Notice("ocr", f"第 {number} 页由文字识别读出，平均置信度 {confidence:.2f}，请核对", number)]
    if blurred := [line.text for line in lines if (line.confidence or 0.0) < _CLEAR and len(line.text) > _SPOT]:
        few = "、".join(f"“{text[:20]}”" for text in blurred[:3])
        notices.append(Notice("doubtful", f"第 {number} 页有 {len(blurred)} 行看不清：{few}", number))
    return list(lines), notices


def _unreadable(document: Any, number: int, raw: _Raw) -> str | None:
    """Why the page's text cannot be had as text; None where it can, or where the page is simply blank."""
    shown = sum(1 for char in raw.chars if not char.text.isspace())
    if raw.unmapped > _UNMAPPED_SHARE * max(shown, 1):
        return "所用字体没有 Unicode 对照"
    if shown >= _MIN_CHARS:
        return None
    page = document[number - 1]
    width, height = page.get_size()
    paths = 0
    for item in page.get_objects(max_depth=3):
        if item.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = item.get_bounds()
            if abs((right - left) * (top - bottom)) >= _SCAN_SHARE * width * height:
                return "是扫描图像"
        elif item.type == pdfium.FPDF_PAGEOBJ_PATH:
            paths += 1
    return "的文字是画成图形的" if paths >= _DRAWN_PATHS else None


# ---------------------------------------------------------------- pdfium


def _read_fast(page: Any) -> _Raw:
    height = page.get_height()
    text = page.get_textpage()
    try:
        chars, unmapped = _characters(text.raw, height)
    finally:
        text.close()
    edges = list(_ruling_lines(page, height))
    page.close()
    crowded = len(edges) > LIMITS.page_edges
    return _Raw(chars, [] if crowded else edges, height, unmapped, crowded=crowded)


def _characters(text: Any, height: float) -> tuple[list[Char], int]:
    count = pdfium.FPDFText_CountChars(text)
    if count > LIMITS.page_characters:
        raise FormatError(f"一页有 {count} 字，上限 {LIMITS.page_characters} 字")
    rect = pdfium.FS_RECTF()
    place = ctypes.byref(rect)
    chars: list[Char] = []
    unmapped = 0
    pending = 0
    for i in range(count):
        code = pdfium.FPDFText_GetUnicode(text, i)
        if code < 0x21 and pdfium.FPDFText_IsGenerated(text, i) == 1:
            continue  # pdfium's own blanks and line ends
        if 0xD800 <= code < 0xDC00:
            pending = code
            continue
        if 0xDC00 <= code < 0xE000 and pending:
            code = 0x10000 + ((pending - 0xD800) << 10) + (code - 0xDC00)
        pending = 0
        if code in (0, 0xFFFD, 0xFFFE) or 0xE000 <= code < 0xF900 or pdfium.FPDFText_HasUnicodeMapError(text, i) == 1:
            unmapped += 1
            continue
        if code < 0x20:
            continue
        if not pdfium.FPDFText_GetLooseCharBox(text, i, place):
            continue
        chars.append(
            Char(
                _letter(code),
                rect.left,
                height - rect.top,
                rect.right,
                height - rect.bottom,
                rect.top - rect.bottom,  # the font's own size leaves out how the page scales it
            )
        )
    return chars, unmapped


def _letter(code: int) -> str:
    """The character; a radical or compatibility form (⼀, 﨑) as the character it stands for."""
    if 0x2E80 <= code < 0x2FE0 or 0xF900 <= code < 0xFB00:
        return unicodedata.normalize("NFKC", chr(code))
    return chr(code)


def _ruling_lines(page: Any, height: float) -> Iterator[Edge]:
    """The straight level and upright lines of the page's paths, thin boxes among them."""
    found = 0
    for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=4):
        if found > LIMITS.page_edges:
            return
        left, bottom, right, top = item.get_bounds()
        if right - left < 2 and top - bottom < 2:
            continue
        if right - left <= 3 or top - bottom <= 3:
            found += 1
            yield _edge(left, bottom, right, top, height)
            continue
        if not _is_stroked(item.raw):
            continue  # a coloured ground behind words, not a ruling line
        matrix = item.get_matrix()
        for x0, y0, x1, y1 in _segments(item.raw):
            ax, ay = matrix.on_point(x0, y0)
            bx, by = matrix.on_point(x1, y1)
            if abs(ax - bx) <= 1 or abs(ay - by) <= 1:
                found += 1
                yield _edge(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by), height)


def _edge(left: float, bottom: float, right: float, top: float, height: float) -> Edge:
    """A line along the longer side of the box."""
    if right - left >= top - bottom:
        middle = height - (top + bottom) / 2
        return Edge(left, middle, right, middle)
    middle = (left + right) / 2
    return Edge(middle, height - top, middle, height - bottom)


def _is_stroked(path: Any) -> bool:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    return bool(pdfium.FPDFPath_GetDrawMode(path, fill, stroke)) and bool(stroke.value)


def _segments(path: Any) -> Iterator[tuple[float, float, float, float]]:
    x, y = ctypes.c_float(), ctypes.c_float()
    start = last = (0.0, 0.0)
    for i in range(min(pdfium.FPDFPath_CountSegments(path), LIMITS.page_edges)):
        segment = pdfium.FPDFPath_GetPathSegment(path, i)
        if not pdfium.FPDFPathSegment_GetPoint(segment, x, y):
            continue
        point = (x.value, y.value)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            yield (*last, *point)
        if pdfium.FPDFPathSegment_GetClose(segment):
            yield (*point, *start)
        last = point


# ---------------------------------------------------------------- pdfminer, and whether the two agree


@contextlib.contextmanager
def _plumbed(raw: bytes, pages: list[int] | None = None) -> Iterator[Any]:
    """The file as pdfplumber opens it; of the pages numbered (from 1) alone where some are."""
    import pdfplumber

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pdfplumber.open(io.BytesIO(raw), pages=pages) as book:
            yield book


def _from_plumber(page: Any) -> _Raw:
    chars = []
    unmapped = 0
    for c in page.chars:
        text = c["text"]
        if text.startswith("(cid:") or "\ufffd" in text or any("\ue000" <= t < "\uf900" for t in text):
            unmapped += 1
        elif text.isprintable():
            chars.append(
                Char("".join(_letter(ord(t)) for t in text), c["x0"], c["top"], c["x1"], c["bottom"], c["size"])
            )
    if len(chars) > LIMITS.page_characters:
        raise FormatError(f"一页有 {len(chars)} 字，上限 {LIMITS.page_characters} 字")
    edges = [Edge(e["x0"], e["top"], e["x1"], e["bottom"]) for e in page.edges[: LIMITS.page_edges + 1]]
    crowded = len(edges) > LIMITS.page_edges
    page.close()
    return _Raw(chars, [] if crowded else edges, float(page.height), unmapped, crowded=crowded)


def _agrees(document: Any, raw: bytes, tick: Tick) -> bool:
    """Whether pdfium and pdfminer read the same characters on the sampled pages."""
    count = len(document)
    sample = sorted({0, count // 2, count - 1})[:_SAMPLE]
    try:
        with _plumbed(raw, [i + 1 for i in sample]) as book:
            for i, page in zip(sample, book.pages, strict=True):
                read = _read_fast(document[i])
                tick()
                if read.crowded:
                    continue  # pdfminer would take minutes over what is left out anyway
                fast, slow = _bag(read), _bag(_from_plumber(page))
                tick()
                total = max(sum(fast.values()), sum(slow.values()))
                if sum((fast & slow).values()) < _AGREE * total:
                    return sum(fast.values()) > sum(slow.values()) * 2  # pdfminer lost most of it
    except Exception:  # noqa: BLE001 - pdfminer raises all sorts on files that pdfium mends
        return True
    return True


def _bag(raw: _Raw) -> Counter[str]:
    return Counter(c for char in raw.chars for c in unicodedata.normalize("NFKC", char.text) if not c.isspace())
