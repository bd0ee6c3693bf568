"""Many texts at once, cut to numbered terms: what `analysis` says of one text, reckoned for a block of them by columns.

With a position: every word, the words inside it, and pairs of single characters. Ranking counts all of these and every
pair, but no function words. A text is cut once for both.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.search import lexicon
from indexer.search.analysis import is_word, parts

Ints = npt.NDArray[Any]
_CHAR = 21  # bits of a character


@dataclass(frozen=True, slots=True)
class Stream:
    """Terms in the order in which they stand: the text that each stands in, and its position there, counted in words."""

    texts: Ints
    terms: Ints
    positions: Ints


class Pieces(dict[str, int]):
    """Every different piece of text that was met, numbered, with its terms: itself if it is a word, and the words inside it."""

    def __init__(self) -> None:
        self.terms: dict[str, int] = {}
        self._stop = lexicon.stop_words()
        self._first, self._last, self._flags = array("i"), array("i"), array("b")
        self._terms, self._pointers = array("i"), array("i", [0])
        self[""]  # number 0, which parts one text from the next

    def __missing__(self, piece: str) -> int:
        """Number a piece that is new."""
        word = is_word(piece)
        joins = word and not piece.isascii()
        self._first.append(ord(piece[0]) if joins else 0)
        self._last.append(ord(piece[-1]) if joins else 0)
        self._flags.append(word + 2 * (piece in self._stop) + 4 * (len(piece) == 1))
        if word:
            self._terms.extend(map(self.term, (piece, *parts(piece))))
        self._pointers.append(len(self._terms))
        self[piece] = number = len(self)
        return number

    def term(self, text: str) -> int:
        """The number of a term."""
        return self.terms.setdefault(text, len(self.terms))

    def numbered(self, text: Iterable[str]) -> list[int]:
        """The numbers of the pieces of a text (see `analysis.pieces`), and that which ends a text."""
        return [*map(self.__getitem__, text), 0]

    def streams(self, block: array[int]) -> tuple[Stream, Stream]:
        """The terms of the texts in `block`, of `numbered` pieces: those with a position, and those that ranking counts."""
        at = np.frombuffer(block, dtype=np.int32)
        first, last, pointers, terms = (
            np.array(values, dtype=np.int32) for values in (self._first, self._last, self._pointers, self._terms)
        )
        flags = np.array(self._flags, dtype=np.int8)[at]
        word, stop, lone = (flags & 1).astype(bool), (flags & 2).astype(bool), (flags & 4).astype(bool)
        text = np.cumsum(at == 0) - (at == 0)
        position = np.cumsum(word) - 1
        begin = np.flatnonzero(np.r_[True, at[:-1] == 0]) if len(at) else np.zeros(0, dtype=np.int64)
        position -= (position - word)[begin][text] + 1
        second = np.flatnonzero((last[at[:-1]] > 0) & (first[at[1:]] > 0)) + 1
        code = last[at[second - 1]].astype(np.int64) << _CHAR | first[at[second]]
        different, which = np.unique(code, return_inverse=True)
        mask = (1 << _CHAR) - 1
        pairs = np.array([self.term(chr(c >> _CHAR) + chr(c & mask)) for c in different.tolist()], dtype=np.int32)[
            which
        ]
        from_, to = pointers[at], pointers[at + 1]
        both = lone[second] & lone[second - 1]
        placed = _spread(from_, to, terms, second[both], pairs[both])
        ranked = _spread(from_ + (stop & word), to, terms, second, pairs)
        places = position[placed[0]] - placed[2]
        return Stream(text[placed[0]], placed[1], places), Stream(text[ranked[0]], ranked[1], position[ranked[0]])


def _spread(from_: Ints, to: Ints, terms: Ints, second: Ints, pairs: Ints) -> tuple[Ints, Ints, Ints]:
    """For each piece the pair that it ends, where it is in `second`, then its terms: the piece, the term, whether it is a pair."""
    paired = np.zeros(len(from_), dtype=np.int32)
    paired[second] = 1
    own = to - from_
    start = np.cumsum(own + paired) - own
    piece = np.repeat(np.arange(len(from_)), own + paired)
    out = np.empty(len(piece), dtype=np.int32)
    is_pair = np.zeros(len(piece), dtype=np.int32)
    is_pair[start[second] - 1] = 1
    out[start[second] - 1] = pairs
    step = np.arange(int(own.sum())) - np.repeat(np.cumsum(own) - own, own)
    out[np.repeat(start, own) + step] = terms[np.repeat(from_, own) + step]
    return piece, out, is_pair
