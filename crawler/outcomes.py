"""How a URL of a run ended: one vocabulary (pipelines.items.Outcome) for statuses, failures and refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.items import Outcome

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure

url_ended = object()  # Scrapy signal: portal (its URL), url, outcome, reason
listing_read = object()  # Scrapy signal: portal, url, links (to articles, on that page)


def report(crawler: Crawler, portal: str, url: str, outcome: Outcome, reason: str) -> None:
    """Tells the monitor how `url` ended."""
    crawler.signals.send_catch_log(signal=url_ended, portal=portal, url=url, outcome=outcome, reason=reason)


def of_status(status: int) -> tuple[Outcome, str]:
    """The outcome of an HTTP status other than 200 and 304."""
    if status in (404, 410):
        return Outcome.GONE, f"http_{status}"
    return Outcome.FAILED, f"http_{status}"


def of_failure(failure: Failure) -> tuple[Outcome, str]:
    """The outcome of a request without a response, by the kind of its exception."""
    error: Any = failure.value
    names = {c.__name__ for c in type(error).__mro__}
    if "Refused" in names:
        return error.outcome, error.reason
    if "IgnoreRequest" in names:  # Scrapy's own: robots.txt
        return Outcome.BLOCKED, "robots"
    for known, name in _FAILURES:
        if known in names:
            return Outcome.FAILED, name
    return Outcome.FAILED, "connection"


# By the names of the exceptions, so that nothing of Twisted's moving module layout is imported.
_FAILURES = (
    ("DownloadTimeoutError", "timeout"),
    ("TimeoutError", "timeout"),
    ("TCPTimedOutError", "timeout"),
    ("CannotResolveHostError", "dns"),
    ("DNSLookupError", "dns"),
    ("UnsupportedURLSchemeError", "scheme"),
    ("DownloadCancelledError", "too_large"),
    ("SSLError", "tls"),
    ("Error", "tls"),
)
