"""What an article names, for people and programs; and the archived files that bear a number it names.

A number of an office or of the Party starts again every year, in every district: a file is the document that
a text names only where it belongs to the article's district and its date fits.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, exists, select

from storage.places import named
from storage.schema import Article, ArticleFile, Content, DocumentNamed, File, FileVersion, Mention, Version

_LOCAL = ("UBND", "HĐND")  # whose normative documents every province and district numbers for itself
_SPAN = timedelta(days=366)  # news name documents of the last twelve months without their date
_SHOWN = (
    "code",
    "kind",
    "type",
    "number",
    "year",
    "symbol",
    "issuer_symbol",
    "issuer",
    "date",
    "date_precision",
)


def mentions(connection: Connection, article_id: str, version: int) -> list[dict[str, Any]]:
    """Returns the communes that a version names, each time that it does, with the units of today."""
    here = (Mention.article_id == article_id, Mention.version == version)
    rows = connection.execute(select(Mention).where(*here).order_by(Mention.field, Mention.span_start))
    found = []
    for row in rows:
        if place := named.at(row.place_id):
            told = {"place_id": row.place_id, "code": place.code, "kind": place.kind, "name": place.name}
            span = {"field": row.field, "span_start": row.span_start, "span_end": row.span_end}
            now = [{"code": unit.code, "kind": unit.kind, "name": unit.name} for unit in named.now(place)]
            found.append(told | {"how": row.how, "now": now} | span)
    return found


def documents(connection: Connection, article_id: str, version: int) -> list[dict[str, Any]]:
    """Returns the documents that a version names, each with `files`: the ids of archived files that it may
    be read in.
    """
    here = (DocumentNamed.article_id == article_id, DocumentNamed.version == version)
    rows = connection.execute(
        select(DocumentNamed).where(*here).order_by(DocumentNamed.field, DocumentNamed.span_start)
    ).all()
    pairs = _pairs(connection, *here) if rows else []
    found = []
    for row in rows:
        place = (row.field, row.span_start)
        files = sorted({one.file_id for one in pairs if (one.field, one.span_start) == place and _same(one)})
        told = {name: getattr(row, name) for name in (*_SHOWN, "field", "span_start", "span_end")}
        found.append(told | {"files": files})
    return found


def naming(connection: Connection, file_id: str) -> list[dict[str, Any]]:
    """Returns the articles (id, url, title) whose latest versions name the document that a file is."""
    latest = Article.version == DocumentNamed.version
    found = {one.id: one for one in _pairs(connection, File.id == file_id, latest) if _same(one)}
    return [{"id": key, "url": found[key].url, "article": found[key].title} for key in sorted(found)]


def _pairs(connection: Connection, *where: Any) -> Iterable[Any]:
    """The documents that versions name and the files that bear their numbers."""
    linked = exists().where(
        ArticleFile.file_id == File.id, ArticleFile.article_id == DocumentNamed.article_id
    )
    query = (
        select(
            Article.id, Article.url, Version.title, Version.published_at, DocumentNamed.field,
            DocumentNamed.span_start, DocumentNamed.kind, DocumentNamed.issuer_symbol, DocumentNamed.date,
            DocumentNamed.year, Content.doc_date, File.id.label("file_id"),
            (File.district_id == Article.district_id).label("near"), linked.label("linked"),
        )
        .select_from(DocumentNamed)
        .join(Content, Content.doc_code == DocumentNamed.code)
        .join(FileVersion, FileVersion.content_digest == Content.digest)
        .join(File, File.id == FileVersion.file_id)
        .join(Article, Article.id == DocumentNamed.article_id)
        .join(Version, (Version.article_id == Article.id) & (Version.number == DocumentNamed.version))
        .where(*where)
    )  # fmt: skip
    return connection.execute(query).all()


def _same(one: Any) -> bool:
    """Whether the document that a text names is the one in a file that bears its number."""
    if one.kind == "law" or (
        one.kind == "normative" and (one.issuer_symbol or "").split("-")[0] not in _LOCAL
    ):
        return True
    if not (one.near or one.linked):
        return False
    if one.linked:
        return _fits(one.date, one.doc_date)
    if one.date:
        return bool(one.doc_date) and _fits(one.date, one.doc_date)
    if one.year:
        return True
    if not (one.doc_date and one.published_at and len(one.doc_date) == 10 and len(one.published_at) >= 10):
        return False
    of, told = date.fromisoformat(one.doc_date), date.fromisoformat(one.published_at[:10])
    return of <= told <= of + _SPAN


def _fits(date_: str | None, other: str | None) -> bool:
    """Whether two dates are the same as far as both are precise; an unknown one fits."""
    length = min(len(date_ or ""), len(other or ""))
    return (date_ or "")[:length] == (other or "")[:length]
