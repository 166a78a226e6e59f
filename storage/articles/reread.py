"""Keeping what a replay read: as a crawl keeps it, beside what an earlier reader made of the same bytes.

Two versions of an article with one capture are two readings of one page; the page did not change.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, tuple_, update

from storage.articles import suspects
from storage.articles.batch import Batch
from storage.articles.keep import keep_articles, keep_captures, note_seen, outcomes_of
from storage.articles.versions import cleaned, ready, version_row
from storage.database import Database
from storage.duplicates import pending
from storage.records import ArticleRecord, CaptureRecord, Kept, article_id
from storage.schema import Capture, Version
from storage.statements import chunks
from storage.vocabulary import KEPT, Outcome
from storage.warc.captures import CaptureRef

REREAD, LOST = "reread", "lost"
# What a reader makes of a page. A change of the first ones is a new version (storage.articles.versions).
TEXTS = ("title", "lead", "body", "author", "captions", "published_at", "attachments")
REST = (
    "category", "published_precision", "published_source", "published_raw", "published_is_event", "images",
    "tags", "flags", "encoding",
)  # fmt: skip
# What a reading says of its reader: no change by itself, kept with any other.
READER = ("reader_version", "confidence", "witnesses")

Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of one reading: an outcome of `storage.articles.queries.keep`, or `reread` where the
    archive holds another reading of the same capture; `changes` then has the fields that differ, each as
    (before, now). `lost`: the archive holds a text that today's reader takes for no article; it stays.
    """

    article_id: str
    url: str
    outcome: str
    changes: Mapping[str, tuple[Any, Any]]


def keep_again(
    db: Database,
    batch: Batch,
    *,
    rehearse: bool = False,
    also: Callable[[Connection], None] = lambda connection: None,
) -> list[Reading]:
    """Keeps a batch of a replay in one transaction; returns what became of each article and what was lost.

    As storage.articles.queries.keep, but the outcome that a capture had in its crawl stands; another text of
    the same capture is a reading beside the earlier one; and where only other fields differ, the version
    takes those of today's reader. The frontier of a walk stays as it is. `rehearse` tells it and changes
    nothing. `also` writes what belongs to it in the same transaction. Raises StorageError.
    """
    articles = [ready(one) for one in batch.articles]
    headers = {one.ref: one.outcome for one in batch.captures if one.outcome}
    bare = [cleaned(replace(one, outcome=None)) for one in batch.captures]

    def work(connection: Connection) -> list[Reading]:
        none = {place(ref) for ref, outcome in batch.outcomes.items() if outcome is Outcome.NOT_AN_ARTICLE}
        before = _readings(connection, none | {place(one.capture) for one in articles if one.capture})
        places = {place(one.ref) for one in bare} | set(map(place, batch.outcomes))
        judged = _judged(connection, places | set(before))
        kept = keep_articles(connection, articles, batch.pictured)
        readings = [
            _reading(connection, one, result, before, judged)
            for one, result in zip(articles, kept, strict=True)
        ]
        said = headers | batch.outcomes | outcomes_of(articles, kept)
        fresh = {ref: new for ref, name in said.items() if (new := _outcome(judged.get(place(ref)), name))}
        keep_captures(connection, _with_content(connection, bare), fresh)
        note_seen(connection, batch.seen)
        suspects.note_misses(connection, batch.misses)
        also(connection)
        lost = (row for where, row in before.items() if where in none)
        readings += [Reading(row.article_id, "", LOST, {}) for row in lost]
        if rehearse:
            pending.settle(connection)
            raise _Rehearsed(_copied(readings, pending.copies(connection, [one.id for one in articles])))
        return readings

    try:
        readings = db.transaction(work, None if rehearse else batch.portals)
    except _Rehearsed as done:
        return done.readings
    return _copied(readings, pending.linked(db, (one.article_id for one in readings)))


def _copied(readings: Iterable[Reading], copies: Container[str]) -> list[Reading]:
    """Returns `readings` with those new articles as duplicates that are `copies`."""
    return [
        replace(one, outcome=Outcome.DUPLICATE)
        if one.outcome is Outcome.NEW and one.article_id in copies
        else one
        for one in readings
    ]


def original(db: Database, url: str, digest: str, date: datetime | None, at: datetime) -> CaptureRef | None:
    """Returns where the body of a revisit stands: a capture of `url` with its `digest`, else of `date`.

    A digest of another kind than ours cannot be compared; without a date the latest capture before `at` is
    meant then. None where the archive has none.
    """
    query = select(Capture).where(
        Capture.url_id == article_id(url), Capture.revisit.is_(False), Capture.status == 200
    )
    with db.reading() as connection:
        rows = connection.execute(query.order_by(Capture.fetched_at.desc(), Capture.id.desc())).all()
    kind = digest.partition(":")[0]
    if any(row.digest.startswith(f"{kind}:") for row in rows):
        found = [row for row in rows if row.digest == digest]
    else:
        found = [row for row in rows if (row.fetched_at == date if date else row.fetched_at <= at)]
    if not found:
        return None
    row = found[0]
    return CaptureRef(row.warc_file, row.warc_offset, row.warc_length, row.digest, row.content_digest)


