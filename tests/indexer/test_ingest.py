"""Files taken in: the same twice, by any number of processes, after a break, and what is refused or unread."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from corpus.errors import InputError
from corpus.model import All, Benefit, Clause, Fixed, Measure, Policy
from corpus.store import Store
from indexer.harvest import sound
from indexer.ingest import ingest, list_files

ROOT = Path(__file__).resolve().parent.parent.parent


def notice(name: str, number: int, amount: str = "20万元", more: str = "") -> str:
    return f"""某市人民政府关于印发{name}的通知
某政〔2023〕{number}号
各县区人民政府：
一、支持对象。在本市注册的规模以上工业企业。
二、支持标准。对年度研发投入占比不低于5%的企业，给予一次性奖励{amount}。
三、办理部门。由市工业和信息化局受理，市财政局拨付。{more}
本办法自2023年6月1日起施行，有效期至2026年12月31日。
某市人民政府
2023年5月20日
"""


@pytest.fixture
def store(tmp_path):
    made = Store(tmp_path / "data")
    yield made
    made.close()


def file(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def take(store, *files, **how):
    return list(ingest(store, list(files), ocr=False, **how))


def state(store):
    """All that the store holds, but for what counts how it came to that."""
    documents = [(d.path, d.sha256, d.reason, d.notices, store.paths(d.sha256)) for d in store.documents()]
    return documents, sorted(store.policies(), key=lambda p: p.id), {p.id: store.places(p.id) for p in store.policies()}


# ---------------------------------------------------------------- the same twice


def test_again_is_no_work_and_changes_nothing(store, tmp_path):
    path = file(tmp_path, "a.txt", notice("某市研发奖励办法", 1))
    assert [one.status for one in take(store, path)] == ["indexed"]
    before = state(store), store.revision()
    assert [one.status for one in take(store, path)] == ["unchanged"]
    assert (state(store), store.revision()) == before


def test_the_same_bytes_in_two_places_are_one_document(store, tmp_path):
    files = [file(tmp_path, name, notice("某市研发奖励办法", 1)) for name in ("a.txt", "b/a.txt")]
    assert [one.status for one in take(store, *files)] == ["indexed", "unchanged"]
    (document,) = store.documents()
    assert sorted(store.paths(document.sha256)) == sorted(map(str, files))
    assert [one.status for one in take(store, *files)] == ["unchanged", "unchanged"]


def test_a_copy_stays_when_the_first_place_gets_other_words(store, tmp_path):
    files = [file(tmp_path, name, notice("某市研发奖励办法", 1)) for name in ("a.txt", "b.txt")]
    take(store, *files)
    file(tmp_path, "a.txt", notice("某市人才奖励办法", 2))
    take(store, *files)
    assert sorted(Path(d.path).name for d in store.documents()) == ["a.txt", "b.txt"]
    assert len(store.policies()) == 2


def test_the_same_policy_in_two_files_is_kept_once_with_both_places(store, tmp_path):
    plain = notice("某市研发奖励办法", 1)
    cosmetic = plain.replace("，", ", ").replace("〔2023〕", "[2023]").replace("20万元", "20 万元").replace("5%", "5％")
    first, second = file(tmp_path, "甲汇编.txt", plain), file(tmp_path, "乙汇编.txt", cosmetic)
    _, taken = take(store, first, second)
    (kept,) = store.policies()
    assert [policy.id for policy in taken.received.policies] == [kept.id]
    assert [(Path(p.path).name, p.kept) for p in store.places(kept.id)] == [("甲汇编.txt", True), ("乙汇编.txt", False)]
    assert len({m.id for p in store.policies() for m in p.measures}) == len(kept.measures) > 0
    assert [p.id for p in store.document(taken.received.sha256).policies] == [kept.id]


@pytest.mark.parametrize(
    "other",
    [
        notice("某市研发奖励办法", 1, amount="2.0万元"),
        notice("某市研发奖励办法", 1, amount="30万元"),
        notice("某市研发奖励办法", 1).replace("不低于5%", "不低于5‰"),
        notice("某市研发奖励办法", 1).replace("不低于", "低于"),
        notice("某市研发奖励办法", 1, more="每年一次。"),
        notice("某市研发奖励办法", 7),
    ],
)
def test_what_says_something_else_is_kept_apart(store, tmp_path, other):
    take(store, file(tmp_path, "a.txt", notice("某市研发奖励办法", 1)), file(tmp_path, "b.txt", other))
    assert len(store.policies()) == 2
    assert len({policy.id for policy in store.policies()}) == 2


def test_another_place_takes_over_when_the_first_file_says_something_else(store, tmp_path):
    first = file(tmp_path, "a.txt", notice("某市研发奖励办法", 1))
    second = file(tmp_path, "b.txt", "\n" + notice("某市研发奖励办法", 1))
    take(store, first, second)
    (before,) = store.policies()
    file(tmp_path, "a.txt", notice("某市人才奖励办法", 2))
    take(store, first)
    kept = store.policy(before.id)
    assert (kept.title, kept.clauses, kept.measures) == (before.title, before.clauses, before.measures)
    assert [(Path(p.path).name, p.kept) for p in store.places(before.id)] == [("b.txt", True)]


def test_an_edited_file_keeps_the_ids_of_its_policies(store, tmp_path):
    path = file(tmp_path, "a.txt", notice("某市研发奖励办法", 1))
    (before,) = take(store, path)
    file(tmp_path, "a.txt", notice("某市研发奖励办法", 1, amount="30万元"))
    (after,) = take(store, path)
    assert [p.id for p in after.received.policies] == [p.id for p in before.received.policies]
    assert len(store.policies()) == 1


# ---------------------------------------------------------------- who ends whom


def test_what_a_later_file_ends_is_over_in_the_store(store, tmp_path):
    old = file(tmp_path, "old.txt", notice("某市研发奖励办法", 1))
    new = file(
        tmp_path, "new.txt", notice("某市创新奖励办法", 9, more="《某市研发奖励办法》（某政〔2023〕1号）同时废止。")
    )
    take(store, old)
    assert store.policies()[0].withdrawn is None
    take(store, new)
    ended = next(p for p in store.policies() if p.doc_no == "某政〔2023〕1号")
    assert "某市创新奖励办法" in ended.withdrawn
    assert ended.withdrawn_on == date(2023, 6, 1)
    file(tmp_path, "new.txt", notice("某市创新奖励办法", 9))
    take(store, new)
    assert all(p.withdrawn is None for p in store.policies())


# ---------------------------------------------------------------- refused


def test_a_refused_file_stays_by_name_until_it_can_be_read(store, tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.4 half")
    (taken,) = take(store, path)
    assert taken.status == "refused"
    (kept,) = store.documents()
    assert (kept.path, kept.reason) == (str(path), taken.problems[0])
    assert [one.status for one in take(store, path)] == ["refused"]
    path.write_text(notice("某市研发奖励办法", 1), encoding="utf-8")
    path.rename(tmp_path / "a.txt")
    take(store, tmp_path / "a.txt")
    assert {Path(d.path).name: bool(d.reason) for d in store.documents()} == {"a.pdf": True, "a.txt": False}


def test_what_was_good_stays_when_the_new_bytes_are_refused(store, tmp_path):
    path = file(tmp_path, "a.txt", notice("某市研发奖励办法", 1))
    take(store, path)
    path.write_bytes(bytes(range(256)) * 40)
    assert [one.status for one in take(store, path)] == ["refused"]
    assert len(store.policies()) == 1
    assert len(store.documents()) == 2


def test_a_missing_path_is_named(tmp_path):
    with pytest.raises(InputError, match=r"没有.txt"):
        list_files([tmp_path / "没有.txt"])


def test_a_draft_that_went_wrong_takes_nothing_with_it():
    policy = Policy("p", "某市办法", clauses=(Clause("一", "一、奖励1元。"),))
    good = Measure("p#一-1", "奖励", All(), Benefit("one_off_grant", Fixed(1.0)), review="draft")
    kept, notices = sound(policy, [good, good, replace(good, id="p#一-2", clauses=("没有",))])
    assert [measure.id for measure in kept] == ["p#一-1", "p#一-1.2"]
    assert [notice.kind for notice in notices] == ["doubtful"]
    assert "奖励" in notices[0].text


# ---------------------------------------------------------------- many processes, and a break


def folder_of(tmp_path: Path, count: int) -> list[Path]:
    names = ("研发", "人才", "技改", "出口", "用工", "上市")
    files = [
        file(tmp_path, f"in/{n:02}.txt", notice(f"某市{names[n % 6]}奖励办法（{n}）", n + 1)) for n in range(count)
    ]
    files.append(file(tmp_path, "in/95-same.txt", "\n" + notice("某市研发奖励办法（0）", 1)))
    broken = tmp_path / "in/96-broken.pdf"
    broken.write_bytes(b"%PDF-1.4")
    ends = notice("某市新办法", 99, more="《某市人才奖励办法（1）》（某政〔2023〕2号）同时废止。")
    return [*files, broken, file(tmp_path, "in/97-ends.txt", ends)]


def test_one_process_and_two_give_the_same(tmp_path):
    files = folder_of(tmp_path, 12)
    found = []
    for workers in (1, 2):
        store = Store(tmp_path / f"by-{workers}")
        took = [(one.status, one.received, one.problems) for one in take(store, *files, workers=workers)]
        found.append((took, state(store)))
        store.close()
    assert found[0] == found[1]


_TAKE_IN = """
import sys, time
from pathlib import Path
from corpus.store import Store
from indexer.ingest import ingest, list_files
for taken in ingest(Store(Path(sys.argv[1])), list_files([Path(sys.argv[2])]), ocr=False, workers=2):
    print(taken.status, flush=True)
    time.sleep(0.05)
"""


def test_killed_in_the_middle_and_started_again(tmp_path):
    files = folder_of(tmp_path, 12)
    whole = Store(tmp_path / "whole")
    take(whole, *files)
    command = [sys.executable, "-c", _TAKE_IN, str(tmp_path / "broken"), str(tmp_path / "in")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    for _ in range(4):
        process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    process.stdout.close()
    again = Store(tmp_path / "broken")
    held = len(again.documents())
    assert 4 <= held < len(files)
    statuses = [one.status for one in take(again, *files)]
    assert statuses[:4] == ["unchanged"] * 4
    assert state(again) == state(whole)
    again.close()
    whole.close()


def test_the_processes_end_with_whoever_started_them(tmp_path):
    folder_of(tmp_path, 4)
    command = [sys.executable, "-c", _TAKE_IN, str(tmp_path / "data"), str(tmp_path / "in")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    process.stdout.readline()
    helpers = _children(process.pid)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    process.stdout.close()
    deadline = time.monotonic() + 10
    while any(map(_runs, helpers)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert helpers or not Path("/proc").exists()
    assert not any(map(_runs, helpers))


def _children(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found.append(int(stat.parent.name))
    return found


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
