"""What a `manual` condition is about, from its words: kind, industry, theme, need. Hints rank and ask, never decide."""

from __future__ import annotations

import re
from functools import cache

from corpus.model import Hints
from indexer.extract import lexicon


@cache
def _words() -> dict[str, dict[str, re.Pattern[str]]]:
    raw = lexicon.load("hints")
    return {sort: {name: re.compile(words) for name, words in table.items()} for sort, table in raw.items()}


def hints_of(words: str) -> Hints:
    """The hints of `words`; a part that nothing points to is left out."""
    table = _words()
    kind = next(name for name, source in table["kind"].items() if source.search(words)).partition("_")[0]
    need = next((name for name, source in table["need"].items() if source.search(words)), None)
    codes = tuple(code for code, source in table["industry"].items() if source.search(words))
    theme_pattern, names = lexicon.themes()
    themes: list[str] = []
    for hit in theme_pattern.finditer(words):
        name = names[lexicon.squeeze(hit.group())]
        if name not in themes:
            themes.append(name)
    return Hints(kind, codes, tuple(themes), need)
