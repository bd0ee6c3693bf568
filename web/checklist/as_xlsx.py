"""The checklist as Excel: one row a measure, to sort and to tick off."""

from __future__ import annotations

from io import BytesIO

import xlsxwriter

from web.checklist.data import UNSAID, Checklist, Entry, Group

COLUMNS = (
    ("类别", 16), ("政策事项", 34), ("支持标准", 40), ("可得估算", 20), ("还要做什么", 34), ("理由", 60), ("条款", 18),
    ("要带的材料", 30), ("责任部门", 22), ("联系方式", 18), ("申报时间", 22), ("政策", 40), ("来源", 36), ("提示", 24),
)  # fmt: skip
FIRST_ROW = 4


def render(checklist: Checklist) -> bytes:
    """`checklist` as an .xlsx file. Text stays text: nothing that a document says becomes a formula or a link."""
    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": checklist.title, "author": checklist.office})
    sheet = book.add_worksheet("政策清单")
    plain = {"font_name": "宋体", "font_size": 10.5, "valign": "top", "text_wrap": True}
    cell = book.add_format({**plain, "border": 1, "border_color": "#B9C0CA"})
    head = book.add_format({**plain, "bold": True, "bg_color": "#F1F3F6", "border": 1, "border_color": "#B9C0CA"})
    title = book.add_format({"font_name": "黑体", "font_size": 16})
    sheet.write(0, 0, f"{checklist.title}　{checklist.enterprise}", title)
    line = book.add_format({"font_name": "宋体", "font_size": 10.5})
    sheet.write(1, 0, f"判定日期：{checklist.day}　{checklist.summary}{checklist.total}", line)
    sheet.write(2, 0, checklist.disclaimer, line)
    for column, (name, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write(FIRST_ROW - 1, column, name, head)
    row = FIRST_ROW
    for group in checklist.groups:
        for entry in group.entries:
            for column, text in enumerate(_cells(group, entry)):
                sheet.write_string(row, column, text, cell)
            row += 1
        if group.rest:
            sheet.write_string(row, 0, group.title, cell)
            sheet.write_string(row, 1, group.rest, cell)
            row += 1
    sheet.autofilter(FIRST_ROW - 1, 0, max(row - 1, FIRST_ROW), len(COLUMNS) - 1)
    sheet.freeze_panes(FIRST_ROW, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(FIRST_ROW - 1)
    sheet.set_footer("&C第 &P 页 共 &N 页")
    book.close()
    return out.getvalue()


def _cells(group: Group, entry: Entry) -> tuple[str, ...]:
    return (
        group.title,
        entry.title,
        entry.gives,
        entry.worth,
        "\n".join(entry.to_do),
        "\n".join(f"[{reason.mark}] {reason.words}" for reason in entry.reasons),
        "\n".join(dict.fromkeys(reason.clause for reason in entry.reasons if reason.clause)),
        "\n".join(entry.bring) or UNSAID,
        entry.department,
        entry.contact,
        entry.window,
        entry.policy,
        entry.source,
        entry.note,
    )
