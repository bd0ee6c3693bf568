"""Damage of every kind to documents of every format: read or refused, never an error, never a reader that hangs.

Bounded in time; findings are kept as files in `hostile.py`.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.model import Document
from indexer.cut import cut
from indexer.formats import Refused, read_file
from indexer.formats.doc import read_doc
from indexer.formats.limits import FormatError
from indexer.formats.plain import read_text
from indexer.formats.read import Blocks
from tests.indexer import documents
from tests.indexer.hostile import build_docx, build_zip, page_pdf

LINES = ["某市关于支持企业发展的若干措施", "某政〔2023〕5号", "一、奖励", "（一）对企业给予奖励。"]
WHOLE = {
    "a.pdf": documents.build_pdf(
        [documents.build_lines(LINES)], rules=[documents.grid((80, 300, 500), (60, 200, 300))]
    ),
    "b.pdf": page_pdf(b"BT /F 12 Tf 100 700 Td (plain words here) Tj ET 10 10 m 200 10 l S"),
    "a.docx": documents.build_docx(LINES, [["a", "b"], ["c", "d"]]),
    "b.docx": build_docx("<w:p><w:r><w:t>words</w:t></w:r></w:p>"),
    "a.doc": documents.build_doc("\r".join(LINES) + "\ra\x07b\x07\x07"),
    "a.xlsx": documents.build_xlsx([LINES, LINES], merge="A1:B1"),
    "a.ofd": documents.build_ofd([(20, 30, LINES[0])]),
    "a.html": f"<html><body><table><tr><td rowspan=2>{LINES[0]}</td></tr></table><p>{LINES[3]}</p></body></html>".encode(),
    "a.zip": build_zip({"a.txt": "\n".join(LINES).encode()}),
    "a.txt": "\n".join(LINES).encode(),
}


@st.composite
def damaged(draw):
    """A whole document with bytes changed, cut out, doubled or put in."""
    name = draw(st.sampled_from(sorted(WHOLE)))
    raw = bytearray(WHOLE[name])
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(len(raw) - 1, 0)))
        length = draw(st.integers(1, 64))
        match draw(st.sampled_from(["change", "cut", "double", "insert", "end"])):
            case "change":
                raw[at : at + length] = draw(st.binary(min_size=1, max_size=length))
            case "cut":
                del raw[at : at + length]
            case "double":
                raw[at:at] = raw[at : at + length]
            case "insert":
                raw[at:at] = draw(st.binary(max_size=length))
            case "end":
                del raw[at:]
    return name, bytes(raw)


@pytest.mark.slow
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(damaged())
def test_any_damage_is_read_or_refused(tmp_path_factory, case):
    name, raw = case
    path = tmp_path_factory.mktemp("fuzz") / name
    path.write_bytes(raw)
    began = time.monotonic()
    found = list(read_file(path, ocr=False))
    assert time.monotonic() - began < 30
    assert found
    for item in found:
        assert isinstance(item, Document | Refused)
        if isinstance(item, Document):
            cut(item)


@pytest.mark.slow
@pytest.mark.parametrize("target", ["doc", "doc-text", "docx", "html", "text", "ofd", "cut"])
def test_fuzzing_led_by_coverage_finds_nothing(tmp_path, target):
    pytest.importorskip("atheris", reason="没有 atheris：安装附加依赖 fuzz 后再运行")
    run = [sys.executable, "-m", "tests.indexer.fuzz_readers", target, "-max_total_time=60", "-timeout=30"]
    found = subprocess.run([*run, f"-artifact_prefix={tmp_path}/"], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr[-4000:]
    assert "Done" in found.stderr


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_text_or_refused(raw):
    with contextlib.suppress(FormatError):
        assert isinstance(read_text(raw), Blocks)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 3000), st.binary(min_size=1, max_size=40))
def test_any_damage_inside_a_doc_is_read_or_refused(at, patch):
    from indexer.formats.files import _Budget, _How, _read_bytes

    raw = bytearray(WHOLE["a.doc"])
    raw[at : at + len(patch)] = patch
    assert list(_read_bytes("a.doc", bytes(raw), _Budget(), 0, how=_How(False, 1, lambda: None)))


@given(st.text(alphabet="企业\r\x07\x0b\x0c\x13\x14\x15\x01 a", max_size=60))
def test_any_text_of_a_doc_keeps_its_words(text):
    try:
        read = read_doc(documents.build_doc(text))
    except FormatError:
        return
    shown = "".join(b.text if hasattr(b, "text") else "".join("".join(r) for r in b.rows) for b in read.blocks)
    if "\x13" not in text:
        assert shown.count("企") == text.count("企")
