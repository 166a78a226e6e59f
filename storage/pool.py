"""Work on all cores, in order: processes that end with their owner, and one that dies costs its item only."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from threading import Thread
from typing import Generic, Self, TypeVar

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Task(Generic[T, R]):
    """An item that is worked on, and by which of the pool's successive executors."""

    item: T
    future: Future[R]
    executor: ProcessPoolExecutor


class Pool(Generic[T, R]):
    """`jobs` processes that answer `work(item)`; `work` is a function of a module. A context manager.

    They are spawned, so nothing of the owner's database connection or event loop is shared. Ctrl-C is the
    owner's to answer; when it leaves the context, or is killed, they end at once, whatever they are doing.
    """

    def __init__(self, work: Callable[[T], R], jobs: int) -> None:
        self.work, self.jobs = work, jobs
        self._start()

    def _start(self) -> None:
        context = get_context("spawn")
        held, self._leash = context.Pipe(duplex=False)
        self._executor = ProcessPoolExecutor(self.jobs, context, initializer=_begin, initargs=(held,))

    def submit(self, item: T) -> Task[T, R]:
        """Begins to work on `item`."""
        with suppress(BrokenProcessPool):
            return Task(item, self._executor.submit(self.work, item), self._executor)
        self._start()
        return Task(item, self._executor.submit(self.work, item), self._executor)

    def result(self, task: Task[T, R]) -> R | None:
        """Returns what `work` gave; None where the process that does it, and nothing else, dies."""
        alone = False
        while True:
            try:
                return task.future.result()
            except BrokenProcessPool:
                current = task.executor is self._executor
                if current:
                    self._start()
                if alone:
                    return None
                # One whose executor died before may only have been its neighbour: it gets a try among others.
                alone = current
                task = self.submit(task.item)

    def in_order(self, items: Iterable[T], ahead: int = 1) -> Iterator[tuple[T, R | None]]:
        """Yields each item with its result, in order; `ahead` items a process are begun before theirs is
        due.
        """
        waiting: deque[Task[T, R]] = deque()
        for item in items:
            waiting.append(self.submit(item))
            if len(waiting) > ahead * self.jobs:
                yield waiting[0].item, self.result(waiting.popleft())
        while waiting:
            yield waiting[0].item, self.result(waiting.popleft())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Ends the processes; what they were doing is dropped."""
        self._leash.close()
        self._executor.shutdown(cancel_futures=True)


def _begin(leash: Connection) -> None:
    """Prepares a process before its first task."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_follow, args=(leash,), daemon=True).start()


def _follow(leash: Connection) -> None:
    with suppress(EOFError, OSError):
        leash.recv()  # nothing is sent: it returns when the owner closes its end, or dies
    os._exit(0)
