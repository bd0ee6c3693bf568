"""Where documents and policies are kept: a database (SQLite by default) and the original files beside it.

Tables: `documents` (a file as received), `policies` (header and clauses), `measures` (so that one can be reviewed by
itself), `meta` (the layout's version and the revision, which grows with every change of what the policies say),
`changes` (which policy each revision touched), `reviews` and `recuts` (what people changed, who, when; see `trail`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any as Json

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError

from corpus.catalogue import dump_measure, dump_policies, dump_policy, parse_measure, parse_policies
from corpus.errors import InputError, Problem, StoreError
from corpus.model import Measure, Notice, Policy, Review
from corpus.trail import HOWS, Decision, Recut, made_from, recall, recut, recut_all, words_of

LAYOUT = 1

_metadata = sa.MetaData()
_meta = sa.Table("meta", _metadata, sa.Column("key", sa.String(40), primary_key=True), sa.Column("value", sa.Integer))
_documents = sa.Table(
    "documents",
    _metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("no", sa.Integer, nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("media_type", sa.String(120), nullable=False),
    sa.Column("pages", sa.Integer),
    sa.Column("reason", sa.Text),
    sa.Column("notices", sa.JSON, nullable=False),
)
_policies = sa.Table(
    "policies",
    _metadata,
    sa.Column("id", sa.String(200), primary_key=True),
    sa.Column("document", sa.String(64), sa.ForeignKey("documents.sha256"), nullable=False, index=True),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
)
_measures = sa.Table(
    "measures",
    _metadata,
    sa.Column("id", sa.String(200), primary_key=True),
    sa.Column("policy", sa.String(200), sa.ForeignKey("policies.id"), nullable=False, index=True),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
)
_changes = sa.Table(
    "changes",
    _metadata,
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("policy", sa.String(200)),  # none: any policy may have changed
)
# Not bound to `measures` by key: a person's decision outlives the reading that it was about.
_reviews = sa.Table(
    "reviews",
    _metadata,
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
_recuts = sa.Table(
    "recuts",
    _metadata,
    sa.Column("no", sa.Integer, primary_key=True),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("document", sa.String(64), nullable=False, index=True),
    sa.Column("policy", sa.String(200), nullable=False),
    sa.Column("by", sa.String(100), nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("how", sa.String(20), nullable=False),
    sa.Column("what", sa.JSON, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was taken in: what it is, what was cut out of it, what could not be read."""

    path: str
    sha256: str
    media_type: str
    pages: int | None = None
    reason: str | None = None
    notices: tuple[Notice, ...] = ()
    policies: tuple[Policy, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many policies were cut out of a file, how many measures they hold, and how many of those are drafts."""

    policies: int = 0
    measures: int = 0
    drafts: int = 0


class Store:
    """Policies and the files that they came from, under one data folder.

    Raises StoreError where the database cannot be opened, is locked, or has another layout than this program.
    """

    def __init__(self, folder: Path, url: str | None = None) -> None:
        self.folder = folder
        self.files = folder / "documents"
        with _store_errors():
            self.files.mkdir(parents=True, exist_ok=True)
            self.engine = sa.create_engine(url or f"sqlite:///{folder / 'huiqi.db'}")
            if self.engine.dialect.name == "sqlite":
                sa.event.listen(self.engine, "connect", _sqlite_pragmas)
            self._open()

    def _open(self) -> None:
        with self.engine.begin() as connection:
            if self.engine.dialect.name == "sqlite" and not sa.inspect(connection).has_table("meta"):
                connection.exec_driver_sql("BEGIN IMMEDIATE")  # another program may be opening the new store as well
            _metadata.create_all(connection)
            layout = connection.scalar(sa.select(_meta.c.value).where(_meta.c.key == "layout"))
            if layout is None:
                connection.execute(
                    _meta.insert(), [{"key": "layout", "value": LAYOUT}, {"key": "revision", "value": 0}]
                )
            elif layout != LAYOUT:
                raise StoreError(f"数据库的版本是 {layout}，本程序需要 {LAYOUT}；请用同版本的程序，或换一个数据目录")

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    # ------------------------------------------------------------ reading

    def revision(self) -> int:
        """A number that grows whenever what the policies say changes."""
        with self._begin() as connection:
            return connection.scalar(sa.select(_meta.c.value).where(_meta.c.key == "revision")) or 0

    def changed_since(self, revision: int) -> frozenset[str] | None:
        """The policies that changed after `revision`, by id; None where it may be any."""
        with self._begin() as connection:
            now = connection.scalar(sa.select(_meta.c.value).where(_meta.c.key == "revision")) or 0
            rows = connection.execute(sa.select(_changes).where(_changes.c.revision > revision)).all()
        whole = len(rows) != now - revision or any(row.policy is None for row in rows)
        return None if whole else frozenset(row.policy for row in rows)

    def measure(self, identity: str) -> tuple[Policy, Measure] | None:
        """A measure by id, rejected ones too, with the policy that it was read from."""
        with self._begin() as connection:
            row = connection.execute(sa.select(_measures).where(_measures.c.id == identity)).mappings().first()
            if row is None:
                return None
            policy = next(_read_policies(connection, _policies.c.id == row["policy"]))
            return policy, parse_measure(row["body"], place=identity)

    def decisions(self, *, policy: str | None = None, measure: str | None = None) -> tuple[Decision, ...]:
        """What people decided on measures, oldest first; of one policy or one measure where it is named."""
        with self._begin() as connection:
            return tuple(_read_decisions(connection, policy=policy, measure=measure))

    def recuts(self, document: str) -> tuple[Recut, ...]:
        """How people corrected the cutting of the document with the hash `document`, oldest first."""
        with self._begin() as connection:
            rows = connection.execute(sa.select(_recuts).where(_recuts.c.document == document).order_by(_recuts.c.no))
            return tuple(_read_recut(row) for row in rows.mappings())

    def original(self, received: Received) -> Path | None:
        """Where the file is kept as it came; None where it is not."""
        path = self.files / f"{received.sha256}{Path(received.path).suffix}"
        return path if path.is_file() else None

    def document(self, sha256: str) -> Received | None:
        """The file with these bytes, with the policies cut out of it; None where it never came."""
        with self._begin() as connection:
            row = connection.execute(sa.select(_documents).where(_documents.c.sha256 == sha256)).mappings().first()
            return None if row is None else self._received(connection, row)

    def documents(self) -> tuple[Received, ...]:
        """Every file taken in, by path, without its policies."""
        with self._begin() as connection:
            rows = connection.execute(sa.select(_documents).order_by(_documents.c.path)).mappings()
            return tuple(_read_document(row) for row in rows)

    def tallies(self) -> dict[str, Tally]:
        """How much was cut out of each file, by its hash. Rejected measures are left out; a file that gave nothing is absent."""
        review = _measures.c.body["review"].as_string()
        kept = sa.case((review != "rejected", 1), else_=0)
        drafts = sa.case((review == "draft", 1), else_=0)
        counted = (
            sa.select(
                _policies.c.document,
                sa.func.count(sa.distinct(_policies.c.id)),
                sa.func.coalesce(sa.func.sum(kept), 0),
                sa.func.coalesce(sa.func.sum(drafts), 0),
            )
            .select_from(_policies.outerjoin(_measures))
            .group_by(_policies.c.document)
        )
        with self._begin() as connection:
            return {row[0]: Tally(*row[1:]) for row in connection.execute(counted)}

    def policies(self) -> tuple[Policy, ...]:
        """Every policy with its measures, in the order they came. Rejected measures are left out."""
        with self._begin() as connection:
            return tuple(_read_policies(connection, sa.true()))

    def policy(self, identity: str) -> Policy | None:
        """One policy by id."""
        with self._begin() as connection:
            return next(_read_policies(connection, _policies.c.id == identity), None)

    def _received(self, connection: sa.Connection, row: sa.RowMapping) -> Received:
        policies = tuple(_read_policies(connection, _policies.c.document == row["sha256"]))
        return replace(_read_document(row), policies=policies)

    # ------------------------------------------------------------ writing

    def put(self, received: Received, original: bytes | None = None) -> None:
        """Keep a file and its policies, whole or not at all.

        A file that came before under the same path gives way to this one, with the policies that only it had; a
        policy with the same id is replaced. What people corrected before in the cutting of the same file, and decided
        on drafts that rest on the same words, is done again. Raises InputError where a measure's id is another
        policy's already, or where something would not read back.
        """
        received = self._corrected(received)
        reading = parse_policies(dump_policies(received.policies), received.path)
        if reading.problems:
            raise InputError(*reading.problems)
        if original is not None:
            suffix = Path(received.path).suffix
            (self.files / f"{received.sha256}{suffix}").write_bytes(original)
        with self._begin() as connection:
            old = sa.select(_documents.c.sha256).where(
                sa.or_(_documents.c.path == received.path, _documents.c.sha256 == received.sha256)
            )
            replaced = list(connection.scalars(old))
            gone = connection.scalars(sa.select(_policies.c.id).where(_policies.c.document.in_(replaced)))
            _delete_policies(connection, [*gone, *(policy.id for policy in received.policies)])
            connection.execute(_documents.delete().where(_documents.c.sha256.in_(replaced)))
            no = (connection.scalar(sa.select(sa.func.max(_documents.c.no))) or 0) + 1
            connection.execute(_documents.insert(), [{"no": no, **_document_row(received)}])
            self._insert(connection, received)
            _touched(connection, None)

    def _corrected(self, received: Received) -> Received:
        """`received` with the corrections of the trail; one that no longer fits is said among the notices."""
        with self._begin() as connection:
            same = sa.or_(_recuts.c.path == received.path, _recuts.c.document == received.sha256)
            rows = connection.execute(sa.select(_recuts).where(same).order_by(_recuts.c.no)).mappings()
            policies, lost = recut_all(received.policies, map(_read_recut, rows))
            made = _by_measure(_read_decisions(connection))
            policies = tuple(
                recall(policy, [decision for measure in policy.measures for decision in made.get(measure.id, ())])
                for policy in policies
            )
        notices = tuple(
            Notice("doubtful", f"先前对“{(cut.was or (cut.policy,))[0]}”的切分更正（{HOWS[cut.how]}）对不上现在的读法")
            for cut in lost
        )
        return replace(received, policies=policies, notices=(*received.notices, *notices))

    def _insert(self, connection: sa.Connection, received: Received) -> None:
        measures = [
            (policy.id, i, measure) for policy in received.policies for i, measure in enumerate(policy.measures)
        ]
        ids = [measure.id for _, _, measure in measures]
        for chunk in (ids[i : i + 500] for i in range(0, len(ids), 500)):
            taken = connection.execute(
                sa.select(_measures.c.id, _measures.c.policy).where(_measures.c.id.in_(chunk))
            ).first()
            if taken is not None:
                found = f'事项编号 "{taken.id}" 已属于政策 {taken.policy}'
                raise InputError(Problem(taken.id, found, "全库唯一的编号", source=received.path))
        if received.policies:
            rows = [
                {
                    "id": policy.id,
                    "document": received.sha256,
                    "ordinal": i,
                    "body": dump_policy(replace(policy, measures=())),
                }
                for i, policy in enumerate(received.policies)
            ]
            connection.execute(_policies.insert(), rows)
        if measures:
            connection.execute(
                _measures.insert(),
                [{"id": m.id, "policy": policy, "ordinal": i, "body": dump_measure(m)} for policy, i, m in measures],
            )

    def review(self, measure: Measure, review: Review) -> None:
        """Keep `measure` as a person left it, confirmed, rejected or still a draft.

        Raises InputError for an unknown id, or a clause that its policy does not have.
        """
        with self._begin() as connection:
            its_policy = sa.select(_measures.c.policy).where(_measures.c.id == measure.id).scalar_subquery()
            policy = next(_read_policies(connection, _policies.c.id == its_policy), None)
            if policy is None:
                raise InputError(Problem("id", f'没有事项 "{measure.id}"', "库中的事项编号"))
            body = dump_measure(replace(measure, review=review))
            parse_measure(body, {clause.path for clause in policy.clauses}, measure.id)
            connection.execute(_measures.update().where(_measures.c.id == measure.id).values(body=body))
            _touched(connection, policy.id)

    def decide(self, *decisions: Decision) -> None:
        """Keep what a person decided on measures of one policy, all or nothing, with a line of the trail for each.

        A decision without `before` adds its measure, after the one that it was split off. Raises InputError where the
        measure is not there, was changed by another since, or would not read back.
        """
        with self._begin() as connection:
            for decision in decisions:
                policy = next(_read_policies(connection, _policies.c.id == decision.policy), None)
                if policy is None:
                    raise InputError(Problem("policy", f'没有政策 "{decision.policy}"', "库中的政策编号"))
                body = dump_measure(decision.after)
                parse_measure(body, {clause.path for clause in policy.clauses}, decision.measure)
                if decision.before is None:
                    _insert_part(connection, decision, body)
                else:
                    _replace_body(connection, decision, body)
                row = {
                    **{key: getattr(decision, key) for key in ("policy", "measure", "by", "action", "reason")},
                    "at": decision.at.isoformat(timespec="seconds"),
                    "before": decision.before and dump_measure(decision.before),
                    "after": body,
                    "text": words_of(policy, decision.after),
                }
                connection.execute(_reviews.insert(), [row])
            for identity in dict.fromkeys(decision.policy for decision in decisions):
                _touched(connection, identity)

    def recut(self, document: str, cut: Recut) -> None:
        """Correct where a policy of the document with the hash `document` begins, ends, or how it is called.

        Raises InputError where the document or policy is not there or the cut does not fit.
        """
        with self._begin() as connection:
            row = connection.execute(sa.select(_documents).where(_documents.c.sha256 == document)).mappings().first()
            if row is None:
                raise InputError(Problem("document", f'没有文件 "{document}"', "收到过的文件"))
            mine = _policies.c.document == document
            before = tuple(_read_policies(connection, mine, rejected=True))
            after = recut(before, cut)
            reading = parse_policies(dump_policies(after), row["path"])
            if reading.problems:
                raise InputError(*reading.problems)
            _delete_policies(connection, [policy.id for policy in before])
            self._insert(connection, replace(_read_document(row), policies=after))
            what = {"clause": cut.clause, "into": cut.into, "title": cut.title, "doc_no": cut.doc_no, "was": cut.was}
            at = cut.at.isoformat(timespec="seconds")
            kept = {"path": row["path"], "document": document, "policy": cut.policy, "by": cut.by, "at": at}
            connection.execute(_recuts.insert(), [{**kept, "how": cut.how, "what": what}])
            _touched(connection, None)

    @contextmanager
    def _begin(self) -> Iterator[sa.Connection]:
        with _store_errors(), self.engine.begin() as connection:
            yield connection


def sha256(raw: bytes) -> str:
    """The fingerprint that a file is known by."""
    return hashlib.sha256(raw).hexdigest()


# ---------------------------------------------------------------- rows


def _read_policies(
    connection: sa.Connection, where: sa.ColumnElement[bool], *, rejected: bool = False
) -> Iterator[Policy]:
    measures: dict[str, list[Json]] = {}
    rows = (
        sa.select(_measures.c.policy, _measures.c.body)
        .join(_policies)
        .where(where)
        .order_by(_measures.c.policy, _measures.c.ordinal)
    )
    for policy, body in connection.execute(rows):
        if rejected or body.get("review") != "rejected":
            measures.setdefault(policy, []).append(body)
    ordered = sa.select(_policies.c.id, _policies.c.body).join(_documents).where(where)
    for identity, body in connection.execute(ordered.order_by(_documents.c.no, _policies.c.ordinal)):
        reading = parse_policies({"policies": [{**body, "measures": measures.get(identity)}]}, identity)
        if reading.problems:
            raise StoreError(f"库里的政策读不回来（{reading.problems[0]}）：请从备份恢复")
        yield from reading.policies


def _read_document(row: sa.RowMapping) -> Received:
    notices = tuple(Notice(n["kind"], n["text"], n.get("page")) for n in row["notices"])
    return Received(row["path"], row["sha256"], row["media_type"], row["pages"], row["reason"], notices)


def _document_row(received: Received) -> dict[str, Json]:
    notices = [{"kind": n.kind, "text": n.text, "page": n.page} for n in received.notices]
    keys = ("path", "sha256", "media_type", "pages", "reason")
    return {**{key: getattr(received, key) for key in keys}, "notices": notices}


def _delete_policies(connection: sa.Connection, ids: Sequence[str]) -> None:
    for chunk in (ids[i : i + 500] for i in range(0, len(ids), 500)):
        connection.execute(_measures.delete().where(_measures.c.policy.in_(chunk)))
        connection.execute(_policies.delete().where(_policies.c.id.in_(chunk)))


def _touched(connection: sa.Connection, policy: str | None) -> None:
    """One revision on, by a change of `policy`, or of whatever where it is None."""
    connection.execute(_meta.update().where(_meta.c.key == "revision").values(value=_meta.c.value + 1))
    now = sa.select(_meta.c.value).where(_meta.c.key == "revision").scalar_subquery()
    connection.execute(_changes.insert().values(revision=now, policy=policy))


def _replace_body(connection: sa.Connection, decision: Decision, body: dict[str, Json]) -> None:
    kept = connection.scalar(sa.select(_measures.c.body).where(_measures.c.id == decision.measure))
    if kept is None:
        raise InputError(Problem("id", f'没有事项 "{decision.measure}"', "库中的事项编号"))
    if decision.before is None or kept != dump_measure(decision.before):
        raise InputError(Problem(decision.measure, "这一条刚被别人改过", "与打开时相同的内容", "请看过新的内容再定"))
    connection.execute(_measures.update().where(_measures.c.id == decision.measure).values(body=body))


def _insert_part(connection: sa.Connection, decision: Decision, body: dict[str, Json]) -> None:
    if connection.scalar(sa.select(_measures.c.id).where(_measures.c.id == decision.measure)) is not None:
        raise InputError(Problem("id", f'事项编号 "{decision.measure}" 已有', "全库唯一的编号"))
    mine = _measures.c.policy == decision.policy
    whole = made_from(decision.measure)
    family = sa.or_(_measures.c.id == whole, _measures.c.id.startswith(f"{whole}+", autoescape=True))
    last = connection.scalar(sa.select(sa.func.max(_measures.c.ordinal)).where(mine, family))
    if last is None:
        raise InputError(Problem("id", f'没有事项 "{whole}"', "库中的事项编号"))
    connection.execute(
        _measures.update().where(mine, _measures.c.ordinal > last).values(ordinal=_measures.c.ordinal + 1)
    )
    row = {"id": decision.measure, "policy": decision.policy, "ordinal": last + 1, "body": body}
    connection.execute(_measures.insert(), [row])


def _read_decisions(
    connection: sa.Connection, *, policy: str | None = None, measure: str | None = None
) -> Iterator[Decision]:
    wanted = [
        column == value for column, value in ((_reviews.c.policy, policy), (_reviews.c.measure, measure)) if value
    ]
    for row in connection.execute(sa.select(_reviews).where(*wanted).order_by(_reviews.c.no)).mappings():
        yield Decision(
            **{key: row[key] for key in ("policy", "measure", "by", "action", "reason", "text")},
            at=datetime.fromisoformat(row["at"]),
            before=row["before"] and parse_measure(row["before"], place=row["measure"]),
            after=parse_measure(row["after"], place=row["measure"]),
        )


def _by_measure(decisions: Iterator[Decision]) -> dict[str, list[Decision]]:
    """`decisions` by the measure that the machine read, those on its parts with it: a new cut moves it, not its id."""
    found: dict[str, list[Decision]] = {}
    for decision in decisions:
        found.setdefault(made_from(decision.measure), []).append(decision)
    return found


def _read_recut(row: sa.RowMapping) -> Recut:
    what = dict(row["what"])
    was = what.pop("was", None)
    at = datetime.fromisoformat(row["at"])
    return Recut(row["policy"], row["how"], row["by"], at, **what, was=None if was is None else (was[0], was[1]))


def _sqlite_pragmas(connection: Json, _record: Json) -> None:
    for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")


@contextmanager
def _store_errors() -> Iterator[None]:
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
