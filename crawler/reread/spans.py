"""A span of a WARC file, walked and read in one process: what is dealt out to processes and machines.

Who reads a span opens the file itself, so no page travels; its answers go back without their pages.
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple

from crawler.registry.load import Registry
from crawler.reread.captures import Look, Owners, looks
from crawler.reread.readers import read_page
from pipelines.items import Hints, RawPage
from storage.articles.batch import Answer
from storage.articles.furniture import NO_CUTS, Cuts
from storage.pool import Pool
from storage.warc import store
from storage.warc.walk import Damage, next_record

_LOOK_BACK = 2**16  # bytes before a span: the request of its first capture may stand there
_NO_HINTS = Hints()


@dataclass(frozen=True, slots=True)
class Span:
    """The captures of a WARC file whose records begin at `start` or behind it, and before `end` (bytes).

    `begin` is where a record begins from which the file is walked; None: it is looked for.
    """

    file: str
    start: int
    end: int
    begin: int | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What a reader needs to know: the folder of the WARC files as it stands there, the span, the registry
    (`packed`), what is cut on pages of each portal, and the store of files that no longer stand in the
    folder (HUYEN_WARC_STORE). For a machine: how many processes read (0: one a core), the reader's version.
    """

    folder: str
    span: Span
    registry: bytes
    cuts: Mapping[str, Cuts]
    store: str = ""
    jobs: int = 0
    version: str = ""


class Found(NamedTuple):
    """The captures of a span with what their pages gave, and the damage; behind the span comes `beyond`, the
    offset of a capture or damage, or None at the end of the file.
    """

    looks: list[Look | Damage]
    beyond: int | None

    @property
    def first(self) -> int | None:
        """The offset of the first capture or damage at the start of the span or behind it."""
        return self.looks[0].offset if self.looks else self.beyond


Read = Callable[[RawPage], Answer]
Work = Callable[[Order], Found]
Readers = Pool[RawPage | Order, Answer | Found]


def readers(jobs: int, read: Read = read_page) -> Readers:
    """Returns a pool of `jobs` processes that read spans and single pages; `read` is a function of a
    module."""
    return Pool(partial(_work, read), jobs)


def packed(registry: Registry) -> bytes:
    """Returns the registry as an order has it: each process unpacks it once, however many orders come."""
    return zlib.compress(pickle.dumps(registry))


def read_span(order: Order, read: Read = read_page) -> Found:
    """Returns every capture of a span with what its page gave, in order. Main thread only, like `read_page`.

    A page that needs others, of an article in several or behind a revisit, comes back unread and whole. Files
    on hosts that belong to no portal are taken for linked ones. Raises OSError where the file cannot be read.
    """
    if order.store:
        store.use(order.store)
    owners = _owners(order.registry)
    owners.files.clear()  # an answer must not depend on what else this process has read
    met: list[Look | Damage] = []
    for one in walked(Path(order.folder), order.span, owners):
        if one.offset >= order.span.end:
            return Found(met, one.offset)
        page = to_read(one)
        met.append(answered(one, read(hinted(page, order.cuts))) if page and isinstance(one, Look) else one)
    return Found(met, None)


def walked(folder: Path, span: Span, owners: Owners) -> Iterator[Look | Damage]:
    """Yields the looks at the captures from the start of a span on, and the damage, up to the file's end."""
    path, begin = folder / span.file, span.begin
    if begin is None:
        begin = next_record(path, max(0, span.start - _LOOK_BACK))
    for one in looks(path, folder, owners, begin) if begin is not None else ():
        if one.offset >= span.start:
            yield one


def to_read(one: Look | Damage) -> RawPage | None:
    """Returns the page of a capture that can be read without others."""
    return one.page if isinstance(one, Look) and not (one.body_at or one.part) else None


def hinted(page: RawPage, cuts: Mapping[str, Cuts]) -> RawPage:
    """Returns `page` with what is cut on the pages of its portal."""
    return replace(page, hints=replace(page.hints, **cuts.get(page.portal, NO_CUTS)))


def answered(look: Look, answer: Answer) -> Look:
    """Returns `look` with what reading its page gave, and without the page's bytes."""
    assert look.page is not None
    return replace(look, page=replace(look.page, body=b"", headers={}, hints=_NO_HINTS), answer=answer)


def halves(folder: Path, span: Span) -> tuple[Span, Span] | None:
    """Returns a span in two; None where only one record begins in it."""
    path = folder / span.file
    for place in ((span.start + span.end) // 2, span.start + 1):
        middle = next_record(path, place)
        if middle is not None and span.start < middle < span.end:
            return replace(span, end=middle), Span(span.file, middle, span.end)
    return None


def _work(read: Read, item: RawPage | Order) -> Answer | Found:
    return read_span(item, read) if isinstance(item, Order) else read(item)


@lru_cache(maxsize=2)
def _owners(registry: bytes) -> Owners:
    return Owners(pickle.loads(zlib.decompress(registry)), lambda url: True)  # noqa: S301  of our own process
