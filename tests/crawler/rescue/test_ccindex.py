"""Answers and files of Common Crawl's index."""

from __future__ import annotations

import gzip
import json

from crawler.rescue import ccindex
from crawler.rescue.ccindex import Block
from crawler.rescue.cdx import Scope
from crawler.rescue.sites import scopes_of, surt, under

SAID = {"url": "https://kimboi.vn/a", "mime": "text/html", "status": "200", "digest": "ABC", "length": "7",
        "offset": "40", "filename": "crawl-data/CC-MAIN-2021-10/x.warc.gz"}  # fmt: skip


def test_json_lines_and_lines_of_a_file_give_the_same_rows() -> None:
    api = json.dumps({"urlkey": "vn,kimboi)/a", "timestamp": "20210304050607", **SAID})
    file = f"vn,kimboi)/a 20210304050607 {json.dumps(SAID)}"
    (one,), (other,) = ccindex.rows_of(api), ccindex.rows_of(file)
    assert one == other
    assert one.ref == "crawl-data/CC-MAIN-2021-10/x.warc.gz 40 7"
    assert ccindex.rows_of("not json\n{\n" + json.dumps({"url": "https://kimboi.vn/b"})) == []


def test_a_body_that_was_cut_is_named() -> None:
    (row,) = ccindex.rows_of(json.dumps({"timestamp": "20210304050607", **SAID, "truncated": "length"}))
    assert row.truncated == "length"


def test_crawls_are_asked_at_the_address_of_the_configuration() -> None:
    listed = [
        {
            "id": "CC-MAIN-2021-10",
            "cdx-api": "https://other.test/a/CC-MAIN-2021-10-index",
            "from": "2021-02-24T00:00:00",
        },
        {},
    ]
    (crawl,) = ccindex.crawls(json.dumps(listed).encode(), "http://mirror.test")
    assert (crawl.api, crawl.begin) == ("http://mirror.test/a/CC-MAIN-2021-10-index", "20210224")


def test_blocks_that_may_hold_a_host_are_read_and_no_others() -> None:
    text = "\n".join(
        f"{key} 20210101000000\tcdx-00000.gz\t{n * 10}\t10\t{n}"
        for n, key in enumerate(["vn,a)/", "vn,kim)/", "vn,kimboi)/m", "vn,kimboi)/z", "vn,z)/"])
    )
    blocks = ccindex.blocks_of(text + "\nvn,torn)/ 2021\tcdx")
    assert [block.key for block in ccindex.needed(blocks, ["vn,kimboi)"])] == [
        "vn,kim)/", "vn,kimboi)/m", "vn,kimboi)/z",
    ]  # fmt: skip
    assert [len(group) for group in ccindex.together(ccindex.needed(blocks, ["vn,kimboi)"]))] == [3]
    assert [len(group) for group in ccindex.together([blocks[0], blocks[2]])] == [1, 1]


def test_an_index_of_other_indexers_and_of_a_mirror_of_files_is_read() -> None:
    line = 'vn,kimboi)/a 2021 {"offset": 0, "length": 9, "digest": "x"}'
    text = f'!meta 0 {{"format": "cdxj-gzip-1.0"}}\n{line}\nvn,z {{'
    assert ccindex.blocks_of(text) == [Block("vn,kimboi)/a", "cdx-00000.gz", 0, 9)]
    assert ccindex.nothing(b'{"message": "No Captures found for: kimboi.vn"}')
    assert not ccindex.nothing(b"<html>404 Not Found</html>")


def test_blocks_read_together_are_unpacked_one_by_one() -> None:
    one, two = gzip.compress(b"vn,a)/ 1 {}\n", mtime=0), gzip.compress(b"vn,b)/ 2 {}\n", mtime=0)
    group = [Block("a", "f", 100, len(one)), Block("b", "f", 100 + len(one), len(two))]
    assert ccindex.unpacked(one + two, group).split("\n") == ["vn,a)/ 1 {}", "vn,b)/ 2 {}", ""]


def test_former_hosts_and_companions_are_asked_for_too() -> None:
    from crawler.registry.entries import Portal

    portal = Portal(
        url="https://www.hoabinh.gov.vn/kimboi/", family="generic",
        former=("kimboi.gov.vn",), companions=("files.hoabinh.gov.vn:8080",),
    )  # fmt: skip
    assert [scope.name for scope in scopes_of(portal)] == [
        "hoabinh.gov.vn/kimboi", "kimboi.gov.vn", "files.hoabinh.gov.vn:8080",
    ]  # fmt: skip
    assert surt(Scope("hoabinh.gov.vn", "/Kimboi")) == "vn,gov,hoabinh)/kimboi"
    assert surt(Scope("files.vn:8080")) == "vn,files:8080)"
    assert under(Scope("hoabinh.gov.vn", "/kimboi"), "http://www.hoabinh.gov.vn/kimboi/tin/1")
    assert not under(Scope("hoabinh.gov.vn", "/kimboi"), "http://hoabinh.gov.vn/kimboi2/tin/1")
