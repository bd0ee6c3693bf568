"""The tables of the ledger, for SQLite and PostgreSQL alike. `ledger.migrations` builds them: a change here needs a step there.

`enterprises` keeps each profile whole; `facts` each correction of one of its facts, with source, day and who; `steps` what
happened between one enterprise and one measure. `cadres` and `groups` are who looks after whom (`enterprises.cadre`), `offices` whom to ask;
`needs`, `visits`, `promises` and `receipts` what was asked, seen, promised and answered. `outbox` holds what is to be
sent, `contacts` where to, `wishes` how its readers want it, `told` the policies as readers were told of them last. `trail` has
every change by a person. `ledger_revisions` holds a number for each table that grows with every change of it, so that
what is worked out from it is known to be stale.
"""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()
revisions = sa.Table(
    "ledger_revisions",
    metadata,
    sa.Column("what", sa.String(40), primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
)


def _no() -> sa.Column[int]:
    return sa.Column("no", sa.Integer, primary_key=True, autoincrement=True)


def _enterprise() -> sa.Column[int]:
    return sa.Column("enterprise", sa.Integer, sa.ForeignKey("enterprises.no"), nullable=False, index=True)


enterprises = sa.Table(
    "enterprises",
    metadata,
    _no(),
    sa.Column("id", sa.String(100), nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("cadre", sa.String(100), index=True),
    sa.Column("profile", sa.JSON, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("noted_on", sa.Date, nullable=False),
    # Of the row as it was imported last: the same row again changes nothing, not even what a visit has put right since.
    sa.Column("digest", sa.String(40), nullable=False),
    # The revision of this table at which the row changed last.
    sa.Column(
        "changed",
        sa.Integer,
        nullable=False,
        index=True,
        onupdate=sa.select(revisions.c.revision).where(revisions.c.what == "enterprises").scalar_subquery(),
    ),
)
facts = sa.Table(
    "facts",
    metadata,
    _no(),
    _enterprise(),
    sa.Column("field", sa.String(200), nullable=False),
    sa.Column("value", sa.JSON, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("noted_on", sa.Date, nullable=False),
    sa.Column("by", sa.String(100), nullable=False),
)
steps = sa.Table(
    "steps",
    metadata,
    _no(),
    # Not looked up row by row, which takes half the time of an import: its numbers are read in the same transaction, and
    # no enterprise is ever deleted.
    sa.Column("enterprise", sa.Integer, nullable=False),
    sa.Column("measure", sa.String(200), nullable=False),
    sa.Column("step", sa.String(12), nullable=False),
    sa.Column("happened_on", sa.Date, nullable=False),
    sa.Column("amount", sa.Float),
    sa.Column("office", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    # The same row again changes nothing: the digest of all it says is its identity. The enterprise, which it says too,
    # stands before it so that one index serves both this and what is asked of one enterprise: each costs an import.
    sa.Column("digest", sa.String(40), nullable=False),
    sa.UniqueConstraint("enterprise", "digest", name="uq_steps_enterprise_digest"),
)
groups = sa.Table(
    "groups",
    metadata,
    sa.Column("name", sa.String(100), primary_key=True),
    sa.Column("leader", sa.String(100), nullable=False),
    sa.Column("region", sa.String(6)),
)
cadres = sa.Table(
    "cadres",
    metadata,
    sa.Column("name", sa.String(100), primary_key=True),
    sa.Column("group", sa.String(100), sa.ForeignKey("groups.name"), index=True),
    sa.Column("phone", sa.String(40), nullable=False),
    sa.Column("email", sa.String(200), nullable=False),
)
# Whom to ask about a measure that does not say it itself: departments and their service desks, by the name that measures use.
offices = sa.Table(
    "offices",
    metadata,
    sa.Column("name", sa.String(100), primary_key=True),
    sa.Column("phone", sa.String(100), nullable=False),
    sa.Column("address", sa.String(200), nullable=False),
)
needs = sa.Table(
    "needs",
    metadata,
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
visits = sa.Table(
    "visits",
    metadata,
    _no(),
    _enterprise(),
    sa.Column("cadre", sa.String(100), nullable=False, index=True),
    sa.Column("visited_on", sa.Date, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
)
promises = sa.Table(
    "promises",
    metadata,
    _no(),
    _enterprise(),
    sa.Column("measure", sa.String(200)),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("office", sa.String(100), nullable=False),
    sa.Column("promised_on", sa.Date, nullable=False),
    sa.Column("due_on", sa.Date, nullable=False),
    sa.Column("kept_on", sa.Date),
)
receipts = sa.Table(
    "receipts",
    metadata,
    _no(),
    _enterprise(),
    sa.Column("measure", sa.String(200), nullable=False, index=True),
    sa.Column("response", sa.String(20), nullable=False),
    sa.Column("reason", sa.String(20)),
    sa.Column("noted_on", sa.Date, nullable=False),
    sa.Column("by", sa.String(100), nullable=False),
)
wishes = sa.Table(
    "wishes",
    metadata,
    sa.Column("reader", sa.String(200), primary_key=True),
    sa.Column("quiet_from", sa.Time),
    sa.Column("quiet_until", sa.Time),
    sa.Column("a_week", sa.Integer),
    sa.Column("muted", sa.JSON, nullable=False),
)
outbox = sa.Table(
    "outbox",
    metadata,
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
    # What it tells of: once it was sent, its enterprise has been told of these measures.
    sa.Column("measures", sa.JSON, nullable=False),
    # The same message to the same reader on the same occasion is one message.
    sa.Column("digest", sa.String(40), nullable=False, unique=True),
)
contacts = sa.Table(
    "contacts",
    metadata,
    sa.Column("reader", sa.String(200), primary_key=True),
    sa.Column("channel", sa.String(20), primary_key=True),
    sa.Column("address", sa.Text, nullable=False),
)
told = sa.Table(
    "told",
    metadata,
    sa.Column("policy", sa.String(200), primary_key=True),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("data", sa.JSON, nullable=False),
)
trail = sa.Table(
    "trail",
    metadata,
    _no(),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("by", sa.String(100), nullable=False),
    sa.Column("what", sa.String(40), nullable=False),
    sa.Column("subject", sa.String(200), nullable=False, index=True),
    sa.Column("before", sa.JSON),
    sa.Column("after", sa.JSON),
)
# Files of what was worked out (`ledger.auditing.snapshots`): of what, from what, and up to which revision of the tables.
snapshots = sa.Table(
    "snapshots",
    metadata,
    _no(),
    sa.Column("name", sa.String(40), nullable=False, unique=True),
    sa.Column("what", sa.String(40), nullable=False),
    sa.Column("key", sa.String(200), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
)
