"""A span of a WARC file, read on whatever machine: what a cluster deals out (crawler.reread.cluster).

A machine reads the file itself, so no page travels to it; its answers go back without their pages.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

from crawler.registry.load import Registry
from crawler.reread.captures import Look, Owners, looks
from crawler.reread.readers import DIED, Readers, readers
from pipelines.items import RawPage
from pipelines.reader import reader_version
from storage.articles.batch import Answer
from storage.articles.furniture import NO_CUTS, Cuts
from storage.pool import Task
from storage.warc import store
from storage.warc.walk import Damage, next_record

AHEAD = 8  # pages a process that wait for it
_LOOK_BACK = 2**16  # bytes before a span: the request of its first capture may stand there
_lock = Lock()  # one span at a time uses the processes of a machine
_pools: dict[int, Readers] = {}  # of this process, by number of processes


@dataclass(frozen=True, slots=True)
class Span:
    """The captures of a WARC file whose records begin at `start` or behind it, and before `end` (bytes)."""

    file: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Order:
    """What a machine needs to know: the folder of the WARC files as it stands there, the span, the registry,
    what is cut on pages of each portal, how many processes read (0: one a core), the reader's version, and
    the store of files that no longer stand in the folder (HUYEN_WARC_STORE).
    """

    folder: str
    span: Span
    registry: Registry
    cuts: Mapping[str, Cuts]
    jobs: int
    version: str
    store: str = ""


Found = tuple[Look, Answer | None] | Damage


def read_span(order: Order) -> list[Found]:
    """Returns every capture of a span with what its page gave, in order.

    A page that needs others, of an article in several or behind a revisit, comes back unread and whole. Files
    on hosts that belong to no portal are taken for linked ones. Raises OSError where the file cannot be read,
    RuntimeError where this machine has another version of the reader.
    """
    if (own := reader_version()) != order.version:
        raise RuntimeError(f"{os.uname().nodename} has the reader {own}, and not {order.version}")
    if order.store:
        store.use(order.store)
    folder, owners = Path(order.folder), Owners(order.registry, lambda url: True)
    found: list[Found] = []
    waiting: deque[tuple[Look, Task[RawPage, Answer] | None]] = deque()
    with _lock:
        pool = _pool(order.jobs or os.cpu_count() or 1)
        for look in within(folder / order.span.file, folder, owners, order.span):
            if isinstance(look, Damage):
                found += _ended(waiting, pool, 0)
                found.append(look)
                continue
            reads = look.page is not None and not (look.body_at or look.part)
            waiting.append(
                (look, pool.submit(_hinted(look.page, order.cuts)) if reads and look.page else None)
            )
            found += _ended(waiting, pool, AHEAD * pool.jobs)
        found += _ended(waiting, pool, 0)
    return found


def within(path: Path, folder: Path, owners: Owners, span: Span) -> Iterator[Look | Damage]:
    """Yields the looks at the captures of a span, and the damage in it."""
    begin = next_record(path, max(0, span.start - _LOOK_BACK)) if span.start else 0
    if begin is None:
        return
    for one in looks(path, folder, owners, begin):
        if one.offset >= span.end:
            return
        if one.offset >= span.start:
            yield one


def halves(folder: Path, span: Span) -> tuple[Span, Span] | None:
    """Returns a span in two; None where only one record begins in it."""
    path = folder / span.file
    for place in ((span.start + span.end) // 2, span.start + 1):
        middle = next_record(path, place)
        if middle is not None and span.start < middle < span.end:
            return replace(span, end=middle), replace(span, start=middle)
    return None


def _pool(jobs: int) -> Readers:
    if jobs not in _pools:
        _pools[jobs] = readers(jobs)
    return _pools[jobs]


def _hinted(page: RawPage, cuts: Mapping[str, Cuts]) -> RawPage:
    return replace(page, hints=replace(page.hints, **cuts.get(page.portal, NO_CUTS)))


def _ended(
    waiting: deque[tuple[Look, Task[RawPage, Answer] | None]], pool: Readers, ahead: int
) -> Iterator[Found]:
    while len(waiting) > ahead:
        look, task = waiting.popleft()
        if task is None or look.page is None:
            yield look, None
        else:
            yield replace(look, page=replace(look.page, body=b"")), pool.result(task) or DIED


Work = Callable[[Order], list[Found]]
