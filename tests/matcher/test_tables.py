"""Profiles out of CSV, XLSX, Parquet and JSONL, verdicts into Parquet and CSV; what is refused, by row."""

import csv
import json
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from corpus.errors import InputError, Problem
from corpus.model import All, Benefit, Condition, Fixed, Measure, Policy, Rate
from matcher.facts import read_profile
from matcher.tables import read_profiles, run_batch

AS_OF = date(2024, 6, 30)
PROFILE = {
    "id": "e1",
    "name": "某公司",
    "facts": {
        "region": "419001",
        "industry": "3240",
        "employees": {"2022": 200, "2023": 210},
        "revenue": 96000000,
        "qualification": ["高新技术企业", "瞪羚企业"],
        "exclusion": [],
        "founded_on": "2015-03-02",
        "event": [{"name": "首次升规", "on": "2023-12-31"}],
    },
    "needs": ["融资", "用工"],
}
HEADER = ["id", "name", "region", "行业", "employees_2022", "2023年从业人员", "revenue", "资质称号", "exclusion"]
HEADER += ["founded_on", "event", "needs", "patents"]
ROW = ["e1", "某公司", "419001", "3240", "200", "210", "96,000,000", "高新技术企业；瞪羚企业", "无"]
ROW += ["2015-03-02", "首次升规@2023-12-31", "融资、用工", ""]


def read(path):
    return list(read_profiles(path))


def test_csv(tmp_path):
    path = tmp_path / "企业.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([HEADER, ROW, [""] * len(ROW)])
    assert read(path) == [read_profile(PROFILE)]


def test_csv_in_gb18030(tmp_path):
    path = tmp_path / "企业.csv"
    path.write_bytes("\n".join(",".join(f'"{cell}"' for cell in row) for row in (HEADER, ROW)).encode("gb18030"))
    assert read(path) == [read_profile(PROFILE)]


def test_xlsx(tmp_path):
    path = tmp_path / "企业.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        numbers = {"region": 419001, "行业": 3240, "employees_2022": 200, "2023年从业人员": 210, "revenue": 96000000}
        for column, (head, cell) in enumerate(zip(HEADER, ROW, strict=True)):
            sheet.write(0, column, head)
            if head == "founded_on":
                sheet.write_datetime(1, column, date(2015, 3, 2), day)
            elif cell:
                sheet.write(1, column, numbers.get(head, cell))
    assert read(path) == [read_profile(PROFILE)]


def test_parquet_with_facts_nested(tmp_path):
    path = tmp_path / "企业.parquet"
    other = {"id": "e2", "facts": {"qualification": ["瞪羚企业"]}}
    pq.write_table(pa.Table.from_pylist([PROFILE, other]), path)
    assert read(path) == [read_profile(PROFILE), read_profile(other)]


def test_parquet_with_a_fact_a_column(tmp_path):
    path = tmp_path / "企业.parquet"
    columns = {"id": ["e1"], "revenue_2023": [5.0], "qualification": [["高企"]], "founded_on": [date(2015, 3, 2)]}
    pq.write_table(pa.table(columns), path)
    facts = {"revenue": {"2023": 5.0}, "qualification": ["高企"], "founded_on": "2015-03-02"}
    assert read(path) == [read_profile({"id": "e1", "facts": facts})]


def test_a_bad_row_is_named_and_the_rest_goes_on(tmp_path):
    path = tmp_path / "企业.jsonl"
    lines = [json.dumps(PROFILE), "{", '{"id": "e2", "facts": {"revenu": 1}}', json.dumps(PROFILE), "", '{"id": "e3"}']
    path.write_text("\n".join(lines), encoding="utf-8")
    found = read(path)
    assert [p.id for p in found if not isinstance(p, Problem)] == ["e1", "e3"]
    says = [str(p) for p in found if isinstance(p, Problem)]
    assert len(says) == 3
    for words, row in zip(("JSON 读不下去", 'revenu"；', "前面已有"), ("第 2 行", "第 3 行", "第 4 行"), strict=True):
        assert any(words in line and f"企业.jsonl，{row}" in line for line in says), says


