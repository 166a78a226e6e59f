"""Full-text search by one grammar (storage.search.grammar), the same on SQLite (FTS5) and PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, String, desc, func, literal_column, select, text

from storage.database import Database
from storage.errors import StorageError
from storage.language.messages import message
from storage.schema import Article, Catalogued, District, Version
from storage.search.grammar import Phrase, Query, parse
from storage.search.passages import passage

INDEXED = 200_000  # characters of what PostgreSQL indexes of a text; its migration has the same number
# The version's id for a condition that many articles meet. With it SQLite walks an index in order, say from
# the newest article on, and stops after enough; left alone, it would look up every hit and sort them all.
# PostgreSQL looks them up in a table that it has in memory.
WALKED: Any = literal_column("+catalogue.version_id")
_NEWEST = (desc(Catalogued.published), Catalogued.article_id)
SORTS = ("date", "relevance")
COUNTED = 10_000  # articles; beyond, a count says "more than"
MANY = 2_000  # hits from which on walking the newest articles is quicker than sorting the hits
_SIMPLE = literal_column("'simple'::regconfig", String)
_THIS = (Version.article_id == Article.id) & (Version.number == Article.version)


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


def matching(query: str, sqlite: bool, version: Any = Version.id) -> ColumnElement[bool]:
    """Returns the condition that the version with the id `version` holds what `query` asks for.

    Raises as `grammar.parse` does.
    """
    condition: ColumnElement[bool] = version.in_(holding(parse(query), sqlite))
    return condition


def holding(asked: Query, sqlite: bool) -> Any:
    """Returns the statement for the ids of versions that hold what is `asked`, superseded ones too."""
    if sqlite:
        match = literal_column("search", String).op("MATCH", is_comparison=True)(fts5(asked))
        return select(literal_column("rowid")).select_from(text("search")).where(match)
    found = select(Version.id).where(_vector().bool_op("@@")(tsquery(asked)))
    # Found by the index at once: in an inner query, PostgreSQL would make the vector of each text anew.
    return select(found.cte("hits").prefix_with("MATERIALIZED").c.id)


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
    with db.reading() as connection:
        return _counted(connection, db, query, COUNTED + 1)


def _counted(connection: Connection, db: Database, query: str, most: int) -> int:
    hits = matching(query, db.sqlite, Catalogued.version_id)
    found = select(Catalogued.version_id).where(hits).limit(most).subquery()
    return connection.execute(select(func.count()).select_from(found)).scalar_one()


def finds_many(connection: Connection, query: str) -> bool:
    """Returns whether at least MANY versions hold what `query` asks for; for SQLite (see `walked`)."""
    hits = holding(parse(query), True).limit(MANY).subquery()
    return connection.execute(select(func.count()).select_from(hits)).scalar_one() >= MANY


def _page(
    connection: Connection, db: Database, query: str, limit: int, offset: int, sort: str
) -> Sequence[int]:
    """Returns the ids of the versions to show, in order; reads no texts for it."""
    if sort == "relevance":
        rows = by_relevance(query, db.sqlite)
    else:
        many = db.sqlite and finds_many(connection, query)
        rows = select(Catalogued.version_id)
        rows = rows.where(matching(query, db.sqlite, WALKED if many else Catalogued.version_id))
        rows = rows.order_by(*_NEWEST)
    return connection.execute(rows.limit(limit).offset(offset)).scalars().all()


def by_relevance(query: str, sqlite: bool) -> Select[Any]:
    """Returns the statement for the versions of the catalogue that hold what `query` asks for, the most
    relevant first; conditions on the catalogue may be added.
    """
    rows: Select[Any] = select(Catalogued.version_id)
    if sqlite:
        match = literal_column("search", String).op("MATCH", is_comparison=True)(fts5(parse(query)))
        scored: Any = select(literal_column("rowid").label("id"), literal_column("rank").label("rank"))
        found = scored.select_from(text("search")).where(match).subquery()
        return rows.join(found, found.c.id == Catalogued.version_id).order_by(found.c.rank, *_NEWEST)
    rows = rows.join(Version, Version.id == Catalogued.version_id).where(matching(query, False))
    # 1: divided by the logarithm of the length of the text
    return rows.order_by(desc(func.ts_rank(_vector(), tsquery(parse(query)), 1)), *_NEWEST)
