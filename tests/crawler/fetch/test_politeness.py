"""What a server asks of a crawler is done: Retry-After, Crawl-delay, the sitemaps it names."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from scrapy.http import Response

from crawler.fetch.politeness import rest
from crawler.fetch.retries import retry_after
from crawler.fetch.robots import RobotsParser
from tests.crawler.site import Answer, crawl, serve

NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("Thu, 01 Jan 2026 12:00:30 GMT", 30.0),
        ("Thu, 01 Jan 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_retry_after_is_read(value: str, seconds: float | None) -> None:
    assert retry_after(Response("http://a.vn", headers={"Retry-After": value}), NOW) == seconds


@pytest.mark.slow
def test_the_whole_host_waits_as_long_as_asked(tmp_path: Path) -> None:
    times: list[tuple[float, str]] = []

    def answer(path: str, headers: dict[str, str]) -> Answer:
        times.append((time.monotonic(), path))
        if path == "/busy" and [p for _, p in times].count("/busy") == 1:
            return Answer(b"later", 503, {"Retry-After": "1"})
        return Answer(b"ok")

    with serve(answer) as site:
        seen = crawl([site.url + p for p in ("/busy", "/other")], [site.host], tmp_path, DOWNLOAD_DELAY=0.2)
    busy = next(t for t, path in times if path == "/busy")
    after = [(t - busy, path) for t, path in times if t > busy]
    assert {r["status"] for r in seen["responses"]} == {200}
    assert sorted(path for _, path in after) == ["/busy", "/other"]
    assert all(waited >= 0.95 for waited, _ in after)


@pytest.mark.slow
def test_crawl_delay_is_kept_and_sitemaps_are_handed_out(tmp_path: Path) -> None:
    times: list[float] = []

    def answer(path: str, headers: dict[str, str]) -> Answer:
        if path == "/robots.txt":
            return Answer(
                b"User-agent: *\nCrawl-delay: 0.4\nSitemap: http://a.vn/s.xml\nSitemap: /relative\n"
            )
        times.append(time.monotonic())
        return Answer(b"ok")

    with serve(answer) as site:
        seen = crawl([f"{site.url}/{n}" for n in range(3)], [site.host], tmp_path)
    gaps = [after - before for before, after in pairwise(times)]
    assert len(gaps) == 2
    assert all(gap >= 0.38 for gap in gaps)
    assert seen["sitemaps"] == ["http://a.vn/s.xml", f"{site.url}/relative"]


@pytest.mark.parametrize(
    ("usual", "current", "latency", "seconds"),
    [
        (1.0, 1.0, 0.2, 1.0),
        (1.0, 1.0, 3.0, 6.0),  # as much rest as it worked
        (10.0, 10.0, 3.0, 10.0),  # never under the usual delay
        (1.0, 1.0, 50.0, 30.0),  # bounded
        (60.0, 60.0, 50.0, 60.0),
        (1.0, 6.0, 0.2, 3.5),  # one quick answer changes little
        (1.0, 1.08, 0.2, 1.0),
    ],
)
def test_a_slow_server_gets_rest(usual: float, current: float, latency: float, seconds: float) -> None:
    assert rest(usual, current, latency) == seconds


def test_a_page_in_the_place_of_robots_txt_forbids_nothing() -> None:
    parser = RobotsParser("<html><body>Không tìm thấy</body></html>".encode(), None)
    assert parser.allowed("http://a.vn/tin-tuc", "huyen")
    assert parser.sitemaps("http://a.vn/robots.txt") == ()
