"""A PostgreSQL server for the tests: found, started, and stopped at the end.

In this order: TEST_PG_URL (a server whose user may create databases), Debian's binaries run under another
user than root. `ServerMissing` says why neither worked.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

STARTUP_SECONDS = 30.0


class ServerMissing(Exception):
    """No PostgreSQL server can be had here."""


@contextmanager
def server(connections: int = 50) -> Iterator[str]:
    """The URL of a running server, without a database name, for as long as the block runs.

    `connections` is its max_connections, unless it is the one of TEST_PG_URL.
    """
    given = os.environ.get("TEST_PG_URL")
    if given:
        yield given.rsplit("/", 1)[0] if given.count("/") > 2 else given
        return
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[-3]))
    if not found:
        raise ServerMissing("no TEST_PG_URL and no /usr/lib/postgresql/*/bin")
    # Not pytest's folder: only its owner may enter that, and PostgreSQL refuses to run as root.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        with _running(found[-1].parent, folder, connections) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(binaries: Path, folder: Path, connections: int) -> Iterator[str]:
    user = _user()
    data = folder / "data"
    data.mkdir(mode=0o700)
    for path in (folder, data):
        shutil.chown(path, user)
    folder.chmod(0o755)
    initdb: list[str | Path] = [binaries / "initdb", "-D", data, "-U", "test", "-A", "trust", "-E", "UTF8"]
    subprocess.run(
        [*initdb, "--locale=C.UTF-8", "--no-sync"], user=user, cwd=folder, check=True, capture_output=True
    )
    port = free_port()
    options: list[str | Path] = ["-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", folder, "-F"]
    tuning = [
        "-c",
        f"max_connections={connections}",
        "-c",
        "shared_buffers=64MB",
        "-c",
        "fsync=off",
        "-c",
        "jit=off",
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [binaries / "postgres", *options, *tuning], user=user, cwd=folder, stdout=log, stderr=log
        )
    url = f"postgresql+psycopg://test@127.0.0.1:{port}"
    try:
        wait(url, process, folder / "log")
        yield url
    finally:
        process.send_signal(signal.SIGINT)  # fast shutdown: ends sessions, waits for none
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _user() -> str:
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    names = {entry.pw_name for entry in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in names:
            return name
    raise ServerMissing("PostgreSQL refuses to run as root, and there is no user postgres or nobody")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Waits until the server at `url` takes connections."""
    end = time.monotonic() + STARTUP_SECONDS
    while True:
        try:
            psycopg.connect(plain(url) + "/postgres").close()
            return
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > end:
                raise ServerMissing(f"PostgreSQL did not start: {log.read_text()[-500:]}") from None
            time.sleep(0.05)


def plain(url: str) -> str:
    """`url` as psycopg itself takes it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def new_database(url: str, name: str, template: str = "template0") -> str:
    """Makes database `name` on the server at `url` as a copy of `template`; returns its URL."""
    with psycopg.connect(plain(url) + "/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    return f"{url}/{name}"


def drop_database(url: str, name: str) -> None:
    """Drops database `name` with all its sessions."""
    with psycopg.connect(plain(url) + "/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def server_or_skip(connections: int = 50) -> Iterator[str]:
    """As `server`; where there is none the test is skipped, or fails (REQUIRE_PG=1)."""
    import pytest  # benchmarks use this module without it

    running = server(connections)
    try:
        url = running.__enter__()
    except ServerMissing as reason:
        if os.environ.get("REQUIRE_PG") == "1":
            pytest.fail(f"REQUIRE_PG=1, but {reason}")
        pytest.skip(f"no PostgreSQL: {reason}")
    try:
        yield url
    finally:
        running.__exit__(None, None, None)
