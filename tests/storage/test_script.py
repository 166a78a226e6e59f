"""The script that makes a new SQLite archive is what the migrations make."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from storage.database import open_database
from storage.schema import REVISION, upgrading


def _all(engine: Engine) -> tuple[list[tuple[str, ...]], dict[str, list[tuple[object, ...]]]]:
    """Everything that a database has: its objects, each with its SQL, and the rows of its tables.

    Those of a full-text index differ where it was rebuilt while it was empty, so they are left out.
    """
    with engine.begin() as connection:
        objects = connection.exec_driver_sql("SELECT type, name, tbl_name, sql FROM sqlite_master").all()
        tables = connection.exec_driver_sql("PRAGMA table_list").mappings()
        names = [row["name"] for row in tables if row["type"] == "table"]
        names = [name for name in names if not name.startswith("sqlite_")]
        rows = {name: connection.exec_driver_sql(f"SELECT * FROM {name}").all() for name in names}
    found = sorted(tuple(str(value) for value in row) for row in objects)
    return found, {name: [tuple(row) for row in some] for name, some in rows.items()}


def _migrated() -> Engine:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        upgrading.migrate(connection)
    return engine


def test_it_makes_what_the_migrations_make(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'archive.db'}")
    objects, rows = _all(database.engine)
    assert (objects, rows) == _all(_migrated())
    assert rows["alembic_version"] == [(REVISION,)]
    assert {"search", "search_contents", "articles_current", "catalogue"} <= {row[1] for row in objects}
    assert any(row[0] == "trigger" for row in objects)


def test_it_is_as_written_by_its_own_command() -> None:
    assert upgrading.SCRIPT.read_text(encoding="utf-8") == upgrading.script(), "run `make schema`"


def test_a_script_of_another_revision_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "sqlite.sql"
    old.write_text("-- 0001\n--\nCREATE TABLE wrong (id INTEGER)\n", encoding="utf-8")
    monkeypatch.setattr(upgrading, "SCRIPT", old)
    database = open_database(f"sqlite:///{tmp_path / 'archive.db'}")
    assert _all(database.engine) == _all(_migrated())


def test_a_new_archive_is_made_without_alembic(tmp_path: Path) -> None:
    code = """
import sys
from storage.database import open_database
open_database("sqlite:///" + sys.argv[1]).close()
print("alembic" in sys.modules)
"""
    command = [sys.executable, "-c", code, str(tmp_path / "archive.db")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
