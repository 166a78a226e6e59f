"""The tables. Written for 10 million articles: every lookup of the crawl and of the export has its index.

Times are UTC; those of captures are in whole seconds, as WARC keeps them. Keys are compared byte by byte on
both databases (PostgreSQL would otherwise order them by its locale), so an export has the same order
everywhere. The full-text indexes stand in migrations/, since each database builds its own.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

UNDATED = "9999"  # sorts after every date, on both databases
REVISION = "0004"  # the migration that builds what stands below


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept as UTC and returned as UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"time without a zone: {value!r}; give it one, say Asia/Ho_Chi_Minh")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Key = String().with_variant(String(collation="C"), "postgresql")
Serial = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up INTEGER keys only


class Base(DeclarativeBase):
    """The tables of the archive."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {str: Text, datetime: Moment, list[Any]: JSON, dict[str, Any]: JSON}  # noqa: RUF012


class District(Base):
    """A district as the registry last named it. Rows stay when an entry leaves: its articles do, too."""

    __tablename__ = "districts"
    id: Mapped[str] = mapped_column(Key, primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    code: Mapped[str]
    province: Mapped[str]


class Portal(Base):
    """A portal of a district."""

    __tablename__ = "portals"
    district_id: Mapped[str] = mapped_column(Key, ForeignKey("districts.id"), primary_key=True)
    url: Mapped[str] = mapped_column(Key, primary_key=True)
    family: Mapped[str]
    until: Mapped[date | None]


class Run(Base):
    """One crawl of one portal. `pid_token` tells its process from a later one that was given the same pid.

    `listings`: URL of a listing's first page -> links on that page; new and own ones, over all its pages.
    """

    __tablename__ = "runs"
    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    district_id: Mapped[str] = mapped_column(Key)
    portal: Mapped[str] = mapped_column(Key)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    verdict: Mapped[str | None]
    counts: Mapped[dict[str, Any]]
    evidence: Mapped[list[Any]]
    warc_files: Mapped[list[Any]]
    listings: Mapped[dict[str, Any]]
    host: Mapped[str]
    pid: Mapped[int]
    pid_token: Mapped[str]
    __table_args__ = (Index(None, "district_id", "portal", "id"),)


class Pending(Base):
    """A request of a portal's crawl that is still to be made (storage.articles.frontier)."""

    __tablename__ = "frontier"
    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    portal: Mapped[str] = mapped_column(Key)
    key: Mapped[str] = mapped_column(Key)
    request: Mapped[dict[str, Any]]
    __table_args__ = (UniqueConstraint("portal", "key"),)


class Capture(Base):
    """One response in a WARC file. `url_id` is the key of its URL (storage.records.article_id)."""

    __tablename__ = "captures"
    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    run_id: Mapped[int | None] = mapped_column(Serial, ForeignKey("runs.id"))
    url_id: Mapped[str] = mapped_column(Key)
    url: Mapped[str]
    method: Mapped[str]
    status: Mapped[int]
    fetched_at: Mapped[datetime]
    outcome: Mapped[str | None]
    content_type: Mapped[str | None]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    warc_file: Mapped[str] = mapped_column(Key)
    warc_offset: Mapped[int] = mapped_column(BigInteger)
    warc_length: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str]
    content_digest: Mapped[str]
    revisit: Mapped[bool]
    __table_args__ = (UniqueConstraint("warc_file", "warc_offset"), Index(None, "url_id", "fetched_at"))


class Article(Base):
    """An article: a canonical URL. `version`, `exact` and `published_order` are those of its current version.

    `published_order` is its date of publication, UNDATED where unknown. `exact` is the digest of its text,
    NULL where there is none to compare; `unseen_since` is when looks began not to show it (NULL: the latest
    look did); `bands` its MinHash bands (64-bit integers, little end first), of
    `algorithm`. `duplicate_of` names the root of its cluster, never another duplicate.
    """

    __tablename__ = "articles"
    id: Mapped[str] = mapped_column(Key, primary_key=True)
    district_id: Mapped[str] = mapped_column(Key)
    portal: Mapped[str] = mapped_column(Key)
    url: Mapped[str]
    status: Mapped[str]
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]
    unseen_since: Mapped[datetime | None]
    version: Mapped[int]
    published_order: Mapped[str] = mapped_column(Key)
    exact: Mapped[str | None] = mapped_column(Key)
    bands: Mapped[bytes | None]
    algorithm: Mapped[str | None]
    duplicate_of: Mapped[str | None] = mapped_column(Key, ForeignKey("articles.id"), index=True)
    duplicate_kind: Mapped[str | None]
    __table_args__ = (
        Index(None, "district_id", "portal", "published_order", "id"),
        Index(None, "exact", "published_order", "first_seen_at", "id"),
    )


