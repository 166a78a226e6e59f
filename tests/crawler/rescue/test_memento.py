"""What a replay says: only an answer with Memento-Datetime is the portal's, and its own headers come back."""

from __future__ import annotations

import gzip

import pytest

from crawler.rescue import memento
from crawler.rescue.memento import Refused, capture_of
from storage.warc.captures import Exchange, Headers

STAMP, URL = "20210304050607", "http://hoabinh.gov.vn/tin/le-hoi-cong-chieng.html"
MOMENT = (b"Memento-Datetime", b"Thu, 04 Mar 2021 05:06:07 GMT")
PAGE = b"<html><body>cong chieng</body></html>"


def got(status: int = 200, *headers: tuple[bytes, bytes], body: bytes = PAGE, cut: bool = False) -> Exchange:
    found = capture_of(status, [MOMENT, *headers], body, STAMP, URL, cut=cut)
    assert isinstance(found, Exchange)
    return found


def refused(status: int, headers: Headers = (), body: bytes = PAGE, *, cut: bool = False) -> Refused:
    found = capture_of(status, headers, body, STAMP, URL, cut=cut)
    assert isinstance(found, Refused)
    return found


def test_the_moment_is_that_of_the_capture_and_headers_are_the_portal_s() -> None:
    found = got(
        200,
        (b"Content-Type", b"text/html"),
        (b"X-Archive-Orig-Server", b"nginx"),
        (b"x-archive-orig-last-modified", b"Wed, 03 Mar 2021 00:00:00 GMT"),
        (b"X-Archive-Src", b"spn2-2021/x.warc.gz"),
        (b"Server", b"archive"),
        (b"Set-Cookie", b"archive=1"),
    )
    assert found.fetched_at.isoformat() == "2021-03-04T05:06:07+00:00"
    assert (found.url, found.header("Server"), found.header("Content-Type")) == (URL, "nginx", "text/html")
    assert found.header("Last-Modified").startswith("Wed, 03")
    assert found.header("X-Archive-Src") == "spn2-2021/x.warc.gz"
    assert found.header("Set-Cookie") == found.header("Memento-Datetime") == ""


def test_the_address_is_the_one_that_was_really_captured() -> None:
    other = b'<http://www.hoabinh.gov.vn:80/Tin/Le-Hoi.html>; rel="original", <x>; rel="timegate"'
    assert got(200, (b"Link", other)).url == "http://www.hoabinh.gov.vn:80/Tin/Le-Hoi.html"


@pytest.mark.parametrize("announced", [b"", b"gzip"], ids=["unannounced", "announced"])
def test_packed_bytes_are_told_by_themselves(announced: bytes) -> None:
    headers = [(b"X-Archive-Orig-Content-Encoding", announced)] if announced else []
    packed = got(200, *headers, body=gzip.compress(PAGE, mtime=0))
    assert packed.header("Content-Encoding") == "gzip"
    assert got(200, *headers).header("Content-Encoding") == ""


def test_lengths_of_the_transfer_are_not_the_portal_s() -> None:
    found = got(200, (b"Content-Length", b"9"), (b"X-Archive-Orig-Content-Length", b"12"))
    assert found.header("Content-Length") == ""
    assert found.header("X-Archive-Orig-Content-Length") == "12"


@pytest.mark.parametrize(
    "location",
    [
        b"/web/20210304050607id_/http://hoabinh.gov.vn/moi",
        b"https://archive.test/web/20210304050607id_/http://hoabinh.gov.vn/moi",
        b"/web/20210304050607/http://hoabinh.gov.vn/moi",
        b"/moi",
        b"http://hoabinh.gov.vn/moi",
    ],
)
def test_a_redirect_of_the_portal_is_unwrapped(location: bytes) -> None:
    assert got(302, (b"Location", location)).header("Location") == "http://hoabinh.gov.vn/moi"


@pytest.mark.parametrize(
    ("status", "headers", "reason", "again"),
    [
        (302, [(b"Location", b"/web/20211104000000id_/" + URL.encode())], "other_capture", False),
        (200, [], "no_memento", False),
        (404, [(b"X-Archive-Wayback-Runtime-Error", b"ResourceNotInArchiveException")], "not_played", False),
        (404, [], "http_404", False),
        (503, [], "http_503", True),
        (504, [], "http_504", True),
        (200, [(b"Memento-Datetime", b"Fri, 05 Nov 2021 05:06:07 GMT")], "other_capture", False),
        (200, [(b"Memento-Datetime", b"yesterday")], "no_memento", False),
    ],
)
def test_an_answer_of_the_archive_itself_is_never_the_portal_s(
    status: int, headers: Headers, reason: str, again: bool
) -> None:
    assert refused(status, headers) == Refused(reason, again)


def test_an_empty_replay_is_a_revisit_without_its_original() -> None:
    assert refused(200, [MOMENT], b"") == Refused("empty")


def test_a_body_that_was_cut_short_is_asked_for_again() -> None:
    assert refused(200, [MOMENT], cut=True) == Refused("cut", again=True)


@pytest.mark.parametrize("status", [403, 404, 500, 503])
def test_an_error_of_the_portal_is_a_capture(status: int) -> None:
    assert got(status).status == status


def test_the_archive_s_header_and_digest_are_kept_beside() -> None:
    import base64
    import hashlib

    digest = base64.b32encode(hashlib.sha1(PAGE).digest()).decode()
    told = memento.notes([MOMENT], 200, PAGE, digest)
    assert "Memento-Datetime: Thu" in told["huyen-archive-header"]
    assert told["huyen-archive-digest"] == f'"sha1:{digest} verified"'
    assert memento.notes([MOMENT], 200, b"other", digest)["huyen-archive-digest"].endswith('differs"')


def test_an_address_keeps_what_the_archive_has() -> None:
    odd = "http://hoabinh.gov.vn/tin.aspx?id=3&t=Lễ hội%20#x"
    assert memento.address("http://a.test/web/", STAMP, odd) == (
        f"http://a.test/web/{STAMP}id_/http://hoabinh.gov.vn/tin.aspx?id=3&t=L%E1%BB%85%20h%E1%BB%99i%20#x"
    )
