"""Servers that fail in every way: each failure has a name, and the next crawl makes the archive whole."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.faults.crawls import DISTRICT, Place, portal

pytestmark = pytest.mark.slow

Fault = Callable[[BaseHTTPRequestHandler], None]


def raw(*lines: str, body: bytes = b"") -> Fault:
    """Sends exactly this, and hangs up."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write("\r\n".join([*lines, "", ""]).encode() + body)
        handler.wfile.flush()
        handler.close_connection = True

    return send


HTML = "Content-Type: text/html; charset=utf-8"
START = b"<!DOCTYPE html><html><head><title>Tin</title></head><body><p>" + b"Gia Vien " * 200
BROKEN = gzip.compress(START * 4)
FAULTS: dict[str, Fault] = {
    "hangs up": lambda handler: handler.connection.close(),
    "drops the connection mid-body": raw("HTTP/1.1 200 OK", HTML, "Content-Length: 90000", body=START),
    "truncates a chunk": raw("HTTP/1.1 200 OK", HTML, "Transfer-Encoding: chunked", body=b"4000\r\n" + START),
    "sends half of its gzip": raw(
        "HTTP/1.1 200 OK",
        HTML,
        "Content-Encoding: gzip",
        f"Content-Length: {len(BROKEN) // 2}",
        body=BROKEN[: len(BROKEN) // 2],
    ),
    "sends broken gzip": raw(
        "HTTP/1.1 200 OK", HTML, "Content-Encoding: gzip", body=BROKEN[:20] + b"\xff" * 99 + BROKEN[20:]
    ),
    "speaks no HTTP": raw("SSH-2.0-OpenSSH_9.2"),
    "leads in a circle": lambda handler: redirect(handler),
    "is overloaded": raw("HTTP/1.1 503 Service Unavailable", "Retry-After: 0", "Content-Length: 0"),
    "is asked too often": raw("HTTP/1.1 429 Too Many Requests", "Retry-After: 1", "Content-Length: 0"),
    "fails": raw("HTTP/1.1 500 Internal Server Error", "Content-Length: 0"),
}
NAMES = {
    "hangs up": "failed:connection",
    "drops the connection mid-body": "failed:connection",
    "truncates a chunk": "failed:connection",
    "sends half of its gzip": "failed:encoding",
    "sends broken gzip": "failed:encoding",
    "speaks no HTTP": "failed:connection",
    "leads in a circle": "failed:redirects",
    "is overloaded": "failed:http_503",
    "is asked too often": "failed:http_429",
    "fails": "failed:http_500",
}


def redirect(handler: BaseHTTPRequestHandler) -> None:
    """Leads to itself, under another name each time."""
    raw("HTTP/1.1 302 Found", f"Location: {handler.path}", "Content-Length: 0")(handler)


def test_every_failure_has_a_name_and_the_next_crawl_makes_it_good(tmp_path: Path) -> None:
    with portal(30) as site:
        broken = dict(zip(site.articles()[3::2], FAULTS, strict=False))
        site.faults = {path: FAULTS[name] for path, name in broken.items()}
        place = Place(tmp_path, site)
        assert place.crawl("crawler.cli", "crawl", DISTRICT) == 1
        first = place.runs()[0]
        for name in set(NAMES.values()):
            assert first["counts"].get(name) == list(NAMES.values()).count(name), (name, first["counts"])
        assert set(place.rows()) == set(site.articles()) - set(broken)
        site.faults = {}
        assert place.crawl() == 0
    assert set(place.rows()) == set(site.articles())
    assert place.pending() == []


def test_a_server_that_says_less_than_it_sends_harms_its_own_page_only(tmp_path: Path) -> None:
    with portal(12) as site:
        liar = site.articles()[5]
        whole = site.page(liar)
        assert whole is not None
        site.faults = {liar: raw("HTTP/1.1 200 OK", HTML, f"Content-Length: {len(whole) - 9}", body=whole)}
        place = Place(tmp_path, site)
        assert place.crawl() == 0
    assert set(place.rows()) == set(site.articles())


def test_a_portal_that_asks_for_patience_gets_it(tmp_path: Path) -> None:
    with portal(6) as site:
        busy = site.articles()[2]
        later = raw("HTTP/1.1 503 Service Unavailable", "Retry-After: 1", "Content-Length: 0")

        def once(handler: BaseHTTPRequestHandler) -> None:
            del site.faults[busy]
            later(handler)

        site.faults[busy] = once
        place = Place(tmp_path, site)
        assert place.crawl() == 0
    assert set(place.rows()) == set(site.articles())
    assert not {name for name in place.runs()[0]["counts"] if name.startswith("failed")}


@pytest.mark.parametrize("request_number", [3, 13], ids=["amid the listings", "amid the articles"])
def test_the_network_goes_down_and_comes_back(tmp_path: Path, request_number: int) -> None:
    with portal(30) as site:
        site.down_at = request_number
        place = Place(tmp_path, site)
        assert place.crawl() == 0
        assert place.runs()[0]["counts"]["failed:connection"] >= 1
        assert len(place.rows()) < 12
        assert place.pending() != []
        site.up()
        assert place.crawl() == 0
    assert set(place.rows()) == set(site.articles())
    assert place.pending() == []
