"""Titles that enterprises hold (高新技术企业, 专精特新…): one name for each, and what holding one implies.

The facts are in `titles.yaml`. An implication there always holds, so it may be used both ways round: who holds a
title holds what it implies; who is known to lack a title lacks what implies it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any as Json

import yaml

LEVELS = ("国家级", "省级", "市级", "县级")

_MARKS = re.compile(r"[\s“”\"'‘’「」『』《》〈〉]")
_AT_LEAST = re.compile("(?P<level>国家级|省级|市级|县级)(?:[（(]含[）)])?及?以上")
_LEVELLED = re.compile("(?P<level>国家级|省级|市级|县级)(?P<up>及以上)?(?P<name>.+)")
_WIDTHS = str.maketrans("（）", "()")


@dataclass(frozen=True, slots=True)
class Title:
    """A title: its names, who gives it (None where the name leaves that open), and its term in years (None: none set).

    `implies` holds what it implies directly. `family` is the name without its level (绿色工厂 for 省级绿色工厂).
    A `status` is what an enterprise is by law, size or owner, and no honour to strive for.
    A `general` name leaves open which of the titles that imply it is held (绿色工厂, 规上企业).
    """

    name: str
    aliases: tuple[str, ...] = ()
    level: str | None = None
    validity_years: int | None = None
    implies: tuple[str, ...] = ()
    note: str = ""
    family: str | None = None
    general: bool = False
    status: bool = False
    source: str = ""
    confidence: str = ""


@lru_cache(maxsize=4096)
def canonical(name: str) -> str:
    """The one name of the title that `name` means, whatever its quotation marks, brackets and spaces.

    A name that the table lacks comes back without surrounding space.

    >>> canonical("专精特新“小巨人”企业"), canonical("高企"), canonical(" 某市明星企业 ")
    ('国家级专精特新小巨人企业', '高新技术企业', '某市明星企业')
    """
    listed = _names().get(_plain(name))
    if listed is not None:
        return listed
    at_least = _AT_LEAST.match(name.strip())
    if at_least is None:
        return name.strip()
    rest = name.strip()[at_least.end() :]
    spelled = at_least["level"] + ("及以上" if at_least["level"] != LEVELS[0] else "") + rest
    return _names().get(_plain(spelled), spelled)


def implied(name: str) -> frozenset[str]:
    """Every title that holding `name` implies, however far, without itself.

    Of a name that the table lacks only its level is understood: 国家级X implies 省级及以上X.

    >>> sorted(implied("国家级专精特新小巨人企业"))
    ['创新型中小企业', '省级专精特新中小企业']
    """
    name = canonical(name)
    return _closure()[0][name] if name in _titles() else _levels_below(name)


def implying(name: str) -> frozenset[str]:
    """Every title that implies `name`, without itself: who lacks `name` lacks them all."""
    name = canonical(name)
    return _closure()[1].get(name, frozenset()) if name in _titles() else _levels_above(name)


def meant(name: str) -> frozenset[str]:
    """The titles that one who gave only the general `name` may hold: not to be taken for lacked. Else empty.

    >>> "省级绿色工厂" in meant("绿色工厂"), meant("创新型中小企业")
    (True, frozenset())
    """
    title = find(name)
    return implying(title.name) if title is not None and title.general else frozenset()


def find(name: str) -> Title | None:
    """The title that `name` means; None where the table lacks it."""
    return _titles().get(canonical(name))


def known() -> tuple[Title, ...]:
    """Every title, in the table's order."""
    return tuple(_titles().values())


def spellings() -> Mapping[str, str]:
    """Every name and alias as written in the table, with the name it stands for: for finding titles in text."""
    return MappingProxyType({word: title.name for title in known() for word in (title.name, *title.aliases)})


def _levels_below(name: str) -> frozenset[str]:
    """省级及以上X and 市级及以上X … for 省级X; X itself is not among them: it may stand for the national one."""
    found = _LEVELLED.fullmatch(name)
    if found is None:
        return frozenset()
    own = LEVELS.index(found["level"]) + (1 if found["up"] else 0)
    return frozenset(f"{level}及以上{found['name']}" for level in LEVELS[max(own, 1) :])


def _levels_above(name: str) -> frozenset[str]:
    """国家级X and 省级X for 省级及以上X, and what of 及以上 lies between."""
    found = _LEVELLED.fullmatch(name)
    if found is None or not found["up"]:
        return frozenset()
    own = LEVELS.index(found["level"])
    single = {level + found["name"] for level in LEVELS[: own + 1]}
    return frozenset(single | {f"{level}及以上{found['name']}" for level in LEVELS[1:own]})


def _plain(name: str) -> str:
    return _MARKS.sub("", name).translate(_WIDTHS)


# ---------------------------------------------------------------- the table


@cache
def _titles() -> dict[str, Title]:
    raw = yaml.safe_load(files("corpus.codes").joinpath("titles.yaml").read_text("utf-8"))
    return {title.name: title for name, entry in raw.items() for title in _entry(name, entry)}


def _entry(name: str, entry: Mapping[str, Json]) -> Iterator[Title]:
    levels: Mapping[str, list[str]] = entry.get("levels", {})
    facts: Mapping[str, Json] = {
        "note": entry.get("note", ""),
        "source": entry.get("source", ""),
        "confidence": entry["confidence"],
    }
    years = entry.get("years")
    yield Title(
        name,
        tuple(entry.get("aliases", ())),
        entry.get("level"),
        years,
        tuple(entry.get("implies", ())),
        family=name if levels else None,
        general=bool(levels) or entry.get("general", False),
        status=entry.get("status", False),
        **facts,
    )
    if levels:
        yield from _family(name, levels, years, facts)


def _family(
    name: str, levels: Mapping[str, list[str]], years: int | None, facts: Mapping[str, Json]
) -> Iterator[Title]:
    """国家级X → 省级及以上X → 市级及以上X → X, and 省级X → 省级及以上X.

    以上 holds the level itself; whoever holds one at any level holds X.
    """
    given = [level for level in LEVELS if level in levels]
    for i, level in enumerate(given):
        at_least = f"{level}及以上{name}" if level != LEVELS[0] else None
        lower = f"{given[i + 1]}及以上{name}" if i + 1 < len(given) else name
        yield Title(level + name, tuple(levels[level]), level, years, (at_least or lower,), family=name, **facts)
        if at_least:
            yield Title(at_least, (), None, years, (lower,), family=name, general=True, **facts)


@cache
def _names() -> dict[str, str]:
    return {_plain(word): title.name for title in known() for word in (title.name, *title.aliases)}


@cache
def _closure() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    down: dict[str, frozenset[str]] = {}
    up: dict[str, set[str]] = defaultdict(set)
    for name in _titles():
        reached, ahead = set[str](), [name]
        while ahead:
            ahead.extend(target for target in _titles()[ahead.pop()].implies if target not in reached)
            reached.update(ahead)
        down[name] = frozenset(reached - {name})
        for target in down[name]:
            up[target].add(name)
    return down, {name: frozenset(names) for name, names in up.items()}
