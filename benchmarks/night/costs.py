"""What a night costs: its processes watched while it runs, and the time that politeness alone would need."""

from __future__ import annotations

import heapq
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SAMPLE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Night:
    """One run of `huyen crawl`: its JSON summary, and what all of its processes took together."""

    summary: Mapping[str, Any]
    wall: float  # seconds
    cpu: float  # seconds, user and system
    pss_mb: float  # peak of the sum; memory that forks share counts once
    rss_mb: float  # the same where it counts each time

    @property
    def runs(self) -> list[dict[str, Any]]:
        """The runs of the portals."""
        found: list[dict[str, Any]] = self.summary["runs"]
        return found


def crawl(folder: Path, registry: Path, jobs: int | None, **environment: str) -> Night:
    """`huyen crawl --all` of `registry` into the archive in `folder`, as cron would run it.

    Raises SystemExit with its last words where nothing was crawled.
    """
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "crawler.cli", "crawl", "--all", "--json"]
    command += ["--jobs", str(jobs)] if jobs else []
    environment |= {
        "PYTHONPATH": str(ROOT),
        "HUYEN_DATA": str(folder),
        "HUYEN_DATABASE_URL": "",
        "HUYEN_REGISTRY": str(registry),
        "no_proxy": "*",
    }
    began, peaks = time.monotonic(), [0.0, 0.0]
    with (folder / "summary.json").open("wb") as out, (folder / "night.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=log,
        )
        ended = threading.Event()
        watching = threading.Thread(target=_watch, args=(process.pid, ended, peaks), daemon=True)
        watching.start()
        _, status, used = os.wait4(process.pid, 0)  # with all descendants that were waited for
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - began
    ended.set()
    watching.join()
    if process.returncode not in (0, 1):
        raise SystemExit(
            f"the night ended with {process.returncode}: {(folder / 'night.log').read_text()[-500:]}"
        )
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    return Night(summary, wall, used.ru_utime + used.ru_stime, *peaks)


def _watch(pid: int, ended: threading.Event, peaks: list[float]) -> None:
    while not ended.wait(SAMPLE_SECONDS):
        for n, kilobytes in enumerate(_memory(descendants(pid))):
            peaks[n] = max(peaks[n], kilobytes / 1024)


def descendants(pid: int) -> list[int]:
    """`pid` and all processes below it."""
    found = [pid]
    for one in found:
        with suppress(OSError):  # it has just ended
            found += map(int, Path(f"/proc/{one}/task/{one}/children").read_text().split())
    return found


def _memory(pids: Iterable[int]) -> tuple[int, int]:
    """PSS and RSS of processes, each as a sum in kB."""
    sums = {"Pss:": 0, "Rss:": 0}
    for pid in pids:
        with suppress(OSError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                name, *value = line.split()
                if name in sums:
                    sums[name] += int(value[0])
    return sums["Pss:"], sums["Rss:"]


def schedule(seconds: Iterable[float], places: int) -> float:
    """How long jobs take that wait for nothing but their own time, the longest first, so many at a time."""
    free = [0.0] * places
    for one in sorted(seconds, reverse=True):
        heapq.heapreplace(free, free[0] + one)
    return max(free)
