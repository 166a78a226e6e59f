"""Which articles a command means: filters, as a condition of the database."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, or_, select

from storage.database import Database
from storage.errors import StorageError
from storage.language.messages import message
from storage.schema import Article, District, Mention, Version
from storage.search.mentioned import naming
from storage.search.names import district_named, place_meant, province_meant
from storage.search.search import matching

_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles: those that meet all of it.

    `districts`: ids, or their last parts where unique. `provinces`, `places`: as storage.search.names takes
    them. Of several of a kind, an article meets one. `since`, `until`: days, months or years (2023-10-26,
    2023-10, 2023), both included; an article dated less precisely is in where its month or year overlaps, an
    undated one is out. `query`: as for search. `articles`: ids. `mentions`: communes that the text names, as
    storage.search.mentioned takes them.
    """

    districts: Sequence[str] = ()
    provinces: Sequence[str] = ()
    since: str | None = None
    until: str | None = None
    query: str | None = None
    places: Sequence[str] = ()
    articles: Sequence[str] = ()
    mentions: Sequence[str] = ()


class Columns(NamedTuple):
    """What the filters look at, of one table or of several that are joined."""

    district_id: Any
    published_at: Any  # NULL or empty where unknown
    version_id: Any
    article_id: Any


EXPORTED = Columns(Article.district_id, Version.published_at, Version.id, Article.id)


def told(db: Database, filters: Filters) -> list[str]:
    """Returns in words what the provinces and places of `filters` were taken for. Raises StorageError."""
    with db.reading() as connection:
        said = [province_meant(connection, name).told for name in filters.provinces]
        said += [place_meant(connection, name).told for name in filters.places]
        said += [naming(connection, name)[1] for name in filters.mentions]
    return [line for line in said if line]


def selected(connection: Connection, db: Database, columns: Sequence[Any], filters: Filters) -> Select[Any]:
    """Returns the query for `columns` of the articles that `filters` mean, each with its latest version.

    They come by district, portal, date and id. Raises StorageError where a filter means nothing.
    """
    this = (Version.article_id == Article.id) & (Version.number == Article.version)
    return (
        select(*columns)
        .select_from(Article)
        .join(Version, this)
        .outerjoin(District, District.id == Article.district_id)
        .where(*conditions(connection, db, filters))
        .order_by(Article.district_id, Article.portal, Article.published_order, Article.id)
    )


def conditions(
    connection: Connection, db: Database, filters: Filters, columns: Columns = EXPORTED
) -> list[ColumnElement[bool]]:
    """Returns what `filters` ask of `columns`: of articles and their latest versions, unless told otherwise.

    Raises StorageError.
    """
    found: list[ColumnElement[bool]] = []
    if filters.articles:
        found.append(columns.article_id.in_(filters.articles))
    if (ids := districts_meant(connection, filters)) is not None:
        found.append(columns.district_id.in_(ids))
    since, until = period(filters)
    published = columns.published_at
    # Compared as far as both say something: 2023-10 is neither before nor after 2023-10-26. There is no
    # function in it, so that an index is of use.
    if since is not None:
        wider = [since[:length] for length in (4, 7) if length < len(since)]
        found += [published >= since[:4], or_(published >= since, published.in_(wider))]
    if until is not None:
        found += [published > "", published < after(until)]
    if filters.mentions:
        states = {id_ for name in filters.mentions for id_ in naming(connection, name)[0]}
        of_version = (Mention.article_id == Version.article_id) & (Mention.version == Version.number)
        named = select(Version.id).join(Mention, of_version).where(Mention.place_id.in_(sorted(states)))
        found.append(columns.version_id.in_(named))
    if filters.query is not None:
        found.append(matching(filters.query, db.sqlite, columns.version_id))
    return found


def districts_meant(connection: Connection, filters: Filters) -> list[str] | None:
    """Returns the ids of the districts that `filters` mean; None for all. Raises StorageError."""
    named = [{district_named(connection, name) for name in filters.districts}]
    named += [
        {id_ for name in names for id_ in meant(connection, name).ids}
        for names, meant in ((filters.provinces, province_meant), (filters.places, place_meant))
    ]
    asked = [
        ids
        for ids, names in zip(named, (filters.districts, filters.provinces, filters.places), strict=True)
        if names
    ]
    return sorted(set.intersection(*asked)) if asked else None


def period(filters: Filters) -> tuple[str | None, str | None]:
    """Returns the first and the last day, month or year of `filters`. Raises StorageError for what is no
    date, and where nothing lies between the two.
    """
    since, until = (value and _day(value) for value in (filters.since, filters.until))
    if since and until and since[: len(until)] > until[: len(since)]:
        raise StorageError(
            message("no day lies between {since} and {until}; exchange the two", since=since, until=until)
        )
    return since, until


def after(period: str) -> str:
    """Returns what sorts behind every date and time of a year, month or day."""
    return f"{period}~"  # behind digits and letters


def _day(value: str) -> str:
    match = _DAY.fullmatch(value.strip())
    try:
        if match is None:
            raise ValueError
        year, month, day = match.groups()
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        raise StorageError(
            message("{value!r} is not a date; use 2023-10-26, 2023-10 or 2023", value=value)
        ) from None
    return match.group()
