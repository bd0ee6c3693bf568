"""The same policy met twice: in two books, in two formats, or in a later version.

Blanks, punctuation, brackets and full-width letters are cosmetic, and so is a slip of one character that is no word of
weight; a number, a word or a clause is not.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

import numpy as np

from corpus.model import Clause, Policy
from indexer.doc_no import normalise_doc_no
from indexer.formats.text import essence, fold
from indexer.ids import title_core

_SHINGLE = 6
_SKETCH = 96
_NEAR = 0.9  # share of shingles in common: near enough to be compared letter by letter
_SLIPS = 0.004  # share of letters that a scan or a typist may have got wrong
_WEIGHTY = frozenset(
    "0123456789.%‰~一二三四五六七八九十百千万亿两零〇半元年月日不未无非免勿禁否或且及以上下内外前后增减可须应至超过低高于大小多少全省市县区"
)
_TELLING = 100  # letters; less than that (按规定办理) is said under many a title
_VERSION = 0.4
_AMENDED = 0.5  # how like two clauses of one number must be to be one that was amended
_MOVED = 0.7  # how like two clauses must be to be one that was renumbered and amended
_NAME = 6  # letters that a title must have to say which policy is meant
_ABOUT = re.compile(r"^(?:关于)?|(?:19|20)\d\d年?度?|的?(?:通知|公告|通告)$")
_SET_PHRASE = 50  # a shingle that more policies share says nothing


def fingerprint(policy: Policy) -> str:
    """A digest of what a policy says: equal for texts that differ in nothing but blanks, punctuation and brackets."""
    return _digest(_whole(clause.text for clause in policy.clauses))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two policies, by id, that are one text (`same`) or versions of one document (`version`), and how like they are."""

    first: str
    second: str
    kind: Literal["same", "version"]
    likeness: float


@dataclass(frozen=True, slots=True)
class Print:
    """What a policy is recognised by."""

    id: str
    subject: str
    doc_no: str | None
    text: str
    digest: str
    sketch: frozenset[int]

    @property
    def keys(self) -> Iterator[object]:
        """What another print of the same text, or of a version of it, shares with this one."""
        yield ("title", self.subject)
        if self.doc_no:
            yield ("no", self.doc_no)
        for value in sorted(self.sketch)[:12]:
            yield ("text", value)


def print_of(identity: str, title: str, doc_no: str | None, texts: Iterable[str]) -> Print:
    """The print of the policy with this id, title, 文号 and clauses."""
    text = _whole(texts)
    return Print(identity, fold(title_core(title)), doc_no, text, _digest(text), _sketch(text))


def find_pairs(policies: Sequence[Policy]) -> tuple[Pair, ...]:
    """Every two policies that are the same or versions of one another, in the order of `policies`.

    Only those are compared that share a 文号, a title's subject, or part of their text.
    """
    prints = [_print(policy) for policy in policies]
    buckets: dict[object, list[int]] = defaultdict(list)
    for place, one in enumerate(prints):
        for key in one.keys:
            buckets[key].append(place)
    seen: dict[tuple[int, int], None] = {}
    for places in buckets.values():
        if len(places) <= _SET_PHRASE:
            seen.update(dict.fromkeys((a, b) for i, a in enumerate(places) for b in places[i + 1 :]))
    found = (_compare(prints[a], prints[b]) for a, b in sorted(seen))
    return tuple(pair for pair in found if pair is not None)


class Known:
    """Policies by what they are recognised by: asked for each that comes whether it is there already."""

    def __init__(self, prints: Iterable[Print] = ()) -> None:
        self._buckets: dict[object, list[Print]] = defaultdict(list)
        for one in prints:
            self.add(one)

    def add(self, one: Print) -> None:
        """Know `one` from now on."""
        for key in one.keys:
            self._buckets[key].append(one)

    def same(self, policy: Policy) -> str | None:
        """The id of a policy with the same text, and no other 文号; None where there is none. No text is like no other."""
        mine = _print(policy)
        if not mine.text:
            return None
        met: set[str] = set()
        for key in mine.keys:
            bucket = self._buckets.get(key, ())
            for other in bucket if len(bucket) <= _SET_PHRASE else ():
                if other.id not in met and (pair := _compare(other, mine)) is not None and pair.kind == "same":
                    return other.id
                met.add(other.id)
        return None


def originals(policies: Iterable[Policy]) -> Mapping[str, str]:
    """Policies that are only the text of another, by id, each with the id of that other, from which measures were made.

    Both have one 文号 and one name, but for the year and 关于…的通知; cards of one document, which have their own names,
    stand for themselves, and so does a text that more than one could be meant by.
    """
    bare: dict[str, list[Policy]] = defaultdict(list)
    made: dict[str, list[Policy]] = defaultdict(list)
    for policy in policies:
        if policy.doc_no and (number := normalise_doc_no(policy.doc_no)):
            (made if policy.measures else bare)[number].append(policy)
    found: dict[str, str] = {}
    for number in bare.keys() & made.keys():
        for text in bare[number]:
            meant = [policy.id for policy in made[number] if _named_alike(text.title, policy.title)]
            if len(meant) == 1:
                found[text.id] = meant[0]
    return found


