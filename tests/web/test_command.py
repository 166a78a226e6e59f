"""`huyen serve` as an operator starts and stops it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from select import select

import pytest

from storage.database import open_database
from tests.storage.making import article, keep

pytestmark = pytest.mark.slow


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    database = open_database(f"sqlite:///{tmp_path / 'archive.db'}")
    keep(database, [article("tin", title="Tin về đê")])
    database.close()
    yield os.environ | {"HUYEN_DATA": str(tmp_path)}


@contextmanager
def huyen(environment: dict[str, str], *arguments: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "crawler.cli", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_listens_serves_and_stops(environment: dict[str, str], stop: signal.Signals) -> None:
    with huyen(environment, "serve", "--port", "0") as process:
        assert process.stdout is not None
        assert select([process.stdout], [], [], 60)[0], "nothing was said"
        said = process.stdout.readline()
        address = re.match(r"(http://127\.0\.0\.1:\d+/) ", said)
        assert address is not None, said
        with urllib.request.urlopen(address[1], timeout=30) as answer:
            assert "Tin về đê" in answer.read().decode()
        process.send_signal(stop)
        assert process.wait(30) in (0, -stop)


@pytest.mark.parametrize(
    ("options", "said"),
    [(["--host", "0.0.0.0"], "add --public"), (["--host", "archive.example"], "add --public")],
)
def test_it_is_not_public_by_accident(environment: dict[str, str], options: list[str], said: str) -> None:
    with huyen(environment, "serve", "--port", "0", *options) as process:
        _, error = process.communicate(timeout=30)
    assert process.returncode == 2
    assert said in error
    assert "Traceback" not in error


def test_a_port_that_is_taken_is_told(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with huyen(environment, "serve", "--port", port) as process:
            _, error = process.communicate(timeout=30)
    assert process.returncode == 2
    assert f"cannot listen on 127.0.0.1:{port}" in error
