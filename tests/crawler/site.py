"""A small site on loopback whose answers a test writes itself, and a crawl of it in a process of its own."""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@dataclass
class Answer:
    """What the site says to one path."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes = b""  # instead of all the rest: the bytes to send


@dataclass
class Site:
    """A running site: `url` without a slash at the end, `asked` its requests as (path, headers), in order."""

    url: str
    asked: list[tuple[str, dict[str, str]]]

    @property
    def host(self) -> str:
        return self.url.partition("://")[2]

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@contextmanager
def serve(
    answer: Callable[[str, dict[str, str]], Answer], tls: ssl.SSLContext | None = None
) -> Iterator[Site]:
    """The site that answers path and request headers with `answer`; https where `tls` is given.

    What a form posts stands among the headers as "Form".
    """
    asked: list[tuple[str, dict[str, str]]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 17  # one write an answer: small writes wait for each other's acknowledgement

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            form = self.rfile.read(length).decode("utf-8", "replace")
            asked.append((self.path, dict(self.headers)))
            said = answer(self.path, {**self.headers, "Form": form} if form else dict(self.headers))
            if said.raw:
                self.wfile.write(said.raw)
                self.close_connection = True
                return
            self.send_response(said.status)
            for name, value in {"Content-Length": str(len(said.body)), **said.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said.body)

        do_POST = do_GET

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield Site(f"http{'s' if tls else ''}://127.0.0.1:{server.server_address[1]}", asked)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def crawl(
    urls: list[str], hosts: list[str], data: Path, again: bool = False, max_file: int = 0, **settings: Any
) -> dict[str, Any]:
    """Crawls `urls` in order with the project's settings; `settings` override them.

    Answers what tests/crawler/crawl.py prints: responses, failures, captures, stats, finish reason, log.
    `again` asks for every page a second time, with what the first answer taught. No file can grow beyond
    `max_file` bytes, as on a disk that is full.
    """
    order = {"urls": urls, "hosts": hosts, "again": again, "max_file": max_file, "settings": settings}
    done = subprocess.run(
        [sys.executable, "-m", "tests.crawler.crawl"],
        input=json.dumps(order),
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
            "HUYEN_DATA": str(data),
            "PYTHONDONTWRITEBYTECODE": "1",  # under max_file Python would leave a torn one for others
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return {**json.loads(done.stdout), "log": done.stderr}
