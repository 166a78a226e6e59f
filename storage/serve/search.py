"""Full-text search with or without diacritics, the same on SQLite (FTS5) and PostgreSQL (tsvector)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, and_, desc, func, literal_column, select, text

from storage.database import Database
from storage.errors import StorageError
from storage.schema import Article, District, Version
from storage.text import searchable

INDEXED = 200_000  # characters of a text that PostgreSQL indexes; its migration has the same number
_PARTS = re.compile(r'"([^"]*)"|(\S+)')


@dataclass(frozen=True, slots=True)
class Hit:
    """An article found: its latest version. `published_at` is as precise as printed, or None."""

    id: str
    url: str
    title: str
    lead: str | None
    district_id: str
    district: str
    published_at: str | None
    first_seen_at: datetime


def phrases(query: str) -> list[str]:
    """Returns the phrases that must all occur: each quoted part is one, so is each word. Other signs mean
    nothing.

    A word of several parts (26/10/2023, 18-NQ/TW) is a phrase of them. Raises StorageError if none is left.
    """
    parts = _PARTS.findall(query.replace("\0", " "))
    found = [phrase for quoted, bare in parts if (phrase := searchable([quoted or bare]))]
    if not found:
        raise StorageError(f"nothing to search for in {query!r}: give at least one word")
    return found


def matching(query: str, sqlite: bool) -> ColumnElement[bool]:
    """Returns the condition that a version holds all phrases of `query`. Raises as `phrases` does."""
    parts = phrases(query)
    if sqlite:
        match = literal_column("search", String).op("MATCH", is_comparison=True)(
            " ".join(f'"{part}"' for part in parts)
        )
        return Version.id.in_(select(literal_column("rowid")).select_from(text("search")).where(match))
    simple = literal_column("'simple'::regconfig", String)
    vector = func.to_tsvector(simple, func.left(Version.folded, literal_column(str(INDEXED))))
    return and_(*(vector.bool_op("@@")(func.phraseto_tsquery(simple, part)) for part in parts))


def search(db: Database, query: str, limit: int = 20, offset: int = 0) -> list[Hit]:
    """Returns the latest versions that hold all words of `query`, the latest published first.

    Raises StorageError where `query` has no word or the database fails.
    """
    rows = (
        select(
            Article.id,
            Article.url,
            Version.title,
            Version.lead,
            Article.district_id,
            func.coalesce(District.name, Article.district_id),
            Version.published_at,
            Article.first_seen_at,
        )
        .join(Version, (Version.article_id == Article.id) & (Version.number == Article.version))
        .outerjoin(District, District.id == Article.district_id)
        .where(matching(query, db.sqlite))
        .order_by(Version.published_at.is_(None), desc(Version.published_at), Article.id)
        .limit(limit)
        .offset(offset)
    )
    with db.reading() as connection:
        return [Hit(*row) for row in connection.execute(rows)]
