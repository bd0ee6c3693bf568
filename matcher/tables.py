"""Profiles out of files, verdicts into files: the matcher's one edge. Everything else in this package is pure.

JSONL has a profile a line. CSV, XLSX and Parquet have an enterprise a row and a fact a column: `id`, `name`, the names or
labels of fields, with the year for facts by year (`revenue_2023`, `2023年营业收入`). An empty cell is not known.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any as Json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from corpus.errors import InputError, Problem
from corpus.fields import Field, registry
from corpus.model import Policy
from matcher.batch import Block, Counts, Engine
from matcher.catalogue import VERDICTS, compile_catalogue
from matcher.columns import ProfileColumns
from matcher.facts import LISTS, PROFILE_KEYS, Profile, read_profile

FORMATS = (".jsonl", ".csv", ".xlsx", ".parquet")
_BY_YEAR = re.compile(
    r"(?P<name>.+?)[_.@（(]?(?P<year>(?:19|20)\d\d)年?[）)]?|(?P<year_first>(?:19|20)\d\d)年(?P<rest>.+)"
)
_SEPARATORS = re.compile(r"[;；、|\n]+")
_NONE = ("无", "没有", "[]")
_BLOCK = 8192

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
            yield Problem("id", f'编号 "{profile.id}" 前面已有', "每家企业一行", source=f"{path.name}，{place}")
            continue
        seen.add(profile.id)
        yield profile


def read_rows(path: Path) -> Iterator[tuple[str, Json]]:
    """The rows of a file as profiles in JSON, not yet checked, each with its place. Raises as `read_profiles`."""
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


def _jsonl(path: Path) -> Iterator[tuple[str, Json]]:
    with path.open("rb") as lines:
        for no, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                yield f"第 {no} 行", json.loads(line.decode("utf-8-sig" if no == 1 else "utf-8"))
            except UnicodeDecodeError:
                yield f"第 {no} 行", "不是 UTF-8 文字"
            except ValueError as error:
                yield f"第 {no} 行", f"JSON 读不下去（{error}）"


def _csv(path: Path) -> Iterator[tuple[str, Json]]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
    rows = csv.reader(io.StringIO(text, newline=""))
    columns = _header(next(rows, []), path)
    for no, row in enumerate(rows, 2):
        if any(cell.strip() for cell in row):
            yield f"第 {no} 行", _profile(columns, row)


def _xlsx(path: Path) -> Iterator[tuple[str, Json]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    except CalamineError as error:
        raise InputError(Problem("文件", f"打不开（{error}）", "XLSX 工作簿", source=str(path))) from error
    columns = _header([str(cell) for cell in rows[0]] if rows else [], path)
    for no, row in enumerate(rows[1:], 2):
        if any(cell != "" for cell in row):
            yield f"第 {no} 行", _profile(columns, row)


def _parquet(path: Path) -> Iterator[tuple[str, Json]]:
    try:
        file = pq.ParquetFile(path)
    except pa.ArrowInvalid as error:
        raise InputError(Problem("文件", f"打不开（{error}）", "Parquet", source=str(path))) from error
    columns = _header(file.schema_arrow.names, path)
    no = 0
    for batch in file.iter_batches(batch_size=_BLOCK):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            no += 1
            yield f"第 {no} 行", _profile(columns, row)


@dataclass(frozen=True, slots=True)
class _Column:
    """Where a column's cells go: a key of the profile, or a field with its year."""

    key: str
    field: Field | None = None
    year: str | None = None


def _header(names: Sequence[str], path: Path) -> list[_Column]:
    columns = [_column(str(name).strip()) for name in names]
    if not any(column.key in ("id", "name") for column in columns):
        found = "、".join(map(str, names)) or "空文件"
        raise InputError(Problem("表头", f"找到 {found}"[:80], "一列 id（企业编号），其余为指标名", source=str(path)))
    return columns


def _column(name: str) -> _Column:
    if name in PROFILE_KEYS:
        return _Column(name)
    by_label = {known.label: known for known in registry().values()}
    known = registry().get(name) or by_label.get(name)
    if known is None and (dated := _BY_YEAR.fullmatch(name)):
        bare = dated["name"] or dated["rest"]
        known = registry().get(bare) or by_label.get(bare)
        if known is not None:
            return _Column(known.name, known, dated["year"] or dated["year_first"])
    return _Column(name, known) if known is None else _Column(known.name, known)


def _profile(columns: Sequence[_Column], row: Sequence[Json]) -> dict[str, Json]:
    """The row as a profile in JSON. A column that is no field goes in as it stands, and is refused by its name."""
    data: dict[str, Json] = {}
    facts: dict[str, Json] = {}
    for column, raw in zip(columns, row, strict=False):
        cell = _plain(raw)
        if cell is None:
            continue
        if column.field is None:
            data[column.key] = _structured(cell, column.key)
            if column.key == "facts" and isinstance(data["facts"], Mapping):
                facts = {**data["facts"], **facts}
            continue
        value = _fact(column.field, cell)
        if column.year is None:
            facts[column.key] = value
        else:
            by_year = facts.setdefault(column.key, {})
            if isinstance(by_year, dict):
                by_year[column.year] = value
    return {**data, "facts": facts}


def _plain(cell: Json) -> Json:
    """A cell as JSON: text stripped, days as text, Parquet's maps as objects; None where it is empty."""
    if isinstance(cell, str):
        return cell.strip() or None
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and np.isnan(cell):
        return None
    if isinstance(cell, list):
        if cell and all(isinstance(member, tuple) for member in cell):
            return {str(key): _plain(value) for key, value in cell}
        return [_plain(member) for member in cell]
    if isinstance(cell, dict):
        return {key: plain for key, value in cell.items() if (plain := _plain(value)) is not None}
    return cell


def _structured(cell: Json, key: str) -> Json:
    if isinstance(cell, str) and cell[:1] in "[{":
        return _json(cell)
    if isinstance(cell, str) and key in LISTS:
        return _members(cell)
    if key in ("id", "name") and isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell) if key in ("id", "name") else cell


def _fact(known: Field, cell: Json) -> Json:
    """A cell of field `known` in the shape of a profile; what cannot be read is left as it is, to be refused there."""
    if isinstance(cell, float) and known.type in ("code", "enum", "ordered") and cell.is_integer():
        return str(int(cell))
    if not isinstance(cell, str):
        return cell
    if cell[:1] in "[{":
        return _json(cell)
    match known.type:
        case "number":
            try:
                return float(cell.replace(",", ""))
            except ValueError:
                return cell
        case "set":
            return _members(cell)
        case "event":
            return [_event(member) for member in _members(cell)]
        case _:
            return cell


def _members(cell: str) -> list[str]:
    return [] if cell in _NONE else [member.strip() for member in _SEPARATORS.split(cell) if member.strip()]


def _event(text: str) -> Json:
    name, _, on = text.partition("@")
    return {"name": name.strip(), "on": on.strip()} if on.strip() else name.strip()


def _json(cell: str) -> Json:
    try:
        return json.loads(cell)
    except ValueError:
        return cell


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
    engine: str = "local",
    say: Callable[[str], None] = lambda _text: None,
) -> Done:
    """Every enterprise of a file against every measure: the pairs into `output` (Parquet), the counts into `summary` (CSV).

    Only eligible and unknown pairs are written, with `all` every pair. Memory does not grow with the file. The output
    appears when it is whole. Raises InputError where the file as a whole cannot be used.
    """
    if engine != "local":
        raise InputError(Problem("--engine", f'找到 "{engine}"', "local"))
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
        if len(block) == _BLOCK:
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
