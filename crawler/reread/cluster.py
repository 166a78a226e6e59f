"""Has the machines of a dask cluster read spans of WARC files (crawler.reread.dealing).

A span is large, so that what a task costs (5 ms of a core) does not count; each machine deals its parts to
its own processes. A machine that dies costs its spans a retry. A span on which machines die again and again
is halved, until a record stands alone and is named.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self

from crawler.errors import Refused
from crawler.reread.dealing import Processes, parts
from crawler.reread.readers import DIED
from crawler.reread.spans import Found, Order, Readers, Work, halves, read_span, readers
from pipelines.items import RawPage
from pipelines.reader import reader_version
from storage.articles.batch import Answer
from storage.language.messages import message

SPAN = 8 * 2**20  # bytes: about 500 captures, or 4 s of a core
_PER_WORKER = 3  # spans that wait for each machine or are read by it
_SECONDS = 15  # for the scheduler to answer
_lock = Lock()  # one span at a time uses the processes of a machine
_pools: dict[int, Readers] = {}  # of this process, by number of processes


def read_here(order: Order) -> Found:
    """Returns what crawler.reread.spans.read_span returns of a span, read by the processes of this machine.

    Raises OSError where the file cannot be read, RuntimeError where this machine has another version of the
    reader.
    """
    if (own := reader_version()) != order.version:
        raise RuntimeError(f"{os.uname().nodename} has the reader {own}, and not {order.version}")
    jobs = order.jobs or os.cpu_count() or 1
    with _lock:
        if jobs not in _pools:
            _pools[jobs] = readers(jobs)
        return parts(Processes(_pools[jobs]), order)


@dataclass(slots=True)
class Cluster:
    """The machines behind the scheduler at `address`; a context manager.

    The folder of the WARC files must stand at the same place on each machine. `jobs`: reading processes of a
    machine, 0 for one a core. `work` reads a span.
    """

    address: str
    jobs: int = 0
    size: int = SPAN
    work: Work = read_here
    _client: Any = None
    _local: Readers | None = None

    def __enter__(self) -> Self:
        try:
            from distributed import Client
        except ImportError:
            raise Refused(
                message("a scheduler needs dask: install huyen[dask] here and on its machines")
            ) from None
        logging.getLogger("distributed").setLevel(
            logging.CRITICAL
        )  # it tells of a lost scheduler in tracebacks
        try:
            self._client = Client(self.address, timeout=_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
        except (OSError, ValueError) as error:
            raise Refused(
                message("no scheduler answers at {address}: {why}", address=self.address, why=error)
            ) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._client is not None:
            self._client.close()
        if self._local is not None:
            self._local.__exit__(kind, error, at)

    def width(self, *, fresh: bool) -> int:
        return 1 if fresh else max(2, _PER_WORKER * len(self._client.scheduler_info()["workers"]))

    def begin(self, order: Order) -> Any:
        order = replace(order, jobs=self.jobs, version=reader_version())
        return self._client.submit(self.work, order, pure=False)

    def end(self, task: Any) -> Found | None:
        from distributed import KilledWorker

        try:
            found: Found = task.result()
        except KilledWorker:
            return None
        except CancelledError as error:
            raise OSError(f"the scheduler at {self.address} was lost") from error
        except RuntimeError as error:  # another version of the reader
            raise OSError(str(error)) from error
        return found

    def saved(self, order: Order) -> Found:
        """Reads the halves of a span; the page of a record on which machines die is not read."""
        two = halves(Path(order.folder), order.span)
        if two is None:
            return read_span(order, _died)
        first = self._half(replace(order, span=two[0]))
        begin = first.looks[-1].offset if first.looks else order.span.begin
        second = self._half(replace(order, span=replace(two[1], begin=begin)))
        return Found(first.looks + second.looks, second.beyond)

    def _half(self, order: Order) -> Found:
        return self.end(self.begin(order)) or self.saved(order)

    def answers(self, pages: Iterable[RawPage]) -> Iterator[Answer]:
        """Yields what each page gave that needs others; they are read by this machine."""
        if self._local is None:
            self._local = readers(1)
        return Processes(self._local).answers(pages)


def _died(page: RawPage) -> Answer:
    return DIED
