"""Stock systems, crawled with nothing configured: what is found, kept beside it, asked for, and told."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from crawler.discover.urls import canonical
from fixtures.stock import SYSTEMS, Stock
from fixtures.stock.news import late
from storage.database import open_database
from storage.runs import runs
from storage.runs.records import RunRecord
from storage.schema import Article
from tests.crawler.site import Answer, Site, serve

ROOT = Path(__file__).parents[3]
# Those that differ only in their addresses are left to the tests of families.
ALIKE = {"drupal", "drupal-aliases", "joomla-aliases", "nukeviet", "wordpress-dated"}
NAMES = sorted(SYSTEMS.keys() - ALIKE)
DISTRICT = '[son-khe]\nname = "Sơn Khê"\nkind = "huyện"\ncode = "427"\n'


def answering(stock: Stock) -> Callable[[str, dict[str, str]], Answer]:
    def answer(path: str, asked: dict[str, str]) -> Answer:
        page = stock.respond(path, f"http://{asked['Host']}", asked.get("Form", ""))
        if page is None:
            kind = {"Content-Type": "text/html; charset=utf-8"}
            return Answer("<h1>Không tìm thấy trang</h1>".encode(), 404, kind)
        return Answer(page.body.encode(), 200, {"Content-Type": page.kind})

    return answer


@dataclass
class Night:
    """What one crawl of a site came to."""

    asked: list[str]
    kept: set[str]  # all that the archive has of the site after it
    run: RunRecord


@dataclass
class Crawled:
    origin: str
    stock: Stock
    nights: list[Night]

    @property
    def wanted(self) -> set[str]:
        return {canonical(self.origin + path) for path in self.stock.paths()}


def crawl(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "nghe-an.son-khe"],
        cwd=ROOT,
        env=os.environ
        | {
            "HUYEN_DATA": str(folder / "data"),
            "HUYEN_REGISTRY": str(folder / "nghe-an.toml"),
            "SCRAPY_SETTINGS_MODULE": "crawler.settings",
        },
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    (folder / "log").write_text(done.stderr)


def night(folder: Path, sites: dict[str, Site], before: dict[str, int]) -> dict[str, Night]:
    crawl(folder)
    database = open_database(f"sqlite:///{folder / 'data' / 'archive.db'}")
    found = {}
    with database.reading() as connection:
        rows = [(row.portal, row.url) for row in connection.execute(select(Article.portal, Article.url))]
    for name, site in sites.items():
        run = next(iter(runs.listed(database, portal=site.url, limit=1)))
        asked = site.paths()[before.get(name, 0) :]
        before[name] = len(site.asked)
        found[name] = Night(asked, {url for portal, url in rows if portal == site.url}, run)
    database.close()
    return found


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Crawled]]:
    """Each site after two crawls: the first, and one of a night that brought a single article."""
    folder = tmp_path_factory.mktemp("stock")
    with ExitStack() as stack:
        stocks = {name: Stock(SYSTEMS[name]) for name in NAMES}
        sites = {name: stack.enter_context(serve(answering(stocks[name]))) for name in NAMES}
        entries = "".join(
            f'[[son-khe.portals]]\nurl = "{site.url}"\nfamily = "generic"\ndelay = 0\n'
            for site in sites.values()
        )
        (folder / "nghe-an.toml").write_text(DISTRICT + entries, encoding="utf-8")
        asked: dict[str, int] = {}
        first = night(folder, sites, asked)
        second = night(folder, sites, asked)
        for stock in stocks.values():
            stock.items.insert(0, late())
        third = night(folder, sites, asked)
        yield {
            name: Crawled(sites[name].url, stocks[name], [first[name], second[name], third[name]])
            for name in NAMES
        }


pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stock_systems")]  # one crawl for all


@pytest.mark.parametrize("name", NAMES)
def test_all_articles_are_found_and_nothing_else(crawled: dict[str, Crawled], name: str) -> None:
    one = crawled[name]
    wanted = one.wanted - {canonical(one.origin + one.stock.system.article(late()))}
    assert one.nights[0].kept - wanted == set()
    assert wanted - one.nights[0].kept == set()
    assert (one.nights[0].run.verdict, one.nights[0].run.evidence) == ("ok", [])
    assert one.nights[0].run.counts["named"] == one.nights[0].run.counts["held"] == 60


@pytest.mark.parametrize("name", NAMES)
def test_few_requests_are_made_beside_those_for_articles(crawled: dict[str, Crawled], name: str) -> None:
    asked = crawled[name].nights[0].asked
    assert len(asked) <= 1.6 * 60, [path for path in asked if path not in crawled[name].stock.paths()]


@pytest.mark.parametrize("name", NAMES)
def test_a_quiet_night_is_short(crawled: dict[str, Crawled], name: str) -> None:
    second = crawled[name].nights[1]
    assert len(second.asked) <= 15
    assert second.run.verdict == "quiet"


@pytest.mark.parametrize("name", NAMES)
def test_the_next_night_finds_what_was_added(crawled: dict[str, Crawled], name: str) -> None:
    one = crawled[name]
    assert canonical(one.origin + one.stock.system.article(late())) in one.nights[2].kept
