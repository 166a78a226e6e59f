"""Files for people: lists of them, and all that the archive has of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, func, select

from storage.database import Database
from storage.errors import StorageError
from storage.filing.words import Kind
from storage.language.messages import message
from storage.schema import Article, ArticleFile, Content, File, FileVersion, Version
from storage.search.names import district_named
from storage.serve.citing import naming
from storage.vocabulary import iso
from storage.warc.captures import CaptureRef

_META = (
    "doc_code", "doc_type", "doc_date", "doc_issuer", "doc_subject", "doc_signer", "annex_of",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Which:
    """Which files: those that meet all of it. `type` as their bytes say; `changed`: with several versions.

    Without a `kind`, what pages draw with is left out.
    """

    district: str | None = None
    status: str | None = None
    type: str | None = None
    kind: str | None = None
    off_site: bool = False
    changed: bool = False


def listed(db: Database, which: Which, limit: int | None = None) -> list[dict[str, Any]]:
    """Returns files, the ones seen last first. Raises StorageError."""
    current = (FileVersion.file_id == File.id) & (FileVersion.number == File.version)
    title = select(ArticleFile.title).where(ArticleFile.file_id == File.id).limit(1).scalar_subquery()
    query = (
        select(
            File.id, File.status, File.reason, File.kind, FileVersion.type, File.size, File.version,
            File.district_id, File.portal, title.label("title"), File.url, File.looked_at, File.next_at,
            Content.status.label("reading"),
        )
        .outerjoin(FileVersion, current)
        .outerjoin(Content, Content.digest == FileVersion.content_digest)
        .order_by(File.last_seen_at.desc(), File.id)
        .limit(limit)
    )  # fmt: skip
    with db.reading() as connection:
        rows = connection.execute(_narrowed(connection, query, which)).mappings().all()
    return [_told(row) for row in rows]


def hosts_off_site(db: Database, which: Which) -> list[dict[str, Any]]:
    """Returns the hosts that belong to no portal, with how many files stand there and who links to them, the
    most first. Raises StorageError.
    """
    host = func.coalesce(func.nullif(File.reason, ""), File.host)
    count = func.count()
    query: Any = select(host.label("host"), count.label("files"), func.min(File.portal).label("portal"))
    query = _off_site(query).group_by(host).order_by(count.desc(), host)
    with db.reading() as connection:
        if which.district:
            query = query.where(File.district_id == district_named(connection, which.district))
        return [dict(row) for row in connection.execute(query).mappings()]


def about(db: Database, file_id: str) -> dict[str, Any]:
    """Returns a file with its versions, what their bytes say, the articles that link to it, and those that
    name it by the number of its document (`named_in`). StorageError where there is none.
    """
    with db.reading() as connection:
        row = connection.execute(select(File.__table__).where(File.id == file_id)).mappings().one_or_none()
        if row is None:
            raise StorageError(
                message("no file {file_id} in the archive; `huyen files` lists them", file_id=file_id)
            )
        told = (Content.status, Content.pages, Content.text_source)
        metadata = (getattr(Content, name) for name in _META)
        versions = (
            select(*FileVersion.__table__.columns, *told, *metadata)
            .outerjoin(Content, Content.digest == FileVersion.content_digest)
            .where(FileVersion.file_id == file_id)
            .order_by(FileVersion.fetched_at)
        )
        this = (Version.article_id == Article.id) & (Version.number == Article.version)
        articles = (
            select(
                ArticleFile.role, ArticleFile.title, Article.id, Article.url, Version.title.label("article")
            )
            .join(Article, Article.id == ArticleFile.article_id)
            .join(Version, this)
            .where(ArticleFile.file_id == file_id)
            .order_by(Article.id, ArticleFile.role)
        )
        found = [dict(one) for one in connection.execute(versions).mappings()]
        for one in found:
            one["sha256"] = one.pop("content_digest")
            del one["id"], one["file_id"]
        named = [dict(one) for one in connection.execute(articles).mappings()]
        citing = naming(connection, file_id)
    file = _told(row) | {"host": row["host"], "tries": row["tries"]}
    return file | {"versions": [_told(one) for one in found], "articles": named, "named_in": citing}


class Change(NamedTuple):
    """A file that an article names had other bytes from `at` (UTC) on; both digests are hex SHA-256."""

    file_id: str
    url: str
    name: str
    at: datetime
    before: str
    after: str


def changes(connection: Connection, article_id: str) -> list[Change]:
    """Returns how the files of an article changed, in the order of time."""
    named = select(ArticleFile.file_id).where(ArticleFile.article_id == article_id)
    columns = (
        FileVersion.file_id,
        File.url,
        FileVersion.name,
        FileVersion.fetched_at,
        FileVersion.content_digest,
    )
    query = (
        select(*columns)
        .join(File, File.id == FileVersion.file_id)
        .where(FileVersion.file_id.in_(named))
        .order_by(FileVersion.file_id, FileVersion.fetched_at)
    )
    rows = connection.execute(query).all()
    found = [
        Change(now.file_id, now.url, now.name, now.fetched_at, before.content_digest, now.content_digest)
        for before, now in pairwise(rows)
        if before.file_id == now.file_id
    ]
    return sorted(found, key=lambda one: (one.at, one.file_id))


def place_of(db: Database, file_id: str, number: int | None = None) -> tuple[CaptureRef, str, str]:
    """Returns where the bytes of a file's version stand (by default of the current one), their hex SHA-256,
    and how the file is called. StorageError where nothing is kept.
    """
    query = select(FileVersion, File.status, File.reason, File.version).join(
        File, File.id == FileVersion.file_id
    )
    wanted = FileVersion.number == (File.version if number is None else number)
    with db.reading() as connection:
        row = connection.execute(query.where(FileVersion.file_id == file_id, wanted)).first()
        if row is None:
            held = connection.execute(select(File.status, File.version).where(File.id == file_id)).first()
            if held is None:
                raise StorageError(
                    message("no file {file_id} in the archive; `huyen files` lists them", file_id=file_id)
                )
            if held.version and number is not None:
                raise StorageError(
                    message("file {file_id} has no version {number}", file_id=file_id, number=number)
                )
            raise StorageError(
                message(
                    "nothing is kept of file {file_id}: it is {status}", file_id=file_id, status=held.status
                )
            )
    ref = CaptureRef(row.warc_file, row.warc_offset, row.warc_length, row.warc_digest, row.content_digest)
    return ref, row.content_digest, row.name


def _narrowed(connection: Connection, query: Select[Any], which: Which) -> Select[Any]:
    if which.district:
        query = query.where(File.district_id == district_named(connection, which.district))
    if which.status:
        query = query.where(File.status == which.status)
    if which.type:
        query = query.where(FileVersion.type == which.type)
    if which.kind:
        query = query.where(File.kind == which.kind)
    elif not which.off_site:
        query = query.where(File.kind != Kind.REQUISITE)
    if which.changed:
        query = query.where(File.version > 1)
    narrowed: Select[Any] = _off_site(query) if which.off_site else query
    return narrowed


def _off_site(query: Any) -> Any:
    return query.where(File.status == "off_site")


def _told(row: Any) -> dict[str, Any]:
    return {name: iso(value) if isinstance(value, datetime) else value for name, value in dict(row).items()}
