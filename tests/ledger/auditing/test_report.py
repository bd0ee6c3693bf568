"""The audit's book: every sheet, its numbers those of the audit, its lists those who are named."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from openpyxl import load_workbook

from corpus.catalogue import parse_policies
from ledger.auditing import lists
from ledger.auditing.audit import OVERDUE_DAYS, Audit, audit
from ledger.auditing.report import write_audit
from ledger.care.needs import Need
from ledger.care.visits import REASONS, Promise
from ledger.care.voices import Voices
from ledger.imports.register import register
from ledger.imports.uptake import import_steps
from ledger.tables import Ledger
from tests.ledger.world import AS_OF, enterprises, policies, steps, write_jsonl


@pytest.fixture
def told(ledger: Ledger, tmp_path: Path) -> Audit:
    rng = random.Random(5)
    found, people = policies(rng, 12), enterprises(rng, 60)
    ids = [m.id for p in found for m in p.measures]
    register(ledger, write_jsonl(tmp_path / "e.jsonl", people), AS_OF)
    import_steps(ledger, write_jsonl(tmp_path / "u.jsonl", steps(rng, [p["id"] for p in people], ids, 400)), ids)
    return audit(ledger, found, AS_OF)


def test_the_book_has_every_sheet_and_the_numbers_of_the_audit(told: Audit, tmp_path: Path) -> None:
    kept = Promise(1, "e1", "一号公司", None, "一周内答复", "科技局", AS_OF, AS_OF, None)
    need = Need(1, "e1", "一号公司", "用地", "要十亩地", AS_OF, "张三", 1, AS_OF, None, None, None)
    heard = Voices(dict.fromkeys(REASONS, 2), (kept,), (need,), {"用地": (need,)}, 3, 4.5)
    write_audit(told, tmp_path / "a.xlsx", heard)
    book = load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == [
        "说明", "漏斗·按政策事项", "漏斗·按部门", "漏斗·按地区", "漏斗·按行业", "漏斗·按企业规模",
        "漏斗·按助企干部", "漏斗·按时段",
        "逐条对照", "沉睡政策", "政策棚架", "无人符合的条款", "应享未享", "已享存疑", "超期未办",
        "承诺未按期兑现", "未申报原因", "诉求超期未答复", "政策空白", "满意度",
    ]  # fmt: skip
    funnel = book["漏斗·按政策事项"]
    assert (funnel.freeze_panes, funnel.max_row) == ("A2", len(told.rows) + 2)
    head = [cell.value for cell in funnel[1]]
    first = dict(zip(head, (cell.value for cell in funnel[3]), strict=True))
    most = max(told.rows, key=lambda row: row.counts["eligible_not_applied"])
    assert (first["政策事项"], first["符合企业"]) == (most.title, most.counts["eligible"])
    lost = [funnel.cell(i, head.index("符合未申报") + 1).value for i in range(3, funnel.max_row + 1)]
    assert lost == sorted(lost, reverse=True)
    paid = funnel.cell(2, head.index("已兑付金额（元）") + 1)
    assert (round(paid.value, 2), paid.number_format) == (round(told.total.amount_paid, 2), "#,##0.00")
    items = book["逐条对照"]
    assert items.max_row == len(told.rows) + 2
    head = [cell.value for cell in items[2]]
    first = dict(zip(head, (cell.value for cell in items[3]), strict=True))
    assert (first["政策"], first["事项"], first["有效"]) == ("政策0", told.rows[0].title, "在有效期")
    assert (first["已申报"], first["符合企业"]) == (told.rows[0].counts["applied"], told.rows[0].counts["eligible"])
    assert [cell.value for cell in book["承诺未按期兑现"][2]][:4] == ["科技局", "一周内答复", "e1", "一号公司"]
    assert [cell.value for cell in book["政策空白"][3]][:4] == ["用地", "要十亩地", "e1", "一号公司"]
    assert [row[1].value for row in book["满意度"].iter_rows(min_row=2)] == [3, 4.5]
    named = book["应享未享"]
    assert [cell.value for cell in named[2]][:2] == ["企业编号", "企业"]
    assert named.max_row - 2 == len(list(lists.missing_out(told.auditor)))


def test_lists_hold_as_many_as_the_funnel_counts(told: Audit) -> None:
    missing = list(lists.missing_out(told.auditor))
    doubtful = list(lists.doubtful(told.auditor))
    for row in told.rows:
        assert sum(one.measure_id == row.key for one in missing) == row.counts["eligible_not_applied"]
        assert sum(one.measure_id == row.key for one in doubtful) == row.counts["paid_not_eligible"]
    assert {one.standing for one in missing} == {"符合"}
    assert {one.standing for one in doubtful} == {"待核实", "不符合", "不在有效期"}


def test_due_without_asking_is_firm_unpaid_and_not_refused(told: Audit) -> None:
    due = list(lists.due_without_asking(told.auditor))
    assert due
    assert {one.standing for one in due} == {"符合"}
    assert not {one.step for one in due} & {"paid", "declined", "withdrawn"}


def test_overdue_counts_from_the_latest_step(told: Audit) -> None:
    late = list(lists.overdue(told.auditor))
    assert not late or all((AS_OF - one.on).days > OVERDUE_DAYS for one in late)
    assert len(late) == told.total.overdue == sum(row.overdue for row in told.rows)


@pytest.mark.parametrize(("on", "listed"), [("2024-06-15", 0), ("2024-06-14", 1)])
def test_the_limit_that_the_measure_gives_decides(ledger: Ledger, tmp_path: Path, on: str, listed: int) -> None:
    """15 days after the application are in time, 16 are not; where nothing is said 60 are."""
    measures = [
        {
            "id": "m",
            "title": "有时限",
            "rule": {"all": []},
            "process": "科技局自受理之日起15日内审核，30日内拨付到位。",
        },
        {"id": "n", "title": "没有写", "rule": {"all": []}},
    ]
    found = parse_policies(
        {"schema_version": 1, "policies": [{"id": "p", "title": "政策", "measures": measures}]}, "t"
    ).policies
    register(ledger, write_jsonl(tmp_path / "e.jsonl", [{"id": "e", "facts": {}}]), AS_OF)
    rows = [{"enterprise_id": "e", "measure_id": m, "step": "applied", "on": on} for m in "mn"]
    import_steps(ledger, write_jsonl(tmp_path / "u.jsonl", rows), ["m", "n"])
    told = audit(ledger, found, AS_OF)
    assert [dict(row.limit_days) for row in told.rows] == [{"applied_approved": 15, "approved_paid": 30}, {}]
    assert [row.overdue for row in told.rows] == [listed, 0]
    assert [one.measure_id for one in lists.overdue(told.auditor)] == ["m"] * listed


def test_idle_measures_and_what_is_to_blame(ledger: Ledger, tmp_path: Path) -> None:
    here = {"field": "region", "op": "within", "value": ["419001"]}
    rich = {"field": "revenue", "op": "ge", "value": 1e12, "text": "年营业收入万亿元以上"}
    poor = {"field": "revenue", "op": "lt", "value": 10, "text": "年营业收入不足十元"}
    small = {"field": "revenue", "op": "le", "value": 5e6, "text": "收入五百万以下"}
    large = {"field": "revenue", "op": "gt", "value": 5e6, "text": "收入五百万以上"}
    rules = {
        "quiet": here,
        "dead": {"all": [here, rich]},
        "either": {"any": [rich, poor]},
        "both": {"all": [small, large]},
    }
    body = {
        "id": "p", "title": "政策",
        "measures": [{"id": name, "title": name, "rule": rule} for name, rule in rules.items()],
    }  # fmt: skip
    found = parse_policies({"schema_version": 1, "policies": [body]}, "t").policies
    people = [{"id": f"e{i}", "facts": {"region": "419001", "revenue": {"2023": i * 1e6}}} for i in range(1, 11)]
    register(ledger, write_jsonl(tmp_path / "e.jsonl", people), AS_OF)
    auditor = audit(ledger, found, AS_OF).auditor
    assert [one.measure.id for one in lists.dormant(auditor)] == ["quiet"]
    assert [one.measure.id for one in lists.untold(auditor)] == ["quiet"]
    dead = {one.measure.id: one.blame for one in lists.dead(auditor)}
    together = "（单独看有 5 家满足或可能满足，但没有一家同时满足其余条件）"
    assert dead == {
        "dead": ("年营业收入万亿元以上",),
        "either": ("年营业收入万亿元以上，或年营业收入不足十元",),
        "both": (f"收入五百万以下{together}", f"收入五百万以上{together}"),
    }


def test_text_is_never_a_formula(ledger: Ledger, tmp_path: Path) -> None:
    body = {"id": "p", "title": "政策", "measures": [{"id": "m", "title": "事项", "rule": {"all": []}}]}
    found = parse_policies({"schema_version": 1, "policies": [body]}, "t").policies
    register(ledger, write_jsonl(tmp_path / "e.jsonl", [{"id": "e", "name": "=1+1", "facts": {}}]), AS_OF)
    write_audit(audit(ledger, found, AS_OF), tmp_path / "a.xlsx")
    cell = load_workbook(tmp_path / "a.xlsx")["应享未享"]["B3"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
