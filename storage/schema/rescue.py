"""What other archives hold of a portal, and how far their lists are read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.base import Base, Key, Serial


class Holding(Base):
    """A capture that an archive is known to hold (storage.holdings), whether we have it or not.

    `key` tells it from others of its `source` (storage.holdings.records.Row.key). `url` is as the archive has
    it, `url_id` that of its canonical form, `stamp` its moment in 14 digits UTC; `ref` where its record
    stands in Common Crawl. `tries` counts the times that it was asked for and did not come.
    """

    __tablename__ = "holdings"
    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    source: Mapped[str] = mapped_column(Key)
    key: Mapped[str] = mapped_column(Key)
    district_id: Mapped[str] = mapped_column(Key)
    portal: Mapped[str] = mapped_column(Key)
    url: Mapped[str]
    url_id: Mapped[str] = mapped_column(Key)
    stamp: Mapped[str] = mapped_column(Key)
    mime: Mapped[str]
    status: Mapped[int | None]
    digest: Mapped[str] = mapped_column(Key)
    length: Mapped[int | None] = mapped_column(BigInteger)
    ref: Mapped[str]
    state: Mapped[str] = mapped_column(Key)
    reason: Mapped[str]
    tries: Mapped[int]
    __table_args__ = (UniqueConstraint("source", "key"), Index(None, "portal", "url_id", "stamp"))


class Listed(Base):
    """How far the list of an archive is read: of `scope` (a host, or a path on it), in `part`.

    A part is a year, a crawl of Common Crawl, or all. `resume` goes on where it stopped, None where it is
    read to its end; `until_at` is when that was, `lines` how many rows came, `stop` after how many a query
    ended early without saying so.
    """

    __tablename__ = "listed"
    source: Mapped[str] = mapped_column(Key, primary_key=True)
    scope: Mapped[str] = mapped_column(Key, primary_key=True)
    part: Mapped[str] = mapped_column(Key, primary_key=True)
    resume: Mapped[str | None]
    since: Mapped[str]
    began_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
    lines: Mapped[int] = mapped_column(BigInteger)
    stop: Mapped[int | None] = mapped_column(BigInteger)


class Pause(Base):
    """Until when an archive is not to be asked, and why: it said so, or refused the connection."""

    __tablename__ = "pauses"
    source: Mapped[str] = mapped_column(Key, primary_key=True)
    until_at: Mapped[datetime]
    seconds: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str]
