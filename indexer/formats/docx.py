"""DOCX: paragraphs with their numbering and headings, tables with their merged cells."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from corpus.model import Line, Notice, Table
from indexer.formats.limits import LIMITS, FormatError
from indexer.formats.plain import is_markdown, read_markdown
from indexer.formats.read import Blocks
from indexer.formats.text import clean, tidy
from indexer.formats.unpack import check_zip

_HEADING = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_CHINESE = "零一二三四五六七八九十"


def read_docx(raw: bytes) -> Blocks:
    """The text of a DOCX. Raises FormatError where it is broken, encrypted or unpacks to too much."""
    check_zip(raw)
    import docx

    try:
        document = docx.Document(io.BytesIO(raw))
        numbering = _Numbering(document)
        blocks = list(_blocks(document, numbering))
        title = clean(document.core_properties.title or "") or None
        pictures = sum(1 for _ in document.element.body.iter(_W + "drawing"))
    except FormatError:
        raise
    except Exception as error:  # python-docx raises KeyError, ValueError, lxml's and zip's errors alike
        raise FormatError("DOCX 损坏，打不开") from error
    lines = [block for block in blocks if isinstance(block, Line)]
    texts = [line.text for line in lines]
    if is_markdown(texts):
        meta, marked = read_markdown(texts)
        tables = [block for block in blocks if isinstance(block, Table)]
        return Blocks((*marked, *tables), title=title, meta=meta)
    notices = []
    if pictures and not any(lines) and not any(isinstance(b, Table) for b in blocks):
        notices.append(Notice("unread", f"文件里只有 {pictures} 张图片，没有文字"))
    return Blocks(tuple(blocks), title=title, notices=tuple(notices))


def _blocks(document: Any, numbering: _Numbering) -> Iterator[Line | Table]:
    from docx.table import Table as WordTable
    from docx.text.paragraph import Paragraph

    for element in _inside(document.element.body):
        if element.tag == _W + "p":
            item = Paragraph(element, document._body)  # noqa: SLF001 - python-docx skips what stands in content controls
            label = numbering.label(item)
            for part in _text(element).split("\n"):
                if text := clean(part):
                    yield Line(label + text, level=_level(item), bold=_bold(item), size=_size(item))
                    label = ""
        elif rows := _rows(WordTable(element, document._body)):  # noqa: SLF001
            yield Table(rows)
    for relation in document.part.rels.values():
        if relation.reltype.endswith(("/footnotes", "/endnotes")):
            yield from _notes(relation.target_part.blob)


def _inside(parent: Any) -> Iterator[Any]:
    """The paragraphs and tables in `parent`, those in content controls and tracked blocks too."""
    for child in parent:
        if child.tag in (_W + "p", _W + "tbl"):
            yield child
        elif child.tag in (_W + "sdt", _W + "sdtContent", _W + "customXml", _W + "ins", _W + "smartTag"):
            yield from _inside(child)


def _notes(raw: bytes) -> Iterator[Line]:
    from lxml import etree

    root = etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True))
    for note in root:
        if note.get(_W + "type") is None and (text := clean(_text(note).replace("\n", ""))):
            yield Line(f"注：{text}")


def _text(element: Any) -> str:
    """The text with tracked deletions left out and insertions, links and content controls kept."""
    parts = []
    boxed = next(element.iter(_FALLBACK), None) is not None  # a text box, which stands there twice
    for node in element.iter(_W + "t", _W + "tab", _W + "br"):
        if boxed and next(node.iterancestors(_FALLBACK), None) is not None:
            continue
        if node.tag == _W + "t":
            parts.append(node.text or "")
        else:
            parts.append("\n" if node.tag == _W + "br" and node.get(_W + "type") is None else " ")
    return "".join(parts)


def _level(paragraph: Any) -> int | None:
    style = paragraph.style.name if paragraph.style is not None else ""
    found = _HEADING.match(style or "")
    if found:
        return int(found[1])
    return 1 if style == "Title" else None


def _bold(paragraph: Any) -> bool:
    runs = [run for run in paragraph.runs if run.text.strip()]
    return bool(runs) and all(run.bold for run in runs)


def _size(paragraph: Any) -> float | None:
    sizes = [run.font.size.pt for run in paragraph.runs if run.text.strip() and run.font.size is not None]
    return max(sizes) if sizes else None


def _rows(table: Any) -> tuple[tuple[str, ...], ...]:
    rows = []
    count = 0
    for row in table.rows:
        cells: list[str] = []
        for cell in row.cells:
            count += 1
            if count > LIMITS.cells:
                raise FormatError(f"表格超过 {LIMITS.cells} 格")
            cells.append("\n".join(filter(None, map(tidy, _cell_paragraphs(cell)))))
        if any(cells):
            rows.append(cells)
    width = max(map(len, rows), default=0)
    return tuple(tuple(row + [""] * (width - len(row))) for row in rows)


def _cell_paragraphs(cell: Any) -> Iterator[str]:
    """The paragraphs of a cell, those of tables within it too."""
    for paragraph in cell._tc.iter(_W + "p"):  # noqa: SLF001 - python-docx leaves tables in tables out
        if next(paragraph.iterancestors(_W + "txbxContent"), None) is None:
            yield _text(paragraph)


class _Numbering:
    """Automatic numbers (第一条, 一、, 1.), which Word keeps outside the text."""

    def __init__(self, document: Any) -> None:
        self._formats: dict[tuple[str, int], tuple[str, str, int]] = {}
        self._counts: dict[str, list[int]] = defaultdict(lambda: [0] * 9)
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError):
            return
        abstract = {a.get(_W + "abstractNumId"): a for a in root.iter(_W + "abstractNum")}
        for num in root.iter(_W + "num"):
            link = num.find(_W + "abstractNumId")
            body = abstract.get(link.get(_W + "val")) if link is not None else None
            for level in body.iter(_W + "lvl") if body is not None else ():
                shape, text, start = (level.find(_W + name) for name in ("numFmt", "lvlText", "start"))
                if shape is not None and text is not None:
                    first = int(start.get(_W + "val")) if start is not None else 1
                    key = (num.get(_W + "numId"), int(level.get(_W + "ilvl")))
                    self._formats[key] = (shape.get(_W + "val"), text.get(_W + "val") or "", first)

    def label(self, paragraph: Any) -> str:
        """The paragraph's automatic number as printed; empty where it has none."""
        properties = paragraph._p.pPr  # noqa: SLF001 - not offered otherwise
        numbered = properties.numPr if properties is not None else None
        if numbered is None and paragraph.style is not None and paragraph.style.element.pPr is not None:
            numbered = paragraph.style.element.pPr.numPr
        if numbered is None or numbered.numId is None or not paragraph.text.strip():
            return ""
        number, depth = str(numbered.numId.val), int(numbered.ilvl.val) if numbered.ilvl is not None else 0
        if (number, depth) not in self._formats:
            return ""
        counts = self._counts[number]
        first = self._formats[number, depth][2]
        counts[depth] = max(counts[depth] + 1, first)
        counts[depth + 1 :] = [0] * (8 - depth)
        text = self._formats[number, depth][1]
        for place in range(depth + 1):
            shape = self._formats.get((number, place), ("decimal", "", 1))[0]
            text = text.replace(f"%{place + 1}", _shape(max(counts[place], 1), shape))
        return text if self._formats[number, depth][0] not in ("bullet", "none") else ""


def _shape(number: int, shape: str) -> str:
    if shape in (
        "chineseCounting",
        "chineseCountingThousand",
        "ideographDigital",
        "japaneseCounting",
        "taiwaneseCounting",
    ):
        tens, ones = divmod(number, 10)
        if number <= 10:
            return _CHINESE[number]
        return ("" if tens == 1 else _CHINESE[min(tens, 9)]) + "十" + (_CHINESE[ones] if ones else "")
    if shape == "lowerLetter":
        return chr(96 + min(number, 26))
    if shape == "upperLetter":
        return chr(64 + min(number, 26))
    if shape == "decimalEnclosedCircle" and number <= 20:
        return chr(0x245F + number)
    return str(number)
