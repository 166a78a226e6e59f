"""Keeps as looks at files what the archive has captured of their addresses, without the network."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from crawler.fetch.files import Answer, look_at
from crawler.fetch.responses import PAGE
from storage.database import Database
from storage.errors import RawReadingError
from storage.filing.captures import Captured, captured, complete
from storage.filing.keep import keep_looks
from storage.filing.records import Bytes, FileLook
from storage.filing.words import Status
from storage.vocabulary import Outcome
from storage.warc.reader import read_capture

_BATCH = 100  # captures a transaction
log = logging.getLogger(__name__)


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
