"""Reading in a process of its own, which can be stopped: what a hostile file does to a library stays there.

The process is kept and used for file after file; it is ended when it goes over the limits of time or memory, and when
the program ends.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue

from corpus.model import Document
from indexer.formats.files import Refused, read_here
from indexer.formats.limits import LIMITS, Limits

_ROOT = Path(__file__).resolve().parent.parent.parent
_TICK, _ITEM, _DONE = "tick", "item", "done"


class _Worker:
    """A process that reads files, one at a time."""

    def __init__(self) -> None:
        self._pipe, theirs = Pipe()
        paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        # Not multiprocessing's spawn: that runs the caller's main module again.
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own words
            [sys.executable, "-c", f"from indexer.formats.isolate import serve; serve({theirs.fileno()})"],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,  # a library that dies says so at length; the file is refused either way
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )
        theirs.close()

    def read(self, path: Path, *, ocr: bool, limits: Limits) -> Iterator[Document | Refused]:
        """What the process reads in the file at `path`; Refused, and the process ended, where it overstays."""
        self._pipe.send((str(path), ocr))
        stall = limits.stall_ocr if ocr else limits.stall
        deadline = time.monotonic() + limits.total + (limits.stall_ocr if ocr else 0)
        while True:
            left = min(stall, deadline - time.monotonic())
            try:
                if left <= 0 or not self._pipe.poll(left):
                    self.end()
                    yield Refused(path.name, "读它用的时间超过上限，已停止（文件可能有意或无意地过于复杂）")
                    return
                kind, item = self._pipe.recv()
            except (EOFError, OSError):
                self.end()
                yield Refused(path.name, "读它时读取程序崩溃了，文件可能损坏")
                return
            if kind == _DONE:
                return
            if kind == _TICK:
                deadline += stall if ocr else limits.per_page
            else:
                yield item

    def end(self) -> None:
        """Stop the process."""
        self.process.kill()
        self.process.wait(5)
        self._pipe.close()

    @property
    def is_usable(self) -> bool:
        """Whether it can take another file."""
        return self.process.poll() is None and not self._pipe.closed


def serve(descriptor: int) -> None:
    """The process's own loop: a path comes in, what is read in it goes out, until the other end closes."""
    pipe = Connection(descriptor)
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


def current_worker() -> _Worker:
    """The reading process of this thread, started where there is none that can be used."""
    worker: _Worker | None = getattr(_local, "worker", None)
    if worker is None or not worker.is_usable:
        worker = _local.worker = _Worker()
        atexit.register(worker.end)
    return worker


def read_files(
    paths: Sequence[Path], *, ocr: bool, workers: int
) -> Iterator[tuple[Path, tuple[Document | Refused, ...]]]:
    """What is in each of `paths`, in order, read by `workers` processes at once; few files are held at a time."""
    free: SimpleQueue[_Worker] = SimpleQueue()
    for _ in range(min(workers, len(paths))):
        free.put(_Worker())

    def read(path: Path) -> tuple[Document | Refused, ...]:
        worker = free.get()
        try:
            worker = worker if worker.is_usable else _Worker()
            return tuple(worker.read(path, ocr=ocr, limits=LIMITS))
        finally:
            free.put(worker)

    try:
        with ThreadPoolExecutor(max(workers, 1)) as pool:
            running: deque[tuple[Path, Future[tuple[Document | Refused, ...]]]] = deque()
            for path in paths:
                running.append((path, pool.submit(read, path)))
                if len(running) > 2 * workers:
                    first, done = running.popleft()
                    yield first, done.result()
            for first, done in running:
                yield first, done.result()
    finally:
        while not free.empty():
            free.get().end()


def read_isolated(path: Path, *, ocr: bool, limits: Limits = LIMITS) -> Iterator[Document | Refused]:
    """What is in the file at `path`, read in this thread's reading process. Never raises for what the file holds."""
    # Whole before it is handed on: an iterator that is left unread would block the process's pipe.
    yield from list(current_worker().read(path, ocr=ocr, limits=limits))
