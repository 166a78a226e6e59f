"""Places and what became of them, as storage/places has them, for queries beside the articles."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.base import Base, Key, Serial


class PlaceRow(Base):
    """A unit in one state (storage.places.tables.Place); days are ISO 8601, NULL where the lists have none.

    Codes are used again for other places: a place is its code and a day between `valid_from` and `valid_to`.
    """

    __tablename__ = "places"
    place_id: Mapped[str] = mapped_column(Key, primary_key=True)
    level: Mapped[str] = mapped_column(Key)
    code: Mapped[str] = mapped_column(Key)
    kind: Mapped[str]
    name: Mapped[str]
    parent: Mapped[str | None] = mapped_column(Key)
    valid_from: Mapped[str | None] = mapped_column(Key)
    valid_to: Mapped[str | None] = mapped_column(Key)
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    note: Mapped[str | None]
    __table_args__ = (Index(None, "level", "code"), Index(None, "parent"))


class PlaceChange(Base):
    """One state that became another on a day; `new_place_id` is NULL where nothing tells what it became."""

    __tablename__ = "place_changes"
    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    old_place_id: Mapped[str] = mapped_column(Key)
    new_place_id: Mapped[str | None] = mapped_column(Key)
    changed_on: Mapped[str] = mapped_column(Key)
    how: Mapped[str] = mapped_column(Key)
    resolution: Mapped[str | None]
    __table_args__ = (Index(None, "old_place_id"), Index(None, "new_place_id"))


class PlaceEdition(Base):
    """Which edition of the packaged tables the two above hold: one row."""

    __tablename__ = "place_editions"
    fingerprint: Mapped[str] = mapped_column(Key, primary_key=True)  # SHA-256 of the tables
    filled_at: Mapped[datetime]
