"""What the status page shows: the registry and the figures of the archive, brought together portal by portal.

One object serves the page and `--json`. Times are ISO 8601 in Vietnam's wall time. Counts over time are
{"from": first day or month, "counts": text}; crawler.report.calendars.packed says how the text is written.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from crawler.errors import Refused
from crawler.registry.load import Registry
from crawler.report.calendars import enter, month_name, series
from storage.database import Database
from storage.runs.records import RunRecord
from storage.serve import statistics
from storage.serve.statistics import LISTS, TEXTS, Place
from storage.text import words
from storage.vocabulary import iso, local

LATEST_RUNS = 60  # shown for the whole archive
PAIRS, PAIRS_EACH = 50, 8  # pairs of portals shown, in all and beside each portal

Key = tuple[str, str]  # district id, portal URL
Figures = dict[str, Any]


def gather(
    database: Database, registry: Registry, province: str | None = None, now: datetime | None = None
) -> Figures:
    """Returns all that the status page tells, as plain JSON values, at `now` (aware; default: this moment).

    `province`: its id or name, as the registry or the archive has it; Refused where neither knows it.
    The archive is read in one transaction. Raises StorageError.
    """
    now = local(now or datetime.now(UTC))
    with database.reading() as connection:
        known = statistics.places(connection)
        districts, name = _meant(registry, known, province)
        portals = {
            key: row for key, row in _portals(registry, known) if districts is None or key[0] in districts
        }
        months: Counter[int] = Counter()
        for key, dated in groupby(
            statistics.dated(connection, districts), lambda d: (d.district_id, d.portal)
        ):
            enter(portals[key], dated, months, now.date())
        for row in statistics.totals(connection, districts):
            portals[row.pop("district_id"), row.pop("portal")] |= row
        dates = _readings(portals, statistics.readings(connection, districts))
        copies = _copies(portals, statistics.copies(connection, districts))
        runs = _runs(portals, statistics.last_runs(connection, districts))
        for key, at in statistics.last_healthy(connection, districts).items():
            portals[key]["last_healthy_at"] = iso(at)
        days = statistics.growth(connection, districts)
        clusters = statistics.clusters(connection, districts)
    growth: list[Figures] = [{"day": day, **counts} for day, counts in days.items()]
    return {
        "generated_at": iso(now),
        "province": name,
        "faults": [str(fault) for fault in registry.errors],
        "totals": _totals(portals.values(), growth, dates),
        "months": series(months, month_name),
        "growth": growth,
        "dates": {source: dict(row) for source, row in dates.items()},
        "copies": copies,
        "clusters": clusters,
        "runs": runs,
        "portals": list(portals.values()),
    }


def _meant(
    registry: Registry, known: Iterable[Place], province: str | None
) -> tuple[tuple[str, ...] | None, str | None]:
    """Returns the ids of a province's districts and its written name; None and None for all."""
    if province is None:
        return None, None
    named = {d.id: d.province for d in registry.districts}
    named |= {p.district_id: p.province for p in known if p.district_id not in named}
    wanted = words(province)
    found = {id_: n for id_, n in named.items() if wanted in (words(id_.partition(".")[0]), words(n))}
    if not found:
        ids = ", ".join(sorted({id_.partition(".")[0] for id_ in named})) or "none"
        raise Refused(f'no province "{province}" in the registry or the archive; they know {ids}')
    return tuple(sorted(found)), next(filter(None, found.values()), province)


def _portals(registry: Registry, known: Iterable[Place]) -> Iterator[tuple[Key, Figures]]:
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
            row = _row(place, portal.status) | {"until": portal.until and portal.until.isoformat()}
            if not portal.crawlable:
                row |= {"verdict": portal.status, "evidence": [portal.note] if portal.note else []}
            yield (district.id, portal.url), row
    for place in known:
        if place[:2] not in seen:
            yield place[:2], _row(place, "unlisted")


