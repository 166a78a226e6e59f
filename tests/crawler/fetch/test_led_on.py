"""Pages that only send on, and servers that want a cookie back: real crawls, each of a portal of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crawler.discover.notices import sends_on
from crawler.fetch.cookies import taken
from tests.crawler.nights import Nights, article, listing, path
from tests.crawler.site import Answer, Site, serve

SECTIONS = 'family = "generic"\ndelay = 0\nsections = ["/tin-tuc"]'
COUNT = 3
URL = "https://p.test/cu/1"


Gate = Callable[[str, dict[str, str]], Answer | None]


def _crawled(tmp_path: Path, gate: Gate, more: str = "") -> tuple[dict[str, Any], Site]:
    """A run over a portal before whose pages `gate` stands, and the portal."""

    def answer(asked: str, headers: dict[str, str]) -> Answer:
        if asked == "/robots.txt":
            return Answer(b"", 404)
        if (said := gate(asked, headers)) is not None:
            return said
        if asked == "/tin-tuc":
            return Answer(listing(range(COUNT, 0, -1)).replace(b"/tin-tuc/", b"/cu/tin-tuc/"))
        found = next((n for n in range(1, COUNT + 1) if asked.removeprefix("/cu") == path(n)), None)
        return Answer(b"", 404) if found is None else Answer(article(found, date(2024, 4, found)))

    with serve(answer) as site:
        return Nights(tmp_path, site.url, f"{SECTIONS}\n{more}").crawl(), site


def _leads(how: str, header: bool = False) -> Gate:
    def gate(asked: str, headers: dict[str, str]) -> Answer | None:
        if not asked.startswith("/cu/"):
            return None
        said = how.format(asked.removeprefix("/cu"))
        return Answer(b"", 200, {"Refresh": said}) if header else Answer(said.encode())

    return gate


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "header"),
    [
        ("<html><head><meta http-equiv='Refresh' content='0; URL={}'></head><body></body></html>", False),
        ("<html><body><p>Bài viết đã chuyển.</p><script>window.location.href = '{}';</script></body>", False),
        ("0; url={}", True),
    ],
)  # fmt: skip
def test_an_address_that_sends_on_leads_to_the_article(tmp_path: Path, how: str, header: bool) -> None:
    run, site = _crawled(tmp_path, _leads(how, header))
    assert (run["counts"]["new"], run["counts"]["redirected"]) == (COUNT, COUNT)
    led = sorted(asked for asked in site.paths() if asked.startswith("/tin-tuc/"))
    assert led == sorted(map(path, range(1, COUNT + 1)))


@pytest.mark.slow
def test_a_page_that_sends_on_for_ever_is_followed_once(tmp_path: Path) -> None:
    def gate(asked: str, headers: dict[str, str]) -> Answer | None:
        if "hoi-nghi" not in asked:
            return None
        further = re.sub(r"(\d+)\.html", lambda n: f"{int(n[1]) + 100}.html", asked)
        return Answer(f"<meta http-equiv='refresh' content='0;url={further}'>".encode())

    run, site = _crawled(tmp_path, gate)
    assert "new" not in run["counts"]
    assert sum("hoi-nghi" in asked for asked in site.paths()) == 2 * COUNT


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ("<meta http-equiv='refresh' content='300'>", {}),
        ("<meta http-equiv='refresh' content='600; url=/cu/1'>", {}),
        ("<meta http-equiv='refresh' content='0; url=http://p.test:so/'>", {}),
        ("<script>location.href = '/tim-kiem'</script>" + "<p>Nội dung bài viết đủ dài.</p>" * 20, {}),
        ("", {"refresh": "3600; url=/"}),
        ("", {}),
    ],
)  # fmt: skip
def test_a_page_to_be_read_sends_nowhere(body: str, headers: dict[str, str]) -> None:
    assert sends_on(body.encode(), headers, URL) is None


@pytest.mark.slow
def test_a_cookie_that_a_redirect_sets_is_sent_along(tmp_path: Path) -> None:
    def gate(asked: str, headers: dict[str, str]) -> Answer | None:
        if "phien=9f" in headers.get("Cookie", ""):
            return None
        return Answer(b"", 302, {"Location": asked, "Set-Cookie": "phien=9f; path=/; HttpOnly"})

    run, site = _crawled(tmp_path, gate)
    assert run["counts"]["new"] == COUNT
    bare = [asked for asked, headers in site.asked if "Cookie" not in headers and "hoi-nghi" in asked]
    assert len(bare) == COUNT, "no cookie outlives its chain"


@pytest.mark.slow
@pytest.mark.parametrize(("more", "kept"), [("cookies = true", True), ("", False)])
def test_cookies_of_a_portal_are_kept_where_its_entry_says_so(tmp_path: Path, more: str, kept: bool) -> None:
    def gate(asked: str, headers: dict[str, str]) -> Answer | None:
        if asked == "/tin-tuc":
            page = listing(range(COUNT, 0, -1)).replace(b"/tin-tuc/", b"/cu/tin-tuc/")
            return Answer(page, 200, {"Set-Cookie": "vao=1"})
        return None if "vao=1" in headers.get("Cookie", "") else Answer(b"", 403)

    run, _ = _crawled(tmp_path, gate, more)
    assert run["counts"].get("new", 0) == (COUNT if kept else 0)


def test_cookies_are_taken_and_dropped_as_told() -> None:
    held = taken({}, [b"a=1; Path=/", b"b=x=y;Secure", b"=none", b"c=\xff\x01", b"flag"])
    assert held == {"a": "1", "b": "x=y", "flag": ""}
    assert taken(held, [b"a=2", b"b=; Max-Age=0"]) == {"flag": "", "a": "2"}
    assert len(taken({}, [b"n%d=1" % n for n in range(500)])) == 50
