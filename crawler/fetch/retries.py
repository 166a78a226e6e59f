"""How requests are told apart, led on and tried again."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Self

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import IgnoreRequest

from crawler.discover.urls import canonical
from crawler.fetch.internals import delay_of, pause
from crawler.fetch.outcomes import told_of
from crawler.fetch.responses import conditional
from crawler.fetch.safety import RequestRefused
from storage.filing.addresses import host_key
from storage.vocabulary import Outcome

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

# Seconds that a run waits for one host when asked to; a portal that asks for more is left for the next night.
MAX_PAUSE = 300.0


class Fingerprinter:
    """Requests are the same when method, canonical URL (crawler.discover.urls) and body are."""

    def fingerprint(self, request: Request) -> bytes:
        try:
            url = canonical(request.url)
        except ValueError:  # goes nowhere (crawler.fetch.safety)
            url = request.url
        key = f"{request.method} {url}\n".encode("utf-8", "replace") + request.body
        return hashlib.blake2b(key, digest_size=16).digest()


def posting(request: Request, form: str) -> Request:
    """Returns `request` as the script of a listing sends it: `form` (encoded), from the page that lists."""
    sender = {"X-Requested-With": "XMLHttpRequest", "Referer": request.cb_kwargs["address"]}
    encoded = {"Content-Type": "application/x-www-form-urlencoded"}
    return request.replace(method="POST", body=form, headers=sender | encoded)


class BoundedRedirects(RedirectMiddleware):
    """Scrapy's, without a Referer, and with a reason where it gives up."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = cls(crawler.settings)  # without the warning that there is no RefererMiddleware
        middleware.crawler = crawler
        return middleware

    def handle_referer(self, request: Request, response: Response) -> None:
        """Sends no Referer: no request tells where its link stood."""

    def process_response(  # type: ignore[override]  # without the deprecated third argument
        self, request: Request, response: Response
    ) -> Request | Response:
        try:
            led_on: Request | Response = super().process_response(request, response)
        except IgnoreRequest as error:
            raise RequestRefused(Outcome.FAILED, "redirects", f"{request.url[:200]}: {error}") from error
        if isinstance(led_on, Request):
            allowed = {host_key(f"//{host}") for host in getattr(self.crawler.spider, "allowed_hosts", ())}
            if host_key(led_on.url) not in allowed:
                told_of(self.crawler, request, led_on.url, permanent=response.status in (301, 308))
            led_on.dont_filter = (
                True  # or a page met before would swallow the outcome of the one that led there
            )
        return led_on


class PatientRetries(RetryMiddleware):
    """Scrapy's, waiting as long as the server asks: Retry-After (RFC 9110, 10.2.3) pauses the whole host.

    Without that header a 429 or 503 pauses it for the usual delay doubled with each try.
    """

    def process_response(  # type: ignore[override]  # without the deprecated third argument
        self, request: Request, response: Response
    ) -> Request | Response:
        if request.meta.get("cut"):
            if retried := self._retry(request, "cut short"):
                return retried
            raise RequestRefused(Outcome.FAILED, "connection", f"cut short: {request.url[:200]}")
        if response.status == 304 and not conditional(request):
            if retried := self._retry(request, "304 unasked"):
                retried.headers["Cache-Control"] = "no-cache"
            return retried or response
        again: Request | Response = super().process_response(request, response)
        if response.status not in (429, 503):
            return again
        asked = retry_after(response, datetime.now(UTC))
        tries = request.meta.get("retry_times", 0) + 1
        seconds = asked if asked is not None else (delay_of(self.crawler, request) or 0.0) * 2**tries
        if seconds:
            pause(self.crawler, request, min(seconds, MAX_PAUSE))
        return response if seconds > MAX_PAUSE else again


def retry_after(response: Response, now: datetime) -> float | None:
    """Returns the seconds that `response` asks to wait from `now` (aware) on; None where it does not say."""
    value = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if value.isdecimal():
        return float(value[:9])
    try:
        then = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (then.replace(tzinfo=then.tzinfo or UTC) - now).total_seconds())
