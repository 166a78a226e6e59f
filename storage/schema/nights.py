"""A night that many machines share: who takes part, and who crawls which district."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.base import Base, Key, Serial


class SharedNight(Base):
    """A crawl of many districts by many machines, on PostgreSQL. All times are the database server's.

    `selection` is what was asked for, as JSON; `districts` the digest of their entries; `after_run` the last
    run before the night. `closed_at` is NULL until the last machine has ended.
    """

    __tablename__ = "shared_nights"
    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    selection: Mapped[str]
    districts: Mapped[str]
    after_run: Mapped[int] = mapped_column(Serial)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    __table_args__ = (Index(None, "closed_at"),)


class NightMachine(Base):
    """A machine in a shared night. Its districts are free again when it has not been `seen_at` for the lease.

    `name` is its host and data folder, by which a later night knows it. `stopped` says why it ended early.
    """

    __tablename__ = "night_machines"
    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    night_id: Mapped[int] = mapped_column(Serial, ForeignKey("shared_nights.id"))
    name: Mapped[str] = mapped_column(Key)
    host: Mapped[str]
    pid: Mapped[int]
    joined_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    stopped: Mapped[str | None]
    notices: Mapped[list[Any]]
    __table_args__ = (Index(None, "night_id"),)


class NightDistrict(Base):
    """A district of a shared night. Those of one `unit` share a server, so one machine crawls all of them.

    A unit is named after its first district. `seconds` is what its crawl is expected to take, a first crawl
    longest. `result` says how it went, once `done_at` is set.
    """

    __tablename__ = "night_districts"
    night_id: Mapped[int] = mapped_column(Serial, ForeignKey("shared_nights.id"), primary_key=True)
    district_id: Mapped[str] = mapped_column(Key, primary_key=True)
    unit: Mapped[str] = mapped_column(Key)
    seconds: Mapped[float]
    machine_id: Mapped[int | None] = mapped_column(Serial, ForeignKey("night_machines.id"))
    tries: Mapped[int]
    free_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None]
    __table_args__ = (Index(None, "night_id", "unit"),)
