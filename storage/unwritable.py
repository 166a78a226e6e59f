"""A SQLite archive that this user may read but not write: on a read-only disk, or of another user.

Under WAL, SQLite makes two files beside an archive even to read it, unless it is told that nobody changes the
archive (`immutable`, https://sqlite.org/wal.html#read_only_databases). Where the two are there, another
process may be writing: SQLite reads them, and locks as usual.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event

from storage.errors import StorageError
from storage.language.messages import message

_STAMP = "stamp"  # of the file, kept with a connection that takes it for unchanging


def unwritable(url: URL) -> Path | None:
    """Returns the file of a SQLite archive that is there, and that this user cannot write; else None."""
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    path = Path(url.database or "")
    return path if path.is_file() and not (_may_write(path) and _may_write(path.parent)) else None


def reader(url: URL, path: Path, **options: Any) -> Engine:
    """Returns an engine that reads the archive `path`, whose URL is `url`; `options` as for `create_engine`.

    Each transaction has a connection of its own, since a writer may have come since the last. A transaction
    raises StorageError at its end where the file was changed meanwhile by a writer that it could not see.
    """
    engine = create_engine(url, creator=lambda: connect(path), poolclass=NullPool, **options)

    @event.listens_for(engine, "connect")
    def _note(_: Any, record: Any) -> None:
        record.info[_STAMP] = None if _shared(path) else _stamp(path)

    @event.listens_for(engine, "commit")
    def _unchanged(connection: Connection) -> None:
        if (before := connection.info.get(_STAMP)) and before != _stamp(path):
            raise StorageError(
                message("{path} was changed while it was read; run the command again", path=path)
            )

    return engine


def connect(path: Path) -> sqlite3.Connection:
    """Returns a connection of SQLite that reads the archive `path`.

    Raises StorageError where a writer left changes beside it that only a writer can take in.
    """
    log, index = _beside(path, "-wal"), _beside(path, "-shm")
    if not index.exists() and log.exists() and log.stat().st_size:
        raise StorageError(
            message(
                "cannot read {path}: {log} has changes that SQLite can only read where this user may write; "
                "copy both to such a folder, and set HUYEN_DATABASE_URL to the copy",
                path=path,
                log=log.name,
            )
        )
    how = "mode=ro" if _shared(path) else "mode=ro&immutable=1"
    return sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, check_same_thread=False)


def _shared(path: Path) -> bool:
    """Returns whether there are files that a writer keeps beside an archive; SQLite can read with them."""
    journals = _beside(path, "-journal"), _beside(path, "-shm")
    return any(one.exists() for one in journals)


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _stamp(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_size


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK)
