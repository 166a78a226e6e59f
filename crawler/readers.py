"""The processes that read pages: trafilatura and dateparser are loaded there, and one core does one page."""

from __future__ import annotations

import signal
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import replace
from multiprocessing import get_context
from typing import Self

from crawler.reading import PAGE_SECONDS, OutOfTime, time_limit
from pipelines.items import Article, Outcome, RawPage
from storage.records import ArticleRecord

Answer = ArticleRecord | tuple[str, str]  # an article; else outcome and reason


class Readers:
    """The pool. A process that dies (a fault in a library's C code) costs the page that killed it only."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self._pool = self._new()

    def _new(self) -> ProcessPoolExecutor:
        # Spawned: nothing of the database connection or of Scrapy's reactor is shared.
        return ProcessPoolExecutor(self.jobs, mp_context=get_context("spawn"), initializer=_deaf)

    def submit(self, page: RawPage) -> Future[Answer]:
        """Begins to read `page`."""
        return self._pool.submit(read_page, page)

    def result(self, page: RawPage, future: Future[Answer]) -> Answer:
        """What `page` gave; it is read alone where the processes died under it, whose fault it ever was."""
        for _ in range(2):
            try:
                return future.result()
            except BrokenProcessPool:
                self._pool.shutdown(wait=False)
                self._pool = self._new()
                future = self.submit(page)
        with suppress(BrokenProcessPool):
            return future.result()
        self._pool = self._new()
        return str(Outcome.FAILED), "reader_died"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Ends the processes; what they were reading is dropped."""
        self._pool.shutdown(cancel_futures=True)


def read_page(page: RawPage) -> Answer:
    """The article that a page holds, or how it ended. No page makes it raise; main thread only."""
    from pipelines.persist import record
    from pipelines.reading import read

    try:
        with time_limit(PAGE_SECONDS):
            found = read(page)
        if not isinstance(found, Article):
            return str(Outcome.NOT_AN_ARTICLE), found.reason
        found.page = replace(found.page, body=b"", tree=None)
        return record(found)
    except OutOfTime:
        return str(Outcome.FAILED), f"longer than {PAGE_SECONDS:.0f} s"
    except Exception as error:  # named and counted; the others are read all the same
        return str(Outcome.FAILED), f"{type(error).__name__}: {error}"


def _deaf() -> None:
    """Ctrl-C reaches the whole terminal; the process that keeps decides when these end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
