"""Our packages as others read them: py-wacz, pywb, ReplayWeb.page; and ourselves, into an empty archive."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import text

from storage.database import open_database
from storage.text import fold
from storage.wacz.surt import surt
from storage.warc.captures import Exchange
from storage.warc.writer import iter_captures
from tests import pywb, wacz_rules
from tests.browser import chromium, replayweb
from tests.test_pywb import ROOT, crawl

BIN = ROOT / ".venv-wacz" / "bin"

pytestmark = pytest.mark.xdist_group("wacz")  # one crawl serves all tests of this file


def _huyen(data: Path, registry: Path, *arguments: str) -> str:
    names = {name: value for name, value in os.environ.items() if not name.startswith("HUYEN_")}
    names |= {"HUYEN_DATA": str(data), "HUYEN_REGISTRY": str(registry)}
    command = [sys.executable, "-m", "crawler.cli", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=names, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """The archive of two crawls of three portals, and the package of all of it."""
    data = tmp_path_factory.mktemp("crawl")
    crawl(data)
    path = data / "demo.wacz"
    said = _huyen(data, data / "registry", "export", "--format", "wacz", "-o", str(path))
    with ZipFile(path) as package:
        pages = wacz_rules.pages(package)
    return SimpleNamespace(data=data, registry=data / "registry", path=path, said=said, pages=pages)


def _required(reason: str) -> None:
    if reason and os.environ.get("REQUIRE_WACZ") == "1":
        pytest.fail(f"REQUIRE_WACZ=1, but {reason}")
    elif reason:
        pytest.skip(reason)


@pytest.fixture(scope="module")
def tools() -> None:
    """Skips without py-wacz and ReplayWeb.page, or fails (REQUIRE_WACZ=1)."""
    there = (BIN / "wacz").exists() and (replayweb.FOLDER / "ui.js").exists()
    _required("" if there else f"{BIN.parent} has no py-wacz or ReplayWeb.page; `make test` installs them")


@pytest.fixture(scope="module")
def browser() -> None:
    """Skips without a Chromium, or fails (REQUIRE_WACZ=1)."""
    _required("" if chromium.binary() else "there is no Chromium on this machine")


def test_the_package_of_a_crawl_breaks_no_rule(made: SimpleNamespace) -> None:
    assert wacz_rules.breaches(made.path) == []
    assert made.said.startswith(f"{len(made.pages)} articles, ")
    assert len(made.pages) == 9


def test_the_package_gives_the_same_rows_in_an_empty_archive(made: SimpleNamespace, tmp_path: Path) -> None:
    _huyen(tmp_path, made.registry, "replay", str(made.path))
    again, before = (_huyen(data, made.registry, "export") for data in (tmp_path, made.data))
    assert len(before.splitlines()) > 9
    assert again == before


def test_the_package_of_one_district_has_its_pages_alone(made: SimpleNamespace, tmp_path: Path) -> None:
    path = tmp_path / "mot.wacz"
    said = ("export", "--format", "wacz", "--district", "ly-nhan", "-o", str(path))
    assert _huyen(made.data, made.registry, *said).startswith("3 articles, ")
    assert wacz_rules.breaches(path) == []


def test_py_wacz_finds_it_valid(made: SimpleNamespace, tools: None) -> None:
    done = subprocess.run(
        [BIN / "wacz", "validate", "-f", made.path], capture_output=True, text=True, timeout=300
    )
    assert (done.returncode, "the passed WACZ is valid" in done.stdout) == (0, True), done.stdout


def test_its_index_is_that_of_cdxj_indexer(made: SimpleNamespace, tools: None, tmp_path: Path) -> None:
    with ZipFile(made.path) as package:
        package.extract("archive/data.warc.gz", tmp_path)
        ours = wacz_rules.index(package)
    command = [BIN / "cdxj-indexer", "-s", tmp_path / "archive" / "data.warc.gz"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    theirs = [line.split(" ", 2) for line in done.stdout.splitlines()]
    fields = ("url", "digest", "offset", "length", "filename", "mime")

    def table(lines: Any) -> list[tuple[Any, ...]]:
        return sorted((key, at, *(said.get(name, "unk") for name in fields)) for key, at, said in lines)

    assert table(ours) == table((key, at, json.loads(said)) for key, at, said in theirs)


# Addresses of the kinds that portals have, beside some that only a fault produces.
URLS = (
    "http://thixa.vn", "https://WWW.ThiXa.vn:443/Tin/", "http://thixa.vn:8080/a//b/../c/.",
    "http://xã.vn/đê bao", "http://thixa.vn/?b=2&a=1&a=0&c", "http://thixa.vn/%2541?q=%C4%90+x#y",
    "http://10.0.0.1/?&&=", "http://a.vn/..", f"http://thixa.vn/p.aspx;jsessionid=1?sid={'a' * 32}&x=1",
    f"http://thixa.vn/(S({'a1' * 12}))/Tin.aspx?ID=5", "http://thixa.vn/~user/|^[]`{}",
    "http://thixa.vn/a?b?c=/../d", "http://user:pw@thixa.vn//", "http://thixa.vn./a",
)  # fmt: skip


def test_keys_of_addresses_are_those_of_the_internet_archive(tools: None) -> None:
    program = (
        "import sys, json; from surt import surt; print(json.dumps(list(map(surt, json.load(sys.stdin)))))"
    )
    command = [BIN / "python", "-W", "ignore", "-c", program]
    done = subprocess.run(
        command, input=json.dumps(URLS), capture_output=True, text=True, timeout=60, check=True
    )
    assert list(map(surt, URLS)) == json.loads(done.stdout)


@pytest.fixture(scope="module")
def running(made: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[pywb.Pywb]:
    _required(pywb.missing())
    with pywb.replaying([made.path], tmp_path_factory.mktemp("pywb"), "--unpack-wacz") as found:
        yield found


def test_pywb_shows_every_page_of_it(made: SimpleNamespace, running: pywb.Pywb) -> None:
    bodies: dict[tuple[str, str], Exchange] = {}
    for file in (made.data / "warc").iterdir():
        for one in iter_captures(file):
            if not one.ref.revisit:
                bodies[one.exchange.url, f"{one.exchange.fetched_at:%Y-%m-%dT%H:%M:%SZ}"] = one.exchange
    for page in made.pages:
        exchange = bodies[page["url"], page["ts"]]
        answer = running.replay(exchange)
        assert (answer.status, answer.body) == (200, exchange.body), page["url"]


def test_pywb_lists_every_capture_of_it(made: SimpleNamespace, running: pywb.Pywb) -> None:
    with closing(open_database(f"sqlite:///{made.data / 'archive.db'}")) as db, db.reading() as connection:
        asked = text("SELECT url FROM captures WHERE url IN (SELECT url FROM articles)")
        urls = sorted(connection.execute(asked).scalars())
    sites = {"/".join(page["url"].split("/")[:3]) for page in made.pages}
    listed = [one for site in sites for one in running.listed(site)]
    assert sorted(one["url"] for one in listed) == urls


def _titles(made: SimpleNamespace, text: str) -> list[str]:
    return sorted(page["title"] for page in made.pages if " ".join(page["title"].split()) in text)


def test_replayweb_lists_all_pages(made: SimpleNamespace, tools: None, browser: None) -> None:
    wanted = sorted(page["title"] for page in made.pages)
    assert _titles(made, replayweb.shown(made.path, lambda text: _titles(made, text) == wanted)) == wanted


def test_replayweb_replays_a_page(made: SimpleNamespace, tools: None, browser: None) -> None:
    page = made.pages[-1]
    first = " ".join(page["text"].split("\n")[1].split())[:40]
    at = re.sub(r"\D", "", page["ts"])
    assert first in replayweb.shown(made.path, lambda text: first in text, url=page["url"], ts=at)


def test_replayweb_finds_a_word_without_its_diacritics(
    made: SimpleNamespace, tools: None, browser: None
) -> None:
    words = {word for page in made.pages for word in page["text"].split() if not word.isascii()}
    held = {
        word: [page["title"] for page in made.pages if fold(word) in fold(page["text"])] for word in words
    }
    word = min(word for word, titles in held.items() if len(titles) == 1 and len(word) > 4 and word.isalpha())
    wanted = held[word]
    text = replayweb.shown(
        made.path, lambda text: _titles(made, text) == wanted, view="pages", query=fold(word)
    )
    assert _titles(made, text) == wanted