def captured(db: Database, url: str, at: datetime) -> CaptureRef | None:
    """Returns where the capture of `url` stands that came `at` that time; None where the archive has none.
    Raises StorageError.
    """
    query = select(Capture).where(
        Capture.url_id == article_id(url), Capture.fetched_at == at, Capture.method == "GET"
    )
    row = db.read(lambda connection: connection.execute(query.order_by(Capture.id.desc())).first())
    if row is None:
        return None
    where = (row.warc_file, row.warc_offset, row.warc_length)
    return CaptureRef(*where, row.digest, row.content_digest, row.revisit)


def place(ref: CaptureRef) -> Place:
    """Returns what identifies a capture in the archive."""
    return ref.file, ref.offset


class _Rehearsed(Exception):
    """Rolls back the transaction of a rehearsal."""

    def __init__(self, readings: list[Reading]) -> None:
        super().__init__()
        self.readings = readings


def _readings(connection: Connection, places: set[Place]) -> dict[Place, Any]:
    """Returns the latest reading that the archive holds of each capture, as a row of the table of
    versions.
    """
    found: dict[Place, Any] = {}
    columns = tuple_(Version.warc_file, Version.warc_offset)
    for some in chunks(sorted(places)):
        rows = connection.execute(select(Version).where(columns.in_(some)).order_by(Version.number)).all()
        found |= {(row.warc_file, row.warc_offset): row for row in rows}
    return found


def _with_content(connection: Connection, captures: Sequence[CaptureRecord]) -> list[CaptureRecord]:
    """Returns `captures`, the revisits among them with the digest of the decoded body that they refer to.

    Their records do not have it; a crawl knows it from the capture that it asked anew for.
    """
    ordered = sorted(captures, key=lambda one: not one.ref.revisit)  # a body of the batch counts before none
    bodies = {(article_id(one.url), one.ref.digest): one.ref.content_digest for one in ordered}
    wanted = {article_id(one.url) for one in captures if one.ref.revisit}
    for some in chunks(sorted(wanted)):
        query = select(Capture.url_id, Capture.digest, Capture.content_digest).where(
            Capture.url_id.in_(some), Capture.revisit.is_(False)
        )
        bodies |= {(row.url_id, row.digest): row.content_digest for row in connection.execute(query)}
    return [
        replace(one, ref=replace(one.ref, content_digest=bodies[article_id(one.url), one.ref.digest]))
        if one.ref.revisit
        else one
        for one in captures
    ]


def _judged(connection: Connection, places: set[Place]) -> dict[Place, str | None]:
    columns = tuple_(Capture.warc_file, Capture.warc_offset)
    found: dict[Place, str | None] = {}
    for some in chunks(sorted(places)):
        query = select(Capture.warc_file, Capture.warc_offset, Capture.outcome).where(columns.in_(some))
        found |= {(file, offset): outcome for file, offset, outcome in connection.execute(query)}
    return found


def _outcome(before: str | None, now: Outcome) -> Outcome | None:
    """Returns the outcome to set on a capture: none where its crawl has read it, unless as no article."""
    unread = before is None or before == Outcome.FAILED
    return now if unread or (before == Outcome.NOT_AN_ARTICLE and now in (*KEPT, Outcome.FILE)) else None


def _reading(
    connection: Connection,
    article: ArticleRecord,
    kept: Kept,
    before: Mapping[Place, Any],
    judged: Mapping[Place, str | None],
) -> Reading:
    where = place(article.capture) if article.capture else None
    row = before.get(where) if where else None
    if row is None or row.article_id != article.id:
        known = kept.outcome is Outcome.CHANGED and where is not None and judged.get(where) in KEPT
        return Reading(article.id, article.url, REREAD if known else kept.outcome, {})
    now = version_row(article, row.number)
    both = ((name, getattr(row, name), now[name]) for name in TEXTS + REST)
    changes = {name: (old, new) for name, old, new in both if old != new}
    if changes and row.content_hash == now["content_hash"]:
        values = {name: now[name] for name in (*REST, *READER)}
        connection.execute(update(Version).where(Version.id == row.id).values(**values))
    return Reading(article.id, article.url, REREAD if changes else kept.outcome, changes)
