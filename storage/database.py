"""Opening the archive's database, and transactions that outlive a short absence of it.

SQLite (WAL) migrates itself when opened. An empty PostgreSQL database is initialised; one with an older
schema is refused until its operator runs `huyen db upgrade`.
"""

from __future__ import annotations

import json
import os
import socket
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, inspect, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_exponential_jitter

from storage import compiled
from storage.driver import CANNOT, advice_on, lock, make_room, passing, refused
from storage.errors import DatabaseGone, DatabaseNotReady, StorageError
from storage.language.messages import message
from storage.schema import REVISION, Base
from storage.schema.upgrading import MIGRATIONS, bring_up
from storage.secrets import masked, scrubbed
from storage.unwritable import reader, unwritable
from storage.urls import parsed_url

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

RETRY_SECONDS = 60.0  # a restart of PostgreSQL or a backup takes seconds; what is longer needs a person
BUSY_MS = 10_000  # SQLite waits so long for another writer until it says "locked"; then the retries begin
_INIT_LOCK = 0x6875_7965  # a PostgreSQL advisory lock, any number of our own

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Database:
    """An open archive. `retry_seconds` bounds the wait for an absent or locked database.

    `guard` is called before each write (storage.runs.locks.keep); what it raises keeps the write from
    happening, and an error of the database that passes is waited for. `later`: who opened it links what is
    kept to the other texts of its story (storage.duplicates.pending).
    """

    engine: Engine
    url: URL
    retry_seconds: float = RETRY_SECONDS
    guard: Callable[[], None] | None = None
    later: bool = False

    @property
    def name(self) -> str:
        """Its URL with the password masked, for messages."""
        return masked(self.url.render_as_string(hide_password=False))

    def cause(self, error: SQLAlchemyError) -> str:
        """Returns the driver's own words in one line, without statement, parameters and passwords, and
        advice.
        """
        words = str(error.orig if isinstance(error, DBAPIError) else error).split("\n")
        said = " ".join(" ".join(words[:2]).split())[:300].rstrip(".")
        said = scrubbed(said, self.url.render_as_string(hide_password=False))
        advice = advice_on(error.orig) if isinstance(error, DBAPIError) else None
        return message("{said}; {advice}", said=said, advice=advice) if advice else said

    @property
    def sqlite(self) -> bool:
        """Whether it is SQLite; else it is PostgreSQL."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yields a connection in one consistent read transaction; long reads do not hinder writers.

        Raises StorageError in one line where the database fails.
        """
        options: dict[str, Any] = {} if self.sqlite else {"isolation_level": "REPEATABLE READ"}
        try:
            with self.engine.connect().execution_options(**options) as connection, connection.begin():
                yield connection
        except SQLAlchemyError as error:
            raise StorageError(
                message("cannot read {name}: {cause}", name=self.name, cause=self.cause(error))
            ) from error

    def transaction(self, work: Callable[[Connection], T], of: Collection[str] | None = None) -> T:
        """Returns what `work` returns, run with the only writing connection of the archive, then committed.

        Waits for a locked or absent database up to `retry_seconds` and runs `work` anew each time, so it must
        be repeatable. One writer at a time keeps clusters and versions consistent: SQLite begins IMMEDIATE,
        PostgreSQL takes an advisory lock. There, one that writes what is `of` certain portals runs beside
        those of other portals. Raises DatabaseGone after that time, StorageError for a fault that waiting
        does not heal; nothing was committed then.
        """

        def once(portals: Collection[str] | None) -> T:
            with self.engine.connect().execution_options(write=True) as connection, connection.begin():
                lock(connection, portals)
                return work(connection)

        def attempt() -> T:
            if self.guard is not None:
                self.guard()
            try:
                return once(of)
            except IntegrityError:
                if of is None or self.sqlite:
                    raise
                return once(None)  # two portals may show one address in the same moment

        return self._patiently(attempt, "write to")

    def read(self, work: Callable[[Connection], T]) -> T:
        """Returns what `work` returns, run in a read transaction; waits and raises as `transaction` does."""

        def attempt() -> T:
            with self.engine.connect() as connection, connection.begin():
                return work(connection)

        return self._patiently(attempt, "read")

    def _patiently(self, attempt: Callable[[], T], verb: str) -> T:
        retrying = Retrying(
            retry=retry_if_exception(passing),
            stop=stop_after_delay(self.retry_seconds),
            wait=wait_exponential_jitter(multiplier=0.1, max=5, jitter=0.5),  # seconds
            reraise=True,
        )
        try:
            return retrying(attempt)
        except SQLAlchemyError as error:
            said = message(CANNOT[verb], name=self.name, cause=self.cause(error))
            if passing(error):
                seconds = self.retry_seconds
                raise DatabaseGone(
                    message("{said}, tried for {seconds:g} s", said=said, seconds=seconds)
                ) from error
            raise StorageError(said) from error

    def check(self) -> None:
        """Calls `guard` once. Raises what it raises, and DatabaseGone while the database is out of reach."""
        if self.guard is not None:
            replace(self, retry_seconds=0)._patiently(self.guard, "reach")

    def session(self) -> Connection:
        """Returns a connection of its own, outside any transaction, for what lasts as long as a session does.

        Waits and raises as `transaction` does.
        """
        return self._patiently(
            lambda: self.engine.connect().execution_options(isolation_level="AUTOCOMMIT"), "reach"
        )

    def close(self) -> None:
        """Gives all connections back."""
        self.engine.dispose()


