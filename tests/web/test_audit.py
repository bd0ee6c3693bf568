"""The audit pages: the funnel in numbers and bars, the lists by name, an office that sees its own measures only."""

from __future__ import annotations

import io
import re
from datetime import date
from html import escape, unescape

import openpyxl
import pytest

from ledger.access.rights import PartAuditor
from ledger.access.users import User
from ledger.auditing.audit import audit
from ledger.care.needs import answer_need, raise_need, rate_need
from ledger.care.visits import promise, receive
from tests.web.signing import AT, TODAY, text
from web.pages.audit import LISTS, bars


@pytest.fixture
def auditor(signed):
    return signed.client("督查员")


def test_the_numbers_of_the_page_are_those_of_the_audit(signed, auditor, policies):
    found = audit(signed.ledger, policies, TODAY)
    page = text(auditor.get("/audit"))
    for row in found.rows:
        if row.key == "M-1":
            assert (row.counts["eligible"], row.counts["informed"], row.counts["eligible_not_applied"]) == (9, 7, 9)
    assert f"登记企业 {len(found.auditor.standings.register)} 家" in page
    assert "高新技术企业奖励" in page
    assert "告知未申报" in page
    assert "责任部门：科技局" in page


@pytest.mark.parametrize(
    ("by", "words"),
    [
        ("measure", "高新技术企业奖励"),
        ("department", "科技局"),
        ("region", "济源市"),
        ("industry", "制造业"),
        ("cadre", "李四"),
    ],
)
def test_every_side_has_its_rows(auditor, by, words):
    page = text(auditor.get(f"/audit?by={by}"))
    assert words in page
    assert "<svg" in page


def test_a_side_that_there_is_not_is_named(auditor):
    response = auditor.get("/audit?by=colour")
    assert response.status_code == 400
    assert "measure、department" in text(response)


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("missing", ["10号公司", "高新技术企业奖励", "已告知", "王五"]),
        ("doubtful", ["3号公司", "200,000 元", "不符合"]),
        ("overdue", ["1号公司", "研发费用补助", "已申报"]),
        ("dormant", ["高新技术企业奖励"]),
        ("untold", ["没有"]),
        ("dead", ["没有"]),
    ],
)
def test_a_list_by_name(auditor, what, words):
    page = text(auditor.get(f"/audit/lists/{what}"))
    assert LISTS[what].title in page
    for word in words:
        assert word in page, word


def test_a_list_that_there_is_not(auditor):
    assert auditor.get("/audit/lists/all").status_code == 404


def test_the_share_told_is_of_those_who_are_eligible(signed, auditor, policies):
    # 3号公司 is paid for M-1 without being eligible: that it was told changes nothing of the share.
    receive(signed.ledger, "E-3", "M-1", "told", on=TODAY, by="李四", at=AT)
    (row,) = (row for row in audit(signed.ledger, policies, TODAY).rows if row.key == "M-1")
    assert (row.counts["eligible"], row.counts["informed"], row.counts["eligible_not_informed"]) == (9, 8, 2)
    funnel = text(auditor.get("/audit/measures/M-1")).split("已告知", 1)[1]
    assert "符合的企业里 78% 已告知" in funnel
    assert "各项都已告知" in text(auditor.get("/audit"))


def test_a_measure_by_itself(auditor):
    page = text(auditor.get("/audit/measures/M-1"))
    assert "<strong>7</strong> 家" in page
    assert "应享未享" in page
    assert "3号公司" in page  # paid without being eligible
    assert "符合的" in page or "告知过的" in page
    assert auditor.get("/audit/measures/nothing").status_code == 404


def test_the_book_is_the_ledger_s_own(auditor):
    response = auditor.get("/audit/book.xlsx?by=department")
    assert "filename*=UTF-8''" in response.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(response.data), read_only=True)
    assert {"说明", "漏斗·按部门", "应享未享", "沉睡政策"} <= set(book.sheetnames)


