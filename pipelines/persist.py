"""Stage 600: hands articles and captures to the archive in batches, and tells what became of each.

It sends the signal article_kept once a page (its `page` without tree and body) and receives capture_written.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.utils.asyncio import create_looping_call

from pipelines.context import LOST, TAKEN, context_of, end_for
from pipelines.items import Article, NotAnArticle, RawPage, Sighting, article_kept, capture_written
from pipelines.reader import reader_version
from storage.articles import furniture
from storage.articles.frontier import key_of
from storage.articles.queries import keep
from storage.errors import DatabaseGone, RawKeepingError, StorageError, Taken
from storage.records import ArticleRecord, CaptureRecord, Kept
from storage.vocabulary import SOFT_404, Outcome
from storage.warc.captures import CaptureRef

BATCH = 100  # articles a transaction: a commit costs little then, and a kill loses little
CAPTURES = 1000  # where listings and errors come without articles
FLUSH_SECONDS = 5.0  # how long an article of a slow portal waits for others

logger = logging.getLogger(__name__)


class PersistPipeline:
    """Keeps what it is given.

    The run's context names the archive and the patience with it. If it stays out of reach longer, the crawl
    ends with reason LOST, and if another process has taken one of its portals with TAKEN; what could not be
    kept counts as failed. Its bytes are in the WARC files, and a replay brings it in.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._run = context_of(crawler)
        self._articles: list[tuple[RawPage, ArticleRecord]] = []
        self._captures: list[CaptureRecord] = []
        self._outcomes: dict[CaptureRef, Outcome] = {}
        self._seen: dict[str, datetime] = {}
        self._gone: dict[str, datetime] = {}
        self._done: defaultdict[str, set[str]] = defaultdict(set)  # portal: keys of its frontier that ended
        self._lost, self._why = False, LOST
        self._hasty = False  # the archive is asked once, and not waited for
        self._timer: Any = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        self = cls(crawler)
        crawler.signals.connect(self.capture, signal=capture_written)
        return self

    def open_spider(self) -> None:
        self._timer = create_looping_call(self._beat)
        self._timer.start(FLUSH_SECONDS, now=False)

    def close_spider(self) -> None:
        if self._timer and self._timer.running:
            self._timer.stop()
        if self._lost and self._why != TAKEN:  # it may be back; it has had its time, so it is asked just once
            self._lost, self._hasty, self._run.patience = False, True, 0.0
        self.flush()
        self._refuse(self._articles)

    def capture(self, record: CaptureRecord) -> None:
        """Takes a capture; it is kept with the next batch."""
        self._captures.append(record)
        if len(self._captures) >= CAPTURES:
            self.flush()

    def process_item(self, item: Any) -> Any:
        if isinstance(item, Article):
            # A hundred parsed pages would be 100 MB.
            self._articles.append((replace(item.page, tree=None, body=b""), record(item)))
            if len(self._articles) >= BATCH:
                self.flush()
        elif isinstance(item, NotAnArticle):
            if item.page.capture is not None:
                self._outcomes[item.page.capture] = Outcome.NOT_AN_ARTICLE
            if item.reason == SOFT_404:
                self._gone[item.page.url] = item.page.fetched_at
            self._done[item.page.portal].add(key_of(item.page.url))
            self._tell(item.page, Outcome.NOT_AN_ARTICLE, item.reason)
        elif isinstance(item, Sighting):
            self._sighted(item)
        return item

    def _sighted(self, item: Sighting) -> None:
        self._done[item.portal].add(key_of(item.url))
        (self._gone if item.outcome is Outcome.GONE else self._seen)[item.url] = item.fetched_at
        ref = next((one.ref for one in reversed(self._captures) if one.url == item.url), None)
        if ref is not None:
            self._outcomes[ref] = item.outcome
        page = RawPage(
            url=item.url,
            body=b"",
            fetched_at=item.fetched_at,
            district_id=item.district_id,
            portal=item.portal,
            run_id=item.run_id,
        )
        self._tell(page, item.outcome, item.reason)

    def _beat(self) -> None:
        """Keeps what waits; where nothing does, makes sure that the portals are locked still."""
        self.flush()
        try:
            self._run.archive().check()
        except Taken as error:
            self._stop(error)
        except StorageError:  # the next batch waits for the database
            pass

    def flush(self) -> None:
        """Keeps all that waits, in one transaction."""
        notes = (self._captures, self._outcomes, self._seen, self._gone, self._done)
        if self._lost or not (self._articles or any(notes)):
            return
        for page, _ in self._articles:
            self._done[page.portal].add(key_of(page.url))
        try:
            self._run.sync_raw()  # first: no row may point at bytes that a power cut would lose
            kept = self._keep([one for _, one in self._articles], *notes)
        except (RawKeepingError, DatabaseGone, Taken) as error:
            self._stop(error)
            return
        except (StorageError, ValueError) as error:
            self._one_by_one(error)
        else:
            self._report(self._articles, kept)
            self._learn({page.portal for page, _ in self._articles})
        self._articles, self._captures = [], []
        self._outcomes, self._seen, self._gone = {}, {}, {}
        self._done.clear()

    def _learn(self, portals: set[str]) -> None:
        """Tells the run what repeats on its portals by now."""
        with suppress(StorageError):  # what it knew holds
            for portal in portals & self._run.furniture.keys():
                self._run.furniture[portal] = furniture.known(self._run.archive(), portal)

    def _keep(self, articles: list[ArticleRecord], *notes: Any) -> list[Kept]:
        try:
            db = self._run.archive()
        except StorageError as error:
            raise DatabaseGone(str(error)) from error
        return keep(replace(db, retry_seconds=0) if self._hasty else db, articles, *notes)

    def _one_by_one(self, first: Exception) -> None:
        """Finds what the archive refuses, so that it costs nobody else his place."""
        logger.error("A batch was refused, so its parts are kept one by one: %s", first)
        refused = []
        for page, article in self._articles:
            key = key_of(page.url)
            self._done[page.portal].discard(key)
            try:
                kept = self._keep([article], (), None, None, None, {page.portal: [key]})
                self._report([(page, article)], kept)
            except (StorageError, ValueError) as error:
                logger.error("Not kept: %s: %s", page.url, error)
                refused.append((page, article))
        self._refuse(refused)
        rest = ((), None, self._seen, self._gone, self._done)
        for part in ((self._captures,), ((), self._outcomes), rest):
            try:
                self._keep([], *part)
            except (StorageError, ValueError) as error:
                logger.error("Not noted: %s", error)
        if refused and len(refused) == len(self._articles):
            self._stop(first)

    def _stop(self, error: Exception) -> None:
        more = "; what was fetched is in the WARC files, `huyen replay` reads it"
        self._lost, self._why = True, end_for(self._crawler, error, more)

    def _refuse(self, pages: list[tuple[RawPage, ArticleRecord]]) -> None:
        for page, _ in pages:
            self._tell(page, Outcome.FAILED, self._why)

    def _report(self, pages: list[tuple[RawPage, ArticleRecord]], kept: list[Kept]) -> None:
        for (page, article), one in zip(pages, kept, strict=True):
            self._tell(page, one.outcome, one.duplicate_kind or "", article.flags, article)

    def _tell(
        self,
        page: RawPage,
        outcome: Outcome,
        reason: str,
        flags: Sequence[str] = (),
        article: ArticleRecord | None = None,
    ) -> None:
        self._crawler.signals.send_catch_log(
            article_kept, page=page, outcome=outcome, reason=reason, flags=flags, article=article
        )


def record(article: Article) -> ArticleRecord:
    """`article` as the archive keeps it."""
    page, published, print_ = article.page, article.published, article.fingerprint
    return ArticleRecord(
        url=page.url,
        district_id=page.district_id,
        portal=page.portal,
        fetched_at=page.fetched_at,
        title=article.title,
        lead=article.lead,
        body=tuple(article.body),
        author=article.author,
        category=article.category,
        tags=tuple(article.tags),
        captions=tuple(article.captions),
        images=tuple(asdict(image) for image in article.images),
        attachments=tuple(asdict(file) for file in article.attachments),
        published_at=published.value,
        published_precision=published.precision,
        published_source=published.source,
        published_raw=published.raw,
        published_is_event=published.is_event,
        flags=tuple(article.flags),
        encoding=article.encoding,
        reader_version=reader_version(),
        run_id=page.run_id,
        capture=page.capture,
        exact=print_.exact if print_ else "",
        bands=print_.bands if print_ else (),
        algorithm=print_.algorithm if print_ else "",
        blocks=tuple(article.blocks),
    )
