"""The data folder in one file, and back: the database as one consistent copy, the original documents, and what people
said of hits.

The index is left out: it is derived, and an index folder is only ever one that the program made itself.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
import zipfile
from pathlib import Path

from corpus.errors import InputError, Problem, StoreError
from corpus.store import LAYOUT, Store

DATABASE = "huiqi.db"
MANIFEST = "manifest.json"
VOTES = "votes.jsonl"
"""有用 / 没用, a line each (`indexer.search.judgements`); only there once somebody has voted."""


def backup(store: Store, target: Path) -> int:
    """Write everything `store` keeps into `target` (a zip file); how many documents are in it.

    A store that is in use may be backed up: the copy is of one moment. Raises StoreError for a database server,
    which has its own tools.
    """
    if store.engine.dialect.name != "sqlite" or store.engine.url.database is None:
        raise StoreError("数据库在服务器上，请用数据库自带的备份工具（如 pg_dump），再复制数据目录里的 documents")
    documents = sorted(path for path in store.files.iterdir() if path.is_file())
    unfinished = target.with_name(target.name + ".part")
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        copy = Path(folder) / DATABASE
        with sqlite3.connect(store.engine.url.database) as source, sqlite3.connect(copy) as sink:
            source.backup(sink)
        source.close()
        sink.close()
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(MANIFEST, json.dumps({"program": "huiqi", "layout": LAYOUT, "documents": len(documents)}))
            archive.write(copy, DATABASE)
            if (votes := store.folder / VOTES).exists():
                # A line that was cut off, or is just being written, counts nowhere.
                archive.writestr(
                    VOTES, b"".join(line for line in votes.read_bytes().splitlines(keepends=True) if _whole(line))
                )
            for path in documents:
                archive.write(path, f"documents/{path.name}")
    unfinished.replace(target)
    return len(documents)


def restore(source: Path, folder: Path) -> int:
    """Put what `backup` wrote into the data folder `folder`, which must hold no database yet; how many documents came.

    Raises InputError where `source` is no backup of this program's or of another layout, or where `folder` is in use.
    """
    if (folder / DATABASE).exists():
        raise InputError(Problem(str(folder), "已有数据库", "空的数据目录", "用 --data 指定一个新目录"))
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = json.loads(archive.read(MANIFEST))
            if manifest.get("program") != "huiqi" or manifest.get("layout") != LAYOUT:
                raise InputError(
                    Problem(MANIFEST, f"找到 {manifest}", f"本程序版本 {LAYOUT} 的备份", source=source.name)
                )
            names = [name for name in archive.namelist() if name != MANIFEST]
            return _unpack(archive, names, folder, source)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise InputError(
            Problem("文件", f"不是备份，或已损坏（{error}）", "run.py backup 写出的文件", source=source.name)
        ) from error


def _unpack(archive: zipfile.ZipFile, names: list[str], folder: Path, source: Path) -> int:
    for name in names:
        parent, _, plain = name.rpartition("/")
        inside = parent == "documents" and plain not in ("", ".", "..")
        if not inside and name not in (DATABASE, VOTES):
            raise InputError(Problem(name, "备份里不该有的文件", f"{DATABASE} 和 documents/", source=source.name))
    if (damaged := archive.testzip()) is not None:
        raise InputError(Problem(damaged, "已损坏", "完好的备份", source=source.name))
    lines = archive.read(VOTES).splitlines(keepends=True) if VOTES in names else []
    for no, line in enumerate(lines, 1):
        if not _whole(line):
            raise InputError(Problem(f"{VOTES}，第 {no} 行", "读不出来", "每行一次评价", source=source.name))
    (folder / "documents").mkdir(parents=True, exist_ok=True)
    # The database comes last: a restore that was cut short leaves a folder that can be restored into again.
    for name in sorted(names, key=lambda name: name == DATABASE):
        unfinished = folder / f"{name}.part"
        with archive.open(name) as packed, unfinished.open("wb") as out:
            shutil.copyfileobj(packed, out)
        unfinished.replace(folder / name)
    return sum(name.startswith("documents/") for name in names)


def _whole(line: bytes) -> bool:
    """Whether a line of VOTES says something, to its end."""
    try:
        return line.endswith(b"\n") and {"query", "policy", "useful", "on"} <= json.loads(line).keys()
    except (ValueError, AttributeError, RecursionError):
        return False
