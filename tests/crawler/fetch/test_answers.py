"""Answers that break the rules of HTTP and hold the page all the same; and those that only look like one."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from storage.warc.reader import iter_captures
from tests.crawler.nights import Nights, article, listing, path
from tests.crawler.site import Answer, serve

pytestmark = pytest.mark.slow

SETTINGS = 'family = "generic"\ndelay = 0\nsections = ["/tin-tuc"]'
PAGES = 3
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
Dress = Callable[[bytes], Answer]


def _raw(more: bytes, body: bytes, head: bytes = HEAD) -> Answer:
    return Answer(raw=head + more + b"\r\n" + body)


def _chunks(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(body), body)


def _nights(tmp_path: Path, dress: Dress, nights: int = 1) -> tuple[list[dict[str, object]], Nights]:
    """The runs over a portal whose article pages come as `dress` says."""

    def answer(asked: str, headers: dict[str, str]) -> Answer:
        if asked == "/tin-tuc":
            return Answer(listing(range(PAGES, 0, -1)), 200, {"Content-Type": "text/html"})
        for n in range(1, PAGES + 1):
            if asked == path(n):
                return dress(article(n, date(2024, 3, n)))
        return Answer(b"", 404)

    with serve(answer) as site:
        portal = Nights(tmp_path, site.url, SETTINGS)
        return [portal.crawl() for _ in range(nights)], portal


DRESSES: dict[str, Dress] = {
    "type in capitals": lambda b: Answer(b, 200, {"Content-Type": "TEXT/HTML; Charset=UTF-8"}),
    "two types": lambda b: _raw(b"Content-Type: text/plain\r\nContent-Length: %d\r\n" % len(b), b),
    "a type for downloads": lambda b: Answer(b, 200, {"Content-Type": "application/octet-stream"}),
    "201": lambda b: Answer(b, 201, {"Content-Type": "text/html"}),
    "203": lambda b: Answer(b, 203, {"Content-Type": "text/html"}),
    "206": lambda b: Answer(b, 206, {"Content-Type": "text/html"}),
    "length too large": lambda b: _raw(b"Content-Length: %d\r\n" % (len(b) + 90), b),
    "no last chunk": lambda b: _raw(b"Transfer-Encoding: chunked\r\n", _chunks(b)),
    "long header": lambda b: _raw(b"X-Policy: %s\r\nContent-Length: %d\r\n" % (b"a" * 40_000, len(b)), b),
    "gzip cut": lambda b: Answer(
        gzip.compress(b)[:-8], 200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}
    ),
}


@pytest.mark.parametrize("name", DRESSES)
def test_a_page_is_read_however_it_is_sent(tmp_path: Path, name: str) -> None:
    (run,), _ = _nights(tmp_path, DRESSES[name])
    assert run["counts"].get("new") == PAGES, run["counts"]  # type: ignore[attr-defined]


def test_a_cut_connection_is_marked_in_the_warc_and_reads_the_same_there(tmp_path: Path) -> None:
    _, portal = _nights(tmp_path, DRESSES["length too large"])
    files = list((portal.data / "warc").glob("*.warc.gz"))
    captures = [capture for file in files for capture in iter_captures(file)]
    articles = [capture for capture in captures if "hoi-nghi" in capture.exchange.url]
    assert len(articles) == PAGES and all(capture.content for capture in articles)
    raw = b"".join(gzip.decompress(file.read_bytes()) for file in files)
    assert raw.count(b"WARC-Truncated: disconnect") == PAGES


@pytest.mark.parametrize(
    ("dress", "reason"),
    [
        (lambda b: _raw(b"Content-Length: %d\r\n" % len(b), b[: len(b) // 2]), "failed:connection"),
        (lambda b: _raw(b"Transfer-Encoding: chunked\r\n", _chunks(b[:200])), "failed:connection"),
        (lambda b: Answer(b"", 304), "failed:http_304"),
        (lambda b: Answer(b"%PDF-1.4", 200, {"Content-Type": "application/pdf"}), "file:no_html"),
        (lambda b: Answer(b, 500, {"Content-Type": "text/html"}), "failed:http_500"),
    ],
    ids=["half", "half a chunked one", "304 unasked", "a file", "error"],
)
def test_what_is_no_whole_page_is_no_article(tmp_path: Path, dress: Dress, reason: str) -> None:
    (run,), _ = _nights(tmp_path, dress)
    assert run["counts"].get(reason) == PAGES, run["counts"]  # type: ignore[attr-defined]
    assert "new" not in run["counts"]  # type: ignore[operator]