def _named_alike(one: str, other: str) -> bool:
    shorter, longer = sorted((_ABOUT.sub("", fold(title_core(title))) for title in (one, other)), key=len)
    return shorter == longer or (len(shorter) >= _NAME and shorter in longer)


def _print(policy: Policy) -> Print:
    return print_of(policy.id, policy.title, policy.doc_no, (clause.text for clause in policy.clauses))


def _compare(one: Print, other: Print) -> Pair | None:
    other_no = bool(one.doc_no and other.doc_no and one.doc_no != other.doc_no)
    named_alike = one.subject == other.subject or (one.doc_no is not None and one.doc_no == other.doc_no)
    if one.digest == other.digest and not other_no and (named_alike or len(one.text) >= _TELLING):
        return Pair(one.id, other.id, "same", 1.0)
    likeness = _likeness(one.sketch, other.sketch)
    if likeness >= _NEAR and named_alike and not other_no and _only_slips(one.text, other.text):
        return Pair(one.id, other.id, "same", likeness)
    # Cards out of one document share its 文号 and much of their words, and are no versions of one another.
    siblings = one.doc_no is not None and one.doc_no == other.doc_no
    if likeness >= _VERSION and (one.subject == other.subject or (likeness >= _MOVED and not siblings)):
        return Pair(one.id, other.id, "version", likeness)
    return None


def _only_slips(one: str, other: str) -> bool:
    """Whether a few letters stand in the place of others, none of which carries a number, a negation, a bound or a place."""
    if len(one) != len(other):
        return False
    wrong = [(left, right) for left, right in zip(one, other, strict=True) if left != right]
    return len(wrong) <= _SLIPS * len(one) and not any(_WEIGHTY & {*pair} for pair in wrong)


def _whole(texts: Iterable[str]) -> str:
    return essence("\n".join(texts))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _sketch(text: str) -> frozenset[int]:
    """The smallest hashes of the text's shingles: two sketches overlap as the texts do (MinHash, one permutation)."""
    letters = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    if len(letters) < _SHINGLE:
        return frozenset({int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())})
    hashes = np.zeros(len(letters) - _SHINGLE + 1, dtype=np.uint64)
    for at in range(_SHINGLE):
        hashes = hashes * np.uint64(0x100000001B3) + letters[at : at + len(hashes)]
    for shift, factor in ((33, 0xFF51AFD7ED558CCD), (33, 0xC4CEB9FE1A85EC53), (33, 1)):  # MurmurHash3's finish
        hashes = (hashes ^ (hashes >> np.uint64(shift))) * np.uint64(factor)
    return frozenset(np.unique(hashes)[:_SKETCH].tolist())


def _likeness(one: frozenset[int], other: frozenset[int]) -> float:
    both = sorted(one | other)[:_SKETCH]
    return sum(1 for value in both if value in one and value in other) / len(both) if both else 0.0


# ---------------------------------------------------------------- what changed


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a clause from one version to the next; `before` or `after` is None where there was none."""

    kind: Literal["same", "changed", "moved", "added", "removed"]
    before: Clause | None
    after: Clause | None


def diff(before: Policy, after: Policy) -> tuple[Change, ...]:
    """Each clause of the two versions once: those of `after` in order, then those that fell away.

    A clause under another number is `moved`; one whose words differ in more than cosmetics is `changed`.
    """
    left = {clause.path: clause for clause in before.clauses}
    pairs: dict[str, Clause] = {}
    by_text = {essence(clause.text): clause for clause in reversed(before.clauses)}
    for clause in after.clauses:
        exact = by_text.get(essence(clause.text))
        here = left.get(clause.path)
        old = here if here is not None and essence(here.text) == essence(clause.text) else exact
        if old is not None and old.path in left:
            pairs[clause.path] = left.pop(old.path)
    open_ones = [clause for clause in after.clauses if clause.path not in pairs]
    alike = [(_alike(old, new), old.path, new.path) for new in open_ones for old in left.values()]
    for likeness, old_path, new_path in sorted(alike, key=lambda item: -item[0]):
        if likeness and old_path in left and new_path not in pairs:
            pairs[new_path] = left.pop(old_path)
    changes = [_change(pairs.get(clause.path), clause) for clause in after.clauses]
    return (*changes, *(Change("removed", clause, None) for clause in left.values()))


def _change(old: Clause | None, new: Clause) -> Change:
    if old is None:
        return Change("added", None, new)
    if essence(_bare(old.text)) != essence(_bare(new.text)):
        return Change("changed", old, new)
    return Change("same" if old.path == new.path else "moved", old, new)


def _bare(text: str) -> str:
    """The text without the number before it, which a clause that moved has changed."""
    from indexer.cut.marks import read_mark

    mark = read_mark(text)
    return text[mark.end :] if mark else text


def _alike(old: Clause, new: Clause) -> float:
    """How like two clauses are; 0 where they are too unlike to be one. The same number counts for something."""
    floor = _MOVED if old.path != new.path else _AMENDED
    matcher = SequenceMatcher(None, _bare(old.text), _bare(new.text), autojunk=False)
    if matcher.real_quick_ratio() < floor or matcher.quick_ratio() < floor:
        return 0.0
    likeness = matcher.ratio()
    return likeness if likeness >= floor else 0.0
