"""WARC files as wget, Heritrix and Common Crawl write them, and servers as they are: what is read of them."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.registry.load import load
from crawler.reread.replay import Report, replay
from crawler.reread.spans import Readers, readers
from storage.database import Database, open_database
from tests.crawler.reread.test_replay import REGISTRY, TITLE, page
from tests.crawler.site import Answer, serve
from tests.storage.making import rows
from tests.wacz import package
from tests.warcs import http, packed, record

HOST = "doluong.nghean.gov.vn"
PATH = "/tin/giao-ban-so-1-1001"
URL = f"http://{HOST}{PATH}"
BODY = page(f"{TITLE}1")
HTML = "text/html; charset=utf-8"
RESPONSE = "application/http; msgtype=response"


def crawled(url: str = URL, body: bytes = BODY, first: str = "HTTP/1.1 200 OK", **more: Any) -> bytes:
    """A response as others write it: SHA-1 in its fields, `more` of them, and `http` headers."""
    version, _, status = first.partition(" ")
    head = {"Content_Type": HTML, **more.pop("http", {})}
    block = http(body, status, version, **head)
    fields = {"WARC_Payload_Digest": "sha1:AAAA", "WARC_Block_Digest": "sha1:BBBB", "Content_Type": RESPONSE}
    return record("response", url, block, **fields | more)


READ = {
    "https and www": [crawled(f"https://www.{HOST}{PATH}")],
    "port 80": [crawled(f"http://{HOST}:80{PATH}")],
    "port 443": [crawled(f"https://{HOST}:443{PATH}")],
    "capitals": [crawled(f"HTTP://{HOST.upper()}{PATH}")],
    "companion with a port": [crawled(f"http://tin.doluong.vn:80{PATH}")],
    "brackets of wget": [crawled(f"<{URL}>")],
    "HTTP/2": [crawled(first="HTTP/2 200")],
    "no reason": [crawled(first="HTTP/1.1 200")],
    "lines without carriage returns": [
        record("response", URL, b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n" + BODY)
    ],
    "coding removed, header renamed": [
        crawled(http={"X_Crawler_Content_Encoding": "gzip", "X_Crawler_Transfer_Encoding": "chunked"})
    ],
    "coding removed, header left": [
        crawled(http={"Content_Encoding": "gzip", "Transfer_Encoding": "chunked"})
    ],
    "chunked and packed": [
        crawled(
            body=b"%x\r\n%s\r\n0\r\n\r\n" % (len(gzip.compress(BODY)), gzip.compress(BODY)),
            http={"Content_Encoding": "gzip", "Transfer_Encoding": "chunked"},
        )
    ],
    "WARC/1.1 with fractions of a second": [
        crawled(date="2023-10-26T07:30:15.123456Z").replace(b"WARC/1.0", b"WARC/1.1", 1)
    ],
    "cut behind the page's end": [crawled(WARC_Truncated="length")],
    "triple of Common Crawl": [
        record("request", URL, b"GET / HTTP/1.1\r\n\r\n", WARC_Concurrent_To="<urn:a>"),
        crawled(WARC_Record_ID="<urn:a>"),
        record("metadata", URL, b"fetchTimeMs: 12\r\n", WARC_Concurrent_To="<urn:a>",
               Content_Type="application/warc-fields"),
    ],
    "Heritrix": [
        record("response", f"dns:{HOST}", b"20231026073015\n1.2.3.4\n", Content_Type="text/dns"),
        crawled(WARC_Record_ID="<urn:a>", WARC_IP_Address="1.2.3.4"),
        record("request", URL, b"GET / HTTP/1.0\r\n\r\n", WARC_Concurrent_To="<urn:a>"),
        record("metadata", URL, b"via: http://a.vn/\r\nhopsFromSeed: L\r\n", WARC_Concurrent_To="<urn:a>",
               Content_Type="application/warc-fields"),
    ],
    "notes of others in JSON": [
        crawled(WARC_Record_ID="<urn:a>"),
        record("metadata", URL, b'{"page": "x", "asked": "y"}', WARC_Refers_To="<urn:a>",
               Content_Type="application/json"),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def pool() -> Iterator[Readers]:
    with readers(1) as pool:
        yield pool


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path / 'archive.db'}")
    yield database
    database.close()


def brought(path: Path, archive: Database, pool: Readers, registry: str = REGISTRY) -> Report:
    (path.parent / "nghe-an.toml").write_text(registry, encoding="utf-8")
    known = load(path.parent / "nghe-an.toml").strict()
    return replay([path], path.parent / "warc", known, archive, readers=pool)


def texts(archive: Database) -> list[tuple[Any, ...]]:
    return rows(archive, "SELECT title, length(body) FROM versions ORDER BY title")


@pytest.fixture(scope="module")
def whole(pool: Readers, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Any, ...]]:
    """What is read of the page where nothing is odd."""
    folder = tmp_path_factory.mktemp("whole")
    database = open_database(f"sqlite:///{folder / 'archive.db'}")
    (folder / "a.warc").write_bytes(crawled())
    brought(folder / "a.warc", database, pool)
    found = texts(database)
    database.close()
    assert found[0][0] == f"{TITLE}1"
    return found


@pytest.mark.parametrize("form", READ)
def test_the_page_is_read_whole(
    tmp_path: Path, archive: Database, pool: Readers, whole: list[tuple[Any, ...]], form: str
) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(packed(READ[form]))
    assert brought(path, archive, pool).faults == []
    assert texts(archive) == whole


@pytest.mark.parametrize("field", [{"WARC_Truncated": "length"}, {"WARC_Segment_Number": "1"}])
def test_a_page_that_was_cut_short_is_kept_and_counted_and_not_taken_for_the_whole(
    tmp_path: Path, archive: Database, pool: Readers, field: dict[str, str]
) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(packed([crawled(body=BODY[:-300], **field)]))
    report = brought(path, archive, pool)
    assert report.reasons == {"failed:broken_or_cut_body": 1}
    assert texts(archive) == []
    assert rows(archive, "SELECT count(*) FROM captures") == [(1,)]


def test_another_port_of_a_host_is_another_site(tmp_path: Path, archive: Database, pool: Readers) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(packed([crawled(f"http://{HOST}:8080{PATH}")]))
    assert brought(path, archive, pool).counts["off_site"] == 1


@pytest.mark.parametrize("cut", [1, 40, 400])
def test_a_file_that_breaks_off_is_named_and_what_stands_before_is_read(
    tmp_path: Path, archive: Database, pool: Readers, whole: list[tuple[Any, ...]], cut: int
) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(packed([crawled(), crawled(f"{URL}9", page(f"{TITLE}2"))])[:-cut])
    report = brought(path, archive, pool)
    assert len(report.faults) == 1
    assert texts(archive)[: len(whole)] == whole


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("wget"), reason="no wget on this machine")
@pytest.mark.parametrize("more", [(), ("--no-warc-compression",), ("--compression=gzip",)])
def test_what_wget_writes_is_brought_in(
    tmp_path: Path, archive: Database, pool: Readers, more: tuple[str, ...]
) -> None:
    def answer(path: str, headers: dict[str, str]) -> Answer:
        html = {"Content-Type": HTML}
        if path in ("/", "/robots.txt"):
            links = "".join(f"<a href='/tin/giao-ban-so-{n}-100{n}'>{TITLE}{n}</a> " for n in (1, 2))
            return Answer(f"<html><body>{links}</body></html>".encode(), headers=html)
        shown = page(f"{TITLE}{path[-1]}")
        if "gzip" in headers.get("Accept-Encoding", ""):
            return Answer(gzip.compress(shown), headers=html | {"Content-Encoding": "gzip"})
        return Answer(shown, headers=html)

    with serve(answer) as site:
        command = [
            "wget",
            "--no-config",
            "--no-proxy",
            "-q",
            "-r",
            "-l1",
            "-P",
            "pages",
            "--warc-file=a",
            *more,
        ]
        subprocess.run([*command, f"{site.url}/"], cwd=tmp_path, check=True, timeout=60)
        registry = REGISTRY.replace(f"https://{HOST}", site.url).replace(
            'companions = ["tin.doluong.vn"]', ""
        )
    (path,) = tmp_path.glob("a.warc*")
    assert brought(path, archive, pool, registry).faults == []
    assert [title for title, _ in texts(archive)] == [f"{TITLE}1", f"{TITLE}2"]


def test_the_warc_files_of_a_package_are_brought_in_as_if_they_lay_in_a_folder(
    tmp_path: Path, archive: Database, pool: Readers, whole: list[tuple[Any, ...]]
) -> None:
    inner = package({"archive/b.warc.gz": packed([crawled(f"{URL}9", page(f"{TITLE}2"))])})
    (tmp_path / "a.wacz").write_bytes(
        package({"archive/a.warc.gz": packed([crawled(), crawled("http://baokhac.vn/")]), "b.wacz": inner})
    )
    report = brought(tmp_path / "a.wacz", archive, pool)
    assert (report.faults, report.files, report.counts["off_site"]) == ([], 2, 1)
    assert [title for title, _ in texts(archive)] == [f"{TITLE}1", f"{TITLE}2"]
    assert texts(archive)[: len(whole)] == whole
    files = sorted(path.name.rpartition("-")[0] for path in (tmp_path / "warc").iterdir())
    assert files == ["a-a", "a-b-b"]
    assert not list(tmp_path.glob(".unpacked-*"))


def test_a_spoiled_file_of_a_package_is_named_and_the_others_are_read(
    tmp_path: Path, archive: Database, pool: Readers, whole: list[tuple[Any, ...]]
) -> None:
    files = {"archive/a.warc.gz": packed([crawled(f"{URL}9")]), "archive/b.warc.gz": packed([crawled()])}
    spoiled = package(files, digests={"archive/a.warc.gz": f"sha256:{'0' * 64}"})
    (tmp_path / "a.wacz").write_bytes(spoiled)
    report = brought(tmp_path / "a.wacz", archive, pool)
    assert len(report.faults) == 1
    assert "a.wacz: archive/a.warc.gz: its bytes are not" in report.faults[0]
    assert texts(archive) == whole


def test_a_file_that_no_digest_vouches_for_is_read_and_named(
    tmp_path: Path, archive: Database, pool: Readers, whole: list[tuple[Any, ...]]
) -> None:
    (tmp_path / "a.wacz").write_bytes(package({"archive/a.warc.gz": packed([crawled()])}, described=False))
    report = brought(tmp_path / "a.wacz", archive, pool)
    assert [fault.rpartition(": ")[2] for fault in report.faults] == [
        "read, but its package has no digest to check it with"
    ]
    assert texts(archive) == whole


def test_a_package_that_cannot_be_read_is_a_fault(tmp_path: Path, archive: Database, pool: Readers) -> None:
    (tmp_path / "a.wacz").write_bytes(b"not a ZIP file")
    report = brought(tmp_path / "a.wacz", archive, pool)
    assert (len(report.faults), report.files) == (1, 0)
