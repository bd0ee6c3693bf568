"""How alike texts are: the cosine of their runs of two and three Chinese characters, weighed by how few texts have them.

TF-IDF with the logarithm of counts, as scikit-learn's TfidfVectorizer has it (which the tests hold it to), over whole arrays:
a catalogue is weighed in some milliseconds, and nothing heavy is imported for it. Runs need no dictionary.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

# What every measure and every business scope says: likeness in these is none.
COMMON = frozenset(
    (
        "企业", "公司", "有限", "给予", "奖励", "补贴", "支持", "经营", "项目", "业务", "服务", "相关", "依法", "许可", "批准",
        "一般", "活动", "部门", "主要", "主营", "营业", "产品", "从事", "生产", "销售", "集团", "股份", "专业", "领域", "以及",
    )
)  # fmt: skip
_JOINING = "的和及与或"
"""What joins words and is no part of one."""
_FIRST, _LAST = ord("一"), ord("鿿")
_BITS = 16
Keys = NDArray[np.uint64]


class Texts:
    """Some texts, to be held against another."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._count = len(texts)
        starts = np.cumsum([0, *(len(text) + 1 for text in texts)])
        pieces, begins = _pieces("\n".join(texts))
        of = np.searchsorted(starts, begins, side="right") - 1
        self._pieces, places = np.unique(pieces, return_inverse=True)
        # By piece, then by text.
        pairs, times = np.unique(places * self._count + of, return_counts=True)
        self._place, self._of = np.divmod(pairs, max(self._count, 1))
        self._starts = np.searchsorted(self._place, np.arange(len(self._pieces) + 1))
        self._rarity = np.log((1 + self._count) / (1 + np.diff(self._starts))) + 1
        weights = (1 + np.log(times)) * self._rarity[self._place]
        size = np.sqrt(np.bincount(self._of, weights**2, self._count))
        self._weights = weights / size[self._of]

    def like(self, text: str) -> NDArray[np.float64]:
        """How like `text` each of the texts is, 0 to 1."""
        pieces, times = np.unique(_pieces(text)[0], return_counts=True)
        known = np.isin(pieces, self._pieces, assume_unique=True)
        places = np.searchsorted(self._pieces, pieces[known])
        weights = (1 + np.log(times[known])) * self._rarity[places]
        size = np.sqrt((weights**2).sum())
        like = np.zeros(self._count)
        for place, weight in zip(places, weights, strict=True):
            those = slice(self._starts[place], self._starts[place + 1])
            like[self._of[those]] += self._weights[those] * (weight / size)
        return like


def _pieces(text: str) -> tuple[Keys, NDArray[np.intp]]:
    """The runs of two and of three Chinese characters of `text`, as numbers, without what everyone says; and where each begins."""
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.uint64)
    within = (codes >= _FIRST) & (codes <= _LAST) & ~np.isin(codes, _NUMBERS)
    pairs = (codes[:-1] << np.uint64(_BITS)) | codes[1:]
    said = np.isin(pairs, _COMMON)
    everyones = np.concatenate([said, [False]]) | np.concatenate([[False], said])
    telling = within[:-1] & within[1:] & ~(everyones[:-1] & everyones[1:])
    threes = (pairs[:-1] << np.uint64(_BITS)) | codes[2:]
    longer = telling[:-1] & telling[1:]
    return np.concatenate([pairs[telling], threes[longer]]), np.concatenate([*np.nonzero(telling), *np.nonzero(longer)])


_NUMBERS = np.array([ord(char) for char in _JOINING], np.uint64)
_COMMON = np.array([ord(pair[0]) << _BITS | ord(pair[1]) for pair in COMMON], np.uint64)


def shared_words(one: str, other: str, most: int = 3) -> list[str]:
    """The longest runs of Chinese characters, of two or more, that stand in both texts, longest first.

    >>> shared_words("铅锌冶炼配套设备制造", "开展铅锌冶炼，更新设备")
    ['铅锌冶炼', '设备']
    """
    found: dict[str, None] = {}
    for run in _runs(one):
        start = 0
        while start < len(run) - 1:
            end = start + 2
            while end <= len(run) and run[start:end] in other:
                end += 1
            if end - 1 >= start + 2 and _tells(run[start : end - 1]):
                found[run[start : end - 1]] = None
            start = max(end - 2, start + 1)
    longest = sorted(found, key=lambda word: -len(word))
    return [word for i, word in enumerate(longest) if not any(word in before for before in longest[:i])][:most]


def _runs(text: str) -> list[str]:
    return "".join(char if "一" <= char <= "鿿" and char not in _JOINING else " " for char in text).split()


def _tells(run: str) -> bool:
    """Whether two characters of `run` that stand together are not both of what everyone says."""
    said = [run[i : i + 2] in COMMON for i in range(len(run) - 1)]
    everyones = [before or after for before, after in zip([False, *said], [*said, False], strict=True)]
    return not all(one and other for one, other in pairwise(everyones))
