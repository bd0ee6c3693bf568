"""Figures and names as single symbols, so that the grammar's patterns are about what stands where.

`tag` turns 「年营业收入不低于2000万元的规上工业企业」 into 「年营业收入Ⓜ的Ⓣ」: each symbol remembers its value, its bound
(不低于 → ge) and the words it stands for. Patterns are written with the names below: `营业收入<money>`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from corpus.quantity import find_quantities

Bound = Literal["ge", "gt", "le", "lt"]

# One symbol of the private use area a kind; no document has them.
SYMBOLS = {
    "money": "\ue001",
    "share": "\ue002",
    "person": "\ue003",
    "year": "\ue004",
    "month": "\ue005",
    "day": "\ue006",
    "area": "\ue007",
    "item": "\ue008",
    "title": "\ue010",
    "region": "\ue011",
    "industry": "\ue012",
    "theme": "\ue013",
    "size": "\ue014",
    "form": "\ue015",
}
_UNITS = {
    "yuan": "money",
    "fraction": "share",
    "person": "person",
    "year": "year",
    "month": "month",
    "day": "day",
    "square_metre": "area",
    "item": "item",
}
_LEFT: tuple[tuple[str, Bound], ...] = (
    (
        "(?:最高|最多)?(?:可)?(?:不超过?|不高于|不得超过|不多于|不大于|≤)|最高(?:奖励|补贴|补助|支持|资助|给予|限额|额度|额|可|不高于|为|达)*|最多|至多|(?:上限|封顶)(?:线|额|金额|标准)?(?:不超过|为|是)?|控制在|不超出|限额为?",
        "le",
    ),
    ("不低于|不少于|不小于|不得低于|达到(?:或(?:高于|超过|大于))?|≥|(?<!未)达|(?<!不|未)满|至少|达不低于", "ge"),
    ("(?<!不|得)超过|(?<!不)高于|(?<!不)大于|(?<!不)多于|突破", "gt"),
    ("(?<!不|得)低于|(?<!不)少于|(?<!不)小于|不足|不满|未满|未达到?", "lt"),
)
_LEFT_RE = [(re.compile(f"(?:{words})(?:人民币|到)?$"), bound) for words, bound in _LEFT]
_INCLUDED = r"（(?:含|包含|包括)[^（）]{0,10}）"
_NOT_INCLUDED = r"（不(?:含|包括)[^（）]{0,10}）"
_RIGHT = re.compile(
    rf"(?P<in1>{_INCLUDED})?(?P<out1>{_NOT_INCLUDED})?"
    rf"(?P<word>及其?以上|或以上|以上|及其?以下|或以下|以下|以内|之内|之间|封顶|为限(?!额)|为上限)?(?P<in2>{_INCLUDED})?(?P<out2>{_NOT_INCLUDED})?"
)
_TO = re.compile(rf"({_INCLUDED})?({_NOT_INCLUDED})?(?:/[^—，]{{1,4}})?(?:—|-|至|到)$")


# 「1.2024年首次…」: the number of an item and a year.
_NUMBERED_YEAR = re.compile(r"\d{1,2}\.20[0-3]\d年")


@dataclass(frozen=True, slots=True)
class Tag:
    """What a symbol stands for: its kind, the stretch of text, and its value.

    A figure has `value` in base units and `bound`; a range has `low` too. `name` is a title's, region's… own.
    """

    kind: str
    start: int
    end: int
    text: str
    value: float = 0.0
    low: float | None = None
    bound: Bound | None = None
    name: str = ""
    names: tuple[str, ...] = ()

    @property
    def symbol(self) -> str:
        """The character that stands for it."""
        return SYMBOLS[self.kind]


class Tagged:
    """A text in which symbols stand for tags. `text[i]` came from `start(i)`–`end(i)` of the even text."""

    def __init__(self, text: str, offset: int, tags: Sequence[Tag]) -> None:
        letters: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        self.tags: dict[int, Tag] = {}
        at = offset
        for tag in sorted(tags, key=lambda tag: tag.start):
            if tag.start < at:
                continue
            letters.append(text[at - offset : tag.start - offset])
            starts.extend(range(at, tag.start))
            ends.extend(range(at + 1, tag.start + 1))
            self.tags[sum(map(len, letters))] = tag
            letters.append(tag.symbol)
            starts.append(tag.start)
            ends.append(tag.end)
            at = tag.end
        stop = offset + len(text)
        letters.append(text[at - offset :])
        starts.extend(range(at, stop))
        ends.extend(range(at + 1, stop + 1))
        self.text = "".join(letters)
        self._starts, self._ends, self._stop = starts, ends, stop
        self.source, self.offset = text, offset

    def start(self, i: int) -> int:
        """Where the symbol or letter at `i` begins in the even text."""
        return self._starts[i] if i < len(self._starts) else self._stop

    def end(self, i: int) -> int:
        """Where the symbol or letter before `i` ends in the even text."""
        return self._ends[i - 1] if i > 0 else self.offset

    def words(self, start: int, end: int) -> str:
        """The even text behind a stretch of the tagged one."""
        if start >= end:
            return ""
        return self.source[self.start(start) - self.offset : self.end(end) - self.offset]

    def within(self, start: int, end: int) -> list[tuple[int, Tag]]:
        """The tags that stand between two places of the tagged text, in order."""
        return [(i, tag) for i, tag in sorted(self.tags.items()) if start <= i < end]


def find_figures(text: str, offset: int = 0) -> list[Tag]:
    """Every figure in `text` with its bound; two figures joined by 至 or — are one range."""
    found = [q for q in find_quantities(text) if q.unit in _UNITS and not _NUMBERED_YEAR.match(text, q.start)]
    out: list[Tag] = []
    i = 0
    while i < len(found):
        start, end, value, low, kind = found[i].start, found[i].end, found[i].value, None, _UNITS[found[i].unit or ""]
        open_low = open_high = False
        if found[i].high is not None:
            low, value = value, found[i].high or value
            open_low = bool(re.search(f"{_NOT_INCLUDED}(?:—|-|至|到)", text[start:end]))
        elif (
            i + 1 < len(found)
            and found[i + 1].unit == found[i].unit
            and (between := _TO.match(text[end : found[i + 1].start]))
        ):
            low, value, end = value, found[i + 1].value, found[i + 1].end
            open_low = bool(between.group(2))
            i += 1
        right = _RIGHT.match(text, end)
        left, begin = _left_bound(text, start)
        bound = _combine(left, right) if right else left
        if low is not None:
            open_high = bool(right and (right["out1"] or right["out2"]))
            bound = "lt" if open_high else "gt" if open_low else None
        stop = right.end() if right and right.group() else end
        out.append(Tag(kind, offset + begin, offset + stop, text[begin:stop], value, low, bound))
        i += 1
    return out


def _left_bound(text: str, start: int) -> tuple[Bound | None, int]:
    before = text[max(0, start - 12) : start]
    for pattern, bound in _LEFT_RE:
        if hit := pattern.search(before):
            return bound, start - len(before) + hit.start()
    return None, start


def _combine(left: Bound | None, right: re.Match[str]) -> Bound | None:
    word = right["word"] or ""
    bound: Bound | None = left
    if "上" in word:
        bound = "gt" if left == "gt" else "ge"
    elif "下" in word or word in ("以内", "之内", "封顶", "为限", "为上限"):
        bound = "lt" if left == "lt" else "le"
    # What stands in brackets goes before the general rule for the word.
    if right["out1"] or right["out2"]:
        return {"ge": "gt", "le": "lt"}.get(bound or "", bound)  # type: ignore[return-value]
    if right["in1"] or right["in2"]:
        return {"gt": "ge", "lt": "le"}.get(bound or "", bound)  # type: ignore[return-value]
    return bound


@cache
def pattern(source: str) -> re.Pattern[str]:
    """`source` as a regular expression in which `<money>` is the symbol of money, `<any>` that of any figure."""
    figures = "".join(SYMBOLS[name] for name in ("money", "share", "person", "year", "month", "day", "area", "item"))
    symbols = {**SYMBOLS, "any": f"[{figures}]"}
    # (?P<money>…) names a group.
    return re.compile(re.sub(r"(?<!\?P)<(\w+)>", lambda hit: symbols[hit[1]], source))


def keep_longest(tags: Iterable[Tag]) -> list[Tag]:
    """`tags` without those that lie in, or overlap, a longer one."""
    kept: list[Tag] = []
    for tag in sorted(tags, key=lambda tag: (tag.start - tag.end, tag.start)):
        if all(tag.end <= other.start or other.end <= tag.start for other in kept):
            kept.append(tag)
    return sorted(kept, key=lambda tag: tag.start)
