"""A register in a database gives what the same rows give in a file; what cannot be read is named, never the password."""

import csv
from datetime import date
from decimal import Decimal

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from corpus.errors import InputError
from corpus.model import Condition, Measure, Policy
from ledger.reading import opened_table
from matcher.tables import run_batch

AS_OF = date(2024, 6, 30)
POLICY = Policy(
    "p",
    "政策",
    measures=(
        Measure("m1", "营收", Condition("revenue", "ge", 2e7)),
        Measure("m2", "高企", Condition("qualification", "has", "高新技术企业")),
        Measure("m3", "老店", Condition("founded_on", "lt", date(2016, 1, 1))),
    ),
)
ROWS = [
    {"id": "c", "revenue_2023": Decimal("20000000.00"), "成立日期": date(2015, 3, 2), "qualification": "高新技术企业"},
    {"id": "a", "revenue_2023": None, "成立日期": None, "qualification": "无"},
    {"id": "b", "revenue_2023": Decimal(5), "成立日期": date(2020, 1, 1), "qualification": None},
]


@pytest.fixture
def address(tmp_path):
    url = f"sqlite:///{tmp_path / 'e.db'}"
    engine = sa.create_engine(url)
    table = sa.Table(
        "企业",
        sa.MetaData(),
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("revenue_2023", sa.Numeric(18, 2)),
        sa.Column("成立日期", sa.Date),
        sa.Column("qualification", sa.String),
    )
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(table.insert(), ROWS)
    engine.dispose()
    return url


@pytest.mark.filterwarnings("ignore:Dialect sqlite.pysqlite does \\*not\\* support Decimal")
def test_a_table_gives_what_a_file_of_it_gives(tmp_path, address):
    with (tmp_path / "e.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, list(ROWS[0]))
        out.writeheader()
        out.writerows(sorted(ROWS, key=lambda row: row["id"]))
    with opened_table(address, "企业") as sheet:
        from_table = run_batch([POLICY], sheet, tmp_path / "t.parquet", as_of=AS_OF, all=True)
    from_file = run_batch([POLICY], tmp_path / "e.csv", tmp_path / "f.parquet", as_of=AS_OF, all=True)
    assert from_table.to_json() == from_file.to_json()
    rows = pq.read_table(tmp_path / "t.parquet").to_pylist()
    assert rows == pq.read_table(tmp_path / "f.parquet").to_pylist()
    assert {(row["measure_id"], row["verdict"]) for row in rows if row["enterprise_id"] == "c"} == {
        ("m1", "eligible"),
        ("m2", "eligible"),
        ("m3", "eligible"),
    }


@pytest.mark.filterwarnings("ignore:Dialect sqlite.pysqlite does \\*not\\* support Decimal")
def test_a_row_that_cannot_be_used_is_named_and_the_rest_goes_on(tmp_path, address):
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        connection.execute(sa.text("insert into 企业 (id, revenue_2023) values ('aa', -1e400)"))
    engine.dispose()
    with opened_table(address, "企业") as sheet:
        done = run_batch([POLICY], sheet, tmp_path / "t.parquet", as_of=AS_OF)
    assert done.enterprises == 3
    assert "企业，第 2 行" in str(done.problems[0])


@pytest.mark.parametrize(
    ("url", "table", "says"),
    [
        (None, "没有", '没有 "没有" 这张表'),
        ("没有地址", "企业", "认不出来"),
        ("nosuch://a:geheim@b/c", "企业", "认不出来"),
        ("sqlite:////no/such/folder/geheim.db", "企业", "读不出来"),
    ],
)
def test_what_is_not_there_is_named(address, url, table, says):
    with pytest.raises(InputError) as found, opened_table(url or address, table):
        pass
    assert says in str(found.value)


def test_the_password_is_in_no_message():
    with (
        pytest.raises(InputError) as found,
        opened_table("postgresql+psycopg://someone:geheim@127.0.0.1:1/none", "企业"),
    ):
        pass
    assert "geheim" not in str(found.value)
    assert "someone" in str(found.value)


def test_a_file_that_there_is_not_is_named_and_not_made(tmp_path):
    with pytest.raises(InputError, match="没有文件"), opened_table(f"sqlite:///{tmp_path / 'typo.db'}", "企业"):
        pass
    assert list(tmp_path.iterdir()) == []
