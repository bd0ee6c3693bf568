"""The fields of cards by their many names."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import yaml

from indexer.formats.text import fold


@cache
def _names() -> dict[str, str]:
    table = yaml.safe_load(files("indexer.cut").joinpath("labels.yaml").read_text(encoding="utf-8"))
    return {fold(name): field for field, names in table.items() for name in names}


def field_of(label: str) -> str | None:
    """Which field a card's label names (`audience`, `content` …); None where it is no label that is known.

    >>> field_of("联 系 电 话："), field_of("北京市")
    ('contact', None)
    """
    bare = re.sub(r"^[（(]?[一二三四五六七八九十\\d]{1,3}[)）、.．]\s*", "", label.strip())
    return _names().get(fold(bare))
