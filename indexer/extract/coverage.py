"""Which characters of a passage were understood, and which were not: nothing is dropped unseen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.extract.reader import Reading, Span


@dataclass(frozen=True, slots=True)
class Coverage:
    """The passage cut into what became something and what did not (`what` is `unread`), and the share of letters read.

    Marks and blanks count for neither.
    """

    spans: tuple[Span, ...]
    share: float


def coverage(text: str, readings: Sequence[Reading]) -> Coverage:
    """How much of `text` its `readings` account for. Where two spans overlap, the one that starts first holds."""
    known = sorted({span for reading in readings for span in reading.spans}, key=lambda span: (span.start, -span.end))
    spans: list[Span] = []
    at = 0
    for span in known:
        start = max(at, span.start)
        if start >= span.end:
            continue
        if start > at:
            spans.append(Span(at, start, "unread"))
        spans.append(Span(start, span.end, span.what))
        at = span.end
    if at < len(text):
        spans.append(Span(at, len(text), "unread"))
    read = sum(_letters(text[span.start : span.end]) for span in spans if span.what != "unread")
    return Coverage(tuple(spans), read / max(1, _letters(text)))


def _letters(text: str) -> int:
    return sum(letter.isalnum() for letter in text)
