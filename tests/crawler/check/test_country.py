"""`huyen districts check` on an invented country of 60 portals in every state, before and after a change."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from crawler.check.look import MAX_REQUESTS
from fixtures.country.pages import STATES, Place
from fixtures.country.standins import StandIn, served, write_registry
from storage.care.verify import Checked, verify
from storage.database import open_database
from storage.runs import states
from storage.vocabulary import local
from storage.warc.reader import iter_captures
from tests.crawler.site import ROOT

pytestmark = pytest.mark.slow

DELAY = 0.15
SHARED = "127.5.0.9"  # an address of its own: the portals on it are one server
KINDS = (*STATES, "moved", "moved_notice", "robots", "no_answer", "no_name")
NAMES = ("Đô Lương", "Yên Thành", "Kỳ Anh", "Lý Nhân", "Gia Viễn", "Quỳ Châu", "Con Cuông")


class Country(NamedTuple):
    """Both checks of one country, and what was asked in each: (time, path) by portal and by server."""

    standins: list[StandIn]
    first: dict[str, Any]
    second: dict[str, Any]
    asked: list[dict[str, list[tuple[float, str]]]]
    data: Path
    statuses: tuple[int, int]
    errors: tuple[str, str]
    alert: dict[str, Any]


def plan() -> tuple[list[StandIn], list[StandIn]]:
    """60 portals, four of each state; and the sites that those which moved lead to."""
    made = []
    for n in range(60):
        place = Place(NAMES[n % len(NAMES)], ("huyện", "thị xã")[n % 2])
        shared = KINDS[n % len(KINDS)] not in ("no_name", "no_answer") and n % 6 == 1
        made.append(StandIn(f"h{n:02}", place, KINDS[n % len(KINDS)], n // len(KINDS),
                            SHARED if shared else "127.0.0.1"))  # fmt: skip
    homes = [StandIn(f"new-{one.table}", one.place, "lives") for one in made if one.state == "moved"]
    return made, homes


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "HUYEN_DATA": str(folder / "data"),
        "HUYEN_REGISTRY": str(folder / "registry"),
    }
    return subprocess.run(
        [sys.executable, "-m", "crawler.cli", "districts", "check", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def taken(standins: list[StandIn]) -> dict[str, list[tuple[float, str]]]:
    """What was asked since the last call, by portal and, under its address, by server."""
    found: defaultdict[str, list[tuple[float, str]]] = defaultdict(list)
    for one in standins:
        found[one.table] = list(one.asked)
        found[SHARED if one.address == SHARED else f"server {one.table}"] += one.asked
        one.asked.clear()
    return found


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Country]:
    folder = tmp_path_factory.mktemp("country")
    standins, homes = plan()
    with served(standins + homes, local(datetime.now(UTC)).date()):
        for one, home in zip([s for s in standins if s.state == "moved"], homes, strict=True):
            one.target = f"{home.url}/"
        write_registry(folder / "registry", standins, DELAY)
        alert = folder / "alert.json"
        options = ("--all", "--json", "--notify", f"cat > {alert}")
        first = run(folder, *options)
        assert not alert.exists(), "a first check knows of no change"
        asked = [taken(standins + homes)]
        for one in standins:  # three change: one is taken over, one thaws, one lives under a commune's name
            if one.table in ("h00", "h15"):
                one.state = "hijacked" if one.table == "h00" else "another_office"
            elif one.table == "h01":
                one.state = "lives"
        second = run(folder, *options)
        asked.append(taken(standins + homes))
        told = json.loads(alert.read_text(encoding="utf-8"))
    reports = [json.loads(done.stdout) for done in (first, second)]
    errors = first.stderr, second.stderr
    yield Country(
        standins, *reports, asked, folder / "data", (first.returncode, second.returncode), errors, told
    )


def found(report: dict[str, Any]) -> dict[str, str]:
    return {one["district_id"].partition(".")[2]: one["state"] for one in report["checks"]}


def test_every_state_is_told(country: Country) -> None:
    changed = {"h00": "lives", "h01": "frozen", "h15": "lives"}
    assert found(country.first) == {one.table: changed.get(one.table, one.told) for one in country.standins}
    assert set(found(country.first).values()) == {*STATES, "moved", "no_answer", "no_name"}


def test_the_change_is_told_and_nothing_else(country: Country) -> None:
    assert found(country.second) == {one.table: one.told for one in country.standins}
    before = {one["district_id"]: one["before"] for one in country.second["changed"]}
    assert before == {"vi-du.h00": "lives", "vi-du.h01": "frozen", "vi-du.h15": "lives"}
    assert country.first["changed"] == []
    assert country.alert["changed"] == country.second["changed"]
    assert country.statuses == (1, 1)
    assert "changed: vi-du.h00" in country.errors[1] and "(was: lives)" in country.errors[1]


def test_no_portal_is_asked_more_than_four_times_and_the_counts_are_right(country: Country) -> None:
    for report, asked in zip((country.first, country.second), country.asked, strict=True):
        for one in report["checks"]:
            table = one["district_id"].partition(".")[2]
            there = len(asked[table]) + len(asked[f"new-{table}"])
            assert there <= MAX_REQUESTS
            if one["state"] != "no_answer":
                assert (table, one["requests"]) == (table, there)
        assert report["totals"]["requests"] == sum(one["requests"] for one in report["checks"])


def test_robots_txt_is_asked_first_and_what_it_forbids_never(country: Country) -> None:
    for asked in country.asked:
        for table, requests in asked.items():
            if requests and not table.startswith(("server", "127")):
                assert requests[0][1] == "/robots.txt", table
    closed = [one.table for one in country.standins if one.state == "robots"]
    assert all([path for _, path in country.asked[0][table]] == ["/robots.txt"] for table in closed)


def test_a_server_rests_between_two_requests_whoever_shares_it(country: Country) -> None:
    servers = {name: times for name, times in country.asked[0].items() if name.startswith(("server", "127"))}
    assert len(servers[SHARED]) >= 16
    for name, requests in servers.items():
        times = sorted(time for time, _ in requests)
        gaps = [later - earlier for earlier, later in pairwise(times)]
        assert not gaps or min(gaps) >= DELAY, name


def test_what_was_seen_is_kept_and_can_be_read_again(country: Country) -> None:
    with closing(open_database(f"sqlite:///{country.data / 'archive.db'}")) as database:
        history = states.history(database, "vi-du.h00")
        assert [one.state for one in history] == ["hijacked", "lives"]
        (answer,) = history[0].answers
        captures = iter_captures(country.data / "warc" / answer["warc_file"])
        (body,) = [one.exchange.body for one in captures if one.ref.offset == answer["warc_offset"]]
        assert b"Kubet88" in body
        checked = Checked()
        assert list(verify(database, country.data / "warc", checked)) == []
        assert checked.unlisted == 0
        requests = sum(report["totals"]["requests"] for report in (country.first, country.second))
        unanswered = sum(one.state == "no_answer" for one in country.standins) * 2 * 2  # tries, checks
        assert checked.captures == requests - unanswered


def test_history_lists_earlier_checks(country: Country) -> None:
    done = run(country.data.parent, "h00", "--history", "--json")
    assert done.returncode == 0, done.stderr
    assert [one["state"] for one in json.loads(done.stdout)] == ["hijacked", "lives"]
