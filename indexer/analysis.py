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

from indexer import lexicon

_HALF = {0x3000: 0x20} | {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SMALL = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
_WORD = re.compile(r"\w")
_DOMAIN_FREQUENCY = 1_000_000


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: its folded form and where it stands in the text (`start` included, `end` not)."""

    text: str
    start: int
    end: int


def half_width(text: str) -> str:
    """`text` with full-width letters, digits and punctuation made half-width; same length."""
    return text.translate(_HALF)


def fold(text: str) -> str:
    """`text` with full-width letters, digits and punctuation made half-width and Latin letters small; same length.

    >>> fold("ＧＢ／Ｔ　４７５４")
    'gb/t 4754'
    """
    return half_width(text).translate(_SMALL)


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


def cut(text: str) -> Iterator[Word]:
    """The words of `text` in order, folded; punctuation and blanks are left out."""
    at = 0
    for piece in cutter().cut(fold(text)):
        end = at + len(piece)
        if _WORD.search(piece):
            yield Word(piece, at, end)
        at = end


@lru_cache(maxsize=200_000)
def parts(word: str) -> tuple[str, ...]:
    """The shorter dictionary words inside `word`, of two characters or more, longest first; none for a short word.

    >>> parts("高新技术企业")[:2]
    ('高新技术', '技术企业')
    """
    known = cutter().known
    return tuple(
        word[start : start + length]
        for length in range(len(word) - 1, 1, -1)
        for start in range(len(word) - length + 1)
        if word.isalpha() and known(word[start : start + length])
    )


def positions(text: str) -> Iterator[tuple[int, Word, tuple[str, ...]]]:
    """What the index holds of `text`: the position (counted in words), the word, and what else stands there.

    What else: the words inside a longer word, so that 高新 is found in 高新技术企业; and for a character that no
    dictionary word took in, the pair it makes with the next such one, so that names unknown to jieba are still words.
    """
    at, before = 0, None
    for word in cut(text):
        if before is not None:
            lone = len(before.text) == len(word.text) == 1 and before.end == word.start
            yield at, before, (before.text + word.text,) if lone else parts(before.text)
            at += 1
        before = word
    if before is not None:
        yield at, before, parts(before.text)


def terms(text: str) -> list[str]:
    """Every term that ranking counts: the words, the words inside them, the pairs; no function words."""
    stop = lexicon.stop_words()
    out: list[str] = []
    for _, word, others in positions(text):
        if word.text not in stop:
            out.append(word.text)
        out.extend(others)
    return out
