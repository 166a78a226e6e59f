"""Each migration on an archive with rows, on both databases: what was kept stands, new columns are empty."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

import storage
from storage.care import gazetteer
from storage.database import open_database
from storage.schema import REVISION

_ARTICLE = {
    "id": "a1", "url": "https://x.vn/1", "district_id": "a.b", "portal": "https://x.vn", "version": 1,
    "status": "live", "exact": "", "published_order": "9999", "first_seen_at": "2024-01-01 00:00:00+00:00",
    "last_seen_at": "2024-01-01 00:00:00+00:00", "bands": "[]",
}  # fmt: skip


def _at(url: str, revision: str) -> Any:
    """An engine on an archive at `revision`."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(storage.__file__).parent / "migrations"))
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    return engine


def _insert(connection: Any, table: str) -> None:
    """A row of `table` with a value of its kind in each column that must have one."""
    from sqlalchemy import MetaData, Table

    found = Table(table, MetaData(), autoload_with=connection)
    values: dict[str, Any] = {}
    for column in found.columns:
        if column.nullable or (column.primary_key and column.autoincrement is True):
            continue
        kind = str(column.type).split("(")[0].upper()
        if column.name in _ARTICLE and table == "articles":
            values[column.name] = _ARTICLE[column.name]
        elif kind == "JSON":
            values[column.name] = "[]"
        elif kind in ("BOOLEAN",):
            values[column.name] = False
        elif kind in ("INTEGER", "BIGINT", "DOUBLE", "DOUBLE PRECISION", "DOUBLE_PRECISION", "FLOAT"):
            values[column.name] = 1
        elif "TIME" in kind or kind == "DATE":
            values[column.name] = "2024-01-01 00:00:00+00:00"
        else:
            values[column.name] = {"district_id": "a.b", "article_id": "a1"}.get(column.name, "x")
    if table == "districts":
        values["id"] = "a.b"
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), values)


def test_versions_read_before_have_no_confidence(database_url: str) -> None:
    engine = _at(database_url, "0001")
    with engine.begin() as connection:
        for table in ("districts", "articles", "versions"):
            _insert(connection, table)
        before = connection.execute(text("SELECT title, body FROM versions")).all()
    engine.dispose()
    open_database(database_url).close()
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == REVISION
        assert connection.execute(text("SELECT title, body FROM versions")).all() == before
        assert connection.execute(text("SELECT confidence, witnesses FROM versions")).all() == [(None, None)]
    engine.dispose()


def test_an_archive_from_before_files_gains_their_tables(database_url: str) -> None:
    engine = _at(database_url, "0004")
    with engine.begin() as connection:
        for table in ("districts", "articles", "versions", "captures"):
            _insert(connection, table)
        before = connection.execute(text("SELECT url, warc_file FROM captures")).all()
    engine.dispose()
    open_database(database_url).close()
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        assert connection.execute(text("SELECT url, warc_file FROM captures")).all() == before
        assert connection.execute(text("SELECT file_id FROM captures")).scalars().all() == [None]
        for table in ("files", "file_versions", "contents", "article_files"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0
    engine.dispose()


def test_an_archive_from_before_checks_gains_their_table(database_url: str) -> None:
    engine = _at(database_url, "0005")
    with engine.begin() as connection:
        for table in ("districts", "articles", "versions", "captures"):
            _insert(connection, table)
        before = connection.execute(text("SELECT url, warc_file FROM captures")).all()
    engine.dispose()
    open_database(database_url).close()
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        assert connection.execute(text("SELECT url, warc_file FROM captures")).all() == before
        _insert(connection, "checks")
        assert connection.execute(text("SELECT count(*) FROM checks")).scalar() == 1
    engine.dispose()


def test_an_archive_from_before_places_gains_their_tables(database_url: str) -> None:
    engine = _at(database_url, "0007")
    with engine.begin() as connection:
        for table in ("districts", "articles", "versions", "captures"):
            _insert(connection, table)
        before = connection.execute(text("SELECT url, warc_file FROM captures")).all()
    engine.dispose()
    database = open_database(database_url)
    assert gazetteer.fill(database)
    database.close()
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        assert connection.execute(text("SELECT url, warc_file FROM captures")).all() == before
        found = connection.execute(text("SELECT count(*) FROM places WHERE level = 'district'"))
        assert found.scalar() == 854
    engine.dispose()


def test_an_archive_from_before_names_gains_their_tables(database_url: str) -> None:
    engine = _at(database_url, "0009")
    with engine.begin() as connection:
        for table in ("districts", "articles", "versions", "captures"):
            _insert(connection, table)
        before = connection.execute(text("SELECT title, body, reader_version FROM versions")).all()
    engine.dispose()
    open_database(database_url).close()
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        assert connection.execute(text("SELECT title, body, reader_version FROM versions")).all() == before
        assert connection.execute(text("SELECT named_by FROM versions")).all() == [(None,)]
        for table in ("mentions", "documents_named"):
            _insert(connection, table)
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 1
    engine.dispose()


def test_an_archive_from_before_shared_nights_gains_their_tables(database_url: str) -> None:
    engine = _at(database_url, "0013")
    with engine.begin() as connection:
        _insert(connection, "runs")
        before = connection.execute(text("SELECT id, verdict FROM runs")).all()
    engine.dispose()
    open_database(database_url).close()
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        assert connection.execute(text("SELECT id, verdict FROM runs")).all() == before
        for table in ("shared_nights", "night_machines", "night_districts"):
            _insert(connection, table)
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 1
    engine.dispose()


def test_an_archive_from_before_the_store_gains_its_table(database_url: str) -> None:
    engine = _at(database_url, "0015")
    with engine.begin() as connection:
        _insert(connection, "captures")
    engine.dispose()
    open_database(database_url).close()
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM captures")).scalar() == 1
        _insert(connection, "shipped")
        assert connection.execute(text("SELECT count(*) FROM shipped")).scalar() == 1
    engine.dispose()
