"""The checklist as Word: an A4 document that an office can hand over and go on editing."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from web.checklist.data import NONE, Checklist, Group, Row

BODY, HEAD = "仿宋", "黑体"
INK, QUIET = RGBColor(0x1C, 0x24, 0x2E), RGBColor(0x5B, 0x64, 0x70)
LABEL_WIDTH, TEXT_WIDTH = Cm(2.8), Cm(13.2)
SHADE, LINE = "F1F3F6", "B9C0CA"
# Control characters that XML has no place for: a document with one would not open.
_UNPRINTABLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])


def render(checklist: Checklist) -> bytes:
    """`checklist` as a .docx file."""
    document = Document()
    _page(document, checklist)
    _line(document, checklist.title, HEAD, 22, align=WD_ALIGN_PARAGRAPH.CENTER, after=6)
    _line(document, checklist.enterprise, HEAD, 15, align=WD_ALIGN_PARAGRAPH.CENTER, after=10)
    _table(document, checklist.facts)
    for number, group in checklist.numbered:
        _group(document, number, group)
    _line(document, checklist.disclaimer, BODY, 10.5, colour=QUIET, before=14)
    for text in checklist.signature:
        _line(document, text, BODY, 12, align=WD_ALIGN_PARAGRAPH.RIGHT, before=6)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document: Any, checklist: Checklist) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin, section.bottom_margin = Cm(2.6), Cm(2.4)
    normal = document.styles["Normal"]
    _font(normal, BODY, 12)
    normal.paragraph_format.space_after = Pt(0)
    document.core_properties.title = f"{checklist.title}（{checklist.enterprise}）".translate(_UNPRINTABLE)
    document.core_properties.author = checklist.office
    header, footer = section.header.paragraphs[0], section.footer.paragraphs[0]
    header.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _run(header, f"{checklist.title} · {checklist.enterprise} · {checklist.day}", BODY, 9, QUIET)
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for part in ("第 ", "PAGE", " 页 共 ", "NUMPAGES", " 页"):
        if part.isascii() and part.strip():
            _field(_run(footer, "", BODY, 9, QUIET), part)
        else:
            _run(footer, part, BODY, 9, QUIET)


def _group(document: Any, number: str, group: Group) -> None:
    heading = document.add_heading(level=1)
    heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(18), Pt(4)
    _run(heading, f"{number}、{group.heading}", HEAD, 15, INK)
    if not group.entries:
        _line(document, NONE, BODY, 12, colour=QUIET)
        return
    _line(document, group.note, BODY, 11, colour=QUIET, after=4)
    for index, entry in enumerate(group.entries, 1):
        title = document.add_heading(level=2)
        title.paragraph_format.space_before, title.paragraph_format.space_after = Pt(10), Pt(4)
        _run(title, f"{index}．{entry.title}", HEAD, 12.5, INK)
        _table(document, group.rows(entry))
    if group.rest:
        _line(document, group.rest, BODY, 11, colour=QUIET, before=6)


def _table(document: Any, rows: Iterable[Row]) -> None:
    table = document.add_table(rows=0, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _borders(table)
    for label, lines in rows:
        row = table.add_row()
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001
        left, right = row.cells
        left.width, right.width = LABEL_WIDTH, TEXT_WIDTH
        _shade(left)
        _run(left.paragraphs[0], label, HEAD, 10.5, INK)
        for i, text in enumerate(lines):
            _run(right.paragraphs[0] if i == 0 else right.add_paragraph(), text, BODY, 11, INK)


# ---------------------------------------------------------------- what python-docx leaves to XML


def _line(document: Any, text: str, font: str, size: float, **how: Any) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = how.get("align")
    paragraph.paragraph_format.space_before = Pt(how.get("before", 0))
    paragraph.paragraph_format.space_after = Pt(how.get("after", 0))
    _run(paragraph, text, font, size, how.get("colour", INK))


def _run(paragraph: Any, text: str, font: str, size: float, colour: RGBColor) -> Any:
    run = paragraph.add_run(text.translate(_UNPRINTABLE))
    _font(run, font, size)
    run.font.color.rgb = colour
    return run


def _font(styled: Any, font: str, size: float) -> None:
    styled.font.name = font
    styled.font.size = Pt(size)
    styled.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _field(run: Any, instruction: str) -> None:
    for kind in ("begin", None, "end"):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = instruction
        run._r.append(element)  # noqa: SLF001


def _shade(cell: Any) -> None:
    shade = OxmlElement("w:shd")
    for key, value in (("val", "clear"), ("color", "auto"), ("fill", SHADE)):
        shade.set(qn(f"w:{key}"), value)
    cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001


def _borders(table: Any) -> None:
    borders = OxmlElement("w:tblBorders")
    for edge in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{edge}")
        for key, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", LINE)):
            line.set(qn(f"w:{key}"), value)
        borders.append(line)
    table._tbl.tblPr.append(borders)  # noqa: SLF001
