"""Rows to values and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any as Json

import sqlalchemy as sa

from corpus.catalogue import dump_measure, dump_policy, parse_measure, parse_policies
from corpus.errors import InputError, Problem, StoreError
from corpus.model import Measure, Notice, Policy
from corpus.store.kept import Ending, Place, Received
from corpus.store.layout import chunked, documents, endings, measures, places, policies, reviews
from corpus.trail import Decision, Recut, made_from

# ---------------------------------------------------------------- documents


def read_document(row: sa.RowMapping) -> Received:
    """A file, without its policies."""
    notices = tuple(Notice(n["kind"], n["text"], n.get("page")) for n in row["notices"])
    return Received(row["path"], row["sha256"], row["media_type"], row["pages"], row["reason"], notices)


def document_row(received: Received) -> dict[str, Json]:
    """`received` as a row of `documents`, but for its `no`."""
    notices = [{"kind": n.kind, "text": n.text, "page": n.page} for n in received.notices]
    keys = ("path", "sha256", "media_type", "pages", "reason")
    return {**{key: getattr(received, key) for key in keys}, "notices": notices}


# ---------------------------------------------------------------- policies


def read_policies(
    connection: sa.Connection, where: sa.ColumnElement[bool], *, rejected: bool = False, settled: bool = True
) -> Iterator[Policy]:
    """The policies that `where` picks, in the order they came; with `rejected`, the rejected measures too.

    One that another policy ended is withdrawn, unless it is wanted as it was written (not `settled`).
    """
    ended = _read_endings(connection, where) if settled else {}
    bodies: dict[str, list[Json]] = {}
    rows = (
        sa.select(measures.c.policy, measures.c.body)
        .join(policies)
        .where(where)
        .order_by(measures.c.policy, measures.c.ordinal)
    )
    for policy, body in connection.execute(rows):
        if rejected or body.get("review") != "rejected":
            bodies.setdefault(policy, []).append(body)
    ordered = sa.select(policies.c.id, policies.c.body).join(documents).where(where)
    for identity, body in connection.execute(ordered.order_by(documents.c.no, policies.c.ordinal)):
        found = parse_stored({**body, "measures": bodies.get(identity)}, identity)
        yield _ended(found, ended.get(identity, ()))


def parse_stored(body: dict[str, Json], identity: str) -> Policy:
    """The policy that a row's `body` writes. Raises StoreError where it does not read."""
    reading = parse_policies({"policies": [body]}, identity)
    if reading.problems:
        raise StoreError(f"库里的政策读不回来（{reading.problems[0]}）：请从备份恢复")
    return reading.policies[0]


def _read_endings(connection: sa.Connection, where: sa.ColumnElement[bool]) -> dict[str, list[Ending]]:
    rows = sa.select(endings).join(policies, endings.c.policy == policies.c.id).where(where)
    found: dict[str, list[Ending]] = {}
    for row in connection.execute(rows.order_by(endings.c.policy, endings.c.by)).mappings():
        found.setdefault(row["policy"], []).append(read_ending(row))
    return found


def read_ending(row: sa.RowMapping) -> Ending:
    """One row of `endings`."""
    return Ending(row["policy"], row["by"], row["words"], row["on"] and date.fromisoformat(row["on"]))


def _ended(policy: Policy, by: Sequence[Ending]) -> Policy:
    if not by or policy.withdrawn is not None:
        return policy
    days = [ending.on for ending in by]
    first = None if None in days else min(day for day in days if day)
    return replace(policy, withdrawn="；".join(ending.words for ending in by), withdrawn_on=first)


def insert_policies(connection: sa.Connection, document: str, path: str, found: Sequence[tuple[int, Policy]]) -> None:
    """Insert policies of one document, each with its place in it. Raises InputError for a measure's id that is taken."""
    inside = [(policy.id, i, measure) for _, policy in found for i, measure in enumerate(policy.measures)]
    _check_free(connection, [measure.id for _, _, measure in inside], path)
    if found:
        rows = [
            {
                "id": policy.id,
                "document": document,
                "ordinal": ordinal,
                "body": dump_policy(replace(policy, measures=())),
            }
            for ordinal, policy in found
        ]
        connection.execute(policies.insert(), rows)
    if inside:
        rows = [{"id": m.id, "policy": policy, "ordinal": i, "body": dump_measure(m)} for policy, i, m in inside]
        connection.execute(measures.insert(), rows)


def _check_free(connection: sa.Connection, ids: list[str], path: str) -> None:
    for chunk in chunked(ids):
        rows = sa.select(measures.c.id, measures.c.policy).where(measures.c.id.in_(chunk))
        if (taken := connection.execute(rows).first()) is not None:
            found = f'事项编号 "{taken.id}" 已属于政策 {taken.policy}'
            raise InputError(Problem(taken.id, found, "全库唯一的编号", source=path))


def delete_policies(connection: sa.Connection, ids: Iterable[str]) -> None:
    """Take policies out, with their measures."""
    for chunk in chunked(list(ids)):
        connection.execute(measures.delete().where(measures.c.policy.in_(chunk)))
        connection.execute(policies.delete().where(policies.c.id.in_(chunk)))


# ---------------------------------------------------------------- where a policy was met


