"""Three values: a verdict is 符合, 不符合 or 待核实, and combines by Kleene's strong logic."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import NoReturn


class Verdict(Enum):
    """What is known of a condition or a measure. Never to be read as a truth value: `bool()` of one raises."""

    INELIGIBLE = ("ineligible", 0, "不符合")
    UNKNOWN = ("unknown", 1, "待核实")
    ELIGIBLE = ("eligible", 2, "符合")

    def __init__(self, code: str, rank: int, word: str) -> None:
        self.code = code
        self.rank = rank
        self.word = word

    def __bool__(self) -> NoReturn:
        raise TypeError(f"{self.word}不能当真假用：请与 Verdict.ELIGIBLE 等比较")

    @property
    def settled(self) -> bool:
        """Whether nothing that is still unknown could change it."""
        return self is not Verdict.UNKNOWN


INELIGIBLE, UNKNOWN, ELIGIBLE = Verdict.INELIGIBLE, Verdict.UNKNOWN, Verdict.ELIGIBLE
BY_RANK = (INELIGIBLE, UNKNOWN, ELIGIBLE)


def known(holds: bool | None) -> Verdict:
    """The verdict of a plain test: UNKNOWN for None.

    >>> known(None).word
    '待核实'
    """
    if holds is None:
        return UNKNOWN
    return ELIGIBLE if holds else INELIGIBLE


def and_(verdicts: Iterable[Verdict]) -> Verdict:
    """INELIGIBLE if one is; else UNKNOWN if one is; else ELIGIBLE, as of none at all."""
    lowest = ELIGIBLE
    for verdict in verdicts:
        if verdict is INELIGIBLE:
            return INELIGIBLE
        if verdict is UNKNOWN:
            lowest = UNKNOWN
    return lowest


def or_(verdicts: Iterable[Verdict]) -> Verdict:
    """ELIGIBLE if one is; else UNKNOWN if one is; else INELIGIBLE, as of none at all."""
    highest = INELIGIBLE
    for verdict in verdicts:
        if verdict is ELIGIBLE:
            return ELIGIBLE
        if verdict is UNKNOWN:
            highest = UNKNOWN
    return highest


def not_(verdict: Verdict) -> Verdict:
    """ELIGIBLE and INELIGIBLE change places; UNKNOWN stays."""
    return BY_RANK[2 - verdict.rank]


def at_least(n: int, verdicts: Iterable[Verdict]) -> Verdict:
    """ELIGIBLE if `n` are; INELIGIBLE if fewer than `n` could still be; else UNKNOWN."""
    ranks = [verdict.rank for verdict in verdicts]
    if ranks.count(2) >= n:
        return ELIGIBLE
    return INELIGIBLE if len(ranks) - ranks.count(0) < n else UNKNOWN
