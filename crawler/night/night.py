"""Crawls districts side by side, each in a process of its own, within bounds of time, memory and disk.

A process writes one run per portal into the archive (crawler.run.monitor). This side has the processes
started, watches them and those runs, and says `died` of whatever ended without a verdict. A crash, a hang or
a leak of one district cannot touch the others.
"""

from __future__ import annotations

import logging
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from crawler.config import Config
from crawler.night.forkclient import MANY_FROM, ForkServer
from crawler.night.worker import Worker
from crawler.night.workers import begin, close, hear, look, lost, overrun
from crawler.registry.entries import District
from storage.database import Database
from storage.errors import StorageError
from storage.language.messages import message
from storage.runs import connections, nights, runs
from storage.runs.records import RunRecord
from storage.vocabulary import HEALTHY

if TYPE_CHECKING:
    from types import FrameType

PER_CORE = 8  # crawls: a polite crawl waits nine tenths of the time; each needs 40 MB beside what they share
BEGIN = 1  # crawls per core and look: the next look shows how busy they keep the cores
# Of the cores' time, by crawls or by whoever: more of them would only hold memory and push each other out of
# the caches; where no portal waits, 2 cores spend 19.2 ms a page on 16 crawls at a time, and 16.0 ms on 2.
BUSY = 0.85
SPARE_MB = 512  # of available memory; below it no further crawl starts
STOP_SECONDS = 75.0  # that crawls may take to end after a signal; systemd kills after 90
MAX_BARREN = 3  # times that the fork server may end without having started a crawl
LOST_SECONDS = 120.0  # without the database until the night ends; crawls wait a minute for it
_SILENT_SECONDS = 10.0  # without the database until no further crawl starts
_POLL_SECONDS = 0.2
_LOOK_SECONDS = 1.0  # how often the progress of the runs is read from the archive

log = logging.getLogger(__name__)

Watch = Callable[[Sequence[Worker], int], None]


class Source(Protocol):
    """Where the districts of a night come from that many machines share (crawler.night.shared)."""

    waiting: int  # districts that are not done and not ours

    def more(self, wanted: int) -> list[District]:
        """Returns further districts to crawl, about `wanted`; none where none is free just now."""

    def over(self) -> bool:
        """Returns whether every district is done, here or elsewhere."""

    def ended(self, worker: Worker) -> None:
        """Takes in how the crawl of a district went."""


@dataclass(slots=True)
class Night:
    """A crawl of many districts: what has started, what waits in which order, and why it must end early."""

    waiting: list[District]  # the next one is last
    workers: list[Worker] = field(default_factory=list)
    stopped: str | None = None
    stopped_at: float = 0.0
    signals: list[int] = field(default_factory=list)  # received and not passed on yet
    spent: float = 0.0  # CPU seconds of all crawls, at the last look
    share: float = 0.0  # of the cores' time, used between the last two looks
    looked: float = field(default_factory=time.monotonic)
    machine: tuple[int, int] = field(default_factory=lambda: ticks())  # at the last look
    answered: float = field(default_factory=time.monotonic)  # when the archive answered last
    bounded: bool = False  # by the connections of the database server, at any time
    crowded: float | None = None  # since when the server has had no connection for a crawl, and none runs

    def running(self) -> list[Worker]:
        """Returns the workers whose process has not ended, or that have no verdict yet."""
        return [worker for worker in self.workers if not worker.done]

    def stop(self, why: str) -> None:
        """Starts nothing more; the first reason counts."""
        if self.stopped is None:
            self.stopped, self.stopped_at = why, time.monotonic()

    def cut_short(self) -> list[District]:
        """Returns the districts whose crawls ended because the process that started them was lost."""
        return [worker.district for worker in self.workers if worker.orphan]

    def not_begun(self) -> list[District]:
        """Returns the districts that were not crawled at all, those included whose process would not
        begin.
        """
        return [worker.district for worker in self.workers if worker.unbegun] + self.waiting[::-1]


