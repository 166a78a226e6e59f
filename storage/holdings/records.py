"""The captures that other archives hold, as plain values."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum

_BARE = re.compile(r"^https?://(?:www\.)?", re.I)


class State(StrEnum):
    """What became of a capture that an archive holds."""

    LISTED = "listed"  # known, and not chosen yet
    WANTED = "wanted"  # to be fetched
    HELD = "held"  # fetched, and in our WARC files
    SIGHTING = "sighting"  # the same text as one that is fetched: its article still stood there
    GONE = "gone"  # its address answered 404 or 410
    AFTER_END = "after_end"  # later than the last day of the portal
    OTHER = "other"  # no article by its address, type or status
    UNPLAYABLE = "unplayable"  # the archive could not hand it out


@dataclass(frozen=True, slots=True)
class Row:
    """One capture as its archive lists it. `source` is wayback or commoncrawl, `url` as the archive has it.

    `url_id` is that of its canonical form (storage.records.article_id); `stamp` its moment in 14 digits UTC;
    `status` is None for a revisit. `ref`, for Common Crawl, is "file offset length"; `truncated` why its body
    was cut.
    """

    source: str
    url: str
    url_id: str
    stamp: str
    mime: str = ""
    status: int | None = None
    digest: str = ""
    length: int | None = None
    ref: str = ""
    truncated: str = ""

    @property
    def key(self) -> str:
        """What tells it from others of its source: address without scheme and www, moment and status.

        An archive lists http, https and www of one instant on several lines.
        """
        bare = f"{_BARE.sub('', self.url)} {self.stamp} {self.status}"
        return hashlib.sha256(bare.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Held:
    """A row of the archive's table of holdings."""

    id: int
    district_id: str
    portal: str
    row: Row
    state: State
    reason: str = ""
    tries: int = 0
