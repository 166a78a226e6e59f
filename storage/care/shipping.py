"""Ships finished WARC files into the store, and removes local copies that have been there long enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from storage.database import Database
from storage.errors import StoreError
from storage.schema import Shipped
from storage.secrets import masked
from storage.statements import chunks
from storage.warc import store


@dataclass(slots=True)
class Shipment:
    """What was shipped: files, their bytes, local copies removed, files that still wait, and why they do."""

    files: int = 0
    bytes: int = 0
    removed: int = 0
    waiting: int = 0
    fault: str = ""


def ship(
    db: Database, folder: Path, keep_days: int, tell: Callable[[str], None] = lambda name: None
) -> Shipment:
    """Ships every finished WARC file of `folder` that the store in use does not have yet, the oldest first.

    A file is recorded once its copy was read back and is the same. What was recorded `keep_days` days ago or
    earlier, and has its size in the store, is removed from `folder`. A store that fails ends it: the rest
    waits for the next time. `tell` is called with each file's name. Raises StorageError, and OSError where
    `folder` cannot be read or written.
    """
    done, url = Shipment(), masked(store.in_use())
    here = sorted(folder.glob("*.warc.gz"), key=lambda path: (path.stat().st_mtime, path.name))
    known = _shipped(db, url, [path.name for path in here])
    left = [path for path in here if path.name not in known]
    done.waiting = len(left)
    try:
        for path in left:
            tell(path.name)
            found = store.put(path)
            now = datetime.now(UTC).replace(microsecond=0)
            row = {"file": path.name, "store": url, "size": found.size, "sha256": found.sha256}
            _record(db, row | {"shipped_at": now})
            known[path.name] = (found.size, now)
            done.files, done.bytes, done.waiting = done.files + 1, done.bytes + found.size, done.waiting - 1
        old = datetime.now(UTC) - timedelta(days=keep_days)
        for path in here:
            size, at = known[path.name]
            if at <= old and path.stat().st_size == size == store.size(path.name):
                path.unlink()
                done.removed += 1
    except StoreError as error:
        done.fault = str(error)
    return done


def _shipped(db: Database, url: str, names: Sequence[str]) -> dict[str, tuple[int, datetime]]:
    """Returns the bytes of those of the files `names` that are in the store, and when they came there."""
    found: dict[str, tuple[int, datetime]] = {}
    rows = select(Shipped.file, Shipped.size, Shipped.shipped_at).where(Shipped.store == url)
    with db.reading() as connection:
        for some in chunks(names):
            these = connection.execute(rows.where(Shipped.file.in_(some)))
            found |= {name: (size, at) for name, size, at in these}
    return found


def _record(db: Database, row: dict[str, Any]) -> None:
    db.transaction(lambda connection: connection.execute(insert(Shipped).values(row)).rowcount)
