"""Real crawls of the fixture portals, through Scrapy's own command line, as cron would run them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crawler.discover.urls import canonical
from fixtures.districts import registry_for
from fixtures.server import FixtureServer
from fixtures.truth import truth
from storage.articles import queries as articles
from storage.database import Database, open_database
from storage.runs import runs

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]


NEW = {
    "key": "khanh-thanh-cau",
    "section": "kinh-te-xa-hoi",
    "title": "Gia Viễn khánh thành cầu mới qua sông Hoàng Long",
    "published": date(2025, 3, 3),
    "body": "Sáng 3/3, UBND huyện khánh thành cây cầu mới dài 120 mét nối hai xã bên bờ sông Hoàng Long.",
}


class Archive:
    """An archive of a test: crawls districts of the server into it."""

    def __init__(self, server: FixtureServer, folder: Path) -> None:
        self.server, self.data = server, folder / "data"
        registry = folder / "registry"
        registry.mkdir(parents=True)
        for name, text in registry_for(server).items():
            (registry / name).write_text(text, encoding="utf-8")
        self.environment = os.environ | {
            "HUYEN_DATA": str(self.data),
            "HUYEN_REGISTRY": str(registry),
            "SCRAPY_SETTINGS_MODULE": "crawler.settings",
        }

    def crawl(self, district: str, *options: str) -> str:
        """Crawls `district`; returns what the process said."""
        command = [sys.executable, "-m", "scrapy", "crawl", district, *options]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stderr

    def database(self) -> Database:
        return open_database(f"sqlite:///{self.data / 'archive.db'}")

    def latest(self, portal: str) -> dict[str, Any]:
        """The newest run of a portal."""
        db = self.database()
        try:
            return runs.listed(db, portal=self.server.url(portal))[0].as_json()
        finally:
            db.close()


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with FixtureServer(base_port=0) as server:
        yield Archive(server, tmp_path)


def kept(archive: Archive, portal: str) -> set[str]:
    """The keys of the portal's entries that the archive holds."""
    paths = {
        entry["key"]: [canonical(archive.server.url(portal, p)) for p in entry["paths"]]
        for entry in truth(portal)
    }
    db = archive.database()
    try:
        known = articles.known(db, [url for urls in paths.values() for url in urls])
    finally:
        db.close()
    return {key for key, urls in paths.items() if any(known[u].status == "live" for u in urls if u in known)}


@pytest.mark.parametrize(
    ("district", "portals"),
    [
        ("nghe-an.do-luong", ["do-luong-vnpt", "do-luong-wp"]),
        ("nghe-an.yen-thanh", ["yen-thanh"]),
        ("ninh-binh.gia-vien", ["gia-vien"]),
        ("ha-nam.ly-nhan", ["ly-nhan"]),
        ("ha-tinh.ky-anh", ["ky-anh"]),
    ],
)
def test_a_crawl_keeps_every_article_and_nothing_else_and_the_next_keeps_nothing(
    archive: Archive, district: str, portals: list[str]
) -> None:
    archive.crawl(district)
    for portal in portals:
        assert kept(archive, portal) == {e["key"] for e in truth(portal) if e["kind"] == "article"}
        assert archive.latest(portal)["verdict"] == "ok"
    asked = len(archive.server.log)
    archive.crawl(district)
    for portal in portals:
        run = archive.latest(portal)
        assert run["verdict"] == "quiet"
        assert run["counts"].keys() <= {"requests", "bytes", "listing", "sections", "named", "held"}
        assert run["counts"]["held"] == run["counts"]["named"] > 0
    assert not [
        r
        for r in archive.server.log[asked:]
        if any(e["paths"][0] == r.path for p in portals for e in truth(p))
    ]


def test_a_night_finds_what_is_new_what_changed_and_what_is_gone(archive: Archive) -> None:
    server = archive.server
    archive.crawl("ninh-binh.gia-vien")
    first, second, *_ = (e["key"] for e in truth("gia-vien") if e["kind"] == "article" and e["published"])
    server.add("gia-vien", NEW)
    archive.crawl("ninh-binh.gia-vien")
    assert archive.latest("gia-vien")["counts"]["new"] == 1
    server.edit("gia-vien", first, author="Người viết khác")
    server.remove("gia-vien", second, "410")
    archive.crawl("ninh-binh.gia-vien", "-a", "full=1")
    counts = archive.latest("gia-vien")["counts"]
    assert (counts["changed"], counts["gone:http_410"]) == (1, 1)


def test_a_limited_crawl_is_taken_up_where_it_stopped(archive: Archive) -> None:
    archive.crawl("ninh-binh.gia-vien", "-a", "limit=5")
    assert archive.latest("gia-vien")["counts"]["new"] == 5
    archive.crawl("ninh-binh.gia-vien")
    assert kept(archive, "gia-vien") == {e["key"] for e in truth("gia-vien") if e["kind"] == "article"}
    assert archive.latest("gia-vien")["counts"].get("unchanged") is None


def test_traps_print_views_and_session_links_cost_no_requests(archive: Archive) -> None:
    archive.crawl("nghe-an.yen-thanh")
    archive.crawl("ha-tinh.ky-anh")
    paths = [r.path for r in archive.server.log]
    assert not [
        p for p in paths if "/lich/" in p or "thang=" in p or "sid=" in p or "in=1" in p or "/print/" in p
    ]
    assert len(paths) == len({(r.portal, r.path) for r in archive.server.log})
