"""XLSX, XLS and ET: each sheet a table, a merged cell's text in every place it covers."""

from __future__ import annotations

import io
import warnings
from datetime import date, datetime, time, timedelta
from typing import Any

from corpus.model import Line, Notice, Table
from indexer.formats.limits import LIMITS, FormatError
from indexer.formats.read import Blocks
from indexer.formats.text import tidy
from indexer.formats.unpack import check_zip

_MAX_COLUMNS = 512


def read_sheet(raw: bytes) -> Blocks:
    """The sheets of a workbook, hidden ones too, each with its name before it. Raises FormatError where it is broken."""
    from python_calamine import CalamineWorkbook

    if raw.startswith(b"PK"):
        check_zip(raw)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        names = book.sheet_names
    except Exception as error:  # calamine raises an error class per format, and panics on some damage
        reason = "加密了，需要口令" if "password" in str(error).lower() else "损坏，打不开"
        raise FormatError(f"表格文件{reason}") from error
    merged = _merged(raw) if raw.startswith(b"PK") else {}
    blocks: list[Line | Table] = []
    notices: list[Notice] = []
    for name in names:
        try:
            sheet = book.get_sheet_by_name(name)
            start = sheet.start or (0, 0)
            ranges = merged.get(name) or sheet.merged_cell_ranges or []
            rows = _grid(sheet.to_python(skip_empty_area=True), start, ranges)
        except FormatError:
            raise
        except Exception:  # noqa: BLE001 - one broken sheet does not stop the others
            notices.append(Notice("unread", f"工作表“{name}”读不出"))
            continue
        if rows:
            if len(names) > 1 or not name.lower().startswith("sheet"):
                blocks.append(Line(name, level=2))
            blocks.extend(_split(rows))
    return Blocks(tuple(blocks), notices=tuple(notices))


def _merged(raw: bytes) -> dict[str, list[tuple[tuple[int, int], tuple[int, int]]]]:
    """The merged ranges of each sheet, rows and columns from 0."""
    import openpyxl

    found = {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(raw), data_only=True)
            for sheet in book.worksheets:
                ranges = [
                    ((r.min_row - 1, r.min_col - 1), (r.max_row - 1, r.max_col - 1)) for r in sheet.merged_cells.ranges
                ]
                found[sheet.title] = ranges
    except Exception:  # noqa: BLE001 - calamine reads files that openpyxl refuses; then merging is not known
        return {}
    return found


def _grid(values: list[list[Any]], start: tuple[int, int], merged: Any) -> list[list[str]]:
    width = max(map(len, values), default=0)
    if width * len(values) > LIMITS.cells:
        raise FormatError(f"工作表有 {width * len(values)} 格，上限 {LIMITS.cells} 格")
    if width > _MAX_COLUMNS:
        raise FormatError(f"工作表有 {width} 列，上限 {_MAX_COLUMNS} 列")
    grid = [[_show(value) for value in row] + [""] * (width - len(row)) for row in values]
    for (top, left), (bottom, right) in merged:
        y0, x0 = top - start[0], left - start[1]
        if not (0 <= y0 < len(grid) and 0 <= x0 < width):
            continue
        text = grid[y0][x0]
        for y in range(y0, min(bottom - start[0] + 1, len(grid))):
            for x in range(x0, min(right - start[1] + 1, width)):
                grid[y][x] = text
    return [row for row in grid if any(row)]


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
