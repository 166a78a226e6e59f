"""One night by two machines: real processes with data folders of their own, and one archive in PostgreSQL."""

from __future__ import annotations

import json
import signal
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from threading import Event

import pytest

from storage.database import open_database
from storage.runs import runs
from tests.crawler import gated
from tests.crawler.site import Site, serve

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("postgresql")]

NAMES = ("first", "second", "third", "fourth")


def test_two_machines_crawl_each_district_once_and_one_that_is_stopped_hands_its_own_over(
    tmp_path: Path, postgres_url: str
) -> None:
    open_database(postgres_url).close()
    gate = Event()
    with ExitStack() as stack:
        stack.callback(gate.set)
        sites = {name: stack.enter_context(serve(gated.behind(gate))) for name in NAMES}
        gated.registry(tmp_path, {name: site.url for name, site in sites.items()})
        settings = {"HUYEN_DATABASE_URL": postgres_url}
        night = ("crawl", "--all", "--shared", "--json", "--jobs", "2")
        a = gated.huyen(tmp_path, *night, HUYEN_DATA=str(tmp_path / "a"), **settings)
        gated.wait_for(lambda: [True] if len(under_way(sites)) == 2 else [])
        b = gated.huyen(tmp_path, *night, HUYEN_DATA=str(tmp_path / "b"), **settings)
        gated.wait_for(lambda: [True] if len(under_way(sites)) == 4 else [])
        a.send_signal(signal.SIGTERM)
        gate.set()
        first, second = (process.communicate(timeout=120) for process in (a, b))
    stopped, whole = json.loads(first[0]), json.loads(second[0])
    assert (a.returncode, stopped["closed_here"], stopped["stopped_early"]) == (1, False, True)
    assert (whole["closed_here"], whole["not_begun"]) == (True, [])
    assert {run["district_id"] for run in whole["runs"]} == {f"nghe-an.{name}" for name in NAMES}
    assert {run["verdict"] for run in whole["runs"]} <= {"ok", "quiet"}
    assert [one["state"] for one in whole["machines"]] == ["stopped", "ended"]
    assert "ended early: stopped by a signal" in second[1]
    database = open_database(postgres_url)
    found = runs.listed(database)
    database.close()
    by_district = [run.district_id for run in found]
    assert {name: by_district.count(f"nghe-an.{name}") for name in NAMES}.keys() == set(NAMES)
    assert len(found) <= 6, "only what the stopped machine left is crawled again"


def under_way(sites: Mapping[str, Site]) -> list[str]:
    """The portals that were asked for an article."""
    return [name for name, site in sites.items() if any("/hoi-nghi" in path for path in site.paths())]


def test_a_night_cannot_be_shared_in_sqlite_or_by_name(tmp_path: Path) -> None:
    gated.registry(tmp_path, {"first": "http://127.0.0.1:9"})
    for arguments, words in (
        (("--all",), "needs an archive in PostgreSQL"),
        (("first",), "--shared deals out"),
    ):
        process = gated.huyen(tmp_path, "crawl", *arguments, "--shared")
        said = process.communicate(timeout=60)[1]
        assert (process.returncode, len(said.splitlines())) == (2, 1)
        assert words in said
