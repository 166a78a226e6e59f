"""Figures of the whole archive for the status page, aggregated by the database.

Every function takes a connection of one `Database.reading()` block, so that all figures are of one moment,
and `districts`: the ids to look at, or None for all. What is held in memory grows with portals, never with
articles. Days are those of Vietnam's wall clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Text, case, cast, func, literal_column, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from storage.records import GONE
from storage.runs.records import RunRecord
from storage.schema import UNDATED, Article, Capture, District, Portal, Run, Version
from storage.vocabulary import COMPLETE, HEALTHY, UNWALKED, VIETNAM, RunKind

Ids = Sequence[str] | None
RUN_COLUMNS = (
    "id",
    "district_id",
    "portal",
    "started_at",
    "finished_at",
    "verdict",
    "kind",
    "counts",
    "evidence",
)
TEXTS = ("title", "lead", "body", "author", "category")
LISTS = ("captions", "images", "attachments")
_ROWS = 2_000  # fetched at a time: under 1 MB of counts
_CRAWLS = Run.kind == RunKind.CRAWL
_THIS = (Version.article_id == Article.id) & (Version.number == Article.version)
# Literals, not parameters: PostgreSQL must see the same expression in SELECT and in GROUP BY.
_DAY = func.substr(Article.published_order, literal_column("1"), literal_column("10"))


class Place(NamedTuple):
    """A portal as the archive last knew it; `family` is empty where the registry never named it."""

    district_id: str
    portal: str
    district: str
    kind: str
    province: str
    family: str = ""


class Dated(NamedTuple):
    """How many articles of a portal carry a date: `date` is YYYY-MM-DD, YYYY-MM, YYYY, or "" for none."""

    district_id: str
    portal: str
    date: str
    articles: int


class Counts(NamedTuple):
    """How many articles of a portal there are, are gone, have earlier versions, and repeat another."""

    district_id: str
    portal: str
    articles: int
    gone: int
    edited: int
    exact: int
    near: int


class Reading(NamedTuple):
    """How many articles of a portal share the kind of their date and their flags, and what they have."""

    district_id: str
    portal: str
    source: str | None
    precision: str
    event: bool
    flags: str  # a JSON array
    articles: int
    having: Mapping[str, int]  # for every name in TEXTS and LISTS: articles that have one


class Copies(NamedTuple):
    """How many articles of the portal `origin`, (district id, URL), the portal `copy` repeats."""

    origin: tuple[str, str]
    copy: tuple[str, str]
    exact: int
    near: int


@dataclass(frozen=True, slots=True)
class Cluster:
    """A story that several articles tell: its original, and on how many portals it stands."""

    id: str
    title: str
    url: str
    published_at: str | None
    district_id: str
    portal: str
    portals: int
    articles: int  # the original included


@dataclass(slots=True)
class Growth:
    """What one day, YYYY-MM-DD in Vietnam, added."""

    day: str
    articles: int = 0
    versions: int = 0
    captures: int = 0
    bytes: int = 0  # of WARC records


def places(connection: Connection, districts: Ids = None) -> list[Place]:
    """Returns every portal that the archive has a name, a run or an article of, ordered by district and
    URL.
    """
    named = select(Portal.district_id, Portal.url.label("portal"))
    ran = select(Run.district_id, Run.portal)
    kept = select(Article.district_id, Article.portal)
    known = named.union(ran, kept).subquery()
    statement = (
        select(known.c.district_id, known.c.portal, District.name, District.kind, District.province)
        .add_columns(func.coalesce(Portal.family, ""))
        .outerjoin(District, District.id == known.c.district_id)
        .outerjoin(Portal, (Portal.district_id == known.c.district_id) & (Portal.url == known.c.portal))
        .order_by(known.c.district_id, known.c.portal)
    )
    return [
        Place(id_, portal, name or id_, kind or "", province or "", family)
        for id_, portal, name, kind, province, family in _rows(
            connection, statement, known.c.district_id, districts
        )
    ]


def totals(connection: Connection, districts: Ids = None) -> Iterator[Counts]:
    """Yields the counts of every portal that has articles."""
    key = (Article.district_id, Article.portal)
    gone, edited = _count(Article.status == GONE), _count(Article.version > 1)
    exact, near = (_count(Article.duplicate_kind == kind) for kind in ("exact", "near"))
    statement = select(*key, func.count(), gone, edited, exact, near).group_by(*key)
    for row in _rows(connection, statement, Article.district_id, districts):
        yield Counts(*row)


def dated(connection: Connection, districts: Ids = None) -> Iterator[Dated]:
    """Yields articles by date of publication, ordered by district, portal and date; from the index alone."""
    key = (Article.district_id, Article.portal, _DAY)
    statement = select(*key, func.count()).group_by(*key).order_by(*key)
    for id_, portal, day, count in _rows(connection, statement, Article.district_id, districts):
        yield Dated(id_, portal, "" if day == UNDATED else day, count)


def readings(connection: Connection, districts: Ids = None) -> Iterator[Reading]:
    """Yields how the articles of each portal read, in their current version: one for each portal, kind of
    date and set of flags.
    """
    flags = cast(Version.flags, Text)
    key = (
        Article.district_id,
        Article.portal,
        Version.published_source,
        Version.published_precision,
        Version.published_is_event,
        flags,
    )
    texts = (_count(getattr(Version, name) != "") for name in TEXTS)
    lists = (_count(cast(getattr(Version, name), Text) != "[]") for name in LISTS)
    statement = select(*key, func.count(), *texts, *lists).join_from(Article, Version, _THIS).group_by(*key)
    for row in _rows(connection, statement, Article.district_id, districts):
        district, portal, source, precision, event, found, articles, *having = row
        names = dict(zip((*TEXTS, *LISTS), having, strict=True))
        yield Reading(district, portal, source, precision, event, found, articles, names)


def copies(connection: Connection, districts: Ids = None) -> Iterator[Copies]:
    """Yields who repeats whom, most first.

    The origin is the portal of the article published first. `districts` keeps pairs with either side in it.
    """
    copy, origin = aliased(Article), aliased(Article)
    key = (origin.district_id, origin.portal, copy.district_id, copy.portal)
    kinds = (_count(copy.duplicate_kind == "exact"), _count(copy.duplicate_kind == "near"))
    statement = (
        select(*key, *kinds)
        .join_from(copy, origin, origin.id == copy.duplicate_of)
        .group_by(*key)
        .order_by(func.count().desc(), *key)
    )
    if districts is not None:
        statement = statement.where(or_(origin.district_id.in_(districts), copy.district_id.in_(districts)))
    for *where, exact, near in _rows(connection, statement):
        yield Copies((where[0], where[1]), (where[2], where[3]), exact, near)


def clusters(connection: Connection, districts: Ids = None, limit: int = 25) -> list[Cluster]:
    """Returns the `limit` stories told most often."""
    others = select(
        Article.duplicate_of.label("id"),
        func.count().label("copies"),
    ).where(Article.duplicate_of.is_not(None)).group_by(Article.duplicate_of)  # fmt: skip
    if districts is not None:
        others = others.where(Article.district_id.in_(districts))
    top = others.order_by(func.count().desc(), Article.duplicate_of).limit(limit).subquery()
    member = aliased(Article)
    portals = (
        select(func.count(member.portal.distinct()))
        .where(or_(member.id == top.c.id, member.duplicate_of == top.c.id))
        .scalar_subquery()
    )
    columns = (Article.id, Version.title, Article.url, Version.published_at)
    statement = (
        select(*columns, Article.district_id, Article.portal, portals, top.c.copies + 1)
        .join_from(top, Article, Article.id == top.c.id)
        .join(Version, _THIS)
        .order_by(top.c.copies.desc(), Article.id)
    )
    return [Cluster(*row) for row in _rows(connection, statement)]


def growth(connection: Connection, districts: Ids = None) -> list[Growth]:
    """Returns what each day added, in order of days.

    With `districts`, captures count that belong to a run of one of them.
    """
    sqlite = connection.dialect.name == "sqlite"
    captures = select(func.count(), func.sum(Capture.warc_length))
    if districts is not None:
        captures = captures.join_from(Capture, Run, Run.id == Capture.run_id)
    versions = select(func.count())
    if districts is not None:
        versions = versions.join_from(Version, Article, Article.id == Version.article_id)
    asked: tuple[tuple[tuple[str, ...], Any, Any, Any], ...] = (
        (("articles",), select(func.count()), Article.first_seen_at, Article.district_id),
        (("versions",), versions, Version.fetched_at, Article.district_id),
        (("captures", "bytes"), captures, Capture.fetched_at, Run.district_id),
    )
    days: dict[str, Growth] = {}
    for names, statement, moment, district in asked:
        day = vietnam_day(moment, sqlite)
        for *counts, when in _rows(connection, statement.add_columns(day).group_by(day), district, districts):
            known = days.setdefault(when, Growth(when))
            for name, count in zip(names, counts, strict=True):
                setattr(known, name, int(count or 0))
    return [days[day] for day in sorted(days)]


def last_runs(connection: Connection, districts: Ids = None, each: int = 8) -> Iterator[RunRecord]:
    """Yields the latest `each` crawls of every portal, newest first."""
    rank = func.row_number().over(partition_by=(Run.district_id, Run.portal), order_by=Run.id.desc())
    ranked = select(Run.id, rank.label("rank")).where(_CRAWLS).subquery()
    columns = (getattr(Run, name) for name in RUN_COLUMNS)
    statement = select(*columns).join(ranked, ranked.c.id == Run.id).where(ranked.c.rank <= each)
    for row in _rows(connection, statement.order_by(Run.id.desc()), Run.district_id, districts):
        yield RunRecord(**row._mapping)


def last_walks(connection: Connection, districts: Ids = None) -> dict[tuple[str, str], Mapping[str, int]]:
    """Returns the counts of the last crawl that walked each portal, (district id, URL), to its ends, or told
    which sections it left out; of no other run the share that is held says anything.
    """
    counts = cast(Run.counts, Text)
    whole = or_(counts.contains(f'"{COMPLETE}"'), counts.contains(f'"{UNWALKED}"'))
    latest = select(func.max(Run.id)).where(whole, _CRAWLS).group_by(Run.district_id, Run.portal)
    statement = select(Run.district_id, Run.portal, Run.counts).where(Run.id.in_(latest))
    rows = _rows(connection, statement, Run.district_id, districts)
    return {(district, portal): counts for district, portal, counts in rows}


def last_healthy(connection: Connection, districts: Ids = None) -> dict[tuple[str, str], datetime]:
    """Returns when each portal, (district id, URL), last began a crawl that ended well; aware, UTC."""
    latest = (
        select(func.max(Run.id))
        .where(Run.verdict.in_(sorted(HEALTHY)), _CRAWLS)
        .group_by(Run.district_id, Run.portal)
    )
    statement = select(Run.district_id, Run.portal, Run.started_at).where(Run.id.in_(latest))
    rows = _rows(connection, statement, Run.district_id, districts)
    return {(district, portal): at for district, portal, at in rows}


def _rows(
    connection: Connection, statement: Any, district: Any = None, districts: Ids = None
) -> Iterator[Any]:
    """Yields the rows of a SELECT, of `districts` alone where it names its column of district ids."""
    if districts is not None and district is not None:
        statement = statement.where(district.in_(districts))
    with connection.execute(statement, execution_options={"yield_per": _ROWS}) as rows:
        yield from rows


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def vietnam_day(moment: InstrumentedAttribute[Any], sqlite: bool) -> ColumnElement[str]:
    """Returns the day in Vietnam, of a time kept as UTC."""
    if sqlite:
        return func.strftime(literal_column("'%Y-%m-%d'"), moment, literal_column("'+7 hours'"))
    wall = func.timezone(literal_column(f"'{VIETNAM.key}'"), moment)
    return func.to_char(wall, literal_column("'YYYY-MM-DD'"))
