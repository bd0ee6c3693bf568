"""An enterprise says at which revision of the register it changed last, so that a snapshot follows the changed ones."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("enterprises", sa.Column("changed", sa.Integer, nullable=False, server_default="0"))
    op.create_index("ix_enterprises_changed", "enterprises", ["changed"])
