"""Reading in a process of its own, which can be stopped: what a hostile file does to a library stays there.

The process is kept and used for file after file; it is ended when it goes over the limits of time or memory, and when
the program ends.
"""

from __future__ import annotations

import atexit
import contextlib
import multiprocessing
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from corpus.model import Document
from indexer.formats.files import Refused, read_here
from indexer.formats.limits import LIMITS

_TICK, _ITEM, _DONE = "tick", "item", "done"


class _Worker:
    """A process that reads files, one at a time."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(target=_serve, args=(theirs,), daemon=True, name="huiqi-reader")
        self.process.start()
        theirs.close()

    def read(self, path: Path, *, ocr: bool) -> Iterator[Document | Refused]:
        """What the process reads in the file at `path`; Refused, and the process ended, where it overstays."""
        self._pipe.send((str(path), ocr))
        stall = LIMITS.stall_ocr if ocr else LIMITS.stall
        deadline = time.monotonic() + LIMITS.total + (LIMITS.stall_ocr if ocr else 0)
        while True:
            left = min(stall, deadline - time.monotonic())
            try:
                if left <= 0 or not self._pipe.poll(left):
                    self.end()
                    yield Refused(path.name, f"读了 {LIMITS.total:.0f} 秒以上还没有读完，已停止")
                    return
                kind, item = self._pipe.recv()
            except (EOFError, OSError):
                self.end()
                yield Refused(path.name, "读它时读取程序崩溃了，文件可能损坏")
                return
            if kind == _DONE:
                return
            if kind == _TICK:
                deadline += stall if ocr else LIMITS.per_page
            else:
                yield item

    def end(self) -> None:
        """Stop the process."""
        self.process.kill()
        self.process.join(5)
        self._pipe.close()

    @property
    def is_usable(self) -> bool:
        """Whether it can take another file."""
        return self.process.is_alive() and not self._pipe.closed


def _serve(pipe: Connection) -> None:
    """The process's own loop."""
    _limit_memory()
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            path, ocr = pipe.recv()
            for item in read_here(Path(path), ocr=ocr, tick=lambda: pipe.send((_TICK, None))):
                pipe.send((_ITEM, item))
            pipe.send((_DONE, None))


def _limit_memory() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (LIMITS.memory_bytes, LIMITS.memory_bytes))
    except (ImportError, ValueError, OSError):
        return  # no such limit on this system; the limit on time is left


_local = threading.local()


def read_isolated(path: Path, *, ocr: bool) -> Iterator[Document | Refused]:
    """What is in the file at `path`, read in this thread's reading process. Never raises for what the file holds."""
    worker: _Worker | None = getattr(_local, "worker", None)
    if worker is None or not worker.is_usable:
        worker = _local.worker = _Worker()
        atexit.register(worker.end)
    found = list(
        worker.read(path, ocr=ocr)
    )  # whole before it is handed on: an iterator left unread would block the pipe
    yield from found
