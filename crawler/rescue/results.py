"""What a rescue is asked for, and what became of each portal."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from storage.warc.provenance import COMMONCRAWL, WAYBACK

SOURCES = (COMMONCRAWL, WAYBACK)
HEALTHY = ("ok", "nothing_archived", "listed")


@dataclass(frozen=True, slots=True)
class Order:
    """What a rescue is asked for. `since` and `until` are 14 digits UTC or empty; `limit` is of captures."""

    sources: tuple[str, ...] = SOURCES
    since: str = ""
    until: str = ""
    only_list: bool = False
    limit: int | None = None


@dataclass(slots=True)
class Result:
    """What became of one portal. `verdict` is one of ok, listed, nothing_archived, excluded, partial, banned,
    refused, unreachable, stopped; `evidence` has the sentences for it.
    """

    district_id: str
    portal: str
    verdict: str = "stopped"
    evidence: list[str] = field(default_factory=list)
    rows: int = 0
    urls: int = 0
    article_like: int = 0
    held: int = 0
    to_fetch: int = 0
    minutes: float = 0.0
    fetched: int = 0
    sightings: int = 0
    gone: int = 0
    after_end: int = 0
    unplayable: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    unplayed: list[str] = field(default_factory=list)

    @property
    def healthy(self) -> bool:
        """Whether it needs nobody's attention."""
        return self.verdict in HEALTHY
