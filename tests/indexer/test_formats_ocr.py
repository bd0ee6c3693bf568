"""Scanned pages: what the engine gives, in reading order, marked as read by OCR."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from corpus.model import Document, Line, Notice
from indexer.cut import cut
from indexer.cut.paragraphs import paragraphs
from indexer.formats import read_file
from indexer.formats.furniture import strip_furniture
from indexer.formats.ocr import Recogniser, find_recogniser


def box(x0, top, x1, bottom):
    return [[x0, top], [x1, top], [x1, bottom], [x0, bottom]]


def engine(found):
    boxes, texts, scores = zip(*found, strict=True) if found else (None, None, None)
    return lambda _image: SimpleNamespace(boxes=boxes, txts=texts, scores=scores)


def test_lines_come_from_top_to_bottom_with_confidence_and_points():
    found = [
        (box(200, 400, 600, 440), "第二行", 0.9),
        (box(700, 202, 900, 242), "右半", 0.8),
        (box(200, 200, 600, 240), "左半", 0.99),
    ]
    lines = Recogniser(engine(found)).read_image(None, 3, 2.0)
    assert [(line.text, line.page, line.confidence) for line in lines] == [
        ("左半", 3, 0.99),
        ("右半", 3, 0.8),
        ("第二行", 3, 0.9),
    ]
    assert lines[0].box == (100, 100, 300, 120)


def test_a_page_without_words_gives_none():
    assert Recogniser(engine([])).read_image(None, 1, 2.0) == ()


def test_a_page_number_and_boxes_cut_short_do_not_break_a_sentence():
    def line(text, top, right, page):
        return Line(text, page=page, box=(80.0, top, right, top + 14), size=14, confidence=0.97)

    pages = [
        [line("坚持市场主导、政府引导，全面贯彻落", 660, 496, 1), line("一1一", 716, 483, 1)],
        [line("实各项部署要求，推动高质量发展。", 98, 513, 2), line("—2-", 716, 483, 2)],
    ]
    kept = strip_furniture(pages, [842.0, 842.0])
    assert [p.text for p in paragraphs([block for page in kept for block in page])] == [
        "坚持市场主导、政府引导，全面贯彻落实各项部署要求，推动高质量发展。"
    ]


def test_a_number_that_ocr_lost_is_said():
    texts = ["某市关于支持企业的意见", "一、奖励。给予奖励。", "二、贴息。给予贴息。", "四、用地。优先保障。"]
    lines = tuple(Line(text, page=1, confidence=0.95) for text in texts)
    read = Document("a.pdf", "0" * 64, "application/pdf", lines, pages=1, notices=(Notice("ocr", "由文字识别读出", 1),))
    (policy,) = cut(read)
    assert "二之后是四" in policy.note


def test_a_scanners_footer_below_the_page_number_hides_it_not():
    def line(text, top, page):
        return Line(text, page=page, box=(80.0, top, 500.0, top + 14), size=14, confidence=0.9)

    pages = [
        [
            line(f"第{n}页的正文各不相同，这一段说{n * n}件事。", 300, n),
            line(f"—{n}一", 716, n),
            line("扫描全能王创建", 810, n),
        ]
        for n in range(1, 5)
    ]
    kept = strip_furniture(pages, [842.0] * 4)
    assert [[block.text for block in page] for page in kept] == [
        [f"第{n}页的正文各不相同，这一段说{n * n}件事。"] for n in range(1, 5)
    ]


def test_lines_measured_anew_are_one_paragraph():
    def line(text, top, size):
        return Line(text, page=1, box=(80.0, top, 500.0, top + size), size=size, confidence=0.95)

    lines = [
        line("为深入贯彻落实有关部署要求，加力推进，加快", 100, 19.5),
        line("推进农业机械化高质量发展，提出以下意见。", 128, 16.6),
    ]
    assert len(paragraphs(lines)) == 1


# ---------------------------------------------------------------- the engine itself, where it is installed


@pytest.mark.shared
def test_a_real_scan_is_read(tmp_path):
    pytest.importorskip("rapidocr", reason="没有装文字识别：pip install 'huiqi[ocr]'")
    folder = Path(os.environ.get("HUIQI_SHARED") or Path(__file__).resolve().parents[3] / "shared")
    scans = sorted((folder / "data" / "documents").glob("扫描件*.pdf"))
    if not scans:
        pytest.skip("没有共享资料目录：设环境变量 HUIQI_SHARED，或放在仓库旁的 ../shared")
    (document,) = read_file(scans[0], ocr=True)
    assert [notice.page for notice in document.notices if notice.kind == "ocr"] == [1, 2, 3, 4]
    assert all("置信度" in notice.text for notice in document.notices if notice.kind == "ocr")
    assert all(line.confidence is not None for line in document.blocks)
    (policy,) = cut(document)
    assert policy.title == "农业农村部办公厅关于加力推进农机购置与应用补贴“优机优补”“有进有出”的意见"
    assert [clause.path for clause in policy.clauses][2:6] == ["一", "二", "二(一)", "二(二)"]


def test_without_the_engine_a_scan_is_reported_unread(tmp_path, monkeypatch):
    monkeypatch.setattr("indexer.formats.ocr.is_installed", lambda: False)
    find_recogniser.cache_clear()
    assert find_recogniser() is None
    find_recogniser.cache_clear()
