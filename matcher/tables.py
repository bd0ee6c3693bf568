"""Profiles out of files, verdicts into files: the matcher's one edge. Everything else in this package is pure.

JSONL has a profile a line. CSV, XLSX and Parquet have an enterprise a row and a fact a column: `id`, `name`, the names or
labels of fields, with the year for facts by year (`revenue_2023`, `2023年营业收入`). An empty cell is not known.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any as Json
from typing import TypeAlias, TypeVar

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from corpus.errors import InputError, Problem
from corpus.model import Policy
from matcher.batch import WIDE, Counts, Engine
from matcher.catalogue import compile_catalogue
from matcher.cells import Column, header, row_profile
from matcher.columns import Columns, ProfileColumns
from matcher.facts import Profile, read_profile
from matcher.frames import framed, plain, row_of
from matcher.listfile import ListFile
from matcher.output import LISTS, PAIRS, ListRows, to_lists, to_pairs
from matcher.progress import progress

FORMATS = (".jsonl", ".csv", ".xlsx", ".parquet")
BLOCK = 16_384
"""Enterprises judged at once: rows with their worth of a few thousand measures take some hundred megabytes."""
_WRITTEN_AT_ONCE = 16_384
"""Values of a column encoded at once: a list has hundreds of them."""

# ---------------------------------------------------------------- profiles in


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table from elsewhere, as a CSV file is one: what it is called, its columns, its rows one after another."""

    name: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Json]]


Source: TypeAlias = Path | Sheet
"""Where enterprises come from: a file, or a table whose rows somebody else reads."""


def read_profiles(source: Source) -> Iterator[Profile | Problem]:
    """The profiles of a file or table, in its order; a row that cannot be used comes as each of its problems, and the rest goes on.

    Raises InputError where the file as a whole cannot be read.
    """
    seen: set[str] = set()
    for no, row in numbered_rows(source):
        yield from _read(row, f"{source.name}，{row_place(no)}", seen)


def _read(row: Json, source: str, seen: set[str]) -> Iterable[Profile | Problem]:
    """A row's profile, or what is wrong with it; `seen` are the enterprises that have had their row."""
    try:
        profile = read_profile(row, source)
    except InputError as error:
        return error.problems
    if profile.id in seen:
        return (again(profile.id, source),)
    seen.add(profile.id)
    return (profile,)


def again(identity: str, source: str) -> Problem:
    """That a row's enterprise has had its row before."""
    return Problem("id", f'编号 "{identity}" 前面已有', "每家企业一行", source=source)


def json_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines of a JSONL file that are not empty, each with its number from 1, for `json_line` to read.

    Raises InputError where the file cannot be read.
    """
    try:
        with path.open("rb") as lines:
            for no, line in enumerate(lines, 1):
                if written := line.strip():
                    yield no, written
    except OSError as error:
        raise _unreadable(path, error) from error


def row_place(no: int) -> str:
    return f"第 {no} 行"


def numbered_rows(path: Source) -> Iterator[tuple[int, Json]]:
    """The rows of a file or table as profiles in JSON, not yet checked, each with its number, from 1; a header counts.

    Raises as `read_profiles`.
    """
    if isinstance(path, Sheet):
        columns = header(path.columns, path.name)
        yield from ((no, row_profile(columns, row)) for no, row in enumerate(path.rows, 1))
        return
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise InputError(Problem("文件", f'不认识的格式 "{suffix}"', "、".join(FORMATS), source=str(path)))
    readers = {".jsonl": _jsonl, ".csv": _csv, ".xlsx": _xlsx, ".parquet": _parquet}
    try:
        yield from readers[suffix](path)
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> InputError:
    return InputError(Problem("文件", f"读不出来（{error.strerror or error}）", "企业名单", source=str(path)))


def _jsonl(path: Path) -> Iterator[tuple[int, Json]]:
    for no, line in json_lines(path):
        yield no, json_line(line, no)


def json_line(line: bytes, no: int) -> Json:
    """What line `no` of a JSONL file says; where it cannot be read, the words for why, which no profile is."""
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return _json_line(line, no)


def _json_line(line: bytes, no: int) -> Json:
    """As `json_line`, by Python's own reader, which says why a line cannot be read and takes NaN, to be refused by name."""
    try:
        said = json.loads(line.decode("utf-8-sig" if no == 1 else "utf-8"))
        orjson.dumps(said)  # what is no text, half of a pair of code units, is refused
    except UnicodeDecodeError:
        return "不是 UTF-8 文字"
    except (ValueError, TypeError, RecursionError) as error:
        return f"JSON 读不下去（{error}）"
    return said


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
    file = _opened(path)
    columns = header(file.schema_arrow.names, str(path))
    no = 0
    for batch in file.iter_batches(batch_size=BLOCK):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            no += 1
            yield no, row_profile(columns, row)


