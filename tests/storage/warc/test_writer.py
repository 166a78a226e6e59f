"""WARC files on a real disk: written whole or not at all, read by anybody, mended after a crash."""

from __future__ import annotations

import gzip
import os
import resource
import socket
import subprocess
import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from storage.errors import RawKeepingError, RawReadingError
from storage.warc.writer import CaptureRef, Exchange, WarcWriter, iter_captures, read_capture, recover

AT = datetime(2023, 10, 26, 7, 30, 15, tzinfo=UTC)
BODY = "<html>Hội nghị giao ban</html>".encode()
HTML = ((b"Content-Type", b"text/html"),)


def exchange(path: str = "/tin?x=1", body: bytes = BODY, **more: object) -> Exchange:
    values = {"headers": HTML, "fetched_at": AT, "status": 200, **more}
    return Exchange(url=f"http://a.vn{path}", body=body, **values)  # type: ignore[arg-type]


def writer(folder: Path, **more: int) -> WarcWriter:
    return WarcWriter(folder, "nghe-an.do-luong", {"software": "huyen"}, **more)


def warcio_check(*files: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", *files], capture_output=True, text=True, check=False
    )


def test_a_record_is_found_while_its_file_is_open_and_after(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        refs = [warc.write(exchange(f"/{n}", BODY * (n + 1))) for n in range(3)]
        assert [path.suffix for path in tmp_path.iterdir()] == [".open"]
        while_open = [read_capture(tmp_path, ref) for ref in refs]
    assert [path.name for path in tmp_path.iterdir()] == [refs[0].file]
    assert [read_capture(tmp_path, ref) for ref in refs] == while_open
    assert [capture.content for capture in while_open] == [BODY, BODY * 2, BODY * 3]
    assert [capture.ref for capture in while_open] == refs


@pytest.mark.slow
def test_the_records_are_what_other_tools_expect(tmp_path: Path) -> None:
    odd = (
        (b"Server", b"ASP\xff.NET"),
        (b"X-\r\nEvil", b"a\r\nSet-Cookie: b"),
        (b"Transfer-Encoding", b"chunked"),
    )
    with writer(tmp_path) as warc:
        ref = warc.write(
            exchange(headers=odd, ip="113.1.2.3", tls="expired", request_headers=((b"User-Agent", b"huyen"),))
        )
    path = tmp_path / ref.file
    with path.open("rb") as stream:
        info, response, request = [
            (r.rec_type, r.rec_headers, r.http_headers, r.raw_stream.read())
            for r in ArchiveIterator(stream)  # type: ignore[no-untyped-call]
        ]
    assert (info[0], info[1]["WARC-Filename"]) == ("warcinfo", ref.file)
    assert response[0] == "response"
    assert response[1]["WARC-Payload-Digest"] == ref.digest
    assert response[1]["WARC-Date"] == "2023-10-26T07:30:15Z"
    assert response[1]["WARC-IP-Address"] == "113.1.2.3"
    assert response[3] == BODY
    assert response[2].get_header("Set-Cookie") is None  # no header is smuggled in
    assert (request[0], request[1]["WARC-Concurrent-To"]) == ("request", response[1]["WARC-Record-ID"])
    assert request[2].statusline == "/tin?x=1 HTTP/1.1"
    assert warcio_check(path).returncode == 0


@pytest.mark.slow
def test_the_same_payload_is_kept_once(tmp_path: Path) -> None:
    later = AT.replace(year=2024)
    with writer(tmp_path) as warc:
        first = warc.write(exchange())
        known = SimpleNamespace(capture=first, url="http://a.vn/tin?x=1", fetched_at=AT)
        again = warc.write(exchange(fetched_at=later), known)
        unmodified = warc.write(exchange(status=304, body=b"", fetched_at=later), known)
        changed = warc.write(exchange(body=b"khac"), known)
        chained = warc.write(
            exchange(), SimpleNamespace(capture=again, url="http://a.vn/tin?x=1", fetched_at=later)
        )
    assert [ref.revisit for ref in (first, again, unmodified, changed, chained)] == [
        False, True, True, False, False,
    ]  # fmt: skip
    assert again.digest == unmodified.digest == first.digest
    assert again.content_digest == unmodified.content_digest == first.content_digest
    for ref, profile in ((again, b"identical-payload-digest"), (unmodified, b"server-not-modified")):
        capture = read_capture(tmp_path, ref)
        assert capture.refers_to == ("http://a.vn/tin?x=1", AT)
        assert capture.exchange.body == b""
        raw = (tmp_path / ref.file).read_bytes()[ref.offset : ref.offset + ref.length]
        assert profile in gzip.decompress(raw)
    assert warcio_check(tmp_path / first.file).returncode == 0


def test_an_encoded_body_has_two_digests(tmp_path: Path) -> None:
    packed = exchange(body=gzip.compress(BODY), headers=(*HTML, (b"Content-Encoding", b"gzip")))
    with writer(tmp_path) as warc:
        ref, plain = warc.write(packed), warc.write(exchange())
    assert ref.digest != plain.digest
    assert ref.content_digest == plain.content_digest
    assert read_capture(tmp_path, ref).content == BODY


def test_a_full_file_is_followed_by_the_next(tmp_path: Path) -> None:
    with writer(tmp_path, max_bytes=2_000) as warc:
        refs = [warc.write(exchange(f"/{n}", os.urandom(1_500))) for n in range(3)]
    assert len({ref.file for ref in refs}) == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(ref.file for ref in refs)
    assert all(read_capture(tmp_path, ref).ref == ref for ref in refs)


def test_two_writers_of_one_district_never_share_a_file(tmp_path: Path) -> None:
    with writer(tmp_path) as one, writer(tmp_path) as two:
        assert one.write(exchange()).file != two.write(exchange()).file


def test_without_a_record_there_is_no_file(tmp_path: Path) -> None:
    writer(tmp_path / "warc").close()
    assert not (tmp_path / "warc").exists()


def test_a_record_that_does_not_fit_leaves_nothing(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        first = warc.write(exchange())
        size = next(tmp_path.iterdir()).stat().st_size
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 5_000, hard))
        try:
            with pytest.raises(RawKeepingError, match=f"{first.file}: File too large"):
                warc.write(exchange(body=os.urandom(20_000)))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        assert next(tmp_path.iterdir()).stat().st_size == size
        after = warc.write(exchange("/sau"))
    assert after.offset == size
    assert [c.exchange.url for c in iter_captures(tmp_path / first.file)] == [
        "http://a.vn/tin?x=1",
        "http://a.vn/sau",
    ]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "warc").write_text("a file")
    with pytest.raises(RawKeepingError, match=str(tmp_path / "warc")):
        writer(tmp_path / "warc").write(exchange())


