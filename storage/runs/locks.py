"""One crawl of a portal at a time into one archive, from wherever: locks that end with their process."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from storage.database import RETRY_SECONDS, Database, reachable
from storage.errors import Taken
from storage.language.messages import message
from storage.vocabulary import local

_SINCE = "%Y-%m-%d %H:%M"
_PROCESS = re.compile(r"process (\d+) on (.+?)(?: since (\d{4}-\d\d-\d\d \d\d:\d\d) UTC)?")
# A machine that loses its power must not hold a portal for the two hours of TCP's own patience; nor may a
# server that ends idle sessions take the lock away.
_LASTING = text(
    "SELECT set_config(name, value, false) FROM pg_settings JOIN (VALUES"
    " ('tcp_keepalives_idle', '60'), ('tcp_keepalives_interval', '10'), ('tcp_keepalives_count', '6'),"
    " ('idle_session_timeout', '0')) AS wanted (name, value) USING (name)"
)
_SELF = text("SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()")
_TRY = text("SELECT pg_try_advisory_lock(:key)")
_HOLDER = text(
    "SELECT application_name, pid, backend_start FROM pg_locks JOIN pg_stat_activity USING (pid)"
    " WHERE locktype = 'advisory' AND granted AND (classid::bigint << 32 | objid::bigint) = :key"
    " AND objsubid = 1"
    " AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_END = text("SELECT pg_terminate_backend(:pid, 5000)")  # waits up to 5 s for its end


@dataclass(slots=True)
class _Held:
    """The session that has our locks in one database, and the portals (key: URL) that they are for."""

    database: Database
    session: Connection
    portals: dict[int, str] = field(default_factory=dict)
    backend: tuple[Any, ...] = ()  # pid and start of the server's process


_held: dict[str, _Held] = {}  # database URL: what we have there, as long as we live


def beside(url: str) -> Path | None:
    """Returns the folder of the SQLite archive at `url`, where lock files may stand; None where it is no
    file.
    """
    parsed = reachable(url).url
    path = parsed.database if parsed.get_backend_name() == "sqlite" else None
    return None if path in (None, "", ":memory:") else Path(str(path)).resolve().parent


def process(said: str) -> str:
    """Returns the words with which a process wrote who it is, as a message; "another process" for none."""
    if found := _PROCESS.fullmatch(said):
        pid, host, since = found.groups()
        if since:
            began = local(datetime.strptime(since, _SINCE).replace(tzinfo=UTC))
            return message(
                "process {pid} on {host} since {since} (time of Vietnam)",
                pid=pid,
                host=host,
                since=began.strftime(_SINCE),
            )
        return message("process {pid} on {host}", pid=pid, host=host)
    return said or message("another process")


def take(
    url: str, portals: Mapping[str, str], retry_seconds: float = RETRY_SECONDS
) -> tuple[str, str] | None:
    """Takes the locks of `portals` in the PostgreSQL database at `url` for the life of this process.

    `portals` maps the name that tells a portal from others to its URL. Returns the URL of the first that
    another process has, and which, in words; None where all are ours, and for SQLite. The server gives them
    up with our session, also when it restarts: see `keep`. Raises StorageError where it stays out of reach.
    """
    held = _held.get(url)
    if held is None:
        database = reachable(url, retry_seconds, 1)
        if database.sqlite:
            return None
        held = _held[url] = _Held(database, database.session())
        held.backend = _prepare(held.session)
    for name, portal in portals.items():
        key = int.from_bytes(hashlib.sha256(f"huyen crawls {name}".encode()).digest()[:8], signed=True)
        if key in held.portals:
            continue
        if not held.session.execute(_TRY, {"key": key}).scalar():
            holder = held.session.execute(_HOLDER, {"key": key}).first()
            return portal, (holder and holder[0]) or "another process"
        held.portals[key] = portal
    return None


def keep(url: str) -> None:
    """Makes sure that what `take` took at `url` is ours still; costs one round trip to the server.

    Where the session has ended, as after a restart of the server, a new one takes the locks again. Raises
    Taken where another process was quicker; the driver's error, not waited for, while the server is out
    of reach: the locks are to be asked for again before anything is written.
    """
    held = _held.get(url)
    if held is None:
        return
    if not held.session.closed:
        try:
            held.session.execute(text("SELECT 1"))
            return
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
        with suppress(DBAPIError):
            held.session.close()
    session = held.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    try:
        backend = _prepare(session)
        for key, portal in held.portals.items():
            _retake(session, key, portal, held.backend)
    except BaseException:
        session.close()
        raise
    held.session, held.backend = session, backend


def _prepare(session: Connection) -> tuple[Any, ...]:
    """Makes `session` last; returns by what the server's process behind it is known."""
    session.execute(_LASTING)
    return tuple(session.execute(_SELF).one())


def _retake(session: Connection, key: int, portal: str, before: tuple[Any, ...]) -> None:
    """Takes a lock that the session `before` had. Raises Taken where another process has it."""
    if session.execute(_TRY, {"key": key}).scalar():
        return
    holder = session.execute(_HOLDER, {"key": key}).first()
    if holder is not None and tuple(holder[1:]) == before:  # the network was cut: the server does not know
        session.execute(_END, {"pid": holder.pid})
    if not session.execute(_TRY, {"key": key}).scalar():
        who = process((holder and holder[0]) or "")
        raise Taken(
            message(
                "the database server ended our session, and {who} crawls {portal} since",
                who=who,
                portal=portal,
            )
        )
