"""Pieces of a sentence that ask nothing of the enterprise: when, why, by what authority, who pays, how to apply, who reports."""

from __future__ import annotations

import re
from functools import cache

from indexer.extract import lexicon

# What only names or gives something: followed by 的 it says which (国家重点扶持的企业), and asks.
_NAMES = ("label", "giving")


@cache
def _begins() -> re.Pattern[str]:
    """How an aside begins."""
    return _any_of("begins", ())


@cache
def _whole(*, of_noun: bool) -> re.Pattern[str]:
    """What asks nothing from end to end; `of_noun` says that 的 follows."""
    return _any_of("whole", _NAMES if of_noun else ())


def _any_of(part: str, without: tuple[str, ...]) -> re.Pattern[str]:
    rows = [row for what, some in lexicon.load("asides")[part].items() if what not in without for row in some]
    return re.compile(f"(?:{'|'.join(rows)})")


# 「省再担保公司对…」, 「采购人应当对…」: who gives stands before whom it is given to.
_GIVER = re.compile(
    "^[^对为的]{0,40}?(?:再担保(?:股份)?(?:有限)?(?:责任)?(?:公司|集团|机构)|农业?担(?:保)?公司|担保集团|担保联盟[^，对的]{0,8}|(?:供[水电气热、和及]+|燃气|电网|热力)(?:企业|公司|单位)|经营用房|采购人|代理机构|招标人|管委会|政府|部门|[委局厅]|财政)"
    "(?:可以?|应当?|要|须|将|按规定|继续|统一|酌情)*对(?!外|接|口|象|标|应)"
)


# 「采取贷款贴息方式给予支持的」: how it is given, whatever closes it.
_MANNER = re.compile(
    "(?:对)?(?:采取|采用|以)[^，的]{2,16}(?:方式|形式)(?:给予|进行|予以)?(?:支持|资助|补助|补贴|奖励)?的?"
)


def is_manner(text: str) -> bool:
    """Whether a piece says only in what way something is given."""
    return bool(_MANNER.fullmatch(text))


def is_aside(text: str) -> bool:
    """Whether a piece speaks of time, purpose, authority, procedure or news and asks nothing of the enterprise."""
    return _begins().match(text) is not None


def asks_nothing(words: str, *, of_noun: bool = False) -> bool:
    """Whether words left over between conditions are an aside from end to end; `of_noun` says that 的 closes or follows them."""
    return _whole(of_noun=of_noun).fullmatch(words.strip("，、：；。的 ")) is not None


def after_giver(text: str) -> int:
    """Where in a piece the words of whom it is given to begin, after those of who gives it; 0 where it names no giver."""
    hit = _GIVER.match(text)
    return hit.end() if hit else 0
