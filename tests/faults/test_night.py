"""Nights that go wrong for one portal, or for the machine: the others finish, and the next night is whole."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from crawler.config import Config
from crawler.config import load as load_config
from crawler.night import night as crawling
from crawler.night.night import Night
from crawler.registry.load import load
from storage.database import Database, open_database
from storage.runs import runs
from tests.crawler import gated
from tests.crawler.site import Answer, serve

pytestmark = pytest.mark.slow

HTML = {"Content-Type": "text/html; charset=utf-8"}
DAY = 86_400


def at_once(path: str, headers: Mapping[str, str]) -> Answer:
    """A portal whose articles wait for nothing."""
    gate = Event()
    gate.set()
    return gated.behind(gate)(path, headers)


def crowded(path: str, headers: Mapping[str, str]) -> Answer:
    """A portal whose pages are within the bound of a download, and that take much memory to read."""
    if not path.startswith("/tin-tuc/"):
        return at_once(path, headers)
    return Answer(b"<html><body><h1>Tin</h1>" + b"<p><b>a</b><i>b</i></p>" * 1_000_000, 200, HTML)


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    for name in [name for name in os.environ if name.startswith("HUYEN_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUYEN_REGISTRY", str(tmp_path / "registry"))
    return load_config().require_writable()


@pytest.fixture
def archive(config: Config) -> Iterator[Database]:
    with closing(open_database(config.database_url)) as database:
        yield database


def outcome(ended: Night) -> dict[str, tuple[str, str]]:
    """Verdict and evidence of each district."""
    found = [run for worker in ended.workers for run in worker.runs]
    return {run.district_id.partition(".")[2]: (str(run.verdict), " ".join(run.evidence)) for run in found}


def test_what_takes_too_long_or_too_much_or_crashes_has_a_name_and_touches_no_other(
    tmp_path: Path, config: Config, archive: Database
) -> None:
    gates = {"crashing": Event(), "slow": Event()}
    answers: dict[str, Any] = {name: gated.behind(gate) for name, gate in gates.items()}
    answers |= {"crowded": crowded, "sound": at_once}
    # Bounds that the configuration would refuse as too small for a night, but not for a test.
    config = config.model_copy(update={"portal_minutes": 0.25, "portal_mb": 140})
    crashed: set[int] = set()

    def crash(workers: Any, waiting: int) -> None:
        for worker in workers:
            if worker.district.id == "nghe-an.crashing" and worker.runs and not crashed:
                crashed.add(worker.pid)
                os.kill(worker.pid, signal.SIGSEGV)

    with ExitStack() as stack:
        portals = {name: stack.enter_context(serve(answer)).url for name, answer in answers.items()}
        for gate in gates.values():
            stack.callback(gate.set)
        gated.registry(tmp_path, portals)
        districts = load(config.registry).districts
        ended = crawling.crawl(districts, config, archive, jobs=4, watch=crash)
    found = outcome(ended)
    assert {name: verdict for name, (verdict, _) in found.items()} == {
        "crashing": "died",
        "slow": "degraded",
        "crowded": "died",
        "sound": "ok",
    }
    assert "was ended by SIGSEGV" in found["crashing"][1]
    assert "took longer than HUYEN_PORTAL_MINUTES allows" in found["slow"][1]
    assert "HUYEN_PORTAL_MB allows 140" in found["crowded"][1]
    assert ended.stopped is None


@pytest.fixture
def clock(tmp_path: Path) -> dict[str, str]:
    """Environment of a process whose wall clock is off by the seconds in the file `offset`."""
    compiler = shutil.which("cc") or pytest.skip("no C compiler to make a clock that can be set")
    library, offset = tmp_path / "clock.so", tmp_path / "offset"
    source = Path(__file__).with_name("clock.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    offset.write_text("0")
    return {"LD_PRELOAD": str(library), "CLOCK_OFFSET_FILE": str(offset)}


def crawl(folder: Path, *arguments: str, **settings: str) -> dict[str, Any]:
    """The summary of a night, which says nothing of an exception."""
    process = gated.huyen(folder, "crawl", "--all", "--json", *arguments, **settings)
    out, err = process.communicate(timeout=180)
    assert "Traceback" not in err
    assert "unexpected" not in err
    return dict(json.loads(out))


def test_a_clock_that_jumps_during_a_night_makes_nothing_negative(
    tmp_path: Path, clock: dict[str, str]
) -> None:
    gate, offset = Event(), tmp_path / "offset"
    with serve(gated.behind(gate)) as site:
        gated.registry(tmp_path, {"first": site.url})
        process = gated.huyen(tmp_path, "crawl", "--all", "--json", **clock)
        gated.wait_for(lambda: [path for path in site.paths() if "/hoi-nghi" in path])
        offset.write_text(str(-7 * DAY))
        gate.set()
        out, err = process.communicate(timeout=180)
        assert process.returncode == 0, err
        summary = json.loads(out)
        assert 0 <= summary["runs"][0]["seconds"] <= summary["seconds"] < DAY
        shown = gated.huyen(tmp_path, "runs", "1").communicate(timeout=60)[0]
        assert "took" not in shown  # the clock tells nothing
        metrics = (tmp_path / "data/metrics/huyen.prom").read_text()
        assert not [line for line in metrics.splitlines() if "seconds" in line and " -" in line]
        assert crawl(tmp_path)["runs"][0]["verdict"] == "quiet"


def test_nights_of_a_clock_that_was_a_year_ahead_hinder_none_after_them(
    tmp_path: Path, clock: dict[str, str]
) -> None:
    (tmp_path / "offset").write_text(str(400 * DAY))
    with serve(at_once) as site:
        gated.registry(tmp_path, {"first": site.url})
        assert crawl(tmp_path, **clock)["totals"]["verdicts"] == {"ok": 1}
        now = crawl(tmp_path)["runs"][0]
    assert now["verdict"] == "quiet"
    with closing(open_database(f"sqlite:///{tmp_path / 'data' / 'archive.db'}")) as database:
        found = runs.listed(database)
    assert [run.id for run in found] == [2, 1]  # the newest first, whatever the clock said
    assert found[0].counts["complete"] == 1  # a walk of the future is no reason to put off this one
    report = gated.huyen(tmp_path, "report", "--json")
    out, err = report.communicate(timeout=60)
    assert (report.returncode, err) == (0, "")
    assert json.loads(out)
