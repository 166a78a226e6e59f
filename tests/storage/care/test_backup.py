"""Copies of an archive that is written to, and the state of a database."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import text

from storage.care.backup import backup
from storage.care.health import check
from storage.database import Database, open_database
from storage.errors import StorageError
from storage.schema import REVISION
from tests.storage.making import article, keep


@pytest.fixture
def archive(tmp_path: Path) -> Database:
    database = open_database(f"sqlite:///{tmp_path / 'archive.db'}")
    keep(database, [article(f"tin-{n}") for n in range(50)])
    return database


def test_a_copy_made_while_a_crawl_writes_is_whole(archive: Database, tmp_path: Path) -> None:
    stop, kept = Event(), [50]

    def write() -> None:
        while not stop.is_set():
            keep(archive, [article(f"them-{kept[0]}")])
            kept[0] += 1

    writer = Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            backup(archive, tmp_path / f"copy-{number}.db")
    finally:
        stop.set()
        writer.join()
        archive.close()
    assert kept[0] > 50
    for number in range(5):
        url = f"sqlite:///{tmp_path / f'copy-{number}.db'}"
        assert check(url).faults == []
        copy = open_database(url)
        with copy.reading() as connection:
            articles, versions = (
                connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
                for table in ("articles", "versions")
            )
        copy.close()
        assert 50 <= articles == versions
    assert not list(tmp_path.glob(".*"))


def test_an_earlier_copy_is_replaced_and_nothing_else(archive: Database, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    backup(archive, target)
    keep(archive, [article("moi")])
    backup(archive, target)
    copy = sqlite3.connect(target)
    assert copy.execute("SELECT count(*) FROM articles").fetchone() == (51,)
    copy.close()
    (tmp_path / "notes.txt").write_text("Ghi chép")
    for path, words in (
        (tmp_path / "notes.txt", "is not a database"),
        (tmp_path / "archive.db", "the archive itself"),
        (tmp_path, "is a folder"),
        (tmp_path / "none" / "copy.db", "does not exist"),
    ):
        with pytest.raises(StorageError, match=words):
            backup(archive, path)
    archive.close()
    assert (tmp_path / "notes.txt").read_text() == "Ghi chép"


@pytest.mark.xdist_group("postgresql")
def test_postgresql_is_copied_by_its_own_tool(postgres_url: str, tmp_path: Path) -> None:
    database = open_database(postgres_url)
    with pytest.raises(StorageError, match="pg_dump"):
        backup(database, tmp_path / "copy.db")
    database.close()


def test_a_sound_database_has_no_faults(db: Database) -> None:
    keep(db, [article()])
    health = check(db.url.render_as_string(hide_password=False))
    assert (health.revision, health.pending, health.faults) == (REVISION, [], [])


def test_what_is_wrong_in_a_database_is_named(archive: Database, tmp_path: Path) -> None:
    archive.close()
    raw = sqlite3.connect(tmp_path / "archive.db")
    raw.execute("DELETE FROM articles WHERE rowid = 1")
    raw.execute("INSERT INTO search(search, rowid, folded) VALUES ('delete', 2, 'tu khong co')")
    raw.execute("DROP INDEX ix_versions_warc_file_warc_offset")
    raw.commit()
    raw.close()
    faults = check(f"sqlite:///{tmp_path / 'archive.db'}").faults
    assert any("a row of articles that is not there" in fault for fault in faults)
    assert any("full-text" in fault for fault in faults)


def test_an_older_schema_has_its_migrations_to_come(archive: Database, tmp_path: Path) -> None:
    archive.close()
    raw = sqlite3.connect(tmp_path / "archive.db")
    raw.execute("UPDATE alembic_version SET version_num = '0000'")
    raw.commit()
    raw.close()
    health = check(f"sqlite:///{tmp_path / 'archive.db'}")
    assert health.pending[-1] == REVISION
    with pytest.raises(StorageError, match="no archive at"):
        check(f"sqlite:///{tmp_path / 'none.db'}")
    assert not (tmp_path / "none.db").exists()
