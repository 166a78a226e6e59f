"""What the runs of many portals say together: how far they are, how long they take, how each ended."""

from __future__ import annotations

import socket
from collections import defaultdict
from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import func, select

from storage.database import Database
from storage.runs.records import RunRecord
from storage.schema import Run
from storage.statements import chunks
from storage.vocabulary import RunKind

LOOK_BACK = 10_000  # runs: two weeks of 700 portals
_SHOWN = (
    Run.id,
    Run.district_id,
    Run.portal,
    Run.started_at,
    Run.finished_at,
    Run.verdict,
    Run.counts,
    Run.evidence,
    Run.pid,
)
_CRAWLS = Run.kind == RunKind.CRAWL


def last_id(db: Database) -> int:
    """Returns the id of the latest run, 0 where there is none. Ids grow, whatever the clock does.
    StorageError.
    """
    return db.read(lambda connection: connection.scalar(select(func.max(Run.id)))) or 0


def progress(db: Database, after: int, pids: Collection[int]) -> list[RunRecord]:
    """Returns the runs that processes `pids` of this host began after run `after`, oldest first.

    Other machines may have processes of the same numbers. Raises StorageError.
    """
    ours = (Run.host == socket.gethostname(), Run.pid.in_(pids))
    query = select(*_SHOWN).where(Run.id > after, *ours).order_by(Run.id)
    with db.reading() as connection:
        return [RunRecord(**row) for row in connection.execute(query).mappings()]


def of(db: Database, ids: Collection[int]) -> list[RunRecord]:
    """Returns the runs with `ids`, oldest first. Raises StorageError."""
    found: list[RunRecord] = []
    for some in chunks(sorted(ids)):
        query = select(*_SHOWN).where(Run.id.in_(some)).order_by(Run.id)
        with db.reading() as connection:
            found += [RunRecord(**row) for row in connection.execute(query).mappings()]
    return found


def latest(db: Database) -> list[RunRecord]:
    """Returns the last crawl with a verdict of every portal, by district and portal. Raises StorageError."""
    last = (
        select(func.max(Run.id))
        .where(Run.verdict.is_not(None), _CRAWLS)
        .group_by(Run.district_id, Run.portal)
    )
    query = select(*_SHOWN).where(Run.id.in_(last)).order_by(Run.district_id, Run.portal)
    rows = db.read(lambda connection: connection.execute(query).mappings().all())
    return [RunRecord(**row) for row in rows]


def seconds(db: Database) -> dict[str, float]:
    """Returns how long each district's crawl took lately: its slowest portal's mean over its last three runs.

    Runs without an end tell nothing. A clock that was set back makes 0, not less. Raises StorageError.
    """
    newest = select(func.max(Run.id)).scalar_subquery()
    query = (
        select(Run.district_id, Run.portal, Run.started_at, Run.finished_at)
        .where(Run.id > newest - LOOK_BACK, Run.finished_at.is_not(None), _CRAWLS)
        .order_by(Run.id.desc())
    )
    spans: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for district, portal, started, finished in db.read(lambda connection: connection.execute(query).all()):
        span = spans[district, portal]
        if finished is not None and len(span) < 3:
            span.append(max(finished - started, timedelta(0)).total_seconds())
    taken: defaultdict[str, float] = defaultdict(float)
    for (district, _), span in spans.items():
        taken[district] = max(taken[district], sum(span) / len(span))
    return dict(taken)
