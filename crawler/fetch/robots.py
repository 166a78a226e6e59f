"""robots.txt (RFC 9309): its rules are obeyed by Scrapy; here its Crawl-delay and sitemaps are put to use."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http import Response
from scrapy.robotstxt import ProtegoRobotParser
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred

from crawler.fetch.safety import host_key
from pipelines.context import RunContext, context_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.robotstxt import RobotParser

logger = logging.getLogger(__name__)

MAX_DELAY = 60.0  # seconds; beyond it a portal of 2,000 articles takes days, and the figure is a mistake
MAX_SITEMAPS = 50  # of one robots.txt; real ones name one to five


def sitemaps_of(run: RunContext, url: str) -> tuple[str, ...]:
    """The sitemaps that robots.txt names on the host of `url`; none before it was read."""
    return run.sitemaps.get(host_key(url), ())


class RobotsParser(ProtegoRobotParser):
    """Scrapy's default parser, which reads sitemaps but does not hand them out."""

    def sitemaps(self) -> tuple[str, ...]:
        """The absolute URLs of the sitemaps named, in order, each once."""
        urls = (url for url in self.rp.sitemaps if url.startswith(("http://", "https://")))
        return tuple(dict.fromkeys(urls))[:MAX_SITEMAPS]


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's, obeyed by every request that waited for the same robots.txt.

    Scrapy 2.19 under asyncio gives the rules to the first that waited and None, which allows all, to others.
    """

    async def robot_parser(self, request: Request) -> RobotParser | None:
        url = urlparse_cached(request)
        if url.netloc not in self._parsers:
            robots = f"{url.scheme}://{url.netloc}/robots.txt"
            if (body := context_of(self.crawler).robots_kept(robots)) is not None:
                self._parsers[url.netloc] = Deferred()
                await self._parse_robots(Response(robots, body=body), url.netloc, request)
        waited_for = await super().robot_parser(request)
        found = self._parsers.get(urlparse_cached(request).netloc)
        return waited_for if isinstance(found, Deferred) else found


class RobotsExtension:
    """Slows down to the Crawl-delay, and notes in the run's context which sitemaps a host names."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        crawler.signals.connect(self._parsed, signals.robots_parsed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def _parsed(self, robotparser: RobotsParser, request: Request) -> None:
        context_of(self._crawler).sitemaps[host_key(request.url)] = robotparser.sitemaps()
        if delay := robotparser.crawl_delay(self._crawler.settings["ROBOTSTXT_USER_AGENT"]):
            self._slow_down(request, delay)

    def _slow_down(self, request: Request, delay: float) -> None:
        if delay > MAX_DELAY:
            logger.warning("%s: Crawl-delay of %g s taken as %g s", host_key(request.url), delay, MAX_DELAY)
        downloader = self._crawler.engine.downloader
        key = downloader.get_slot_key(request)
        slot = downloader.slots.get(key)
        wanted = dict(downloader.per_slot_settings.get(key, {}))
        usual = slot.delay if slot else wanted.get("delay", self._crawler.settings.getfloat("DOWNLOAD_DELAY"))
        wanted["delay"] = max(usual, min(delay, MAX_DELAY))
        # The slot of an idle host is thrown away after a minute and made anew from these settings.
        downloader.per_slot_settings[key] = wanted
        if slot:
            slot.delay = wanted["delay"]
