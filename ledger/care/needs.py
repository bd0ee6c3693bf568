"""Needs of enterprises (企业诉求): raised, owned by someone until a day, passed up when that day goes by, answered, rated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any as Json

import sqlalchemy as sa
import yaml

from corpus.errors import InputError, Problem, nearest
from corpus.model import Policy, term_on
from ledger.care.people import cadre_of, group_of
from ledger.layout import enterprises, needs
from ledger.tables import Ledger

KINDS: Mapping[str, Sequence[str]] = yaml.safe_load(Path(__file__).with_name("needs.yaml").read_text(encoding="utf-8"))
"""The kinds of needs, each with the words by which a title is seen to speak of it."""
LEVELS = ("助企干部", "工作组", "惠企专班")
"""Who owns a need, level by level; the last passes nothing on."""
DAYS = (7, 5, 3)
"""Days to answer at each level: set by this program for want of a published limit; `days` takes the office's own."""
RATINGS = range(1, 6)


WHOSE = {"enterprise": enterprises.c.id, "name": enterprises.c.name}
"""Of what is an enterprise's, how it is called: by id and by name."""


@dataclass(frozen=True, slots=True)
class Need:
    """A need: whose (by id and by name), of which of KINDS, who owns it at which of LEVELS until when; None where it is not so far yet."""

    no: int
    enterprise: str
    name: str
    kind: str
    text: str
    raised_on: date
    owner: str
    level: int
    due_on: date
    answer: str | None
    answered_on: date | None
    rating: int | None


def raise_need(
    ledger: Ledger, enterprise: str, kind: str, text: str, *, on: date, by: str, at: datetime, days: int = DAYS[0]
) -> int:
    """Take down a need, owned by the enterprise's cadre (by the group, or the 专班, where there is none); its number.

    Raises InputError for an enterprise or a kind that is not known, or no words at all.
    """
    if kind not in KINDS:
        raise InputError(Problem("诉求类型", f'找到 "{kind}"', "、".join(KINDS), nearest(kind, KINDS)))
    if not text.strip():
        raise InputError(Problem("诉求", "没有写内容", "企业的诉求，一两句话"))
    with ledger.begin() as connection:
        no = ledger.number(connection, enterprise)
        level, owner = first_owner(connection, no)
        row = {
            "enterprise": no, "kind": kind, "text": text.strip(), "raised_on": on, "owner": owner, "level": level,
            "due_on": on + timedelta(days=days),
        }  # fmt: skip
        made = connection.execute(needs.insert().values(**row)).inserted_primary_key
        assert made is not None
        ledger.note(connection, by, at, "need", enterprise, None, {"kind": kind, "text": text, "owner": owner})
        return int(made[0])


def pass_up(ledger: Ledger, on: date, *, at: datetime) -> tuple[Need, ...]:
    """Pass every need that was due before `on` and has no answer to the next level, with that level's days; those passed."""
    with ledger.begin() as connection:
        ledger.changed(connection, needs)
        late = needs.c.answer.is_(None) & (needs.c.due_on < on) & (needs.c.level < len(LEVELS) - 1)
        passed = []
        for row in connection.execute(sa.select(needs).where(late)).all():
            level, owner = first_owner(connection, row.enterprise, row.level + 1)
            due = on + timedelta(days=DAYS[level])
            news = {"level": level, "owner": owner, "due_on": due}
            connection.execute(needs.update().where(needs.c.no == row.no).values(**news))
            before = {"level": row.level, "owner": row.owner, "due_on": row.due_on.isoformat()}
            ledger.note(connection, "程序", at, "pass_up", str(row.no), before, news | {"due_on": due.isoformat()})
            passed.append(row.no)
        return _read(connection, needs.c.no.in_(passed))


def answer_need(ledger: Ledger, no: int, answer: str, *, on: date, by: str, at: datetime) -> None:
    """Answer a need. Raises InputError where it is not known or says nothing."""
    if not answer.strip():
        raise InputError(Problem("答复", "没有写内容", "办理结果，一两句话"))
    _change(ledger, no, "answer", {"answer": answer.strip(), "answered_on": on}, by, at)


def rate_need(ledger: Ledger, no: int, rating: int, *, by: str, at: datetime) -> None:
    """The enterprise's rating of an answer, 1 to 5. Raises InputError before there is one."""
    if rating not in RATINGS:
        raise InputError(Problem("评价", f"找到 {rating}", "1 到 5"))
    _change(ledger, no, "rate", {"rating": rating}, by, at, answered=True)


def needs_of(
    ledger: Ledger, *, enterprise: str | None = None, owner: str | None = None, unanswered: bool = False
) -> tuple[Need, ...]:
    """Needs by the day they are due: of an enterprise, of an owner, those without an answer; together, those that are all."""
    where: list[sa.ColumnElement[bool]] = [sa.true()]
    if enterprise is not None:
        where.append(enterprises.c.id == enterprise)
    if owner is not None:
        where.append(needs.c.owner == owner)
    if unanswered:
        where.append(needs.c.answer.is_(None))
    with ledger.begin() as connection:
        return _read(connection, sa.and_(*where))


def gaps(found: Sequence[Need], policies: Sequence[Policy], as_of: date) -> dict[str, tuple[Need, ...]]:
    """政策空白: needs by kind for which no measure in force on `as_of` speaks: no word of the kind (KINDS) stands in its title
    or its policy's. By words alone: whether what speaks of it is enough is not said.
    """
    titles = [
        f"{policy.title} {measure.title}"
        for policy in policies
        if term_on(policy, as_of) == "in_force"
        for measure in policy.measures
    ]
    spoken = {
        kind for kind, words in KINDS.items() if not words or any(word in one for word in words for one in titles)
    }
    missing = {need.kind for need in found} - spoken
    return {kind: tuple(need for need in found if need.kind == kind) for kind in KINDS if kind in missing}


def first_owner(connection: sa.Connection, enterprise: int, level: int = 0) -> tuple[int, str]:
    """The level that owns a need of the enterprise of this row number, from `level` up, and who that is: a level that has
    nobody passes it on.
    """
    cadre = cadre_of(connection, enterprise)
    group = group_of(connection, cadre)
    owners = (cadre, group, LEVELS[-1])
    return next((i, owner) for i, owner in enumerate(owners) if i >= level and owner)


def _change(
    ledger: Ledger, no: int, what: str, news: dict[str, Json], by: str, at: datetime, *, answered: bool = False
) -> None:
    with ledger.begin() as connection:
        ledger.changed(connection, needs)
        row = connection.execute(sa.select(needs).where(needs.c.no == no)).mappings().first()
        if row is None:
            raise InputError(Problem("诉求", f"没有第 {no} 号诉求", "已登记的诉求"))
        if answered and row["answer"] is None:
            raise InputError(Problem("评价", f"第 {no} 号诉求还没有答复", "先答复，再由企业评价"))
        connection.execute(needs.update().where(needs.c.no == no).values(**news))
        before, after = ({key: _plain(values[key]) for key in news} for values in (row, news))
        ledger.note(connection, by, at, what, str(no), before, after)


def _plain(value: Json) -> Json:
    return value.isoformat() if isinstance(value, date) else value


def _read(connection: sa.Connection, where: sa.ColumnElement[bool]) -> tuple[Need, ...]:
    columns = [WHOSE[name] if name in WHOSE else needs.c[name] for name in Need.__slots__]
    query = sa.select(*columns).join(enterprises, needs.c.enterprise == enterprises.c.no).where(where)
    return tuple(Need(*row) for row in connection.execute(query.order_by(needs.c.due_on, needs.c.no)))
