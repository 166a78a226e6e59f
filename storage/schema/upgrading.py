"""Brings a database to today's schema: by the migrations, or by one script where SQLite has no table yet.

The script takes 15 ms instead of 200, and the first crawl of an archive need not load alembic. `make schema`
writes it; a test compares what it makes with what the migrations make.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, create_engine

from storage.schema.base import REVISION

MIGRATIONS = Path(__file__).parents[1] / "migrations"
SCRIPT = MIGRATIONS / "sqlite.sql"
_BETWEEN = "\n--\n"  # statements; those of triggers hold semicolons


def bring_up(connection: Connection, found: str | None) -> None:
    """Brings the database of `connection`, in its transaction, from revision `found` (None: it is empty) to
    today's.
    """
    if found is None and connection.dialect.name == "sqlite":
        revision, *statements = SCRIPT.read_text(encoding="utf-8").strip().split(_BETWEEN)
        if revision == f"-- {REVISION}":
            for statement in statements:
                connection.exec_driver_sql(statement)
            connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (REVISION,))
            return
    migrate(connection)


def migrate(connection: Connection) -> None:
    """Runs the migrations that the database of `connection` lacks, in its transaction."""
    from alembic import command  # slow to import, and needed once in the life of a schema
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, REVISION)


def script() -> str:
    """Returns the script of today's migrations."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        migrate(connection)
        tables = connection.exec_driver_sql("PRAGMA table_list").mappings()
        shadows = {row["name"] for row in tables if row["type"] == "shadow"}  # a virtual table makes them
        made = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master ORDER BY rowid").all()
    own = [one for one in made if one.name not in shadows and not one.name.startswith("sqlite_")]
    return _BETWEEN.join([f"-- {REVISION}", *(one.sql for one in own if one.sql)]) + "\n"


if __name__ == "__main__":
    SCRIPT.write_text(script(), encoding="utf-8")
