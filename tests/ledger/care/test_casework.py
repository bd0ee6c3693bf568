"""Cadres, needs, visits, receipts and promises: who owns what until when, and that every change is in the trail."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from corpus.catalogue import parse_policies
from corpus.errors import InputError
from ledger.care.needs import answer_need, gaps, needs_of, pass_up, raise_need, rate_need
from ledger.care.people import Cadre, Group, assign, cadres_of, put_cadre, put_group
from ledger.care.visits import REASONS, keep_promise, promise, promises_of, reasons, receive, visit
from ledger.imports.register import register
from ledger.layout import steps, trail
from ledger.tables import Ledger
from tests.ledger.world import AS_OF, write_jsonl

AT = datetime.fromisoformat("2024-06-30T09:00")
WHO = {"by": "张三", "at": AT}


@pytest.fixture
def staffed(ledger: Ledger, tmp_path: Path) -> Ledger:
    """Two enterprises, one of them with a cadre in a group."""
    people = [{"id": "e1", "facts": {"region": "419001"}}, {"id": "e2", "facts": {}}]
    register(ledger, write_jsonl(tmp_path / "e.jsonl", people), AS_OF)
    put_group(ledger, Group("第一组", "王五", "419001"), **WHO)
    put_cadre(ledger, Cadre("张三", "第一组", "13800000000"), **WHO)
    assign(ledger, ["e1"], "张三", **WHO)
    return ledger


def done(ledger: Ledger) -> list[str]:
    with ledger.begin() as connection:
        return list(connection.scalars(sa.select(trail.c.what).order_by(trail.c.no)))


def test_assignment_is_all_or_nothing(staffed: Ledger) -> None:
    assert cadres_of(staffed, "第一组") == (Cadre("张三", "第一组", "13800000000"),)
    with pytest.raises(InputError, match='没有企业 "e9"'):
        assign(staffed, ["e1", "e9"], None, **WHO)
    with pytest.raises(InputError, match='没有助企干部 "赵六"'):
        assign(staffed, ["e2"], "赵六", **WHO)
    with pytest.raises(InputError, match='没有工作组 "第九组"'):
        put_cadre(staffed, Cadre("李四", "第九组"), **WHO)
    assert [row.cadre for row in staffed.registered()] == ["张三", None]
    assert done(staffed) == ["groups", "cadres", "assign"]


def test_a_need_goes_up_when_its_day_goes_by(staffed: Ledger) -> None:
    no = raise_need(staffed, "e1", "融资", "缺流动资金", on=date(2024, 6, 1), **WHO)
    (need,) = needs_of(staffed, enterprise="e1")
    assert (need.owner, need.level, need.due_on) == ("张三", 0, date(2024, 6, 8))
    assert pass_up(staffed, date(2024, 6, 8), at=AT) == ()
    (need,) = pass_up(staffed, date(2024, 6, 9), at=AT)
    assert (need.no, need.owner, need.level, need.due_on) == (no, "第一组", 1, date(2024, 6, 14))
    pass_up(staffed, date(2024, 6, 20), at=AT)
    assert pass_up(staffed, date(2024, 7, 20), at=AT) == ()
    (need,) = needs_of(staffed, owner="惠企专班", unanswered=True)
    answer_need(staffed, no, "已对接银行", on=date(2024, 6, 21), **WHO)
    rate_need(staffed, no, 5, by="e1", at=AT)
    (need,) = needs_of(staffed, enterprise="e1")
    assert (need.answer, need.answered_on, need.rating) == ("已对接银行", date(2024, 6, 21), 5)
    assert needs_of(staffed, unanswered=True) == ()
    assert done(staffed)[3:] == ["need", "pass_up", "pass_up", "answer", "rate"]


def test_who_has_no_cadre_goes_to_the_staff_at_once(staffed: Ledger) -> None:
    raise_need(staffed, "e2", "用地", "要十亩地", on=AS_OF, **WHO)
    assert [(need.owner, need.level) for need in needs_of(staffed, enterprise="e2")] == [("惠企专班", 2)]


def test_needs_that_cannot_be(staffed: Ledger) -> None:
    with pytest.raises(InputError, match="最接近的是"):
        raise_need(staffed, "e1", "融资难", "缺钱", on=AS_OF, **WHO)
    with pytest.raises(InputError, match="没有写内容"):
        raise_need(staffed, "e1", "融资", " ", on=AS_OF, **WHO)
    no = raise_need(staffed, "e1", "融资", "缺钱", on=AS_OF, **WHO)
    with pytest.raises(InputError, match="先答复"):
        rate_need(staffed, no, 5, **WHO)
    with pytest.raises(InputError, match="1 到 5"):
        rate_need(staffed, no, 6, **WHO)
    with pytest.raises(InputError, match="没有第 99 号诉求"):
        answer_need(staffed, 99, "好", on=AS_OF, **WHO)


def test_needs_that_no_measure_speaks_of(staffed: Ledger) -> None:
    for kind in ("融资", "用地", "用工", "审批", "其他"):
        raise_need(staffed, "e1", kind, "有困难", on=AS_OF, **WHO)

    def policy(no: int, titles: list[str], **term: str) -> dict:
        measures = [{"id": f"m{no}{i}", "title": title, "rule": {"all": []}} for i, title in enumerate(titles)]
        return {"id": f"p{no}", "title": "政策", "measures": measures, **term}

    # Spoken of in other words than its kind; and by what is in force no more, which answers nobody.
    bodies = [policy(1, ["设备更新贷款贴息", "一次性扩岗补助"]), policy(2, ["工业用地优惠"], expires_on="2024-06-29")]
    policies = parse_policies({"schema_version": 1, "policies": bodies}, "t").policies
    found = gaps(needs_of(staffed), policies, AS_OF)
    assert list(found) == ["用地", "审批"]
    assert [(need.enterprise, need.name) for need in found["用地"]] == [("e1", "")]
    assert list(gaps(needs_of(staffed), policies, date(2024, 6, 29))) == ["审批"]


def test_a_visit_puts_facts_right(staffed: Ledger) -> None:
    visit(staffed, "e1", cadre="张三", on=AS_OF, note="看了车间", at=AT, found={"employees": {"2023": 80}})
    one = staffed.enterprise("e1")
    assert one.profile["facts"] == {"region": "419001", "employees": {"2023": 80}}
    assert done(staffed)[-2:] == ["fact", "visit"]


def test_of_a_visit_with_a_wrong_fact_nothing_is_kept(staffed: Ledger) -> None:
    before = done(staffed)
    with pytest.raises(InputError):
        visit(staffed, "e1", cadre="张三", on=AS_OF, note="看过", at=AT, found={"employees": 80, "revenue": "很多"})
    assert staffed.enterprise("e1").profile["facts"] == {"region": "419001"}
    assert done(staffed) == before


def test_receipts_go_into_the_funnel_and_say_why_not(staffed: Ledger) -> None:
    receive(staffed, "e1", "m", "told", on=AS_OF, **WHO)
    receive(staffed, "e1", "m", "not_interested", reason="too_much_paper", on=AS_OF, **WHO)
    receive(staffed, "e2", "m", "applied", on=AS_OF, **WHO)
    with staffed.begin() as connection:
        taken = connection.execute(sa.select(steps.c.enterprise, steps.c.step)).all()
    assert sorted(map(tuple, taken)) == [(1, "informed"), (2, "applied")]
    assert reasons(staffed) == {reason: int(reason == "too_much_paper") for reason in REASONS}
    with pytest.raises(InputError, match="不申报时"):
        receive(staffed, "e1", "m", "not_interested", on=AS_OF, **WHO)
    with pytest.raises(InputError, match="told、applied"):
        receive(staffed, "e1", "m", "heard", on=AS_OF, **WHO)


def test_promises_are_kept_or_broken(staffed: Ledger) -> None:
    told = {"office": "科技局", "on": date(2024, 6, 1), **WHO}
    no = promise(staffed, "e1", "月底前兑付", due_on=date(2024, 6, 28), **told)
    (one,) = promises_of(staffed, "e1")
    assert (one.broken(date(2024, 6, 28)), one.broken(date(2024, 6, 29))) == (False, True)
    keep_promise(staffed, no, on=date(2024, 6, 20), **WHO)
    assert [one.broken(date(2024, 7, 30)) for one in promises_of(staffed)] == [False]
    with pytest.raises(InputError, match="没有第 99 号承诺"):
        keep_promise(staffed, 99, on=AS_OF, **WHO)
    with pytest.raises(InputError, match="不早于承诺之日"):
        promise(staffed, "e1", "昨天兑付", due_on=date(2024, 5, 31), **told)
