"""An archive as release 0.1.0 left it, copied to where a test wants it, and migrated one step at a time."""

from __future__ import annotations

import gzip
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    DateTime,
    Engine,
    MetaData,
    Table,
    create_engine,
    event,
    inspect,
    make_url,
    text,
)
from sqlalchemy.types import TypeEngine

import storage

ARCHIVE = Path(__file__).with_name("archive-0.1.0")
FIRST = "0001"  # the schema of 0.1.0
Row = dict[str, Any]


def unpack(folder: Path) -> Path:
    """Copies the archive into the data folder `folder`; returns the path of its database."""
    shutil.copytree(ARCHIVE / "warc", folder / "warc")
    path = folder / "archive.db"
    path.write_bytes(gzip.decompress((ARCHIVE / "archive.db.gz").read_bytes()))
    return path


def load(path: Path, url: str) -> None:
    """Fills the empty PostgreSQL database at `url` with the tables of FIRST and the rows of `path`."""
    engine = opened(url)
    bring_to(engine, FIRST)
    metadata = MetaData()
    metadata.reflect(engine)
    with closing(sqlite3.connect(path)) as source, engine.begin() as target:
        source.row_factory = sqlite3.Row
        target.execute(text("SET session_replication_role = replica"))  # rows come in any order
        for table in metadata.tables.values():
            if table.name == "alembic_version":
                continue
            rows = [_typed(table, dict(row)) for row in source.execute(f'SELECT * FROM "{table.name}"')]
            if rows:
                target.execute(table.insert(), rows)
            _count_on(target, table)
    engine.dispose()


def _count_on(connection: Any, table: Table) -> None:
    """Lets the next row have a key after those that were loaded."""
    key = list(table.primary_key.columns)
    if len(key) == 1 and key[0].server_default is not None:
        connection.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', '{key[0].name}'),"
                f" coalesce((SELECT max({key[0].name}) FROM {table.name}), 1))"
            )
        )


def _typed(table: Table, row: Row) -> Row:
    return {name: _value(table.columns[name].type, value) for name, value in row.items()}


def _value(kind: TypeEngine[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, JSON):
        return json.loads(value)
    if isinstance(kind, Boolean):
        return bool(value)
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return date.fromisoformat(value) if isinstance(kind, Date) else value


def opened(url: str) -> Engine:
    """Returns an engine of SQLAlchemy's own, without what storage.database does on opening."""
    parsed = make_url(url)
    engine = create_engine(parsed.set(drivername="postgresql+psycopg") if "postgres" in url else parsed)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _connect(connection: Any, _: Any) -> None:
            connection.isolation_level = None
            connection.execute("PRAGMA foreign_keys=OFF")

        @event.listens_for(engine, "begin")
        def _begin(connection: Any) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(storage.__file__).parent / "migrations"))
    return config


def revisions() -> list[str]:
    """Returns the revisions of the schema, oldest first."""
    walked = ScriptDirectory.from_config(_config()).walk_revisions()
    return [script.revision for script in walked][::-1]


def bring_to(engine: Engine, revision: str) -> None:
    """Runs the migrations up to `revision`, in one transaction."""
    config = _config()
    with engine.connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def rows(engine: Engine) -> dict[str, list[Row]]:
    """Returns the rows of every table in a fixed order, without those of alembic and the full-text index."""
    return dict(_tables(engine))


def _tables(engine: Engine) -> Iterator[tuple[str, list[Row]]]:
    with engine.connect() as connection:
        for name in sorted(inspect(connection).get_table_names()):
            if name != "alembic_version" and not name.startswith("search"):
                found = connection.execute(text(f'SELECT * FROM "{name}"')).mappings()
                yield name, sorted((dict(row) for row in found), key=repr)
