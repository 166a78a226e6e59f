"""The network of `huyen districts check`: many servers side by side, each asked one thing at a time.

Portals that share an address are one server: they wait for each other, and the longest of their delays passes
between an answer and the next request. 127.0.0.1 and ::1 stand for many servers: there each port is one.
"""

from __future__ import annotations

import asyncio
import resource
import socket
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from ipaddress import ip_address
from time import monotonic
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy import Request, Spider
from twisted.python.failure import Failure

from crawler.check.look import Look, Subject
from crawler.check.walk import Answer, Known, Walk
from crawler.errors import Unfetched
from crawler.fetch.byhand import prepared
from crawler.fetch.hosts import NO_DELAY, hosts_of, is_internal, settings_of
from crawler.fetch.outcomes import of_failure
from crawler.fetch.responses import headers
from crawler.fetch.retries import retry_after
from crawler.fetch.robots import MAX_DELAY
from pipelines.context import context_of
from pipelines.items import capture_written
from storage.filing.addresses import host_key
from storage.records import CaptureRecord

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.registry.entries import Portal

PARALLEL = 300  # servers asked at a time; each has a socket, and most of the time they rest
NAMES = 16  # names looked up at a time; each holds a thread while its server is silent
SECONDS = 20  # for one answer; a portal that takes longer is told so, and nothing is concluded from it
SILENT = 3  # portals of one address that did not answer: the others are not waited for
DNS_SECONDS = 20.0
_KEPT = (
    "crawler.fetch.cookies.",
    "crawler.fetch.safety.",
    "crawler.fetch.archiving.",
    "crawler.fetch.politeness.IntroductionMiddleware",
)
_SETTINGS: dict[str, Any] = {
    "ITEM_PIPELINES": {},
    "DOWNLOAD_TIMEOUT": SECONDS,
    "DOWNLOAD_MAXSIZE": 8 * 2**20,  # bytes of a home page
    "RETRY_ENABLED": False,  # a look has few requests, and says itself which is worth a second try
    "REDIRECT_ENABLED": False,  # where a portal leads is what the look is for
    "ROBOTSTXT_OBEY": False,  # crawler.check.walk obeys it, and counts
    "DOWNLOAD_DELAY": NO_DELAY,  # _Server paces
    "CLOSESPIDER_TIMEOUT": 0,
    "LOG_ENABLED": False,
    "LOG_INSTALL_ROOT_HANDLER": False,
}


@dataclass(frozen=True, slots=True)
class Target:
    """A portal to look at, and how it is to be treated. `code` is its district's, which the registry may not
    have yet (`registered`).
    """

    subject: Subject
    settings: Portal
    code: str = ""
    registered: bool = True


@dataclass(slots=True)
class Finished:
    """Looks that are ready, the captures that belong to them, and what makes their bytes last."""

    looks: list[tuple[Subject, Look]]
    captures: list[CaptureRecord]
    sync: Callable[[], None]


Sink = Callable[[Finished], None]


@dataclass(slots=True)
class _Names:
    """Addresses of hosts, each looked up once."""

    pool: ThreadPoolExecutor
    known: dict[str, asyncio.Task[str]] = field(default_factory=dict)

    async def address(self, host: str) -> str:
        """Returns the address of `host`. Raises Unfetched: no_such_name, or unresolved just now."""
        if host not in self.known:
            self.known[host] = asyncio.ensure_future(self._look_up(host))
        return await asyncio.shield(self.known[host])

    async def _look_up(self, host: str) -> str:
        try:
            return str(ip_address(host))
        except ValueError:
            pass
        if host.rpartition(".")[2] == "invalid":  # RFC 6761, 6.4: there never is one
            raise Unfetched(host, "no_such_name")
        ask = partial(socket.getaddrinfo, host, None, type=socket.SOCK_STREAM)
        try:
            loop = asyncio.get_running_loop()
            found = await asyncio.wait_for(loop.run_in_executor(self.pool, ask), DNS_SECONDS)
        except socket.gaierror as error:
            none = error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
            raise Unfetched(host, "no_such_name" if none else "unresolved", str(error)) from error
        except (TimeoutError, UnicodeError) as error:
            raise Unfetched(host, "unresolved", str(error)) from error
        addresses = sorted({str(one[4][0]) for one in found}, key=lambda one: (":" in one, one))
        return addresses[0]


