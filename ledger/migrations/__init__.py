"""The layout of the ledger's tables as steps, each of which takes every store one version further (Alembic).

`bring_up` runs the steps that a store lacks when it is opened: a fresh store runs them all, so that it ends with the same
tables as one that was there from the first day. To change the layout:

1. change the table where it is described (`ledger.layout`, or beside what it belongs to, as in `ledger.access.users`);
2. add `versions/vNNNN_subject.py` with the next number, where `revision = "NNNN"`, `down_revision` is the one before and
   `upgrade()` says it with `alembic.op` (`op.create_table`, `op.add_column(…, server_default=…)`,
   `with op.batch_alter_table(…)` where SQLite cannot alter in place). A step never imports `ledger.layout`: it says
   what was right on its day, whatever the tables have become since. Never change a step that others may have run;
3. `pytest tests/ledger/test_migrations.py`: what the steps build must be what the tables are described as, on SQLite
   and PostgreSQL.

All steps run in one transaction, under a lock: what stops them leaves the store as it was, and of two programs that
open an old store at once the second waits. Rows are kept; foreign keys are checked again before the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from corpus.errors import StoreError

VERSIONS = Path(__file__).with_name("versions")
VERSION_TABLE = "ledger_version"
_LOCK = 0x68756971  # any number that no other program locks on
_version = sa.table(VERSION_TABLE, sa.column("version_num"))


def steps() -> list[str]:
    """The versions that this program knows, oldest first."""
    return sorted(path.stem[1:5] for path in VERSIONS.glob("v[0-9][0-9][0-9][0-9]_*.py"))


def version(connection: sa.Connection) -> str | None:
    """The version of the ledger in this database; None where it has none yet."""
    if not sa.inspect(connection).has_table(VERSION_TABLE):
        return None
    found: str | None = connection.scalar(sa.select(_version.c.version_num))
    return found


def bring_up(engine: sa.Engine, versions: Path = VERSIONS) -> None:
    """Run the steps of `versions` that the ledger in this database lacks.

    Raises StoreError where the ledger is of a newer program than this one; nothing is touched then.
    """
    with engine.connect() as connection:
        current = version(connection)
    known = sorted(path.stem[1:5] for path in versions.glob("v[0-9][0-9][0-9][0-9]_*.py"))
    if current == known[-1]:
        return
    if current is not None and current not in known:
        raise StoreError(
            f"台账的版本是 {current}，比本程序认识的 {known[-1]} 新：请用新版的程序打开，或用 --data 换一个数据目录"
        )
    with _alone(engine) as connection:
        _run(connection, versions)


def _run(connection: sa.Connection, versions: Path) -> None:
    # Heavy, and needed on the day of an upgrade only.
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(versions.parent), version_locations=[str(versions)])
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    # Read again: whoever held the lock before may have done it all.
    lacking = list(script.iterate_revisions("head", version(connection) or "base"))
    with Operations.context(context):
        for step in reversed(lacking):
            step.module.upgrade()
    if lacking:
        context.stamp(script, "head")


@contextmanager
def _alone(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction in which no other program changes the layout, and which no foreign key outlives broken."""
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            yield connection
            connection.commit()
            return
        # To alter a table SQLite makes it anew, which would take the rows that point to it along.
        checks = connection.exec_driver_sql("PRAGMA foreign_keys").scalar()
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            yield connection
            if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise StoreError(f"升级台账会留下没有着落的行（表 {broken[0]}），没有升级：请从备份恢复")
            connection.commit()
        finally:
            connection.rollback()
            connection.exec_driver_sql(f"PRAGMA foreign_keys={checks}")
