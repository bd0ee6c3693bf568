"""The piece of a text that shows why it was found, with `<mark>` around the words."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from html import escape

from indexer.analysis import fold, parts, pieces

SNIPPET = 120
_TIGHT = 12


def marks(text: str, words: Collection[str]) -> list[tuple[int, int]]:
    """Where words of a query stand in `text`, joined where they touch. A word counts whole or as a word inside a longer one."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(_places(text, words)):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def _places(text: str, words: Collection[str]) -> Iterator[tuple[int, int]]:
    at, before = 0, ""
    for piece in pieces(text):
        if piece in words:
            yield at, at + len(piece)
        elif len(piece) > 2:
            for part in parts(piece):
                if part in words:
                    start = at + piece.find(part)
                    yield start, start + len(part)
        elif len(piece) == len(before) == 1 and before + piece in words:
            yield at - 1, at + 1
        at += len(piece)
        before = piece


def highlight(text: str, words: Collection[str], length: int = SNIPPET) -> str:
    """About `length` characters of `text` where most of `words` stand, as HTML with `<mark>`; … where it was cut."""
    start, end = _window(text, words, length)
    shown = text[start:end]
    quote = escape if escape(shown) != shown else str
    out, at = ["…" if start else ""], 0
    for first, last in marks(shown, words):
        out += [quote(shown[at:first]), "<mark>", quote(shown[first:last]), "</mark>"]
        at = last
    out += [quote(shown[at:]), "…" if end < len(text) else ""]
    return "".join(out)


def _window(text: str, words: Collection[str], length: int) -> tuple[int, int]:
    """The stretch that holds most of what looks like `words`, without cutting the text for it."""
    if len(text) <= length + _TIGHT:
        return 0, len(text)
    found = _standing(fold(text), words)
    best, start, last = 0, 0, 0
    held = 0
    for at, (first, _) in enumerate(found):
        while last < len(found) and found[last][1] <= first + length:
            held += found[last][1] - found[last][0]
            last += 1
        if held > best:
            best, start = held, first
        held -= found[at][1] - found[at][0] if at < last else 0
    start = max(0, min(start - _TIGHT, len(text) - length))
    return start, start + length


def _standing(text: str, words: Collection[str]) -> list[tuple[int, int]]:
    """Where words of more than one character stand in `text` as it is written, the longest at each place, none inside another."""
    spans = []
    for word in words:
        if len(word) > 1:
            at = text.find(word)
            while at >= 0:
                spans.append((at, -len(word)))
                at = text.find(word, at + 1)
    out, covered = [], 0
    for at, less in sorted(spans):
        if at >= covered:
            covered = at - less
            out.append((at, covered))
    return out
