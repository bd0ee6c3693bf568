"""Profiles out of files, verdicts into files: the matcher's one edge. Everything else in this package is pure.

JSONL has a profile a line. CSV, XLSX and Parquet have an enterprise a row and a fact a column: `id`, `name`, the names or
labels of fields, with the year for facts by year (`revenue_2023`, `2023年营业收入`). An empty cell is not known.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any as Json

import pyarrow as pa
import pyarrow.parquet as pq

from corpus.errors import InputError, Problem
from corpus.model import Policy
from matcher.batch import Block, Counts, Engine
from matcher.catalogue import VERDICTS, compile_catalogue
from matcher.cells import header, row_profile
from matcher.columns import ProfileColumns
from matcher.facts import Profile, read_profile

FORMATS = (".jsonl", ".csv", ".xlsx", ".parquet")
BLOCK = 8192
"""Enterprises judged at once: rows with their worth of a few thousand measures take some hundred megabytes."""

# Kept by number while writing; readers of the file see plain text.
WORDS = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema(
    [
        ("enterprise_id", WORDS),
        ("measure_id", WORDS),
        ("verdict", WORDS),
        ("benefit_low", pa.float64()),
        ("benefit_high", pa.float64()),
    ]
)

# ---------------------------------------------------------------- profiles in


def read_profiles(path: Path) -> Iterator[Profile | Problem]:
    """The profiles of a file, in its order; a row that cannot be used comes as each of its problems, and the rest goes on.

    Raises InputError where the file as a whole cannot be read.
    """
    seen: set[str] = set()
    for place, row in read_rows(path):
        try:
            profile = read_profile(row, f"{path.name}，{place}")
        except InputError as error:
            yield from error.problems
            continue
        if profile.id in seen:
            yield again(profile.id, f"{path.name}，{place}")
            continue
        seen.add(profile.id)
        yield profile


def again(identity: str, source: str) -> Problem:
    """That a row's enterprise has had its row before."""
    return Problem("id", f'编号 "{identity}" 前面已有', "每家企业一行", source=source)


def read_rows(path: Path) -> Iterator[tuple[str, Json]]:
    """The rows of a file as profiles in JSON, not yet checked, each with its place. Raises as `read_profiles`."""
    for no, row in numbered_rows(path):
        yield row_place(no), row


def row_place(no: int) -> str:
    return f"第 {no} 行"


def numbered_rows(path: Path) -> Iterator[tuple[int, Json]]:
    """As `read_rows`, each with its number in the file, from 1; a header counts."""
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise InputError(Problem("文件", f'不认识的格式 "{suffix}"', "、".join(FORMATS), source=str(path)))
    readers = {".jsonl": _jsonl, ".csv": _csv, ".xlsx": _xlsx, ".parquet": _parquet}
    try:
        yield from readers[suffix](path)
    except OSError as error:
        raise InputError(
            Problem("文件", f"读不出来（{error.strerror or error}）", "企业名单", source=str(path))
        ) from error


def _jsonl(path: Path) -> Iterator[tuple[int, Json]]:
    with path.open("rb") as lines:
        for no, line in enumerate(lines, 1):
            if line.strip():
                yield no, json_line(line, no)


def json_line(line: bytes, no: int) -> Json:
    """What line `no` of a JSONL file says; where it cannot be read, the words for why, which no profile is."""
    try:
        return json.loads(line.decode("utf-8-sig" if no == 1 else "utf-8"))
    except UnicodeDecodeError:
        return "不是 UTF-8 文字"
    except ValueError as error:
        return f"JSON 读不下去（{error}）"


def _csv(path: Path) -> Iterator[tuple[int, Json]]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
    rows = csv.reader(io.StringIO(text, newline=""))
    columns = header(next(rows, []), str(path))
    for no, row in enumerate(rows, 2):
        if any(cell.strip() for cell in row):
            yield no, row_profile(columns, row)


