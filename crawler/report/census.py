"""The census: every district of the country, what is known of its portals, and what is held of it.

A district without any known portal is a row, too. docs/codebook.md names the columns and the words.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TextIO

from crawler.registry.country import Seat, country, within
from crawler.registry.entries import District
from crawler.registry.hosts import candidates
from storage.runs.states import CheckRecord
from storage.serve.census import NOTHING, Elsewhere, Held, Known, LastRun, read
from storage.vocabulary import HEALTHY, State, iso

if TYPE_CHECKING:
    from crawler.registry.load import Registry
    from storage.database import Database


class Gap(StrEnum):
    """What is missing of a district, the worst first."""

    NO_PORTAL = "no_portal"  # no portal of it is known
    UNSEEN = "unseen"  # portals are known, and nobody has looked at them
    LOST = "lost"  # no portal of it can be crawled any more, and nothing is held
    EMPTY = "empty"  # a portal can be crawled, and nothing is held yet
    TROUBLED = "troubled"  # articles are held, and its portals need attention or are gone
    HELD = "held"  # articles are held, and nothing is wrong


_THERE = frozenset({State.LIVES, State.FROZEN, State.CERTIFICATE, State.MOVED})


@dataclass(frozen=True, slots=True)
class CensusRow:
    """A district. Lists are joined by "; ", a portal each and in the same order; days are ISO 8601."""

    code: str
    district_id: str
    kind: str
    district: str
    province: str
    gap: str
    portals: str = ""
    statuses: str = ""
    states: str = ""
    checked_at: str = ""
    verdicts: str = ""
    last_run_at: str = ""
    articles: int = 0
    earliest: str = ""
    latest: str = ""
    elsewhere: int = 0
    elsewhere_earliest: str = ""
    elsewhere_latest: str = ""
    elsewhere_sources: str = ""
    candidates: int = 0


COLUMNS = tuple(one.name for one in fields(CensusRow))


def gather(database: Database | None, registry: Registry, provinces: Sequence[str] = ()) -> list[CensusRow]:
    """Returns the census, gaps first; of some provinces, by ids or written names. Without an archive, as of
    an empty one. Raises StorageError.
    """
    if database is None:
        return of(NOTHING, registry, provinces)
    with database.reading() as connection:
        return of(read(connection), registry, provinces)


def of(known: Known, registry: Registry, provinces: Sequence[str] = ()) -> list[CensusRow]:
    """Returns the census by what the archive knows."""
    leads = Counter(one.code for one in candidates())
    by_code: dict[str, District] = {one.code: one for one in registry.districts}
    rows, seen = [], set()
    for seat in country():
        entry = by_code.get(seat.code)
        if entry is not None and (entry.name, entry.province_id) != (seat.name, seat.province_id):
            entry = None  # an invented district with the code of a real one
        seen.add(entry.id if entry else seat.id)
        rows.append(_row(seat, entry, known, leads[seat.code]))
    for entry in registry.districts:  # districts of a rehearsal, which the country does not have
        if entry.id not in seen:
            seat = Seat(entry.id, entry.code, entry.kind, entry.name, entry.province, entry.province_id)
            rows.append(_row(seat, entry, known, 0))
    if provinces:
        tests = [within(name) for name in provinces]
        rows = [r for r in rows if any(test(r.district_id, r.code, r.province) for test in tests)]
    order = {gap: n for n, gap in enumerate(Gap)}
    return sorted(rows, key=lambda row: (order[Gap(row.gap)], row.province, row.code))


def _row(seat: Seat, entry: District | None, known: Known, leads: int) -> CensusRow:
    """Returns the row of one district."""
    id_ = entry.id if entry else seat.id
    portals = entry.portals if entry else ()
    keys = [(id_, portal.url) for portal in portals]
    checks = [known.checks.get(key) for key in keys]
    runs = [known.runs.get(key) for key in keys]
    held = known.held.get(id_) or Held(0, None, None)
    there = known.elsewhere.get(id_) or Elsewhere(0, "", "", ())
    return CensusRow(
        code=seat.code,
        district_id=id_,
        kind=seat.kind,
        district=seat.name,
        province=seat.province,
        gap=_gap(entry, checks, runs, held.articles),
        portals=_joined(portal.url for portal in portals),
        statuses=_joined(portal.status for portal in portals),
        states=_joined(check.state if check else "" for check in checks),
        checked_at=max((iso(check.checked_at) for check in checks if check), default=""),
        verdicts=_joined(run.verdict if run else "" for run in runs),
        last_run_at=max((iso(run.started_at) for run in runs if run), default=""),
        articles=held.articles,
        earliest=held.earliest or "",
        latest=held.latest or "",
        elsewhere=there.pages,
        elsewhere_earliest=there.earliest,
        elsewhere_latest=there.latest,
        elsewhere_sources=_joined(there.sources),
        candidates=leads,
    )


def _gap(
    entry: District | None,
    checks: list[CheckRecord | None],
    runs: list[LastRun | None],
    articles: int,
) -> Gap:
    if entry is None:
        return Gap.TROUBLED if articles else Gap.NO_PORTAL
    there = [
        portal.crawlable and (check is None or check.state in _THERE)
        for portal, check in zip(entry.portals, checks, strict=True)
    ]
    if articles:
        verdicts = [run.verdict for run in runs if run]
        well = any(there) and all(verdict in HEALTHY for verdict in verdicts)
        return Gap.HELD if well else Gap.TROUBLED
    if not any(there):
        return Gap.LOST
    looked = any(checks) or any(runs) or any(portal.status != "unseen" for portal in entry.portals)
    return Gap.EMPTY if looked else Gap.UNSEEN


def _joined(values: Iterable[str]) -> str:
    """Returns values joined by "; "; empty where all of them are."""
    parts = list(values)
    return "; ".join(parts) if any(parts) else ""


def write(rows: Iterable[CensusRow], stream: TextIO) -> None:
    """Writes rows as CSV (RFC 4180) with one header row."""
    table = csv.DictWriter(stream, COLUMNS, lineterminator="\r\n")
    table.writeheader()
    table.writerows(asdict(row) for row in rows)


def as_json(rows: Iterable[CensusRow]) -> list[dict[str, Any]]:
    """Returns rows as JSON objects with the names of the columns."""
    return [asdict(row) for row in rows]
