"""The ledger: register, uptake, audit."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from cli.keeping import export
from cli.options import Commands, Options, common, opened
from corpus.errors import InputError, Problem


def mapped(command: Callable[..., None]) -> Callable[..., None]:
    """What some columns of a table are, handed to the command as one `mapping`."""

    @click.option(
        "--map", "pairs", multiple=True, metavar="列名=字段", help="指明一列是什么；“列名=”略过这一列；可写多个"
    )
    @click.option(
        "--mapping", "file_of", type=click.Path(path_type=Path, dir_okay=False), default=None, help="同上，写在 YAML 里"
    )
    @functools.wraps(command)
    def wrapped(options: Options, *, pairs: tuple[str, ...], file_of: Path | None, **rest: Any) -> None:
        from ledger.imports.headers import read_mapping

        if missing := [pair for pair in pairs if "=" not in pair]:
            raise InputError(Problem("--map", f'找到 "{missing[0]}"', "列名=字段，如 联络人=助企干部"))
        mapping = {} if file_of is None else read_mapping(file_of)
        command(options, mapping=mapping | dict(pair.rsplit("=", 1) for pair in pairs), **rest)

    return wrapped


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--dry-run", is_flag=True, help="只检查，不写入")
@common
@mapped
def register(options: Options, file: Path, dry_run: bool, mapping: dict[str, str]) -> None:
    """把企业名单（CSV、XLSX、Parquet、JSONL 画像）登记进台账。常见的列名（统一社会信用代码、2023年营收（万元）等）自动认得。

    例：run.py register 重点企业.xlsx --map 联络人=助企干部 --map 备注=
    """
    from ledger.imports.register import register as register_file
    from ledger.tables import Ledger

    with opened(options) as store:
        done = register_file(
            Ledger(store.engine), file, options.day, dry_run=dry_run, mapping=mapping, by="命令行", at=options.now
        )
    report_import(options, done, "家企业")


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--dry-run", is_flag=True, help="只检查，不写入")
@common
@mapped
def people(options: Options, file: Path, dry_run: bool, mapping: dict[str, str]) -> None:
    """把工作组和助企干部的名单（CSV、XLSX、Parquet、JSONL）登记进台账，一行一名干部。常见的列名（姓名、手机号等）自动认得。

    例：run.py people 助企干部.xlsx --map 所属小组=工作组
    """
    from ledger.care.people import import_people
    from ledger.tables import Ledger

    with opened(options) as store:
        done = import_people(Ledger(store.engine), file, by="命令行", at=options.now, dry_run=dry_run, mapping=mapping)
    report_import(options, done, "名干部")


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--dry-run", is_flag=True, help="只检查，不写入")
@common
@mapped
def contacts(options: Options, file: Path, dry_run: bool, mapping: dict[str, str]) -> None:
    """把企业和干部的邮箱、机器人地址（CSV、XLSX、Parquet、JSONL）登记进台账，推送时用。

    例：run.py contacts 联系方式.xlsx
    """
    from ledger.reaching.telling import import_contacts
    from ledger.tables import Ledger

    with opened(options) as store:
        done = import_contacts(
            Ledger(store.engine), file, by="命令行", at=options.now, dry_run=dry_run, mapping=mapping
        )
    report_import(options, done, "个收件人")


@click.command()
@click.option("--dry-run", is_flag=True, help="只算出谁新符合、谁不再符合，不推送")
@click.option("--smtp", envvar="HUIQI_SMTP", default=None, help="发信服务器 主机:端口")
@click.option("--sender", envvar="HUIQI_SMTP_SENDER", default=None, help="发件邮箱")
@click.option(
    "--smtp-user", envvar="HUIQI_SMTP_USER", default="", help="发信用户名；密码只从环境变量 HUIQI_SMTP_PASSWORD 读"
)
@click.option("--smtp-plain", is_flag=True, help="发信不加密（只用于本机的服务器）")
@common
def outreach(
    options: Options, dry_run: bool, smtp: str | None, sender: str | None, smtp_user: str, smtp_plain: bool
) -> None:
    """政策找企业：把上次以来新增和变动的政策推给受影响的企业和干部，逾期诉求升级。每天定时跑一次。

    例：run.py outreach --smtp mail.example.org:587 --sender huiqi@example.org
    """
    from ledger.reaching.changes import KINDS
    from ledger.reaching.post import Channel, Webhook
    from ledger.reaching.telling import go_round, pending
    from ledger.tables import Ledger

    channels: dict[str, Channel] = {"robot": Webhook()}
    if smtp is not None:
        channels["mail"] = smtp_of(smtp, sender, smtp_user, plain=smtp_plain)
    with opened(options) as store:
        ledger = Ledger(store.engine)
        if dry_run:
            found = pending(ledger, store.policies(), options.day)
            options.answer(
                {"schema_version": 1, "changes": [one.to_json() for one in found]},
                lambda: (
                    "\n".join(f"{one.enterprise}　{KINDS[one.kind]}　{one.title}　{one.worth}" for one in found)
                    or "没有要告诉谁的"
                ),
            )
            return
        done = go_round(ledger, store.policies(), options.day, options.now, channels)
    options.answer(
        done.to_json(),
        lambda: (
            "这是第一次：已记下现在的政策，下次起只推送变动的"
            if done.first
            else f"受影响 {len(done.changes)} 处，入队 {done.queued} 条，送出 {done.delivery.sent} 条，"
            f"待重试 {done.delivery.again} 条，失败 {done.delivery.failed} 条；升级诉求 {len(done.passed_up)} 件"
        ),
    )
    if done.delivery.failed:
        sys.exit(1)


def smtp_of(server: str, sender: str | None, user: str, *, plain: bool) -> Any:
    """Mail through `server` (host:port). Raises InputError where the port or the sender is wanting."""
    import os

    from ledger.reaching.post import Smtp

    host, _, port = server.rpartition(":")
    if not host or not port.isdigit():
        raise InputError(Problem("--smtp", f'找到 "{server}"', "主机:端口，如 mail.example.org:587"))
    if not sender or "@" not in sender:
        raise InputError(Problem("--sender", f'找到 "{sender or ""}"', "发件邮箱，如 huiqi@example.org"))
    return Smtp(host, sender, int(port), user, os.environ.get("HUIQI_SMTP_PASSWORD", ""), tls=not plain)


@click.group(cls=Commands)
def uptake() -> None:
    """兑现环节：告知、申报、受理、批准、兑付。"""


@uptake.command("import")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--dry-run", is_flag=True, help="只检查，不写入")
@common
@mapped
def uptake_import(options: Options, file: Path, dry_run: bool, mapping: dict[str, str]) -> None:
    """把兑现环节（CSV、XLSX、Parquet、JSONL）记进台账；同一行再来一次不变。

    例：run.py uptake import 兑现.csv --map 拨付时间=日期
    """
    from ledger.imports.uptake import import_steps
    from ledger.tables import Ledger

    with opened(options) as store:
        measures = {measure.id for policy in store.policies() for measure in policy.measures}
        done = import_steps(
            Ledger(store.engine), file, measures, dry_run=dry_run, mapping=mapping, by="命令行", at=options.now
        )
    report_import(options, done, "个环节")


def export_table(what: str, title: str) -> click.Command:
    """The command that writes one table of the ledger."""

    @click.command(
        what,
        help=f"把台账里的{title}导出成表（.csv、.xlsx、.parquet、.jsonl）。\n\n例：run.py export {what} -o {title}.csv",
    )
    @click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="输出文件")
    @common
    def command(options: Options, output: Path) -> None:
        from ledger.imports.exports import export as write
        from ledger.tables import Ledger

        with opened(options) as store:
            count = write(Ledger(store.engine), what, output)
        options.answer(
            {"schema_version": 1, "path": str(output), "rows": count}, lambda: f"{title} {count} 行写入 {output}"
        )

    return command


EXPORTED = {
    "register": "企业", "uptake": "兑现环节", "people": "助企干部", "assignments": "分包", "offices": "部门",
    "contacts": "联系方式", "facts": "情况更正", "needs": "诉求", "visits": "走访", "promises": "承诺", "receipts": "企业回应",
    "outbox": "推送", "wishes": "推送偏好", "accounts": "账号", "trail": "痕迹",
}  # fmt: skip


for exported, called in EXPORTED.items():
    export.add_command(export_table(exported, called))


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
    type=click.Choice(["measure", "department", "region", "industry", "size", "cadre", "period"]),
    default="measure",
    help="按什么分行：事项、部门、地区、行业、企业规模、助企干部、时段",
)
@click.option(
    "--within", multiple=True, metavar="SIDE=KEY", help="只看其中一行之内，如 region=419001、period=2024-05；可写多个"
)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), default=None, help="另存为 Excel")
@common
def audit(options: Options, by: str, within: tuple[str, ...], output: Path | None) -> None:
    """从算出的符合到兑付的漏斗：哪些政策没人用，卡在哪里，谁该享未享。

    例：run.py audit --by department -o 审计.xlsx
        run.py audit --by period --within region=419001
    """
    from ledger.auditing.audit import audit as audit_ledger
    from ledger.auditing.sides import read_within
    from ledger.tables import Ledger

    with opened(options) as store:
        ledger = Ledger(store.engine, store.folder / "snapshots")
        result = audit_ledger(ledger, store.policies(), options.day, by, read_within(within))
        if output is not None:
            from ledger.auditing.report import write_audit
            from ledger.care.voices import voices

            write_audit(result, output, None if within else voices(ledger, store.policies(), options.day))
    options.answer(result.to_json(), lambda: audit_words(result.to_json()))


def audit_words(result: Any) -> str:
    """The audit as lines for a person: the funnel of each row, and where it is stuck."""
    from ledger.auditing.bottleneck import KINDS

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