def test_a_missing_record_is_named(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        ref = warc.write(exchange())
    elsewhere = CaptureRef(ref.file, ref.offset + 3, ref.length, ref.digest, ref.content_digest)
    with pytest.raises(RawReadingError, match=f"{ref.file} at offset {elsewhere.offset}"):
        read_capture(tmp_path, elsewhere)
    with pytest.raises(RawReadingError, match=r"gone\.warc\.gz"):
        read_capture(tmp_path, CaptureRef("gone.warc.gz", 0, 9, "", ""))


def died(folder: Path, cut: int, tail: bytes = b"") -> Path:
    """The file of a writer that died: its last `cut` bytes are missing and `tail` stands in their place."""
    script = (
        "import os, sys; from pathlib import Path; from tests.storage.warc.test_writer import *\n"
        "w = writer(Path(sys.argv[1])); [w.write(exchange(f'/{n}')) for n in range(3)]; os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", script, folder], check=False, cwd=Path(__file__).parents[3])
    (path,) = folder.glob("*.open")
    with path.open("r+b") as stream:
        stream.truncate(path.stat().st_size - cut)
        stream.seek(0, 2)
        stream.write(tail)
    return path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cut", "tail", "records"),
    [(0, b"", 7), (20, b"", 6), (20, bytes(300), 6), (0, b"\x1f\x8b\x08half a member", 7)],
)
def test_a_torn_tail_is_cut_and_the_file_finished(
    tmp_path: Path, cut: int, tail: bytes, records: int
) -> None:
    path = died(tmp_path, cut, tail)
    (found,) = recover(tmp_path)
    assert (found.file, found.kept_records, found.damaged) == (
        path.name.removesuffix(".open"),
        records,
        False,
    )
    assert (found.cut_bytes > 0) is (cut > 0 or bool(tail))
    assert len(list(iter_captures(tmp_path / found.file))) == 3
    assert warcio_check(tmp_path / found.file).returncode == 0
    assert recover(tmp_path) == []


