"""Files made to do harm, or damaged: each a name and its bytes, built anew for every run."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable

_NOISE = random.Random(7).randbytes(60_000)
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
_RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def build_zip(members: dict[str, bytes], *, level: int = 9) -> bytes:
    """A zip of `members`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, raw in members.items():
            archive.writestr(name, raw)
    return out.getvalue()


def build_docx(body: str, prolog: str = "") -> bytes:
    """A DOCX whose body is the given XML."""
    document = f'<?xml version="1.0"?>{prolog}<w:document {_W}><w:body>{body}</w:body></w:document>'
    return build_zip(
        {
            "[Content_Types].xml": _CONTENT_TYPES.encode(),
            "_rels/.rels": _RELS.encode(),
            "word/document.xml": document.encode(),
        }
    )


def build_pdf(objects: list[bytes], *, root: int = 1, end: bool = True) -> bytes:
    """A PDF of numbered objects, from 1."""
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    xref = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    out += f"trailer << /Size {len(objects) + 1} /Root {root} 0 R >>\nstartxref\n{xref}\n".encode()
    return bytes(out) + (b"%%EOF\n" if end else b"")


def page_pdf(
    content: bytes, font: bytes = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>", *, packed: bool = False
) -> bytes:
    """A PDF of one page with the given content stream."""
    stream = zlib.compress(content, 9) if packed else content
    how = b"/Filter /FlateDecode " if packed else b""
    return build_pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
            b"<< " + how + b"/Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream",
            font,
        ]
    )


def _encrypted_pdf() -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption("secret", ownerPassword="owner"))
    canvas.drawString(100, 700, "hidden")
    canvas.save()
    return out.getvalue()


