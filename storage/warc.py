"""WARC files (ISO 28500, WARC/1.1): what was sent and received, kept byte for byte."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CaptureRef:
    """Where one kept response stands.

    `file` is relative to the WARC folder and carries the final name, also while the file is still being written.
    `offset` and `length` (bytes) bound the record's own gzip member.
    `digest` is "sha256:<base32>" over the payload as received: de-chunked, still content-encoded.
    `content_digest` is the hex SHA-256 of the body after content decoding.
    `revisit`: the record holds headers only; the body stands in an earlier record with the same digest.
    """

    file: str
    offset: int
    length: int
    digest: str
    content_digest: str
    revisit: bool = False
