"""Which trades some words speak of, as codes of GB/T 4754-2017: for nearness and order, never for a verdict."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import yaml


def trades_in(text: str) -> frozenset[str]:
    """The codes (sections or divisions) that `text` speaks of; none where it says what any enterprise may say.

    >>> sorted(trades_in("创建国家5A级旅游景区")), sorted(trades_in("更新设备，申请贷款"))
    (['78'], [])
    """
    return frozenset(code for code, words in _words().items() if words.search(text))


@cache
def _words() -> dict[str, re.Pattern[str]]:
    table = yaml.safe_load(files("corpus.codes").joinpath("trades.yaml").read_text(encoding="utf-8"))
    return {str(code): re.compile(words) for code, words in table.items()}
