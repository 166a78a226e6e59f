"""What is crawled, what a run did, and every capture."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.base import Base, Key, Sentences, Serial
from storage.vocabulary import RunKind

OF_FILES = {"where": "file_id IS NOT NULL"}  # of a partial index


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
    """One crawl or one rescue of one portal; `kind` says which (storage.vocabulary).

    `pid_token` tells its process from a later one that was given the same pid.
    `listings`: URL of a listing's first page -> links on that page; new and own ones, over all its pages.
    """

    __tablename__ = "runs"
    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    district_id: Mapped[str] = mapped_column(Key)
    portal: Mapped[str] = mapped_column(Key)
    kind: Mapped[str] = mapped_column(Key, default=RunKind.CRAWL, server_default=RunKind.CRAWL)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    verdict: Mapped[str | None]
    counts: Mapped[dict[str, Any]]
    evidence: Mapped[list[str]] = mapped_column(Sentences)
    warc_files: Mapped[list[Any]]
    listings: Mapped[dict[str, Any]]
    host: Mapped[str]
    pid: Mapped[int]
    pid_token: Mapped[str]
    __table_args__ = (Index(None, "district_id", "portal", "id"),)


class Replayed(Base):
    """How far a replay by `reader` has kept a file: up to `place` (bytes), NULL to its end. Empty when all is
    read.
    """

    __tablename__ = "replayed"
    reader: Mapped[str] = mapped_column(Key, primary_key=True)
    file: Mapped[str] = mapped_column(Key, primary_key=True)
    place: Mapped[int | None] = mapped_column(BigInteger)


class Pending(Base):
    """A request of a portal's crawl that is still to be made (storage.articles.frontier)."""

    __tablename__ = "frontier"
    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    portal: Mapped[str] = mapped_column(Key)
    key: Mapped[str] = mapped_column(Key)
    request: Mapped[dict[str, Any]]
    __table_args__ = (UniqueConstraint("portal", "key"),)


class Capture(Base):
    """One response in a WARC file. `url_id` is the key of its URL (storage.records.article_id).

    `file_id` is the key of the file that was asked for, where one was: not `url_id` behind a redirect.
    """

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
    captured_via: Mapped[str] = mapped_column(Key)  # storage.warc.provenance
    captured_by: Mapped[str | None]
    source_uri: Mapped[str | None]
    file_id: Mapped[str | None] = mapped_column(Key)
    __table_args__ = (
        UniqueConstraint("warc_file", "warc_offset"),
        Index(None, "url_id", "fetched_at"),
        # Of files alone, so that ten million captures of pages cost nothing
        Index(None, "file_id", "fetched_at", info=OF_FILES),
    )
