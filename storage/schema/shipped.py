"""WARC files that stand in the store."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.base import Base, Key


class Shipped(Base):
    """A finished WARC file that was copied into the store at the URL `store`, read back, and had `sha256`."""

    __tablename__ = "shipped"
    file: Mapped[str] = mapped_column(Key, primary_key=True)
    store: Mapped[str] = mapped_column(Key, primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str]
    shipped_at: Mapped[datetime]
