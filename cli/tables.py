"""The other tables of the ledger, in from files: what offices keep in tables of their own."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.ledger import mapped, report_import
from cli.options import Commands, Options, common, opened
from corpus.errors import InputError, Problem

if TYPE_CHECKING:
    from corpus.store import Store
    from ledger.imports.register import Imported


@click.group("import", cls=Commands)
def taken_in() -> None:
    """把各部门自己的表收进台账：部门、分包、诉求、走访、承诺、企业回应、账号。"""


TABLES = {
    "offices": ("部门的电话和地址", "个部门", "部门通讯录.xlsx"),
    "assignments": ("分包表（哪家企业归哪名助企干部）", "家企业", "分包表.xlsx"),
    "needs": ("企业诉求和答复", "件诉求", "诉求台账.xlsx"),
    "visits": ("走访记录", "次走访", "走访记录.xlsx"),
    "promises": ("部门的承诺和办结", "条承诺", "承诺台账.xlsx"),
    "receipts": ("企业对政策事项的回应", "条回应", "回执.xlsx"),
}
"""What can be taken in: what it is, how rows are counted, a file as an example."""


def import_table(what: str, title: str, unit: str, example: str) -> click.Command:
    """The command that takes one table in."""

    @click.command(
        what,
        help=f"把{title}（CSV、XLSX、Parquet、JSONL）收进台账；同一行再来一次不变。常见的列名自动认得，"
        f"`export {what}` 导出的原样收回。\n\n例：run.py import {what} {example}",
    )
    @click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
    @click.option("--dry-run", is_flag=True, help="只检查，不写入")
    @common
    @mapped
    def command(options: Options, file: Path, dry_run: bool, mapping: dict[str, str]) -> None:
        with opened(options) as store:
            take = importer(store, what)
            done = take(file, by="命令行", at=options.now, dry_run=dry_run, mapping=mapping)
        report_import(options, done, unit)

    return command


def importer(store: Store, what: str) -> Callable[..., Imported]:
    """What takes a file into the table `what` of the store's ledger."""
    from functools import partial

    from ledger.care.offices import import_offices
    from ledger.care.people import import_assignments
    from ledger.imports.care import import_care
    from ledger.tables import Ledger

    ledger = Ledger(store.engine)
    if what in ("offices", "assignments"):
        return partial(import_offices if what == "offices" else import_assignments, ledger)
    measures = {measure.id for policy in store.policies() for measure in policy.measures}
    return partial(import_care, ledger, what, measures=measures)


for name, (title, unit, example) in TABLES.items():
    taken_in.add_command(import_table(name, title, unit, example))


@taken_in.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--dry-run", is_flag=True, help="只检查，不写入")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help="初始密码写到哪里（CSV，只有本人可读；交给各人后删掉）",
)
@common
@mapped
def accounts(options: Options, file: Path, dry_run: bool, output: Path | None, mapping: dict[str, str]) -> None:
    """按名单（姓名、身份、看谁的）开通网站账号；已开通的不变。新账号的初始密码只写进 -o 指明的文件。

    例：run.py import accounts 账号名单.xlsx -o 初始密码.csv
    """
    from ledger.access.users import Users
    from ledger.tables import Ledger

    if output is None and not dry_run:
        raise InputError(Problem("-o", "没有指明", "写初始密码的文件，如 初始密码.csv"))
    with opened(options) as store, handed(None if dry_run else output) as make:
        done = Users(Ledger(store.engine)).take_in(file, make, by="命令行", at=options.now, mapping=mapping)
    report_import(options, done, "个账号")


@contextmanager
def handed(path: Path | None) -> Iterator[Callable[[str], str] | None]:
    """What makes a first password for a user, writes it to the new file `path` and gives the hash to keep; None for no file.

    Each password is in the file before its user is in the ledger; nobody else on the machine can read it. The file goes
    again where nobody got one, or the import broke off.
    """
    if path is None:
        yield None
        return
    from web.accounts.first import first_word

    try:
        path.touch(mode=0o600, exist_ok=False)
    except OSError as error:
        what = "已经在了" if isinstance(error, FileExistsError) else f"写不进去（{error.strerror}）"
        raise InputError(Problem("-o", what, "一个新文件，免得盖掉还没有交出去的密码", source=str(path))) from error
    handed_out = 0
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            lines = csv.writer(file)
            lines.writerow(("姓名", "初始密码"))

            def make(name: str) -> str:
                nonlocal handed_out
                word, kept = first_word()
                lines.writerow((name, word))
                file.flush()
                handed_out += 1
                return kept

            yield make
    except BaseException:
        handed_out = 0
        raise
    finally:
        if not handed_out:
            path.unlink()
