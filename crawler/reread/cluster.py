"""Has the machines of a dask cluster read WARC files; what they give is kept here, in the order of the files.

A task is a span of a file, so that what a task costs (5 ms of a core) does not count. Whatever order the
spans are read in, what is kept is the same: the furniture that a page was read without is cut at the end of
its file (crawler.reread.resettle). A machine that dies costs its spans a retry; a span on which machines die
again and again is halved, until a record stands alone and is named.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from crawler.errors import Refused
from crawler.registry.load import Registry
from crawler.reread.captures import Look, Owners, looks
from crawler.reread.readers import Readers, readers
from crawler.reread.spans import Found, Order, Span, Work, halves, read_span
from pipelines.items import RawPage
from pipelines.reader import reader_version
from storage.articles.batch import Answer
from storage.articles.furniture import NO_CUTS, Cuts
from storage.language.messages import message
from storage.pool import Task
from storage.warc.reader import noted
from storage.warc.walk import Damage, size_of

SPAN = 8 * 2**20  # bytes: about 500 captures, or 4 s of a core
_PER_WORKER = 3  # spans that wait for each machine or are read by it
_SECONDS = 15  # for the scheduler to answer
DEADLY = "machines die when they read this record (reader_died)"


@dataclass(slots=True)
class Cluster:
    """The machines behind the scheduler at `address`; a context manager. In the place of readers it answers
    the pages of `looks` as they were read there.

    `folder` of the WARC files must stand at the same place on each machine. `jobs`: reading processes of a
    machine, 0 for one a core. `store` is where files stand that left the folder. `work` reads a span.
    """

    address: str
    folder: Path
    registry: Registry
    jobs: int = 0
    span: int = SPAN
    store: str = ""
    work: Work = read_span
    cuts: Callable[[str], Cuts] = lambda portal: NO_CUTS
    _client: Any = None
    _local: Readers | None = None
    _spans: list[Span] = field(default_factory=list)  # to be read, in order
    _running: dict[Span, Any] = field(default_factory=dict)  # to their futures
    _answers: dict[tuple[str, int], Answer] = field(default_factory=dict)

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

    def plan(self, path: Path, start: int = 0) -> None:
        """Adds the file at `path` to what the machines are given, from the record at `start` on."""
        size, file = size_of(path), path.relative_to(self.folder).as_posix()
        edges = [*range(start, size, self.span), size] if start < size else []
        self._spans += [Span(file, one, end) for one, end in pairwise(edges)]

    def looks(self, path: Path, folder: Path, owners: Owners, start: int = 0) -> Iterator[Look | Damage]:
        """Yields what crawler.reread.captures.looks yields; the answers to its pages are ready then.

        A file outside the folder that the machines share is read here.
        """
        if folder != self.folder:
            yield from looks(path, folder, owners, start)
            return
        file, own = path.relative_to(folder).as_posix(), noted(path)
        mine = [span for span in self._spans if span.file == file]
        if mine:
            self._spans = self._spans[self._spans.index(mine[0]) :]
        else:
            later, self._spans = self._spans, []
            self.plan(path, start)
            mine = list(self._spans)
            self._spans += later
        for span in mine:
            self._deal()
            found = self._result(span, self._running[span])
            self._spans.remove(span)
            del self._running[span]
            self._deal()
            for one in found:
                if isinstance(one, Damage):
                    yield one
                    continue
                look, answer = one
                if answer is not None and look.record is not None:
                    self._answers[look.record.ref.file, look.record.ref.offset] = answer
                yield self._looked(look, path, folder, owners, own=own)

    def _looked(self, look: Look, path: Path, folder: Path, owners: Owners, *, own: bool) -> Look:
        """Returns a look with what a machine could not know: which files articles link to, and which bytes
        before the span were those of a file.
        """
        record = look.record
        if record is None:
            return look
        if record.file_id and not record.ref.revisit:
            owners.files.add(record.ref.digest)
        linked = bool(record.file_id) and not own and owners.of(record.url) is None
        file = not record.file_id and record.ref.revisit and record.ref.digest in owners.files
        again = next(looks(path, folder, owners, look.offset), None) if linked or file else None
        return again if isinstance(again, Look) else look

    def _deal(self) -> None:
        """Gives the machines what they can begin with.

        Of a district whose furniture nobody knows yet one span at a time: the pages behind are read with it.
        """
        window = max(2, _PER_WORKER * len(self._client.scheduler_info()["workers"]))
        fresh: set[str] = set()
        for number, span in enumerate(self._spans):
            district, cuts = self._known(span.file)
            if number and (len(self._running) >= window or district in fresh):
                if len(self._running) >= window:
                    return
                continue
            if not any(cut for one in cuts.values() for cut in one.values()):
                fresh.add(district)
            if span not in self._running:
                self._running[span] = self._begun(span, cuts)

    def _known(self, file: str) -> tuple[str, Mapping[str, Cuts]]:
        """Returns the district that a file is named after, or the file, and what is known to be furniture of
        its portals.
        """
        name = file.rpartition("/")[2]
        mine = [one for one in self.registry.districts if name.startswith(f"{one.id}-")]
        portals = [portal.url for one in mine for portal in one.portals]
        return mine[0].id if mine else file, {portal: self.cuts(portal) for portal in portals}

    def _begun(self, span: Span, cuts: Mapping[str, Cuts]) -> Any:
        order = Order(str(self.folder), span, self.registry, cuts, self.jobs, reader_version(), self.store)
        return self._client.submit(self.work, order, pure=False)

    def _result(self, span: Span, future: Any) -> Sequence[Found]:
        from distributed import KilledWorker

        try:
            found: list[Found] = future.result()
            return found
        except KilledWorker:
            two = halves(self.folder, span)
        except CancelledError as error:
            raise OSError(f"the scheduler at {self.address} was lost") from error
        except RuntimeError as error:  # another version of the reader
            raise OSError(str(error)) from error
        if two is None:
            return [Damage(span.start, DEADLY)]
        _, cuts = self._known(span.file)
        return [found for one in two for found in self._result(one, self._begun(one, cuts))]

    # What follows stands in the place of crawler.reread.readers.Readers.

    def submit(self, page: RawPage) -> Any:
        """Returns the answer to a page that a machine read; others are read here."""
        place = (page.capture.file, page.capture.offset) if page.capture else ("", -1)
        if (answer := self._answers.pop(place, None)) is not None:
            return answer
        if self._local is None:
            self._local = readers(1)
        return self._local.submit(page)

    def result(self, task: Any) -> Answer | None:
        """Returns what a page gave; None where it ends the process that reads it."""
        if not isinstance(task, Task):
            answer: Answer = task
            return answer
        assert self._local is not None
        return self._local.result(task)
