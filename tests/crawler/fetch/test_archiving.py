"""Every response of a real crawl is in the WARC before anything reads it; what cannot be kept is not read."""

from __future__ import annotations

import gzip
import subprocess
import sys
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from storage.warc.writer import Capture, CaptureRef, iter_captures, read_capture
from tests.crawler.site import Answer, Site, crawl, serve

PAGE = "<html><body>Hội nghị giao ban tháng 10</body></html>".encode() * 20


def _answer(path: str, headers: dict[str, str]) -> Answer:
    html = {"Content-Type": "text/html; charset=utf-8"}
    packed = {"/gzip": gzip.compress(PAGE), "/deflate": zlib.compress(PAGE)}
    if path in packed:
        return Answer(packed[path], headers={**html, "Content-Encoding": path[1:]})
    match path:
        case "/robots.txt":
            return Answer(b"User-agent: *\nDisallow: /private\n", headers={"Content-Type": "text/plain"})
        case "/moved":
            return Answer(status=302, headers={"Location": "/page"})
        case "/loop":
            return Answer(status=302, headers={"Location": "/loop"})
        case "/error":
            return Answer(b"broken", 500)
        case "/missing":
            return Answer(b"khong tim thay", 404)
        case "/torn":
            return Answer(gzip.compress(PAGE)[:-20], headers={**html, "Content-Encoding": "gzip"})
        case "/bomb":
            return Answer(gzip.compress(bytes(3_000_000)), headers={**html, "Content-Encoding": "gzip"})
        case "/odd":
            head = b"HTTP/1.1 200 Th\xe0nh c\xf4ng\r\nContent-Length: 2\r\nX-Powered-By: ASP\xff.NET\xfe\r\n"
            return Answer(raw=head + b"no colon here\r\nX-\x80: \x00\r\n\r\nok")
        case "/chunked":
            head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/html\r\n\r\n"
            return Answer(raw=head + b"3\r\nxin\r\n5\r\n chao\r\n0\r\n\r\n")
        case "/etag" if headers.get("If-None-Match") == '"v1"':
            return Answer(status=304, headers={"ETag": '"v1"'})
        case "/etag":
            return Answer(PAGE, headers={**html, "ETag": '"v1"'})
    return Answer(PAGE, headers=html)


PATHS = [
    "/page", "/gzip", "/deflate", "/moved", "/error", "/missing",
    "/torn", "/bomb", "/odd", "/chunked", "/loop", "/private/x",
]  # fmt: skip


class Crawled(NamedTuple):
    site: Site
    seen: dict[str, Any]
    folder: Path

    def captures(self) -> list[Capture]:
        (file,) = self.folder.glob("*.warc.gz")
        return list(iter_captures(file))

    def response(self, path: str) -> dict[str, Any]:
        return next(r for r in self.seen["responses"] if r["url"] == self.site.url + path)

    def failure(self, path: str) -> dict[str, Any]:
        return next(f for f in self.seen["failures"] if f["url"] == self.site.url + path)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    data = tmp_path_factory.mktemp("data")
    with serve(_answer) as site:
        seen = crawl([site.url + p for p in PATHS], [site.host], data, DOWNLOAD_MAXSIZE=1_000_000)
    yield Crawled(site, seen, data / "warc")


pytestmark = pytest.mark.xdist_group("archiving")  # one crawl serves all tests of this file


def test_every_answer_of_the_site_is_a_record(crawled: Crawled) -> None:
    kept = [c.exchange.url.removeprefix(crawled.site.url) for c in crawled.captures()]
    assert sorted(kept) == sorted(crawled.site.paths())
    assert kept[0] == "/robots.txt"
    assert {"/moved", "/missing", "/torn", "/bomb"} <= set(kept)
    assert kept.count("/error") == 3  # the first try and two more


def test_warcio_finds_no_fault(crawled: Crawled) -> None:
    (file,) = crawled.folder.glob("*.warc.gz")
    check = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", "-v", file], capture_output=True, text=True, check=False
    )
    assert check.returncode == 0, check.stdout
    assert check.stdout.count("digest pass") >= len(crawled.site.asked)


@pytest.mark.parametrize("path", ["/gzip", "/deflate"])
def test_bodies_are_kept_as_received_and_handed_on_decoded(crawled: Crawled, path: str) -> None:
    response = crawled.response(path)
    kept = read_capture(crawled.folder, CaptureRef(**response["capture"]))
    assert kept.exchange.body != PAGE
    assert kept.content == PAGE
    assert response["text"] == f"{len(PAGE.decode())} characters"
    assert (response["kind"], response["encoding"]) == ("HtmlResponse", "")


def test_the_reference_finds_the_record_of_the_page_after_a_redirect(crawled: Crawled) -> None:
    pages = [r for r in crawled.seen["responses"] if r["url"] == crawled.site.url + "/page"]
    assert len(pages) == 2  # asked for itself, and through /moved: an outcome for each of the two
    for response in pages:
        kept = read_capture(crawled.folder, CaptureRef(**response["capture"]))
        assert (kept.exchange.url, kept.exchange.body) == (response["url"], PAGE)
        assert kept.exchange.fetched_at == datetime.fromisoformat(response["fetched_at"])
        assert kept.exchange.fetched_at.microsecond == 0


