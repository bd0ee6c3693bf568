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

from indexer import lexicon

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


def cut(text: str) -> Iterator[Word]:
    """The words of `text` in order, folded; punctuation and blanks are left out."""
    at = 0
    for piece in pieces(text):
        end = at + len(piece)
        if _WORD.search(piece):
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


def indexed(text: str) -> tuple[list[tuple[int, str]], list[str]]:
    """What an index holds of `text`: its terms with their positions, for phrases; and the terms that ranking counts.

    With a position: every word and, at the word's position, the words inside it, so that 高新 is found in 高新技术企业.
    Ranking counts these without function words, and the pairs.
    """
    stop = lexicon.stop_words()
    placed: list[tuple[int, str]] = []
    ranked: list[str] = []
    at, before = -1, ""  # the word before, where it may make a pair with the next
    for piece in pieces(text):
        if not _WORD.search(piece):
            before = ""
            continue
        if before and not piece.isascii():
            pair = before[-1] + piece[0]
            ranked.append(pair)
            if len(before) == len(piece) == 1:
                placed.append((at, pair))
        at += 1
        placed.append((at, piece))
        if piece not in stop:
            ranked.append(piece)
        if len(piece) > 2:
            for part in parts(piece):
                placed.append((at, part))
                ranked.append(part)
        before = "" if piece.isascii() else piece
    return placed, ranked


def terms(text: str) -> list[str]:
    """The terms of `text` that ranking counts."""
    return indexed(text)[1]
