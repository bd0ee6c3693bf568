"""The verdicts of a block as Arrow tables: a pair a row with its worth, or an enterprise a row with its lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any as Json

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from matcher.batch import Block
from matcher.bits import WORD, pack_columns
from matcher.catalogue import VERDICTS

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
_NAMES = pa.list_(pa.field("element", WORDS, nullable=False))
# Nothing in them is ever null, and said to be so takes less to write.
LISTS = pa.schema(
    [
        pa.field("enterprise_id", pa.string(), nullable=False),
        pa.field("eligible", _NAMES, nullable=False),
        pa.field("unknown", _NAMES, nullable=False),
    ]
)

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


def to_lists(block: Block, ids: Sequence[str]) -> Iterator[pa.Table]:
    """A row for each enterprise: the measures it is eligible for, and those it may be, in the catalogue's order.

    The enterprises of a block come in their order, some thousand at a time: as many as have their lists in the cache.
    """
    names = pa.array([measure.id for measure in block.engine.measures], pa.string())
    in_force = np.array([term is None for term in block.engine.terms], bool)[:, None]
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        words = slice(start // WORD, -(-(start + len(some)) // WORD))
        true = np.where(in_force, block.true[:, words], 0)
        unknown = np.where(in_force, block.possible[:, words] & ~true, 0)
        lists = (_lists(plane, len(some), names) for plane in (true, unknown))
        yield pa.Table.from_arrays([pa.array(some, pa.string()), *lists], schema=LISTS)


def _lists(planes: NDArray[np.uint64], size: int, names: pa.Array) -> pa.Array:
    """For each enterprise the measures whose bit is set, as one Arrow array of lists."""
    rows = pack_columns(planes)[:size]
    ends = np.zeros(size + 1, np.int32)
    np.cumsum(np.bitwise_count(rows.view(np.uint64)).sum(axis=1), out=ends[1:])
    places = np.empty(ends[-1], np.int32)
    # Rows are a power of two wide, so that where a set bit stands among several of them says where in its own.
    within = np.int32(rows.shape[1] * 8 - 1)
    for start in range(0, size, _ROWS_IN_CACHE):
        some = rows[start : start + _ROWS_IN_CACHE]
        found = np.flatnonzero(np.unpackbits(some, bitorder="little").view(np.bool_))
        # Of a place the lower half says all.
        lower = found.astype(np.int64, copy=False).view(np.int32)[::2]
        np.bitwise_and(lower, within, out=places[ends[start] : ends[start + len(some)]])
    named = pa.DictionaryArray.from_arrays(pa.array(places), names)
    return pa.ListArray.from_arrays(pa.array(ends), named, type=_NAMES)
