"""Reads WARC files: one capture by its place, or all of a file, ours or anybody's."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from storage.captures import CaptureRef, Exchange, payload_digest
from storage.content import ContentError, decode

OPEN_SUFFIX = ".open"
_RESPONSES = (WarcRecordType.response, WarcRecordType.revisit)


class RawReadingError(OSError):
    """A record is not where it should be, or cannot be read; the message names file and offset."""


@dataclass(frozen=True, slots=True)
class Capture:
    """One kept exchange. `content` is the body decoded, or None where it cannot be decoded.

    A revisit has headers and no body; `refers_to` names URL and instant of the record that holds the body, as
    far as the record says.
    """

    exchange: Exchange
    ref: CaptureRef
    content: bytes | None
    refers_to: tuple[str, datetime | None] | None = None


def open_file(path: Path) -> BinaryIO:
    """The WARC file at `path`, also where its writer still holds it open under another name."""
    try:
        return path.open("rb")
    except FileNotFoundError:
        try:
            return path.with_name(path.name + OPEN_SUFFIX).open("rb")
        except FileNotFoundError:  # renamed between the two, or really missing
            return path.open("rb")


def read_capture(folder: Path, ref: CaptureRef) -> Capture:
    """The capture at `ref` in the WARC folder; follows no reference. Without the headers of the request.

    Raises:
        RawReadingError: the file is missing, or no whole response stands there.
    """
    try:
        with open_file(folder / ref.file) as stream:
            stream.seek(ref.offset)
            member = stream.read(ref.length)
        record = next(ArchiveIterator(BytesIO(member), parse_http=False), None)
        capture = _capture(record, ref.file) if record else None
    except (OSError, ValueError, EOFError) as error:
        raise RawReadingError(f"cannot read {folder / ref.file} at offset {ref.offset}: {error}") from error
    if capture is None:
        raise RawReadingError(f"no response stands in {folder / ref.file} at offset {ref.offset}")
    return replace(capture, ref=replace(capture.ref, offset=ref.offset, length=ref.length))


def iter_captures(path: Path, folder: Path | None = None) -> Iterator[Capture]:
    """Every response and revisit of the WARC file at `path`, in order, with the request beside it.

    References are relative to `folder`, by default the file's own. Reads files of other crawlers too: plain
    or gzip, chunked bodies, a request before or after its response.

    Raises:
        RawReadingError: the file cannot be opened or is damaged; what stands before is yielded first.
    """
    name = path.relative_to(folder or path.parent).as_posix().removesuffix(OPEN_SUFFIX)
    pending: tuple[Capture, set[str | None]] | None = None
    request: tuple[set[str | None], Exchange] | None = None
    position = 0
    try:
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream, parse_http=False):
                position = record.stream_pos
                if pending and pending[0].ref.length == 0:
                    pending = _until(pending[0], position), pending[1]
                ids = {record.record_id, record.headers.get("WARC-Concurrent-To")} - {None}
                if record.record_type == WarcRecordType.request:
                    sent = _sent(record)
                    if pending and pending[1] & ids:
                        yield _with_request(pending[0], sent)
                        pending = None
                    else:
                        request = ids, sent
                elif record.record_type in _RESPONSES and (capture := _capture(record, name)):
                    if pending:
                        yield pending[0]
                    pending = capture, ids
                    if request and request[0] & ids:
                        pending = _with_request(capture, request[1]), ids
            if pending and pending[0].ref.length == 0:
                pending = _until(pending[0], stream.seek(0, 2)), set()
    except (OSError, ValueError, EOFError) as error:
        if pending:
            yield pending[0]
        raise RawReadingError(f"cannot read {path} from offset {position} on: {error}") from error
    if pending:
        yield pending[0]


def _until(capture: Capture, end: int) -> Capture:
    return replace(capture, ref=replace(capture.ref, length=end - capture.ref.offset))


def _with_request(capture: Capture, sent: Exchange) -> Capture:
    exchange = replace(
        capture.exchange,
        method=sent.method,
        request_headers=sent.request_headers,
        request_body=sent.request_body,
    )
    return replace(capture, exchange=exchange)


def _block(record: WarcRecord) -> bytes:
    block = record.reader.read()
    if len(block) != record.content_length:
        raise ValueError(f"the record has {len(block)} of its {record.content_length} bytes")
    return block


def _split(block: bytes) -> tuple[str, list[tuple[bytes, bytes]], bytes]:
    """The first line, the headers and the body of an HTTP message; a line without a colon is no header."""
    head, _, body = block.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    pairs = (line.partition(b":") for line in lines if b":" in line)
    return first.decode("latin-1"), [(name, value.strip()) for name, _, value in pairs], body


def _sent(record: WarcRecord) -> Exchange:
    first, headers, body = _split(_block(record))
    method = first.partition(" ")[0] or "GET"
    url = record.headers.get("WARC-Target-URI") or ""
    return Exchange(url, 0, (), b"", record.record_date, method, headers, body)


def _capture(record: WarcRecord, file: str) -> Capture | None:
    """The capture that `record` holds, its length still open; None where it holds no HTTP response."""
    if record.record_type not in _RESPONSES:
        return None
    first, headers, body = _split(_block(record))
    version, _, rest = first.partition(" ")
    status, _, reason = rest.partition(" ")
    if not version.startswith("HTTP/") or not status.isdecimal():
        return None
    fields = record.headers
    exchange = Exchange(
        url=(fields.get("WARC-Target-URI") or "").strip("<>"),  # wget writes it in angle brackets
        status=int(status),
        headers=headers,
        body=b"",
        fetched_at=record.record_date.astimezone(UTC),
        reason=reason,
        http_version=version,
        ip=fields.get("WARC-IP-Address") or "",
        tls=fields.get("Huyen-TLS") or "",
    )
    if record.record_type == WarcRecordType.revisit:
        digest = fields.get("WARC-Payload-Digest") or ""
        ref = CaptureRef(file, record.stream_pos, 0, digest, "", revisit=True)
        return Capture(exchange, ref, b"", _refers_to(record))
    if "chunked" in exchange.header("Transfer-Encoding").lower():
        body = _dechunked(body)
    content: bytes | None
    try:
        content = decode(body, exchange.header("Content-Encoding"))
    except ContentError:
        content = None
    hexed = hashlib.sha256(body if content is None else content).hexdigest()
    ref = CaptureRef(file, record.stream_pos, 0, payload_digest(body), hexed)
    return Capture(replace(exchange, body=body), ref, content)


def _refers_to(record: WarcRecord) -> tuple[str, datetime | None] | None:
    url = record.headers.get("WARC-Refers-To-Target-URI")
    date = record.headers.get("WARC-Refers-To-Date")
    return (url.strip("<>"), datetime.fromisoformat(date) if date else None) if url else None


def _dechunked(body: bytes) -> bytes:
    """`body` without its chunks (RFC 9112, 7.1); as it is where its crawler had removed them already."""
    parts: list[bytes] = []
    at = 0
    while True:
        end = body.find(b"\r\n", at)
        try:
            size = int(body[at:end].partition(b";")[0], 16)
        except ValueError:
            return body
        if size == 0:
            return b"".join(parts)
        parts.append(body[end + 2 : end + 2 + size])
        at = end + 2 + size + 2
