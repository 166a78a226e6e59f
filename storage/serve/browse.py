"""What a reader of the archive looks at: a selection of articles, page by page, and single ones.

Every function takes a connection of one `Database.reading()` block. Nothing is asked per row.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, func, or_, select

from storage.database import Database
from storage.errors import StorageError
from storage.language.messages import message
from storage.schema import Article, Catalogued, District, Version
from storage.search.grammar import parse
from storage.search.search import WALKED, by_relevance, finds_many, matching
from storage.search.selection import Columns, Filters, conditions
from storage.search.selection import after as after_all
from storage.vocabulary import iso

PAGE = 20  # articles a page
RANKED = 1_000  # articles that an order by relevance shows
_LISTED = Columns(Catalogued.district_id, Catalogued.published, Catalogued.version_id, Catalogued.article_id)
PRECISIONS = ("minute", "day", "month", "year", "none")
SOURCES = ("meta", "json-ld", "visible", "url", "feed", "text", "inferred")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which articles: those that meet all of it. `filters` as for an export.

    `year` "2023", or "none" for undated ones; `precision` and `source` as in the codebook; `flag` one of the
    flags; `status` live or gone; `copies` False leaves out what repeats an earlier article; `files` True
    keeps those with an attachment; `least` is the lowest confidence.
    """

    filters: Filters = field(default_factory=Filters)
    year: str | None = None
    precision: str | None = None
    source: str | None = None
    flag: str | None = None
    status: str | None = None
    copies: bool = True
    files: bool = False
    least: float | None = None

    def also(self) -> list[ColumnElement[bool]]:
        """Returns the conditions beyond those of an export, over the catalogue."""
        found: list[ColumnElement[bool]] = []
        if self.year == "none":
            found.append(Catalogued.published == "")
        elif self.year is not None:
            found += [Catalogued.published >= self.year, Catalogued.published < after_all(self.year)]
        for column, value in (
            (Catalogued.precision, self.precision),
            (Catalogued.source, self.source),
            (Catalogued.status, self.status),
        ):
            if value is not None:
                found.append(column == value)
        if self.flag is not None:
            found.append(Catalogued.flags.contains(json.dumps(self.flag), autoescape=True))
        if not self.copies:
            found.append(Catalogued.copy.is_(None))
        if self.files:
            found.append(Catalogued.files.is_(True))
        if self.least is not None:
            found.append(Catalogued.confidence >= self.least)
        return found


@dataclass(frozen=True, slots=True)
class Where:
    """What a selection asks of the catalogue; `query` of its versions' words, on SQLite or not.

    `many`: the words are in so many versions that an index is walked in order (storage.search.search.WALKED).
    """

    plain: Sequence[ColumnElement[bool]] = ()
    query: str | None = None
    sqlite: bool = True
    many: bool = False

    def conditions(self, ordered: bool = True) -> list[ColumnElement[bool]]:
        """Returns the conditions; `ordered` where an index has the order that is wanted."""
        if self.query is None:
            return [*self.plain]
        version = WALKED if self.many and ordered else Catalogued.version_id
        return [*self.plain, matching(self.query, self.sqlite, version)]

    def versions(self) -> ColumnElement[bool]:
        """Returns the condition for an export of the selection."""
        return Version.id.in_(select(Catalogued.version_id).where(*self.conditions(ordered=False)))


def chosen(connection: Connection, db: Database, selection: Selection) -> Where:
    """Returns what `selection` asks, once for all that a page shows of it. Raises StorageError."""
    filters = replace(selection.filters, query=None)
    plain = [*conditions(connection, db, filters, _LISTED), *selection.also()]
    query = selection.filters.query
    many = query is not None and db.sqlite and finds_many(connection, query)
    if query is not None:
        parse(query)  # what cannot be understood is said before anything is asked
    return Where(plain, query, db.sqlite, many)