def _xlsx(path: Path) -> Iterator[tuple[int, Json]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    except CalamineError as error:
        raise InputError(Problem("文件", f"打不开（{error}）", "XLSX 工作簿", source=str(path))) from error
    columns = header([str(cell) for cell in rows[0]] if rows else [], str(path))
    for no, row in enumerate(rows[1:], 2):
        if any(cell != "" for cell in row):
            yield no, row_profile(columns, row)


def _parquet(path: Path) -> Iterator[tuple[int, Json]]:
    try:
        file = pq.ParquetFile(path)
    except pa.ArrowInvalid as error:
        raise InputError(Problem("文件", f"打不开（{error}）", "Parquet", source=str(path))) from error
    columns = header(file.schema_arrow.names, str(path))
    no = 0
    for batch in file.iter_batches(batch_size=BLOCK):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            no += 1
            yield no, row_profile(columns, row)


# ---------------------------------------------------------------- verdicts out


@dataclass(slots=True)
class Done:
    """What a batch came to: how many enterprises, measures and rows, the counts by measure, and the rows refused."""

    enterprises: int = 0
    measures: int = 0
    rows: int = 0
    counts: list[Counts] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def to_json(self) -> dict[str, Json]:
        return {
            "schema_version": 1,
            "enterprises": self.enterprises,
            "measures": self.measures,
            "rows": self.rows,
            "problems": [str(problem) for problem in self.problems],
        }


def run_batch(
    policies: Sequence[Policy],
    enterprises: Path,
    output: Path,
    *,
    as_of: date,
    summary: Path | None = None,
    all: bool = False,
    say: Callable[[str], None] = lambda _text: None,
) -> Done:
    """Every enterprise of a file against every measure: the pairs into `output` (Parquet), the counts into `summary` (CSV).

    Only eligible and unknown pairs are written, with `all` every pair. Memory does not grow with the file. The output
    appears when it is whole. Raises InputError where the file as a whole cannot be used.
    """
    judge = Engine(compile_catalogue(policies), as_of)
    done = Done(measures=len(judge.measures), counts=[Counts()] * len(judge.measures))
    unfinished = output.with_name(output.name + ".part")
    try:
        with pq.ParquetWriter(unfinished, SCHEMA, store_schema=False, write_statistics=False) as writer:
            for profiles in _blocks(read_profiles(enterprises), done):
                block = judge.block(ProfileColumns(profiles, as_of))
                done.enterprises += len(profiles)
                done.counts = [_plus(*pair) for pair in zip(done.counts, block.counts(), strict=True)]
                table = to_table(block, [profile.id for profile in profiles], all)
                done.rows += table.num_rows
                writer.write_table(table)
                say(f"已判定 {done.enterprises} 家")
        unfinished.replace(output)
    finally:
        unfinished.unlink(missing_ok=True)
    if summary is not None:
        write_summary(summary, judge, done.counts)
    return done


def _blocks(read: Iterable[Profile | Problem], done: Done) -> Iterator[list[Profile]]:
    block: list[Profile] = []
    for one in read:
        if isinstance(one, Problem):
            done.problems.append(one)
            continue
        block.append(one)
        if len(block) == BLOCK:
            yield block
            block = []
    if block:
        yield block


def to_table(block: Block, ids: Sequence[str], all: bool = False) -> pa.Table:
    """The pairs of a block in the columns of the output; `ids` names its enterprises."""
    rows = block.rows(all)
    measures = [measure.id for measure in block.engine.measures]
    columns = (
        _named(rows.enterprise, ids),
        _named(rows.measure, measures),
        _named(rows.verdict, VERDICTS),
        pa.array(rows.low, from_pandas=True),
        pa.array(rows.high, from_pandas=True),
    )
    return pa.table(dict(zip(SCHEMA.names, columns, strict=True)), schema=SCHEMA)


def _named(places: Json, names: Sequence[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(places, pa.int32()), pa.array(names, pa.string()))


def write_summary(path: Path, engine: Engine, counts: Sequence[Counts]) -> None:
    """The counts by measure as CSV; `standing` says where a measure's policy is not in force on the day."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["measure_id", "title", "standing", "eligible", "unknown", "ineligible"])
        for measure, term, count in zip(engine.measures, engine.terms, counts, strict=True):
            standing = term or "in_force"
            out.writerow([measure.id, measure.title, standing, count.eligible, count.unknown, count.ineligible])


def _plus(one: Counts, other: Counts) -> Counts:
    return Counts(one.eligible + other.eligible, one.unknown + other.unknown, one.ineligible + other.ineligible)
