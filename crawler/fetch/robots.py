"""robots.txt (RFC 9309): how it is read, what holds while it fails, its Crawl-delay and its sitemaps."""

from __future__ import annotations

import logging
import re
from contextlib import suppress
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Self

from scrapy import Request, signals
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser
from scrapy.utils.httpobj import urlparse_cached
from twisted.python.failure import Failure

from crawler.discover.links import Link, link_to
from crawler.discover.loosexml import text_of
from crawler.fetch.internals import (
    asked_robots,
    delay_of,
    expect_robots,
    give_robots,
    robots_of,
    set_delay,
    usual_delay,
)
from crawler.fetch.outcomes import of_failure
from crawler.fetch.safety import RequestRefused
from crawler.verdict.tally import PASSING
from pipelines.context import RunContext, context_of
from pipelines.html.address import absolute
from storage.articles.queries import answers
from storage.database import Database
from storage.errors import RawReadingError
from storage.filing.addresses import host_key
from storage.vocabulary import Outcome
from storage.warc.reader import read_capture

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.robotstxt import RobotParser

logger = logging.getLogger(__name__)

MAX_DELAY = 60.0  # seconds; beyond it a portal of 2,000 articles takes days, and the figure is a mistake
MAX_SITEMAPS = 1_000  # of one robots.txt; real ones name one to five
MAX_TEXT = 512 * 1024  # characters that are read (RFC 9309, 2.5: 500 KiB at least)
ROBOTS_MOST = 60  # answers that are looked through for a good one: two months of failing nights
_PAGE = re.compile(rb"<(?:!doctype|html|head|body)\b", re.I)
_RULE = re.compile(rb"^[\s\xef\xbb\xbf]*(?:user-agent|disallow|allow|sitemap)[ \t]*:", re.I | re.M)


def sitemaps_of(run: RunContext, url: str) -> tuple[str, ...]:
    """Returns the sitemaps that robots.txt names on the host of `url`; none before it was read."""
    return run.sitemaps.get(host_key(url), ())


class RobotsParser(ProtegoRobotParser):
    """Scrapy's default parser, with text in any encoding, and with the sitemaps that it reads."""

    def __init__(self, robotstxt_body: bytes, spider: Spider | None) -> None:
        text = (text_of(robotstxt_body) or "").replace("\ufeff", "")
        text = text if len(text) <= MAX_TEXT else text[:MAX_TEXT].rpartition("\n")[0]
        super().__init__(text.encode("utf-8", "replace"), spider)

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """Returns the absolute URLs of the sitemaps that the robots.txt at `url` names, in order, each
        once.
        """
        named = islice(self.rp.sitemaps, MAX_SITEMAPS)
        return tuple(dict.fromkeys(link.address for one in named if (link := _link(url, one))))


def _link(url: str, printed: str) -> Link | None:
    address = absolute(url, printed)
    return link_to(address) if address else None


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's, obeyed by every request that waited for the same robots.txt, and in force while that fails.

    Where robots.txt answers an error of the server, nothing, or a page, the last one that the archive holds
    stays in force. Without one RFC 9309 (2.3.1) decides: the server's own failure forbids all, anything else
    allows all. 429 is such a failure: the server cannot answer now. What is forbidden so is Refused as
    failed, with the failure's reason and `_robots`, a passing one.

    Scrapy 2.19 under asyncio gives the rules to the first that waited and None, which allows all, to others.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._closed: dict[str, str] = {}  # scheme and host: why nothing is asked there

    async def process_request(self, request: Request, spider: Spider | None = None) -> None:
        """Raises Scrapy's IgnoreRequest for what is forbidden, RequestRefused where nothing may be asked."""
        await super().process_request(request)
        reason = self._closed.get(_robots_of(request))
        if reason and not request.meta.get("dont_obey_robotstxt"):
            raise RequestRefused(Outcome.FAILED, f"{reason}_robots", f"no robots.txt: {request.url[:200]}")

    async def robot_parser(self, request: Request) -> RobotParser | None:
        if not asked_robots(self, request):
            robots = _robots_of(request)
            body = context_of(self.crawler).robots_kept(robots)
            if body is None:
                expect_robots(self, request)
                body = await self._rules(robots)
            await give_robots(self, request, body)
        return await super().robot_parser(request) or robots_of(self, request)

    async def _rules(self, robots: str) -> bytes:
        """Returns the robots.txt to obey: that which comes, else the last good one, else an empty one."""
        meta = {"dont_obey_robotstxt": True}
        request = Request(robots, priority=self.DOWNLOAD_PRIORITY, meta=meta, callback=NO_CALLBACK)
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:  # any: whatever fails, rules are given, or every request waits for ever
            reason = of_failure(Failure(error))[1]  # type: ignore[no-untyped-call]
        else:
            if response.status == 200 and not is_page(response.body):
                return bytes(response.body)
            if response.status != 200 and not _unavailable(response.status):
                return b""
            reason = "page" if response.status == 200 else f"http_{response.status}"
        before = context_of(self.crawler).robots_before(robots)
        if before is None and reason.startswith(PASSING):
            self._closed[robots] = reason
        held = (
            "nothing is asked" if robots in self._closed else "the last one holds" if before else "none holds"
        )
        logger.warning("%s failed (%s): %s", robots, reason, held)
        return before or b""


def is_page(body: bytes) -> bool:
    """Returns whether what came for a robots.txt is a page of the site: HTML without a line of rules."""
    return bool(_PAGE.search(body[:2_000])) and not _RULE.search(body[:MAX_TEXT])


def kept_robots(
    db: Database, folder: Path, url: str, most: int = ROBOTS_MOST, since: datetime | None = None
) -> bytes | None:
    """Returns the last good robots.txt at `url` among the latest `most` answers that the archive has (`since`
    then), with its WARC files in `folder`: empty where there was none, None where nothing good is held.

    Raises StorageError.
    """
    for found in answers(db, url, most, since):
        if found.status != 200:
            if 400 <= found.status < 500 and found.status != 429:
                return b""
            continue
        with suppress(RawReadingError):
            body = read_capture(folder, found.ref).content
            if body is not None and not is_page(body):
                return body
    return None


def _unavailable(status: int) -> bool:
    return status >= 500 or status == 429


def _robots_of(request: Request) -> str:
    url = urlparse_cached(request)
    return f"{url.scheme}://{url.netloc}/robots.txt"


class RobotsExtension:
    """Slows down to the Crawl-delay, and notes in the run's context which sitemaps a host names."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        crawler.signals.connect(self._parsed, signals.robots_parsed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def _parsed(self, robotparser: RobotsParser, request: Request) -> None:
        context_of(self._crawler).sitemaps[host_key(request.url)] = robotparser.sitemaps(_robots_of(request))
        delay = robotparser.crawl_delay(self._crawler.settings["ROBOTSTXT_USER_AGENT"])
        if delay is not None and delay > 0:  # "nan" is no delay
            self._slow_down(request, delay)

    def _slow_down(self, request: Request, delay: float) -> None:
        if delay > MAX_DELAY:
            logger.warning(
                "%s: Crawl-delay of %g s is too long; %g s is used", host_key(request.url), delay, MAX_DELAY
            )
        current = delay_of(self._crawler, request)
        usual = usual_delay(self._crawler, request) if current is None else current
        set_delay(self._crawler, request, max(usual, min(delay, MAX_DELAY)), lasting=True)
