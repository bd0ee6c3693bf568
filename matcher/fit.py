"""How near measures are to an enterprise in words: its scope, description, needs and plans against theirs.

It orders and explains ("因为贵公司…"); it never touches a verdict. What is compared is runs of characters (`likeness`);
hints of `manual` conditions and words of trades say which trades a measure is for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from corpus.codes import industries
from corpus.codes.trades import trades_in
from corpus.model import Condition, Measure, Policy
from corpus.rules import conditions
from matcher.facts import Members, Profile
from matcher.likeness import Texts, shared_words
from matcher.operators import as_names

NEAR, UNSAID, FAR = 1, -1, -2
"""How a measure stands to the enterprise: near in words, for a trade that may not be its own, for another trade, or 0 none of these."""
LIKE = 0.08
"""From this likeness on a measure is called near. Chosen on the sample enterprises against the bundled compilation."""
# What an enterprise says it does not do is no likeness.
_DENIED = re.compile(r"(?:没有|尚未|暂无|并无|未曾|从未)[^，。；、\s]*")
# Whom it hires, buys from or signs with is not what an enterprise is.
_DEALT_WITH = re.compile(r"(?<!\S)(?:购置|购买|新购|招用|招录|吸纳|录用|出资给|委托|与)[^，。；\s]*")


class Fit:
    """The words of a catalogue's measures, made ready to be compared with enterprises'."""

    def __init__(self, entries: Sequence[tuple[Policy, Measure]]) -> None:
        self._trades = [trades_of(policy, measure) for policy, measure in entries]
        self._titled = [bool(titled_trades(policy, measure)) for policy, measure in entries]
        self._words = [measure_words(policy, measure) for policy, measure in entries]
        self.texts = Texts(self._words)

    def likeness(self, profile: Profile) -> NDArray[np.float64]:
        """The likeness of each measure to the enterprise in words, 0 to 1; all 0 where nothing is said of it."""
        words = profile_words(profile)
        return self.texts.like(words) if words else np.zeros(len(self._words))

    def stands(self, profile: Profile) -> NDArray[np.int8]:
        """NEAR, FAR, UNSAID or 0 for each measure: FAR where it names trades and the enterprise's is in none of them,
        UNSAID where it does and the enterprise's words speak of no trade that is known.
        """
        words = profile_words(profile)
        stands = np.where(self.likeness(profile) >= LIKE, NEAR, 0).astype(np.int8)
        trade, said = profile.facts.get("industry"), trades_in(words)
        own = _narrowest(said | {trade} if isinstance(trade, str) else said)
        scope = _scope_trades(profile) or (frozenset() if profile.business_scope else own)
        for place, trades in enumerate(self._trades):
            if not trades:
                continue
            # Two characters may be of two words (系统集成, 集成电路): what is for a trade is near by a longer run.
            near = (
                bool(stands[place] == NEAR)
                and len(max(shared_words(words, self._words[place]), default="", key=len)) > 2
            )
            if self._titled[place] and own and not scope:
                stands[place] = (
                    UNSAID  # a scope of no known trade: a description that tells of one does not make it that
                )
            elif own:
                met = _meet(trades, scope if self._titled[place] else own, near=near)
                stands[place] = FAR if not met else NEAR if near else 0
            elif words:
                stands[place] = UNSAID
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


def _scope_trades(profile: Profile) -> frozenset[str]:
    """The trades that an enterprise's industry, scope and plans name; a description tells too whom it served (保障了冬奥会赛事)."""
    trade = profile.facts.get("industry")
    said = trades_in(_DENIED.sub("", " ".join(filter(None, (profile.business_scope, *profile.plans)))))
    return _narrowest(said | {trade} if isinstance(trade, str) else said)


def titled_trades(policy: Policy, measure: Measure) -> frozenset[str]:
    """The trades that a measure's title names, else its policy's: what names its trade is for that one."""
    return trades_in(_DEALT_WITH.sub("", measure.title)) or trades_in(policy.title)


def trades_of(policy: Policy, measure: Measure) -> frozenset[str]:
    """The trades that a measure is for, as codes: those that the hints of its `manual` conditions name, with those of its
    title or its policy's, else with those that its words say. None for what any enterprise may have. A draft's hints are
    a machine's: where a title names trades it goes before them.
    """
    hinted = {code for _, condition in conditions(measure.rule) if condition.hints for code in condition.hints.industry}
    titled = titled_trades(policy, measure)
    if titled and measure.review == "draft":
        return _narrowest(titled)
    return _narrowest(hinted | (titled or trades_in(_DEALT_WITH.sub("", measure_words(policy, measure)))))


def _narrowest(codes: Iterable[str]) -> frozenset[str]:
    """`codes` without those that hold another of them: 农产品加工 says more than 制造 beside it."""
    every = frozenset(codes)
    return frozenset(
        code for code in every if not any(code != other and industries.contains(code, other) for other in every)
    )
