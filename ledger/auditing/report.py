"""The audit as an Excel book for an office to pass round: what was counted and how, the funnels, and the lists by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any as Json

import xlsxwriter

from ledger.auditing import lists
from ledger.auditing.audit import OVERDUE_DAYS, Audit
from ledger.auditing.bottleneck import KINDS, LEAST_SAMPLE, LEAST_SHARE
from ledger.auditing.pairs import TRANSITIONS
from ledger.auditing.row import Row
from ledger.auditing.sides import BY, part_title
from ledger.auditing.tally import COUNTS
from ledger.care.needs import Need
from ledger.care.visits import REASONS
from ledger.care.voices import Voices
from ledger.imports.uptake import STEPS

LISTED = 50_000
"""Rows of a list by name: more nobody reads in Excel; the sheet says how to get the rest."""
_LONGEST = 2_000
"""Characters of a clause: a cell that is longer is read by nobody, and the page of the measure has all of it."""
_LIMITED = ("applied_approved", "approved_paid")
_MONEY, _WHOLE, _DAYS, _SHARE, _DATE, _TEXT = "#,##0.00", "#,##0", "0.0", "0%", "yyyy-mm-dd", ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: its head, its width in characters, its number format."""

    head: str
    width: int = 12
    format: str = _TEXT


_WHOSE = (Column("企业编号", 22), Column("企业", 30))
_LOST = "eligible_not_applied"
"""What measures and departments stand in order of in the book, the most first, as on the page."""


def write_audit(audit: Audit, path: Path, heard: Voices | None = None) -> None:
    """Write the audit to `path` as a book: 说明, the audit's own rows first, the other sides, every measure beside its
    clauses, then the lists by name, and what enterprises said where it is given.

    Raises OSError where the file cannot be written.
    """
    auditor = audit.auditor
    with _open(path) as book:
        pen = _Pen(book)
        _cover(pen, audit)
        for by in dict.fromkeys((audit.by, *BY)):
            side = audit if by == audit.by else auditor.audit(by)
            most = by in ("measure", "department")
            ordered = sorted(side.rows, key=lambda row: -row.counts[_LOST]) if most else side.rows
            rows: list[tuple[int | None, Row]] = [(None, side.total), *enumerate(ordered, 1)]
            pen.sheet(f"漏斗·按{BY[by]}", _funnel_columns(BY[by]), (_funnel_cells(row, i) for i, row in rows))
        _item_by_item(pen, audit)
        idle = [Column("政策", 36), Column("事项", 36), Column("部门", 20), Column("符合企业", 10, _WHOLE)]
        pen.sheet(
            "沉睡政策",
            [*idle, Column("已告知企业", 10, _WHOLE)],
            ([*_idle_cells(audit, one), one.informed] for one in lists.dormant(auditor)),
            f"在有效期内、符合企业不少于 {LEAST_SAMPLE} 家，却从无一家申报的事项",
        )
        pen.sheet(
            "政策棚架",
            idle,
            (_idle_cells(audit, one) for one in lists.untold(auditor)),
            f"在有效期内、符合企业不少于 {LEAST_SAMPLE} 家，却没有告知过一家企业的事项",
        )
        pen.sheet(
            "无人符合的条款",
            [*idle[:3], Column("卡在哪个条件", 80)],
            ([*_idle_cells(audit, one)[:3], "；".join(one.blame)] for one in lists.dead(auditor)),
            "在有效期内，登记的企业没有一家符合、也没有一家待核实的事项，以及卡住它的条件",
        )
        named = [
            Column("企业编号", 22), Column("企业", 30), Column("地区", 18), Column("助企干部", 12), Column("事项编号", 22),
            Column("事项", 36), Column("部门", 20), Column("判定", 8), Column("最近环节", 10), Column("日期", 12, _DATE),
        ]  # fmt: skip
        pen.sheet(
            "应享未享",
            named,
            (_named_cells(one) for one in lists.missing_out(auditor)),
            "按登记的情况符合条件而没有申报的企业，逐家逐项",
        )
        pen.sheet(
            "已享存疑",
            [*named, Column("已兑付（元）", 16, _MONEY)],
            ([*_named_cells(one), one.paid] for one in lists.doubtful(auditor)),
            "已经兑付、但按登记的情况判不出符合的企业：情况可能后来变了，也可能登记有误，请核对，不作结论",
        )
        pen.sheet(
            "超期未办",
            [*named, Column("办理部门", 20)],
            ([*_named_cells(one), one.office] for one in lists.overdue(auditor)),
            f"申报后未获答复，或批准后未兑付，距最近环节已超过事项写明的办理时限；没有写明的按 {OVERDUE_DAYS} 天",
        )
        if heard is not None:
            _heard(pen, heard)


