"""moto, a stand-in for Amazon S3, in a process and an environment of its own (`make test` installs it)."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.postgres import free_port

BIN = Path(__file__).parents[1] / ".venv-s3" / "bin"
BUCKET = "huyen"
START_SECONDS = 60.0


@contextmanager
def serving() -> Iterator[dict[str, str]]:
    """The environment in which `s3://huyen` is an empty bucket, while the block runs.

    Without moto the test is skipped, or fails (REQUIRE_S3=1).
    """
    if not (BIN / "moto_server").exists():
        reason = f"{BIN} has no moto_server; `make test` installs it"
        if os.environ.get("REQUIRE_S3") == "1":
            pytest.fail(f"REQUIRE_S3=1, but {reason}")
        pytest.skip(reason)
    port = free_port()
    process = subprocess.Popen(
        [BIN / "moto_server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port, process)
        endpoint = f"http://127.0.0.1:{port}"
        urllib.request.urlopen(urllib.request.Request(f"{endpoint}/{BUCKET}", method="PUT")).close()
        yield environment(endpoint)
    finally:
        process.kill()
        process.wait(30)


def environment(endpoint: str) -> dict[str, str]:
    """The variables by which s3fs finds a server and may speak to it."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "no_proxy": "127.0.0.1",
    }


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError("moto does not answer")
