"""Spider middleware: what a walk asks for is stored before it goes out, and leaves when it ended.

So a crawl that was killed goes on where it was: its next run makes the requests again that the walk had found
and not finished (storage.articles.frontier), after it has read what was fetched and not kept
(crawler.run.resume).
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, signals

from crawler.discover.urls import canonical
from crawler.fetch.outcomes import listing_read, of_status, request_failed
from crawler.fetch.responses import asked
from crawler.fetch.robots import ROBOTS_MOST, kept_robots
from crawler.run.resume import take_in
from crawler.verdict.tally import PASSING, STOPPED
from pipelines.context import context_of, end_for
from pipelines.items import RawPage
from storage.articles import frontier
from storage.articles.frontier import Entry, key_of
from storage.database import Database
from storage.errors import StorageError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.spiders.portal import PortalSpider
    from crawler.spiders.walk import Walk

ROBOTS_AGE = timedelta(hours=24)  # so long may robots.txt be relied on (RFC 9309, 2.4)
SEED_AGE = timedelta(hours=20)  # a walk of many nights looks at the first pages again on each of them
_WAITING = ("budget", "archive")  # reasons of requests that had no fair try, beside STOPPED and PASSING
_KEY = "frontier"  # in the meta of a request: the key of its entry
_SEED = "seed"
_FORM = {"form_of_entry": 1}  # in all that is stored; what another version of us has stored is not read
_LINK = ("url", "title", "date", "category", "from_feed", "modified", "printed")

logger = logging.getLogger(__name__)


class FrontierMiddleware:
    """Keeps the frontier of each portal of the spider; a run with a limit is a look, and has none."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._run = context_of(crawler)
        self._db: Database | None = None  # None: a run without a walk, or one that the archive has failed
        self._limited = False
        self._met: dict[str, set[str]] = {}  # portal: keys of requests made or finished by its walk
        self._begun: set[str] = set()  # portals whose walk was begun or taken up
        self._unfinished: set[str] = set()  # of them, those whose walk was cut short by a budget
        self._listed: list[dict[str, Any]] = []  # what the page at hand told of its listing
        for receiver, signal in (
            (self._open, signals.spider_opened),
            (self._close, signals.spider_closed),
            (self._failed, request_failed),
            (self._told, listing_read),
        ):
            crawler.signals.connect(receiver, signal=signal)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_spider_output(
        self, response: Response, result: AsyncIterator[Any]
    ) -> AsyncIterator[Any]:
        """Notes what the page of `response` led to, in the place of its own request."""
        request = response.request
        self._listed = []
        found: list[Any] = []
        fault: Exception | None = None
        try:
            async for one in result:
                found.append(one)  # noqa: PERF401  # kept also where the next one fails
        except Exception as error:  # told below, when what was found is safe
            fault = error
        if request is not None and _KEY in request.meta:
            note = self._article if request.meta["role"] == "article" else self._listing
            found = note(request, response, found)
        for one in found:
            yield one
        if fault is not None:
            raise fault

    def _article(self, request: Request, response: Response, found: list[Any]) -> list[Any]:
        """Removes the entry with the batch that keeps the page (pipelines.persist), which knows its URL."""
        portal = request.meta["portal"]
        onward = [one for one in found if isinstance(one, Request) and self._first(portal, one)]
        found = [one for one in found if not isinstance(one, Request)]
        for item in found:
            lost = _passing(of_status(response.status)[1])  # a further page, which is tried again
            if isinstance(item, RawPage) and key_of(item.url) != request.meta[_KEY] and not lost:
                self._turn(portal, [request.meta[_KEY]], [Entry(key_of(item.url), _stored(request))])
        if not found and not _passing(of_status(response.status)[1]):
            entries = [Entry(one.meta[_KEY], _stored(one)) for one in onward]
            self._turn(portal, [request.meta[_KEY]], entries)
        return onward + found

    def _listing(self, request: Request, response: Response, found: list[Any]) -> list[Any]:
        portal = request.meta["portal"]
        found = [one for one in found if not isinstance(one, Request) or self._first(portal, one)]
        if response.status != 200 and _passing(of_status(response.status)[1]):
            return found
        done = {request.meta[_KEY]: {"url": asked(response), "listed": self._listed}}
        entries = [Entry(one.meta[_KEY], _stored(one)) for one in found if isinstance(one, Request)]
        return found if self._turn(portal, done, entries) else []

    def _first(self, portal: str, request: Request) -> bool:
        """Returns whether the walk makes `request` for the first time; it is given its key."""
        key = request.meta[_KEY] = _key(request)
        new = key not in self._met[portal]
        self._met[portal].add(key)
        return new

    def _turn(self, portal: str, done: Any, found: list[Entry]) -> bool:
        """Returns whether the archive has noted it; else the crawl ends, and the next run asks again."""
        if self._db is None:
            return False
        try:
            frontier.turn(self._db, portal, done, found)
        except StorageError as error:
            self._db = None
            end_for(self._crawler, error)
        return self._db is not None

    # -- begin and end of a run

    def _open(self, spider: PortalSpider) -> None:
        """Reads what an earlier run left in WARC files."""
        if not self._run.run_ids:  # no walk, or the archive could not begin a run
            return
        folder = Path(self._crawler.settings["HUYEN_WARC"])
        self._db, self._limited = self._run.archive(), spider.limit is not None
        self._run.robots_before = self._robots_before
        take_in(self._db, folder, spider, self._run.run_ids, self._crawler.signals)

    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """Yields what each walk begins with; one that was cut short goes on instead with what it had
        found.
        """
        walk: Walk | None = None
        seeds: list[Request] = []
        async for seed in start:
            if self._db is None or self._limited:  # a run without a frontier
                yield seed
                continue
            if walk is not None and walk is not seed.cb_kwargs["walk"]:
                for request in self._taken_up(self._db, walk, seeds):
                    yield request
                seeds = []
            walk = seed.cb_kwargs["walk"]
            seeds.append(seed)
        if self._db is not None and walk is not None:
            for request in self._taken_up(self._db, walk, seeds):
                yield request

    def _taken_up(self, db: Database, walk: Walk, seeds: list[Request]) -> list[Request]:
        """Returns the requests of the walk that an earlier run left, else `seeds`."""
        portal, now = walk.portal.url, datetime.now(UTC)
        self._met[portal] = set()
        held = frontier.load(db, portal)
        about = held.walk
        if about is None or not _readable(about) or (walk.full and not about["full"]):
            seeds = [seed for seed in seeds if self._first(portal, seed)]
            entries = [Entry(seed.meta[_KEY], _stored(seed) | {_SEED: True}) for seed in seeds]
            about = {"deep": walk.deep, "full": walk.full, "since": walk.since.isoformat()}
            frontier.begin(db, portal, about | {"seeded": now.isoformat()} | _FORM, entries)
            self._begun.add(portal)
            return seeds + self._again(walk, held.entries)
        self._begun.add(portal)
        walk.deep, walk.full = about["deep"], about["full"]
        walk.since = datetime.fromisoformat(about["since"])
        self._run.deep[portal] = walk.deep
        self._run.robots_kept = self._robots_kept
        for note in held.done:
            self._met[portal].add(note.key)
            walk.first(note.request["url"])
            for listed in note.request["listed"]:
                self._crawler.signals.send_catch_log(listing_read, portal=portal, notice=None, **listed)
        logger.info("%s: an unfinished walk is resumed with %d requests", portal, len(held.entries))
        requests = self._again(walk, held.entries)
        if now - datetime.fromisoformat(about["seeded"]) < SEED_AGE:
            return requests
        fresh = [seed for seed in seeds if _key(seed) not in {one.meta[_KEY] for one in requests}]
        for seed in fresh:
            self._met[portal].discard(_key(seed))
        return [seed for seed in fresh if self._first(portal, seed)] + requests

    def _again(self, walk: Walk, entries: list[Entry]) -> list[Request]:
        """Returns the requests of `entries`, in the order in which the scheduler would have made them.

        What a page led to comes first, from the last on, then what the walk began with, from the first on.
        """
        seeds = [one.request for one in entries if one.request.get(_SEED)]
        found = [one.request for one in reversed(entries) if not one.request.get(_SEED)]
        stored = sorted((one for one in found + seeds if _readable(one)), key=lambda one: -one["priority"])
        spider: Any = self._crawler.spider
        return [one for one in spider.resumed(walk, stored) if self._first(walk.portal.url, one)]

    def _robots_kept(self, url: str) -> bytes | None:
        """Returns the robots.txt at `url` as it came within ROBOTS_AGE; empty where there was none, None
        to ask.
        """
        return self._robots(url, 1, datetime.now(UTC) - ROBOTS_AGE)

    def _robots_before(self, url: str) -> bytes | None:
        """Returns the last robots.txt at `url` that was none of its failures; empty where there was none."""
        return self._robots(url, ROBOTS_MOST)

    def _robots(self, url: str, most: int, since: datetime | None = None) -> bytes | None:
        if self._db is None:
            return None
        return kept_robots(self._db, Path(self._crawler.settings["HUYEN_WARC"]), url, most, since)

    def _failed(self, request: Request, reason: str) -> None:
        """Keeps a request without an answer for another try where that may help."""
        portal = request.meta.get("portal", "")
        if reason == "budget":
            self._unfinished.add(portal)
        if _KEY in request.meta and not _passing(reason):
            self._turn(portal, [request.meta[_KEY]], [])

    def _told(self, **told: Any) -> None:
        names = ("url", "links", "new", "own", "place", "feed")
        self._listed.append({name: told[name] for name in names})

    def _close(self, spider: PortalSpider, reason: str) -> None:
        """Ends the walks that came to their end."""
        if self._db is None:
            return
        try:
            for portal in self._begun - self._unfinished if reason == "finished" else ():
                if left := frontier.end(self._db, portal):
                    logger.info("%s: %d requests failed; the next run tries them again", portal, left)
        except StorageError as error:
            logger.error("The end of the walk could not be stored: %s", error)


