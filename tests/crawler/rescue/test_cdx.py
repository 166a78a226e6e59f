"""Answers of the CDX server, in JSON and in text, and the addresses that are asked."""

from __future__ import annotations

import json
from urllib.parse import unquote_plus

import pytest

from crawler.rescue import cdx
from crawler.rescue.cdx import FIELDS, Scope

LINE = [
    "vn,gov,hoabinh)/tin/1",
    "20210304050607",
    "http://hoabinh.gov.vn/tin/1",
    "text/html",
    "200",
    "ABC",
    "512",
]
KEY = "vn%2Cgov%2Choabinh%29%2Ftin%2F1+20210304050608"


def answer(*lines: list[str], key: str = "") -> bytes:
    table: list[list[str]] = [list(FIELDS), *lines] if lines else []
    return json.dumps(table + ([[], [key]] if key else [])).encode()


def text(*lines: list[str], key: str = "") -> bytes:
    return ("".join(" ".join(line) + "\n" for line in lines) + (f"\n{key}\n" if key else "")).encode()


@pytest.mark.parametrize("form", [answer, text], ids=["json", "text"])
def test_lines_and_the_key_that_leads_on_are_read(form: object) -> None:
    assert callable(form)
    found = cdx.parse(form(LINE, key=KEY))
    assert [(row.url, row.stamp, row.status, row.length) for row in found.rows] == [
        ("http://hoabinh.gov.vn/tin/1", "20210304050607", 200, 512)
    ]
    assert (found.resume, found.last, found.lines) == (KEY, (LINE[0], LINE[1]), 1)
    assert cdx.parse(form(LINE)).resume == ""


@pytest.mark.parametrize("body", [b"[]", b"", b"\n"], ids=["json", "text", "blank"])
def test_nothing_found_is_no_fault(body: bytes) -> None:
    found = cdx.parse(body)
    assert (found.rows, found.lines, found.resume, found.last) == ((), 0, "", None)


@pytest.mark.parametrize("form", [answer, text], ids=["json", "text"])
def test_an_empty_page_may_lead_on(form: object) -> None:
    assert callable(form)
    assert cdx.parse(form(key=KEY)).resume == KEY


def test_the_key_is_sent_as_it_came_and_urlkey_is_always_asked_for() -> None:
    url = cdx.query("http://archive.test/", Scope("hoabinh.gov.vn"), 10, KEY, "2019")
    assert url.endswith(f"&from=2019&resumeKey={KEY}")
    assert "fl=urlkey," in url
    assert not {"page=", "collapse=", "filter="} & {part.split("=")[0] + "=" for part in url.split("&")}


def test_a_path_is_asked_by_prefix_and_a_host_as_a_whole() -> None:
    whole = cdx.query("http://a.test", Scope("hoabinh.gov.vn"), 5)
    part = cdx.query("http://a.test", Scope("hoabinh.gov.vn", "/luongson"), 5)
    assert "url=hoabinh.gov.vn&matchType=host" in whole
    assert "url=hoabinh.gov.vn/luongson/&matchType=prefix" in part


def test_the_key_behind_a_line_is_the_server_s_own() -> None:
    assert cdx.after((LINE[0], LINE[1])) == KEY
    assert unquote_plus(cdx.after(("vn,x)/", "20210304050609"))) == "vn,x)/ 2021030405060:"


def test_what_is_no_page_is_left_out_and_counted_as_read() -> None:
    junk = [
        [LINE[0], LINE[1], odd, *LINE[3:]] for odd in ("http://mailto:ubnd@x.vn", "data:text/html,x", "//")
    ]
    found = cdx.parse(answer(LINE, *junk, LINE))
    assert len({row.key for row in found.rows}) == 1
    assert found.lines == 5


def test_a_revisit_has_no_status() -> None:
    line = [*LINE[:3], "warc/revisit", "-", "ABC", "-"]
    (row,) = cdx.parse(answer(line)).rows
    assert (row.status, row.length, row.mime) == (None, None, "warc/revisit")


@pytest.mark.parametrize("body", [b"<html>Bad Gateway</html>", b'[{"url": 1}]', b"[[1"])
def test_what_is_no_list_is_a_fault(body: bytes) -> None:
    with pytest.raises(ValueError):
        cdx.parse(body)


def test_an_excluded_site_is_told_from_an_outage() -> None:
    assert cdx.blocked(b"RuntimeIOException: org.archive.AdministrativeAccessControlException: Blocked")
    assert not cdx.blocked(b"<html>503 Service Unavailable</html>")


def test_lines_of_one_instant_are_one_capture_and_others_are_not() -> None:
    def key(url: str, stamp: str = LINE[1], status: str = "200") -> str:
        (row,) = cdx.parse(answer([LINE[0], stamp, url, "text/html", status, "ABC", "1"])).rows
        return row.key

    one = key("http://hoabinh.gov.vn/Tin/1")
    assert key("https://www.hoabinh.gov.vn/Tin/1") == one
    assert key("http://hoabinh.gov.vn/tin/1") != one  # the same urlkey, another original
    assert key("http://hoabinh.gov.vn/Tin/1", "20210304050608") != one
    assert key("http://hoabinh.gov.vn/Tin/1", status="301") != one  # http led to https in that second
