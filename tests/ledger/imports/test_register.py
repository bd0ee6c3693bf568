"""Imports of enterprises and steps: once, by name, whole or not at all, in every format."""

from __future__ import annotations

import csv
import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from corpus.errors import InputError
from ledger.facts import origins, put_right, put_right_within
from ledger.imports.register import register
from ledger.imports.uptake import import_steps
from ledger.layout import enterprises, steps, trail
from ledger.tables import Ledger
from tests.ledger.world import AS_OF, write_jsonl

AT = datetime.fromisoformat("2024-06-30T09:00")
PEOPLE = [
    {"id": "e1", "name": "甲公司", "cadre": "张三", "facts": {"region": "419001", "revenue": {"2023": 1e6}}},
    {"id": "e2", "name": "乙公司", "facts": {"industry": "3240"}},
]
STEP = {"enterprise_id": "e1", "measure_id": "m", "step": "paid", "on": "2024-06-01", "amount": "1,000.5"}


def rows(ledger: Ledger, table: object) -> list[dict]:
    with ledger.begin() as connection:
        return [dict(row) for row in connection.execute(table.select()).mappings()]


def test_the_same_row_again_changes_nothing(ledger: Ledger, tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "e.jsonl", PEOPLE)
    assert (register(ledger, path, AS_OF).new, register(ledger, path, AS_OF).new) == (2, 0)
    kept, revision = rows(ledger, enterprises), ledger.revision(enterprises)
    register(ledger, path, date(2025, 1, 1))
    assert (rows(ledger, enterprises), ledger.revision(enterprises)) == (kept, revision)


def test_an_import_that_changes_something_stands_in_the_trail(ledger: Ledger, tmp_path: Path) -> None:
    people = write_jsonl(tmp_path / "e.jsonl", [*PEOPLE, {"id": ""}])
    taken = write_jsonl(tmp_path / "u.jsonl", [STEP])
    for _ in range(2):
        register(ledger, people, AS_OF, by="张三", at=AT)
        import_steps(ledger, taken, ["m"], by="李四", at=AT)
    assert [(one["what"], one["by"], one["subject"], one["after"]) for one in rows(ledger, trail)] == [
        ("register", "张三", "e.jsonl", {"taken": 2, "new": 2, "refused": 1}),
        ("uptake", "李四", "u.jsonl", {"taken": 1, "new": 1, "refused": 0}),
    ]
    register(ledger, write_jsonl(tmp_path / "n.jsonl", [{**PEOPLE[0], "name": "甲集团"}]), AS_OF, by="张三", at=AT)
    assert rows(ledger, trail)[-1]["after"] == {"taken": 1, "new": 0, "refused": 0}


def test_a_row_known_by_its_name_alone_is_the_same_row_again(ledger: Ledger, tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "e.jsonl", [{"name": "甲公司", "facts": {}}])
    register(ledger, path, AS_OF)
    revision = ledger.revision(enterprises)
    assert (register(ledger, path, AS_OF).taken, ledger.revision(enterprises)) == (1, revision)


def test_a_newer_row_takes_the_place_and_leaves_the_cadre(ledger: Ledger, tmp_path: Path) -> None:
    register(ledger, write_jsonl(tmp_path / "e.jsonl", PEOPLE), AS_OF)
    newer = [{"id": "e1", "name": "甲集团", "facts": {"region": "410308"}}]
    assert register(ledger, write_jsonl(tmp_path / "e2.jsonl", newer), AS_OF).new == 0
    (one, _) = sorted(ledger.registered(), key=lambda row: row.id)
    assert (one.name, one.cadre, one.profile["facts"]) == ("甲集团", "张三", {"region": "410308"})


def test_of_one_enterprise_twice_in_a_file_the_later_counts(ledger: Ledger, tmp_path: Path) -> None:
    twice = [PEOPLE[0], {**PEOPLE[0], "name": "后来"}]
    done = register(ledger, write_jsonl(tmp_path / "e.jsonl", twice), AS_OF)
    assert (done.taken, done.new, [row.name for row in ledger.registered()]) == (2, 1, ["后来"])


def test_of_a_row_that_comes_back_in_a_file_the_last_counts(ledger: Ledger, tmp_path: Path) -> None:
    back = [PEOPLE[0], {**PEOPLE[0], "name": "别的"}, PEOPLE[0]]
    path = write_jsonl(tmp_path / "e.jsonl", back)
    assert (register(ledger, path, AS_OF).taken, [row.name for row in ledger.registered()]) == (3, ["甲公司"])


