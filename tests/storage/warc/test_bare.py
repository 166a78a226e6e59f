"""WARC files whose lines end in a line feed alone: read, also where they lie among others."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from storage.warc.walk import Damage, Record, record_in, walk

PAGE = "<h1>Bến đò Vạn Tịnh</h1>\n<p>Đò ngang nghỉ một ngày vì nước lớn.</p>\n".encode()


def record(number: int, page: bytes = PAGE) -> bytes:
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nServer: nginx\r\n\r\n" + page
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://van-tinh.vn/{number}\r\n"
        f"WARC-Date: 2021-04-0{number}T01:02:03Z\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def head_only(number: int) -> bytes:
    head, _, rest = record(number).partition(b"\r\n\r\n")
    return head.replace(b"\r\n", b"\n") + b"\n\n" + rest.removesuffix(b"\r\n\r\n") + b"\n\n"


def all_lines(number: int) -> bytes:
    return record(number).replace(b"\r\n", b"\n")


FILES = {
    "the WARC header": head_only(1) + head_only(2) + head_only(3),
    "every line": all_lines(1) + all_lines(2) + all_lines(3),
    "one record among others": record(1) + head_only(2) + record(3),
    "the first record": all_lines(1) + record(2) + record(3),
    "in members": gzip.compress(head_only(1), mtime=0) + gzip.compress(head_only(2), mtime=0)
    + gzip.compress(record(3), mtime=0),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(FILES))
def test_records_are_read(name: str, tmp_path: Path) -> None:
    path = tmp_path / ("a.warc.gz" if "members" in name else "a.warc")
    path.write_bytes(FILES[name])
    found = list(walk(path))
    assert [one for one in found if isinstance(one, Damage)] == []
    records = [one for one in found if isinstance(one, Record)]
    assert [one.url[-1] for one in records] == ["1", "2", "3"]
    for one in records:
        assert one.kind == "response"
        assert one.block is not None and PAGE.rstrip() in one.block and b"WARC/1" not in one.block
        again = record_in(path.read_bytes()[one.offset : one.offset + one.length])
        assert again is not None and again.url == one.url


def test_a_length_that_lost_line_ends_do_not_explain_is_a_damage(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    wrong = head_only(1).replace(b"Content-Length: ", b"Content-Length: 9")
    path.write_bytes(wrong + head_only(2) + record(3))
    found = list(walk(path))
    assert [one.offset for one in found if isinstance(one, Damage)] == [0]
    assert [one.url[-1] for one in found if isinstance(one, Record)] == ["2", "3"]
