"""Work in processes of their own, which can be stopped: what a hostile file does to a library stays there.

A process is kept and used for one piece of work after the other; it is ended when it goes over the limits of time or
memory, and when the program ends. A piece of work is a function by name, which yields what it finds.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any as Anything

from corpus.model import Document
from indexer.formats.files import Refused
from indexer.formats.limits import LIMITS, Limits

_ROOT = Path(__file__).resolve().parent.parent.parent
_TICK, _ITEM, _DONE = "tick", "item", "done"
_READ = "indexer.formats.files:read_here"


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work: the function as `module:name`, its arguments, and the name of the file that it is about.

    The function is given a `tick` besides, to call whenever some of the work is done. `slow` allows for more time
    between two ticks: where text is recognised in images, or a book is cut.
    """

    function: str
    arguments: tuple[Anything, ...]
    name: str
    slow: bool = False


class _Worker:
    """A process that does jobs, one at a time."""

    def __init__(self) -> None:
        self._pipe, theirs = Pipe()
        paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        # Not multiprocessing's spawn: that runs the caller's main module again.
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own words
            [sys.executable, "-c", f"from indexer.formats.isolate import serve; serve({theirs.fileno()})"],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # ours is for results alone
            stderr=subprocess.DEVNULL,  # a library that dies says so at length; the file is refused either way
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )
        theirs.close()

    def do(self, job: Job, limits: Limits) -> Iterator[Anything]:
        """What the process finds; Refused at last, and the process ended, where it overstays."""
        stall = limits.stall_slow if job.slow else limits.stall
        deadline = time.monotonic() + limits.total + (limits.stall_slow if job.slow else 0)
        try:
            self._pipe.send((job.function, job.arguments))
        except OSError:
            self.end()
            yield Refused(job.name, _CRASHED)
            return
        while True:
            left = min(stall, deadline - time.monotonic())
            try:
                if left <= 0 or not self._pipe.poll(left):
                    self.end()
                    yield Refused(job.name, "读它用的时间超过上限，已停止（文件可能有意或无意地过于复杂）")
                    return
                kind, item = self._pipe.recv()
            except (EOFError, OSError):
                self.end()
                yield Refused(job.name, _CRASHED)
                return
            if kind == _DONE:
                return
            if kind == _TICK:
                deadline += stall if job.slow else limits.per_page
            else:
                yield item

    def end(self) -> None:
        """Stop the process."""
        self.process.kill()
        self.process.wait(5)
        self._pipe.close()

    @property
    def is_usable(self) -> bool:
        """Whether it can take another job."""
        return self.process.poll() is None and not self._pipe.closed


_CRASHED = "读它时读取程序崩溃了，文件可能损坏"


def serve(descriptor: int) -> None:
    """The process's own loop: a job comes in, what it finds goes out, until the other end closes."""
    pipe = Connection(descriptor)
    _limit_memory()
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            function, arguments = pipe.recv()
            module, _, name = function.partition(":")
            work = getattr(importlib.import_module(module), name)
            for item in work(*arguments, tick=lambda: pipe.send((_TICK, None))):
                pipe.send((_ITEM, item))
            pipe.send((_DONE, None))


def _end_with_parent(parent: int) -> None:
    """End this process once its parent is gone: it may be caught in a library that never returns."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _limit_memory() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (LIMITS.memory_bytes, LIMITS.memory_bytes))
    except (ImportError, ValueError, OSError):
        return  # no such limit on this system; the limit on time is left


# ---------------------------------------------------------------- the processes at hand

_idle: deque[_Worker] = deque()
_MOST_IDLE = 4


@contextlib.contextmanager
def _worker() -> Iterator[_Worker]:
    """A process for one job: one that waits for work, else a new one; it is kept for the next where it still can be."""
    worker = None
    while worker is None:
        try:
            waiting = _idle.pop()
        except IndexError:
            worker = _Worker()
        else:
            worker = waiting if waiting.is_usable else None
    try:
        yield worker
    finally:
        if worker.is_usable and len(_idle) < _MOST_IDLE:
            _idle.append(worker)
        elif worker.is_usable:
            worker.end()


@atexit.register
def _end_idle() -> None:
    while _idle:
        _idle.pop().end()


def do(job: Job, limits: Limits = LIMITS) -> tuple[Anything, ...]:
    """All that `job` finds, done in another process. Never raises for what the file holds."""
    # Whole before it is handed on: an iterator that is left unread would block the process's pipe.
    with _worker() as worker:
        try:
            return tuple(worker.do(job, limits))
        except BaseException:
            worker.end()  # what it still finds would be taken for the next job's
            raise


def do_each(jobs: Iterable[Job | None], workers: int) -> Iterator[tuple[Anything, ...]]:
    """What each of `jobs` finds, in order, done by `workers` processes at once; few are held at a time.

    None is no work, and finds nothing. Lazy: a job is taken from `jobs` no earlier than it can be worked on soon.
    """
    running: deque[Future[tuple[Anything, ...]]] = deque()
    with ThreadPoolExecutor(max(workers, 1)) as pool:
        try:
            for job in jobs:
                running.append(_nothing() if job is None else pool.submit(do, job))
                if len(running) > workers:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()
        finally:
            for waiting in running:
                waiting.cancel()


def _nothing() -> Future[tuple[Anything, ...]]:
    done: Future[tuple[Anything, ...]] = Future()
    done.set_result(())
    return done


def cores() -> int:
    """How many processes can work at once here."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def read_isolated(path: Path, *, ocr: bool, limits: Limits = LIMITS) -> Iterator[Document | Refused]:
    """What is in the file at `path`, read in another process. Never raises for what the file holds."""
    yield from do(Job(_READ, (path, ocr, cores()), path.name, slow=ocr), limits)
