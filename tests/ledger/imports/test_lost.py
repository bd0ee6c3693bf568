"""Nothing is lost and nothing is half there: a program killed at work, a full disk, a lost connection, two at one row."""

from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from corpus.errors import InputError
from ledger.facts import origins, put_right
from ledger.imports.register import register
from ledger.imports.uptake import import_steps
from ledger.layout import enterprises, steps
from ledger.tables import Ledger
from tests.ledger.world import AS_OF, write_jsonl

ROOT = Path(__file__).resolve().parents[3]
AT = datetime.fromisoformat("2024-06-30T09:00")
ROWS = 22_000
# Imports a file slowly enough to be hit at work, and says when it has written its first blocks.
WORKER = """
import sys, time
from datetime import date
from pathlib import Path
import sqlalchemy as sa
from ledger.imports import register
from ledger.imports import uptake
from ledger.tables import Ledger
what, url, path, wait = sys.argv[1:]
engine = sa.create_engine(url)
ledger = Ledger(engine)
_reads = {"register": (register, "json_lines"), "uptake": (uptake, "read_records")}
module, name = _reads[what]
read = getattr(module, name)
def slowly(*rest):
    for no, row in enumerate(read(*rest)):
        if no == 21_000:
            print("at work", flush=True)
            time.sleep(float(wait))
        yield row
setattr(module, name, slowly)
if what == "register":
    print(register.register(ledger, Path(path), date(2024, 6, 30)).taken)
else:
    print(uptake.import_steps(ledger, Path(path), ["m"]).taken)
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("files")
    people = [{"id": f"e{i}", "name": f"企业{i}", "facts": {"region": "419001"}} for i in range(ROWS)]
    taken = [
        {"enterprise_id": "e0", "measure_id": "m", "step": "paid", "on": "2024-06-01", "amount": i} for i in range(ROWS)
    ]
    return {"register": write_jsonl(folder / "e.jsonl", people), "uptake": write_jsonl(folder / "u.jsonl", taken)}


def url_of(ledger: Ledger) -> str:
    return ledger.engine.url.render_as_string(hide_password=False)


def start(ledger: Ledger, what: str, path: Path, wait: float = 60) -> subprocess.Popen:
    command = [sys.executable, "-c", WORKER, what, url_of(ledger), str(path), str(wait)]
    worker = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert worker.stdout.readline() == "at work\n"
    return worker


def count(ledger: Ledger, what: str) -> int:
    with ledger.begin() as connection:
        return ledger.count(connection, {"register": enterprises, "uptake": steps}[what])


def bring_in(ledger: Ledger, what: str, path: Path) -> int:
    return register(ledger, path, AS_OF).new if what == "register" else import_steps(ledger, path, ["m"]).new


def before(ledger: Ledger, what: str, tmp_path: Path) -> int:
    """How many rows there are before: of the register none, of the steps none but their enterprise is there."""
    if what == "uptake":
        register(ledger, write_jsonl(tmp_path / "one.jsonl", [{"id": "e0", "facts": {}}]), AS_OF)
    return count(ledger, what)


@pytest.mark.parametrize("what", ["register", "uptake"])
def test_a_program_killed_in_the_middle_of_an_import(
    ledger: Ledger, tmp_path: Path, files: dict[str, Path], what: str
) -> None:
    held = before(ledger, what, tmp_path)
    worker = start(ledger, what, files[what])
    worker.send_signal(signal.SIGKILL)
    worker.communicate()
    again = Ledger(ledger.engine)
    assert count(again, what) == held
    assert bring_in(again, what, files[what]) == ROWS
    assert bring_in(again, what, files[what]) == 0
    assert count(again, what) == held + ROWS


def test_a_full_disk(tmp_path: Path, files: dict[str, Path]) -> None:
    """The file may not grow past 2 MB: the import fails with words, nothing of it stays, and there being room it goes on."""
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    register(Ledger(sa.create_engine(url)), write_jsonl(tmp_path / "one.jsonl", [{"id": "old", "facts": {}}]), AS_OF)
    script = (
        "import resource, signal, sys; from datetime import date; from pathlib import Path; import sqlalchemy as sa\n"
        "from corpus.errors import StoreError; from ledger.imports.register import register; from ledger.tables import Ledger\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))\n"
        "try:\n    register(Ledger(sa.create_engine(sys.argv[1])), Path(sys.argv[2]), date(2024, 6, 30))\n"
        "except StoreError as error:\n    sys.exit(f'told: {error}')\n"
    )
    command = [sys.executable, "-c", script, url, str(files["register"])]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "told: 台账读不出或写不进" in done.stderr, done.stderr
    ledger = Ledger(sa.create_engine(url))
    assert [row.id for row in ledger.registered()] == ["old"]
    with ledger.begin() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    assert register(ledger, files["register"], AS_OF).new == ROWS


@pytest.mark.parametrize("what", ["register", "uptake"])
def test_a_connection_lost_in_the_middle_of_an_import(
    ledger: Ledger, tmp_path: Path, files: dict[str, Path], what: str
) -> None:
    if ledger.engine.dialect.name != "postgresql":
        pytest.skip("SQLite 没有可断的连接")
    held = before(ledger, what, tmp_path)
    worker = start(ledger, what, files[what], wait=1)
    with ledger.engine.connect() as connection:
        ended = connection.exec_driver_sql(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND state <> 'idle'"
        ).scalar()
    assert ended
    _, said = worker.communicate()
    assert worker.returncode == 1
    assert "StoreError: 台账读不出或写不进" in said
    assert count(ledger, what) == held
    assert bring_in(ledger, what, files[what]) == ROWS


def test_another_program_waits_or_is_told(ledger: Ledger, tmp_path: Path, files: dict[str, Path]) -> None:
    """While an import is at work a small change waits for it, and then both are there."""
    register(ledger, write_jsonl(tmp_path / "one.jsonl", [{"id": "old", "facts": {}}]), AS_OF)
    worker = start(ledger, "register", files["register"], wait=0.5)
    put_right(ledger, "old", "patents", 3, source="走访", on=AS_OF, by="张三", at=AT)
    out, said = worker.communicate()
    assert (out.strip(), worker.returncode) == (str(ROWS), 0), said
    assert count(ledger, "register") == ROWS + 1
    assert ledger.enterprise("old").profile["facts"] == {"patents": 3}


# ---------------------------------------------------------------- two people at one enterprise


def test_who_comes_second_is_shown_what_the_first_did(ledger: Ledger, tmp_path: Path) -> None:
    """Both opened the page with 3 patents; the first makes it 5, the second 7: the second is told, nothing is lost."""
    register(ledger, write_jsonl(tmp_path / "e.jsonl", [{"id": "e", "facts": {"patents": 3}}]), AS_OF)
    told = {"source": "走访", "on": AS_OF, "at": AT}
    put_right(ledger, "e", "patents", 5, by="张三", seen=3, **told)
    with pytest.raises(InputError, match=r"有效专利数：张三 在 2024-06-30 刚改过，现在是 5；应为您看到的 3"):
        put_right(ledger, "e", "patents", 7, by="李四", seen=3, **told)
    assert ledger.enterprise("e").profile["facts"] == {"patents": 5}
    assert origins(ledger, "e")["patents"].by == "张三"
    put_right(ledger, "e", "patents", 7, by="李四", seen=5, **told)
    assert ledger.enterprise("e").profile["facts"] == {"patents": 7}


def test_of_many_who_saw_the_same_one_gets_through(ledger: Ledger, tmp_path: Path) -> None:
    register(ledger, write_jsonl(tmp_path / "e.jsonl", [{"id": "e", "facts": {"patents": 3}}]), AS_OF)

    def change(no: int) -> int | None:
        try:
            put_right(ledger, "e", "patents", 10 + no, source="走访", on=AS_OF, by=f"{no}", at=AT, seen=3)
        except InputError:
            return None
        return 10 + no

    with ThreadPoolExecutor(6) as pool:
        through = [made for made in pool.map(change, range(6)) if made is not None]
    assert len(through) == 1
    assert ledger.enterprise("e").profile["facts"]["patents"] == through[0]
