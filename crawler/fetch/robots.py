"""robots.txt (RFC 9309): its rules are obeyed by Scrapy; here its Crawl-delay and sitemaps are put to use."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.robotstxt import ProtegoRobotParser
from scrapy.utils.httpobj import urlparse_cached

from crawler.fetch.internals import asked_robots, delay_of, give_robots, robots_of, set_delay, usual_delay
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
        if not asked_robots(self, request):
            robots = f"{url.scheme}://{url.netloc}/robots.txt"
            if (body := context_of(self.crawler).robots_kept(robots)) is not None:
                await give_robots(self, request, body)
        return await super().robot_parser(request) or robots_of(self, request)


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
        current = delay_of(self._crawler, request)
        usual = usual_delay(self._crawler, request) if current is None else current
        set_delay(self._crawler, request, max(usual, min(delay, MAX_DELAY)), lasting=True)
