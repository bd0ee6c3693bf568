"""The words of the field, as reviewed data: what is one word, what means the same, what people say instead.

words.txt        one domain word a line, added to jieba's dictionary
shapes.txt       characters that are easily taken for each other, a group a line
sounds.tsv       the syllable of each common character
terms.txt        set phrases, only to know slips of the keyboard by
stop.txt         function words and what a question is made of; they rank nothing
associations.tsv learned pairs: a word of a question about the law, and words that its answers use (see benchmarks/associations.py)
expansions_*.tsv says, means, weight, kind: words that people use and the official words they stand for, by subject
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["lay", "short", "same", "near"]

KINDS: dict[str, str] = {"lay": "口语", "short": "简称", "same": "同义", "near": "相关"}
GAP = "…"
_SUBJECTS = ("work", "money", "place", "growth", "tax", "owners", "law", "short")
_GAP_LENGTH = 6
_LONGEST_KEY = 16


@dataclass(frozen=True, slots=True)
class Expansion:
    """Words that people say and the official words that they stand for, the nearest first.

    `weight` is how far an official word counts beside the word itself (1 the same). `kind` says why it stands here.
    `same` works in both directions, the others from `says` to `means` only.
    """

    says: str
    means: tuple[str, ...]
    weight: float
    kind: Kind


def _lines(name: str) -> list[str]:
    text = files("indexer.search.lexicon").joinpath(name).read_text(encoding="utf-8")
    return [line for line in map(str.strip, text.splitlines()) if line and not line.startswith("#")]


@cache
def expansions() -> tuple[Expansion, ...]:
    """Every entry, in the files' order; a line with several ways to say it gives several."""
    return tuple(
        Expansion(said.strip().lower(), tuple(word.strip() for word in means.split("、")), float(weight), kind)  # type: ignore[arg-type]
        for name in _SUBJECTS
        for says, means, weight, kind in (line.split("\t") for line in _lines(f"expansions_{name}.tsv"))
        for said in says.split("|")
    )


@cache
def associations() -> Mapping[str, Mapping[str, float]]:
    """For words of a question the words that articles of law answer it with, and how strongly they go together."""
    lines = (line.split("\t") for line in _lines("associations.tsv"))
    pairs = {word: [pair.rpartition(":") for pair in tied.split(" ")] for word, tied in lines}
    return MappingProxyType(
        {word: {term: float(strength) for term, _, strength in tied} for word, tied in pairs.items()}
    )


@cache
def words() -> tuple[str, ...]:
    """The domain dictionary."""
    return tuple(_lines("words.txt"))


@cache
def terms() -> tuple[str, ...]:
    """Set phrases of the field, written right; they are not cut as words."""
    return tuple(_lines("terms.txt"))


@cache
def stop_words() -> frozenset[str]:
    """Words that say nothing of the matter: 的, 对, 怎么, 请问 …"""
    return frozenset(_lines("stop.txt"))


@cache
def sounds() -> Mapping[str, str]:
    """The usual syllable, without its tone, of each common character."""
    return MappingProxyType(
        {c: sound for sound, chars in (line.split("\t") for line in _lines("sounds.tsv")) for c in chars}
    )


@cache
def shapes() -> tuple[str, ...]:
    """Groups of characters that look alike."""
    return tuple(_lines("shapes.txt"))


@cache
def _by_key() -> Mapping[str, tuple[Expansion, ...]]:
    found: dict[str, list[Expansion]] = {}
    for entry in expansions():
        if GAP in entry.says:
            continue
        found.setdefault(entry.says, []).append(entry)
        if entry.kind == "same":
            for word in entry.means:
                found.setdefault(word, []).append(Expansion(word, (entry.says,), entry.weight, "same"))
    return MappingProxyType({key: tuple(entries) for key, entries in found.items()})


@cache
def _with_gap() -> Mapping[str, tuple[tuple[re.Pattern[str], Expansion], ...]]:
    """The entries with a gap, by their first character."""
    found: dict[str, list[tuple[re.Pattern[str], Expansion]]] = {}
    for entry in expansions():
        if GAP in entry.says:
            pattern = f".{{0,{_GAP_LENGTH}}}?".join(map(re.escape, entry.says.split(GAP)))
            found.setdefault(entry.says[0], []).append((re.compile(pattern), entry))
    return MappingProxyType({char: tuple(entries) for char, entries in found.items()})


@dataclass(frozen=True, slots=True)
class Found:
    """An entry found in a text, and where."""

    entry: Expansion
    start: int
    end: int


def find(text: str, *, gaps: bool = True) -> tuple[Found, ...]:
    """The entries whose words stand in `text` (folded), longest first at each place; a shorter one inside a longer is left out.

    With `gaps` also those with other words between theirs.
    """
    keys = _by_key()
    out: list[Found] = []
    covered = 0
    for start in range(len(text)):
        for length in range(min(_LONGEST_KEY, len(text) - start), 0, -1):
            said = text[start : start + length]
            entries = keys.get(said)
            if entries and said.isascii() and _inside_latin(text, start, start + length):
                continue
            if entries and start + length > covered:
                out += [Found(entry, start, start + length) for entry in entries]
                covered = start + length
                break
    apart = _with_gap() if gaps else {}
    once = set[str]()
    for start, char in enumerate(text):
        for pattern, entry in apart.get(char, ()):
            if entry.says not in once and (match := pattern.match(text, start)):
                once.add(entry.says)
                out.append(Found(entry, start, match.end()))
    return tuple(out)


def _inside_latin(text: str, start: int, end: int) -> bool:
    """Whether a stretch is a part of a longer Latin word or number: ai in email."""
    return any(char.isascii() and char.isalnum() for char in (text[max(start - 1, 0) : start], text[end : end + 1]))
