"""Articles, their versions, and what is learned or suspected of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Double, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.base import Base, Key, Serial

# Of few rows each, so that a count of the others need not read them (storage.coverage). The condition of a
# partial index stands in `info`: as a dialect's own option it would load that dialect, PostgreSQL's in 30 ms.
_FOREIGN = {"where": "first_crawled_at IS NULL"}
_EVENTS = {"where": "published_is_event"}


class Article(Base):
    """An article: a canonical URL. `version`, `exact` and `published_order` are those of its current version.

    `first_seen_at` is the earliest capture that shows it, by anybody; `first_crawled_at` our own first.
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
    first_crawled_at: Mapped[datetime | None]
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
        Index("ix_articles_foreign", "id", info=_FOREIGN),
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

    `fetched_at` is the earliest capture that shows it; `warc_*`, `captured_via` and `evidence_at` are of the
    strongest (storage.warc.provenance.rank), which may be a later one.
    `parts` has the captures of its further pages (storage.records.ArticleRecord), NULL where it has none.
    `named_by` is the reader that looked for communes and documents in it, NULL where none did yet.
    `body` is its paragraphs, one a line; `folded` what search finds of its texts (storage.text.indexed).
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
    captured_via: Mapped[str | None] = mapped_column(Key)
    evidence_at: Mapped[datetime | None]
    parts: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    named_by: Mapped[str | None]
    __table_args__ = (
        UniqueConstraint("article_id", "number"),
        Index(None, "warc_file", "warc_offset"),
        Index("ix_versions_events", "article_id", "number", info=_EVENTS),
    )


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


class Catalogued(Base):
    """An article in its current version, by what is searched, sorted and counted beside its words.

    Triggers keep it in step with `articles` and `versions`, whose rows are too wide to be read for each hit.
    `published` is empty where unknown, so that descending order has undated articles last; `copy` is
    `duplicate_kind`; `flags` is the text of a JSON array; `files`: it has attachments.
    Its indexes stand in migrations/, since neither database reflects a descending one.
    """

    __tablename__ = "catalogue"
    version_id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=False)
    article_id: Mapped[str] = mapped_column(Key, unique=True)
    district_id: Mapped[str] = mapped_column(Key)
    published: Mapped[str] = mapped_column(Key)
    precision: Mapped[str] = mapped_column(Key)
    source: Mapped[str | None] = mapped_column(Key)
    status: Mapped[str] = mapped_column(Key)
    copy: Mapped[str | None] = mapped_column(Key)
    flags: Mapped[str] = mapped_column(Key)
    files: Mapped[bool]
    confidence: Mapped[float | None] = mapped_column(Double)
