"""robots.txt as it is read, and what holds on a night on which it fails."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crawler.fetch.robots import MAX_TEXT, RobotsParser, is_page
from tests.crawler.nights import Nights, article, listing, path
from tests.crawler.site import Answer, serve

RULES = b"User-agent: *\nDisallow: /kho/\n"
FORBIDDEN = "/kho/ban-thao-chua-cong-bo-cua-van-phong-3301.html"


@pytest.mark.parametrize(
    "body",
    [
        RULES,
        b"\xef\xbb\xbf\xef\xbb\xbf" + RULES,
        b"\r\n\r\n\xef\xbb\xbf" + RULES,
        RULES.replace(b"\n", b"\r"),
        RULES.decode().encode("utf-16"),
        b"<br />\n<b>Warning</b>: x in y\n" + RULES,
        b"# quy t\xaf\xffc\n" + RULES,
        RULES + b"Disallow: /x\n" * MAX_TEXT,
    ],
)
def test_rules_in_any_dress_are_obeyed(body: bytes) -> None:
    parser = RobotsParser(body, None)
    assert not parser.allowed("http://p.test/kho/a.html", "huyen")
    assert parser.allowed("http://p.test/tin/a.html", "huyen")
    assert not is_page(body)


def test_sitemaps_are_named_in_any_case_and_relative() -> None:
    body = b"SITEMAP: HTTP://P.test/a.xml\nsitemap: /b.xml\nSitemap: http://p.test:so/c.xml\nSitemap: http://[x\n"
    found = RobotsParser(body, None).sitemaps("http://p.test/robots.txt")
    assert found == ("http://p.test/a.xml", "http://p.test/b.xml")


def _portal(robots: list[Answer], newest: list[int]) -> object:
    def answer(asked: str, headers: dict[str, str]) -> Answer:
        if asked == "/robots.txt":
            return robots[0]
        if asked == "/tin-tuc":
            more = f"<li><a href='{FORBIDDEN}'>Bản thảo chưa công bố của văn phòng huyện nhà năm nay</a></li>"
            return Answer(listing(range(newest[0], 0, -1), more))
        for n in range(1, newest[0] + 1):
            if asked == path(n):
                return Answer(article(n, date(2024, 2, n)))
        return Answer(b"", 404)

    return answer


@pytest.mark.slow
@pytest.mark.parametrize(
    "failing",
    [
        Answer(b"", 503),
        Answer(b"", 429),
        Answer("<!DOCTYPE html><html><body>Hệ thống đang bảo trì</body></html>".encode()),
        Answer(raw=b" "),  # no answer of HTTP
    ],
)
def test_rules_stay_in_force_while_robots_txt_fails(tmp_path: Path, failing: Answer) -> None:
    robots, newest = [Answer(RULES)], [3]
    with serve(_portal(robots, newest)) as site:  # type: ignore[arg-type]
        nights = Nights(tmp_path, site.url, 'family = "generic"\ndelay = 0\nsections = ["/tin-tuc"]')
        assert nights.crawl()["counts"]["new"] == 3
        robots[0], newest[0] = failing, 4
        assert nights.crawl()["counts"]["new"] == 1, "the portal is crawled all the same"
        assert FORBIDDEN not in site.paths()


@pytest.mark.slow
def test_without_any_rules_a_failing_server_is_asked_nothing_and_a_refusal_allows(tmp_path: Path) -> None:
    robots, newest = [Answer(b"", 500)], [2]
    with serve(_portal(robots, newest)) as site:  # type: ignore[arg-type]
        nights = Nights(tmp_path, site.url, 'family = "generic"\ndelay = 0\nsections = ["/tin-tuc"]')
        run = nights.crawl()
        assert set(site.paths()) == {"/robots.txt"}
        assert (run["verdict"], run["counts"]["failed:http_500_robots"]) == ("unreachable", 1)
        robots[0] = Answer(b"", 403)
        assert nights.crawl()["counts"]["new"] == 2, "what was waiting is asked now"
