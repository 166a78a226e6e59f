"""The tables. Written for 10 million articles: every lookup of the crawl and of the export has its index.

Times are UTC; those of captures are in whole seconds, as WARC keeps them. Keys are compared byte by byte on
both databases (PostgreSQL would otherwise order them by its locale), so an export has the same order
everywhere. The full-text indexes stand in migrations/, since each database builds its own.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    String,
    Text,
)
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from storage.language.messages import from_json, to_json

UNDATED = "9999"  # sorts after every date, on both databases
REVISION = "0018"  # the migration that builds what stands below


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept as UTC and returned as UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"time without a zone: {value!r}; give it one, say Asia/Ho_Chi_Minh")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Sentences(TypeDecorator[list[str]]):
    """Sentences for people, in their order; a Message is kept with what it is made of, beside its text."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> list[Any] | None:
        return None if value is None else [to_json(said) for said in value]

    def process_result_value(self, value: list[Any] | None, dialect: Dialect) -> list[str] | None:
        return None if value is None else [from_json(kept) for kept in value]


Key = String().with_variant(String(collation="C"), "postgresql")
Serial = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up INTEGER keys only


class Base(DeclarativeBase):
    """The tables of the archive."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {str: Text, datetime: Moment, list[Any]: JSON, dict[str, Any]: JSON}  # noqa: RUF012
