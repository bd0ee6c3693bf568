"""Slips of the keyboard: a word typed by its sound (高薪技术企业), by its shape (货款贴息), in the wrong order, a character short.

A stretch of the query that is no domain word itself is compared with every domain word of about its length. Where an
index is at hand, what it has never held is then compared with the words that it does hold (养老鸡构), and taken for one
that it holds beside the same neighbours. What is found is offered (您是不是要找) and searched for beside what was typed,
never instead of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from corpus.codes import titles
from indexer.search import lexicon
from indexer.search.alike import Held, heard, seen
from indexer.search.analysis import Word, cut, places

_SHORTEST, _LONGEST = 3, 8
# Shorter words than this are too many to be told apart by one character, or by order.
_SHORTEST_ONE_OFF = 5
_SHORTEST_ORDER = 4
_WILD = "\0"
# A stretch of so many characters is taken for a word of the index that stands in so many records, and so many times as
# often as what was typed; a common word stands in this share of all.
_LONGEST_UNHELD, _OFTEN, _RATHER, _COMMON = 6, 3, 50, 0.004
# In a longer query words that the index lacks are more often right than not: it tells of something else.
_LONGEST_WEIGHED = 16


@dataclass(frozen=True, slots=True)
class Correction:
    """A stretch of the query and the word that was likely meant; `how` is 音近, 形近, 错字, 漏字, 多字 or 颠倒."""

    typed: str
    meant: str
    start: int
    end: int
    how: str


def corrections(text: str, held: Held | None = None) -> tuple[Correction, ...]:
    """The likely slips in `text` (folded) by their place, the longest first at each, none inside another.

    >>> [(c.typed, c.meant) for c in corrections("高薪技术企业的政策")]
    [('高薪技术企业', '高新技术企业')]
    """
    words = list(cut(text))
    out = list(_of_the_field(text, words))
    if held is not None and len(text) <= _LONGEST_WEIGHED:
        # 降低用点成本 has more likely 用电 in it than another character of 降低用能成本.
        taken = [(slip.start, slip.end) for slip in out if slip.how != "错字"]
        taken += [(hit.start, hit.end) for hit in lexicon.find(text) if hit.entry.kind == "lay"]
        sure = list(_unheld(text, words, taken, held))
        out = [slip for slip in out if not any(slip.start < s.end and s.start < slip.end for s in sure)] + sure
    return tuple(sorted(out, key=lambda slip: slip.start))


# ---------------------------------------------------------------- words of the field


def _of_the_field(text: str, cut_words: Sequence[Word]) -> Iterator[Correction]:
    known = _known()
    words = [(word.start, word.end) for word in cut_words]
    whole = set(words)
    edges = {edge for word in words for edge in word}
    alone = [0] * (len(text) + 1)
    for start, end in words:
        alone[start + 1] = int(end - start == 1)
    alone = list(accumulate(alone))  # how many words of one character begin before each place
    sounds, shapes = heard(text), seen(text)
    at = 0
    while at < len(text):
        step = 1
        chinese = (
            next((i for i in range(at, min(at + _LONGEST, len(text))) if not _is_chinese(text[i])), len(text)) - at
        )
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
            if found := _meant(typed, sounds[at:end], shapes[at:end], broken=alone[end] > alone[at]):
                yield Correction(typed, found[0], at, end, found[1])
                step = length
                break
        at += step


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
        stop = lexicon.stop_words()
        for at in range(len(typed)):
            if typed[at] not in stop and (word := _by_rest().get(typed[:at] + _WILD + typed[at + 1 :])):
                return word, "错字"
            if typed[at] == typed[at - 1] and (word := _by_sound().get(sound[:at] + sound[at + 1 :])):
                return word, "多字"
        if word := _by_lacking().get(typed):
            return word, "漏字"
    return None


@cache
def _known() -> frozenset[str]:
    """What may stand as it is: every domain word, and everything that the lexicon knows people to say."""
    return frozenset(_targets()) | frozenset(lexicon.words()) | frozenset(entry.says for entry in lexicon.expansions())


@cache
def _targets() -> tuple[str, ...]:
    """The words that a slip may have meant: domain words, official words and titles, in Chinese alone."""
    official = {word for entry in lexicon.expansions() for word in entry.means}
    chosen = {*lexicon.words(), *lexicon.terms(), *official, *titles.spellings()}
    return tuple(sorted(w for w in chosen if _SHORTEST <= len(w) <= _LONGEST and all(map(_is_chinese, w))))


@cache
def _by_sound() -> Mapping[str, str]:
    return {heard(word): word for word in _targets()}


@cache
def _by_shape() -> Mapping[str, str]:
    return {seen(word): word for word in _targets()}


@cache
def _by_letters() -> Mapping[str, str]:
    return {"".join(sorted(word)): word for word in _targets() if len(word) >= _SHORTEST_ORDER}


@cache
def _by_rest() -> Mapping[str, str]:
    """Words by what is left without one of their characters, and where that was."""
    return {
        word[:at] + _WILD + word[at + 1 :]: word
        for word in _targets()
        if len(word) >= _SHORTEST_ONE_OFF
        for at in range(len(word))
    }


@cache
def _by_lacking() -> Mapping[str, str]:
    """Words of one character more than the shortest that is compared so, by what is left without one in the middle."""
    return {
        word[:at] + word[at + 1 :]: word
        for word in _targets()
        if len(word) > _SHORTEST_ONE_OFF
        for at in range(1, len(word) - 1)
    }


# ---------------------------------------------------------------- words of the index


def _unheld(text: str, words: Sequence[Word], taken: Sequence[tuple[int, int]], held: Held) -> Iterator[Correction]:
    """Slips outside what is `taken`: stretches of words that the index has hardly ever held in this order."""
    stop = lexicon.stop_words()
    usable = [
        all(map(_is_chinese, word.text))
        and word.text not in stop
        and not any(start < word.end and word.start < end for start, end in taken)
        for word in words
    ]
    at = 0
    while at < len(words):
        step = 1
        for last in range(min(at + _LONGEST_UNHELD, len(words)), at + 1, -1):
            start, end = words[at].start, words[last - 1].end
            count = sum(len(word.text) for word in words[at:last])
            # Two words of the dictionary that sound like a short third mostly are what they are.
            if not all(usable[at:last]) or count != end - start or not (count == last - at or count > _SHORTEST):
                continue
            if word := _held_instead(text, start, end, held):
                typed = text[start:end]
                yield Correction(typed, word, start, end, "音近" if heard(word) == heard(typed) else "形近")
                step = last - at
                break
        at += step


def _held_instead(text: str, start: int, end: int, held: Held) -> str | None:
    """The word that the index holds where it has hardly ever held text[start:end].

    Where the change touches a neighbour, the two must stand beside each other in the index; where it touches none, the
    word must be a common one.
    """
    typed = text[start:end]
    stands = min((held.times(place.pair) for place in places(typed) if place.pair), default=0)
    best = max(held.alike(typed), key=held.times, default="")
    often = held.times(best) if best else 0
    if often < _OFTEN or often < stands * _RATHER:
        return None
    before, after = text[max(start - 1, 0) : start], text[end : end + 1]
    beside = ((before, before + best[0], best[0] != typed[0]), (after, best[-1] + after, best[-1] != typed[-1]))
    stop = lexicon.stop_words()
    touched = [pair for char, pair, changed in beside if changed and char and _is_chinese(char) and char not in stop]
    if touched:
        return best if all(held.times(pair) >= _OFTEN for pair in touched) else None
    return best if len(best) >= _SHORTEST or often >= held.size * _COMMON else None
