"""One look at one portal: robots.txt, the home page, and where it leads, with MAX_REQUESTS at most.

www and the scheme aside a site is one, as everywhere in the registry: the robots.txt that was read first
holds for all of it. Another site is asked for its own before its page is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit, urlunsplit

from crawler.check.look import MAX_REQUESTS, Hop, Look, Robots
from crawler.discover.notices import sends_on
from crawler.discover.urls import same_site
from crawler.errors import Unfetched
from crawler.fetch.responses import REDIRECTS
from crawler.fetch.robots import RobotsParser, is_page

AGENT = "huyen"  # as robots.txt names it
_UNSENT = ("no_such_name", "unresolved", "private_address")  # nothing has left for the server
_PASSING = ("connection",)  # what a second try may mend; one that waited in vain is not asked to wait again


@dataclass(frozen=True, slots=True)
class Answer:
    """What came for one request: see crawler.check.look.Hop; `slow` takes a Crawl-delay in seconds."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    fetched_at: datetime
    place: tuple[str, int] | None = None
    address: str = ""
    certificate: str = ""
    slow: Callable[[float], None] = lambda seconds: None

    def hop(self) -> Hop:
        return Hop(self.url, self.status, self.headers, self.body, self.fetched_at, self.place)


Ask = Callable[[str], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Rules:
    """The robots.txt of one scheme and host. `led` is the scheme and host of the same site that it was found
    under; `failed` the answer of a server that could not give it: then nothing may be asked."""

    parser: RobotsParser | None = None
    led: str = ""
    failed: Answer | None = None

    def allows(self, url: str) -> bool:
        return self.parser is None or bool(self.parser.allowed(url, AGENT))

    @property
    def word(self) -> Robots:
        return "failed" if self.failed else "allowed" if self.parser else "none"


Known = dict[str, "asyncio.Task[Rules]"]


@dataclass(slots=True)
class Walk:
    """Looks at `portal` by way of `ask`, which raises Unfetched; `may_ask` says where a page may lead."""

    portal: str
    ask: Ask
    may_ask: Callable[[str], bool]
    requests: int = 0
    hops: list[Hop] = field(default_factory=list)
    address: str = ""
    certificate: str = ""
    robots: Robots = "unasked"

    async def look(self, known: Known) -> Look:
        """Returns what was seen. `known` has the robots.txt of all servers, for all looks of one check."""
        started = datetime.now(UTC).replace(microsecond=0)
        home = self.portal if urlsplit(self.portal).path else f"{self.portal}/"
        failure, failed = await self._way(home, known)
        if failure.startswith("tls_") and not self.hops:
            self.certificate = f"refused: {failure.removeprefix('tls_')}"
            plain = _plain(home)
            if plain and self.requests + 2 <= MAX_REQUESTS:
                second = await self._way(plain, known)
                if second[0].startswith("tls_"):  # plain http leads back to https
                    self.hops.clear()
                elif self.hops:
                    failure, failed = second
        return Look(
            portal=self.portal,
            looked_at=started,
            hops=tuple(self.hops),
            failure=failure,
            failed_url=failed,
            robots=self.robots,
            address=self.address,
            certificate=self.certificate,
            requests=self.requests,
        )

    async def _way(self, url: str, known: Known) -> tuple[str, str]:
        """Follows the way from `url`; returns why it ended early and at which address, or two empty texts."""
        try:
            return await self._walk(url, known)
        except Unfetched as error:
            return error.reason, error.url

    async def _walk(self, url: str, known: Known) -> tuple[str, str]:
        rules = await self._rules(url, known, patient=True)
        self.robots = rules.word
        if rules.failed:
            self.hops.append(rules.failed.hop())
            return f"http_{rules.failed.status}_robots", url
        if rules.led:
            url = _under(rules.led, url)
        while True:
            if not rules.allows(url):
                self.robots = "forbidden" if not self.hops else self.robots
                return "robots", url
            answer = await self._get(url)
            self.hops.append(answer.hop())
            target = _leads(answer)
            if not target or (_same(target, url) and answer.status not in REDIRECTS):
                return "", ""
            before = sum(_same(target, hop.url) for hop in self.hops)
            if before > 1 or (before and "set-cookie" not in answer.headers):  # a cookie may open the way
                return "redirects", target
            if not same_site(target, url):
                if not self.may_ask(target):
                    return "off_site", target
                if self.requests + (1 if _authority(target) in known else 2) > MAX_REQUESTS:
                    return "budget", target
                rules = await self._rules(target, known)
                if rules.failed:
                    return f"http_{rules.failed.status}_robots", target
            elif self.requests >= MAX_REQUESTS:
                return "budget", target
            url = target

    async def _get(self, url: str) -> Answer:
        """Returns the answer to one request, which is counted."""
        if self.requests >= MAX_REQUESTS:
            raise Unfetched(url, "budget")
        self.requests += 1
        try:
            answer = await self.ask(url)
        except Unfetched as error:
            self.requests -= error.reason in _UNSENT
            raise
        self.address = self.address or answer.address
        self.certificate = self.certificate or answer.certificate
        return answer

    async def _rules(self, url: str, known: Known, *, patient: bool = False) -> Rules:
        """Returns the rules of the host of `url`, asked once for all looks. Raises Unfetched."""
        authority = _authority(url)
        if authority not in known:
            known[authority] = asyncio.ensure_future(self._ask_rules(authority, patient))
        try:
            return await asyncio.shield(known[authority])
        except Unfetched as error:
            known.pop(authority, None)  # another portal of the host tries for itself
            raise Unfetched(url, error.reason, error.detail) from error

    async def _ask_rules(self, authority: str, patient: bool) -> Rules:
        try:
            answer = await self._get(f"{authority}/robots.txt")
        except Unfetched as error:
            if not patient or error.reason not in _PASSING:
                raise
            answer = await self._get(f"{authority}/robots.txt")
        led = ""
        target = _leads(answer) if answer.status in REDIRECTS else None
        if target and urlsplit(target).path == "/robots.txt" and same_site(target, authority):
            led = _authority(target)
            answer = await self._get(target)
        if answer.status >= 500 or answer.status == 429:  # RFC 9309, 2.3.1.4: then nothing may be asked
            return Rules(None, led, answer)
        if answer.status != 200 or is_page(answer.body):
            return Rules(None, led)
        parser = RobotsParser(answer.body, None)
        delay = parser.crawl_delay(AGENT)
        if delay is not None and delay > 0:
            answer.slow(delay)
        return Rules(parser, led)


def _leads(answer: Answer) -> str | None:
    """Returns the address that an answer sends its reader to, by a redirect or by its page."""
    location = answer.headers.get("location", "")
    target: str | None
    try:
        if answer.status in REDIRECTS and location:
            target = urljoin(answer.url, location.strip())
        else:
            target = sends_on(answer.body, answer.headers, answer.url) if answer.status == 200 else None
        return target if target and urlsplit(target).port != 0 else None
    except ValueError:  # no address: "http://[", a port of six digits
        return None


def _same(a: str, b: str) -> bool:
    return a.rstrip("/") == b.rstrip("/")


def _authority(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _under(authority: str, url: str) -> str:
    """Returns `url` under the scheme and host of `authority`."""
    parts = urlsplit(authority)
    return urlunsplit(urlsplit(url)._replace(scheme=parts.scheme, netloc=parts.netloc))


def _plain(url: str) -> str | None:
    """Returns a https address on the usual port by plain http; None for others."""
    parts = urlsplit(url)
    if parts.scheme != "https" or parts.port not in (None, 443):
        return None
    return urlunsplit(parts._replace(scheme="http", netloc=parts.hostname or ""))
