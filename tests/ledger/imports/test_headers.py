"""Columns of real spreadsheets: what they are taken for, what is asked of a person, and the units that their heads name."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter

from corpus.errors import InputError
from corpus.fields import registry
from ledger.imports.headers import Head, _data, heads, read_mapping
from ledger.imports.register import register
from ledger.imports.uptake import import_steps
from ledger.layout import steps
from ledger.tables import Ledger
from matcher.facts import PROFILE_KEYS
from tests.ledger.world import AS_OF


@pytest.mark.parametrize(
    ("head", "name", "factor"),
    [
        ("统一社会信用代码", "id", 1),
        ("企业名称", "name", 1),
        ("包联干部", "cadre", 1),
        ("revenue_2023", "revenue_2023", 1),
        ("2023年营业收入", "revenue_2023", 1),
        ("2023年度研发投入（万元）", "rd_spend_2023", 1e4),
        ("营业收入2023(亿元)", "revenue_2023", 1e8),
        ("营收（单位：万元）", "revenue", 1e4),
        ("营业收入（2022年）", "revenue_2022", 1),
        ("研发投入占比（%）", "rd_ratio", 0.01),
        ("从业人数（人）", "employees", 1),
        ("建筑面积（平方米）", "floor_area", 1),
        ("注册资金（万元）", "registered_capital", 1e4),
        ("资质", "qualification", 1),
    ],
)
def test_heads_of_a_register(head: str, name: str, factor: float) -> None:
    assert heads("register", ["企业编号" if name != "id" else "企业名称", head], {}, "t")[1] == Head(name, factor)


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("备注", '不认识的列 "备注"'),
        ("主营业务收入", '不认识的列 "主营业务收入"'),  # not the 营业收入 that the rules ask for
        ("营业收入（万美元）", "营业收入（万美元）"),
        ("营业收入（人）", "营业收入（人）"),
        ("2023年注册资本", "2023年注册资本"),  # not kept by year
        ("企业名称（万元）", "企业名称（万元）"),
        ("统一社会信用代码", "企业编号、统一社会信用代码 是同一项（id）"),
    ],
)
def test_what_is_not_sure_is_asked(head: str, said: str) -> None:
    with pytest.raises(InputError) as told:
        heads("register", ["企业编号", head], {}, "名单.csv")
    assert said in str(told.value)
    assert "--map" in str(told.value)


def test_every_unknown_head_is_named_at_once_and_a_person_may_say() -> None:
    written = ["企业编号", "联络人", "备注", "收入"]
    with pytest.raises(InputError) as told:
        heads("register", written, {}, "名单.csv")
    assert [problem.found for problem in told.value.problems] == [f'不认识的列 "{one}"' for one in written[1:]]
    found = heads("register", written, {"联络人": "助企干部", "备注": "", "收入": "2023年营业收入（万元）"}, "t")
    assert found == [Head("id"), Head("cadre"), Head(None), Head("revenue_2023", 1e4)]
    with pytest.raises(InputError, match=r'表里没有列 "备住"；.*最接近的是 "备注"'):
        heads("register", written, {"备住": ""}, "t")


def test_a_table_without_what_every_row_needs_is_refused_whole() -> None:
    with pytest.raises(InputError, match="应为一列企业编号或企业名称"):
        heads("register", ["营业收入"], {}, "t")
    with pytest.raises(InputError, match="应为一列日期"):
        heads("uptake", ["企业编号", "事项编号", "环节"], {}, "t")


def test_the_words_are_of_things_that_there_are_and_each_of_one() -> None:
    assert set(_data()["register"]) <= {*registry(), *PROFILE_KEYS, "cadre"}
    for kind in ("register", "uptake", "steps"):
        words = [word for said in _data()[kind].values() for word in said]
        assert len(words) == len(set(words)), kind
    labels = {known.label: known.name for known in registry().values()}
    assert all(labels.get(word, name) == name for name, said in _data()["register"].items() for word in said)


def test_a_mapping_file(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text("联络人: 助企干部\n备注:\n", encoding="utf-8")
    assert read_mapping(tmp_path / "m.yaml") == {"联络人": "助企干部", "备注": ""}
    (tmp_path / "m.yaml").write_text("- 联络人\n", encoding="utf-8")
    with pytest.raises(InputError, match="每行 列名: 字段"):
        read_mapping(tmp_path / "m.yaml")


def test_a_spreadsheet_as_an_office_keeps_it(ledger: Ledger, tmp_path: Path) -> None:
    """A title above the header, numbers of Excel, units in the heads, days written with slashes, words for steps."""
    with xlsxwriter.Workbook(str(tmp_path / "名单.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "2024年重点企业名单")
        sheet.write_row(
            1, 0, ["统一社会信用代码", "企业名称", "行政区划代码", "2023年营收（万元）", "包联干部", "备注"]
        )
        sheet.write_row(2, 0, ["e1", "甲公司", 419001, 12.3, "张三", "重点"])
        sheet.write_row(4, 0, ["e2", "乙公司", "419001", "1,200", "", ""])
        sheet.write_row(5, 0, ["e3", "丙公司", "419001", "很多", "", ""])
    done = register(ledger, tmp_path / "名单.xlsx", AS_OF, mapping={"备注": ""})
    assert (done.taken, [problem.source for problem in done.problems]) == (2, ["名单.xlsx，第 6 行"])
    one, two = sorted(ledger.registered(), key=lambda row: row.id)
    assert (one.name, one.cadre) == ("甲公司", "张三")
    assert one.profile["facts"] == {"region": "419001", "revenue": {"2023": 123000.0}}
    assert two.profile["facts"]["revenue"] == {"2023": 12000000.0}
    with (tmp_path / "兑付.csv").open("w", encoding="gb18030", newline="") as file:
        out = csv.writer(file)
        out.writerow(["统一社会信用代码", "事项编码", "办理状态", "办理时间", "拨付金额（万元）", "经办"])
        out.writerow(["e1", "m", "已拨付", "2024/6/1", "1.5", "王"])
        out.writerow(["e2", "m", "审核通过", "2024年6月2日", "", "王"])
    done = import_steps(ledger, tmp_path / "兑付.csv", ["m"], mapping={"经办": ""})
    assert (done.taken, done.problems) == (2, [])
    with ledger.begin() as connection:
        taken = connection.execute(steps.select().order_by(steps.c.no)).all()
    assert [(row.step, row.happened_on, row.amount) for row in taken] == [
        ("paid", datetime.fromisoformat("2024-06-01").date(), 15000.0),
        ("approved", datetime.fromisoformat("2024-06-02").date(), None),
    ]


def test_unknown_heads_stop_an_import_before_any_row(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text("企业编号,备注,公司\ne1,x,甲\n", encoding="utf-8")
    with pytest.raises(InputError) as told:
        register(ledger, tmp_path / "e.csv", AS_OF)
    assert len(told.value.problems) == 2
    assert list(ledger.registered()) == []
