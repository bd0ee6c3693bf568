"""How many of what was found are of each level, office, kind of benefit, status and year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from corpus.benefits import KINDS
from corpus.model import LEVELS
from indexer.records import STATUSES, Header


@dataclass(frozen=True, slots=True)
class Count:
    """A value by which what was found can be narrowed, its words, and how many policies have it."""

    value: str
    label: str
    count: int


FACETS = {"level": "层级", "department": "部门", "benefit": "支持方式", "status": "状态", "year": "年份"}


def facets(headers: Iterable[Header], as_of: date) -> dict[str, tuple[Count, ...]]:
    """For each of FACETS its values, the most frequent first; years the latest first. A policy may have several values."""
    seen: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    for header in headers:
        seen["level"].update([header.level] if header.level else [])
        seen["department"].update(header.departments)
        seen["benefit"].update(header.benefits)
        seen["status"][header.status_on(as_of)] += 1
        seen["year"].update([str(header.issued_on.year)] if header.issued_on else [])
    words = {"level": LEVELS, "benefit": KINDS, "status": STATUSES}
    return {
        name: tuple(
            Count(value, words.get(name, {}).get(value, value), count) for value, count in _ordered(name, counts)
        )
        for name, counts in seen.items()
    }


def _ordered(name: str, counts: Counter[str]) -> Sequence[tuple[str, int]]:
    return sorted(counts.items(), reverse=True) if name == "year" else counts.most_common()