@pytest.mark.parametrize(
    ("name", "raw", "says"),
    [
        ("a.csv", b"", "表头"),
        ("a.csv", b"revenue,patents\n1,2\n", "一列 id"),
        ("a.xlsx", b"PK no workbook", "打不开"),
        ("a.parquet", b"no parquet", "打不开"),
        ("a.doc", b"", "不认识的格式"),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path, name, raw, says):
    path = tmp_path / name
    path.write_bytes(raw)
    with pytest.raises(InputError, match=says) as refused:
        read(path)
    assert name in str(refused.value)


def test_an_absent_file(tmp_path):
    with pytest.raises(InputError, match=r"读不出来.*") as refused:
        read(tmp_path / "没有.jsonl")
    assert "没有.jsonl" in str(refused.value)


def test_a_column_that_is_no_field_is_refused_by_name(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,revenu\ne1,5\n", encoding="utf-8")
    (problem,) = read(path)
    assert "revenu" in str(problem)


POLICIES = (
    Policy(
        "p",
        "政策",
        measures=(
            Measure("all", "人人有份", All(), Benefit("one_off_grant", Fixed(100.0))),
            Measure("rate", "按比例", All(), Benefit("proportional_grant", Rate(0.1, 0.1, "revenue"))),
            Measure("rich", "大户", Condition("revenue", "ge", 1000.0)),
            Measure("open", "待问", Condition("patents", "ge", 1.0), review="draft"),
        ),
    ),
    Policy("q", "旧政策", expires_on=date(2023, 1, 1), measures=(Measure("old", "旧事项", All()),)),
)


@pytest.fixture
def enterprises(tmp_path):
    path = tmp_path / "e.jsonl"
    lines = [{"id": "e1", "facts": {"revenue": 500}}, {"id": "e2"}, {"id": "bad", "facts": {"x": 1}}]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return path


def test_batch_writes_what_can_be_had_with_its_worth(tmp_path, enterprises):
    out, summary = tmp_path / "out.parquet", tmp_path / "s.csv"
    done = run_batch(POLICIES, enterprises, out, as_of=AS_OF, summary=summary)
    rows = {(row["enterprise_id"], row["measure_id"]): row for row in pq.read_table(out).to_pylist()}
    assert {key: row["verdict"] for key, row in rows.items()} == {
        ("e1", "all"): "eligible",
        ("e1", "rate"): "eligible",
        ("e1", "open"): "unknown",
        ("e2", "all"): "eligible",
        ("e2", "rate"): "eligible",
        ("e2", "rich"): "unknown",
        ("e2", "open"): "unknown",
    }
    assert (rows["e1", "all"]["benefit_low"], rows["e1", "all"]["benefit_high"]) == (100.0, 100.0)
    assert (rows["e1", "rate"]["benefit_low"], rows["e1", "rate"]["benefit_high"]) == (50.0, 50.0)
    assert (rows["e2", "rate"]["benefit_low"], rows["e2", "rate"]["benefit_high"]) == (0.0, None)
    assert done.to_json() | {"problems": None} == {
        "schema_version": 1,
        "enterprises": 2,
        "measures": 5,
        "rows": 7,
        "problems": None,
    }
    assert len(done.problems) == 1
    with summary.open(encoding="utf-8") as file:
        counts = {row["measure_id"]: row for row in csv.DictReader(file)}
    assert [counts["rich"][verdict] for verdict in ("eligible", "unknown", "ineligible")] == ["0", "1", "1"]
    assert counts["old"]["standing"] == "expired"


def test_batch_all_writes_every_pair(tmp_path, enterprises):
    out = tmp_path / "out.parquet"
    assert run_batch(POLICIES, enterprises, out, as_of=AS_OF, all=True).rows == 10
    verdicts = {(r["enterprise_id"], r["measure_id"]): r["verdict"] for r in pq.read_table(out).to_pylist()}
    assert verdicts["e1", "rich"] == "ineligible"
    assert verdicts["e1", "old"] == "expired"


def test_output_appears_only_when_it_is_whole(tmp_path):
    with pytest.raises(InputError):
        run_batch(POLICIES, tmp_path / "没有.jsonl", tmp_path / "out.parquet", as_of=AS_OF)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_list_of_enterprises(tmp_path):
    path = tmp_path / "e.jsonl"
    path.write_text("", encoding="utf-8")
    assert run_batch(POLICIES, path, tmp_path / "out.parquet", as_of=AS_OF).rows == 0
    assert pq.read_table(tmp_path / "out.parquet").num_rows == 0


def test_how_far_a_batch_has_come(tmp_path):
    lines = tmp_path / "e.jsonl"
    lines.write_text('{"id": "a"}\n{"id": "b"}\n', encoding="utf-8")
    said = []
    run_batch(POLICIES, lines, tmp_path / "o.parquet", as_of=AS_OF, say=said.append)
    assert said == ["已判定 2 家 [████████████████████] 100%"]
