"""Steps no longer have their enterprise looked up row by row, which took half the time of every import.

An import reads the numbers of the enterprises in its own transaction, and no enterprise is ever deleted.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for key in sa.inspect(op.get_bind()).get_foreign_keys("steps"):
            op.drop_constraint(str(key["name"]), "steps", type_="foreignkey")
        return
    with op.batch_alter_table("steps", recreate="always", copy_from=_steps()):
        pass
    for column in ("enterprise", "measure"):
        op.create_index(f"ix_steps_{column}", "steps", [column])


def _steps() -> sa.Table:
    return sa.Table(
        "steps",
        sa.MetaData(),
        sa.Column("no", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("enterprise", sa.Integer, nullable=False),
        sa.Column("measure", sa.String(200), nullable=False),
        sa.Column("step", sa.String(12), nullable=False),
        sa.Column("happened_on", sa.Date, nullable=False),
        sa.Column("amount", sa.Float),
        sa.Column("office", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("digest", sa.String(40), nullable=False, unique=True),
    )
