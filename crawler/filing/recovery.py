"""Takes in what crawls of files wrote to WARC files and a kill kept from the archive."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.registry.load import Registry
from storage.articles.keep import keep_captures
from storage.articles.queries import kept_until
from storage.database import Database
from storage.records import CaptureRecord
from storage.warc.writer import recover

if TYPE_CHECKING:
    from crawler.reread.captures import Owners

_WHOLE = 16  # WARC files in a row of which all is known, after which older ones are not looked at
_OWN = re.compile(r"files-\d{14}-\d+-\d{5}\.warc\.gz")
log = logging.getLogger(__name__)


def take_in(db: Database, folder: Path, registry: Registry) -> int:
    """Keeps what no archive has of the WARC files of crawls of files in `folder`; returns how many responses.
    What is damaged is left to be fetched again. Raises StorageError.
    """
    try:
        recover(folder)
        paths = sorted(path for path in folder.glob("files-*.warc.gz") if _OWN.fullmatch(path.name))
    except OSError as error:
        log.error("cannot read the files in %s: %s", folder, error.strerror)
        return 0
    if not paths:  # most nights; what walks through WARC files is slow to load
        return 0
    from crawler.reread.captures import Owners
    from crawler.reread.files import fill

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
    from crawler.reread.captures import Look, looks

    try:
        for look in looks(path, folder, owners, max(known, 0)):
            if isinstance(look, Look) and look.record is not None and look.offset > known:
                yield look.record
    except OSError as error:
        log.error("cannot read %s: %s", path.name, error.strerror)
