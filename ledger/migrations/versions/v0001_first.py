"""The tables of the first ledgers. A ledger from before the steps were counted has them already: it keeps them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    _table(
        "enterprises",
        _no(),
        sa.Column("id", sa.String(100), nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("cadre", sa.String(100), index=True),
        sa.Column("profile", sa.JSON, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("noted_on", sa.Date, nullable=False),
        sa.Column("digest", sa.String(40), nullable=False),
    )
    _table(
        "groups",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("leader", sa.String(100), nullable=False),
        sa.Column("region", sa.String(6)),
    )
    _table(
        "ledger_revisions",
        sa.Column("what", sa.String(40), primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
    )
    _table(
        "outbox",
        _no(),
        sa.Column("reader", sa.String(200), nullable=False, index=True),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("not_before", sa.DateTime, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False, index=True),
        sa.Column("sent_at", sa.DateTime),
        sa.Column("digest", sa.String(40), nullable=False, unique=True),
    )
    _table(
        "sign_ins",
        sa.Column("who", sa.String(200), primary_key=True),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("since", sa.DateTime, nullable=False),
    )
    _table(
        "trail",
        _no(),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("by", sa.String(100), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False, index=True),
        sa.Column("before", sa.JSON),
        sa.Column("after", sa.JSON),
    )
    _table(
        "users",
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("bound", sa.String(100)),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("stamp", sa.String(40), nullable=False),
        sa.Column("closed", sa.Boolean, nullable=False),
        sa.Column("made_at", sa.DateTime, nullable=False),
    )
    _table(
        "wishes",
        sa.Column("reader", sa.String(200), primary_key=True),
        sa.Column("quiet_from", sa.Time),
        sa.Column("quiet_until", sa.Time),
        sa.Column("a_week", sa.Integer),
        sa.Column("muted", sa.JSON, nullable=False),
    )
    _table(
        "cadres",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("group", sa.String(100), sa.ForeignKey("groups.name"), index=True),
        sa.Column("phone", sa.String(40), nullable=False),
        sa.Column("email", sa.String(200), nullable=False),
    )
    _table(
        "facts",
        _no(),
        _enterprise(),
        sa.Column("field", sa.String(200), nullable=False),
        sa.Column("value", sa.JSON, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("noted_on", sa.Date, nullable=False),
        sa.Column("by", sa.String(100), nullable=False),
    )
    _table(
        "needs",
        _no(),
        _enterprise(),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("raised_on", sa.Date, nullable=False),
        sa.Column("owner", sa.String(100), nullable=False, index=True),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("answer", sa.Text),
        sa.Column("answered_on", sa.Date),
        sa.Column("rating", sa.Integer),
    )
    _table(
        "promises",
        _no(),
        _enterprise(),
        sa.Column("measure", sa.String(200)),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("office", sa.String(100), nullable=False),
        sa.Column("promised_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("kept_on", sa.Date),
    )
    _table(
        "receipts",
        _no(),
        _enterprise(),
        sa.Column("measure", sa.String(200), nullable=False, index=True),
        sa.Column("response", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(20)),
        sa.Column("noted_on", sa.Date, nullable=False),
        sa.Column("by", sa.String(100), nullable=False),
    )
    _table(
        "steps",
        _no(),
        _enterprise(),
        sa.Column("measure", sa.String(200), nullable=False, index=True),
        sa.Column("step", sa.String(12), nullable=False),
        sa.Column("happened_on", sa.Date, nullable=False),
        sa.Column("amount", sa.Float),
        sa.Column("office", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("digest", sa.String(40), nullable=False, unique=True),
    )
    _table(
        "visits",
        _no(),
        _enterprise(),
        sa.Column("cadre", sa.String(100), nullable=False, index=True),
        sa.Column("visited_on", sa.Date, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )


def _no() -> sa.Column[int]:
    return sa.Column("no", sa.Integer, primary_key=True, autoincrement=True)


def _enterprise() -> sa.Column[int]:
    return sa.Column("enterprise", sa.Integer, sa.ForeignKey("enterprises.no"), nullable=False, index=True)


def _table(name: str, *columns: sa.Column[Any]) -> None:
    if not sa.inspect(op.get_bind()).has_table(name):
        op.create_table(name, *columns)
