"""A row of a table as a profile in JSON: which column is which fact, and what a cell says.

A column is `id`, `name` or another key of a profile, or a field by its name or label, with the year for facts by year
(`revenue_2023`, `2023年营业收入`). An empty cell is not known.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any as Json

import numpy as np

from corpus.errors import InputError, Problem
from corpus.fields import Field, registry
from matcher.facts import LISTS, PROFILE_KEYS

_BY_YEAR = re.compile(
    r"(?P<name>.+?)[_.@（(]?(?P<year>(?:19|20)\d\d)年?[）)]?|(?P<year_first>(?:19|20)\d\d)年(?P<rest>.+)"
)
_SEPARATORS = re.compile(r"[;；、|\n]+")
_NONE = ("无", "没有", "[]")


@dataclass(frozen=True, slots=True)
class Column:
    """Where a column's cells go: a key of the profile, or a field with its year."""

    key: str
    field: Field | None = None
    year: str | None = None


def header(names: Sequence[str], source: str) -> list[Column]:
    """What each column is. Raises InputError where none tells the enterprises apart; `source` names the table."""
    columns = [_column(str(name).strip()) for name in names]
    if not any(column.key in ("id", "name") for column in columns):
        found = "、".join(map(str, names)) or "空文件"
        raise InputError(Problem("表头", f"找到 {found}"[:80], "一列 id（企业编号），其余为指标名", source=source))
    return columns


def _column(name: str) -> Column:
    if name in PROFILE_KEYS:
        return Column(name)
    by_label = {known.label: known for known in registry().values()}
    known = registry().get(name) or by_label.get(name)
    if known is None and (dated := _BY_YEAR.fullmatch(name)):
        bare = dated["name"] or dated["rest"]
        known = registry().get(bare) or by_label.get(bare)
        if known is not None:
            return Column(known.name, known, dated["year"] or dated["year_first"])
    return Column(name, known) if known is None else Column(known.name, known)


def row_profile(columns: Sequence[Column], row: Sequence[Json]) -> dict[str, Json]:
    """The row as a profile in JSON, not yet checked. A column that is no field goes in as it stands, and is refused by its name."""
    data: dict[str, Json] = {}
    facts: dict[str, Json] = {}
    for column, raw in zip(columns, row, strict=False):
        if column.field is None:
            cell = _plain(raw)
            if cell is None:
                continue
            data[column.key] = _structured(cell, column.key)
            if column.key == "facts" and isinstance(data["facts"], Mapping):
                facts = {**data["facts"], **facts}
            continue
        value = cell_fact(column.field, raw)
        if value is None:
            continue
        if column.year is None:
            facts[column.key] = value
        else:
            by_year = facts.setdefault(column.key, {})
            if isinstance(by_year, dict):
                by_year[column.year] = value
    return {**data, "facts": facts}


def cell_fact(known: Field, cell: Json) -> Json:
    """What a cell says of field `known`, in the shape of a profile; None where it is empty."""
    plain = _plain(cell)
    return None if plain is None else _fact(known, plain)


def _plain(cell: Json) -> Json:
    """A cell as JSON: text stripped, days as text, Parquet's maps as objects; None where it is empty."""
    if isinstance(cell, str):
        return cell.strip() or None
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and np.isnan(cell):
        return None
    if isinstance(cell, Decimal):
        return float(cell)
    if isinstance(cell, list):
        if cell and all(isinstance(member, tuple) for member in cell):
            return {str(key): _plain(value) for key, value in cell}
        return [_plain(member) for member in cell]
    if isinstance(cell, dict):
        return {key: plain for key, value in cell.items() if (plain := _plain(value)) is not None}
    return cell


def _structured(cell: Json, key: str) -> Json:
    if isinstance(cell, str) and cell[:1] in "[{":
        return _json(cell)
    if isinstance(cell, str) and key in LISTS:
        return _members(cell)
    if key in ("id", "name") and isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell) if key in ("id", "name") else cell


def _fact(known: Field, cell: Json) -> Json:
    """A cell of field `known` in the shape of a profile; what cannot be read is left as it is, to be refused there."""
    if isinstance(cell, float) and known.type in ("code", "enum", "ordered") and cell.is_integer():
        return str(int(cell))
    if not isinstance(cell, str):
        return cell
    if cell[:1] in "[{":
        return _json(cell)
    match known.type:
        case "number":
            try:
                return float(cell.replace(",", ""))
            except ValueError:
                return cell
        case "set":
            return _members(cell)
        case "event":
            return [_event(member) for member in _members(cell)]
        case _:
            return cell


def _members(cell: str) -> list[str]:
    return [] if cell in _NONE else [member.strip() for member in _SEPARATORS.split(cell) if member.strip()]


def _event(text: str) -> Json:
    name, _, on = text.partition("@")
    return {"name": name.strip(), "on": on.strip()} if on.strip() else name.strip()


def _json(cell: str) -> Json:
    try:
        return json.loads(cell)
    except ValueError:
        return cell
