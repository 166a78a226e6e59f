"""What one run holds and its parts share: its archive, its WARC writer, what is known of its portals.

It stands below the stages because both they and the crawler's rooms see it (docs/decisions.md).
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from scrapy import signals
from scrapy.utils.defer import deferred_from_coro

from storage.articles import queries
from storage.articles.furniture import Cuts
from storage.database import RETRY_SECONDS, Database, open_database
from storage.errors import RawKeepingError, Taken
from storage.records import Known
from storage.runs import locks
from storage.warc.writer import WarcWriter

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


LOST = "database"  # the reason of a crawl, and of its pages, that the archive could not take
TAKEN = "taken"  # the same, of a crawl whose portal another process crawls since the server lost our lock
logger = logging.getLogger(__name__)


@dataclass(eq=False)
class RunContext:
    """One for each Scrapy crawler, from `context_of`. Dictionaries have the URLs of portals as keys.

    `database_url` names the archive, `patience` is how many seconds a transaction waits for it.
    """

    database_url: str = ""
    patience: float = RETRY_SECONDS
    writer: WarcWriter | None = None  # of crawler.fetch.archiving, between the spider's opening and closing
    # Filled by crawler.run.monitor before the first request.
    run_ids: dict[str, int] = field(default_factory=dict)
    deep: dict[str, bool] = field(default_factory=dict)  # whether listings are walked to their end
    tonight: dict[str, frozenset[str] | None] = field(default_factory=dict)  # listings asked; None: all
    orders: dict[str, Mapping[str, Any]] = field(default_factory=dict)  # crawler.discover.order, by listing
    furniture: dict[str, Cuts] = field(default_factory=dict)  # what is cut
    pictured: frozenset[str] = frozenset()  # portals whose pictures are kept
    # Counted on the way.
    revisits: Counter[str] = field(default_factory=Counter)  # known articles that were due and are asked for
    sent: Counter[str] = field(default_factory=Counter)  # requests, robots.txt and retries included
    received: Counter[str] = field(default_factory=Counter)  # bytes of bodies
    # Where known articles' addresses ended by redirects: by portal, how many ended at each address.
    landings: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    # Of robots.txt: the sitemaps it names, by host (crawler.fetch.safety.host_key), and what the archive has
    # of it where a walk that a kill ended is taken up: the file at a URL, b"" for none, None to ask; and the
    # last good one, of any age.
    sitemaps: dict[str, tuple[str, ...]] = field(default_factory=dict)
    robots_kept: Callable[[str], bytes | None] = lambda url: None
    robots_before: Callable[[str], bytes | None] = lambda url: None
    _database: Database | None = field(default=None, init=False, repr=False)

    def archive(self) -> Database:
        """Opens the archive at the first call; every part of the run shares its one connection.

        It writes only while the portals' locks are ours (storage.runs.locks.keep). A database that does not
        answer is waited for up to `patience` seconds. Raises StorageError.
        """
        if self._database is None:
            opened = open_database(self.database_url, retry_seconds=self.patience, for_crawl=True)
            guard = None if opened.sqlite else partial(locks.keep, self.database_url)
            self._database = replace(opened, guard=guard)
        return self._database

    def known(self, urls: Sequence[str]) -> Mapping[str, Known]:
        """Returns what the archive knows of `urls`, by URL; nothing where no run was begun. Raises
        StorageError.
        """
        return queries.known(self.archive(), urls) if self.run_ids else {}

    def live(self, portal: str) -> Sequence[str]:
        """Returns the URLs of the live articles of `portal` in the archive; none where no run was begun.

        Raises StorageError.
        """
        return queries.live(self.archive(), portal) if self.run_ids else []

    def sync_raw(self) -> None:
        """Makes what was written to WARC files outlive a power cut; to be called before a commit.

        Raises RawKeepingError.
        """
        if self.writer is not None:
            self.writer.sync()

    def close(self) -> None:
        """Gives the connection back; `archive` would open it again."""
        if self._database is not None:
            self._database.close()
            self._database = None


def end_for(crawler: Crawler, error: Exception, more: str = "") -> str:
    """Ends the crawl because of `error`; `more` is what the log says beside it. Returns the reason.

    The reason is LOST where the archive failed, TAKEN where another process crawls one of the portals now,
    "archive" where raw bytes could not be made to last.
    """
    raw = isinstance(error, RawKeepingError)
    reason = "archive" if raw else TAKEN if isinstance(error, Taken) else LOST
    logger.error("The crawl ends: %s%s", error, more)
    with suppress(RuntimeError):  # no crawl has begun
        deferred_from_coro(crawler.engine.close_spider_async(reason=reason))
    return reason


_contexts: WeakKeyDictionary[Crawler, RunContext] = WeakKeyDictionary()


def context_of(crawler: Crawler) -> RunContext:
    """Returns the context of the run of `crawler`, made from its settings at the first call.

    HUYEN_DATABASE_URL and HUYEN_DATABASE_RETRY_SECONDS are read; the database is closed when Scrapy's engine
    has stopped, after every part has had its say.
    """
    context = _contexts.get(crawler)
    if context is None:
        patience = crawler.settings.getfloat("HUYEN_DATABASE_RETRY_SECONDS", RETRY_SECONDS)
        context = _contexts[crawler] = RunContext(crawler.settings.get("HUYEN_DATABASE_URL", ""), patience)
        crawler.signals.connect(context.close, signal=signals.engine_stopped)
    return context
