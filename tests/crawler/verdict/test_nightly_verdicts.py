"""Portals that break, move, close, slow down or hang: the verdict that a real crawl gives, and its words."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from storage.vocabulary import VIETNAM
from storage.warc.reader import scan
from tests.crawler.nights import Nights, article, listing, path
from tests.crawler.site import Answer, serve

pytestmark = pytest.mark.slow

GENERIC = 'family = "generic"\ndelay = 0\n'
SECTION = f'{GENERIC}sections = ["/tin-tuc"]\n'
TODAY = datetime.now(VIETNAM).date()  # the portals are alive
Site = Callable[[str, dict[str, str]], Answer]


def portal(numbers: list[int], changed: dict[str, Answer], section: str = "/tin-tuc") -> Site:
    """A portal with these articles, one a day until today; `changed` answers stand in for its own."""

    def answer(asked: str, headers: dict[str, str]) -> Answer:
        if (said := changed.get(asked) or changed.get("*")) is not None and asked != "/robots.txt":
            return said
        if asked in ("/", section):
            return Answer(listing(numbers, "<a href='/lien-he'>Liên hệ</a>" * 5))
        found = [n for n in numbers if asked == path(n)]
        day = TODAY - timedelta(days=max(numbers) - found[0]) if found else TODAY
        return Answer(article(found[0], day)) if found else Answer(b"", 404)

    return answer


def test_what_broke_is_named_with_its_evidence(tmp_path: Path) -> None:
    changed: dict[str, Answer] = {}
    numbers = list(range(12, 0, -1))
    with serve(portal(numbers, changed)) as site, serve(portal(numbers, {})) as other:
        nights = Nights(tmp_path, site.url, SECTION)
        first = nights.crawl()
        assert (first["verdict"], first["counts"]["new"]) == ("ok", 12)
        assert first["listings"] == {f"{site.url}/tin-tuc": {"links": 12, "new": 12, "own": 12, "pages": 1}}
        assert nights.crawl()["verdict"] == "quiet"

        changed["/tin-tuc"] = Answer(listing([], "<p>Giao diện mới</p>"))
        run = nights.crawl()
        assert run["verdict"] == "broken"
        said = run["evidence"][0]
        assert said.startswith("listing /tin-tuc: 0 links, 12 on the last 2 runs; it says “Giao diện mới”; ")
        assert "; page kept in WARC at " in said
        file, _, offset = said.rpartition(" ")[2].rpartition(":")
        kept = {c.ref.offset: c for c in scan(nights.data / "warc" / file) if hasattr(c, "ref")}
        assert kept[int(offset)].exchange.url == f"{site.url}/tin-tuc"  # type: ignore[union-attr]

        script = b"<html><head><script>document.cookie='x=1';check()</script></head><body></body></html>"
        changed["/tin-tuc"] = Answer(script)
        run = nights.crawl()
        assert (run["verdict"], "it is a script wall" in run["evidence"][0]) == ("broken", True)

        changed["/tin-tuc"] = Answer(status=302, headers={"Location": "/"})
        run = nights.crawl()
        assert (run["verdict"], "it leads to the home page" in run["evidence"][0]) == ("broken", True)

        changed["/tin-tuc"] = Answer(b"", 403)
        run = nights.crawl()
        assert (run["verdict"], run["evidence"][0]) == (
            "broken",
            "the server refuses us: 1 × http_403, of 1 requests",
        )

        changed["/tin-tuc"] = Answer(status=301, headers={"Location": f"{other.url}/tin-tuc"})
        run = nights.crawl()
        assert (run["verdict"], run["evidence"]) == (
            "moved",
            [f"1 of 2 requests are redirected permanently to {other.url}"],
        )

        closed = "<p>Trang thông tin điện tử huyện Đô Lương đã dừng hoạt động từ ngày 01/7/2025.</p>"
        changed["/tin-tuc"] = Answer(listing([], closed))
        run = nights.crawl()
        assert run["verdict"] == "frozen"
        assert "đã dừng hoạt động" in run["evidence"][0]

        del changed["/tin-tuc"]
        assert nights.crawl()["verdict"] == "quiet"
        assert other.asked == []


def test_a_template_that_changed_shows_in_few_new_articles(tmp_path: Path) -> None:
    changed: dict[str, Answer] = {}
    numbers = list(range(25, 0, -1))
    with serve(portal(numbers, changed)) as site:
        nights = Nights(tmp_path, site.url, SECTION)
        assert nights.crawl()["verdict"] == "ok"
        for number in range(26, 32):
            numbers.insert(0, number)
            page = article(number, TODAY).decode()
            changed[path(number)] = Answer(page.partition("<div class='date'>")[0].encode() + _undated(page))
        run = nights.crawl()
        assert (run["verdict"], run["counts"]["new"], run["counts"]["undated"]) == ("degraded", 6, 6)
        assert "6 of the last 6 articles have no date, usually 0%" in run["evidence"]


def _undated(page: str) -> bytes:
    return page.partition("</div>")[2].encode()


def test_silence_is_judged_by_the_rhythm_of_the_portal(tmp_path: Path) -> None:
    def every(days: int) -> Site:
        def answer(asked: str, headers: dict[str, str]) -> Answer:
            if asked == "/tin-tuc":
                return Answer(listing(list(range(12, 0, -1)), "<a href='/lien-he'>Liên hệ</a>"))
            found = [n for n in range(1, 13) if asked == path(n)]
            published = TODAY - timedelta(days=23 + days * (12 - found[0])) if found else TODAY
            return Answer(article(found[0], published)) if found else Answer(b"", 404)

        return answer

    with serve(every(1)) as daily, serve(every(11)) as sleepy:
        for site, verdict in ((daily, "degraded"), (sleepy, "quiet")):
            nights = Nights(tmp_path / verdict, site.url, SECTION)
            assert nights.crawl()["verdict"] == "ok"
            run = nights.crawl()
            assert run["verdict"] == verdict, run["evidence"]
            if verdict == "degraded":
                assert run["evidence"] == ["no news for 23 days; usually every 1.0 days"]
        nights.register(f"{SECTION}until = {TODAY - timedelta(days=20)}\n")
        assert nights.crawl()["verdict"] == "frozen"


def test_a_home_page_that_only_leads_on_is_followed_on_its_own_site(tmp_path: Path) -> None:
    changed: dict[str, Answer] = {}
    numbers = list(range(6, 0, -1))
    with serve(portal(numbers, changed, "/portal/trang-chu")) as site, serve(portal(numbers, {})) as other:
        refresh = "<meta http-equiv='refresh' content='0; url={}'>"
        changed["/"] = Answer(listing([], head=refresh.format("/portal/trang-chu")))
        nights = Nights(tmp_path, site.url, GENERIC)
        run = nights.crawl()
        assert (run["verdict"], run["counts"]["new"]) == ("ok", 6)
        changed["/"] = Answer(listing([], head=refresh.format(other.url)))
        assert nights.crawl()["verdict"] == "moved"
        assert other.asked == []


def test_what_the_registry_says_of_politeness_is_kept(tmp_path: Path) -> None:
    times: list[tuple[float, str]] = []
    numbers = list(range(8, 0, -1))
    pages = portal(numbers, {})

    def answer(asked: str, headers: dict[str, str]) -> Answer:
        times.append((time.monotonic(), asked))
        if len(times) == 3:  # robots.txt, the listing, an article
            time.sleep(1.2)
        return pages(asked, headers)

    def proxied(asked: str, headers: dict[str, str]) -> Answer:
        return pages(asked.partition("a.example.vn")[2] or "/", headers)

    with serve(answer) as site:
        nights = Nights(tmp_path, site.url, f'{SECTION}requests_a_night = 6\ncontact = "mailto:a@b.vn"\n')
        run = nights.crawl()
        assert (run["verdict"], len(site.asked), run["counts"]["requests"]) == ("degraded", 6, 6)
        assert (run["counts"]["new"], run["counts"]["blocked:budget"]) == (4, 5)  # with the sitemap
        assert run["evidence"][0].startswith("the night's budget was spent (6 requests, 0.0 MB); 5 URLs wait")
        assert {headers["User-Agent"] for _, headers in site.asked} == {"huyen/0.1 (+mailto:a@b.vn)"}
        asked = [at for at, p in times if p.startswith("/tin-tuc/")]
        gaps = [later - earlier for earlier, later in pairwise(asked)]
        assert gaps[0] >= 2.3  # as much rest as the slow answer took
        assert gaps[1] >= 1.1  # and half of it after a quick one
        assert nights.crawl()["counts"]["new"] == 4
        nights.register(f"{SECTION}megabytes_a_night = 0.001\n")
        run = nights.crawl("-a", "full=1")
        assert run["counts"]["blocked:budget"] > 0
        assert run["counts"]["bytes"] < 20_000
    with serve(proxied) as proxy:
        nights = Nights(tmp_path / "proxied", "http://a.example.vn", f'{SECTION}proxy = "{proxy.url}"\n')
        run = nights.crawl()
        assert (run["verdict"], run["counts"]["new"]) == ("ok", 8)
        assert "http://a.example.vn/robots.txt" in proxy.paths()


def test_a_hanging_portal_does_not_hold_the_end_up(tmp_path: Path) -> None:
    pages = portal(list(range(12, 0, -1)), {})

    articles: list[str] = []

    def answer(asked: str, headers: dict[str, str]) -> Answer:
        articles.extend([asked] if asked.startswith("/tin-tuc/") else [])
        if len(articles) == 4:
            time.sleep(45)
        return pages(asked, headers)

    with serve(answer) as site:
        nights = Nights(tmp_path, site.url, SECTION)
        crawl = nights.start("-s", "STOP_GRACE_SECONDS=2")
        deadline = time.monotonic() + 60
        while len(articles) < 4 and time.monotonic() < deadline:
            time.sleep(0.05)
        begun = time.monotonic()
        os.kill(crawl.pid, signal.SIGTERM)
        _, said = crawl.communicate(timeout=40)
        assert time.monotonic() - begun < 15
        assert "Traceback" not in said
        run = nights.latest()
        assert run["verdict"] == "ok", run["evidence"]
        assert (run["counts"]["new"], run["counts"]["failed:stopped"]) == (3, 1)
        assert run["counts"]["requests"] == len(site.asked) == 6
        assert run["evidence"] == ["ended early by a signal"]
        assert "complete" not in run["counts"]
