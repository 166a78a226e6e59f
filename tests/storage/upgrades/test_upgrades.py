"""Archives of earlier releases open, lose nothing, and go on, on both databases."""

from __future__ import annotations

import csv
import io
import os
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from storage.database import open_database, upgrade
from storage.errors import DatabaseNotReady
from storage.schema import REVISION
from tests.storage.upgrades import old, portals
from tests.storage.upgrades.portals import GONE, LAST, LATER, NEWEST, REVISED, serving

ROOT = Path(__file__).parents[3]
# Values that a migration changes on purpose: its revision -> (table, column).
CHANGED: dict[str, set[tuple[str, str]]] = {
    "0010": {("versions", "folded"), ("contents", "folded")},  # beside the folded words those as typed
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    old.unpack(folder)
    return folder


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("postgresql"))])
def url(request: pytest.FixtureRequest, data: Path) -> str:
    """The archive of 0.1.0 at its own schema, on each database."""
    path = data / "archive.db"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE runs SET host = ?", (socket.gethostname(),))  # it stayed on its machine
    if request.param == "sqlite":
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("postgres_url")
    old.load(path, url)
    path.unlink()
    return url


def test_what_was_kept_has_every_kind_of_row(data: Path) -> None:
    with closing(sqlite3.connect(data / "archive.db")) as database:
        tables = ("districts", "portals", "runs", "captures", "articles", "versions", "frontier", "furniture")
        counts = {name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}
        assert all(counts.values()), counts
        assert database.execute("SELECT count(*) FROM articles WHERE status = 'gone'").fetchone() == (1,)
        assert database.execute("SELECT count(*) FROM articles WHERE duplicate_of > ''").fetchone() == (1,)
        assert database.execute("SELECT count(*) FROM versions WHERE number > 1").fetchone() == (1,)
        assert database.execute("SELECT count(*) FROM captures WHERE revisit").fetchone()[0] > 0
        assert database.execute("SELECT count(*) FROM runs WHERE verdict IS NULL").fetchone() == (1,)
        assert database.execute("SELECT version_num FROM alembic_version").fetchone() == (old.FIRST,)


def test_no_migration_loses_a_row_or_a_value(url: str) -> None:
    engine = old.opened(url)
    before = old.rows(engine)
    steps = old.revisions()
    assert steps[0] == old.FIRST and steps[-1] == REVISION
    for revision in steps[1:]:
        old.bring_to(engine, revision)
        after = old.rows(engine)
        for name, kept in before.items():
            assert name in after, f"{revision} drops {name}"
            changed = {column for table, column in CHANGED.get(revision, set()) if table == name}
            stay = [
                column
                for column in (kept[0] if kept else {})
                if column not in changed and (not after[name] or column in after[name][0])
            ]
            assert _columns(after[name], stay) == _columns(kept, stay), f"{revision} changes {name}"
        before = after
    engine.dispose()
    archive = open_database(url, create=False)
    with archive.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM articles")).scalar() == 11
    archive.close()


def _columns(rows: list[dict[str, Any]], names: list[str]) -> list[str]:
    return sorted(repr([row[name] for name in names]) for row in rows)


def test_a_server_is_upgraded_when_its_operator_says_so(url: str) -> None:
    if not url.startswith("sqlite") and old.FIRST != REVISION:
        with pytest.raises(DatabaseNotReady, match="huyen db upgrade"):
            open_database(url)
    assert upgrade(url) == (old.FIRST, REVISION)
    open_database(url, create=False).close()


