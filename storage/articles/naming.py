"""Keeping what the text of a version names: communes, and documents by their numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import BindParameter, Connection, and_, bindparam, delete, insert, select, update

from storage.articles.held import Place, at_place, place_of
from storage.records import ArticleRecord
from storage.schema import DocumentNamed, Mention, Version
from storage.statements import chunks

TABLES = (Mention, DocumentNamed)
_KEY: tuple[BindParameter[Any], ...] = (bindparam("of_article"), bindparam("of_number"))


def note(
    connection: Connection,
    articles: Sequence[ArticleRecord],
    versions: Sequence[tuple[str, int]],
    new: Collection[tuple[str, int]],
    again: Collection[Place | None],
) -> None:
    """Keeps what `articles` name with the versions that show them (article and number, in their order).

    It is what the capture that a version rests on was read to name, by the latest reader: a later capture of
    the same text adds nothing. `new` are the versions that this transaction inserted, `again` the places of
    captures that were read before.
    """
    told: defaultdict[tuple[str, int], dict[tuple[Place | None, str], ArticleRecord]] = defaultdict(dict)
    for article, key in zip(articles, versions, strict=True):
        if key in new or place_of(article) in again:
            told[key][place_of(article), article.content_hash] = article
    due: dict[tuple[str, int], ArticleRecord] = {}
    for key, shown, named_by in _held(connection, told):
        found = told[key].get(shown)
        if found and (key in new or named_by != found.reader_version):
            due[key] = found
    if not due:
        return
    forget(connection, [key for key in due if key not in new])
    of_version = and_(Version.article_id == _KEY[0], Version.number == _KEY[1])
    connection.execute(
        update(Version.__table__).where(of_version).values(named_by=bindparam("by")),  # type: ignore[arg-type]
        [_where(key) | {"by": article.reader_version} for key, article in due.items()],
    )
    for table, name in ((Mention, "mentions"), (DocumentNamed, "documents")):
        rows = [row for key, article in due.items() for row in _rows(key, getattr(article, name))]
        if rows:
            connection.execute(insert(table), rows)


def forget(connection: Connection, versions: Iterable[tuple[str, int]]) -> None:
    """Removes what `versions` (article and number) are held to name."""
    if rows := [_where(key) for key in versions]:
        for table in TABLES:
            here = and_(table.article_id == _KEY[0], table.version == _KEY[1])
            connection.execute(delete(table.__table__).where(here), rows)  # type: ignore[arg-type]


def repeat(connection: Connection, article_id: str, of: int, number: int) -> None:
    """Gives version `number` of an article, which has the text of version `of`, what that one names."""
    for table in TABLES:
        here = (table.article_id == article_id, table.version == of)
        rows = [dict(row) for row in connection.execute(select(table.__table__).where(*here)).mappings()]
        if rows:
            connection.execute(insert(table), [row | {"version": number} for row in rows])


def _held(
    connection: Connection, keys: Iterable[tuple[str, int]]
) -> list[tuple[tuple[str, int], tuple[Place | None, str], str | None]]:
    """Returns of each version the capture that it rests on, its text's hash, and who looked through it."""
    wanted = set(keys)
    columns = (Version.article_id, Version.number, Version.content_hash, Version.warc_file,
               Version.warc_offset, Version.named_by)  # fmt: skip
    found = []
    for some in chunks(sorted({article_id for article_id, _ in wanted})):
        for id_, number, hash_, file, offset, by in connection.execute(
            select(*columns).where(Version.article_id.in_(some))
        ):
            if (id_, number) in wanted:
                found.append(((id_, number), (at_place(file, offset), hash_), by))
    return found


def _where(key: tuple[str, int]) -> dict[str, Any]:
    return {"of_article": key[0], "of_number": key[1]}


def _rows(key: tuple[str, int], named: Iterable[Any]) -> list[dict[str, Any]]:
    found = []
    for one in named:
        row = asdict(one)
        span = {"span_start": row.pop("start"), "span_end": row.pop("end")}
        found.append(row | span | {"article_id": key[0], "version": key[1]})
    return found
