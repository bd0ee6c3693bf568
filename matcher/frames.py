"""A stretch of a table as columns: what is in Arrow already is not made into profiles first.

Numbers are taken as they are; of everything else each different value is read once, by the readers of profiles. A row
in which anything is not plainly in order is left to those readers, who say what is wrong; a table whose columns do
not stand for one fact each (`facts` in one piece, confirmations, a map of years) is left to them whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any as Json

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpus.errors import InputError
from corpus.fields import Field
from matcher.cells import Column, cell_fact, row_profile
from matcher.columns import Encoded, Frame, Numbers
from matcher.facts import Profile, Stored, Yearly, read_fact, read_profile

Flags = NDArray[np.bool_]
_EPOCH = date(1970, 1, 1).toordinal()
_WORDS = ("name", "description", "business_scope")
_APART = "\x1f"
"""Between the members of a list while lists are told apart; a table that has it in a text is left to the readers."""


@dataclass(frozen=True)
class Framed:
    """The rows of a stretch as a frame, each with its enterprise's id; `sure` says which of them are in order."""

    ids: Sequence[str]
    frame: Frame
    sure: Flags


@dataclass
class _Parts:
    """A frame in the making."""

    numbers: dict[tuple[str, int | None], Numbers] = field(default_factory=dict)
    days: dict[str, Numbers] = field(default_factory=dict)
    words: dict[str, Encoded[str | None]] = field(default_factory=dict)
    sets: dict[str, Encoded[Json]] = field(default_factory=dict)
    events: Encoded[Json] | None = None


def plain(columns: Sequence[Column], schema: pa.Schema) -> bool:
    """Whether the table's columns stand for one fact each, so that `framed` can take it."""
    keys = [(column.key, column.year) for column in columns]
    by_year = [column.key for column in columns if column.year]
    bare = [column.key for column in columns if column.field and column.field.by_year and not column.year]
    if len(set(keys)) < len(keys) or ("id", None) not in keys or set(by_year) & set(bare):
        return False
    return all(_plain(column, kind) for column, kind in zip(columns, schema.types, strict=True))


def _plain(column: Column, kind: pa.DataType) -> bool:
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    text = _text(kind)
    if column.field is None:
        return text and column.key in ("id", *_WORDS)
    if column.field.type == "manual":
        return False
    if pa.types.is_list(kind):
        return column.field.type == "set" and pa.types.is_string(kind.value_type)
    number = pa.types.is_floating(kind) or pa.types.is_integer(kind)
    if number:
        return column.field.type in ("number", "code", "enum", "ordered")
    return text or (pa.types.is_date(kind) and column.field.type == "date")


def _text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def framed(table: pa.Table, columns: Sequence[Column], as_of: date) -> Framed:
    """The rows of `table`, which is `plain`, as a frame for `as_of`."""
    parts = _Parts()
    sure = np.ones(table.num_rows, bool)
    ids: list[str] = []
    for column, cells in zip(columns, table.columns, strict=True):
        array = cells.combine_chunks()
        if pa.types.is_dictionary(array.type):
            array = array.dictionary_decode()
        if column.key == "id":
            ids = [one.strip() for one in pc.fill_null(array, "").to_pylist()]
            sure &= np.array(ids, object) != ""
        if column.field is None:
            # What looks like JSON is read as JSON.
            sure &= ~np.array(pc.fill_null(pc.match_substring_regex(array, r"^\s*[\[{]"), fill_value=False))
        else:
            sure &= _fill(parts, column, column.field, array, as_of)

    def profile(row: int) -> Profile:
        return read_profile(row_of(table, columns, row))

    frame = Frame(table.num_rows, parts.numbers, parts.days, parts.words, parts.sets, parts.events, profile)
    return Framed(ids, frame, sure)


def _fill(parts: _Parts, column: Column, known: Field, array: pa.Array, as_of: date) -> Flags:
    """Puts a column where it belongs. Which of its rows are in order."""
    year = None if not known.by_year else int(column.year) if column.year else as_of.year - 1
    if known.type == "number" and not _text(array.type):
        values = array.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False).astype(np.float64)
        parts.numbers[known.name, year] = values
        low, high = (-np.inf if known.min is None else known.min), (np.inf if known.max is None else known.max)
        fits: Flags = np.isnan(values) | ((values >= low) & (values <= high) & np.isfinite(values))
        return fits
    if pa.types.is_date32(array.type):
        days = array.cast(pa.int32()).to_numpy(zero_copy_only=False) + float(_EPOCH)
        parts.days[known.name] = days
        return np.ones(len(array), bool)
    found, places, sure = _different(array)
    stored, good = zip(*(_read(column, known, cell) for cell in found), strict=True) if found else ((), ())
    if known.type == "number":
        numbers = np.array([_number(one) for one in stored], np.float64)
        parts.numbers[known.name, year] = numbers[places] if found else np.full(len(array), np.nan)
    elif known.type == "date":
        ordinals = np.array([np.nan if one is None else one.toordinal() for one in stored], np.float64)
        parts.days[known.name] = ordinals[places] if found else np.full(len(array), np.nan)
    elif known.type == "set":
        parts.sets[known.name] = Encoded(stored, places)
    elif known.type == "event":
        parts.events = Encoded(stored, places)
    else:
        parts.words[known.name] = Encoded(stored, places)
    return sure & np.take(np.array(good, bool), places) if found else sure


def _read(column: Column, known: Field, cell: Json) -> tuple[Stored | Json, bool]:
    """A cell as the readers of profiles take it, and whether that is in order."""
    value = cell_fact(known, cell)
    if value is None:
        return None, True
    try:
        stored = read_fact(known.name, {column.year: value} if column.year else value)
    except InputError:
        return None, False
    # A cell that brings years of its own is for the readers.
    return stored, not (isinstance(stored, Yearly) and not column.year and stored.years)


def _number(stored: Json) -> float:
    if isinstance(stored, Yearly):
        values = [*stored.years.values(), *([] if stored.bare is None else [stored.bare])]
        return values[0] if len(values) == 1 else np.nan
    return np.nan if stored is None else float(stored)


def _different(array: pa.Array) -> tuple[list[Json], NDArray[np.int32], Flags]:
    """The different values of a column, for each row the place of its own among them, and whether that is sure."""
    keys, sure = array, np.ones(len(array), bool)
    if pa.types.is_list(array.type):
        sizes, joined = pc.list_value_length(array), pc.binary_join(array, _APART)
        keys = pc.binary_join_element_wise(sizes.cast(pa.string()), joined, _APART)
        # Not so with an empty place in a list, or with the very sign in a text.
        cuts = pc.equal(pc.count_substring(joined, _APART), pc.max_element_wise(pc.subtract(sizes, 1), 0))
        plainly = pc.or_kleene(pc.is_null(array), pc.fill_null(cuts, fill_value=False))
        keys, sure = pc.if_else(plainly, keys, "?"), np.array(plainly)
    encoded = keys.dictionary_encode(null_encoding="encode")
    places = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int32)
    if keys is array:
        return encoded.dictionary.to_pylist(), places, sure
    _, firsts = np.unique(places, return_index=True)
    return array.take(pa.array(firsts)).to_pylist(), places, sure


def row_of(table: pa.Table, columns: Sequence[Column], row: int) -> Json:
    """One row as a profile in JSON, not yet checked."""
    return row_profile(columns, [column[row].as_py() for column in table.columns])
