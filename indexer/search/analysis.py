"""Text to words: one cut for the index, the query and the highlight.

The dictionary is jieba's with `lexicon/words.txt` added. `rjieba` cuts alike and twenty times faster; where it cannot
be imported jieba itself is used. New-word guessing (HMM) is off: it is the one thing in which the two differ, and
what it would join is caught by the pairs of single characters below.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from indexer.search import lexicon

_HALF = {chr(wide): chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)} | {"\u3000": " "}
_FOLDED = {wide: half.lower() for wide, half in _HALF.items()} | {
    chr(x): chr(x + 32) for x in range(ord("A"), ord("Z") + 1)
}
_WIDE, _UNFOLDED = re.compile(r"[\u3000\uff01-\uff5e]"), re.compile(r"[A-Z\u3000\uff01-\uff5e]")
_WORD = re.compile(r"\w")
# Enough to win over the pieces; more would shift the odds of all other words, which the two cutters reckon differently.
_DOMAIN_FREQUENCY = 3_000


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: its folded form and where it stands in the text (`start` included, `end` not)."""

    text: str
    start: int
    end: int


def half_width(text: str) -> str:
    """`text` with full-width letters, digits and punctuation made half-width; same length."""
    # A text holds few different ones of these: replacing each is a fifth of the cost of str.translate.
    for char in set(_WIDE.findall(text)):
        text = text.replace(char, _HALF[char])
    return text


def fold(text: str) -> str:
    """`text` with full-width letters, digits and punctuation made half-width and Latin letters small; same length.

    >>> fold("ＧＢ／Ｔ　４７５４")
    'gb/t 4754'
    """
    for char in set(_UNFOLDED.findall(text)):
        text = text.replace(char, _FOLDED[char])
    return text


@dataclass(frozen=True, slots=True)
class Cutter:
    """A cutter by name: `cut` gives every piece of a text in order, `known` says whether a word is in the dictionary."""

    name: str
    cut: Callable[[str], Iterable[str]]
    known: Callable[[str], bool]


@cache
def jieba_cutter() -> Cutter:
    """Jieba itself, with the domain dictionary."""
    import jieba

    jieba.setLogLevel(logging.ERROR)
    tokenizer = jieba.Tokenizer()
    for word in lexicon.words():
        tokenizer.add_word(word, _DOMAIN_FREQUENCY)
    return Cutter("jieba", lambda text: tokenizer.cut(text, HMM=False), lambda word: bool(tokenizer.FREQ.get(word)))


@cache
def rjieba_cutter() -> Cutter | None:
    """Jieba in Rust, with the domain dictionary; None where it is not installed."""
    try:
        from rjieba import Jieba
    except ImportError:
        return None
    tokenizer = Jieba()
    for word in lexicon.words():
        tokenizer.add_word(word, _DOMAIN_FREQUENCY, "n")
    return Cutter("rjieba", lambda text: tokenizer.cut(text, False), tokenizer.has_word)


@cache
def cutter() -> Cutter:
    """The fastest cutter at hand."""
    return rjieba_cutter() or jieba_cutter()


def pieces(text: str) -> Iterable[str]:
    """Every piece of `text` in order, folded, punctuation and blanks too: joined they are the text."""
    return cutter().cut(fold(text))


def is_word(piece: str) -> bool:
    """Whether a piece is more than punctuation and blanks."""
    return _WORD.search(piece) is not None


def cut(text: str) -> Iterator[Word]:
    """The words of `text` in order, folded; punctuation and blanks are left out."""
    at = 0
    for piece in pieces(text):
        end = at + len(piece)
        if is_word(piece):
            yield Word(piece, at, end)
        at = end


_LONGEST_WITH_PARTS = 16


@lru_cache(maxsize=200_000)
def parts(word: str) -> tuple[str, ...]:
    """The shorter dictionary words inside `word`, of two characters or more, longest first; none for a short word.

    >>> parts("高新技术企业")
    ('高新技术', '高新', '技术', '企业')
    """
    if not 2 < len(word) <= _LONGEST_WITH_PARTS or word.isascii():
        return ()
    known = cutter().known
    return tuple(
        word[start : start + length]
        for length in range(len(word) - 1, 1, -1)
        for start in range(len(word) - length + 1)
        if known(word[start : start + length])
    )


class Place(NamedTuple):
    """A word of a text at its position, counted in words; the words inside it; the pair it makes with the next word.

    `pair` is the last character of the word and the first of the next where nothing stands between them, so that names
    that the dictionary lacks are found all the same; empty otherwise. `lone` says that both are single characters.
    """

    at: int
    word: Word
    parts: tuple[str, ...]
    pair: str
    lone: bool


def places(text: str) -> Iterator[Place]:
    """Every word of `text` in its place."""
    before: Word | None = None
    at = -1
    for at, word in enumerate(cut(text)):
        if before is not None:
            yield _place(at - 1, before, word)
        before = word
    if before is not None:
        yield Place(at, before, parts(before.text), "", lone=False)


def _place(at: int, word: Word, after: Word) -> Place:
    pair = ""
    if word.end == after.start and not word.text.isascii() and not after.text.isascii():
        pair = word.text[-1] + after.text[0]
    return Place(at, word, parts(word.text), pair, lone=len(word.text) == len(after.text) == 1)


def terms(text: str) -> list[str]:
    """The terms of `text` that ranking counts: words but for function words, the words inside words, and pairs."""
    stop = lexicon.stop_words()
    out: list[str] = []
    for place in places(text):
        out += [place.word.text] if place.word.text not in stop else []
        out += place.parts
        out += [place.pair] if place.pair else []
    return out
