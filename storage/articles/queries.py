"""What the crawl asks of the archive: keep this, what is known of these URLs, this one is gone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, bindparam, func, select

from storage.articles import frontier, suspects
from storage.articles.batch import Batch
from storage.articles.keep import keep_articles, keep_captures, note_seen, outcomes_of, with_copies
from storage.articles.versions import cleaned, ready
from storage.database import Database, upsert
from storage.duplicates import pending
from storage.records import DELETED, LIVE, DistrictRecord, Kept, Known, Miss, article_id
from storage.schema import Article, Capture, District, Portal, Version
from storage.statements import chunks
from storage.vocabulary import KEPT, PARTIAL, Outcome
from storage.warc.captures import CaptureRef


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer that the archive holds: its HTTP status, and where its record stands."""

    status: int
    ref: CaptureRef


def keep(db: Database, batch: Batch) -> list[Kept]:
    """Keeps `batch` in one transaction and says what became of each of its articles, in order.

    Idempotent: what was kept before is `unchanged`. Only a change of the article's own text makes a version.
    Raises StorageError (then nothing was kept), ValueError for a time without a zone.
    """
    articles, captures = [ready(one) for one in batch.articles], [cleaned(one) for one in batch.captures]

    def work(connection: Connection) -> list[Kept]:
        kept = keep_articles(connection, articles, batch.pictured)
        keep_captures(connection, captures, batch.outcomes | outcomes_of(articles, kept))
        note_seen(connection, batch.seen, crawled=True)
        suspects.note_misses(connection, batch.misses)
        for portal, keys in batch.done.items():
            frontier.remove(connection, portal, keys)
        return kept

    kept = db.transaction(work, batch.portals)
    return with_copies(kept, pending.linked(db, (one.article_id for one in kept)))


def known(db: Database, urls: Iterable[str]) -> dict[str, Known]:
    """Returns what the archive knows of those of `urls` that it has kept, whichever portal led there.

    An article is its URL, so one that two portals list is known to both. Raises StorageError.
    """
    keys = {article_id(url): url for url in urls}

    def work(connection: Connection) -> dict[str, Known]:
        found: dict[str, Known] = {}
        for some in chunks(keys):
            latest = {row.url_id: row for row in connection.execute(_LATEST, {"keys": some})}
            whole = {row.url_id: row for row in connection.execute(_LATEST_WHOLE, {"keys": some})}
            heir = suspects.holders(connection, some)
            ids = {key: suspects.holder_at(heir, key, None) for key in some}
            stood = {row.id: row for row in connection.execute(_ARTICLES, {"keys": list(ids.values())})}
            articles = {key: stood.get(ids[key]) for key in some}
            for key in (key for key in some if key in latest or articles[key]):
                rows = articles[key], latest.get(key), whole.get(key)
                found[keys[key]] = _known(keys[key], key, *rows)
        return found

    return db.read(work)


def live(db: Database, portal: str) -> list[str]:
    """Returns the URLs of the live articles of `portal`, the earliest first, but those that the latest look
    did not show. Raises StorageError.
    """
    here = (Article.portal == portal, Article.status == LIVE, Article.unseen_since.is_(None))
    query = select(Article.url).where(*here).order_by(Article.first_seen_at, Article.id)
    return db.read(lambda connection: list(connection.scalars(query)))


def answers(db: Database, url: str, most: int, since: datetime | None = None) -> list[Answered]:
    """Returns the latest whole answers to a GET of `url`, at most `most`, the newest first.

    `since`: only those that came then or later. Raises StorageError.
    """
    here = [Capture.url_id == article_id(url), Capture.method == "GET", Capture.revisit.is_(False)]
    if since is not None:
        here.append(Capture.fetched_at >= since)
    query = select(Capture).where(*here).order_by(Capture.fetched_at.desc(), Capture.id.desc()).limit(most)

    def work(connection: Connection) -> list[Answered]:
        places = (
            (row.status, (row.warc_file, row.warc_offset, row.warc_length, row.digest, row.content_digest))
            for row in connection.execute(query)
        )
        return [Answered(status, CaptureRef(*place)) for status, place in places]

    return db.read(work)


def kept_until(db: Database, file: str) -> int | None:
    """Returns the offset of the last response in a WARC file that the archive has; None where it has none
    of it.
    """
    query = select(func.max(Capture.warc_offset)).where(Capture.warc_file == file)
    return db.read(lambda connection: connection.scalar(query))


def _latest(*conditions: ColumnElement[bool]) -> Any:
    """Returns the latest capture of each URL of `keys` by GET; a form that was posted to it is another
    thing.
    """
    rank = func.row_number().over(
        partition_by=Capture.url_id, order_by=(Capture.fetched_at.desc(), Capture.id.desc())
    )
    ranked = select(Capture, rank.label("rank")).where(
        Capture.url_id.in_(_KEYS), Capture.method == "GET", *conditions
    ).subquery()  # fmt: skip
    return select(ranked).where(ranked.c.rank == 1)


