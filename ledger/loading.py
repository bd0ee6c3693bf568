"""Many rows into a table at once, past SQLAlchemy's own conversions: days as text, JSON written out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from operator import itemgetter
from typing import Any as Json
from typing import TypeAlias

import sqlalchemy as sa

Row: TypeAlias = tuple[Json, ...]
Key: TypeAlias = Callable[[Row], Json]
AT_ONCE = 10_000
"""Rows of a block."""
_SQLITE_CACHE = 131_072  # KiB


def put(
    connection: sa.Connection,
    table: str,
    columns: Sequence[str],
    key: Sequence[str],
    replaced: Mapping[str, str],
    rows: Iterable[Row],
) -> int:
    """Put rows, a value for each of `columns`, into `table`; how many were put in or replaced.

    A row whose `key` is there already is left out, or takes the new values `replaced`: SQL by column, `excluded.x` the
    new row's x; of several rows with one key the last counts. `rows` are made while the database takes them in, so they
    must not come through `connection`; memory holds a block of them.
    """
    # Names of tables and columns are this program's own; values never stand in the SQL.
    news = ", ".join(f'"{column}" = {sql}' for column, sql in replaced.items())
    conflict = f"ON CONFLICT ({_quoted(key)}) DO " + (f"UPDATE SET {news}" if news else "NOTHING")
    way = _Copying if connection.dialect.name == "postgresql" else _Inserting
    into = way(connection, table, _quoted(columns), conflict, itemgetter(*(columns.index(column) for column in key)))
    waiting, count = iter(rows), 0
    while (taken := into.block(islice(waiting, AT_ONCE))) is not None:
        count += taken
    into.end()
    return count


def _quoted(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _one_a_key(rows: Iterable[Row], key: Key) -> list[Row]:
    """`rows`, of several with one key the last."""
    return list({key(row): row for row in rows}.values())


class _Inserting:
    """Rows into a table of SQLite, in batches."""

    def __init__(self, connection: sa.Connection, table: str, quoted: str, conflict: str, key: Key) -> None:
        marks = ", ".join("?" * (quoted.count(",") + 1))
        self._statement = f"INSERT INTO {table} ({quoted}) VALUES ({marks}) {conflict}"  # noqa: S608
        self._connection, self._key = connection, key
        # The keys of an import fall anywhere into their index: what is at hand of it need not be read again.
        connection.exec_driver_sql(f"PRAGMA cache_size=-{_SQLITE_CACHE}")

    def block(self, rows: Iterator[Row]) -> int | None:
        """Put a block in: how many of its rows were put in or replaced; None where there are none."""
        if not (block := _one_a_key(rows, self._key)):
            return None
        return self._connection.exec_driver_sql(self._statement, block).rowcount

    def end(self) -> None:
        """Nothing was needed on the way."""


class _Copying:
    """Rows into a table of PostgreSQL, by COPY.

    A block whose keys are all new goes straight in, each row as it is made, which costs the server a third of the way
    round by a table aside. Where one key is there, COPY takes nothing of the block: it goes round, and so do the next
    ones, each time twice as many as before, so that a file that was taken in already is not tried in vain all along.
    """

    def __init__(self, connection: sa.Connection, table: str, quoted: str, conflict: str, key: Key) -> None:
        assert connection.dialect.dbapi is not None
        self._there: type[Exception] = connection.dialect.dbapi.IntegrityError
        self._cursor = connection.connection.cursor()
        self._table, self._quoted, self._conflict, self._key = table, quoted, conflict, key
        self._round, self._next_round = 0, 1
        self._aside = False

    def block(self, rows: Iterator[Row]) -> int | None:
        """Put a block in: how many of its rows were put in or replaced; None where there are none."""
        block: list[Row] = []
        if self._round:
            self._round -= 1
            block += rows
        else:
            self._cursor.execute("SAVEPOINT block")
            try:
                self._copy(self._table, rows, block)
            except self._there:
                self._cursor.execute("ROLLBACK TO SAVEPOINT block")
                self._round, self._next_round = self._next_round, 2 * self._next_round
            else:
                self._cursor.execute("RELEASE SAVEPOINT block")
                return len(block) or None
        return self._by_way_of_a_table(_one_a_key(block, self._key)) if block else None

    def _by_way_of_a_table(self, block: Sequence[Row]) -> int:
        if not self._aside:
            same = f"SELECT {self._quoted} FROM {self._table} LIMIT 0"  # noqa: S608
            self._cursor.execute(f"CREATE TEMP TABLE coming ON COMMIT DROP AS {same}")
            self._aside = True
        self._copy("coming", block, [])
        every = f"SELECT {self._quoted} FROM coming"  # noqa: S608
        self._cursor.execute(f"INSERT INTO {self._table} ({self._quoted}) {every} {self._conflict}")
        count: int = self._cursor.rowcount
        self._cursor.execute("TRUNCATE coming")
        return count

    def _copy(self, into: str, rows: Iterable[Row], kept: list[Row]) -> None:
        """Send rows, and keep those that were."""
        with self._cursor.copy(f"COPY {into} ({self._quoted}) FROM STDIN") as copy:
            for row in rows:
                kept.append(row)
                copy.write_row(row)

    def end(self) -> None:
        """Take away what was only needed on the way."""
        if self._aside:
            self._cursor.execute("DROP TABLE coming")
        self._cursor.close()
