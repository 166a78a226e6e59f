"""The network of `huyen districts probe`: Scrapy's downloader with the project's manners, one page at a time.

robots.txt, pace, safety and redirects are those of a crawl; nothing is kept, and no more than MAX_REQUESTS
requests leave, robots.txt, redirects and retries included.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from scrapy import FormRequest, Request, Spider, signals
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
from twisted.python.failure import Failure

from crawler.errors import Unfetched
from crawler.fetch.outcomes import of_failure
from crawler.fetch.responses import headers
from crawler.fetch.robots import sitemaps_of
from crawler.fetch.safety import RequestRefused, host_key
from crawler.probe.sections import Fetched
from crawler.probe.survey import MAX_REQUESTS, Survey
from pipelines.context import context_of
from storage.vocabulary import Outcome

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.fetch.robots import RobotsParser

MAX_SECONDS = 300.0  # for all: 25 requests at a second's pace take half a minute, slow hosts some more
_SETTINGS: dict[str, Any] = {
    "ITEM_PIPELINES": {},
    "DOWNLOAD_TIMEOUT": 30,  # seconds: a person waits
    "RETRY_TIMES": 1,
    "LOG_ENABLED": False,
    "LOG_INSTALL_ROOT_HANDLER": False,  # what goes wrong is told in the answer
}
# Of the project's own parts: manners. The others keep, count or remember, and a probe does nothing of it.
_KEPT = ("crawler.fetch.robots.", "crawler.fetch.retries.", "crawler.fetch.safety.")
_ADDED = {
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": 590,  # archiving decodes else
    "crawler.probe.network.Budget": 970,
}


class Budget:
    """Downloader middleware next to the downloader: ends what would be one request, or a minute, too many."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler, self.left, self.until = crawler, MAX_REQUESTS, time.monotonic() + MAX_SECONDS

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        if self.left <= 0 or time.monotonic() > self.until:
            raise RequestRefused(Outcome.BLOCKED, "budget")
        self.left -= 1
        if self.crawler.stats:
            self.crawler.stats.set_value("probe/requests", MAX_REQUESTS - self.left)


class ProbeSpider(Spider):
    """Runs one survey; it is a crawler.probe.survey.Net."""

    name = "probe"
    url: str
    survey: Callable[[str, ProbeSpider], Awaitable[Survey]]
    tell: Callable[[str], None]
    allowed_hosts: frozenset[str]
    crawl_delay: float | None = None
    found: Survey | None = None
    error: Exception | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.allowed_hosts = frozenset({host_key(spider.url)})
        crawler.signals.connect(spider.robots_read, signals.robots_parsed)
        return spider

    def robots_read(self, robotparser: RobotsParser) -> None:
        self.crawl_delay = robotparser.crawl_delay(self.crawler.settings["ROBOTSTXT_USER_AGENT"])

    @property
    def sitemaps(self) -> tuple[str, ...]:
        return sitemaps_of(context_of(self.crawler), self.url)

    @property
    def requests(self) -> int:
        stats = self.crawler.stats
        return int(stats.get_value("probe/requests", 0)) if stats else 0

    async def start(self) -> AsyncIterator[Any]:
        try:
            self.found = await self.survey(self.url, self)
        except Exception as error:  # Scrapy would log it and end well
            self.error = error
        nothing: Any
        for nothing in ():
            yield nothing

    async def get(self, url: str, form: dict[str, str] | None = None) -> Fetched:
        assert self.crawler.engine is not None
        try:
            request = Request(url) if form is None else FormRequest(url, formdata=form)
            response = await self.crawler.engine.download_async(request)
        except Exception as error:
            outcome, reason = of_failure(Failure(error))  # type: ignore[no-untyped-call]
            self.tell(f"{outcome} ({reason}): {url}")
            raise Unfetched(url, reason, str(error)) from error
        self.tell(f"{response.status}: {url}")
        now = datetime.now(UTC).replace(microsecond=0)
        return Fetched(response.url, response.status, headers(response), response.body, now)


def run(
    url: str,
    survey: Callable[[str, ProbeSpider], Awaitable[Survey]],
    delay: float,
    tell: Callable[[str], None],
) -> tuple[Survey, int]:
    """Runs `survey` on the network, `delay` seconds between two requests; its answer and how many there were.

    What it raises is raised here. Once a process: Twisted's reactor does not start again.
    """
    settings = Settings()
    settings.setmodule("crawler.settings")
    settings.update(_SETTINGS | {"DOWNLOAD_DELAY": delay}, priority="cmdline")
    for name in ("EXTENSIONS_BASE", "SPIDER_MIDDLEWARES_BASE", "DOWNLOADER_MIDDLEWARES_BASE"):
        parts = settings.getdict(name)
        kept = {p: n for p, n in parts.items() if not p.startswith("crawler.") or p.startswith(_KEPT)}
        added = _ADDED if name == "DOWNLOADER_MIDDLEWARES_BASE" else {}
        settings.set(name, kept | added, "cmdline")
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(ProbeSpider)
    process.crawl(crawler, url=url, survey=survey, tell=tell)
    process.start()
    spider = crawler.spider
    if isinstance(spider, ProbeSpider) and spider.error:
        raise spider.error
    if not isinstance(spider, ProbeSpider) or spider.found is None:
        raise KeyboardInterrupt  # Scrapy has taken the signal
    return spider.found, spider.requests
