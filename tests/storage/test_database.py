"""Opening an archive, what keeps it shut, and transactions that wait."""

from __future__ import annotations

import os
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

import storage
from storage.care.health import check
from storage.database import Database, open_database, upgrade
from storage.errors import DatabaseGone, DatabaseNotReady, StorageError
from storage.schema import REVISION, Base

ROOT = Path(storage.__file__).parents[1]
OPEN = """
import sys
from storage.database import StorageError, open_database
try:
    open_database(sys.argv[1])
except StorageError as error:
    print(error)
"""


def test_today_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(storage.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == REVISION


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection:sqlalchemy.exc.SAWarning")
def test_migrations_build_the_models(db: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    def ours(name: str | None, kind: str, _: object) -> bool:
        # full text, and an index over expressions, which neither database reflects as it was built
        return not (kind in ("table", "index") and str(name).startswith(("search", "ix_catalogue")))

    with db.reading() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": ours})
        assert compare_metadata(context, Base.metadata) == []


def test_opened_twice_it_is_the_same_archive(database_url: str) -> None:
    first = open_database(database_url)
    first.transaction(_count)
    first.close()
    again = open_database(database_url)
    with again.reading() as connection:
        assert connection.execute(text("SELECT id FROM districts")).scalars().all() == ["a.b"]
    again.close()


def test_sqlite_is_safe_and_shared(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'a.db'}")
    with database.reading() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
        assert connection.execute(text("PRAGMA busy_timeout")).scalar() == 10_000
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 1  # NORMAL: a file is never torn
    database.close()


def test_folder_is_made(tmp_path: Path) -> None:
    open_database(f"sqlite:///{tmp_path / 'a' / 'b' / 'c.db'}").close()
    assert (tmp_path / "a/b/c.db").is_file()


def test_missing_archive_is_not_made_for_a_reader(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"no archive at .*a.db; `huyen crawl` creates one"):
        open_database(f"sqlite:///{tmp_path / 'a.db'}", create=False)
    assert list(tmp_path.iterdir()) == []


def test_file_of_something_else(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_text("not a database, but long enough to look at " * 50)
    with pytest.raises(StorageError, match=r"cannot open sqlite:///.*file is not a database"):
        open_database(f"sqlite:///{tmp_path / 'a.db'}")


def test_tables_of_something_else(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "a.db")
    connection.execute("CREATE TABLE cars (id)")
    connection.close()
    for look in (open_database, check, upgrade):
        with pytest.raises(StorageError, match=r"another program .cars."):
            look(f"sqlite:///{tmp_path / 'a.db'}")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that even root cannot write to")
def test_read_only_folder() -> None:
    with pytest.raises(
        StorageError, match=r"^cannot open sqlite:////proc/a.db: unable to open database file; the file"
    ):
        open_database("sqlite:////proc/a.db")


def opening(url: str, *, may_write_all: bool = True, largest: int = 0) -> str:
    """What a process says that opens `url`, without root's right to write everywhere or with a full disk."""
    limited = [] if may_write_all or os.geteuid() else ["setpriv", "--bounding-set", "-dac_override"]
    ran = subprocess.run(
        [*limited, sys.executable, "-B", "-c", OPEN, url],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest)))
        if largest
        else None,
    )
    return ran.stdout


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("setpriv"), reason="root writes everywhere")
def test_a_file_that_cannot_be_written_is_said_before_the_crawl(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    open_database(url).close()
    (tmp_path / "a.db").chmod(0o444)
    said = (
        f"cannot write to the archive {tmp_path / 'a.db'}: make it, and its folder, writable for this user\n"
    )
    assert opening(url, may_write_all=False) == said


@pytest.mark.slow
@pytest.mark.parametrize("largest", [4_096, 65_536])
def test_a_disk_that_is_full_from_the_start_is_one_line(tmp_path: Path, largest: int) -> None:
    said = opening(f"sqlite:///{tmp_path / 'a.db'}", largest=largest)
    assert re.fullmatch(r"cannot open sqlite:.*a\.db: .*(full|disk I/O error).*\n", said)


@pytest.mark.parametrize("url", ["", "archive.db", "mysql://u:secret@h/d", "sqlite+aiosqlite2://"])
def test_url_of_nothing_known(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    if url.startswith("sqlite+"):
        open_database(url).close()  # any SQLite driver name means the built-in one
        return
    with pytest.raises(StorageError, match=r"give sqlite:///PATH or postgresql") as error:
        open_database(url)
    assert "secret" not in str(error.value)


def test_missing_server_masks_the_password() -> None:
    said = r"cannot open postgresql.*refused.*is the server running"
    with pytest.raises(StorageError, match=said) as error:
        open_database("postgresql+psycopg://u:secret@127.0.0.1:1/d")
    assert "secret" not in str(error.value)
    assert "\n" not in str(error.value)


def test_newer_schema_is_refused(db: Database, database_url: str) -> None:
    db.transaction(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")).rowcount)
    with pytest.raises(DatabaseNotReady, match=r"newer huyen"):
        open_database(database_url)


@pytest.mark.xdist_group("postgresql")
def test_empty_postgresql_is_initialised(postgres_url: str) -> None:
    with pytest.raises(DatabaseNotReady, match=r"huyen db upgrade"):
        open_database(postgres_url, create=False)
    open_database(postgres_url).close()
    open_database(postgres_url, create=False).close()


@pytest.mark.xdist_group("postgresql")
def test_explicit_upgrade(postgres_url: str) -> None:
    assert upgrade(postgres_url) == (None, REVISION)
    assert upgrade(postgres_url) == (REVISION, REVISION)


def test_two_at_once_initialise_one_archive(tmp_path: Path) -> None:
    url, faults = f"sqlite:///{tmp_path / 'a.db'}", []

    def start() -> None:
        try:
            open_database(url).close()
        except StorageError as error:
            faults.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def _count(connection: Connection) -> int:
    connection.execute(text("INSERT INTO districts VALUES ('a.b', 'B', 'huyện', '1', 'A')"))
    return int(connection.execute(text("SELECT count(*) FROM districts")).scalar_one())


def test_transaction_waits_for_a_locked_sqlite(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'a.db'}", retry_seconds=10)
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.3, lambda: other.execute("ROLLBACK"))
    release.start()
    assert database.transaction(_count) == 1
    release.join()
    other.close()
    database.close()


def test_transaction_gives_up_in_one_line(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'a.db'}", retry_seconds=0.2)
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    with pytest.raises(DatabaseGone, match=r"database is locked, tried for 0.2 s"):
        database.transaction(_count)
    assert time.monotonic() - began < 5
    other.close()
    database.close()


@pytest.mark.xdist_group("postgresql")
def test_transaction_outlives_a_lost_connection(postgres_url: str) -> None:
    database = open_database(postgres_url, retry_seconds=10)
    tries = []

    def work(connection: Connection) -> int:
        tries.append(1)
        if len(tries) == 1:
            connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return _count(connection)

    assert database.transaction(work) == 1
    assert len(tries) == 2
    database.close()


@pytest.mark.xdist_group("postgresql")
def test_reading_outlives_a_lost_connection(postgres_url: str) -> None:
    database = open_database(postgres_url, retry_seconds=10)
    tries = []

    def work(connection: Connection) -> int:
        tries.append(1)
        if len(tries) == 1:
            connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return int(connection.execute(text("SELECT 7")).scalar_one())

    assert database.read(work) == 7
    assert len(tries) == 2
    database.close()


def test_a_fault_in_the_work_is_not_tried_again(db: Database) -> None:
    tries = []

    def work(connection: Connection) -> None:
        tries.append(1)
        connection.execute(text("SELECT missing FROM nowhere"))

    with pytest.raises(StorageError, match=r"nowhere"):
        db.transaction(work)
    assert len(tries) == 1