def test_the_request_is_kept_beside_its_response(crawled: Crawled) -> None:
    capture = next(c for c in crawled.captures() if c.exchange.url.endswith("/page"))
    assert capture.exchange.method == "GET"
    assert dict(capture.exchange.request_headers)[b"User-Agent"].startswith(b"huyen/")
    assert dict(capture.exchange.request_headers)[b"Accept-Encoding"] == b"gzip, deflate"
    assert capture.exchange.ip == "127.0.0.1"


def test_header_bytes_that_are_no_text_are_kept(crawled: Crawled) -> None:
    kept = read_capture(crawled.folder, CaptureRef(**crawled.response("/odd")["capture"]))
    assert (b"X-Powered-By", b"ASP\xff.NET\xfe") in kept.exchange.headers
    assert b"X-_" in dict(kept.exchange.headers)
    assert kept.exchange.body == b"ok"


def test_a_chunked_body_is_kept_without_its_chunks(crawled: Crawled) -> None:
    kept = read_capture(crawled.folder, CaptureRef(**crawled.response("/chunked")["capture"]))
    assert kept.exchange.body == b"xin chao"


def test_a_broken_or_bursting_body_is_kept_but_not_processed(crawled: Crawled) -> None:
    assert (crawled.failure("/torn")["outcome"], crawled.failure("/torn")["reason"]) == ("failed", "encoding")
    assert (crawled.failure("/bomb")["outcome"], crawled.failure("/bomb")["reason"]) == (
        "failed",
        "too_large",
    )


def test_redirects_are_bounded(crawled: Crawled) -> None:
    assert crawled.failure("/loop")["reason"] == "redirects"
    assert crawled.site.paths().count("/loop") == 6


def test_robots_txt_is_obeyed(crawled: Crawled) -> None:
    assert crawled.failure("/private/x")["kind"] == "IgnoreRequest"
    assert "/private/x" not in crawled.site.paths()


def test_the_database_hears_of_every_capture(crawled: Crawled) -> None:
    told = crawled.seen["captures"]
    assert sorted(c["url"] for c in told) == sorted(c.exchange.url for c in crawled.captures())
    page = next(c for c in told if c["url"].endswith("/page"))
    assert (page["status"], page["method"], page["run_id"]) == (200, "GET", 7)
    assert page["content_type"] == "text/html; charset=utf-8"


def test_unchanged_pages_become_revisits(tmp_path: Path) -> None:
    with serve(_answer) as site:
        seen = crawl([site.url + "/page", site.url + "/etag"], [site.host], tmp_path, again=True)
    by_status = {(r["url"][-5:], r["status"], r["capture"]["revisit"]): r for r in seen["responses"]}
    again, not_modified = by_status["/page", 200, True], by_status["/etag", 304, True]
    assert again["text"] == f"{len(PAGE.decode())} characters"  # the page is processed all the same
    for response in (again, not_modified):
        kept = read_capture(tmp_path / "warc", CaptureRef(**response["capture"]))
        assert kept.exchange.body == b""
        assert kept.refers_to is not None
        assert kept.refers_to[0] == response["url"]
    assert not_modified["capture"]["digest"] == by_status["/etag", 200, False]["capture"]["digest"]


@pytest.mark.parametrize("obstacle", ["no folder", "full"])
def test_what_cannot_be_kept_is_not_processed(tmp_path: Path, obstacle: str) -> None:
    folder = tmp_path / "warc"
    if obstacle == "no folder":
        folder.write_text("a file")
    with serve(_answer) as site:
        urls = [f"{site.url}/{number}" for number in range(20)]
        seen = crawl(urls, [site.host], tmp_path, max_file=0 if obstacle == "no folder" else 500)
    assert seen["responses"] == []
    assert seen["finish"] == "archive"
    assert {(f["outcome"], f["reason"]) for f in seen["failures"]} <= {
        ("failed", "archive"),
        ("blocked", "stopped"),
    }
    assert str(folder) in seen["stats"]["archive/error"]
    assert "Traceback" not in seen["log"]
    assert len(site.asked) < 20  # the run ended


def test_a_file_left_open_by_a_dead_run_is_finished(tmp_path: Path) -> None:
    (tmp_path / "warc").mkdir()
    torn = tmp_path / "warc" / "nghe-an.do-luong-20240101000000-1-00001.warc.gz.open"
    torn.write_bytes(gzip.compress(b"WARC/1.1\r\nWARC-Type: warcinfo\r\n\r\n") + b"\x1f\x8b\x08torn")
    with serve(_answer) as site:
        seen = crawl([site.url + "/page"], [site.host], tmp_path)
    assert not torn.exists()
    assert torn.with_suffix("").exists()
    assert seen["stats"]["archive/recovered_bytes_cut"] == 7
    assert datetime.fromisoformat(seen["captures"][0]["fetched_at"]) <= datetime.now(UTC)
