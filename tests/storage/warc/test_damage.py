"""Hostile and damaged records: each ends no more than itself, is named, and the next one is read."""

from __future__ import annotations

import gzip
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.care.warcfile import File, examine
from storage.warc import reader
from storage.warc.reader import Capture, scan
from storage.warc.walk import Damage, Record, instant, walk
from tests.warcs import http, packed, record

PAGE = "<html><body><p>Ủy ban nhân dân huyện họp phiên thường kỳ tháng Năm.</p></body></html>".encode()


def page(number: int, block: bytes | None = None, **fields: str) -> bytes:
    return record(
        "response", f"http://a.vn/{number}", block or http(PAGE, Content_Type="text/html"), **fields
    )


def written(folder: Path, records: list[bytes], packing: bool) -> Path:
    path = folder / "a.warc"
    path.write_bytes(packed(records) if packing else b"".join(records))
    return path


def captures(path: Path) -> dict[str, Capture]:
    return {one.exchange.url[-1]: one for one in scan(path) if isinstance(one, Capture)}


@pytest.mark.parametrize("packing", [True, False], ids=["gzip", "plain"])
@pytest.mark.parametrize("length", ["", "-5", "12abc", "9" * 30, "0", "57", "2000", "100000", "٣٤"])
def test_a_wrong_length_costs_its_record_only(tmp_path: Path, length: str, packing: bool) -> None:
    records = [page(1), page(2, Content_Length=length), page(3), page(4)]
    path = written(tmp_path, records, packing)

    found = list(walk(path))

    assert [one.url[-1] for one in found if isinstance(one, Record)] == ["1", "3", "4"]
    (damage,) = [one for one in found if isinstance(one, Damage)]
    assert damage.offset == len(packed(records[:1]) if packing else records[0])
    assert "Content-Length" in damage.cause


def test_a_record_without_a_length_costs_itself_only(tmp_path: Path) -> None:
    lost = page(2).replace(b"Content-Length", b"Content-Lemgth")

    found = list(walk(written(tmp_path, [page(1), lost, page(3)], packing=False)))

    assert [type(one) for one in found] == [Record, Damage, Record]


def test_a_text_that_quotes_a_record_is_no_record(tmp_path: Path) -> None:
    quoting = page(
        2, http(PAGE + b"\nWARC/1.1\nkhong phai ban ghi\n", Content_Type="text/html"), Content_Length="7"
    )

    found = list(walk(written(tmp_path, [page(1), quoting, page(3)], packing=False)))

    assert [type(one) for one in found] == [Record, Damage, Record]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2023-05-01T07:08:09Z", (2023, 5, 1, 7, 8, 9)),
        ("2023-05-01T07:08:09.250Z", (2023, 5, 1, 7, 8, 9)),
        ("2023-05-01T07:08:09+07:00", (2023, 5, 1, 0, 8, 9)),
        ("2023-05-01T07:08:09", (2023, 5, 1, 7, 8, 9)),
        ("20230501070809", (2023, 5, 1, 7, 8, 9)),
    ],
)
def test_moments_as_writers_have_them(text: str, moment: tuple[int, ...]) -> None:
    assert instant(text) == datetime(*moment, tzinfo=UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    "text", ["", "0001-01-01T00:00:00+14:00", "99999-01-01", "20231345000000", "hôm nay"]
)
def test_what_names_no_moment_is_none(text: str) -> None:
    assert instant(text) is None


@pytest.mark.parametrize("line", ["HTTP 200 Document follows", "HTTP/1.1 0 OK", "HTTP/2 200", "HTTP/1.1 200"])
def test_status_lines_of_other_crawlers(tmp_path: Path, line: str) -> None:
    block = http(PAGE, Content_Type="text/html").replace(b"HTTP/1.1 200 OK", line.encode())

    found = captures(written(tmp_path, [page(1, block)], packing=True))

    assert found["1"].exchange.status == 200
    assert found["1"].content == PAGE


@pytest.mark.parametrize("line", ["HTTP/1.1 ²³ OK", "HTTP/1.1 " + "9" * 5000, "GET / HTTP/1.1", ""])
def test_what_is_no_status_line_is_no_capture(tmp_path: Path, line: str) -> None:
    block = http(PAGE).replace(b"HTTP/1.1 200 OK", line.encode())

    assert list(captures(written(tmp_path, [page(1, block), page(2)], packing=True))) == ["2"]


