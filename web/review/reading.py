"""Originals read again for the eye: line by line, kept on disk, because a book takes seconds to read."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from functools import cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from corpus.model import Document, Line
from indexer.formats import Refused, read_file
from web.review.book import Book, Kind, Row, make_book

if TYPE_CHECKING:
    from corpus.store import Received, Store

KEPT = 4
STRUCTURED = ("application/json", "application/yaml", "application/jsonl")


class Reader:
    """Reads originals. What was read by the same program before comes from `cache`, the last few from memory."""

    def __init__(self, store: Store, cache: Path) -> None:
        self._store = store
        self._cache = cache
        self._last: OrderedDict[str, tuple[Row, ...]] = OrderedDict()
        self._one_at_a_time = Lock()
        self._open: tuple[int, Received, Book] | None = None

    def book(self, sha256: str) -> tuple[Received, Book] | None:
        """The document with this hash beside what was cut out of it; None where it never came.

        The one last looked at is kept until the store changes.
        """
        revision = self._store.revision()
        known = self._open
        if known is not None and known[0] == revision and known[1].sha256 == sha256:
            return known[1:]
        received = self._store.document(sha256)
        if received is None:
            return None
        book = make_book(self.rows(received), received.policies, received.notices)
        self._open = (revision, received, book)
        return received, book

    def rows(self, received: Received) -> tuple[Row, ...]:
        """The lines of `received` as read; empty where it has no text of its own or the original is not kept."""
        if received.media_type in STRUCTURED:
            return ()
        with self._one_at_a_time:
            rows = self._last.pop(received.sha256, None)
            if rows is None:
                rows = self._kept(received)
            self._last[received.sha256] = rows
            while len(self._last) > KEPT:
                self._last.popitem(last=False)
            return rows

    def _kept(self, received: Received) -> tuple[Row, ...]:
        path = self._cache / f"{received.sha256}-{_program()}.json"
        try:
            return tuple(Row(*row) for row in json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            rows = self._read(received)
        self._cache.mkdir(parents=True, exist_ok=True)
        for outdated in self._cache.glob(f"{received.sha256}-*.json"):
            outdated.unlink(missing_ok=True)
        beside = path.with_suffix(".new")
        beside.write_text(json.dumps([row.as_list() for row in rows], ensure_ascii=False), encoding="utf-8")
        beside.replace(path)
        return rows

    def _read(self, received: Received) -> tuple[Row, ...]:
        original = self._store.original(received)
        if original is None:
            return ()
        rows: list[Row] = []
        ocr = any(notice.kind == "ocr" for notice in received.notices)
        for read in read_file(original, ocr=ocr):
            if isinstance(read, Refused):
                rows.append(Row(f"{read.name}：{read.reason}", None, "refused"))
            else:
                rows.extend(_rows(read))
        return tuple(rows)


def _rows(document: Document) -> list[Row]:
    rows = []
    for block in document.blocks:
        if isinstance(block, Line):
            kind: Kind = "ocr" if block.confidence is not None else "head" if block.level is not None else "line"
            rows.append(Row(block.text, block.page, kind))
        else:
            rows.extend(Row("｜".join(_once(cells)), block.page, "table") for cells in block.rows)
    return rows


def _once(cells: tuple[str, ...]) -> list[str]:
    """The cells of a row, one that was merged over several columns once."""
    return [cell for i, cell in enumerate(cells) if i == 0 or cell != cells[i - 1]]


@cache
def _program() -> str:
    """What tells the readers of this program from those of another version: a digest of their source."""
    digest = hashlib.sha256()
    for part in sorted(files("indexer").joinpath("formats").iterdir(), key=lambda part: part.name):
        if part.name.endswith(".py"):
            digest.update(part.read_bytes())
    return digest.hexdigest()[:12]
