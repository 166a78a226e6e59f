"""The spider of files: asks hosts for what articles link to, one request at a time each, after the news.

It goes by host, not by district: districts that share a store share its pace. Each host is locked as portals
are, so no crawl asks it at the same time.
"""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy import Request, Spider, signals
from scrapy.exceptions import DontCloseSpider
from scrapy.utils.asyncio import create_looping_call

from crawler.discover.urls import as_printed, canonical
from crawler.fetch.filehosts import delay_at, kinds_of, largest, may_ask
from crawler.fetch.files import Answer, judged
from crawler.fetch.hosts import NO_DELAY, settings_of
from crawler.fetch.internals import set_delay
from crawler.fetch.outcomes import of_failure
from crawler.fetch.responses import headers
from crawler.fetch.robots import kept_robots
from crawler.locks import hold
from pipelines.context import context_of, end_for
from pipelines.items import capture_written
from storage.articles.keep import keep_captures
from storage.errors import RawKeepingError, StorageError, Taken
from storage.filing import queries, requisites
from storage.filing.addresses import host_key
from storage.filing.keep import keep_look
from storage.filing.records import DueFile, FileLook
from storage.filing.words import FILES, Kind, Status
from storage.vocabulary import Outcome

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

    from crawler.registry.entries import Portal
    from crawler.registry.load import Registry
    from storage.records import CaptureRecord

WAIT_SECONDS = 600.0  # for a host that another process asks; a single district's files take minutes
_LONGEST_REST = 30.0  # seconds that the end of a process waits, whatever the registry says
_LOOK_SECONDS = 2.0
_SIDE_BY_SIDE = 4  # hosts: a body of 64 MB takes 280 MB until it is kept
_GIVEN_UP = "_given_up"
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Queue:
    """What is to be asked of one host, in order, and the portals that link there."""

    host: str
    portals: list[Portal]
    files: deque[DueFile] = field(default_factory=deque)


