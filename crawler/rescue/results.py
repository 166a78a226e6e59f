"""What a rescue is asked for, and what became of each portal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from crawler.errors import ArchiveAway
from crawler.rescue.asking import BANNED, REFUSED
from storage.language.messages import message
from storage.text import counted
from storage.vocabulary import Rescued
from storage.warc.provenance import COMMONCRAWL, WAYBACK

SOURCES = (COMMONCRAWL, WAYBACK)
HEALTHY = (Rescued.OK, Rescued.NOTHING_ARCHIVED, Rescued.LISTED)


@dataclass(frozen=True, slots=True)
class Order:
    """What a rescue is asked for.

    `sources` are wayback, commoncrawl, or addresses of pywb collections. `since` and `until` are 14 digits
    UTC or empty; `limit` is of captures.
    """

    sources: tuple[str, ...] = SOURCES
    since: str = ""
    until: str = ""
    only_list: bool = False
    limit: int | None = None


@dataclass(slots=True)
class Result:
    """What became of one portal; `evidence` has the sentences for its verdict."""

    district_id: str
    portal: str
    verdict: Rescued = Rescued.STOPPED
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
    files: int = 0  # of those to fetch
    after_end: int = 0
    unplayable: int = 0
    run_id: int | None = None
    counts: Counter[str] = field(default_factory=Counter)
    unplayed: list[str] = field(default_factory=list)

    @property
    def healthy(self) -> bool:
        """Whether it needs nobody's attention."""
        return self.verdict in HEALTHY

    def tally(self) -> dict[str, int]:
        """Returns what its run counts: pages by outcome, and what is known of the archives' captures."""
        names = ("rows", "fetched", "sightings", "after_end", "unplayable")
        return dict(self.counts) | {f"captures_{name}": getattr(self, name) for name in names}

    def judge(self, word: Rescued, away: Sequence[ArchiveAway]) -> None:
        """Gives the verdict, which is `word` if nothing objects, and says why; `away` did not answer."""
        if self.verdict is Rescued.EXCLUDED:
            word = Rescued.EXCLUDED
        elif away:
            words = {one.word for one in away}
            word = Rescued(next((one for one in (BANNED, REFUSED) if one in words), away[0].word))
        elif self.unplayable:
            word = Rescued.PARTIAL
        elif not self.rows:
            word = Rescued.NOTHING_ARCHIVED
        self.evidence += [str(one) for one in away]
        if self.unplayable:
            self.evidence.append(
                message(
                    "{unplayable} could not be had or read", unplayable=counted(self.unplayable, "capture")
                )
            )
        self.verdict = word
