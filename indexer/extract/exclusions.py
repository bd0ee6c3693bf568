"""Grounds that shut an enterprise out, where it must be free of them; those that no ground names stay in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from corpus.model import All, Condition, Rule
from indexer.extract import lexicon
from indexer.extract.atoms import Atom, Place
from indexer.extract.hints import hints_of
from indexer.extract.tokens import Tagged, pattern

_NO = "(?:未|没有|不得|不存在|不属于|不是|无|不|非)"
_LISTED = "(?:列入|纳入|列为|认定为|存在|发生过?|处于|属于|因|在|有|受到)"
_NEGATED = re.compile(f"^均?{_NO}[^，。；、]{{0,14}}?(?:被)?{_LISTED}?")


_GRAVE = re.compile("重大|较大|特大|严重")


_TIME = pattern("(?:申报|申请)?(?:之日)?(?:近|最近|前|过去)<year>(?:度)?(?:以?内|来|中|期间)*(?:均)?$")


# 「未被列入失信名单的中小微企业」: who it is stands after the ground.
_OF_WHOM = "的[^，。；、]{0,20}(?:企业|单位|机构|公司|主体|工商户|合作社|社会组织|\ue010)"


@cache
def _grounds() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(words)) for name, words in lexicon.load("grounds").items())


@cache
def _said() -> re.Pattern[str]:
    """A ground with the words that say to be free of it, or to be of those that are not (列入…, 发生…的不予支持)."""
    named = "|".join(lexicon.load("grounds").values())
    return re.compile(
        f"(?:(?:未|没有|不得|无|不|被)*(?:{_LISTED})|{_NO})[^，。；]{{0,24}}?(?:{named})(?:(?!{_OF_WHOM})[^，。；]){{0,24}}"
    )


@cache
def _alone() -> re.Pattern[str]:
    named = "|".join(lexicon.load("grounds").values())
    return re.compile(
        f"(?:属于|存在|有|被)?(?:列入|列为)?[“‘]?(?:{named})[”’]?(?:名单|行为|情形|记录)?(?:的)?(?:企业|单位|主体)?的?"
    )


def find_exclusions(tagged: Tagged, _: Place) -> Iterator[Atom]:
    """The grounds that an enterprise must be free of, whether a passage asks that (未被列入…) or turns those away (列入…的)."""
    taken = 0
    for hit in _said().finditer(tagged.text):
        taken = hit.end()
        atom = _atom(tagged, hit.start(), hit.end())
        # 近三年, 申报前一年内: no ground holds its years.
        yield replace(atom, start=time.start()) if (time := _TIME.search(tagged.text[: atom.start])) else atom
    if not taken and (whole := _alone().fullmatch(tagged.text)):
        yield _atom(tagged, 0, whole.end())


def _atom(tagged: Tagged, start: int, end: int) -> Atom:
    words = tagged.words(start, end)
    negated = _NEGATED.match(words)
    grounds: list[str] = []
    rest: list[Rule] = []
    grave = ""
    for item in re.split("、|和|或者?|及(?!其?以上)|以及", words):
        # 较大及以上生产安全事故、环境污染事故: how grave is said once.
        named = [
            name
            for name, said in _grounds()
            if said.search(item) or ("事" in item and grave and said.search(grave + item))
        ]
        said_grave = _GRAVE.search(item)
        grave = said_grave.group() if said_grave else grave
        grounds += [name for name in named if name not in grounds]
        if not named and len(item) >= 3:
            said = f"{negated.group()}{item}" if negated and not _NEGATED.match(item) else item
            rest.append(Condition("manual", "confirm", said, text=item, hints=hints_of(said)))
    shut = Condition("exclusion", "lacks", tuple(grounds), text=words)
    return Atom(start, end, All((shut, *rest)) if rest else shut, "exclusion")
