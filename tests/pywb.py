"""A real pywb, which replays web archives, in an environment of its own (`make test` installs it)."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from storage.warc.captures import Exchange

BIN = Path(__file__).parents[1] / ".venv-pywb" / "bin"
NAME = "huyen"  # of the collection
START_SECONDS = 60.0


class Answer(NamedTuple):
    """What pywb sends for one capture; `body` is as it came, not decoded."""

    status: int
    encoding: str
    body: bytes


class Pywb(NamedTuple):
    """A running pywb at `port` of loopback."""

    port: int

    def replay(self, exchange: Exchange) -> Answer:
        """Asks for what was captured at that second by the same request, raw (`id_`)."""
        path = f"/{NAME}/{exchange.fetched_at:%Y%m%d%H%M%S}id_/{exchange.url}"
        sent = {name.decode(): value.decode() for name, value in exchange.request_headers}
        headers = {"Accept-Encoding": "gzip, deflate"}
        headers |= {"Content-Type": sent["Content-Type"]} if exchange.method == "POST" else {}
        return self._ask(exchange.method, path, exchange.request_body or None, headers)

    def listed(self, url: str) -> list[dict[str, Any]]:
        """The lines of its CDX index for what stands below `url`."""
        lines = self._ask("GET", f"/{NAME}/cdx?url={url}/*&output=json", None, {}).body.decode()
        return [json.loads(line) for line in lines.splitlines()]

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, headers)
            came = connection.getresponse()
            return Answer(came.status, came.getheader("Content-Encoding", ""), came.read())
        finally:
            connection.close()


def missing() -> str:
    """Why there is no pywb to test with; nothing where there is one."""
    return "" if (BIN / "wayback").exists() else f"{BIN} has none; `make test` installs it"


@contextmanager
def replaying(files: Sequence[Path], folder: Path, *more: str) -> Iterator[Pywb]:
    """A pywb that works in the empty `folder` and has added `files`, with options `more`, while the block
    runs.
    """
    _run(folder, "init", NAME)
    _run(folder, "add", *more, NAME, *map(str, files))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [BIN / "wayback", "-b", "127.0.0.1", "-p", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env=_environment())
    try:
        _wait(port, process, folder / "log")
        yield Pywb(port)
    finally:
        process.terminate()
        process.wait(30)


def _run(folder: Path, *arguments: str) -> None:
    command = [BIN / "wb-manager", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=_environment(), capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr


def _environment() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": os.devnull, "no_proxy": "127.0.0.1"}


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise AssertionError(f"pywb does not answer: {log.read_text()}")
