"""The verdicts of a block as rows to write: a pair a row with its worth, or an enterprise a row with its lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any as Json

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from matcher.batch import Block
from matcher.bits import WORD, pack_columns
from matcher.catalogue import VERDICTS
from matcher.listfile import Lists

# Kept by number while writing; readers of the file see plain text.
WORDS = pa.dictionary(pa.int32(), pa.string())
PAIRS = pa.schema(
    [
        ("enterprise_id", WORDS),
        ("measure_id", WORDS),
        ("verdict", WORDS),
        ("benefit_low", pa.float64()),
        ("benefit_high", pa.float64()),
    ]
)
LISTS = ("eligible", "unknown")

_AT_ONCE = 16_384
_ROWS_IN_CACHE = 128
"""Enterprises whose bits are looked through at once, a byte each: of some thousand measures a few hundred kilobytes."""


def to_pairs(block: Block, ids: Sequence[str], all: bool = False) -> pa.Table:
    """The pairs of a block that are eligible or unknown, with `all` every pair; `ids` names its enterprises."""
    rows = block.rows(all)
    measures = [measure.id for measure in block.engine.measures]
    columns = (
        _named(rows.enterprise, ids),
        _named(rows.measure, measures),
        _named(rows.verdict, VERDICTS),
        pa.array(rows.low, from_pandas=True),
        pa.array(rows.high, from_pandas=True),
    )
    return pa.table(dict(zip(PAIRS.names, columns, strict=True)), schema=PAIRS)


def _named(places: Json, names: Sequence[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(places, pa.int32()), pa.array(names, pa.string()))


@dataclass(frozen=True, slots=True)
class ListRows:
    """Some enterprises with the measures of each of LISTS."""

    ids: Sequence[str]
    lists: tuple[Lists, ...]

    def __len__(self) -> int:
        return len(self.ids)


def to_lists(block: Block, ids: Sequence[str]) -> Iterator[ListRows]:
    """For each enterprise the measures it is eligible for, and those it may be, in the catalogue's order.

    The enterprises of a block come in their order, some thousand at a time: as many as have their lists in the cache.
    """
    in_force = np.array([term is None for term in block.engine.terms], bool)[:, None]
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        words = slice(start // WORD, -(-(start + len(some)) // WORD))
        true = np.where(in_force, block.true[:, words], 0)
        unknown = np.where(in_force, block.possible[:, words] & ~true, 0)
        yield ListRows(some, (_lists(true, len(some)), _lists(unknown, len(some))))


def _lists(planes: NDArray[np.uint64], size: int) -> Lists:
    """For each enterprise the places of the measures whose bit is set."""
    rows = pack_columns(planes)[:size]
    ends = np.zeros(size + 1, np.int64)
    np.cumsum(np.bitwise_count(rows.view(np.uint64)).sum(axis=1), out=ends[1:])
    # Rows are a power of two wide, so that where a set bit stands among several of them says where in its own.
    kind = np.min_scalar_type(max(rows.shape[1] * 8 - 1, 1 << 8))
    within = kind.type(rows.shape[1] * 8 - 1)
    places = np.empty(ends[-1], kind)
    for start in range(0, size, _ROWS_IN_CACHE):
        some = rows[start : start + _ROWS_IN_CACHE]
        found = np.flatnonzero(np.unpackbits(some, bitorder="little").view(np.bool_)).astype(np.int64, copy=False)
        # Of a place its lowest bytes say all.
        lowest = found.view(kind)[:: 8 // kind.itemsize]
        np.bitwise_and(lowest, within, out=places[ends[start] : ends[start + len(some)]])
    return Lists(ends, places)
