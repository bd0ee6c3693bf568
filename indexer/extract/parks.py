"""The park that an enterprise must stand in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.codes import regions
from corpus.model import All, Condition, Rule
from indexer.extract import lexicon
from indexer.extract.atoms import Atom, Place
from indexer.extract.tokens import Tagged

_PARK = re.compile(
    "(?:(?:依法)?(?:注册|登记|入驻|落户)?(?:在|于))?(?P<park>[一-龥]{2,14}(?:自主创新示范区|高新技术产业开发区|高新区|经济技术开发区|经开区|自由贸易试验区|自贸试验区|自贸区|自由贸易港|综合保税区|保税港区|合作区|新片区))"
    "(?:（[^（）]{0,24}）)?(?:(?:范围)?内(?:的)?(?:依法)?(?:注册登记|登记注册|注册|登记|纳税|、)*|(?:依法)?(?:注册登记|登记注册|注册|登记)(?:的)?)(?:的)?"
)


def find_parks(tagged: Tagged, _: Place) -> Iterator[Atom]:
    """The park that it must stand in, by its name, where no code says it (中关村国家自主创新示范区内); and the region that it
    lies in, where it must be registered there.
    """
    for hit in _PARK.finditer(tagged.text):
        name = re.sub("^(?:对|在|于|及|和|的|支持|鼓励|注册在|注册于|位于)+", "", hit["park"])
        words = tagged.words(hit.start(), hit.end())
        stands: Rule = Condition("park", "has", name, text=words.removesuffix("的"))
        if re.search("注册|登记", words) and (code := _region_of(name)):
            stands = All((Condition("region", "within", (code,), text=words.removesuffix("的")), stands))
        yield Atom(hit.start(), hit.end(), stands, "park")


def _region_of(park: str) -> str | None:
    """The code of the region that a park lies in; None where neither its name nor the table says it."""
    named = next((match.code for match in regions.find(park) if match.start == 0), None)
    return named or next((code for name, code in lexicon.load("parks").items() if name in park), None)
