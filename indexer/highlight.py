"""The piece of a text that shows why it was found, with `<mark>` around the words."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from html import escape

from indexer.analysis import fold, positions

SNIPPET = 120
_TIGHT = 12


def marks(text: str, words: Collection[str]) -> list[tuple[int, int]]:
    """Where words of a query stand in `text`, joined where they touch. A word counts whole or as a word inside a longer one."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(set(_places(text, words))):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def _places(text: str, words: Collection[str]) -> Iterator[tuple[int, int]]:
    folded = fold(text)
    for _, word, others in positions(text):
        if word.text in words:
            yield word.start, word.end
            continue
        for other in others:
            if other in words:
                at = folded.find(other, word.start)
                yield at, at + len(other)


def highlight(text: str, words: Collection[str], length: int = SNIPPET) -> str:
    """About `length` characters of `text` where most of `words` stand, as HTML with `<mark>`; … where it was cut."""
    found = marks(text, words)
    start, end = _window(text, found, length)
    out, at = ["…" if start else ""], start
    for first, last in found:
        if start <= first and last <= end:
            out += [escape(text[at:first]), "<mark>", escape(text[first:last]), "</mark>"]
            at = last
    out += [escape(text[at:end]), "…" if end < len(text) else ""]
    return "".join(out)


def _window(text: str, found: list[tuple[int, int]], length: int) -> tuple[int, int]:
    if len(text) <= length + _TIGHT or not found:
        return 0, len(text) if len(text) <= length + _TIGHT else length
    best, start = 0, 0
    for first, _ in found:
        held = sum(last - begin for begin, last in found if first <= begin and last <= first + length)
        if held > best:
            best, start = held, first
    start = max(0, min(start - _TIGHT, len(text) - length))
    return start, min(len(text), start + length)
