"""Ships finished WARC files into the store, and removes local copies that have been there long enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, exists, insert, select

from storage.database import Database
from storage.errors import StoreError
from storage.language.messages import message
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


class Copy(NamedTuple):
    """What the store got of a file, and when."""

    sum: store.Sum
    at: datetime


def ship(
    db: Database, folder: Path, keep_days: int, tell: Callable[[str], None] = lambda name: None
) -> Shipment:
    """Ships every finished WARC file of `folder` that the store in use does not have yet, the oldest first.

    A file is recorded once its copy was read back and is the same. What was recorded `keep_days` days ago or
    earlier is removed from `folder` once its copy was read again and is still the same. A store that fails
    ends it: the rest waits for the next time. `tell` is called with each file's name. Raises StorageError,
    and OSError where `folder` cannot be read or written.
    """
    done, url = Shipment(), masked(store.in_use())
    here = sorted(folder.glob("*.warc.gz"), key=lambda path: (path.stat().st_mtime, path.name))
    with db.reading() as connection:
        known = shipped(connection, [path.name for path in here])
    left = [path for path in here if path.name not in known]
    done.waiting = len(left)
    try:
        if left and not _begun(db, url):
            store.prepare()  # later a folder that is not there is one that was not mounted
        for path in left:
            tell(path.name)
            found = store.put(path)
            now = datetime.now(UTC).replace(microsecond=0)
            row = {"file": path.name, "store": url, "size": found.size, "sha256": found.sha256}
            _record(db, row | {"shipped_at": now})
            known[path.name] = Copy(found, now)
            done.files, done.bytes, done.waiting = done.files + 1, done.bytes + found.size, done.waiting - 1
        old = datetime.now(UTC) - timedelta(days=keep_days)
        for path in here:
            copy = known[path.name]
            if copy.at > old:
                continue
            if store.sum_of(path) == copy.sum == store.sum_there(path.name):
                path.unlink()
                done.removed += 1
            else:
                done.fault = message(
                    "{name} is another file than was shipped, here or in {url}; the local one stays, and"
                    " `huyen verify` says more",
                    name=path.name,
                    url=url,
                )
    except StoreError as error:
        done.fault = str(error)
    return done


def shipped(connection: Connection, names: Sequence[str]) -> dict[str, Copy]:
    """Returns what the store in use got of those of the files `names` that were shipped into it."""
    found: dict[str, Copy] = {}
    rows = select(Shipped.file, Shipped.size, Shipped.sha256, Shipped.shipped_at)
    rows = rows.where(Shipped.store == masked(store.in_use()))
    for some in chunks(names):
        these = connection.execute(rows.where(Shipped.file.in_(some)))
        found |= {name: Copy(store.Sum(size, sha256), at) for name, size, sha256, at in these}
    return found


def _begun(db: Database, url: str) -> bool:
    """Returns whether anything was ever shipped into the store at `url`."""
    with db.reading() as connection:
        return bool(connection.execute(select(exists().where(Shipped.store == url))).scalar_one())


def _record(db: Database, row: dict[str, Any]) -> None:
    db.transaction(lambda connection: connection.execute(insert(Shipped).values(row)).rowcount)
