"""One bit an enterprise: packed into words, out of them, and turned over."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.uint64]
WORD = 64
FULL = np.uint64(0xFFFFFFFFFFFFFFFF)


def pack(bits: NDArray[np.bool_]) -> Plane:
    """`bits` packed into words of 64, the first in the lowest; the last word is filled up with zeros."""
    packed = np.packbits(bits, bitorder="little")
    out = np.zeros(-(-len(bits) // WORD) * 8, np.uint8)
    out[: len(packed)] = packed
    return out.view(np.uint64)


def unpack(plane: Plane, size: int) -> NDArray[np.bool_]:
    """The first `size` bits of `plane`."""
    return np.unpackbits(plane.view(np.uint8), count=size, bitorder="little").view(np.bool_)


def pack_columns(planes: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """The bits of several planes turned over: a row for each bit of a plane, with the planes' bits in it packed.

    The rows are a power of two of bits wide, at least 64; what is beyond the planes is 0. Sixty-four words of as many
    planes are a square, turned by swapping its quarters, then theirs, down to single bits.
    """
    count, words = planes.shape
    groups = 1 << max(0, (count - 1).bit_length() - 6)
    squares = np.zeros((groups, WORD, words), np.uint64)
    squares.reshape(-1, words)[:count] = planes
    # One square after another: each stays in the cache.
    for square in squares[: -(-count // WORD)]:
        for far, mask in _QUARTERS:
            pairs = square.reshape(-1, 2, far, words)
            near, other = pairs[:, 0], pairs[:, 1]
            swapped = near >> np.uint64(far)
            swapped ^= other
            swapped &= np.uint64(mask)
            other ^= swapped
            swapped <<= np.uint64(far)
            near ^= swapped
    return np.ascontiguousarray(squares.transpose(2, 1, 0)).reshape(words * WORD, groups).view(np.uint8)


_QUARTERS = (
    (32, 0x00000000FFFFFFFF),
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)
"""Half the side of what is swapped, and the bits of a word that are in the nearer half."""
