"""Files that articles link to or show: their addresses, their bytes in time, and what those say."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.base import Base, Key, Serial


class File(Base):
    """The address of a file. `id` is the key of its URL (storage.records.article_id).

    `host` is where it is asked for, `portal` and `district_id` name who linked to it first. `kind` and
    `status` are words of storage.filing.words; `reason` refines the status. `tries` counts looks in a row
    that brought no file. `looked_at` is the latest look; `next_at` when to look again, NULL for never.
    `version` is the number of the current version (0: none is kept), `size` its bytes, or those that a server
    announced of a file that is too large.
    """

    __tablename__ = "files"
    id: Mapped[str] = mapped_column(Key, primary_key=True)
    url: Mapped[str]
    host: Mapped[str] = mapped_column(Key)
    portal: Mapped[str] = mapped_column(Key)
    district_id: Mapped[str] = mapped_column(Key)
    kind: Mapped[str] = mapped_column(Key)
    status: Mapped[str] = mapped_column(Key)
    reason: Mapped[str]
    tries: Mapped[int]
    size: Mapped[int | None] = mapped_column(BigInteger)
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    looked_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    version: Mapped[int]
    __table_args__ = (
        Index(None, "host", "next_at"),
        Index(None, "portal", "status"),
        Index(None, "looked_at"),
    )


class FileVersion(Base):
    """The bytes of a file from `fetched_at` on. `warc_file` and `warc_offset` are where they stand.

    `content_digest` is the hex SHA-256 of the bytes, `type` what they are by their first bytes, `name` how
    the server calls them. The record with the bytes may be one of another address that has the same ones.
    """

    __tablename__ = "file_versions"
    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    file_id: Mapped[str] = mapped_column(Key, ForeignKey("files.id"))
    number: Mapped[int]
    fetched_at: Mapped[datetime]
    content_digest: Mapped[str] = mapped_column(Key, index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    type: Mapped[str]
    content_type: Mapped[str | None]
    name: Mapped[str]
    warc_file: Mapped[str] = mapped_column(Key)
    warc_offset: Mapped[int] = mapped_column(BigInteger)
    warc_length: Mapped[int] = mapped_column(BigInteger)
    warc_digest: Mapped[str] = mapped_column(Key, index=True)
    __table_args__ = (UniqueConstraint("file_id", "number"), Index(None, "warc_file", "warc_offset"))


class Content(Base):
    """What bytes say, once for all files that have them. `digest` is the hex SHA-256 of the bytes.

    `status` says how they could be read, NULL before anybody has; `text_source` where the text comes from,
    `font` the old font whose letters were repaired. `text` is NULL where there is none; `folded` what
    search finds of it (storage.text.indexed), "" where there is none. `page_ends` are offsets in `text`,
    `members` the files in an archive file. `doc_…` are what an administrative document says of itself.
    """

    __tablename__ = "contents"
    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    digest: Mapped[str] = mapped_column(Key, unique=True)
    type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str | None] = mapped_column(Key, index=True)
    pages: Mapped[int | None]
    text_source: Mapped[str | None]
    font: Mapped[str | None]
    text: Mapped[str | None]
    folded: Mapped[str]
    page_ends: Mapped[list[Any] | None] = mapped_column(JSON)
    members: Mapped[list[Any] | None] = mapped_column(JSON)
    doc_code: Mapped[str | None] = mapped_column(Key, index=True)
    doc_number: Mapped[str | None]
    doc_symbol: Mapped[str | None]
    doc_type: Mapped[str | None]
    doc_date: Mapped[str | None] = mapped_column(Key, index=True)
    doc_date_precision: Mapped[str | None]
    doc_place: Mapped[str | None]
    doc_issuer: Mapped[str | None]
    doc_subject: Mapped[str | None]
    doc_signer: Mapped[str | None]
    doc_capacity: Mapped[str | None]
    annex_of: Mapped[str | None]
    reader_version: Mapped[str | None]
    read_at: Mapped[datetime | None]


class ArticleFile(Base):
    """A file of an article, from one version of the article to another. `role` says what it is there.

    `position` is its place among the files of that role in the latest of those versions, `title` what the
    link calls it.
    """

    __tablename__ = "article_files"
    article_id: Mapped[str] = mapped_column(Key, ForeignKey("articles.id"), primary_key=True)
    file_id: Mapped[str] = mapped_column(Key, ForeignKey("files.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(Key, primary_key=True)
    position: Mapped[int]
    title: Mapped[str]
    first_version: Mapped[int]
    last_version: Mapped[int]
