"""How a URL of a run ended: the Outcome of statuses, failures and refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from storage.vocabulary import Outcome

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure

url_ended = object()  # Scrapy signal: portal (its URL), url, outcome, reason
# Scrapy signals. A page of a listing was read: portal, url (of its first page), links (to articles), new
# (unknown to the archive), own (not met before), place (FILE:OFFSET), notice (crawler.discover.notices),
# feed.
listing_read = object()
listing_missed = object()  # a listing held nothing, or could not be read: portal, url, reason
site_left = object()  # a redirect led to another site: portal, role, target (scheme and host), permanent


def report(crawler: Crawler, portal: str, url: str, outcome: Outcome, reason: str) -> None:
    """Tells the monitor how `url` ended."""
    crawler.signals.send_catch_log(signal=url_ended, portal=portal, url=url, outcome=outcome, reason=reason)


def told_of(crawler: Crawler, request: Request | None, target: str, *, permanent: bool) -> None:
    """Tells the monitor that the answer to `request` leads to another site: it has moved, or is taken."""
    if request is None or "role" not in request.meta:
        return
    parts = urlsplit(target)
    crawler.signals.send_catch_log(
        signal=site_left,
        portal=request.meta["portal"],
        role=request.meta["role"],
        target=f"{parts.scheme}://{parts.netloc}",
        permanent=permanent,
    )


def of_status(status: int) -> tuple[Outcome, str]:
    """Returns the outcome of an HTTP status other than 200 and 304."""
    if status in (404, 410):
        return Outcome.GONE, f"http_{status}"
    return Outcome.FAILED, f"http_{status}"


def of_failure(failure: Failure) -> tuple[Outcome, str]:
    """Returns the outcome of a request without a response, by the kind of its exception."""
    error: Any = failure.value
    causes = [error, *(inner.value for inner in getattr(error.__cause__, "reasons", ()))]
    names = {c.__name__ for cause in causes for c in type(cause).__mro__}
    if "RequestRefused" in names:
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


request_failed = object()  # Scrapy signal: request, reason; a request that ended without a response
