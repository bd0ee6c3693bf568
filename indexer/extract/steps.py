"""Thresholds that no field holds, told in words: 「实际出资额3亿元至5亿元」 and 「5亿元以上」 are steps of one figure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_SCALE = {"亿": 1e8, "万": 1e4, "千": 1e3, None: 1.0}
_FIGURE = "(?P<{0}>\\d[\\d.]*)(?P<{0}_scale>[亿万千])?(?P<{0}_unit>美元|元|人次|人|家|户|件|项|个|平方米|辆|亩|吨|%|倍|天|年|月)?(?:（不?含[^）]{{0,6}}）)?"
_STEP = re.compile(
    "(?P<head>[^\\d]*?)(?P<lead>(?:首次|在|为|是)*(?:不低于|不少于|达到?|超过|突破|大于|高于|满|低于|不足|小于|不超过|未满|少于)?)"
    + _FIGURE.format("low")
    + "(?:(?:及?以上)?(?:（不?含[^）]{0,12}）)?(?:至|到|—|-|～)(?:（不?含）)?"
    + _FIGURE.format("high")
    + ")?(?P<bound>及?以上|及?以下|以内)?(?:（不?含[^）]{0,6}）)?(?P<tail>[^\\d]*)"
)
_BELOW = re.compile("低于|不足|小于|不超过|未满|少于")


@dataclass(frozen=True, slots=True)
class Step:
    """A figure's name (empty where it was said before), its bounds (None where open), and the words for from `low` on."""

    head: str
    low: float | None
    high: float | None
    onwards: str
    upto: str = ""  # the words of the upper bound (至15000平方米以下)
    tail: str = ""


def step_of(words: str) -> Step | None:
    """The step that `words` are; None where they are no bounded figure."""
    hit = _STEP.fullmatch(words)
    if hit is None or (hit["low_unit"] == "年" and 1900 < float(hit["low"]) < 2100):
        return None  # a year (2024年入驻) is no threshold
    scale, unit = hit["low_scale"], hit["low_unit"]
    if hit["high"] and unit is None:
        unit, scale = hit["high_unit"], scale or hit["high_scale"]
    first = float(hit["low"]) * _SCALE[scale]
    below = hit["bound"] in ("以下", "及以下", "以内") or bool(_BELOW.search(hit["lead"]))
    if hit["high"]:
        second = float(hit["high"]) * _SCALE[hit["high_scale"]]
        onwards = f"{hit['head']}{hit['lead']}{hit['low']}{scale or ''}{unit or ''}以上"
        upto = f"、{hit['high']}{hit['high_scale'] or ''}{hit['high_unit'] or unit or ''}以下"
        return Step(hit["head"], first, second, onwards, upto, hit["tail"])
    if below:
        return Step(hit["head"], None, first, "")
    return Step(hit["head"], first, None, words)


def from_lowest(items: Sequence[str]) -> str | None:
    """The words for all steps of one figure together: from the lowest on; empty where they leave nobody out, None where
    they are no such steps.
    """
    steps = [step_of(words) for words in items]
    if len(steps) < 2 or any(step is None for step in steps):
        return None
    known = sorted((step for step in steps if step is not None), key=lambda step: step.low or 0.0)
    heads = {step.head for step in known if step.head}
    longest = max(heads, key=len, default="")
    if not all(longest.endswith(head) for head in heads):
        return None
    first, last = known[0], known[-1]
    if any(low.high is not None and low.high != high.low for low, high in pairwise(known)):
        return None  # with a hole between
    if first.low is None:
        return "" if last.high is None else None
    if not first.head and heads:
        return None  # the lowest does not say what it is a figure of
    return first.onwards + (last.upto if last.high is not None else "") + first.tail
