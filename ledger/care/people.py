"""Who looks after whom: groups (工作组), cadres (助企干部), and the enterprises that each was given (分包)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any as Json

import sqlalchemy as sa

from corpus.codes import regions
from corpus.errors import InputError, Problem, nearest
from ledger.imports.headers import heads
from ledger.imports.records import read_records
from ledger.imports.register import Imported
from ledger.layout import cadres, enterprises, groups
from ledger.tables import Ledger

COLUMNS = {"name": "助企干部", "group": "工作组", "leader": "组长", "region": "区划", "phone": "电话", "email": "邮箱"}


@dataclass(frozen=True, slots=True)
class Group:
    """A group: its name, who leads it, the code of its region."""

    name: str
    leader: str
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Cadre:
    """A cadre by name, which is how enterprises name theirs; `group` None while in none."""

    name: str
    group: str | None = None
    phone: str = ""
    email: str = ""


def put_group(ledger: Ledger, group: Group, *, by: str, at: datetime) -> None:
    """Keep a group, in place of the one with its name."""
    with ledger.begin() as connection:
        _put(ledger, connection, groups, group, by, at)


def put_cadre(ledger: Ledger, cadre: Cadre, *, by: str, at: datetime) -> None:
    """Keep a cadre, in place of the one with the name. Raises InputError where the group is not known."""
    with ledger.begin() as connection:
        known = connection.scalar(sa.select(groups.c.name).where(groups.c.name == cadre.group))
        if cadre.group is not None and known is None:
            raise InputError(Problem("工作组", f'没有工作组 "{cadre.group}"', "已建立的工作组"))
        _put(ledger, connection, cadres, cadre, by, at)


def assign(ledger: Ledger, chosen: Sequence[str], cadre: str | None, *, by: str, at: datetime) -> None:
    """Give the enterprises `chosen` to `cadre`, or to nobody. All of them or none: raises InputError for one not known."""
    with ledger.begin() as connection:
        ledger.changed(connection, enterprises)
        if cadre is not None and connection.scalar(sa.select(cadres.c.name).where(cadres.c.name == cadre)) is None:
            raise InputError(Problem("助企干部", f'没有助企干部 "{cadre}"', "已登记的助企干部"))
        for enterprise in chosen:
            no = ledger.number(connection, enterprise)
            before = connection.scalar(sa.select(enterprises.c.cadre).where(enterprises.c.no == no))
            connection.execute(enterprises.update().where(enterprises.c.no == no).values(cadre=cadre))
            ledger.note(connection, by, at, "assign", enterprise, before, cadre)


def import_people(
    ledger: Ledger,
    path: Path,
    *,
    by: str,
    at: datetime,
    dry_run: bool = False,
    mapping: Mapping[str, str] = MappingProxyType({}),
) -> Imported:
    """Take the cadres and groups of a file (CSV, XLSX, Parquet, JSONL; a row a cadre, COLUMNS) into the ledger; `mapping`
    says what some columns of a table are (`headers.heads`).

    The same row again changes nothing. A row that cannot be read is refused by name and the rest goes on. The file is
    one transaction. Raises InputError where the file cannot be read at all.
    """
    done = Imported()
    with ledger.begin() as connection:
        names = set(connection.scalars(sa.select(cadres.c.name)))
        for place, record in read_records(path, lambda written: heads("people", written, mapping, path.name)):
            try:
                cadre, group = _read_person(record)
            except InputError as error:
                done.problems.extend(problem.within(f"{path.name}，{place}") for problem in error.problems)
                continue
            done.taken += 1
            done.new += cadre.name not in names
            names.add(cadre.name)
            if dry_run:
                continue
            if group is not None:
                _put(ledger, connection, groups, _completed(connection, group), by, at)
            _put(ledger, connection, cadres, cadre, by, at)
    return done


def _completed(connection: sa.Connection, group: Group) -> Group:
    """`group` with what is known of it where the row does not say: lists name the leader once."""
    row = connection.execute(sa.select(groups).where(groups.c.name == group.name)).mappings().first()
    known = Group(**row) if row else group
    return Group(group.name, group.leader or known.leader, group.region or known.region)


def _read_person(record: Mapping[str, Json]) -> tuple[Cadre, Group | None]:
    """A cadre and the group, from a row with the names of COLUMNS or their Chinese labels."""
    labels = {label: name for name, label in COLUMNS.items()} | {name: name for name in COLUMNS}
    strange = [key for key in record if key not in labels]
    if strange:
        advice = nearest(strange[0], labels)
        raise InputError(Problem("表头", f'不认识的列 "{strange[0]}"', "、".join(COLUMNS.values()), advice))
    said = {labels[key]: _text(cell) for key, cell in record.items()}
    if not said.get("name"):
        raise InputError(Problem("助企干部", "没有姓名", "每行一名助企干部"))
    region = said.get("region")
    if region is not None and not regions.known(region):
        raise InputError(Problem("区划", f'找到 "{region}"', "六位行政区划代码，如 419001"))
    team = said.get("group")
    group = Group(team, said.get("leader", ""), region) if team else None
    return Cadre(said["name"], team or None, said.get("phone", ""), said.get("email", "")), group


def _text(cell: Json) -> str:
    """A cell as text; a number as it was typed: spreadsheets keep a telephone number as 13800000000.0."""
    return f"{cell:.0f}" if isinstance(cell, float) and cell.is_integer() else " ".join(str(cell).split())


def cadres_of(ledger: Ledger, group: str | None = None) -> tuple[Cadre, ...]:
    """The cadres by name: those of a group, or all."""
    query = sa.select(cadres).order_by(cadres.c.name)
    if group is not None:
        query = query.where(cadres.c.group == group)
    with ledger.begin() as connection:
        return tuple(Cadre(**row) for row in connection.execute(query).mappings())


def leads(ledger: Ledger, name: str) -> bool:
    """Whether `name` leads a group."""
    with ledger.begin() as connection:
        return connection.scalar(sa.select(groups.c.name).where(groups.c.leader == name).limit(1)) is not None


def cadre_of(connection: sa.Connection, enterprise: int) -> str | None:
    """Who looks after the enterprise of this row number."""
    return connection.scalar(sa.select(enterprises.c.cadre).where(enterprises.c.no == enterprise))


def group_of(connection: sa.Connection, cadre: str | None) -> str | None:
    """The group of a cadre; None while in none."""
    return connection.scalar(sa.select(cadres.c.group).where(cadres.c.name == cadre))


def _put(ledger: Ledger, connection: sa.Connection, table: sa.Table, one: Group | Cadre, by: str, at: datetime) -> None:
    ledger.changed(connection, table)
    before = connection.execute(sa.select(table).where(table.c.name == one.name)).mappings().first()
    values = asdict(one)
    if before is not None and dict(before) == values:
        return
    if before is None:
        connection.execute(table.insert(), [values])
    else:
        connection.execute(table.update().where(table.c.name == one.name).values(**values))
    ledger.note(connection, by, at, table.name, one.name, before and dict(before), values)
