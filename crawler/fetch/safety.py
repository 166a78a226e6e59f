"""Where a request may go: the portals of the spider, on public addresses, and nowhere else.

Stands below redirects and robots.txt, so what they ask for passes here too, and beside the proxy, so it knows
whether the name is resolved here at all.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Self, cast

from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.error import DNSLookupError

from crawler.fetch.hosts import is_address, is_local_name, is_public
from storage.filing.addresses import host_key
from storage.vocabulary import Outcome

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from twisted.internet.base import ReactorBase
    from twisted.internet.defer import Deferred

_PORTS = {"http": 80, "https": 443}


class RequestRefused(IgnoreRequest):
    """A request or response that ends here; `outcome` and `reason` are what the run counts."""

    def __init__(self, outcome: Outcome, reason: str, message: str = "") -> None:
        super().__init__(message or reason)
        self.outcome, self.reason = outcome, reason


class SafetyMiddleware:
    """Refuses requests before they leave. Reads `spider.allowed_hosts`: hosts or host:port, as `host_key`.

    Raises RequestRefused with Outcome.BLOCKED and one of the reasons scheme, off_site, private_address. A
    spider without `allowed_hosts` may go nowhere.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._public: set[str] = set()  # names known to stand on public addresses
        self._hosts: tuple[int, frozenset[str]] = 0, frozenset()  # allowed: how many, as keys

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Lets `request` pass, or raises RequestRefused; CannotResolveHostError for an unknown host."""
        parts = urlparse_cached(request)
        host = parts.hostname or ""
        if parts.scheme not in _PORTS or not host:
            raise self._refusal("scheme", request)
        if host_key(request.url) not in self._allowed():
            raise self._refusal("off_site", request)
        if host in self._public or request.meta.get("proxy"):  # a proxy resolves names itself
            return
        if is_local_name(host) or is_address(host):  # named by the registry itself
            return
        if not is_public(await _resolve(host)):
            raise self._refusal("private_address", request)
        self._public.add(host)

    def _allowed(self) -> frozenset[str]:
        hosts: Collection[str] = getattr(self._crawler.spider, "allowed_hosts", ())
        if len(hosts) != self._hosts[0]:  # hosts are added, never taken away
            self._hosts = len(hosts), frozenset(host_key(f"//{host}") for host in hosts)
        return self._hosts[1]

    def _refusal(self, reason: str, request: Request) -> RequestRefused:
        if self._crawler.stats:
            self._crawler.stats.inc_value(f"blocked/{reason}")
        return RequestRefused(Outcome.BLOCKED, reason, f"{reason}: {request.url[:200]}")


async def _resolve(host: str) -> str:
    """Returns the address that the download will use: Scrapy's resolver keeps it, so no second answer can
    differ.
    """
    from twisted.internet import reactor

    try:
        found: Deferred[str] = cast("ReactorBase", reactor).resolve(host)
        return await maybe_deferred_to_future(found)
    except DNSLookupError as error:
        raise CannotResolveHostError(str(error)) from error
