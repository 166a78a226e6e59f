"""Attachments that were kept, read into text out of the WARC files: at the end of a crawl, or on demand."""

from __future__ import annotations

import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from threading import local
from typing import Any

from crawler.config import Config
from crawler.night.night import cores
from pipelines.files.child import FileReader
from pipelines.files.filetext import READABLE, FileStatus, FileText
from pipelines.files.letterhead import Letterhead, letterhead
from pipelines.files.ocr import can_recognise, recognised
from pipelines.reader import file_reader_version
from storage.database import Database
from storage.errors import RawReadingError
from storage.filing.contents import Unread, keep_text, unread
from storage.warc.reader import decoded, read_capture

_log = logging.getLogger(__name__)
_MAX_BYTES = 256 << 20  # of a file unpacked from its Content-Encoding; a file_mb of 64 leaves room
LOST = "lost"  # counted where no record with the bytes can be read


def read_files(
    db: Database,
    folder: Path,
    *,
    again: bool = False,
    jobs: int = 1,
    portals: Iterable[str] | None = None,
    tell: Callable[[int], None] = lambda done: None,
) -> Counter[str]:
    """Reads what nobody has read into text; returns how many files ended in which status.

    `folder` holds the WARC files. `again`: also what another version of the reader read. `jobs`: files read
    at a time, each in its own process. `tell` is called with the number of files done. Raises StorageError.
    """
    version = file_reader_version()
    items = unread(db, reader=version if again else None, portals=portals)
    counts: Counter[str] = Counter()
    with _Readers(folder, jobs) as readers:
        for item, found in readers.in_order(items):
            if found is None:
                counts[LOST] += 1
                continue
            keep_text(db, item.digest, said(found), version)
            counts[found.status] += 1
            tell(counts.total())
    return counts


def read_new(database: Database, config: Config, portals: Collection[str] | None = None) -> Counter[str]:
    """Reads what a night has fetched, of `portals` or of all, and scans for as long as HUYEN_OCR_MINUTES
    says; returns how many files ended in which status. Raises StorageError.
    """
    counts = read_files(database, config.warc, jobs=cores(), portals=portals)
    if config.ocr_minutes:
        recognise_scans(database, config.warc, minutes=config.ocr_minutes, portals=portals)
    return counts


def recognise_scans(
    db: Database, folder: Path, *, minutes: float | None = None, portals: Iterable[str] | None = None
) -> Counter[str]:
    """Reads the first and last pages of scans with tesseract; returns how many gave text and how many none.

    It stops after `minutes`. Does nothing where tesseract or its Vietnamese is missing. Raises StorageError.
    """
    counts: Counter[str] = Counter()
    if not can_recognise():
        return counts
    until = None if minutes is None else time.monotonic() + 60 * minutes
    with FileReader() as reader:
        for item in unread(db, scans=True, portals=portals):
            if until is not None and time.monotonic() > until:
                break
            if (body := _bytes(folder, item)) is None:
                counts[LOST] += 1
                continue
            found = reader.read(body)
            pages = recognised(reader, body, found)
            found = with_pages(found, pages)
            keep_text(db, item.digest, said(found), file_reader_version())
            counts["text" if pages else "none"] += 1
    return counts


def with_pages(found: FileText, pages: dict[int, str]) -> FileText:
    """Returns a reading whose scanned pages have the text that OCR found; never mixed into read text."""
    if not found.page_ends:
        text = "\n".join(pages.values())
        return replace(found, text=text, page_ends=[], source="ocr")
    parts = []
    start = 0
    for number, end in enumerate(found.page_ends):
        parts.append(pages.get(number, found.text[start:end].lstrip("\n")))
        start = end
    text, ends = "", []
    for part in parts:
        text += ("\n" if text and part else "") + part
        ends.append(len(text))
    return replace(found, text=text, page_ends=ends, source="ocr")


def said(found: FileText) -> dict[str, Any]:
    """Returns the columns of `contents` that a reading fills."""
    head = letterhead(found.text) if found.text and found.status in _WITH_HEAD else Letterhead()
    told = asdict(head)
    annex, _ = told.pop("annex_of"), told.pop("parent")
    return {
        "status": found.status,
        "pages": found.pages,
        "text_source": found.source,
        "font": found.font,
        "text": found.text or None,
        "page_ends": found.page_ends or None,
        "members": [asdict(member) for member in found.members] or None,
        "annex_of": annex,
        **{f"doc_{name}": value for name, value in told.items()},
    } | ({"type": found.type} if found.type else {})


_WITH_HEAD = READABLE | {FileStatus.SCAN}


def _bytes(folder: Path, item: Unread) -> bytes | None:
    """The bytes of a file; None, and a line in the log, where its record is lost."""
    try:
        return decoded(read_capture(folder, item.ref), _MAX_BYTES)
    except (RawReadingError, ValueError, EOFError) as error:
        _log.warning("%s cannot be read: %s", item.url, error)
        return None


class _Readers:
    """Files read at a time, each thread with a child process of its own. A context manager."""

    def __init__(self, folder: Path, jobs: int) -> None:
        self.folder, self.jobs = folder, max(jobs, 1)
        self._threads = ThreadPoolExecutor(self.jobs)
        self._own = local()
        self._all: list[FileReader] = []

    def __enter__(self) -> _Readers:
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(cancel_futures=True)
        for reader in self._all:
            reader.__exit__()

    def in_order(self, items: Iterable[Unread]) -> Iterator[tuple[Unread, FileText | None]]:
        """Yields each item with what it says, in order; None where its bytes are lost."""
        waiting: deque[tuple[Unread, Future[FileText | None]]] = deque()
        for item in items:
            waiting.append((item, self._threads.submit(self._read, item)))
            if len(waiting) > self.jobs:
                first, found = waiting.popleft()
                yield first, found.result()
        for first, found in waiting:
            yield first, found.result()

    def _read(self, item: Unread) -> FileText | None:
        body = _bytes(self.folder, item)
        if body is None:
            return None
        if not hasattr(self._own, "reader"):
            self._own.reader = FileReader()
            self._all.append(self._own.reader)
        found: FileText = self._own.reader.read(body)
        return found