def crawl(
    districts: Sequence[District],
    config: Config,
    database: Database,
    *,
    jobs: int | None = None,
    arguments: Mapping[str, str] | None = None,
    watch: Watch = lambda workers, waiting: None,
    source: Source | None = None,
) -> Night:
    """Crawls `districts`, the longest first, at most `jobs` at a time; returns how it went.

    Without `jobs`, PER_CORE a core, but never more than keep the cores busy or memory allows; in any case no
    more than the database server has connections for, which the log says once. `arguments` go
    to the spider (`full`, `limit`). `watch` is called with all workers so far and the number of districts
    still waiting, every second and whenever one ends. `source` gives further districts until its night is
    over, and takes in how each went, unless the crawl is stopped. The first SIGINT or SIGTERM is handed to
    the processes, which finish what is in flight; the second kills them. Raises StorageError where the
    archive fails before anything has begun.
    """
    runs.mark_died(database)  # runs that a power cut left unfinished
    after, taken = nights.last_id(database), nights.seconds(database)
    # The longest crawls start first, so that the night does not wait for one; a first crawl is longest.
    night = Night(list(reversed(districts)))
    night.waiting.sort(key=lambda one: taken.get(one.id, float("inf")))
    server = ForkServer(config, many=source is not None or len(districts) >= MANY_FROM)
    hasty = replace(database, retry_seconds=0)  # the loop looks again anyway
    allowed = _connected(night, [], database, room(0, jobs, 0.0), shared=source is not None)
    with catching(night.signals), closing(server):
        while True:
            there = time.monotonic() - night.answered < _SILENT_SECONDS
            if source is not None and there and night.stopped is None and allowed > len(night.waiting):
                with suppress(StorageError):
                    night.waiting[:0] = reversed(source.more(allowed - len(night.waiting)))
            while night.waiting and night.stopped is None and there and allowed > 0:
                key, district = len(night.workers), night.waiting.pop()
                night.workers.append(begin(key, district, config, server, dict(arguments or {})))
                allowed -= 1
            running = night.running()
            left = bool(night.waiting) or (source is not None and not source.over())
            if not running and (night.stopped or not left):
                break
            hear(night.workers, server, server.news(_POLL_SECONDS))
            _hand_on(night, server)
            ended = [worker for worker in running if worker.status is not None or lost(worker)]
            due = time.monotonic() - night.looked >= _LOOK_SECONDS
            if not ended and not due:
                continue
            _read_runs(night, running, database, after)
            for worker in ended:
                close(worker, database)
                if source is not None and night.stopped is None:
                    with suppress(StorageError):  # the lease goes, and another machine takes it up
                        source.ended(worker)
            if due:
                _look(night, server, config)
            allowed = _allowed(night, hasty, jobs, None if due else len(ended), shared=source is not None)
            elsewhere = source.waiting if source is not None else 0
            watch(night.workers, 0 if night.stopped else len(night.waiting) + elsewhere)
    return night


def unhealthy(run: RunRecord) -> bool:
    """Returns whether a run needs attention, by its verdict."""
    return run.verdict not in HEALTHY


