"""A PostgreSQL server that a test may stop and start; one that is given from outside is nobody's to stop."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests import postgres


@dataclass
class Server:
    """A running server; `url` without a database name."""

    url: str
    data: Path
    _again: subprocess.Popen[bytes] | None = None

    def stop(self) -> None:
        """Ends it as a power cut would: sessions and their locks are gone, nothing is said to clients."""
        control = [str(Path(self._command()[0]).with_name("pg_ctl")), "-D", str(self.data), "-w"]
        subprocess.run([*control, "stop", "-m", "immediate"], user=self._owner, cwd=self.data, check=True)
        if self._again is not None:
            self._again.wait(20)
            self._again = None

    def start(self) -> None:
        """Starts it again, on the same port; returns when it takes connections."""
        self._again = subprocess.Popen(
            self._command(), user=self._owner, cwd=self.data, stderr=subprocess.DEVNULL
        )
        postgres.wait(self.url, self._again, self.data.parent / "log")

    def ask(self, database: str, query: str) -> list[tuple[Any, ...]]:
        """The rows of `query` in `database`, from a session that ends with it."""
        with psycopg.connect(f"{postgres.plain(self.url)}/{database}") as connection:
            return connection.execute(query.encode()).fetchall()

    def close(self) -> None:
        """Ends what `start` started; nothing where it was never stopped."""
        if self._again is not None:
            self._again.send_signal(2)
            self._again.wait(20)

    def _command(self) -> list[str]:
        return shlex.split((self.data / "postmaster.opts").read_text())

    @property
    def _owner(self) -> int | None:
        return self.data.stat().st_uid if os.geteuid() == 0 else None


@contextmanager
def own_server(monkeypatch: pytest.MonkeyPatch, connections: int = 50) -> Iterator[Server]:
    """A server of the test's own, with max_connections `connections`."""
    monkeypatch.delenv("TEST_PG_URL", raising=False)
    with postgres.server_or_skip(connections) as url:
        with psycopg.connect(postgres.plain(url) + "/postgres") as connection:
            row = connection.execute("SHOW data_directory").fetchone()
        assert row is not None
        server = Server(url, Path(row[0]))
        try:
            yield server
        finally:
            server.close()
