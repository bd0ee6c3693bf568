"""The cadre's desk: what to tell, ask and bring; what came of it; visits that put facts right; the lists to hand over."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import docx
import pytest

from corpus.fields import registry
from ledger.care.needs import needs_of, raise_need
from ledger.care.offices import import_offices
from ledger.care.visits import REASONS, promise, promises_of
from ledger.facts import origins
from ledger.layout import receipts, steps, visits
from matcher.catalogue import compile_catalogue
from matcher.match import match
from tests.web.signing import AT, TODAY, text
from web.accounts.dossier import order
from web.accounts.facts import changes, merged, seal, whole_answer
from web.questions import Question
from web.state import State


@pytest.fixture
def cadre(signed):
    return signed.client("李干部")


def test_the_list_says_what_waits(cadre):
    page = text(cadre.get("/desk"))
    assert "李四分包的 2 家企业" in page
    assert "1号公司" in page
    assert "高新技术企业奖励，20 万元，2024年9月30日截止" in page
    assert "还没有" in page  # visited


def test_a_cadre_of_no_enterprise_is_told_so(signed):
    signed.users.add("新人", "cadre", "新人", signed.users.find("李干部").password, by="测试", at=AT)
    assert "还没有分包给“新人”的企业" in text(signed.client("新人").get("/desk"))


def test_the_page_of_an_enterprise_has_all_that_a_visit_needs(signed, cadre):
    raise_need(signed.ledger, "E-1", "融资", "要一笔贷款", on=TODAY, by="测试", at=AT)
    promise(
        signed.ledger,
        "E-1",
        "月底前上门",
        office="科技局",
        on=date(2024, 5, 1),
        due_on=date(2024, 5, 31),
        by="测试",
        at=AT,
    )
    page = text(cadre.get("/desk/E-1"))
    for words in (
        "高新技术企业奖励", "要带：高新技术企业证书、营业执照", "科技局，0391-0000001", "申报截止 2024年9月30日",
        "建设海外仓", "要一笔贷款", "已过期未办", "研发费用补助", "已申报", "企业.jsonl",
    ):  # fmt: skip
        assert words in page, words


def test_what_was_applied_for_is_no_longer_to_do(cadre):
    page = text(cadre.get("/desk/E-1"))
    before, after = page.split("办理进度", 1)
    assert "研发费用补助" not in before.split('id="visit-title"', 1)[0]
    assert "研发费用补助" in after


@pytest.mark.parametrize(
    ("answer", "step", "reason"),
    [
        ("told", "informed", None),
        ("applied", "applied", None),
        *((f"not_interested:{reason}", "informed", reason) for reason in REASONS),
    ],
)
def test_what_came_of_a_measure_is_one_click(signed, cadre, answer, step, reason):
    response = cadre.post("/desk/E-1/measures/M-1", see="/desk/E-1", answer=answer)
    assert response.status_code == 303
    (row,) = signed.rows(receipts)
    assert (row.measure, row.response, row.reason, row.by) == ("M-1", answer.partition(":")[0], reason, "李四")
    assert [
        (one.step, one.happened_on) for one in signed.rows(steps) if one.measure == "M-1" and one.enterprise == 1
    ] == [(step, TODAY)]
    page = text(cadre.get("/desk/E-1"))
    assert "已记下" in page
    if reason:
        assert f"不申报：{REASONS[reason]}" in page


@pytest.mark.parametrize("answer", ["", "paid", "not_interested", "not_interested:lazy", "told:unaware"])
def test_an_answer_that_is_none_is_refused(signed, cadre, answer):
    assert cadre.post("/desk/E-1/measures/M-1", see="/desk/E-1", answer=answer).status_code == 400
    assert signed.rows(receipts) == []


def test_an_unknown_measure_is_not_found(cadre):
    assert cadre.post("/desk/E-1/measures/M-99", see="/desk/E-1", answer="told").status_code == 404


def test_telling_twice_on_a_day_is_one_step(signed, cadre):
    for _ in range(2):
        cadre.post("/desk/E-1/measures/M-1", see="/desk/E-1", answer="told")
    assert sum(row.measure == "M-1" and row.enterprise == 1 for row in signed.rows(steps)) == 1


def test_a_visit_puts_facts_right_and_judges_anew(signed, cadre):
    page = text(cadre.get("/desk/E-1"))
    assert "建设海外仓" in page
    response = cadre.post(
        "/desk/E-1/visit", see="/desk/E-1", note="见了张总", visited_on="2024-06-28", **{"confirm:建设海外仓": "yes"}
    )
    assert response.status_code == 303
    page = text(cadre.get("/desk/E-1"))
    assert "符合的事项由 2 项变为 3 项" in page
    assert "海外仓建设补助" in page.split('id="visit-title"', 1)[0]
    (row,) = signed.rows(visits)
    assert (row.cadre, row.visited_on, row.note) == ("李四", date(2024, 6, 28), "见了张总")
    origin = origins(signed.ledger, "E-1")["confirmations.建设海外仓"]
    assert (origin.source, origin.by, origin.on) == ("走访", "李四", date(2024, 6, 28))


def test_a_visit_without_a_word_is_not_kept(signed, cadre):
    cadre.post("/desk/E-1/visit", see="/desk/E-1", note="  ")
    assert signed.rows(visits) == []
    assert "什么都没有记" in text(cadre.get("/desk/E-1"))


def test_a_visit_on_no_day_is_refused(signed, cadre):
    assert cadre.post("/desk/E-1/visit", see="/desk/E-1", note="x", visited_on="昨天").status_code == 400
    assert signed.rows(visits) == []


def test_a_missing_number_is_asked_for_and_taken_over(signed):
    browser = signed.client("王干部")
    page = text(browser.get("/desk/E-2"))
    assert 'name="revenue.2023"' in page
    browser.post("/desk/E-2/visit", see="/desk/E-2", **{"revenue.2023": "3000"})
    assert origins(signed.ledger, "E-2")["revenue"].source == "走访"
    assert "研发费用补助" in text(browser.get("/desk/E-2")).split('id="visit-title"', 1)[0]


def test_a_number_that_cannot_be_read_changes_nothing(signed):
    browser = signed.client("王干部")
    response = browser.post("/desk/E-2/visit", see="/desk/E-2", note="x", **{"revenue.2023": "很多"})
    assert response.status_code == 400
    assert signed.rows(visits) == []


def test_needs_are_taken_down_and_answered(signed, cadre):
    cadre.post("/desk/E-1/needs", see="/desk/E-1", kind="用地", text="要十亩地")
    (need,) = needs_of(signed.ledger, enterprise="E-1")
    assert (need.kind, need.owner) == ("用地", "李四")
    cadre.post(f"/desk/E-1/needs/{need.no}", see="/desk/E-1", answer="下周看地")
    page = text(cadre.get("/desk/E-1"))
    assert "下周看地" in page


def test_a_promise_is_taken_down_is_late_and_is_kept(signed, cadre):
    said = {"office": "科技局", "text": "一周内答复认定", "due_on": "2024-07-05"}
    assert cadre.post("/desk/E-1/promises", see="/desk/E-1", **said).status_code == 303
    assert "一周内答复认定" in text(signed.client("一号公司").get("/mine"))
    assert cadre.post("/desk/E-1/promises", see="/desk/E-1", **{**said, "text": ""}).status_code == 400
    assert cadre.post("/desk/E-1/promises", see="/desk/E-1", **{**said, "due_on": "2024-06-01"}).status_code == 400
    (one,) = promises_of(signed.ledger, "E-1")
    late = "/audit/voices?as_of=2024-08-01"
    assert "一周内答复认定" in text(signed.client("督查员").get(late))
    assert "一周内答复认定" in text(signed.client("科技局经办").get(late))
    assert cadre.post(f"/desk/E-3/promises/{one.no}", see="/desk/E-3").status_code == 404
    assert cadre.post(f"/desk/E-1/promises/{one.no}", see="/desk/E-1").status_code == 303
    assert "2024年6月30日已办" in text(cadre.get("/desk/E-1"))
    assert "一周内答复认定" not in text(signed.client("督查员").get(late))
    assert cadre.post(f"/desk/E-1/promises/{one.no}", see="/desk/E-1").status_code == 404


@pytest.mark.parametrize(("form", "starts"), [("docx", b"PK"), ("xlsx", b"PK"), ("pdf", b"%PDF"), ("html", b"<!")])
def test_the_list_to_hand_over(cadre, form, starts):
    response = cadre.get(f"/desk/E-1/checklist.{form}")
    assert response.status_code == 200
    assert response.data.lower().startswith(starts.lower())


def test_the_lists_of_all_my_enterprises_in_one_zip(cadre):
    with zipfile.ZipFile(io.BytesIO(cadre.get("/desk/checklists.zip").data)) as bundle:
        assert sorted(bundle.namelist()) == ["1号公司-E-1.docx", "3号公司-E-3.docx"]
        document = docx.Document(io.BytesIO(bundle.read("1号公司-E-1.docx")))
    assert document.paragraphs[1].text == "1号公司"


@pytest.mark.parametrize(("form", "starts"), [("docx", b"PK"), ("xlsx", b"PK"), ("pdf", b"%PDF")])
def test_all_lists_in_the_form_asked_for(cadre, form, starts):
    assert f"checklists.zip?form={form}" in text(cadre.get("/desk"))
    with zipfile.ZipFile(io.BytesIO(cadre.get(f"/desk/checklists.zip?form={form}").data)) as bundle:
        assert bundle.testzip() is None
        assert [name.rpartition(".")[2] for name in bundle.namelist()] == [form, form]
        assert all(bundle.read(name).startswith(starts) for name in bundle.namelist())
    assert cadre.get("/desk/checklists.zip?form=exe").status_code == 404


def test_a_list_that_cannot_be_written_is_named_and_the_others_go_on(cadre, signed, monkeypatch, caplog):
    def broken(profile, as_of, received=()):
        if profile.id == "E-3":
            raise RuntimeError("secret detail")
        return signed.services.match(profile, as_of, received)

    monkeypatch.setitem(signed.app.extensions, "huiqi", State.of(replace(signed.services, match=broken)))
    with zipfile.ZipFile(io.BytesIO(cadre.get("/desk/checklists.zip").data)) as bundle:
        assert bundle.testzip() is None
        assert bundle.namelist() == ["1号公司-E-1.docx", "未完成.txt"]
        told = bundle.read("未完成.txt").decode("utf-8-sig")
    assert "下列 1 家企业的清单没有写成，其余 1 家都在" in told
    assert "3号公司（E-3）：系统出了差错" in told
    assert "secret" not in told
    assert "secret detail" in caplog.text


def test_whom_to_call_where_the_measure_does_not_say(cadre, signed, tmp_path, monkeypatch):
    head = "部门,电话,地址"
    (tmp_path / "部门.csv").write_text(f"{head}\n科技局,0391-1,\n商务局,0391-2,三楼\n", encoding="utf-8")
    assert import_offices(signed.ledger, tmp_path / "部门.csv", by="测试", at=AT).new == 2
    assert "科技局，0391-0000001" in text(cadre.get("/desk/E-1"))  # what the policy says itself goes before
    silent = [replace(policy, contact=None) for policy in signed.services.policies]
    catalogue = compile_catalogue(silent)
    services = replace(signed.services, policies=silent, match=lambda one, day, _had=(): match(catalogue, one, day))
    monkeypatch.setitem(signed.app.extensions, "huiqi", State.of(services))
    page, printed = (text(cadre.get(f"/desk/E-1{rest}")) for rest in ("", "/checklist.html"))
    assert "科技局，0391-1" in page
    assert "商务局，0391-2，三楼" in page
    assert "科技局（联系方式：0391-1）" in printed
    assert "商务局（联系方式：0391-2，三楼）" in printed


def test_the_one_that_closes_soon_goes_first_then_what_is_worth_most():
    def match(name, apply_by, high):
        return SimpleNamespace(name=name, apply_by=apply_by, benefit=SimpleNamespace(high=high, low=None))

    rows = [match("dear", None, 9e6), match("late", date(2024, 12, 1), 1e5), match("soon", date(2024, 7, 5), 1e4)]
    rows += [match("past", date(2024, 6, 1), 5e4), match("sooner", date(2024, 7, 1), 1e3), match("open", None, None)]
    assert [one.name for one in order(rows, TODAY)] == ["sooner", "soon", "dear", "late", "past", "open"]


# ---------------------------------------------------------------- changes that lose nothing else

TITLES = Question(registry()["qualification"], "set")
SOME = Question(registry()["qualification"], "members")
EVENTS = Question(registry()["event"], "events")
TERMED = {"name": "高新技术企业", "since": "2022-01-01", "until": "2024-12-31"}
PAST = {"name": "瞪羚企业", "since": "2018-01-01", "until": "2020-12-31"}


@pytest.mark.parametrize(
    ("old", "read", "new"),
    [
        ([TERMED], ["高新技术企业", "专精特新中小企业"], [TERMED, "专精特新中小企业"]),
        ([TERMED, PAST], ["高新技术企业"], [TERMED, PAST]),
        ([TERMED], [], []),
        (
            {"has": [TERMED], "lacks": []},
            {"has": [], "lacks": ["高新技术企业"]},
            {"has": [], "lacks": ["高新技术企业"]},
        ),
        (None, ["高新技术企业"], ["高新技术企业"]),
        ([TERMED], None, None),
    ],
)
def test_the_terms_of_titles_are_kept(old, read, new):
    assert whole_answer(TITLES, old, read, TODAY) == new


@pytest.mark.parametrize(
    ("question", "old", "read", "new"),
    [
        (SOME, [TERMED], {"has": ["专精特新中小企业"], "lacks": []}, [TERMED, "专精特新中小企业"]),
        (SOME, {"has": [TERMED], "lacks": ["瞪羚企业"]}, {"has": ["瞪羚企业"], "lacks": []}, {"has": [TERMED, "瞪羚企业"], "lacks": []}),
        (SOME, None, {"has": [], "lacks": ["瞪羚企业"]}, {"has": [], "lacks": ["瞪羚企业"]}),
        (EVENTS, [{"name": "首次升规", "on": "2019-12-31"}], {"has": [{"name": "首次升规"}], "lacks": []}, [{"name": "首次升规", "on": "2019-12-31"}]),
        (EVENTS, [], {"has": [{"name": "上市", "on": "2024-01-01"}], "lacks": []}, [{"name": "上市", "on": "2024-01-01"}]),
    ],
)  # fmt: skip
def test_an_answer_about_some_leaves_the_others(question, old, read, new):
    assert merged(question, old, read) == new


def test_only_years_that_are_new_are_changes():
    question = Question(registry()["revenue"], "money", years=(2022, 2023))
    old = {"revenue": {"2022": 1.0, "2023": 2.0}}
    assert list(changes({"revenue": question}, old, {"revenue": {"2023": 2.0}})) == []
    assert list(changes({"revenue": question}, old, {"revenue": {"2023": 3.0}})) == [("revenue", {"2023": 3.0})]


def test_a_seal_does_not_depend_on_the_order_of_keys():
    assert seal({"a": 1, "b": 2}) == seal({"b": 2, "a": 1}) != seal({"a": 1})
