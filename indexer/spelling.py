"""Slips of the keyboard: a domain word typed by its sound (高薪技术企业), by its shape (货款贴息), or in the wrong order.

A stretch of the query that is no domain word itself is compared with every domain word of its length. What is found
is offered (您是不是要找) and searched for beside what was typed, never instead of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from indexer import lexicon
from indexer.analysis import cut

_SHORTEST, _LONGEST = 3, 8
# Shorter words than this are too many to be told apart by one character, or by order.
_SHORTEST_ONE_OFF = 5
_SHORTEST_ORDER = 4
_FUZZY = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_WILD = "\0"


@dataclass(frozen=True, slots=True)
class Correction:
    """A stretch of the query and the domain word that was likely meant; `how` is 音近, 形近, 错字 or 颠倒."""

    typed: str
    meant: str
    start: int
    end: int
    how: str


def corrections(text: str) -> tuple[Correction, ...]:
    """The likely slips in `text` (folded), the longest first at each place, none inside another.

    >>> [(c.typed, c.meant) for c in corrections("高薪技术企业的政策")]
    [('高薪技术企业', '高新技术企业')]
    """
    known = _known()
    words = [(word.start, word.end) for word in cut(text)]
    whole = set(words)
    edges = {edge for word in words for edge in word}
    alone = [0] * (len(text) + 1)
    for start, end in words:
        alone[start + 1] = int(end - start == 1)
    alone = list(accumulate(alone))  # how many words of one character begin before each place
    sounds = [_syllable(char) if _is_chinese(char) else "" for char in text]
    heard, begin = " ".join(sounds), list(accumulate((len(sound) + 1 for sound in sounds), initial=0))
    shapes = text.translate(_alike())
    out: list[Correction] = []
    at = 0
    while at < len(text):
        step = 1
        chinese = next((i for i in range(at, min(at + _LONGEST, len(text))) if not sounds[i]), len(text)) - at
        for length in range(min(_LONGEST, len(text) - at), _SHORTEST - 1, -1):
            end = at + length
            typed = text[at:end]
            if typed in known:
                step = length
                break
            if (
                length > chinese
                or (length < _SHORTEST_ORDER and not {at, end} <= edges)
                or ((at, end) in whole and length < _SHORTEST_ORDER)
            ):
                continue
            sound = heard[begin[at] : begin[end] - 1]
            if found := _meant(typed, sound, shapes[at:end], broken=alone[end] > alone[at]):
                out.append(Correction(typed, found[0], at, end, found[1]))
                step = length
                break
        at += step
    return tuple(out)


def _is_chinese(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def _meant(typed: str, sound: str, shape: str, *, broken: bool) -> tuple[str, str] | None:
    """The word meant and how it was missed. `broken` says that the cutter left a single character standing."""
    if word := _by_sound().get(sound):
        return word, "音近"
    if word := _by_shape().get(shape):
        return word, "形近"
    if broken and len(typed) >= _SHORTEST_ORDER and (word := _by_letters().get("".join(sorted(typed)))):
        return word, "颠倒"
    if broken and len(typed) >= _SHORTEST_ONE_OFF:
        for at in range(len(typed)):
            if word := _by_rest().get(typed[:at] + _WILD + typed[at + 1 :]):
                return word, "错字"
    return None


@cache
def _known() -> frozenset[str]:
    """What may stand as it is: every domain word, and everything that the lexicon knows people to say."""
    return frozenset(_targets()) | frozenset(lexicon.words()) | frozenset(entry.says for entry in lexicon.expansions())


@cache
def _targets() -> tuple[str, ...]:
    """The words that a slip may have meant: domain words and official words, in Chinese alone."""
    official = {word for entry in lexicon.expansions() for word in entry.means}
    chosen = {*lexicon.words(), *lexicon.terms(), *official}
    return tuple(sorted(w for w in chosen if _SHORTEST <= len(w) <= _LONGEST and all(map(_is_chinese, w))))


@cache
def _syllable(char: str) -> str:
    """The sound of a character as people mix it up: z for zh, n for ng. A rare character sounds only like itself."""
    sound = lexicon.sounds().get(char, char)
    for exact, fuzzy in _FUZZY:
        if sound.startswith(exact):
            sound = fuzzy + sound[len(exact) :]
    return sound.removesuffix("g") if sound.endswith(("ing", "eng", "ang")) else sound


def _sound(word: str) -> str:
    return " ".join(map(_syllable, word))


@cache
def _alike() -> Mapping[int, str]:
    return {ord(char): group[0] for group in lexicon.shapes() for char in group}


def _shape(word: str) -> str:
    return word.translate(_alike())


@cache
def _by_sound() -> Mapping[str, str]:
    return {_sound(word): word for word in _targets()}


@cache
def _by_shape() -> Mapping[str, str]:
    return {_shape(word): word for word in _targets()}


@cache
def _by_letters() -> Mapping[str, str]:
    return {"".join(sorted(word)): word for word in _targets() if len(word) >= _SHORTEST_ORDER}


@cache
def _by_rest() -> Mapping[str, str]:
    return {
        word[:at] + _WILD + word[at + 1 :]: word
        for word in _targets()
        if len(word) >= _SHORTEST_ONE_OFF
        for at in range(len(word))
    }
