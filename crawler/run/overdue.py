"""Extension: asks for known articles whose time has come, once a walk has nothing else to do.

An article that fell off the last page of its listing may still be corrected, and one that was taken down is
named nowhere; so revisits that fall due (crawler.discover.revisits), and in a full run all that was not met,
are asked for from the archive's own knowledge. Those of articles that a listing did show come with them: news
first, and by now all is heard that sitemaps tell.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.exceptions import DontCloseSpider

from crawler.discover.links import Link, link_to
from crawler.discover.revisits import FIRST, LAST
from pipelines.context import context_of
from storage.articles.queries import Place, overdue
from storage.errors import StorageError
from storage.warc.reader import Capture, scan

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.spiders.portal import PortalSpider
    from crawler.spiders.walk import Walk

MOST = 5_000  # articles of a portal and run; at a request a second that is more than an hour
log = logging.getLogger(__name__)


class Unlisted:
    """Works once a run; a run with a limit is a look at the listings alone."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._asked = False
        crawler.signals.connect(self._idle, signals.spider_idle)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def _idle(self, spider: PortalSpider) -> None:
        if self._asked or spider.limit is not None or self._crawler.engine is None:
            return
        self._asked = True
        for walk in spider.walks:
            walk.heard = True
        requests = [request for walk in spider.walks for request in spider.again(walk, self._links(walk))]
        for request in requests:
            self._crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider

    def _links(self, walk: Walk) -> Iterator[Link]:
        now = datetime.now(UTC)
        begun = walk.since.replace(microsecond=0)  # sightings are kept in whole seconds
        young, seen = (None, begun) if walk.full else (now - LAST, now - FIRST)
        try:
            database = context_of(self._crawler).archive()
            places = overdue(
                database, walk.portal.url, first_seen_after=young, last_seen_before=seen, most=MOST
            )
        except StorageError as error:  # the next run asks
            log.warning("%s: what no listing names is not looked at: %s", walk.portal.url, error)
            return
        folder = Path(self._crawler.settings["HUYEN_WARC"])
        for place in places:
            if place.url in walk.passed or hash(place.url) not in walk.seen:
                yield Link(place.url, **_told(folder, place))


def _told(folder: Path, place: Place) -> dict[str, Any]:
    """Returns what the listing had told of an article, noted beside its page; else it would read
    otherwise.
    """
    if place.file is None:
        return {}
    notes, capture = {}, None
    with suppress(OSError, StopIteration):
        capture = next(scan(folder / place.file, folder, place.offset))
        notes = dict(capture.page or {}) if isinstance(capture, Capture) else {}
    return {
        "title": notes.get("listing_title", ""),
        "date": notes.get("feed_date") or notes.get("listing_date"),
        "category": notes.get("listing_category"),
        "from_feed": "feed_date" in notes,
        "printed": _asked(capture, place) if isinstance(capture, Capture) else "",
    }


def _asked(capture: Capture, place: Place) -> str:
    """Returns the address that the article was asked under, where that is not its canonical URL."""
    link = link_to(capture.exchange.url)
    return link.printed if link and link.url == place.url else ""
