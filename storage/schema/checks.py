"""What looks at portals found."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.base import Base, Key, Serial


class Check(Base):
    """One look at a portal and what it was judged to be (storage.runs.states). Rows are never changed.

    `answers`: the responses in order, each with its url, status, WARC file and offset. `previous` is the
    state of the look before it, NULL at the first.
    """

    __tablename__ = "checks"
    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    district_id: Mapped[str] = mapped_column(Key)
    portal: Mapped[str] = mapped_column(Key)
    candidate: Mapped[bool]
    checked_at: Mapped[datetime]
    state: Mapped[str]
    sure: Mapped[str]
    evidence: Mapped[str]
    target: Mapped[str | None]
    newest: Mapped[date | None]
    office: Mapped[str | None]
    title: Mapped[str | None]
    language: Mapped[str | None]
    family: Mapped[str]
    family_sure: Mapped[str]
    robots: Mapped[str]
    address: Mapped[str]
    certificate: Mapped[str]
    requests: Mapped[int]
    answers: Mapped[list[Any]]
    previous: Mapped[str | None]
    __table_args__ = (Index(None, "district_id", "portal", "id"),)