class Row(NamedTuple):
    """An article in a list: its latest version. Times are aware, UTC."""

    id: str
    url: str
    title: str
    lead: str | None
    body: str
    district_id: str
    district: str
    province: str | None
    published_at: str | None
    published_precision: str
    published_is_event: bool
    first_seen_at: datetime
    status: str
    duplicate_of: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list; `after` leads to the next one, None on the last."""

    rows: Sequence[Row]
    after: str | None


COLUMNS = (
    Article.id, Article.url, Version.title, Version.lead, func.substr(Version.body, 1, 4000),
    Article.district_id, func.coalesce(District.name, Article.district_id), District.province,
    Version.published_at, Version.published_precision, Version.published_is_event, Article.first_seen_at,
    Article.status, Article.duplicate_of,
)  # fmt: skip


def listed(connection: Connection, where: Where, *, after: str | None = None, size: int = PAGE) -> Page:
    """Returns the articles of a selection, the latest published first, undated ones last.

    `after` is what the page before gave. Raises StorageError for one that no page gave.
    """
    key = (Catalogued.published, Catalogued.article_id)
    statement = (
        select(Catalogued.version_id, *key)
        .where(*where.conditions())
        .order_by(Catalogued.published.desc(), Catalogued.article_id)
        .limit(size + 1)
    )
    if after is not None:
        day, last = _unpacked(after)
        later = or_(Catalogued.published < day, Catalogued.article_id > last)
        statement = statement.where(Catalogued.published <= day, later)
    found = connection.execute(statement).all()
    shown = found[:size]
    more = _packed(shown[-1][1], shown[-1][2]) if len(found) > size else None
    return Page(_rows(connection, [row[0] for row in shown]), more)


def ranked(connection: Connection, where: Where, *, after: str | None = None, size: int = PAGE) -> Page:
    """Returns the articles of a selection, those first in which its words occur most often in the shortest
    texts. At most the first RANKED of them; without words, as `listed` does.

    `after` is what the page before gave. Raises StorageError for one that no page gave.
    """
    if where.query is None:
        return listed(connection, where, after=after, size=size)
    if after is not None and not (after.isdecimal() and int(after) < RANKED):
        raise StorageError(f"no page is named {after[:40]!r}")
    start = int(after or 0)
    statement = by_relevance(where.query, where.sqlite).where(*where.plain)
    found = connection.execute(statement.limit(size + 1).offset(start)).scalars().all()
    more = str(start + size) if len(found) > size and start + size < RANKED else None
    return Page(_rows(connection, found[:size]), more)


def _rows(connection: Connection, ids: Sequence[int]) -> list[Row]:
    """Returns the articles whose versions are `ids`, in that order."""
    if not ids:
        return []
    statement = (
        select(Version.id, *COLUMNS)
        .join(Article, Article.id == Version.article_id)
        .outerjoin(District, District.id == Article.district_id)
        .where(Version.id.in_(ids))
    )
    read = {row[0]: Row(*row[1:]) for row in connection.execute(statement)}
    return [read[id_] for id_ in ids]


def ids(connection: Connection, where: Where, most: int) -> list[str]:
    """Returns the ids of the articles of a selection, at most `most`."""
    statement = select(Catalogued.article_id).where(*where.conditions(ordered=False)).limit(most)
    return list(connection.execute(statement).scalars())


def counted(connection: Connection, where: Where) -> int:
    """Returns how many articles a selection has."""
    statement = select(func.count()).select_from(Catalogued).where(*where.conditions(ordered=False))
    return connection.execute(statement).scalar_one()


def article(connection: Connection, key: str, number: int | None = None) -> Mapping[str, Any] | None:
    """Returns one version of an article (None: its latest) with the article's own columns.

    Returns None where there is none. Times are aware, UTC.
    """
    wanted = Article.version if number is None else number
    statement = (
        select(
            *(getattr(Version, name) for name in _VERSION),
            *(getattr(Article, name) for name in _ARTICLE),
            Version.number,
            District.name.label("district"),
            District.province,
            District.code.label("district_code"),
            District.kind.label("district_kind"),
        )
        .join_from(Article, Version, Version.article_id == Article.id)
        .outerjoin(District, District.id == Article.district_id)
        .where(Article.id == key, Version.number == wanted)
    )
    row = connection.execute(statement).mappings().one_or_none()
    return None if row is None else dict(row)


_ARTICLE = (
    "id", "url", "portal", "district_id", "status", "first_seen_at", "last_seen_at", "gone_at", "version",
    "duplicate_of", "duplicate_kind",
)  # fmt: skip
_VERSION = (
    "title", "lead", "body", "author", "category", "published_at", "published_precision", "published_source",
    "published_raw", "published_is_event", "captions", "images", "attachments", "tags", "flags", "fetched_at",
    "encoding", "reader_version", "confidence", "witnesses", "content_hash", "run_id", "warc_file",
    "warc_offset", "warc_length", "warc_digest", "captured_via",
)  # fmt: skip


def at_address(connection: Connection, keys: Sequence[str]) -> str | None:
    """Returns the first of the ids `keys` that is an article's, or None."""
    found = set(connection.execute(select(Article.id).where(Article.id.in_(keys))).scalars())
    return next((key for key in keys if key in found), None)


def as_json(row: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a row with its times as text."""
    return {name: iso(value) if isinstance(value, datetime) else value for name, value in row.items()}


def _packed(day: str, key: str) -> str:
    return base64.urlsafe_b64encode(f"{day} {key}".encode()).decode().rstrip("=")


def _unpacked(after: str) -> tuple[str, str]:
    try:
        text = base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise StorageError(message("no page is named {after!r}", after=after[:40])) from None
    day, space, key = text.rpartition(" ")
    if not space or not key.isalnum() or len(text) > 80:
        raise StorageError(message("no page is named {after!r}", after=after[:40]))
    return day, key
