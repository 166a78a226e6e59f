"""WARC records as other crawlers write them, built by hand."""

from __future__ import annotations

import gzip
from collections.abc import Iterable


def http(body: bytes = b"", status: str = "200 OK", version: str = "HTTP/1.1", **headers: str) -> bytes:
    """An HTTP response as a block; `Content_Type="text/html"` is a header of it."""
    lines = [
        f"{version} {status}",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def record(kind: str, url: str, block: bytes, date: str = "2023-10-26T07:30:15Z", **fields: str) -> bytes:
    """One record, unpacked; `WARC_Profile="…"` is a field of its header."""
    named = {"WARC-Target-URI": url, "WARC-Date": date, "Content-Length": str(len(block))}
    named |= {name.replace("_", "-"): value for name, value in fields.items()}
    named.setdefault("WARC-Record-ID", f"<urn:test:{kind}:{url}:{date}>")
    lines = ["WARC/1.0", f"WARC-Type: {kind}", *(f"{name}: {value}" for name, value in named.items())]
    return "\r\n".join([*lines, "", ""]).encode() + block + b"\r\n\r\n"


def packed(records: Iterable[bytes]) -> bytes:
    """The records, each in a gzip member of its own."""
    return b"".join(gzip.compress(one, mtime=0) for one in records)