def _articles() -> Any:
    this = (Version.article_id == Article.id) & (Version.number == Article.version)
    columns = (Article.id, Article.status, Article.first_seen_at, Article.last_seen_at, Article.unseen_since)
    rest = (Version.published_at, Version.content_hash, Version.flags)
    return select(*columns, *rest).join(Version, this).where(Article.id.in_(_KEYS))


# Built once: every listing page asks, and to build them takes five times as long as the database's answer.
_KEYS: BindParameter[Any] = bindparam("keys", expanding=True)
_LATEST, _ARTICLES = _latest(), _articles()
_LATEST_WHOLE = _latest(Capture.revisit.is_(False), Capture.status == 200)


def _outcome(row: Any) -> str | None:
    """Returns the outcome of a row of captures; one of status 3xx needs no judgement."""
    return row.outcome or (Outcome.REDIRECTED if 300 <= row.status < 400 else None)


# What shows an article; and a redirect, since where it led has an address of its own.
_SIGHTINGS = (*KEPT, Outcome.REDIRECTED)


def _known(url: str, key: str, article: Any, latest: Any, whole: Any) -> Known:
    outcome = latest and _outcome(latest)
    seen = [article.last_seen_at] if article else []
    if latest and (article is None or outcome in _SIGHTINGS):
        seen.append(latest.fetched_at)
    return Known(
        url=url,
        article_id=article.id if article else key,
        last_seen_at=max(seen),
        looked_at=latest.fetched_at if latest else article.last_seen_at,
        unseen_since=article and article.unseen_since,
        status=article and article.status,
        outcome=outcome,
        first_seen_at=article and article.first_seen_at,
        published_at=article and article.published_at,
        content_hash=article and article.content_hash,
        partial=bool(article) and (PARTIAL in article.flags or outcome == Outcome.PART),
        etag=whole and whole.etag,
        last_modified=whole and whole.last_modified,
        digest=whole and whole.digest,
        fetched_at=whole and whole.fetched_at,
        capture=whole
        and CaptureRef(
            whole.warc_file, whole.warc_offset, whole.warc_length, whole.digest, whole.content_digest
        ),
    )


@dataclass(frozen=True, slots=True)
class Place:
    """An article, and where the capture of its current version stands."""

    url: str
    file: str | None
    offset: int


def overdue(
    db: Database,
    portal: str,
    *,
    first_seen_after: datetime | None,
    last_seen_before: datetime,
    most: int,
) -> list[Place]:
    """Returns at most `most` articles of `portal` last seen before that time, the longest unseen first.

    Those that are gone are among them: a page that comes back may stand on no listing that a night reads.
    """
    this = (Version.article_id == Article.id) & (Version.number == Article.version)
    query = select(Article.url, Version.warc_file, Version.warc_offset).join(Version, this)
    query = query.where(Article.portal == portal, Article.last_seen_at < last_seen_before)
    if first_seen_after is not None:
        query = query.where(Article.first_seen_at >= first_seen_after)
    query = query.order_by(Article.last_seen_at, Article.id).limit(most)
    rows = db.read(lambda connection: connection.execute(query).all())
    return [Place(row.url, row.warc_file, row.warc_offset or 0) for row in rows]


def seen_unchanged(db: Database, urls: Iterable[str], at: datetime) -> int:
    """Notes that the articles at `urls` stood unchanged `at` that time (304, same payload); returns how many.

    One that was gone before is live again.
    """
    return db.transaction(lambda connection: note_seen(connection, dict.fromkeys(urls, at)))


def mark_gone(db: Database, urls: Iterable[str], at: datetime) -> int:
    """Marks the live articles at `urls` as gone since `at`; their text stays. Returns how many.

    One that was seen after `at` is left alone: the news of its absence is older.
    """
    misses = {url: Miss(at, DELETED, "") for url in urls}
    return db.transaction(lambda connection: suspects.note_misses(connection, misses))


def sync_registry(db: Database, districts: Iterable[DistrictRecord]) -> None:
    """Writes the registry's names into the archive, for export and search. Raises StorageError.

    What left the registry stays: its articles do, too.
    """
    rows, portals = [], []
    for one in districts:
        rows.append(
            {"id": one.id, "name": one.name, "kind": one.kind, "code": one.code, "province": one.province}
        )
        portals += [
            {"district_id": one.id, "url": portal.url, "family": portal.family, "until": portal.until}
            for portal in one.portals
        ]

    def work(connection: Connection) -> None:
        for table, keys, values in ((District, ["id"], rows), (Portal, ["district_id", "url"], portals)):
            upsert(connection, table, keys, values)

    db.transaction(work)
