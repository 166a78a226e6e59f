"""A night of many districts: each on its own, within bounds, whatever ends early; who is crawled when."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from crawler.cli import main
from crawler.config import Config
from crawler.config import load as load_config
from crawler.night import logs
from crawler.night import night as crawling
from crawler.night.worker import Worker
from crawler.night.workers import overrun
from crawler.registry.load import District, load
from storage.database import Database, open_database
from storage.runs import nights, runs
from tests.crawler import gated
from tests.crawler.site import ROOT, Site, serve

pytestmark = pytest.mark.slow


@pytest.fixture
def gates() -> Iterator[dict[str, Event]]:
    """What the articles of each portal wait for. The third portal's gate is open."""
    gates = {name: Event() for name in ("first", "second", "third")}
    gates["third"].set()
    yield gates


@pytest.fixture
def portals(tmp_path: Path, gates: dict[str, Event]) -> Iterator[dict[str, Site]]:
    """Three districts with a portal each."""
    with ExitStack() as stack:
        sites = {name: stack.enter_context(serve(gated.behind(gate))) for name, gate in gates.items()}
        for gate in gates.values():
            stack.callback(gate.set)
        gated.registry(tmp_path, {name: site.url for name, site in sites.items()})
        yield sites


def under_way(folder: Path, portals: dict[str, Site], *names: str) -> dict[str, int]:
    """The pids of the crawls of districts `names`, as soon as each has asked for an article."""
    for name in names:
        gated.wait_for(lambda name=name: [p for p in portals[name].paths() if "/hoi-nghi" in p])  # type: ignore[misc]
    database = open_database(f"sqlite:///{folder / 'data' / 'archive.db'}")
    found = {run.district_id.partition(".")[2]: run.pid for run in runs.listed(database)}
    database.close()
    return {name: found[name] for name in names}


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def verdicts(out: str) -> dict[str, str]:
    return {run["district_id"].partition(".")[2]: run["verdict"] for run in json.loads(out)["runs"]}


def test_a_crawl_that_is_killed_is_told_and_touches_no_other(
    tmp_path: Path, portals: dict[str, Site], gates: dict[str, Event]
) -> None:
    gates["second"].set()
    process = gated.huyen(tmp_path, "crawl", "--all", "--json", "--jobs", "2")
    pids = under_way(tmp_path, portals, "first")
    beside = gated.huyen(tmp_path, "crawl", "first")
    said = beside.communicate(timeout=60)[1]
    assert (beside.returncode, len(said.splitlines())) == (2, 1)
    assert f"process {pids['first']}" in said  # who has the portal
    os.kill(pids["first"], signal.SIGKILL)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 1
    assert verdicts(out) == {"first": "died", "second": "ok", "third": "ok"}
    assert sum("died" in line and "SIGKILL" in line for line in err.splitlines()) == 1
    died = next(run for run in gated.runs(tmp_path) if run["verdict"] == "died")
    assert died["district_id"] == "nghe-an.first"
    lines = [json.loads(line) for line in logs_of(tmp_path, "second").read_text().splitlines()]
    judged = next(line for line in lines if line["logger"] == "crawler.run.monitor")
    assert (judged["portal"], judged["district"]) == (portals["second"].url, "nghe-an.second")
    assert judged["run"] in {run["id"] for run in gated.runs(tmp_path) if "second" in run["district_id"]}
    assert 'huyen_run_verdict{district="nghe-an.first"' in (tmp_path / "data/metrics/huyen.prom").read_text()


def logs_of(folder: Path, name: str) -> Path:
    return next((folder / "data" / "logs").glob(f"nghe-an.{name}-*.jsonl"))


def test_the_loss_of_the_fork_server_ends_its_crawls_in_order_and_the_rest_goes_on(
    tmp_path: Path, portals: dict[str, Site], gates: dict[str, Event]
) -> None:
    process = gated.huyen(tmp_path, "crawl", "first", "second", "third", "--json", "--jobs", "2")
    pids = under_way(tmp_path, portals, "first", "second")
    os.kill(parent(pids["first"]), signal.SIGKILL)
    gates["first"].set()
    gates["second"].set()
    out, err = process.communicate(timeout=120)
    found = verdicts(out)
    assert (process.returncode, found["third"]) == (1, "ok")
    evidence = {run["district_id"]: " ".join(run["evidence"]) for run in json.loads(out)["runs"]}
    assert "signal" in evidence["nghe-an.first"]
    assert "signal" in evidence["nghe-an.second"]
    assert "ended early: nghe-an.first, nghe-an.second" in err


