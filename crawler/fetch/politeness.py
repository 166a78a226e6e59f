"""What a portal's entry asks of the crawl: who is to be named, by which way, how much a night, how slowly."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Self

from scrapy import signals

from crawler.fetch.internals import delay_of, paused, set_delay, usual_delay
from crawler.fetch.safety import RequestRefused
from pipelines.context import context_of
from storage.filing.addresses import host_key
from storage.vocabulary import Outcome

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.registry.entries import Portal

SLOW = 1.0  # seconds to the first byte; portals on a quiet server take a tenth
MAX_REST = 30.0  # seconds; at that pace a night of listings still ends
_SETTLED = 0.05  # seconds beside the usual delay


def rest(usual: float, current: float, latency: float) -> float:
    """Returns the delay between two requests after an answer that took `latency`, all in seconds.

    A server that takes longer than SLOW works hard: it gets as much rest as it worked. The delay grows at
    once and falls by halves, so one quick answer between slow ones changes little. Never under `usual`.
    """
    wanted = max(usual, min(2 * latency, MAX_REST)) if latency > SLOW else usual
    if wanted >= current:
        return wanted
    falling = (current + wanted) / 2
    return wanted if falling - wanted < _SETTLED else falling


class ByPortal:
    """A middleware that knows the portal of a request: by its meta, else (robots.txt) by its host."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def _portal(self, request: Request) -> Portal | None:
        portals: list[Portal] = getattr(self._crawler.spider, "portals", [])
        url, host = request.meta.get("portal"), host_key(request.url)
        return next((p for p in portals if p.url == url), None) or next(
            (p for p in portals if host_key(p.url) == host), None
        )


class IntroductionMiddleware(ByPortal):
    """Sets the proxy and the contact of the portal. Above Scrapy's own, which leave both alone then."""

    def process_request(self, request: Request) -> None:
        portal = self._portal(request)
        if portal is None:
            return
        if portal.proxy:
            request.meta["proxy"] = portal.proxy
        if portal.contact:
            name = self._crawler.settings["USER_AGENT"].partition(" ")[0]
            request.headers["User-Agent"] = f"{name} (+{portal.contact})"


class BudgetMiddleware(ByPortal):
    """Counts what each portal is asked and sends, ends its walk where a night's budget is spent, slows down.

    Counts into `sent` and `received` of the run's context. Refuses requests beyond the budget as blocked,
    budget. Stands close to the downloader, below all that may refuse a request.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._let: Counter[str] = Counter()  # on their way; some are dropped when the crawl is stopped
        self._run = context_of(crawler)
        crawler.signals.connect(self._came, signals.response_downloaded)
        crawler.signals.connect(self._left, signals.request_left_downloader)

    def process_request(self, request: Request) -> None:
        portal = self._portal(request)
        if portal is None:
            return
        requests, megabytes = portal.requests_a_night, portal.megabytes_a_night
        if (requests is not None and self._let[portal.url] >= requests) or (
            megabytes is not None and self._run.received[portal.url] >= megabytes * 1e6
        ):
            raise RequestRefused(Outcome.BLOCKED, "budget", f"the budget of {portal.url} is spent")
        self._let[portal.url] += 1

    def _left(self, request: Request) -> None:
        if portal := self._portal(request):
            self._run.sent[portal.url] += 1

    def _came(self, response: Response, request: Request) -> None:
        if portal := self._portal(request):
            self._run.received[portal.url] += len(response.body)
        current = delay_of(self._crawler, request)
        if current is None or paused(self._crawler, request):  # by Retry-After
            return
        usual, latency = usual_delay(self._crawler, request), request.meta.get("download_latency", 0.0)
        set_delay(self._crawler, request, rest(usual, current, latency))
