"""How alike texts are: the cosine of their runs of two and three Chinese characters, weighed by how few texts have them.

Runs need no dictionary; scikit-learn weighs them (TF-IDF with the logarithm of counts) and is imported when first asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any as Matrix

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


class Texts:
    """Some texts, to be held against another."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts

    @cached_property
    def _weights(self) -> tuple[Matrix, Matrix] | None:
        """The vectorizer and the matrix of all texts; None where they have no words."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        if not any(map(runs, self._texts)):
            return None
        vectorizer = TfidfVectorizer(analyzer=runs, sublinear_tf=True)
        return vectorizer, vectorizer.fit_transform(self._texts)

    def like(self, text: str) -> NDArray[np.float64]:
        """How like `text` each of the texts is, 0 to 1."""
        if self._weights is None:
            return np.zeros(len(self._texts))
        vectorizer, matrix = self._weights
        return np.asarray((matrix @ vectorizer.transform([text]).T).todense()).ravel()


def runs(text: str) -> list[str]:
    """The runs of two and three Chinese characters of `text`, without what everyone says and across nothing that joins words.

    >>> runs("铅锌冶炼的企业")
    ['铅锌', '锌冶', '冶炼', '铅锌冶', '锌冶炼']
    """
    found = []
    for run in _words(text):
        everyones = {i + side for i in range(len(run) - 1) if run[i : i + 2] in COMMON for side in (0, 1)}
        telling = [not {i, i + 1} <= everyones for i in range(len(run) - 1)]
        found += [run[i : i + 2] for i, tells in enumerate(telling) if tells]
        found += [run[i : i + 3] for i in range(len(run) - 2) if telling[i] and telling[i + 1]]
    return found


def shared_words(one: str, other: str, most: int = 3) -> list[str]:
    """The longest runs of Chinese characters, of two or more, that stand in both texts, longest first.

    >>> shared_words("铅锌冶炼配套设备制造", "开展铅锌冶炼，更新设备")
    ['铅锌冶炼', '设备']
    """
    found: dict[str, None] = {}
    for run in _words(one):
        start = 0
        while start < len(run) - 1:
            end = start + 2
            while end <= len(run) and run[start:end] in other:
                end += 1
            if end - 1 >= start + 2 and runs(run[start : end - 1]):
                found[run[start : end - 1]] = None
            start = max(end - 2, start + 1)
    longest = sorted(found, key=lambda word: -len(word))
    return [word for i, word in enumerate(longest) if not any(word in before for before in longest[:i])][:most]


def _words(text: str) -> list[str]:
    return "".join(char if "一" <= char <= "鿿" and char not in _JOINING else " " for char in text).split()
