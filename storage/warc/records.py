"""The bytes of WARC records (ISO 28500, WARC/1.1), each a gzip member of its own."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from http.client import responses
from urllib.parse import urlsplit

from isal import isal_zlib

from storage.warc.captures import Exchange, Headers, Known, payload_digest
from storage.warc.walk import HEAD, PAGES, Record

PROFILE = "http://netpreserve.org/warc/1.1/revisit/"
NOT_MODIFIED, IDENTICAL = "server-not-modified", "identical-payload-digest"

# Of metadata records. Indexers take one of any other type for a capture of its URL and show it as the page.
FIELDS_TYPE = "application/warc-fields"

# Measured on a page of 79 KB: isal's level 2 costs 0.12 ms and 14.3 KB; zlib's level 3 0.73 ms and 14.1 KB.
_LEVEL = 2


def exchange_members(
    exchange: Exchange,
    digest: str,
    profile: str = "",
    known: Known | None = None,
    page: Mapping[str, str] | None = None,
) -> list[bytes]:
    """Returns the response (a revisit of `known` where a `profile` is given) and the request that led to it.

    A metadata record follows where there is more to say, its values in JSON: `page`, and the HTTP header of a
    304. That does not stand in the revisit itself, since pywb would replay it, a blank page; without it pywb
    and others show the page that did not change, and ISO 28500 (6.7.3) leaves the choice.
    """
    response_id = _new_id()
    common = [("WARC-Target-URI", exchange.url), ("WARC-Date", _date(exchange.fetched_at))]
    if exchange.ip:
        common.append(("WARC-IP-Address", exchange.ip))
    fields = [("WARC-Record-ID", response_id), *common, ("WARC-Payload-Digest", digest)]
    if exchange.cut:
        fields.append(("WARC-Truncated", "disconnect"))
    if exchange.tls:
        fields.append(("Huyen-TLS", exchange.tls))
    if known and profile:
        fields.append(("WARC-Profile", PROFILE + profile))
        fields.append(("WARC-Refers-To-Target-URI", known.url))
        if fetched_at := getattr(known, "fetched_at", None):
            fields.append(("WARC-Refers-To-Date", _date(fetched_at)))
    reason = exchange.reason or responses.get(exchange.status, "")
    head = _head(f"{exchange.http_version} {exchange.status} {reason}", _unchunked(exchange.headers))
    notes = {} if page is None else {PAGES: json.dumps(page)}
    block = head if profile else head + exchange.body
    if profile == NOT_MODIFIED:
        notes[HEAD], block = json.dumps(head.decode("latin-1")), b""
    response = _member(
        "revisit" if profile else "response",
        fields,
        "application/http;msgtype=response",
        block,
    )
    request = _member(
        "request",
        [("WARC-Record-ID", _new_id()), *common, ("WARC-Concurrent-To", response_id)],
        "application/http;msgtype=request",
        _request(exchange),
    )
    return [response, request, *([_notes(exchange, response_id, notes)] if notes else [])]


def _notes(exchange: Exchange, response_id: str, notes: Mapping[str, str]) -> bytes:
    fields = [
        ("WARC-Record-ID", _new_id()),
        ("WARC-Target-URI", exchange.url),
        ("WARC-Date", _date(exchange.fetched_at)),
        ("WARC-Refers-To", response_id),
    ]
    # JSON is ASCII here, so that lone surrogates of a broken page are kept, too
    block = "".join(f"{name}: {value}\r\n" for name, value in notes.items())
    return _member("metadata", fields, FIELDS_TYPE, block.encode())


def rescued_members(
    exchange: Exchange, source: str, made_at: datetime, notes: Mapping[str, str]
) -> list[bytes]:
    """Returns the response of a capture that another archive replayed at the address `source`, and a metadata
    record with `notes` (storage.warc.provenance).

    `exchange.fetched_at` is the moment of the capture, `made_at` that of this record (WARC-Date is the
    moment of the capture by ISO 28500, 5.4; WARC-Source-URI and WARC-Creation-Date are those of pywb).
    Nobody sent a request, so there is none.
    """
    response_id = _new_id()
    fields = [
        ("WARC-Record-ID", response_id),
        ("WARC-Target-URI", exchange.url),
        ("WARC-Date", _date(exchange.fetched_at)),
        ("WARC-Source-URI", source),
        ("WARC-Creation-Date", _date(made_at)),
        ("WARC-Payload-Digest", payload_digest(exchange.body)),
    ]
    reason = exchange.reason or responses.get(exchange.status, "")
    head = _head(f"{exchange.http_version} {exchange.status} {reason}", _unchunked(exchange.headers))
    response = _member("response", fields, "application/http;msgtype=response", head + exchange.body)
    return [response, _notes(exchange, response_id, notes)]


def source_member(record: Record, source: str, byte_range: str, notes: Mapping[str, str]) -> bytes:
    """Returns the metadata record that says which bytes of which file the record before it is."""
    fields = [
        ("WARC-Record-ID", _new_id()),
        ("WARC-Target-URI", record.url),
        ("WARC-Date", record.get("WARC-Date")),
        ("WARC-Refers-To", record.get("WARC-Record-ID")),
        ("WARC-Source-URI", source),
        ("WARC-Source-Range", byte_range),
        ("WARC-Creation-Date", _date(datetime.now(UTC))),
    ]
    block = "".join(f"{name}: {value}\r\n" for name, value in notes.items())
    return _member("metadata", fields, FIELDS_TYPE, block.encode())


def info_member(file: str, info: Mapping[str, str]) -> bytes:
    """Returns the warcinfo record that begins `file` and says of the crawl what `info` says."""
    fields = [
        ("WARC-Record-ID", _new_id()),
        ("WARC-Date", _date(datetime.now(UTC))),
        ("WARC-Filename", file),
    ]
    lines = {"format": "WARC File Format 1.1", **info}
    block = "".join(f"{key}: {_line(value)}\r\n" for key, value in lines.items()).encode()
    return _member("warcinfo", fields, FIELDS_TYPE, block)


def _member(kind: str, fields: Iterable[tuple[str, str]], content_type: str, block: bytes) -> bytes:
    # The gzip checksum guards the whole block, so only the payload has a digest of its own.
    lines = ["WARC/1.1", f"WARC-Type: {kind}", *(f"{name}: {_line(value)}" for name, value in fields)]
    lines += [f"Content-Type: {content_type}", f"Content-Length: {len(block)}", "\r\n"]
    return isal_zlib.compress(b"".join(("\r\n".join(lines).encode(), block, b"\r\n\r\n")), _LEVEL, 31)


def _head(first: str, headers: Headers) -> bytes:
    lines = [first.encode("latin-1", "replace"), *(name + b": " + value for name, value in headers)]
    return b"\r\n".join(line.translate(None, b"\r\n") for line in lines) + b"\r\n\r\n"


def _unchunked(headers: Headers) -> Headers:
    # The body is kept de-chunked, so no header may send a reader looking for chunks.
    hidden = b"transfer-encoding"
    return [(b"X-Archive-Orig-" + k if k.lower() == hidden else k, v) for k, v in headers]


def _request(exchange: Exchange) -> bytes:
    parts = urlsplit(exchange.url)
    target = (parts.path or "/") + ("?" + parts.query if parts.query else "")
    sent, body = list(exchange.request_headers), exchange.request_body
    names = {name.lower() for name, _ in sent}
    if b"host" not in names:
        sent.insert(0, (b"Host", parts.netloc.rpartition("@")[2].encode()))
    if body and b"content-length" not in names:  # without it indexers see no form, and all its pages are one
        sent.append((b"Content-Length", str(len(body)).encode()))
    return _head(f"{exchange.method} {target} HTTP/1.1", sent) + body


def _line(value: str) -> str:
    return value if value.isprintable() else "".join(c for c in value if c.isprintable())


def _new_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


def _date(moment: datetime) -> str:
    # Whole seconds: the precision that every CDX tool keeps, and revisits refer by date.
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"
