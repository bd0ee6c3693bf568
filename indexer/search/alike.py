"""How words sound and look: one key for all words that are easily taken for each other, and words found by it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Protocol

from indexer.search import lexicon
from indexer.search.analysis import cutter

# As people mix them up, more so in the south: z for zh, n for ng.
_FUZZY = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_SHORTEST, _LONGEST = 2, 6
_CHINESE = re.compile(f"[\u4e00-\u9fff]{{{_SHORTEST},{_LONGEST}}}")


class Held(Protocol):
    """What an index holds: `size` records, the terms in them, and its words by how they sound and look."""

    @property
    def size(self) -> int:
        """How many records it holds."""
        ...

    def times(self, term: str) -> int:
        """In how many records `term` stands."""
        ...

    def alike(self, typed: str) -> Iterable[str]:
        """The dictionary words in it that sound or look like `typed`, other than itself."""
        ...


def heard(text: str) -> str:
    """`text` with one character in place of all that sound alike; a rare one sounds only like itself."""
    return text.translate(_sounds())


def seen(text: str) -> str:
    """`text` with one character in place of all that look alike."""
    return text.translate(_shapes())


@cache
def _sounds() -> Mapping[int, str]:
    first: dict[str, str] = {}
    return {ord(char): first.setdefault(_fuzzy(sound), char) for char, sound in lexicon.sounds().items()}


def _fuzzy(sound: str) -> str:
    for exact, fuzzy in _FUZZY:
        if sound.startswith(exact):
            sound = fuzzy + sound[len(exact) :]
    return sound.removesuffix("g") if sound.endswith(("ing", "eng", "ang")) else sound


@cache
def _shapes() -> Mapping[int, str]:
    return {ord(char): group[0] for group in lexicon.shapes() for char in group}


class Vocabulary:
    """The dictionary words among terms, by how they sound and look."""

    def __init__(self, terms: Iterable[str]) -> None:
        known = cutter().known
        words = [term for term in terms if _CHINESE.fullmatch(term) and known(term)]
        joined = "\n".join(words)
        self._by_key = tuple(_grouped(key(joined).split("\n"), words) for key in (heard, seen))

    def alike(self, typed: str) -> set[str]:
        """The words that sound or look like `typed`, itself left out."""
        found = {word for key, by in zip((heard, seen), self._by_key, strict=True) for word in by.get(key(typed), ())}
        return found - {typed}


def _grouped(keys: Iterable[str], words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    out: dict[str, tuple[str, ...]] = {}
    for key, word in zip(keys, words, strict=True):
        out[key] = (*out.get(key, ()), word)
    return out
