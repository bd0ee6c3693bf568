"""The index on disk: what is in it, how policies get in and out. Searching it is in `search`.

folder/format.json      who made it, which format and dictionary
folder/CURRENT          the name of the generation in use
folder/g0001/           Whoosh's files
folder/g0001/rank/…/    for each Whoosh segment its ranking matrix, its words in their places and the headers of its policies

A segment's matrix is written before Whoosh commits and never changes, so the commit of Whoosh's table of contents is
the one moment at which an update happens for both. Whoosh unpickles its schema when it opens an index: the folder must
be one that this program made on this machine; what comes with a backup or an upload is rebuilt, never opened.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh import index as whoosh_index
from whoosh.index import LockError
from whoosh.reading import SegmentReader

from corpus.errors import StoreError
from corpus.model import Policy
from indexer.search import arrays, lexicon, narrow
from indexer.search.analysis import pieces
from indexer.search.build import MatrixWriter, merge
from indexer.search.codec import Codec, rank_folder
from indexer.search.ranking import Matrix, weigh
from indexer.search.records import Header, content_hash, header, records
from indexer.search.schema import fields_of, schema

FORMAT = 6
_MADE_BY = "huiqi"


@cache
def signature() -> dict[str, Any]:
    """What an index must agree with to be used: the format, and the dictionary that its texts were cut with."""
    words = hashlib.sha256("\n".join((*lexicon.words(), *sorted(lexicon.stop_words()))).encode()).hexdigest()
    return {"made_by": _MADE_BY, "format": FORMAT, "dictionary": words}


class Files:
    """The index folder. Raises StoreError where it holds something that this program did not make."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._agreed: tuple[int, int] | None = None
        if folder.exists() and any(folder.iterdir()) and self._found().get("made_by") != _MADE_BY:
            raise StoreError(f"{folder} 不是本程序建立的索引目录，不会打开；请换一个目录，或清空后重建索引")

    def _found(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads((self.folder / "format.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found

    @property
    def needs_rebuild(self) -> bool:
        """Whether it was made by another version of the program or of its dictionary. An empty one was not."""
        return self.folder.exists() and any(self.folder.iterdir()) and self._found() != signature()

    @property
    def current(self) -> Path | None:
        """The folder of the generation in use; None in a new index."""
        if self.needs_rebuild:
            raise StoreError(f"索引 {self.folder} 由另一版本的程序或词典建立，请重建索引")
        return self._current()

    def _current(self) -> Path | None:
        try:
            return self.folder / (self.folder / "CURRENT").read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None

    def version(self) -> tuple[str, int] | None:
        """The name of the generation in use and the number of its last commit, None in a new index.

        Asked before every search: who made the index is looked at again only when `format.json` is another file.
        """
        try:
            made = (self.folder / "format.json").stat()
            stamp = made.st_ino, made.st_mtime_ns
        except FileNotFoundError:
            stamp = None
        generation = self._current() if stamp and stamp == self._agreed else self.current
        if generation is None:
            return None
        self._agreed = stamp
        names = os.listdir(generation)  # noqa: PTH208 - a third of the cost of Path.iterdir
        commits = [int(name[6:-4]) for name in names if name.startswith("_MAIN_") and name.endswith(".toc")]
        return generation.name, max(commits)

    def create(self) -> Path:
        """An empty generation, not yet in use."""
        self.folder.mkdir(parents=True, exist_ok=True)
        taken = [int(path.name[1:]) for path in self.folder.glob("g[0-9]*")]
        path = self.folder / f"g{max(taken, default=0) + 1:04d}"
        path.mkdir()
        whoosh_index.create_in(str(path), schema())
        return path

    def use(self, generation: Path) -> None:
        """Make `generation` the one in use, in one step, and drop the others."""
        _replace(self.folder / "format.json", json.dumps(signature()))
        _replace(self.folder / "CURRENT", generation.name)
        for path in self.folder.glob("g[0-9]*"):
            if path != generation:
                shutil.rmtree(path, ignore_errors=True)


def _replace(path: Path, text: str) -> None:
    beside = path.with_name(path.name + ".new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def read_headers(folder: Path) -> list[Header]:
    """The headers of a segment's policies, in the matrix's order."""
    return [_read_header(entry) for entry in json.loads((folder / "policies.json").read_text(encoding="utf-8"))]


def _read_header(entry: dict[str, Any]) -> Header:
    for name in ("issued_on", "effective_from", "expires_on", "withdrawn_on"):
        if entry[name]:
            entry[name] = date.fromisoformat(entry[name])
    entry |= {name: tuple(value) for name, value in entry.items() if isinstance(value, list)}
    return Header(**entry)


def _write_headers(folder: Path, headers: Sequence[Header]) -> None:
    entries = [dataclasses.asdict(entry) for entry in headers]
    (folder / "policies.json").write_text(json.dumps(entries, ensure_ascii=False, default=str), encoding="utf-8")


@contextmanager
def _writer(generation: Path) -> Iterator[Any]:
    opened = whoosh_index.open_dir(str(generation))
    try:
        writer = opened.writer(codec=Codec())
    except LockError:
        raise StoreError(f"索引 {generation.parent} 正被另一个进程更新，请稍后再试") from None
    try:
        yield writer
    except BaseException:
        writer.cancel()
        raise
    finally:
        opened.close()


def write(generation: Path, policies: Iterable[Policy], gone: Iterable[str] = ()) -> int:
    """Put `policies` into the index in place of those of the same ids, take out `gone`; how many policies were written.

    What is already there word for word is left alone. Seen by searches all at once, when it is done.
    """
    with _writer(generation) as writer:
        known = _known(generation, writer.segments)
        new: dict[str, Policy] = {}
        for policy in policies:
            if known.get(policy.id) != content_hash(policy):
                new[policy.id] = policy
            else:
                new.pop(policy.id, None)
        out = {*gone, *new} & known.keys()
        if not new and not out:
            writer.cancel()
            return 0
        for identity in out:
            writer.delete_by_term("policy", identity)
        parts: list[tuple[Matrix, list[Header], npt.NDArray[np.bool_]]] = []
        folder = rank_folder(generation, writer.newsegment.segment_id())
        if new:
            _add(writer, new.values(), folder)
            parts.append((Matrix(folder), read_headers(folder), np.ones(writer.docnum, dtype=bool)))

        def merged(writer: Any, segments: Sequence[Any]) -> list[Any]:
            kept = list(segments)
            while kept and (kept[-1].doc_count_all() <= 2 * writer.docnum or _mostly_gone(kept[-1])):
                segment = kept.pop()
                live = np.ones(segment.doc_count_all(), dtype=bool)
                live[list(segment.deleted_docs())] = False
                if live.any():
                    old = rank_folder(generation, segment.segment_id())
                    parts.append((Matrix(old), read_headers(old), live))
                    reader = SegmentReader(writer.storage, writer.schema, segment)
                    writer.add_reader(reader)
                    reader.close()
            if len(parts) > 1 or (parts and not new):
                _merge(parts, folder)
            if parts:
                narrow.write(folder)
            ids = [segment.segment_id() for segment in kept] + ([writer.newsegment.segment_id()] if parts else [])
            weigh([Matrix(rank_folder(generation, identity)) for identity in ids])
            return kept

        writer.commit(mergetype=merged)
    _sweep(generation)
    return len(new)


def _mostly_gone(segment: Any) -> bool:
    return bool(segment.deleted_count() * 2 > segment.doc_count_all())


def _merge(parts: Sequence[tuple[Matrix, list[Header], npt.NDArray[np.bool_]]], folder: Path) -> None:
    headers = [
        entry
        for matrix, entries, live in parts
        for entry, start in zip(entries, matrix.starts, strict=True)
        if live[start]
    ]
    merge([(matrix.folder, live) for matrix, _, live in parts], folder)
    _write_headers(folder, headers)


def _add(writer: Any, policies: Iterable[Policy], folder: Path) -> None:
    matrix, headers = MatrixWriter(folder), []
    for policy in policies:
        about = header(policy)
        headers.append(about)
        members = []
        for record in records(policy):
            heading, text = (tuple(pieces(said)) for said in (record.heading, record.text))
            writer.add_document(**fields_of(record, about, text))
            members.append((record.kind, heading, text))
        matrix.add_policy(members)
    matrix.write()
    _write_headers(folder, headers)


def _known(generation: Path, segments: Sequence[Any]) -> dict[str, str]:
    known = {}
    for segment in segments:
        folder = rank_folder(generation, segment.segment_id())
        starts = arrays.read(folder, "starts")
        for entry, start in zip(read_headers(folder), starts, strict=True):
            if not segment.is_deleted(int(start)):
                known[entry.id] = entry.sha256
    return known


def _sweep(generation: Path) -> None:
    """Remove the matrices of segments that are no more. A reader that still has one open keeps what it has open."""
    opened = whoosh_index.open_dir(str(generation))
    live = {segment.segment_id() for segment in opened._segments()}  # noqa: SLF001 - Whoosh has no public list of its segments
    opened.close()
    for path in (generation / "rank").iterdir():
        if path.name not in live:
            shutil.rmtree(path, ignore_errors=True)