@pytest.mark.slow
def test_an_archive_of_0_1_0_goes_on(url: str, data: Path, tmp_path: Path) -> None:
    with serving() as there:
        there.night = 4
        registry = tmp_path / "registry"
        registry.mkdir()
        (registry / "ven-song.toml").write_text(there.registry(), encoding="utf-8")
        settings = {
            "HUYEN_DATA": str(data),
            "HUYEN_REGISTRY": str(registry),
            "HUYEN_DATABASE_URL": url,
            "HUYEN_MIN_FREE_MB": "1",
        }

        def huyen(*arguments: str) -> str:
            ran = subprocess.run(
                [sys.executable, "-m", "crawler.cli", *arguments],
                cwd=ROOT,
                env=os.environ | settings,
                capture_output=True,
                text=True,
                timeout=300,
                check=False,
            )
            assert ran.returncode == 0, (arguments, ran.stdout, ran.stderr)
            return ran.stdout

        huyen("db", "upgrade")
        first = _exported(huyen("export", "--columns", "all"))
        assert len(first) == 11
        huyen("verify", "--jobs", "1")
        assert "dry run: nothing was changed" in huyen(
            "replay", str(data / "warc"), "--dry-run", "--jobs", "1"
        )
        assert _exported(huyen("export", "--columns", "all")) == first
        huyen("crawl", "--all")  # goes on with the requests that the killed night left
        huyen("crawl", "--all")
        assert "died" in huyen("runs")  # the night that was killed under 0.1.0
        then = _exported(huyen("export", "--columns", "all"))
        assert {key: row["title"] for key, row in then.items() if key in first} == {
            key: row["title"] for key, row in first.items()
        }
        new = {row["url"].rpartition("/")[2] for key, row in then.items() if key not in first}
        assert new == {portals.path(n).rpartition("/")[2] for n in (*LAST, *NEWEST)}
        told = {row["url"]: row for row in then.values()}
        song_cau = "http://song-cau.example"
        assert told[song_cau + portals.path(GONE)]["status"] == "gone"
        assert told[song_cau + portals.path(REVISED)]["version"] == "2"
        assert all(song_cau + portals.path(n) in told for n in LATER)
        huyen("verify", "--jobs", "1")
        huyen("replay", str(data / "warc"), "--jobs", "1")
        again = _exported(huyen("export", "--columns", "all"))
        assert {k: row["url"] for k, row in again.items()} == {k: row["url"] for k, row in then.items()}


def _exported(text: str) -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}


@pytest.mark.slow
def test_a_better_reader_changes_what_a_replay_says_and_no_crawl(data: Path, tmp_path: Path) -> None:
    """The text of an article as an older reader had it, with a trail above: a dry run names the difference, a
    crawl of the same page makes no version, and a replay keeps today's reading beside the old one.
    """
    leaked = "Trang chủ > Tin tức > Đời sống"
    with closing(sqlite3.connect(data / "archive.db")) as database, database:
        database.execute("UPDATE runs SET host = ?", (socket.gethostname(),))
        (key, body) = database.execute(
            "SELECT a.id, v.body FROM articles a JOIN versions v ON v.article_id = a.id AND number = version"
            " WHERE a.status = 'live' AND a.version = 1 AND a.duplicate_of IS NULL ORDER BY a.id LIMIT 1"
        ).fetchone()
        database.execute(
            "UPDATE versions SET body = ?, content_hash = ? WHERE article_id = ?",
            (f"{leaked}\n{body}", "0" * 64, key),
        )
    with serving() as there:
        there.night = 4
        registry = tmp_path / "registry"
        registry.mkdir()
        (registry / "ven-song.toml").write_text(there.registry(), encoding="utf-8")
        settings = {"HUYEN_DATA": str(data), "HUYEN_REGISTRY": str(registry), "HUYEN_MIN_FREE_MB": "1"}

        def huyen(*arguments: str) -> str:
            command = [sys.executable, "-m", "crawler.cli", *arguments]
            ran = subprocess.run(
                command, cwd=ROOT, env=os.environ | settings, capture_output=True, text=True, timeout=300
            )
            assert ran.returncode == 0, (arguments, ran.stdout, ran.stderr)
            return ran.stdout

        def row() -> tuple[str, str]:
            exported = _exported(huyen("export", "--columns", "id,version,body"))
            return exported[key]["version"], exported[key]["body"]

        huyen("db", "upgrade")
        told = huyen("replay", str(data / "warc"), "--dry-run", "--jobs", "1")
        assert "would read otherwise: body in 1" in told
        assert leaked in told and key in told
        assert row() == ("1", f"{leaked}\n{body}")
        huyen("crawl", "--all", "--full")
        assert row() == ("1", f"{leaked}\n{body}")
        assert "read otherwise now: body in 1" in huyen("replay", str(data / "warc"), "--jobs", "1")
        assert row() == ("2", body)
