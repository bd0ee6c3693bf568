"""The tables, how the database is opened, and what its errors become."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any as Json

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError

from corpus.errors import StoreError

LAYOUT = 1
# Seconds until another program that is opening the same new file must be done.
_PATIENCE = 10

metadata = sa.MetaData()
meta = sa.Table("meta", metadata, sa.Column("key", sa.String(40), primary_key=True), sa.Column("value", sa.Integer))
documents = sa.Table(
    "documents",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("no", sa.Integer, nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("media_type", sa.String(120), nullable=False),
    sa.Column("pages", sa.Integer),
    sa.Column("reason", sa.Text),
    sa.Column("notices", sa.JSON, nullable=False),
)
# Where the same bytes were met besides the path that stands in `documents`.
copies = sa.Table(
    "copies",
    metadata,
    sa.Column("path", sa.Text, primary_key=True),
    sa.Column("document", sa.String(64), nullable=False, index=True),
)
policies = sa.Table(
    "policies",
    metadata,
    sa.Column("id", sa.String(200), primary_key=True),
    sa.Column("document", sa.String(64), sa.ForeignKey("documents.sha256"), nullable=False, index=True),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
)
# Where else a policy was met: the reading of it there, so that it can take over when its own document goes.
places = sa.Table(
    "places",
    metadata,
    sa.Column("document", sa.String(64), primary_key=True),
    sa.Column("ordinal", sa.Integer, primary_key=True),
    sa.Column("policy", sa.String(200), nullable=False, index=True),
    sa.Column("body", sa.JSON, nullable=False),
)
measures = sa.Table(
    "measures",
    metadata,
    sa.Column("id", sa.String(200), primary_key=True),
    sa.Column("policy", sa.String(200), sa.ForeignKey("policies.id"), nullable=False, index=True),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
)
# What another policy in the store ends: derived from the citations whenever the policies have changed.
endings = sa.Table(
    "endings",
    metadata,
    sa.Column("policy", sa.String(200), primary_key=True),
    sa.Column("by", sa.String(200), primary_key=True),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("on", sa.String(10)),
)
changes = sa.Table(
    "changes",
    metadata,
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("policy", sa.String(200)),  # none: any policy may have changed
)
# Not bound to `measures` by key: a person's decision outlives the reading that it was about.
reviews = sa.Table(
    "reviews",
    metadata,
    sa.Column("no", sa.Integer, primary_key=True),
    sa.Column("policy", sa.String(200), nullable=False, index=True),
    sa.Column("measure", sa.String(200), nullable=False, index=True),
    sa.Column("by", sa.String(100), nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("action", sa.String(20), nullable=False),
    sa.Column("before", sa.JSON),
    sa.Column("after", sa.JSON, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("text", sa.Text, nullable=False),
)
recuts = sa.Table(
    "recuts",
    metadata,
    sa.Column("no", sa.Integer, primary_key=True),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("document", sa.String(64), nullable=False, index=True),
    sa.Column("policy", sa.String(200), nullable=False),
    sa.Column("by", sa.String(100), nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("how", sa.String(20), nullable=False),
    sa.Column("what", sa.JSON, nullable=False),
)

# A statement takes only so many values.
CHUNK = 500


def chunked(ids: list[str]) -> Iterator[list[str]]:
    """`ids`, a statement's worth at a time."""
    return (ids[i : i + CHUNK] for i in range(0, len(ids), CHUNK))


def prepare(engine: sa.Engine) -> None:
    """Make the tables that are missing. Raises StoreError where the database has another layout."""
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _sqlite_pragmas)
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite" and not sa.inspect(connection).has_table("meta"):
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # another program may be opening the new store as well
        metadata.create_all(connection)
        layout = connection.scalar(sa.select(meta.c.value).where(meta.c.key == "layout"))
        if layout is None:
            connection.execute(meta.insert(), [{"key": "layout", "value": LAYOUT}, {"key": "revision", "value": 0}])
        elif layout != LAYOUT:
            raise StoreError(f"数据库的版本是 {layout}，本程序需要 {LAYOUT}；请用同版本的程序，或换一个数据目录")


def revision_of(connection: sa.Connection) -> int:
    """How often what the policies say has changed."""
    return connection.scalar(sa.select(meta.c.value).where(meta.c.key == "revision")) or 0


def touched(connection: sa.Connection, policy: str | None) -> None:
    """One revision on, by a change of `policy`, or of whatever where it is None."""
    connection.execute(meta.update().where(meta.c.key == "revision").values(value=meta.c.value + 1))
    now = sa.select(meta.c.value).where(meta.c.key == "revision").scalar_subquery()
    connection.execute(changes.insert().values(revision=now, policy=policy))


def _sqlite_pragmas(connection: Json, _record: Json) -> None:
    connection.execute("PRAGMA foreign_keys=ON")
    until = monotonic() + _PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            break
        except sqlite3.OperationalError:
            # Who opens a new file at the same moment may be doing just this; SQLite waits for all but this by itself.
            if monotonic() > until:
                raise
            sleep(0.02)
    connection.execute("PRAGMA synchronous=NORMAL")


@contextmanager
def store_errors() -> Iterator[None]:
    """What goes wrong with the database or the folder, as a StoreError that says what to do."""
    try:
        yield
    except OperationalError as error:
        said = str(error.orig)
        advice = "另一个程序正在使用，请稍后再试" if "locked" in said else "请检查数据目录，或从备份恢复"
        raise StoreError(f"数据库打不开或写不进（{said}）：{advice}") from error
    except (DBAPIError, json.JSONDecodeError) as error:
        raise StoreError(f"数据库已损坏或不是本程序的（{getattr(error, 'orig', error)}）：请从备份恢复") from error
    except OSError as error:
        raise StoreError(f"数据目录不能用（{error}）") from error
