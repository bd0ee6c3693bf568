"""Writes the sample compilation as PDF and DOCX: `python -m corpus.sources.build`.

Both say the same (`content`), each in its format's own means: the PDF with running heads, numbered pages and a
contents with page numbers, the DOCX with styles, a header, a page field and real tables.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any as Untyped
from xml.sax.saxutils import escape

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Spacer,
    Table,
    TableStyle,
)
from reportlab.platypus import Paragraph as Text
from reportlab.platypus.tableofcontents import TableOfContents

from corpus.sources import content
from corpus.sources.content import Block, Card, Grid, Heading, Paragraph, Part, Signature

HERE = Path(__file__).resolve().parent
NAME = "sample_compilation"
FONT = "STSong-Light"  # Adobe's own name for a font that every reader supplies: nothing to embed, text stays text


def build(folder: Path = HERE) -> tuple[Path, Path]:
    """The PDF and the DOCX, written into `folder`."""
    blocks = content.compilation()
    pdf, word = folder / f"{NAME}.pdf", folder / f"{NAME}.docx"
    write_pdf(blocks, pdf)
    write_docx(blocks, word)
    return pdf, word


# ---------------------------------------------------------------- PDF


def _style(name: str, size: float, **more: Untyped) -> ParagraphStyle:
    return ParagraphStyle(name, fontName=FONT, fontSize=size, leading=size * 1.6, wordWrap="CJK", **more)


STYLES = {
    "title": _style("title", 26, alignment=TA_CENTER, spaceAfter=12 * mm),
    "cover": _style("cover", 13, alignment=TA_CENTER),
    "part": _style("part", 18, alignment=TA_CENTER, spaceAfter=8 * mm, keepWithNext=1),
    "heading": _style("heading", 15, alignment=TA_CENTER, spaceBefore=6 * mm, spaceAfter=2 * mm, keepWithNext=1),
    "line": _style("line", 10.5, textColor=colors.HexColor("#444444"), alignment=TA_CENTER, keepWithNext=1),
    "1": _style("1", 12, spaceBefore=3 * mm, keepWithNext=1),
    "2": _style("2", 11, firstLineIndent=22),
    "signed": _style("signed", 11, alignment=TA_RIGHT),
    "cell": _style("cell", 9),
    "toc0": _style("toc0", 12, spaceBefore=3 * mm),
    "toc1": _style("toc1", 11, leftIndent=8 * mm),
}
GRID = TableStyle(
    [
        ("GRID", (0, 0), (-1, -1), 0.5, colors.grey),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("FONTNAME", (0, 0), (-1, -1), FONT),
    ]
)


class _Book(BaseDocTemplate):
    """A4 with a running head and foot on every page but the cover; parts and titles go into the contents."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), pagesize=A4, title=content.TITLE, author="huiqi", invariant=1)
        frame = Frame(25 * mm, 22 * mm, A4[0] - 50 * mm, A4[1] - 47 * mm)
        self.addPageTemplates([PageTemplate("cover", [frame]), PageTemplate("page", [frame], onPage=_furniture)])

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 - reportlab's name
        level = {"part": 0, "heading": 1}.get(getattr(getattr(flowable, "style", None), "name", ""))
        if level is not None and isinstance(flowable, Text):
            self.notify("TOCEntry", (level, flowable.getPlainText(), self.page))


def _furniture(canvas: Untyped, document: Untyped) -> None:
    canvas.setFont(FONT, 9)
    canvas.drawString(25 * mm, A4[1] - 16 * mm, content.TITLE)
    canvas.drawRightString(A4[0] - 25 * mm, A4[1] - 16 * mm, "摘述，非原文")
    canvas.line(25 * mm, A4[1] - 18 * mm, A4[0] - 25 * mm, A4[1] - 18 * mm)
    canvas.drawCentredString(A4[0] / 2, 12 * mm, f"— {document.page} —")


