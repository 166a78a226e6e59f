"""Work in many processes: in order, whatever dies, and nothing stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.pool import Pool

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
ENDS_WITHIN = 30.0  # seconds; on an idle machine it takes some milliseconds
OWNER = """
import os, sys, time
from storage.pool import Pool
from tests.storage.test_pool import pid_and_wait
if __name__ == "__main__":
    with Pool(pid_and_wait, 2) as pool:
        tasks = [pool.submit(sys.argv[1]) for _ in range(2)]
        {end}
"""


def square(number: int) -> int:
    """Dies of 3."""
    return os._exit(1) if number == 3 else number * number


def pid_and_wait(folder: str) -> None:
    (Path(folder) / str(os.getpid())).touch()
    time.sleep(600)


def test_results_come_in_order_and_a_deadly_item_costs_no_other() -> None:
    with Pool(square, 2) as pool:
        found = list(pool.in_order([1, 3, 2, 3, 4, 5], ahead=2))
    assert found == [(1, 1), (3, None), (2, 4), (3, None), (4, 16), (5, 25)]


def test_a_pool_whose_processes_died_takes_the_next_item() -> None:
    with Pool(square, 1) as pool:
        deadly = pool.submit(3)
        while not deadly.future.done():
            time.sleep(0.01)
        assert pool.result(pool.submit(4)) == 16
        assert pool.result(deadly) is None


KILLED = "time.sleep(600)"
LEAVES = "while len(os.listdir(sys.argv[1])) < 2: time.sleep(0.05)"


@pytest.mark.parametrize("end", [KILLED, LEAVES])
def test_no_process_outlives_its_owner_nor_keeps_it_waiting(tmp_path: Path, end: str) -> None:
    pids, script = tmp_path / "pids", tmp_path / "owner.py"
    pids.mkdir()
    script.write_text(OWNER.format(end=end))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, script, pids], env=environment, stderr=subprocess.PIPE) as owner:
        _until(lambda: len(list(pids.iterdir())) == 2)
        if end == KILLED:
            owner.send_signal(signal.SIGKILL)
        owner.wait(ENDS_WITHIN)
    _until(lambda: not any(_alive(int(path.name)) for path in pids.iterdir()))


def _until(done: Callable[[], bool]) -> None:
    until = time.monotonic() + ENDS_WITHIN
    while not done():
        assert time.monotonic() < until
        time.sleep(0.05)


def _alive(pid: int) -> bool:
    """Whether the process runs; one that waits to be collected does not."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
