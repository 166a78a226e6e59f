"""Pages fetched by hand (`huyen read URL`, `huyen districts probe`): a crawl's downloader, and nothing kept.

robots.txt, pace, safety, TLS, redirects, size and time limits are those of a crawl. Each job has a budget of
requests and seconds, robots.txt, redirects and retries included.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar
from urllib.parse import urlsplit

from scrapy import FormRequest, Request, Spider, signals
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
from twisted.python.failure import Failure

from crawler.errors import Unfetched
from crawler.fetch.hosts import hosts_of, is_internal, settings_of
from crawler.fetch.outcomes import of_failure
from crawler.fetch.robots import sitemaps_of
from crawler.fetch.safety import RequestRefused
from pipelines.context import context_of
from storage.filing.addresses import host_key
from storage.language.messages import message
from storage.vocabulary import Outcome

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.fetch.robots import RobotsParser
    from crawler.registry.entries import Portal

T = TypeVar("T")

# Of the project's own parts, those that protect servers and us. The others keep, count or remember.
_KEPT = (
    "crawler.fetch.robots.",
    "crawler.fetch.retries.",
    "crawler.fetch.cookies.",
    "crawler.fetch.safety.",
    "crawler.fetch.politeness.IntroductionMiddleware",
)
_ADDED = {
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": 590,  # as archiving does
    "crawler.fetch.byhand.BudgetMiddleware": 970,
}
_SETTINGS: dict[str, Any] = {
    "ITEM_PIPELINES": {},
    "DOWNLOAD_TIMEOUT": 30,  # seconds for one answer: a person waits
    "RETRY_TIMES": 1,
    "LOG_ENABLED": False,
    "LOG_INSTALL_ROOT_HANDLER": False,  # the answer says what went wrong
}
_WHY = {  # reasons of crawler.fetch.outcomes
    "dns": message("its name has no address"),
    "timeout": message("it does not answer in time"),
    "tls": message("its certificate, or its TLS, cannot be accepted"),
    "connection": message("no connection to it could be made"),
    "robots": message("its robots.txt forbids this page to robots"),
    "private_address": message("its name leads to a private address"),
    "redirects": message("it redirects without end"),
    "too_large": message("it is larger than a crawl accepts"),
    "budget": message("it took more requests or time than allowed"),
}


@dataclass(frozen=True, slots=True)
class Budget:
    """What one job may use: how many requests, and for how many seconds new ones may begin."""

    requests: int
    seconds: float


def why(error: Unfetched) -> str:
    """Returns why a page did not come, as the end of a sentence about it."""
    if error.reason == "off_site":
        host = error.detail.partition(": ")[2]
        return message("it leads to another host ({host}), which was not asked for", host=host)
    if error.reason.startswith("tls_"):
        why = error.reason.removeprefix("tls_").replace("_", " ")
        return message("its certificate is not accepted ({why})", why=why)
    if error.reason.endswith("_robots"):
        if because := _WHY.get(error.reason.removesuffix("_robots")):  # nothing answered, robots.txt or not
            return because
        return message("its robots.txt cannot be read, and without it nothing may be asked")
    return _WHY.get(error.reason) or message("it answers {what}", what=error.reason.replace("http_", "HTTP "))


class BudgetMiddleware:
    """Downloader middleware next to the downloader: refuses requests beyond the budget."""

    def __init__(self, crawler: Crawler) -> None:
        budget: Budget = crawler.settings["BY_HAND_BUDGET"]
        self.crawler, self.left, self.until = crawler, budget.requests, time.monotonic() + budget.seconds

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Counts `request`; raises RequestRefused with the reason budget."""
        if self.left <= 0 or time.monotonic() > self.until:
            raise RequestRefused(Outcome.BLOCKED, "budget")
        self.left -= 1
        if self.crawler.stats:
            self.crawler.stats.inc_value("by_hand/requests")


