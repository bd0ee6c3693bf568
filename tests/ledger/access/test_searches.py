"""Kept searches: each user's own, with what had been found; on SQLite and PostgreSQL alike."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from corpus.errors import InputError
from ledger.access.rights import NotYours
from ledger.access.searches import MOST, Searches
from ledger.access.users import Users
from ledger.layout import trail

AT = datetime(2024, 6, 30, 9, 0)  # noqa: DTZ001
TODAY = date(2024, 6, 30)


@pytest.fixture
def theirs(ledger):
    users = Users(ledger)
    for name in ("甲", "乙"):
        users.add(name, "auditor", None, "hash", by="测试", at=AT)
    return Searches(ledger, "甲"), Searches(ledger, "乙")


def test_a_search_is_kept_once_looked_at_and_removed(theirs):
    own, _ = theirs
    own.keep("贴息", {"level": "city"}, {"P-1": "a"}, TODAY)
    own.keep("贴息", {"level": "city"}, {"P-1": "b"}, date(2024, 7, 1))
    own.keep("贴息", {}, {}, TODAY)
    latest, first = own.all()
    assert (first.query, first.filters, first.found, first.looked_on) == (
        "贴息",
        {"level": "city"},
        {"P-1": "a"},
        TODAY,
    )
    assert latest.filters == {}
    own.look(first.no, {"P-1": "a", "P-2": "c"}, date(2024, 7, 2))
    assert own.one(first.no).found == {"P-1": "a", "P-2": "c"}
    assert own.one(first.no).looked_on == date(2024, 7, 2)
    own.remove(first.no)
    assert own.all() == (latest,)


def test_nobody_else_s_is_there(theirs):
    own, other = theirs
    own.keep("贴息", {}, {}, TODAY)
    no = own.all()[0].no
    assert other.all() == ()
    for act in (other.one, other.remove, lambda no: other.look(no, {}, TODAY)):
        with pytest.raises(NotYours):
            act(no)
    assert own.one(no).query == "贴息"


def test_what_somebody_looks_for_leaves_no_trace(theirs, ledger):
    own, _ = theirs
    own.keep("贴息", {}, {}, TODAY)
    own.remove(own.all()[0].no)
    with ledger.begin() as connection:
        assert all(row.what == "user" for row in connection.execute(trail.select()))


def test_no_more_than_can_be_run(theirs):
    own, _ = theirs
    for number in range(MOST):
        own.keep(f"贴息{number}", {}, {}, TODAY)
    with pytest.raises(InputError, match=str(MOST)):
        own.keep("再一个", {}, {}, TODAY)
