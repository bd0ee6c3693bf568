"""A register that is kept in somebody's database, read as a table of enterprises: a row each, nothing written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any as Json

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, NoSuchTableError, SQLAlchemyError

from corpus.errors import InputError, Problem
from matcher.tables import Sheet

ROWS_AT_ONCE = 10_000


@contextmanager
def opened_table(address: str, table: str) -> Iterator[Sheet]:
    """The rows of `table` (or view; `schema.table`) in the database at `address`, in the order of its key, streamed.

    Raises InputError where there is no such database or table, or it cannot be read; the password is in no message.
    """
    try:
        url = sa.make_url(address)
        engine = sa.create_engine(url)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        expected = "如 postgresql+psycopg://用户:密码@主机/库、sqlite:///文件.db"
        raise InputError(Problem("数据库地址", "认不出来，或没有装它的驱动", expected)) from error
    where = url.render_as_string(hide_password=True)
    file = url.database if url.get_backend_name() == "sqlite" else None
    if file and file != ":memory:" and not file.startswith("file:") and not Path(file).is_file():
        # SQLite would make an empty one.
        raise InputError(Problem("数据库地址", f"读不出来（没有文件 {file}）", "已有的 SQLite 数据库", source=where))
    try:
        with engine.connect().execution_options(yield_per=ROWS_AT_ONCE) as connection:
            schema, _, name = table.rpartition(".")
            found = sa.Table(name, sa.MetaData(), autoload_with=connection, schema=schema or None)
            key = list(found.primary_key.columns) or [column for column in found.columns if column.name == "id"]
            rows = connection.execute(sa.select(found).order_by(*key))
            yield Sheet(table, list(rows.keys()), map(_cells, rows))
    except NoSuchTableError as error:
        raise InputError(Problem("--table", f'没有 "{table}" 这张表', "表名，或 模式.表名", source=where)) from error
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise InputError(Problem("数据库", f"读不出来（{reason}）", "连得上的数据库", source=where)) from error
    finally:
        engine.dispose()


def _cells(row: Sequence[Json]) -> list[Json]:
    return [float(cell) if isinstance(cell, Decimal) else cell for cell in row]
