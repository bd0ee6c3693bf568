"""A Parquet file with an enterprise a row and the measures it has as lists of names.

Its pages are laid out here, out of arrays, because writing a thousand names a row value by value took half of the time of a batch.
A list is kept as the places of its names in a dictionary, packed; the levels of a page say where each row begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias

import numpy as np
from numpy.typing import NDArray

from matcher.compact import Written, i32, i64, several, struct, text, varint

Places: TypeAlias = NDArray[np.uint16] | NDArray[np.uint32]

_MAGIC = b"PAR1"
_BYTES, _UTF8, _LIST = 6, 0, 3
_REQUIRED, _REPEATED = 0, 2
_PLAIN, _RLE, _DICTIONARY = 0, 3, 8
_DATA_PAGE, _DICTIONARY_PAGE = 0, 2
_VERSION = 1
_EIGHT = 8
_ROWS_A_PAGE = 2048
_IN_CACHE = 1 << 15
"""Places packed at once: their words stay in the cache."""


@dataclass(frozen=True, slots=True)
class Lists:
    """A list of places for each row: row `i` has `places[ends[i] : ends[i + 1]]`."""

    ends: NDArray[np.int64]
    places: Places


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Where one column of a row group is."""

    path: tuple[str, ...]
    start: int
    dictionary: int | None
    values: int
    size: int


class ListFile:
    """Writes rows of an id and one list of `names` for each of `columns` into `file`; `close` makes it whole."""

    def __init__(self, file: BinaryIO, key: str, columns: Sequence[str], names: Sequence[str]) -> None:
        self._file, self._key, self._columns = file, key, columns
        self._names, self._size = _strings(names), len(names)
        self.width = width_of(len(names))
        self._at = 0
        self._groups: list[Written] = []
        self._rows = 0
        self._put(_MAGIC)

    def _put(self, *parts: bytes) -> None:
        for part in parts:
            self._at += self._file.write(part)

    def write(self, ids: Sequence[str], lists: Sequence[Lists]) -> None:
        """A row group: `ids` and, for each column, their lists."""
        chunks = [self._write_ids(ids)]
        chunks += [self._write_lists(name, column) for name, column in zip(self._columns, lists, strict=True)]
        columns = [struct({2: i64(chunk.start), 3: _metadata(chunk)}) for chunk in chunks]
        whole = sum(chunk.size for chunk in chunks)
        self._groups.append(struct({1: several(columns), 2: i64(whole), 3: i64(len(ids))}))
        self._rows += len(ids)

    def _write_ids(self, ids: Sequence[str]) -> _Chunk:
        start = self._at
        self._page(_DATA_PAGE, {1: i32(len(ids)), 2: i32(_PLAIN), 3: i32(_RLE), 4: i32(_RLE)}, _strings(ids))
        return _Chunk((self._key,), start, None, len(ids), self._at - start)

    def _write_lists(self, name: str, lists: Lists) -> _Chunk:
        dictionary = self._at
        self._page(_DICTIONARY_PAGE, {1: i32(self._size), 2: i32(_PLAIN)}, self._names)
        start, values = self._at, 0
        for first in range(0, len(lists.ends) - 1, _ROWS_A_PAGE):
            ends = lists.ends[first : first + _ROWS_A_PAGE + 1]
            entries, levels = _levels(np.diff(ends))
            head = {1: i32(entries), 2: i32(_DICTIONARY), 3: i32(_RLE), 4: i32(_RLE)}
            self._page(_DATA_PAGE, head, *levels, *packed(lists.places[ends[0] : ends[-1]], self.width))
            values += entries
        return _Chunk((name, "list", "element"), start, dictionary, values, self._at - dictionary)

    def _page(self, kind: int, head: dict[int, Written], *parts: bytes) -> None:
        size = sum(map(len, parts))
        own = 7 if kind == _DICTIONARY_PAGE else 5
        _, header = struct({1: i32(kind), 2: i32(size), 3: i32(size), own: struct(head)})
        self._put(header, *parts)

    def close(self) -> None:
        """Writes the footer; without it the file is none."""
        schema = [struct({4: text("schema"), 5: i32(1 + len(self._columns))}), _leaf(self._key)]
        for name in self._columns:
            schema += [
                struct({3: i32(_REQUIRED), 4: text(name), 5: i32(1), 6: i32(_LIST)}),
                struct({3: i32(_REPEATED), 4: text("list"), 5: i32(1)}),
                _leaf("element"),
            ]
        fields = {1: i32(_VERSION), 2: several(schema), 3: i64(self._rows), 4: several(self._groups), 6: text("huiqi")}
        _, footer = struct(fields)
        self._put(footer, len(footer).to_bytes(4, "little"), _MAGIC)


