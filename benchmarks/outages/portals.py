"""Small portals on loopback, a port each, whose answers a fault may replace for a night."""

from __future__ import annotations

import gzip
import random
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from benchmarks import texts

FIRST, NIGHTLY, PER_PAGE = 10, 1, 6  # articles on the first night, new ones each night, on a listing page
EDITED = 2  # this article is edited before the second night
_DAY = date(2024, 3, 1)


@dataclass(slots=True)
class Answer:
    """What a portal says to one request; `raw`: the bytes of the whole answer instead."""

    body: bytes = b""
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    headers: Sequence[tuple[str, str]] = ()
    raw: bytes | None = None
    length: int | None = None  # that the header claims, where it is not that of the body
    wait: float = 0.0  # seconds
    cut: bool = False  # the connection is reset instead of an answer


Fault = Callable[["Portal", str, Answer], "Answer | None"]  # None: the answer as it is


@dataclass
class Portal:
    """A portal on `port`. `number` decides its texts, and whether it has a feed or a sitemap."""

    number: int
    fault: Fault | None = None
    night: int = 1
    sick: bool = False
    port: int = 0
    asked: list[str] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def known(self) -> list[int]:
        """The articles of tonight, newest first."""
        return [*range(FIRST + NIGHTLY * (self.night - 1))][::-1]

    def answer(self, target: str) -> Answer:
        """What it says to path and query `target`, with its fault where it is sick."""
        self.asked.append(target)
        healthy = self.page(target)
        if self.sick and self.fault is not None:
            return self.fault(self, target, healthy) or healthy
        return healthy

    def page(self, target: str) -> Answer:
        """What it says while nothing is wrong."""
        parts = urlsplit(target)
        known = self.known()
        if parts.path == "/robots.txt":
            more = f"Sitemap: {self.base}/sitemap.xml\n" if self.number % 3 == 1 else ""
            return Answer(f"User-agent: *\nDisallow: /quan-tri\n{more}".encode(), kind="text/plain")
        if parts.path == "/":
            return Answer(self.shell("<h2>Tin mới</h2>" + self.rows(known[:4])))
        if parts.path == "/tin-tuc":
            return self.listing(int(parse_qs(parts.query).get("trang", ["1"])[0]))
        if parts.path == "/feed.xml" and self.number % 3 == 2:
            return Answer(self.feed(known), kind="application/rss+xml; charset=utf-8")
        if parts.path == "/sitemap.xml" and self.number % 3 == 1:
            places = "".join(f"<url><loc>{self.base}{self.path(n)}</loc></url>" for n in known)
            head = '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
            return Answer(f"{head}{places}</urlset>".encode(), kind="application/xml")
        number = next((n for n in known if parts.path == self.path(n)), None)
        if number is None:
            return Answer(self.shell("<h1>Không tìm thấy trang</h1>"), 404)
        return Answer(self.article(number))

    def listing(self, page: int) -> Answer:
        known = self.known()
        shown = known[(page - 1) * PER_PAGE : page * PER_PAGE]
        if not shown:
            return Answer(self.shell("<h1>Không tìm thấy trang</h1>"), 404)
        pages = range(1, -(-len(known) // PER_PAGE) + 1)
        pager = "".join(f"<a href='/tin-tuc?trang={n}'>{n}</a> " for n in pages)
        return Answer(self.shell(f"<h1>Tin tức</h1>{self.rows(shown)}<div class='phan-trang'>{pager}</div>"))

    def rows(self, numbers: Sequence[int]) -> str:
        """Links to articles, as a list."""
        return "<ul class='tin'>{}</ul>".format(
            "".join(
                f"<li><a href='{self.path(n)}'>{self.title(n)}</a> <span>{self.day(n):%d/%m/%Y}</span></li>"
                for n in numbers
            )
        )

    def shell(self, inner: str, head: str = "Trang chủ") -> bytes:
        """A page of the portal around `inner`."""
        feed = "<link rel='alternate' type='application/rss+xml' href='/feed.xml'>" * (self.number % 3 == 2)
        return (
            f"<!DOCTYPE html><html lang='vi'><head><meta charset='utf-8'><title>{head} - Huyện Số "
            f"{self.number}</title>{feed}</head><body><ul class='menu'><li><a href='/'>Trang chủ</a></li>"
            f"<li><a href='/tin-tuc'>Tin tức</a></li></ul><div class='giua'>{inner}</div><div class='chan'>"
            f"Ủy ban nhân dân huyện Số {self.number}, điện thoại 0200.38{self.number:02}</div></body></html>"
        ).encode()

    def article(self, number: int, told: str | None = None, title: str | None = None) -> bytes:
        """The page of an article; `told` in the place of its text."""
        title = title or self.title(number)
        edited = " Bài đã được bổ sung." if number == EDITED and self.night > 1 else ""
        told = told or "".join(f"<p>{paragraph}{edited}</p>" for paragraph in self.paragraphs(number))
        date_line = f"<p class='ngay'>Ngày đăng: {self.day(number):%d/%m/%Y} 08:{number:02}</p>"
        return self.shell(f"<h1>{title}</h1>{date_line}<div class='noi-dung'>{told}</div>", title)

    def path(self, number: int) -> str:
        return f"/tin-tuc/ban-tin-{self.number}-{number}-{7000 + number}.html"

    def title(self, number: int) -> str:
        words = self._rng(number, "title").choice(_sentences()).split()[:10]
        return f"{' '.join(words)} kỳ {number + 1}"

    def day(self, number: int) -> date:
        return _DAY + timedelta(days=3 * number + self.number)

    def paragraphs(self, number: int) -> list[str]:
        rng = self._rng(number, "text")
        return [" ".join(rng.sample(_sentences(), 3)) for _ in range(4)]

    def feed(self, known: Sequence[int]) -> bytes:
        items = "".join(
            f"<item><title>{self.title(n)}</title><link>{self.base}{self.path(n)}</link></item>"
            for n in known[:8]
        )
        return f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'.encode()

    def _rng(self, number: int, what: str) -> random.Random:
        return random.Random(f"{self.number} {number} {what}")


@cache
def _sentences() -> list[str]:
    return [one for one in texts.sentences() if not set(one) & set("<>&")]


def packed(answer: Answer) -> Answer:
    """The same answer, compressed."""
    return Answer(gzip.compress(answer.body), headers=[("Content-Encoding", "gzip")])


class _Server(ThreadingHTTPServer):
    daemon_threads, request_queue_size, block_on_close = True, 64, False

    def handle_error(self, *_: Any) -> None:
        """Faulty answers end connections; that is what they are for."""


@contextmanager
def serving(portals: Sequence[Portal]) -> Iterator[None]:
    """Serves `portals`, each on a free port, while the context lasts."""
    servers = [_served(portal) for portal in portals]
    try:
        yield
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


def _served(portal: Portal) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16

        def do_GET(self) -> None:
            answer = portal.answer(self.path)
            if answer.wait:
                threading.Event().wait(answer.wait)
            if answer.cut:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                self.close_connection = True
                self.connection.close()
                return
            length = len(answer.body) if answer.length is None else answer.length
            head = [("Content-Type", answer.kind)] if answer.kind else []
            head += [*answer.headers, ("Content-Length", str(length))]
            text = "".join(f"{name}: {value}\r\n" for name, value in head)
            sent = f"HTTP/1.1 {answer.status} OK\r\n{text}\r\n".encode() + answer.body
            with suppress(OSError):
                self.wfile.write(sent if answer.raw is None else answer.raw)
                self.wfile.flush()
            if answer.raw is not None or answer.length is not None:
                self.close_connection = True

        def log_message(self, *_: Any) -> None:
            pass

    server = _Server(("127.0.0.1", 0), Handler)
    portal.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True).start()
    return server
