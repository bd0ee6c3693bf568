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
from ledger.imports.cells import word
from ledger.imports.headers import label
from ledger.imports.register import Imported
from ledger.imports.rows import read_rows, short_enough
from ledger.layout import cadres, enterprises, groups
from ledger.tables import Ledger


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
            _assign(ledger, connection, enterprise, ledger.number(connection, enterprise), cadre, by, at)


def _assign(
    ledger: Ledger, connection: sa.Connection, enterprise: str, no: int, cadre: str | None, by: str, at: datetime
) -> bool:
    """Whether the enterprise was not the cadre's before."""
    before = cadre_of(connection, no)
    if before == cadre:
        return False
    ledger.changed(connection, enterprises)
    connection.execute(enterprises.update().where(enterprises.c.no == no).values(cadre=cadre))
    ledger.note(connection, by, at, "assign", enterprise, before, cadre)
    return True


def import_people(
    ledger: Ledger,
    path: Path,
    *,
    by: str,
    at: datetime,
    dry_run: bool = False,
    mapping: Mapping[str, str] = MappingProxyType({}),
) -> Imported:
    """Take the cadres and groups of a file (CSV, XLSX, Parquet, JSONL; a row a cadre) into the ledger; `mapping`
    says what some columns of a table are (`headers.heads`).

    The same row again changes nothing. A row that cannot be read is refused by name and the rest goes on. The file is
    one transaction. Raises InputError where the file cannot be read at all.
    """
    done = Imported()
    with ledger.begin() as connection:
        names = set(connection.scalars(sa.select(cadres.c.name)))
        for cadre, group in read_rows(path, "people", _read_person, done, mapping):
            done.new += cadre.name not in names
            names.add(cadre.name)
            if dry_run:
                continue
            if group is not None:
                _put(ledger, connection, groups, _completed(connection, group), by, at)
            _put(ledger, connection, cadres, cadre, by, at)
    return done


def import_assignments(
    ledger: Ledger,
    path: Path,
    *,
    by: str,
    at: datetime,
    dry_run: bool = False,
    mapping: Mapping[str, str] = MappingProxyType({}),
) -> Imported:
    """Give enterprises to cadres by a file (分包表: a row an enterprise and its cadre), whatever else is known of them.

    `new` counts those that had nobody or another. A row with an enterprise or a cadre that is not known is refused by name
    and the rest goes on. The file is one transaction. Raises InputError where the file cannot be read at all.
    """
    done = Imported()
    with ledger.begin() as connection:
        known = set(connection.scalars(sa.select(cadres.c.name)))

        def read(record: Mapping[str, Json]) -> tuple[str, int, str]:
            enterprise, cadre = (word(record.get(name, "")) for name in ("enterprise_id", "cadre"))
            if cadre not in known:
                advice = nearest(cadre, known)
                raise InputError(
                    Problem("助企干部", f'没有助企干部 "{cadre}"', "已登记的助企干部", advice or "先用 people 登记")
                )
            return enterprise, ledger.number(connection, enterprise), cadre

        for enterprise, no, cadre in read_rows(path, "assignments", read, done, mapping):
            if dry_run:
                done.new += cadre_of(connection, no) != cadre
            else:
                done.new += _assign(ledger, connection, enterprise, no, cadre, by, at)
    return done


def _completed(connection: sa.Connection, group: Group) -> Group:
    """`group` with what is known of it where the row does not say: lists name the leader once."""
    row = connection.execute(sa.select(groups).where(groups.c.name == group.name)).mappings().first()
    known = Group(**row) if row else group
    return Group(group.name, group.leader or known.leader, group.region or known.region)


def _read_person(record: Mapping[str, Json]) -> tuple[Cadre, Group | None]:
    """A cadre and the group, from a row."""
    said = {name: " ".join(word(cell).split()) for name, cell in record.items()}
    if not said.get("name"):
        raise InputError(Problem("助企干部", "没有姓名", "每行一名助企干部"))
    region = said.get("region")
    if region is not None and not regions.known(region):
        raise InputError(Problem("区划", f'找到 "{region}"', "六位行政区划代码，如 419001"))
    team = said.get("group")
    group = Group(team, said.get("leader", ""), region) if team else None
    cadre = Cadre(said["name"], team or None, said.get("phone", ""), said.get("email", ""))
    for one, table in ((cadre, cadres), (group, groups)):
        for name, value in asdict(one).items() if one else ():
            short_enough(value, label("people", name), table.c[name])
    return cadre, group


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
