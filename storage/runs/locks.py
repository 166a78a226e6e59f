"""One crawl of a portal at a time into one archive, from wherever: locks that end with their process."""

from __future__ import annotations

import hashlib
import os
import socket
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection, text

from storage.database import RETRY_SECONDS, reachable

_sessions: dict[str, Connection] = {}  # database URL: the session that holds the locks, as long as we live
# A machine that loses its power must not hold a portal for the two hours of TCP's own patience; nor may a
# server that ends idle sessions take the lock away.
_LASTING = (
    "SELECT set_config(name, value, false) FROM pg_settings JOIN (VALUES"
    " ('tcp_keepalives_idle', '60'), ('tcp_keepalives_interval', '10'), ('tcp_keepalives_count', '6'),"
    " ('idle_session_timeout', '0'), ('application_name', :me)) AS wanted (name, value) USING (name)"
)
_HOLDER = (
    "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory'"
    " AND granted AND (classid::bigint << 32 | objid::bigint) = :key AND objsubid = 1"
    " AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


def beside(url: str) -> Path | None:
    """The folder of the SQLite archive at `url`, where lock files may stand; None where it is no file."""
    parsed = reachable(url).url
    path = parsed.database if parsed.get_backend_name() == "sqlite" else None
    return None if path in (None, "", ":memory:") else Path(str(path)).resolve().parent


def take(url: str, portals: Iterable[str], retry_seconds: float = RETRY_SECONDS) -> tuple[str, str] | None:
    """Takes the locks of `portals` in the PostgreSQL database at `url` for the life of this process.

    Returns the first that another process has, and which, in words; None where all are ours, and for SQLite.
    The server gives them up with our session, also when it restarts. Raises StorageError where it stays out
    of reach.
    """
    database = reachable(url, retry_seconds)
    if database.sqlite:
        return None
    session = _sessions.get(url)
    if session is None:
        session = database.session()
        me = f"process {os.getpid()} on {socket.gethostname()}"
        session.execute(text(_LASTING), {"me": me.encode()[:63].decode(errors="ignore")})
        _sessions[url] = session
    for portal in portals:
        key = int.from_bytes(hashlib.sha256(f"huyen crawls {portal}".encode()).digest()[:8], signed=True)
        if not session.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}).scalar():
            holder = session.execute(text(_HOLDER), {"key": key}).scalar()
            return portal, holder or "another process"
    return None