def _passing(reason: str) -> bool:
    return reason.startswith(PASSING) or reason in (STOPPED, *_WAITING)


def _readable(stored: Mapping[str, Any]) -> bool:
    return stored.items() >= _FORM.items()


def _key(request: Request) -> str:
    link = None if "chain" in request.cb_kwargs else request.cb_kwargs.get("link")
    return key_of(link.url if link else canonical(request.url), request.body.decode("ascii", "replace"))


def _stored(request: Request) -> dict[str, Any]:
    """Returns `request` as JSON, for PortalSpider.resumed."""
    kind = getattr(request.callback, "__name__", "").removeprefix("parse_")
    stored: dict[str, Any] = {"kind": kind, "url": request.url, "priority": request.priority, **_FORM}
    if link := request.cb_kwargs.get("link"):
        told = {name: value for name in _LINK if (value := getattr(link, name))}
        if "chain" in request.cb_kwargs:
            args = {name: request.cb_kwargs[name] for name in ("article", "chain", "otherwise")}
            return stored | {"link": told, "args": args}
        return stored | {"url": link.url, "link": told}
    args = {name: value for name, value in request.cb_kwargs.items() if name != "walk" and value}
    form = {"form": request.body.decode("ascii", "replace")} if request.body else {}
    return stored | {"args": args} | form
