"""The summary of a crawl: one JSON object for scripts and alerts, and the lines that a person reads last.

docs/operators.md describes its keys; SCHEMA grows when one changes its meaning or goes.
"""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from crawler.night.night import Night, unhealthy
from crawler.registry.faults import Fault
from crawler.terminal.tables import run_line
from storage.language.messages import gettext as _
from storage.language.messages import shown
from storage.text import counted
from storage.vocabulary import KEPT

SCHEMA = 1
_LEFT_OUT = ("warc_files", "listings", "host")  # of a run; `huyen runs` has them


def summary(night: Night, faults: Sequence[Fault], started_at: datetime, seconds: float) -> dict[str, Any]:
    """Returns what came of a crawl that began at `started_at` (aware) and took `seconds`, `faults` of the
    registry included. `status` is the exit status: 0 healthy, 1 where a person is needed, 2 where nothing
    began.
    """
    runs = [run for worker in night.workers for run in worker.runs]
    bad = [run for run in runs if unhealthy(run)]
    not_begun = [district.id for district in night.not_begun()]
    cut_short = [district.id for district in night.cut_short()]
    status = int(bool(bad or faults or not_begun or cut_short or night.stopped))
    if not_begun and not runs and not night.stopped:
        status = 2
    return {
        "schema": SCHEMA,
        "host": socket.gethostname(),
        "started_at": started_at,
        "seconds": round(seconds, 1),
        "status": status,
        "stopped_early": night.stopped is not None,
        "stopped_because": night.stopped,
        "not_begun": not_begun,
        "cut_short": cut_short,
        "registry_errors": [str(fault) for fault in faults],
        "totals": {
            "portals": len(runs),
            "verdicts": dict(Counter(str(run.verdict) for run in runs)),
            "articles": {str(name): sum(run.counts.get(name, 0) for run in runs) for name in KEPT},
            "requests": sum(run.counts.get("requests", 0) for run in runs),
            "bytes": sum(run.counts.get("bytes", 0) for run in runs),
            "cpu_seconds": round(sum(worker.cpu for worker in night.workers), 2),
            "peak_mb": round(max((worker.peak_mb for worker in night.workers), default=0)),
        },
        "needs_person": [
            {"district_id": run.district_id, "portal": run.portal, "line": run_line(run)} for run in bad
        ],
        "runs": [
            run.as_json(*_LEFT_OUT) | {"log": str(worker.log), "seconds": round(worker.seconds, 1)}
            for worker in night.workers
            for run in worker.runs
        ],
    }


def refused(why: str, at: datetime) -> dict[str, Any]:
    """Returns the summary of a crawl that did not begin at `at` (aware), for the reason `why`; its status is
    2.
    """
    return summary(Night([]), [], at, 0.0) | {"status": 2, "stopped_early": True, "stopped_because": why}


def complaints(night: Night, faults: Sequence[Fault]) -> list[str]:
    """Returns what needs attention, a line each: registry faults, unhealthy runs, districts not crawled."""
    lines = [_("not crawled: {what}", what=str(fault)) for fault in faults]
    for worker in night.workers:
        lines += [
            _("{run}; log: {log}", run=run_line(run), log=worker.log) for run in worker.runs if unhealthy(run)
        ]
        if worker.unbegun and worker.status == 2:
            lines.append(
                _(
                    "not crawled: {what}",
                    what=f"{worker.district.id}: {worker.last_words().removeprefix('scrapy: ')}",
                )
            )
    if lost := night.cut_short():
        names = ", ".join(district.id for district in lost)
        lines.append(_("the process that starts the workers was lost; ended early: {names}", names=names))
    if night.stopped:
        if count := len(night.not_begun()):
            districts = counted(count, "district")
            lines.append(_("{why}; not started: {districts}", why=night.stopped, districts=districts))
        else:
            lines.append(shown(night.stopped))
        lines.append(_("the same command goes on where this one stopped"))
    return lines
