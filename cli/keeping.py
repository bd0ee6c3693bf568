"""What is kept, out and back: export, backup, restore."""

from __future__ import annotations

import json
from pathlib import Path

import click

from cli.options import Commands, Options, common, index_of, opened


@click.group(cls=Commands)
def export() -> None:
    """把库里的内容导出。"""


@export.command("judgements")
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), required=True, help="输出文件夹")
@common
def export_judgements(options: Options, output: Path) -> None:
    """把检索页上的“有用”“没用”写成评测集（benchmarks/search.py --set 可读），不含任何人的信息。

    例：run.py export judgements -o 评测集
    """
    from indexer.search.judgements import Votes, write_set

    with opened(options) as store:
        votes = Votes(store.folder / "votes.jsonl").all()
        pairs = write_set(votes, store.policies(), output)
    options.answer(
        {"schema_version": 1, "path": str(output), "votes": len(votes), "judged": pairs},
        lambda: f"{len(votes)} 次评价，{pairs} 对有用，写入 {output}",
    )


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


@click.command()
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


@click.command()
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
