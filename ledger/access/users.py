"""Who may sign in: users with their role and what each is bound to, and how often a sign-in was tried in vain."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any as Json
from typing import Literal, TypeAlias, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from corpus.errors import InputError, Problem
from ledger.imports.cells import word
from ledger.imports.register import Imported
from ledger.imports.rows import read_rows
from ledger.layout import enterprises, metadata
from ledger.tables import Ledger

Role: TypeAlias = Literal["enterprise", "cadre", "office", "auditor", "administrator"]
ROLES: dict[Role, str] = {
    "enterprise": "企业",
    "cadre": "助企干部",
    "office": "办理部门",
    "auditor": "督查",
    "administrator": "管理员",
}
BOUND: dict[Role, str] = {"enterprise": "企业编号", "cadre": "干部姓名", "office": "部门名称"}
"""What a user of a role is bound to; the other roles see everything and are bound to nothing."""
_ROLE_OF = {word: role for role, word in ROLES.items()}
NAME_LENGTH = 60

TRIES = 5
"""Sign-ins in vain under one name within WINDOW before the name has to wait: a person mistypes less often."""
TRIES_FROM = 30
"""The same from one address, behind which a whole office may sit."""
WINDOW = timedelta(minutes=15)

users = sa.Table(
    "users",
    metadata,
    sa.Column("name", sa.String(NAME_LENGTH), primary_key=True),
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("bound", sa.String(100)),
    # A hash: the password itself is kept nowhere.
    sa.Column("password", sa.Text, nullable=False),
    # Every session carries it: a new one ends them all.
    sa.Column("stamp", sa.String(40), nullable=False),
    sa.Column("closed", sa.Boolean, nullable=False),
    sa.Column("made_at", sa.DateTime, nullable=False),
)
sign_ins = sa.Table(
    "sign_ins",
    metadata,
    sa.Column("who", sa.String(200), primary_key=True),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("since", sa.DateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may sign in. `bound`: an enterprise's id, a cadre's name, an office's department; else None."""

    name: str
    role: Role
    bound: str | None
    password: str
    stamp: str
    closed: bool
    made_at: datetime


