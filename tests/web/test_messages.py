"""Messages: what the reader sees, how they want to be told; what is on its way for who runs the system."""

from dataclasses import replace
from datetime import time

import pytest

from corpus.model import All, Benefit, Fixed, Measure, Policy
from ledger.history import steps_of
from ledger.reaching.post import wish_of
from ledger.reaching.telling import go_round
from tests.web.signing import AT, TODAY, Signed, text

NEW = Policy("P-new", "新政策", measures=(Measure("M-new", "新设备补助", All(), Benefit("one_off_grant", Fixed(3e4))),))


@pytest.fixture
def told(signed):
    """The site after a round that told everybody of a new measure."""
    go_round(signed.ledger, signed.services.policies, TODAY, AT, {})
    services = replace(signed.services, policies=(*signed.services.policies, NEW))
    go_round(signed.ledger, services.policies, TODAY, AT, {})
    return Signed(signed.ledger, services)


def test_an_enterprise_reads_it_and_has_been_told(told):
    assert "M-new" not in steps_of(told.ledger, "E-1")
    page = text(told.client("一号公司").get("/messages"))
    assert "有 1 项惠企政策与贵企业有关" in page
    assert "新设备补助：3 万元" in page
    assert steps_of(told.ledger, "E-1")["M-new"][0].step == "informed"


def test_a_cadre_reads_of_their_enterprises_and_tells_nobody_by_it(told):
    page = text(told.client("李干部").get("/messages"))
    assert "您联系的 2 家企业有政策变动" in page
    assert "M-new" not in steps_of(told.ledger, "E-1")


def test_never_again(told):
    mine = told.client("一号公司")
    assert mine.post("/messages/mute/M-new", see="/messages").status_code == 303
    page = text(mine.get("/messages"))
    assert "以后不再提示“新设备补助”" in page
    assert "不再提示：新设备补助" in page
    assert wish_of(told.ledger, "E-1").muted == ("M-new",)


def test_how_to_be_told(told):
    mine = told.client("一号公司")
    mine.post("/messages/wish", see="/messages", quiet_from="18:30", quiet_until="09:00", a_week="1")
    wish = wish_of(told.ledger, "E-1")
    assert (wish.quiet_from, wish.quiet_until, wish.a_week) == (time(18, 30), time(9), 1)
    mine.post("/messages/wish", see="/messages", quiet_from="", quiet_until="", a_week="")
    assert wish_of(told.ledger, "E-1").a_week is None
    wrong = mine.post("/messages/wish", see="/messages", quiet_from="晚上", quiet_until="", a_week="1")
    assert wrong.status_code == 400
    assert "晚上" in text(wrong)


def test_nothing_yet_says_where_to_look(signed):
    assert "还没有消息" in text(signed.client("一号公司").get("/messages"))


def test_who_runs_the_system_sees_whom_the_next_round_will_tell(signed):
    go_round(signed.ledger, signed.services.policies, TODAY, AT, {})
    services = replace(signed.services, policies=(*signed.services.policies, NEW))
    admin = Signed(signed.ledger, services).client("管理员")
    assert "新设备补助" not in text(admin.get("/outbox"))
    page = text(admin.get("/outbox?preview=1"))
    assert "受影响 10 处" in page
    assert "新设备补助" in page


def test_what_could_not_be_sent_is_there_with_its_reason(signed, tmp_path):
    class Broken:
        def send(self, address, subject, text, at):
            raise OSError("收件地址不存在")

    (tmp_path / "c.csv").write_text("收件人,邮箱\nE-1,a@example.org\n", encoding="utf-8")
    from ledger.reaching.telling import import_contacts

    import_contacts(signed.ledger, tmp_path / "c.csv", by="管理员", at=AT)
    go_round(signed.ledger, signed.services.policies, TODAY, AT, {"mail": Broken()})
    go_round(signed.ledger, (*signed.services.policies, NEW), TODAY, AT, {"mail": Broken()})
    page = text(signed.client("管理员").get("/outbox?state=waiting"))
    assert "收件地址不存在" in page
