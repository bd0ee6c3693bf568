"""The command line, and the place where the packages are put together: it opens the store, calls them, prints.

    python run.py demo                      the main job on the bundled corpus, from nothing
    python run.py ingest 汇编.pdf            documents and structured files into the store
    python run.py match 企业.json            one enterprise against every measure

Exit codes: 0 done; 1 done, with items refused or failed; 2 wrong usage or input; 3 the store is broken or locked.
"""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from corpus.errors import InputError, PolicyError, Problem, StoreError

if TYPE_CHECKING:
    from corpus.store import Store
    from indexer.search import Index
    from matcher.facts import Profile


@dataclass(frozen=True, slots=True)
class Options:
    """What every command is told: where things are kept, on which day, and how to answer."""

    data: Path
    db: str | None
    as_of: date | None
    as_json: bool
    quiet: bool

    @property
    def day(self) -> date:
        """The day asked for, or today: the one place where the program looks at the calendar."""
        return self.as_of or date.today()

    def say(self, message: str) -> None:
        """Progress and warnings, for a person, on stderr."""
        if not self.quiet:
            click.echo(message, err=True)

    def answer(self, data: Any, words: Callable[[], str]) -> None:
        """The result on stdout: JSON where it was asked for, words otherwise."""
        click.echo(json.dumps(data, ensure_ascii=False) if self.as_json else words())


def common(command: Callable[..., None]) -> Callable[..., None]:
    """The options that every command takes, handed to it as one `Options`."""

    @click.option(
        "--data",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="HUIQI_DATA",
        default=Path("var"),
        help="数据目录（默认 ./var，或环境变量 HUIQI_DATA）",
    )
    @click.option("--db", envvar="HUIQI_DB", default=None, help="数据库地址（默认为数据目录里的 SQLite）")
    @click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), default=None, help="判定日期 YYYY-MM-DD（默认今天）")
    @click.option("--json", "as_json", is_flag=True, help="只在标准输出打印 JSON")
    @click.option("-q", "--quiet", is_flag=True, help="不打印进度")
    @functools.wraps(command)
    def wrapped(data: Path, db: str | None, as_of: Any, as_json: bool, quiet: bool, **rest: Any) -> None:
        command(Options(data, db, as_of and as_of.date(), as_json, quiet), **rest)

    return wrapped


@contextmanager
def opened(options: Options) -> Iterator[Store]:
    """The store of this call, closed again at its end."""
    from corpus.store import Store

    store = Store(options.data, options.db)
    try:
        yield store
    finally:
        store.close()


def index_of(options: Options, store: Store) -> Index:
    """The full-text index, brought up to what the store holds."""
    from indexer.follow import open_index

    return open_index(options.data / "index", store)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def cli() -> None:
    """惠企政策检索与匹配引擎：让政策找到企业。"""


@cli.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--no-ocr", is_flag=True, help="扫描页不识别，只报告未读")
@common
def ingest(options: Options, paths: tuple[Path, ...], no_ocr: bool) -> None:
    """把文件、文件夹或结构化事项文件读入库并建索引。

    例：run.py ingest 惠企政策汇编.pdf 文件夹/ 事项.measures.yaml
    """
    from time import perf_counter

    started = perf_counter()
    with opened(options) as store:
        taken = take_in(options, store, paths, ocr=not no_ocr)
        index_of(options, store)
    report = {
        "schema_version": 1,
        "documents": [one.to_json() for one in taken],
        "seconds": round(perf_counter() - started, 2),
    }
    for one in taken:
        for problem in one.problems:
            click.echo(f"{one.received.path}：{problem}" if one.received.path not in problem else problem, err=True)
    counts = {status: sum(one.status == status for one in taken) for status in ("indexed", "unchanged", "refused")}
    policies = [policy for one in taken for policy in one.received.policies]
    options.answer(
        report,
        lambda: (
            f"入库 {counts['indexed']} 份，未变 {counts['unchanged']} 份，拒收 {counts['refused']} 份；"
            f"政策 {len(policies)} 项，事项 {sum(len(policy.measures) for policy in policies)} 个；{report['seconds']} 秒"
        ),
    )
    if any(one.problems and one.status != "unchanged" for one in taken):
        sys.exit(1)


