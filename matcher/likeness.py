"""How alike texts are: the cosine of their runs of two and three Chinese characters, weighed by how few texts have them.

Runs need no dictionary; scikit-learn weighs them (TF-IDF with the logarithm of counts). It takes over a second to import: the
weights of texts once weighed can be kept as bytes and had again without it.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

# What every measure and every business scope says: likeness in these is none.
COMMON = frozenset(
    (
        "企业", "公司", "有限", "给予", "奖励", "补贴", "支持", "经营", "项目", "业务", "服务", "相关", "依法", "许可", "批准",
        "一般", "活动", "部门", "主要", "主营", "营业", "产品", "从事", "生产", "销售", "集团", "股份", "专业", "领域", "以及",
    )
)  # fmt: skip
_STRETCH = re.compile("(?:(?![的和及与或])[一-鿿])+")
"""What joins words is no part of one."""
_ARRAYS = ("rarity", "starts", "places", "values")
_VERSION = "1"
"""Of what weights are: another where runs or their weights become others."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The runs of some texts by column, how rare each is, and by column which texts have it with what weight.

    `starts`, `places` and `values` are a sparse matrix by columns; each text's weights are of length 1.
    """

    columns: Mapping[str, int]
    rarity: NDArray[np.float64]
    starts: NDArray[np.int32]
    places: NDArray[np.int32]
    values: NDArray[np.float64]


@lru_cache(maxsize=1)
def weigh(texts: tuple[str, ...]) -> Weights:
    """The weights of the runs of `texts`; those of the last are kept."""
    if not any(map(runs, texts)):
        none = np.zeros(0, np.int32)
        return Weights({}, np.zeros(0), np.zeros(1, np.int32), none, np.zeros(0))
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=runs, sublinear_tf=True)
    matrix = vectorizer.fit_transform(texts).tocsc()
    columns = {run: int(column) for run, column in vectorizer.vocabulary_.items()}
    return Weights(columns, vectorizer.idf_, matrix.indptr, matrix.indices, matrix.data)


class Texts:
    """Some texts, to be held against another. They are weighed when first asked, unless their `weights` are given."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self.weights: Weights | None = None

    def like(self, text: str) -> NDArray[np.float64]:
        """How like `text` each of the texts is, 0 to 1."""
        if self.weights is None:
            self.weights = weigh(tuple(self._texts))
        known = self.weights
        counts = Counter(run for run in runs(text) if run in known.columns)
        found = np.zeros(len(self._texts))
        if not counts:
            return found
        columns = np.array([known.columns[run] for run in counts])
        weights = (1.0 + np.log(list(counts.values()))) * known.rarity[columns]
        weights /= np.linalg.norm(weights)
        for column, weight in zip(columns.tolist(), weights.tolist(), strict=True):
            part = slice(known.starts[column], known.starts[column + 1])
            found[known.places[part]] += weight * known.values[part]
        return found

    def dumps(self) -> bytes | None:
        """The weights as bytes; None where they were not asked for yet."""
        known = self.weights
        if known is None:
            return None
        out = io.BytesIO()
        np.savez(
            out,
            of=np.array(self._digest()),
            runs=np.array(sorted(known.columns, key=known.columns.__getitem__), np.str_),
            **{name: getattr(known, name) for name in _ARRAYS},
        )
        return out.getvalue()

    def take(self, kept: bytes) -> None:
        """Takes the weights from what `dumps` gave, if they are of these very texts; leaves what is anything else."""
        try:
            with np.load(io.BytesIO(kept)) as found:
                if str(found["of"]) == self._digest():
                    columns = {run: column for column, run in enumerate(found["runs"].tolist())}
                    self.weights = Weights(columns, *(found[name] for name in _ARRAYS))
        # RuntimeError and its NotImplementedError: a byte gone wrong may say encrypted, or packed in some unknown way.
        except (ValueError, KeyError, OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error):
            return

    def _digest(self) -> str:
        return hashlib.sha256("\n".join([_VERSION, *self._texts]).encode()).hexdigest()


def runs(text: str) -> list[str]:
    """The runs of two and three Chinese characters of `text`, without what everyone says and across nothing that joins words.

    >>> runs("铅锌冶炼的企业")
    ['铅锌', '锌冶', '冶炼', '铅锌冶', '锌冶炼']
    """
    found = []
    for run in _words(text):
        pairs = [run[i : i + 2] for i in range(len(run) - 1)]
        everyones = [False, *(pair in COMMON for pair in pairs), False]
        # A pair tells nothing where it is everyone's, or both its characters are of pairs that are.
        telling = [not (everyones[i + 1] or (everyones[i] and everyones[i + 2])) for i in range(len(pairs))]
        found += [pair for pair, tells in zip(pairs, telling, strict=True) if tells]
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


@lru_cache(maxsize=64)
def _words(text: str) -> tuple[str, ...]:
    """The stretches of Chinese characters of `text`, between what joins words; one enterprise's text is held against many."""
    return tuple(_STRETCH.findall(text))
