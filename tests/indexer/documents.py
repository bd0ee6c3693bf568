"""Small documents of every format, built for a test: the words are given, the wrapping is ours."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from tests.indexer.hostile import build_ole, build_zip

_FONT = "STSong-Light"


def build_pdf(
    pages: Sequence[Sequence[tuple[float, float, str]]], *, rules: Sequence[Sequence[tuple[float, ...]]] = ()
) -> bytes:
    """A PDF of texts at places (x, distance from the top, words) and ruling lines (x0, top, x1, bottom), a list a page."""
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    height = A4[1]
    for number, texts in enumerate(pages):
        canvas.setFont(_FONT, 12)
        for x, top, words in texts:
            canvas.drawString(x, height - top - 12, words)
        for x0, top, x1, bottom in rules[number] if number < len(rules) else ():
            canvas.line(x0, height - top, x1, height - bottom)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def build_lines(
    lines: Sequence[str], *, x: float = 90, top: float = 80, step: float = 24
) -> list[tuple[float, float, str]]:
    """A page of lines one under the other."""
    return [(x, top + step * place, line) for place, line in enumerate(lines)]


def grid(xs: Sequence[float], ys: Sequence[float]) -> list[tuple[float, ...]]:
    """The ruling lines of a table with the given columns and rows."""
    across = [(xs[0], y, xs[-1], y) for y in ys]
    down = [(x, ys[0], x, ys[-1]) for x in xs]
    return [*across, *down]


def build_scan(pages: int = 1) -> bytes:
    """A PDF whose pages are pictures."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    picture = ImageReader(Image.new("L", (200, 300), 200))
    for _ in range(pages):
        canvas.drawImage(picture, 0, 0, *A4)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def build_docx(paragraphs: Sequence[str], table: Sequence[Sequence[str]] = (), *, merge: tuple[int, ...] = ()) -> bytes:
    """A DOCX of paragraphs and, after them, a table; `merge` is a range of cells (row, column, row, column)."""
    import docx

    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if table:
        made = document.add_table(len(table), len(table[0]))
        for row, cells in enumerate(table):
            for column, text in enumerate(cells):
                made.cell(row, column).text = text
        if merge:
            made.cell(merge[0], merge[1]).merge(made.cell(merge[2], merge[3]))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def build_xlsx(rows: Sequence[Sequence[object]], *, merge: str = "", name: str = "清单") -> bytes:
    """An XLSX of one sheet."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = name
    for row in rows:
        sheet.append(list(row))
    if merge:
        sheet.merge_cells(merge)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def build_doc(text: str, *, flags: int = 0) -> bytes:
    """A DOC of one piece: the header's few fields that the reading needs, the text, the piece table."""
    body = text.encode("utf-16-le")
    at = 2048
    stream = bytearray(at + len(body))
    struct.pack_into("<H", stream, 0, 0xA5EC)
    struct.pack_into("<H", stream, 0x0A, flags)
    struct.pack_into("<I", stream, 0x4C, len(text))
    pieces = struct.pack("<II", 0, len(text)) + struct.pack("<HIH", 0, at, 0)
    table = b"\x02" + struct.pack("<I", len(pieces)) + pieces
    struct.pack_into("<II", stream, 0x01A2, 0, len(table))
    stream[at:] = body
    return build_ole({"WordDocument": bytes(stream), "0Table": table})


def build_ofd(texts: Sequence[tuple[float, float, str]], annotations: str = "") -> bytes:
    """An OFD of one page with texts at places in millimetres; `annotations` are its `Annot` elements."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    objects = "".join(
        f'<ofd:TextObject ID="{n}" Boundary="{x} {y} 180 6" Font="1" Size="5">'
        f'<ofd:TextCode X="0" Y="5" DeltaX="g {max(len(words) - 1, 1)} 5">{words}</ofd:TextCode></ofd:TextObject>'
        for n, (x, y, words) in enumerate(texts, start=10)
    )
    return build_zip(
        {
            "OFD.xml": f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>D/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>".encode(),
            "D/Document.xml": (
                f"<ofd:Document {space}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>"
                f'</ofd:PageArea></ofd:CommonData><ofd:Pages><ofd:Page ID="1" BaseLoc="P.xml"/></ofd:Pages>'
                "<ofd:Annotations>Annots/A.xml</ofd:Annotations></ofd:Document>"
            ).encode(),
            "D/Annots/A.xml": (
                f'<ofd:Annotations {space}><ofd:Page PageID="1"><ofd:FileLoc>1.xml</ofd:FileLoc></ofd:Page></ofd:Annotations>'
            ).encode(),
            "D/Annots/1.xml": f"<ofd:PageAnnot {space}>{annotations}</ofd:PageAnnot>".encode(),
            "D/P.xml": f'<ofd:Page {space}><ofd:Content><ofd:Layer ID="2">{objects}</ofd:Layer></ofd:Content></ofd:Page>'.encode(),
        }
    )
