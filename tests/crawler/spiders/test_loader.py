"""Every entry of the registry is a spider, and Scrapy's own command line says in one line what is none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

from crawler.spiders.loader import DistrictLoader, NoSuchSpider
from crawler.spiders.portal import PortalSpider

ENTRY = """
[{0}]
name = "{0}"
kind = "huyện"
code = "{1}"
portals = [{{ url = "http://127.0.0.1:9/{0}", family = "generic" }}]
"""


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "registry"
    folder.mkdir()
    (folder / "nghe-an.toml").write_text(
        ENTRY.format("do-luong", "427") + ENTRY.format("broken", "x"), "utf-8"
    )
    (folder / "ha-nam.toml").write_text(ENTRY.format("ly-nhan", "353"), "utf-8")
    monkeypatch.setenv("HUYEN_REGISTRY", str(folder))
    return folder


def loader() -> DistrictLoader:
    return DistrictLoader.from_settings(Settings())


def test_scrapy_takes_it_for_a_spider_loader() -> None:
    found = get_spider_loader(Settings({"SPIDER_LOADER_CLASS": "crawler.spiders.loader.DistrictLoader"}))
    assert isinstance(found, DistrictLoader)


def test_whole_entries_are_listed(registry: Path) -> None:
    assert loader().list() == ["ha-nam.ly-nhan", "nghe-an.do-luong"]


@pytest.mark.parametrize("name", ["nghe-an.do-luong", "do-luong"])
def test_a_spider_knows_its_district(registry: Path, name: str) -> None:
    spider = loader().load(name)
    assert issubclass(spider, PortalSpider)
    assert (spider.name, spider.district.id, spider.district.code) == (
        "nghe-an.do-luong",
        "nghe-an.do-luong",
        "427",
    )


def test_two_spiders_do_not_share_their_district(registry: Path) -> None:
    spiders = loader()
    assert vars(spiders.load("do-luong"))["district"] != vars(spiders.load("ly-nhan"))["district"]


@pytest.mark.parametrize(
    ("name", "words"), [("do-loung", "did you mean nghe-an.do-luong"), ("broken", "key code")]
)
def test_what_is_no_spider_is_a_usage_error_and_a_key_error(registry: Path, name: str, words: str) -> None:
    with pytest.raises(NoSuchSpider, match=words) as caught:
        loader().load(name)
    assert isinstance(caught.value, KeyError)
    assert not str(caught.value).startswith(("'", '"'))


def test_a_request_finds_the_spider_of_its_portal(registry: Path) -> None:
    assert loader().find_by_request(Request("http://127.0.0.1:9/do-luong/tin-1")) == ["nghe-an.do-luong"]
    assert loader().find_by_request(Request("http://127.0.0.1:10/")) == []


def scrapy(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"SCRAPY_SETTINGS_MODULE": "crawler.settings"}
    command = [sys.executable, "-m", "scrapy", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)


@pytest.mark.slow
def test_scrapy_list_prints_the_ids(registry: Path) -> None:
    done = scrapy("list")
    assert (done.returncode, done.stdout.split()) == (0, ["ha-nam.ly-nhan", "nghe-an.do-luong"])


@pytest.mark.slow
def test_scrapy_crawl_of_an_unknown_district_is_wrong_use(
    registry: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUYEN_DATA", str(tmp_path / "data"))
    done = scrapy("crawl", "do-loung")
    assert done.returncode == 2
    assert "did you mean nghe-an.do-luong" in done.stderr
    assert "Traceback" not in done.stderr