def test_no_crawl_outlives_huyen(tmp_path: Path, portals: dict[str, Site], gates: dict[str, Event]) -> None:
    process = gated.huyen(tmp_path, "crawl", "first")
    pid = under_way(tmp_path, portals, "first")["first"]
    server = parent(pid)
    process.kill()
    gated.wait_for(lambda: [] if Path(f"/proc/{server}").exists() else [True])
    gates["first"].set()
    gates["second"].set()
    process.communicate(timeout=60)
    gated.wait_for(lambda: [] if Path(f"/proc/{pid}").exists() else [True])
    (run,) = gated.runs(tmp_path)
    assert run["finished_at"] is not None
    assert "signal" in " ".join(run["evidence"])


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    for name in [name for name in os.environ if name.startswith("HUYEN_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUYEN_REGISTRY", str(tmp_path / "registry"))
    return load_config()


def free_mb(folder: Path) -> int:
    space = os.statvfs(folder)
    return space.f_bavail * space.f_frsize // 2**20


def test_a_disk_that_fills_ends_the_night_in_order(
    tmp_path: Path, config: Config, portals: dict[str, Site], gates: dict[str, Event]
) -> None:
    config = config.model_copy(update={"min_free_mb": free_mb(tmp_path) - 256})
    config.require_writable()
    database = open_database(config.database_url)
    filling = tmp_path / "filling"

    def fill(workers: Any, waiting: int) -> None:
        if not filling.exists() and any("/hoi-nghi" in path for path in portals["first"].paths()):
            with filling.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, 512 * 2**20)
        elif filling.exists():  # it has been seen by now
            gates["first"].set()

    try:
        districts = load(config.registry).districts
        ended = crawling.crawl(districts, config, database, jobs=1, watch=fill)
    finally:
        filling.unlink(missing_ok=True)
        database.close()
    assert ended.stopped
    assert "HUYEN_MIN_FREE_MB" in ended.stopped
    assert [worker.runs[0].finished_at is not None for worker in ended.workers] == [True]
    assert "signal" in " ".join(ended.workers[0].runs[0].evidence)
    assert [district.id for district in ended.not_begun()] == ["nghe-an.second", "nghe-an.third"]


@pytest.mark.parametrize("hindrance", ["no space", "another night", "no database"])
def test_what_hinders_a_night_is_one_line_and_status_2(
    tmp_path: Path,
    config: Config,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    hindrance: str,
) -> None:
    gated.registry(tmp_path, {"quick": "http://127.0.0.1:9"})
    config.data.mkdir()
    with (config.data / "night.lock").open("w") as lock:
        if hindrance == "no space":
            monkeypatch.setenv("HUYEN_MIN_FREE_MB", str(free_mb(tmp_path) * 10))
        elif hindrance == "no database":
            monkeypatch.setenv("HUYEN_DATABASE_URL", "postgresql://huyen:s3cret@127.0.0.1:9/huyen")
            monkeypatch.setattr("storage.database.RETRY_SECONDS", 0.0)  # else it is waited for
        else:
            fcntl.flock(lock, fcntl.LOCK_EX)
            lock.write("process 7 on here")
            lock.flush()
        status = main(["crawl", "--all"])
    out, err = capsys.readouterr()
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    words = {"no space": "HUYEN_MIN_FREE_MB", "no database": "refused", "another night": "process 7 on here"}
    assert words[hindrance] in err
    assert "s3cret" not in err
    assert not (config.data / "archive.db").exists()


def worker(config: Config, pid: int) -> Worker:
    district = District.model_construct(id="nghe-an.quick", portals=())
    return Worker(0, district, config.data / "x.jsonl", datetime.now(UTC), pid=pid)


def test_what_holds_too_much_memory_is_to_be_killed(config: Config) -> None:
    code = "import sys; held = bytearray(b'x') * (300 * 2**20); print(flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        process.stdout.readline()
        crawl = worker(config, process.pid)
        assert overrun(crawl, config) is None
        cause = overrun(crawl, config.model_copy(update={"portal_mb": 200}))
        assert cause
        assert "HUYEN_PORTAL_MB allows 200" in cause
        process.kill()


@pytest.mark.parametrize(
    ("status", "told", "unbegun"), [(0, True, True), (0, False, False), (1, True, False)]
)
def test_what_is_told_to_end_before_its_run_has_not_begun(
    config: Config, status: int, told: bool, unbegun: bool
) -> None:
    assert replace(worker(config, os.getpid()), status=status, told=told).unbegun == unbegun


def test_what_takes_too_long_is_to_be_killed(config: Config) -> None:
    config = config.model_copy(update={"portal_minutes": 10})
    crawl = worker(config, os.getpid())
    assert overrun(replace(crawl, began=crawl.began - 11 * 60), config) is None  # it may end by itself
    cause = overrun(replace(crawl, began=crawl.began - 13 * 60), config)
    assert cause == "killed after 13 minutes; HUYEN_PORTAL_MINUTES allows 10"


