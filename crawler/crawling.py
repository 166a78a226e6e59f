"""Crawls districts side by side, each in a process of its own: `python -m scrapy crawl ID`, and nothing else.

A process writes one run per portal into the archive (crawler.monitor). This side starts the processes,
watches them through those runs, and says `died` of whatever ended without a verdict. A crash or a leak of one
district cannot touch the others.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.config import Config
from crawler.registry import District
from storage import runs
from storage.database import Database, StorageError

if TYPE_CHECKING:
    from types import FrameType

HEALTHY = frozenset({"ok", "quiet", "frozen"})  # frozen: it says itself that nothing will be added any more
_POLL_SECONDS = 0.1
_LOOK_SECONDS = 1.0  # how often the archive is asked how far the runs are
_ROOT = Path(__file__).parent.parent


@dataclass(slots=True)
class Worker:
    """A district while it is crawled and after; `runs` is what the archive last said of its portals."""

    district: District
    process: subprocess.Popen[bytes]
    log: Path
    started_at: datetime
    runs: list[dict[str, Any]] = field(default_factory=list)
    done: bool = False  # its process has ended, and every portal has a run with a verdict


def crawl(
    districts: Sequence[District],
    config: Config,
    database: Database,
    *,
    jobs: int,
    options: Sequence[str] = (),
    watch: Callable[[Sequence[Worker], int], None] = lambda workers, waiting: None,
) -> tuple[list[Worker], bool]:
    """Crawls `districts`, at most `jobs` at a time; returns the workers, and whether a signal ended it early.

    `options` go to `scrapy crawl` (`-a full=1`). `watch` is called with all workers so far and the number of
    districts still waiting, every second and whenever one ends. The first SIGINT or SIGTERM is handed to the
    processes, which finish what is in flight; the second kills them.
    """
    runs.mark_died(database)  # what a power cut left unfinished
    waiting = list(reversed(districts))
    workers: list[Worker] = []
    looked = 0.0
    with _forwarding(workers) as asked:
        while True:
            running = [w for w in workers if not w.done]
            while waiting and not asked and len(running) < jobs:
                running.append(_start(waiting.pop(), config, options))
                workers.append(running[-1])
            if not running:
                return workers, bool(asked)
            time.sleep(_POLL_SECONDS)
            ended = [w for w in running if w.process.poll() is not None]
            if ended or time.monotonic() - looked > _LOOK_SECONDS:
                looked = time.monotonic()
                _look(running, database)
                for worker in ended:
                    _close(worker, database)
                watch(workers, 0 if asked else len(waiting))


def unhealthy(run: dict[str, Any]) -> bool:
    """Whether the verdict of a run needs a person."""
    return run["verdict"] not in HEALTHY


def _start(district: District, config: Config, options: Sequence[str]) -> Worker:
    now = datetime.now(UTC)
    log = config.data / "logs" / f"{district.id}-{now:%Y%m%dT%H%M%S}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    path = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH", "")]))
    environment = os.environ | {
        "SCRAPY_SETTINGS_MODULE": "crawler.settings",
        "PYTHONPATH": path,  # the very packages that run here, wherever the working directory is
        "HUYEN_DATA": str(config.data),
        "HUYEN_DATABASE_URL": config.database_url,
        "HUYEN_REGISTRY": str(config.registry),
    }
    # -P: the working directory must not shadow our packages. A session of its own: Ctrl-C is ours to hand on.
    command = [sys.executable, "-P", "-m", "scrapy", "crawl", district.id, *options]
    with log.open("ab") as out:
        process = subprocess.Popen(  # noqa: S603 (our own command, ids checked by the registry)
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env=environment,
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )
    return Worker(district, process, log, now)


def _end_with_parent() -> None:
    """Has Linux send SIGTERM to this process when its parent is gone: no crawl goes on unwatched."""
    import ctypes

    pr_set_pdeathsig = 1  # prctl(2)
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


@contextmanager
def _forwarding(workers: list[Worker]) -> Iterator[list[int]]:
    """Hands SIGINT and SIGTERM on to the workers; gives the list of the signals that have come."""
    asked: list[int] = []

    def hand_on(signum: int, frame: FrameType | None) -> None:
        asked.append(signum)
        for worker in workers:
            if not worker.done:
                worker.process.send_signal(signum if len(asked) == 1 else signal.SIGKILL)

    before = {s: signal.signal(s, hand_on) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)


def _look(running: Sequence[Worker], database: Database) -> None:
    """Brings `runs` of the workers up to date; an archive that does not answer leaves them as they are."""
    with suppress(StorageError):
        for worker in running:
            pids = (worker.process.pid, os.getpid())
            found = runs.listed(database, district_id=worker.district.id, since=worker.started_at)
            worker.runs = [run for run in found if run["pid"] in pids]


def _close(worker: Worker, database: Database) -> None:
    """Gives the verdict died to every portal of an ended worker that its process left without one."""
    cause = f"the crawl ended with status {worker.process.returncode}: {_last_line(worker.log)}"
    died = {"verdict": runs.DIED, "evidence": [cause], "finished_at": datetime.now(UTC)}
    judged = [run for run in worker.runs if run["verdict"]]
    left = [run | died for run in worker.runs if not run["verdict"]]
    begun = {run["portal"] for run in worker.runs}
    never: dict[str, Any] = {
        "id": None,
        "district_id": worker.district.id,
        "started_at": worker.started_at,
        "counts": {},
    }
    left += [
        never | {"portal": portal.url} | died
        for portal in worker.district.portals
        if portal.crawlable and portal.url not in begun
    ]
    for run in left:
        with suppress(StorageError):  # it is said on the terminal in any case
            run["id"] = run["id"] or runs.start(database, run["district_id"], run["portal"])
            runs.finish(database, run["id"], runs.DIED, run["counts"], run["evidence"])
    worker.runs = judged + left
    worker.done = True


def _last_line(log: Path) -> str:
    """The last line that the process wrote, at most 300 characters: an error's own words stand there."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 4096))
        lines = file.read().decode("utf-8", "replace").split("\n")
    return next((line.strip()[:300] for line in reversed(lines) if line.strip()), "it wrote nothing")