def _opened(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path)
    except pa.ArrowInvalid as error:
        raise InputError(Problem("文件", f"打不开（{error}）", "Parquet", source=str(path))) from error
    except OSError as error:
        raise _unreadable(path, error) from error


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
    enterprises: Source,
    output: Path,
    *,
    as_of: date,
    summary: Path | None = None,
    all: bool = False,
    lists: bool = False,
    say: Callable[[str], None] = lambda _text: None,
) -> Done:
    """Every enterprise of a file or table against every measure: the pairs into `output` (Parquet), the counts into `summary` (CSV).

    Only eligible and unknown pairs are written, with `all` every pair; with `lists` not a pair but an enterprise a row,
    with the lists of both. Of the file nothing but the ids is kept in memory. The output appears when it is whole. Raises InputError
    where the file as a whole cannot be used.
    """
    judge = Engine(compile_catalogue(policies), as_of)
    done = Done(measures=len(judge.measures), counts=[Counts()] * len(judge.measures))
    whole = _rows_in(enterprises) if isinstance(enterprises, Path) and enterprises.is_file() else None
    unfinished = output.with_name(output.name + ".part")
    opened: AbstractContextManager[Callable[[Json], None]]
    opened = _lists_into(unfinished, [measure.id for measure in judge.measures]) if lists else _pairs_into(unfinished)
    try:
        with opened as writer, _aside(writer) as write:
            for ids, columns in _blocks(enterprises, as_of, done, WIDE if lists else BLOCK):
                block = judge.block(columns)
                done.enterprises += len(ids)
                done.counts = [_plus(*pair) for pair in zip(done.counts, block.counts(), strict=True)]
                for part in to_lists(block, ids) if lists else (to_pairs(block, ids, all),):
                    done.rows += len(part)
                    write(part)
                say(progress(done.enterprises, whole))
        unfinished.replace(output)
    finally:
        unfinished.unlink(missing_ok=True)
    if summary is not None:
        write_summary(summary, judge, done.counts)
    return done


def _rows_in(path: Path) -> int | None:
    """About how many enterprises a file has: the rows of a Parquet file, the lines of a text; None where that is not cheap to tell."""
    match path.suffix.lower():
        case ".parquet":
            try:
                return int(pq.read_metadata(path).num_rows)
            except pa.ArrowInvalid:  # whoever reads the file says what is wrong with it
                return None
        case ".jsonl" | ".csv":
            with path.open("rb") as file:
                return sum(piece.count(b"\n") for piece in iter(lambda: file.read(1 << 20), b""))
        case _:
            return None


@contextmanager
def _pairs_into(path: Path) -> Iterator[Callable[[pa.Table], None]]:
    """What writes tables of pairs into a Parquet file, one after another."""
    options: dict[str, Json] = {"store_schema": False, "write_statistics": False, "write_batch_size": _WRITTEN_AT_ONCE}
    with pq.ParquetWriter(path, PAIRS, **options) as writer:
        yield writer.write_table


@contextmanager
def _lists_into(path: Path, names: Sequence[str]) -> Iterator[Callable[[ListRows], None]]:
    """What writes rows of lists into a Parquet file, one after another; `names` are the measures'."""
    with path.open("wb") as file:
        writer = ListFile(file, "enterprise_id", LISTS, names)
        yield lambda rows: writer.write(rows.ids, rows.lists)
        writer.close()


Part = TypeVar("Part")


@contextmanager
def _aside(write: Callable[[Part], Json]) -> Iterator[Callable[[Part], None]]:
    """`write`, each time while the next is worked out."""
    with ThreadPoolExecutor(1) as aside:
        under_way: Future[Json] | None = None

        def hand_over(part: Part) -> None:
            nonlocal under_way
            if under_way:
                under_way.result()
            under_way = aside.submit(write, part)

        yield hand_over
        if under_way:
            under_way.result()


Stretch: TypeAlias = tuple[Sequence[str], Columns]


def _blocks(path: Source, as_of: date, done: Done, size: int) -> Iterator[Stretch]:
    """The enterprises of a file, block by block: their ids and columns. What is refused goes into `done`."""
    if isinstance(path, Path) and path.suffix.lower() == ".parquet":
        file = _opened(path)
        columns = header(file.schema_arrow.names, str(path))
        if plain(columns, file.schema_arrow):
            yield from _framed(file, path.name, columns, as_of, done, size)
            return
    yield from _profiled(read_profiles(path), as_of, done)


def _profiled(read: Iterable[Profile | Problem], as_of: date, done: Done) -> Iterator[Stretch]:
    def readable() -> Iterator[Profile]:
        for one in read:
            if isinstance(one, Problem):
                done.problems.append(one)
            else:
                yield one

    waiting = readable()
    while some := list(islice(waiting, BLOCK)):
        yield [profile.id for profile in some], ProfileColumns(some, as_of)


def _framed(
    file: pq.ParquetFile, name: str, columns: Sequence[Column], as_of: date, done: Done, size: int
) -> Iterator[Stretch]:
    """As `_profiled`, without a profile for each row: only rows that are not plainly in order are read one by one."""
    seen: set[str] = set()
    no = 0
    for batch in file.iter_batches(batch_size=size):
        table = pa.Table.from_batches([batch])
        stretch = framed(table, columns, as_of)
        sure = stretch.sure
        if len(set(stretch.ids)) < len(stretch.ids) or not seen.isdisjoint(stretch.ids):
            often = Counter(stretch.ids)
            sure = sure & np.array([often[one] == 1 and one not in seen for one in stretch.ids], bool)
        others = np.flatnonzero(~sure)
        if len(others):
            stretch = framed(table.filter(pa.array(sure)), columns, as_of)
        seen.update(stretch.ids)
        if len(stretch.ids):
            yield stretch.ids, stretch.frame.block(0, len(stretch.ids), as_of)
        if len(others):
            rows = ((row_of(table, columns, int(row)), f"{name}，{row_place(no + int(row) + 1)}") for row in others)
            yield from _profiled((one for row, source in rows for one in _read(row, source, seen)), as_of, done)
        no += len(table)


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
