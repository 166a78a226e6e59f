"""Scrapy's downloader of HTTP, reading answers that Twisted would refuse, and ending when it is told to.

Some old ASP.NET hosts of portals put bytes into the names of headers that no name may have (RFC 9110, 5.1).
Browsers read the page all the same; Twisted drops it. Here the odd bytes become `_`, and the page comes.
Scrapy skips lines without a colon already.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import DownloadFailedError
from scrapy.utils.httpobj import urlparse_cached

from crawler.fetch.internals import judge_certificates, read_headers
from crawler.fetch.safety import RequestRefused
from crawler.fetch.tls import HostPolicy
from crawler.verdict.tally import STOPPED
from storage.vocabulary import Outcome

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

abort_downloads = object()  # Scrapy signal: what is under way is given up
_NO_TOKEN = re.compile(rb"[^!#$%&'*+.^_`|~0-9A-Za-z-]")


def token(name: bytes) -> bytes:
    """Returns the name of a header as RFC 9110 (5.1) allows it."""
    return _NO_TOKEN.sub(b"_", name.strip()) or b"_"


class TolerantHandler(HTTP11DownloadHandler):
    """The download handler of http and https. TLS_BY_HOST has the exceptions of crawler.fetch.tls.

    A certificate that was let pass is named in `request.meta["tls"]`; one that was not is refused with the
    reason `tls_` and its fault, since no retry mends it. After `abort_downloads` downloads under way are
    refused, too.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        read_headers(self, token)
        self._policy = HostPolicy(crawler.settings.getdict("TLS_BY_HOST"))
        judge_certificates(self, self._policy)  # type: ignore[arg-type]  # zope declares the interface
        self._under_way: set[asyncio.Task[Any]] = set()
        crawler.signals.connect(self._abort, signal=abort_downloads)

    async def download_request(self, request: Request) -> Response:
        parts = urlparse_cached(request)
        host = parts.hostname or ""
        where = (host, parts.port or (443 if parts.scheme == "https" else 80))
        request.meta.pop("tls", None)
        task = asyncio.current_task()
        assert task is not None
        self._under_way.add(task)
        try:
            response: Response = await super().download_request(request)
        except asyncio.CancelledError:
            raise RequestRefused(Outcome.FAILED, STOPPED, f"given up: {request.url[:200]}") from None
        except DownloadFailedError as error:
            fault = self._policy.faults.pop(where, None)
            if fault is None:
                raise
            raise RequestRefused(Outcome.FAILED, f"tls_{fault}", f"{host}: certificate {fault}") from error
        finally:
            self._under_way.discard(task)
        if passed := self._policy.passed.get(where):
            request.meta["tls"] = f"{passed}; accepted by the registry"
        return response

    def _abort(self) -> None:
        for task in list(self._under_way):
            task.cancel()
