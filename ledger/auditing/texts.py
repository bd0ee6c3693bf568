"""Many texts in two arrays: a million names cost their bytes and no objects, and can be mapped from a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray


class Texts(Sequence[str]):
    """Texts by place: number `i` is `letters[starts[i] : ends[i]]` in UTF-8.

    >>> texts = Texts.of(["甲公司", "乙"])
    >>> texts[1], list(texts.only(np.array([1, 0]))), list(texts.with_others(np.array([0, 2]), ["丙", "丁"]))
    ('乙', ['乙', '甲公司'], ['丙', '乙', '丁'])
    """

    def __init__(self, letters: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> None:
        self.letters = letters
        self.starts = starts
        self.ends = ends

    @classmethod
    def of(cls, texts: Iterable[str]) -> Texts:
        """These texts in their order."""
        written = [text.encode() for text in texts]
        ends = np.cumsum([len(one) for one in written], dtype=np.int64)
        return cls(np.frombuffer(b"".join(written), np.uint8), np.append(0, ends[:-1])[: len(ends)], ends)

    def __len__(self) -> int:
        return len(self.starts)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        return self.letters[self.starts[place] : self.ends[place]].tobytes().decode()

    def only(self, places: NDArray[np.int64]) -> Texts:
        """The texts at these places alone."""
        return Texts(self.letters, self.starts[places], self.ends[places])

    def with_others(self, places: NDArray[np.int64], texts: Sequence[str]) -> Texts:
        """The same with `texts` at `places`, of which those past the end follow one another."""
        size = max(len(self), int(places.max(initial=-1)) + 1)
        more = Texts.of(texts)
        starts, ends = np.resize(self.starts, size), np.resize(self.ends, size)
        starts[places], ends[places] = more.starts + len(self.letters), more.ends + len(self.letters)
        return Texts(np.concatenate([self.letters, more.letters]), starts, ends)
