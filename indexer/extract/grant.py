"""A grant: the stretch of a sentence that gives something, and the words of whom it is given to."""

from __future__ import annotations

from dataclasses import dataclass, field

from indexer.extract.passage import Part


@dataclass(slots=True)
class Grant:
    """The pieces of one giving: who (`who`), what (`award`, from its first to its last word), and the open question of `shared` conditions."""

    who: list[Part]
    start: int
    end: int
    lead: list[Part] = field(default_factory=list)
    verb: bool = True
    opened: Part | None = None
    row: bool = False  # one of several rows that differ in who and how much
    tail: str = ""  # the words of giving that the last of several rows says for all
    ceiling: bool = False  # it only bounds, for some, what was given before it (其中小微企业最高15万元)
