"""Coverage-guided fuzzing of the readers written here: `python -m tests.indexer.fuzz_readers html -max_total_time=60`.

Needs the extra `fuzz` (atheris). What follows the name is libFuzzer's: its options, folders of first inputs, or the
file of a finding to be played again. Anything but a result or a FormatError ends the run.
"""

from __future__ import annotations

import contextlib
import struct
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["indexer.formats", "indexer.cut", "indexer.header"]):
    from corpus.model import Document, Line
    from indexer.cut import cut
    from indexer.formats import doc, ofd, sniff
    from indexer.formats.docx import read_docx
    from indexer.formats.html import read_html
    from indexer.formats.limits import FormatError
    from indexer.formats.plain import read_text
    from indexer.formats.read import Blocks
    from indexer.formats.text import clean

from tests.indexer import documents
from tests.indexer.hostile import build_docx

_WORDS = "某市关于支持企业发展的若干措施\n某政〔2023〕5号\n一、奖励\n（一）对企业给予奖励。\n1.小微企业奖1万元；\n二、附则\n某市政府\n2023年5月1日\n"


def fuzz_doc(data: bytes) -> None:
    """The length of a table stream, that stream and a WordDocument stream: what is in the container, which is olefile's."""
    size = int.from_bytes(data[:2], "big")
    table, stream = data[2 : 2 + size], data[2 + size :]
    # read_doc says of exactly these that the file is broken.
    with contextlib.suppress(struct.error, IndexError, ValueError, FormatError):
        text = doc._text(stream, table)
        list(doc._blocks(text))


def fuzz_doc_text(data: bytes) -> None:
    """The marks of paragraphs, cells and fields in a DOC's text, in any order."""
    list(doc._blocks(data.decode("utf-8", "replace")))


def fuzz_docx(data: bytes) -> None:
    """A body of any XML in a sound package."""
    _whole(read_docx, build_docx(data.decode("utf-8", "ignore")))


def fuzz_html(data: bytes) -> None:
    """Any bytes as a page."""
    _whole(read_html, data)


def fuzz_text(data: bytes) -> None:
    """Any bytes as text of any encoding."""
    _whole(read_text, data)


def fuzz_ofd(data: bytes) -> None:
    """Any drawing between the characters of an OFD page."""
    list(ofd._edges(data.decode("utf-8", "ignore")))


def fuzz_cut(data: bytes) -> None:
    """Any lines, cut into policies and clauses."""
    lines = map(clean, data.decode("utf-8", "ignore").splitlines())
    cut(Document("a.txt", "0" * 64, sniff.TXT, tuple(Line(line) for line in lines if line)))


def _whole(read: Callable[[bytes], Blocks], raw: bytes) -> None:
    with contextlib.suppress(FormatError):
        found = read(raw)
        assert isinstance(found, Blocks)
        cut(Document("a", "0" * 64, sniff.TXT, found.blocks, pages=found.pages, title=found.title, meta=found.meta))


def _doc_streams() -> bytes:
    import io

    import olefile

    with olefile.OleFileIO(io.BytesIO(documents.build_doc(_WORDS.replace("\n", "\r") + "a\x07b\x07\x07"))) as ole:
        name = "1Table" if ole.exists("1Table") else "0Table"
        table, stream = ole.openstream(name).read(), ole.openstream("WordDocument").read()
    return len(table).to_bytes(2, "big") + table + stream


# What is fuzzed, and a first input that reaches far into it.
TARGETS: dict[str, tuple[Callable[[bytes], None], Callable[[], bytes]]] = {
    "doc": (fuzz_doc, _doc_streams),
    "doc-text": (fuzz_doc_text, "甲\x07乙\x07\x07\x13 HYPERLINK \x14文\x15\r\x0c\x0b".encode),
    "docx": (fuzz_docx, lambda: b"<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"),
    "html": (
        fuzz_html,
        f"<html><body><table><tr><td rowspan=2>{_WORDS}</td></tr></table></body></html>".encode,
    ),
    "text": (fuzz_text, lambda: _WORDS.encode("gb18030")),
    "ofd": (
        fuzz_ofd,
        lambda: (
            b'<ofd:PathObject Boundary="0 0 9 9"><ofd:AbbreviatedData>M 0 0 L 9 0</ofd:AbbreviatedData></ofd:PathObject>'
        ),
    ),
    "cut": (fuzz_cut, _WORDS.encode),
}


if __name__ == "__main__":
    target, first = TARGETS[sys.argv.pop(1)]
    with tempfile.TemporaryDirectory() as seeds:
        Path(seeds, "first").write_bytes(first())
        # New inputs go into the first folder named; the seed only starts the search.
        atheris.Setup([*sys.argv, *([] if any(Path(a).is_file() for a in sys.argv[1:]) else [seeds])], target)
        atheris.Fuzz()
