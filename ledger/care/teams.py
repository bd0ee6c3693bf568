"""Groups and their cadres (工作组): how far the policies came with the enterprises of each, and what they left undone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from ledger.auditing.audit import Auditor
from ledger.auditing.row import Row
from ledger.auditing.standing import NOT_FILLED
from ledger.care.people import Cadre, Group
from ledger.layout import cadres, enterprises, groups, needs, promises, visits
from ledger.tables import Ledger

LATELY = timedelta(days=30)
"""Visits that count as recent: a cadre is to call on each enterprise about once a month."""
NO_GROUP = Group("未分组", "")


@dataclass(frozen=True, slots=True)
class Care:
    """What was done with some enterprises, in numbers: how many they are, how many of them were visited lately, visits
    lately, needs without an answer, those of them late, and promises broken.
    """

    enterprises: int = 0
    visited: int = 0
    visits: int = 0
    needs: int = 0
    late: int = 0
    broken: int = 0

    def __add__(self, other: Care) -> Care:
        return Care(*(getattr(self, name) + getattr(other, name) for name in Care.__slots__))


@dataclass(frozen=True, slots=True)
class Member:
    """A cadre of a group with the funnel of its enterprises (None: it has none) and what it did with them."""

    cadre: Cadre
    row: Row | None
    care: Care

    def count(self, name: str) -> int:
        """One of the funnel's counts."""
        return self.row.counts[name] if self.row else 0

    @property
    def amount_paid(self) -> float:
        """Yuan paid to its enterprises."""
        return self.row.amount_paid if self.row else 0.0


@dataclass(frozen=True, slots=True)
class Team:
    """A group with its members by name; its own numbers are theirs added up, for no enterprise has two cadres."""

    group: Group
    members: tuple[Member, ...]

    def count(self, name: str) -> int:
        """One of the funnel's counts over all members."""
        return sum(member.count(name) for member in self.members)

    @property
    def amount_paid(self) -> float:
        """Yuan paid to the enterprises of all members."""
        return sum(member.amount_paid for member in self.members)

    @property
    def care(self) -> Care:
        """What all members did."""
        return sum((member.care for member in self.members), Care())


def teams(ledger: Ledger, auditor: Auditor) -> tuple[Team, ...]:
    """Every group by name with its cadres, on the day of `auditor`; last those who are in none, and 未填 for nobody's.

    A cadre whom enterprises name but who was never entered stands under 未分组.
    """
    rows = {row.key: row for row in auditor.audit("cadre").rows}
    with ledger.begin() as connection:
        known = {row["name"]: Group(**row) for row in connection.execute(sa.select(groups)).mappings()}
        entered = [Cadre(**row) for row in connection.execute(sa.select(cadres)).mappings()]
        care = _care(connection, auditor.as_of)
    named = {cadre.name for cadre in entered}
    entered += [Cadre(key) for key in rows if key not in named]
    by_group: dict[str | None, list[Member]] = {name: [] for name in (*sorted(known), None)}
    for cadre in sorted(entered, key=lambda one: (one.name == NOT_FILLED, one.name)):
        by_group[cadre.group].append(Member(cadre, rows.get(cadre.name), care.get(cadre.name, Care())))
    found = [Team(known[name] if name else NO_GROUP, tuple(members)) for name, members in by_group.items()]
    return tuple(team for team in found if team.members or team.group is not NO_GROUP)


def led_by(found: Sequence[Team], name: str) -> tuple[Team, ...]:
    """The teams that `name` leads."""
    return tuple(team for team in found if team.group.leader == name)


def _care(connection: sa.Connection, as_of: date) -> Mapping[str, Care]:
    """What was done up to `as_of` with the enterprises of each cadre."""
    cadre = sa.func.coalesce(enterprises.c.cadre, NOT_FILLED)
    one = sa.literal(1)

    def counted(table: sa.Table, what: sa.ColumnElement[int], *where: sa.ColumnElement[bool]) -> Counter[str]:
        query = sa.select(cadre, what).join(enterprises, table.c.enterprise == enterprises.c.no)
        return Counter({row[0]: row[1] for row in connection.execute(query.where(*where).group_by(cadre))})

    lately = visits.c.visited_on.between(as_of - LATELY, as_of)
    waiting = needs.c.answer.is_(None) & (needs.c.raised_on <= as_of)
    broken = sa.func.coalesce(promises.c.kept_on, as_of) > promises.c.due_on
    many = sa.func.sum(one)
    whose = connection.execute(sa.select(cadre, many).select_from(enterprises).group_by(cadre)).all()
    columns = (
        counted(visits, sa.func.count(sa.distinct(visits.c.enterprise)), lately),
        counted(visits, many, lately),
        counted(needs, many, waiting),
        counted(needs, many, waiting & (needs.c.due_on < as_of)),
        counted(promises, many, broken),
    )
    return {name: Care(count, *(column[name] for column in columns)) for name, count in whose}
