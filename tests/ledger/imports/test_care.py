"""Tables of an office: what is taken in, once; what a later row adds; what is refused, by name; out and in again."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
import xlsxwriter

from corpus.errors import InputError
from ledger.access.users import Users
from ledger.care.needs import DAYS, needs_of
from ledger.care.offices import contacts_of, import_offices
from ledger.care.people import Cadre, Group, import_assignments, put_cadre, put_group
from ledger.care.visits import promises_of, reasons
from ledger.history import receipts_of, steps_of, visits_of
from ledger.imports.care import CARE, import_care
from ledger.imports.exports import FORMATS, export
from ledger.imports.register import register
from ledger.layout import trail
from ledger.tables import Ledger
from tests.ledger.world import AS_OF, write_jsonl

AT = datetime.fromisoformat("2024-06-30T09:00")
WHO = {"by": "管理员", "at": AT}
TABLES = {
    "needs": [
        ("统一社会信用代码", "类型", "诉求", "反映日期", "答复", "答复日期", "满意度"),
        ("e1", "融资", "缺流动资金", "2024/6/1", "", "", ""),
        ("e2", "用地", "要十亩地", "2024年6月2日", "已对接", "2024-06-09", 4),
    ],
    "visits": [("企业编号", "走访人", "走访日期", "走访情况"), ("e1", "张三", "2024-06-03", "看了车间，\n缺人")],
    "promises": [
        ("企业编号", "事项编号", "承诺内容", "责任部门", "承诺日期", "办结期限", "办结日期"),
        ("e1", "m", "月底前兑付", "科技局", "2024-06-01", "2024-06-28", ""),
        ("e2", "", "协调用地", "自然资源局", "2024-06-01", "2024-06-20", "2024-06-19"),
    ],
    "receipts": [
        ("企业编号", "事项编号", "回应", "原因", "日期", "记录人"),
        ("e1", "m", "已告知", "", "2024-06-03", "张三"),
        ("e1", "m", "不申报", "材料太多", "2024-06-04", "张三"),
        ("e2", "m", "applied", "", "2024-06-04", "李四"),
    ],
}


@pytest.fixture
def staffed(ledger: Ledger, tmp_path: Path) -> Ledger:
    people = [{"id": "e1", "facts": {"patents": 3}}, {"id": "e2", "facts": {}}]
    register(ledger, write_jsonl(tmp_path / "e.jsonl", people), AS_OF)
    put_group(ledger, Group("第一组", "王五"), **WHO)
    for name in ("张三", "李四"):
        put_cadre(ledger, Cadre(name, "第一组"), **WHO)
    (tmp_path / "分包.csv").write_text("企业编号,包联干部\ne1,张三\n", encoding="utf-8")
    assert import_assignments(ledger, tmp_path / "分包.csv", **WHO).new == 1
    return ledger


def write(path: Path, rows: list[tuple]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def take(ledger: Ledger, what: str, path: Path, **rest):
    return import_care(ledger, what, path, measures=["m"], **WHO, **rest)


def said(ledger: Ledger) -> list:
    """All that the ledger says of needs, visits, promises and receipts, without row numbers."""
    whole = []
    with ledger.begin() as connection:
        for kind in CARE.values():
            columns = [column for column in kind.table.c if column.name != "no"]
            whole.append(sorted(map(str, connection.execute(sa.select(*columns)).all())))
    return whole


def trailed(ledger: Ledger) -> int:
    with ledger.begin() as connection:
        return ledger.count(connection, trail)


@pytest.fixture
def filled(staffed: Ledger, tmp_path: Path) -> Ledger:
    for what, rows in TABLES.items():
        done = take(staffed, what, write(tmp_path / f"{what}.csv", rows))
        assert (done.taken, done.new, done.problems) == (len(rows) - 1, len(rows) - 1, []), what
    return staffed


def test_what_the_tables_say_is_there(filled: Ledger) -> None:
    first, second = sorted(needs_of(filled), key=lambda need: need.enterprise)
    assert (first.owner, first.level, first.due_on) == ("张三", 0, date(2024, 6, 1 + DAYS[0]))
    assert (second.owner, second.level, second.answer, second.rating) == ("惠企专班", 2, "已对接", 4)
    assert [(one.cadre, one.on, one.note) for one in visits_of(filled, "e1")] == [
        ("张三", date(2024, 6, 3), "看了车间，\n缺人")
    ]
    assert {(one.measure, one.office, one.kept_on) for one in promises_of(filled)} == {
        ("m", "科技局", None),
        (None, "自然资源局", date(2024, 6, 19)),
    }
    assert receipts_of(filled, "e1")["m"].reason == "too_much_paper"
    assert reasons(filled)["too_much_paper"] == 1
    # What a receipt stands for is in the funnel.
    assert [[step.step for step in steps_of(filled, who)["m"]] for who in ("e1", "e2")] == [
        ["informed", "informed"],
        ["applied"],
    ]


@pytest.mark.parametrize("what", TABLES)
def test_the_same_again_changes_nothing(filled: Ledger, tmp_path: Path, what: str) -> None:
    before = said(filled), trailed(filled)
    done = take(filled, what, tmp_path / f"{what}.csv")
    assert (done.taken, done.new) == (len(TABLES[what]) - 1, 0)
    # Nor does a row that stands in one file twice.
    twice = [*TABLES[what], *TABLES[what][1:]]
    assert take(filled, what, write(tmp_path / "twice.csv", twice)).new == 0
    assert (said(filled), trailed(filled)) == before


@pytest.mark.parametrize("what", TABLES)
def test_a_row_twice_in_one_file_is_one(staffed: Ledger, tmp_path: Path, what: str) -> None:
    rows = [*TABLES[what], *TABLES[what][1:]]
    path = write(tmp_path / "twice.csv", rows)
    assert take(staffed, what, path, dry_run=True).new == len(TABLES[what]) - 1
    assert take(staffed, what, path).new == len(TABLES[what]) - 1
    with staffed.begin() as connection:
        assert staffed.count(connection, CARE[what].table) == len(TABLES[what]) - 1


@pytest.mark.parametrize("what", TABLES)
def test_a_dry_run_writes_nothing(staffed: Ledger, tmp_path: Path, what: str) -> None:
    before = said(staffed), trailed(staffed)
    done = take(staffed, what, write(tmp_path / "t.csv", TABLES[what]), dry_run=True)
    assert (done.taken, done.new) == (len(TABLES[what]) - 1, len(TABLES[what]) - 1)
    assert (said(staffed), trailed(staffed)) == before


def test_what_comes_with_time_is_added_and_an_empty_cell_takes_nothing_away(filled: Ledger, tmp_path: Path) -> None:
    head, first, second = TABLES["promises"]
    done = take(filled, "promises", write(tmp_path / "t.csv", [head, (*first[:-1], "2024-06-27"), (*second[:-1], "")]))
    assert (done.taken, done.new) == (2, 0)
    assert {one.kept_on for one in promises_of(filled)} == {date(2024, 6, 27), date(2024, 6, 19)}
    head, first, second = TABLES["needs"]
    answered = (*first[:-3], "已对接银行", "2024-06-05", 5)
    assert take(filled, "needs", write(tmp_path / "t.csv", [head, answered])).new == 0
    (need,) = needs_of(filled, enterprise="e1")
    assert (need.answer, need.rating, need.owner) == ("已对接银行", 5, "张三")
    with filled.begin() as connection:
        last = connection.execute(sa.select(trail).order_by(trail.c.no.desc()).limit(1)).one()
    assert (last.what, last.subject, last.before["answer"], last.after["rating"]) == ("needs", "e1", None, 5)


@pytest.mark.parametrize("suffix", FORMATS)
def test_what_is_exported_is_taken_back(filled: Ledger, tmp_path: Path, suffix: str) -> None:
    other = Ledger(sa.create_engine(f"sqlite:///{tmp_path / 'other.db'}"))
    for what in ("register", *TABLES):
        assert export(filled, what, tmp_path / f"x{what}{suffix}") > 0
    register(other, tmp_path / f"xregister{suffix}", AS_OF)
    for what in TABLES:
        assert take(other, what, tmp_path / f"x{what}{suffix}").problems == []
    assert said(other) == said(filled)


@pytest.mark.parametrize(
    ("what", "row", "words"),
    [
        ("promises", ("e9", "m", "兑付", "科技局", "2024-06-01", "2024-06-28", ""), ["第 2 行", '没有企业 "e9"']),
        ("promises", ("e1", "x", "兑付", "科技局", "2024-06-01", "2024-06-28", ""), ['没有事项 "x"']),
        ("promises", ("e1", "", "兑付", "科技局", "2024-06-31", "", ""), ["承诺日期", "承诺期限", "没有填"]),
        ("promises", ("e1", "", "兑付", "科技局", "2024-06-01", "2024-05-28", ""), ["承诺期限", "不早于 2024-06-01"]),
        ("promises", ("e1", "", "兑付", "科" * 101, "2024-06-01", "2024-06-28", ""), ["101 个字", "不超过 100 个字"]),
        ("promises", ("e1", "", " ", "科技局", "2024-06-01", "2024-06-28", ""), ["承诺内容", "没有填"]),
        ("needs", ("e1", "融资难", "缺钱", "2024-06-01", "", "", ""), ["诉求类型", "融资"]),
        ("needs", ("e1", "融资", "缺钱", "2024-06-01", "好", "", ""), ["答复日期", "只填了一样"]),
        ("needs", ("e1", "融资", "缺钱", "2024-06-01", "", "", "5"), ["先答复"]),
        ("needs", ("e1", "融资", "缺钱", "2024-06-01", "好", "2024-06-02", "6"), ["评价", "6"]),
        ("visits", ("e1", "张三", "", "看过"), ["走访日期", "没有填"]),
        ("receipts", ("e1", "m", "听说了", "", "2024-06-01", "张三"), ["回应", "听说了"]),
        ("receipts", ("e1", "m", "不申报", "", "2024-06-01", "张三"), ["原因：没有填", "材料太多"]),
        ("receipts", ("e1", "m", "已告知", "材料太多", "2024-06-01", "张三"), ["原因", "其余不填"]),
    ],
)
def test_a_bad_row_is_named_and_the_rest_goes_on(
    staffed: Ledger, tmp_path: Path, what: str, row: tuple, words: list[str]
) -> None:
    done = take(staffed, what, write(tmp_path / "t.csv", [TABLES[what][0], row, TABLES[what][1]]))
    assert (done.taken, done.new) == (1, 1)
    told = "\n".join(map(str, done.problems))
    assert [word for word in words if word not in told] == []


@pytest.mark.parametrize(
    "wrong", [{"text": "a\x00b"}, {"text": "\ud83d"}, {"raised_on": ["2024-06-01"]}, {"raised_on": {}}]
)
def test_what_no_database_keeps_is_named_and_the_rest_goes_on(staffed: Ledger, tmp_path: Path, wrong: dict) -> None:
    row = {"enterprise_id": "e1", "kind": "融资", "text": "缺钱", "raised_on": "2024-06-01"}
    path = tmp_path / "t.jsonl"
    path.write_text(f"{json.dumps({**row, **wrong})}\n{json.dumps(row)}\n", encoding="utf-8")
    done = take(staffed, "needs", path)
    assert (done.taken, done.new, len(done.problems)) == (1, 1, 1)
    assert "第 1 行" in str(done.problems[0])


def test_a_need_at_a_level_is_owned_by_that_level(staffed: Ledger, tmp_path: Path) -> None:
    head = ("企业编号", "诉求类型", "诉求内容", "提出日期", "层级")
    rows = [("e1", "融资", f"缺钱{level}", "2024-06-01", level) for level in ("助企干部", "工作组", "惠企专班")]
    assert take(staffed, "needs", write(tmp_path / "t.csv", [head, *rows])).problems == []
    assert {(need.level, need.owner) for need in needs_of(staffed)} == {(0, "张三"), (1, "第一组"), (2, "惠企专班")}


def test_columns_that_are_not_known_are_asked(staffed: Ledger, tmp_path: Path) -> None:
    head, row = [*TABLES["promises"][0], "备注"], [*TABLES["promises"][1], "急"]
    path = write(tmp_path / "t.csv", [head, row])
    with pytest.raises(InputError, match=r'不认识的列 "备注".*--map 备注='):
        take(staffed, "promises", path)
    assert take(staffed, "promises", path, mapping={"备注": ""}).new == 1
    with pytest.raises(InputError, match="应为一列承诺期限"):
        take(staffed, "promises", write(path, [head[:5], row[:5]]))
    jsonl = write_jsonl(tmp_path / "t.jsonl", [{"企业编号": "e1", "承诺": "兑付"}, {"企业编号": "e1", "许诺": "兑付"}])
    told = [str(problem) for problem in take(staffed, "promises", jsonl).problems]
    assert "第 1 行" in told[0]
    assert '不认识的列 "许诺"' in told[-1]


# ---------------------------------------------------------------- who has whom, whom to ask, who may sign in


def test_enterprises_change_hands_by_a_list_and_keep_their_facts(staffed: Ledger, tmp_path: Path) -> None:
    rows = [("统一社会信用代码", "首席服务员"), ("e1", "李四"), ("e2", "李四"), ("e9", "李四"), ("e2", "赵六")]
    path = write(tmp_path / "分包.csv", rows)
    assert import_assignments(staffed, path, dry_run=True, **WHO).new == 2
    assert {one.cadre for one in staffed.registered()} == {"张三", None}
    done = import_assignments(staffed, path, **WHO)
    assert (done.taken, done.new, len(done.problems)) == (2, 2, 2)
    assert [(one.id, one.cadre) for one in staffed.registered()] == [("e1", "李四"), ("e2", "李四")]
    assert staffed.enterprise("e1").profile["facts"] == {"patents": 3}
    before = trailed(staffed)
    assert import_assignments(staffed, path, **WHO).new == 0
    assert trailed(staffed) == before


def test_departments_with_their_telephone(ledger: Ledger, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "部门.xlsx")) as book:
        sheet = book.add_worksheet()
        for i, row in enumerate([("单位名称", "咨询电话", "地址"), ("科技局", 3916633000, ""), ("财政局", "", "")]):
            sheet.write_row(i, 0, row)
    done = import_offices(ledger, tmp_path / "部门.xlsx", **WHO)
    assert (done.taken, done.new, len(done.problems)) == (1, 1, 1)
    assert "财政局：电话和地址都没有填" in str(done.problems[0])
    newer = write(tmp_path / "n.csv", [("部门", "电话", "地址"), ("科技局", "0391-6633000", "政务中心二楼")])
    assert import_offices(ledger, newer, dry_run=True, **WHO).new == 0
    assert contacts_of(ledger)["科技局"] == "3916633000"
    assert import_offices(ledger, newer, **WHO).new == 0
    before = trailed(ledger)
    import_offices(ledger, newer, **WHO)
    assert trailed(ledger) == before
    assert contacts_of(ledger) == {"科技局": "0391-6633000，政务中心二楼"}


def test_users_by_a_list(staffed: Ledger, tmp_path: Path) -> None:
    users, made = Users(staffed), []

    def make(name: str) -> str:
        made.append(name)
        return f"hash of {name}"

    rows = [
        ("姓名", "身份", "看谁的"),
        ("甲公司", "企业", "e1"),
        ("张三", "助企干部", "张三"),
        ("督查", "auditor", ""),
        ("乙公司", "企业", "e9"),
        ("科技局", "办理部门", ""),
        ("谁", "路人", ""),
    ]
    path = write(tmp_path / "账号.csv", rows)
    assert users.take_in(path, None, **WHO).new == 3
    assert not users.any()
    done = users.take_in(path, make, **WHO)
    assert (done.taken, done.new, made) == (3, 3, ["甲公司", "张三", "督查"])
    told = "\n".join(map(str, done.problems))
    assert all(word in told for word in ('没有企业 "e9"', "要写明部门名称", '找到 "路人"'))
    assert (users.find("甲公司").bound, users.find("甲公司").password) == ("e1", "hash of 甲公司")
    assert users.take_in(path, make, **WHO).new == 0
    # Who is there as somebody else is not made another by a list.
    done = users.take_in(write(path, [rows[0], ("张三", "督查", "")]), make, **WHO)
    assert '已有用户 "张三"' in str(done.problems[0])
    users.close("督查", True, **WHO)
    assert export(staffed, "accounts", tmp_path / "x.csv") == 3
    assert "hash" not in (tmp_path / "x.csv").read_text(encoding="utf-8-sig")
    other = Ledger(sa.create_engine(f"sqlite:///{tmp_path / 'other.db'}"))
    register(other, tmp_path / "e.jsonl", AS_OF)
    assert Users(other).take_in(tmp_path / "x.csv", make, **WHO).problems == []
    assert [(one.name, one.role, one.closed) for one in Users(other).all()] == [
        (one.name, one.role, one.closed) for one in users.all()
    ]
