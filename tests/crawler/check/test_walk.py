"""The way of one look: what is asked in which order, and never more than four times."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from crawler.check.look import MAX_REQUESTS, Look
from crawler.check.walk import Answer, Known, Walk
from crawler.errors import Unfetched

PORTAL = "http://doluong.gov.vn"
NOW = datetime(2026, 11, 27, tzinfo=UTC)
PAGE = (200, "<html><title>x</title><body>" + "chữ " * 80)
Said = tuple[int, str] | tuple[int, str, dict[str, str]] | str  # status, body or Location; a failure


def look(
    site: dict[str, Said], portal: str = PORTAL, known: Known | None = None, may: Callable[[str], bool] = bool
) -> tuple[Look, list[str]]:
    """The look at a site that answers what `site` has by URL, and what was asked; all else is 404."""
    asked: list[str] = []

    async def ask(url: str) -> Answer:
        asked.append(url)
        said = site.get(url, (404, ""))
        if isinstance(said, str):
            raise Unfetched(url, said)
        headers = dict(said[2]) if len(said) == 3 else {}
        if 300 <= said[0] < 400:
            headers["location"] = said[1]
        return Answer(url, said[0], headers, said[1].encode(), NOW)

    async def run() -> Look:
        return await Walk(portal, ask, may).look({} if known is None else known)

    found = asyncio.run(run())
    unsent = sum(site.get(url) == "no_such_name" for url in asked)
    assert found.requests == len(asked) - unsent <= MAX_REQUESTS
    return found, asked


def test_robots_first_then_the_home_page() -> None:
    found, asked = look({f"{PORTAL}/": PAGE})
    assert asked == [f"{PORTAL}/robots.txt", f"{PORTAL}/"]
    assert (found.failure, found.robots, [hop.status for hop in found.hops]) == ("", "none", [200])


def test_what_robots_txt_forbids_is_not_asked() -> None:
    found, asked = look({f"{PORTAL}/robots.txt": (200, "User-agent: *\nDisallow: /")})
    assert (found.failure, found.robots, len(asked)) == ("robots", "forbidden", 1)


@pytest.mark.parametrize("status", [500, 503, 429])
def test_without_its_robots_txt_nothing_is_asked(status: int) -> None:
    found, asked = look({f"{PORTAL}/robots.txt": (status, "x"), f"{PORTAL}/": PAGE})
    assert (found.failure, [hop.status for hop in found.hops], len(asked)) == (
        f"http_{status}_robots", [status], 1)  # fmt: skip


def test_a_page_in_the_place_of_robots_txt_forbids_nothing() -> None:
    found, _ = look({f"{PORTAL}/robots.txt": (200, "<html><body>Trang chủ"), f"{PORTAL}/": PAGE})
    assert (found.robots, len(found.hops)) == ("none", 1)


def test_a_site_that_redirects_all_to_https_takes_three_requests() -> None:
    secure = PORTAL.replace("http", "https")
    site: dict[str, Said] = {
        f"{PORTAL}/robots.txt": (301, f"{secure}/robots.txt"),
        f"{PORTAL}/": (301, f"{secure}/"),
        f"{secure}/robots.txt": (200, "User-agent: *\nDisallow: /kin"),
        f"{secure}/": PAGE,
    }
    found, asked = look(site)
    assert asked == [f"{PORTAL}/robots.txt", f"{secure}/robots.txt", f"{secure}/"]
    assert (found.robots, found.hops[-1].url) == ("allowed", f"{secure}/")


def test_a_chain_to_https_and_www_ends_at_its_page() -> None:
    site: dict[str, Said] = {
        f"{PORTAL}/": (301, "https://doluong.gov.vn/"),
        "https://doluong.gov.vn/": (302, "https://www.doluong.gov.vn/trang-chu"),
        "https://www.doluong.gov.vn/trang-chu": PAGE,
    }
    found, asked = look(site)
    assert (found.failure, len(asked), found.hops[-1].status) == ("", 4, 200)


def test_another_site_is_asked_for_its_robots_txt_before_its_page() -> None:
    site: dict[str, Said] = {f"{PORTAL}/": (301, "https://moi.gov.vn/"), "https://moi.gov.vn/": PAGE}
    found, asked = look(site)
    assert asked[2:] == ["https://moi.gov.vn/robots.txt", "https://moi.gov.vn/"]
    assert found.hops[-1].url == "https://moi.gov.vn/"
    closed = site | {"https://moi.gov.vn/robots.txt": (200, "User-agent: huyen\nDisallow: /")}
    found, asked = look(closed)
    assert (found.failure, found.failed_url, len(asked)) == ("robots", "https://moi.gov.vn/", 3)


def test_a_long_way_ends_with_the_budget_and_says_where() -> None:
    site: dict[str, Said] = {
        f"{PORTAL}/": (301, f"{PORTAL}/a"),
        f"{PORTAL}/a": (301, "https://moi.gov.vn/"),
        "https://moi.gov.vn/": PAGE,
    }
    found, asked = look(site)
    assert (found.failure, found.failed_url, len(asked)) == ("budget", "https://moi.gov.vn/", 3)


def test_circles_end() -> None:
    site: dict[str, Said] = {f"{PORTAL}/": (302, "/a"), f"{PORTAL}/a": (302, "/")}
    assert look(site)[0].failure == "redirects"
    itself: dict[str, Said] = {f"{PORTAL}/": (302, "/")}
    assert look(itself)[0].failure == "redirects"


def test_a_cookie_opens_the_way_once() -> None:
    asked_before: list[str] = []

    class Site(dict[str, Said]):
        def get(self, url: str, default: Said = (404, "")) -> Said:  # type: ignore[override]
            asked_before.append(url)
            if url != f"{PORTAL}/":
                return default
            return PAGE if asked_before.count(url) > 1 else (302, "/", {"set-cookie": "a=1"})

    found, asked = look(Site())
    assert (found.failure, len(asked), found.hops[-1].status) == ("", 3, 200)


def test_where_a_page_may_not_lead_is_not_asked() -> None:
    found, asked = look({f"{PORTAL}/": (301, "http://127.0.0.1:99/")}, may=lambda url: "127" not in url)
    assert (found.failure, found.failed_url, len(asked)) == ("off_site", "http://127.0.0.1:99/", 2)


@pytest.mark.parametrize(
    "target", ["http://[", "http://moi.gov.vn:123456/", "http://moi.gov.vn:0/", "", "javascript:x"]
)
def test_what_is_no_address_is_not_asked(target: str) -> None:
    found, asked = look({f"{PORTAL}/": (302, target)}, may=lambda url: url.startswith("http"))
    assert (len(asked), found.hops[-1].status) == (2, 302)


def test_a_page_that_sends_on_is_followed_like_a_redirect() -> None:
    sends = "<meta http-equiv='refresh' content='0; url=https://moi.gov.vn/'>"
    site: dict[str, Said] = {f"{PORTAL}/": (200, sends), "https://moi.gov.vn/": PAGE}
    assert look(site)[0].hops[-1].url == "https://moi.gov.vn/"


def test_a_broken_certificate_is_looked_behind_by_plain_http() -> None:
    secure, plain = "https://doluong.gov.vn", "http://doluong.gov.vn"
    site: dict[str, Said] = {f"{secure}/robots.txt": "tls_expired", f"{plain}/": PAGE}
    found, asked = look(site, secure)
    assert (found.certificate, found.hops[-1].url, len(asked)) == ("refused: expired", f"{plain}/", 3)
    back: dict[str, Said] = {**site, f"{plain}/": (301, f"{secure}/"), f"{secure}/": "tls_expired"}
    found, asked = look(back, secure)
    assert (found.failure, found.hops, len(asked)) == ("tls_expired", (), 4)
    gone: dict[str, Said] = {f"{secure}/robots.txt": "tls_expired", f"{plain}/robots.txt": "connection"}
    found, _ = look(gone, secure)
    assert (found.failure, found.hops) == ("tls_expired", ())


def test_a_lost_connection_is_tried_once_more_and_silence_is_not() -> None:
    found, asked = look({f"{PORTAL}/robots.txt": "connection"})
    assert (found.failure, len(asked), found.answered) == ("connection", 2, False)
    found, asked = look({f"{PORTAL}/robots.txt": "timeout"})
    assert (found.failure, len(asked), found.answered) == ("timeout", 1, False)
    found, asked = look({f"{PORTAL}/robots.txt": "no_such_name"})
    assert (found.failure, len(asked)) == ("no_such_name", 1)


def test_portals_of_one_host_share_its_robots_txt() -> None:
    asked: list[str] = []

    async def ask(url: str) -> Answer:
        asked.append(url)
        return Answer(url, 200 if "don-vi" in url else 404, {}, PAGE[1].encode(), NOW)

    async def run() -> list[Look]:
        known: Known = {}
        return [await Walk(f"{PORTAL}/don-vi/{n}", ask, bool).look(known) for n in range(3)]

    found = asyncio.run(run())
    assert [one.requests for one in found] == [2, 1, 1]
    assert asked.count(f"{PORTAL}/robots.txt") == 1


def test_a_crawl_delay_is_handed_on() -> None:
    slow: list[float] = []

    async def ask(url: str) -> Answer:
        body = b"User-agent: *\nCrawl-delay: 7\nDisallow: /kin" if "robots" in url else PAGE[1].encode()
        return Answer(url, 200, {}, body, NOW, slow=slow.append)

    asyncio.run(Walk(PORTAL, ask, bool).look({}))
    assert slow == [7.0]