@pytest.mark.parametrize(
    "line",
    [
        b'{"id": "x", "name": "\\ud800"}',
        b'{"id": "x", "name": "\\u0000"}',
        b'{"id": "\\u0000x"}',
        b"[" * 100_000,
        b'{"id": "x", "facts": {"employees": NaN}}',
        b"\xff",
        b"7",
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_the_rest_goes_on(ledger: Ledger, tmp_path: Path, line: bytes) -> None:
    path = write_jsonl(tmp_path / "e.jsonl", PEOPLE)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes() + line)
    done = register(ledger, path, AS_OF)
    assert (done.taken, ["第 3 行" in str(problem) for problem in done.problems]) == (2, [True])


def test_a_number_with_a_fixed_point_is_a_number(ledger: Ledger, tmp_path: Path) -> None:
    """As databases write them into Parquet."""
    rows = pa.table({"id": ["e1"], "revenue_2023": pa.array([Decimal("1234567.5")], pa.decimal128(18, 2))})
    pq.write_table(rows, tmp_path / "e.parquet")
    assert register(ledger, tmp_path / "e.parquet", AS_OF).problems == []
    assert next(ledger.registered()).profile["facts"] == {"revenue": {"2023": 1234567.5}}


def test_a_bad_enterprise_is_named_and_the_rest_goes_on(ledger: Ledger, tmp_path: Path) -> None:
    bad = [PEOPLE[0], {"id": "x", "facts": {"revenu": 1}}, PEOPLE[1]]
    done = register(ledger, write_jsonl(tmp_path / "e.jsonl", bad), AS_OF)
    assert (done.taken, len(done.problems)) == (2, 1)
    assert "e.jsonl，第 2 行" in str(done.problems[0])
    assert "revenue" in str(done.problems[0])


def test_a_dry_run_only_checks(ledger: Ledger, tmp_path: Path) -> None:
    assert register(ledger, write_jsonl(tmp_path / "e.jsonl", PEOPLE), AS_OF, dry_run=True).new == 2
    assert list(ledger.registered()) == []
    register(ledger, tmp_path / "e.jsonl", AS_OF)
    done = import_steps(ledger, write_jsonl(tmp_path / "u.jsonl", [STEP]), ["m"], dry_run=True)
    assert (done.taken, done.new, rows(ledger, steps)) == (1, 0, [])


def test_steps_once_in_whatever_words_and_format(ledger: Ledger, tmp_path: Path) -> None:
    register(ledger, write_jsonl(tmp_path / "e.jsonl", PEOPLE), AS_OF)
    with (tmp_path / "u.csv").open("w", encoding="gb18030", newline="") as file:
        out = csv.writer(file)
        out.writerow(["企业编号", "事项编号", "环节", "日期", "金额"])
        out.writerow(["e1", "m", "已兑付", "2024-06-01", "1000.5"])
    with xlsxwriter.Workbook(str(tmp_path / "u.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["enterprise_id", "measure_id", "step", "on", "amount"])
        sheet.write_row(1, 0, ["e1", "m", "paid"])
        sheet.write_datetime(1, 3, datetime.fromisoformat("2024-06-01"), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_number(1, 4, 1000.5)
    write_jsonl(tmp_path / "u.jsonl", [STEP, STEP])
    new = [import_steps(ledger, tmp_path / name, ["m"]) for name in ("u.csv", "u.xlsx", "u.jsonl")]
    assert [(done.taken, done.new, done.problems) for done in new] == [(1, 1, []), (1, 0, []), (2, 0, [])]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"enterprise_id": "e9"}, '没有企业 "e9"'),
        ({"measure_id": "n"}, '没有事项 "n"'),
        ({"step": "payed"}, '最接近的是 "paid"'),
        ({"on": "2024-02-30"}, "2024-02-30"),
        ({"on": None}, "on"),
        ({"amount": "-1"}, "不小于 0"),
        ({"amount": "nan"}, "不小于 0"),
        ({"ammount": 1}, '最接近的是 "amount"'),
        ({"enterprise_id": "e\x00"}, 'enterprise_id：找到 "e□"'),
        ({"enterprise_id": "\ud83d"}, 'enterprise_id：找到 "□"'),
        ({"office": "科技\x00局"}, 'office：找到 "科技□局"'),
        ({"reason": "\ud83d"}, "reason"),
        ({"on": [1]}, "on"),
    ],
)
def test_a_bad_step_is_named_and_the_rest_goes_on(ledger: Ledger, tmp_path: Path, wrong: dict, said: str) -> None:
    register(ledger, write_jsonl(tmp_path / "e.jsonl", PEOPLE), AS_OF)
    (tmp_path / "u.jsonl").write_text(f"{json.dumps({**STEP, **wrong})}\n{json.dumps(STEP)}\n", encoding="utf-8")
    done = import_steps(ledger, tmp_path / "u.jsonl", ["m"])
    assert (done.taken, done.new) == (1, 1)
    assert said in str(done.problems[0])
    assert "u.jsonl，第 1 行" in str(done.problems[0])


def test_a_shifted_row_is_not_taken(ledger: Ledger, tmp_path: Path) -> None:
    register(ledger, write_jsonl(tmp_path / "e.jsonl", PEOPLE), AS_OF)
    (tmp_path / "u.csv").write_text("enterprise_id,measure_id,step,on,reason\ne1,m,paid,2024-06-01,太少，,多\n")
    done = import_steps(ledger, tmp_path / "u.csv", ["m"])
    assert done.taken == 0
    assert "表头之外" in str(done.problems[0])


