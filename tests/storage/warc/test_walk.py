"""WARC files of any form and in any state: all whole records are found, and the damage between is named."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from storage.warc.importing import bring_in
from storage.warc.reader import Capture, scan
from storage.warc.walk import Damage, Record, reachable, walk
from tests.warcs import http, packed, record

PAGES = 5


def made(packing: bool) -> tuple[bytes, list[int]]:
    """A file of another crawler, and where its records begin."""
    pages = [
        record(
            "response",
            f"http://a.vn/{number}",
            http(f"<p>trang {number}".encode() * 40, version="HTTP/1.0", Content_Type="text/html"),
        )
        for number in range(PAGES)
    ]
    parts = [packed([page]) if packing else page for page in pages]
    return b"".join(parts), [len(b"".join(parts[:number])) for number in range(PAGES)]


def walked(path: Path) -> tuple[list[str], list[int]]:
    """The last letters of the URLs found, and the offsets of the damage."""
    found = list(walk(path))
    urls = [one.url[-1] for one in found if isinstance(one, Record)]
    return urls, [one.offset for one in found if isinstance(one, Damage)]


@pytest.mark.parametrize("form", ["members", "plain", "one member"])
def test_every_form_is_read(tmp_path: Path, form: str) -> None:
    data, starts = made(form == "members")
    path = tmp_path / "a.warc"
    path.write_bytes(gzip.compress(data) if form == "one member" else data)
    assert walked(path) == (["0", "1", "2", "3", "4"], [])
    assert reachable(path) is (form != "one member")
    if form != "one member":
        records = [one for one in walk(path) if isinstance(one, Record)]
        assert [one.offset for one in records] == starts
        assert records[-1].offset + records[-1].length == len(data)
        assert list(walk(path, starts[3])) == records[3:]


@pytest.mark.parametrize("packing", [True, False])
def test_what_is_damaged_is_named_and_the_rest_is_read(tmp_path: Path, packing: bool) -> None:
    data, starts = made(packing)
    path = tmp_path / "a.warc"
    path.write_bytes(data[: starts[2]] + b"x" * 40 + data[starts[2] + 40 :])
    assert walked(path) == (["0", "1", "3", "4"], [starts[2]])


@pytest.mark.parametrize("packing", [True, False])
@pytest.mark.parametrize("cut", [60, 150])
def test_a_torn_tail_is_named(tmp_path: Path, packing: bool, cut: int) -> None:
    data, starts = made(packing)
    path = tmp_path / "a.warc"
    path.write_bytes(data[:-cut])
    assert walked(path) == (["0", "1", "2", "3"], [starts[4]])


@pytest.mark.parametrize("packing", [True, False])
def test_a_record_that_lacks_only_its_end_is_read_and_named(tmp_path: Path, packing: bool) -> None:
    data, starts = made(packing)
    path = tmp_path / "a.warc"
    path.write_bytes(data[:-3])
    assert walked(path) == (["0", "1", "2", "3", "4"], [starts[4]])


@pytest.mark.parametrize("data", [b"", b"no WARC at all\n" * 9, b"\x1f\x8b\x08\0 nor gzip"])
def test_what_is_no_warc_file_gives_no_record(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(data)
    assert walked(path) == ([], [0] if data else [])
    assert not reachable(path)


def test_only_wanted_records_are_brought_in_each_by_itself_and_once(tmp_path: Path) -> None:
    path = tmp_path / "crawl of 2023.warc.gz"
    path.write_bytes(gzip.compress(made(False)[0]))
    brought = bring_in(path, tmp_path / "warc", lambda url: url[-1] in "13")
    assert (brought.kept, brought.off_site, brought.damage) == (2, 3, [])
    assert brought.file is not None and brought.file.startswith("crawlof2023-")
    held = tmp_path / "warc" / brought.file
    assert reachable(held)
    captures = [one for one in scan(held) if isinstance(one, Capture)]
    assert [one.content for one in captures] == [f"<p>trang {n}".encode() * 40 for n in (1, 3)]
    bring_in(path, tmp_path / "warc", lambda url: url[-1] in "13")
    assert [one.name for one in (tmp_path / "warc").iterdir()] == [brought.file]


def test_a_file_without_wanted_records_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(made(False)[0])
    assert bring_in(path, tmp_path / "warc", lambda url: False).file is None
    assert list((tmp_path / "warc").iterdir()) == []


def test_a_field_is_found_in_any_case_and_the_first_of_a_name_counts() -> None:
    fields = (("warc-date", "2026-01-02T03:04:05Z"), ("WARC-IP-Address", "::1"), ("Warc-Ip-Address", "::2"))
    one = Record("response", "WARC/1.1", fields, b"", 0)
    assert (one.get("WARC-IP-Address"), one.get("WARC-Date"), one.get("Huyen-TLS")) == (
        "::1",
        fields[0][1],
        "",
    )