class FileSpider(Spider):
    """Fetches files. Arguments, as texts with commas: `hosts` (to ask), `districts` (whose files; empty: of
    all), `kinds` (of files; empty: what is kept of each portal); `usual`: what is kept where a portal's entry
    does not say; `limit` (files a host); `full` (1: also what is not due).
    """

    name = FILES
    description = "files that articles of district portals link to"
    registry: ClassVar[Registry]

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Leaves out what belongs to the walk of a portal."""
        super().update_settings(settings)
        portals = [portal for district in cls.registry.districts for portal in district.portals]
        bound = max((largest(portal, kind) for portal in portals for kind in Kind), default=0)
        mine: dict[str, Any] = {
            "EXTENSIONS_BASE": {
                name: place
                for name, place in settings.getdict("EXTENSIONS_BASE").items()
                if not name.startswith("crawler.run.") or name.endswith("Watchdog")
            },
            "SPIDER_MIDDLEWARES_BASE": {"scrapy.spidermiddlewares.start.StartSpiderMiddleware": 25},
            "ITEM_PIPELINES": {},
            "CONCURRENT_REQUESTS": _SIDE_BY_SIDE,
            "DOWNLOAD_MAXSIZE": bound,
            "DEFAULT_REQUEST_HEADERS": {"Accept": "*/*", "Accept-Language": "vi"},
            **settings_of(portals),
        }
        for name, value in mine.items():
            settings.set(name, value, priority="spider")

    def __init__(
        self,
        hosts: str = "",
        districts: str = "",
        kinds: str = "",
        usual: str = "attachments",
        limit: str = "",
        full: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.hosts = _words(hosts)
        self.districts = frozenset(_words(districts))
        self.kinds = frozenset(Kind(name) for name in _words(kinds))
        self.usual = tuple(name for name in _words(usual) if name != "none")
        self.limit = int(limit) if limit else None
        self.full = full == "1"
        every = [(district.id, portal) for district in self.registry.districts for portal in district.portals]
        self.every = [portal for _, portal in every]
        self.portals = [
            portal.model_copy(
                update={"requests_a_night": None, "megabytes_a_night": portal.files_mb_a_night or None}
            )
            for id_, portal in every
            if not self.districts or id_ in self.districts
        ]
        self.allowed_hosts: set[str] = set()  # those that are locked for us
        self._rest = 0.0  # seconds to the next request of whoever has a host after us
        self._paced: set[str] = set()  # hosts whose delay is set; robots.txt and slow answers change it
        self.begun = datetime.now(UTC)
        self.looks: Counter[str] = Counter()
        self._drawn: Counter[str] = Counter()  # bytes of requisites in a month, by portal
        self._captures: list[CaptureRecord] = []
        self._waiting: list[str] = []
        self._since = monotonic()
        self._ready: list[Request] = []
        self._broken = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> FileSpider:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider._captured, signal=capture_written)
        crawler.signals.connect(spider._idle, signal=signals.spider_idle)
        crawler.signals.connect(spider._closed, signal=signals.spider_closed)
        crawler.signals.connect(spider._announced, signal=signals.headers_received)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        run, folder = context_of(self.crawler), Path(self.crawler.settings["HUYEN_WARC"])
        run.robots_before = partial(kept_robots, run.archive(), folder)
        self._loop = create_looping_call(self._look)
        self._loop.start(_LOOK_SECONDS, now=False)
        for host in self.hosts:
            for request in self._begin(host):
                yield request

    # -- hosts

    def _begin(self, host: str) -> Iterator[Request]:
        """Locks `host` and yields its first request; where another process asks it, it waits."""
        if not self._lock(host):
            self._waiting.append(host)
            return
        queue = Queue(host, [])
        try:
            linking = queries.portals_at(context_of(self.crawler).archive(), host)
            queue.portals = [one for one in self.portals if one.url in linking and may_ask(one, host)]
            for portal in queue.portals:
                queue.files.extend(self._due(host, portal))
        except StorageError as error:
            self._end(error)
            return
        log.info("%s: %d files are due", host, len(queue.files))
        yield from self._next(queue)

    def _due(self, host: str, portal: Portal) -> list[DueFile]:
        kinds = kinds_of(portal, self.usual) if not self.kinds else self.kinds
        most = portal.files_a_night if self.limit is None else min(self.limit, portal.files_a_night)
        today = self.begun.date()
        ended = portal.status == "frozen" or (portal.until is not None and portal.until < today)
        order = {"oldest_first": ended, "every": self.full}
        archive = context_of(self.crawler).archive()
        if Kind.REQUISITE in kinds:
            held = requisites.month_bytes(archive, portal.url, self.begun)
            self._drawn[portal.url] = max(held, self._drawn[portal.url])
        return queries.due(archive, host, portal.url, kinds, self.begun, most, **order) if kinds else []

    def _lock(self, host: str) -> bool:
        """Returns whether `host` is ours: no other process asks it, for files or for a portal on it."""
        if host in self.allowed_hosts:
            return True
        named = [portal.url for portal in self.every if host_key(portal.url) == host]
        settings = self.crawler.settings
        try:
            hold(settings["HUYEN_DATA"], settings["HUYEN_DATABASE_URL"], [f"http://{host}", *named], 60.0)
        except Taken as taken:
            log.info("%s: %s", host, taken)
            return False
        except (OSError, StorageError) as error:
            log.warning("%s cannot be locked: %s", host, error)
            return False
        self.allowed_hosts.add(host)
        return True

    def _look(self) -> None:
        """Tries again to lock the hosts that wait."""
        waiting, self._waiting = self._waiting, []
        if monotonic() - self._since > WAIT_SECONDS:
            for host in waiting:
                log.warning("%s: another process asks it; its files wait for the next night", host)
            return
        for host in waiting:
            for request in self._begin(host):
                if self.crawler.engine:
                    self.crawler.engine.crawl(request)

    def _idle(self) -> None:
        if self._waiting and not self._broken:
            raise DontCloseSpider

    # -- files

    def _next(self, queue: Queue) -> Iterator[Request]:
        """Yields the next request of a host: one at a time, whatever its spelling."""
        while queue.files and not self._broken:
            file = queue.files.popleft()
            portal = next((one for one in self.portals if one.url == file.portal), None)
            if portal is None or self._spent(portal, file.kind):
                continue
            yield self._request(file, portal, queue)
            return

    def _spent(self, portal: Portal, kind: Kind) -> bool:
        if kind is Kind.REQUISITE and self._drawn[portal.url] >= requisites.MOST_BYTES:
            return True
        bound = portal.megabytes_a_night
        return bound is None or context_of(self.crawler).received[portal.url] >= bound * 1e6

    def _request(self, file: DueFile, portal: Portal, queue: Queue, url: str = "") -> Request:
        request = Request(
            as_printed(url or file.url),
            callback=self.parse,
            errback=self.failed,
            dont_filter=True,
            meta={
                "role": "file",
                "portal": portal.url,
                "verbatim_url": True,  # Scrapy's own quoting would change it
                "download_maxsize": largest(portal, file.kind),
                "known": file.known,
                "twin": self._twin,
                "notes": partial(_notes, file),
            },
            cb_kwargs={"file": file, "queue": queue},
        )
        if file.etag:
            request.headers["If-None-Match"] = file.etag
        if file.last_modified:
            request.headers["If-Modified-Since"] = file.last_modified
        host = host_key(request.url)
        if host not in self._paced:
            asking = queue.portals if host == queue.host else [portal]
            seconds = delay_at(host, self.every, asking) or NO_DELAY
            set_delay(self.crawler, request, seconds, lasting=True)
            self._rest = max(self._rest, seconds)
            self._paced.add(host)
        return request

    def _twin(self, digest: str) -> Any:
        try:
            return queries.twin(context_of(self.crawler).archive(), digest)
        except StorageError:  # then the bytes are kept twice
            return None

    def parse(self, response: Response, file: DueFile, queue: Queue) -> Iterator[Request]:
        """Keeps what a response says of its file, then asks for the next one."""
        ref, at = response.meta["capture"], response.meta["fetched_at"]
        if ref.revisit and (first := self._twin(ref.digest)):
            ref = first.capture  # where the bytes stand
        url = canonical(response.url)
        answer = Answer(url, response.status, headers(response), response.body, at, ref)
        look = judged(response.meta["page"], answer)[0]
        if file.kind is Kind.REQUISITE:
            self._drawn[file.portal] += len(response.body)
        self._keep(look or FileLook(file.id, answer.at, Status.FAILED, "redirects"))
        yield from self._next(queue)

    def failed(self, failure: Failure) -> Iterator[Request]:
        """Keeps why a file did not come, then asks for the next one."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        file, queue = request.cb_kwargs["file"], request.cb_kwargs["queue"]
        outcome, reason = of_failure(failure)
        now = datetime.now(UTC)
        if reason == "off_site":
            yield from self._led_on(file, queue, request)
            return
        if reason.endswith(_GIVEN_UP):  # the host does not answer: what is left was not looked at
            log.warning("%s does not answer: %d files wait", queue.host, len(queue.files) + 1)
            queue.files.clear()
            self._keep(None)
            return
        if outcome is Outcome.BLOCKED and reason == "robots":
            self._keep(FileLook(file.id, now, Status.BLOCKED, reason))
        elif reason == "too_large":
            size = request.meta.get("announced")
            self._keep(FileLook(file.id, now, Status.TOO_LARGE, reason, size))
        elif outcome is Outcome.FAILED:
            self._keep(FileLook(file.id, now, Status.FAILED, reason))
        else:  # the crawl ends, or the night's budget is spent: not looked at
            self._keep(None)
        yield from self._next(queue)

    def _led_on(self, file: DueFile, queue: Queue, request: Request) -> Iterator[Request]:
        """Follows a redirect to another host where the registry lets the portal's files stand there."""
        portal = next(one for one in self.portals if one.url == file.portal)
        host = host_key(request.url)
        if may_ask(portal, host) and host not in self.allowed_hosts:
            if self._lock(host):
                yield self._request(file, portal, queue, request.url)
                return
            self._keep(None)  # another process asks that host: not looked at
        else:
            self._keep(FileLook(file.id, datetime.now(UTC), Status.OFF_SITE, host, final=True))
        yield from self._next(queue)

    def _announced(self, body_length: int, request: Request) -> None:
        """Notes the size that a server announces: of a file that is too large nothing else is known."""
        if "role" in request.meta:
            request.meta["announced"] = body_length if 0 < body_length < 2**50 else None

    # -- the archive

    def _captured(self, record: CaptureRecord) -> None:
        self._captures.append(record)

    def _keep(self, look: FileLook | None) -> None:
        """Keeps what came since, the look at a file with it, in one transaction."""
        captures, self._captures = self._captures, []
        if self._broken or not (captures or look):
            return
        run = context_of(self.crawler)

        def work(connection: Any) -> str | None:
            keep_captures(connection, captures, {})
            return keep_look(connection, look) if look else None

        try:
            run.sync_raw()  # first: no row may point at bytes that a power cut would lose
            self.looks[run.archive().transaction(work) or "captures"] += 1
        except (RawKeepingError, StorageError) as error:
            self._end(error)

    def _end(self, error: Exception) -> None:
        self._broken = True
        end_for(self.crawler, error, "; what was fetched is in the WARC files, the next night reads it")

    def _closed(self) -> None:
        if self._loop.running:
            self._loop.stop()
        self._keep(None)
        if self.looks:
            sleep(min(self._rest, _LONGEST_REST))  # the hosts are locked for us until this process ends
        log.info("files: %s", dict(self.looks))


def _notes(file: DueFile, response: Response) -> dict[str, str]:
    """Returns what is kept beside a response, so that a replay judges it the same."""
    return {
        "file": file.id,
        "kind": file.kind.value,
        "sure": "1" if file.sure else "0",
        "asked": file.url,
        "district": file.district_id,
        "portal": file.portal,
    }


def _words(text: str) -> list[str]:
    return [word for word in text.split(",") if word]
