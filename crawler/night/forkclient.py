"""The process that forks crawls (crawler.night.forkserver), as seen from here: orders go in, news comes
out."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.config import Config
from crawler.night import logs
from crawler.night.forkserver import MANY
from crawler.night.worker import Worker

MANY_FROM = 8  # crawls from which on what they share pays for its making
_ROOT = Path(__file__).parents[2]


class ForkServer:
    """The process that forks crawls, started at the first order and whenever it is gone.

    It prepares more for those that are to start `many`.
    """

    def __init__(self, config: Config, *, many: bool = False) -> None:
        self._config, self._many = config, many
        self._process: subprocess.Popen[bytes] | None = None
        self._rest = b""
        self.log = config.data / "logs" / f"forkserver-{datetime.now(UTC):%Y%m%dT%H%M%S}.jsonl"
        self.barren = 0  # times in a row that it ended before it had forked anything

    def order(self, **order: object) -> None:
        """Sends an order; if the fork server is gone by then, `news` reports it."""
        if self._process is None:
            self._process = self._start()
        assert self._process.stdin
        with suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.flush()

    def signal(self, worker: Worker, number: int) -> None:
        """Sends a running worker a signal; through the process that would know of its end before us."""
        worker.told = True
        if worker.orphan and worker.pid and not worker.done:
            with suppress(ProcessLookupError):
                os.kill(worker.pid, number)
        elif self._process is not None and worker.status is None:
            self.order(key=worker.key, signal=int(number))

    def news(self, seconds: float) -> list[dict[str, Any]]:
        """Returns what it has told, waiting for it up to `seconds`; `{"gone": status}` at its end."""
        if self._process is None:
            time.sleep(seconds)
            return []
        assert self._process.stdout
        ready, _, _ = select.select([self._process.stdout], [], [], seconds)
        if not ready:
            return []
        read = os.read(self._process.stdout.fileno(), 65536)
        if not read:
            status = self._process.wait()
            self._forget()
            self.barren += 1
            return [{"gone": status}]
        *lines, self._rest = (self._rest + read).split(b"\n")
        news = [json.loads(line) for line in lines]
        if any("pid" in one for one in news):
            self.barren = 0
        return news

    def close(self) -> None:
        """Ends it; what it had forked is told to end, too."""
        if self._process is not None:
            assert self._process.stdin
            self._process.stdin.close()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._forget()
        logs.tidy(self.log)

    def _forget(self) -> None:
        assert self._process
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(BrokenPipeError):
                    pipe.close()
        self._process, self._rest = None, b""

    def _start(self) -> subprocess.Popen[bytes]:
        config = self._config
        path = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH", "")]))
        environment = os.environ | {
            "SCRAPY_SETTINGS_MODULE": "crawler.settings",
            "PYTHONPATH": path,  # the very packages that run here, wherever the working directory is
            "HUYEN_DATA": str(config.data),
            "HUYEN_DATABASE_URL": config.database_url,
            "HUYEN_REGISTRY": config.layers,
            "HUYEN_KEEP": config.keep,
        }
        self.log.parent.mkdir(parents=True, exist_ok=True)
        # -P: the working directory must not shadow our packages. A session of its own: Ctrl-C is ours to
        # hand on.
        command = [sys.executable, "-P", "-m", "crawler.night.forkserver"]
        command += [MANY] if self._many else []
        with self.log.with_suffix(".err").open("ab") as printed:
            return subprocess.Popen(  # noqa: S603 (our own command)
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=printed,
                env=environment,
                start_new_session=True,
            )
