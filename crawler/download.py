"""Scrapy's downloader of HTTP, reading answers that Twisted would refuse.

Some old ASP.NET hosts of portals put bytes into the names of headers that no name may have (RFC 9110, 5.1).
Browsers read the page all the same; Twisted drops it. Here the odd bytes become `_`, and the page comes.
Scrapy skips lines without a colon already, in classes of its own that this module has to name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IAddress
    from twisted.web._newclient import Request as TxRequest
    from twisted.web.iweb import IResponse

_NO_TOKEN = re.compile(rb"[^!#$%&'*+.^_`|~0-9A-Za-z-]")


class _Parser(_LenientHTTPClientParser):
    def headerReceived(self, name: bytes, value: bytes) -> None:
        super().headerReceived(  # type: ignore[no-untyped-call]
            _NO_TOKEN.sub(b"_", name.strip()) or b"_", value
        )


class _Protocol(_LenientHTTP11ClientProtocol):
    def request(self, request: TxRequest) -> Deferred[IResponse]:
        response = super().request(request)
        self._parser.__class__ = _Parser
        return response


class _Factory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> _Protocol:
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class TolerantHandler(HTTP11DownloadHandler):
    """The download handler of http and https."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory
