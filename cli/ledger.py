"""The ledger: register, uptake, audit."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from cli.options import Options, common, opened


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--dry-run", is_flag=True, help="只检查，不写入")
@common
def register(options: Options, file: Path, dry_run: bool) -> None:
    """把企业名单（CSV、XLSX、Parquet、JSONL 画像）登记进台账。

    例：run.py register 重点企业.xlsx
    """
    from ledger.register import register as register_file
    from ledger.tables import Ledger

    with opened(options) as store:
        done = register_file(Ledger(store.engine), file, options.day, dry_run=dry_run)
    report_import(options, done, "家企业")


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--dry-run", is_flag=True, help="只检查，不写入")
@common
def people(options: Options, file: Path, dry_run: bool) -> None:
    """把工作组和助企干部的名单（CSV、XLSX、Parquet、JSONL）登记进台账，一行一名干部。

    例：run.py people 助企干部.xlsx
    """
    from datetime import UTC, datetime

    from ledger.people import import_people
    from ledger.tables import Ledger

    at = datetime.now(UTC).replace(tzinfo=None)
    with opened(options) as store:
        done = import_people(Ledger(store.engine), file, by="命令行", at=at, dry_run=dry_run)
    report_import(options, done, "名干部")


@click.group()
def uptake() -> None:
    """兑现环节：告知、申报、受理、批准、兑付。"""


@uptake.command("import")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--dry-run", is_flag=True, help="只检查，不写入")
@common
def uptake_import(options: Options, file: Path, dry_run: bool) -> None:
    """把兑现环节（CSV、XLSX、Parquet、JSONL）记进台账；同一行再来一次不变。

    例：run.py uptake import 兑现.csv
    """
    from ledger.tables import Ledger
    from ledger.uptake import import_steps

    with opened(options) as store:
        measures = {measure.id for policy in store.policies() for measure in policy.measures}
        done = import_steps(Ledger(store.engine), file, measures, dry_run=dry_run)
    report_import(options, done, "个环节")


def report_import(options: Options, done: Any, unit: str) -> None:
    """What an import came to; exit 1 where rows were refused, each named."""
    for problem in done.problems:
        click.echo(str(problem), err=True)
    options.answer(
        done.to_json(), lambda: f"收入 {done.taken} {unit}，其中新的 {done.new}；拒收 {len(done.problems)} 处"
    )
    if done.problems:
        sys.exit(1)


@click.command()
@click.option(
    "--by",
    type=click.Choice(["measure", "department", "region", "industry", "cadre"]),
    default="measure",
    help="按什么分行",
)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), default=None, help="另存为 Excel")
@common
def audit(options: Options, by: str, output: Path | None) -> None:
    """从算出的符合到兑付的漏斗：哪些政策没人用，卡在哪里，谁该享未享。

    例：run.py audit --by department -o 审计.xlsx
    """
    from ledger.audit import audit as audit_ledger
    from ledger.tables import Ledger

    with opened(options) as store:
        result = audit_ledger(Ledger(store.engine), store.policies(), options.day, by)
        if output is not None:
            from ledger.report import write_audit

            write_audit(result, output)
    options.answer(result.to_json(), lambda: audit_words(result.to_json()))


def audit_words(result: Any) -> str:
    """The audit as lines for a person: the funnel of each row, and where it is stuck."""
    from ledger.bottleneck import KINDS

    def words(row: Any) -> str:
        steps = "　".join(
            f"{label} {row[key]}"
            for key, label in (
                *(("eligible", "符合"), ("unknown", "待核实"), ("informed", "告知"), ("applied", "申报")),
                *(("approved", "批准"), ("paid", "兑付")),
            )
        )
        return f"{row['title']}：{steps}　{KINDS[row['bottleneck']['kind']]}"

    return "\n".join(map(words, result["rows"]))
