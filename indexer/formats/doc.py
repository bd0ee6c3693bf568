"""DOC and WPS (Word 97–2003): the text by its piece table, as [MS-DOC] 2.4.1 describes it."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from itertools import pairwise

from corpus.model import Line, Notice, Table
from indexer.formats.limits import LIMITS, FormatError
from indexer.formats.read import Blocks
from indexer.formats.text import clean, tidy

_MAGIC = 0xA5EC
_ENCRYPTED, _TABLE_ONE = 0x0100, 0x0200
_CLX_AT = 0x01A2
_COMPRESSED = 0x40000000
_FIELD = re.compile(r"\x13[^\x13\x14\x15]*\x14?([^\x13\x14\x15]*)\x15")
# The lengths of the parts that follow one another in the text, at 0x4C: body, footnotes, headers, macros, comments, …
_PARTS = ("body", "footnotes", "headers", "macros", "comments", "endnotes", "boxes", "header boxes")
_SHOWN = ("body", "footnotes", "endnotes", "boxes")


def read_doc(raw: bytes) -> Blocks:
    """The text and tables of a DOC. Raises FormatError where it is encrypted, broken or older than Word 97."""
    import olefile

    with olefile.OleFileIO(io.BytesIO(raw), raise_defects=olefile.DEFECT_INCORRECT) as ole:
        stream = ole.openstream("WordDocument").read()
        if len(stream) < _CLX_AT + 8:
            raise FormatError("DOC 损坏（文件头不完整）")
        magic, flags = struct.unpack_from("<H", stream, 0)[0], struct.unpack_from("<H", stream, 0x0A)[0]
        if magic != _MAGIC:
            raise FormatError("DOC 是 Word 95 或更早的格式，请另存为 DOCX")
        if flags & _ENCRYPTED:
            raise FormatError("DOC 加密了，需要口令；请提供不加密的文件")
        name = "1Table" if flags & _TABLE_ONE else "0Table"
        if not ole.exists(name):
            raise FormatError("DOC 损坏（没有片段表）")
        table = ole.openstream(name).read()
        title = _title(ole)
    try:
        text = _text(stream, table)
    except (struct.error, IndexError, ValueError) as error:
        raise FormatError("DOC 损坏（片段表读不出）") from error
    blocks = tuple(_blocks(text))
    if not blocks and "\x01" in text:
        return Blocks((), title=title, notices=(Notice("unread", "文件里只有图片，没有文字"),))
    return Blocks(blocks, title=title)


def _title(ole: object) -> str | None:
    try:
        found = ole.get_metadata().title  # type: ignore[attr-defined]
        return clean(found.decode("gb18030")) or None if isinstance(found, bytes) else None
    except Exception:  # noqa: BLE001 - a broken property set says nothing of the text
        return None


def _text(stream: bytes, table: bytes) -> str:
    start, size = struct.unpack_from("<II", stream, _CLX_AT)
    clx = table[start : start + size]
    pieces = _piece_table(clx)
    count = (len(pieces) - 4) // 12
    ends = struct.unpack_from(f"<{count + 1}I", pieces, 0)
    if ends[-1] > LIMITS.characters or any(a > b for a, b in pairwise(ends)):
        raise ValueError
    parts: list[str] = []
    for place in range(count):
        at = struct.unpack_from("<I", pieces, 4 * (count + 1) + 8 * place + 2)[0]
        length = ends[place + 1] - ends[place]
        if at & _COMPRESSED:
            at = (at & ~_COMPRESSED) // 2
            size, encoding = length, "cp1252"
        else:
            size, encoding = 2 * length, "utf-16-le"
        if at + size > len(stream):
            raise ValueError
        parts.append(stream[at : at + size].decode(encoding, errors="replace"))
    whole = "".join(parts)
    lengths = struct.unpack_from("<8I", stream, 0x4C)
    shown, offset = [], 0
    for name, length in zip(_PARTS, lengths, strict=True):
        if name in _SHOWN:
            shown.append(whole[offset : offset + length])
        offset += length
    return "".join(shown)


def _piece_table(clx: bytes) -> bytes:
    at = 0
    while clx[at] == 1:
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    if clx[at] != 2:
        raise ValueError
    size = struct.unpack_from("<I", clx, at + 1)[0]
    return clx[at + 5 : at + 5 + size]


def _blocks(text: str) -> Iterator[Line | Table]:
    for _ in range(8):  # fields within fields
        text, changed = _FIELD.subn(r"\1", text)
        if not changed:
            break
    text = text.replace("\x1e", "-").replace("\x1f", "").replace("\xa0", " ")
    # A cell ends in \x07, so a table is the run of paragraphs up to the last \x07 before running text goes on.
    for run in re.split(r"((?:[^\x07\r\x0c]*(?:\r[^\x07\r\x0c]*){0,40}\x07)+)", text):
        if "\x07" in run:
            yield from _table(run)
        else:
            for piece in re.split(r"[\r\x0c]", run):
                yield from _lines(piece)


def _table(run: str) -> Iterator[Line | Table]:
    tokens = run.split("\x07")[:-1]
    first = tokens[0].split("\r")
    for before in first[:-1]:  # paragraphs above the table belong to no cell
        yield from _lines(before)
    tokens[0] = first[-1]
    rows = _rows([tidy(token.replace("\r", "").replace("\x0b", "")) for token in tokens])
    if rows:
        width = max(map(len, rows))
        yield Table(tuple(tuple(row + [""] * (width - len(row))) for row in rows))


def _rows(tokens: list[str]) -> list[list[str]]:
    """Cells to rows: each row ends in an empty token of its own, which only their spacing tells from an empty cell."""
    for width in range(1, len(tokens)):
        step = width + 1
        if len(tokens) % step == 0 and not any(tokens[width::step]) and any(tokens):
            rows = [tokens[at : at + width] for at in range(0, len(tokens), step)]
            if all(any(row) for row in rows):
                return rows
    rows = [[]]
    for token in tokens:
        if token:
            rows[-1].append(token)
        elif rows[-1]:
            rows.append([])
    return [row for row in rows if row]


def _lines(piece: str) -> Iterator[Line]:
    for part in piece.split("\x0b"):
        if shown := clean(part):
            yield Line(shown)
