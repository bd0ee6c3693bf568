"""Thrift's compact form, as much of it as the headers and the footer of a Parquet file need.

Every function gives what a value is (its type's number) and its bytes, so that structures and lists are put together from them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

_I32, _I64, _BINARY, _LIST, _STRUCT = 5, 6, 8, 9, 12
_SHORT = 15
Written: TypeAlias = tuple[int, bytes]


def varint(number: int) -> bytes:
    """`number`, not negative, seven bits a byte, the lowest first.

    >>> varint(300).hex()
    'ac02'
    """
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def i32(number: int) -> Written:
    return _I32, varint(2 * number)


def i64(number: int) -> Written:
    return _I64, varint(2 * number)


def text(words: str) -> Written:
    raw = words.encode()
    return _BINARY, varint(len(raw)) + raw


def several(values: Sequence[Written]) -> Written:
    """A list of values of one type; an empty one is of structures."""
    kind = values[0][0] if values else _STRUCT
    size = len(values)
    head = bytes([size << 4 | kind]) if size < _SHORT else bytes([_SHORT << 4 | kind]) + varint(size)
    return _LIST, head + b"".join(raw for _, raw in values)


def struct(fields: Mapping[int, Written]) -> Written:
    """A structure of fields by number, the numbers rising by less than sixteen.

    >>> struct({1: i32(1), 3: text("a")})[1].hex()
    '150228016100'
    """
    out, last = bytearray(), 0
    for number, (kind, raw) in fields.items():
        out.append((number - last) << 4 | kind)
        out += raw
        last = number
    return _STRUCT, bytes(out) + b"\0"
