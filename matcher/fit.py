"""How near measures are to an enterprise in words: its scope, description, needs and plans against theirs.

It orders and explains ("因为贵公司…"); it never touches a verdict. Likeness is the cosine of TF-IDF over runs of two and
three characters, which needs no dictionary; hints of `manual` conditions say which trades a measure is for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any as Matrix

import numpy as np
from numpy.typing import NDArray

from corpus.codes import industries
from corpus.codes.trades import trades_in
from corpus.model import Condition, Measure, Policy
from corpus.rules import conditions
from matcher.facts import Members, Profile
from matcher.operators import as_names

NEAR, FAR = 1, -1
"""How a measure stands to the enterprise: near in words, for another trade, or 0 neither."""
LIKE = 0.08
"""From this likeness on a measure is called near. Chosen on the sample enterprises against the bundled compilation."""
# What every measure and every business scope says: likeness in these is none.
COMMON = frozenset(
    (
        "企业",
        "公司",
        "有限",
        "给予",
        "奖励",
        "补贴",
        "支持",
        "经营",
        "项目",
        "业务",
        "服务",
        "相关",
        "依法",
        "许可",
        "批准",
        "一般",
        "活动",
        "部门",
    )
)

# What an enterprise says it does not do is no likeness.
_DENIED = re.compile(r"(?:没有|尚未|暂无|并无|未曾|从未)[^，。；、\s]*")


class Fit:
    """The words of a catalogue's measures, made ready to be compared with enterprises'."""

    def __init__(self, entries: Sequence[tuple[Policy, Measure]]) -> None:
        self._trades = [trades_of(policy, measure) for policy, measure in entries]
        self._words = [measure_words(policy, measure) for policy, measure in entries]

    @cached_property
    def _weights(self) -> tuple[Matrix, Matrix] | None:
        """The vectorizer and the matrix of all measures; None where they have no words. Made when first asked for."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        if not any(map(pieces, self._words)):
            return None
        vectorizer = TfidfVectorizer(analyzer=pieces, sublinear_tf=True)
        return vectorizer, vectorizer.fit_transform(self._words)

    def likeness(self, profile: Profile) -> NDArray[np.float64]:
        """The likeness of each measure to the enterprise in words, 0 to 1; all 0 where nothing is said of it."""
        words = profile_words(profile)
        if not words or self._weights is None:
            return np.zeros(len(self._trades))
        vectorizer, matrix = self._weights
        return np.asarray((matrix @ vectorizer.transform([words]).T).todense()).ravel()

    def stands(self, profile: Profile) -> NDArray[np.int8]:
        """NEAR, FAR or 0 for each measure: FAR where it names trades and the enterprise's is in none of them."""
        stands = np.where(self.likeness(profile) >= LIKE, NEAR, 0).astype(np.int8)
        trade, said = profile.facts.get("industry"), trades_in(profile_words(profile))
        own = _narrowest(said | {trade} if isinstance(trade, str) else said)
        for place, trades in enumerate(self._trades):
            if own and trades and not _meet(trades, own, near=bool(stands[place] == NEAR)):
                stands[place] = FAR
        return stands

    def because(self, words: str, place: int) -> str:
        """What an enterprise's words and the measure at this place have in common, in one line; empty where nothing."""
        shared = shared_words(words, self._words[place])
        return f"因为贵公司提到“{'”“'.join(shared)}”" if shared else ""


def _meet(trades: frozenset[str], own: frozenset[str], *, near: bool) -> bool:
    """Whether a measure for `trades` is for an enterprise of the trades `own`.

    One that is for a part of its trade (农产品加工 where 制造 is all that is known) only where it is near in words too.
    """
    held = any(industries.contains(trade, one) for trade in trades for one in own)
    return held or (near and any(industries.contains(one, trade) for trade in trades for one in own))


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
            if end - 1 >= start + 2 and pieces(run[start : end - 1]):
                found[run[start : end - 1]] = None
            start = max(end - 2, start + 1)
    longest = sorted(found, key=lambda word: -len(word))
    return [word for i, word in enumerate(longest) if not any(word in before for before in longest[:i])][:most]


def _runs(text: str) -> list[str]:
    return "".join(char if "一" <= char <= "鿿" else " " for char in text).split()


def pieces(text: str) -> list[str]:
    """The runs of two and three Chinese characters of `text`, without what everyone says.

    >>> pieces("铅锌冶炼")
    ['铅锌', '锌冶', '冶炼', '铅锌冶', '锌冶炼']
    """
    found = []
    for run in _runs(text):
        pairs = [run[i : i + 2] for i in range(len(run) - 1)]
        telling = [pair not in COMMON for pair in pairs]
        found += [pair for pair, tells in zip(pairs, telling, strict=True) if tells]
        found += [run[i : i + 3] for i in range(len(pairs) - 1) if telling[i] and telling[i + 1]]
    return found


def measure_words(policy: Policy, measure: Measure) -> str:
    """What a measure says of who and what it is for."""
    parts = [measure.title, measure.title, policy.audience or ""]
    for _, condition in conditions(measure.rule):
        parts += _condition_words(condition)
    return " ".join(parts)


def _condition_words(condition: Condition) -> Iterator[str]:
    if condition.field == "manual":
        yield str(condition.value)
    elif condition.field in ("theme", "event"):
        yield from (str(name) for name in as_names(condition.value) if isinstance(name, str))
    elif condition.field == "industry" and condition.op in ("within", "in", "is"):
        yield from map(industries.name, as_names(condition.value))
    hints = condition.hints
    if hints is not None:
        yield from (*hints.theme, hints.need or "", *map(industries.name, hints.industry))


def profile_words(profile: Profile) -> str:
    """What is said of an enterprise: its own words, its trade by name, its themes."""
    parts = [profile.business_scope, profile.description, *profile.needs, *profile.plans]
    themes, trade = profile.facts.get("theme"), profile.facts.get("industry")
    if isinstance(themes, Members):
        parts += [member.name for member in themes.has]
    if isinstance(trade, str) and any(parts):
        parts.append(industries.full_name(trade))
    return _DENIED.sub("", " ".join(filter(None, parts)))


def trades_of(policy: Policy, measure: Measure) -> frozenset[str]:
    """The trades that a measure is for, as codes: those that the hints of its `manual` conditions name and its words say.

    None for what any enterprise may have.
    """
    hinted = {code for _, condition in conditions(measure.rule) if condition.hints for code in condition.hints.industry}
    return _narrowest(hinted | trades_in(f"{policy.title} {measure_words(policy, measure)}"))


def _narrowest(codes: Iterable[str]) -> frozenset[str]:
    """`codes` without those that hold another of them: 农产品加工 says more than 制造 beside it."""
    every = frozenset(codes)
    return frozenset(
        code for code in every if not any(code != other and industries.contains(code, other) for other in every)
    )