def take_in(options: Options, store: Store, paths: tuple[Path, ...], *, ocr: bool = True) -> list[Any]:
    """Ingest `paths` with a progress bar on stderr."""
    from tqdm import tqdm

    from indexer.ingest import ingest as ingest_files
    from indexer.ingest import list_files

    found = list_files(paths)
    bar = tqdm(found, disable=options.quiet or not sys.stderr.isatty(), unit="份", file=sys.stderr)
    return list(ingest_files(store, bar, ocr=ocr))


@cli.command()
@click.argument("source", type=click.File(encoding="utf-8"), default="-", metavar="[FILE.jsonl | -]")
@common
def extract(options: Options, source: Any) -> None:
    """从段落里读出条件和支持标准，不动库：一行 JSON 进，一行 JSON 出。

    例：run.py extract 段落.jsonl
    """
    from indexer.extract import extract_line

    failed = False
    for number, line in enumerate(source, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            out = extract_line(record)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            click.echo(f'第 {number} 行：读不下去（{error}）；应为 {{"id", "title", "region", "text"}}', err=True)
            failed = True
        else:
            click.echo(json.dumps(out, ensure_ascii=False))
    if failed:
        sys.exit(1)


@cli.command()
@click.argument("query")
@click.option("--limit", type=click.IntRange(1, 1000), default=10, help="最多几条")
@click.option("--region", default=None, help="行政区划代码：本级及以上的政策")
@click.option(
    "--status", type=click.Choice(["in_force", "expired", "not_yet_in_force"]), default=None, help="在判定日期的效力"
)
@click.option("--level", default=None, help="层级：national、province、city、county、park")
@click.option("--issuer", default=None, help="发文机关")
@click.option("--department", default=None, help="责任部门")
@click.option("--group", type=click.Choice(["policy", "clause", "measure"]), default="policy", help="按什么归并")
@click.option("--explain", is_flag=True, help="附上排序的依据")
@common
def search(options: Options, query: str, **filters: Any) -> None:
    """检索政策、条款和事项。

    例：run.py search "高新技术企业 奖励" --region 419001
    """
    with opened(options) as store:
        result = index_of(options, store).search(query, as_of=options.day, **filters)
    options.answer(
        result.to_json(),
        lambda: (
            "\n".join(
                f"{hit['rank']}. {hit['title']} {hit['doc_no'] or ''} {hit['clause'] or ''}\n   {hit['text'][:90]}"
                for hit in result.to_json()["hits"]
            )
            or "没有找到"
        ),
    )


def profile_from(path: Path) -> Profile:
    """The profile in a JSON file. Raises InputError naming the file and the place."""
    from matcher.facts import read_profile

    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(Problem("文件", f"读不出来（{error.strerror}）", "企业画像 JSON", source=str(path))) from error
    except ValueError as error:
        raise InputError(Problem("文件", f"JSON 读不下去（{error}）", "企业画像 JSON", source=str(path))) from error
    return read_profile(data, str(path))


@cli.command()
@click.argument("profile", type=click.Path(path_type=Path), metavar="PROFILE.json")
@click.option("--limit", type=click.IntRange(0), default=None, help="最多列几项")
@click.option("--all", "everything", is_flag=True, help="连不符合、已失效的也列出")
@common
def match(options: Options, profile: Path, limit: int | None, everything: bool) -> None:
    """一家企业对全部事项逐条判定：符合、待核实、不符合，及其理由与条款。

    例：run.py match 企业.json --as-of 2024-06-30 --json
    """
    from matcher.match import match as match_one

    enterprise = profile_from(profile)
    with opened(options) as store:
        result = match_one(store.policies(), enterprise, options.as_of or enterprise.as_of or options.day)
    options.answer(result.to_json(limit=limit, all=everything), lambda: result.to_text(limit=limit))


@cli.command()
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
    from matcher.match import match as match_one

    enterprise = profile_from(profile)
    day = options.as_of or enterprise.as_of or options.day
    with opened(options) as store:
        result = match_one(store.policies(), enterprise, day)
    write_checklist(result, enterprise, day, output)
    options.answer({"schema_version": 1, "path": str(output)}, lambda: f"已写入 {output}")


def write_checklist(result: Any, enterprise: Profile, day: date, output: Path) -> None:
    """The checklist of one enterprise, in the format that the file's name asks for."""
    from web.checklist import FORMATS, build_checklist, render

    form = output.suffix.lower().lstrip(".")
    if form not in FORMATS:
        raise InputError(Problem("-o", f'不认识的格式 "{output.suffix}"', "、".join(FORMATS)))
    output.write_bytes(render(build_checklist(result, enterprise, day), form))


@cli.command()
@click.argument("enterprises", type=click.Path(path_type=Path), metavar="ENTERPRISES.(csv|parquet|jsonl|xlsx)")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="输出 Parquet")
@click.option(
    "--summary", type=click.Path(path_type=Path, dir_okay=False), default=None, help="每个事项的三种判定计数（CSV）"
)
@click.option("--all", "everything", is_flag=True, help="连不符合、已失效的行也写")
@click.option("--engine", type=click.Choice(["local", "spark"]), default="local", help="在本机或已有的 Spark 集群上算")
@common
def batch(
    options: Options, enterprises: Path, output: Path, summary: Path | None, everything: bool, engine: str
) -> None:
    """全部企业对全部事项。

    例：run.py batch 企业.csv -o 判定.parquet --summary 汇总.csv
    """
    from matcher.tables import run_batch

    with opened(options) as store:
        policies = store.policies()
    done = run_batch(
        policies,
        enterprises,
        output,
        as_of=options.day,
        summary=summary,
        all=everything,
        engine=engine,
        say=options.say,
    )
    for problem in done.problems:
        click.echo(str(problem), err=True)
    options.answer(
        done.to_json(), lambda: f"{done.enterprises} 家企业 × {done.measures} 个事项，写入 {done.rows} 行：{output}"
    )
    if done.problems:
        sys.exit(1)


