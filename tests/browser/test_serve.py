"""The archive in a real Chromium, as a reader walks through it: on a wide screen, on a phone, in the dark."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import urlsplit

import pytest

from storage.database import open_database
from tests.browser import replayweb
from tests.browser.chromium import NAMES, Tab, binary, browsing
from tests.browser.test_report_page import CONTRAST
from tests.web.serving import Web, fill, serving
from web.replay import viewer

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("chromium"),
    pytest.mark.skipif(binary() is None, reason=f"no {' or '.join(NAMES)} on the PATH"),
]
PATHS = (
    "/",
    "/search?q=de",
    "/coverage",
    "/figures",
    "/district/nghe-an.do-luong",
    "/article/{}",
    "/article/{}/diff/1/2",
)
AXE = replayweb.FOLDER.parent / "axe" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TOLD = "(one) => [one.id, one.nodes.slice(0, 3).map((node) => node.html)]"
# Controls and pictures without a name, and the levels of headings (WCAG 1.1.1, 1.3.1, 4.1.2).
UNNAMED = """[...document.querySelectorAll("a, button, input:not([type=hidden]), svg")]
  .filter((one) => !(one.textContent.trim() || one.getAttribute("aria-label") || one.labels?.length))
  .map((one) => one.outerHTML)"""
HEADINGS = '[...document.querySelectorAll("h1, h2, h3")].map((one) => Number(one.tagName[1]))'


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Web, dict[str, str]]]:
    folder = tmp_path_factory.mktemp("served")
    url = f"sqlite:///{folder / 'archive.db'}"
    database = open_database(url)
    ids = fill(database, folder / "warc")
    database.close()
    with serving(url, folder / "warc", viewer=viewer(replayweb.FOLDER)) as web:
        yield web, ids


@pytest.fixture(scope="module")
def tab() -> Iterator[Tab]:
    with browsing("en-GB") as one:
        yield one


def follow(tab: Tab, selector: str) -> None:
    """Follows the first link that `selector` finds, or sends its form."""
    tab.events.clear()
    tab.run(f"document.querySelector({selector!r}).click()")
    while not any(event.get("method") == "Page.loadEventFired" for event in tab.events):
        tab.events.append(tab._next())


def test_a_reader_goes_from_a_word_to_its_proof(tab: Tab, archive: tuple[Web, dict[str, str]]) -> None:
    web, ids = archive
    tab.look(1200, 900)
    tab.open(web.base + "/?lang=vi")
    tab.run("document.querySelector('#q').value = 'xuat khau'")
    follow(tab, "header form button")
    assert tab.run("document.querySelector('h1').textContent") == "Tìm kiếm: xuat khau"
    assert tab.run("[...document.querySelectorAll('mark')].map((one) => one.textContent)") == ["Xuất", "khẩu"]
    follow(tab, ".articles .title")
    assert tab.run("location.pathname") == f"/article/{ids['meeting']}"
    follow(tab, "a[href*='/diff/1/2']")
    assert tab.run("document.querySelector('ins').textContent") == "đã"
    tab.open(f"{web.base}/article/{ids['meeting']}/1")
    assert tab.run("document.querySelector('a[href$=\"/record/1\"]').textContent") == "WARC"
    follow(tab, "a[href$='/raw/1']")
    assert "<h1>Hội nghị xóm Đông</h1>" in tab.run("document.body.textContent")
    assert tab.run("document.title") != "owned"


def test_a_facet_narrows_and_is_taken_away_again(tab: Tab, archive: tuple[Web, dict[str, str]]) -> None:
    web, _ = archive
    tab.open(f"{web.base}/search?lang=en")
    before = tab.run("document.querySelector('.count').textContent")
    follow(tab, "aside a[href*='year=2022']")
    assert tab.run("document.querySelectorAll('.chosen li').length") == 1
    follow(tab, ".chosen a")
    assert tab.run("document.querySelector('.count').textContent") == before


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_can_be_read_by_all(
    tab: Tab, archive: tuple[Web, dict[str, str]], path: str, scheme: str
) -> None:
    web, ids = archive
    tab.look(1200, 900, scheme)
    tab.open(web.base + path.format(ids["meeting"]))
    assert tab.run(CONTRAST.replace("seen > 50", "seen > 8")) == []
    assert tab.run(UNNAMED) == []
    levels = tab.run(HEADINGS)
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("path", PATHS)
def test_a_phone_needs_no_scrolling_sideways_and_nothing_comes_from_elsewhere(
    tab: Tab, archive: tuple[Web, dict[str, str]], path: str
) -> None:
    web, ids = archive
    tab.look(360, 740)
    tab.open(web.base + path.format(ids["meeting"]))
    assert tab.run("document.documentElement.scrollWidth") <= 360
    assert all(url.startswith(web.base) for url in tab.requests())
    assert tab.faults() == []


def test_a_hostile_article_does_nothing(tab: Tab, archive: tuple[Web, dict[str, str]]) -> None:
    web, ids = archive
    tab.look(1200, 900)
    tab.open(f"{web.base}/article/{ids['hostile']}")
    assert "<script>" in tab.run("document.querySelector('h1').textContent")
    assert tab.run("document.title") != "owned"
    assert tab.run("document.querySelectorAll('a[href^=javascript]').length") == 0


@pytest.mark.skipif(viewer(replayweb.FOLDER) is None, reason="ReplayWeb.page is not installed")
def test_a_page_is_shown_as_it_looked_on_an_origin_of_its_own(
    tab: Tab, archive: tuple[Web, dict[str, str]]
) -> None:
    web, ids = archive
    tab.look(1200, 900)
    tab.open(f"{web.base}/article/{ids['meeting']}/1")
    address = tab.run("document.querySelector('a[target=_blank]').href")
    assert urlsplit(address).netloc != urlsplit(web.base).netloc
    tab.open(address)
    shown = replayweb.seen(tab, lambda text: "Hội nghị xóm Đông" in text)
    assert "Hội nghị xóm Đông" in shown
    # what runs in a captured page reads nothing of the archive's pages
    theft = f"fetch('{web.base}/api/articles').then(() => 'read', () => 'kept')"
    assert tab.run(theft) == "kept"
    assert web.get(f"/{ids['meeting']}/1").status == 404
    assert Web(f"http://{urlsplit(address).netloc}").get("/api/articles").status == 404


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault_on_any_page(tab: Tab, archive: tuple[Web, dict[str, str]], scheme: str) -> None:
    web, ids = archive
    more = ("/search?q=khong+co", "/codebook", "/api", f"/story/{ids['again']}", "/nothing")
    script = AXE.read_text(encoding="utf-8")
    asked = f"axe.run(document, {{runOnly: {RULES}}}).then((done) => done.violations.map({TOLD}))"
    faults = {}
    for n, path in enumerate((*PATHS, *more)):
        tab.look(*((1200, 900), (360, 740))[n % 2], scheme)
        sign, language = "&" if "?" in path else "?", ("vi", "en")[n % 2]
        tab.open(f"{web.base}{path.format(ids['meeting'])}{sign}lang={language}")
        tab.run("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        tab.run(f"{script};1")
        assert (web.get(path.format(ids["meeting"])).status == 200) is (path != "/nothing"), path
        if found := tab.run(asked):
            faults[path] = found
    assert faults == {}
