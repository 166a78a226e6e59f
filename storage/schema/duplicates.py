"""What finds texts that tell the same story."""

from __future__ import annotations

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.base import Base, Key, Serial


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


class Unlinked(Base):
    """An article whose text was kept and is still to be linked to those of its story
    (storage.duplicates.pending).

    `exact` and `bands` are of the text that it had before, as in `articles`; `warc_*` is where the capture of
    the new one stands.
    """

    __tablename__ = "unlinked"
    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    article_id: Mapped[str] = mapped_column(Key)
    exact: Mapped[str | None] = mapped_column(Key)
    bands: Mapped[bytes | None]
    warc_file: Mapped[str | None] = mapped_column(Key)
    warc_offset: Mapped[int | None] = mapped_column(BigInteger)
