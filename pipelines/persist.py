"""Stage 600: hands articles and captures to the archive in batches, and tells what became of each.

It sends the signal article_kept once a page and receives capture_written.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.signalmanager import SignalManager
from scrapy.signals import spider_idle
from scrapy.utils.asyncio import create_looping_call

from pipelines.context import LOST, TAKEN, context_of, end_for
from pipelines.items import Article, NotAnArticle, Part, article_kept, capture_written
from pipelines.reader import reader_version
from storage.articles import furniture
from storage.articles.batch import Batch, Ended
from storage.articles.queries import keep
from storage.articles.versions import ready
from storage.errors import DatabaseGone, RawKeepingError, StorageError, Taken
from storage.records import ArticleRecord, CaptureRecord, Kept, Sighting
from storage.vocabulary import Outcome

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
        self._batch = Batch()
        self._lost, self._why = False, LOST
        self._hasty = False  # the archive is asked once, and not waited for
        self._timer: Any = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        self = cls(crawler)
        crawler.signals.connect(self.capture, signal=capture_written)
        crawler.signals.connect(self.flush, signal=spider_idle)  # what became of a page may lead on
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
        self._refuse(self._batch)

    def capture(self, record: CaptureRecord) -> None:
        """Takes a capture; it is kept with the next batch."""
        self._batch.captures.append(record)
        if len(self._batch.captures) >= CAPTURES:
            self.flush()

    def process_item(self, item: Any) -> Any:
        if isinstance(item, Article):
            self._batch.take(item.page, record(item))  # no item waits here: a hundred parsed pages are 100 MB
            if len(self._batch.articles) >= BATCH:
                self.flush()
        elif isinstance(item, NotAnArticle):
            self._batch.take(item.page, (Outcome.NOT_AN_ARTICLE, item.reason))
        elif isinstance(item, Sighting):
            self._batch.sight(item)
        return item

    def _beat(self) -> None:
        """Keeps what waits; where nothing does, makes sure that the portals are locked still."""
        self.flush()
        if self._lost:
            return
        try:
            self._run.archive().check()
        except Taken as error:
            self._stop(error)
        except StorageError:  # the next batch waits for the database
            pass

    def flush(self) -> None:
        """Keeps all that waits, in one transaction."""
        batch = self._batch
        if self._lost or not batch:
            return
        batch.pictured = self._run.pictured
        try:
            self._run.sync_raw()  # first: no row may point at bytes that a power cut would lose
            kept = self._keep(batch)
        except (RawKeepingError, DatabaseGone, Taken) as error:
            self._stop(error)
            return
        except (StorageError, ValueError) as error:
            self._one_by_one(batch, error)
        else:
            tell(self._crawler.signals, batch, kept)
            self._learn({article.portal for article in batch.articles})
        self._batch = Batch()

    def _learn(self, portals: set[str]) -> None:
        """Tells the run what repeats on its portals by now."""
        with suppress(StorageError):  # what it knew holds
            for portal in portals & self._run.furniture.keys():
                self._run.furniture[portal] = furniture.known(self._run.archive(), portal)

    def _keep(self, batch: Batch) -> list[Kept]:
        try:
            db = self._run.archive()
        except StorageError as error:
            raise DatabaseGone(str(error)) from error
        return keep(replace(db, retry_seconds=0) if self._hasty else db, batch)

    def _one_by_one(self, batch: Batch, first: Exception) -> None:
        """Finds what the archive refuses, so that it costs nobody else his place."""
        logger.error("A batch was refused, so its parts are kept one by one: %s", first)
        refused = Batch()
        for part in batch.parts():
            try:
                tell(self._crawler.signals, part, self._keep(part))
            except (StorageError, ValueError) as error:
                what = ", ".join(article.url for article in part.articles) or "notes of a batch"
                logger.error("Not kept: %s: %s", what, error)
                refused.articles += part.articles
                refused.ended += part.ended
        self._refuse(refused)
        if refused.articles and len(refused.articles) == len(batch.articles):
            self._stop(first)

    def _stop(self, error: Exception) -> None:
        more = "; what was fetched is in the WARC files, `huyen replay` reads it"
        self._lost, self._why = True, end_for(self._crawler, error, more)

    def _refuse(self, batch: Batch) -> None:
        """Tells that nothing of `batch` could be kept."""
        urls = [(one.portal, one.url) for one in batch.ended]
        urls += [(one.portal, one.url) for one in batch.articles]
        lost = [Ended(portal, url, Outcome.FAILED, self._why) for portal, url in urls]
        tell(self._crawler.signals, Batch(ended=lost), [])


def tell(signals: SignalManager, batch: Batch, kept: Sequence[Kept]) -> None:
    """Sends article_kept for each URL of `batch`; `kept` is what became of its articles, in order."""
    for one in batch.ended:
        told = {"portal": one.portal, "url": one.url, "outcome": one.outcome, "reason": one.reason}
        signals.send_catch_log(article_kept, **told, article=None)
    for article, now in zip(batch.articles, kept, strict=True):
        told = {"portal": article.portal, "url": article.url, "outcome": now.outcome}
        signals.send_catch_log(article_kept, **told, reason=now.duplicate_kind or "", article=article)


def _place(part: Part) -> dict[str, Any]:
    ref = part.capture
    assert ref is not None
    return {
        "url": part.url,
        "fetched_at": part.fetched_at.isoformat(),
        "warc_file": ref.file,
        "warc_offset": ref.offset,
        "warc_length": ref.length,
        "warc_digest": ref.digest,
        "content_digest": ref.content_digest,
    }


def record(article: Article) -> ArticleRecord:
    """Returns `article` as the archive keeps it."""
    page, published, print_ = article.page, article.published, article.fingerprint
    made = ArticleRecord(
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
        candidates=tuple({"url": file.url, "title": file.title} for file in article.candidates),
        published_at=published.value,
        published_precision=published.precision,
        published_source=published.source,
        published_raw=published.raw,
        published_is_event=published.is_event,
        flags=tuple(article.flags),
        encoding=article.encoding,
        confidence=article.confidence,
        witnesses=tuple(article.witnesses),
        agreement=article.agreement,
        reader_version=reader_version(),
        run_id=page.run_id,
        capture=page.capture,
        parts=tuple(_place(part) for part in article.parts if part.capture),
        exact=print_.exact if print_ else "",
        bands=print_.bands if print_ else (),
        algorithm=print_.algorithm if print_ else "",
        blocks=tuple(article.blocks),
        design=article.design,
        mentions=tuple(article.mentions),
        documents=tuple(article.documents),
        folded=article.folded,
    )
    return ready(made)
