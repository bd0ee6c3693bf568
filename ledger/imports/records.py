"""Rows of a table file (CSV, XLSX, Parquet, JSONL) as plain records, each with its place."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any as Json

from corpus.errors import InputError, Problem
from ledger.imports.headers import Head

TABLES = (".csv", ".xlsx", ".parquet")
FORMATS = (*TABLES, ".jsonl")
SURPLUS = "（表头之外的一列）"
"""The key of what stands in a row beyond the header's columns: a sign that the row is shifted, so it is not dropped."""


def read_records(
    path: Path, heads: Callable[[Sequence[str]], Sequence[Head]] | None = None
) -> Iterator[tuple[str, Mapping[str, Json]]]:
    """Each row with its place (`第 3 行`), the header's names as keys; empty cells and empty rows are left out.

    `heads` says what the columns of a table are; JSONL names its values itself. Rows above the header that hold one cell
    alone are titles. Raises InputError where the file as a whole cannot be read.
    """
    suffix = path.suffix.lower()
    tables = dict(zip(TABLES, (_csv, _xlsx, _parquet), strict=True))
    if suffix not in FORMATS:
        raise InputError(Problem("文件", f'不认识的格式 "{suffix}"', "、".join(FORMATS), source=str(path)))
    try:
        rows = _jsonl(path) if suffix == ".jsonl" else _under_header(tables[suffix](path), heads)
        for no, record in rows:
            if record:
                yield f"第 {no} 行", record
    except InputError:
        raise
    except (OSError, ValueError) as error:
        raise InputError(Problem("文件", f"读不出来（{error}）", "、".join(FORMATS), source=str(path))) from error


def _csv(path: Path) -> Iterator[tuple[int, Sequence[Json]]]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030")
    yield from enumerate(csv.reader(io.StringIO(text, newline="")), 1)


def _xlsx(path: Path) -> Iterator[tuple[int, Sequence[Json]]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except CalamineError as error:
        raise ValueError(str(error)) from error
    yield from enumerate(rows, 1)


def _parquet(path: Path) -> Iterator[tuple[int, Sequence[Json]]]:
    import pyarrow.parquet as pq

    file = pq.ParquetFile(path)
    yield 0, file.schema_arrow.names
    no = 0
    for batch in file.iter_batches():
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            no += 1
            yield no, row


def _under_header(
    rows: Iterator[tuple[int, Sequence[Json]]], heads: Callable[[Sequence[str]], Sequence[Head]] | None
) -> Iterator[tuple[int, dict[str, Json]]]:
    header = next((row for _, row in rows if sum(cell not in ("", None) for cell in row) != 1), ())
    names = [str(name).strip() for name in header]
    width = len(names)
    known = [Head(name or None) for name in names] if heads is None else _known(names, heads)
    columns = [(head.name, None if head.factor == 1.0 else head.cell) for head in known]
    for no, row in rows:
        record = {
            name: cell if converted is None else converted(cell)
            for (name, converted), cell in zip(columns, row, strict=False)
            if name is not None and cell not in ("", None)
        }
        if len(row) > width and any(cell not in ("", None) for cell in row[width:]):
            record[SURPLUS] = list(row[width:])
        yield no, record


def _known(names: Sequence[str], heads: Callable[[Sequence[str]], Sequence[Head]]) -> list[Head]:
    """What the columns are; one without a head is none."""
    said = iter(heads([name for name in names if name]))
    return [next(said) if name else Head(None) for name in names]


def _jsonl(path: Path) -> Iterator[tuple[int, dict[str, Json]]]:
    with path.open(encoding="utf-8-sig") as lines:
        for no, line in enumerate(lines, 1):
            if line.strip():
                record = json.loads(line)
                if not isinstance(record, dict):
                    raise ValueError(f"第 {no} 行不是一个对象")
                yield no, _filled(record)


def _filled(record: dict[str, Json]) -> dict[str, Json]:
    return {key.strip(): cell for key, cell in record.items() if cell not in ("", None)}
