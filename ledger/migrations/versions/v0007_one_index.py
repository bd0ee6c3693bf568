"""Steps have one index beside their numbers, of enterprise and digest, in place of three: each takes a fifth of an import."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
_NAME, _COLUMNS = "uq_steps_enterprise_digest", ["enterprise", "digest"]


def upgrade() -> None:
    for column in ("enterprise", "measure"):
        op.drop_index(f"ix_steps_{column}", "steps")
    if op.get_bind().dialect.name == "postgresql":
        for key in sa.inspect(op.get_bind()).get_unique_constraints("steps"):
            op.drop_constraint(str(key["name"]), "steps", type_="unique")
        op.create_unique_constraint(_NAME, "steps", _COLUMNS)
        return
    with op.batch_alter_table("steps", recreate="always", copy_from=_steps()) as table:
        table.create_unique_constraint(_NAME, _COLUMNS)


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
        sa.Column("digest", sa.String(40), nullable=False),
    )
