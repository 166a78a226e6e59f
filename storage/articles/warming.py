"""What each crawl asks and tells its archive, done once with an empty one, so that its SQL is compiled."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from storage import compiled
from storage.articles import frontier, furniture, queries, suspects
from storage.articles.batch import Batch
from storage.articles.frontier import Entry
from storage.database import reachable
from storage.records import CaptureRecord, DistrictRecord, PortalRecord
from storage.runs import rhythm, runs
from storage.schema import Base
from storage.vocabulary import RunKind, Verdict, local
from storage.warc.captures import CaptureRef

_PORTAL = "https://example.vn"
_DISTRICT = DistrictRecord("example.example", "", "", "", "", (PortalRecord(_PORTAL, ""),))


def warm_up() -> None:
    """Compiles the SQL of a crawl that finds nothing new, for this process and its forks (storage.compiled).

    For SQLite only: it uses an archive in memory. What is left out here is compiled by each crawl.
    """
    compiled.share()
    db = reachable("sqlite://")
    now = datetime.now(UTC)
    try:
        Base.metadata.create_all(db.engine)  # the migrations would load alembic, 10 MB for each fork
        runs.mark_died(db)
        queries.sync_registry(db, [_DISTRICT])
        runs.listed(db, district_ids=[_DISTRICT.id], portal=_PORTAL, kind=RunKind.CRAWL)
        furniture.known(db, _PORTAL)
        run = runs.start(db, _DISTRICT.id, _PORTAL)
        runs.first_started(db, _DISTRICT.id, _PORTAL)
        queries.kept_until(db, "")
        queries.answers(db, _PORTAL, 1)
        queries.answers(db, _PORTAL, 1, now)
        frontier.load(db, _PORTAL)
        frontier.begin(db, _PORTAL, {}, [])
        frontier.begin(db, _PORTAL, {}, [Entry("a", {}), Entry("b", {})])
        frontier.turn(db, _PORTAL, {"a": {}}, [Entry("c", {})])
        frontier.turn(db, _PORTAL, ["c"], [])
        queries.known(db, [_PORTAL])
        queries.live(db, _PORTAL)
        for began in (None, now):
            queries.overdue(db, _PORTAL, first_seen_after=began, last_seen_before=now, most=1)
        capture = CaptureRecord(_PORTAL, now, CaptureRef("", 0, 1, "", ""), run_id=run)
        queries.keep(db, Batch(captures=[capture, replace(capture, ref=CaptureRef("", 1, 1, "", ""))]))
        queries.keep(db, Batch(captures=[replace(capture, ref=CaptureRef("", 2, 1, "", ""))]))
        runs.update(db, run, {})
        suspects.settle(db, _PORTAL, run)
        furniture.unsettled(db, _PORTAL)
        rhythm.article_days(db, _DISTRICT.id, _PORTAL, local(now).date())
        runs.finish(db, run, Verdict.QUIET, {})
        frontier.end(db, _PORTAL)
    finally:
        db.close()
