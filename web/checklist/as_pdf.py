"""The checklist as PDF, with the font that it is set in: no font has to be on this machine, nor on the reader's.

`sans.ttf` is Noto Sans CJK SC cut down to GB 2312 and what the bundled corpus is written in. Rarer characters, in a
name say, are set in a font that readers for Chinese bring along.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
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
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from web.checklist.data import NONE, Checklist, Group, Row

FONT, RARE = "Huiqi Sans", "STSong-Light"
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
        head = f"{checklist.title} · {checklist.enterprise} · {checklist.day}"
        for text, style, height in (
            (head, styles["head"], A4[1] - 15 * mm),
            (f"第 {canvas.getPageNumber()} 页", styles["foot"], 8 * mm),
        ):
            words = _words(text, style)
            words.wrap(A4[0] - 2 * MARGIN, 20 * mm)
            words.drawOn(canvas, MARGIN, height)

    document.build(story, onFirstPage=dress, onLaterPages=dress)
    return out.getvalue()


@cache
def _styles() -> dict[str, ParagraphStyle]:
    pdfmetrics.registerFont(TTFont(FONT, str(files("web.checklist").joinpath("sans.ttf"))))
    pdfmetrics.registerFont(UnicodeCIDFont(RARE))
    body = ParagraphStyle("body", fontName=FONT, fontSize=10, leading=15.5, textColor=INK, wordWrap="CJK")
    return {
        "body": body,
        "label": ParagraphStyle("label", body, textColor=INK),
        "quiet": ParagraphStyle("quiet", body, textColor=QUIET),
        "title": ParagraphStyle("title", body, fontSize=22, leading=32, alignment=TA_CENTER),
        "enterprise": ParagraphStyle("enterprise", body, fontSize=14, leading=22, alignment=TA_CENTER, spaceAfter=10),
        "group": ParagraphStyle("group", body, fontSize=14.5, leading=22, spaceBefore=16, spaceAfter=2),
        "entry": ParagraphStyle("entry", body, fontSize=11.5, leading=18, spaceBefore=9, spaceAfter=4),
        "head": ParagraphStyle("head", body, fontSize=8.5, leading=12, textColor=QUIET, alignment=TA_RIGHT),
        "foot": ParagraphStyle("foot", body, fontSize=8.5, leading=12, textColor=QUIET, alignment=TA_CENTER),
        "sign": ParagraphStyle("sign", body, fontSize=11, alignment=TA_RIGHT, spaceBefore=10),
    }


def _words(text: str, style: ParagraphStyle) -> Paragraph:
    held = pdfmetrics.getFont(FONT).face.charToGlyph  # type: ignore[attr-defined]
    runs = itertools.groupby(filter(str.isprintable, text), key=lambda letter: ord(letter) in held)
    marked = ((escape("".join(letters)), known) for known, letters in runs)
    return Paragraph("".join(run if known else f'<font name="{RARE}">{run}</font>' for run, known in marked), style)


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
