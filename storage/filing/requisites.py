"""What the pages of a portal draw with: which pages say so, and the rows of files for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select, update

from storage.database import Database, insert_into
from storage.filing.addresses import file_id, host_key
from storage.filing.links import add, write
from storage.filing.schedule import MONTH
from storage.filing.words import Kind, Role, Status
from storage.records import LIVE, ArticleRecord
from storage.schema import Article, Capture, File, FileVersion, Run, Version
from storage.statements import chunks
from storage.vocabulary import Outcome
from storage.warc.captures import CaptureRef

MOST, MOST_BYTES = 300, 20_000_000  # files a portal and month, and their bytes
_LISTINGS = 3  # listing pages whose needs are looked at, of the latest _CAPTURES
_CAPTURES = 50
_RUNS, _FILES = 3, 20  # the latest runs, and their WARC files: these are found by an index


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """A kept page or style sheet. Of an article: its `article_id`, `number` of its version, its pictures."""

    url: str
    at: datetime
    ref: CaptureRef
    content_type: str = "text/html"
    article_id: str = ""
    number: int = 0
    images: tuple[Mapping[str, Any], ...] = ()


def latest(db: Database, portal: str) -> datetime | None:
    """Returns when the newest page was fetched whose needs were noted. Raises StorageError."""
    query = select(func.max(File.last_seen_at)).where(File.portal == portal, File.kind == Kind.REQUISITE)
    found: datetime | None = db.read(lambda connection: connection.scalar(query))
    return found


def pages(db: Database, portal: str, since: datetime | None, most: int | None) -> list[DrawnPage]:
    """Returns the pages of articles of `portal` whose text came at `since` (None: ever) or later, at most
    `most`, and some of its listings; the newest first. Raises StorageError.
    """
    this = (Version.article_id == Article.id) & (Version.number == Article.version)
    columns = (
        Article.id, Article.url, Version.number, Version.fetched_at, Version.images, Version.warc_file,
        Version.warc_offset, Version.warc_length, Version.warc_digest,
    )  # fmt: skip
    query = select(*columns).join(Version, this).where(Article.portal == portal, Article.status == LIVE)
    query = query.where(
        Version.warc_file.is_not(None), *([] if since is None else [Version.fetched_at >= since])
    )
    query = query.order_by(Version.fetched_at.desc(), Article.id).limit(most)
    last = select(Run.warc_files).where(Run.portal == portal).order_by(Run.id.desc()).limit(_RUNS)
    listing = (
        select(Capture)
        .where(
            or_(Capture.outcome.is_(None), Capture.outcome == Outcome.LISTING)
        )  # None: as a crawl keeps it
        .where(Capture.status == 200, Capture.method == "GET")
        .where(Capture.revisit.is_(False), Capture.content_type.like("%html%"))
        .order_by(Capture.id.desc())
        .limit(_CAPTURES)
    )
    with db.reading() as connection:
        found = [
            DrawnPage(
                row.url, row.fetched_at,
                CaptureRef(row.warc_file, row.warc_offset, row.warc_length, row.warc_digest or "", ""),
                article_id=row.id, number=row.number, images=tuple(row.images),
            )
            for row in connection.execute(query)
        ]  # fmt: skip
        lists: dict[str, DrawnPage] = {}
        files = [file for told in connection.execute(last).scalars() for file in told]
        for row in connection.execute(listing.where(Capture.warc_file.in_(files[:_FILES]))):
            ref = CaptureRef(row.warc_file, row.warc_offset, row.warc_length, row.digest, row.content_digest)
            lists.setdefault(row.url, DrawnPage(row.url, row.fetched_at, ref, row.content_type or ""))
    return found + [lists[url] for url in sorted(lists, key=lambda url: (len(url), url))[:_LISTINGS]]


def sheets(db: Database, urls: Iterable[str]) -> Iterator[DrawnPage]:
    """Yields the current bytes of those of `urls` that are kept. Raises StorageError."""
    current = (FileVersion.file_id == File.id) & (FileVersion.number == File.version)
    query = select(File.url, *FileVersion.__table__.columns).join(FileVersion, current)
    for some in chunks(sorted({file_id(url) for url in urls})):
        with db.reading() as connection:
            rows = connection.execute(query.where(File.id.in_(some))).all()
        for row in rows:
            ref = CaptureRef(
                row.warc_file, row.warc_offset, row.warc_length, row.warc_digest, row.content_digest
            )
            yield DrawnPage(row.url, row.fetched_at, ref, row.content_type or "")


def note(
    db: Database, portal: str, district: str, needed: Sequence[str], seen: tuple[datetime, datetime]
) -> int:
    """Notes that pages of `portal` draw with what stands at the URLs `needed`, the most needed first; returns
    how many of these are due now.

    `seen`: when the newest page was fetched that needs them, and now. What was looked at within a month is
    not due, nor is more than a month's share of a portal. Raises StorageError.
    """
    return db.transaction(lambda connection: _note(connection, portal, district, needed, seen))


def _note(
    connection: Connection, portal: str, district: str, needed: Sequence[str], seen: tuple[datetime, datetime]
) -> int:
    at, now = seen[0].replace(microsecond=0), seen[1]
    wanted = {file_id(url): url for url in reversed(needed) if host_key(url)}
    known: dict[str, Any] = {}
    for some in chunks(sorted(wanted)):
        known |= {row.id: row for row in connection.execute(select(File.__table__).where(File.id.in_(some)))}
    theirs = (File.portal == portal, File.kind == Kind.REQUISITE)
    fresh = or_(File.looked_at > now - MONTH, File.next_at.is_not(None))
    room = MOST - (connection.scalar(select(func.count()).where(*theirs, fresh)) or 0)
    again, new = list[str](), list[str]()
    for key in reversed(wanted):  # the most needed first
        row = known.get(key)
        if row is not None and (row.kind != Kind.REQUISITE or row.status == Status.OFF_SITE):
            continue
        if row is not None and (row.next_at is not None or (row.looked_at and row.looked_at > now - MONTH)):
            continue
        if room <= 0:
            break
        room -= 1
        (new if row is None else again).append(key)
    for some in chunks(again):
        due = update(File).where(File.id.in_(some)).values(next_at=at, tries=0)
        connection.execute(due)
    held = [key for key, row in known.items() if row.kind == Kind.REQUISITE and row.last_seen_at < at]
    for some in chunks(held):
        connection.execute(update(File).where(File.id.in_(some)).values(last_seen_at=at))
    rows = [
        {
            "id": key, "url": wanted[key], "host": host_key(wanted[key]), "portal": portal,
            "district_id": district, "kind": Kind.REQUISITE, "status": Status.PENDING, "reason": "",
            "tries": 0, "first_seen_at": at, "last_seen_at": at, "next_at": at, "version": 0,
        }
        for key in new
    ]  # fmt: skip
    if rows:
        connection.execute(insert_into(connection, File).on_conflict_do_nothing(index_elements=["id"]), rows)
    return len(again) + len(new)


def note_pictures(
    db: Database, portal: str, district: str, page: DrawnPage, others: Mapping[str, Sequence[str]]
) -> None:
    """Notes the pictures of an article's page, and the `others` of each, from which a browser chooses.

    Raises StorageError.
    """
    files: dict[str, dict[str, Any]] = {}
    links: dict[tuple[str, str, str], dict[str, Any]] = {}
    article = ArticleRecord(page.url, district, portal, page.at, "")
    for position, one in enumerate(page.images):
        title = one.get("caption") or one.get("alt") or ""
        for url in (one["url"], *others.get(one["url"], ())):
            named = (Role.IMAGE, position, url, title)
            add(files, links, article, page.article_id, page.number, page.at, named)
    db.transaction(lambda connection: write(connection, files, links))


def month_bytes(db: Database, portal: str, now: datetime) -> int:
    """Returns how many bytes of what a portal's pages draw with were kept within a month. Raises
    StorageError.
    """
    query = (
        select(func.sum(FileVersion.size))
        .join(File, File.id == FileVersion.file_id)
        .where(File.portal == portal, File.kind == Kind.REQUISITE, FileVersion.fetched_at > now - MONTH)
    )
    return int(db.read(lambda connection: connection.scalar(query)) or 0)
