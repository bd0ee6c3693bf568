"""Scanned pages: what the engine gives, in reading order, marked as read by OCR."""

from __future__ import annotations

from types import SimpleNamespace

from corpus.model import Document, Line, Notice
from indexer.cut import cut
from indexer.cut.paragraphs import paragraphs
from indexer.formats.furniture import strip_furniture
from indexer.formats.ocr import Recogniser


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
