"""The checklist as PDF, in a Chinese font that every reader brings along: none has to be on this machine."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from web.checklist.data import NONE, Checklist, Group, Row

FONT = "STSong-Light"
INK, QUIET, LINE, SHADE = HexColor("#1C242E"), HexColor("#5B6470"), HexColor("#B9C0CA"), HexColor("#F1F3F6")
LABEL_WIDTH = 26 * mm
MARGIN = 22 * mm


def render(checklist: Checklist) -> bytes:
    """`checklist` as a PDF file."""
    styles = _styles()
    out = BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN, bottomMargin=MARGIN,
        title=f"{checklist.title}（{checklist.enterprise}）", author=checklist.office,
    )  # fmt: skip
    story: list[Any] = [
        _words(checklist.title, styles["title"]),
        _words(checklist.enterprise, styles["enterprise"]),
        _table(checklist.facts),
    ]
    for number, group in checklist.numbered:
        story += _group(number, group)
    story += [Spacer(1, 6 * mm), _words(checklist.disclaimer, styles["quiet"])]
    story += [_words(line, styles["sign"]) for line in checklist.signature]

    def dress(canvas: Canvas, _document: object) -> None:
        canvas.setFont(FONT, 8.5)
        canvas.setFillColor(QUIET)
        header = f"{checklist.title} · {checklist.enterprise} · {checklist.day}"
        canvas.drawRightString(A4[0] - MARGIN, A4[1] - 12 * mm, header)
        canvas.drawCentredString(A4[0] / 2, 11 * mm, f"第 {canvas.getPageNumber()} 页")

    document.build(story, onFirstPage=dress, onLaterPages=dress)
    return out.getvalue()


@cache
def _styles() -> dict[str, ParagraphStyle]:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    body = ParagraphStyle("body", fontName=FONT, fontSize=10, leading=15.5, textColor=INK, wordWrap="CJK")
    return {
        "body": body,
        "label": ParagraphStyle("label", body, textColor=INK),
        "quiet": ParagraphStyle("quiet", body, textColor=QUIET),
        "title": ParagraphStyle("title", body, fontSize=22, leading=32, alignment=TA_CENTER),
        "enterprise": ParagraphStyle("enterprise", body, fontSize=14, leading=22, alignment=TA_CENTER, spaceAfter=10),
        "group": ParagraphStyle("group", body, fontSize=14.5, leading=22, spaceBefore=16, spaceAfter=2),
        "entry": ParagraphStyle("entry", body, fontSize=11.5, leading=18, spaceBefore=9, spaceAfter=4),
        "sign": ParagraphStyle("sign", body, fontSize=11, alignment=TA_RIGHT, spaceBefore=10),
    }


def _words(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape("".join(letter for letter in text if letter.isprintable())), style)


def _group(number: str, group: Group) -> list[Any]:
    styles = _styles()
    heading = _words(f"{number}、{group.heading}", styles["group"])
    if not group.entries:
        return [heading, _words(NONE, styles["quiet"])]
    parts: list[Any] = [heading, _words(group.note, styles["quiet"])]
    for index, entry in enumerate(group.entries, 1):
        title = _words(f"{index}．{entry.title}", styles["entry"])
        rows = group.rows(entry)
        parts += [KeepTogether([title, _table(rows[:2])]), _table(rows[2:])]
    if group.rest:
        parts.append(_words(group.rest, styles["quiet"]))
    return parts


def _table(rows: Iterable[Row]) -> Table:
    styles = _styles()
    cells = [
        [_words(label, styles["label"]), [_words(text, styles["body"]) for text in lines]] for label, lines in rows
    ]
    table = Table(cells, colWidths=[LABEL_WIDTH, A4[0] - 2 * MARGIN - LABEL_WIDTH])
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.5, LINE),
                ("BACKGROUND", (0, 0), (0, -1), SHADE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("TOPPADDING", (0, 0), (-1, -1), 3),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
            ]
        )
    )
    return table
