"""Files as values: what is due, and what a look at one brought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.filing.words import Kind, Status
from storage.warc.captures import CaptureRef


@dataclass(frozen=True, slots=True)
class DueFile:
    """A file that is to be asked for. `sure`: a link says that a document stands there, no page.

    `known` is set where its bytes are kept already: the headers and the place for a conditional request.
    """

    id: str
    url: str
    host: str
    portal: str
    district_id: str
    kind: Kind
    sure: bool
    etag: str | None = None
    last_modified: str | None = None
    known: Original | None = None


@dataclass(frozen=True, slots=True)
class Original:
    """A record that has the bytes of a file: what a revisit refers to (storage.warc.captures.Known)."""

    url: str
    fetched_at: datetime
    capture: CaptureRef


@dataclass(frozen=True, slots=True)
class Bytes:
    """The bytes that a look brought: `digest` is their hex SHA-256, `ref` the record that has them."""

    digest: str
    size: int
    type: str
    content_type: str | None
    name: str
    ref: CaptureRef


@dataclass(frozen=True, slots=True)
class FileLook:
    """What a look at a file brought. `status` KEPT without `bytes`: the file stood there unchanged.

    `size` is what a server announced of a file that is too large. `final`: no further look will change it.
    `at` carries a zone.
    """

    file_id: str
    at: datetime
    status: Status
    reason: str = ""
    size: int | None = None
    bytes: Bytes | None = None
    final: bool = False