def test_the_api_gives_the_shape_of_the_command(signed, auditor, policies):
    response = auditor.get("/api/v1/audit?by=cadre")
    assert response.get_json() == audit(signed.ledger, policies, TODAY, "cadre").to_json()
    assert response.headers["Cache-Control"].startswith("no-store")


def test_the_api_is_described_and_wants_a_signature(signed, auditor):
    paths = auditor.get("/api/v1/openapi.json").get_json()["paths"]
    assert "get" in paths["/audit"]
    response = signed.client().get("/api/v1/audit")
    assert (response.status_code, response.mimetype) == (401, "application/problem+json")


def test_the_audit_of_another_day(auditor):
    page = text(auditor.get("/audit?as_of=2024-01-31"))
    assert "2024年1月31日" in page
    assert auditor.get("/audit?as_of=gestern").status_code == 400


def ways_in(page):
    """The rows of the table that can be looked into: title and address."""
    found = re.findall(r'<th scope="row"><a href="([^"]*)">([^<]*)</a></th>', page)
    return {title: unescape(address) for address, title in found}


@pytest.mark.parametrize(
    ("by", "title"),
    [("department", "科技局"), ("region", "河南省济源市"), ("industry", "制造业"), ("cadre", "王五"), ("size", "未填")],
)
def test_a_row_can_be_looked_into_and_out_again(signed, auditor, policies, by, title):
    before = audit(signed.ledger, policies, date(2024, 6, 1), by)
    row = next(row for row in before.rows if row.title == title)
    address = ways_in(text(auditor.get(f"/audit?by={by}&as_of=2024-06-01")))[title]
    page = text(auditor.get(address))
    assert "2024年6月1日" in page
    for one in before.auditor.within(by, row.key).audit("measure").rows:
        assert escape(one.title) in page
    json = auditor.get(address.replace("/audit?", "/api/v1/audit?")).get_json()
    assert {name: json["total"][name] for name in row.counts} == row.counts
    crumbs = re.search(r'<nav class="crumbs".*?</nav>', page)[0]
    assert title in crumbs
    assert 'href="/audit?as_of=2024-06-01"' in crumbs
    # Every other side, the book and each measure stay within the row.
    assert all("within=" in unescape(link) for link in re.findall(r'href="(/audit[?/][^"]*by=[^"]*)"', page))
    assert all("within=" in address and "as_of=" in address for address in ways_in(page).values())


def test_a_row_within_a_row(auditor):
    page = text(auditor.get("/audit?by=cadre&within=department=科技局"))
    deeper = text(auditor.get(ways_in(page)["李四"]))
    crumbs = re.search(r'<nav class="crumbs".*?</nav>', deeper)[0]
    assert "部门：科技局</a>" in crumbs
    assert "助企干部：李四</span>" in crumbs
    assert "海外仓建设补助" not in deeper
    measure = text(auditor.get(ways_in(deeper)["高新技术企业奖励"]))
    assert "3号公司" in measure
    assert "10号公司" not in measure  # is 王五's
    assert "within=measure%3D" in measure


def test_a_month_is_looked_into(auditor):
    """In March seven were told of the one measure, and one was paid for it, without a word before."""
    page = text(auditor.get("/audit?by=period"))
    inside = text(auditor.get(ways_in(page)["2024年3月"]))
    assert "时段：2024年3月</span>" in inside
    assert "首次走到这一步的月份" in inside
    measure = text(auditor.get(ways_in(inside)["高新技术企业奖励"]))
    assert "3号公司" in measure.split("已享存疑", 1)[1]
    told = auditor.get("/api/v1/audit?within=period=2024-03").get_json()
    rows = {row["key"]: row for row in told["rows"]}
    assert (rows["M-1"]["informed"], rows["M-1"]["paid"], rows["M-1"]["amount_paid"]) == (7, 1, 200000)
    assert (told["total"]["informed"], told["total"]["paid"], rows["M-2"]["informed"]) == (7, 1, 0)
    again = auditor.get("/api/v1/audit?by=period&within=period=2024-03").get_json()["rows"]
    assert [row["key"] for row in again] == ["2024-03"]


