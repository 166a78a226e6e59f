"""What a reader of the archive looks at: a selection of articles, page by page, with its facets.

Every function takes a connection of one `Database.reading()` block. Nothing is asked per row.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Text, and_, cast, func, literal_column, or_, select

from storage.database import Database
from storage.errors import StorageError
from storage.language.messages import message
from storage.schema import UNDATED, Article, District, Version
from storage.serve.selection import Filters, conditions
from storage.vocabulary import iso

PAGE = 20  # articles a page
MANY = 10_000  # hits up to which every facet is counted: beyond, those that need each text take too long
_THIS = (Version.article_id == Article.id) & (Version.number == Article.version)
_YEAR = func.substr(Article.published_order, literal_column("1"), literal_column("4"))
Where = Sequence[ColumnElement[bool]]  # what is asked of articles and their current versions
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
        """Returns the conditions beyond those of an export, over articles and their current versions."""
        found: list[ColumnElement[bool]] = []
        if self.year is not None:
            year = UNDATED if self.year == "none" else self.year
            found.append(_YEAR.in_([year]))
        for column, value in (
            (Version.published_precision, self.precision),
            (Version.published_source, self.source),
            (Article.status, self.status),
        ):
            if value is not None:
                found.append(column == value)
        if self.flag is not None:
            found.append(cast(Version.flags, Text).contains(json.dumps(self.flag), autoescape=True))
        if not self.copies:
            found.append(Article.duplicate_of.is_(None))
        if self.files:
            found.append(cast(Version.attachments, Text) != "[]")
        if self.least is not None:
            found.append(Version.confidence >= self.least)
        return found


def chosen(connection: Connection, db: Database, selection: Selection) -> Where:
    """Returns what `selection` asks, once for all that a page shows of it. Raises StorageError."""
    return [*conditions(connection, db, selection.filters), *selection.also()]


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
    # Undated ones sort behind all dates: theirs is the greatest key, and the list goes down.
    key = func.replace(Article.published_order, UNDATED, "")
    statement = (
        select(*COLUMNS, key)
        .select_from(Article)
        .join(Version, _THIS)
        .outerjoin(District, District.id == Article.district_id)
        .where(*where)
        .order_by(key.desc(), Article.id)
        .limit(size + 1)
    )
    if after is not None:
        day, last = _unpacked(after)
        statement = statement.where(or_(key < day, and_(key == day, Article.id > last)))
    rows = connection.execute(statement).all()
    shown = rows[:size]
    more = _packed(shown[-1][-1], shown[-1][0]) if len(rows) > size else None
    return Page([Row(*row[:-1]) for row in shown], more)


def counted(connection: Connection, where: Where) -> int:
    """Returns how many articles a selection has."""
    return connection.scalar(_counting(where, func.count())) or 0


def facets(connection: Connection, where: Where, count: int) -> dict[str, list[tuple[str, int]]]:
    """Returns for each facet its values with the number of articles, the most frequent first; years in order.

    Beyond MANY articles (`count`) only place and year are counted.
    """
    year = _counting(where, _YEAR.label("value"), func.count()).group_by(_YEAR)
    found = {
        "district": _values(connection, where, Article.district_id),
        "year": [("none" if value == UNDATED else value, n) for value, n in connection.execute(year)],
    }
    found["year"].sort(key=lambda pair: (pair[0] == "none", pair[0]))
    if count <= MANY:
        found["precision"] = _values(connection, where, Version.published_precision)
        found["source"] = _values(connection, where, Version.published_source)
        found["status"] = _values(connection, where, Article.status)
        found["flag"] = _flags(connection, where)
    return found


def _values(connection: Connection, where: Where, column: Any) -> list[tuple[str, int]]:
    statement = _counting(where, column, func.count()).group_by(column)
    rows = [(value, n) for value, n in connection.execute(statement) if value]
    return sorted(rows, key=lambda pair: (-pair[1], pair[0]))


def _flags(connection: Connection, where: Where) -> list[tuple[str, int]]:
    text = cast(Version.flags, Text)
    counts: dict[str, int] = {}
    for value, n in connection.execute(_counting(where, text, func.count()).group_by(text)):
        for flag in json.loads(value or "[]"):
            counts[flag] = counts.get(flag, 0) + n
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _counting(where: Where, *columns: Any) -> Any:
    return select(*columns).select_from(Article).join(Version, _THIS).where(*where)


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
    "warc_offset", "warc_length", "warc_digest",
)  # fmt: skip


def totals(connection: Connection) -> Mapping[str, Any]:
    """Returns of the whole archive: articles, districts, portals, first and last date (or None)."""
    dated = Article.published_order != UNDATED
    row = connection.execute(
        select(
            func.count().label("articles"),
            func.count(Article.district_id.distinct()).label("districts"),
            func.count(Article.portal.distinct()).label("portals"),
        )
    ).mappings().one()  # fmt: skip
    first, last = (
        connection.scalar(select(one(Article.published_order)).where(dated)) for one in (func.min, func.max)
    )
    return {**row, "first": first and first[:10], "last": last and last[:10]}


def by_district(connection: Connection) -> list[tuple[str, str, str, str | None, int]]:
    """Returns (province, district id, name, code, articles) of every district that has articles."""
    statement = (
        select(
            func.coalesce(District.province, ""),
            Article.district_id,
            func.coalesce(District.name, Article.district_id),
            District.code,
            func.count(),
        )
        .select_from(Article)
        .outerjoin(District, District.id == Article.district_id)
        .group_by(District.province, Article.district_id, District.name, District.code)
    )
    return sorted(
        (province, id_, name, code, n) for province, id_, name, code, n in connection.execute(statement)
    )


def district_names(connection: Connection) -> dict[str, str]:
    """Returns the names of the districts that the archive knows, by id."""
    return {row.id: row.name for row in connection.execute(select(District.id, District.name))}


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
