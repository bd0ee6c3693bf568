"""Each test of the ledger runs on SQLite and, where HUIQI_TEST_POSTGRES names a database to write over, on PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from ledger.layout import metadata
from ledger.tables import Ledger


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger."""
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    if request.param == "postgresql":
        url = os.environ.get("HUIQI_TEST_POSTGRES", "")
        if not url:
            pytest.skip("没有 PostgreSQL：设环境变量 HUIQI_TEST_POSTGRES=postgresql+psycopg://…（库会被清空）")
    engine = sa.create_engine(url)
    metadata.drop_all(engine)
    yield Ledger(engine)
    engine.dispose()