def test_a_crawl_that_only_waits_rests(config: Config) -> None:
    crawl, now = worker(config, os.getpid()), time.monotonic()
    assert not crawl.rests
    waiting = replace(crawl, worked=(now - 60, 10_000.0))  # as if it had had all its CPU before
    assert overrun(waiting, config) is None
    assert waiting.rests
    working = replace(crawl, worked=(now - 60, 0.0))
    assert overrun(working, config) is None
    assert working.cpu > 0.3, "this process has run tests for a while"
    assert not working.rests


def test_a_crawl_that_hangs_ends_itself_and_says_where(tmp_path: Path) -> None:
    code = """
import time
import scrapy.core.downloader.handlers.http11  # as where crawls are forked; loading it late takes the second
from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess
class Hanging(Spider):
    name = "hanging"
    async def start(self):
        time.sleep(60)
        yield
process = AsyncCrawlerProcess({"EXTENSIONS": {"crawler.run.watchdog.Watchdog": 0}, "HANG_SECONDS": 1,
    "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False, "LOG_ENABLED": False})
process.crawl(Hanging)
process.start()
"""
    (tmp_path / "hanging.py").write_text(code)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with (tmp_path / "x.err").open("wb") as printed:
        done = subprocess.run(
            [sys.executable, tmp_path / "hanging.py"], stderr=printed, env=environment, timeout=50
        )
    assert done.returncode == 1
    words = logs.last_words(tmp_path / "x.jsonl")
    assert words.startswith("it hung")
    assert "hanging.py" in words


@pytest.mark.parametrize(
    ("running", "jobs", "share", "begin"),
    [
        (0, 5, 0.0, 5),
        (3, 5, 1.0, 2),  # asked for: so many, busy or not
        (7, 5, 0.0, 0),
        (0, None, 1.0, crawling.cores()),  # one a core in any case
        (crawling.cores(), None, 0.9, 0),
        (crawling.cores(), None, 0.2, crawling.BEGIN * crawling.cores()),
        (crawling.PER_CORE * crawling.cores(), None, 0.0, 0),
    ],
)
def test_more_crawls_begin_while_the_cores_rest(
    running: int, jobs: int | None, share: float, begin: int
) -> None:
    assert crawling.room(running, jobs, share) == begin


def test_the_past_of_many_portals(db: Database) -> None:
    assert (nights.last_id(db), nights.seconds(db), nights.latest(db)) == (0, {}, [])
    first = runs.start(db, "a.x", "http://x.vn")
    runs.finish(db, first, "ok", {"new": 1})
    again = runs.start(db, "a.x", "http://x.vn")
    runs.finish(db, again, "quiet", {})
    other = runs.start(db, "a.y", "http://y.vn")
    assert nights.last_id(db) == other
    assert nights.seconds(db).keys() == {"a.x"}
    assert [(run.id, run.verdict) for run in nights.latest(db)] == [(again, "quiet")]
    assert [run.id for run in nights.progress(db, first, [os.getpid()])] == [again, other]
    assert nights.progress(db, 0, [os.getpid() + 1]) == []


def test_logs_are_kept_for_some_days(tmp_path: Path) -> None:
    old = datetime(2020, 1, 1, tzinfo=UTC).timestamp()
    for name in ("a.jsonl", "b.err", "c.log", "notes.txt", "new.jsonl"):
        (tmp_path / name).write_text("{}\n")
        if name != "new.jsonl":
            os.utime(tmp_path / name, (old, old))
    assert logs.expire(tmp_path, 30) == 3
    assert {path.name for path in tmp_path.iterdir()} == {"notes.txt", "new.jsonl"}


def test_a_line_of_a_log_names_the_portal_that_it_is_about() -> None:
    two = {"http://a.vn/x": 1, "http://b.vn": 2}
    assert logs.portal_of("anything", {"http://a.vn": 1}) == "http://a.vn"
    assert logs.portal_of("http://b.vn/tin-tuc: none", two) == "http://b.vn"
    assert logs.portal_of("neither", two) is None
    assert logs.portal_of("http://a.vn and http://b.vn", two) is None


def test_the_last_words_of_a_crawl_that_ended_in_order_are_its_own_error(tmp_path: Path) -> None:
    log = tmp_path / "a.jsonl"
    lines = [
        ("ERROR", "pipelines.persist", "The crawl ends: the database is away"),
        ("ERROR", "scrapy.utils.signal", "Error caught on signal handler"),
        ("INFO", "scrapy.core.engine", "Spider closed (database)"),
    ]
    told = [json.dumps({"level": level, "logger": name, "message": text}) for level, name, text in lines]
    log.write_text("\n".join([*told[:2], "{torn"]))
    assert logs.last_words(log) == "Error caught on signal handler"  # it was cut off right there
    log.write_text("\n".join(told))
    assert logs.last_words(log) == "The crawl ends: the database is away"
    assert logs.last_words(tmp_path / "none.jsonl") == "it wrote nothing"
