"""The ledger's tables, and the one object through which they are read and written.

`enterprises` keeps each profile whole with where it came from; `steps` what happened between one enterprise and one
measure; `trail` who changed what, when; `ledger_revisions` a number that grows with every change of a table, so that
what is worked out from it is known to be stale. SQLite or PostgreSQL, whatever the store uses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any as Json
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError

from corpus.errors import StoreError

metadata = sa.MetaData()

enterprises = sa.Table(
    "enterprises",
    metadata,
    sa.Column("no", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(100), nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("cadre", sa.String(100), index=True),
    sa.Column("profile", sa.JSON, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("noted_on", sa.Date, nullable=False),
)
steps = sa.Table(
    "steps",
    metadata,
    sa.Column("no", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("enterprise", sa.Integer, sa.ForeignKey("enterprises.no"), nullable=False, index=True),
    sa.Column("measure", sa.String(200), nullable=False, index=True),
    sa.Column("step", sa.String(12), nullable=False),
    sa.Column("happened_on", sa.Date, nullable=False),
    sa.Column("amount", sa.Float),
    sa.Column("office", sa.Text, nullable=False, default=""),
    sa.Column("reason", sa.Text, nullable=False, default=""),
    # The same row again changes nothing: the digest of all it says is its identity.
    sa.Column("digest", sa.String(40), nullable=False, unique=True),
)
trail = sa.Table(
    "trail",
    metadata,
    sa.Column("no", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("by", sa.String(100), nullable=False),
    sa.Column("what", sa.String(40), nullable=False),
    sa.Column("subject", sa.String(200), nullable=False, index=True),
    sa.Column("before", sa.JSON),
    sa.Column("after", sa.JSON),
)

revisions = sa.Table(
    "ledger_revisions",
    metadata,
    sa.Column("what", sa.String(40), primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
)

Found = TypeVar("Found")
_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Registered:
    """An enterprise of the register: its profile as JSON, its cadre, where the profile came from and when."""

    no: int
    id: str
    name: str
    cadre: str | None
    profile: Mapping[str, Json]
    source: str
    noted_on: date


class Ledger:
    """The tables of the ledger in the database of `engine`. Raises StoreError where it cannot be read or written."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        # What was worked out from the tables, by what it was worked out from; one of each kind.
        self._kept: dict[str, tuple[Json, Json]] = {}
        with self.begin() as connection:
            metadata.create_all(connection)

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """A transaction: all of it, or nothing."""
        try:
            with self.engine.begin() as connection:
                yield connection
        except OperationalError as error:
            raise StoreError(f"台账读不出或写不进（{error.orig}）：另一个程序可能正在使用，请稍后再试") from error

    def once(self, what: str, key: Json, find: Callable[[], Found]) -> Found:
        """What `find` finds, found again only when `key` (all that it depends on) is another one than last time."""
        if what not in self._kept or self._kept[what][0] != key:
            self._kept.pop(what, None)
            self._kept[what] = (key, find())
        found: Found = self._kept[what][1]
        return found

    def revision(self, table: sa.Table) -> int:
        """A number that grows with every change of `table`."""
        with self.begin() as connection:
            found = connection.scalar(sa.select(revisions.c.revision).where(revisions.c.what == table.name))
            return found or 0

    def numbers(self, connection: sa.Connection) -> dict[str, int]:
        """The row number of every enterprise, by id."""
        rows = connection.execute(sa.select(enterprises.c.id, enterprises.c.no))
        return {row.id: row.no for row in rows}

    def registered(self) -> Iterator[Registered]:
        """Every enterprise of the register, by row number; read in pieces, so that memory does not grow with them."""
        columns = [enterprises.c[name] for name in ("no", "id", "name", "cadre", "profile", "source", "noted_on")]
        with self.begin() as connection:
            rows = connection.execution_options(yield_per=_CHUNK).execute(
                sa.select(*columns).order_by(enterprises.c.no)
            )
            for row in rows:
                yield Registered(*row)

    def put_enterprises(self, rows: Sequence[Mapping[str, Json]]) -> None:
        """Keep `rows` of the enterprises table, each in place of the one with the same id."""
        kept = ("name", "cadre", "profile", "source", "noted_on")
        self._insert(enterprises, rows, ["id"], kept)

    def put_steps(self, rows: Sequence[Mapping[str, Json]]) -> int:
        """Keep `rows` of the steps table; how many were new."""
        return self._insert(steps, rows, ["digest"], ())

    def note(self, by: str, what: str, subject: str, before: Json, after: Json, at: datetime) -> None:
        """Keep in the trail that `by` changed something."""
        row = {"at": at, "by": by, "what": what, "subject": subject, "before": before, "after": after}
        with self.begin() as connection:
            connection.execute(trail.insert(), [row])

    def _insert(
        self, table: sa.Table, rows: Sequence[Mapping[str, Json]], key: Sequence[str], kept: Sequence[str]
    ) -> int:
        statement = self._upsert(table)
        if kept:
            statement = statement.on_conflict_do_update(
                index_elements=key, set_={name: statement.excluded[name] for name in kept}
            )
        else:
            statement = statement.on_conflict_do_nothing(index_elements=key)
        with self.begin() as connection:
            before = connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for i in range(0, len(rows), _CHUNK):
                connection.execute(statement, rows[i : i + _CHUNK])
            self._grow(connection, table)
            return (connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0) - before

    def _upsert(self, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
        return postgresql.insert(table) if self.engine.dialect.name == "postgresql" else sqlite.insert(table)

    def _grow(self, connection: sa.Connection, table: sa.Table) -> None:
        grown = {"revision": revisions.c.revision + 1}
        statement = self._upsert(revisions).on_conflict_do_update(index_elements=["what"], set_=grown)
        connection.execute(statement, [{"what": table.name, "revision": 1}])
