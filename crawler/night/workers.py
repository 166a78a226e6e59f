"""The worker processes, one per district: started by the fork server, watched, closed with a verdict."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.config import Config
from crawler.night import logs
from crawler.night.forkclient import ForkServer
from crawler.night.worker import Worker
from crawler.registry.entries import District
from storage.database import Database
from storage.errors import StorageError
from storage.language.messages import message
from storage.runs import nights, runs
from storage.runs.records import RunRecord
from storage.vocabulary import Verdict

GRACE_SECONDS = 120.0  # after its time limit, until a crawl that has not ended by itself is killed
BURST = 1.25  # times its memory limit, above which a crawl is killed; at the limit it ends by itself
IDLING = 0.005  # of a core: one that only waits takes 0.1 % for its timers; to read a listing a second, 1 %
_CLOSING_SECONDS = 5.0  # that a verdict waits for the database; the next crawl says died of what has none
_PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 2**20
_TICKS = os.sysconf("SC_CLK_TCK")


def begin(
    key: int, district: District, config: Config, server: ForkServer, arguments: dict[str, str]
) -> Worker:
    """Starts the worker of `district`, with the limits of `config`."""
    now = datetime.now(UTC)
    log = config.data / "logs" / f"{district.id}-{now:%Y%m%dT%H%M%S}.jsonl"
    worker = Worker(key, district, log, now)
    server.order(
        key=key,
        district=district.id,
        log=str(log),
        arguments=arguments,
        settings={
            "CLOSESPIDER_TIMEOUT": minutes(worker, config) * 60,
            "MEMUSAGE_LIMIT_MB": config.portal_mb,
        },
        data_mb=2 * config.portal_mb + 256,  # a leak too fast to be seen from here meets the kernel's bound
    )
    return worker


def minutes(worker: Worker, config: Config) -> int:
    """Returns how many minutes the worker may take: the limit of a portal for each of its portals."""
    return config.portal_minutes * max(1, len(worker.portals))


def hear(workers: list[Worker], server: ForkServer, news: list[dict[str, Any]]) -> None:
    """Records the news of the fork server: which workers have started, and how others have ended."""
    for one in news:
        if "gone" in one:
            words = logs.last_words(server.log)
            for worker in workers:
                if worker.status is None and worker.pid is not None:
                    worker.orphan = True
                elif worker.status is None:
                    worker.status, worker.words, worker.ended = one["gone"], words, time.monotonic()
        elif "pid" in one:
            workers[one["key"]].pid = one["pid"]
        else:
            worker = workers[one["key"]]
            worker.status, worker.cpu, worker.peak_mb = one["status"], one["cpu"], one["peak_mb"]
            worker.ended = time.monotonic()


def overrun(worker: Worker, config: Config) -> str | None:
    """Returns why a running crawl is to be killed: it is far beyond a bound, at which it should have ended
    itself.
    """
    if not _see(worker):
        return None
    if worker.peak_mb > BURST * config.portal_mb:
        return message(
            "killed: it used {used:.0f} MB; HUYEN_PORTAL_MB allows {allowed}",
            used=worker.peak_mb,
            allowed=config.portal_mb,
        )
    bound = minutes(worker, config)
    if worker.seconds > bound * 60 + GRACE_SECONDS:
        return message(
            "killed after {minutes:.0f} minutes; HUYEN_PORTAL_MINUTES allows {allowed}",
            minutes=worker.seconds / 60,
            allowed=bound,
        )
    return None


def _see(worker: Worker) -> bool:
    """Records CPU and memory of a running process; returns whether they could be read (Linux only)."""
    if worker.pid is None or worker.status is not None:
        return False
    try:
        process = Path(f"/proc/{worker.pid}")
        fields = (process / "stat").read_text().rpartition(")")[2].split()
        resident = int((process / "statm").read_text().split()[1]) * _PAGE_MB
    except (OSError, IndexError):
        return worker.seconds > 0 and not Path("/proc/self/stat").exists()
    worker.cpu = (int(fields[11]) + int(fields[12])) / _TICKS
    worker.peak_mb = max(worker.peak_mb, resident)
    now, (then, before) = time.monotonic(), worker.worked
    if worker.cpu - before > IDLING * (now - then):
        worker.worked = now, worker.cpu
    return True


def lost(worker: Worker) -> bool:
    """Returns whether the process of a worker whose fork server is gone has ended."""
    if not worker.orphan or worker.pid is None:
        return False
    try:
        os.kill(worker.pid, 0)
        return Path(f"/proc/{worker.pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except ProcessLookupError:
        return True
    except OSError:
        return False


def look(running: list[Worker], database: Database, after: int) -> None:
    """Updates `runs` of the workers. Raises StorageError if the archive does not answer."""
    by_pid = {worker.pid: worker for worker in running if worker.pid is not None}
    found: dict[int, list[RunRecord]] = {worker.key: [] for worker in by_pid.values()}
    for run in nights.progress(database, after, list(by_pid)) if by_pid else ():
        worker = by_pid[run.pid or 0]
        if run.district_id == worker.district.id:
            found[worker.key].append(run)
    for worker in by_pid.values():
        worker.runs = found[worker.key]


def close(worker: Worker, database: Database) -> None:
    """Gives the verdict died to every portal that an ended worker left without one."""
    worker.done = True
    logs.tidy(worker.log)
    if worker.unbegun:
        return
    cause = worker.cause or message(
        "the crawl {ended}: {last_words}", ended=_ended(worker.status), last_words=worker.last_words()
    )
    died: dict[str, Any] = {
        "verdict": Verdict.DIED,
        "evidence": (cause,),
        "finished_at": datetime.now(UTC),
    }
    judged = [run for run in worker.runs if run.verdict]
    left = [replace(run, **died) for run in worker.runs if not run.verdict]
    begun = {run.portal for run in worker.runs}
    never = [portal for portal in worker.portals if portal not in begun]
    left += [RunRecord(None, worker.district.id, portal, worker.started_at, **died) for portal in never]
    database = replace(database, retry_seconds=_CLOSING_SECONDS)
    with suppress(StorageError):  # the terminal shows it in any case
        for n, run in enumerate(left):
            id_ = run.id or runs.start(database, run.district_id, run.portal)
            left[n] = replace(run, id=id_)
            runs.finish(database, id_, Verdict.DIED, run.counts, run.evidence)
    worker.runs = judged + left


def _ended(status: int | None) -> str:
    if status is None:
        return message("ended after the process that started it")
    if status >= 0:
        return message("ended with status {status}", status=status)
    try:
        return message("was ended by {signal}", signal=signal.Signals(-status).name)
    except ValueError:
        return message("was ended by signal {number}", number=-status)
