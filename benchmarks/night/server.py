"""Serves the portals of night/portals.py on loopback, each on an address of its own, in one process.

Usage: python benchmarks/night/server.py '{"portals": 70}'   (the fields of portals.Plan)
Prints a line of JSON, `{"port": N, "authority": FILE}`: the port on every address, the certificates' root.
Then it takes orders, a line of JSON each: `{"faults": bool}` begins or ends the planted faults,
`{"publish": 3}` has every portal publish so many articles, `{"retract": 3}` takes them back. Each is answered
with a line that tells, for every portal by its number, what it was asked since the order before: requests by
kind, and the seconds of waiting that were planted. Serves until standard input is closed.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import parse_qsl, unquote

sys.path.insert(0, str(Path(__file__).parents[2]))

from twisted.internet import reactor as _reactor
from twisted.internet import ssl, stdio
from twisted.protocols.basic import LineReceiver
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Site

from benchmarks.night import portals
from benchmarks.night.faults import PLANTED
from fixtures import portal as fixture
from fixtures.articles import ZONE
from tests.crawler import certificates

SLOW = (2.0, 4.0)  # seconds that a slow portal takes for an answer
_KINDS = (("/robots.txt", "robots"), ("sitemap", "sitemap"), ("/feed", "feed"), ("/rss", "feed"))
reactor: Any = _reactor


class Portal(Resource):
    """One portal: its articles, whether its fault is on, and what it was asked."""

    isLeaf = True

    def __init__(self, entry: portals.Entry, plan: portals.Plan) -> None:
        super().__init__()
        self.entry = entry
        self._made: Iterator[dict[str, Any]] = portals.tables(plan, entry)
        self.site = portals.site(entry, list(islice(self._made, plan.articles)))
        self.faulty = False
        self.requests: Counter[str] = Counter()
        self.held, self.serial = 0.0, 0
        self._luck = random.Random(entry.number)

    @property
    def fault(self) -> str:
        """The fault that is on; a trap has always been there."""
        return self.entry.fault if self.faulty or self.entry.fault == "trap" else ""

    def render(self, request: Any) -> Any:
        """Answers at once, late, or never."""
        uri = request.uri.decode("latin-1")
        path, _, query = uri.partition("?")
        self.requests[self._kind(path, request.method)] += 1
        self.serial += 1
        if self.fault in ("silent", "stalling"):
            return self._hang(request)
        answer = self.answer(request, unquote(path), query)
        if self.fault != "slow":
            return _send(request, answer)
        wait = self._luck.uniform(*SLOW)
        self.held += wait
        late = reactor.callLater(wait, lambda: (request.write(_send(request, answer)), request.finish()))
        request.notifyFinish().addErrback(lambda _: late.active() and late.cancel())
        return NOT_DONE_YET

    def answer(self, request: Any, path: str, query: str) -> fixture.Response:
        """What the portal says, its fault included."""
        asked = fixture.Request(
            request.method.decode(),
            path,
            dict(parse_qsl(query, keep_blank_values=True)),
            {name.decode(): values[-1].decode() for name, values in request.args.items()},
            {},
            f"{self.entry.scheme}://{request.getRequestHostname().decode()}:{request.getHost().port}",
            datetime.now(ZONE),
            self.serial,
        )
        plant = PLANTED.get(self.fault)
        planted = plant(self.site, asked) if plant and path != "/robots.txt" else None
        return planted or portals.respond(self.site, asked)

    def _hang(self, request: Any) -> Any:
        begun = monotonic()
        if self.fault == "stalling":
            request.setHeader(b"content-length", b"50000")
            request.write(b"<html>")

        def left(_: Any) -> None:
            self.held += monotonic() - begun

        request.notifyFinish().addBoth(left)
        return NOT_DONE_YET

    def _kind(self, path: str, method: bytes) -> str:
        if self.site.find(unquote(path)):
            return "article"
        return next((kind for part, kind in _KINDS if part in path), "home" if path == "/" else "listing")

    def publish(self, count: int) -> None:
        """Publishes `count` articles of today."""
        for table in islice(self._made, count):
            self.site.add(table)

    def told(self) -> dict[str, Any]:
        """What it was asked since it was asked this."""
        told = {"requests": dict(self.requests), "held": round(self.held, 2)}
        self.requests, self.held = Counter(), 0.0
        return told


def _send(request: Any, answer: fixture.Response) -> bytes:
    request.setResponseCode(answer.status)
    request.setHeader(b"content-type", answer.content_type.encode())
    for name, value in answer.headers.items():
        request.setHeader(name.encode(), value.encode())
    body = answer.body if isinstance(answer.body, bytes) else answer.body.encode()
    if request.method != b"HEAD" and request.channel and answer.status != 304:
        request.setHeader(b"content-length", str(len(body)).encode())
    return body


class Served:
    """All portals, listening."""

    def __init__(self, plan: portals.Plan, folder: Path) -> None:
        self.portals = [Portal(entry, plan) for entry in portals.entries(plan)]
        self.authority, self._folder, self.port = certificates.authority(folder), folder, plan.port
        self._listening: dict[int, Any] = {}
        for shown in self.portals:
            self._listen(shown)

    def _listen(self, shown: Portal, days: int = 90) -> None:
        address, site = shown.entry.address, Site(shown, timeout=75)
        if shown.entry.scheme == "http":
            listening = reactor.listenTCP(self.port, site, interface=address)
        else:
            certificates.context(self._folder, days=days, address=address)
            pem = str(next(self._folder.glob(f"leaf-*-{days}-{address}.pem")))  # key and certificate
            listening = reactor.listenSSL(
                self.port, site, ssl.DefaultOpenSSLContextFactory(pem, pem), interface=address
            )
        self._listening[shown.entry.number] = listening
        self.port = self.port or listening.getHost().port

    def order(self, faults: bool | None = None, publish: int = 0) -> None:
        """Does what an order says."""
        for shown in self.portals:
            shown.publish(publish if shown.entry.fault != "closed" else 0)
            if faults is None or faults == shown.faulty:
                continue
            shown.faulty = faults
            if shown.entry.fault in ("refused", "expired"):
                gone = self._listening.pop(shown.entry.number, None)
                if gone:
                    gone.stopListening()
                if shown.entry.fault == "expired" or not faults:
                    reactor.callLater(0.1, partial(self._listen, shown, -1 if faults else 90))


class Orders(LineReceiver):
    """Standard input, a line an order."""

    delimiter = b"\n"

    def __init__(self, served: Served) -> None:
        self._served = served

    def connectionMade(self) -> None:
        self._tell({"port": self._served.port, "authority": str(self._served.authority)})

    def lineReceived(self, line: bytes) -> None:
        self._served.order(**json.loads(line))
        told = {shown.entry.number: shown.told() for shown in self._served.portals}
        reactor.callLater(0.3, self._tell, told)

    def connectionLost(self, reason: Any = None) -> None:
        reactor.stop()

    def _tell(self, what: Any) -> None:
        self.sendLine(json.dumps(what).encode())


def main() -> None:
    """Serves until standard input ends."""
    plan = portals.Plan(**json.loads(sys.argv[1]))
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # a socket a portal, and their connections
    with tempfile.TemporaryDirectory() as folder:
        stdio.StandardIO(Orders(Served(plan, Path(folder))))
        reactor.run()


if __name__ == "__main__":
    main()