@dataclass(slots=True)
class _Server:
    """One server: one request at a time, and a rest of `delay` seconds after each answer."""

    delay: float = 0.0
    ready: float = 0.0  # on the monotonic clock
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @asynccontextmanager
    async def alone(self, delay: float) -> AsyncIterator[None]:
        """Holds the server for one request; `delay` is what the asking portal wants at least."""
        async with self.turn:
            self.delay = max(self.delay, delay)
            await asyncio.sleep(max(0.0, self.ready - monotonic()))
            try:
                yield
            finally:
                self.ready = max(self.ready, monotonic() + self.delay)


def server_of(address: str, port: int | None) -> str:
    """Returns what is one server: an address; on the loopback addresses of this machine, address and port."""
    return f"{address}:{port}" if address in ("127.0.0.1", "::1") else address


class Checks(Spider):
    """Looks at `targets` and hands what is ready to `sink`."""

    name = "check"
    description = "a look at district portals"
    targets: Sequence[Target]
    sink: Sink
    tell: Callable[[int, int], None]
    known_hosts: frozenset[str]
    finished = False
    error: BaseException | None = None
    portals: Sequence[Portal]
    allowed_hosts: set[str]
    captures: list[CaptureRecord]
    _registered: set[str]
    _names: _Names
    _robots: Known
    _servers: defaultdict[str, _Server]
    _done: int

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.portals = [target.settings for target in spider.targets]
        spider.allowed_hosts = set(spider.known_hosts) | hosts_of(spider.portals)
        spider._registered = {host_key(f"//{name}") for name in spider.allowed_hosts}
        spider.captures = []
        crawler.signals.connect(spider._captured, signal=capture_written)
        return spider

    def _captured(self, record: CaptureRecord) -> None:
        self.captures.append(record)

    async def start(self) -> AsyncIterator[Any]:
        pool = ThreadPoolExecutor(NAMES, "names")
        try:
            await self._look_at_all(_Names(pool))
            self.finished = True
        except Exception as error:  # Scrapy would log it and end well
            self.error = error
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        nothing: Any
        for nothing in ():
            yield nothing

    async def _look_at_all(self, names: _Names) -> None:
        groups: defaultdict[str, list[Target]] = defaultdict(list)
        places = await asyncio.gather(*(self._server(names, target) for target in self.targets))
        for place, target in zip(places, self.targets, strict=True):
            groups[place].append(target)
        self._names, self._robots, self._done = names, {}, 0
        self._servers = defaultdict(_Server)
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        turns = asyncio.Semaphore(PARALLEL if files < 0 else max(1, min(PARALLEL, files // 3)))
        queues = sorted(groups.items(), key=lambda one: -len(one[1]))  # the longest first
        await asyncio.gather(*(self._queue(server, group, turns) for server, group in queues))

    async def _server(self, names: _Names, target: Target) -> str:
        """Returns the server of a portal; its host where it has no address, or a proxy looks that up."""
        parts = urlsplit(target.subject.portal)
        host = parts.hostname or ""
        if target.settings.proxy:
            return host
        try:
            return server_of(await names.address(host), parts.port)
        except Unfetched:
            return f"no address: {host}"

    async def _queue(self, server: str, group: Sequence[Target], turns: asyncio.Semaphore) -> None:
        """Looks at the portals of one server, one after the other."""
        delay = max(target.settings.delay for target in group)
        silent: Counter[int | None] = Counter()  # by port
        async with turns:
            for target in group:
                port = urlsplit(target.subject.portal).port
                if silent[port] >= SILENT:
                    now = datetime.now(UTC).replace(microsecond=0)
                    self._hand_in(target.subject, Look(target.subject.portal, now, failure="silent_server"))
                    continue
                ask = partial(self._ask, target.settings, delay, {})
                walk = Walk(target.subject.portal, ask, self._may_ask)
                try:
                    look = await walk.look(self._robots)
                except Exception as error:  # what nobody foresaw costs one look, not the others
                    now = datetime.now(UTC).replace(microsecond=0)
                    said = f"{type(error).__name__}: {str(error)[:80]}"
                    look = Look(target.subject.portal, now, failure=said, requests=walk.requests)
                if look.answered:
                    silent[port] = -len(group)  # the server is there
                silent[port] += look.failure == "timeout"
                self._hand_in(target.subject, look)

    def _hand_in(self, subject: Subject, look: Look) -> None:
        captures, self.captures[:] = list(self.captures), []
        writer = context_of(self.crawler).writer
        self.sink(Finished([(subject, look)], captures, writer.sync if writer else lambda: None))
        self._done += 1
        self.tell(self._done, len(self.targets))

    def _may_ask(self, url: str) -> bool:
        """Returns whether a page may lead a look to `url`: to public hosts, and to those of the registry."""
        host = urlsplit(url).hostname or ""
        if host_key(url) in self._registered:
            return True
        return bool(host) and urlsplit(url).scheme in ("http", "https") and not is_internal(host)

    async def _ask(self, portal: Portal, delay: float, cookies: dict[str, Any], url: str) -> Answer:
        """Returns what came for `url`; `cookies` are those of one look. Raises Unfetched."""
        assert self.crawler.engine is not None
        parts = urlsplit(url)
        address = ""
        if portal.proxy:
            server = parts.hostname or ""
        else:
            address = await self._names.address(parts.hostname or "")
            server = server_of(address, parts.port)
        self.allowed_hosts.add(host_key(url))
        meta = {"portal": portal.url, "download_slot": server, "cookies": dict(cookies)}
        request, place = Request(url, meta=meta), self._servers[server]
        async with place.alone(delay):
            try:
                response = await self.crawler.engine.download_async(request)
            except Exception as error:
                reason = of_failure(Failure(error))[1]  # type: ignore[no-untyped-call]
                raise Unfetched(url, reason, str(error)) from error
        asked = response.request or request
        cookies.update(asked.meta.get("cookies", {}))
        # 429: the server as a whole is asked too much; 503 ends the look at this portal alone.
        if response.status == 429 and (seconds := retry_after(response, datetime.now(UTC))):
            place.ready = monotonic() + min(seconds, MAX_DELAY)
        ref = asked.meta.get("capture")
        return Answer(
            url=response.url,
            status=response.status,
            headers=headers(response),
            body=response.body,
            fetched_at=asked.meta["fetched_at"],
            place=(ref.file, ref.offset) if ref else None,
            address=str(response.ip_address or address),
            certificate=_certificate(response),
            slow=partial(_slow, place),
        )


def _slow(server: _Server, crawl_delay: float) -> None:
    """Slows down to a Crawl-delay."""
    server.delay = max(server.delay, min(crawl_delay, MAX_DELAY))
    server.ready = max(server.ready, monotonic() + server.delay)


def _certificate(response: Response) -> str:
    """Returns until when the certificate of a response is valid; empty for plain http."""
    if response.certificate is None:
        return ""
    ends = response.certificate.original.get_notAfter()
    day = ends.decode("ascii")[:8] if ends else ""
    return f"valid until {day[:4]}-{day[4:6]}-{day[6:]}" if day else ""


def run(
    targets: Sequence[Target],
    sink: Sink,
    known_hosts: Collection[str] = (),
    tell: Callable[[int, int], None] = lambda done, all_: None,
    **settings: Any,
) -> None:
    """Looks at all `targets`; `sink` gets each look when it is ready, `tell` how many are.

    `known_hosts`: hosts of the registry, where pages may lead whatever their address. Once a process. What
    `sink` raises is raised here. Raises KeyboardInterrupt where a signal ended it.
    """
    portals = [target.settings for target in targets]
    tls = settings_of(portals)["TLS_BY_HOST"]
    process, crawler = prepared(Checks, _KEPT, {}, _SETTINGS | {"TLS_BY_HOST": tls} | settings)
    process.crawl(crawler, targets=targets, sink=sink, tell=tell, known_hosts=frozenset(known_hosts))
    process.start()
    spider = crawler.spider
    if isinstance(spider, Checks) and spider.error:
        raise spider.error
    if not isinstance(spider, Checks) or not spider.finished:
        raise KeyboardInterrupt
