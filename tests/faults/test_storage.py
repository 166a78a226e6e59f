"""A full disk, a locked database, a server stopped and started: nothing is lost, the rest comes later."""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from tests import postgres
from tests.faults.crawls import DISTRICT, Place, portal, wait_until
from tests.faults.servers import own_server

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("weight", "room", "said"),
    [(150_000, 1_500_000, "only stored pages are processed"), (0, 80_000, "The crawl ends")],
    ids=["of the WARC files", "of the database"],
)
def test_a_full_disk_ends_the_crawl_and_the_next_one_makes_it_whole(
    tmp_path: Path, weight: int, room: int, said: str
) -> None:
    with portal(30, weight) as site:
        place = Place(tmp_path, site)
        assert place.rows() == {}  # the tables are there
        place.crawl(max_file=room)  # what the database writes first, its log, meets the bound
        assert said in place.log
        before = place.rows()
        assert before.keys() < set(site.articles())
        assert place.crawl() == 0
        after = place.rows()
    assert after.keys() == set(site.articles())
    files = list((place.folder / "warc").iterdir())
    assert all(path.name.endswith(".warc.gz") for path in files)
    assert max(Counter(path for path in site.asked if path in site.articles()).values()) <= 2


def test_a_locked_archive_is_waited_for(tmp_path: Path) -> None:
    with portal(30) as site:
        place = Place(tmp_path, site, delay=0.03)
        process = place.start()
        wait_until(lambda: len(site.asked) >= 8)
        with closing(sqlite3.connect(place.folder / "archive.db", isolation_level=None)) as other:
            other.execute("PRAGMA busy_timeout=5000")
            other.execute("BEGIN IMMEDIATE")
            time.sleep(3)
            other.execute("ROLLBACK")
        assert process.wait(60) == 0
    assert set(place.rows()) == set(site.articles())
    assert max(Counter(path for path in site.asked).values()) == 1
    assert place.runs()[0]["verdict"] == "ok"


@pytest.mark.xdist_group("postgresql")
def test_postgresql_is_stopped_and_started_amid_a_crawl(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own_server(monkeypatch) as server, portal(30) as site:
        place = Place(tmp_path, site, postgres.new_database(server.url, "amid"), delay=0.05)
        process = place.start()
        wait_until(lambda: len(site.asked) >= 8)
        server.stop()
        time.sleep(2)
        server.start()
        assert process.wait(90) == 0
        assert set(place.rows()) == set(site.articles())
        assert place.runs()[0]["verdict"] == "ok"
    assert max(Counter(site.asked).values()) == 1


def test_what_a_lost_database_left_in_the_files_is_read_and_not_fetched(tmp_path: Path) -> None:
    with portal(20) as site:
        place = Place(tmp_path, site)
        assert place.crawl("scrapy", "crawl", DISTRICT, "-a", "limit=1") == 0
        first = len(site.asked)
        process = place.start("scrapy", "crawl", DISTRICT, "-s", "HUYEN_DATABASE_RETRY_SECONDS=1")
        wait_until(lambda: len(site.asked) > first)
        with closing(sqlite3.connect(place.folder / "archive.db", isolation_level=None)) as other:
            other.execute("PRAGMA busy_timeout=5000")
            other.execute("BEGIN IMMEDIATE")
            process.wait(60)
            other.execute("ROLLBACK")
        assert place.crawl() == 0
    assert set(place.rows()) == set(site.articles())
    assert max(Counter(path for path in site.asked if path in site.articles()).values()) <= 2


@pytest.mark.xdist_group("postgresql")
def test_postgresql_is_away_when_a_night_begins_and_when_a_crawl_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own_server(monkeypatch) as server, portal(30) as site:
        place = Place(tmp_path, site, postgres.new_database(server.url, "away"), delay=0.05)
        server.stop()
        process = place.start("crawler.cli", "crawl", DISTRICT)
        time.sleep(4)
        assert process.poll() is None
        server.start()
        wait_until(lambda: len(set(site.asked)) >= len(site.articles()))  # the last page is on its way
        server.stop()
        time.sleep(3)
        server.start()
        assert process.wait(90) == 0
        assert set(place.rows()) == set(site.articles())
        assert place.runs()[0]["verdict"] == "ok"
