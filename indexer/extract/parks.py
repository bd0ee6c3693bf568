"""The park that an enterprise must stand in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.model import Condition
from indexer.extract.atoms import Atom, Place
from indexer.extract.tokens import Tagged

_PARK = re.compile(
    "(?:(?:依法)?(?:注册|登记|入驻|落户)?(?:在|于))?(?P<park>[一-龥]{2,14}(?:自主创新示范区|高新技术产业开发区|高新区|经济技术开发区|经开区|自由贸易试验区|自贸试验区|自贸区|自由贸易港|综合保税区|保税港区|合作区|新片区))"
    "(?:（[^（）]{0,24}）)?(?:(?:范围)?内(?:的)?(?:依法)?(?:注册登记|登记注册|注册|登记|纳税|、)*|(?:依法)?(?:注册登记|登记注册|注册|登记)(?:的)?)(?:的)?"
)


def find_parks(tagged: Tagged, _: Place) -> Iterator[Atom]:
    """The park that it must stand in, by its name, where no code says it (中关村国家自主创新示范区内)."""
    for hit in _PARK.finditer(tagged.text):
        name = re.sub("^(?:对|在|于|及|和|的|支持|鼓励|注册在|注册于|位于)+", "", hit["park"])
        words = tagged.words(hit.start(), hit.end())
        yield Atom(hit.start(), hit.end(), Condition("park", "has", name, text=words.removesuffix("的")), "park")
