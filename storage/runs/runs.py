"""The history of runs: one row for one crawl or rescue of one portal."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy import update as sql_update

from storage.database import Database
from storage.language.messages import message
from storage.runs.records import RunRecord
from storage.schema import Run
from storage.vocabulary import Rescued, RunKind, Verdict


def start(db: Database, district_id: str, portal: str, kind: RunKind = RunKind.CRAWL) -> int:
    """Opens a run of this process on `portal`, now; returns its id. Raises StorageError."""
    row = {
        "kind": kind,
        "district_id": district_id,
        "portal": portal,
        "started_at": datetime.now(UTC),
        "counts": {},
        "evidence": [],
        "warc_files": [],
        "listings": {},
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "pid_token": _token(os.getpid()),
    }
    return db.transaction(lambda c: int(c.execute(insert(Run).values(row).returning(Run.id)).scalar_one()))


def update(db: Database, run_id: int, counts: Mapping[str, int]) -> None:
    """Notes how far a run is: `counts` of its URLs by outcome."""
    _update(db, run_id, {"counts": dict(counts)})


def finish(
    db: Database,
    run_id: int,
    verdict: Verdict | Rescued,
    counts: Mapping[str, int],
    evidence: Sequence[str] = (),
    warc_files: Sequence[str] = (),
    listings: Mapping[str, Mapping[str, Any]] | None = None,
) -> None:
    """Closes a run, now: its verdict in one word, its `evidence` in sentences. Raises StorageError.

    `listings`: what each listing page held, by URL: `links` to articles, and how many of them were `new`; the
    `order` that a walk saw (crawler.discover.order).
    """
    values = {"verdict": verdict, "counts": dict(counts), "finished_at": datetime.now(UTC)}
    read = {url: dict(numbers) for url, numbers in (listings or {}).items()}
    told = {"evidence": list(evidence), "warc_files": list(warc_files), "listings": read}
    _update(db, run_id, values | told)


def mark_died(db: Database) -> list[int]:
    """Gives the verdict `died` to runs of this host that never ended and whose process is gone; their ids.

    Runs of other hosts are left alone: from here nobody can tell. They have no end, since nobody saw it.
    """

    def work(connection: Connection) -> list[int]:
        columns = select(Run.id, Run.pid, Run.pid_token, Run.evidence)
        still = columns.where(Run.verdict.is_(None), Run.host == socket.gethostname())
        dead = [row for row in connection.execute(still) if _token(row.pid) != row.pid_token]
        for row in dead:
            evidence = [*row.evidence, message("process {pid} ended without a verdict", pid=row.pid)]
            values = {"verdict": Verdict.DIED, "evidence": evidence}
            connection.execute(sql_update(Run).where(Run.id == row.id).values(**values))
        return [row.id for row in dead]

    return db.transaction(work)


def listed(
    db: Database,
    *,
    run_id: int | None = None,
    district_ids: Sequence[str] = (),
    portal: str | None = None,
    verdict: str | None = None,
    kind: RunKind | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 50,
) -> list[RunRecord]:
    """Returns at most `limit` runs, newest first, all that is known of them.

    `since` keeps those started then or later, `until` those started before it. Raises StorageError.
    """
    wanted = ((Run.id, run_id), (Run.portal, portal), (Run.verdict, verdict), (Run.kind, kind))
    query = select(Run.__table__).where(*(column == value for column, value in wanted if value is not None))
    if district_ids:
        query = query.where(Run.district_id.in_(district_ids))
    if since is not None:
        query = query.where(Run.started_at >= since)
    if until is not None:
        query = query.where(Run.started_at < until)
    newest = query.order_by(Run.id.desc()).limit(limit)
    rows = db.read(lambda connection: connection.execute(newest).mappings().all())
    return [RunRecord(**{name: row[name] for name in row if name != "pid_token"}) for row in rows]


def first_started(db: Database, district_id: str, portal: str) -> datetime | None:
    """Returns when the first crawl of `portal` began, UTC; None before it. Raises StorageError."""
    here = (Run.district_id == district_id, Run.portal == portal, Run.kind == RunKind.CRAWL)
    first = select(Run.started_at).where(*here).order_by(Run.id).limit(1)
    return db.read(lambda connection: connection.scalar(first))


def _update(db: Database, run_id: int, values: dict[str, Any]) -> None:
    db.transaction(lambda c: c.execute(sql_update(Run).where(Run.id == run_id).values(**values)).rowcount)


def _token(pid: int) -> str:
    """Returns what tells process `pid` from a later one with the same number: '' where there is none.

    Linux: the boot and the process's start in clock ticks since it (proc(5), stat, field 22). Elsewhere only
    whether it lives.
    """
    with suppress(OSError):
        stat = Path(f"/proc/{pid}/stat").read_text()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        state, *rest = stat.rpartition(")")[2].split()
        return "" if state in "ZX" else f"{boot}/{rest[18]}"
    if Path("/proc/self/stat").exists():
        return ""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return ""
    except OSError:
        pass
    return "alive"
