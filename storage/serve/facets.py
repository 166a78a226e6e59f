"""What a selection of articles consists of: its count, and the values of each facet with their numbers.

Every function takes a connection of one `Database.reading()` block.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Connection, func, literal_column, select

from storage.places import lookup
from storage.schema import Article, Catalogued, District
from storage.serve.browse import Where
from storage.serve.trends import by_period

MANY = 10_000  # articles up to which every facet is counted: beyond, those that need each row take too long
Values = list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Facets:
    """A selection: its `count`, its articles by month (by_period), and by facet the values with numbers.
    `names` are those of all districts, by id.

    The most frequent value is first; years are in order, "none" last. `province_now` has the provinces since
    1 July 2025.
    """

    count: int
    periods: Mapping[str, int]
    values: Mapping[str, Values]
    names: Mapping[str, str]


def facets(connection: Connection, where: Where) -> Facets:
    """Returns the facets of a selection; beyond MANY articles of place and year only."""
    districts = Counter(_by_district(connection, where))
    count = districts.total()
    known = district_places(connection)
    provinces: Counter[str] = Counter()
    now: Counter[str] = Counter()
    for key, n in districts.items():
        place = known.get(key)
        provinces[place.province if place else ""] += n
        now[place.province_now if place else ""] += n
    periods = by_period(connection, where)
    years: Counter[str] = Counter()
    for period, n in periods.items():
        years[period[:4] or "none"] += n
    found = {
        "province": _ordered(provinces),
        "province_now": _ordered(now),
        "district": _ordered(districts),
        "year": sorted(years.items(), key=lambda pair: (pair[0] == "none", pair[0])),
    }
    found |= _details(connection, where) if count <= MANY else {}
    return Facets(count, periods, found, {key: place.name for key, place in known.items()})


def _by_district(connection: Connection, where: Where) -> dict[str, int]:
    key = Catalogued.district_id
    rows = connection.execute(select(key, func.count()).where(*where.conditions()).group_by(key))
    return {row[0]: row[1] for row in rows}


def _details(connection: Connection, where: Where) -> dict[str, Values]:
    columns = (Catalogued.precision, Catalogued.source, Catalogued.status, Catalogued.flags)
    statement = select(*columns, func.count()).where(*where.conditions(ordered=False)).group_by(*columns)
    found: dict[str, Counter[str]] = {name: Counter() for name in ("precision", "source", "status", "flag")}
    for precision, source, status, flags, n in connection.execute(statement):
        found["precision"][precision] += n
        found["source"][source or ""] += n
        found["status"][status] += n
        for flag in json.loads(flags):
            found["flag"][flag] += n
    return {name: _ordered(counts) for name, counts in found.items()}


def _ordered(counts: Mapping[str, int]) -> Values:
    return sorted(((value, n) for value, n in counts.items() if value), key=lambda pair: (-pair[1], pair[0]))


@dataclass(frozen=True, slots=True)
class DistrictPlace:
    """A district that the archive knows: its name, code, and its province then and now ("" where unknown)."""

    name: str
    code: str
    province: str
    province_now: str


def district_places(connection: Connection) -> dict[str, DistrictPlace]:
    """Returns the districts that the archive knows, by id."""
    rows = connection.execute(select(District.id, District.name, District.code, District.province))
    return {key: DistrictPlace(name, code, old, _now(code)) for key, name, code, old in rows}


def district_names(connection: Connection) -> dict[str, str]:
    """Returns the names of the districts that the archive knows, by id."""
    return {key: place.name for key, place in district_places(connection).items()}


@cache
def _now(code: str) -> str:
    place = lookup.district(code)
    return lookup.province_now(place).name if place else ""


@dataclass(frozen=True, slots=True)
class Totals:
    """The whole archive: how much there is, its first and last day (None without any), and its districts.

    `places` has (province, district id, name, articles), in order.
    """

    articles: int
    districts: int
    portals: int
    first: str | None
    last: str | None
    places: list[tuple[str, str, str, int]]


def totals(connection: Connection) -> Totals:
    """Returns the figures of the whole archive."""
    key = (Article.district_id, Article.portal)
    rows = connection.execute(select(*key, func.count()).group_by(*key)).all()
    held: Counter[str] = Counter()
    for district, _, n in rows:
        held[district] += n
    known = district_places(connection)
    dated = Catalogued.published != literal_column("''")
    ends = (select(one(Catalogued.published)).where(dated) for one in (func.min, func.max))
    first, last = (connection.execute(end).scalar() for end in ends)
    portals = len({portal for _, portal, _ in rows})
    places = sorted(_placed(held.items(), known))
    return Totals(held.total(), len(held), portals, first and first[:10], last and last[:10], places)


def _placed(
    held: Iterable[tuple[str, int]], known: Mapping[str, DistrictPlace]
) -> Iterable[tuple[str, str, str, int]]:
    for key, n in held:
        place = known.get(key)
        yield (place.province, key, place.name, n) if place else ("", key, key, n)
