"""Every table of the ledger as a file (CSV, XLSX, Parquet, JSONL), in a form that the importers take back.

The register has a fact a column, steps and people the columns of their imports. What a table of the database holds beside
it is written as it stands, with the enterprise by its id; passwords are in none.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any as Json
from typing import TypeAlias

import sqlalchemy as sa
import xlsxwriter

from corpus.errors import InputError, Problem
from corpus.fields import registry
from ledger.access.users import users
from ledger.imports.uptake import COLUMNS
from ledger.layout import (
    cadres,
    contacts,
    enterprises,
    facts,
    groups,
    needs,
    offices,
    outbox,
    promises,
    receipts,
    steps,
    trail,
    visits,
    wishes,
)
from ledger.reaching.telling import CHANNELS
from ledger.tables import Ledger

FORMATS = (".csv", ".xlsx", ".parquet", ".jsonl")
XLSX_ROWS = 1_048_575
"""Rows of a sheet under its header: the format has no more."""
_AT_ONCE = 10_000
Row: TypeAlias = Mapping[str, Json]
Rows: TypeAlias = Generator[Row, None, None]


@dataclass(frozen=True, slots=True)
class Export:
    """What can be written: its name for a person, its columns, its rows."""

    title: str
    columns: Callable[[Ledger], Sequence[str]]
    rows: Callable[[Ledger], Rows]


def export(ledger: Ledger, what: str, path: Path) -> int:
    """Write `what` (of EXPORTS) to `path`, in the format of its ending; how many rows.

    The file appears when it is whole. Raises InputError for what cannot be written, or not in this format.
    """
    if what not in EXPORTS:
        raise InputError(Problem("表", f'找到 "{what}"', "、".join(EXPORTS)))
    suffix = path.suffix.lower()
    writers = dict(zip(FORMATS, (_csv, _xlsx, _parquet, _jsonl), strict=True))
    if suffix not in writers:
        raise InputError(Problem("文件", f'不认识的格式 "{suffix}"', "、".join(FORMATS), source=str(path)))
    chosen = EXPORTS[what] if (what, suffix) != ("register", ".jsonl") else _PROFILES
    unfinished = path.with_name(f"{path.stem}.part{suffix}")
    count = 0

    def counted(rows: Iterable[Row]) -> Iterator[Row]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    try:
        with closing(chosen.rows(ledger)) as rows:
            writers[suffix](unfinished, chosen.columns(ledger), counted(rows))
        unfinished.replace(path)
    except OSError as error:
        raise InputError(Problem("文件", f"写不进去（{error.strerror}）", "可写的位置", source=str(path))) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return count


# ---------------------------------------------------------------- what there is


_PROFILE = ("id", "name", "cadre", "as_of")
_BESIDE = ("description", "business_scope", "needs", "plans", "confirmations")


def _register_columns(ledger: Ledger) -> list[str]:
    """The columns that some enterprise has something in: in the order of the registry, years ascending."""
    met = {key for row in _register(ledger) for key in row}
    order = {name: i for i, name in enumerate(registry())}
    named = [key for key in met if key not in (*_PROFILE, *_BESIDE)]
    named.sort(key=lambda key: (order.get(key, order.get(key.rpartition("_")[0], -1)), key))
    return [*_PROFILE, *named, *(key for key in _BESIDE if key in met)]


def _register(ledger: Ledger) -> Rows:
    for one in ledger.registered():
        row = {"id": one.id, "name": one.name, "cadre": one.cadre, "as_of": one.profile.get("as_of")}
        for name, value in (one.profile.get("facts") or {}).items():
            # A list that is no plain one, and an object that is not by year, are kept as JSON, which is taken back.
            if isinstance(value, dict) and value and all(key.isdigit() for key in value):
                row |= {f"{name}_{year}": number for year, number in value.items()}
            elif value is not None:
                row[name] = value
        yield row | {key: one.profile[key] for key in _BESIDE if one.profile.get(key)}


def _steps(ledger: Ledger) -> Rows:
    kept = ("measure", "step", "happened_on", "amount", "office", "reason")
    query = sa.select(enterprises.c.id, *(steps.c[name] for name in kept))
    query = query.join(enterprises, enterprises.c.no == steps.c.enterprise).order_by(steps.c.no)
    for row in _read(ledger, query):
        yield dict(zip(COLUMNS, row, strict=True))


def _people(ledger: Ledger) -> Rows:
    query = sa.select(cadres.c.name, cadres.c.group, groups.c.leader, groups.c.region, cadres.c.phone, cadres.c.email)
    joined = query.outerjoin(groups, cadres.c.group == groups.c.name).order_by(cadres.c.name)
    for row in _read(ledger, joined):
        yield dict(zip(_PEOPLE, row, strict=True))


def _contacts(ledger: Ledger) -> Rows:
    found: dict[str, dict[str, Json]] = {}
    for row in _read(ledger, sa.select(contacts).order_by(contacts.c.reader)):
        reader, channel, address = tuple(row)
        found.setdefault(reader, {"reader": reader})[channel] = address
    yield from found.values()


def _assignments(ledger: Ledger) -> Rows:
    whose = sa.select(enterprises.c.id, enterprises.c.cadre).where(enterprises.c.cadre.is_not(None))
    for row in _read(ledger, whose.order_by(enterprises.c.no)):
        yield dict(zip(_ASSIGNMENTS, row, strict=True))


def _whole(title: str, table: sa.Table, secret: Sequence[str] = ()) -> Export:
    """A table as it stands but for what is `secret`, with the enterprise by its id instead of its number."""
    names = [column.name for column in table.c if column.name not in ("no", "enterprise", *secret)]
    owned = "enterprise" in table.c
    columns = ["enterprise_id", *names] if owned else names

    def rows(ledger: Ledger) -> Rows:
        query = sa.select(*([enterprises.c.id] if owned else []), *(table.c[name] for name in names))
        if owned:
            query = query.join(enterprises, enterprises.c.no == table.c.enterprise)
        for row in _read(ledger, query.order_by(*table.primary_key)):
            yield dict(zip(columns, row, strict=True))

    return Export(title, lambda _: columns, rows)


def _profiles(ledger: Ledger) -> Rows:
    """The enterprises as the profiles that they are, with the cadre."""
    for one in ledger.registered():
        yield {**one.profile, "id": one.id, "cadre": one.cadre}


_PROFILES = Export("企业", lambda _: [], _profiles)
_ASSIGNMENTS = ("enterprise_id", "cadre")
_PEOPLE = ("name", "group", "leader", "region", "phone", "email")
EXPORTS: dict[str, Export] = {
    "register": Export("企业", _register_columns, _register),
    "uptake": Export("兑现环节", lambda _: list(COLUMNS), _steps),
    "people": Export("助企干部", lambda _: list(_PEOPLE), _people),
    "assignments": Export("分包", lambda _: list(_ASSIGNMENTS), _assignments),
    "offices": _whole("部门", offices),
    "contacts": Export("联系方式", lambda _: ["reader", *CHANNELS], _contacts),
    "facts": _whole("情况更正", facts),
    "needs": _whole("诉求", needs),
    "visits": _whole("走访", visits),
    "promises": _whole("承诺", promises),
    "receipts": _whole("企业回应", receipts),
    "outbox": _whole("推送", outbox),
    "wishes": _whole("推送偏好", wishes),
    "accounts": _whole("账号", users, secret=("password", "stamp", "made_at")),
    "trail": _whole("痕迹", trail),
}


def _read(ledger: Ledger, query: sa.Select[Json]) -> Iterator[sa.Row[Json]]:
    with (
        ledger.begin() as connection,
        connection.execution_options(yield_per=_AT_ONCE).execute(query) as rows,
    ):
        yield from rows


# ---------------------------------------------------------------- the formats


def _csv(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    # With the mark by which Excel knows UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(columns)
        out.writerows([_text(row.get(name)) for name in columns] for row in rows)


def _xlsx(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, columns)
        sheet.freeze_panes(1, 0)
        for no, row in enumerate(rows, 1):
            if no > XLSX_ROWS:
                raise InputError(Problem("文件", f"超过 {XLSX_ROWS} 行", "用 .csv 或 .parquet", source=path.name))
            for i, name in enumerate(columns):
                value = row.get(name)
                if isinstance(value, (int, float)) and not isinstance(value, bool):
                    sheet.write_number(no, i, value)
                elif value is not None:
                    sheet.write_string(no, i, _text(value))


def _parquet(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    # Columns of one type, whatever is in them: numbers of the register and money as such, anything else as text.
    numbers = {name for name in columns if name == "amount" or _by_number(name)}
    schema = pa.schema([(name, pa.float64() if name in numbers else pa.string()) for name in columns])
    waiting = iter(rows)
    with pq.ParquetWriter(path, schema) as out:
        while some := list(islice(waiting, _AT_ONCE)):
            typed = [
                {name: row.get(name) if name in numbers else _text(row.get(name)) or None for name in columns}
                for row in some
            ]
            out.write_table(pa.Table.from_pylist(typed, schema))


def _jsonl(path: Path, _columns: Sequence[str], rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8") as out:
        for row in rows:
            kept = {name: value for name, value in row.items() if value is not None}
            out.write(json.dumps(kept, ensure_ascii=False, default=_text) + "\n")


def _by_number(column: str) -> bool:
    """Whether the column holds numbers of the register: a number, or one year of a number by year."""
    name, _, year = column.rpartition("_")
    known = registry().get(column) or (registry().get(name) if year.isdigit() else None)
    return known is not None and known.type == "number"


def _text(value: Json) -> str:
    """A value as an importer reads it from a cell: lists and objects as JSON, days as they are written."""
    if value is None:
        return ""
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
