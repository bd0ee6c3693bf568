"""Files made to do harm are refused by name, in good time, and write nothing anywhere."""

from __future__ import annotations

import time

import pytest

from indexer.formats import Refused, read_file
from indexer.formats.files import read_here
from indexer.formats.isolate import read_isolated
from tests.indexer.hostile import BUILDERS, CROWDED, SLOW

SECONDS = 30


@pytest.mark.parametrize("name", [name for name in BUILDERS if name not in SLOW])
def test_each_is_refused_by_name(tmp_path, name):
    check(tmp_path, name, BUILDERS[name]())


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(SLOW))
def test_those_that_run_until_they_are_stopped(tmp_path, name):
    check(tmp_path, name, BUILDERS[name]())


def check(folder, name, raw):
    path = folder / name
    path.write_bytes(raw)
    began = time.monotonic()
    found = list(read_file(path, ocr=False))
    assert time.monotonic() - began < SECONDS
    assert found
    for item in found:
        assert isinstance(item, Refused), item
        assert item.name.startswith(name)
        assert any("\u4e00" <= char <= "\u9fff" for char in item.reason)
    assert [file.name for file in folder.iterdir()] == [name]


@pytest.mark.slow
@pytest.mark.parametrize("name", CROWDED)
def test_crowded_files_come_to_an_end(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(CROWDED[name]())
    began = time.monotonic()
    assert list(read_file(path, ocr=False))
    assert time.monotonic() - began < SECONDS


def test_there_are_enough_of_them():
    assert len(BUILDERS) >= 40


def test_a_reader_that_dies_takes_one_file_with_it(tmp_path, monkeypatch):
    """What is read after a crash is read in a new process."""
    good = tmp_path / "good.txt"
    good.write_text("一、支持企业发展。", encoding="utf-8")
    (first,) = read_isolated(good, ocr=False)
    from indexer.formats import isolate

    assert isolate._idle
    for worker in isolate._idle:
        worker.process.kill()
        worker.process.wait()
    (second,) = read_isolated(good, ocr=False)
    assert first == second


def test_slow_reading_is_stopped(tmp_path):
    from indexer.formats.limits import Limits

    path = tmp_path / "tiny-boxes.pdf"
    path.write_bytes(CROWDED["tiny-boxes.pdf"]())
    began = time.monotonic()
    (found,) = read_isolated(path, ocr=False, limits=Limits(stall=0.2, total=0.2))
    assert time.monotonic() - began < 5
    assert "时间超过上限" in found.reason


def test_a_broken_library_is_no_broken_program(tmp_path):
    path = tmp_path / "a.docx"
    path.write_bytes(BUILDERS["laughs.docx"]())
    (found,) = read_here(path, False, tick=lambda: None)
    assert isinstance(found, Refused)
