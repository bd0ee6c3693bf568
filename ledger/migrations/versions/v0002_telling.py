"""What readers were told, and where to: a message names its measures. Ledgers of the same day may have it already."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    here = sa.inspect(op.get_bind())
    if "measures" not in {column["name"] for column in here.get_columns("outbox")}:
        # Messages from before named none.
        op.add_column("outbox", sa.Column("measures", sa.JSON, nullable=False, server_default="[]"))
    if not here.has_table("contacts"):
        op.create_table(
            "contacts",
            sa.Column("reader", sa.String(200), primary_key=True),
            sa.Column("channel", sa.String(20), primary_key=True),
            sa.Column("address", sa.Text, nullable=False),
        )
    if not here.has_table("told"):
        op.create_table(
            "told",
            sa.Column("policy", sa.String(200), primary_key=True),
            sa.Column("place", sa.Integer, nullable=False),
            sa.Column("data", sa.JSON, nullable=False),
        )
