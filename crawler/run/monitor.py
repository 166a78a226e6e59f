"""Extension: opens the archive's runs, counts every URL's outcome, gives each run its verdict at the end."""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals

from crawler.discover.order import ORDER, remembered
from crawler.discover.sections import news
from crawler.fetch.filehosts import pictured
from crawler.fetch.outcomes import listing_missed, listing_read, site_left, url_ended
from crawler.registry.load import Registry
from crawler.verdict.judge import verdict
from crawler.verdict.past import LOOK_BACK, is_deep, past_of, tonight
from crawler.verdict.tally import BARRED, Tally
from pipelines.context import context_of, end_for
from pipelines.items import RawPage, article_kept, capture_written
from storage.articles import furniture, suspects
from storage.articles import queries as articles
from storage.articles.repeated import ADDRESSES, take_back_repeated
from storage.errors import StorageError, Taken
from storage.records import ArticleRecord, CaptureRecord
from storage.runs import rhythm, runs
from storage.runs.records import RunRecord
from storage.vocabulary import COMPLETE, READ, UNFINISHED, WALKED, Outcome, RunKind, local

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.registry.entries import Portal
    from crawler.spiders.portal import PortalSpider
    from crawler.spiders.walk import Walk

COUNTED = ("undated", "suspected_spam", "doubtful", "partial")  # flags of articles that a run counts
MAX_LEFT = 10  # addresses of a listing that are kept by name
UPDATE_SECONDS = 5.0  # how often a running run's counts are written for whoever watches; 4 ms of CPU
log = logging.getLogger(__name__)