def write_pdf(blocks: Sequence[Block], path: Path) -> None:
    """`blocks` as a PDF: cover, contents with page numbers, the parts."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    contents = TableOfContents(levelStyles=[STYLES["toc0"], STYLES["toc1"]], dotsMinLevel=0)
    story: list[Flowable] = [
        Spacer(1, 60 * mm),
        _text(content.TITLE, "title"),
        _text(content.EDITION, "cover"),
        Spacer(1, 90 * mm),
        _text(content.DISCLAIMER, "cover"),
        NextPageTemplate("page"),
        PageBreak(),
        _text("目  录", "title"),
        contents,
    ]
    for block in blocks:
        story.extend(_flow(block))
    _Book(path).multiBuild(story)


def _text(words: str, style: str) -> Text:
    return Text(escape(words), STYLES[style])


def _flow(block: Block) -> list[Flowable]:
    match block:
        case Part(title):
            return [PageBreak(), _text(title, "part")]
        case Heading(title, doc_no):
            return [_text(title, "heading"), *([_text(doc_no, "line")] if doc_no else [])]
        case Signature(lines):
            return [_text(line, "signed") for line in lines]
        case Paragraph(words, level):
            return [_text(words, str(level))]
        case Grid(title, rows):
            cells = [[_text(cell, "cell") for cell in row] for row in rows]
            widths = [14 * mm, 27 * mm, 46 * mm, 46 * mm, 27 * mm]
            return [_text(title, "heading"), Table(cells, colWidths=widths, style=GRID, repeatRows=1)]
        case Card(title, fields):
            pairs = [[_text(label, "cell"), _text(words, "cell")] for label, words in fields]
            return [_text(title, "heading"), Table(pairs, colWidths=[28 * mm, 132 * mm], style=GRID)]


# ---------------------------------------------------------------- DOCX


def write_docx(blocks: Sequence[Block], path: Path) -> None:
    """`blocks` as a Word file: cover, contents, header, page field, tables."""
    document = docx.Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "SimSun", Pt(11)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.header.paragraphs[0].text = f"{content.TITLE}\t\t摘述，非原文"
    _page_field(section.footer.paragraphs[0])
    document.add_heading(content.TITLE, level=0).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for words in (content.EDITION, content.DISCLAIMER):
        document.add_paragraph(words).alignment = WD_ALIGN_PARAGRAPH.CENTER
    _break(document)
    document.add_paragraph("目  录").alignment = WD_ALIGN_PARAGRAPH.CENTER
    for title, depth in content.headings(blocks):
        document.add_paragraph(title).paragraph_format.left_indent = Pt(22 * depth)
    for block in blocks:
        _append(document, block)
    document.core_properties.title, document.core_properties.author = content.TITLE, "huiqi"
    _save(document, path)


def _save(document: Untyped, path: Path) -> None:
    """Packed with one fixed time, so that the same words are the same bytes."""
    saved = io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as packed, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name in packed.namelist():
            out.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), packed.read(name), zipfile.ZIP_DEFLATED)


def _append(document: Untyped, block: Block) -> None:
    match block:
        case Part(title):
            _break(document)
            document.add_heading(title, level=1)
        case Heading(title, doc_no):
            document.add_heading(title, level=2).alignment = WD_ALIGN_PARAGRAPH.CENTER
            if doc_no:
                document.add_paragraph(doc_no).alignment = WD_ALIGN_PARAGRAPH.CENTER
        case Signature(lines):
            for line in lines:
                document.add_paragraph(line).alignment = WD_ALIGN_PARAGRAPH.RIGHT
        case Paragraph(words, level):
            document.add_paragraph(words).paragraph_format.first_line_indent = Pt(22 * (level - 1))
        case Grid(title, rows):
            document.add_heading(title, level=2)
            _table(document, rows)
        case Card(title, fields):
            document.add_heading(title, level=2)
            _table(document, fields)


def _table(document: Untyped, rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    for row in rows:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words


def _break(document: Untyped) -> None:
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _page_field(paragraph: Untyped) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)  # noqa: SLF001 - python-docx has no public way to a field


if __name__ == "__main__":
    build()
