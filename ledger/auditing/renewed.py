"""Standings with some enterprises judged anew and others come in, without judging the rest again."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ledger.auditing.standing import PARTS, Register, Standings
from matcher.bits import unpack

Number = TypeVar("Number", bound=np.generic)


def with_others(whole: Standings, others: Standings) -> Standings | None:
    """`whole` with the enterprises of `others` in place of their older selves, new ones at the end.

    None where that cannot be said: a measure that somebody met is met by nobody now, so its branches are not known.
    """
    numbers = whole.register.numbers
    places = np.searchsorted(numbers, others.register.numbers)
    new = others.register.numbers > (numbers[-1] if len(numbers) else -1)
    if not np.isin(others.register.numbers[~new], numbers).all():
        return None
    places[new] = len(numbers) + np.arange(int(new.sum()))
    size = len(numbers) + int(new.sum())
    possible = _with_bits(whole.possible, places, others.possible, size)
    some = [bool(plane.any()) for plane in possible]
    dead = [measure for measure in others.branches if not some[whole.measures[measure]]]
    if any(measure not in whole.branches for measure in dead):
        return None
    return replace(
        whole,
        register=_with_people(whole.register, others.register, places, size),
        true=_with_bits(whole.true, places, others.true, size),
        possible=possible,
        held=_put(whole.held, places, others.held, size),
        branches={
            measure: _with_bits(whole.branches[measure], places, others.branches[measure], size) for measure in dead
        },
    )


def _with_people(whole: Register, others: Register, places: NDArray[np.int64], size: int) -> Register:
    keys, moved = {}, {}
    for part in PARTS:
        seen = {key: i for i, key in enumerate(whole.keys[part])}
        into = np.array([seen.setdefault(key, len(seen)) for key in others.keys[part]], np.int32)
        keys[part] = tuple(seen)
        moved[part] = _put(whole.places[part], places, into[others.places[part]], size)
    return Register(
        _put(whole.numbers, places, others.numbers, size),
        whole.ids.with_others(places, others.ids),
        whole.names.with_others(places, others.names),
        keys,
        moved,
    )


def _put(whole: NDArray[Number], places: NDArray[np.int64], others: NDArray[Number], size: int) -> NDArray[Number]:
    """`whole`, `size` long, with `others` at `places`."""
    out: NDArray[Number] = np.resize(whole, size)
    out[places] = others
    return out


def _with_bits(
    whole: NDArray[np.uint64], places: NDArray[np.int64], others: NDArray[np.uint64], size: int
) -> NDArray[np.uint64]:
    """Planes of `size` enterprises that say `others` at `places` and `whole` elsewhere."""
    out = np.zeros((len(whole), -(-size // 64)), np.uint64)
    out[:, : whole.shape[1]] = whole
    order = np.argsort(places)
    words, first = np.unique(places[order] // 64, return_index=True)
    bits = np.uint64(1) << (places[order] % 64).astype(np.uint64)
    covered = np.bitwise_or.reduceat(bits, first) if len(first) else bits
    for row, plane in zip(out, others, strict=True):
        said = np.where(unpack(plane, len(places))[order], bits, np.uint64(0))
        row[words] = row[words] & ~covered | (np.bitwise_or.reduceat(said, first) if len(first) else said)
    return out
