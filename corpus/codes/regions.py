"""Regions by their GB/T 2260 code, and their names in text.

Which region holds which is read off the code itself (`41` province, `4103` prefecture, `410308` county), so a code
that our table lacks still works. The table (`regions.csv`) gives the names; `kind` there is `virtual` (a level that
exists in codes only), `statistical` (a development zone that statistics give a code), `former` (abolished; `successor`
says what it became) or empty.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

COUNTRY = ("000000", "100000")
_ENDINGS = "省市区县旗州盟"

_PROVINCE_SUFFIXES = ("维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "省", "市")
_STREET = re.compile(r"[东西南北中]?(?:[一二三]环)?(?:路|街|大道|镇|乡|村)")


@dataclass(frozen=True, slots=True)
class Region:
    """A row of the table."""

    code: str
    name: str
    kind: str = ""
    successor: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """A region named in a text; `start` and `end` hold the whole wording (河南省济源市)."""

    code: str
    name: str
    start: int
    end: int


# ---------------------------------------------------------------- the tree


def contains(outer: str, inner: str) -> bool:
    """Whether `inner` is `outer` or lies under it. Read off the codes: 410000 holds 419001, 000000 and 100000 hold all.

    >>> contains("410000", "419001"), contains("410300", "419001"), contains("419001", "410000")
    (True, False, False)
    """
    if outer == inner or outer in COUNTRY:
        return True
    if outer[4:] != "00" or inner in COUNTRY:
        return False
    return inner[:2] == outer[:2] if outer[2:4] == "00" else inner[:4] == outer[:4]


def ancestors(code: str) -> tuple[str, ...]:
    """The codes above `code`, nearest first, up to its province; levels that exist in codes only are among them.

    >>> ancestors("410308")
    ('410300', '410000')
    """
    if code in COUNTRY:
        return ()
    return tuple(dict.fromkeys(above for above in (code[:4] + "00", code[:2] + "0000") if above != code))


def children(code: str) -> tuple[str, ...]:
    """The codes right under `code` that one can be registered in, by code; a level that exists in codes only is passed over.

    Of 110000 that is the districts, of 410000 its cities and 419001. The country's are the provinces.
    """
    return _children().get(COUNTRY[0] if code in COUNTRY else code, ())


def current(code: str) -> str:
    """The code that `code` became where it was abolished (410322 孟津县 → 410308 孟津区); else `code` itself."""
    row = _table().get(code)
    return row.successor if row is not None and row.successor else code


# ---------------------------------------------------------------- names


def known(code: str) -> bool:
    """Whether the table has `code` (an abolished one too, or the country's)."""
    return code in _table()


def name(code: str) -> str:
    """The name of `code` (济源市); the code itself where the table lacks it."""
    row = _table().get(code)
    return row.name if row is not None else code


def full_name(code: str) -> str:
    """The name with those of the regions above it (河南省济源市); the code itself where the table lacks it.

    >>> full_name("419001"), full_name("110105")
    ('河南省济源市', '北京市朝阳区')
    """
    rows = (_table().get(above) for above in (*reversed(ancestors(code)), code))
    return "".join(row.name for row in rows if row is not None and row.kind != "virtual") if known(code) else code


def find(text: str, within: str | None = None) -> tuple[Match, ...]:
    """The regions named in `text`, in order; 河南省济源市 is one match, of the finer region.

    An abolished name gives the code it became. A name that several regions bear (鼓楼区) is left out unless the region
    named right before it, or `within` (the code of where the text comes from), leaves only one of them.
    """
    found: list[Match] = []
    for start, end, codes in _spelled(text):
        before = found[-1] if found and found[-1].end == start else None
        nested = [code for code in codes if before is not None and contains(before.code, code)]
        if before is not None and len(nested) == 1:
            found[-1] = Match(nested[0], name(nested[0]), before.start, end)
            continue
        if _needs_context(text[start:end]) or (text[end - 1] not in _ENDINGS and _STREET.match(text, end)):
            continue
        local = [code for code in codes if within is not None and contains(within, code)]
        choice = local if len(local) == 1 else codes
        if len(choice) == 1:
            found.append(Match(choice[0], name(choice[0]), start, end))
    return tuple(found)


def search(query: str, limit: int = 20) -> tuple[str, ...]:
    """Codes whose number, name, alias or full name begins with `query`, then those that hold it; higher levels first."""
    query = query.strip()
    if not query:
        return ()
    ranked = []
    for row in _table().values():
        if row.kind in ("virtual", "former") or row.code == COUNTRY[1]:
            continue
        spellings = (row.code, row.name, *row.aliases, full_name(row.code))
        if any(word.startswith(query) for word in spellings):
            ranked.append((0, len(ancestors(row.code)), row.code))
        elif any(query in word for word in spellings[1:]):
            ranked.append((1, len(ancestors(row.code)), row.code))
    return tuple(code for _, _, code in sorted(ranked)[:limit])


# ---------------------------------------------------------------- the table


@cache
def _table() -> dict[str, Region]:
    lines = files("corpus.codes").joinpath("regions.csv").read_text("utf-8").splitlines()
    rows = [
        Region(row["code"], row["name"], row["kind"], row["successor"], tuple(filter(None, row["aliases"].split("|"))))
        for row in csv.DictReader(lines)
    ]
    return {code: Region(code, "全国") for code in COUNTRY} | {row.code: row for row in rows}


@cache
def _words() -> dict[str, list[str]]:
    words: dict[str, list[str]] = yaml.safe_load(files("corpus.codes").joinpath("region_words.yaml").read_text("utf-8"))
    return words


@cache
def _children() -> dict[str, tuple[str, ...]]:
    under: dict[str, list[str]] = defaultdict(list)
    for row in _table().values():
        if row.kind in ("virtual", "former") or row.code in COUNTRY:
            continue
        above = (code for code in ancestors(row.code) if _table()[code].kind != "virtual")
        under[next(above, COUNTRY[0])].append(row.code)
    return {code: tuple(sorted(codes)) for code, codes in under.items()}


@cache
def _spellings() -> dict[str, dict[str, tuple[str, ...]]]:
    """Spelling → the current codes that bear it (none for a word that only holds a name), longest first.

    Grouped by the first two characters.
    """
    bearers: dict[str, set[str]] = defaultdict(set)
    for row in _table().values():
        if row.kind == "virtual" or row.code in COUNTRY:
            continue
        for word in (row.name, *row.aliases, *_short_forms(row)):
            bearers[word].add(current(row.code))
    for word in _words()["around"]:
        bearers[word] = set()
    grouped: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for word in sorted(bearers, key=lambda word: (-len(word), word)):
        grouped[word[:2]][word] = tuple(sorted(bearers[word]))
    return grouped


def _short_forms(row: Region) -> Iterator[str]:
    if row.code[2:] == "0000":
        yield next(row.name.removesuffix(suffix) for suffix in _PROVINCE_SUFFIXES if row.name.endswith(suffix))
    elif row.code[4:] == "00" and row.name.endswith("市") and len(row.name) > 2:
        short = row.name[:-1]
        if short not in _words()["not_short"]:
            yield short


def _spelled(text: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Every spelling of a region in `text`, leftmost and longest, with the codes that bear it."""
    spellings = _spellings()
    at, last = 0, len(text) - 1
    while at < last:
        words = spellings.get(text[at : at + 2], {})
        word = next((word for word in words if text.startswith(word, at)), None)
        if word is None:
            at += 1
            continue
        yield at, at + len(word), words[word]
        at += len(word)


def _needs_context(word: str) -> bool:
    """两字的县名 (和县 in 市和县, 理县 in 管理县级) and names that are everyday words."""
    return word in _words()["everyday"] or (len(word) == 2 and word[1] in "县区")
