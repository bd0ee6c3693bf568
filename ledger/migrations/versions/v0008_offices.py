"""Departments with their telephone and address."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "offices",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("phone", sa.String(100), nullable=False),
        sa.Column("address", sa.String(200), nullable=False),
    )
