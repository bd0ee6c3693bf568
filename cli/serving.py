"""The site: serve, its administrator, and the demo that does the main job from nothing."""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import click

from cli.matching import write_checklist
from cli.options import Options, common, index_of, opened, profile_from
from cli.reading import take_in

if TYPE_CHECKING:
    from corpus.store import Store
    from matcher.facts import Profile


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址")
@click.option("--port", type=int, envvar="PORT", default=8000, show_default=True, help="监听端口")
@click.option(
    "--behind-proxy", is_flag=True, help="前面有一层反向代理（nginx 等）：信它转来的来访地址和协议；本程序不得另有入口"
)
@common
def serve(options: Options, host: str, port: int, behind_proxy: bool) -> None:
    """启动网站（waitress）。

    例：run.py serve --port 8000
    """
    with opened(options) as store:
        serve_site(options, store, host, port, behind_proxy=behind_proxy)


def serve_site(options: Options, store: Store, host: str, port: int, *, behind_proxy: bool = False) -> None:
    """Serve the pages until stopped."""
    from ledger.access.users import Users
    from ledger.tables import Ledger
    from web.accounts.signed import Accounts, secret_in
    from web.app import create_app
    from web.review.desk import Desk
    from web.serve import serve as serve_app
    from web.services import Services

    accounts = Accounts(Users(Ledger(store.engine, store.folder / "snapshots")), secret_in(options.data))
    index = index_of(options, store)
    Thread(target=index.warm, daemon=True).start()
    services = Services.over(store, index, today=lambda: options.day, samples=sample_profiles())
    options.say(f"http://{host}:{port}/（审核：http://{host}:{port}/review，只在本机开放）")
    serve_app(
        create_app(services, Desk(store, options.data / "pages"), accounts), host, port, behind_proxy=behind_proxy
    )


@click.command()
@click.argument("name", metavar="NAME")
@click.option("--password-stdin", is_flag=True, help="从标准输入读密码（一行），不提问")
@common
def admin(options: Options, name: str, password_stdin: bool) -> None:
    """建立网站的管理员，或给已有的管理员换密码；密码不回显。

    例：run.py admin 张三
    """
    from ledger.access.users import Users
    from ledger.tables import Ledger
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


@click.command()
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
