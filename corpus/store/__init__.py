"""Where documents and policies are kept: a database (SQLite by default) and the original files beside it.

`layout` has the tables: files as received and where else the same bytes were met, policies (header and clauses) and
where else each was met, measures (so that one can be reviewed by itself), what ends what, the revision that grows with
every change of what the policies say, and what people changed (see `corpus.trail`). `rows` reads and writes them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from corpus.catalogue import dump_measure, dump_policies, dump_policy, parse_measure, parse_policies
from corpus.errors import InputError, Problem
from corpus.model import Measure, Notice, Policy, Review
from corpus.store import rows
from corpus.store.kept import Ending, Place, Received, Tally, Text, sha256
from corpus.store.layout import (
    LAYOUT,
    changes,
    chunked,
    copies,
    documents,
    endings,
    measures,
    places,
    policies,
    prepare,
    recuts,
    reviews,
    revision_of,
    store_errors,
    touched,
)
from corpus.trail import HOWS, Decision, Recut, recall, recut, recut_all, words_of

__all__ = ["LAYOUT", "Ending", "Place", "Received", "Store", "Tally", "Text", "sha256"]


class Store:
    """Policies and the files that they came from, under one data folder.

    Raises StoreError where the database cannot be opened, is locked, or has another layout than this program.
    """

    def __init__(self, folder: Path, url: str | None = None) -> None:
        self.folder = folder
        self.files = folder / "documents"
        with store_errors():
            self.files.mkdir(parents=True, exist_ok=True)
            self.engine = sa.create_engine(url or f"sqlite:///{folder / 'huiqi.db'}")
            prepare(self.engine)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    @contextmanager
    def _begin(self) -> Iterator[sa.Connection]:
        with store_errors(), self.engine.begin() as connection:
            yield connection

    # ------------------------------------------------------------ reading

    def revision(self) -> int:
        """A number that grows whenever what the policies say changes."""
        with self._begin() as connection:
            return revision_of(connection)

    def changed_since(self, revision: int) -> frozenset[str] | None:
        """The policies that changed after `revision`, by id; None where it may be any."""
        with self._begin() as connection:
            now = revision_of(connection)
            found = connection.execute(sa.select(changes).where(changes.c.revision > revision)).all()
        whole = len(found) != now - revision or any(row.policy is None for row in found)
        return None if whole else frozenset(row.policy for row in found)

    def measure(self, identity: str) -> tuple[Policy, Measure] | None:
        """A measure by id, rejected ones too, with the policy that it was read from."""
        with self._begin() as connection:
            row = connection.execute(sa.select(measures).where(measures.c.id == identity)).mappings().first()
            if row is None:
                return None
            policy = next(rows.read_policies(connection, policies.c.id == row["policy"]))
            return policy, parse_measure(row["body"], place=identity)

    def decisions(self, *, policy: str | None = None, measure: str | None = None) -> tuple[Decision, ...]:
        """What people decided on measures, oldest first; of one policy or one measure where it is named."""
        with self._begin() as connection:
            return tuple(rows.read_decisions(connection, policy=policy, measure=measure))

    def recuts(self, document: str) -> tuple[Recut, ...]:
        """How people corrected the cutting of the document with the hash `document`, oldest first, undone ones too."""
        with self._begin() as connection:
            found = connection.execute(sa.select(recuts).where(recuts.c.document == document).order_by(recuts.c.no))
            return tuple(rows.read_recut(row) for row in found.mappings())

    def original(self, received: Received) -> Path | None:
        """Where the file is kept as it came; None where it is not."""
        path = self.files / f"{received.sha256}{Path(received.path).suffix}"
        return path if path.is_file() else None

    def document(self, sha256: str) -> Received | None:
        """The file with these bytes, with the policies met in it as they read there; None where it never came."""
        with self._begin() as connection:
            row = connection.execute(sa.select(documents).where(documents.c.sha256 == sha256)).mappings().first()
            if row is None:
                return None
            found = (policy for _, policy, _ in _inside(connection, sha256, as_shown=True))
            return replace(rows.read_document(row), policies=tuple(found))

    def documents(self) -> tuple[Received, ...]:
        """Every file taken in or refused, by path, without its policies."""
        with self._begin() as connection:
            found = connection.execute(sa.select(documents).order_by(documents.c.path)).mappings()
            return tuple(rows.read_document(row) for row in found)

    def paths(self, sha256: str) -> tuple[str, ...]:
        """Every path that these bytes came from, the last one first."""
        with self._begin() as connection:
            path = sa.select(documents.c.path).where(documents.c.sha256 == sha256)
            others = sa.select(copies.c.path).where(copies.c.document == sha256).order_by(copies.c.path)
            return tuple(dict.fromkeys([*connection.scalars(path), *connection.scalars(others)]))

    def places(self, policy: str) -> tuple[Place, ...]:
        """Every place where the policy with the id `policy` was met, that of its text first."""
        with self._begin() as connection:
            return tuple(rows.read_places(connection, policy))

    def holders(self) -> dict[str, str]:
        """The hash of the file that each policy's text is kept from, by the policy's id."""
        with self._begin() as connection:
            return {row.id: row.document for row in connection.execute(sa.select(policies.c.id, policies.c.document))}

    def tallies(self) -> dict[str, Tally]:
        """How much was cut out of each file, by its hash. Rejected measures are left out; a file that gave nothing is absent."""
        review = measures.c.body["review"].as_string()
        kept = sa.case((review != "rejected", 1), else_=0)
        drafts = sa.case((review == "draft", 1), else_=0)
        counted = (
            sa.select(
                policies.c.document,
                sa.func.count(sa.distinct(policies.c.id)),
                sa.func.coalesce(sa.func.sum(kept), 0),
                sa.func.coalesce(sa.func.sum(drafts), 0),
            )
            .select_from(policies.outerjoin(measures))
            .group_by(policies.c.document)
        )
        again = sa.select(places.c.document, sa.func.count()).group_by(places.c.document)
        with self._begin() as connection:
            found = {row[0]: Tally(*row[1:]) for row in connection.execute(counted)}
            for document, repeats in connection.execute(again):
                found[document] = replace(found.get(document, Tally()), repeats=repeats)
            return found

    def policies(self) -> tuple[Policy, ...]:
        """Every policy with its measures, in the order they came. Rejected measures are left out.

        One that another policy in the store ended is withdrawn from that day on.
        """
        with self._begin() as connection:
            return tuple(rows.read_policies(connection, sa.true()))

    def policy(self, identity: str) -> Policy | None:
        """One policy by id, as `policies` has it."""
        with self._begin() as connection:
            return next(rows.read_policies(connection, policies.c.id == identity), None)

    def headers(self) -> tuple[Policy, ...]:
        """Every policy without clauses and measures, as its own document has it whatever others say of it."""
        ordered = sa.select(policies.c.id, policies.c.body).join(documents)
        with self._begin() as connection:
            found = connection.execute(ordered.order_by(documents.c.no, policies.c.ordinal))
            return tuple(rows.parse_stored({**body, "clauses": []}, identity) for identity, body in found)

    def texts(self) -> Iterator[Text]:
        """What every policy says, to tell whether another is the same."""
        with self._begin() as connection:
            for identity, body in connection.execute(sa.select(policies.c.id, policies.c.body)):
                clauses = body.get("clauses") or ()
                yield Text(identity, body["title"], body.get("doc_no"), tuple(clause["text"] for clause in clauses))

    # ------------------------------------------------------------ taking in

    def put(self, received: Received, original: bytes | None = None, *, repeats: Collection[str] = ()) -> None:
        """Keep a file and its policies, whole or not at all.

        A file that came before under the same path gives way to this one, with the policies that only it had; a
        policy with the same id is replaced. The ids in `repeats` are of policies that another file holds already:
        those stay as they are, and this file is noted as one more place. What people corrected before in the cutting
        of the same file, and decided on drafts that rest on the same words, is done again. Raises InputError where a
        measure's id is another policy's already, or where something would not read back.
        """
        received = self._corrected(received)
        reading = parse_policies(dump_policies(received.policies), received.path)
        if reading.problems:
            raise InputError(*reading.problems)
        if original is not None:
            suffix = Path(received.path).suffix
            (self.files / f"{received.sha256}{suffix}").write_bytes(original)
        with self._begin() as connection:
            elsewhere = _held_elsewhere(connection, received.sha256, list(repeats))
            own = [(i, policy) for i, policy in enumerate(received.policies) if policy.id not in elsewhere]
            _give_way(connection, received, {policy.id for _, policy in own})
            no = (connection.scalar(sa.select(sa.func.max(documents.c.no))) or 0) + 1
            connection.execute(documents.insert(), [{"no": no, **rows.document_row(received)}])
            rows.insert_policies(connection, received.sha256, received.path, own)
            for i, policy in enumerate(received.policies):
                if policy.id in elsewhere:
                    connection.execute(places.insert(), [_place_row(received.sha256, i, policy)])
            touched(connection, None)

    def refuse(self, received: Received) -> None:
        """Keep the name of a file that gave nothing, and why. What the same path gave before stays as it is."""
        with self._begin() as connection:
            none = ~sa.exists().where(policies.c.document == documents.c.sha256)
            none &= ~sa.exists().where(places.c.document == documents.c.sha256)
            again = sa.or_(documents.c.path == received.path, documents.c.sha256 == received.sha256)
            connection.execute(documents.delete().where(again, none))
            if connection.scalar(sa.select(documents.c.sha256).where(documents.c.sha256 == received.sha256)) is None:
                no = (connection.scalar(sa.select(sa.func.max(documents.c.no))) or 0) + 1
                connection.execute(documents.insert(), [{"no": no, **rows.document_row(received)}])

    def met_again(self, sha256: str, path: str) -> None:
        """Note that the file with these bytes came from `path` too."""
        with self._begin() as connection:
            connection.execute(copies.delete().where(copies.c.path == path))
            connection.execute(copies.insert(), [{"path": path, "document": sha256}])

    def settle(self, found: Iterable[Ending]) -> None:
        """Keep what ends what, in the place of what was kept before."""
        wanted = {(ending.policy, ending.by): ending for ending in found}
        with self._begin() as connection:
            kept = map(rows.read_ending, connection.execute(sa.select(endings)).mappings())
            known = {(ending.policy, ending.by): ending for ending in kept}
            changed = {key for key in wanted.keys() | known.keys() if wanted.get(key) != known.get(key)}
            for policy, by in sorted(changed & known.keys()):
                connection.execute(endings.delete().where(endings.c.policy == policy, endings.c.by == by))
            for key in sorted(changed & wanted.keys()):
                ending = wanted[key]
                on = ending.on and ending.on.isoformat()
                row = {"policy": ending.policy, "by": ending.by, "words": ending.words, "on": on}
                connection.execute(endings.insert(), [row])
            for policy in sorted({policy for policy, _ in changed}):
                touched(connection, policy)

    def _corrected(self, received: Received) -> Received:
        """`received` with the corrections of the trail; one that no longer fits is said among the notices."""
        with self._begin() as connection:
            same = sa.or_(recuts.c.path == received.path, recuts.c.document == received.sha256)
            found = connection.execute(sa.select(recuts).where(same).order_by(recuts.c.no)).mappings()
            cuts = [cut for cut in map(rows.read_recut, found) if cut.undone is None]
            cut_again, lost = recut_all(received.policies, cuts)
            made = rows.by_measure(rows.read_decisions(connection))
        notices = tuple(
            Notice("doubtful", f"先前对“{(cut.was or (cut.policy,))[0]}”的切分更正（{HOWS[cut.how]}）对不上现在的读法")
            for cut in lost
        )
        again = tuple(recall(policy, rows.made_on(made, policy.measures)) for policy in cut_again)
        return replace(received, policies=again, notices=(*received.notices, *notices))

    # ------------------------------------------------------------ what people change

    def review(self, measure: Measure, review: Review) -> None:
        """Keep `measure` as a person left it, confirmed, rejected or still a draft.

        Raises InputError for an unknown id, or a clause that its policy does not have.
        """
        with self._begin() as connection:
            its_policy = sa.select(measures.c.policy).where(measures.c.id == measure.id).scalar_subquery()
            policy = next(rows.read_policies(connection, policies.c.id == its_policy), None)
            if policy is None:
                raise InputError(Problem("id", f'没有事项 "{measure.id}"', "库中的事项编号"))
            body = dump_measure(replace(measure, review=review))
            parse_measure(body, {clause.path for clause in policy.clauses}, measure.id)
            connection.execute(measures.update().where(measures.c.id == measure.id).values(body=body))
            touched(connection, policy.id)

    def decide(self, *decisions: Decision) -> None:
        """Keep what a person decided on measures of one policy, all or nothing, with a line of the trail for each.

        A decision without `before` adds its measure, after the one that it was split off. Raises InputError where the
        measure is not there, was changed by another since, or would not read back.
        """
        with self._begin() as connection:
            for decision in decisions:
                policy = next(rows.read_policies(connection, policies.c.id == decision.policy), None)
                if policy is None:
                    raise InputError(Problem("policy", f'没有政策 "{decision.policy}"', "库中的政策编号"))
                body = dump_measure(decision.after)
                parse_measure(body, {clause.path for clause in policy.clauses}, decision.measure)
                if decision.before is None:
                    rows.insert_part(connection, decision, body)
                else:
                    rows.replace_body(connection, decision, body)
                row = {
                    **{key: getattr(decision, key) for key in ("policy", "measure", "by", "action", "reason")},
                    "at": decision.at.isoformat(timespec="seconds"),
                    "before": decision.before and dump_measure(decision.before),
                    "after": body,
                    "text": words_of(policy, decision.after),
                }
                connection.execute(reviews.insert(), [row])
            for identity in dict.fromkeys(decision.policy for decision in decisions):
                touched(connection, identity)

    def recut(self, document: str, cut: Recut) -> None:
        """Correct where a policy of the document with the hash `document` begins, ends, or how it is called.

        Raises InputError where the document or policy is not there, the cut does not fit, or the text is kept from
        another file.
        """
        with self._begin() as connection:
            path = _path_of(connection, document)
            inside = _inside(connection, document)
            before = [policy for _, policy, _ in inside]
            after = recut(before, cut)
            _recut_to(connection, document, path, inside, after)
            left = {id(policy) for policy in after}
            what = rows.recut_what(cut, [policy for policy in before if id(policy) not in left])
            at = cut.at.isoformat(timespec="seconds")
            kept = {"path": path, "document": document, "policy": cut.policy, "by": cut.by, "at": at}
            connection.execute(recuts.insert(), [{**kept, "how": cut.how, "what": what}])
            touched(connection, None)

    def undo_recut(self, document: str, no: int, by: str, at: datetime) -> None:
        """Take back the correction `no`: the policies stand as before it, with what was decided on them since.

        Raises InputError where there is none such, or a later one changed the same policies.
        """
        with self._begin() as connection:
            path = _path_of(connection, document)
            mine = sa.select(recuts).where(recuts.c.document == document).order_by(recuts.c.no)
            lines = [row for row in connection.execute(mine).mappings() if "undone" not in row["what"]]
            row = next((row for row in lines if row["no"] == no), None)
            if row is None or "before" not in row["what"]:
                raise InputError(Problem("no", "没有这次更正，或已撤销", "这份文件里还有效的切分更正"))
            made = rows.by_measure(rows.read_decisions(connection))
            stood = [rows.parse_stored(body, body["id"]) for body in row["what"]["before"]]
            stood = [recall(policy, rows.made_on(made, policy.measures)) for policy in stood]
            gone = {policy.id for policy in stood} | {f"{row['policy']}+{row['what']['clause']}"}
            inside = _inside(connection, document)
            at_place = next((i for i, (_, policy, _) in enumerate(inside) if policy.id in gone), None)
            later = [other for other in lines if other["no"] > no and _touches(other, gone)]
            if at_place is None or later:
                raise InputError(Problem("no", "后来又更正过同一项政策", "从最后一次更正撤销起", "先撤销后来的更正"))
            now = [policy for _, policy, _ in inside]
            after = [policy for policy in now[:at_place] if policy.id not in gone]
            after += [*stood, *(policy for policy in now[at_place:] if policy.id not in gone)]
            _recut_to(connection, document, path, inside, after)
            what = {**row["what"], "undone": [by, at.isoformat(timespec="seconds")]}
            connection.execute(recuts.update().where(recuts.c.no == no).values(what=what))
            touched(connection, None)


# ---------------------------------------------------------------- within one transaction


def _path_of(connection: sa.Connection, document: str) -> str:
    path = connection.scalar(sa.select(documents.c.path).where(documents.c.sha256 == document))
    if path is None:
        raise InputError(Problem("document", f'没有文件 "{document}"', "收到过的文件"))
    return str(path)


def _inside(connection: sa.Connection, document: str, *, as_shown: bool = False) -> list[tuple[int, Policy, bool]]:
    """The policies met in a file, in order; those whose text is another file's are marked.

    As they were written, rejected measures with them; or `as_shown` to those who read.
    """
    mine = policies.c.document == document
    ordinals = {row.id: row.ordinal for row in connection.execute(sa.select(policies).where(mine))}
    own = rows.read_policies(connection, mine, rejected=not as_shown, settled=as_shown)
    found = [(ordinals[policy.id], policy, False) for policy in own]
    found += [(ordinal, policy, True) for ordinal, policy in rows.read_placed(connection, document)]
    return sorted(found, key=lambda item: item[0])


def _recut_to(
    connection: sa.Connection,
    document: str,
    path: str,
    inside: list[tuple[int, Policy, bool]],
    after: Iterable[Policy],
) -> None:
    """Let `after` stand in the file in the place of what is `inside` it."""
    reading = parse_policies(dump_policies(after := tuple(after)), path)
    if reading.problems:
        raise InputError(*reading.problems)
    left = {id(policy) for policy in after}
    for _, policy, placed in inside:
        if placed and id(policy) not in left:
            found = f"《{policy.title}》与另一份文件里的是同一项，正文以那一份为准"
            raise InputError(Problem("policy", found, "正文取自这份文件的政策", "请到那一份文件里更正"))
    placed_ids = {policy.id for _, policy, placed in inside if placed}
    rows.delete_policies(connection, [policy.id for _, policy, placed in inside if not placed])
    connection.execute(places.delete().where(places.c.document == document))
    own = [(i, policy) for i, policy in enumerate(after) if policy.id not in placed_ids]
    rows.insert_policies(connection, document, path, own)
    for i, policy in enumerate(after):
        if policy.id in placed_ids:
            connection.execute(places.insert(), [_place_row(document, i, policy)])


def _touches(row: sa.RowMapping, ids: set[str]) -> bool:
    what = row["what"]
    return bool(ids & {row["policy"], what.get("into"), f"{row['policy']}+{what['clause']}"})


def _place_row(document: str, ordinal: int, policy: Policy) -> dict[str, object]:
    return {"document": document, "ordinal": ordinal, "policy": policy.id, "body": dump_policy(policy)}


def _give_way(connection: sa.Connection, received: Received, own: set[str]) -> None:
    """Take out what `received` replaces; a policy that was met elsewhere too is kept from there."""
    replaced = [received.sha256]
    same_path = sa.select(documents.c.sha256).where(documents.c.path == received.path)
    for other in connection.scalars(same_path).all():
        copy = connection.scalar(sa.select(copies.c.path).where(copies.c.document == other).order_by(copies.c.path))
        if other != received.sha256 and copy is not None and copy != received.path:
            connection.execute(documents.update().where(documents.c.sha256 == other).values(path=copy))
            connection.execute(copies.delete().where(copies.c.path == copy))
        elif other != received.sha256:
            replaced.append(other)
    before = connection.scalar(sa.select(documents.c.path).where(documents.c.sha256 == received.sha256))
    connection.execute(copies.delete().where(copies.c.path == received.path))
    if before is not None and before != received.path:
        connection.execute(copies.insert(), [{"path": before, "document": received.sha256}])
    connection.execute(places.delete().where(places.c.document.in_(replaced)))
    gone = list(connection.scalars(sa.select(policies.c.id).where(policies.c.document.in_(replaced))))
    rows.delete_policies(connection, dict.fromkeys([*gone, *own]))
    connection.execute(documents.delete().where(documents.c.sha256.in_(replaced)))
    _take_over(connection, [identity for identity in gone if identity not in own])


def _held_elsewhere(connection: sa.Connection, document: str, ids: list[str]) -> set[str]:
    """Those of `ids` that a file other than `document` holds."""
    found: set[str] = set()
    for chunk in chunked(ids):
        held = sa.select(policies.c.id).where(policies.c.id.in_(chunk), policies.c.document != document)
        found.update(connection.scalars(held))
    return found


def _take_over(connection: sa.Connection, ids: list[str]) -> None:
    """Keep each policy of `ids`, whose file is gone, from the next file that it was met in, if there is one."""
    left = [row for chunk in chunked(ids) for row in _places_of(connection, chunk)]
    if not left:
        return
    made = rows.by_measure(rows.read_decisions(connection))
    for row in {row["policy"]: row for row in reversed(left)}.values():
        policy = rows.parse_stored(row["body"], row["policy"])
        policy = recall(policy, rows.made_on(made, policy.measures))
        here = (places.c.document == row["document"], places.c.ordinal == row["ordinal"])
        connection.execute(places.delete().where(*here))
        rows.insert_policies(connection, row["document"], row["path"], [(row["ordinal"], policy)])


def _places_of(connection: sa.Connection, ids: list[str]) -> list[sa.RowMapping]:
    """The other places of these policies, those of files that came first before those of later ones."""
    found = sa.select(places, documents.c.path).join(documents, places.c.document == documents.c.sha256)
    return list(connection.execute(found.where(places.c.policy.in_(ids)).order_by(documents.c.no)).mappings())
