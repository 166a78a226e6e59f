"""The data of raw keeping: one exchange with a server, and where its record stands."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from storage.errors import ContentError
from storage.warc.content import decode
from storage.warc.provenance import CRAWL

Headers = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class CaptureRef:
    """Where one kept response stands.

    `file` is relative to the WARC folder and carries the final name, also while the file is being written.
    `offset` and `length` (bytes) bound the record's own gzip member.
    `digest` is "sha256:<base32>" over the payload as received: de-chunked, still content-encoded.
    `content_digest` is the hex SHA-256 of the body after content decoding.
    `revisit`: the record holds headers only; the body stands in an earlier record with the same digest.
    `via` says whose capture it is (storage.warc.provenance).
    """

    file: str
    offset: int
    length: int
    digest: str
    content_digest: str
    revisit: bool = False
    via: str = CRAWL


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its response. `fetched_at` carries a zone; a WARC keeps it to the second.

    `body` is de-chunked but still content-encoded; `reason` and `ip` may be unknown (empty). `tls` says in
    words what was wrong with the certificate or protocol, where a portal's setting let it pass. `cut`: the
    connection ended before the body did.
    """

    url: str
    status: int
    headers: Headers
    body: bytes
    fetched_at: datetime
    method: str = "GET"
    request_headers: Headers = ()
    request_body: bytes = b""
    reason: str = ""
    http_version: str = "HTTP/1.1"
    ip: str = ""
    tls: str = ""
    cut: bool = False

    def header(self, name: str) -> str:
        """Returns all values of the response header `name`, joined by a comma; empty where there is none."""
        return header_of(self.headers, name)


def header_of(headers: Headers, name: str) -> str:
    """Returns all values of `name` among `headers`, joined by a comma; empty where there is none."""
    wanted = name.lower().encode("latin-1")
    return ", ".join([value.decode("latin-1") for key, value in headers if key.lower() == wanted])


class Known(Protocol):
    """What the database remembers of a URL: `capture` is its latest whole one.

    `fetched_at`, the instant of that capture, may be missing: a revisit then refers to it by URL alone.
    """

    @property
    def capture(self) -> CaptureRef | None: ...
    @property
    def url(self) -> str: ...


def payload_digest(body: bytes) -> str:
    """Returns "sha256:<base32>" over `body`, as WARC-Payload-Digest carries it."""
    return digests(body, None)[0]


def digests(body: bytes, content: bytes | None) -> tuple[str, str]:
    """Returns the payload digest of `body`, and the hex SHA-256 of `content`, what it decodes to, or of
    `body` where that is None. A body without a content encoding is read once for both.
    """
    found = hashlib.sha256(body)
    payload = "sha256:" + base64.b32encode(found.digest()).decode("ascii")
    return payload, (found if content is None or content is body else hashlib.sha256(content)).hexdigest()


def content_digest(body: bytes, content_encoding: str) -> str:
    """Returns the hex SHA-256 of `body` without its content encoding, or as it is where it cannot be
    decoded.
    """
    with suppress(ContentError):
        body = decode(body, content_encoding)
    return hashlib.sha256(body).hexdigest()
