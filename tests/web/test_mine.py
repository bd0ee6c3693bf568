"""我的政策: what the enterprise can get, has under way and has; its own facts with their sources; its needs."""

from __future__ import annotations

import re

import pytest

from ledger.care.needs import answer_need, needs_of
from ledger.care.visits import receive
from ledger.facts import origins, put_right
from ledger.history import receipts_of, steps_of
from ledger.imports.uptake import import_steps
from ledger.layout import facts
from tests.web.signing import AT, TODAY, text


@pytest.fixture
def mine(signed):
    return signed.client("一号公司")


def test_what_it_can_get_what_is_under_way_and_what_it_nearly_gets(mine):
    page = text(mine.get("/mine"))
    can, rest = page.split('id="under-way"', 1)
    assert "高新技术企业奖励" in can
    assert "要带：高新技术企业证书、营业执照" in can
    assert "研发费用补助" not in can
    under_way, nearly = rest.split('id="nearly"', 1)
    assert "研发费用补助" in under_way
    assert "2024年2月1日 已申报" in under_way
    assert "海外仓建设补助" in nearly
    assert "助企干部：李四" in page


def test_what_was_paid_is_there_with_its_sum(signed):
    signed.users.add("三号公司", "enterprise", "E-3", signed.users.find("一号公司").password, by="测试", at=AT)
    page = text(signed.client("三号公司").get("/mine"))
    assert "200,000" in page.split('id="has"', 1)[1]


def test_each_fact_has_its_source(mine):
    page = text(mine.get("/mine/facts"))
    assert "2023 年 9600 万元" in page
    assert "企业.jsonl" in page
    assert "2024年6月1日" in page


def correct(browser, field, **answers):
    address = f"/mine/facts/{field}"
    page = text(browser.get(address))
    kept = re.search(r'name="seal" value="([^"]*)"', page)[1]
    return browser.post(address, see=address, **{"seal": kept, **answers})


def test_a_fact_is_corrected_with_its_source_and_judged_anew(signed, mine):
    assert correct(mine, "revenue", **{"revenue.2023": "1500"}).status_code == 303
    origin = origins(signed.ledger, "E-1")["revenue"]
    assert (origin.source, origin.by, origin.on) == ("企业自填", "一号公司", TODAY)
    page = text(mine.get("/mine/facts"))
    assert "2023 年 1500 万元" in page
    assert "企业自填（一号公司）" in page


def test_a_fact_emptied_is_not_known_any_more(signed, mine):
    assert correct(mine, "revenue").status_code == 303
    assert "revenue" not in origins(signed.ledger, "E-1")


def test_a_title_is_added_and_the_rest_stays(signed, mine):
    correct(
        mine,
        "qualification",
        qualification="高新技术企业",
        **{"qualification.other": "专精特新中小企业", "qualification.rest": "none"},
    )
    page = text(mine.get("/mine/facts"))
    assert "高新技术企业、省级专精特新中小企业，没有其他" in page  # under its canonical name


def test_a_statement_is_confirmed(signed, mine):
    assert correct(mine, "confirmations.建设海外仓", **{"confirm:建设海外仓": "yes"}).status_code == 303
    assert "海外仓建设补助" in text(mine.get("/mine")).split('id="under-way"', 1)[0]


def test_a_value_that_cannot_be_read_is_said_and_kept_in_the_form(signed, mine):
    response = correct(mine, "revenue", **{"revenue.2023": "很多"})
    assert response.status_code == 400
    assert 'value="很多"' in text(response)
    assert signed.rows(facts) == []


def test_a_form_that_comes_late_says_so(signed, mine):
    address = "/mine/facts/revenue"
    kept = re.search(r'name="seal" value="([^"]*)"', text(mine.get(address)))[1]
    put_right(signed.ledger, "E-1", "revenue", {"2023": 5e7}, source="走访", on=TODAY, by="李四", at=AT)
    response = mine.post(address, see=address, seal=kept, **{"revenue.2023": "1"})
    assert response.status_code == 409
    assert "刚被别人改过" in text(response)
    assert "5000 万元" in text(mine.get("/mine/facts"))


@pytest.mark.parametrize("field", ["nothing", "manual", "__class__"])
def test_a_field_that_there_is_not(mine, field):
    assert mine.get(f"/mine/facts/{field}").status_code == 404


