"""A crawl that is to end, ends soon: what waits is dropped, what is under way gets a grace."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.utils.asyncio import create_looping_call

from crawler.fetch.handler import abort_downloads
from crawler.fetch.internals import closing, drop_waiting
from crawler.fetch.safety import RequestRefused
from crawler.verdict.tally import STOPPED
from storage.vocabulary import Outcome

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

_LOOK_SECONDS = 0.5


class StoppingMiddleware:
    """Without it a hanging host holds the end up for DOWNLOAD_TIMEOUT, and Retry-After for five minutes.

    STOP_GRACE_SECONDS is what responses under way are waited for. Dropped requests count as blocked, cut ones
    as failed, both for the reason STOPPED. Scrapy has no signal for the begin of an end: it is looked for.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._grace = crawler.settings.getfloat("STOP_GRACE_SECONDS")
        self._since: float | None = None
        self._loop: Any = create_looping_call(self._look)
        crawler.signals.connect(self._start, signals.spider_opened)
        crawler.signals.connect(self._end, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Lets nothing new leave a crawl that ends; raises RequestRefused."""
        if closing(self._crawler.engine):
            raise RequestRefused(Outcome.BLOCKED, STOPPED, f"the crawl ends: {request.url[:200]}")

    def _start(self) -> None:
        self._loop.start(_LOOK_SECONDS, now=False)

    def _end(self) -> None:
        if self._loop.running:
            self._loop.stop()

    def _look(self) -> None:
        if not closing(self._crawler.engine):
            return
        drop_waiting(self._crawler, lambda asked: RequestRefused(Outcome.BLOCKED, STOPPED, asked.url[:200]))
        self._since = self._since or monotonic()
        if monotonic() - self._since > self._grace:
            self._crawler.signals.send_catch_log(abort_downloads)
