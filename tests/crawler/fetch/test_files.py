"""What a response says of a file, and on which hosts a portal's files may stand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.fetch.filehosts import delay_at, kinds_of, largest, may_ask, registered_domain
from crawler.fetch.files import TYPES, Answer, file_outcome, look_at, name_of
from crawler.registry.entries import Portal
from fixtures.documents import PNG, docx, pdf
from pipelines.files import sniff
from storage.filing.words import Kind, Status
from storage.vocabulary import Outcome
from storage.warc.captures import CaptureRef

AT = datetime(2024, 5, 6, 7, 8, tzinfo=UTC)
REF = CaptureRef("files.warc.gz", 12, 34, "sha256:A", "a" * 64)
PDF = pdf("ke hoach") + bytes(300)
PAGE = b"<html><body>" + b"Phien dang nhap da het han. " * 40
URL = "https://tep.xa.gov.vn/kho/ke-hoach.pdf"


def answer(body: bytes | None = PDF, status: int = 200, url: str = URL, **headers: str) -> Answer:
    return Answer(url, status, {k.replace("_", "-"): v for k, v in headers.items()}, body, AT, REF)


def portal(url: str = "https://doluong.nghean.gov.vn", **more: Any) -> Portal:
    return Portal.model_validate({"url": url, "family": "generic"} | more)


@pytest.mark.parametrize(
    ("kind", "sure", "came", "status", "reason"),
    [
        ("attachment", True, answer(), Status.KEPT, ""),
        ("attachment", True, answer(docx("Phụ lục các xã miền núi") + bytes(300)), Status.KEPT, ""),
        ("attachment", True, answer(PNG), Status.KEPT, ""),
        ("attachment", True, answer(PAGE), Status.NOT_A_FILE, "html"),
        ("attachment", True, answer(b"Request Rejected"), Status.NOT_A_FILE, "too_small"),
        (
            "attachment",
            True,
            answer(b"So lieu bieu mau\n" * 40),
            Status.KEPT,
            "",
        ),  # a text file at a file's address
        ("attachment", False, answer(b"So lieu bieu mau\n" * 40), Status.NOT_A_FILE, "no_document"),
        ("attachment", False, answer(PAGE), Status.NOT_A_FILE, "html"),
        ("attachment", False, answer(), Status.KEPT, ""),
        ("attachment", False, answer(b"a" * 400, content_disposition="attachment"), Status.KEPT, ""),
        ("image", True, answer(PNG), Status.KEPT, ""),
        ("image", True, answer(PDF), Status.NOT_A_FILE, "no_picture"),
        ("requisite", True, answer(b"p{margin:0}"), Status.KEPT, ""),
        ("requisite", True, answer(PAGE), Status.NOT_A_FILE, "html"),
        (
            "requisite",
            True,
            answer(b"<!--\nvar a = 1;\n//-->", content_type="text/javascript"),
            Status.KEPT,
            "",
        ),
        ("requisite", True, answer(b"<!-- 404 --><html></html>"), Status.NOT_A_FILE, "html"),
        ("attachment", True, answer(b"", 304), Status.KEPT, ""),
        ("attachment", True, answer(b"", 410), Status.GONE, "http_410"),
        ("attachment", True, answer(b"", 503), Status.FAILED, "http_503"),
        ("attachment", True, answer(None), Status.FAILED, "broken_or_cut_body"),
    ],
    ids=range(20),
)
def test_bytes_decide_what_a_file_is(
    kind: str, sure: bool, came: Answer, status: Status, reason: str
) -> None:
    look = look_at("f" * 16, Kind(kind), sure, came)
    assert look is not None and (look.status, look.reason) == (status, reason)
    assert look.final is (status is Status.NOT_A_FILE and not sure)


def test_a_redirect_says_nothing_of_its_file() -> None:
    look = look_at("f", Kind.ATTACHMENT, True, answer(b"", 302, location="/khac.pdf"))
    assert look is None and file_outcome(look) is Outcome.REDIRECTED


@pytest.mark.parametrize(
    ("came", "name"),
    [
        (answer(url="https://x.vn/kho/K%E1%BA%BF%20ho%E1%BA%A1ch.pdf?v=1"), "Kế hoạch.pdf"),
        (answer(content_disposition='attachment; filename="bieu 1.xls"'), "bieu 1.xls"),
        (
            answer(content_disposition="inline; filename*=UTF-8''Ph%E1%BB%A5%20l%E1%BB%A5c.docx"),
            "Phụ lục.docx",
        ),
        (answer(content_disposition='attachment; filename="../../etc/x.pdf"'), ".._.._etc_x.pdf"),
        (answer(url="https://x.vn/"), ""),
    ],
    ids=range(5),
)
def test_a_file_is_called_as_its_server_calls_it(came: Answer, name: str) -> None:
    assert name_of(came) == name


@pytest.mark.parametrize(
    ("host", "may"),
    [
        ("doluong.nghean.gov.vn", True),
        ("kho.anh.vn", True),  # a companion
        ("datafiles.nghean.gov.vn", True),  # the same registered domain
        ("storage-vnportal.vnpt.vn", True),  # a vendor's store
        ("files-vnportal.camau.gov.vn", True),
        ("camau.gov.vn", False),
        ("datafiles.nghean.gov.vn:8080", False),
        ("drive.google.com", False),
        ("10.0.0.5", False),
        ("kho.local", False),
    ],
)
def test_files_may_stand_near_their_portal(host: str, may: bool) -> None:
    assert may_ask(portal(companions=("kho.anh.vn",)), host) is may
    strict = portal(companions=("kho.anh.vn",), file_hosts="listed")
    assert may_ask(strict, host) is (host in ("doluong.nghean.gov.vn", "kho.anh.vn"))


def test_a_portal_on_a_local_name_lends_it_to_no_neighbour() -> None:
    assert not may_ask(portal("http://huyen.test"), "kho.huyen.test")


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("doluong.nghean.gov.vn", "nghean.gov.vn"),
        ("www.xa.vn", "xa.vn"),
        ("a.b.example.org", "example.org"),
        ("127.0.0.1", "127.0.0.1"),
        ("gov.vn", "gov.vn"),
    ],
)
def test_the_part_that_was_registered(host: str, domain: str) -> None:
    assert registered_domain(host) == domain


def test_a_shared_host_has_the_longest_delay() -> None:
    every = [
        portal(delay=1.0, companions=("kho.anh.vn",)),
        portal("https://yenthanh.nghean.gov.vn", delay=3.0, companions=("kho.anh.vn",)),
        portal("https://khac.vn", delay=9.0),
    ]
    assert delay_at("kho.anh.vn", every, [every[0]]) == 3.0
    assert delay_at("datafiles.nghean.gov.vn", every, every[:1]) == 1.0


def test_a_portal_says_what_is_kept_of_it() -> None:
    assert kinds_of(portal(), ("attachments",)) == {Kind.ATTACHMENT}
    assert kinds_of(portal(keep=("images",)), ("attachments",)) == {Kind.IMAGE}
    assert kinds_of(portal(keep=()), ("attachments",)) == frozenset()
    assert largest(portal(), Kind.ATTACHMENT) == 64 * 2**20 and largest(portal(), Kind.IMAGE) == 8 * 2**20


@pytest.mark.parametrize(
    ("hosts", "allowed"),
    [
        ("domain", {"doluong.nghean.gov.vn", "kho.nghean.gov.vn"}),
        ("listed", {"doluong.nghean.gov.vn"}),
        (["cdn.vn"], {"doluong.nghean.gov.vn", "kho.nghean.gov.vn", "cdn.vn"}),
        (["domain", "cdn.vn"], {"doluong.nghean.gov.vn", "kho.nghean.gov.vn", "cdn.vn"}),
        (["listed", "fonts.gstatic.com"], {"doluong.nghean.gov.vn", "fonts.gstatic.com"}),
        ([], {"doluong.nghean.gov.vn", "kho.nghean.gov.vn"}),
    ],
    ids=["domain", "listed", "a host", "domain and a host", "listed and a host", "none"],
)
def test_further_hosts_of_files_are_declared(hosts: Any, allowed: set[str]) -> None:
    every = {"doluong.nghean.gov.vn", "kho.nghean.gov.vn", "fonts.gstatic.com", "cdn.vn", "www.facebook.com"}
    one = portal(file_hosts=hosts)
    assert {host for host in every if may_ask(one, host)} == allowed


@pytest.mark.parametrize("hosts", ["everywhere", ["https://cdn.vn/"], 7], ids=["word", "address", "number"])
def test_a_wrong_value_for_hosts_of_files_is_an_error(hosts: Any) -> None:
    with pytest.raises(ValueError, match="file_hosts"):
        portal(file_hosts=hosts)


def test_what_a_file_may_be_is_known_to_the_list_of_types() -> None:
    told = {kind for _, kind in (*sniff._STARTS, *sniff._STREAMS, *sniff._PARTS)}
    assert told | set(sniff._OPEN_DOCUMENT.values()) <= TYPES
    riff = [sniff.type_of(b"RIFF\0\0\0\0" + name) for name in (b"WEBP", b"WAVE", b"AVI ")]
    others = [
        sniff.type_of(body) for body in (b"\0\0\0\0ftypmp42", b"%PDF-1.4", b"<svg></svg>", b"<html></html>")
    ]
    assert {*riff, *others} <= TYPES
    assert "" not in TYPES
