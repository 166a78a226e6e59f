"""An archive that is only read: nothing can be written through it, and no question takes for ever."""

from __future__ import annotations

import os
import time
from contextlib import closing
from typing import Any

from sqlalchemy import Connection, create_engine, event

from storage.database import BUSY_MS, Database, open_database, session_name
from storage.unwritable import reader, unwritable

_STEPS = 5_000  # of SQLite's machine between two looks at the clock: under a millisecond
_KEPT = 8  # connections: the thread pool of a web server asks with as many at once


def open_readonly(url: str, seconds: float | None = None) -> Database:
    """Returns the archive at `url`; a transaction that takes longer than `seconds` fails (None: none does).

    They are seconds of the processor with SQLite, of the clock with PostgreSQL.

    A SQLite archive of an older schema is migrated first, if this user can write to it. Raises as
    `open_database` without `create` does.
    """
    with closing(open_database(url, create=False)) as opened:
        parsed = opened.url
    if not opened.sqlite:
        said = "-c default_transaction_read_only=on"
        if seconds is not None:
            said += f" -c statement_timeout={int(seconds * 1000)}"
        connect = {"connect_timeout": 10, "application_name": session_name(os.getpid()), "options": said}
        engine = create_engine(parsed, connect_args=connect, pool_pre_ping=True, pool_size=_KEPT)
        return Database(engine, parsed, retry_seconds=0)
    path = unwritable(parsed)
    engine = reader(parsed, path) if path else create_engine(parsed, pool_size=_KEPT)

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        for pragma in (f"busy_timeout={BUSY_MS}", "query_only=ON", "cache_size=-16384"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        raw: Any = connection.connection.dbapi_connection
        if seconds is not None:
            until = time.thread_time() + seconds  # of this thread: on a busy machine nobody else's time
            raw.set_progress_handler(lambda: time.thread_time() > until, _STEPS)
        connection.exec_driver_sql("BEGIN")

    return Database(engine, parsed, retry_seconds=0)