@cli.command()
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


@cli.group()
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


@cli.command()
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


@cli.group()
def export() -> None:
    """把库里的内容导出。"""


@export.command("measures")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="输出 *.measures.json"
)
@common
def export_measures(options: Options, output: Path) -> None:
    """把全部政策和事项写成结构化文件。

    例：run.py export measures -o 全部.measures.json
    """
    from corpus.catalogue import dump_policies

    with opened(options) as store:
        policies = store.policies()
    output.write_text(json.dumps(dump_policies(policies), ensure_ascii=False, indent=1), encoding="utf-8")
    options.answer(
        {"schema_version": 1, "path": str(output), "policies": len(policies)},
        lambda: f"{len(policies)} 项政策写入 {output}",
    )


@cli.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@common
def backup(options: Options, file: Path) -> None:
    """把数据库和原件备份成一个文件。

    例：run.py backup 备份.zip
    """
    from corpus.backup import backup as back_up

    with opened(options) as store:
        documents = back_up(store, file)
    options.answer({"schema_version": 1, "path": str(file), "documents": documents}, lambda: f"已备份到 {file}")


@cli.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@common
def restore(options: Options, file: Path) -> None:
    """从备份恢复到一个空的数据目录，再建索引。

    例：run.py restore 备份.zip --data 新目录
    """
    from corpus.backup import restore as bring_back

    documents = bring_back(file, options.data)
    with opened(options) as store:
        index_of(options, store)
    options.answer({"schema_version": 1, "documents": documents}, lambda: f"已恢复到 {options.data}")


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址")
@click.option("--port", type=int, envvar="PORT", default=8000, show_default=True, help="监听端口")
@common
def serve(options: Options, host: str, port: int) -> None:
    """启动网站（waitress）。

    例：run.py serve --port 8000
    """
    with opened(options) as store:
        serve_site(options, store, host, port)


