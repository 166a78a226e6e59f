"""What a crawl needs of Scrapy and Twisted that neither of them promises: all of it stands here.

tests/crawler/fetch/test_internals.py uses each part as it is used here, and names the one that an upgrade
has changed. Nothing else in the project touches a name of theirs that begins with an underscore, nor the
queues of the downloader.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Any

from OpenSSL import SSL
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet._sslverify import ClientTLSOptions, OpenSSLCertificateOptions, platformTrust
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.core.downloader import Slot
    from scrapy.core.engine import ExecutionEngine
    from scrapy.crawler import Crawler
    from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
    from scrapy.robotstxt import RobotParser
    from twisted.internet.interfaces import IAddress
    from twisted.protocols.tls import TLSMemoryBIOProtocol
    from twisted.web._newclient import Request as TxRequest
    from twisted.web.iweb import IPolicyForHTTPS, IResponse

_LEAST = 0.001  # seconds: Scrapy looks at the clock only where there is a delay

# -- the engine and the queues of its downloader


def closing(engine: ExecutionEngine) -> bool:
    """Returns whether the crawl is on its way to its end; Scrapy has no signal for the begin of that."""
    return engine._slot is not None and engine._slot.closing is not None


def drop_waiting(crawler: Crawler, refusal: Callable[[Request], Exception | None]) -> None:
    """Ends the requests that wait for their turn below the middlewares and have a `refusal`."""
    for slot in list(crawler.engine.downloader.slots.values()):
        for request, answer in list(slot.queue):
            if (error := refusal(request)) is not None:
                slot.queue.remove((request, answer))
                answer.errback(Failure(error))  # type: ignore[no-untyped-call]


def delay_of(crawler: Crawler, request: Request) -> float | None:
    """Returns the seconds between two requests to the host of a `request` on its way; None where none is
    known.
    """
    slot = _slot(crawler, request)
    return None if slot is None else slot.delay


def usual_delay(crawler: Crawler, request: Request) -> float:
    """Returns what registry, settings and robots.txt say of the seconds between two requests to that host."""
    delay = crawler.engine.downloader.per_slot_settings.get(_key(crawler, request), {}).get("delay")
    return crawler.settings.getfloat("DOWNLOAD_DELAY") if delay is None else float(delay)


def set_delay(crawler: Crawler, request: Request, seconds: float, *, lasting: bool = False) -> None:
    """Sets the delay of the host; `lasting`: also for later, since the slot of an idle host is made anew."""
    if lasting:
        settings = crawler.engine.downloader.per_slot_settings
        settings[_key(crawler, request)] = {**settings.get(_key(crawler, request), {}), "delay": seconds}
    if slot := _slot(crawler, request):
        slot.delay = seconds


def pause(crawler: Crawler, request: Request, seconds: float) -> None:
    """Asks nothing of the host for so long."""
    if slot := _slot(crawler, request):
        slot.lastseen = max(slot.lastseen, monotonic() + seconds)
        slot.delay = slot.delay or _LEAST


def paused(crawler: Crawler, request: Request) -> bool:
    """Returns whether `pause` holds for the host still."""
    slot = _slot(crawler, request)
    return slot is not None and slot.lastseen > monotonic()


def _key(crawler: Crawler, request: Request) -> str:
    return crawler.engine.downloader.get_slot_key(request)


def _slot(crawler: Crawler, request: Request) -> Slot | None:
    return crawler.engine.downloader.slots.get(_key(crawler, request))


# -- robots.txt


def expect_robots(middleware: RobotsTxtMiddleware, request: Request) -> None:
    """Has requests to the host of `request` wait until `give_robots` was called for it."""
    middleware._parsers[urlparse_cached(request).netloc] = Deferred()


async def give_robots(middleware: RobotsTxtMiddleware, request: Request, body: bytes) -> None:
    """Has `middleware` take `body` for the robots.txt of the request's host, without asking for it."""
    url = urlparse_cached(request)
    middleware._parsers.setdefault(url.netloc, Deferred())
    robots = Response(f"{url.scheme}://{url.netloc}/robots.txt", body=body)
    await middleware._parse_robots(robots, url.netloc, request)


