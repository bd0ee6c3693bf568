"""What the store hands out besides policies: files as received, where a policy was met, what ends it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date

from corpus.model import Notice, Policy


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was taken in: what it is, what was cut out of it, what could not be read.

    One that was refused has no policies, and the reason.
    """

    path: str
    sha256: str
    media_type: str
    pages: int | None = None
    reason: str | None = None
    notices: tuple[Notice, ...] = ()
    policies: tuple[Policy, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many policies were cut out of a file, how many measures they hold, and how many of those are drafts.

    `repeats` are the policies in it whose text is kept from another file.
    """

    policies: int = 0
    measures: int = 0
    drafts: int = 0
    repeats: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a policy was met: the file, its pages there, the item's number there, what it is called there.

    `kept` marks the place that the policy's text was taken from.
    """

    document: str
    path: str
    title: str
    pages: tuple[int, int] | None = None
    own_no: str | None = None
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Ending:
    """That the policy `by` ends `policy`, in words, from the day `on`; where that is None, it is over always."""

    policy: str
    by: str
    words: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """What a policy says: its name and its clauses' words."""

    id: str
    title: str
    doc_no: str | None
    texts: tuple[str, ...]


def sha256(raw: bytes) -> str:
    """The fingerprint that a file is known by."""
    return hashlib.sha256(raw).hexdigest()
