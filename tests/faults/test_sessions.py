"""What a crawl holds on a PostgreSQL server: a connection, and a session for its locks."""

from __future__ import annotations

import signal
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event

import pytest

from tests import postgres
from tests.crawler.test_locks import holder
from tests.faults.crawls import Place, Portal, portal, wait_until
from tests.faults.servers import Server, own_server

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("postgresql")]

SESSIONS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
LOCKS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1"


def gate(site: Portal, number: int) -> Event:
    """Has the portal answer for its article `number` only when the event is set."""
    opened, path = Event(), site.articles()[number]

    def answer(handler: BaseHTTPRequestHandler) -> None:
        opened.wait(60)
        body = site.page(path) or b""
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html; charset=utf-8")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    site.faults[path] = answer
    return opened


def counted(server: Server, query: str) -> int:
    return int(server.ask("night", query)[0][0])


def test_a_crawl_has_one_connection_and_one_for_its_locks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own_server(monkeypatch) as server, portal(30) as site:
        opened = gate(site, 25)
        place = Place(tmp_path, site, postgres.new_database(server.url, "night"))
        process = place.start()
        wait_until(lambda: site.articles()[25] in site.asked)
        wait_until(lambda: counted(server, "SELECT count(*) FROM articles") > 0)  # every part has had its say
        assert counted(server, SESSIONS) == 2
        wait_until(lambda: counted(server, LOCKS) == 1)  # what was kept is linked in a transaction of its own
        opened.set()
        assert process.wait() == 0
        assert set(place.rows()) == set(site.articles())
        assert place.runs()[0]["verdict"] == "ok"


def test_the_locks_are_taken_again_after_a_restart_of_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own_server(monkeypatch) as server, portal(20) as site:
        opened = gate(site, 12)
        place = Place(tmp_path, site, postgres.new_database(server.url, "night"))
        process = place.start()
        wait_until(lambda: site.articles()[12] in site.asked)
        server.stop()
        server.start()
        wait_until(lambda: counted(server, LOCKS) == 1)  # while the crawl has nothing to keep
        assert process.poll() is None
        other = Place(tmp_path / "other", site, place.database)
        assert other.crawl() == 2
        assert f"{site.url} is being crawled by process {process.pid} on" in other.log
        opened.set()
        assert process.wait() == 0
        assert counted(server, LOCKS) == 0
        assert set(place.rows()) == set(site.articles())
        assert [run["verdict"] for run in place.runs()] == ["ok"]


def test_a_portal_that_another_process_took_meanwhile_is_left_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own_server(monkeypatch) as server, portal(20) as site:
        opened = gate(site, 12)
        place = Place(tmp_path, site, postgres.new_database(server.url, "night"))
        process = place.start()
        wait_until(lambda: site.articles()[12] in site.asked)
        process.send_signal(signal.SIGSTOP)
        server.stop()
        server.start()
        with holder(tmp_path / "other", place.database, site.url) as pid:
            process.send_signal(signal.SIGCONT)
            wait_until(lambda: "The crawl ends" in place.log)
            opened.set()
            assert process.wait() == 0
        assert f"The crawl ends: the database server ended our session, and process {pid} on" in place.log
        assert f"crawls {site.url} since" in place.log
        run = place.runs()[0]
        assert run["verdict"] == "degraded"
        assert "another process took the portal" in run["evidence"][0]
        assert place.crawl() == 0
        assert set(place.rows()) == set(site.articles())
