"""A night with more districts than the PostgreSQL server has connections for loses none of them."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Event, Thread

import psycopg
import pytest

from storage.database import open_database
from storage.runs import connections
from tests import postgres
from tests.crawler import gated
from tests.crawler.site import Answer, serve
from tests.faults.servers import own_server

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("postgresql")]

PORTALS = 16
CONNECTIONS = 12  # three of them reserved for superusers
CLIENTS = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
OPEN = Event()
OPEN.set()


def slow(path: str, headers: Mapping[str, str]) -> Answer:
    """A portal that takes its time for each answer."""
    time.sleep(0.2)
    return gated.behind(OPEN)(path, headers)


def test_a_night_keeps_to_the_connections_that_the_server_has_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own_server(monkeypatch, CONNECTIONS) as server, ExitStack() as stack:
        sites = [stack.enter_context(serve(slow)) for _ in range(PORTALS)]
        gated.registry(tmp_path, {f"huyen-{number}": site.url for number, site in enumerate(sites)})
        url = postgres.new_database(server.url, "night")
        night = gated.huyen(tmp_path, "crawl", "--all", "--json", "--jobs", "16", HUYEN_DATABASE_URL=url)
        most = 0
        with psycopg.connect(f"{postgres.plain(server.url)}/postgres", autocommit=True) as watcher:
            said: list[tuple[str, str]] = []
            reader = Thread(target=lambda: said.append(night.communicate(timeout=300)))
            reader.start()
            while reader.is_alive():
                row = watcher.execute(CLIENTS).fetchone()
                most = max(most, int(row[0]) if row else 0)
                time.sleep(0.02)
        out, err = said[0]
    summary = json.loads(out)
    assert night.returncode == 0, err
    assert summary["totals"]["verdicts"] == {"ok": PORTALS}
    assert sum(summary["totals"]["articles"].values()) == PORTALS * gated.ARTICLES
    assert most <= CONNECTIONS - 3
    said = [line for line in err.splitlines() if "connections left" in line]
    # Of 12: 3 reserved, the watcher, the night's own and 2 spare ones are not for crawls.
    assert [line.partition(":")[0] for line in said] == ["At most 2 districts are crawled in parallel"], err


def test_the_bounds_of_database_and_role_count_too(postgres_server: str, database_url: str) -> None:
    with closing(open_database(database_url)) as database:
        if database.sqlite:
            assert connections.room(database, ()) is None
            return
        unbounded = connections.room(database, ())
        assert unbounded is not None
        assert unbounded.bound > 20
        name = database.url.database
        with psycopg.connect(f"{postgres.plain(postgres_server)}/postgres", autocommit=True) as other:
            other.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT 9'.encode())
        bounded = connections.room(database, ())
        assert bounded is not None
        # One is this test's own, and nobody else is connected to this database.
        assert (bounded.bound, bounded.free, bounded.crawls) == (9, 9 - 1 - connections.SPARE, 3)
