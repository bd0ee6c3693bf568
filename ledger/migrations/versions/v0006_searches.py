"""Searches that a user keeps, with what each had found when they last looked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "searches",
        sa.Column("no", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("owner", sa.String(60), sa.ForeignKey("users.name"), nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("filters", sa.JSON, nullable=False),
        sa.Column("found", sa.JSON, nullable=False),
        sa.Column("looked_on", sa.Date, nullable=False),
    )
    op.create_index("ix_searches_owner", "searches", ["owner"])
