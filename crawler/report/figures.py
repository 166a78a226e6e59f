"""What the status page shows: the registry and the figures of the archive, brought together portal by portal.

One record (crawler.report.rows) serves the page and `--json`. Times are ISO 8601 in Vietnam's wall time.
Counts over time are {"from": first day or month, "counts": text}; crawler.report.calendars.packed says how
the text is written.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby

from crawler.errors import Refused
from crawler.registry.country import within
from crawler.registry.load import Registry
from crawler.report import census
from crawler.report.calendars import enter, month_name, series
from crawler.report.rows import Copied, CopiedBy, CopiedFrom, Figures, LatestRun, Row, ShownRun, Site, Totals
from storage.database import Database
from storage.filing.figures import totals
from storage.holdings import figures as holdings
from storage.language.messages import message
from storage.places.lookup import TODAY
from storage.runs.records import RunRecord
from storage.serve import statistics
from storage.serve.census import read
from storage.serve.statistics import Copies, Growth, Place, Reading
from storage.vocabulary import iso, local

LATEST_RUNS = 60  # shown for the whole archive
_OF_ROWS = ("articles", "gone", "edited", "exact", "near", "undated")
_OF_DAYS = ("versions", "captures", "bytes")
LEFT = "unlisted"  # the verdict of a portal that the registry has no more: history, told apart
PAIRS, PAIRS_EACH = 50, 8  # pairs of portals shown, in all and beside each portal

Key = tuple[str, str]  # district id, portal URL


def gather(
    database: Database, registry: Registry, provinces: Sequence[str] = (), now: datetime | None = None
) -> Figures:
    """Returns all that the status page tells, at `now` (aware; default: this moment).

    `provinces`: ids or names, as the registry or the archive has them; Refused where neither knows one.
    The archive is read in one transaction. Raises StorageError.
    """
    now = local(now or datetime.now(UTC))
    with database.reading() as connection:
        known = statistics.places(connection)
        districts, name = _meant(registry, known, provinces)
        portals = {
            key: row for key, row in _portals(registry, known) if districts is None or key[0] in districts
        }
        months: Counter[int] = Counter()
        for key, dated in groupby(
            statistics.dated(connection, districts), lambda d: (d.district_id, d.portal)
        ):
            enter(portals[key], dated, months, now.date())
        for sums in statistics.totals(connection, districts):
            row = portals[sums.district_id, sums.portal]
            row.articles, row.gone, row.edited = sums.articles, sums.gone, sums.edited
            row.exact, row.near = sums.exact, sums.near
        dates = _readings(portals, statistics.readings(connection, districts))
        copies = _copies(portals, statistics.copies(connection, districts))
        runs = _runs(portals, statistics.last_runs(connection, districts))
        for key, at in statistics.last_healthy(connection, districts).items():
            portals[key].last_healthy_at = iso(at)
        for district, portal, years in holdings.years(connection, districts):
            if row_ := portals.get((district, portal)):
                row_.detail.archives = years
        for place, number in holdings.rescued(connection, districts).items():
            portals[place].rescued = number
        for key, counts in statistics.last_walks(connection, districts).items():
            row, unwalked = portals[key], counts.get("unwalked", 0)
            row.named, row.held, row.unwalked = counts.get("named"), counts.get("held"), unwalked
        for row in portals.values():
            if row.verdict == "never" and row.articles:  # its WARC files were read into an empty archive
                row.verdict = "rebuilt"
                row.evidence = [message("filled from WARC files; no run of it is recorded here")]
        growth = statistics.growth(connection, districts)
        clusters = statistics.clusters(connection, districts)
        files = totals(connection, districts)
        counted = census.of(read(connection), registry, provinces)
    return Figures(
        generated_at=iso(now),
        province=name,
        faults=[str(fault) for fault in registry.errors],
        totals=_totals(portals.values(), growth, files),
        history=[row for row in portals.values() if row.verdict == LEFT],
        months=series(months, month_name),
        growth=growth,
        dates={source: dict(counted) for source, counted in dates.items()},
        copies=copies,
        clusters=clusters,
        runs=runs,
        archives=holdings.together(y for row in portals.values() for y in row.detail.archives),
        portals=[row for row in portals.values() if row.verdict != LEFT],
        census=counted,
    )


def _meant(
    registry: Registry, known: Iterable[Place], provinces: Sequence[str]
) -> tuple[tuple[str, ...] | None, str | None]:
    """Returns the ids of the provinces' districts and their written names; None and None for all."""
    if not provinces:
        return None, None
    named = {d.id: d.province for d in registry.districts}
    named |= {p.district_id: p.province for p in known if p.district_id not in named}
    codes = {d.id: d.code for d in registry.districts}
    ids: set[str] = set()
    titles: list[str] = []
    for province in provinces:
        inside = within(province)
        found = {id_: name for id_, name in named.items() if inside(id_, codes.get(id_, ""), name)}
        if not found:
            known_ids = ", ".join(sorted({id_.partition(".")[0] for id_ in named}))
            raise Refused(
                message(
                    'no province "{name}" in the registry or the archive; they know {known}',
                    name=province,
                    known=known_ids or message("none"),
                )
            )
        ids |= found.keys()
        old = not province.endswith(TODAY)  # a province of today has districts of several
        titles.append(next(filter(None, found.values()), province) if old else province)
    return tuple(sorted(ids)), ", ".join(dict.fromkeys(titles))


