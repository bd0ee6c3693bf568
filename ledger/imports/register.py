"""Enterprises into the ledger: each row is checked as a profile, kept whole, and put in place of an older one."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any as Json
from typing import TypeAlias

import orjson
import sqlalchemy as sa

from corpus.errors import InputError, Problem
from ledger.facts import overlay, since
from ledger.imports.cells import check_sound
from ledger.imports.checked import Checked
from ledger.imports.headers import heads
from ledger.imports.records import FORMATS, TABLES, read_records
from ledger.layout import enterprises
from ledger.tables import Ledger
from matcher.cells import Column, header, row_profile
from matcher.tables import json_line, json_lines, row_place

_CADRE = ("cadre", "助企干部")
_MOST = 100
"""Characters of an id and of a cadre's name: a longer one is a column that was shifted."""
_COLUMNS = ("id", "name", "cadre", "profile", "source", "noted_on", "digest")
# A row that names no cadre leaves the assignment as it is.
_REPLACED = {
    **{column: f"excluded.{column}" for column in _COLUMNS if column not in ("id", "cadre")},
    "cadre": "COALESCE(excluded.cadre, enterprises.cadre)",
}


Written: TypeAlias = tuple[str, bytes, Callable[[], Json]]
"""A row of the file: its place, what it says as it was written, and how that is read as a profile in JSON."""


@dataclass(slots=True)
class Imported:
    """What an import came to: rows taken, how many of them were new, and each thing refused."""

    taken: int = 0
    new: int = 0
    problems: list[Problem] = field(default_factory=list)

    def told(self) -> dict[str, Json]:
        """What the trail keeps of it: numbers."""
        return {"taken": self.taken, "new": self.new, "refused": len(self.problems)}

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
    by: str = "",
    at: datetime | None = None,
) -> Imported:
    """Take the enterprises of a file (CSV, XLSX, Parquet, JSONL profiles) into the register.

    The same row again changes nothing; a newer row of the same enterprise takes the older one's place, but for facts
    that a person has put right on a later day than the row's. A bad row is named and the rest goes on. A `cadre` column
    (助企干部) assigns the enterprise. The file is one transaction: what stops it half-way leaves nothing of it behind.
    With `at`, what came of it stands in the trail as done by `by`. `dry_run` only checks; `mapping` says what some columns of a table are (`headers.heads`). Raises InputError where the file as a whole cannot be read.
    """
    done = Imported()
    with ledger.begin() as connection:
        if not dry_run:
            # Before what is there is read: a correction that somebody is just making is waited for, and kept.
            ledger.alone(connection, enterprises)
        kept = connection.execute(sa.select(enterprises.c.id, enterprises.c.digest))
        known: dict[str, str] = {row[0]: row[1] for row in kept}
        put_right = since(connection)
        rows = _rows(path, _written(path, mapping), on, known, put_right, done)
        if dry_run:
            deque(rows, 0)
        else:
            count = ledger.load(connection, enterprises, _COLUMNS, rows, key=("id",), replaced=_REPLACED)
            if count and at is not None:
                ledger.note(connection, by, at, "register", path.name, None, done.told())
    return done


def _written(path: Path, mapping: Mapping[str, str]) -> Iterator[Written]:
    """The rows of a file, not yet checked; the cadre stands beside the profile's own keys."""
    suffix = path.suffix.lower()
    if suffix == ".jsonl":
        for no, line in json_lines(path):
            yield row_place(no), line, partial(json_line, line, no)
        return
    if suffix not in TABLES:
        raise InputError(Problem("文件", f'不认识的格式 "{suffix}"', "、".join(FORMATS), source=str(path)))
    columns: dict[str, Column] = {}
    for place, record in read_records(path, lambda names: heads("register", names, mapping, path.name)):
        for name in record.keys() - columns.keys():
            columns[name] = header(("id", name), path.name)[1]
        data = row_profile([columns[name] for name in record], list(record.values()))
        yield place, orjson.dumps(data, default=str), partial(dict, data)


def _rows(
    path: Path,
    written: Iterable[Written],
    on: date,
    known: dict[str, str],
    put_right: Mapping[str, list[tuple[date, str, Json]]],
    done: Imported,
) -> Iterator[tuple[Json, ...]]:
    """The rows of the file that say something new, as rows of the table."""
    checked, source, current = Checked(), path.name, set(known.values())
    for place, raw, read in written:
        digest = hashlib.sha1(raw, usedforsecurity=False).hexdigest()
        if digest in current:
            # The row that its enterprise was imported from last, and found good then.
            done.taken += 1
            continue
        data = read()
        cadre = _cadre(data)
        try:
            identity, name, as_of = checked.read(data, f"{source}，{place}")
            for part, said in (("id", identity), ("name", name or ""), ("cadre", "" if cadre is None else str(cadre))):
                _check(part, said, f"{source}，{place}")
        except InputError as error:
            done.problems.extend(error.problems)
            continue
        done.taken += 1
        done.new += identity not in known
        current.discard(known.get(identity, ""))
        current.add(digest)
        known[identity] = digest
        noted_on = as_of or on
        if identity in put_right:
            data = overlay(data, put_right[identity], noted_on)
        text = orjson.dumps(data).decode()
        yield identity, name, None if cadre is None else str(cadre), text, source, _iso(noted_on), digest


def _cadre(data: Json) -> Json:
    """The cadre that a row names beside the profile, taken out of it; None where it names none."""
    if isinstance(data, dict):
        for key in _CADRE:
            if key in data:
                return data.pop(key)
    return None


def _check(part: str, said: str, place: str) -> None:
    if part != "name" and len(said) > _MOST:
        raise InputError(Problem(part, f'找到 "{said[:20]}…"，{len(said)} 个字', f"不超过 {_MOST} 个字", source=place))
    try:
        check_sound(part, said)
    except InputError as error:
        raise InputError(*(problem.within(place) for problem in error.problems)) from error


@lru_cache(maxsize=4096)
def _iso(day: date) -> str:
    return day.isoformat()