def open_database(
    url: str, *, create: bool = True, retry_seconds: float = RETRY_SECONDS, for_crawl: bool = False
) -> Database:
    """Returns the archive at `url`, ready for use; `create` makes a missing or empty one.

    Without `create`, a SQLite archive that this user cannot write is opened for reading only. `for_crawl`
    bounds it to one connection, and waits up to `retry_seconds` for a database that is out of reach or has no
    connection left. Raises DatabaseNotReady for another schema than ours, DatabaseGone while it is out of
    reach or locked, StorageError for anything else that keeps it shut.
    """
    database = reachable(url, retry_seconds, 1 if for_crawl else None, for_writing=create)
    if database.sqlite and database.url.database not in (None, "", ":memory:"):
        make_room(Path(database.url.database or ""), create)
    try:
        if for_crawl:
            database._patiently(lambda: _prepare(database, create), "open")
        else:
            _prepare(database, create)
    except SQLAlchemyError as error:
        database.close()
        kind = DatabaseGone if passing(error) and not refused(error) else StorageError
        raise kind(
            message("cannot open {name}: {cause}", name=database.name, cause=database.cause(error))
        ) from error
    except BaseException:
        database.close()
        raise
    return database


def reachable(
    url: str,
    retry_seconds: float = RETRY_SECONDS,
    connections: int | None = None,
    *,
    for_writing: bool = True,
) -> Database:
    """Returns the database at `url`, whatever is in it; nothing is asked of it yet.

    It opens at most `connections` at once (default: SQLAlchemy's bounds); one more that is asked for while
    they are in use is an error, not a wait, since a crawl has one thread. Not `for_writing`, it only reads a
    SQLite archive that this user cannot write. Raises StorageError for another URL than of SQLite or
    PostgreSQL.
    """
    parsed = parsed_url(url)
    engine = _engine(parsed, retry_seconds, connections, None if for_writing else unwritable(parsed))
    return Database(engine, parsed, retry_seconds)


def session_name(pid: int) -> str:
    """Returns how PostgreSQL names the sessions of process `pid` of this machine (application_name, 63
    bytes).
    """
    return f"process {pid} on {socket.gethostname()}".encode()[:63].decode(errors="ignore")


def upgrade(url: str) -> tuple[str | None, str]:
    """Brings the database at `url` to today's schema; returns the revision it had and the one it has now."""
    database = reachable(url)
    try:
        return _migrate(database), REVISION
    except SQLAlchemyError as error:
        raise StorageError(
            message("cannot upgrade {name}: {cause}", name=database.name, cause=database.cause(error))
        ) from error
    finally:
        database.close()


