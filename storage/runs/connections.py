"""How many crawls a PostgreSQL server has connections for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import text

from storage.database import Database, session_name

CRAWL = 2  # sessions of one crawl: a connection, and one for its locks
SPARE = 2  # left to whoever looks at the archive meanwhile: an export, a `psql`
# The bounds of the server, the database and the role; -1 is none. What others' sessions are called may be
# hidden from us, not that they are there. Sessions that replicate have slots of their own.
_SERVER = text(
    "SELECT current_setting('max_connections')::int"
    " - current_setting('superuser_reserved_connections')::int"
    " - coalesce(current_setting('reserved_connections', true)::int, 0) AS free,"
    " (SELECT datconnlimit FROM pg_database WHERE datname = current_database()) AS of_database,"
    " (SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user) AS of_role"
)
_SESSIONS = text(
    "SELECT application_name, datname = current_database() AS here, usename = current_user AS mine"
    " FROM pg_stat_activity WHERE datid IS NOT NULL"
    " AND (backend_type IS NULL OR backend_type = 'client backend')"
)


@dataclass(frozen=True, slots=True)
class Room:
    """Connections of a server that crawls may have: `free` ones, in all and not only further ones.

    `bound` is the least of max_connections without the reserved ones and the limits of database and role.
    """

    free: int
    bound: int

    @property
    def crawls(self) -> int:
        """How many crawls may run at a time."""
        return max(0, self.free // CRAWL)


def room(database: Database, pids: Iterable[int]) -> Room | None:
    """Returns what the server leaves to crawls, those of processes `pids` included; None for SQLite.

    Raises StorageError.
    """
    if database.sqlite:
        return None
    ours = {session_name(pid) for pid in pids}
    server, sessions = database.read(lambda c: (c.execute(_SERVER).one(), c.execute(_SESSIONS).all()))
    others = [row for row in sessions if row.application_name not in ours]
    bounds = [(server.free, len(others))]
    if server.of_database >= 0:
        bounds.append((server.of_database, sum(bool(row.here) for row in others)))
    if server.of_role >= 0:
        bounds.append((server.of_role, sum(bool(row.mine) for row in others)))
    bound, used = min(bounds, key=lambda one: one[0] - one[1])
    return Room(bound - used - SPARE, bound)
