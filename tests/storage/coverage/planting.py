"""Archives whose coverage is known, because every fact in them was planted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import insert

from storage.articles.queries import sync_registry
from storage.coverage.months import Month, coverage
from storage.database import Database
from storage.holdings.records import Row
from storage.holdings.store import add
from storage.records import DistrictRecord, PortalRecord, article_id
from storage.schema import Run
from storage.warc.captures import CaptureRef
from storage.warc.provenance import CRAWL
from tests.storage.making import PORTAL, article, keep, keep_again

DISTRICT = "nghe-an.do-luong"
WHOLE: Mapping[str, int] = {"complete": 1, "new": 5}
LEFT: Mapping[str, int] = {"unfinished": 1, "new": 5}


def noon(day: str) -> datetime:
    """Midday of `day` in Greenwich, the evening of the same day in Vietnam."""
    return datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)


def plant(
    db: Database,
    published: Iterable[str | None] = (),
    runs: Iterable[tuple[str, str, Mapping[str, int]]] = (),
    until: date | None = None,
    portal: str = PORTAL,
    district: str = DISTRICT,
    crawled: str = "2026-06-01",
    via: str = CRAWL,
    suffix: str = "",
    **values: Any,
) -> None:
    """Plants one portal: an article for each date of `published`, crawled that day, and `runs`: the day, the
    verdict and the counts of each. `via` names whose captures the articles are; `values` are further
    fields of them, `suffix` the end of their addresses."""
    portals = (PortalRecord(portal, "vnpt", until),)
    sync_registry(db, [DistrictRecord(district, "Đô Lương", "huyện", "427", "Nghệ An", portals)])
    precisions = {4: "year", 7: "month", 10: "day"}
    records = [
        article(
            f"{number}-{when}",
            url=f"{portal}/{number}-{when}{suffix}",
            district_id=district,
            portal=portal,
            fetched_at=noon(crawled),
            capture=_ref(f"{portal}/{number}-{when}{suffix}", via),
            published_at=when,
            published_precision=precisions[len(when)] if when else "none",
            **{
                "title": f"{portal} {number} {when}",
                "body": (f"Đoạn văn {number} {portal} {when}.",),
                **values,
            },
        )
        for number, when in enumerate(published)
    ]
    (keep if via == CRAWL else keep_again)(db, records)
    rows = [
        {
            "district_id": district, "portal": portal, "started_at": noon(day), "finished_at": noon(day),
            "verdict": verdict, "counts": dict(counts), "evidence": [], "warc_files": [], "listings": {},
            "kind": "crawl", "host": "h", "pid": 1, "pid_token": "",
        }
        for day, verdict, counts in runs
    ]  # fmt: skip
    if rows:
        db.transaction(lambda connection: connection.execute(insert(Run), rows))


def elsewhere(db: Database, *stamps: str, status: int | None = 200, portal: str = PORTAL) -> None:
    """Plants captures of another archive, by their moments in 14 digits."""
    urls = [f"{portal}/cu-{stamp}" for stamp in stamps]
    rows = [
        Row("wayback", url, article_id(url), stamp, "text/html", status, stamp)
        for url, stamp in zip(urls, stamps, strict=True)
    ]
    add(db, DISTRICT, portal, rows, {})


def _ref(key: str, via: str) -> CaptureRef:
    digest = hashlib.sha256(f"{via} {key}".encode()).hexdigest()
    return CaptureRef(f"{via}.warc.gz", int(digest[:8], 16), 100, f"sha256:{digest}", digest, via=via)


def months(db: Database, portal: str = PORTAL) -> dict[str, Month]:
    """The rows of a portal by month."""
    with db.reading() as connection:
        return {row.month: row for row in coverage(connection) if row.portal == portal}


def states(db: Database, portal: str = PORTAL) -> dict[str, str]:
    """The state of each month, with the reason behind it, and + where it is complete."""
    return {
        month: f"{row.state}{f' {row.reason}' if row.reason else ''}{' +' if row.complete else ''}"
        for month, row in months(db, portal).items()
    }
