"""Full-text search by one grammar (storage.serve.grammar), the same on SQLite (FTS5) and PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, String, desc, func, literal_column, select, text

from storage.database import Database
from storage.errors import StorageError
from storage.language.messages import message
from storage.schema import Article, District, Version
from storage.serve.grammar import Phrase, Query, parse
from storage.serve.passages import passage

INDEXED = 200_000  # characters of what PostgreSQL indexes of a text; its migration has the same number
SORTS = ("date", "relevance")
COUNTED = 10_000  # articles; beyond, a count says "more than"
_MANY = 2_000  # hits from which on walking the newest articles is quicker than sorting the hits
_SIMPLE = literal_column("'simple'::regconfig", String)
_THIS = (Version.article_id == Article.id) & (Version.number == Article.version)

# Walks the articles from the newest on and stops after enough hits; left alone, SQLite sorts all of them.
_NEWEST = """
    SELECT versions.id FROM versions INDEXED BY ix_versions_newest
    CROSS JOIN articles ON articles.id = versions.article_id AND articles.version = versions.number
    WHERE versions.id IN (SELECT rowid FROM search WHERE search MATCH :match)
    ORDER BY versions.published_at IS NULL, versions.published_at DESC, versions.article_id
    LIMIT :limit OFFSET :offset
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """An article found: its latest version. `published_at` is as precise as printed, or None.

    `passage` is where the text has what was asked for, shortened.
    """

    id: str
    url: str
    title: str
    lead: str | None
    district_id: str
    district: str
    published_at: str | None
    first_seen_at: datetime
    passage: str = ""


def matching(query: str, sqlite: bool) -> ColumnElement[bool]:
    """Returns the condition that a version holds what `query` asks for. Raises as `grammar.parse` does."""
    asked = parse(query)
    if sqlite:
        match = literal_column("search", String).op("MATCH", is_comparison=True)(fts5(asked))
        return Version.id.in_(select(literal_column("rowid")).select_from(text("search")).where(match))
    return _vector().bool_op("@@")(tsquery(asked))


def _vector() -> ColumnElement[Any]:
    return func.to_tsvector(_SIMPLE, func.left(Version.folded, literal_column(str(INDEXED))))


def fts5(asked: Query) -> str:
    """Returns `asked` in the words of FTS5."""
    groups = " AND ".join(f"({' OR '.join(map(_quoted, group))})" for group in asked.every)
    return f"({groups}) NOT ({' OR '.join(map(_quoted, asked.none))})" if asked.none else groups


def _quoted(phrase: Phrase) -> str:
    return f'"{" ".join(phrase.words)}"' + (" *" if phrase.prefix else "")


def tsquery(asked: Query) -> ColumnElement[Any]:
    """Returns `asked` as a tsquery of PostgreSQL. Words hold letters and digits only, so quoting them is
    enough.
    """
    groups = (" | ".join(map(_lexemes, group)) for group in asked.every)
    parts = [f"({group})" for group in groups] + [f"!({_lexemes(phrase)})" for phrase in asked.none]
    return func.to_tsquery(_SIMPLE, " & ".join(parts))


def _lexemes(phrase: Phrase) -> str:
    return " <-> ".join(f"'{word}'" for word in phrase.words) + (":*" if phrase.prefix else "")


def search(db: Database, query: str, limit: int = 20, offset: int = 0, sort: str = "date") -> list[Hit]:
    """Returns the latest versions that hold what `query` asks for, by `sort`: the latest published first, or
    those that hold it most often and in the shortest texts.

    Raises StorageError where `query` cannot be understood, `sort` is none, or the database fails.
    """
    if sort not in SORTS:
        raise StorageError(
            message("cannot sort by {sort!r}; use one of {sorts}", sort=sort, sorts=", ".join(SORTS))
        )
    asked = parse(query)
    columns = (
        Article.id,
        Article.url,
        Version.title,
        Version.lead,
        Article.district_id,
        func.coalesce(District.name, Article.district_id),
        Version.published_at,
        Article.first_seen_at,
        Version.body,
        Version.captions,
    )
    rows = select(Version.id, *columns).join(Version, _THIS)
    rows = rows.outerjoin(District, District.id == Article.district_id)
    with db.reading() as connection:
        ids = _page(connection, db, query, limit, offset, sort)
        found = {row[0]: row[1:] for row in connection.execute(rows.where(Version.id.in_(ids)))}
    return [_hit(asked, found[id_]) for id_ in ids]


def _hit(asked: Query, row: Sequence[Any]) -> Hit:
    *values, body, captions = row
    return replace(Hit(*values), passage=passage(asked, [values[3], *body.split("\n"), *captions]))


def count(db: Database, query: str) -> int:
    """Returns how many articles `query` finds, in their latest versions; COUNTED + 1 where there are more."""
    found = select(Version.id).join(Article, _THIS).where(matching(query, db.sqlite)).limit(COUNTED + 1)
    with db.reading() as connection:
        return connection.execute(select(func.count()).select_from(found.subquery())).scalar_one()


def _page(
    connection: Connection, db: Database, query: str, limit: int, offset: int, sort: str
) -> Sequence[int]:
    """Returns the ids of the versions to show, in order; reads no texts for it."""
    rows: Select[Any] = select(Version.id).join(Article, _THIS)
    newest = (Version.published_at.is_(None), desc(Version.published_at), Article.id)
    if sort == "date" or not db.sqlite:
        rows = rows.where(matching(query, db.sqlite))
    if sort == "relevance" and db.sqlite:
        match = literal_column("search", String).op("MATCH", is_comparison=True)(fts5(parse(query)))
        scored: Any = select(literal_column("rowid").label("id"), literal_column("rank").label("rank"))
        found = scored.select_from(text("search")).where(match).subquery()
        rows = rows.join(found, found.c.id == Version.id).order_by(found.c.rank, *newest)
    elif sort == "relevance":
        # 1: divided by the logarithm of the length of the text
        rows = rows.order_by(desc(func.ts_rank(_vector(), tsquery(parse(query)), 1)), *newest)
    elif db.sqlite and _many(connection, query):
        asked = {"match": fts5(parse(query)), "limit": limit, "offset": offset}
        return connection.execute(text(_NEWEST), asked).scalars().all()
    else:
        rows = rows.order_by(*newest)
    return connection.execute(rows.limit(limit).offset(offset)).scalars().all()


def _many(connection: Connection, query: str) -> bool:
    match = literal_column("search", String).op("MATCH", is_comparison=True)(fts5(parse(query)))
    hits = select(literal_column("rowid")).select_from(text("search")).where(match).limit(_MANY).subquery()
    return connection.execute(select(func.count()).select_from(hits)).scalar_one() >= _MANY
