"""Which trades some words speak of, as codes of GB/T 4754-2017: for nearness and order, never for a verdict."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

import yaml

_GROUP = re.compile(r"\([^)]*\)")
_PLAIN = re.compile(r"\w{2}")


@lru_cache(maxsize=1 << 13)
def trades_in(text: str) -> frozenset[str]:
    """The codes (sections or divisions) that `text` speaks of; none where it says what any enterprise may say.

    >>> sorted(trades_in("创建国家5A级旅游景区")), sorted(trades_in("更新设备，申请贷款"))
    (['78'], [])
    """
    words, begun = _words()
    pairs = begun.keys() & {"", *(first + second for first, second in pairwise(text))}
    return frozenset(code for code in set().union(*(begun[pair] for pair in pairs)) if words[code].search(text))


@cache
def _words() -> tuple[dict[str, re.Pattern[str]], dict[str, set[str]]]:
    """The expression of each code, and the codes whose words two characters stand in ("": always): few of seventy are looked for."""
    table = yaml.safe_load(files("corpus.codes").joinpath("trades.yaml").read_text(encoding="utf-8"))
    begun: dict[str, set[str]] = defaultdict(set)
    for code, words in table.items():
        for choice in _GROUP.sub("", words).split("|"):
            plain = _PLAIN.search(choice)
            begun[plain[0] if plain else ""].add(str(code))
    return {str(code): re.compile(words) for code, words in table.items()}, begun
