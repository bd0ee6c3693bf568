"""How many of what was found are of each level, office, kind of benefit, audience, trade, status and year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt

from corpus.benefits import KINDS
from corpus.codes import industries
from corpus.model import LEVELS, STATUSES
from indexer.search.columns import Columns


@dataclass(frozen=True, slots=True)
class Count:
    """A value by which what was found can be narrowed, its words, and how many policies have it."""

    value: str
    label: str
    count: int


FACETS = {
    "level": "层级",
    "department": "部门",
    "benefit": "支持方式",
    "audience": "适用对象",
    "industry": "行业",
    "status": "效力",
    "year": "年份",
}


def facets(columns: Columns, places: npt.NDArray[np.int64], as_of: date) -> dict[str, tuple[Count, ...]]:
    """For each of FACETS its values among the policies at `places`, the most frequent first; years the latest first.

    A policy may have several values.
    """
    words = {"level": LEVELS, "benefit": KINDS, "status": STATUSES, "industry": _sections()}
    found: dict[str, tuple[Count, ...]] = {}
    for name in FACETS:
        counts = columns.statuses(places, as_of) if name == "status" else columns.counts(name, places)
        labels = words.get(name, {})
        found[name] = tuple(Count(value, labels.get(value, value), count) for value, count in _ordered(name, counts))
    return found


@cache
def _sections() -> dict[str, str]:
    return {letter: industries.name(letter) for letter in industries.SECTIONS}


def _ordered(name: str, counts: dict[str, int]) -> Sequence[tuple[str, int]]:
    return sorted(counts.items(), reverse=True) if name == "year" else Counter(counts).most_common()
