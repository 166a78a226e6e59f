"""Downloader middleware: a host that answers nothing at all is given up for this run, not asked page by page.

Each page of a hanging host costs three times DOWNLOAD_TIMEOUT: a portal of a dozen listings held its place in
the night for half an hour, to end as unreachable all the same.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Self

from scrapy.exceptions import CannotResolveHostError, DownloadTimeoutError
from twisted.python.failure import Failure

from crawler.fetch.internals import drop_waiting
from crawler.fetch.outcomes import of_failure
from crawler.fetch.safety import RequestRefused
from storage.filing.addresses import host_key
from storage.vocabulary import Outcome

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

NEVER = 2  # failures in a row of a host that has not answered in this run: one minute
FIRST_SECONDS = 30.0  # that such a host has for an answer: robots.txt comes first, and it is small
SINCE = 9  # of one that has: three pages and their retries, nine minutes
_SILENT = (CannotResolveHostError, DownloadTimeoutError)  # a refusal comes at once, and may be a restart


class SilenceMiddleware:
    """Counts failures without an answer by host; when there are too many in a row, the rest is refused.

    The outcome is failed, with the last failure's reason and `_given_up`, which is a passing one: what was
    not asked for stays in the frontier. Stands below retries, so that each try counts.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._silent: Counter[str] = Counter()  # host: failures since its last answer
        self._answered: set[str] = set()
        self._given_up: dict[str, str] = {}  # host: the reason of its last failure
        self._usual = crawler.settings.getfloat("DOWNLOAD_TIMEOUT")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raises RequestRefused where the host was given up; one that has not answered yet gets less time."""
        host = host_key(request.url)
        if reason := self._given_up.get(host):
            raise self._refusal(reason, request)
        first = min(FIRST_SECONDS, self._usual)
        request.meta["download_timeout"] = self._usual if host in self._answered else first

    def process_response(self, request: Request, response: Response) -> Response:
        """Hears any answer, an error too: the server is there."""
        host = host_key(request.url)
        self._answered.add(host)
        self._silent[host] = 0
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Gives the host up at the last failure of a row; the request that failed keeps its own reason."""
        if not isinstance(exception, _SILENT):
            return
        host = host_key(request.url)
        self._silent[host] += 1
        if self._silent[host] < (SINCE if host in self._answered else NEVER):
            return
        self._given_up[host] = of_failure(Failure(exception))[1]  # type: ignore[no-untyped-call]
        request.meta["dont_retry"] = True
        reason = self._given_up[host]
        drop_waiting(
            self._crawler, lambda one: self._refusal(reason, one) if host_key(one.url) == host else None
        )

    @staticmethod
    def _refusal(reason: str, request: Request) -> RequestRefused:
        return RequestRefused(Outcome.FAILED, f"{reason}_given_up", f"given up: {request.url[:200]}")