def test_what_stops_an_import_leaves_nothing_of_it(ledger: Ledger, tmp_path: Path) -> None:
    """A file that breaks off after many good rows, as one does that is cut off or whose reader is killed."""
    register(ledger, write_jsonl(tmp_path / "e.jsonl", PEOPLE), AS_OF)
    many = [{**STEP, "amount": str(i)} for i in range(10_500)]
    path = write_jsonl(tmp_path / "u.jsonl", many)
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole + '{"enterprise_id": ', encoding="utf-8")
    with pytest.raises(InputError, match="读不出来"):
        import_steps(ledger, path, ["m"])
    assert rows(ledger, steps) == []
    path.write_text(whole, encoding="utf-8")
    assert import_steps(ledger, path, ["m"]).new == len(many)


def test_a_file_of_no_known_format_is_refused(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r'不认识的格式 "\.doc"'):
        import_steps(ledger, tmp_path / "u.doc", ["m"])


# ---------------------------------------------------------------- facts put right


def test_a_fact_put_right_has_its_origin_and_outlives_older_rows(ledger: Ledger, tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "e.jsonl", PEOPLE)
    register(ledger, path, date(2024, 6, 1))
    told = {"source": "走访", "on": date(2024, 6, 15), "by": "张三", "at": AT}
    put_right(ledger, "e1", "revenue", {"2022": 5e5}, **told)
    put_right(ledger, "e1", "confirmations.投保短期出口信用保险", True, **told)
    again = write_jsonl(tmp_path / "e2.jsonl", [{**PEOPLE[0], "as_of": "2024-06-10", "name": "甲改"}])
    register(ledger, again, AS_OF)
    one = ledger.enterprise("e1")
    assert one.name == "甲改"
    assert one.profile["facts"]["revenue"] == {"2022": 5e5, "2023": 1e6}
    assert one.profile["confirmations"]["投保短期出口信用保险"] == {"value": True, "by": "张三", "on": "2024-06-15"}
    found = origins(ledger, "e1")
    assert (found["revenue"].source, found["revenue"].by) == ("走访", "张三")
    assert (found["region"].source, found["region"].on) == ("e2.jsonl", date(2024, 6, 10))
    register(ledger, write_jsonl(tmp_path / "e3.jsonl", [{**PEOPLE[0], "as_of": "2024-06-20"}]), AS_OF)
    assert ledger.enterprise("e1").profile["facts"]["revenue"] == {"2023": 1e6}


def test_two_people_at_one_enterprise_lose_nothing(ledger: Ledger, tmp_path: Path) -> None:
    register(ledger, write_jsonl(tmp_path / "e.jsonl", PEOPLE), AS_OF)

    def write(field: str, value: float, by: str) -> None:
        put_right(ledger, "e1", field, value, source="走访", on=AS_OF, by=by, at=AT)

    fields = ("patents", "invention_patents", "land_area", "floor_area", "registered_capital", "paid_in_capital")
    with ThreadPoolExecutor(len(fields)) as pool:
        list(pool.map(lambda field: write(field, 7.0, field), fields))
    one = ledger.enterprise("e1")
    assert one is not None
    assert {field: one.profile["facts"].get(field) for field in fields} == dict.fromkeys(fields, 7.0)


def test_an_import_waits_for_a_correction_that_is_being_made(ledger: Ledger, tmp_path: Path) -> None:
    register(ledger, write_jsonl(tmp_path / "e.jsonl", PEOPLE), date(2024, 6, 1))
    newer = write_jsonl(tmp_path / "e2.jsonl", [{**PEOPLE[0], "as_of": "2024-06-10"}])
    told = {"source": "走访", "on": date(2024, 6, 15), "by": "张三", "at": AT}
    with ThreadPoolExecutor(1) as pool:
        with ledger.begin() as connection:
            put_right_within(connection, ledger, "e1", {"patents": 7.0}, **told)
            waiting = pool.submit(register, ledger, newer, AS_OF)
            time.sleep(0.3)  # long enough to read what is there, were it not waiting
            assert not waiting.done()
        assert waiting.result().taken == 1
    assert ledger.enterprise("e1").profile["facts"]["patents"] == 7.0


def test_a_fact_that_does_not_fit_changes_nothing(ledger: Ledger, tmp_path: Path) -> None:
    register(ledger, write_jsonl(tmp_path / "e.jsonl", PEOPLE), AS_OF)
    before = rows(ledger, enterprises)
    told = {"source": "企业自填", "on": AS_OF, "by": "e1", "at": AT}
    with pytest.raises(InputError, match="营业收入"):
        put_right(ledger, "e1", "revenue", "很多", **told)
    with pytest.raises(InputError, match='没有企业 "e9"'):
        put_right(ledger, "e9", "revenue", 1.0, **told)
    assert rows(ledger, enterprises) == before
