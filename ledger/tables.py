"""The ledger: the one object through which its tables are read and written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path
from threading import RLock
from types import MappingProxyType
from typing import Any as Json
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError

from corpus.errors import InputError, Problem, StoreError
from ledger.auditing.snapshots import Snapshots
from ledger.layout import enterprises, revisions, trail
from ledger.loading import AT_ONCE, put
from ledger.migrations import bring_up

Found = TypeVar("Found")
_READ = 1000


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
    """The tables of the ledger in the database of `engine`. Raises StoreError where it cannot be read or written.

    `folder` is where what was worked out from them is kept for other programs; beside the database where it is a file.
    """

    def __init__(self, engine: sa.Engine, folder: Path | None = None) -> None:
        self.engine = engine
        self.snapshots = Snapshots(engine, folder or _beside(engine))
        # What was worked out from the tables, by what it was worked out from; one of each kind.
        self._kept: dict[str, tuple[Json, Json]] = {}
        self._finding = RLock()
        with errors():
            bring_up(engine)

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """A transaction: all of it, or nothing."""
        with errors(), self.engine.begin() as connection:
            yield connection

    def once(self, what: str, key: Json, find: Callable[[], Found]) -> Found:
        """What `find` finds, found again only when `key` (all that it depends on) is another one than last time.

        Of several threads that ask at once one looks, and the others wait for what it finds.
        """
        with self._finding:
            if what not in self._kept or self._kept[what][0] != key:
                self._kept.pop(what, None)
                self._kept[what] = (key, find())
            found: Found = self._kept[what][1]
            return found

    # ------------------------------------------------------------ reading

    def revision(self, table: sa.Table) -> int:
        """A number that grows with every change of `table`."""
        with self.begin() as connection:
            found = connection.scalar(sa.select(revisions.c.revision).where(revisions.c.what == table.name))
            return found or 0

    def count(self, connection: sa.Connection, table: sa.Table) -> int:
        """How many rows `table` has."""
        return connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0

    def numbers(self, connection: sa.Connection, ids: Collection[str] | None = None) -> dict[str, int]:
        """The row number of every enterprise, by id; with `ids` of these alone, those that are registered."""
        query = sa.select(enterprises.c.id, enterprises.c.no)
        if ids is None:
            return {row[0]: row[1] for row in connection.execute(query)}
        found: dict[str, int] = {}
        waiting = iter(ids)
        while some := list(islice(waiting, _READ)):
            found |= {row.id: row.no for row in connection.execute(query.where(enterprises.c.id.in_(some)))}
        return found

    def number(self, connection: sa.Connection, enterprise: str) -> int:
        """The row number of one enterprise. Raises InputError where it is not registered."""
        found: int | None = connection.scalar(sa.select(enterprises.c.no).where(enterprises.c.id == enterprise))
        if found is None:
            raise InputError(Problem("企业", f'没有企业 "{enterprise}"', "台账里的企业编号", "先用 register 登记"))
        return found

    def registered(self, *where: sa.ColumnElement[bool]) -> Iterator[Registered]:
        """Every enterprise of the register, by row number; read in pieces, so that memory does not grow with them."""
        columns = [enterprises.c[name] for name in ("no", "id", "name", "cadre", "profile", "source", "noted_on")]
        with self.begin() as connection:
            query = sa.select(*columns).where(*where).order_by(enterprises.c.no)
            with connection.execution_options(yield_per=_READ).execute(query) as rows:
                for row in rows:
                    yield Registered(*row)

    def enterprise(self, identity: str) -> Registered | None:
        """One enterprise by id; None where it is not registered."""
        found = list(self.registered(enterprises.c.id == identity))
        return found[0] if found else None

    # ------------------------------------------------------------ writing

    def load(
        self,
        connection: sa.Connection,
        table: sa.Table,
        columns: Sequence[str],
        rows: Iterable[tuple[Json, ...]],
        *,
        key: Sequence[str],
        replaced: Mapping[str, str] = MappingProxyType({}),
    ) -> int:
        """Put many rows into `table` as `loading.put` does, days as text, JSON written out.

        A row whose `key` is there already is left out, or with `replaced` takes new values. A column `changed` is filled
        with the revision of the table. How many rows were put in or replaced.
        """
        waiting = iter(rows)
        first = next(waiting, None)
        if first is None:
            return 0
        # Said first, which makes writers wait for each other: rows are numbered in the order in which they become visible.
        revision = self.changed(connection, table)
        whole: Iterable[tuple[Json, ...]] = chain([first], waiting)
        if "changed" in table.c:
            columns, whole = (*columns, "changed"), ((*row, revision) for row in whole)
            replaced = replaced and {**replaced, "changed": "excluded.changed"}
        return put(connection, table.name, columns, key, replaced, whole)

    def changed(self, connection: sa.Connection, table: sa.Table) -> int:
        """Say that `table` has changed; its new revision. Whoever else wants to change it waits from here on."""
        return self._revised(connection, table, 1)

    def alone(self, connection: sa.Connection, table: sa.Table) -> None:
        """Wait until nobody else is changing `table`, and have them wait from here on; it has not changed yet."""
        self._revised(connection, table, 0)

    def _revised(self, connection: sa.Connection, table: sa.Table, by: int) -> int:
        insert = postgresql.insert if self.engine.dialect.name == "postgresql" else sqlite.insert
        grown = {"revision": revisions.c.revision + by}
        statement = insert(revisions).on_conflict_do_update(index_elements=["what"], set_=grown)
        grew = statement.values(what=table.name, revision=by).returning(revisions.c.revision)
        revision: int = connection.execute(grew).scalar_one()
        return revision

    def note(
        self,
        connection: sa.Connection,
        by: str,
        at: datetime,
        what: str,
        subject: str,
        before: Json = None,
        after: Json = None,
    ) -> None:
        """Keep in the trail that `by` changed something, in the transaction of the change itself."""
        row = {"at": at, "by": by, "what": what, "subject": subject, "before": before, "after": after}
        connection.execute(trail.insert(), [row])


def _beside(engine: sa.Engine) -> Path | None:
    file = engine.url.database if engine.dialect.name == "sqlite" else None
    return Path(file).with_name("snapshots") if file and file != ":memory:" else None


@contextmanager
def errors() -> Iterator[None]:
    """What the database cannot do, as StoreError."""
    try:
        yield
    except OperationalError as error:
        raise StoreError(f"台账读不出或写不进（{error.orig}）：另一个程序可能正在使用，请稍后再试") from error


def batches(rows: Iterable[Found]) -> Iterator[list[Found]]:
    """`rows` in lists of a size to write at once."""
    waiting = iter(rows)
    while batch := list(islice(waiting, AT_ONCE)):
        yield batch
