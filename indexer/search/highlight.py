"""The piece of a text that shows why it was found, with `<mark>` around the words."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from html import escape

from indexer.search.analysis import fold, parts, pieces

SNIPPET = 120
_TIGHT = 12
_CUT = b"\x01"


def highlight(text: str, words: Collection[str], length: int = SNIPPET, lengths: Iterable[int] = ()) -> str:
    """About `length` characters of `text` where most of `words` stand, as HTML with `<mark>`; … where it was cut off.

    A word is marked where it stands whole, as a word inside a longer one, or as a pair of single characters. `lengths`
    of the pieces of `text`, where they are known, save cutting it.
    """
    folded = fold(text)
    spans = _occurrences(folded, words)
    start, end = _window(len(text), spans, length)
    quote = escape if escape(text) != text else str
    out, at = ["…" if start else ""], start
    shown = [(first, last) for first, last in spans if start <= first and last <= end]
    for first, last in marks(folded, shown, lengths):
        out += [quote(text[at:first]), "<mark>", quote(text[first:last]), "</mark>"]
        at = last
    out += [quote(text[at:end]), "…" if end < len(text) else ""]
    return "".join(out)


def marks(folded: str, spans: Iterable[tuple[int, int]], lengths: Iterable[int] = ()) -> list[tuple[int, int]]:
    """Those of `spans` that are words of the text as it is cut, in order, joined where they touch."""
    cuts = b"".join(map(_piece, lengths or map(len, pieces(folded)))) + _CUT
    out: list[tuple[int, int]] = []
    covered = -1
    for start, end in spans:
        if end <= covered:
            continue
        inside = cuts.find(_CUT, start + 1, end)
        if cuts[start] and cuts[end]:
            counts = inside < 0 or end - start == 2
        else:
            counts = inside < 0 and end - start > 1 and folded[start:end] in parts(_around(folded, start, end, cuts))
        if counts and start <= covered:
            out[-1] = (out[-1][0], end)
        elif counts:
            out.append((start, end))
        covered = end if counts else covered
    return out


def _around(folded: str, start: int, end: int, cuts: bytes) -> str:
    """The piece that something stands inside of."""
    return folded[cuts.rfind(_CUT, 0, start + 1) : cuts.find(_CUT, end)]


@lru_cache(maxsize=256)
def _piece(length: int) -> bytes:
    """A byte for each character of a piece, which says where the piece begins."""
    return _CUT + bytes(length - 1)


def _occurrences(folded: str, words: Collection[str]) -> list[tuple[int, int]]:
    """Where `words` stand in the text as it is written, in order, the longest first at each place."""
    spans = []
    for word in words:
        at = folded.find(word)
        while at >= 0:
            spans.append((at, -len(word)))
            at = folded.find(word, at + 1)
    return [(at, at - less) for at, less in sorted(spans)]


def _window(size: int, spans: Iterable[tuple[int, int]], length: int) -> tuple[int, int]:
    """The stretch of a text of `size` that holds most of `spans` of two characters or more, none inside another."""
    if size <= length + _TIGHT:
        return 0, size
    found: list[tuple[int, int]] = []
    for start, end in spans:
        if end - start > 1 and (not found or start >= found[-1][1]):
            found.append((start, end))
    best, start, last = 0, 0, 0
    held = 0
    for at, (first, _) in enumerate(found):
        while last < len(found) and found[last][1] <= first + length:
            held += found[last][1] - found[last][0]
            last += 1
        if held > best:
            best, start = held, first
        held -= found[at][1] - found[at][0] if at < last else 0
    start = max(0, min(start - _TIGHT, size - length))
    return start, start + length
