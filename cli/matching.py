"""Verdicts: match, checklist, batch."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.options import Options, common, json_from, opened, profile_from
from corpus.errors import InputError, Problem

if TYPE_CHECKING:
    from corpus.model import Policy
    from matcher.catalogue import Catalogue
    from matcher.facts import Profile
    from matcher.match import Result


def _judged(options: Options, path: Path) -> tuple[tuple[Policy, ...], Profile, date, Result]:
    """The store's policies, the enterprise in the file, the day that counts (asked for, the file's, today) and the result."""
    from matcher.catalogue import compile_catalogue
    from matcher.match import match as match_one

    enterprise = profile_from(path)
    day = options.as_of or enterprise.as_of or options.day
    with opened(options) as store:
        policies = store.policies()
    catalogue = compile_catalogue(policies)
    with _weights_kept(catalogue, options.data / "likeness.npz"):
        result = match_one(catalogue, enterprise, day)
        # In their order: what is weighed for it is weighed here.
        _ = result.matches
    return policies, enterprise, day, result


@contextmanager
def _weights_kept(catalogue: Catalogue, path: Path) -> Iterator[None]:
    """The weights of the catalogue's words are those kept at `path`, if they are of these words; weighed anew, they are kept there.

    Weighing takes longer than everything else that one enterprise needs. Where nothing can be kept, nothing is.
    """
    texts = catalogue.fit.texts
    with suppress(OSError):
        texts.take(path.read_bytes())
    taken = texts.weights
    yield
    if texts.weights is not taken and (weights := texts.dumps()) is not None:
        with suppress(OSError):
            unfinished = path.with_name(f"{path.name}.{os.getpid()}")
            unfinished.write_bytes(weights)
            unfinished.replace(path)


@click.command()
@click.argument("profile", type=click.Path(path_type=Path), metavar="PROFILE.json")
@click.option("--limit", type=click.IntRange(0), default=None, help="最多列几项")
@click.option("--all", "everything", is_flag=True, help="连不符合、已失效的也列出")
@click.option(
    "--record",
    "kept",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help="把这次判定连同它的依据存成文件，日后可用 replay 重演",
)
@common
def match(options: Options, profile: Path, limit: int | None, everything: bool, kept: Path | None) -> None:
    """一家企业对全部事项逐条判定：符合、待核实、不符合，及其理由与条款。

    例：run.py match 企业.json --as-of 2024-06-30 --json
    """
    policies, _, day, result = _judged(options, profile)
    if kept is not None:
        from matcher.record import dumps, record

        kept.write_bytes(dumps(record(policies, json_from(profile), day)))
    options.answer(result.to_json(limit=limit, all=everything), lambda: result.to_text(limit=limit))


@click.command()
@click.argument("kept", type=click.Path(path_type=Path), metavar="RECORD.json")
@common
def replay(options: Options, kept: Path) -> None:
    """把存下的判定按当时的画像和日期重演一遍：一字不差，或指出哪些政策、哪些判定已经不同（退出码 1）。

    例：run.py replay 判定.json
    """
    from matcher.record import replay as replay_one

    with opened(options) as store:
        again = replay_one(json_from(kept), store.policies())
    options.answer(
        {"schema_version": 1, "same": again.same, "differs": list(again.differs), "result": again.result},
        lambda: "\n".join(again.differs) or "与当时一字不差",
    )
    if not again.same:
        sys.exit(1)


@click.command()
@click.argument("profile", type=click.Path(path_type=Path), metavar="PROFILE.json")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="输出文件：docx、xlsx、pdf 或 html",
)
@common
def checklist(options: Options, profile: Path, output: Path) -> None:
    """把一家企业的政策清单（一企一策）写成文件。

    例：run.py checklist 企业.json -o 清单.docx
    """
    _, enterprise, day, result = _judged(options, profile)
    write_checklist(result, enterprise, day, output)
    options.answer({"schema_version": 1, "path": str(output)}, lambda: f"已写入 {output}")


@click.command()
@click.argument("profile", type=click.Path(path_type=Path), metavar="PROFILE.json")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="输出 .ics 文件")
@common
def calendar(options: Options, profile: Path, output: Path) -> None:
    """一家企业的日程：何时开始申报、截止、到期，以及到哪天年限就够了，写成日历文件。

    例：run.py calendar 企业.json -o 日程.ics
    """
    from matcher.timeline import timeline, to_ics

    _, enterprise, day, result = _judged(options, profile)
    moments = timeline(result)
    output.write_bytes(to_ics(moments, f"惠企政策日程·{enterprise.name or enterprise.id}", day))
    options.answer(
        {"schema_version": 1, "path": str(output), "moments": [moment.to_json() for moment in moments]},
        lambda: f"{len(moments)} 个日子写入 {output}",
    )


@click.command()
@common
def check(options: Options) -> None:
    """目录体检：没人能满足的、恒成立的、重复的、门槛离谱的、申报期开不了的事项，逐条指出条款。

    例：run.py check
    """
    from matcher.review import KINDS, check_catalogue

    with opened(options) as store:
        remarks = check_catalogue(store.policies(), options.day)
    options.answer(
        {"schema_version": 1, "as_of": options.day.isoformat(), "remarks": [remark.to_json() for remark in remarks]},
        lambda: (
            "\n".join(
                f"{KINDS[remark.kind]}：{remark.title}（{remark.measure_id}，{'、'.join(remark.clauses)}）{remark.words}"
                for remark in remarks
            )
            or "没有发现问题"
        ),
    )


def write_checklist(result: Any, enterprise: Profile, day: date, output: Path) -> None:
    """The checklist of one enterprise, in the format that the file's name asks for."""
    from web.checklist import FORMATS, build_checklist, render

    form = output.suffix.lower().lstrip(".")
    if form not in FORMATS:
        raise InputError(Problem("-o", f'不认识的格式 "{output.suffix}"', "、".join(FORMATS)))
    output.write_bytes(render(build_checklist(result, enterprise, day), form))


