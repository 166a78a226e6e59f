"""What the texts of articles name: communes, and documents by their numbers."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.base import Base, Key


class Mention(Base):
    """A commune that a version of an article names, each time that it does (storage.records.Mention).

    `place_id` is a state of the commune, of the table of places: code and validity.
    """

    __tablename__ = "mentions"
    article_id: Mapped[str] = mapped_column(Key, ForeignKey("articles.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(Key, primary_key=True)
    span_start: Mapped[int] = mapped_column(primary_key=True)
    span_end: Mapped[int]
    place_id: Mapped[str] = mapped_column(Key)
    how: Mapped[str] = mapped_column(Key)
    __table_args__ = (Index(None, "place_id"),)


class DocumentNamed(Base):
    """A document that a version of an article names by its number (storage.records.DocumentNamed)."""

    __tablename__ = "documents_named"
    article_id: Mapped[str] = mapped_column(Key, ForeignKey("articles.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(Key, primary_key=True)
    span_start: Mapped[int] = mapped_column(primary_key=True)
    span_end: Mapped[int]
    code: Mapped[str] = mapped_column(Key)
    kind: Mapped[str] = mapped_column(Key)
    type: Mapped[str | None]
    number: Mapped[str]
    year: Mapped[str | None]
    symbol: Mapped[str]
    issuer_symbol: Mapped[str | None]
    issuer: Mapped[str | None]
    date: Mapped[str | None] = mapped_column(Key)
    date_precision: Mapped[str | None]
    __table_args__ = (Index(None, "code"),)