def build_ole(streams: dict[str, bytes], *, loop: bool = False) -> bytes:
    """A compound file with `streams` of 4096 bytes or more each (smaller ones are filled up)."""
    sector = 512
    bodies = {
        name: raw + b"\x00" * (max(4096, -(-len(raw) // sector) * sector) - len(raw)) for name, raw in streams.items()
    }
    chain: list[int] = [0xFFFFFFFD]  # sector 0 holds the table of sectors itself
    data = bytearray(sector)

    def place(raw: bytes) -> int:
        first = len(chain)
        count = len(raw) // sector
        chain.extend(first if loop else first + i + 1 if i + 1 < count else 0xFFFFFFFE for i in range(count))
        data.extend(raw)
        return first

    starts = {name: place(raw) for name, raw in bodies.items()}
    entries = [_ole_entry("Root Entry", 5, 0xFFFFFFFE, 0, 1 if streams else 0xFFFFFFFF, 0xFFFFFFFF)]
    names = list(bodies)
    for number, name in enumerate(names, start=1):
        right = number + 1 if number < len(names) else 0xFFFFFFFF
        entries.append(_ole_entry(name, 2, starts[name], len(bodies[name]), 0xFFFFFFFF, right))
    while len(entries) % 4:
        entries.append(b"\x00" * 128)
    directory = len(chain)
    raw = b"".join(entries)
    chain.extend(directory + i + 1 for i in range(len(raw) // sector - 1))
    chain.append(0xFFFFFFFE)
    data.extend(raw)
    chain.extend([0xFFFFFFFF] * (128 - len(chain)))
    data[:sector] = struct.pack("<128I", *chain[:128])
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, directory, 0, 4096,
        0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0,
    )  # fmt: skip
    return header + b"\xff" * (sector - len(header)) + bytes(data)


def _ole_entry(name: str, kind: int, start: int, size: int, child: int, right: int) -> bytes:
    encoded = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sI8s8sIQ",
        encoded,
        len(encoded) + 2,
        kind,
        1,
        0xFFFFFFFF,
        right,
        child,
        b"",
        0,
        b"",
        b"",
        start,
        size,
    )


def _nested_zip(depth: int) -> bytes:
    raw = b"text"
    for level in range(depth):
        raw = build_zip({f"{level}.zip" if level else "a.txt": raw})
    return raw


def _encrypted_zip() -> bytes:
    raw = bytearray(build_zip({"a.txt": b"secret words"}))
    raw[6] |= 1
    raw[raw.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(raw)


def _link_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("link.txt")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/hostname")
    return out.getvalue()


def _ofd(pages: int, content: bytes = b"") -> bytes:
    ofd = '<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"><ofd:DocBody><ofd:DocRoot>D/D.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>'
    listed = '<ofd:Page ID="1" BaseLoc="P.xml"/>' * pages
    document = f'<ofd:Document xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Pages>{listed}</ofd:Pages></ofd:Document>'
    return build_zip({"OFD.xml": ofd.encode(), "D/D.xml": document.encode(), "D/P.xml": content})


def _laughs() -> str:
    lines = ['<!ENTITY a0 "ha">', *(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))]
    return "<!DOCTYPE w [" + "".join(lines) + "]>"


def _text_pdf() -> bytes:
    return page_pdf(b"BT /F 12 Tf 100 700 Td (A line of text that is long enough) Tj ET")


BUILDERS: dict[str, Callable[[], bytes]] = {
    # nothing, noise, cut off
    "empty.pdf": lambda: b"",
    "empty.txt": lambda: b"\xef\xbb\xbf \r\n\n",
    "zeros.pdf": lambda: b"\x00" * 10_000,
    "zeros.txt": lambda: b"\x00" * 10_000,
    "noise.pdf": lambda: _NOISE,
    "noise-with-head.pdf": lambda: b"%PDF-1.7\n" + _NOISE,
    "noise.docx": lambda: _NOISE,
    "noise-with-head.docx": lambda: b"PK\x03\x04" + _NOISE,
    "noise.doc": lambda: _NOISE,
    "noise-with-head.doc": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + _NOISE,
    "noise.xlsx": lambda: _NOISE,
    "noise.xls": lambda: _NOISE,
    "noise.ofd": lambda: _NOISE,
    "noise.zip": lambda: _NOISE,
    "noise.txt": lambda: _NOISE,
    "noise.md": lambda: _NOISE[:999],
    "cut.pdf": lambda: _text_pdf()[:-200],
    "cut-half.pdf": lambda: _text_pdf()[:300],
    "cut.docx": lambda: build_docx("<w:p><w:r><w:t>text</w:t></w:r></w:p>")[:-60],
    "cut.zip": lambda: build_zip({"a.txt": _NOISE})[:30_000],
    "cut-inside-character.txt": lambda: ("关于印发某办法的通知" * 20).encode()[:-1],
    # lies about the type
    "program.pdf": lambda: b"MZ\x90\x00" + _NOISE,
    "picture.docx": lambda: b"\x89PNG\r\n\x1a\n" + _NOISE,
    "rar.zip": lambda: b"Rar!\x1a\x07\x00" + _NOISE,
    "sheet.pdf": lambda: b"PK\x05\x06" + b"\x00" * 18,
    "database.txt": lambda: b"SQLite format 3\x00" + b"\x00" * 4000,
    "program.exe": lambda: b"MZ" + _NOISE,
    # bombs
    "bomb.zip": lambda: build_zip({"a.txt": b"\x00" * (600 << 20)}, level=1),
    "bomb.docx": lambda: build_docx("<w:p><w:r><w:t>" + " " * (200 << 20) + "</w:t></w:r></w:p>"),
    "bomb.xlsx": lambda: build_zip({"xl/workbook.xml": b" " * (150 << 20)}, level=1),
    "bomb.ofd": lambda: _ofd(1, b" " * (150 << 20)),
    "bomb.pdf": lambda: page_pdf(b"BT /F 12 Tf (x) Tj ET " * 12_000_000, packed=True),
    "many-members.zip": lambda: build_zip({f"{n}.txt": b"" for n in range(5000)}),
    "laughs.docx": lambda: build_docx("<w:p><w:r><w:t>&a11;</w:t></w:r></w:p>", _laughs()),
    # out of the folder
    "slip.zip": lambda: build_zip({"../../evil.txt": b"words that must not land outside"}),
    "slip-absolute.zip": lambda: build_zip({"/tmp/evil.txt": b"words that must not land outside"}),
    "slip-drive.zip": lambda: build_zip({"C:\\evil.txt": b"words that must not land outside"}),
    "link.zip": _link_zip,
    # deep and endless
    "many-pages.pdf": lambda: build_pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [" + b"3 0 R " * 6000 + b"] /Count 6000 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
        ]
    ),
    "many-pages-claimed.pdf": lambda: build_pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 2000000000 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
        ]
    ),
    "form-in-itself.pdf": lambda: build_pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            (
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
                b"/Resources << /XObject << /X 5 0 R >> >> >>"
            ),
            b"<< /Length 5 >>\nstream\n/X Do\nendstream",
            (
                b"<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /X 5 0 R >> >> /Length 11 >>"
                b"\nstream\n/X Do /X Do\nendstream"
            ),
        ]
    ),
    "laughs.ofd": lambda: build_zip({"OFD.xml": f"<?xml version='1.0'?>{_laughs()}<w>&a11;</w>".encode()}),
    "laughs.xlsx": lambda: build_zip(
        {
            "[Content_Types].xml": b"<Types/>",
            "xl/workbook.xml": f"<?xml version='1.0'?>{_laughs()}<w>&a11;</w>".encode(),
        }
    ),
    "outside.docx": lambda: build_docx(
        "<w:p><w:r><w:t>&x;</w:t></w:r></w:p>", '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    ),
    "nul.html": lambda: b"<html><body>\x00\x01\x00</body></html>",
    "deep.zip": lambda: _nested_zip(12),
    "deep.html": lambda: b"<html><body>" + b"<div>" * 50_000 + b"text" + b"</div>" * 50_000,
    "deep.pdf": lambda: build_pdf([b"<< /Type /Catalog /Pages " + b"[" * 100_000 + b"]" * 100_000 + b" >>"]),
    "loop.pdf": lambda: build_pdf(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"]
    ),
    "loop.doc": lambda: build_ole({"WordDocument": b"\xec\xa5" + b"\x00" * 6000, "0Table": b"\x00" * 5000}, loop=True),
    "no-pieces.doc": lambda: build_ole({"WordDocument": b"\xec\xa5" + b"\x00" * 6000, "0Table": b"\x00" * 5000}),
    "many-pages.ofd": lambda: _ofd(100_000),
    # encrypted
    "encrypted.pdf": _encrypted_pdf,
    "encrypted.zip": _encrypted_zip,
    "encrypted.docx": lambda: build_ole({"EncryptedPackage": _NOISE[:8000], "EncryptionInfo": b"\x00" * 100}),
    # no text to be had
    "no-unicode.pdf": lambda: page_pdf(
        b"BT /F 12 Tf 100 700 Td <00010002000300040005000600070008000900100011> Tj ET",
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Odd /Encoding /Identity-H /DescendantFonts [<< /Type /Font "
        b"/Subtype /CIDFontType2 /BaseFont /Odd /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
        b"/FontDescriptor << /Type /FontDescriptor /FontName /Odd /Flags 4 /FontBBox [0 0 1000 1000] /ItalicAngle 0 "
        b"/Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >> >>] >>",
    ),
    "blank.pdf": lambda: page_pdf(b""),
    "no-content.html": lambda: b"<html><head><title></title></head><body></body></html>",
    "only-scripts.html": lambda: b"<html><body><script>alert(1)</script></body></html>",
}


# Readable as far as the limits go, and then stopped: they take their time.
SLOW = frozenset({"bomb.pdf", "form-in-itself.pdf"})


def _tiny_boxes() -> bytes:
    boxes = b"".join(b"%d %d 3 3 re S " % (n % 590, n // 590 * 4) for n in range(100_000))
    return page_pdf(boxes + b"BT /F 12 Tf 100 700 Td (A line of text that is long enough) Tj ET", packed=True)


# Files that hold text, and far too much of something else: to be read or refused, but in good time.
CROWDED: dict[str, Callable[[], bytes]] = {
    "tiny-boxes.pdf": _tiny_boxes,
    "tiny-tables.html": lambda: b"<html><body>" + b"<table><tr><td>a</td><td>b</td></tr></table>" * 100_000,
    "wide-span.html": lambda: (
        b"<html><body><table><tr><td colspan=1000 rowspan=1000>a</td><td>b</td></tr>" + b"<tr><td>c</td></tr>" * 1000
    ),
    "tiny-tables.docx": lambda: build_docx(
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc></w:tr></w:tbl>" * 20_000
    ),
    "deep-tables.docx": lambda: build_docx("<w:tbl><w:tr><w:tc>" * 3000 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 3000),
    "long-line.txt": ("惠企政策" * 2_000_000).encode,
}
