"""Every store ends with the same tables: a fresh one, one from before the steps were counted, one half-way; nothing is lost."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import DBAPIError

import ledger.access.searches  # noqa: F401  its tables, and those of users, are the ledger's too
from corpus.errors import StoreError
from ledger.imports.register import register
from ledger.layout import enterprises, metadata, outbox
from ledger.migrations import VERSION_TABLE, VERSIONS, bring_up, steps, version
from ledger.tables import Ledger
from tests.ledger.world import write_jsonl

PROFILE = '{"id": "e1", "name": "甲公司", "facts": {"region": "419001"}}'


def differences(engine: sa.Engine) -> list:
    """What the database has otherwise than the tables are described."""
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": VERSION_TABLE, "compare_type": True, "compare_server_default": False}
        )
        return compare_metadata(context, metadata)


def steps_until(last: str, folder: Path) -> Path:
    """A folder with the steps up to `last` only: an older program's."""
    versions = folder / "versions"
    versions.mkdir(parents=True)
    for path in VERSIONS.glob("v*.py"):
        if path.stem[1:5] <= last:
            shutil.copy(path, versions)
    return versions


def test_a_fresh_store_is_as_described(engine: sa.Engine) -> None:
    bring_up(engine)
    assert differences(engine) == []
    with engine.connect() as connection:
        assert version(connection) == steps()[-1]


def test_the_comparison_can_fail(engine: sa.Engine, tmp_path: Path) -> None:
    bring_up(engine, steps_until("0001", tmp_path))
    assert any(difference[0] == "add_table" for difference in differences(engine))


@pytest.mark.parametrize("counted", [True, False])
def test_an_older_store_is_brought_up_with_its_rows(engine: sa.Engine, tmp_path: Path, counted: bool) -> None:
    """`counted`: by an older program of this kind; else from before there were steps."""
    bring_up(engine, steps_until("0001", tmp_path))
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO enterprises (no, id, name, cadre, profile, source, noted_on, digest) VALUES "
            f"(1, 'e1', '甲公司', '张三', '{PROFILE}', '名单.xlsx', '2024-06-01', 'd')"
        )
        connection.exec_driver_sql(
            'INSERT INTO facts (no, enterprise, field, value, source, noted_on, "by") VALUES '
            "(1, 1, 'patents', '7', '走访', '2024-06-02', '张三')"
        )
        connection.exec_driver_sql(
            "INSERT INTO outbox (no, reader, channel, address, subject, text, not_before, tries, said, state, digest) "
            "VALUES (1, 'r', 'mail', 'a@b', 's', 't', '2024-06-01 00:00:00', 0, '', 'waiting', 'd')"
        )
        connection.exec_driver_sql(
            "INSERT INTO steps (no, enterprise, measure, step, happened_on, office, reason, digest) VALUES "
            "(1, 1, 'm', 'informed', '2024-06-01', '', '', 'd')"
        )
        if not counted:
            connection.exec_driver_sql(f"DROP TABLE {VERSION_TABLE}")
    ledger = Ledger(engine)
    assert differences(engine) == []
    (one,) = ledger.registered()
    assert (one.id, one.cadre, one.profile["facts"]) == ("e1", "张三", {"region": "419001"})
    with ledger.begin() as connection:
        assert connection.scalar(sa.select(outbox.c.measures)) == []
        for table in ("facts", "steps"):
            assert connection.scalar(sa.text(f"SELECT count(*) FROM {table} WHERE enterprise = 1")) == 1
    newer = write_jsonl(tmp_path / "e.jsonl", [{"id": "e1", "name": "甲集团"}, {"id": "e2", "name": "乙公司"}])
    assert register(ledger, newer, date(2024, 7, 1)).new == 1


def test_a_newer_store_is_refused_and_left_alone(engine: sa.Engine) -> None:
    bring_up(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    with pytest.raises(StoreError, match=r"9999，比本程序认识的 \d{4} 新：请用新版的程序打开"):
        Ledger(engine)
    with engine.connect() as connection:
        assert version(connection) == "9999"


def test_a_step_that_fails_leaves_the_store_as_it_was(engine: sa.Engine, tmp_path: Path) -> None:
    versions = steps_until("0002", tmp_path)
    bring_up(engine, versions)
    (versions / "v0003_bad.py").write_text(
        "from alembic import op\nimport sqlalchemy as sa\nrevision, down_revision = '0003', '0002'\n"
        "def upgrade():\n"
        "    op.create_table('half', sa.Column('no', sa.Integer, primary_key=True))\n"
        "    op.execute('INSERT INTO nowhere VALUES (1)')\n",
        encoding="utf-8",
    )
    with pytest.raises(DBAPIError):
        bring_up(engine, versions)
    with engine.connect() as connection:
        assert version(connection) == "0002"
        assert not sa.inspect(connection).has_table("half")
    assert Ledger(engine).engine is engine  # the real steps still go through
    assert differences(engine) == []


def test_sqlite_makes_a_table_anew_without_losing_what_points_to_it(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'ledger.db'}")
    sa.event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=ON"))
    versions = steps_until("0003", tmp_path / "program")
    bring_up(engine, versions)
    with engine.begin() as connection:
        values = {"id": "e1", "name": "甲", "profile": {}, "source": "", "noted_on": date(2024, 6, 1), "digest": "d"}
        connection.execute(enterprises.insert().values(no=1, changed=1, **values))
        connection.exec_driver_sql(
            "INSERT INTO visits (enterprise, cadre, visited_on, note) VALUES (1, '张三', '2024-06-01', '记录')"
        )
    (versions / "v0004_wider.py").write_text(
        "from alembic import op\nimport sqlalchemy as sa\nrevision, down_revision = '0004', '0003'\n"
        "def upgrade():\n"
        "    with op.batch_alter_table('enterprises') as table:\n"
        "        table.alter_column('cadre', type_=sa.String(200), existing_type=sa.String(100))\n",
        encoding="utf-8",
    )
    bring_up(engine, versions)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM visits WHERE enterprise = 1").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_several_programs_may_open_a_fresh_store_at_once(engine: sa.Engine) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: Ledger(engine), range(6)))
    assert differences(engine) == []
