"""Sums: one, or several that 分别 shares out, or so much for each; a sum that is only a ceiling stays in words."""

from __future__ import annotations

import re

from corpus.model import Amount, Each, Fixed, Words
from indexer.extract.runs import run_of
from indexer.extract.tokens import Tag, Tagged
from indexer.extract.units import per_unit


def read_sums(tagged: Tagged, around: str) -> list[tuple[Amount, str | None]]:
    """The sums of an award, each with its kind where the words of counting tell it; empty where they name none."""
    text = tagged.text
    money = [(i, tag) for i, tag in tagged.within(0, len(text)) if tag.kind == "money"]
    if not money:
        return []
    per = per_unit(tagged, around)
    if per:
        return per
    if "分别" in text + around[-4:] or len(money) > 1:
        run = run_of(text, money)
        if len(run) > 1:
            least = "不低于" if run[0][1].bound in ("ge", "gt") else "最高"
            ceiling = isinstance(_sum(tagged, *run[0], text), Words)
            return [
                (Words(f"{least}{tagged.words(i, i + 1)}") if ceiling and j else _sum(tagged, i, tag, text), None)
                for j, (i, tag) in enumerate(run)
            ]
    if "一定比例" in text:
        return [(Words(tagged.words(0, len(text))), "proportional_grant")]
    i, first = money[0]
    if len(money) > 1 and _ceiling_for_many(tagged, i, first, *money[1]):
        return [(Each(first.value, "manual:件数", money[1][1].value), "proportional_grant")]
    return [(_sum(tagged, i, first, text), None)]


def _ceiling_for_many(tagged: Tagged, at: int, first: Tag, then: int, ceiling: Tag) -> bool:
    """Whether a sum and a higher ceiling for the enterprise mean that the sum is for each thing that it does."""
    whose = re.search("企业|单位|机构|家|主体", tagged.text[at:then])
    return bool(whose) and ceiling.bound == "le" and ceiling.value > first.value and first.low is None


def _sum(tagged: Tagged, at: int, tag: Tag, text: str) -> Amount:
    before = text[max(0, at - 6) : at]
    if tag.bound in ("ge", "gt") or text[at + 1 : at + 3] == "左右":
        return Words(tagged.words(at, at + 1))
    if tag.bound in ("le", "lt") or tag.low is not None or re.search("最高|不超过|限额", before):
        words = tagged.words(at, at + 1)
        if tag.low is None and not re.search("最高|不超过|不高于|上限|以内|以下", words):
            words = f"最高{words}"
        return Words(words)
    return Fixed(tag.value)