def asked_robots(middleware: RobotsTxtMiddleware, request: Request) -> bool:
    """Returns whether the robots.txt of the request's host has come, or is on its way."""
    return urlparse_cached(request).netloc in middleware._parsers


def robots_of(middleware: RobotsTxtMiddleware, request: Request) -> RobotParser | None:
    """Returns the rules of the request's host; None before they have come, and where there are none."""
    found = middleware._parsers.get(urlparse_cached(request).netloc)
    return None if isinstance(found, Deferred) else found


# -- HTTP


class _Parser(_LenientHTTPClientParser):
    """Scrapy's, with names of headers as `token` makes them."""

    token: Callable[[bytes], bytes]
    MAX_LENGTH = 2**18  # bytes of a line; Twisted's 16 KiB are fewer than some policies and cookies have

    def headerReceived(self, name: bytes, value: bytes) -> None:
        super().headerReceived(type(self).token(name), value)  # type: ignore[no-untyped-call]


def read_headers(handler: HTTP11DownloadHandler, token: Callable[[bytes], bytes]) -> None:
    """Has `handler` pass each name of a header of an answer through `token` before Twisted judges it."""
    handler._pool._factory = factory(token)


def factory(token: Callable[[bytes], bytes]) -> type[_LenientHTTP11ClientFactory]:
    """Returns Scrapy's factory of connections, whose answers have names of headers as `token` makes them."""
    parser = type("Parser", (_Parser,), {"token": staticmethod(token)})

    class Protocol(_LenientHTTP11ClientProtocol):
        def request(self, request: TxRequest) -> Deferred[IResponse]:
            response = super().request(request)
            self._parser.__class__ = parser
            return response

    class Factory(_LenientHTTP11ClientFactory):
        def buildProtocol(self, addr: IAddress | None) -> Protocol:
            return Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]

    return Factory


# -- TLS


def judge_certificates(handler: HTTP11DownloadHandler, policy: IPolicyForHTTPS) -> None:
    """Has `handler` make its connections of https as `policy` says."""
    handler._contextFactory = policy


class TlsOptions(OpenSSLCertificateOptions):
    """Twisted's, trusting what the platform does; `prepare` may change each context that they make."""

    def __init__(self, **options: Any) -> None:
        super().__init__(trustRoot=platformTrust(), fixBrokenPeers=True, **options)  # type: ignore[no-untyped-call]

    def prepare(self, context: SSL.Context) -> None:
        """Does nothing."""

    def _makeContext(self, skipCiphers: bool = False) -> SSL.Context:
        context = super()._makeContext(skipCiphers)
        self.prepare(context)
        return context


class TlsConnections(ClientTLSOptions):
    """Twisted's maker of connections to `host`; `verify` is asked for each certificate and each fault of it.

    An exception in `verify` would vanish in OpenSSL.
    """

    def __init__(self, options: TlsOptions, host: str) -> None:
        super().__init__(options._makeTLSConnection, host)

    @property
    def name(self) -> str:
        """The host in ASCII (IDNA)."""
        return self._hostnameASCII

    @property
    def is_dns_name(self) -> bool:
        """Whether the host is named, not numbered."""
        return self._hostnameIsDnsName

    def verify(self, connection: SSL.Connection, certificate: Any, error: int, depth: int, ok: int) -> bool:
        """Returns whether the certificate passes."""
        return bool(ok)

    def clientConnectionForTLS(self, tlsProtocol: TLSMemoryBIOProtocol) -> SSL.Connection:
        connection = super().clientConnectionForTLS(tlsProtocol)
        connection.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, self.verify)
        return connection
