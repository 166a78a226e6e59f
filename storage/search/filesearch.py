"""Full-text search in the documents that were kept, by the grammar of storage.search.grammar."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, String, func, literal_column, or_, select, text

from storage.database import Database
from storage.schema import Article, ArticleFile, Content, District, File, FileVersion, Version
from storage.search.grammar import CODE, parse
from storage.search.passages import passage
from storage.search.search import INDEXED, fts5, tsquery


@dataclass(frozen=True, slots=True)
class FileHit:
    """A document found, as one article links to it. `doc_code` and `doc_date` are what it says of itself."""

    file_id: str
    url: str
    title: str
    type: str
    doc_code: str | None
    doc_date: str | None
    article_id: str
    article: str
    district_id: str
    district: str
    passage: str = ""


def search_files(db: Database, query: str, limit: int = 20) -> list[FileHit]:
    """Returns the documents that hold what `query` asks for: those of that number first, then the newest.

    A file that several articles link to is shown with the first of them. Raises StorageError where `query`
    has no word or the database fails.
    """
    asked = parse(query)
    code = re.sub(r"\s", "", query).upper().replace("Đ", "D") if CODE.fullmatch(query.strip()) else None
    wanted = _matching(query, db.sqlite)
    named = func.replace(func.upper(Content.doc_code), "Đ", "D") == code if code else None
    first_named = [] if named is None else [named.desc().nulls_last()]
    first = (
        select(ArticleFile.file_id, func.min(ArticleFile.article_id).label("article_id"))
        .group_by(ArticleFile.file_id)
        .subquery()
    )
    rows: Any = (
        select(
            File.id, File.url, ArticleFile.title, Content.type, Content.doc_code, Content.doc_date,
            Article.id, Version.title, Article.district_id,
            func.coalesce(District.name, Article.district_id), Content.text,
        )
        .select_from(Content)
        .join(FileVersion, FileVersion.content_digest == Content.digest)
        .join(File, (File.id == FileVersion.file_id) & (File.version == FileVersion.number))
        .join(first, first.c.file_id == File.id)
        .join(ArticleFile, (ArticleFile.file_id == File.id) & (ArticleFile.article_id == first.c.article_id))
        .join(Article, Article.id == ArticleFile.article_id)
        .join(Version, (Version.article_id == Article.id) & (Version.number == Article.version))
        .outerjoin(District, District.id == Article.district_id)
        .where(wanted if named is None else or_(wanted, named))
        .order_by(*first_named, Content.doc_date.desc().nulls_last(), File.id)
        .limit(limit)
    )  # fmt: skip
    with db.reading() as connection:
        found = connection.execute(rows).all()
    return [_hit(row, passage(asked, (row[-1] or "").split("\n"))) for row in found]


def _hit(row: Any, shown: str) -> FileHit:
    return replace(FileHit(*row[:-1]), passage=shown)


def _matching(query: str, sqlite: bool) -> ColumnElement[bool]:
    asked = parse(query)
    if sqlite:
        match = literal_column("search_contents", String).op("MATCH", is_comparison=True)(fts5(asked))
        return Content.id.in_(
            select(literal_column("rowid")).select_from(text("search_contents")).where(match)
        )
    simple = literal_column("'simple'::regconfig", String)
    vector = func.to_tsvector(simple, func.left(Content.folded, literal_column(str(INDEXED))))
    return vector.bool_op("@@")(tsquery(asked))
