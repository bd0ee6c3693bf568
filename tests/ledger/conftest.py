"""Each test of the ledger runs on SQLite and, where HUIQI_TEST_POSTGRES names a database to write over, on PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

import ledger.access.searches as _searches  # noqa: F401  its tables, and those of users, are the ledger's too
from ledger.layout import metadata
from ledger.migrations import steps, version
from ledger.tables import Ledger


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """An empty database, which checks foreign keys as the program's does."""
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    if request.param == "postgresql":
        url = os.environ.get("HUIQI_TEST_POSTGRES", "")
        if not url:
            pytest.skip("没有 PostgreSQL：设环境变量 HUIQI_TEST_POSTGRES=postgresql+psycopg://…（库会被清空）")
    made = sa.create_engine(url)
    if made.dialect.name == "sqlite":
        sa.event.listen(made, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=ON"))
    else:
        _empty(made, whole="ledger" not in request.fixturenames)
    yield made
    made.dispose()


def _empty(engine: sa.Engine, *, whole: bool) -> None:
    """Leave no row in the tables of the ledger, or with `whole` no table: making them takes PostgreSQL long."""
    with engine.begin() as connection:
        if not whole and version(connection) == steps()[-1]:
            for table in reversed(metadata.sorted_tables):
                connection.execute(table.delete())
                if "no" in table.c:
                    connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'no'), 1, false)")
        else:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")


@pytest.fixture
def ledger(engine: sa.Engine) -> Ledger:
    """An empty ledger."""
    return Ledger(engine)