def _item_by_item(pen: _Pen, audit: Audit) -> None:
    """逐条对照: what each measure of the catalogue says, and beside it what came of it."""
    auditor, columns = audit.auditor, _funnel_columns("事项")[1:]
    says = [Column("政策", 30), Column("文号", 20), Column("条款", 12), Column("条款原文", 60), Column("有效", 8)]

    def cells(row: Row) -> list[Json]:
        policy, measure = auditor.entries[row.key]
        words = {one.path: one.text for one in policy.clauses}
        text = "\n".join(words[path] for path in measure.clauses if path in words)[:_LONGEST]
        in_force = auditor.standings.in_force[auditor.standings.measures[row.key]]
        said = [policy.title, policy.doc_no, "、".join(measure.clauses), text, "在有效期" if in_force else "不在"]
        return [*said, *_funnel_cells(row, None)[1:]]

    rows = (cells(row) for row in auditor.audit("measure").rows if row.key in auditor.entries)
    pen.sheet("逐条对照", [*says, *columns], rows, "每条政策说了什么，落实到了哪一步")


def _heard(pen: _Pen, heard: Voices) -> None:
    """What enterprises said; of an office's book its own promises alone."""
    day = Column("期限", 12, _DATE)
    pen.sheet(
        "承诺未按期兑现",
        [Column("部门", 20), Column("承诺", 60), *_WHOSE, day, Column("办结", 12, _DATE)],
        ([one.office, one.text, one.enterprise, one.name, one.due_on, one.kept_on] for one in heard.broken),
    )
    if not heard.reasons:
        return
    pen.sheet(
        "未申报原因",
        [Column("原因", 20), Column("户次", 10, _WHOLE)],
        ([REASONS[reason], count] for reason, count in heard.reasons.items()),
    )
    needs = [Column("类型", 10), Column("诉求", 60), *_WHOSE, Column("现在归谁", 20), day]

    def cells(need: Need) -> list[Json]:
        return [need.kind, need.text, need.enterprise, need.name, need.owner, need.due_on]

    pen.sheet("诉求超期未答复", needs, map(cells, heard.late))
    blank = (cells(need) for of in heard.gaps.values() for need in of)
    pen.sheet(
        "政策空白", needs, blank, "提过这类诉求，而收录的、在有效期内的事项里，名称没有一项提到它；只看字眼，供参考"
    )
    mean: list[list[Json]] = [["有评价的答复（件）", heard.rated], ["平均分（满分 5 分）", heard.mean]]
    pen.sheet("满意度", [Column("项目", 24), Column("数", 10, _DAYS)], mean)


def _cover(pen: _Pen, audit: Audit) -> None:
    total = audit.total
    said = [
        ("统计日期", audit.as_of.isoformat()),
        ("登记企业", len(audit.auditor.standings.register)),
        ("政策事项", len(audit.auditor.measures)),
        *((label, total.counts[name]) for name, label in COUNTS.items()),
        ("已兑付金额（元）", total.amount_paid),
        ("计数", "按不同的企业计，一家企业在一行里只计一次；同一条记录导入多次只算一次；统计日期之后的环节不算"),
        ("符合与待核实", "符合由系统按登记的情况逐条判定；缺情况的判为待核实，不算符合，也不算不符合"),
        ("多个事项合为一行", "对其中一项符合即计入符合；对其中一项符合而未被告知该项即计入“符合未告知”，其余类推"),
        ("中位天数", "按日期先后分轮次：兑付、未通过、撤回各结束一轮；每轮各环节取第一天"),
        (
            "时段",
            "环节按企业第一次走到的月份计，金额按兑付的月份计，符合与否按第一个环节所在的月份计；各月相加等于合计",
        ),
        ("办理时限", f"取事项自己写明的时限，工作日按每周五天折成自然日；没有写明的，超期按 {OVERDUE_DAYS} 天计"),
        (
            "堵点",
            f"流失比例最大的一环；到达该环节不足 {LEAST_SAMPLE} 户次不下结论，流失不足 {LEAST_SHARE:.0%} 不算堵点",
        ),
    ]
    pen.sheet("说明", [Column("项目", 22), Column("内容", 100, _WHOLE)], said)


