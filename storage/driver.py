"""What the databases have of their own: the place of a SQLite file, PostgreSQL's locks, and the errors of the
drivers: which go away by themselves, and what to do about the others.
"""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Collection, Mapping
from pathlib import Path

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError, OperationalError

from storage.errors import NoArchive, StorageError
from storage.language.messages import Message, marked, message

_WRITE_LOCK, _PORTAL_LOCKS = 0x6875_7966, 0x6875  # PostgreSQL advisory locks, any numbers of our own
# SQLSTATE classes: connection, rollback (deadlock, serialisation), resources, shutdown by the operator
_PASSING_CLASSES = ("08", "40", "53", "57")
CANNOT: Mapping[str, str] = {  # by what was tried
    "read": marked("cannot read {name}: {cause}"),
    "write to": marked("cannot write to {name}: {cause}"),
    "reach": marked("cannot reach {name}: {cause}"),
    "open": marked("cannot open {name}: {cause}"),
}
_SQLITE_ADVICE: Mapping[int, Message] = {
    sqlite3.SQLITE_NOTADB: message(
        "another file stands there, or it is damaged: put back a backup, or name another"
    ),
    sqlite3.SQLITE_CORRUPT: message(
        "put back a backup, or let `huyen replay` fill a new archive from the WARC files"
    ),
    sqlite3.SQLITE_FULL: message("make room on the disk"),
    sqlite3.SQLITE_IOERR: message("is the disk full, or failing?"),
    sqlite3.SQLITE_READONLY: message("the file and its folder must be writable for this user"),
    sqlite3.SQLITE_CANTOPEN: message("the file and its folder must be there, and writable for this user"),
}
_LOGIN_ADVICE: Mapping[str, Message] = {
    "password": message("HUYEN_DATABASE_URL gives user and password"),
    "role": message("HUYEN_DATABASE_URL gives user and password"),
    "does not exist": message("create the database, or name another in HUYEN_DATABASE_URL"),
    "resolve": message("is the server's name in HUYEN_DATABASE_URL right?"),
    "timeout": message("is the server running, and HUYEN_DATABASE_URL right?"),
    "refused": message("is the server running, and HUYEN_DATABASE_URL right?"),
    "unreachable": message("is the server running, and HUYEN_DATABASE_URL right?"),
    "No such file": message("is the server running, and HUYEN_DATABASE_URL right?"),
    "closed the connection": message("is the server running, and HUYEN_DATABASE_URL right?"),
}


def advice_on(error: BaseException | None) -> str | None:
    """Returns the advice on an error of sqlite3 or psycopg; None where there is none."""
    if isinstance(error, sqlite3.Error):
        return _SQLITE_ADVICE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    state = getattr(error, "sqlstate", None)
    if state is None:  # refused while connecting: psycopg has the server's words, not its code
        return next((advice for words, advice in _LOGIN_ADVICE.items() if words in str(error)), None)
    return message("make room on the server's disk") if state == "53100" else None


def passing(error: BaseException) -> bool:
    """Returns whether a database error goes away by itself: locked, restarting, disconnected, deadlocked."""
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF  # the low byte is the primary code
        return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    state = getattr(error.orig, "sqlstate", None)
    if state is None:  # never reached the server, or lost it
        return error.connection_invalidated or isinstance(error, OperationalError)
    return state[:2] in _PASSING_CLASSES


def refused(error: BaseException) -> bool:
    """Returns whether the server answered that it lets nobody in like that: waiting changes nothing."""
    return any(words in str(error) for words in ("password", "role", "does not exist"))


def lock(connection: Connection, portals: Collection[str] | None) -> None:
    """Waits on PostgreSQL until nobody else writes, or nobody else who writes any of `portals`; lasts as long
    as the transaction."""
    if connection.dialect.name == "sqlite":  # its transactions that write have one lock
        return
    if portals is None:
        connection.execute(select(func.pg_advisory_xact_lock(_WRITE_LOCK)))
        return
    connection.execute(select(func.pg_advisory_xact_lock_shared(_WRITE_LOCK)))
    for key in sorted({zlib.crc32(portal.encode()) for portal in portals}):  # in one order: no deadlock
        connection.execute(select(func.pg_advisory_xact_lock(_PORTAL_LOCKS, key - 2**31)))


def make_room(path: Path, create: bool) -> None:
    """Makes the folder of the SQLite file at `path`; raises StorageError where no archive can stand there."""
    if not create and not path.exists():
        raise NoArchive(
            message("no archive at {path}; `huyen crawl` creates one, HUYEN_DATA sets its folder", path=path)
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            message(
                "cannot make the folder {parent}: {strerror}", parent=path.parent, strerror=error.strerror
            )
        ) from error
    if path.exists() and not path.is_file():
        raise StorageError(message("cannot open the archive {path}: it is not a file", path=path))
    if create and path.exists() and not os.access(path, os.W_OK):  # SQLite would say so at the first write
        raise StorageError(
            message(
                "cannot write to the archive {path}: make it, and its folder, writable for this user",
                path=path,
            )
        )
