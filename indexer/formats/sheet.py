"""XLSX, XLS and ET: each sheet a table, a merged cell's text in every place it covers."""

from __future__ import annotations

import io
import warnings
from bisect import bisect_left, bisect_right
from datetime import date, datetime, time, timedelta
from typing import Any

from corpus.model import Line, Table
from indexer.formats.limits import LIMITS, FormatError
from indexer.formats.read import Blocks
from indexer.formats.text import tidy
from indexer.formats.unpack import check_zip

_MAX_COLUMNS = 512


Cells = dict[tuple[int, int], str]
Merged = list[tuple[int, int, int, int]]  # top, left, bottom, right, all included


def read_sheet(raw: bytes) -> Blocks:
    """The sheets of a workbook, hidden ones too, each with its name before it. Raises FormatError where it is broken."""
    sheets = _read_xlsx(raw) if raw.startswith(b"PK") else _read_xls(raw)
    blocks: list[Line | Table] = []
    for name, cells, merged in sheets:
        rows = _grid(cells, merged)
        if rows:
            if len(sheets) > 1 or not name.lower().startswith("sheet"):
                blocks.append(Line(name, level=2))
            blocks.extend(_split(rows))
    return Blocks(tuple(blocks))


def _read_xlsx(raw: bytes) -> list[tuple[str, Cells, Merged]]:
    import openpyxl

    check_zip(raw)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(raw), data_only=True)
    except Exception as error:  # openpyxl raises KeyError, ValueError, zip's and XML's errors alike
        raise FormatError("表格文件损坏，打不开") from error
    found = []
    for sheet in book.worksheets:
        # Not iter_rows: a stray cell in the last corner makes a sheet of 17 billion.
        values = sheet._cells  # noqa: SLF001
        cells = {place: text for place, cell in values.items() if (text := _show(cell.value))}
        merged = [(r.min_row, r.min_col, r.max_row, r.max_col) for r in sheet.merged_cells.ranges]
        found.append((sheet.title, cells, merged))
    return found


def _read_xls(raw: bytes) -> list[tuple[str, Cells, Merged]]:
    from python_calamine import CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        found = []
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            top, left = sheet.start or (0, 0)
            cells = {
                (top + y, left + x): text
                for y, row in enumerate(sheet.to_python(skip_empty_area=True))
                for x, value in enumerate(row)
                if (text := _show(value))
            }
            merged = [(a[0], a[1], b[0], b[1]) for a, b in sheet.merged_cell_ranges or []]
            found.append((name, cells, merged))
    except Exception as error:  # calamine raises an error class per format
        reason = "加密了，需要口令" if "password" in str(error).lower() else "损坏，打不开"
        raise FormatError(f"表格文件{reason}") from error
    return found


def _grid(cells: Cells, merged: Merged) -> list[list[str]]:
    """The rows and columns that hold something; a merged cell's text in every place it covers."""
    ys, xs = sorted({y for y, _ in cells}), sorted({x for _, x in cells})
    if len(ys) * len(xs) > LIMITS.cells:
        raise FormatError(f"工作表有 {len(ys) * len(xs)} 格，上限 {LIMITS.cells} 格")
    if len(xs) > _MAX_COLUMNS:
        raise FormatError(f"工作表有 {len(xs)} 列，上限 {_MAX_COLUMNS} 列")
    grid = {(y, x): cells.get((y, x), "") for y in ys for x in xs}
    for top, left, bottom, right in merged:
        text = cells.get((top, left), "")
        covered_x = xs[bisect_left(xs, left) : bisect_right(xs, right)]
        for y in ys[bisect_left(ys, top) : bisect_right(ys, bottom)]:
            grid.update({(y, x): text for x in covered_x})
    return [row for y in ys if any(row := [grid[y, x] for x in xs])]


def _split(rows: list[list[str]]) -> list[Line | Table]:
    """Title lines above and notes below, which run over the whole width, apart from the table."""
    first, last = 0, len(rows)
    while first < last and len({cell for cell in rows[first] if cell}) == 1:
        first += 1
    while last > first and len({cell for cell in rows[last - 1] if cell}) == 1:
        last -= 1
    lines = [[Line(next(filter(None, row)))] for row in (*rows[:first], *rows[last:])]
    above, below = lines[:first], lines[first:]
    middle = [Table(tuple(map(tuple, rows[first:last])))] if first < last else []
    return [*(line[0] for line in above), *middle, *(line[0] for line in below)]


def _show(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(round(value, 10))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date | time | timedelta):
        return str(value)
    return tidy(str(value).replace("\r\n", "\n").replace("\r", "\n"))
