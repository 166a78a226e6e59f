"""A district while it is crawled and after: its process, what is known of it, and its runs."""

from __future__ import annotations

import signal
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from crawler.night import logs
from crawler.registry.entries import District
from storage.runs.records import RunRecord

SILENT_SECONDS = 10.0  # a crawl that gets answers reads several pages in it, at a second between two requests


@dataclass(slots=True)
class Worker:
    """A district while it is crawled and after; `runs` is what the archive last said of its portals."""

    key: int
    district: District
    log: Path
    started_at: datetime
    began: float = field(default_factory=time.monotonic)
    ended: float | None = None
    pid: int | None = None
    status: int | None = None  # as subprocess gives it; None while it runs
    told: bool = False  # by a signal, to end
    orphan: bool = False  # the fork server that started it is gone, so nobody reports how it ends
    cause: str | None = None  # why it was killed, if it was
    words: str | None = None  # its last words, where they are not in its log
    cpu: float = 0.0  # seconds
    worked: tuple[float, float] = field(default_factory=lambda: (time.monotonic(), 0.0))  # when, and cpu then
    peak_mb: float = 0.0  # of resident memory
    runs: list[RunRecord] = field(default_factory=list)
    done: bool = False  # its process has ended, and every portal has a run with a verdict

    @property
    def portals(self) -> list[str]:
        """The portals that its process crawls."""
        return [portal.url for portal in self.district.portals if portal.crawlable]

    @property
    def rests(self) -> bool:
        """Whether it only waits for a server that does not answer."""
        return self.cpu > 0 and time.monotonic() - self.worked[0] > SILENT_SECONDS  # 0: it cannot be seen

    @property
    def unbegun(self) -> bool:
        """Whether its process ended before any run: with exit status 2, or by an early signal."""
        early = self.status in (2, -signal.SIGTERM, -signal.SIGINT) or (self.status == 0 and self.told)
        return early and not self.runs and self.cause is None

    def last_words(self) -> str:
        """Returns the last message of its log, at most 300 characters."""
        return self.words or logs.last_words(self.log)

    @property
    def seconds(self) -> float:
        """How many seconds it has run, by a monotonic clock."""
        return (self.ended or time.monotonic()) - self.began