@pytest.mark.slow
def test_damage_in_the_middle_is_reported_and_nothing_cut(tmp_path: Path) -> None:
    path = died(tmp_path, 0)
    with path.open("r+b") as stream:
        stream.seek(600)
        stream.write(bytes(40))
    before = path.stat().st_size
    (found,) = recover(tmp_path)
    assert (found.damaged, found.cut_bytes) == (True, 0)
    assert (tmp_path / found.file).stat().st_size == before


def test_the_file_of_a_live_writer_is_left_alone(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        ref = warc.write(exchange())
        assert recover(tmp_path) == []
        assert warc.write(exchange("/sau")).file == ref.file
    assert (tmp_path / ref.file).exists()


@pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")  # warcio's own
@pytest.mark.parametrize("packed", [True, False])
def test_files_of_other_crawlers_are_read(tmp_path: Path, packed: bool) -> None:
    stream = BytesIO()
    warc: Any = WARCWriter(stream, gzip=packed)  # type: ignore[no-untyped-call]
    heads: Any = StatusAndHeaders

    def record(kind: str, body: bytes, first: str, *headers: tuple[str, str]) -> Any:
        protocol, _, status = first.partition(" ")
        head = heads(status, list(headers), protocol=protocol)
        url = "http://a.vn/cu"
        return warc.create_warc_record(url, kind, payload=BytesIO(body), http_headers=head)

    chunked = record(
        "response",
        b"3;x=1\r\nxin\r\n5\r\n chao\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK",
        ("Transfer-Encoding", "chunked"),
    )
    post = record("request", b"page=2", "POST /cu HTTP/1.1", ("Host", "a.vn"))
    warc.write_request_response_pair(post, chunked)
    dechunked = record(
        "response", b"<p>da bo</p>", "HTTP/1.1 404 Not Found", ("Transfer-Encoding", "chunked")
    )
    warc.write_record(dechunked)
    path = tmp_path / "other.warc"
    path.write_bytes(stream.getvalue())
    first, second = iter_captures(path)
    assert (first.content, first.exchange.method, first.exchange.request_body) == (
        b"xin chao",
        "POST",
        b"page=2",
    )
    assert (second.content, second.exchange.status) == (b"<p>da bo</p>", 404)
    assert first.ref.digest.startswith("sha256:")


def test_a_file_that_breaks_off_gives_what_stands_before(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        refs = [warc.write(exchange(f"/{n}", os.urandom(300))) for n in range(2)]
    path = tmp_path / refs[0].file
    os.truncate(path, refs[1].offset + refs[1].length - 60)
    captures = iter_captures(path)
    assert next(captures).exchange.url == "http://a.vn/0"
    with pytest.raises(RawReadingError, match=path.name):
        next(captures)


def test_machines_with_equal_process_numbers_name_their_files_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = set()
    for host in ("crawler-0", "crawler-1"):
        monkeypatch.setattr(socket, "gethostname", lambda host=host: host)
        with WarcWriter(tmp_path / host, "files", {}) as writer:
            writer.write(exchange(), None)
        names |= {path.name.split("-")[2] for path in (tmp_path / host).iterdir()}
    assert len(names) == 2
    assert all(name.isdecimal() and name.endswith(f"{os.getpid():07}") for name in names)
