"""Whether the database itself is sound: its schema, its indexes, its pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, create_engine, inspect, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from storage.database import Database
from storage.errors import StorageError
from storage.language.messages import marked, message
from storage.schema import REVISION, Base

_MIGRATIONS = Path(__file__).parents[1] / "migrations" / "versions"
_MAX_FAULTS = 100  # a broken page shows in thousands of rows
_POSTGRESQL = (
    (
        "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid",
        marked("index {name} is not valid: REINDEX it"),
    ),
    (
        "SELECT conname FROM pg_constraint WHERE NOT convalidated",
        marked("constraint {name} was never validated"),
    ),
    (
        "SELECT nullif(checksum_failures, 0) FROM pg_stat_database WHERE datname = current_database()",
        marked("{name} pages failed their checksum"),
    ),
)


@dataclass(slots=True)
class Health:
    """The state of a database: its schema's revision, the revisions that are still to come, its faults."""

    revision: str | None
    pending: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def check(url: str) -> Health:
    """Looks at the database at `url`, changing nothing. Raises StorageError where it cannot be opened."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file():
        raise StorageError(
            message("no archive at {database}; `huyen crawl` creates one", database=parsed.database)
        )
    database = Database(create_engine(parsed), parsed)
    try:
        with database.engine.connect() as connection:
            health = _health(connection, database.sqlite)
            connection.rollback()
            return health
    except SQLAlchemyError as error:
        cause = database.cause(error)
        raise StorageError(
            message("cannot check {name}: {cause}", name=database.name, cause=cause)
        ) from error
    finally:
        database.close()


def known_revisions() -> list[str]:
    """Returns the revisions of the schema that this version knows, oldest first."""
    return sorted(path.name.partition("_")[0] for path in _MIGRATIONS.glob("[0-9]*_*.py"))


def pending(found: str | None) -> list[str]:
    """Returns the revisions that a database with schema `found` (None: an empty one) lacks, oldest first."""
    return [one for one in known_revisions() if found is None or one > found]


def revision_of(connection: Connection) -> str | None:
    """Returns the schema's revision, None for an empty database; StorageError for another program's."""
    tables = inspect(connection).get_table_names()
    found = None
    if "alembic_version" in tables:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if tables and found is None:
        raise StorageError(
            message(
                "the database contains tables of another program ({tables}); HUYEN_DATABASE_URL names "
                "another",
                tables=tables[0],
            )
        )
    return found


def _health(connection: Connection, sqlite: bool) -> Health:
    found = revision_of(connection)
    health = Health(found, pending(found))
    if found is not None and found not in known_revisions():
        health.faults.append(message("schema {found} is of a newer huyen: update huyen", found=found))
    elif found == REVISION:
        tables = inspect(connection).get_table_names()
        missing = sorted(set(Base.metadata.tables) - set(tables))
        health.faults += [message("table {name} is missing", name=name) for name in missing]
        health.faults += _sqlite(connection) if sqlite else _postgresql(connection)
    return health


def _sqlite(connection: Connection) -> Iterator[str]:
    for row in connection.execute(text(f"PRAGMA integrity_check({_MAX_FAULTS})")):
        if row[0] != "ok":
            yield message("integrity: {said}", said=row[0])
    for number, row in enumerate(connection.execute(text("PRAGMA foreign_key_check"))):
        if number < _MAX_FAULTS:
            yield message(
                "table {table}, row {row}: it refers to a row of {other} that is not there",
                table=row[0],
                row=row[1],
                other=row[2],
            )
    try:
        connection.execute(text("INSERT INTO search(search, rank) VALUES ('integrity-check', 1)"))
    except SQLAlchemyError as error:
        yield message(
            "the full-text index does not agree with the texts: {error}", error=getattr(error, "orig", error)
        )


def _postgresql(connection: Connection) -> Iterator[str]:
    for query, sentence in _POSTGRESQL:
        for found in connection.execute(text(query)).scalars():
            if found is not None:
                yield message(sentence, name=found)
