"""What commands and crawls load, and what they must not: a module that nobody needs costs every start."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date

import pytest

from tests.crawler.nights import ROOT, Nights, article, listing, path
from tests.crawler.site import Answer, serve

pytestmark = pytest.mark.slow  # real crawls

_IMPORTED = re.compile(r"^import time: +\d+ \| +\d+ \| +(\S+)$", re.M)
CRAWLS = {"scrapy", "twisted", "OpenSSL", "lxml", "protego", "pipelines.extract"}
READERS = {"trafilatura", "dateparser", "pypdfium2", "olefile", "python_calamine"}
SERVES = {"jinja2", "starlette", "uvicorn", "resvg_py", "tomlkit", "crawler.charts"}
MACHINES = {"dask", "distributed", "fsspec", "psycopg", "sqlalchemy.dialects.postgresql"}
UPGRADES = {"alembic", "mako"}


def loaded(said: str) -> set[str]:
    """The modules that a process loaded, and their packages; `said` is what it printed to standard error."""
    modules = _IMPORTED.findall(said)
    assert "typing" in modules  # or nothing would be known
    return {".".join(name.split(".")[: n + 1]) for name in modules for n in range(name.count(".") + 1)}


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    """A portal with one article, which an archive has already."""

    def answer(asked: str, headers: dict[str, str]) -> Answer:
        if asked == path(1):
            return Answer(article(1, date(2024, 3, 5)))
        return Answer(listing([1])) if asked == "/tin-tuc" else Answer(b"", 404)

    with serve(answer) as site:
        settings = 'family = "generic"\nsections = ["/tin-tuc"]\ndelay = 0'
        nights = Nights(tmp_path_factory.mktemp("loading"), site.url, settings)
        assert nights.crawl()["counts"]["new"] == 1
        yield nights


@pytest.mark.parametrize(
    ("arguments", "never"),
    [
        ("--version", CRAWLS | {"pydantic", "sqlalchemy", "asyncio", "crawler.registry.load"}),
        ("--help", CRAWLS | {"pydantic", "sqlalchemy", "asyncio", "importlib.metadata"}),
        ("config", CRAWLS | {"sqlalchemy", "asyncio"}),
        ("districts nghe-an.do-luong", CRAWLS | {"sqlalchemy", "asyncio"}),
        ("runs", CRAWLS | {"prometheus_client"}),
        ("crawl nghe-an.do-luong", CRAWLS),  # another process crawls
    ],
)
def test_a_command_loads_nothing_that_it_does_not_need(
    arguments: str, never: set[str], nights: Nights
) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "crawler.cli", *arguments.split()]
    done = subprocess.run(command, cwd=ROOT, env=nights.environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    assert not loaded(done.stderr) & (never | READERS | SERVES | MACHINES | UPGRADES)


def test_a_crawl_of_an_archive_that_is_up_to_date_loads_nothing_that_it_does_not_need(
    nights: Nights,
) -> None:
    _, said = nights.start(PYTHONPROFILEIMPORTTIME="1").communicate(timeout=300)
    modules = loaded(said)
    assert nights.latest()["verdict"] == "quiet"
    assert modules >= {"scrapy.core.engine", "crawler.spiders.portal", "pipelines.persist"}
    others = {"typer", "prometheus_client", "crawler.night", "crawler.filing", "crawler.spiders.files"}
    others |= {"crawler.reread.resettle", "storage.export", "storage.release", "storage.search"}
    assert not modules & (others | READERS | SERVES | MACHINES | UPGRADES)


def test_a_crawl_in_a_warm_process_compiles_no_sql_and_makes_no_record_that_its_log_does_not_take(
    nights: Nights,
) -> None:
    code = """
import logging
from scrapy.cmdline import execute
from storage import compiled
from storage.articles.warming import warm_up
warm_up()
known = compiled.options("sqlite")["compiled_cache"]
before = set(known)
made = []
class Record(logging.LogRecord):
    def __init__(self, *about, **more):
        super().__init__(*about, **more)
        made.append((self.name, self.levelname))
logging.setLogRecordFactory(Record)
try:
    execute(["scrapy", "crawl", "nghe-an.do-luong"])
finally:
    for key in known.keys() - before:
        print("COMPILED", *str(known.get(key)).split())
    for name, level in made:
        if name.startswith("scrapy.core"):
            print("RECORD", name, level)
"""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=nights.environment, capture_output=True, text=True)
    assert nights.latest()["verdict"] == "quiet", done.stderr
    more = [line for line in done.stdout.splitlines() if line.startswith("COMPILED")]
    assert more in ([], ["COMPILED SELECT version_num FROM alembic_version"])
    records = {line for line in done.stdout.splitlines() if line.startswith("RECORD")}
    assert records == {"RECORD scrapy.core.engine INFO"}


def test_no_garbage_is_looked_for_while_modules_are_loaded() -> None:
    code = """
import gc
from crawler.loading import leave_quickly, loading
try:
    with loading():
        with loading():
            print(gc.isenabled())
        print(gc.isenabled())
        raise ImportError
except ImportError:
    print(gc.isenabled(), gc.get_freeze_count() > 1_000)
gc.unfreeze()
leave_quickly()
import atexit
atexit._run_exitfuncs()
print(gc.get_freeze_count() > 1_000)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.split() == ["False", "False", "True", "True", "True"], done.stderr