class Monitor:
    """One tally per portal; the record of a run is whole even when the crawl is stopped by a signal."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.run = context_of(crawler)
        self.database = self.run.archive()
        self.tallies: dict[str, Tally] = defaultdict(Tally)
        self.earlier: dict[str, list[RunRecord]] = {}
        self.warc_files: dict[int, set[str]] = defaultdict(set)
        self.written = monotonic()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Opens the run's archive; StorageError ends the crawl before it begins."""
        for name in (None, "scrapy"):  # which Scrapy has at DEBUG: three records a page, made and dropped
            logging.getLogger(name).setLevel(crawler.settings["LOG_LEVEL"])
        monitor = cls(crawler)
        for receiver, signal in (
            (monitor.opened, signals.spider_opened),
            (monitor.closed, signals.spider_closed),
            (monitor.erred, signals.spider_error),
            (monitor.lost, signals.item_error),
            (monitor.ended, url_ended),
            (monitor.listed, listing_read),
            (monitor.missed, listing_missed),
            (monitor.left, site_left),
            (monitor.kept, article_kept),
            (monitor.captured, capture_written),
        ):
            crawler.signals.connect(receiver, signal=signal)
        return monitor

    def opened(self, spider: PortalSpider) -> None:
        """Registers the district, reads the history of its portals and begins a run for each."""
        district, run, now = spider.district, self.run, datetime.now(UTC)
        runs.mark_died(self.database)
        usual = self.crawler.settings.getlist("HUYEN_KEEP")
        run.pictured = pictured(Registry((district,)), usual)
        articles.sync_registry(self.database, [district.record()])
        for portal in spider.portals:
            earlier: list[RunRecord] = [
                *runs.listed(
                    self.database,
                    district_ids=[district.id],
                    portal=portal.url,
                    kind=RunKind.CRAWL,
                    limit=LOOK_BACK,
                )
            ]
            self.earlier[portal.url] = earlier
            run.deep[portal.url] = spider.full or is_deep(earlier, now)
            run.tonight[portal.url] = tonight(earlier)
            run.orders[portal.url] = remembered(one.listings for one in earlier)
            run.furniture[portal.url] = furniture.known(self.database, portal.url)
            run.run_ids[portal.url] = runs.start(self.database, district.id, portal.url)

    def ended(self, portal: str, url: str, outcome: Outcome, reason: str) -> None:
        """Counts a URL that ended without an article page."""
        self._count(portal, outcome, reason)

    def listed(
        self,
        portal: str,
        url: str,
        links: int,
        new: int,
        own: int,
        place: str,
        notice: Any,
        feed: bool,
        said: str | None = None,
    ) -> None:
        """Notes what a page of a listing held, and what it says of its portal."""
        tally = self.tallies[portal]
        tally.listed(url, links, new, own, place, feed=feed)
        if said:
            tally.said[url] = said
        if notice and tally.notice is None:
            tally.notice = (*notice, place)

    def missed(self, portal: str, url: str, reason: str) -> None:
        """Notes a listing that held nothing or could not be read."""
        self.tallies[portal].missed[url] = reason

    def left(self, portal: str, role: str, target: str, permanent: bool) -> None:
        """Notes a redirect to another site."""
        self.tallies[portal].away[role, target, permanent] += 1

    def kept(self, portal: str, outcome: Outcome, reason: str, article: ArticleRecord | None = None) -> None:
        """Counts a page that went through the pipelines, and what its article lacks."""
        tally = self.tallies[portal]
        if outcome in READ and article is not None:
            tally.fields.update(flag for flag in article.flags if flag in COUNTED)
            tally.fields["unsigned"] += not article.author
            tally.fields["bodiless"] += not article.body
            words = sum(len(paragraph.split()) for paragraph in article.body)
            tally.words.append(words)
            if article.agreement is not None:
                tally.compare(words, article.agreement)
        self._count(portal, outcome, reason)

    def captured(self, record: CaptureRecord) -> None:
        """Remembers the WARC files of a run."""
        if record.run_id is not None:
            self.warc_files[record.run_id].add(record.ref.file)

    def erred(self, response: Response) -> None:
        """Counts an exception in a callback of the spider."""
        self.tallies[response.meta.get("portal", "")].errors += 1

    def lost(self, item: Any) -> None:
        """Counts an item that a stage failed on."""
        page = item if isinstance(item, RawPage) else getattr(item, "page", item)
        self.tallies[getattr(page, "portal", "")].errors += 1
        self._count(getattr(page, "portal", ""), Outcome.FAILED, "internal")

    def _count(self, portal: str, outcome: Outcome, reason: str) -> None:
        tally = self.tallies[portal]
        tally.outcomes[outcome.value] += 1
        if reason:
            tally.reasons[f"{outcome.value}:{reason}"] += 1
        if monotonic() - self.written > UPDATE_SECONDS:
            self.written = monotonic()
            self._update()

    def _update(self) -> None:
        # whoever watches can wait; keeping is what is patient
        hasty = replace(self.database, retry_seconds=0)
        try:
            for portal, run_id in self.run.run_ids.items():
                runs.update(hasty, run_id, self.tallies[portal].counts())
        except Taken as error:
            end_for(self.crawler, error)
        except StorageError as error:
            log.warning("counts not written: %s", error)

    def closed(self, spider: PortalSpider, reason: str) -> None:
        """Writes the verdict of every run."""
        for portal in spider.portals:
            if portal.url not in self.run.run_ids:  # the archive failed while runs were begun
                continue
            tally = self.tallies[portal.url]
            tally.stopped = None if reason == "finished" else reason
            tally.requests, tally.bytes = self.run.sent[portal.url], self.run.received[portal.url]
            tally.revisits = self.run.revisits[portal.url]
            self._tell_outages(portal.url, tally)
            for walk in spider.walks:
                if walk.portal.url == portal.url:
                    _cover(tally, walk, spider.limit)
            if reason == "finished":  # else there is no time; the next run does it
                self._settle(spider, portal.url)
            self._judge(spider, portal, tally)

    def _tell_outages(self, portal: str, tally: Tally) -> None:
        """Decides what is gone and what was an outage; where the archive is away, the next run does."""
        try:
            run_id = self.run.run_ids[portal]
            stood = tally.outcomes[Outcome.UNCHANGED] + tally.outcomes[Outcome.CHANGED]
            landings = self.run.landings[portal]
            tally.outage = suspects.settle(self.database, portal, run_id, stood=stood, landings=landings)
            if tally.outcomes[Outcome.NEW] + tally.outcomes[Outcome.DUPLICATE] >= ADDRESSES:
                tally.take_back(take_back_repeated(self.database, portal, run_id))
        except StorageError as error:
            log.warning("what %s did not show is judged by the next run: %s", portal, error)

    def _settle(self, spider: PortalSpider, portal: str) -> None:
        """Reads again what was kept before its furniture was known; the run is no worse where that fails."""
        try:
            if not furniture.unsettled(self.database, portal):  # as on most nights
                return
            from crawler.reread.captures import Owners  # slow to load
            from crawler.reread.resettle import settle

            folder, owners = Path(self.crawler.settings["HUYEN_WARC"]), Owners(Registry((spider.district,)))
            settle(self.database, folder, owners, portal)
        except StorageError as error:
            log.warning("the articles of %s are not read again: %s", portal, error)

    def _remember(self, spider: PortalSpider, portal: str, tally: Tally, *, whole: bool) -> None:
        """Notes in which order listings show their articles; `whole`: they were walked to their end."""
        for walk in spider.walks:
            for url, shown in walk.shown.items() if walk.portal.url == portal else ():
                order = walk.orders.get(url)
                if whole:
                    urls = [one for page in shown.urls.values() for one in page]
                    known = articles.known(self.database, urls)
                    order = shown.order({one: held.published_at or "" for one, held in known.items()})
                elif order is not None:
                    order = shown.later(order)
                if order is not None and url in tally.listings:
                    tally.listings[url][ORDER] = order.told()

    def _judge(self, spider: PortalSpider, portal: Portal, tally: Tally) -> None:
        district, run_id = spider.district.id, self.run.run_ids[portal.url]
        today = local(datetime.now(UTC)).date()
        days = rhythm.article_days(self.database, district, portal.url, today)
        first = runs.first_started(self.database, district, portal.url)
        past = past_of(self.earlier[portal.url], days, today, first, portal.until)
        name, evidence = verdict(tally, portal.expect, past)
        counts = tally.counts()
        cut = tally.torn or any(walk.cut for walk in spider.walks if walk.portal.url == portal.url)
        finished = spider.limit is None and tally.whole() and not cut
        if not finished:
            counts[UNFINISHED] = 1
        elif self.run.deep[portal.url] and name in WALKED:
            counts[COMPLETE] = 1
        self._remember(spider, portal.url, tally, whole=COMPLETE in counts)
        files = sorted(self.warc_files[run_id])
        # A portal that another process took meanwhile has its verdict all the same.
        unguarded = replace(self.database, guard=None)
        runs.finish(unguarded, run_id, name, counts, evidence, files, tally.listings)
        log.info("%s %s: %s %s %s", district, portal.url, name, counts, "; ".join(evidence))


def _cover(tally: Tally, walk: Walk, limit: int | None) -> None:
    """Counts what the portal names against what the archive holds of it."""
    tally.deep, tally.limit = walk.deep, limit
    tally.torn = {
        url: (page, why) for url, (page, why) in walk.torn.items() if not (walk.mapped and why == BARRED)
    }
    tally.named = len(walk.named)
    tally.held = min(tally.named, len(walk.held) + tally.read() + tally.outcomes[Outcome.UNCHANGED])
    tally.sections, tally.registered = len(walk.sections), bool(walk.portal.sections)
    for url, (pages, documents) in walk.left.items():
        if listing := tally.listings.get(url):
            pages = [page for page in pages if hash(page) not in walk.seen]
            listing |= {"left": pages[:MAX_LEFT]} if pages else {}
            listing |= {"documents": documents} if documents else {}
    tally.unwalked = [
        url
        for url, name in walk.sections.items()
        if walk.deep  # a night looks at the listings where news stood, and leaves the others on purpose
        and news(url, name)
        and (url not in walk.walked or url in tally.missed)
        and not (walk.mapped and tally.missed.get(url) == BARRED)
        and hash(url) not in walk.named
    ]
