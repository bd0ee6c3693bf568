"""The same policy met twice: in two books, in two formats, or in a later version.

Blanks, punctuation, brackets and full-width letters are cosmetic; a number, a word or a clause is not.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from corpus.model import Clause, Policy
from indexer.formats.text import fold
from indexer.ids import title_core

_SHINGLE = 6
_SKETCH = 96
_SAME = 0.97  # share of shingles in common: slips of a scan or of typing, not an amendment
_VERSION = 0.4
_AMENDED = 0.5  # how like two clauses of one number must be to be one that was amended
_MOVED = 0.7  # how like two clauses must be to be one that was renumbered and amended


def fingerprint(policy: Policy) -> str:
    """A digest of what a policy says: equal for texts that differ in nothing but blanks, punctuation and brackets."""
    return hashlib.sha256(_whole(policy).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two policies, by id, that are one text (`same`) or versions of one document (`version`), and how like they are."""

    first: str
    second: str
    kind: Literal["same", "version"]
    likeness: float


def find_pairs(policies: Sequence[Policy]) -> tuple[Pair, ...]:
    """Every two policies that are the same or versions of one another, in the order of `policies`.

    Only those are compared that share a 文号, a title's subject, or part of their text.
    """
    sketches = [_sketch(_whole(policy)) for policy in policies]
    buckets: dict[object, list[int]] = defaultdict(list)
    for place, policy in enumerate(policies):
        keys: set[object] = {("title", fold(title_core(policy.title)))}
        if policy.doc_no:
            keys.add(("no", policy.doc_no))
        keys.update(("text", value) for value in sorted(sketches[place])[:12])
        for key in keys:
            buckets[key].append(place)
    seen: dict[tuple[int, int], None] = {}
    for places in buckets.values():
        if len(places) <= 50:  # a shingle that so many share is a set phrase
            seen.update(dict.fromkeys((a, b) for i, a in enumerate(places) for b in places[i + 1 :]))
    found = []
    for a, b in sorted(seen):
        pair = _compare(policies[a], policies[b], sketches[a], sketches[b])
        if pair is not None:
            found.append(pair)
    return tuple(found)


def _compare(first: Policy, second: Policy, one: frozenset[int], other: frozenset[int]) -> Pair | None:
    if fingerprint(first) == fingerprint(second):
        return Pair(first.id, second.id, "same", 1.0)
    likeness = _likeness(one, other)
    same_title = fold(title_core(first.title)) == fold(title_core(second.title))
    other_no = bool(first.doc_no and second.doc_no and first.doc_no != second.doc_no)
    if likeness >= _SAME and not other_no:
        return Pair(first.id, second.id, "same", likeness)
    if likeness >= _VERSION and (same_title or first.doc_no == second.doc_no or likeness >= _MOVED):
        return Pair(first.id, second.id, "version", likeness)
    return None


def _whole(policy: Policy) -> str:
    return fold("".join(clause.text for clause in policy.clauses))


def _sketch(text: str) -> frozenset[int]:
    """The smallest hashes of the text's shingles: two sketches overlap as the texts do (MinHash, one permutation)."""
    shingles = {text[at : at + _SHINGLE] for at in range(max(len(text) - _SHINGLE + 1, 1))}
    hashes = sorted(int.from_bytes(hashlib.blake2b(s.encode(), digest_size=8).digest()) for s in shingles)
    return frozenset(hashes[:_SKETCH])


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
    by_text = {fold(clause.text): clause for clause in reversed(before.clauses)}
    for clause in after.clauses:
        exact = by_text.get(fold(clause.text))
        here = left.get(clause.path)
        old = here if here is not None and fold(here.text) == fold(clause.text) else exact
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
    if fold(_bare(old.text)) != fold(_bare(new.text)):
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