def test_what_is_no_row_is_named(auditor):
    for said, words in (
        ("cadre=赵六", "赵六"),
        ("period=2019-01", "2019-01"),
        ("colour=red", "measure、department"),
        ("region", "SIDE=KEY"),
    ):
        response = auditor.get(f"/audit?within={said}")
        assert response.status_code == 400, said
        assert words in text(response), said


def test_an_office_looks_into_its_own_alone(signed):
    office = signed.client("商务局经办")
    page = text(office.get("/audit?within=region=419001"))
    assert "海外仓建设补助" in page
    assert "高新技术企业奖励" not in page
    for said in ("department=科技局", "measure=M-1"):
        assert office.get(f"/audit?within={said}").status_code == 400, said


def test_an_office_sees_its_own_measures_alone(signed):
    office = signed.client("商务局经办")
    page = text(office.get("/audit"))
    assert "海外仓建设补助" in page
    assert "高新技术企业奖励" not in page
    assert office.get("/audit/measures/M-1").status_code == 404
    assert office.get("/audit/measures/M-3").status_code == 200
    for by in ("region", "industry", "cadre", "department"):
        rows = office.get(f"/api/v1/audit?by={by}").get_json()["rows"]
        assert sum(row["informed"] + row["applied"] + row["paid"] for row in rows) == 0, by
    for what in LISTS:
        assert "高新技术企业奖励" not in text(office.get(f"/audit/lists/{what}")), what


def test_an_office_s_numbers_are_those_of_its_measures(signed, policies):
    whole = audit(signed.ledger, policies, TODAY)
    part = PartAuditor(whole.auditor, ["M-1", "M-2"])
    for row in whole.rows:
        if row.key in ("M-1", "M-2"):
            assert row == next(one for one in part.audit("measure").rows if one.key == row.key)
    by_cadre = part.audit("cadre")
    assert sum(row.counts["paid"] for row in by_cadre.rows) == by_cadre.total.counts["paid"] == 1
    assert by_cadre.total.amount_paid == 200000


def test_a_bar_is_never_longer_than_the_whole(signed, policies):
    for row in audit(signed.ledger, policies, TODAY).rows:
        shares = {name: share for name, _, share in bars(row)}
        assert all(0 <= share <= 1 for share in shares.values())
        assert shares["eligible"] + shares["unknown"] <= 1.0001


def test_an_audit_of_nothing(signed):
    signed.users.add("别的局", "office", "档案局", "x", by="测试", at=AT)
    user = signed.users.find("别的局")
    assert isinstance(user, User)
    from ledger.access.rights import Rights

    found = Rights(signed.ledger, user).auditor(signed.services.policies, TODAY).audit("measure")
    assert found.rows == ()
    assert found.total.counts["eligible"] == 0


def test_what_enterprises_say(signed, auditor):
    assert "还没有记下原因" in text(auditor.get("/audit/voices"))
    receive(signed.ledger, "E-1", "M-1", "not_interested", on=TODAY, by="李四", at=AT, reason="too_much_paper")
    day = date(2024, 5, 1)
    for office in ("科技局", "商务局"):
        promise(signed.ledger, "E-1", f"{office}上门", office=office, on=day, due_on=day, by="测试", at=AT)
    no = raise_need(signed.ledger, "E-1", "用能", "电不够", on=day, by="测试", at=AT)
    raise_need(signed.ledger, "E-2", "用能", "气不够", on=day, by="测试", at=AT)
    answer_need(signed.ledger, no, "已增容", on=TODAY, by="李四", at=AT)
    rate_need(signed.ledger, no, 4, by="一号公司", at=AT)
    page = text(auditor.get("/audit/voices"))
    for words in (
        "<strong>1</strong> 户次",
        "科技局上门",
        "商务局上门",
        "气不够",
        "用能：2 件",
        "平均 <strong>4.0</strong>",
    ):
        assert words in page, words
    assert "材料太多：1 家" in text(auditor.get("/audit/measures/M-1"))
    office = text(signed.client("科技局经办").get("/audit/voices"))
    assert "科技局上门" in office
    assert "商务局上门" not in office
    assert "气不够" not in office
