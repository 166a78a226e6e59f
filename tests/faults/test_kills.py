"""Killed at any moment, a crawl goes on: the archive of one that nobody disturbed, hardly a page twice."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.articles.frontier import begin, load
from storage.database import open_database
from tests.faults.crawls import DISTRICT, SECONDS, Place, portal, wait_until

pytestmark = pytest.mark.slow


def test_killed_again_and_again_it_ends_with_the_archive_of_an_undisturbed_crawl(
    database_url: str, tmp_path: Path
) -> None:
    chance = random.Random(4)
    with portal(40) as site:
        quiet = Place(tmp_path / "quiet", site)
        assert quiet.crawl() == 0
        undisturbed = len(site.asked)
        killed = Place(tmp_path / "killed", site, database_url, delay=0.01)
        for kill in range(3):
            process = killed.start()
            wanted = undisturbed + 12 * kill + chance.randint(2, 10)
            wait_until(lambda p=process, n=wanted: len(site.asked) >= n or p.poll() is not None)  # type: ignore[misc]
            time.sleep(chance.uniform(0, 0.03))
            process.kill()
            process.wait()
        assert killed.crawl() == 0
    assert killed.rows() == quiet.rows()
    assert len(killed.rows()) == 40
    again = Counter(site.asked[undisturbed:])
    assert sum(again.values()) - undisturbed <= 4, "more than the requests in flight were made again"
    assert again["/robots.txt"] == 1
    last, *earlier = killed.runs()
    assert (last["verdict"], [run["verdict"] for run in earlier]) == ("ok", ["died"] * 3)
    assert killed.pending() == []


def test_killed_before_its_first_commit_it_fetches_nothing_again(tmp_path: Path) -> None:
    with portal(10) as site:
        place = Place(tmp_path, site, delay=0.2)
        process = place.start()
        wait_until(lambda: len(site.asked) >= 8)
        process.kill()
        process.wait()
        assert place.rows() == {}
        assert place.crawl() == 0
    assert len(place.rows()) == 10
    assert [path for path, times in Counter(site.asked).items() if times > 1] in ([], [site.asked[7]])


def test_a_signal_leaves_a_whole_record_and_the_next_run_goes_on(tmp_path: Path) -> None:
    with portal(40) as site:
        place = Place(tmp_path, site, delay=0.05)
        for number in (signal.SIGTERM, signal.SIGINT):
            before, asked = len(place.rows()), len(site.asked)
            process = place.start()
            wait_until(lambda n=asked + 7: len(site.asked) >= n)  # type: ignore[misc]
            process.send_signal(number)
            assert process.wait(SECONDS) == 0
            stopped = place.runs()[0]
            assert stopped["finished_at"] is not None
            assert stopped["counts"]["new"] == len(place.rows()) - before > 0
            assert place.pending() != []
        assert place.crawl() == 0
    assert len(place.rows()) == 40
    assert max(Counter(path for path in site.asked if path in site.articles()).values()) == 1


def test_a_full_walk_goes_on_as_one_and_a_full_one_does_not_go_on_as_another(tmp_path: Path) -> None:
    with portal(20) as site:
        place = Place(tmp_path, site, delay=0.05)
        assert place.crawl() == 0
        first = len(site.asked)
        process = place.start("scrapy", "crawl", DISTRICT, "-a", "full=1")
        wait_until(lambda: len(site.asked) >= first + 8)
        process.kill()
        process.wait()
        assert place.crawl() == 0
        read = Counter(path for path in site.asked[first:] if path in site.articles())
        assert set(read) == set(site.articles())
        assert sum(read.values()) <= 21
        process = place.start()
        wait_until(lambda: len(site.asked) > first + 23)
        process.kill()
        process.wait()
        before = len(site.asked)
        assert place.crawl("scrapy", "crawl", DISTRICT, "-a", "full=1") == 0
    assert set(site.articles()) <= set(site.asked[before:])


def test_a_second_crawl_of_a_portal_says_who_is_at_it_and_ends_with_2(tmp_path: Path) -> None:
    with portal(20) as site:
        place = Place(tmp_path, site, delay=3)
        first = place.start()
        wait_until(lambda: len(site.asked) >= 2)
        before = len(place.log)
        assert place.crawl() == 2
        assert f"{site.url} is being crawled by process {first.pid}" in place.log[before:]
        assert "Traceback" not in place.log[before:]
        before = len(place.log)
        assert place.crawl("crawler.cli", "crawl", DISTRICT) == 2
        assert f"process {first.pid}" in place.log[before:]
        first.kill()
        first.wait()
        place.delay = 0
        place.__post_init__()
        assert place.crawl() == 0
    assert len(place.rows()) == 20


def test_a_walk_that_outgrows_its_nights_goes_on_and_looks_at_the_news_each_night(tmp_path: Path) -> None:
    with portal(30) as site:
        place = Place(tmp_path, site, more="requests_a_night = 15")
        assert place.crawl() == 0
        first = len(site.asked)
        assert len(place.rows()) < 15
        assert place.crawl() == 0
        assert "/tin-tuc" not in site.asked[first:], "the same night"
        with closing(open_database(place.database)) as db:
            walk = load(db, site.url).walk
            assert walk is not None
            earlier = datetime.now(UTC) - timedelta(days=1)
            begin(db, site.url, {**walk, "seeded": earlier.isoformat()}, [])
        second = len(site.asked)
        assert place.crawl() == 0
        assert "/tin-tuc" in site.asked[second:], "another night"
        assert second - first <= 15
        assert place.crawl() == 0
    assert set(place.rows()) == set(site.articles())
    assert max(Counter(path for path in site.asked if path in site.articles()).values()) == 1
