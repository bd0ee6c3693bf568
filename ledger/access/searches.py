"""Searches that somebody keeps, each with what it had found when they last looked, so that what is new can be told.

What somebody looks for is their own: nobody else reads it, it leaves no trace in the trail, and removed it is gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from corpus.errors import InputError, Problem
from ledger.access.rights import NotYours
from ledger.access.users import NAME_LENGTH
from ledger.layout import metadata
from ledger.tables import Ledger

MOST = 50
"""Searches that one user may keep: each is run when the page of them is opened."""

searches = sa.Table(
    "searches",
    metadata,
    sa.Column("no", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("owner", sa.String(NAME_LENGTH), sa.ForeignKey("users.name"), nullable=False, index=True),
    sa.Column("query", sa.Text, nullable=False),
    sa.Column("filters", sa.JSON, nullable=False),
    # By policy a stamp of its words, as they were when its owner last looked.
    sa.Column("found", sa.JSON, nullable=False),
    sa.Column("looked_on", sa.Date, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Search:
    """A kept search: what was asked under which filters; by policy the stamp of what had been found on `looked_on`."""

    no: int
    query: str
    filters: Mapping[str, str]
    found: Mapping[str, str]
    looked_on: date


class Searches:
    """The searches that the user `owner` keeps in `ledger`; those of others are not there."""

    def __init__(self, ledger: Ledger, owner: str) -> None:
        self._ledger, self._owner = ledger, owner

    def all(self) -> tuple[Search, ...]:
        """Every one, the latest kept first."""
        columns = (searches.c[name] for name in ("no", "query", "filters", "found", "looked_on"))
        asked = sa.select(*columns).where(searches.c.owner == self._owner).order_by(searches.c.no.desc())
        with self._ledger.begin() as connection:
            return tuple(Search(*row) for row in connection.execute(asked))

    def one(self, no: int) -> Search:
        """One of them. Raises NotYours where there is none of this number."""
        found = next((search for search in self.all() if search.no == no), None)
        if found is None:
            raise NotYours("您没有收藏过这次检索。")
        return found

    def keep(self, query: str, filters: Mapping[str, str], found: Mapping[str, str], on: date) -> None:
        """Keep a search; one that is kept already stays as it is. Raises InputError beyond MOST."""
        kept = self.all()
        if any((search.query, search.filters) == (query, filters) for search in kept):
            return
        if len(kept) >= MOST:
            raise InputError(Problem("收藏的检索", f"已有 {len(kept)} 个", f"不超过 {MOST} 个", "先移除不再关心的"))
        row = {"query": query, "filters": dict(filters), "found": dict(found), "looked_on": on}
        with self._ledger.begin() as connection:
            connection.execute(searches.insert(), [{"owner": self._owner, **row}])

    def look(self, no: int, found: Mapping[str, str], on: date) -> None:
        """Take down that its owner has seen `found`. Raises NotYours where there is none of this number."""
        self._change(searches.update().values(found=dict(found), looked_on=on), no)

    def remove(self, no: int) -> None:
        """Keep it no longer. Raises NotYours where there is none of this number."""
        self._change(searches.delete(), no)

    def _change(self, statement: sa.Update | sa.Delete, no: int) -> None:
        with self._ledger.begin() as connection:
            done = connection.execute(statement.where(searches.c.owner == self._owner, searches.c.no == no))
        if not done.rowcount:
            raise NotYours("您没有收藏过这次检索。")
