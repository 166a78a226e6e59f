"""Private parts of Scrapy and Twisted are as crawler.fetch.internals uses them; an upgrade is named here."""

from __future__ import annotations

import ast
import asyncio
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from OpenSSL import SSL
from scrapy import Request
from scrapy.core.downloader import Downloader
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.core.engine import ExecutionEngine
from scrapy.core.engine import _Slot as EngineSlot
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.utils.test import get_crawler
from twisted.internet.defer import Deferred
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.testing import StringTransport
from twisted.protocols.tls import TLSMemoryBIOProtocol
from twisted.web._newclient import Request as TxRequest
from twisted.web.http_headers import Headers

import crawler
from crawler.fetch import internals

ROOT = Path(crawler.__file__).parent
FOREIGN = ("scrapy", "twisted")


@contextmanager
def relied_on(what: str) -> Iterator[None]:
    """Says what an upgrade has changed where the block fails."""
    try:
        yield
    except Exception as error:
        pytest.fail(
            f"Scrapy {version('scrapy')} or Twisted {version('twisted')} has changed {what}: "
            f"{type(error).__name__}: {error}. Adapt crawler/fetch/internals.py."
        )


def downloading(delay: float | None = None) -> tuple[Any, Downloader]:
    """A crawler that does not run, with a downloader that has no handlers and starts nothing."""
    downloader = object.__new__(Downloader)
    vars(downloader).update(
        slots={}, ip_concurrency=0, domain_concurrency=1, _delay=1.0, _jitter=0.0,
        per_slot_settings={} if delay is None else {"a.vn": {"delay": delay}},
        signals=SimpleNamespace(send_catch_log=lambda **_: None), crawler=SimpleNamespace(spider=None),
        _start_slot_gc=lambda: None, _process_queue=lambda slot: None,
    )  # fmt: skip
    settings = SimpleNamespace(getfloat=lambda name: {"DOWNLOAD_DELAY": 1.0}[name])
    return SimpleNamespace(engine=SimpleNamespace(downloader=downloader), settings=settings), downloader


async def enqueued(downloader: Downloader, request: Request) -> asyncio.Task[Any]:
    """The task of a request that waits for its turn in the downloader."""
    task = asyncio.ensure_future(downloader._enqueue_request(request))
    await asyncio.sleep(0)
    return task


def test_what_waits_in_the_downloader_can_be_dropped() -> None:
    async def work() -> None:
        crawling, downloader = downloading()
        requests = [Request(f"http://{host}.vn/") for host in ("a", "b")]
        tasks = [await enqueued(downloader, request) for request in requests]
        assert [len(slot.queue) for slot in downloader.slots.values()] == [1, 1]
        internals.drop_waiting(crawling, lambda one: KeyError("x") if "//a.vn" in one.url else None)
        assert [len(slot.queue) for slot in downloader.slots.values()] == [0, 1]
        with pytest.raises(KeyError):
            await tasks[0]
        tasks[1].cancel()

    with relied_on("the queues of the downloader (Downloader.slots, Slot.queue)"):
        asyncio.run(work())


def test_a_host_can_be_slowed_down_and_paused() -> None:
    request = Request("http://a.vn/")
    with relied_on("the slots of the downloader (get_slot_key, per_slot_settings, delay, lastseen)"):
        crawling, downloader = downloading(delay=2.0)
        assert internals.delay_of(crawling, request) is None
        assert internals.usual_delay(crawling, request) == 2.0
        assert internals.usual_delay(crawling, Request("http://b.vn/")) == 1.0
        slot = downloader._get_slot(request)[1]
        internals.set_delay(crawling, request, 5.0)
        assert (internals.delay_of(crawling, request), slot.download_delay()) == (5.0, 5.0)
        internals.set_delay(crawling, request, 7.0, lasting=True)
        downloader.slots.clear()
        assert downloader._get_slot(request)[1].delay == 7.0
        assert not internals.paused(crawling, request)
        internals.set_delay(crawling, request, 0.0)
        internals.pause(crawling, request, 60.0)
        assert internals.paused(crawling, request)
        slot = downloader._get_slot(request)[1]
        assert slot.delay > 0
        assert "delay - now + slot.lastseen" in inspect.getsource(Downloader._process_queue)


