"""What became of a clause from one version to the next, letter by letter."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TypeAlias

from corpus.model import Clause
from indexer.same import Change

CHANGES = {"changed": "改动", "added": "新增", "removed": "删去", "moved": "条号变了", "same": "未变"}
# Clauses longer than this are shown whole: to align them takes seconds.
_ALIGNED = 4_000

Stretch: TypeAlias = tuple[bool, str]


@dataclass(frozen=True, slots=True)
class Changed:
    """A clause before and after, each in stretches that are marked where they differ."""

    kind: str
    before: Clause | None
    after: Clause | None
    left: tuple[Stretch, ...] = ()
    right: tuple[Stretch, ...] = ()

    @classmethod
    def of(cls, change: Change) -> Changed:
        """`change` with what differs marked."""
        old = change.before.text if change.before else ""
        new = change.after.text if change.after else ""
        if change.kind != "changed" or max(len(old), len(new)) > _ALIGNED:
            return cls(change.kind, change.before, change.after, ((False, old),), ((False, new),))
        left: list[Stretch] = []
        right: list[Stretch] = []
        for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            left += [(kind != "equal", old[a:b])] if b > a else []
            right += [(kind != "equal", new[c:d])] if d > c else []
        return cls(change.kind, change.before, change.after, tuple(left), tuple(right))