class Users:
    """The users in the tables of `ledger`; times are UTC without a zone."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def any(self) -> bool:
        """Whether there is one at all."""
        with self.ledger.begin() as connection:
            return connection.scalar(sa.select(users.c.name).limit(1)) is not None

    def all(self) -> tuple[User, ...]:
        """Every user, by name."""
        with self.ledger.begin() as connection:
            return tuple(User(*row) for row in connection.execute(sa.select(users).order_by(users.c.name)))

    def find(self, name: str) -> User | None:
        """The user of this name."""
        with self.ledger.begin() as connection:
            row = connection.execute(sa.select(users).where(users.c.name == name)).one_or_none()
            return User(*row) if row else None

    def add(self, name: str, role: str, bound: str | None, password: str, *, by: str, at: datetime) -> User:
        """Let somebody sign in; `password` is a hash. Raises InputError where the name is taken or the binding is wrong."""
        with self.ledger.begin() as connection:
            return self._add(connection, name, role, bound, password, by, at)

    def _add(
        self,
        connection: sa.Connection,
        name: str,
        role: str,
        bound: str | None,
        password: str,
        by: str,
        at: datetime,
        *,
        closed: bool = False,
    ) -> User:
        name, bound = " ".join(name.split()), " ".join((bound or "").split()) or None
        self._check(connection, name, role, bound)
        made = User(name, cast("Role", role), bound if role in BOUND else None, password, _stamp(), closed, at)
        connection.execute(users.insert(), [asdict(made)])
        self.ledger.note(connection, by, at, "user", name, None, {"role": made.role, "bound": made.bound})
        return made

    def take_in(
        self,
        path: Path,
        make: Callable[[str], str] | None,
        *,
        by: str,
        at: datetime,
        mapping: Mapping[str, str] = MappingProxyType({}),
    ) -> Imported:
        """Let everybody on a list (CSV, XLSX, Parquet, JSONL; a row a user) sign in.

        `make` hands a user, by name, a first password and gives its hash; None: the list is only checked. Who may sign in already, as the row says, is left as they are; a row that
        cannot be taken is refused by name and the rest goes on. The file is one transaction. Raises InputError where it
        cannot be read at all.
        """
        done = Imported()
        with self.ledger.begin() as connection:
            held = {row.name: (row.role, row.bound) for row in connection.execute(sa.select(users))}

            def read(record: Mapping[str, Json]) -> tuple[tuple[str, str, str | None], bool]:
                said = {key: " ".join(word(cell).split()) for key, cell in record.items()}
                role = _ROLE_OF.get(said.get("role", ""), said.get("role", ""))
                one = said.get("name", ""), role, said.get("bound") if role in BOUND else None
                if held.get(one[0]) != one[1:]:
                    self._check(connection, *one)
                return one, said.get("closed", "").casefold() in ("true", "1", "是")

            for (name, role, bound), closed in read_rows(path, "accounts", read, done, mapping):
                if name in held:
                    continue
                done.new += 1
                held[name] = (role, bound)
                if make is not None:
                    self._add(connection, name, role, bound, make(name), by, at, closed=closed)
        return done

    def _check(self, connection: sa.Connection, name: str, role: str, bound: str | None) -> None:
        if not name or len(name) > NAME_LENGTH:
            raise InputError(Problem("姓名", f'找到 "{name[:NAME_LENGTH]}"', f"1 到 {NAME_LENGTH} 个字"))
        if role not in ROLES:
            raise InputError(Problem("身份", f'找到 "{role}"', "、".join(ROLES.values())))
        if connection.scalar(sa.select(users.c.name).where(users.c.name == name)):
            raise InputError(
                Problem("姓名", f'已有用户 "{name}"', "另一个姓名", "同名的人可加上部门，如“张三（科技局）”")
            )
        if role in BOUND and bound is None:
            raise InputError(Problem(BOUND[role], "没有填", f"{ROLES[role]}要写明{BOUND[role]}"))
        if (
            role == "enterprise"
            and connection.scalar(sa.select(enterprises.c.no).where(enterprises.c.id == bound)) is None
        ):
            raise InputError(Problem("企业编号", f'台账里没有企业 "{bound}"', "登记过的企业编号", "先用 register 登记"))

    def renew(self, name: str, password: str, *, by: str, at: datetime) -> None:
        """Another password (a hash) for a user; ends all sessions of theirs."""
        self._change(name, "password", {"password": password}, by, at)

    def close(self, name: str, closed: bool, *, by: str, at: datetime) -> None:
        """Let a user sign in no more, or again; ends all sessions of theirs."""
        self._change(name, "user", {"closed": closed}, by, at)

    def leave(self, name: str) -> None:
        """End all sessions of a user."""
        with self.ledger.begin() as connection:
            connection.execute(users.update().where(users.c.name == name).values(stamp=_stamp()))

    def _change(self, name: str, what: str, values: dict[str, object], by: str, at: datetime) -> None:
        with self.ledger.begin() as connection:
            done = connection.execute(users.update().where(users.c.name == name).values(**values, stamp=_stamp()))
            if not done.rowcount:
                raise InputError(Problem("姓名", f'没有用户 "{name}"', "已有的用户"))
            self.ledger.note(connection, by, at, what, name, None, None if what == "password" else values)

    # ------------------------------------------------------------ throttling

    def try_in(self, name: str, address: str, at: datetime) -> bool:
        """Count a sign-in that is about to be tried; whether it may be. Counted first, so that many at once gain nothing."""
        with self.ledger.begin() as connection:
            counts = [self._count(connection, who, at) for who in _keys(name, address)]
        return counts[0] <= TRIES and counts[1] <= TRIES_FROM

    def _count(self, connection: sa.Connection, who: str, at: datetime) -> int:
        insert = postgresql.insert if self.ledger.engine.dialect.name == "postgresql" else sqlite.insert
        old = sign_ins.c.since <= at - WINDOW
        fresh = {
            "tries": sa.case((old, 1), else_=sign_ins.c.tries + 1),
            "since": sa.case((old, at), else_=sign_ins.c.since),
        }
        statement = (
            insert(sign_ins)
            .values(who=who, tries=1, since=at)
            .on_conflict_do_update(index_elements=["who"], set_=fresh)
            .returning(sign_ins.c.tries)
        )
        return int(connection.execute(statement).scalar_one())

    def came_in(self, name: str, address: str) -> None:
        """A sign-in that succeeded does not count."""
        by_name, by_address = _keys(name, address)
        with self.ledger.begin() as connection:
            connection.execute(sign_ins.delete().where(sign_ins.c.who == by_name))
            less = sign_ins.update().where(sign_ins.c.who == by_address).values(tries=sign_ins.c.tries - 1)
            connection.execute(less)


def _keys(name: str, address: str) -> Sequence[str]:
    return f"name {name[:NAME_LENGTH]}", f"from {address[:64]}"


def _stamp() -> str:
    return secrets.token_hex(16)
