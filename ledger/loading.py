"""Many rows into a table at once, past SQLAlchemy's own conversions: days as text, JSON written out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any as Json
from typing import TypeAlias

import sqlalchemy as sa

Block: TypeAlias = Sequence[tuple[Json, ...]]
_SQLITE_CACHE = 131_072  # KiB


def put(
    connection: sa.Connection,
    table: str,
    columns: Sequence[str],
    key: Sequence[str],
    replaced: Mapping[str, str],
    blocks: Iterator[Block],
) -> int:
    """Put rows, a value for each of `columns`, into `table`; how many were put in or replaced.

    A row whose `key` is there already is left out, or takes the new values `replaced`: SQL by column, `excluded.x` the
    new row's x. No two rows of a block have the same key; the next block is made while one is written.
    """
    # Names of tables and columns are this program's own; values never stand in the SQL.
    news = ", ".join(f'"{column}" = {sql}' for column, sql in replaced.items())
    conflict = f"ON CONFLICT ({_quoted(key)}) DO " + (f"UPDATE SET {news}" if news else "NOTHING")
    way = _copied if connection.dialect.name == "postgresql" else _inserted
    return way(connection, table, _quoted(columns), conflict, blocks)


def _quoted(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _inserted(connection: sa.Connection, table: str, quoted: str, conflict: str, blocks: Iterator[Block]) -> int:
    marks = ", ".join("?" * (quoted.count(",") + 1))
    statement = f"INSERT INTO {table} ({quoted}) VALUES ({marks}) {conflict}"  # noqa: S608
    # The keys of an import fall anywhere into their index: what is at hand of it need not be read again.
    connection.exec_driver_sql(f"PRAGMA cache_size=-{_SQLITE_CACHE}")
    return sum(connection.exec_driver_sql(statement, list(block)).rowcount for block in blocks)


def _copied(connection: sa.Connection, table: str, quoted: str, conflict: str, blocks: Iterator[Block]) -> int:
    into = _Copying(connection, table, quoted, conflict)
    count, waiting = 0, None
    # While the server takes one block in, the next is read and checked.
    with ThreadPoolExecutor(1) as writer:
        for block in blocks:
            count += waiting.result() if waiting is not None else 0
            waiting = writer.submit(into.write, block)
        count += waiting.result() if waiting is not None else 0
    into.end()
    return count


class _Copying:
    """COPY of blocks into a table of PostgreSQL.

    A block whose keys are all new goes straight in, which costs the server a third of the way round by a table aside.
    Where one key is there, COPY takes nothing of the block: it goes round, and so do the next ones, each time twice as
    many as before, so that a file that was taken in already is not tried in vain all along.
    """

    def __init__(self, connection: sa.Connection, table: str, quoted: str, conflict: str) -> None:
        assert connection.dialect.dbapi is not None
        self._there: type[Exception] = connection.dialect.dbapi.IntegrityError
        self._cursor = connection.connection.cursor()
        self._table, self._quoted, self._conflict = table, quoted, conflict
        self._round, self._next_round = 0, 1
        self._aside = False

    def write(self, block: Block) -> int:
        """Put a block in; how many of its rows were put in or replaced."""
        if self._round:
            self._round -= 1
        elif self._straight(block):
            return len(block)
        else:
            self._round, self._next_round = self._next_round, 2 * self._next_round
        return self._by_way_of_a_table(block)

    def _straight(self, block: Block) -> bool:
        self._cursor.execute("SAVEPOINT block")
        try:
            self._copy(self._table, block)
        except self._there:
            self._cursor.execute("ROLLBACK TO SAVEPOINT block")
            return False
        self._cursor.execute("RELEASE SAVEPOINT block")
        return True

    def _by_way_of_a_table(self, block: Block) -> int:
        if not self._aside:
            same = f"SELECT {self._quoted} FROM {self._table} LIMIT 0"  # noqa: S608
            self._cursor.execute(f"CREATE TEMP TABLE coming ON COMMIT DROP AS {same}")
            self._aside = True
        self._copy("coming", block)
        every = f"SELECT {self._quoted} FROM coming"  # noqa: S608
        self._cursor.execute(f"INSERT INTO {self._table} ({self._quoted}) {every} {self._conflict}")
        count: int = self._cursor.rowcount
        self._cursor.execute("TRUNCATE coming")
        return count

    def _copy(self, into: str, block: Block) -> None:
        with self._cursor.copy(f"COPY {into} ({self._quoted}) FROM STDIN") as copy:
            for row in block:
                copy.write_row(row)

    def end(self) -> None:
        """Take away what was only needed on the way."""
        if self._aside:
            self._cursor.execute("DROP TABLE coming")
        self._cursor.close()
