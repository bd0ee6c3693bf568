"""Departments and their service desks (办理部门): where to call and where to go, by the name that measures give them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any as Json

import sqlalchemy as sa

from corpus.errors import InputError, Problem
from ledger.imports.cells import word
from ledger.imports.headers import label
from ledger.imports.register import Imported
from ledger.imports.rows import read_rows, short_enough
from ledger.layout import offices
from ledger.tables import Ledger


@dataclass(frozen=True, slots=True)
class Office:
    """A department: its name, telephone, address; empty where it is not known."""

    name: str
    phone: str = ""
    address: str = ""

    @property
    def contact(self) -> str:
        """Where to call and where to go, in a line."""
        return "，".join(filter(None, (self.phone, self.address)))


def import_offices(
    ledger: Ledger,
    path: Path,
    *,
    by: str,
    at: datetime,
    dry_run: bool = False,
    mapping: Mapping[str, str] = MappingProxyType({}),
) -> Imported:
    """Take departments from a file (CSV, XLSX, Parquet, JSONL; a row a department), in place of the older ones.

    The same row again changes nothing. A row that cannot be read is refused by name and the rest goes on. The file is one
    transaction. Raises InputError where the file cannot be read at all.
    """
    done = Imported()
    with ledger.begin() as connection:
        if not dry_run:
            ledger.changed(connection, offices)
        held = {row["name"]: dict(row) for row in connection.execute(sa.select(offices)).mappings()}
        for office in read_rows(path, "offices", _read, done, mapping):
            values, before = asdict(office), held.get(office.name)
            done.new += before is None
            held[office.name] = values
            if dry_run or before == values:
                continue
            connection.execute(offices.delete().where(offices.c.name == office.name))
            connection.execute(offices.insert(), [values])
            ledger.note(connection, by, at, "offices", office.name, before, values)
    return done


def _read(record: Mapping[str, Json]) -> Office:
    if not (said := {name: word(cell) for name, cell in record.items()}).get("name"):
        raise InputError(Problem("部门", "没有填", "每行一个部门"))
    if len(said) == 1:
        raise InputError(Problem(said["name"], "电话和地址都没有填", "至少填一样"))
    return Office(
        **{name: short_enough(value, label("offices", name), offices.c[name]) for name, value in said.items()}
    )


def contacts_of(ledger: Ledger) -> Mapping[str, str]:
    """Where to call and where to go, in a line, by department."""
    with ledger.begin() as connection:
        return {row["name"]: Office(**row).contact for row in connection.execute(sa.select(offices)).mappings()}
