"""The header: 文号 in every shape, dates, terms, issuers, places, what is replaced."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from indexer import header
from indexer.doc_no import find_doc_nos, is_doc_no_line, normalise_doc_no, order_no

CASES = yaml.safe_load(Path(__file__).with_name("header_cases.yaml").read_text(encoding="utf-8"))
ISSUED = date(2023, 5, 12)


def cases(name):
    return pytest.mark.parametrize("case", CASES[name], ids=lambda case: str(next(iter(case.values())))[:40])


@cases("doc_nos")
def test_doc_no_in_one_form(case):
    assert normalise_doc_no(case["text"]) == case["is"]
    assert is_doc_no_line(case["text"]) is (case["is"] is not None)


@cases("found")
def test_doc_nos_in_running_text(case):
    assert list(find_doc_nos(case["text"])) == case["are"]


@given(
    agency=st.sampled_from(["国发", "豫政办", "济管", "工信部联企业", "京经信发"]),
    brackets=st.sampled_from(["〔〕", "[]", "【】", "（）", "()", "﹝﹞"]),
    year=st.integers(1990, 2030),
    number=st.integers(1, 99999),
    gap=st.sampled_from(["", " ", "  "]),
)
def test_any_way_of_writing_a_doc_no_is_one(agency, brackets, year, number, gap):
    written = f"{agency}{gap}{brackets[0]}{year}{brackets[1]}{gap}{number}{gap}号"
    assert normalise_doc_no(written) == f"{agency}〔{year}〕{number}号"


@cases("dates")
def test_dates(case):
    assert header.parse_date(case["text"]) == case["is"]


@cases("terms")
def test_terms(case):
    found = header.read_validity([case["text"]], ISSUED)
    assert (found.start, found.end) == (case["from"], case["to"])


def test_a_term_from_issue_needs_the_day_of_issue():
    found = header.read_validity(["本办法自发布之日起施行，有效期5年。"], None)
    assert (found.start, found.end) == (None, None)
    assert "有效期5年" in found.text


def test_a_single_measures_term_among_others_is_not_the_documents():
    texts = ["执行期限至2023年6月30日。", *["其他。"] * 10, "本措施自2023年5月1日起施行，有效期至2025年12月31日。"]
    assert header.read_validity(texts, ISSUED).end == date(2025, 12, 31)


@cases("periods")
def test_a_cards_own_term(case):
    found = header.read_period(case["text"], date(2022, 8, 11))
    assert (found.start, found.end) == (case["from"], case["to"])
    assert found.text == case["text"]


@cases("issuers")
def test_issuers(case):
    assert header.issuer_of_title(case["title"]) == case["is"]


@cases("places")
def test_places(case):
    assert header.place_of(case["issuer"], case.get("doc_no"), "某办法") == (case["level"], case["region"])


@cases("replaced")
def test_what_it_replaces(case):
    assert list(header.find_replaced([case["text"]])) == case["are"]


def test_what_it_rests_on():
    texts = ["根据《某某条例》《某某意见》（国办发〔2022〕30号）精神，结合实际，制定本办法。", "附件：《某某申请表》"]
    assert header.find_basis(texts) == ("某某条例", "国办发〔2022〕30号")


def test_who_explains_it():
    assert header.find_department(["本办法由市工业和信息化局负责解释。"]) == "市工业和信息化局"
    assert header.find_department(["由企业自行解释。"]) is None


def test_what_it_issues_itself_is_no_ground_of_it():
    texts = ["根据《某部实施意见全文》（农办机〔2024〕3号），现将《2024—2026年某省实施方案》印发给你们。"]
    assert header.find_basis(texts) == ("农办机〔2024〕3号",)


@pytest.mark.parametrize(
    ("title", "number"),
    [
        (
            "中华人民共和国交通运输部令（2026年第10号）　　公共航空运输企业经营许可规定",
            "中华人民共和国交通运输部令2026年第10号",
        ),
        ("财政部 税务总局公告2023年第12号", "财政部 税务总局公告2023年第12号"),
        ("某市关于贯彻国务院令第802号的通知", None),
    ],
)
def test_a_title_headed_by_an_order(title, number):
    assert order_no(title) == number


def test_numbers_without_brackets_and_orders_cited_by_day():
    assert normalise_doc_no("商服贸函2026年第322号") == "商服贸函〔2026〕322号"
    assert find_doc_nos("2004年12月16日以民航总局令第138号公布的规定") == ("民航总局令第138号",)
