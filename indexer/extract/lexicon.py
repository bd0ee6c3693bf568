"""The words that the grammar knows: titles, themes, industry words, regions. All of them data files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from corpus.codes import titles as title_codes

_MARKS = "[“”‘’（）「」《》]"


# A mark that closes what the name itself opened: 首台（套）.
_CLOSING = "(?:”|(?<=（[^（）])）)?"


@cache
def load(name: str) -> Any:
    """The decoded data file `name`.yaml of this package."""
    return yaml.safe_load(files("indexer.extract").joinpath("data", f"{name}.yaml").read_text(encoding="utf-8"))


def squeeze(text: str) -> str:
    """`text` without quotation marks and brackets, as names are compared."""
    return re.sub(_MARKS, "", text)


def name_pattern(names: list[str]) -> re.Pattern[str]:
    """One pattern for all of `names`, longest first, with or without quotation marks inside."""
    ordered = sorted({squeeze(name) for name in names}, key=lambda name: (-len(name), name))
    firsts = "".join(sorted({name[0] for name in ordered if name}))
    spelled = "|".join(f"{_MARKS}?".join(map(re.escape, name)) + _CLOSING for name in ordered if name)
    # Only where a name can begin is the long list tried.
    return re.compile(f"(?=[{re.escape(firsts)}])(?:{spelled})")


@cache
def titles() -> tuple[re.Pattern[str], Mapping[str, str]]:
    """The pattern of every written title, and canonical names by squeezed form."""
    forms = {
        squeeze(form): name
        for form, name in title_codes.spellings().items()
        if name not in _NOT_TITLES and form not in _NOT_FORMS and len(form) > 2
    }
    forms |= {squeeze(form): name for name, written in load("titles").items() for form in written}
    return name_pattern(list(forms)), forms


@cache
def own_titles() -> frozenset[str]:
    """The titles that only `data/titles.yaml` has: no table knows their levels."""
    return frozenset(load("titles")) - {title.name for title in title_codes.known()}


# Read as sizes or as events and not as titles, though the table of titles has them.
_NOT_TITLES = frozenset(
    {"先进制造业企业", "小微企业", "中小企业", "新三板挂牌企业", "重点包联企业", "民营中小企业", "纳税信用A级纳税人"}
)


# Spellings that also mean the step and not the state (稳规升规企业), what one only means to be, or a branch.
_NOT_FORMS = frozenset({"入规企业", "升规企业", "拟上市企业", "集成电路企业"})


@cache
def themes() -> tuple[re.Pattern[str], Mapping[str, str]]:
    """The pattern of every theme word, and the theme it names."""
    forms = {word: theme or word for word, theme in load("themes").items()}
    return name_pattern(list(forms)), forms


@cache
def industries() -> tuple[re.Pattern[str], Mapping[str, tuple[str, ...]]]:
    """The pattern of every industry word, and its GB/T 4754 codes."""
    forms = {word: tuple(codes) for word, codes in load("industries").items()}
    return name_pattern(list(forms)), forms
