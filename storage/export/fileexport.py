"""The files of the archive as CSV or JSON lines: one row a version of a file, with what its bytes say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import Connection, Select, func, select

from storage.database import Database
from storage.export.columns import Column, named, of_capture, timed
from storage.export.export import check_form, written
from storage.schema import Article, ArticleFile, Capture, Content, File, FileVersion
from storage.search.selection import Filters, selected

_ROWS = 200  # fetched at a time: texts may be long

DEFAULT = (
    Column("file_id", File.id),
    Column("article_id", Article.id),
    Column("district_id", Article.district_id),
    Column("portal", Article.portal),
    Column("article_url", Article.url),
    Column("url", File.url),
    Column("title", ArticleFile.title),
    Column("name", FileVersion.name),
    Column("kind", File.kind),
    Column("type", FileVersion.type),
    Column("size", FileVersion.size),
    Column("pages", Content.pages),
    Column("status", Content.status),
    Column("text_source", Content.text_source),
    Column("doc_code", Content.doc_code),
    Column("doc_type", Content.doc_type),
    Column("doc_date", Content.doc_date),
    Column("doc_issuer", Content.doc_issuer),
    Column("doc_signer", Content.doc_signer),
    Column("doc_subject", Content.doc_subject),
    timed("fetched_at", FileVersion.fetched_at),
    Column("version", FileVersion.number),
    Column("sha256", FileVersion.content_digest),
    Column("warc_file", FileVersion.warc_file),
    Column("warc_offset", FileVersion.warc_offset),
)
REST = (
    Column("text", Content.text),
    Column("content_type", FileVersion.content_type),
    Column("annex_of", Content.annex_of),
    Column("warc_length", FileVersion.warc_length),
    Column("warc_digest", FileVersion.warc_digest),
    Column("captured_via", of_capture(Capture.captured_via, FileVersion)),
    Column("source_uri", of_capture(Capture.source_uri, FileVersion)),
)


def export_files(
    db: Database,
    target: Path | TextIO,
    form: str = "csv",
    *,
    columns: str | None = None,
    filters: Filters | None = None,
    excel: bool = False,
) -> int:
    """Writes the versions of the files that articles name, ordered by article, file and version; returns how
    many. A file of several articles stands with the first of them.

    As storage.export.export.export does it for articles; `filters` choose the articles. Raises StorageError.
    """
    check_form(form, excel)
    picked = _chosen(columns, form)
    with db.reading() as connection:
        statement = _statement(connection, db, picked, filters or Filters())
        with connection.execution_options(yield_per=_ROWS).execute(statement) as rows:
            return written(target, form, picked, rows, excel)


def _chosen(names: str | None, form: str) -> Sequence[Column]:
    return DEFAULT if names is None and form == "csv" else named(names, (*DEFAULT, *REST))


def _statement(
    connection: Connection, db: Database, columns: Sequence[Column], filters: Filters
) -> Select[Any]:
    chosen = selected(connection, db, [Article.id], filters).order_by(None)
    first = (
        select(ArticleFile.file_id, func.min(ArticleFile.article_id).label("article_id"))
        .where(ArticleFile.article_id.in_(chosen))
        .group_by(ArticleFile.file_id)
        .subquery()
    )
    link = (
        select(ArticleFile.article_id, ArticleFile.file_id, func.min(ArticleFile.role).label("role"))
        .group_by(ArticleFile.article_id, ArticleFile.file_id)
        .subquery()
    )
    return (
        select(*(column.source.label(column.name) for column in columns))
        .select_from(first)
        .join(link, (link.c.article_id == first.c.article_id) & (link.c.file_id == first.c.file_id))
        .join(
            ArticleFile,
            (ArticleFile.article_id == link.c.article_id)
            & (ArticleFile.file_id == link.c.file_id)
            & (ArticleFile.role == link.c.role),
        )
        .join(Article, Article.id == first.c.article_id)
        .join(File, File.id == first.c.file_id)
        .join(FileVersion, FileVersion.file_id == File.id)
        .outerjoin(Content, Content.digest == FileVersion.content_digest)
        .order_by(Article.district_id, Article.portal, Article.id, File.id, FileVersion.number)
    )
