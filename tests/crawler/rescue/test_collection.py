"""What is asked of a pywb collection, and how its list is read to its end: pure parts and a small server."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from crawler.errors import ArchiveAway
from crawler.rescue import collection
from crawler.rescue.cdx import Scope
from storage.warc.captures import Exchange

BASE = "http://kho.example.vn/huyen"
SCOPE = Scope("vanban.example.vn")


def line(stamp: str, path: str = "tin-1", **more: Any) -> dict[str, Any]:
    url = f"http://vanban.example.vn/{path}"
    told = {"urlkey": f"vn,example,vanban)/{path}", "timestamp": stamp, "url": url, "mime": "text/html"}
    return told | {"status": "200", "digest": "sha1:ABC", "length": "12"} | more


class Server:
    """Answers as pywb does, at most `most` lines at a time, whatever limit is asked for."""

    host, base = "kho.example.vn", BASE

    def __init__(self, lines: list[dict[str, Any]], most: int = 100, exists: bool = True) -> None:
        self.lines = sorted(lines, key=lambda one: (one["urlkey"], one["timestamp"]))
        self.most, self.exists, self.asked = most, exists, list[str]()

    async def steady(self, kind: str, url: str) -> Exchange:
        self.asked.append(url)
        query = dict(parse_qsl(urlsplit(url).query))
        if not query:
            return self._answer(200 if self.exists else 404, b"<html>")
        found = [
            one
            for one in self.lines
            if query.get("from", "") <= one["timestamp"][: len(query.get("from", ""))] <= query.get("to", "~")
        ]
        found = found[::-1] if query.get("sort") == "reverse" else found
        some = found[: min(self.most, int(query["limit"]))]
        return self._answer(200, b"".join(json.dumps(one).encode() + b"\n" for one in some))

    def _answer(self, status: int, body: bytes) -> Exchange:
        return Exchange(BASE, status, [], body, datetime(2026, 1, 1, tzinfo=UTC))


def read(server: Any) -> tuple[list[str], dict[str, Any]]:
    """The moments of the captures that a walk keeps, and how far it says that the list is read."""
    stamps: dict[str, None] = {}
    told: dict[str, Any] = {}

    def keep(answer: Exchange | None, rows: Any, lists: Any) -> int:
        stamps.update(dict.fromkeys(row.stamp for row in rows))
        told.update({part: progress for (_, _, part), progress in lists.items()})
        return len(rows)

    asyncio.run(collection.Walk(server, keep, lambda text: None).read(SCOPE))
    return sorted(stamps), told


@pytest.mark.parametrize(
    "url", [f"{BASE}/", BASE, "https://kho.example.vn:8443/a/b/", "http://kho.example.vn"]
)
def test_the_address_of_a_collection_has_no_slash_at_its_end(url: str) -> None:
    assert collection.address(url) == url.rstrip("/")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://kho.example.vn/huyen/", "no address of a pywb collection"),
        ("http:///huyen/", "no address of a pywb collection"),
        ("http://kho.example.vn/tep/huyen.wacz", "download it"),
        ("http://kho.example.vn/tep/huyen.WARC.gz", "download it"),
        ("http://kho.example.vn/huyen/?url=a.vn", "ends with its name"),
    ],
    ids=["scheme", "host", "wacz", "warc", "query"],
)
def test_what_is_no_collection_is_refused_with_what_to_do(url: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        collection.address(url)


def test_a_host_is_asked_for_as_such_and_a_path_as_a_prefix() -> None:
    assert "url=vanban.example.vn&matchType=host&output=json" in collection.query(BASE, SCOPE, "", 9)
    path = collection.query(BASE, Scope("a.vn", "/huyen-b"), "2021", 9)
    assert path.startswith(f"{BASE}/cdx?url=a.vn/huyen-b/&matchType=prefix&")
    assert path.endswith("&from=2021&to=2021")


def test_a_list_that_the_server_cuts_is_read_by_shorter_and_shorter_spans() -> None:
    stamps = ["20200101000000", "20210304050607", "20210309000000", "20210401000000", "20230101000000"]
    server = Server([line(one, f"tin-{n}") for n, one in enumerate(stamps)], most=1)
    found, told = read(server)
    assert found == stamps
    assert told[""].lines == 1
    assert {part for part in told if len(part) == 8} >= {"20210304", "20210309"}  # days of a full month
    whole = Server(server.lines)
    assert read(whole)[0] == stamps
    assert len(whole.asked) == 2


def test_a_day_with_more_captures_than_the_server_lists_is_an_error_and_no_loss_in_silence() -> None:
    server = Server([line(f"202103040506{n:02}", f"tin-{n}") for n in range(3)], most=2)
    with pytest.raises(ArchiveAway, match="lists only 2 captures of 20210304"):
        read(server)


def test_forms_and_other_hosts_are_no_captures_of_the_portal() -> None:
    form = line("20210102000000") | {"urlkey": "vn,example,vanban)/tin-1?__wb_method=post&trang=2"}
    other = line("20210103000000") | {"url": "http://khac.example.vn/tin-1"}
    assert read(Server([line("20210101000000"), form, other]))[0] == ["20210101000000"]


def test_a_collection_that_is_not_there_is_told_from_an_empty_one() -> None:
    assert read(Server([]))[0] == []
    with pytest.raises(ArchiveAway, match="has no collection at http"):
        read(Server([], exists=False))


def test_what_is_no_list_is_an_error() -> None:
    class Page(Server):
        async def steady(self, kind: str, url: str) -> Exchange:
            return self._answer(200, b"<html><body>Xin chao</body></html>")

    with pytest.raises(ArchiveAway, match="/ a pywb collection"):
        read(Page([]))
