"""The database and the clocks, each in a state that costs a night."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url, text

from crawler.config import Config, load
from crawler.doctor import archive
from crawler.doctor.findings import State
from storage.care import readiness
from storage.care.readiness import Readiness, look
from storage.database import Database
from storage.language.messages import VIETNAMESE, shown, speaking
from storage.runs import runs
from storage.runs.connections import Room
from storage.schema import REVISION

NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    for name in [name for name in os.environ if name.startswith("HUYEN_")]:
        monkeypatch.delenv(name)
    return load(tmp_path)


def test_a_database_that_is_ready(db: Database) -> None:
    runs.start(db, "phu-yen.song-cau", "http://song-cau.example")
    found = look(db.url.render_as_string(hide_password=False))
    assert (found.revision, found.pending, found.writable) == (REVISION, [], True)
    assert found.newest is not None and found.newest.tzinfo is not None
    assert (found.ahead is None) is db.sqlite and (found.room is None) is db.sqlite
    assert found.ahead is None or abs(found.ahead) < archive.SKEW


def test_a_look_changes_nothing(db: Database) -> None:
    run = runs.start(db, "phu-yen.song-cau", "http://song-cau.example")
    before = runs.listed(db, run_id=run)
    look(db.url.render_as_string(hide_password=False))
    assert runs.listed(db, run_id=run) == before


def test_an_empty_database_and_one_of_another_program(postgres_url: str) -> None:
    assert archive.database(postgres_url, look(postgres_url)).state is State.NOTE
    with psycopg.connect(make_url(postgres_url).set(drivername="postgresql").render_as_string()) as other:
        other.execute("CREATE TABLE posts (id int)")
    found, _ = archive.archive(Config(data=Path("/"), database_url=postgres_url))
    assert found.state is State.ATTENTION and "another program (posts)" in found.said


def test_no_archive_yet_is_no_fault_and_makes_none(config: Config) -> None:
    found, clock = archive.archive(config)
    assert (found.state, clock.state) == (State.NOTE, State.OK)
    assert "no archive at" in found.said
    with speaking(VIETNAMESE):
        assert "no archive at" not in shown(found.said)
    assert not (config.data / "archive.db").exists()


def test_a_damaged_file_is_told(config: Config) -> None:
    config.data.mkdir()
    (config.data / "archive.db").write_bytes(b"not a database at all" * 300)
    found = archive.archive(config)[0]
    assert found.state is State.ATTENTION and "damaged" in found.said


@pytest.mark.parametrize(
    ("found", "state", "words"),
    [
        (Readiness(REVISION), State.OK, "takes writes"),
        (Readiness("0004", ["0005"]), State.ATTENTION, "huyen db upgrade"),
        (Readiness(REVISION, writable=False, why_not="read-only"), State.ATTENTION, "read-only"),
        (Readiness(REVISION, room=Room(1, 20)), State.ATTENTION, "max_connections"),
        (Readiness(REVISION, room=Room(40, 97)), State.OK, ""),
    ],
)
def test_states_of_a_server(found: Readiness, state: State, words: str) -> None:
    told = archive.database("postgresql+psycopg://huyen:mat-khau@db.example/huyen", found)
    assert told.state is state and words in told.said + told.todo
    assert "mat-khau" not in told.said


def test_an_older_schema_of_sqlite_is_no_fault() -> None:
    assert archive.database("sqlite:////srv/archive.db", Readiness("0004", ["0005"])).state is State.NOTE


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Readiness(newest=NOW - timedelta(hours=3)), None),
        (Readiness(newest=NOW + timedelta(seconds=20), ahead=1.5), None),
        (Readiness(newest=NOW + timedelta(minutes=5)), "newest run"),
        (Readiness(ahead=400.0), "7 minutes ahead of that"),
        (Readiness(ahead=-3 * 86_400.0), "3 days behind that"),
    ],
)
def test_clocks_that_disagree(
    config: Config, found: Readiness, words: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "_newest", lambda _: None)
    told = archive.clock(config, found, NOW)
    assert told.state is (State.ATTENTION if words else State.OK)
    assert words is None or words in told.said


def test_a_warc_file_of_the_future_tells_of_the_clock(config: Config) -> None:
    config.warc.mkdir(parents=True)
    path = config.warc / "crawl.warc.gz"
    path.write_bytes(b"")
    told = archive.clock(config, Readiness(), datetime.now(UTC))
    assert told.state is State.OK
    os.utime(path, (2e9, 2e9))
    told = archive.clock(config, Readiness(), datetime.now(UTC))
    assert told.state is State.ATTENTION and "WARC" in told.said


def test_an_archive_that_takes_no_writes(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A role of PostgreSQL that may only read; on SQLite, a program that keeps the lock of the writer."""
    url = db.url.render_as_string(hide_password=False)
    if db.sqlite:
        monkeypatch.setattr(readiness, "PATIENCE", 0.05)
        with db.engine.connect().execution_options(write=True) as other, other.begin():
            found = look(url)
    else:
        role = f"reader_{os.getpid()}"
        with db.engine.begin() as owner:
            owner.execute(text(f"CREATE ROLE {role} LOGIN"))
            owner.execute(text(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"))
        try:
            found = look(db.url.set(username=role).render_as_string(hide_password=False))
        finally:
            with db.engine.begin() as owner:
                owner.execute(text(f"DROP OWNED BY {role}"))
                owner.execute(text(f"DROP ROLE {role}"))
    assert not found.writable
    assert ("locked" if db.sqlite else "permission denied") in found.why_not
