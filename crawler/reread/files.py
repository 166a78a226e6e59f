"""Brings files in from WARC files without the network: what a killed crawl left, and what others captured."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from crawler.fetch.files import Answer, look_at
from crawler.fetch.responses import PAGE
from crawler.registry.load import Registry
from crawler.reread.captures import Look, Owners, looks
from storage.articles.keep import keep_captures
from storage.articles.queries import kept_until
from storage.database import Database
from storage.errors import RawReadingError
from storage.filing.captures import Captured, captured, complete
from storage.filing.keep import keep_looks
from storage.filing.records import Bytes, FileLook
from storage.filing.words import Status
from storage.records import CaptureRecord
from storage.vocabulary import Outcome
from storage.warc.reader import read_capture
from storage.warc.writer import recover

_BATCH = 100  # captures a transaction
_WHOLE = 16  # WARC files in a row of which all is known, after which older ones are not looked at
_OWN = re.compile(r"files-\d{14}-\d+-\d{5}\.warc\.gz")
log = logging.getLogger(__name__)


def take_in(db: Database, folder: Path, registry: Registry) -> int:
    """Keeps what crawls of files wrote to WARC files and a kill kept from the archive; returns how many
    responses. What is damaged is left to be fetched again. Raises StorageError.
    """
    try:
        recover(folder)
        paths = sorted(path for path in folder.glob("files-*.warc.gz") if _OWN.fullmatch(path.name))
    except OSError as error:
        log.error("cannot read the files in %s: %s", folder, error.strerror)
        return 0
    count, whole, owners = 0, 0, Owners(registry)
    met: set[str] = set()
    for path in reversed(paths):
        known = kept_until(db, path.name)
        found = list(_beyond(path, folder, owners, -1 if known is None else known))
        if found:
            db.transaction(lambda connection, found=found: keep_captures(connection, found, {}))  # type: ignore[misc]
            log.info("%s: %d responses of an earlier run, not stored by it, were read", path.name, len(found))
        met |= {one.file_id for one in found if one.file_id}
        count, whole = count + len(found), 0 if found else whole + 1
        if whole >= _WHOLE:
            break
    if met:
        fill(db, folder, met)
    return count


def _beyond(path: Path, folder: Path, owners: Owners, known: int) -> Iterator[CaptureRecord]:
    try:
        for look in looks(path, folder, owners, max(known, 0)):
            if isinstance(look, Look) and look.record is not None and look.offset > known:
                yield look.record
    except OSError as error:
        log.error("cannot read %s: %s", path.name, error.strerror)


def fill(db: Database, folder: Path, ids: Iterable[str] | None = None) -> Counter[str]:
    """Keeps as looks at files all captures that the archive has of their addresses, or of those with `ids`;
    returns how many by what they were (storage.filing.keep).

    A crawl that kept a file by chance, a foreign archive and a replay are all the same to it. What was kept
    before is recognised. Raises StorageError.
    """
    done: Counter[str] = Counter()
    complete(db)
    for some in captured(db, _BATCH, ids):
        looked = [(look, partial(_bytes, folder, one)) for one in some if (look := _look(one))]
        done.update(filter(None, keep_looks(db, looked)))
    return done


def _look(one: Captured) -> FileLook | None:
    """Returns the look at a file that a capture is, by what the archive knows of it."""
    if one.outcome == Outcome.FILE:
        if one.status == 304:
            return FileLook(one.file_id, one.at, Status.KEPT)
        if one.ref is None:
            return None
        # its type is read from the bytes only where they are a version
        told = Bytes(one.ref.content_digest, 0, "", one.content_type, "", one.ref)
        return FileLook(one.file_id, one.at, Status.KEPT, bytes=told)
    if one.outcome == Outcome.GONE:
        return FileLook(one.file_id, one.at, Status.GONE, f"http_{one.status}")
    if one.outcome == Outcome.NOT_AN_ARTICLE:
        return FileLook(one.file_id, one.at, Status.NOT_A_FILE, "html", final=not one.sure)
    if one.outcome == Outcome.FAILED and one.status not in PAGE:
        return FileLook(one.file_id, one.at, Status.FAILED, f"http_{one.status}")
    return None


def _bytes(folder: Path, one: Captured) -> Bytes | None:
    """Returns the bytes of a capture, under the name that its own header gives them."""
    if one.ref is None:
        return None
    try:
        own = read_capture(folder, one.place)
        body = (own if one.ref == one.place else read_capture(folder, one.ref)).content
    except RawReadingError as error:
        log.error("the bytes of %s cannot be read: %s", one.url, error)
        return None
    fields = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in own.exchange.headers}
    answer = Answer(one.url, 200, fields, body, one.at, one.ref)
    look = look_at(one.file_id, one.kind, one.sure, answer)
    return look.bytes if look else None
