"""Whether a night can use the database: it answers, its schema is current, it takes writes, its clock."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from storage.care.health import known_revisions, pending, revision_of
from storage.database import Database, reachable
from storage.errors import NoArchive, StorageError
from storage.language.messages import message
from storage.runs.connections import Room, room
from storage.schema import REVISION, Run

PATIENCE = 5.0  # seconds for a lock; a crawl holds the writer's for less
# Nothing is changed; the database still asks whether this user may change it.
_WRITE = text("UPDATE runs SET host = host WHERE id IS NULL")
_MAY_CREATE = text("SELECT has_schema_privilege(current_schema(), 'CREATE')")
_CLOCK = text("SELECT clock_timestamp()")


@dataclass(slots=True)
class Readiness:
    """What a database said. `ahead` is how far the server's clock is before ours, in seconds; None on SQLite,
    which has none. `newest` is the latest moment that a run noted, UTC.
    """

    revision: str | None = None
    pending: list[str] = field(default_factory=list)
    writable: bool = True
    why_not: str = ""
    ahead: float | None = None
    newest: datetime | None = None
    room: Room | None = None


def look(url: str) -> Readiness:
    """Looks at the database at `url`, changing nothing.

    Raises NoArchive where SQLite has no file yet, StorageError where the database cannot be reached or read.
    """
    database = reachable(url, PATIENCE, for_writing=False)
    path = Path(database.url.database or "")
    if database.sqlite and not path.exists():
        raise NoArchive(message("no archive at {path} yet", path=path))
    try:
        with database.reading() as connection:
            found = _read(connection, database)
        if found.revision == REVISION:
            _try_to_write(database, found)
            found.room = room(database, ())
        return found
    finally:
        database.close()


def _read(connection: Connection, database: Database) -> Readiness:
    revision = revision_of(connection)
    if revision is not None and revision not in known_revisions():
        raise StorageError(
            message(
                "{name} has schema {found} of a newer huyen: update huyen", name=database.name, found=revision
            )
        )
    found = Readiness(revision, pending(revision))
    if not database.sqlite:
        before = time.time()
        there: datetime = connection.execute(_CLOCK).scalar_one()
        found.ahead = there.timestamp() - (before + time.time()) / 2
    if revision is None:
        if not database.sqlite and not connection.execute(_MAY_CREATE).scalar():
            found.writable, found.why_not = False, message("this user may not create tables in it")
        return found
    moments = connection.execute(select(func.max(Run.started_at), func.max(Run.finished_at))).one()
    found.newest = max((one for one in moments if one is not None), default=None)
    return found


def _try_to_write(database: Database, found: Readiness) -> None:
    try:
        with database.engine.connect().execution_options(write=True) as connection:
            connection.execute(_WRITE)
            connection.rollback()
    except SQLAlchemyError as error:
        found.writable, found.why_not = False, database.cause(error)