def _funnel_columns(by: str) -> list[Column]:
    return [
        Column("序号", 6, _WHOLE),
        Column(by, 36),
        *(Column(label, 11, _WHOLE) for label in COUNTS.values()),
        Column("已兑付金额（元）", 18, _MONEY),
        *(
            Column(f"{_between(name)}（{word}）", 14, _DAYS)
            for name in TRANSITIONS
            for word in ("中位天数", "九成天数")
        ),
        *(Column(f"{_between(name)}（时限天数）", 14, _WHOLE) for name in _LIMITED),
        Column("超期（户次）", 10, _WHOLE),
        Column("堵点", 20),
        Column("流失比例", 10, _SHARE),
        Column("样本（户次）", 10, _WHOLE),
        Column("责任部门", 22),
    ]


def _between(transition: str) -> str:
    start, end = TRANSITIONS[transition]
    return f"{STEPS[start][1:]}到{STEPS[end][1:]}"


def _funnel_cells(row: Row, no: int | None) -> list[Json]:
    stuck = row.bottleneck
    days = [found for name in TRANSITIONS for found in (row.median_days[name], row.p90_days[name])]
    limits = [*(row.limit_days.get(name) for name in _LIMITED), row.overdue]
    judged = [KINDS[stuck.kind], stuck.share_lost, stuck.sample, stuck.office]
    return [no, row.title, *(row.counts[name] for name in COUNTS), row.amount_paid, *days, *limits, *judged]


def _idle_cells(audit: Audit, one: lists.Idle) -> list[Json]:
    place = audit.auditor.standings.measures[one.measure.id]
    return [one.policy.title, one.measure.title, audit.auditor.department(place), one.eligible]


def _named_cells(one: lists.Named) -> list[Json]:
    who = [one.enterprise_id, one.enterprise, part_title("region", one.region), one.cadre]
    return [*who, one.measure_id, one.title, one.department, one.standing, STEPS.get(one.step or ""), one.on]


def _open(path: Path) -> xlsxwriter.Workbook:
    # Rows are written as they come, and what a user typed is never taken for a formula or a link.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    return xlsxwriter.Workbook(str(path), options)


class _Pen:
    """Writes the sheets of a book alike: a note, a frozen and filtered head, number formats, landscape pages."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        self.head = book.add_format(
            {
                "bold": True,
                "bg_color": "#DCE6F1",
                "border": 1,
                "text_wrap": True,
                "valign": "vcenter",
                "align": "center",
            }
        )
        self.note = book.add_format({"italic": True, "font_color": "#595959"})
        self.formats: dict[str, Json] = {}

    def sheet(self, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Json]], note: str = "") -> None:
        """A sheet of `rows`; of a list longer than LISTED the beginning, and a last line that says so."""
        sheet = self.book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        for i, column in enumerate(columns):
            sheet.set_column(i, i, column.width, self._format(column.format))
        top = 1 if note else 0
        if note:
            sheet.write(0, 0, note, self.note)
        sheet.write_row(top, 0, [column.head for column in columns], self.head)
        sheet.freeze_panes(top + 1, 0)
        sheet.repeat_rows(top)
        waiting = iter(rows)
        last = top
        for last, row in enumerate(islice(waiting, LISTED), top + 1):
            for i, (cell, column) in enumerate(zip(row, columns, strict=True)):
                self._write(sheet, last, i, cell, column)
        left = sum(1 for _ in waiting)
        if left:
            sheet.write(last + 1, 0, f"另有 {left} 行未列出：请按事项分别导出", self.note)
        if last > top:
            sheet.autofilter(top, 0, last, len(columns) - 1)
        elif name != "说明":
            sheet.write(top + 1, 0, "没有", self.note)

    def _write(self, sheet: Json, row: int, column: int, cell: Json, of: Column) -> None:
        form = self._format(of.format)
        if cell is None:
            return
        if of.format == _DATE:
            sheet.write_datetime(row, column, cell, form)
        elif isinstance(cell, str):
            sheet.write_string(row, column, cell, self._format(_TEXT))
        else:
            sheet.write_number(row, column, cell, form)

    def _format(self, number: str) -> Json:
        if number not in self.formats:
            self.formats[number] = self.book.add_format({"num_format": number} if number else {"text_wrap": True})
        return self.formats[number]