class Suspect(Base):
    """A look at a known article that did not show it, until the next look or the end of the run decides.

    `article_id` is whose address it was, `kind` why (storage.records: MISSING …), `reason` that of the
    outcome or the headline of a foreign text, `text` the folded words of that.
    """

    __tablename__ = "suspects"
    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    article_id: Mapped[str] = mapped_column(Key, index=True)
    portal: Mapped[str] = mapped_column(Key)
    run_id: Mapped[int | None] = mapped_column(Serial)
    kind: Mapped[str]
    seen_at: Mapped[datetime]
    reason: Mapped[str]
    text: Mapped[str]
    warc_file: Mapped[str | None] = mapped_column(Key)
    warc_offset: Mapped[int | None] = mapped_column(BigInteger)
    __table_args__ = (Index(None, "portal", "run_id"),)


class Holder(Base):
    """Which article stands at an address since when, where another one stood there before.

    `url_id` is the key of the address (storage.records.article_id) and the id of its first article.
    """

    __tablename__ = "holders"
    url_id: Mapped[str] = mapped_column(Key, primary_key=True)
    since: Mapped[datetime] = mapped_column(primary_key=True)
    article_id: Mapped[str] = mapped_column(Key, ForeignKey("articles.id"))


class Version(Base):
    """The text of an article as one capture showed it, and where the bytes that prove it stand.

    `body` is its paragraphs, one a line; `folded` the words of all its texts (storage.text), for search.
    """

    __tablename__ = "versions"
    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    article_id: Mapped[str] = mapped_column(Key, ForeignKey("articles.id"))
    number: Mapped[int]
    run_id: Mapped[int | None] = mapped_column(Serial, ForeignKey("runs.id"))
    fetched_at: Mapped[datetime]
    title: Mapped[str]
    lead: Mapped[str | None]
    body: Mapped[str]
    author: Mapped[str | None]
    category: Mapped[str | None]
    published_at: Mapped[str | None] = mapped_column(Key)
    published_precision: Mapped[str]
    published_source: Mapped[str | None]
    published_raw: Mapped[str | None]
    published_is_event: Mapped[bool]
    captions: Mapped[list[Any]]
    images: Mapped[list[Any]]
    attachments: Mapped[list[Any]]
    tags: Mapped[list[Any]]
    flags: Mapped[list[Any]]
    encoding: Mapped[str]
    reader_version: Mapped[str]
    confidence: Mapped[float | None] = mapped_column(Double)
    witnesses: Mapped[list[Any] | None] = mapped_column(JSON)
    content_hash: Mapped[str] = mapped_column(Key)
    folded: Mapped[str]
    warc_file: Mapped[str | None] = mapped_column(Key)
    warc_offset: Mapped[int | None] = mapped_column(BigInteger)
    warc_length: Mapped[int | None] = mapped_column(BigInteger)
    warc_digest: Mapped[str | None]
    __table_args__ = (UniqueConstraint("article_id", "number"), Index(None, "warc_file", "warc_offset"))


class Design(Base):
    """The template in which an article was seen last (storage.articles.designs), and the lines of that
    reading where they are not the text of its version `number`."""

    __tablename__ = "designs"
    article_id: Mapped[str] = mapped_column(Key, ForeignKey("articles.id"), primary_key=True)
    number: Mapped[int]
    design: Mapped[str]
    lines: Mapped[str | None]


class Furniture(Base):
    """A block that stood on two or more articles of a portal; storage.articles.furniture._Row tells the
    columns."""

    __tablename__ = "furniture"
    portal: Mapped[str] = mapped_column(Key, primary_key=True)
    key: Mapped[str] = mapped_column(Key, primary_key=True)
    text: Mapped[str]
    pages: Mapped[int]
    firm: Mapped[int]
    varied: Mapped[bool]
    taken: Mapped[bool]
    place: Mapped[str | None]
    shown: Mapped[int]
    shown_of: Mapped[int]
    settled: Mapped[bool]
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]


class FurnitureCount(Base):
    """How many articles of a portal were counted; `once`: flags and key of the blocks seen once."""

    __tablename__ = "furniture_counts"
    portal: Mapped[str] = mapped_column(Key, primary_key=True)
    pages: Mapped[int]
    once: Mapped[str]
    design: Mapped[str | None]  # of the template since which is counted; none before its first redesign


class Band(Base):
    """A MinHash band of a text: texts, not articles, so a notice posted a thousand times is stored once.

    `key` hashes algorithm, band and rows, so two algorithms never meet; `exact` is the text's digest.
    """

    __tablename__ = "bands"
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    exact: Mapped[str] = mapped_column(Key, primary_key=True)
    __table_args__ = ({"sqlite_with_rowid": False},)


class Link(Base):
    """Two different texts of the same story, `first` < `second`: an edge of a cluster."""

    __tablename__ = "links"
    first: Mapped[str] = mapped_column(Key, primary_key=True)
    second: Mapped[str] = mapped_column(Key, primary_key=True, index=True)
    similarity: Mapped[float]
    __table_args__ = ({"sqlite_with_rowid": False},)
