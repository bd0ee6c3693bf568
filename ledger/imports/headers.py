"""What the columns of a spreadsheet are, by their heads: 统一社会信用代码, 2023年研发投入（万元）, or what a person said.

Heads that the importer does not know are named together, before any row is read, each with the nearest that it does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any as Json

import yaml

from corpus.errors import InputError, Problem, nearest
from corpus.fields import registry
from corpus.quantity import parse_quantity
from matcher.facts import PROFILE_KEYS

_YEAR = re.compile(r"(?:(?P<first>(?:19|20)\d\d)年度?)?(?P<name>.+?)(?:[_（(]?(?P<last>(?:19|20)\d\d)年?度?[）)]?)?")
_UNIT = re.compile(r"(?P<name>.+?)\s*[（(](?:单位[:：])?(?P<unit>[^（()）\d]+)[)）]")
_NUMBERS = {"元": "yuan", "人": "person", "件": "item", "平方米": "square_metre", "年": "year", "月": "month"}
"""The units in which the register keeps numbers, as `corpus.quantity` calls them."""

NEEDED = {
    "register": (("id", "name"),),
    "uptake": (("enterprise_id",), ("measure_id",), ("step",), ("on",)),
    "people": (("name",),),
    "contacts": (("reader",),),
    "assignments": (("enterprise_id",), ("cadre",)),
    "offices": (("name",),),
    "needs": (("enterprise_id",), ("kind",), ("text",), ("raised_on",)),
    "visits": (("enterprise_id",), ("cadre",), ("visited_on",), ("note",)),
    "promises": (("enterprise_id",), ("text",), ("office",), ("promised_on",), ("due_on",)),
    "receipts": (("enterprise_id",), ("measure",), ("response",), ("noted_on",), ("by",)),
    "accounts": (("name",), ("role",)),
}
"""The columns without which no row can be taken: of each group one."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a column is: the name under which its cells are taken in (None: they are not), what numbers are multiplied by."""

    name: str | None
    factor: float = 1.0

    def cell(self, raw: Json) -> Json:
        """A cell in the unit of the register; what is no number is left as it is, to be refused by name."""
        if self.factor == 1.0 or raw in (None, ""):
            return raw
        try:
            # Twelve digits: 12.3 万元 is 123000, not 123000.00000000001.
            return float(f"{float(str(raw).replace(',', '')) * self.factor:.12g}")
        except ValueError:
            return raw


def read_mapping(path: Path) -> dict[str, str]:
    """A mapping file (YAML): `head: name`, with an empty name for a column that is not wanted. Raises InputError."""
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise InputError(Problem("文件", f"读不出来（{error}）", "每行 列名: 字段", source=str(path))) from error
    if not isinstance(said, dict):
        raise InputError(Problem("文件", f"找到 {said!r}"[:60], "每行 列名: 字段", source=str(path)))
    return {str(head): "" if name is None else str(name) for head, name in said.items()}


def heads(kind: str, written: Sequence[str], mapping: Mapping[str, str], source: str) -> list[Head]:
    """What each column of a table of `kind` (of NEEDED) is; `mapping` says it for some, and goes before.

    Raises InputError that names every head that is not known, and those that would be the same thing.
    """
    if strange := [head for head in mapping if head not in written]:
        advice = nearest(strange[0], written)
        raise InputError(Problem("--map", f'表里没有列 "{strange[0]}"', "、".join(written), advice, source))
    found: list[Head] = []
    problems: list[Problem] = []
    for head in written:
        if mapping.get(head) == "":
            found.append(Head(None))
            continue
        one = _head(kind, mapping.get(head, head))
        if one is None:
            said = mapping.get(head, head)
            # The nearest of what the importer calls things, not of every word that it would understand.
            near = nearest(said, _names(kind))
            advice = f"{near}{'；' * bool(near)}用 --map {head}=字段 指明，或用 --map {head}= 略过这一列"
            problems.append(Problem("表头", f'不认识的列 "{said}"', "、".join(_shown(kind)), advice, source))
            one = Head(None)
        found.append(one)
    names = [one.name for one in found if one.name is not None]
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        both = "、".join(head for head, one in zip(written, found, strict=True) if one.name == name)
        problems.append(Problem("表头", f"{both} 是同一项（{name}）", "每项一列", "用 --map 列名= 略过一列", source))
    for needed in NEEDED[kind]:
        if not problems and not set(needed) & set(names):
            words = "或".join(_data()[kind][name][0] for name in needed)
            problems.append(Problem("表头", f"找到 {'、'.join(written)}"[:80], f"一列{words}", source=source))
    if problems:
        raise InputError(*problems)
    return found


def named(kind: str, record: Mapping[str, Json]) -> dict[str, Json]:
    """A row of `kind` by what the importer calls each thing. Raises InputError for what it does not know, by its name."""
    names = _names(kind)
    if strange := [key for key in record if key not in names]:
        raise InputError(
            Problem("表头", f'不认识的列 "{strange[0]}"', "、".join(_shown(kind)), nearest(strange[0], names))
        )
    return {names[key]: cell for key, cell in record.items()}


def label(kind: str, name: str) -> str:
    """What a person calls the thing `name` of a row of `kind`."""
    return str(_data()[kind][name][0])


def step_words() -> Mapping[str, str]:
    """The steps by what spreadsheets call them."""
    return {word: step for step, words in _data()["steps"].items() for word in words}


def _head(kind: str, written: str) -> Head | None:
    names = _names(kind)
    if written in names:
        return Head(names[written])
    unit, bare = None, written
    if (with_unit := _UNIT.fullmatch(written)) is not None:
        unit, bare = with_unit["unit"], with_unit["name"]
    year = None
    if bare not in names and (dated := _YEAR.fullmatch(bare)) is not None:
        year, bare = dated["first"] or dated["last"], dated["name"]
    name = names.get(bare)
    if name is None:
        return None
    known = registry().get(name) if kind == "register" else None
    if year is not None and (known is None or not known.by_year):
        return None
    factor = 1.0
    if unit is not None:
        kept = "元" if name == "amount" else known.unit if known is not None and known.type == "number" else None
        times = _factor(unit, kept, fraction=bool(known and known.fraction))
        if times is None:
            return None
        factor = times
    return Head(name if year is None else f"{name}_{year}", factor)


def _factor(unit: str, kept: str | None, *, fraction: bool) -> float | None:
    """What a number in `unit` is multiplied by to be in the unit `kept`; None where the two are not of one kind."""
    quantity = parse_quantity(f"1{unit}")
    if quantity is None or kept is None:
        return None
    return quantity.value if quantity.unit == ("fraction" if fraction else _NUMBERS.get(kept)) else None


@lru_cache(maxsize=8)
def _names(kind: str) -> Mapping[str, str]:
    """What the importer calls each thing, by everything that it may be called."""
    names = {word: name for name, words in _data()[kind].items() for word in words}
    if kind == "register":
        names |= {known.label: known.name for known in registry().values()}
        names |= {name: name for name in (*registry(), *PROFILE_KEYS, "cadre")}
    return names | {name: name for name in _data()[kind]}


def _shown(kind: str) -> list[str]:
    """The first word for each thing that a column may be."""
    return [words[0] for words in _data()[kind].values()] + (
        ["指标名，如 2023年营业收入（万元）"] if kind == "register" else []
    )


@lru_cache(maxsize=1)
def _data() -> dict[str, Json]:
    data: dict[str, Json] = yaml.safe_load(Path(__file__).with_name("headers.yaml").read_text(encoding="utf-8"))
    return data
