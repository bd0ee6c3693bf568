"""Scanned pages to text, where the extra `[ocr]` is installed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Any

from corpus.model import Line
from indexer.formats.text import clean

OCR_ADVICE = "装上文字识别（pip install 'huiqi[ocr]'）、不带 --no-ocr 再读一次"


@dataclass(frozen=True, slots=True)
class Recogniser:
    """An OCR engine, loaded."""

    engine: Any

    def read_page(self, page: Any, number: int, scale: float) -> tuple[Line, ...]:
        """The lines on `page` (a pdfium page) in reading order, boxes in points, with the engine's confidence."""
        return self.read_image(page.render(scale=scale).to_numpy(), number, scale)

    def read_image(self, image: Any, number: int | None, scale: float) -> tuple[Line, ...]:
        """The lines on `image`, an array of pixels; `scale` is pixels to a point."""
        result = self.engine(image)
        if result.boxes is None or result.txts is None:
            return ()
        found = []
        for box, text, score in zip(result.boxes, result.txts, result.scores, strict=True):
            xs, ys = [float(p[0]) / scale for p in box], [float(p[1]) / scale for p in box]
            if shown := clean(text):
                place = (min(xs), min(ys), max(xs), max(ys))
                found.append(Line(shown, page=number, box=place, size=max(ys) - min(ys), confidence=float(score)))
        return tuple(_in_order(found))


def _in_order(lines: list[Line]) -> list[Line]:
    """Top to bottom, and pieces on one height from left to right, joined."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda item: (item.box or (0, 0, 0, 0))[1]):
        box = line.box or (0.0, 0.0, 0.0, 0.0)
        last = rows[-1][-1].box if rows else None
        if last and box[1] + (box[3] - box[1]) / 2 < last[3] and box[3] > last[1]:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [piece for row in rows for piece in sorted(row, key=lambda item: (item.box or (0, 0, 0, 0))[0])]


def is_installed() -> bool:
    """Whether there is an engine to recognise text in images."""
    return find_spec("rapidocr") is not None


@cache
def find_recogniser() -> Recogniser | None:
    """The OCR engine, or None where the extra is not installed."""
    if not is_installed():
        return None
    import logging

    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.WARNING)
    return Recogniser(RapidOCR())
