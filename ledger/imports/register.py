"""Enterprises into the ledger: each row is checked as a profile, kept whole, and put in place of an older one."""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any as Json

import sqlalchemy as sa

from corpus.errors import InputError, Problem
from ledger.facts import overlay, since
from ledger.imports.checked import Checked
from ledger.imports.headers import heads
from ledger.imports.records import TABLES, read_records
from ledger.layout import enterprises
from ledger.tables import Ledger
from matcher.cells import Column, header, row_profile
from matcher.tables import read_rows

_CADRE = ("cadre", "助企干部")
_COLUMNS = ("id", "name", "cadre", "profile", "source", "noted_on", "digest")
# A row that names no cadre leaves the assignment as it is.
_REPLACED = {
    **{column: f"excluded.{column}" for column in _COLUMNS if column not in ("id", "cadre")},
    "cadre": "COALESCE(excluded.cadre, enterprises.cadre)",
}

_write = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(slots=True)
class Imported:
    """What an import came to: rows taken, how many of them were new, and each thing refused."""

    taken: int = 0
    new: int = 0
    problems: list[Problem] = field(default_factory=list)

    def to_json(self) -> dict[str, Json]:
        """The answer of an import command."""
        return {"schema_version": 1, "taken": self.taken, "new": self.new, "problems": [str(p) for p in self.problems]}


def register(
    ledger: Ledger,
    path: Path,
    on: date,
    *,
    dry_run: bool = False,
    mapping: Mapping[str, str] = MappingProxyType({}),
) -> Imported:
    """Take the enterprises of a file (CSV, XLSX, Parquet, JSONL profiles) into the register.

    The same row again changes nothing; a newer row of the same enterprise takes the older one's place, but for facts
    that a person has put right on a later day than the row's. A bad row is named and the rest goes on. A `cadre` column
    (助企干部) assigns the enterprise. The file is one transaction: what stops it half-way leaves nothing of it behind.
    `dry_run` only checks; `mapping` says what some columns of a table are (`headers.heads`). Raises InputError where the file as a whole cannot be read.
    """
    done = Imported()
    with ledger.begin() as connection:
        kept = connection.execute(sa.select(enterprises.c.id, enterprises.c.digest))
        known: dict[str, str] = {row.id: row.digest for row in kept}
        put_right = since(connection)
        rows = _rows(path, _profiles(path, mapping), on, known, put_right, done)
        if dry_run:
            deque(rows, 0)
        else:
            ledger.load(connection, enterprises, _COLUMNS, rows, key="id", replaced=_REPLACED)
    return done


def _profiles(path: Path, mapping: Mapping[str, str]) -> Iterator[tuple[str, Json]]:
    """The rows of a file as profiles in JSON, not yet checked, with the cadre beside the profile's own keys."""
    if path.suffix.lower() not in TABLES:
        yield from read_rows(path)
        return
    columns: dict[str, Column] = {}
    for place, record in read_records(path, lambda names: heads("register", names, mapping, path.name)):
        for name in record.keys() - columns.keys():
            columns[name] = header(("id", name), path.name)[1]
        yield place, row_profile([columns[name] for name in record], list(record.values()))


def _rows(
    path: Path,
    profiles: Iterable[tuple[str, Json]],
    on: date,
    known: dict[str, str],
    put_right: Mapping[str, list[tuple[date, str, Json]]],
    done: Imported,
) -> Iterator[tuple[Json, ...]]:
    """The rows of the file that say something new, as rows of the table."""
    checked = Checked()
    for place, data in profiles:
        cadre = next((data.pop(key) for key in _CADRE if key in data), None) if isinstance(data, dict) else None
        text = _write(data)
        digest = hashlib.sha1(f"{cadre}\x1f{text}".encode(), usedforsecurity=False).hexdigest()
        identity = data.get("id") or data.get("name") if isinstance(data, dict) else None
        if known.get(str(identity).strip()) == digest:
            # The row as it was imported last, and found good then.
            done.taken += 1
            continue
        try:
            identity, name, as_of = checked.read(data, f"{path.name}，{place}")
        except InputError as error:
            done.problems.extend(error.problems)
            continue
        done.taken += 1
        done.new += identity not in known
        known[identity] = digest
        noted_on = as_of or on
        if identity in put_right:
            text = _write(overlay(data, put_right[identity], noted_on))
        yield identity, name, None if cadre is None else str(cadre), text, path.name, noted_on.isoformat(), digest