def serve_site(options: Options, store: Store, host: str, port: int) -> None:
    """Serve the pages until stopped."""
    from ledger.tables import Ledger
    from ledger.users import Users
    from web.accounts.signed import Accounts, secret_in
    from web.app import create_app
    from web.review.desk import Desk
    from web.serve import serve as serve_app
    from web.services import Services

    accounts = Accounts(Users(Ledger(store.engine)), secret_in(options.data))
    services = Services.over(store, index_of(options, store), today=lambda: options.day, samples=sample_profiles())
    options.say(f"http://{host}:{port}/（审核：http://{host}:{port}/review，只在本机开放）")
    serve_app(create_app(services, Desk(store, options.data / "pages"), accounts), host, port)


@cli.command()
@click.argument("name", metavar="NAME")
@click.option("--password-stdin", is_flag=True, help="从标准输入读密码（一行），不提问")
@common
def admin(options: Options, name: str, password_stdin: bool) -> None:
    """建立网站的管理员，或给已有的管理员换密码；密码不回显。

    例：run.py admin 张三
    """
    from ledger.tables import Ledger
    from ledger.users import Users
    from web.accounts.first import make_admin

    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt("密码", hide_input=True, confirmation_prompt="再输一遍", err=True)
    with opened(options) as store:
        new = make_admin(Users(Ledger(store.engine)), name, password)
    options.answer(
        {"schema_version": 1, "name": name, "new": new},
        lambda: f"{'已建立管理员' if new else '已换密码：'}{name}。用 run.py serve 启动网站后登录",
    )


def bundled(folder: str, pattern: str) -> list[Path]:
    """The files of the bundled corpus in `corpus/<folder>`."""
    return sorted(Path(str(files("corpus") / folder)).glob(pattern))


def sample_profiles() -> tuple[Profile, ...]:
    """The sample enterprises (示例), by file name."""
    return tuple(profile_from(path) for path in bundled("samples", "*.json"))


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址")
@click.option("--port", type=int, envvar="PORT", default=8000, show_default=True, help="监听端口")
@click.option("--no-serve", is_flag=True, help="做完就结束，不启动网站")
@common
def demo(options: Options, host: str, port: int, no_serve: bool) -> None:
    """用自带的汇编从头做一遍：入库、建索引、为示例企业判定、写清单、启动网站。

    例：run.py demo --no-serve
    """
    from matcher.match import match as match_one

    with opened(options) as store:
        sources = tuple(bundled("policies", "*.measures.yaml") + bundled("sources", "*.pdf"))
        taken = take_in(options, store, sources)
        options.say(f"入库 {len(taken)} 份，政策 {len(store.policies())} 项")
        index_of(options, store)
        lists = options.data / "checklists"
        lists.mkdir(parents=True, exist_ok=True)
        for profile in sample_profiles():
            result = match_one(store.policies(), profile, options.day)
            write_checklist(result, profile, options.day, lists / f"{profile.id}.docx")
            counts = result.counts
            options.say(
                f"{profile.name}：符合 {counts['eligible']}，待核实 {counts['unknown']}，不符合 {counts['ineligible']}"
            )
        options.answer({"schema_version": 1, "checklists": str(lists)}, lambda: f"清单写在 {lists}")
        if not no_serve:
            serve_site(options, store, host, port)


def main() -> None:
    """Run a command; an error that is the input's is one line, and the exit code says whose fault it was."""
    try:
        cli(standalone_mode=True)
    except StoreError as error:
        click.echo(str(error), err=True)
        sys.exit(3)
    except PolicyError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    except BrokenPipeError:
        os._exit(0)


if __name__ == "__main__":
    main()
