"""Fixtures for all tests: an empty archive on each of the two databases."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database, open_database
from tests import postgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server for this worker; without one skips, or fails (REQUIRE_PG=1)."""
    with postgres.server_or_skip() as url:
        yield url


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
