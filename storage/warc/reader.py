"""Reads WARC files: one capture by its place, or all of a file, ours or anybody's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from storage.errors import ContentError, RawReadingError
from storage.language.messages import message
from storage.warc.captures import CaptureRef, Exchange, Headers, digests, header_of
from storage.warc.content import MAX_BYTES, decode
from storage.warc.provenance import HOLDING, VIA, via_of
from storage.warc.records import FIELDS_TYPE, NOT_MODIFIED
from storage.warc.walk import HEAD, OPEN_SUFFIX, PAGES, Damage, Record, instant, open_file, record_in, walk

_RESPONSES = ("response", "revisit", "resource")
_HEAD_END = re.compile(rb"\r?\n\r?\n")  # old servers end lines without a carriage return
# `HTTP 200 OK`, without a version, is what some old servers send.
_STATUS_LINE = re.compile(r"(HTTP(?:/[0-9.]+)?)[ \t]+([0-9]{1,3})(?:[ \t]+(.*))?$", re.ASCII)
# 16 hexadecimal digits are more bytes than any file has; extensions behind a semicolon mean nothing here.
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]{0,4096})?\r?\n")
_TAIL = 2**16  # bytes behind which nobody writes more scripts after the end of a page
_EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Capture:
    """One kept exchange. `content` is the body decoded, or None where it cannot be decoded or was cut short.

    A revisit has headers and no body; `refers_to` names URL and instant of the record that holds the body, as
    far as the record says. `page` is what the crawl noted of a page that it asked for as an article, beside
    its bytes (crawler.spiders.portal); None where it noted nothing. `source` is the address at another
    archive from which it was taken, `holding` what it is there; empty where it was not.
    """

    exchange: Exchange
    ref: CaptureRef
    content: bytes | None
    refers_to: tuple[str, datetime | None] | None = None
    page: Mapping[str, str] | None = None
    source: str = ""
    holding: str = ""


def read_capture(folder: Path, ref: CaptureRef) -> Capture:
    """Returns the capture at `ref` in the WARC folder; follows no reference. Without the headers of the
    request.

    Raises:
        RawReadingError: the file is missing, or no whole response stands there.
    """
    try:
        with open_file(folder / ref.file, ahead=0) as stream:
            stream.seek(ref.offset)
            member = stream.read(ref.length)
        record = record_in(member)
        capture = capture_of(record, ref.file) if record else None
    except (OSError, ValueError, EOFError) as error:
        raise RawReadingError(
            message(
                "cannot read {folder} at offset {offset}: {error}",
                folder=folder / ref.file,
                offset=ref.offset,
                error=error,
            )
        ) from error
    if capture is None:
        raise RawReadingError(
            message(
                "no response stands in {folder} at offset {offset}",
                folder=folder / ref.file,
                offset=ref.offset,
            )
        )
    return replace(capture, ref=replace(capture.ref, offset=ref.offset, length=ref.length))


def decoded(capture: Capture, max_bytes: int = MAX_BYTES) -> bytes:
    """Returns the body of a capture without its content encodings, also where it may lack its end.

    Raises ContentError where it cannot be decoded to at most `max_bytes`.
    """
    if capture.content is not None:
        return capture.content
    return decode(capture.exchange.body, capture.exchange.header("Content-Encoding"), max_bytes)


def scan(path: Path, folder: Path | None = None, start: int = 0) -> Iterator[Capture | Damage]:
    """Yields every response, revisit and resource of the WARC file at `path`, in order, with its request and
    page notes beside it, and the damage between; `start` is the offset of the record to begin with.

    References are relative to `folder`, by default the file's own. Reads files of other crawlers too: plain
    or gzip, chunked bodies, a request before or after its response. A record that cannot be understood is a
    damage, and the next one is read. OSError where the file cannot be opened.
    """
    name = path.relative_to(folder or path.parent).as_posix().removesuffix(OPEN_SUFFIX)
    pending: tuple[Capture, set[str]] | None = None
    request: tuple[set[str], Exchange] | None = None
    odd: list[Damage] = []  # what stands behind a capture comes behind it
    for record in walk(path, start):
        if isinstance(record, Damage):
            if pending:
                yield pending[0]
            pending, request = None, None
            yield from [*odd, record]
            odd = []
            continue
        ids = related(record)
        beside = pending is not None and bool(pending[1] & ids)
        try:
            if record.kind == "request":
                request = ids, _sent(record)
                if pending and beside:
                    pending = _with_request(pending[0], request[1]), pending[1]
            elif record.kind == "metadata":
                if pending and beside:
                    pending = _with_notes(pending[0], record), pending[1]
            elif capture := capture_of(record, name):
                if pending:
                    yield pending[0]
                yield from odd
                pending, odd = (capture, ids), []
                if request and request[0] & ids:
                    pending = _with_request(capture, request[1]), ids
        except Exception as error:  # whatever a record holds, it ends no more than itself
            odd.append(not_understood(record.offset, error))
    if pending:
        yield pending[0]
    yield from odd


def related(record: Record) -> set[str]:
    """Returns the ids that `record` names: its own, and those of records that it belongs to."""
    names = ("WARC-Record-ID", "WARC-Concurrent-To", "WARC-Refers-To")
    return {value for name in names if (value := record.get(name))}


def noted(path: Path) -> bool:
    """Returns whether the crawl that wrote the file noted which captures are article pages. OSError if
    unreadable.
    """
    first = next(iter(walk(path)), None)
    block = first.block if isinstance(first, Record) and first.kind == "warcinfo" else None
    return PAGES.encode() in (block or b"")


def not_understood(offset: int, error: Exception) -> Damage:
    """Returns the damage that stands for a record at `offset` in which nobody foresaw what raised `error`."""
    return Damage(
        offset,
        message("cannot be understood: {name}: {error}", name=type(error).__name__, error=str(error)[:200]),
    )


def iter_captures(path: Path, folder: Path | None = None) -> Iterator[Capture]:
    """Yields the captures of `scan`, up to the first damage.

    Raises:
        RawReadingError: the file cannot be opened or is damaged; what stands before is yielded first.
    """
    try:
        for found in scan(path, folder):
            if isinstance(found, Damage):
                raise RawReadingError(
                    message(
                        "cannot read {path} from offset {offset} on: {cause}",
                        path=path,
                        offset=found.offset,
                        cause=found.cause,
                    )
                )
            yield found
    except RawReadingError:
        raise
    except OSError as error:
        raise RawReadingError(message("cannot read {path}: {error}", path=path, error=error)) from error


def _with_request(capture: Capture, sent: Exchange) -> Capture:
    exchange = replace(
        capture.exchange,
        method=sent.method,
        request_headers=sent.request_headers,
        request_body=sent.request_body,
    )
    return replace(capture, exchange=exchange)


def _with_notes(capture: Capture, record: Record) -> Capture:
    """Returns `capture` with what our metadata record says of it (storage.warc.records); others say
    nothing.
    """
    kind, block = record.get("Content-Type"), record.block or b""
    if kind.startswith("application/json"):  # how the first files of ours have the notes
        block = PAGES.encode() + b": " + block
    elif not kind.startswith(FIELDS_TYPE):
        return capture
    for line in block.split(b"\r\n"):
        name, _, value = line.partition(b":")
        said: object = None
        with suppress(ValueError, RecursionError):
            said = json.loads(value) if name.decode("latin-1") in (PAGES, HEAD, VIA, HOLDING) else None
        if isinstance(said, dict) and "portal" in said and all(isinstance(v, str) for v in said.values()):
            capture = replace(capture, page=said)
        elif isinstance(said, str) and name == HOLDING.encode():
            capture = replace(capture, holding=said)
        elif isinstance(said, str) and name == VIA.encode():
            ref = replace(capture.ref, via=said)
            capture = replace(capture, ref=ref, source=record.get("WARC-Source-URI") or capture.source)
        elif isinstance(said, str):
            first, headers, _ = _split(said.encode("latin-1", "replace"))
            version, _, rest = first.partition(" ")
            reason = rest.partition(" ")[2]
            sent = replace(capture.exchange, headers=headers, reason=reason, http_version=version)
            capture = replace(capture, exchange=sent)
    return capture


def _split(block: bytes) -> tuple[str, list[tuple[bytes, bytes]], bytes]:
    """Returns the first line, the headers and the body of an HTTP message; a line without a colon is no
    header.
    """
    head, body = (*_HEAD_END.split(block, 1), b"")[:2]
    first, *lines = head.replace(b"\r\n", b"\n").split(b"\n")
    pairs = (line.partition(b":") for line in lines if b":" in line)
    return first.decode("latin-1"), [(name, value.strip()) for name, _, value in pairs], body


def _sent(record: Record) -> Exchange:
    first, headers, body = _split(record.block or b"")
    method = first.partition(" ")[0] or "GET"
    return Exchange(record.url, 0, (), b"", record.date or _EPOCH, method, headers, body)


def capture_of(record: Record, file: str) -> Capture | None:
    """Returns the capture that `record` of `file` holds; None where it holds no HTTP response or is too
    large.

    A resource (a body that was kept without its HTTP header) counts as a response with status 200.
    """
    if record.kind not in _RESPONSES or record.block is None or (date := record.date) is None:
        return None
    headers: Headers = ()
    if record.kind == "revisit" and not record.block:  # some crawlers leave even the header to the original
        first = "HTTP/1.1 304" if NOT_MODIFIED in record.get("WARC-Profile") else "HTTP/1.1 200"
        body = b""
    elif record.kind != "resource":
        first, headers, body = _split(record.block)
    elif record.url.startswith(("http://", "https://")):
        first, body = "HTTP/1.1 200 OK", record.block
        headers = [(b"Content-Type", record.get("Content-Type").encode())]
    else:
        return None
    line = _STATUS_LINE.match(first)
    if line is None:
        return None
    version, status, reason = line[1], int(line[2]), line[3] or ""
    revisit = record.kind == "revisit"
    if not revisit:
        body = _unchunked(body, "chunked" in header_of(headers, "Transfer-Encoding").lower())
    exchange = Exchange(
        url=record.url,
        status=status or 200,  # 0 is what crawlers that drive a browser write of a cached response
        headers=headers,
        body=b"" if revisit else body,
        fetched_at=date,
        reason=reason,
        http_version=version,
        ip=record.get("WARC-IP-Address"),
        tls=record.get("Huyen-TLS"),
    )
    source = record.get("WARC-Source-URI").strip("<>")
    if revisit:
        digest = record.get("WARC-Payload-Digest")
        ref = CaptureRef(file, record.offset, record.length, digest, "", revisit=True, via=via_of(source))
        return Capture(exchange, ref, b"", _refers_to(record), source=source)
    content: bytes | None
    try:
        content = decode(body, exchange.header("Content-Encoding"))
    except ContentError:
        content = None
    ref = CaptureRef(file, record.offset, record.length, *digests(body, content), via=via_of(source))
    if content is not None and _cut(record) and b"</html" not in content[-_TAIL:].lower():
        content = None  # a text that may lack its end must not pass for the whole
    return Capture(exchange, ref, content, source=source)


def _cut(record: Record) -> bool:
    """Returns whether its crawler says that it kept only a part of the body in this record."""
    return bool(record.get("WARC-Truncated") or record.get("WARC-Segment-Number"))


def _refers_to(record: Record) -> tuple[str, datetime | None] | None:
    url = record.get("WARC-Refers-To-Target-URI").strip("<>")
    return (url, instant(record.get("WARC-Refers-To-Date"))) if url else None


def _dechunked(body: bytes) -> bytes | None:
    """Returns `body` without its chunks (RFC 9112, 7.1); None where it does not consist of chunks.

    A last chunk that is missing is no fault: the crawler kept what came.
    """
    parts: list[bytes] = []
    at = 0
    while at < len(body):
        size = _CHUNK_SIZE.match(body, at)
        if size is None:
            return None
        length = int(size[1], 16)
        if length == 0:
            break
        parts.append(body[size.end() : size.end() + length])
        at = size.end() + length
        at += 2 if body.startswith(b"\r\n", at) else 1 if body.startswith(b"\n", at) else 0
    return b"".join(parts)


def _unchunked(body: bytes, declared: bool) -> bytes:
    """Returns `body` as it was before its transfer coding.

    Some crawlers took the chunks out and left the header, others the other way round. Without the header
    only a body that ends with the last chunk is believed to consist of chunks.
    """
    if not declared and not (body.rstrip(b"\r\n").endswith(b"\n0") and _CHUNK_SIZE.match(body)):
        return body
    plain = _dechunked(body)
    return body if plain is None else plain
