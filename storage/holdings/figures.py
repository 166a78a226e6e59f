"""What is known of other archives' captures, counted for the status page and `huyen runs`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from sqlalchemy import Connection, func, select

from storage.holdings.records import State
from storage.language.messages import message
from storage.schema import Article, Holding, Version
from storage.warc.provenance import CRAWL

Ids = Collection[str] | None


@dataclass(frozen=True, slots=True)
class Year:
    """The article captures of one year that an archive is known to hold of a portal.

    `held` are fetched; `sightings` show a text that is fetched, so nothing is missing; `waiting` are to be
    fetched, `unplayable` could not be had, `after_end` are later than the portal's last day.
    """

    source: str
    year: str
    held: int = 0
    sightings: int = 0
    waiting: int = 0
    unplayable: int = 0
    after_end: int = 0

    @property
    def sentence(self) -> str:
        """What a person wants to know of it."""
        return message(
            "{source} {year}: {held} fetched, {sightings} of the same text, "
            "{missing} known and not held, {after_end} after its end",
            source=self.source,
            year=str(self.year),
            held=self.held,
            sightings=self.sightings,
            missing=self.missing,
            after_end=self.after_end,
        )

    @property
    def missing(self) -> int:
        """How many texts are known to exist and are not held."""
        return self.waiting + self.unplayable


_FIELDS = {
    State.HELD: "held",
    State.SIGHTING: "sightings",
    State.WANTED: "waiting",
    State.LISTED: "waiting",
    State.UNPLAYABLE: "unplayable",
    State.AFTER_END: "after_end",
}


def years(connection: Connection, districts: Ids = None) -> Iterator[tuple[str, str, list[Year]]]:
    """Yields district, portal and what each archive has of it by source and year, in order."""
    place = (Holding.district_id, Holding.portal)
    columns = (*place, Holding.source, func.substr(Holding.stamp, 1, 4))
    query = select(*columns, Holding.state, func.count()).where(Holding.state.in_([*_FIELDS]))
    if districts is not None:
        query = query.where(Holding.district_id.in_(districts))
    rows = connection.execute(query.group_by(*columns, Holding.state).order_by(*columns)).all()
    for (district, portal), own in groupby(rows, key=lambda row: (row[0], row[1])):
        found: list[Year] = []
        for (source, year), some in groupby(own, key=lambda row: (row[2], row[3])):
            counts: dict[str, int] = {}
            for row in some:
                counts[_FIELDS[State(row[4])]] = counts.get(_FIELDS[State(row[4])], 0) + row[5]
            found.append(Year(source, year, **counts))
        yield district, portal, found


def of_portal(connection: Connection, district_id: str, portal: str) -> list[Year]:
    """Returns what each archive has of a portal, by source and year."""
    return [one for _, url, rows in years(connection, [district_id]) if url == portal for one in rows]


def spanning(found: Iterable[Year]) -> list[Year]:
    """Returns the sums of `found` by source; their `year` is the span of years."""
    by_source: dict[str, list[Year]] = {}
    for one in found:
        by_source.setdefault(one.source, []).append(one)
    sums: list[Year] = []
    for own in by_source.values():
        first, last = min(one.year for one in own), max(one.year for one in own)
        sums += together(replace(one, year=first if first == last else f"{first}-{last}") for one in own)
    return sums


def rescued(connection: Connection, districts: Ids = None) -> dict[tuple[str, str], int]:
    """Returns, by district and portal, how many articles rest on captures of others."""
    this = (Version.article_id == Article.id) & (Version.number == Article.version)
    place = (Article.district_id, Article.portal)
    query = select(*place, func.count()).join(Version, this).where(Version.captured_via != CRAWL)
    if districts is not None:
        query = query.where(Article.district_id.in_(districts))
    return {(a, b): n for a, b, n in connection.execute(query.group_by(*place))}


def together(found: Iterable[Year]) -> list[Year]:
    """Returns the sums of `found` by source and year, in order."""
    sums: dict[tuple[str, str], Year] = {}
    for one in found:
        old = sums.get((one.source, one.year), Year(one.source, one.year))
        names = ("held", "sightings", "waiting", "unplayable", "after_end")
        more = {name: getattr(old, name) + getattr(one, name) for name in names}
        sums[one.source, one.year] = Year(one.source, one.year, **more)
    return [sums[key] for key in sorted(sums)]
