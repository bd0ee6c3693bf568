"""The rooms of the house and the arrows between them, read from the source with `ast`.

corpus imports nothing of ours; indexer and matcher import corpus; ledger imports corpus and matcher; web may import all;
only cli imports web, and run.py only cli. A third party that a room is built on stays in that room. The matcher is pure: no clock, and no
file but at its edge, `tables`.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("corpus", "indexer", "matcher", "ledger", "web", "cli", "run")

MAY_IMPORT = {
    "corpus": set(),
    "indexer": {"corpus"},
    "matcher": {"corpus"},
    "ledger": {"corpus", "matcher"},
    "web": {"corpus", "indexer", "matcher", "ledger"},
    "cli": {"corpus", "indexer", "matcher", "ledger", "web"},
    "run": {"corpus", "cli"},
}
# A third party, and the only places (modules, or packages with all inside) that may import it.
STAYS_IN = {
    **dict.fromkeys(("whoosh", "jieba", "rjieba"), ("indexer",)),
    **dict.fromkeys(("flask", "flask_login", "flask_wtf", "wtforms", "werkzeug", "waitress"), ("web",)),
    **dict.fromkeys(("sqlalchemy", "alembic"), ("corpus.store", "ledger")),
    "click": ("cli", "run"),
    "pyspark": ("matcher.spark",),
    **dict.fromkeys(("tantivy",), ("indexer",)),
}
CLOCK = {"today", "now", "utcnow", "time", "time_ns", "monotonic", "perf_counter"}
FILES = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "glob", "rglob"}


def modules() -> Iterator[tuple[str, str]]:
    """Every module of the product by name, with its source."""
    for room in ROOMS:
        paths = [ROOT / f"{room}.py", *(ROOT / room).rglob("*.py")]
        for path in sorted(filter(Path.is_file, paths)):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts).removesuffix(".__init__"), path.read_text(encoding="utf-8")


def imports(module: str, source: str) -> set[str]:
    """The full names that `source`, the text of `module`, imports anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = module.split(".")[: -node.level] if node.level else []
            found.add(".".join([*above, *filter(None, [node.module])]))
    return found


def wrong_imports(module: str, source: str) -> list[str]:
    """What `module` imports and may not, each as `module -> name`."""
    room = module.partition(".")[0]
    wrong = []
    for name in sorted(imports(module, source)):
        top = name.partition(".")[0]
        other_room = top in ROOMS and top != room and top not in MAY_IMPORT[room]
        homes = STAYS_IN.get(top, (room,))
        strayed = not any(module == home or module.startswith(f"{home}.") for home in homes)
        if other_room or strayed:
            wrong.append(f"{module} -> {name}")
    return wrong


def calls(source: str, names: set[str]) -> list[str]:
    """The calls in `source` of a function or method with one of `names`, each with its line."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", None))
            if called in names:
                found.append(f"line {node.lineno}: {ast.unparse(node.func)}")
    return found


SOURCES = dict(modules())
MATCHER = {module: source for module, source in SOURCES.items() if module.partition(".")[0] == "matcher"}


def test_every_room_is_read():
    rooms = {module.partition(".")[0] for module in SOURCES}
    assert rooms >= {"corpus", "indexer", "matcher", "web", "cli", "run"}
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages <= set(ROOMS), "a new package needs its place in MAY_IMPORT"


@pytest.mark.parametrize("module", SOURCES)
def test_only_the_arrows_of_the_architecture(module):
    assert wrong_imports(module, SOURCES[module]) == []


def test_the_matcher_loads_no_heavy_room():
    script = (
        "import importlib, pkgutil, sys, matcher\n"
        "for found in pkgutil.walk_packages(matcher.__path__, 'matcher.'): importlib.import_module(found.name)\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    loaded = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    strangers = {*STAYS_IN, "web", "indexer", "ledger", "cli", "run"}
    assert set(ast.literal_eval(loaded)) & strangers == set()


@pytest.mark.parametrize("module", MATCHER)
def test_the_matcher_reads_no_clock(module):
    assert calls(MATCHER[module], CLOCK) == []


@pytest.mark.parametrize("module", sorted(set(MATCHER) - {"matcher.tables"}))
def test_the_matcher_opens_no_file_but_at_its_edge(module):
    assert calls(MATCHER[module], FILES) == []


# ---------------------------------------------------------------- these tests can fail


@pytest.mark.parametrize(
    ("module", "source", "wrong"),
    [
        ("corpus.rules", "from matcher.truth import Verdict", ["corpus.rules -> matcher.truth"]),
        ("corpus.rules", "def late():\n    import sqlalchemy.orm", ["corpus.rules -> sqlalchemy.orm"]),
        ("corpus.storehouse", "import sqlalchemy", ["corpus.storehouse -> sqlalchemy"]),
        ("indexer.cut", "import matcher", ["indexer.cut -> matcher"]),
        ("matcher.match", "from indexer import search", ["matcher.match -> indexer"]),
        ("matcher.near", "import jieba", ["matcher.near -> jieba"]),
        ("ledger.auditing.audit", "import web.app", ["ledger.auditing.audit -> web.app"]),
        ("indexer.search", "from web import app", ["indexer.search -> web"]),
        ("web.app", "import click, whoosh.index", ["web.app -> click", "web.app -> whoosh.index"]),
        ("cli.serving", "import flask", ["cli.serving -> flask"]),
        ("run", "from web.app import create_app", ["run -> web.app"]),
        ("web.app", "if TYPE_CHECKING:\n    from run import main", ["web.app -> run"]),
        ("corpus.codes.regions", "from .. import store", []),
        ("corpus.store", "import sqlalchemy as sa", []),
        ("web.pages.search", "from flask import Blueprint\nfrom indexer.search import Index\nfrom . import home", []),
        ("cli.serving", "import click\nfrom web.app import create_app", []),
    ],
)
def test_a_made_up_import_is_judged(module, source, wrong):
    assert wrong_imports(module, source) == wrong


@pytest.mark.parametrize("source", ["date.today()", "datetime.now(tz)", "time.time()", "x = dt.date.today()"])
def test_a_made_up_clock_is_seen(source):
    assert calls(source, CLOCK)


@pytest.mark.parametrize("source", ["open('a')", "path.read_text()", "with Path('a').open() as file: pass"])
def test_a_made_up_file_is_seen(source):
    assert calls(source, FILES)
    assert not calls("as_of.year; opened(path); today", FILES | CLOCK)
