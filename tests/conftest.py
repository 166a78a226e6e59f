"""For all tests: an empty archive on each of the two databases, and what a quick test may not do.

A test that crawls, starts a process or a server, or needs PostgreSQL is marked `slow`; `make quick` runs the
others, and there a test without the mark that starts one fails.
"""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database, open_database
from tests import postgres
from tests import s3 as moto

_PROCESSES = ("subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn")  # audit events of Python
_quick_test: list[str] = []  # the name of the test that runs, where it may start no process


def pytest_configure(config: pytest.Config) -> None:
    """Watches for processes that quick tests start; audit hooks stay for the life of the process.

    Messages are compared in English, whatever the developer's locale.
    """
    os.environ["LC_ALL"] = "C.UTF-8"
    if config.option.markexpr == "not slow":
        sys.addaudithook(_watch)


def _watch(event: str, _: tuple[object, ...]) -> None:
    if _quick_test and event in _PROCESSES:
        raise RuntimeError(f"{_quick_test[0]} starts a process: mark it with pytest.mark.slow")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks as slow what needs PostgreSQL or an S3."""
    for item in items:
        if item.get_closest_marker("xdist_group") or {"postgres_url", "s3"} & {
            *getattr(item, "fixturenames", ())
        }:
            item.add_marker(pytest.mark.slow)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Names the test that runs, unless it may start processes."""
    if not item.get_closest_marker("slow"):
        _quick_test.append(item.nodeid)
    try:
        return (yield)
    finally:
        _quick_test.clear()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server for this worker; without one skips, or fails (REQUIRE_PG=1)."""
    with postgres.server_or_skip() as url:
        yield url


@pytest.fixture(scope="session")
def s3() -> Iterator[dict[str, str]]:
    """The environment in which there is an S3 with the bucket `huyen`; without moto skips, or fails
    (REQUIRE_S3=1).
    """
    with moto.serving() as environment:
        yield environment


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """The name of a database with today's schema, to copy: 40 ms instead of a migration a test."""
    name = f"template_{uuid.uuid4().hex[:12]}"
    open_database(postgres.new_database(postgres_server, name)).close()
    yield name
    postgres.drop_database(postgres_server, name)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database, without tables."""
    name = f"empty_{uuid.uuid4().hex[:12]}"
    yield postgres.new_database(postgres_server, name)
    postgres.drop_database(postgres_server, name)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("postgresql"))])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty archive, on SQLite and on PostgreSQL in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'archive.db'}"
        return
    server = request.getfixturevalue("postgres_server")
    template = request.getfixturevalue("postgres_template")
    name = f"test_{uuid.uuid4().hex[:12]}"
    yield postgres.new_database(server, name, template)
    postgres.drop_database(server, name)


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """An open, empty archive, on SQLite and on PostgreSQL in turn."""
    database = open_database(database_url, retry_seconds=5)
    yield database
    database.close()
