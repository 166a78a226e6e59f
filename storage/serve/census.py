"""Figures of the census: what is held of each district, and what other archives are known to hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from storage.runs import states
from storage.runs.states import CheckRecord
from storage.schema import UNDATED, Article, Holding, Run
from storage.vocabulary import RunKind


class Held(NamedTuple):
    """Articles of a district, and the first and the last day of publication among them, as printed."""

    articles: int
    earliest: str | None
    latest: str | None


class Elsewhere(NamedTuple):
    """Pages of a district that other archives hold: how many addresses, their first and last capture as a
    day (UTC), and which archives.
    """

    pages: int
    earliest: str
    latest: str
    sources: tuple[str, ...]


class LastRun(NamedTuple):
    """The last run of a portal that has a verdict, and when it began (aware, UTC)."""

    verdict: str
    started_at: datetime


class Known(NamedTuple):
    """All that the archive knows for the census: by district id, and by (district id, portal URL)."""

    held: Mapping[str, Held]
    elsewhere: Mapping[str, Elsewhere]
    runs: Mapping[tuple[str, str], LastRun]
    checks: Mapping[tuple[str, str], CheckRecord]


NOTHING = Known({}, {}, {}, {})


def read(connection: Connection) -> Known:
    """Returns what the archive knows, in a few queries over its indexes."""
    return Known(held(connection), elsewhere(connection), last_runs(connection), states.latest(connection))


def held(connection: Connection) -> dict[str, Held]:
    """Returns what is held of each district that has articles, by its id."""
    dated = select(
        Article.district_id, func.min(Article.published_order), func.max(Article.published_order)
    ).where(Article.published_order < UNDATED)
    days = {
        district: (first[:10], last[:10])
        for district, first, last in connection.execute(dated.group_by(Article.district_id))
    }
    counts = select(Article.district_id, func.count()).group_by(Article.district_id)
    return {
        district: Held(count, *days.get(district, (None, None)))
        for district, count in connection.execute(counts)
    }


def elsewhere(connection: Connection) -> dict[str, Elsewhere]:
    """Returns what other archives are known to hold of each district, by its id."""
    counts = select(
        Holding.district_id,
        func.count(Holding.url_id.distinct()),
        func.min(Holding.stamp),
        func.max(Holding.stamp),
    ).group_by(Holding.district_id)
    by = select(Holding.district_id, Holding.source).distinct().order_by(Holding.source)
    sources: dict[str, list[str]] = {}
    for district, source in connection.execute(by):
        sources.setdefault(district, []).append(source)
    return {
        district: Elsewhere(count, _day(first), _day(last), tuple(sources[district]))
        for district, count, first, last in connection.execute(counts)
    }


def last_runs(connection: Connection) -> dict[tuple[str, str], LastRun]:
    """Returns the last crawl with a verdict of each portal, by (district id, URL)."""
    ended = (Run.verdict.is_not(None), Run.kind == RunKind.CRAWL)
    last = select(func.max(Run.id)).where(*ended).group_by(Run.district_id, Run.portal)
    query = select(Run.district_id, Run.portal, Run.verdict, Run.started_at).where(Run.id.in_(last))
    return {
        (district, portal): LastRun(str(verdict), at)
        for district, portal, verdict, at in connection.execute(query)
    }


def _day(stamp: str) -> str:
    """Returns the day of a moment in 14 digits."""
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}"