def insert_into(connection: Connection, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """Returns an INSERT that knows ON CONFLICT, in the connection's dialect."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # takes a tenth of a crawl's start, which SQLite need not wait

    return postgresql.insert(table)


def upsert(
    connection: Connection, table: type[Base], keys: Sequence[str], rows: Sequence[dict[str, Any]]
) -> None:
    """Inserts `rows`, which all have the same columns; one whose `keys` are there takes its place."""
    if rows:
        into = insert_into(connection, table)
        changes = {name: into.excluded[name] for name in rows[0] if name not in keys}
        connection.execute(into.on_conflict_do_update(index_elements=keys, set_=changes), rows)


def _engine(url: URL, retry_seconds: float, connections: int | None, read_only: Path | None) -> Engine:
    sqlite_ = url.get_backend_name() == "sqlite"
    bounds = {"pool_size": connections, "max_overflow": 0, "pool_timeout": 0} if connections else {}
    named = {"connect_timeout": 10, "application_name": session_name(os.getpid())}
    options: dict[str, Any] = {
        "json_serializer": partial(json.dumps, ensure_ascii=False),
        "execution_options": compiled.options(url.get_backend_name()),
    }
    if read_only:
        engine = reader(url, read_only, **options)
    elif sqlite_:
        engine = create_engine(url, **options, **bounds)
    else:
        engine = create_engine(url, pool_pre_ping=True, connect_args=named, **options, **bounds)
    if sqlite_:
        busy = min(BUSY_MS, int(retry_seconds * 1000))

        @event.listens_for(engine, "connect")
        def _connect(connection: Any, _: Any) -> None:
            # We say BEGIN ourselves: sqlite3 would put it off until a write.
            connection.isolation_level = None
            # Under WAL a power cut may take the last commits, never the rest. What they held is in WARC
            # files synced before, and is asked for again or replayed; a sync a batch would guard no more.
            # 64 MiB of cache: the bands are looked up at random.
            _pragmas(
                connection,
                f"busy_timeout={busy}", "foreign_keys=ON", "synchronous=NORMAL", "cache_size=-65536",
            )  # fmt: skip

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            write = connection.get_execution_options().get("write", False)
            connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _prepare(database: Database, create: bool) -> None:
    with database.engine.connect() as connection, connection.begin():
        found = _revision(connection, database)
    if found == REVISION:
        return
    if found is None:
        if not create:
            raise DatabaseNotReady(
                message("{name} is empty; `huyen db upgrade` prepares it", name=database.name)
            )
    elif not database.sqlite:
        raise DatabaseNotReady(
            message(
                "{name} has schema {found}, not {revision}: run `huyen db upgrade`",
                name=database.name,
                found=found,
                revision=REVISION,
            )
        )
    elif unwritable(database.url):
        raise DatabaseNotReady(
            message(
                "{name} has schema {found}, not {revision}, and this user cannot write to it: let its owner "
                "run `huyen db upgrade`, or copy it to a folder of your own",
                name=database.name,
                found=found,
                revision=REVISION,
            )
        )
    _migrate(database)


def _revision(connection: Connection, database: Database) -> str | None:
    """Returns the schema's revision; None for an empty database. Raises for one that is not ours or too
    new.
    """
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    found = None
    if "alembic_version" in tables:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found is None:
        raise StorageError(
            message(
                "{name} contains tables of another program ({tables}); give another database",
                name=database.name,
                tables=tables[0],
            )
        )
    if not any((MIGRATIONS / "versions").glob(f"{found}_*.py")):
        raise DatabaseNotReady(
            message(
                "{name} has schema {found} of a newer huyen: update huyen", name=database.name, found=found
            )
        )
    return str(found)


def _migrate(database: Database) -> str | None:
    """Migrates in one transaction, alone; returns the revision found before."""
    with database.engine.connect().execution_options(write=True) as connection:
        if database.sqlite:
            # They work outside a transaction only; a table built anew must not cascade to its children.
            raw: Any = connection.connection.dbapi_connection
            _pragmas(raw, "journal_mode=WAL", "foreign_keys=OFF")
        with connection.begin():
            if not database.sqlite:
                connection.execute(select(func.pg_advisory_xact_lock(_INIT_LOCK)))
            found = _revision(connection, database)
            if found != REVISION:
                bring_up(connection, found)
        if database.sqlite:
            _pragmas(raw, "foreign_keys=ON")
    return found


def _pragmas(connection: Any, *settings: str) -> None:
    """Sets them on SQLite's own connection; what it raises looks like an error of any other statement."""
    try:
        for setting in settings:
            connection.execute(f"PRAGMA {setting}")
    except sqlite3.Error as error:
        raise OperationalError(f"PRAGMA {setting}", None, error) from error
