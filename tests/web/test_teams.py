"""The groups: who may look, what is shown, and that a leader sees their own."""

import pytest

from ledger.care.people import Cadre, Group, put_cadre, put_group
from ledger.care.visits import visit
from tests.web.signing import AT, TODAY, text

WHO = {"by": "管理员", "at": AT}


@pytest.fixture
def grouped(signed):
    put_group(signed.ledger, Group("第一组", "王五", "419001"), **WHO)
    put_cadre(signed.ledger, Cadre("李四", "第一组", "13800000000"), **WHO)
    visit(signed.ledger, "E-1", cadre="李四", on=TODAY, note="看过", at=AT)
    return signed


def test_an_auditor_sees_every_group(grouped):
    page = text(grouped.client("督查员").get("/teams"))
    assert "第一组" in page
    assert "组长 王五" in page
    assert "未分组" in page  # 王五 was never entered as a cadre
    assert "13800000000" in page
    assert "共 1 次" in page


def test_a_leader_sees_their_own_group_alone(grouped):
    leader = grouped.client("王干部")
    assert "看本组情况" in text(leader.get("/desk"))
    page = text(leader.get("/teams"))
    assert "第一组" in page
    assert "未分组" not in page


def test_who_leads_none_is_told_so(grouped):
    other = grouped.client("李干部")
    assert "看本组情况" not in text(other.get("/desk"))
    response = other.get("/teams")
    assert response.status_code == 404
    assert "只对组长、督查和管理员开放" in text(response)


def test_a_ledger_without_groups_says_how_to_begin(signed):
    page = text(signed.client("督查员").get("/teams"))
    assert "未分组" in page
