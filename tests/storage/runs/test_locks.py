"""Locks of portals in PostgreSQL over the end of the session that holds them; SQLite has none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.database import open_database, reachable
from storage.runs import locks

PORTALS = {"a.test": "https://a.test", "b.test": "https://b.test"}


@pytest.fixture
def url(database_url: str) -> Iterator[str]:
    """An archive in which this process has the locks of PORTALS."""
    open_database(database_url).close()
    assert locks.take(database_url, PORTALS, 5.0) is None
    yield database_url
    if held := locks._held.pop(database_url, None):
        held.session.close()
        held.database.close()


@pytest.fixture
def held(url: str) -> Any:
    return locks._held[url]


# SQLite's locks are files (crawler.locks).
on_postgresql = pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.xdist_group("postgresql"))], indirect=True
)


def ended(held: Any) -> None:
    """The server ends the session, as at a restart."""
    other = reachable(held.database.url.render_as_string(hide_password=False)).session()
    other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": held.backend[0]})
    other.close()
    other.engine.dispose()


def free(url: str) -> list[str]:
    """The portals that another session can have."""
    session = reachable(url).session()
    asked = [(session.execute(locks._TRY, {"key": key}).scalar(), key) for key in locks._held[url].portals]
    session.close()
    session.engine.dispose()
    return [locks._held[url].portals[key] for had, key in asked if had]


@on_postgresql
def test_what_is_held_is_kept_at_a_round_trip(url: str, held: Any) -> None:
    before = held.backend
    locks.keep(url)
    assert locks._held[url].backend == before
    assert free(url) == []


@on_postgresql
def test_a_session_that_the_server_has_ended_is_replaced_with_all_its_locks(url: str, held: Any) -> None:
    before = held.backend
    ended(held)
    assert free(url) == list(PORTALS.values())
    locks.keep(url)
    assert locks._held[url].backend != before
    assert free(url) == []


@on_postgresql
def test_a_portal_that_somebody_took_meanwhile_is_named_until_it_is_free_again(url: str, held: Any) -> None:
    ended(held)
    other = reachable(url).session()
    key = list(held.portals)[1]
    assert other.execute(locks._TRY, {"key": key}).scalar()
    other.execute(text("SET application_name = 'process 7 on elsewhere'"))
    for _ in range(2):
        with pytest.raises(locks.Taken, match=r"process 7 on elsewhere crawls https://b\.test since"):
            locks.keep(url)
    other.close()
    other.engine.dispose()
    locks.keep(url)
    assert free(url) == []


@on_postgresql
def test_our_own_session_that_the_server_believes_alive_is_ended(url: str, held: Any) -> None:
    """After a cut of the network the server may hold on to it for two minutes."""
    believed = held.session
    believed.detach()
    held.session = held.database.engine.connect()
    held.session.close()
    assert free(url) == []
    locks.keep(url)
    with pytest.raises(DBAPIError):
        believed.execute(text("SELECT 1"))
    assert free(url) == []
    believed.close()


@on_postgresql
def test_a_server_that_is_away_is_an_error_to_be_waited_for(url: str, held: Any) -> None:
    ended(held)
    away = reachable("postgresql://u@127.0.0.1:1/d", connections=1)
    held.database, here = away, held.database
    with pytest.raises(DBAPIError):
        locks.keep(url)
    held.database = here
    locks.keep(url)
    assert free(url) == []


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (
            "process 7 on may-1 since 2026-11-28 18:48 UTC",
            "process 7 on may-1 since 2026-11-29 01:48 (time of Vietnam)",
        ),
        ("process 7 on may-1", "process 7 on may-1"),
        ("", "another process"),
    ],
)
def test_who_holds_a_portal_is_said_in_vietnamese_time(written: str, said: str) -> None:
    assert locks.process(written) == said
