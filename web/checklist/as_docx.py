"""The checklist as Word: an A4 document that an office can hand over and go on editing.

Every look is a named style (清单标题, 清单正文 …), so that an office changes it in one place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

from web.checklist.data import NONE, Checklist, Group, Row

BODY, HEAD = "仿宋", "黑体"
INK, QUIET = RGBColor(0x1C, 0x24, 0x2E), RGBColor(0x5B, 0x64, 0x70)
LABEL_WIDTH, TEXT_WIDTH = Cm(2.8), Cm(13.2)
SHADE, LINE = "F1F3F6", "B9C0CA"
# Control characters that XML has no place for: a document with one would not open.
_UNPRINTABLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])


@dataclass(frozen=True, slots=True)
class Look:
    """A paragraph style: font, size and space around in points, the level in the outline for headings."""

    font: str
    size: float
    before: float = 0
    after: float = 0
    colour: RGBColor = INK
    align: WD_ALIGN_PARAGRAPH | None = None
    level: int | None = None


LOOKS = {
    "清单标题": Look(HEAD, 22, after=6, align=WD_ALIGN_PARAGRAPH.CENTER),
    "清单企业": Look(HEAD, 15, after=10, align=WD_ALIGN_PARAGRAPH.CENTER),
    "清单类别": Look(HEAD, 15, before=18, after=4, level=1),
    "清单事项": Look(HEAD, 12.5, before=10, after=4, level=2),
    "清单标签": Look(HEAD, 10.5),
    "清单正文": Look(BODY, 11),
    "清单说明": Look(BODY, 11, before=4, after=4, colour=QUIET),
    "清单页边": Look(BODY, 9, colour=QUIET),
    "清单落款": Look(BODY, 12, before=6, align=WD_ALIGN_PARAGRAPH.RIGHT),
}


def render(checklist: Checklist) -> bytes:
    """`checklist` as a .docx file."""
    document = Document()
    writer = _Writer(document)
    writer.page(checklist)
    writer.line(checklist.title, "清单标题")
    writer.line(checklist.enterprise, "清单企业")
    writer.table(checklist.facts)
    for number, group in checklist.numbered:
        writer.group(number, group)
    writer.line(checklist.disclaimer, "清单说明")
    for text in checklist.signature:
        writer.line(text, "清单落款")
    out = BytesIO()
    document.save(out)
    return out.getvalue()


class _Writer:
    """Writes paragraphs and tables into one document by style."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.ids = {name: _define(document, name, look) for name, look in LOOKS.items()}

    def page(self, checklist: Checklist) -> None:
        """A4, the running header, and page numbers at the foot."""
        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.5)
        section.top_margin, section.bottom_margin = Cm(2.6), Cm(2.4)
        properties = self.document.core_properties
        properties.title = f"{checklist.title}（{checklist.enterprise}）".translate(_UNPRINTABLE)
        properties.author = checklist.office.translate(_UNPRINTABLE)
        header, footer = section.header.paragraphs[0], section.footer.paragraphs[0]
        header.alignment, footer.alignment = WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.CENTER
        self.fill(header, f"{checklist.title} · {checklist.enterprise} · {checklist.day}", "清单页边")
        self.fill(footer, "第 ", "清单页边")
        _field(footer, "PAGE")
        footer.add_run(" 页 共 ")
        _field(footer, "NUMPAGES")
        footer.add_run(" 页")

    def group(self, number: str, group: Group) -> None:
        """The measures of one standing, each a heading over a table."""
        self.line(f"{number}、{group.heading}", "清单类别")
        if not group.entries:
            self.line(NONE, "清单说明")
            return
        self.line(group.note, "清单说明")
        for index, entry in enumerate(group.entries, 1):
            self.line(f"{index}．{entry.title}", "清单事项")
            self.table(group.rows(entry))
        if group.rest:
            self.line(group.rest, "清单说明")

    def line(self, text: str, style: str) -> None:
        """A paragraph."""
        self.fill(self.document.add_paragraph(), text, style)

    def fill(self, paragraph: Any, text: str, style: str) -> None:
        """Put `text` into an empty paragraph, in a style."""
        paragraph._p.get_or_add_pPr().get_or_add_pStyle().val = self.ids[style]  # noqa: SLF001
        paragraph.add_run(text.translate(_UNPRINTABLE))

    def table(self, rows: Iterable[Row]) -> None:
        """Labels on the left, lines on the right; a row is not torn apart between pages."""
        written = "".join(
            f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{self._cell((label,), '清单标签', LABEL_WIDTH, _SHADE)}"
            f"{self._cell(lines, '清单正文', TEXT_WIDTH)}</w:tr>"
            for label, lines in rows
        )
        # Written as XML in one piece: cell by cell through the library, a long list takes ten times as long.
        self.document.element.body._insert_tbl(parse_xml(_TABLE.format(rows=written)))  # noqa: SLF001

    def _cell(self, lines: Iterable[str], style: str, width: int, shade: str = "") -> str:
        paragraphs = "".join(
            f'<w:p><w:pPr><w:pStyle w:val="{self.ids[style]}"/></w:pPr>'
            f'<w:r><w:t xml:space="preserve">{escape(line.translate(_UNPRINTABLE))}</w:t></w:r></w:p>'
            for line in lines
        )
        return f'<w:tc><w:tcPr><w:tcW w:w="{_twips(width)}" w:type="dxa"/>{shade}</w:tcPr>{paragraphs}</w:tc>'


# ---------------------------------------------------------------- what python-docx leaves to XML


def _twips(width: int) -> int:
    return round(width / 635)


_SHADE = f'<w:shd w:val="clear" w:color="auto" w:fill="{SHADE}"/>'
_EDGES = "".join(
    f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="{LINE}"/>'
    for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_TABLE = (
    f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{_twips(LABEL_WIDTH + TEXT_WIDTH)}" w:type="dxa"/>'
    f'<w:tblBorders>{_EDGES}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr>'
    f'<w:tblGrid><w:gridCol w:w="{_twips(LABEL_WIDTH)}"/><w:gridCol w:w="{_twips(TEXT_WIDTH)}"/></w:tblGrid>'
    "{rows}</w:tbl>"
)


def _define(document: Any, name: str, look: Look) -> str:
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.font.name, style.font.size = look.font, Pt(look.size)
    style.font.color.rgb = look.colour
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), look.font)
    form = style.paragraph_format
    form.space_before, form.space_after = Pt(look.before), Pt(look.after)
    form.alignment = look.align
    if look.level is not None:
        form.keep_with_next = True
        level = OxmlElement("w:outlineLvl")
        level.set(qn("w:val"), str(look.level - 1))
        style.element.get_or_add_pPr().append(level)
    return str(style.style_id)


def _field(paragraph: Any, instruction: str) -> None:
    run = paragraph.add_run()
    for kind in ("begin", None, "end"):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = instruction
        run._r.append(element)  # noqa: SLF001