def _portals(registry: Registry, known: Iterable[Place]) -> Iterator[tuple[Key, Row]]:
    """Yields an empty row for every portal: those of the registry first, then those that only the archive
    knows.
    """
    seen = set()
    for district in registry.districts:
        for portal in district.portals:
            seen.add((district.id, portal.url))
            place = Place(
                district.id, portal.url, district.name, district.kind, district.province, portal.family
            )
            row = Row(*place, portal.status, until=portal.until.isoformat() if portal.until else None)
            if not portal.crawlable:
                row.verdict, row.evidence = portal.status, [portal.note] if portal.note else []
            yield (district.id, portal.url), row
    for place in known:
        if place[:2] not in seen:
            row = Row(*place, "unlisted")
            if not registry.lists(*place[:2]):  # history: nobody is to be alarmed by its last verdict
                row.verdict = LEFT
            yield place[:2], row


def _readings(portals: Mapping[Key, Row], readings: Iterable[Reading]) -> dict[str, Counter[str]]:
    """Enters how the articles of each portal read; returns articles by source and precision of the date."""
    dates: dict[str, Counter[str]] = {}
    for reading in readings:
        row, count = portals[reading.district_id, reading.portal], reading.articles
        source, precision = reading.source or "none", reading.precision
        dated = {"date": 0 if precision == "none" else count, "event": count if reading.event else 0}
        for name, part in {**reading.having, **dated}.items():
            _add(row.fields, name, part)
        _add(row.sources, source, count)
        _add(row.precisions, precision, count)
        for flag in json.loads(reading.flags):
            _add(row.detail.flags, flag, count)
        dates.setdefault(source, Counter())[precision] += count
    return dates


def _add(counts: dict[str, int], name: str, more: int) -> None:
    counts[name] = counts.get(name, 0) + more


def _copies(portals: Mapping[Key, Row], pairs: Iterable[Copies]) -> list[Copied]:
    """Enters who repeats whom beside each portal, most first; returns the first PAIRS of the archive."""
    top: list[Copied] = []
    for pair in pairs:
        origin, copy, counts = Site(*pair.origin), Site(*pair.copy), (pair.exact, pair.near)
        if len(top) < PAIRS:
            top.append(Copied(origin, copy, *counts))
        row = portals.get(pair.copy)
        if row is not None and len(row.detail.copied_from) < PAIRS_EACH:
            row.detail.copied_from.append(CopiedFrom(origin, *counts))
        row = portals.get(pair.origin)
        if row is not None and len(row.detail.copied_by) < PAIRS_EACH:
            row.detail.copied_by.append(CopiedBy(copy, *counts))
    return top


def _runs(portals: Mapping[Key, Row], runs: Iterable[RunRecord]) -> list[LatestRun]:
    """Enters the latest runs, newest first, beside each portal; returns the latest of all."""
    latest: list[LatestRun] = []
    for run in runs:
        row = portals[run.district_id, run.portal]
        shown = ShownRun(
            id=run.id,
            started_at=iso(run.started_at),
            seconds=None if run.seconds is None else round(run.seconds),
            verdict=run.verdict or "running",
            counts=run.counts,
            evidence=[str(sentence) for sentence in run.evidence],
        )
        if row.last_run is None:
            row.last_run = shown
            if row.verdict == "never":  # else the registry says why it is not crawled
                row.verdict, row.evidence = shown.verdict, shown.evidence
        row.detail.runs.append(shown)
        if len(latest) < LATEST_RUNS:
            latest.append(shown.among_all(run.district_id, run.portal))
    return latest


def _totals(rows: Iterable[Row], growth: Iterable[Growth], files: dict[str, int]) -> Totals:
    """Returns the sums of all rows and days."""
    sums, fields, verdicts = Counter[str](), Counter[str](), Counter[str]()
    for row in rows:
        sums.update({name: getattr(row, name) for name in _OF_ROWS})
        fields.update(row.fields)
        if row.verdict != LEFT:
            verdicts[row.verdict] += 1
    for day in growth:
        sums.update({name: getattr(day, name) for name in _OF_DAYS})
    return Totals(
        **{name: sums[name] for name in (*_OF_ROWS, *_OF_DAYS)},
        events=fields.pop("event", 0),
        fields=dict(fields),
        verdicts=dict(verdicts),
        files=files,
    )
