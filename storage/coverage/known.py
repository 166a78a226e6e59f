"""What the archive knows of every portal in time, added up by the database.

Months are YYYY-MM on Vietnam's wall clock. What is held in memory grows with portals and months, never with
articles, runs or captures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, and_, case, cast, func, literal_column, or_, select

from storage.holdings.records import State as Elsewhere
from storage.records import DistrictRecord
from storage.schema import UNDATED, Article, Capture, Check, Holding, Portal, Run, Version
from storage.serve.statistics import places, vietnam_day
from storage.vocabulary import COMPLETE, HEALTHY, UNFINISHED, UNWALKED, RunKind, State, Verdict, local

EARLIEST = "1997-11"  # Viet Nam came on the Internet that month: what is dated before is an event or a slip
_ONE: Any = literal_column("1")
_MONTH: Any = literal_column("7")
_DAY: Any = literal_column("10")
_SILENT_STATES = (State.NO_NAME, State.NO_ANSWER, State.ERROR, State.CERTIFICATE)  # as a crawl would find it
_PAGES = (Elsewhere.LISTED, Elsewhere.WANTED, Elsewhere.HELD, Elsewhere.SIGHTING, Elsewhere.UNPLAYABLE)
_ANSWERED = func.coalesce(Holding.status, 200) < 400

Key = tuple[str, str]  # district id, portal URL
Ids = Sequence[str] | None


@dataclass(slots=True)
class Known:
    """What is known of one portal. Counts are by month.

    `articles` have a date of publication printed to the month or better; `years` are those printed to the
    year only, by YYYY. Dates of events count apart, in `events`. `reach` is the month of the earliest article
    that our own crawl saw; `trace` that of the earliest article or capture by anybody. `walked_at` is the
    start of the first run that walked every listing to its end, `looked_at` of the last run after which
    nothing was left to read.
    """

    district_id: str
    portal: str
    until: date | None = None
    articles: Counter[str] = field(default_factory=Counter)
    days: dict[str, tuple[str, str]] = field(default_factory=dict)  # month: first and last day
    years: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    undated: int = 0
    reach: str | None = None
    trace: str | None = None
    runs: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    unanswered: Counter[str] = field(default_factory=Counter)  # runs and checks
    answered: Counter[str] = field(default_factory=Counter)
    walked_at: datetime | None = None
    looked_at: datetime | None = None
    captures: Counter[str] = field(default_factory=Counter)  # our own
    elsewhere: Counter[str] = field(default_factory=Counter)  # pages that other archives captured

    def seen(self, month: str) -> None:
        """Notes that the portal was there in `month`."""
        self.trace = min(self.trace or month, month)


def span(connection: Connection) -> tuple[str, str] | None:
    """Returns the first and the last month of the table, the same for every portal: from the earliest article
    or foreign capture of the archive to its latest run, check or (where there is neither) sighting.

    None for an archive that nothing is known of.
    """
    at = latest(connection)
    if at is None:
        return None
    last = month_of(at)
    order = Article.published_order
    dated = (order >= EARLIEST, order <= f"{last}~", Article.id.not_in(_of_events()))
    published = connection.scalar(select(func.min(order)).where(*dated))
    captured = _stamped(connection.scalar(select(func.min(Holding.stamp)).where(_ANSWERED)))
    return min(f"{one}-01"[:7] for one in (published, captured, last) if one and one >= EARLIEST), last


def latest(connection: Connection) -> datetime | None:
    """Returns when the archive was last at work: its latest run or check; where it has neither, the latest
    sighting of an article. None where there is none.
    """
    moments = [connection.scalar(select(func.max(column))) for column in (Run.started_at, Check.checked_at)]
    if not any(moments):
        moments = [connection.scalar(select(func.max(Article.last_seen_at)))]
    return max(filter(None, moments), default=None)


def known(
    connection: Connection, districts: Ids = None, registered: Iterable[DistrictRecord] = ()
) -> list[Known]:
    """Returns what is known of every portal that the archive knows, and of those of `registered` districts,
    ordered by district and URL; of `districts` alone."""
    found = {key: Known(*key, until) for key, until in portals(connection, districts, registered).items()}
    ends = select(Portal.district_id, Portal.url, Portal.until).where(Portal.until.is_not(None))
    for id_, url, until in connection.execute(_of(ends, Portal, districts)):
        found[id_, url].until = until
    _articles(connection, found, districts)
    _events(connection, found, districts)
    _runs(connection, found, districts)
    _checks(connection, found, districts)
    _captures(connection, found, districts)
    _holdings(connection, found, districts)
    return [found[key] for key in sorted(found)]


def portals(
    connection: Connection, districts: Ids, registered: Iterable[DistrictRecord]
) -> dict[Key, date | None]:
    """Returns the portals of `known`; one that the archive does not know has the last day that the registry
    gives it.
    """
    found: dict[Key, date | None] = {}
    for place in places(connection, districts):
        found[place.district_id, place.portal] = None
    for district in registered:
        for portal in district.portals if districts is None or district.id in districts else ():
            found.setdefault((district.id, portal.url), portal.until)
    return found


def month_of(moment: datetime) -> str:
    """Returns the month of an aware `moment` in Vietnam."""
    return f"{local(moment):%Y-%m}"


def _of_events() -> Any:
    """The ids of articles whose current version carries the date of an event; from a partial index."""
    this = (Version.article_id == Article.id) & (Version.number == Article.version)
    return select(Version.article_id).join(Article, this).where(Version.published_is_event)


def _articles(connection: Connection, found: dict[Key, Known], districts: Ids) -> None:
    order = Article.published_order
    month = func.substr(order, _ONE, _MONTH)
    day = case((func.length(order) >= 10, func.substr(order, _ONE, _DAY)))
    foreign = select(Article.id).where(Article.first_crawled_at.is_(None))
    own = func.count(case((Article.id.not_in(foreign), 1)))
    key = (Article.district_id, Article.portal, month)
    query = select(*key, func.count(), own, func.min(day), func.max(day)).group_by(*key).order_by(*key)
    query = _of(query.where(Article.id.not_in(_of_events())), Article, districts)
    for id_, portal, when, count, ours, first, last in connection.execute(query):
        one = found[id_, portal]
        if when == UNDATED:
            one.undated = count
            continue
        (one.articles if len(when) == 7 else one.years)[when] = count
        if first:
            one.days[when] = (first, last)
        earliest = f"{when}-01"[:7]  # of a year, its first month
        if earliest >= EARLIEST:
            one.seen(earliest)
            if ours:
                one.reach = min(one.reach or earliest, earliest)


def _events(connection: Connection, found: dict[Key, Known], districts: Ids) -> None:
    this = (Version.article_id == Article.id) & (Version.number == Article.version)
    key = (Article.district_id, Article.portal, func.substr(Article.published_order, _ONE, _MONTH))
    query = select(*key, func.count()).join_from(Version, Article, this).where(Version.published_is_event)
    for id_, portal, when, count in connection.execute(_of(query.group_by(*key), Article, districts)):
        found[id_, portal].events[when] = count


def _runs(connection: Connection, found: dict[Key, Known], districts: Ids) -> None:
    key = (Run.district_id, Run.portal, _month(connection, Run.started_at))
    counts = cast(Run.counts, Text)
    told = func.count(case((Run.verdict == Verdict.UNREACHABLE, 1)))
    answered = func.count(case((Run.verdict.not_in([Verdict.UNREACHABLE, Verdict.DIED]), 1)))
    walk = and_(counts.contains(f'"{COMPLETE}"'), counts.not_like(f'%"{UNWALKED}"%'))
    level = or_(walk, and_(Run.verdict.in_(sorted(HEALTHY)), counts.not_like(f'%"{UNFINISHED}"%')))
    walked, looked = (case((condition, Run.started_at)) for condition in (walk, level))
    query = select(*key, func.count(), told, answered, func.min(walked), func.max(looked)).group_by(*key)
    query = query.where(Run.kind == RunKind.CRAWL)
    for id_, portal, when, count, silent, others, first, last in connection.execute(
        _of(query, Run, districts)
    ):
        one = found[id_, portal]
        one.runs[when] = count
        one.unanswered[when] += silent
        one.answered[when] += others
        one.walked_at = min(filter(None, (one.walked_at, first)), default=None)
        one.looked_at = max(filter(None, (one.looked_at, last)), default=None)
        if others:
            one.seen(when)


def _checks(connection: Connection, found: dict[Key, Known], districts: Ids) -> None:
    key = (Check.district_id, Check.portal, _month(connection, Check.checked_at))
    silent = func.count(case((Check.state.in_(_SILENT_STATES), 1)))
    for id_, portal, when, count, none in connection.execute(
        _of(select(*key, func.count(), silent).group_by(*key), Check, districts)
    ):
        if (id_, portal) in found:  # a candidate is no portal yet
            one = found[id_, portal]
            one.checks[when] = count
            one.unanswered[when] += none
            one.answered[when] += count - none


def _captures(connection: Connection, found: dict[Key, Known], districts: Ids) -> None:
    key = (Run.district_id, Run.portal, _month(connection, Capture.fetched_at))
    query = select(*key, func.count()).join_from(Capture, Run, Run.id == Capture.run_id).group_by(*key)
    query = query.where(Run.kind == RunKind.CRAWL)
    for id_, portal, when, count in connection.execute(_of(query, Run, districts)):
        found[id_, portal].captures[when] = count


def _holdings(connection: Connection, found: dict[Key, Known], districts: Ids) -> None:
    stamp = func.substr(Holding.stamp, _ONE, literal_column("6"))
    key = (Holding.district_id, Holding.portal, stamp)
    pages = func.count(case((Holding.state.in_(_PAGES), 1)))
    stood = func.count(case((_ANSWERED, 1)))
    for id_, portal, when, count, answers in connection.execute(
        _of(select(*key, pages, stood).group_by(*key), Holding, districts)
    ):
        if (id_, portal) not in found:
            continue
        one, month = found[id_, portal], _stamped(when) or ""
        if count:
            one.elsewhere[month] = count
        if answers and month >= EARLIEST:
            one.seen(month)


def _month(connection: Connection, moment: Any) -> ColumnElement[str]:
    return func.substr(vietnam_day(moment, connection.dialect.name == "sqlite"), _ONE, _MONTH)


def _stamped(stamp: str | None) -> str | None:
    """Returns the month of 14 digits UTC; at its edge it is that of Greenwich, as its archive names it."""
    return f"{stamp[:4]}-{stamp[4:6]}" if stamp else None


def _of(query: Any, table: Any, districts: Ids) -> Any:
    return query if districts is None else query.where(table.district_id.in_(districts))
