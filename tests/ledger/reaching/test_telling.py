"""The daily round: who is told of what changed, on which way, once; what it brings into the funnel; addresses taken in."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from corpus.errors import InputError
from ledger.care.needs import DAYS, needs_of, raise_need
from ledger.care.people import Cadre, put_cadre
from ledger.history import steps_of
from ledger.imports.register import register
from ledger.reaching.post import SITE, Wish, mute, put_wish
from ledger.reaching.telling import OFFICE, go_round, import_contacts, last_told, messages_of, pending, posted, read_by
from ledger.tables import Ledger
from tests.ledger.reaching.test_outreach import policies
from tests.ledger.world import AS_OF, write_jsonl

AT = datetime.fromisoformat("2024-07-01T01:00")  # nine o'clock in Beijing
WHO = {"by": "管理员", "at": AT}


class Box:
    """A channel that keeps what it was given, or takes nothing."""

    def __init__(self, *, broken: bool = False) -> None:
        self.taken: list[tuple[str, str, str]] = []
        self.broken = broken

    def send(self, address: str, subject: str, text: str, at: datetime) -> None:
        if self.broken:
            raise OSError("收不了")
        self.taken.append((address, subject, text))


@pytest.fixture
def found(ledger: Ledger, tmp_path: Path) -> Ledger:
    """An enterprise in 济源 with a cadre, one elsewhere, one without an address; all told of one old measure."""
    people = [
        {"id": "here", "name": "甲", "cadre": "张三", "facts": {"region": "419001"}},
        {"id": "there", "name": "乙", "cadre": "张三", "facts": {"region": "110108"}},
        {"id": "silent", "name": "丙", "facts": {"region": "419001"}},
    ]
    register(ledger, write_jsonl(tmp_path / "e.jsonl", people), AS_OF)
    put_cadre(ledger, Cadre("张三", email="zhang@example.org"), **WHO)
    (tmp_path / "地址.csv").write_text(
        "收件人,邮箱\nhere,here@example.org\nthere,there@example.org\n", encoding="utf-8"
    )
    assert import_contacts(ledger, tmp_path / "地址.csv", **WHO).new == 2
    assert go_round(ledger, policies(old={}), AS_OF, AT, {}).first
    return ledger


def test_the_first_round_tells_nothing_and_remembers(found):
    assert messages_of(found, "here") == ()
    assert [m.id for policy in last_told(found) for m in policy.measures] == ["old"]


def test_a_new_measure_reaches_whom_it_is_for_and_their_cadre_once(found):
    mail, now = Box(), policies(old={}, new={})
    done = go_round(found, now, AS_OF, AT, {"mail": mail})
    assert [(one.enterprise_id, one.kind, one.measure_id, one.high) for one in done.changes] == [
        ("here", "gains", "new", 50000.0),
        ("silent", "gains", "new", 50000.0),
    ]
    assert sorted(address for address, _, _ in mail.taken) == ["here@example.org", "zhang@example.org"]
    assert done.unreached == ("silent",)
    assert "【新符合】事项new：5 万元" in mail.taken[0][2]
    again = go_round(found, now, AS_OF, AT + timedelta(days=1), {"mail": mail})
    assert (again.changes, again.queued, again.delivery.sent, len(mail.taken)) == ((), 0, 0, 2)


def test_what_is_pending_is_shown_before_it_is_sent(found):
    assert [one.measure_id for one in pending(found, policies(old={}, new={}), AS_OF)] == ["new", "new"]
    assert posted(found) == ()


def test_told_by_mail_is_told_when_it_was_sent(found):
    go_round(found, policies(old={}, new={}), AS_OF, AT, {"mail": Box()})
    (step,) = steps_of(found, "here")["new"]
    assert (step.step, step.on, step.office) == ("informed", date(2024, 7, 1), OFFICE)
    assert "new" not in steps_of(found, "silent")


def test_told_on_the_page_is_told_when_it_is_opened(found):
    go_round(found, policies(old={}, new={}), AS_OF, AT, {})
    (message,) = messages_of(found, "silent")
    assert message.measures == ("new",)
    for on in (date(2024, 7, 3), date(2024, 7, 4)):
        read_by(found, "silent", on)
    (step,) = steps_of(found, "silent")["new"]
    assert step.on == date(2024, 7, 3)


def test_who_was_told_in_person_is_not_told_again_by_the_count(found, tmp_path):
    go_round(found, policies(old={}, new={}), AS_OF, AT, {"mail": Box()})
    read_by(found, "here", date(2024, 7, 9))
    assert len(steps_of(found, "here")["new"]) == 1


def test_what_could_not_be_sent_is_tried_again_and_no_step_is_taken_for_it(found):
    now = policies(old={}, new={})
    done = go_round(found, now, AS_OF, AT, {"mail": Box(broken=True)})
    assert (done.delivery.again, "new" in steps_of(found, "here")) == (2, False)
    assert {one.state for one in posted(found)} == {"waiting"}
    mail = Box()
    later = go_round(found, now, AS_OF, AT + timedelta(minutes=6), {"mail": mail})
    assert (later.delivery.sent, len(mail.taken)) == (2, 2)
    assert "new" in steps_of(found, "here")
    assert {one.state for one in posted(found, "sent")} == {"sent"}


def test_quiet_hours_are_beijing_s_and_the_page_knows_none(found):
    evening = datetime.fromisoformat("2024-07-01T13:30")  # half past nine in Beijing
    mail, now = Box(), policies(old={}, new={})
    go_round(found, now, AS_OF, evening, {"mail": mail})
    assert mail.taken == []
    assert len(messages_of(found, "here")) == 1
    go_round(found, now, AS_OF, datetime.fromisoformat("2024-07-02T00:00"), {"mail": mail})
    assert len(mail.taken) == 2


def test_who_does_not_want_to_hear_is_left_alone(found):
    mute(found, "here", "new", **WHO)
    put_wish(found, "张三", Wish(a_week=0), **WHO)
    mail = Box()
    go_round(found, policies(old={}, new={}), AS_OF, AT, {"mail": mail})
    assert mail.taken == []
    assert (len(messages_of(found, "here")), len(messages_of(found, "张三"))) == (0, 1)


def test_a_late_need_is_passed_up_by_the_round(found):
    raise_need(found, "here", "融资", "要贷款", on=AS_OF, **WHO)
    late = AS_OF + timedelta(days=DAYS[0] + 1)
    done = go_round(found, policies(old={}), late, AT, {})
    assert [need.owner for need in done.passed_up] == ["惠企专班"]
    assert needs_of(found)[0].level == 2


def test_every_reader_s_page_is_in_the_count_but_not_in_the_outbox_list(found):
    done = go_round(found, policies(old={}, new={}), AS_OF, AT, {"mail": Box()})
    assert done.queued == 5  # two pages, a cadre's page, two mails
    assert {one.channel for one in posted(found)} == {"mail"}
    assert all(one.channel != SITE for one in posted(found))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("收件人,邮箱\n没登记,a@b\n", ["第 2 行", "没登记", "register"]),
        ("收件人,邮箱\nhere,不是邮箱\n", ["第 2 行", "邮箱", "不是邮箱"]),
        ("收件人,机器人\nhere,http://example.org/hook\n", ["第 2 行", "https://"]),
        ("收件人,邮箱\nhere,\n", ["第 2 行", "都没有填"]),
    ],
)
def test_a_bad_address_is_named(found, tmp_path, text, words):
    (tmp_path / "坏.csv").write_text(text, encoding="utf-8")
    done = import_contacts(found, tmp_path / "坏.csv", **WHO)
    assert [word for word in words if word not in str(done.problems[0])] == []


def test_columns_of_addresses_that_are_not_known_are_asked(found, tmp_path):
    (tmp_path / "地址.csv").write_text("企业,邮箱\nhere,new@example.org\n", encoding="utf-8")
    with pytest.raises(InputError, match=r'不认识的列 "企业".*收件人'):
        import_contacts(found, tmp_path / "地址.csv", **WHO)
    assert import_contacts(found, tmp_path / "地址.csv", mapping={"企业": "收件人"}, **WHO).taken == 1


def test_addresses_again_change_nothing_and_a_newer_one_takes_the_place(found, tmp_path):
    file = tmp_path / "地址.csv"
    assert import_contacts(found, file, **WHO).new == 0
    file.write_text("收件人,邮箱\nhere,new@example.org\n", encoding="utf-8")
    import_contacts(found, file, **WHO)
    mail = Box()
    go_round(found, policies(old={}, new={}), AS_OF, AT, {"mail": mail})
    assert "new@example.org" in {address for address, _, _ in mail.taken}