class ByHand(Spider, Generic[T]):
    """Runs one job, which asks for pages with `get`. `portals` lend their TLS, pace, proxy and contact."""

    name = "by hand"
    job: Callable[[ByHand[T]], Awaitable[T]]
    allowed_hosts: Iterable[str] = ()
    portals: Sequence[Portal] = ()
    crawl_delay: float | None = None
    answer: T
    error: Exception | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider._robots_read, signals.robots_parsed)
        return spider

    def _robots_read(self, robotparser: RobotsParser) -> None:
        self.crawl_delay = robotparser.crawl_delay(self.crawler.settings["ROBOTSTXT_USER_AGENT"])

    def sitemaps_of(self, url: str) -> tuple[str, ...]:
        """Returns the sitemaps that robots.txt names on the host of `url`; none before it was read."""
        return sitemaps_of(context_of(self.crawler), url)

    @property
    def requests(self) -> int:
        """How many requests have left."""
        stats = self.crawler.stats
        return int(stats.get_value("by_hand/requests", 0)) if stats else 0

    async def start(self) -> AsyncIterator[Any]:
        try:
            self.answer = await self.job(self)
        except Exception as error:  # Scrapy would log it and end well
            self.error = error
        nothing: Any
        for nothing in ():
            yield nothing

    async def get(self, url: str, form: dict[str, str] | None = None) -> Response:
        """Returns the response for `url`, of whatever status; posts `form` where given. Raises Unfetched."""
        assert self.crawler.engine is not None
        try:
            request = Request(url) if form is None else FormRequest(url, formdata=form)
            return await self.crawler.engine.download_async(request)
        except Exception as error:
            _, reason = of_failure(Failure(error))  # type: ignore[no-untyped-call]
            raise Unfetched(url, reason, str(error)) from error


def run(
    job: Callable[[ByHand[T]], Awaitable[T]],
    url: str,
    budget: Budget,
    portals: Sequence[Portal] = (),
    **settings: Any,
) -> T:
    """Runs `job` on the network and returns its answer; what it raises is raised here.

    It may ask the host of `url`, and those of `portals`. `settings` override those of a crawl. Once a
    process: Twisted's reactor does not start again. Raises KeyboardInterrupt where a signal ended it.
    """
    own = _SETTINGS | settings_of(portals) | settings | {"BY_HAND_BUDGET": budget}
    process, crawler = prepared(ByHand, _KEPT, _ADDED, own)
    hosts = hosts_of(portals) | {host_key(url)}
    process.crawl(crawler, job=job, allowed_hosts=hosts, portals=list(portals))
    process.start()
    spider = crawler.spider
    if isinstance(spider, ByHand) and spider.error:
        raise spider.error
    if not isinstance(spider, ByHand) or not hasattr(spider, "answer"):
        raise KeyboardInterrupt  # Scrapy has taken the signal
    answer: T = spider.answer
    return answer


def prepared(
    spider: type[Spider], kept: tuple[str, ...], added: Mapping[str, int], settings: Mapping[str, Any]
) -> tuple[AsyncCrawlerProcess, Crawler]:
    """Returns a process and a crawler of `spider` with the settings of a crawl, overridden by `settings`.

    Of the project's own parts those whose path begins with one of `kept`, and the downloader middlewares
    `added`.
    """
    used = Settings()
    used.setmodule("crawler.settings")
    used.update(dict(settings), priority="cmdline")
    for name in ("EXTENSIONS_BASE", "SPIDER_MIDDLEWARES_BASE", "DOWNLOADER_MIDDLEWARES_BASE"):
        parts = used.getdict(name)
        left = {p: n for p, n in parts.items() if not p.startswith("crawler.") or p.startswith(kept)}
        used.set(name, left | (dict(added) if name == "DOWNLOADER_MIDDLEWARES_BASE" else {}), "cmdline")
    process = AsyncCrawlerProcess(used)
    return process, process.create_crawler(spider)


def require_public(url: str) -> None:
    """Raises Unfetched where the host of `url` is written as a private address or a local name.

    A crawl lets these pass, because only the registry can name them; what a person types may come from a
    page. Names that resolve to a private address are refused when they are resolved.
    """
    if is_internal(urlsplit(url).hostname or ""):
        raise Unfetched(url, "private_address")