def chunked(body: bytes, last: bool = True) -> bytes:
    parts = [body[at : at + 50] for at in range(0, len(body), 50)]
    return b"".join(b"%x\r\n%s\r\n" % (len(one), one) for one in parts) + (b"0\r\n\r\n" if last else b"")


@pytest.mark.parametrize(
    ("body", "header"),
    [
        (chunked(PAGE), "chunked"),
        (chunked(PAGE, last=False), "chunked"),
        (chunked(PAGE), ""),  # its crawler left the sizes in and the header out
        (PAGE, "chunked"),  # and this one did the contrary
    ],
)
def test_chunks_left_in_or_taken_out(tmp_path: Path, body: bytes, header: str) -> None:
    block = http(body, Content_Type="text/html", **({"Transfer_Encoding": header} if header else {}))

    assert captures(written(tmp_path, [page(1, block)], packing=True))["1"].content == PAGE


@pytest.mark.parametrize("size", [b"-6", b"0x10", b"f" * 20, b"", b"zz"])
def test_chunk_sizes_that_are_none_end_nothing(tmp_path: Path, size: bytes) -> None:
    block = http(size + b"\r\n" + PAGE, Content_Type="text/html", Transfer_Encoding="chunked")

    found = captures(written(tmp_path, [page(1, block), page(2)], packing=True))

    assert found["1"].content == size + b"\r\n" + PAGE
    assert found["2"].content == PAGE


@pytest.mark.parametrize("block", [b"[" * 200_000, b"{", b'{"portal": "http://[x"}', b"\xff"])
def test_notes_that_are_none_end_nothing(tmp_path: Path, block: bytes) -> None:
    note = record(
        "metadata",
        "http://a.vn/1",
        b"huyen-page-notes: " + block + b"\r\n",
        Content_Type="application/warc-fields",
        WARC_Refers_To="<urn:1>",
    )
    records = [page(1, WARC_Record_ID="<urn:1>"), note, page(2)]

    assert list(captures(written(tmp_path, records, packing=True))) == ["1", "2"]


def test_what_nobody_foresaw_in_a_record_is_a_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def decode(body: bytes, coding: str) -> bytes:
        if coding == "unheard-of":
            raise MemoryError("planted")
        return body

    monkeypatch.setattr(reader, "decode", decode)
    odd = page(1, http(PAGE, Content_Encoding="unheard-of"))
    path = written(tmp_path, [odd, page(2)], packing=True)

    first, second = scan(path)
    examined = examine(File(path, "a.warc")).found

    assert first == examined[0] == Damage(0, "cannot be understood: MemoryError: planted")
    assert isinstance(second, Capture)
    assert len(examined) == 2


@pytest.mark.parametrize("seed", range(60))
def test_mutated_files_raise_nothing(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    records = [page(1), page(2, http(chunked(PAGE), Transfer_Encoding="chunked")), page(3), page(4)]
    packing = bool(seed % 2)
    data = bytearray(packed(records) if packing else b"".join(records))
    for _ in range(chance.choice([1, 3, 20])):
        at = chance.randrange(len(data))
        change = chance.choice(["flip", "cut", "insert", "double"])
        if change == "flip":
            data[at] ^= 1 << chance.randrange(8)
        elif change == "cut":
            del data[at : at + chance.randrange(1, 200)]
        elif change == "insert":
            data[at:at] = chance.randbytes(chance.randrange(1, 50))
        else:
            data[at:at] = data[at : at + 300]
    path = tmp_path / "a.warc"
    path.write_bytes(data)

    found = list(scan(path))

    assert all(isinstance(one, Capture | Damage) for one in found)
    assert len(examine(File(path, "a.warc")).found) == len(found)


def test_half_a_record_at_the_end_is_named(tmp_path: Path) -> None:
    data = gzip.compress(page(1)) + gzip.compress(page(2))[:-9]
    path = tmp_path / "a.warc"
    path.write_bytes(data)

    assert [one.url[-1] if isinstance(one, Record) else one.offset for one in walk(path)][-1] == len(
        gzip.compress(page(1))
    )
