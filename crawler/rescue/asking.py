"""Asks archives on Scrapy's downloader: with a crawl's safety and end, at the pace that all processes share.

Requests go to exactly the hosts of the archives. No redirect is followed and nothing is retried below: what
an answer means depends on the archive. robots.txt is not asked for: these are the programs' interfaces of the
archives, which have limits of their own (crawler.rescue.pace).
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler.errors import ArchiveAway, Interrupted, TooLarge
from crawler.fetch.archiving import exchange_of
from crawler.fetch.internals import closing
from crawler.fetch.safety import RequestRefused
from crawler.rescue.pace import REPLAY, Pace
from crawler.verdict.tally import STOPPED
from storage.database import Database
from storage.filing.addresses import host_key
from storage.holdings import store
from storage.language.codes import word
from storage.language.messages import message
from storage.vocabulary import Verdict, local
from storage.warc.captures import Exchange

PAUSE = 60.0  # seconds after a 429, which comes without Retry-After; each further one in a row adds half
PATIENCE = 5  # answers of 429 in a row, after which the archive is left for another time
BAN = 3_600  # seconds after a refused connection: the Wayback Machine's firewall bans for an hour
TRIES = 4  # times that an answer is asked for where the archive says that it is busy
BANNED, REFUSED = "banned", "refused"
_SAID_429 = message("it said 429, too many requests")
_REFUSES = message("it refuses connections: it is down, or its firewall bans this address")
_BUSY = 5.0  # seconds before the second try, doubled for each further one
_WAIT = 300.0  # seconds; a pause that is longer ends the work on an archive
_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750,
    "crawler.fetch.safety.SafetyMiddleware": 760,
    "crawler.fetch.stopping.StoppingMiddleware": 920,
}
_SETTINGS: dict[str, Any] = {
    "ITEM_PIPELINES": {},
    "EXTENSIONS_BASE": {"scrapy.extensions.corestats.CoreStats": 0},
    "SPIDER_MIDDLEWARES_BASE": {"scrapy.spidermiddlewares.start.StartSpiderMiddleware": 25},
    "DOWNLOADER_MIDDLEWARES_BASE": _MIDDLEWARES,
    "CLOSESPIDER_TIMEOUT": 0,
    "DOWNLOAD_DELAY": 0,  # crawler.rescue.pace has it
    "LOG_ENABLED": False,
    "LOG_INSTALL_ROOT_HANDLER": False,
}

Job = Callable[["Asking"], Awaitable[None]]


class Asking(Spider):
    """Runs one job, which asks archives; `done` tells whether it came to its end."""

    name = "rescue"
    job: Job
    allowed_hosts: Iterable[str] = ()
    error: Exception | None = None
    done = False

    async def start(self) -> AsyncIterator[Any]:
        try:
            await self.job(self)
            self.done = True
        except Exception as error:  # Scrapy would log it and end well
            self.error = error
        nothing: Any
        for nothing in ():
            yield nothing

    def ending(self) -> bool:
        """Returns whether the process was told to end."""
        return closing(self.crawler.engine)


def run(job: Job, hosts: Iterable[str], **settings: Any) -> bool:
    """Runs `job`, which may ask `hosts`; returns whether it came to its end, and not to that of a signal.

    Once a process: Twisted's reactor does not start again. What the job raises is raised here.
    """
    used = Settings()
    used.setmodule("crawler.settings")
    used.update(_SETTINGS | settings, priority="cmdline")
    process = AsyncCrawlerProcess(used)
    crawler = process.create_crawler(Asking)
    process.crawl(crawler, job=job, allowed_hosts=[host_key(url) for url in hosts])
    process.start()
    spider = crawler.spider
    if isinstance(spider, Asking) and spider.error and not isinstance(spider.error, Interrupted):
        raise spider.error
    return isinstance(spider, Asking) and spider.done


@dataclass(slots=True)
class Client:
    """Asks one archive at `base`; `tell` hears of every wait that is longer than usual."""

    spider: Asking
    base: str
    db: Database
    pace: Pace
    tell: Callable[[str], None]
    asked: int = 0

    @property
    def host(self) -> str:
        """The archive's host, with its port."""
        return urlsplit(self.base).netloc

    async def require(self) -> None:
        """Waits for the end of a short pause that an earlier request brought.

        Raises ArchiveAway where the archive refused connections, or is to be left alone for longer.
        """
        now = datetime.now(UTC)
        held = store.paused(self.db, self.host, now)
        if held is None or held[0] <= now:
            return
        left = (held[0] - now).total_seconds()
        if left > _WAIT:
            raise ArchiveAway(
                _word(held[2]),
                message(
                    "{host} is asked again from {since} on: {why}",
                    host=self.host,
                    since=_clock(held[0]),
                    why=held[2],
                ),
            )
        self.tell(message("{host} asked for a rest; going on in {left:.0f} s", host=self.host, left=left))
        await self.pace.pause(left)

    async def get(
        self, kind: str, url: str, headers: Mapping[str, str] | None = None, most: int | None = None
    ) -> Exchange:
        """Returns the answer to `url`, of whatever status but 429, its body as it came: at most `most` bytes.

        Raises ArchiveAway (banned, refused, unreachable), Interrupted, and TooLarge for a capture.
        """
        refused = lost = 0
        await self.require()
        while True:
            try:
                answer = await self._once(kind, url, headers or {}, most)
            except Exception as error:
                names = _names(error)
                if isinstance(error, Interrupted) or getattr(error, "reason", "") == STOPPED:
                    raise Interrupted from error
                if isinstance(error, RequestRefused):
                    raise ArchiveAway(
                        Verdict.UNREACHABLE,
                        message("{host}: {reason}", host=self.host, reason=word("reason", error.reason)),
                    ) from error
                if names & {"DownloadConnectionRefusedError", "ConnectionRefusedError"}:
                    raise self.refused() from error
                if "DownloadCancelledError" in names and kind == REPLAY:
                    raise TooLarge from error
                if "DownloadCancelledError" in names:
                    raise ArchiveAway(
                        Verdict.UNREACHABLE, message("{host} sends more than was asked for", host=self.host)
                    ) from error
                lost += 1
                if lost >= TRIES or "CannotResolveHostError" in names:
                    raise ArchiveAway(
                        Verdict.UNREACHABLE,
                        message("{host} does not answer ({why})", host=self.host, why=_why(error)),
                    ) from error
                await self.pace.pause(_BUSY * 2 ** (lost - 1))
                continue
            if answer.status != 429:
                return answer
            refused += 1
            if refused > PATIENCE:
                raise self.banned(message("it says 429 again and again"))
            seconds = PAUSE * (1 + (refused - 1) / 2)
            until = datetime.now(UTC) + timedelta(seconds=seconds)
            store.pause(self.db, self.host, until, round(seconds), _SAID_429)
            self.tell(
                message(
                    "{host} says 429: nothing is asked for {seconds:.0f} s", host=self.host, seconds=seconds
                )
            )
            await self.pace.pause(seconds)

    async def steady(self, kind: str, url: str, headers: Mapping[str, str] | None = None) -> Exchange:
        """Returns the answer as `get` does, asking again where it is 500, 502 or 503."""
        for number in range(TRIES):
            answer = await self.get(kind, url, headers)
            if answer.status not in (500, 502, 503) or number == TRIES - 1:
                break
            await self.pace.pause(_BUSY * 2**number)
        return answer

    async def _once(
        self, kind: str, url: str, headers: Mapping[str, str], most: int | None = None
    ) -> Exchange:
        engine = self.spider.crawler.engine
        assert engine is not None
        sent = {"Accept-Encoding": "identity", "Accept": "*/*", **headers}
        meta = {} if most is None else {"download_maxsize": most}
        request = Request(url, headers=sent, meta=meta, dont_filter=True)
        async with self.pace.turn(kind) as turn:
            self.asked += 1
            response = await engine.download_async(request)
            turn.sent = time.time() - request.meta.get("download_latency", 0.0)
        return exchange_of(request, response, datetime.now(UTC).replace(microsecond=0))

    def refused(self) -> ArchiveAway:
        """Keeps that the archive refused the connection; after a 429 that is the ban of its firewall."""
        before = store.paused(self.db, self.host, datetime.now(UTC))
        after_429 = before is not None and _word(before[2]) == BANNED
        return self.banned(message("it refuses connections after it said 429") if after_429 else _REFUSES)

    def banned(self, why: str) -> ArchiveAway:
        """Keeps that the archive is to be left alone for an hour, twice as long at each further time.

        The verdict is `refused` where all that is known is that it refuses connections.
        """
        now = datetime.now(UTC)
        before = store.paused(self.db, self.host, now)
        seconds = 2 * before[1] if before and before[1] >= BAN else BAN
        until = now + timedelta(seconds=seconds)
        store.pause(self.db, self.host, until, seconds, why)
        return ArchiveAway(
            _word(why),
            message(
                "{host}: {why}; it is asked again from {until} on",
                host=self.host,
                why=why,
                until=_clock(until),
            ),
        )


def _word(why: str) -> str:
    """Returns the verdict that a reason for a long pause stands for."""
    return REFUSED if why == _REFUSES else BANNED


def _clock(moment: datetime) -> str:
    return f"{local(moment):%Y-%m-%d %H:%M}"


def _names(error: Exception) -> set[str]:
    inner = [reason.value for reason in getattr(error.__cause__, "reasons", ())]
    causes = [one for one in (error, error.__cause__, *inner) if one is not None]
    return {kind.__name__ for cause in causes for kind in type(cause).__mro__}


def _why(error: Exception) -> str:
    return str(error).split("\n")[0][:120] or type(error).__name__