def _row(place: Place, status: str) -> Figures:
    counts = dict.fromkeys(("articles", "gone", "edited", "exact", "near", "undated"), 0)
    nothing = dict.fromkeys(("until", "last_run", "last_healthy_at", "first_day", "last_day", "months"))
    return {
        **place._asdict(),
        **counts,
        **nothing,
        "status": status,
        "verdict": "never",
        "evidence": [],
        "fields": {},
        "sources": {},
        "precisions": {},
        "detail": {
            **dict.fromkeys(("month_only", "year_only", "outside"), 0),
            "days": None,
            "flags": {},
            "runs": [],
            "copied_from": [],
            "copied_by": [],
        },
    }


def _readings(
    portals: Mapping[Key, Figures], readings: Iterable[Mapping[str, Any]]
) -> dict[str, Counter[str]]:
    """Enters how the articles of each portal read; returns articles by source and precision of the date."""
    dates: dict[str, Counter[str]] = {}
    for reading in readings:
        row, count = portals[reading["district_id"], reading["portal"]], reading["articles"]
        source, precision = reading["source"] or "none", reading["precision"]
        dated = {"date": 0 if precision == "none" else count, "event": count if reading["event"] else 0}
        for name, part in ({name: reading[name] for name in (*TEXTS, *LISTS)} | dated).items():
            row["fields"][name] = row["fields"].get(name, 0) + part
        for group, value in (("sources", source), ("precisions", precision)):
            row[group][value] = row[group].get(value, 0) + count
        flags = row["detail"]["flags"]
        for flag in json.loads(reading["flags"]):
            flags[flag] = flags.get(flag, 0) + count
        dates.setdefault(source, Counter())[precision] += count
    return dates


def _copies(portals: Mapping[Key, Figures], pairs: Iterable[Mapping[str, Any]]) -> list[Figures]:
    """Enters who repeats whom beside each portal, most first; returns the first PAIRS of the archive."""
    top: list[Figures] = []
    for pair in pairs:
        origin, copy = (
            dict(zip(("district_id", "portal"), pair[s], strict=True)) for s in ("origin", "copy")
        )
        counts = {"exact": pair["exact"], "near": pair["near"]}
        if len(top) < PAIRS:
            top.append({"origin": origin, "copy": copy, **counts})
        for key, entry, other in (
            (pair["copy"], "copied_from", {"origin": origin}),
            (pair["origin"], "copied_by", {"copy": copy}),
        ):
            if key in portals and len(portals[key]["detail"][entry]) < PAIRS_EACH:
                portals[key]["detail"][entry].append(other | counts)
    return top


def _runs(portals: Mapping[Key, Figures], runs: Iterable[RunRecord]) -> list[Figures]:
    """Enters the latest runs, newest first, beside each portal; returns the latest of all."""
    latest: list[Figures] = []
    for run in runs:
        row = portals[run.district_id, run.portal]
        shown = {
            "id": run.id,
            "started_at": iso(run.started_at),
            "seconds": None if run.seconds is None else round(run.seconds),
            "verdict": run.verdict or "running",
            "counts": run.counts,
            "evidence": [str(sentence) for sentence in run.evidence],
        }
        if row["last_run"] is None:
            row["last_run"] = shown
            if row["verdict"] == "never":  # else the registry says why it is not crawled
                row |= {"verdict": shown["verdict"], "evidence": shown["evidence"]}
        row["detail"]["runs"].append(shown)
        if len(latest) < LATEST_RUNS:
            latest.append(shown | {"district_id": run.district_id, "portal": run.portal})
    return latest


def _totals(rows: Iterable[Figures], growth: Iterable[Figures], dates: Mapping[str, Counter[str]]) -> Figures:
    totals: Counter[str] = Counter()
    fields: Counter[str] = Counter()
    verdicts: Counter[str] = Counter()
    for row in rows:
        totals.update(
            {name: row[name] for name in ("articles", "gone", "edited", "exact", "near", "undated")}
        )
        fields.update(row["fields"])
        verdicts[row["verdict"]] += 1
    for day in growth:
        totals.update({name: day[name] for name in ("versions", "captures", "bytes")})
    names = ("articles", "gone", "edited", "exact", "near", "undated", "versions", "captures", "bytes")
    return {
        **{name: totals[name] for name in names},
        "events": fields.pop("event", 0),
        "fields": dict(fields),
        "verdicts": dict(verdicts),
    }
