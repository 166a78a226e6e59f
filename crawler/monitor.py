"""Extension: opens the archive's runs, counts every URL's outcome, gives each run its verdict at the end."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals

from crawler.outcomes import listing_read, url_ended
from crawler.verdicts import Tally, verdict
from pipelines.items import Outcome, RawPage, article_kept, capture_written
from storage import articles, runs
from storage.database import Database, StorageError, open_database
from storage.records import CaptureRecord

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.entries import Portal
    from crawler.spiders.portal import PortalSpider

UPDATE_SECONDS = 2.0  # how often a running run's counts are written for whoever watches
DEEP_EVERY = timedelta(days=30)  # a walk to the end of every listing finds what was inserted late
COMPLETE = "complete"  # counts key: 1 where the run walked every listing to its end
log = logging.getLogger(__name__)


class Monitor:
    """One tally per portal; the record of a run is whole even when the crawl is stopped by a signal."""

    def __init__(self, crawler: Crawler, database: Database) -> None:
        self.crawler = crawler
        self.database = database
        self.tallies: dict[str, Tally] = defaultdict(Tally)
        self.warc_files: dict[int, set[str]] = defaultdict(set)
        self.written = datetime.now(UTC)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Opens the database of the settings; StorageError ends the crawl before it begins."""
        monitor = cls(crawler, open_database(crawler.settings["HUYEN_DATABASE_URL"]))
        for receiver, signal in (
            (monitor.opened, signals.spider_opened),
            (monitor.closed, signals.spider_closed),
            (monitor.ended, url_ended),
            (monitor.listed, listing_read),
            (monitor.kept, article_kept),
            (monitor.captured, capture_written),
        ):
            crawler.signals.connect(receiver, signal=signal)
        return monitor

    def opened(self, spider: PortalSpider) -> None:
        """Registers the district and begins a run for each portal."""
        district = spider.district
        articles.sync_registry(self.database, [district.model_dump()])
        earlier = runs.listed(self.database, district_id=district.id, limit=400)
        for portal in spider.portals:
            spider.deep[portal.url] = spider.full or is_deep(
                [r for r in earlier if r["portal"] == portal.url], datetime.now(UTC)
            )
            spider.run_ids[portal.url] = runs.start(self.database, district.id, portal.url)
        spider.known = lambda urls: articles.known(self.database, urls)

    def ended(self, portal: str, url: str, outcome: Outcome, reason: str) -> None:
        """Counts a URL that ended without an article page."""
        self._count(portal, outcome, reason)

    def listed(self, portal: str, url: str, links: int) -> None:
        """Notes how many article links a listing page had."""
        self.tallies[portal].links[url] = links

    def kept(self, page: RawPage, outcome: Outcome, reason: str, flags: Sequence[str]) -> None:
        """Counts a page that went through the pipelines."""
        self.tallies[page.portal].undated += "undated" in flags
        self._count(page.portal, outcome, reason)

    def captured(self, record: CaptureRecord) -> None:
        """Remembers the WARC files of a run."""
        if record.run_id is not None:
            self.warc_files[record.run_id].add(record.ref.file)

    def _count(self, portal: str, outcome: Outcome, reason: str) -> None:
        tally = self.tallies[portal]
        tally.outcomes[outcome.value] += 1
        if reason:
            tally.reasons[f"{outcome.value}:{reason}"] += 1
        now = datetime.now(UTC)
        if (now - self.written).total_seconds() > UPDATE_SECONDS:
            self.written = now
            self._update()

    def _update(self) -> None:
        spider: Any = self.crawler.spider
        try:
            for portal, run_id in spider.run_ids.items():
                runs.update(self.database, run_id, self.tallies[portal].counts())
        except StorageError as error:  # whoever watches can wait; keeping has its own patience
            log.warning("counts not written: %s", error)

    def closed(self, spider: PortalSpider, reason: str) -> None:
        """Writes the verdict of every run."""
        by_url: dict[str, Portal] = {p.url: p for p in spider.portals}
        for portal, run_id in spider.run_ids.items():
            tally = self.tallies[portal]
            tally.stopped = None if reason == "finished" else reason
            name, evidence = verdict(tally, by_url[portal].expect)
            counts = tally.counts()
            if (
                reason == "finished"
                and spider.deep[portal]
                and spider.limit is None
                and name in ("ok", "quiet")
            ):
                counts[COMPLETE] = 1
            runs.finish(self.database, run_id, name, counts, evidence, sorted(self.warc_files[run_id]))
            log.info("%s %s: %s %s %s", spider.district.id, portal, name, counts, "; ".join(evidence))
        self.database.close()


def is_deep(earlier: list[dict[str, Any]], now: datetime) -> bool:
    """Whether a portal's listings are to be walked to their end: not done yet, or not for DEEP_EVERY.

    `earlier`: the portal's runs. A first crawl that was killed or limited left listings unwalked, and a stop
    at the first known page would never find what lies behind.
    """
    whole = [r["finished_at"] for r in earlier if r["finished_at"] and (r["counts"] or {}).get(COMPLETE)]
    return not whole or now - max(whole) >= DEEP_EVERY