def _leaf(name: str) -> Written:
    return struct({1: i32(_BYTES), 3: i32(_REQUIRED), 4: text(name), 6: i32(_UTF8)})


def _metadata(chunk: _Chunk) -> Written:
    encodings = [_PLAIN, _RLE] if chunk.dictionary is None else [_PLAIN, _RLE, _DICTIONARY]
    fields = {
        1: i32(_BYTES),
        2: several([i32(encoding) for encoding in encodings]),
        3: several([text(name) for name in chunk.path]),
        4: i32(0),
        5: i64(chunk.values),
        6: i64(chunk.size),
        7: i64(chunk.size),
        9: i64(chunk.start),
    }
    return struct(fields if chunk.dictionary is None else fields | {11: i64(chunk.dictionary)})


def _strings(words: Sequence[str]) -> bytes:
    """Texts one after another, each after its length."""
    raws = [word.encode() for word in words]
    return b"".join(part for raw in raws for part in (len(raw).to_bytes(4, "little"), raw))


def _levels(counts: NDArray[np.int64]) -> tuple[int, tuple[bytes, ...]]:
    """How many entries a page of lists this long has, and its levels: where a row begins, and where one has nothing."""
    slots = np.maximum(counts, 1)
    starts = np.cumsum(slots) - slots
    entries = int(slots.sum())
    goes_on = np.ones(entries, bool)
    goes_on[starts] = False
    filled: tuple[bytes, ...]
    if counts.all():
        filled = (varint(2 * entries), b"\1")
    else:
        there = np.ones(entries, bool)
        there[starts[counts == 0]] = False
        filled = _bits(there)
    return entries, (*_sized(_bits(goes_on)), *_sized(filled))


def _bits(flags: NDArray[np.bool_]) -> tuple[bytes, bytes]:
    """One run of single bits."""
    return varint(2 * -(-len(flags) // _EIGHT) + 1), np.packbits(flags, bitorder="little").tobytes()


def _sized(parts: Sequence[bytes]) -> tuple[bytes, ...]:
    return sum(map(len, parts)).to_bytes(4, "little"), *parts


def width_of(size: int) -> int:
    """The bits a place among `size` is kept in: a multiple of four, which packs without shifting across words; beyond 16, 32."""
    needed = max(1, (size - 1).bit_length())
    return -(-needed // 4) * 4 if needed <= 16 else 32


def packed(places: Places, width: int) -> tuple[bytes, ...]:
    """The places of a page as one run: how wide, how many times eight, then `width` bits each, the last eight filled with zeros."""
    if not len(places):
        return (bytes([width]),)
    groups = -(-len(places) // _EIGHT)
    head = bytes([width]) + varint(2 * groups + 1)
    full = np.zeros(groups * _EIGHT, np.uint32 if width > 16 else np.uint16)
    full[: len(places)] = places
    if width in (16, 32):
        return head, full.tobytes()
    fours = full.view(np.uint64)
    out = np.empty((len(fours), width // 4), np.uint16)
    for start in range(0, len(fours), _IN_CACHE // 4):
        some = fours[start : start + _IN_CACHE // 4]
        together = some & np.uint64((1 << width) - 1)
        for i in (1, 2, 3):
            together |= (some >> np.uint64(i * (16 - width))) & np.uint64(((1 << width) - 1) << (i * width))
        words = together.view(np.uint16).reshape(-1, 4)
        for column in range(width // 4):
            out[start : start + len(some), column] = words[:, column]
    return head, out.tobytes()
