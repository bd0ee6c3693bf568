"""Rows of a table file (CSV, XLSX, Parquet, JSONL) as plain records, each with its place."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any as Json

from corpus.errors import InputError, Problem

FORMATS = (".csv", ".xlsx", ".parquet", ".jsonl")
SURPLUS = "（表头之外的一列）"
"""The key of what stands in a row beyond the header's columns: a sign that the row is shifted, so it is not dropped."""


def read_records(path: Path) -> Iterator[tuple[str, Mapping[str, Json]]]:
    """Each row with its place (`第 3 行`), the header's names as keys; empty cells and empty rows are left out.

    Raises InputError where the file as a whole cannot be read.
    """
    suffix = path.suffix.lower()
    readers = {".csv": _csv, ".xlsx": _xlsx, ".parquet": _parquet, ".jsonl": _jsonl}
    if suffix not in readers:
        raise InputError(Problem("文件", f'不认识的格式 "{suffix}"', "、".join(FORMATS), source=str(path)))
    try:
        for no, record in readers[suffix](path):
            if record:
                yield f"第 {no} 行", record
    except (OSError, ValueError) as error:
        raise InputError(Problem("文件", f"读不出来（{error}）", "、".join(FORMATS), source=str(path))) from error


def _csv(path: Path) -> Iterator[tuple[int, dict[str, Json]]]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030")
    yield from _under_header(csv.reader(io.StringIO(text, newline="")))


def _xlsx(path: Path) -> Iterator[tuple[int, dict[str, Json]]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    except CalamineError as error:
        raise ValueError(str(error)) from error
    yield from _under_header(iter(rows))


def _under_header(rows: Iterator[list[Json]]) -> Iterator[tuple[int, dict[str, Json]]]:
    header = [str(name).strip() for name in next(rows, [])]
    width = len(header)
    for no, row in enumerate(rows, 2):
        record = {key: cell for key, cell in zip(header, row, strict=False) if cell not in ("", None) and key}
        if len(row) > width and any(cell not in ("", None) for cell in row[width:]):
            record[SURPLUS] = row[width:]
        yield no, record


def _parquet(path: Path) -> Iterator[tuple[int, dict[str, Json]]]:
    import pyarrow.parquet as pq

    no = 0
    for batch in pq.ParquetFile(path).iter_batches():
        for record in batch.to_pylist():
            no += 1
            yield no, _filled(record)


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