def cores() -> int:
    """Returns how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def room(running: int, jobs: int | None, share: float) -> int:
    """Returns how many crawls may begin now, beside `running` ones, when `share` of the cores' time was taken
    lately.

    With `jobs` given, what is missing to them. Else a crawl a core in any case, and further ones as long as
    cores and memory are there, BEGIN a core at a time.
    """
    if jobs is not None:
        return max(0, jobs - running)
    if running < cores():
        return cores() - running
    if running >= PER_CORE * cores() or share >= BUSY or available_mb() < SPARE_MB:
        return 0
    return min(BEGIN * cores(), PER_CORE * cores() - running)


def available_mb() -> float:
    """Returns the memory that can be had without swapping, in MB; unbounded where /proc does not tell."""
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return float("inf")


def ticks() -> tuple[int, int]:
    """Returns how long all cores of the machine were busy, and how long idle, since it started, in clock
    ticks.

    Nothing where /proc does not tell.
    """
    try:
        numbers = [int(one) for one in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    except (OSError, ValueError):
        return 0, 0
    idle = sum(numbers[3:5])  # and waiting for a disk: proc(5)
    return sum(numbers) - idle, idle


def scarce(config: Config) -> str | None:
    """Returns a sentence that the disk of the data folder has too little space to crawl; None where it has
    enough.
    """
    free = shutil.disk_usage(config.data).free // 2**20
    if free >= config.min_free_mb:
        return None
    return message(
        "only {free} MB are free in {folder}; a crawl needs {needed} (HUYEN_MIN_FREE_MB)",
        free=free,
        folder=config.data,
        needed=config.min_free_mb,
    )


def _allowed(night: Night, database: Database, jobs: int | None, ended: int | None, *, shared: bool) -> int:
    """Returns how many crawls may begin now; `ended`: that many have, and the share is an old one."""
    running = night.running()
    if jobs is not None:
        allowed = room(len(running), jobs, night.share)
    else:  # one that waits for a silent server gives its place away, but it holds memory
        spare = available_mb() >= SPARE_MB
        working = sum(not (one.rests and spare) for one in running)
        allowed = min(room(working, None, night.share), 2 * PER_CORE * cores() - len(running))
        if ended is not None:  # none but what has ended is replaced
            allowed = min(allowed, ended)
    try:
        return _connected(night, running, database, allowed, shared=shared)
    except StorageError:
        return 0


def _read_runs(night: Night, running: list[Worker], database: Database, after: int) -> None:
    """Updates the runs of the workers; if the archive does not answer, they stay as they are."""
    with suppress(StorageError):
        look(running, database, after)
        night.answered = time.monotonic()


def _connected(night: Night, running: list[Worker], database: Database, allowed: int, *, shared: bool) -> int:
    """Returns how many of the `allowed` further crawls the database server has connections for.

    `shared`: further districts may come. Raises StorageError.
    """
    if allowed <= 0 or not (night.waiting or shared):
        return allowed
    there = connections.room(database, (one.pid for one in running if one.pid is not None))
    if there is None:
        return allowed
    left = max(0, there.crawls - len(running))
    if left < min(allowed, len(night.waiting)) and not night.bounded:
        night.bounded = True
        log.warning(
            "At most %d districts are crawled in parallel: the database server has %d of %d connections left"
            " for crawls, and each needs %d (max_connections, or CONNECTION LIMIT of the role or database)",
            there.crawls, max(0, there.free), there.bound, connections.CRAWL,
        )  # fmt: skip
    if there.crawls or running:
        night.crowded = None
    elif night.crowded is None:
        night.crowded = time.monotonic()
    return min(allowed, left)


def _look(night: Night, server: ForkServer, config: Config) -> None:
    """Enforces the limits of crawls, disk and time, and measures the share of the cores that is used."""
    now = time.monotonic()
    running = night.running()
    for worker in running:
        if worker.cause is None and (cause := overrun(worker, config)):
            worker.cause = cause
            server.signal(worker, signal.SIGKILL)
    if server.barren >= MAX_BARREN:
        night.stop(message("crawls cannot be started"))
    gone = now - night.answered > LOST_SECONDS
    why = message("the archive's database could not be reached") if gone else scarce(config)
    if night.crowded is not None and now - night.crowded > LOST_SECONDS:
        why = message("the database server has no connection left for a crawl")
    if night.stopped is None and why:
        night.stop(why)
        for worker in running:
            server.signal(worker, signal.SIGTERM)
    if night.stopped and now - night.stopped_at > STOP_SECONDS:
        for worker in running:
            server.signal(worker, signal.SIGKILL)
    total = sum(worker.cpu for worker in night.workers)
    ours = (total - night.spent) / (now - night.looked) / cores()
    machine = ticks()
    busy, idle = (new - old for new, old in zip(machine, night.machine, strict=True))
    night.share = max(ours, busy / (busy + idle) if busy + idle else 0.0)
    night.spent, night.looked, night.machine = total, now, machine


def _hand_on(night: Night, server: ForkServer) -> None:
    """Passes received signals on to the workers: the first as it is, any further one as SIGKILL."""
    while night.signals:
        number = night.signals.pop(0)
        for worker in night.running():
            server.signal(worker, signal.SIGKILL if night.stopped else number)
        night.stop(message("stopped by a signal"))


@contextmanager
def catching(signals: list[int]) -> Iterator[None]:
    """Collects SIGINT and SIGTERM in `signals` while its block runs."""

    def note(signum: int, frame: FrameType | None) -> None:
        signals.append(signum)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
