"""The batch on a Spark cluster that is there already: the same rows, blocks and verdicts, a part of the file at a time.

What a lost worker had in hand is done again by the others. This module alone knows pyspark, and loads it when asked to
work. The workers need the same Python environment with huiqi in it: see docs/spark.md. JSONL and Parquet are read by
the workers (a path, or an address such as hdfs://…); CSV and XLSX by the one who asks, who hands the rows out.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import astuple
from datetime import date
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any as Json

import pyarrow as pa

from corpus.errors import InputError, Problem
from corpus.model import Policy
from matcher.batch import Counts, Engine
from matcher.catalogue import compile_catalogue
from matcher.cells import header, row_profile
from matcher.columns import ProfileColumns
from matcher.facts import Profile, read_profile
from matcher.output import PAIRS, to_pairs
from matcher.tables import BLOCK, Done, again, json_line, numbered_rows, row_place, write_summary

CHECKED = pa.schema([("no", pa.int64()), ("id", pa.string()), ("problems", pa.string())])
# Spark takes no columns kept by number.
JUDGED = pa.schema(
    [
        (name, pa.string() if pa.types.is_dictionary(kind) else kind)
        for name, kind in zip(PAIRS.names, PAIRS.types, strict=True)
    ]
)
_SQL = {pa.int64(): "long", pa.string(): "string", pa.float64(): "double"}
ROWS_AT_ONCE = 1 << 16
"""Rows handed back to Spark in one piece: some megabytes."""
_AT = "huiqi_row"
_PART_BITS = 33
"""In Spark's monotonically_increasing_id the part of the file stands above these bits, the row's place in it below."""
_IN_PART = (1 << _PART_BITS) - 1

Batches = Iterator[pa.RecordBatch]
Rows = Iterator[tuple[int, Json]]
Read = Callable[[pa.RecordBatch], Rows]


def run_on_spark(
    policies: Sequence[Policy],
    enterprises: str,
    output: str,
    *,
    as_of: date,
    summary: Path | None = None,
    all: bool = False,
    master: str | None = None,
    say: Callable[[str], None] = lambda _text: None,
) -> Done:
    """As `run_batch`, on the cluster at `master` (None: the one that spark-submit names, else this machine alone).

    `output` becomes a folder of Parquet files, as Spark writes them; together they have the rows of the one-machine
    engine. Raises InputError where there is no pyspark, no Java or no cluster, or the file cannot be used.
    """
    spark = _session(master)
    try:
        engine = Engine(compile_catalogue(policies), as_of)
        frame, read = _rows(spark, enterprises)
        done, refused = _check(frame, PurePosixPath(enterprises).name, read)
        done.measures = len(engine.measures)
        say(f"{done.enterprises} 家读得通，开始判定")
        judge = _judging(read, spark.sparkContext.broadcast(tuple(policies)), as_of, all, refused)
        where = _address(output)
        frame.mapInArrow(judge, _sql(JUDGED)).write.mode("overwrite").parquet(where)
        _count(spark.read.parquet(where), engine, done)
        say(f"已判定 {done.enterprises} 家")
    finally:
        spark.stop()
    if summary is not None:
        write_summary(summary, engine, done.counts)
    return done


def _session(master: str | None) -> Json:
    try:
        from pyspark.errors import PySparkRuntimeError
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise InputError(
            Problem("--engine", "没有安装 pyspark", 'pip install "huiqi[spark]"', "也可用 --engine local 在本机算")
        ) from error
    builder = SparkSession.builder.appName("huiqi batch")
    try:
        spark = (builder.master(master) if master else builder).getOrCreate()
    except PySparkRuntimeError as error:
        raise InputError(Problem("--engine", f"Spark 启动不了（{_first_line(error)}）", "装好的 Java 17")) from error
    except Exception as error:  # whatever the Java side says of the address
        if type(error).__module__.partition(".")[0] not in ("py4j", "pyspark"):
            raise
        raise InputError(
            Problem("--master", f"连不上 {master}（{_first_line(error)}）", "spark://主机:端口")
        ) from error
    if "PYSPARK_PYTHON" not in os.environ:
        # Nobody said which Python the workers run: the one that asks.
        spark.sparkContext.pythonExec = sys.executable
    return spark


# ---------------------------------------------------------------- rows, with their numbers


def _rows(spark: Json, path: str) -> tuple[Json, Read]:
    """The rows of a file as a Spark frame, and how to read a batch of it: profiles in JSON, each with its number."""
    from pyspark.errors import AnalysisException

    try:
        match PurePosixPath(path).suffix.lower():
            case ".parquet":
                frame = spark.read.parquet(_address(path))
                columns = header(frame.columns, path)
                frame, firsts = _numbered(frame)
                return frame, _reader(firsts, lambda cells, _no: (row_profile(columns, cells),))
            case ".jsonl":
                lines = spark.read.option("lineSep", "\n").text(_address(path))
                frame, firsts = _numbered(lines.select(lines.value.cast("binary").alias("line")))
                return frame, _reader(firsts, _line)
    except AnalysisException as error:
        raise InputError(Problem("文件", f"读不出来（{_first_line(error)}）", "企业名单", source=path)) from error
    rows = [(json.dumps(row).encode(), no) for no, row in numbered_rows(Path(path))]
    return spark.createDataFrame(rows, f"line binary, {_AT} long"), _reader({0: 0}, _line)


def _numbered(frame: Json) -> tuple[Json, dict[int, int]]:
    """`frame` with a column that says where each row stands, and the number of the first row of each part."""
    from pyspark.sql.functions import monotonically_increasing_id, spark_partition_id

    sizes = dict(frame.groupBy(spark_partition_id()).count().collect())
    firsts, first = {}, 1
    for part in sorted(sizes):
        firsts[part] = first
        first += sizes[part]
    return frame.withColumn(_AT, monotonically_increasing_id()), firsts


def _reader(firsts: Mapping[int, int], rows_of: Callable[[Sequence[Json], int], Sequence[Json]]) -> Read:
    def read(batch: pa.RecordBatch) -> Rows:
        *columns, places = (column.to_pylist() for column in batch.columns)
        for cells, at in zip(zip(*columns, strict=True), places, strict=True):
            no = firsts[at >> _PART_BITS] + (at & _IN_PART)
            yield from ((no, row) for row in rows_of(cells, no))

    return read


def _line(cells: Sequence[Json], no: int) -> Sequence[Json]:
    """What a line says; nothing where it is blank."""
    line: bytes = cells[0]
    return (json_line(line, no),) if line.strip() else ()


# ---------------------------------------------------------------- what the workers do


def _checking(read: Read, name: str) -> Callable[[Batches], Batches]:
    """What reads rows and says of each which enterprise it is, or what is wrong with it."""

    def check(batches: Batches) -> Batches:
        for batch in batches:
            found: list[tuple[int, str | None, str | None]] = []
            for no, row in read(batch):
                try:
                    found.append((no, read_profile(row, f"{name}，{row_place(no)}").id, None))
                except InputError as error:
                    found.append((no, None, json.dumps([astuple(problem) for problem in error.problems])))
            yield pa.RecordBatch.from_pylist([dict(zip(CHECKED.names, one, strict=True)) for one in found], CHECKED)

    return check


def _judging(
    read: Read, policies: Json, as_of: date, all: bool, refused: Collection[int]
) -> Callable[[Batches], Batches]:
    """What judges rows, but those refused: `policies` is the broadcast of them."""

    def profiles(batches: Batches) -> Iterator[Profile]:
        for batch in batches:
            for no, row in read(batch):
                if no not in refused:
                    yield read_profile(row)

    def judge(batches: Batches) -> Batches:
        engine = Engine(compile_catalogue(policies.value), as_of)
        waiting = profiles(batches)
        while some := list(islice(waiting, BLOCK)):
            table = to_pairs(engine.block(ProfileColumns(some, as_of)), [profile.id for profile in some], all)
            for piece in table.to_batches(ROWS_AT_ONCE):
                yield pa.RecordBatch.from_arrays(
                    [column.cast(kind) for column, kind in zip(piece.columns, JUDGED.types, strict=True)], schema=JUDGED
                )

    return judge


# ---------------------------------------------------------------- what comes back


def _check(frame: Json, name: str, read: Read) -> tuple[Done, frozenset[int]]:
    """What reading comes to: the enterprises counted, the problems in the order of the rows, and the rows refused.

    Of several rows of one enterprise the first that can be read counts, as on one machine.
    """
    from pyspark.sql.functions import col, collect_list, size

    checked = frame.mapInArrow(_checking(read, name), _sql(CHECKED)).cache()
    wrong: dict[int, list[Problem]] = {}
    for row in checked.where(col("id").isNull()).collect():
        wrong[row.no] = [Problem(*fields) for fields in json.loads(row.problems)]
    readable = checked.where(col("id").isNotNull())
    enterprises = readable.count()
    rows_of = readable.groupBy("id").agg(collect_list("no").alias("rows"))
    for row in rows_of.where(size("rows") > 1).collect():
        for no in sorted(row.rows)[1:]:
            wrong[no] = [again(row.id, f"{name}，{row_place(no)}")]
            enterprises -= 1
    checked.unpersist()
    problems = [problem for no in sorted(wrong) for problem in wrong[no]]
    return Done(enterprises=enterprises, problems=problems), frozenset(wrong)


def _count(judged: Json, engine: Engine, done: Done) -> None:
    """The rows and the counts by measure, out of what was written: what a worker did twice is there once."""
    found = {
        (row.measure_id, row.verdict): row["count"] for row in judged.groupBy("measure_id", "verdict").count().collect()
    }
    done.rows = sum(found.values())
    for measure, term in zip(engine.measures, engine.terms, strict=True):
        eligible, unknown = (found.get((measure.id, verdict), 0) for verdict in ("eligible", "unknown"))
        rest = done.enterprises - eligible - unknown
        done.counts.append(Counts() if term else Counts(eligible, unknown, rest))


def _sql(schema: pa.Schema) -> str:
    return ", ".join(f"{name} {_SQL[kind]}" for name, kind in zip(schema.names, schema.types, strict=True))


def _address(path: str) -> str:
    """A path of this machine as an address; an address as it is."""
    return path if "://" in path else f"file://{Path(path).absolute()}"


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
