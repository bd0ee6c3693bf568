"""The checklist as data, and as each document read back."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
from io import BytesIO

import docx
import openpyxl
import pytest
from pdfminer.high_level import extract_text

from matcher.facts import read_profile
from tests.web.conftest import SAMPLE, TODAY
from web.checklist import FORMATS, build_checklist, render
from web.checklist.as_html import POLICY, STYLE
from web.checklist.data import Entry, Group, Reason

HOSTILE = "<script>&\x00\x0b]]>=1+1"


@pytest.fixture
def made(result, sample):
    return build_checklist(result, sample, TODAY, "示范区企业服务中心")


@pytest.fixture
def hostile(made):
    reason = Reason("符合", HOSTILE, HOSTILE, HOSTILE)
    entry = Entry(*[HOSTILE] * 5, (reason,), (HOSTILE,), (HOSTILE,), *[HOSTILE] * 5)
    group = dataclasses.replace(made.groups[0], entries=(entry,), left_out=0)
    return dataclasses.replace(made, enterprise=HOSTILE, office=HOSTILE, groups=(group, *made.groups[1:]))


def test_groups_hold_what_belongs_to_them(made):
    by_title = {group.title: [entry.measure_id for entry in group.entries] for group in made.groups}
    assert by_title == {"可直接申报": ["M-1", "M-2"], "补充信息后可判定": ["M-<b>", "M-D"], "差一步": ["M-3"]}


def test_head_and_foot(made):
    assert made.title == "一企一策政策清单"
    assert dict(made.facts)["判定日期"] == ("2024年6月30日",)
    assert dict(made.facts)["统一社会信用代码"] == ("S-1",)
    assert "共比对 6 个政策事项" in made.summary
    assert made.signature == ("示范区企业服务中心", "2024年6月30日")
    assert "以政策原文和主管部门解释为准" in made.disclaimer


def test_an_entry_says_what_why_how_and_where(made):
    group = made.groups[0]
    entry = next(entry for entry in group.entries if entry.measure_id == "M-1")
    rows = dict(group.rows(entry))
    assert rows["支持标准"] == ("20 万元，一次性",)
    assert any("持有高新技术企业" in line and "依据：一(一)1（第 3 页）" in line for line in rows["理由和条款"])
    assert rows["要带的材料"] == ("高新技术企业证书", "营业执照")
    assert rows["责任部门"] == ("科技局（联系方式：0391-0000001）",)
    assert rows["申报时间"] == ("2024年5月1日至2024年9月30日",)
    assert rows["政策依据"] == ("《关于支持企业创新的若干措施》（济管〔2023〕1号）", "https://example.org/1")
    assert entry.reasons[1].quote.startswith("首次认定的高新技术企业")


def test_what_is_left_to_do_is_said(made):
    unknown, near = made.groups[1], made.groups[2]
    assert "政策事项本身待审核" in next(e for e in unknown.entries if e.measure_id == "M-D").to_do
    assert near.entries[0].to_do == ("建设海外仓",)


def test_an_alternative_that_failed_is_no_reason(services):
    profile = read_profile({**SAMPLE, "facts": {**SAMPLE["facts"], "rd_spend": {"2023": 4e6}, "event": []}})
    made = build_checklist(services.match(profile, TODAY), profile, TODAY)
    entry = next(entry for entry in made.groups[0].entries if entry.measure_id == "M-2")
    assert all(reason.mark == "符合" for reason in entry.reasons)
    assert entry.worth == "20 万元"


def test_what_is_not_written_out_is_counted():
    group = Group("待定", "", "还差", (), left_out=7)
    assert group.heading == "待定（7 项）"
    assert "另有 7 项未列出" in group.rest


def test_nobody_signs_where_there_is_no_office(result, sample):
    assert build_checklist(result, sample, TODAY).signature == ("2024年6月30日",)


def test_docx(made):
    document = docx.Document(BytesIO(render(made, "docx")))
    paragraphs = [paragraph.text for paragraph in document.paragraphs]
    assert paragraphs[0] == "一企一策政策清单"
    assert paragraphs[1] == "示例机械公司"
    assert any(text.startswith("一、可直接申报") for text in paragraphs)
    assert paragraphs[-2:] == ["示范区企业服务中心", "2024年6月30日"]
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "支持标准" in cells
    assert "20 万元，一次性" in cells
    section = document.sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
    assert "示例机械公司" in section.header.paragraphs[0].text
    assert "PAGE" in section.footer._element.xml
    assert "NUMPAGES" in section.footer._element.xml
    assert document.core_properties.title == "一企一策政策清单（示例机械公司）"


def test_xlsx(made):
    sheet = openpyxl.load_workbook(BytesIO(render(made, "xlsx")))["政策清单"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(row for row in rows if row[0] == "类别")
    first = dict(zip(head, next(row for row in rows if row[1] == "高新技术企业奖励"), strict=True))
    assert first["类别"] == "可直接申报"
    assert first["支持标准"] == "20 万元，一次性"
    assert first["责任部门"] == "科技局"
    assert rows[0][0].startswith("一企一策政策清单")


def test_pdf(made):
    text = extract_text(BytesIO(render(made, "pdf")))
    for words in ("一企一策政策清单", "示例机械公司", "20 万元，一次性", "第 1 页", "示范区企业服务中心"):
        assert words in text, words


def test_pdf_carries_its_font(made):
    assert b"/FontFile2" in render(made, "pdf")


def test_html(made):
    page = render(made, "html").decode()
    assert "<h1>一企一策政策清单</h1>" in page
    assert "20 万元，一次性" in page
    assert base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode() in POLICY
    assert f"<style>{STYLE}</style>" in page
    assert "http-equiv" not in page


@pytest.mark.parametrize("form", list(FORMATS))
def test_hostile_words_stay_words(hostile, form):
    raw = render(hostile, form)
    match form:
        case "html":
            assert b"<script>" not in raw
        case "docx":
            cells = [c.text for table in docx.Document(BytesIO(raw)).tables for row in table.rows for c in row.cells]
            assert "<script>&]]>=1+1" in cells
        case "xlsx":
            sheet = openpyxl.load_workbook(BytesIO(raw))["政策清单"]
            assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
        case "pdf":
            assert "<script>&]]>=1+1" in extract_text(BytesIO(raw))


@pytest.mark.parametrize("form", list(FORMATS))
def test_the_form_gives_a_document(client, form):
    response = client.post(
        f"/checklist/{form}", data={"name": "甲公司", "region": "济源市", "qualification": "高新技术企业"}
    )
    assert response.status_code == 200
    assert response.mimetype == FORMATS[form]
    assert "%E7%94%B2%E5%85%AC%E5%8F%B8" in response.headers["Content-Disposition"]
    assert response.headers["Cache-Control"] == "no-store"
    if form == "html":
        assert response.headers["Content-Security-Policy"] == POLICY


def test_a_form_with_a_mistake_comes_back(client):
    response = client.post("/checklist/docx", data={"revenue.2023": "很多"})
    assert response.status_code == 400
    assert "万元" in response.get_data(as_text=True)
