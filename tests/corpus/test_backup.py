"""Everything the store keeps in one file, and back; what is no backup is refused and nothing is left half done."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from corpus.backup import backup, restore
from corpus.errors import InputError
from corpus.model import All, Measure, Policy
from corpus.store import Received, Store, sha256

POLICY = Policy("p", "关于支持企业的通知", measures=(Measure("m", "奖励", All()),))


@pytest.fixture
def store(tmp_path: Path):
    store = Store(tmp_path / "data")
    store.put(Received("a.txt", sha256(b"a"), "text/plain", policies=(POLICY,)), b"a")
    yield store
    store.close()


def test_what_comes_back_is_what_was_kept(store, tmp_path):
    assert backup(store, tmp_path / "b.zip") == 1
    assert restore(tmp_path / "b.zip", tmp_path / "new") == 1
    again = Store(tmp_path / "new")
    assert again.policies() == store.policies()
    assert [path.read_bytes() for path in again.files.iterdir()] == [b"a"]
    again.close()


def test_votes_come_back_but_for_lines_that_were_cut_off(store, tmp_path):
    vote = b'{"query": "q", "policy": "p", "useful": true, "on": "2024-06-30"}\n'
    (store.folder / "votes.jsonl").write_bytes(vote + b'{"query": "q"\n' + vote + vote[:20])
    assert backup(store, tmp_path / "b.zip") == 1
    assert restore(tmp_path / "b.zip", tmp_path / "new") == 1
    assert (tmp_path / "new" / "votes.jsonl").read_bytes() == vote + vote


@pytest.mark.parametrize("line", [b"\xff\n", b"[]\n", b'{"query": "q"}\n', b"[" * 9999 + b"\n"])
def test_votes_that_are_none_are_refused(store, tmp_path, line):
    backup(store, tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip", "a") as archive:
        archive.writestr("votes.jsonl", line)
    with pytest.raises(InputError, match=r"votes.jsonl，第 1 行"):
        restore(tmp_path / "b.zip", tmp_path / "new")
    assert not (tmp_path / "new" / "huiqi.db").exists()


def test_a_folder_in_use_is_left_alone(store, tmp_path):
    backup(store, tmp_path / "b.zip")
    with pytest.raises(InputError, match="已有数据库"):
        restore(tmp_path / "b.zip", store.folder)


@pytest.mark.parametrize(
    ("name", "words"),
    [("../evil", "不该有"), ("documents/../../evil", "不该有"), ("index/x", "不该有"), ("documents/", "不该有")],
)
def test_a_file_that_would_land_elsewhere_is_refused(store, tmp_path, name, words):
    backup(store, tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip", "a") as archive:
        archive.writestr(name, b"x")
    with pytest.raises(InputError, match=words):
        restore(tmp_path / "b.zip", tmp_path / "new")
    assert not (tmp_path / "evil").exists()
    assert not (tmp_path / "new" / "huiqi.db").exists()


def test_another_program_s_zip_and_noise_are_refused(tmp_path):
    (tmp_path / "noise.zip").write_bytes(b"noise")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("readme", b"x")
    for name in ("noise.zip", "other.zip", "absent.zip"):
        with pytest.raises(InputError, match="不是备份"):
            restore(tmp_path / name, tmp_path / "new")
