"""A crawl while it runs: what a terminal shows, whatever its size, and what a pipe gets."""

from __future__ import annotations

import fcntl
import io
import os
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest
from rich.console import Console

from crawler.night.live import headline, live_table, watching
from crawler.night.worker import Worker
from crawler.registry.load import District
from storage.runs.records import RunRecord
from tests.crawler import gated
from tests.crawler.site import serve

pytestmark = pytest.mark.slow

PATIENCE = 60.0  # seconds
COUNTS = {"new": 12_345, "duplicate": 5, "failed": 7, "listing": 43}


def worker(key: int, verdict: str | None, done: bool) -> Worker:
    district = District.model_construct(id=f"thua-thien-hue.thi-xa-huong-tra-{key}", portals=())
    portal = f"https://thixahuongtra{key}.thuathienhue.gov.vn"
    run = RunRecord(key, district.id, portal, datetime.now(UTC), verdict=verdict, counts=COUNTS)
    return Worker(key, district, Path("x.jsonl"), datetime.now(UTC), runs=[run], done=done)


WORKERS = [worker(n, "broken" if n == 5 else "ok", True) for n in range(40)] + [worker(40, None, False)]


@pytest.mark.parametrize("height", [50, 24, 5])
@pytest.mark.parametrize("width", [200, 120, 80, 40])
def test_every_terminal_shows_whole_numbers_within_its_size(width: int, height: int) -> None:
    console = Console(width=width, height=height, file=io.StringIO())
    with console.capture() as drawn:
        console.print(live_table(WORKERS, 3, 60.0, width, height))
    lines = drawn.get().rstrip("\n").split("\n")
    assert max(map(len, lines)) <= width
    assert len(lines) < height or height == 5
    *_, last = lines
    assert "running" in last  # what runs comes before what has ended
    assert {"12400", "12345", "7"} <= set(last.split())
    assert " ".join(lines).startswith("40 done (1 unhealthy), 1 running, 3 waiting;")


def test_the_headline_says_how_far_a_crawl_is() -> None:
    assert headline(WORKERS, 19, 100.0) == (
        "40 done (1 unhealthy), 1 running, 19 waiting; 508400 pages (5084.0/s), 506350 new articles, "
        "287 failed; 0:01:40, about 0:00:50 left"
    )


def test_a_pipe_gets_a_line_a_healthy_portal_once(capsys: pytest.CaptureFixture[str]) -> None:
    with watching(sys.stdout) as watch:
        watch(WORKERS[4:6], 0)
        watch(WORKERS[4:], 0)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 35
    assert lines[0].startswith("thua-thien-hue.thi-xa-huong-tra-4 https://")


class Terminal:
    """A terminal of `columns` by 24 and `huyen` in its foreground; `seen` is all that it got."""

    def __init__(self, folder: Path, columns: int, *arguments: str, **settings: str) -> None:
        self.seen = ""
        self._screen, keyboard = os.openpty()
        fcntl.ioctl(keyboard, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HUYEN_")}
        environment |= {"HUYEN_REGISTRY": str(folder / "registry"), "PYTHONPATH": str(gated.ROOT)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "crawler.cli", *arguments],
            cwd=folder,
            env=environment | {"TERM": "xterm-256color"} | settings,
            preexec_fn=lambda: os.login_tty(keyboard),
        )
        os.close(keyboard)

    def type(self, keys: bytes) -> None:
        os.write(self._screen, keys)

    def wait_for(self, pattern: str) -> None:
        """Reads until `pattern` was shown."""
        while not re.search(pattern, "\n".join(visible(self.seen))):
            assert self._read(), f"{pattern!r} was never shown: {self.seen[-2000:]}"

    def end(self) -> int:
        """Reads the rest; the exit status."""
        while self._read():
            pass
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._screen)

    def _read(self) -> bool:
        try:
            got = os.read(self._screen, 65536)
        except OSError:  # how Linux says that the last process has closed the terminal
            return False
        self.seen += got.decode(errors="replace")
        return bool(got)


@contextmanager
def terminal(folder: Path, columns: int, *arguments: str, **settings: str) -> Iterator[Terminal]:
    shown = Terminal(folder, columns, *arguments, **settings)
    try:
        yield shown
    finally:
        shown.close()


def visible(text: str) -> list[str]:
    """Lines without the sequences that move the cursor or colour."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).replace("\r", "\n").split("\n")


def test_ctrl_c_on_a_terminal_ends_the_crawl_in_order_and_leaves_the_table(tmp_path: Path) -> None:
    gate = Event()
    with serve(gated.behind(gate)) as site:
        gated.registry(tmp_path, {"slow": site.url})
        with terminal(tmp_path, 80, "crawl", "--all") as shown:
            shown.wait_for(r"0 done .*1 running")
            shown.wait_for(r"nghe-an\.slow +127\.0\.0\.1:\d+ +running")
            gated.wait_for(lambda: [path for path in site.paths() if "/hoi-nghi" in path], PATIENCE)
            shown.type(b"\x03")
            gate.set()
            status = shown.end()
    lines = [line for line in visible(shown.seen) if line]
    assert max(map(len, lines[:-4])) <= 80
    assert "\x1b[?25h" in shown.seen  # the cursor is back
    assert lines[-3].startswith("1 portal: 1 ok")
    assert status == 1
    assert lines[-2:] == ["stopped by a signal", "the same command goes on where this one stopped"]


def test_a_terminal_that_cannot_move_its_cursor_gets_plain_lines(tmp_path: Path) -> None:
    gate = Event()
    gate.set()
    with serve(gated.behind(gate)) as site:
        gated.registry(tmp_path, {"quick": site.url})
        with terminal(tmp_path, 80, "crawl", "--all", TERM="dumb") as shown:
            assert shown.end() == 0
    assert "\x1b" not in shown.seen
    assert [line.split()[0] for line in visible(shown.seen) if line] == ["nghe-an.quick", "1"]