def test_answers_beside_the_result_are_taken_over(signed, mine):
    response = mine.post("/mine/answers", see="/mine", **{"confirm:建设海外仓": "yes"})
    assert response.status_code == 303
    assert "由 2 项变为 3 项" in text(mine.get("/mine"))
    assert origins(signed.ledger, "E-1")["confirmations.建设海外仓"].source == "企业自填"
    mine.post("/mine/answers", see="/mine")
    assert "没有新的回答" in text(mine.get("/mine"))


def test_a_need_is_raised_answered_and_rated(signed, mine):
    mine.post("/mine/needs", see="/mine", kind="融资", text="要一笔贷款")
    (need,) = needs_of(signed.ledger, enterprise="E-1")
    assert "李四，" in text(mine.get("/mine"))
    answer_need(signed.ledger, need.no, "已对接银行", on=TODAY, by="李四", at=AT)
    assert "已对接银行" in text(mine.get("/mine"))
    assert mine.post(f"/mine/needs/{need.no}", see="/mine", rating="9").status_code == 400
    mine.post(f"/mine/needs/{need.no}", see="/mine", rating="4")
    assert "您的评价：4 分" in text(mine.get("/mine"))


@pytest.mark.parametrize("form", [{"kind": "别的", "text": "x"}, {"kind": "融资", "text": " "}])
def test_a_need_that_says_nothing_is_refused(signed, mine, form):
    assert mine.post("/mine/needs", see="/mine", **form).status_code == 400
    assert needs_of(signed.ledger, enterprise="E-1") == ()


def test_its_own_checklist(mine):
    assert mine.get("/mine/checklist.docx").data.startswith(b"PK")
    assert mine.get("/mine/checklist.odt").status_code == 404


def test_what_an_enterprise_typed_is_text_on_every_page(signed, mine):
    mine.post("/mine/needs", see="/mine", kind="融资", text='"><script>alert(1)</script>')
    for browser, path in ((mine, "/mine"), (signed.client("李干部"), "/desk/E-1")):
        assert "<script>alert" not in text(browser.get(path))


def test_being_told_again_does_not_hide_an_application(signed, mine):
    receive(signed.ledger, "E-1", "M-2", "told", on=TODAY, by="李四", at=AT)
    under_way = text(mine.get("/mine")).split('id="under-way"', 1)[1].split('id="has"', 1)[0]
    assert "<td>已申报" in under_way


def test_it_says_itself_that_it_has_applied(signed, mine):
    assert mine.post("/mine/measures/M-1", see="/mine", answer="applied").status_code == 303
    can, rest = text(mine.get("/mine")).split('id="under-way"', 1)
    assert "高新技术企业奖励：已申报，已记下。" in can
    assert "高新技术企业奖励" in rest.split('id="nearly"', 1)[0]
    assert steps_of(signed.ledger, "E-1")["M-1"][-1].step == "applied"


def test_it_says_why_it_does_not_apply(signed, mine):
    mine.post("/mine/measures/M-1", see="/mine", answer="not_interested:too_much_paper")
    (receipt,) = [one for one in receipts_of(signed.ledger, "E-1").values() if one.measure == "M-1"]
    assert (receipt.response, receipt.reason, receipt.by) == ("not_interested", "too_much_paper", "一号公司")


def test_its_days_as_a_calendar(mine):
    response = mine.get("/mine/calendar.ics")
    assert response.mimetype == "text/calendar"
    assert "申报截止：高新技术企业奖励" in response.get_data(as_text=True)


def test_what_it_has_had_is_not_counted_among_what_it_can_get(signed, mine, tmp_path):
    def total():
        return re.findall("预计可得 <strong>([^<]*)", text(mine.get("/mine")))

    assert total() == ["20 万元至 70 万元"]
    paid = tmp_path / "环节.csv"
    paid.write_text("enterprise_id,measure_id,step,on,amount\nE-1,M-1,paid,2024-03-01,200000", encoding="utf-8")
    assert not import_steps(signed.ledger, paid, {"M-1"}).problems
    assert total() == ["最高 50 万元"]
    assert "已享受的 1 项不再计入" in text(mine.get("/mine"))
    assert "；已享受的 1 项不再计入" in text(mine.get("/mine/checklist.html"))
