"""A page kept with its pictures and with what it draws with looks in pywb and ReplayWeb.page as it did."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile

import pytest

from crawler import config
from crawler.commands.collect.replay import read_files
from crawler.registry.load import load
from tests import pywb, wacz_rules
from tests.browser import chromium, replayweb
from tests.crawler.filing.dressed import ARTICLE, COUNTERS, OWN, STORED, dressed

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dressed")]  # one crawl serves all tests of this file

# How the page looks: widths of its pictures by id, and what style sheets and scripts made of it
_LOOK = """(doc => {
  const style = (at, name) => getComputedStyle(doc.querySelector(at))[name];
  return JSON.stringify({
    pictures: Object.fromEntries([...doc.querySelectorAll('img[id]')].map(i => [i.id, i.naturalWidth])),
    colour: style('body', 'color'), spacing: style('h1', 'letterSpacing'), width: style('.noi-dung', 'width'),
    indent: style('.ngay', 'textIndent'), script: doc.documentElement.dataset.chay || ''});
})"""
# In ReplayWeb.page, whose shadow trees and frames hold the page; "" before it is there
_FOUND = """(() => {
  const walk = node => {
    const frame = node.nodeName === 'IFRAME' && node.contentDocument;
    if (frame && frame.querySelector('#doi')) return frame;
    const inside = [...(node.shadowRoot ? node.shadowRoot.childNodes : []), ...node.childNodes];
    if (frame && frame.documentElement) inside.push(frame.documentElement);
    for (const child of inside) { const found = walk(child); if (found) return found; }
    return null;
  };
  const doc = walk(document.documentElement);
  return doc && doc.readyState === 'complete' && doc.querySelector('.ngay') ? LOOK(doc) : '';
})()""".replace("LOOK", _LOOK)


def _width(path: str) -> int:
    return 40 + 10 * (sum(path.encode()) % 90)


LOOKS: dict[str, Any] = {
    "pictures": {
        "bieu": _width("/anh/bieu-trung.png"), "cham": _width("/anh/cong-lang.png"),
        "doi": _width("/anh/doi-hinh-lon.png"),
    },
    "colour": "rgb(1, 2, 3)", "spacing": "3px", "width": "700px", "indent": "7px", "script": "roi",
}  # fmt: skip


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """A portal crawled, and a package of it."""
    folder = tmp_path_factory.mktemp("dressed")
    with dressed(folder) as site:
        site.made.huyen("crawl", "son-ha")
        path = folder / "trang.wacz"
        site.made.huyen("export", "--format", "wacz", "-o", str(path))
    with ZipFile(path) as package:
        (page,) = wacz_rules.pages(package)
    yield SimpleNamespace(site=site, path=path, url=site.own.url + ARTICLE, page=page)


def _required(reason: str) -> None:
    if reason and os.environ.get("REQUIRE_WACZ") == "1":
        pytest.fail(f"REQUIRE_WACZ=1, but {reason}")
    elif reason:
        pytest.skip(reason)


def _looks(told: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(told)
    found["pictures"].pop("le", None)  # its naturalWidth is the one that `sizes` asks for
    return found


def test_what_a_page_draws_with_is_fetched_once(kept: SimpleNamespace) -> None:
    asked = [path for path in kept.site.own.paths() if path in OWN]
    assert sorted(asked) == sorted(OWN)
    drawn = "SELECT count(*), count(next_at) FROM files WHERE kind = 'requisite' AND status = 'kept'"
    assert kept.site.made.rows(drawn) == [(12, 0)]


def test_neither_counters_nor_hosts_of_others_are_asked(kept: SimpleNamespace) -> None:
    site = kept.site
    assert site.asked(site.stored) == STORED
    assert site.other.asked == []
    assert not COUNTERS & set(site.own.paths())
    told = {url.rpartition("/")[2]: status for url, status in site.made.rows("SELECT url, status FROM files")}
    assert {told["ban-do.js"], told["quang-cao.png"]} == {"off_site"}
    assert not {"gtag.js", "bo-dem.js", "phong-chu.eot"} & set(told)


def test_it_looks_in_pywb_as_it_did(kept: SimpleNamespace, tmp_path: Path) -> None:
    _required(pywb.missing() or ("" if chromium.binary() else "there is no Chromium on this machine"))
    files = sorted((kept.site.made.data / "warc").iterdir())
    with pywb.replaying(files, tmp_path) as running, chromium.browsing() as tab:
        tab.look(1200, 900)
        tab.open(f"http://127.0.0.1:{running.port}/{pywb.NAME}/2/{kept.url}")
        until = time.monotonic() + 60
        while not (told := str(tab.run(_FOUND))) or _looks(told) != LOOKS:
            assert time.monotonic() < until, told
            time.sleep(0.2)
        answers = [
            one["params"]["response"] for one in tab.events if one["method"] == "Network.responseReceived"
        ]
    asked = {one["url"].partition("_/")[2]: one["status"] for one in answers if "/2" in one["url"]}
    ours = {url: status for url, status in asked.items() if url.startswith(kept.site.own.url)}
    assert len(ours) > 10 and not [url for url, status in ours.items() if status != 200 and not _counts(url)]


def _counts(url: str) -> bool:
    return any(url.endswith(path) for path in COUNTERS)


def test_it_looks_in_replayweb_as_it_did(kept: SimpleNamespace) -> None:
    there = (replayweb.FOLDER / "ui.js").exists() and chromium.binary()
    _required("" if there else "ReplayWeb.page or Chromium is not installed; `make test` installs it")
    at = re.sub(r"\D", "", kept.page["ts"])
    asked = {"url": kept.url, "ts": at}
    told = replayweb.shown(kept.path, lambda text: bool(text) and _looks(text) == LOOKS, _FOUND, **asked)
    assert _looks(told) == LOOKS


def test_a_replay_has_the_same_files(
    kept: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = kept.site.made
    monkeypatch.setenv("HUYEN_DATA", str(tmp_path))
    known = load(made.folder / "nghe-an.toml")
    assert read_files(config.load(tmp_path), known, [made.data / "warc"], jobs=1) == 0
    told = "SELECT url, kind, version FROM files WHERE status = 'kept' ORDER BY url"
    with closing(sqlite3.connect(tmp_path / "archive.db")) as archive:
        assert archive.execute(told).fetchall() == made.rows(told)
