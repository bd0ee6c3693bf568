"""Users, sign-ins tried in vain, and what happened to one enterprise: on SQLite and PostgreSQL alike."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest

from corpus.errors import InputError
from ledger.access.rights import NotYours, Rights
from ledger.access.users import TRIES, WINDOW, Users
from ledger.care.needs import raise_need
from ledger.care.visits import receive, visit
from ledger.care.voices import voices
from ledger.history import receipts_of, steps_of, visits_of
from ledger.imports.register import register
from ledger.layout import metadata, trail
from ledger.tables import Ledger

AT = datetime(2024, 6, 30, 9, 0)  # noqa: DTZ001
TODAY = date(2024, 6, 30)


@pytest.fixture
def users(ledger):
    made = Users(ledger)
    with ledger.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
    return made


@pytest.fixture
def enrolled(ledger, users, tmp_path):
    path = tmp_path / "e.jsonl"
    rows = [
        {"id": f"E-{no}", "name": f"{no}号", "facts": {}, "cadre": cadre} for no, cadre in ((1, "李四"), (2, "王五"))
    ]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    assert not register(ledger, path, TODAY).problems
    return users


def test_a_user_is_added_found_renewed_and_closed(users):
    assert not users.any()
    made = users.add(" 张 三 ", "auditor", "不相干", "hash", by="测试", at=AT)
    assert (made.name, made.bound, made.closed) == ("张 三", None, False)
    assert users.find("张 三") == made == users.all()[0]
    users.renew("张 三", "other", by="测试", at=AT)
    users.close("张 三", True, by="测试", at=AT)
    found = users.find("张 三")
    assert (found.password, found.closed) == ("other", True)
    assert found.stamp != made.stamp
    users.leave("张 三")
    assert users.find("张 三").stamp != found.stamp
    with pytest.raises(InputError, match="没有用户"):
        users.close("李四", True, by="测试", at=AT)


def test_no_hash_comes_into_the_trail(users):
    users.add("张三", "auditor", None, "the hash", by="测试", at=AT)
    users.renew("张三", "another hash", by="测试", at=AT)
    with users.ledger.begin() as connection:
        assert "hash" not in repr(connection.execute(trail.select()).all())


def test_tries_are_counted_by_name_until_the_window_is_over(users):
    assert [users.try_in("张三", "192.0.2.1", AT) for _ in range(TRIES + 1)] == [True] * TRIES + [False]
    assert Users(Ledger(users.ledger.engine)).try_in("张三", "192.0.2.9", AT) is False
    assert users.try_in("张三", "192.0.2.1", AT + WINDOW)
    users.came_in("张三", "192.0.2.1")
    assert users.try_in("张三", "192.0.2.1", AT)


def test_a_binding_must_be_there(enrolled):
    for role, bound, words in (("enterprise", "E-9", "没有企业"), ("office", " ", "部门名称"), ("lord", None, "身份")):
        with pytest.raises(InputError, match=words):
            enrolled.add("张三", role, bound, "hash", by="测试", at=AT)


def test_a_cadre_reads_its_own_and_an_office_none(enrolled):
    ledger = enrolled.ledger
    cadre = Rights(ledger, enrolled.add("李", "cadre", "李四", "hash", by="测试", at=AT))
    assert [one.id for one in cadre.enterprises()] == ["E-1"]
    with pytest.raises(NotYours):
        cadre.enterprise("E-2")
    with pytest.raises(NotYours):
        cadre.voices((), TODAY)
    office = Rights(ledger, enrolled.add("科", "office", "科技局", "hash", by="测试", at=AT))
    assert office.enterprises() == ()
    with pytest.raises(NotYours):
        office.to_change("E-1")


def test_what_happened_to_one_enterprise_and_no_other(enrolled):
    ledger = enrolled.ledger
    for day, response, reason in ((1, "told", None), (3, "not_interested", "too_little"), (2, "applied", None)):
        receive(ledger, "E-1", "m", response, on=date(2024, 6, day), by="李四", at=AT, reason=reason)
    visit(ledger, "E-1", cadre="李四", on=TODAY, note="见了", at=AT)
    assert [(one.step, one.on.day) for one in steps_of(ledger, "E-1")["m"]] == [
        ("informed", 1),
        ("applied", 2),
        ("informed", 3),
    ]
    assert receipts_of(ledger, "E-1")["m"].reason == "too_little"
    assert [one.note for one in visits_of(ledger, "E-1")] == ["见了"]
    assert not steps_of(ledger, "E-2")
    assert not receipts_of(ledger, "E-2")
    assert not visits_of(ledger, "E-2")


def test_an_office_hears_of_its_own_promises_alone(enrolled):
    raise_need(enrolled.ledger, "E-1", "融资", "要贷款", on=date(2024, 1, 1), by="测试", at=AT)
    assert [need.text for need in voices(enrolled.ledger, (), TODAY).late] == ["要贷款"]
    assert voices(enrolled.ledger, (), TODAY, "科技局").late == ()
