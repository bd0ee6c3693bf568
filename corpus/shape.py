"""Decoded JSON looked at piece by piece: is it text, a number, a key that is known; what else it is, as an error that says where."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any as Json

from corpus.errors import InputError, Problem, nearest

_LONGEST = 60


def wrong(place: str, found: str, expected: str, advice: str = "") -> InputError:
    """The error of one thing that is not as it should be."""
    return InputError(Problem(place, found, expected, advice))


def shown(data: Json) -> str:
    """`data` as it stands in a message, at most 60 characters of it."""
    text = f'"{data}"' if isinstance(data, str) else repr(data)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "…"


def is_number(data: Json) -> bool:
    """Whether `data` is a number that can be computed with: no truth value, no NaN, nothing past all counting."""
    return isinstance(data, (int, float)) and not isinstance(data, bool) and abs(data) <= sys.float_info.max


def words_of(data: Mapping[str, Json], key: str, place: str = "") -> str | None:
    """The text under `key`; None where there is none. Raises InputError where it is no text."""
    value = data.get(key)
    if value is not None and not isinstance(value, str):
        raise wrong(within(place, key), f"找到 {shown(value)}", "文字")
    return value


def no_extra(data: Mapping[str, Json], allowed: Sequence[str], place: str) -> None:
    """Raises InputError for a key that is not `allowed`, with the nearest that is."""
    for key in data:
        if key not in allowed:
            raise wrong(within(place, key), "不认识的键", "、".join(allowed), nearest(str(key), allowed))


def within(place: str, key: str) -> str:
    """The place of `key` in what stands at `place`."""
    return f"{place}.{key}" if place else str(key)
