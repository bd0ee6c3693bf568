"""Who looks after whom: groups (工作组), cadres (助企干部), and the enterprises that each was given (分包)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from corpus.errors import InputError, Problem
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
            no = ledger.number(connection, enterprise)
            before = connection.scalar(sa.select(enterprises.c.cadre).where(enterprises.c.no == no))
            connection.execute(enterprises.update().where(enterprises.c.no == no).values(cadre=cadre))
            ledger.note(connection, by, at, "assign", enterprise, before, cadre)


def cadres_of(ledger: Ledger, group: str | None = None) -> tuple[Cadre, ...]:
    """The cadres by name: those of a group, or all."""
    query = sa.select(cadres).order_by(cadres.c.name)
    if group is not None:
        query = query.where(cadres.c.group == group)
    with ledger.begin() as connection:
        return tuple(Cadre(**row) for row in connection.execute(query).mappings())


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
    if before is None:
        connection.execute(table.insert(), [values])
    else:
        connection.execute(table.update().where(table.c.name == one.name).values(**values))
    ledger.note(connection, by, at, table.name, one.name, before and dict(before), values)