@click.command()
@click.argument("enterprises", metavar="ENTERPRISES.(csv|parquet|jsonl|xlsx)")
@click.option(
    "--table", default=None, help="企业名单在数据库里时的表名；ENTERPRISES 处写数据库地址（postgresql+psycopg://…）"
)
@click.option("-o", "--output", required=True, help="输出 Parquet（用 Spark 算时是装着若干 Parquet 的文件夹）")
@click.option(
    "--summary", type=click.Path(path_type=Path, dir_okay=False), default=None, help="每个事项的三种判定计数（CSV）"
)
@click.option("--all", "everything", is_flag=True, help="连不符合、已失效的行也写")
@click.option("--lists", is_flag=True, help="一家一行：符合的、待核实的事项各成一列（不带金额，最快）")
@click.option("--engine", type=click.Choice(["local", "spark"]), default="local", help="在本机或已有的 Spark 集群上算")
@click.option("--master", default=None, help="Spark 集群的地址（spark://主机:7077）；用 spark-submit 提交时不必写")
@common
def batch(
    options: Options,
    enterprises: str,
    table: str | None,
    output: str,
    summary: Path | None,
    everything: bool,
    lists: bool,
    engine: str,
    master: str | None,
) -> None:
    """全部企业对全部事项。

    例：run.py batch 企业.csv -o 判定.parquet --summary 汇总.csv
    例：run.py batch postgresql+psycopg://用户:密码@主机/库 --table 企业 -o 判定.parquet
    """
    from ledger.reading import opened_table
    from matcher.spark import run_on_spark
    from matcher.tables import run_batch

    if master and engine != "spark":
        raise InputError(Problem("--master", "没有用 --engine spark", "两个一起写"))
    if lists and (everything or engine == "spark"):
        raise InputError(Problem("--lists", "与 --all 或 --engine spark 写在了一起", "只写其中一个"))
    if table and engine == "spark":
        raise InputError(Problem("--table", "与 --engine spark 写在了一起", "先把表导出成 Parquet"))
    with opened(options) as store:
        policies = store.policies()
    told: dict[str, Any] = {"as_of": options.day, "summary": summary, "all": everything, "say": options.say}
    if engine == "spark":
        done = run_on_spark(policies, enterprises, output, master=master, **told)
    else:
        with opened_table(enterprises, table) if table else nullcontext(Path(enterprises)) as source:
            done = run_batch(policies, source, Path(output), lists=lists, **told)
    for problem in done.problems:
        click.echo(str(problem), err=True)
    options.answer(
        done.to_json(), lambda: f"{done.enterprises} 家企业 × {done.measures} 个事项，写入 {done.rows} 行：{output}"
    )
    if done.problems:
        sys.exit(1)