def read_placed(connection: sa.Connection, document: str) -> Iterator[tuple[int, Policy]]:
    """The policies met in `document` whose text is kept from another one, as they read here, each with its place."""
    rows = sa.select(places).where(places.c.document == document).order_by(places.c.ordinal)
    for row in connection.execute(rows).mappings():
        yield row["ordinal"], parse_stored(row["body"], row["policy"])


def read_places(connection: sa.Connection, policy: str) -> Iterator[Place]:
    """Every place where `policy` was met, that of its text first."""
    own = sa.select(policies.c.body, documents.c.sha256, documents.c.path).join(documents)
    for row in connection.execute(own.where(policies.c.id == policy)).mappings():
        yield _place(row, kept=True)
    others = sa.select(places.c.body, documents.c.sha256, documents.c.path).join(
        documents, places.c.document == documents.c.sha256
    )
    for row in connection.execute(others.where(places.c.policy == policy).order_by(documents.c.no)).mappings():
        yield _place(row, kept=False)


def _place(row: sa.RowMapping, *, kept: bool) -> Place:
    body = row["body"]
    pages = body.get("pages")
    number = next((clause["own_no"] for clause in body.get("clauses") or () if clause.get("own_no")), None)
    return Place(row["sha256"], row["path"], body["title"], (pages[0], pages[1]) if pages else None, number, kept)


# ---------------------------------------------------------------- decisions, cuts


def read_decisions(
    connection: sa.Connection, *, policy: str | None = None, measure: str | None = None
) -> Iterator[Decision]:
    """What people decided, oldest first."""
    wanted = [column == value for column, value in ((reviews.c.policy, policy), (reviews.c.measure, measure)) if value]
    for row in connection.execute(sa.select(reviews).where(*wanted).order_by(reviews.c.no)).mappings():
        yield Decision(
            **{key: row[key] for key in ("policy", "measure", "by", "action", "reason", "text")},
            at=datetime.fromisoformat(row["at"]),
            before=row["before"] and parse_measure(row["before"], place=row["measure"]),
            after=parse_measure(row["after"], place=row["measure"]),
        )


def by_measure(decisions: Iterator[Decision]) -> dict[str, list[Decision]]:
    """`decisions` by the measure that the machine read, those on its parts with it: a new cut moves it, not its id."""
    found: dict[str, list[Decision]] = {}
    for decision in decisions:
        found.setdefault(made_from(decision.measure), []).append(decision)
    return found


def made_on(decided: dict[str, list[Decision]], measures_of: Sequence[Measure]) -> list[Decision]:
    """The decisions on these measures."""
    return [decision for measure in measures_of for decision in decided.get(measure.id, ())]


def replace_body(connection: sa.Connection, decision: Decision, body: dict[str, Json]) -> None:
    """Put `body` in the place of what `decision` was made on. Raises InputError where that has changed since."""
    kept = connection.scalar(sa.select(measures.c.body).where(measures.c.id == decision.measure))
    if kept is None:
        raise InputError(Problem("id", f'没有事项 "{decision.measure}"', "库中的事项编号"))
    if decision.before is None or kept != dump_measure(decision.before):
        raise InputError(Problem(decision.measure, "这一条刚被别人改过", "与打开时相同的内容", "请看过新的内容再定"))
    connection.execute(measures.update().where(measures.c.id == decision.measure).values(body=body))


def insert_part(connection: sa.Connection, decision: Decision, body: dict[str, Json]) -> None:
    """Add the part that `decision` split off after what it was split off, or what it added after all of its policy.

    Raises InputError where that which it was split off is not there, or its id is taken.
    """
    if connection.scalar(sa.select(measures.c.id).where(measures.c.id == decision.measure)) is not None:
        raise InputError(Problem("id", f'事项编号 "{decision.measure}" 已有', "全库唯一的编号"))
    mine = measures.c.policy == decision.policy
    whole = made_from(decision.measure)
    family = sa.or_(measures.c.id == whole, measures.c.id.startswith(f"{whole}+", autoescape=True))
    among = mine if decision.action == "add" else sa.and_(mine, family)
    last = connection.scalar(sa.select(sa.func.max(measures.c.ordinal)).where(among))
    if last is None and decision.action == "add":
        last = -1
    if last is None:
        raise InputError(Problem("id", f'没有事项 "{whole}"', "库中的事项编号"))
    connection.execute(measures.update().where(mine, measures.c.ordinal > last).values(ordinal=measures.c.ordinal + 1))
    row = {"id": decision.measure, "policy": decision.policy, "ordinal": last + 1, "body": body}
    connection.execute(measures.insert(), [row])


def read_recut(row: sa.RowMapping) -> Recut:
    """One row of `recuts`."""
    what = dict(row["what"])
    was, undone, at = what.pop("was", None), what.pop("undone", None), datetime.fromisoformat(row["at"])
    what.pop("before", None)
    return Recut(
        row["policy"], row["how"], row["by"], at,
        **what, was=None if was is None else (was[0], was[1]),
        no=row["no"], undone=undone and (undone[0], datetime.fromisoformat(undone[1])),
    )  # fmt: skip


def recut_what(cut: Recut, before: Sequence[Policy]) -> dict[str, Json]:
    """What of `cut` is kept beside its head, with the policies as they stood before it, so that it can be undone."""
    return {
        **{key: getattr(cut, key) for key in ("clause", "into", "title", "doc_no", "was", "heads")},
        "before": [dump_policy(policy) for policy in before],
    }
