"""Each migration on an archive with rows, on both databases: what was kept stands, new columns are empty."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import MetaData, Table, text

from storage.care import gazetteer
from storage.database import Database, open_database, upgrade
from storage.schema import REVISION
from tests.storage.upgrades import old

_ARTICLE = {
    "id": "a1", "url": "https://x.vn/1", "district_id": "a.b", "portal": "https://x.vn", "version": 1,
    "status": "live", "exact": "", "published_order": "9999", "first_seen_at": "2024-01-01 00:00:00+00:00",
    "last_seen_at": "2024-01-01 00:00:00+00:00", "bands": "[]",
}  # fmt: skip
_PAGES = ("districts", "articles", "versions", "captures")
_CAPTURES = "SELECT url, warc_file FROM captures"


class Before(NamedTuple):
    """An archive from before `what`: its schema, the tables that have a row, and the query whose answer
    stays. `empty` asks for the new columns, `gains` are the new tables.
    """

    what: str
    revision: str
    had: tuple[str, ...]
    kept: str
    empty: str = ""
    gains: tuple[str, ...] = ()


BEFORE = (
    Before(
        "confidence", "0001", ("districts", "articles", "versions"), "SELECT title, body FROM versions",
        "SELECT confidence, witnesses FROM versions",
    ),
    Before(
        "files", "0004", _PAGES, _CAPTURES, "SELECT file_id FROM captures",
        ("files", "file_versions", "contents", "article_files"),
    ),
    Before("checks", "0005", _PAGES, _CAPTURES, gains=("checks",)),
    Before(
        "names", "0009", _PAGES, "SELECT title, body, reader_version FROM versions",
        "SELECT named_by FROM versions", ("mentions", "documents_named"),
    ),
    Before(
        "shared-nights", "0013", ("runs",), "SELECT id, verdict FROM runs",
        gains=("shared_nights", "night_machines", "night_districts"),
    ),
    Before("store", "0015", ("captures",), _CAPTURES, gains=("shipped",)),
)  # fmt: skip


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("postgresql"))])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without tables: that of an empty archive has today's on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'archive.db'}"
    empty: str = request.getfixturevalue("postgres_url")
    return empty


@pytest.mark.parametrize("before", BEFORE, ids=[one.what for one in BEFORE])
def test_an_older_archive_keeps_its_rows_and_gains_empty_columns_and_tables(url: str, before: Before) -> None:
    kept = _made(url, before.revision, before.had, before.kept)
    _brought_to_today(url).close()
    engine = old.opened(url)
    with engine.begin() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == REVISION
        assert connection.execute(text(before.kept)).all() == kept
        if before.empty:
            assert [set(row) for row in connection.execute(text(before.empty))] == [{None}]
        for table in before.gains:
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0
        for table in before.gains:
            _insert(connection, table)
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 1
    engine.dispose()


def test_an_archive_from_before_places_gains_their_tables(url: str) -> None:
    kept = _made(url, "0007", _PAGES, _CAPTURES)
    database = _brought_to_today(url)
    assert gazetteer.fill(database)
    database.close()
    engine = old.opened(url)
    with engine.begin() as connection:
        assert connection.execute(text(_CAPTURES)).all() == kept
        found = connection.execute(text("SELECT count(*) FROM places WHERE level = 'district'"))
        assert found.scalar() == 854
    engine.dispose()


def _made(url: str, revision: str, had: tuple[str, ...], kept: str) -> list[Any]:
    """What the query `kept` answers in a new archive at `revision` with a row in each table that it `had`."""
    engine = old.opened(url)
    old.bring_to(engine, revision)
    with engine.begin() as connection:
        for table in had:
            _insert(connection, table)
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == revision
        found = [*connection.execute(text(kept))]
    engine.dispose()
    assert len(found) == 1
    return found


def _brought_to_today(url: str) -> Database:
    """The archive with today's schema: SQLite's migrates when it is opened, a server's when it is told to."""
    if not url.startswith("sqlite"):
        upgrade(url)
    return open_database(url)


def _insert(connection: Any, table: str) -> None:
    """A row of `table` with a value of its kind in each column that must have one."""
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
