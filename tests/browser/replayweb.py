"""ReplayWeb.page, as npm has it, in a headless Chromium: served on loopback, where it reads a package."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, quote

from tests.browser.chromium import Tab, browsing

FOLDER = Path(__file__).parents[2] / ".venv-wacz" / "package"
_SECONDS = 60.0  # until a page shows what is waited for
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
# All text that a person sees, also within the shadow trees and frames of which the viewer consists.
_TEXT = """(() => {
  const out = [];
  const walk = node => {
    if (node.nodeType === 3) out.push(node.textContent);
    const frame = node.nodeName === 'IFRAME' && node.contentDocument;  // it may be between two pages
    if (frame && frame.documentElement) walk(frame.documentElement);
    if (['STYLE', 'SCRIPT', 'IFRAME'].includes(node.nodeName)) return;
    for (const child of node.shadowRoot ? node.shadowRoot.childNodes : []) walk(child);
    for (const child of node.childNodes) walk(child);
  };
  if (document.documentElement) walk(document.documentElement);
  return out.join(' ').replace(/\\s+/g, ' ');
})()"""


@contextmanager
def served(package: Path) -> Iterator[str]:
    """The address of a site that has the viewer and `package`, while the block runs."""
    files = {f"/replay/{name}": FOLDER / name for name in ("ui.js", "sw.js")} | {"/x.wacz": package}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            if path in ("/", "/replay/"):
                data = _page(path, query)
            elif path in files:
                data = files[path].read_bytes()
            else:
                return self.answer(404, b"", "text/plain")
            kind = "text/javascript" if path.endswith(".js") else "text/html" if path.endswith("/") else "x/x"
            asked = _RANGE.fullmatch(self.headers.get("Range", ""))
            if asked is None:
                return self.answer(200, data, kind)
            size, (first, last) = len(data), asked.groups()
            start = int(first) if first else max(0, size - int(last))  # a suffix may be longer
            end = min(int(last), size - 1) if first and last else size - 1
            self.answer(206, data[start : end + 1], kind, f"bytes {start}-{end}/{size}")

        def answer(self, status: int, data: bytes, kind: str, part: str = "") -> None:
            self.send_response(status)
            named = {"Content-Type": kind, "Content-Length": str(len(data)), "Accept-Ranges": "bytes"}
            for name, value in (named | ({"Content-Range": part} if part else {})).items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(data)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def _page(path: str, query: str) -> bytes:
    if path == "/replay/":
        body = '<script src="ui.js"></script><replay-app-main></replay-app-main>'
    else:
        said = " ".join(f'{name}="{value}"' for name, value in _attributes(query))
        body = '<script src="/replay/ui.js"></script><replay-web-page source="/x.wacz" replayBase="/replay/" '
        body += f'embed="full" style="height: 900px" {said}></replay-web-page>'
    return f"<!DOCTYPE html><html><head><meta charset=utf-8></head><body>{body}</body></html>".encode()


def _attributes(query: str) -> list[tuple[str, str]]:
    return [(name, value.replace('"', "&quot;")) for name, value in parse_qsl(query)]


def shown(package: Path, enough: Callable[[str], bool], script: str = _TEXT, **asked: str) -> str:
    """What ReplayWeb.page shows of `package` as soon as it is `enough`: its text, or what a `script` says.

    `asked` are attributes of its element: url and ts of a page, or view and query. At the end of its patience
    it returns what is there.
    """
    with served(package) as site, browsing() as tab:
        tab.look(1200, 900)
        tab.open(site + "?" + "&".join(f"{name}={quote(value)}" for name, value in asked.items()))
        return seen(tab, enough, script)


def seen(tab: Tab, enough: Callable[[str], bool], script: str = _TEXT) -> str:
    """What a viewer in `tab` shows as soon as it is `enough`: its text, or what a `script` says.

    At the end of its patience it returns what is there.
    """
    until = time.monotonic() + _SECONDS
    while not enough(text := str(tab.run(script))) and time.monotonic() < until:
        time.sleep(0.2)
    return text
