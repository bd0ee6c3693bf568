"""What every command takes and uses: its options, the store, the index, a profile in a file."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from corpus.errors import InputError, Problem

if TYPE_CHECKING:
    from corpus.store import Store
    from indexer.search.search import Index
    from indexer.search.semantic import Meaning
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

    @property
    def now(self) -> datetime:
        """The present moment as the ledger keeps times: UTC without a zone."""
        return datetime.now(UTC).replace(tzinfo=None)

    def say(self, message: str) -> None:
        """Progress and warnings, for a person, on stderr."""
        if not self.quiet:
            click.echo(message, err=True)

    def answer(self, data: Any, words: Callable[[], str]) -> None:
        """The result on stdout: JSON where it was asked for, words otherwise."""
        click.echo(json.dumps(data, ensure_ascii=False) if self.as_json else words())


class Commands(click.Group):
    """A group that lists each command by its first sentence: click cuts short words between blanks, and Chinese has none."""

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        if cmd.short_help is None and cmd.help:
            cmd.short_help = cmd.help.partition("。")[0].split("\n")[0] + "。"
        super().add_command(cmd, name)


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


def index_of(options: Options, store: Store, meaning: Meaning | None = None) -> Index:
    """The full-text index, brought up to what the store holds; with the vectors of this data folder where it has any."""
    from indexer.follow import open_index
    from indexer.search.semantic import meaning_in

    return open_index(options.data / "index", store, meaning or meaning_in(options.data / "vectors"))


def json_from(path: Path, what: str = "JSON") -> Any:
    """What a JSON file holds; `what` it should be. Raises InputError naming the file."""
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(Problem("文件", f"读不出来（{error.strerror}）", what, source=str(path))) from error
    except ValueError as error:
        raise InputError(Problem("文件", f"JSON 读不下去（{error}）", what, source=str(path))) from error


def profile_from(path: Path) -> Profile:
    """The profile in a JSON file. Raises InputError naming the file and the place."""
    from matcher.facts import read_profile

    return read_profile(json_from(path, "企业画像 JSON"), str(path))