def test_a_crawl_that_ends_is_seen_to_end() -> None:
    with relied_on("the slot of the engine (ExecutionEngine._slot, closing)"):
        assert "self._slot: _Slot | None = None" in inspect.getsource(ExecutionEngine.__init__)
        engine: Any = SimpleNamespace(_slot=None)
        assert not internals.closing(engine)
        nothing: Any = SimpleNamespace(schedule=lambda: None, cancel=lambda: None)

        async def work() -> None:
            engine._slot = EngineSlot(True, nothing, nothing)
            engine._slot.add_request(Request("http://a.vn/"))
            assert not internals.closing(engine)
            task = asyncio.ensure_future(engine._slot.close())
            await asyncio.sleep(0)
            assert internals.closing(engine)
            task.cancel()

        asyncio.run(work())


def test_a_kept_robots_txt_is_obeyed_without_a_request() -> None:
    async def work() -> None:
        middleware = RobotsTxtMiddleware(get_crawler(settings_dict={"ROBOTSTXT_OBEY": True}))
        request = Request("http://a.vn/tin")
        assert not internals.asked_robots(middleware, request)
        assert internals.robots_of(middleware, request) is None
        await internals.give_robots(middleware, request, b"User-agent: *\nDisallow: /kin\n")
        assert internals.asked_robots(middleware, request)
        rules = await middleware.robot_parser(request)
        assert rules is internals.robots_of(middleware, request) is not None
        assert (rules.allowed("http://a.vn/kin", "x"), rules.allowed(request.url, "x")) == (False, True)
        middleware._parsers["b.vn"] = Deferred()
        assert internals.robots_of(middleware, Request("http://b.vn/")) is None

    with relied_on("the middleware of robots.txt (_parsers, _parse_robots)"):
        asyncio.run(work())


def test_names_of_headers_pass_through_the_project_before_twisted_judges_them() -> None:
    with relied_on("the classes that read HTTP/1.1 (_LenientHTTP11Client…, _parser, headerReceived)"):
        factory: Any = internals.factory(lambda name: name.replace(b"\xff", b"_"))(lambda _: None, "a.vn")
        protocol = factory.buildProtocol(None)
        protocol.makeConnection(StringTransport())
        came: list[Any] = []
        asking = TxRequest(b"GET", b"/", Headers({b"Host": [b"a.vn"]}), None)
        protocol.request(asking).addCallback(came.append)
        protocol.dataReceived(b"HTTP/1.1 200 OK\r\nX\xffY: 1\r\nno colon\r\nContent-Length: 0\r\n\r\n")
        assert [one.headers.getRawHeaders(b"X_Y") for one in came] == [[b"1"]]


def test_the_handler_has_a_factory_and_a_policy_to_be_replaced() -> None:
    with relied_on("HTTP11DownloadHandler (_pool._factory, _contextFactory)"):
        made = inspect.getsource(HTTP11DownloadHandler.__init__)
        assert "self._pool._factory = " in made
        assert "self._contextFactory: IPolicyForHTTPS = " in made
        used = inspect.getsource(HTTP11DownloadHandler)
        assert "contextFactory=self._contextFactory" in used
        assert "pool=self._pool" in used


@pytest.mark.parametrize(("host", "named"), [("xã.vn", True), ("10.0.0.1", False)])
def test_tls_asks_for_every_certificate(host: str, named: bool) -> None:
    prepared: list[SSL.Context] = []

    class Options(internals.TlsOptions):
        def prepare(self, context: SSL.Context) -> None:
            prepared.append(context)

    with relied_on("twisted.internet._sslverify (_makeContext, _makeTLSConnection, _hostnameASCII)"):
        connections = internals.TlsConnections(Options(), host)
        assert (connections.name, connections.is_dns_name) == (host.encode("idna").decode(), named)
        under: Any = SimpleNamespace(wrappedFactory=Factory())
        connection = connections.clientConnectionForTLS(TLSMemoryBIOProtocol(under, Protocol(), False))
        assert connection.get_context() in prepared
        assert connection.get_verify_mode() == SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT


def _private(tree: ast.AST) -> Iterator[str]:
    """Names with an underscore that a module imports from Scrapy or Twisted, and their modules."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in FOREIGN:
            path = (node.module or "").split(".")
            yield from (name for name in [*path, *(one.name for one in node.names)] if name.startswith("_"))


def test_no_other_module_imports_private_parts_or_reaches_into_the_downloader() -> None:
    for path in sorted(ROOT.rglob("*.py")):
        if path.name == "internals.py":
            continue
        text = path.read_text(encoding="utf-8")
        assert list(_private(ast.parse(text))) == [], path
        for name in (".downloader.slots", ".per_slot_settings", "_contextFactory", "._parsers", "._slot"):
            assert name not in text, f"{name} in {path}"
