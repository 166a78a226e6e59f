"""The status page in a real Chromium, opened from disk: it works, for everybody, and asks for nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.registry import load as registry
from crawler.report import page as reportpage
from crawler.report.figures import gather
from storage.database import open_database
from storage.language.messages import message
from storage.runs import runs
from storage.vocabulary import VIETNAM
from tests.browser.chromium import NAMES, Tab, binary, browsing
from tests.english import english
from tests.storage.making import PORTAL, article, keep

pytestmark = [
    pytest.mark.xdist_group("chromium"),
    pytest.mark.skipif(binary() is None, reason=f"no {' or '.join(NAMES)} on the PATH"),
]
NOW = datetime(2024, 3, 1, 6, 0, tzinfo=VIETNAM)
EVIDENCE = message("limited to {limit} articles; {held} of {named} named are held", limit=9, held=9, named=40)
HOSTILE = "</script><script>document.title='owned'</script><img src=x onerror=document.title='owned'>"
DISTRICTS = {
    "nghe-an": [
        ("do-luong", "Đô Lương", PORTAL, "427"),
        ("yen-thanh", "Yên Thành", "https://yenthanh.nghean.gov.vn", "426"),
    ],
    "ha-nam": [("ly-nhan", "Lý Nhân", "https://lynhan.hanam.gov.vn", "353")],
}
ENTRY = (
    '[{0}]\nname = "{1}"\nkind = "huyện"\ncode = "{3}"\n[[{0}.portals]]\nurl = "{2}"\nfamily = "generic"\n'
)
# The contrast of every text on its background by WCAG 2.2 (1.4.3); texts under 4.5 : 1 are returned.
CONTRAST = """(() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = parts(colour).map((v) => linear(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const colour = getComputedStyle(node).backgroundColor;
      if (parts(colour)[3] !== 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const bad = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let seen = 0;
  for (let text; (text = walker.nextNode()); ) {
    const node = text.parentElement;
    if (!text.data.trim() || !node.checkVisibility() || /SCRIPT/.test(node.tagName)) continue;
    seen++;
    const [a, b] = [light(getComputedStyle(node).color), light(behind(node))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) bad.push(`${text.data} (${node.className})`);
  }
  return seen > 50 ? bad : ["too little text was looked at"];
})()"""

# Cells of the table whose content is wider than they are; a pixel is lost in rounding.
CUT = """[...document.querySelectorAll("#table tbody > tr:not(.detail) > *")]
  .filter((cell) => cell.clientWidth && cell.scrollWidth > cell.clientWidth + 1)
  .map((cell) => [cell.textContent, cell.scrollWidth, cell.clientWidth])"""


def write_page(folder: Path, *, filled: bool) -> str:
    """Writes a page of a small archive, or of an empty one, and returns its address."""
    (folder / "registry").mkdir(parents=True)
    for province, districts in DISTRICTS.items():
        text = "".join(ENTRY.format(*entry) for entry in districts)
        (folder / "registry" / f"{province}.toml").write_text(text, encoding="utf-8")
    database = open_database(f"sqlite:///{folder / 'archive.db'}")
    try:
        if filled:
            _fill(database)
        text = reportpage.page(gather(database, registry.load(folder / "registry"), (), NOW))
    finally:
        database.close()
    reportpage.write(text, folder / "index.html")
    return (folder / "index.html").as_uri()


def _fill(database: Any) -> None:
    day: dict[str, Any] = {"published_precision": "day", "published_source": "visible"}
    kept = [article(f"tin-{n}", published_at=f"2023-0{1 + n}-10", **day) for n in range(5)]
    kept += [article(f"hai-{n}", published_at="2023-01-12", **day) for n in range(2)]
    twice: dict[str, Any] = {"title": HOSTILE, "exact": "0" * 16, "published_at": "2022-12-31", **day}
    kept += [article("goc", **twice), article("chep", 1, **twice)]
    keep(database, kept)
    for district, portal, name in (
        ("nghe-an.do-luong", PORTAL, "ok"),
        ("ha-nam.ly-nhan", "https://lynhan.hanam.gov.vn", "broken"),
    ):
        run = runs.start(database, district, portal)
        said = [HOSTILE] if name == "broken" else [EVIDENCE]
        runs.finish(database, run, name, {"new": 9, "failed": 1, "requests": 1_240}, said)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_page(tmp_path_factory.mktemp("page"), filled=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Tab]:
    with browsing() as tab:
        yield tab


@pytest.fixture
def tab(browser: Tab, address: str) -> Tab:
    """The page, opened anew in a desktop window."""
    browser.look(1280, 900)
    browser.open("about:blank")
    browser.open(address)
    return browser


def portals(tab: Tab) -> list[str]:
    """The names of the portals in the table, from top to bottom."""
    found: list[str] = tab.run(
        "[...document.querySelectorAll('#table tbody th button')].map(b => b.textContent)"
    )
    return found


def enter(tab: Tab, selector: str, value: str, event: str) -> None:
    script = f"e.value = '{value}'; e.dispatchEvent(new Event('{event}'))"
    tab.run(f"{{const e = document.querySelector('{selector}'); {script}}}")


def test_it_opens_from_disk_without_a_fault_and_asks_for_nothing(tab: Tab, address: str) -> None:
    tab.run("document.querySelectorAll('#table tbody th button').forEach(b => b.click())")
    assert tab.faults() == []
    assert tab.requests() == [address]
    assert tab.run("document.documentElement.lang") == "en"


def test_text_of_the_archive_is_shown_as_text(tab: Tab) -> None:
    tab.run("document.querySelectorAll('#table tbody th button').forEach(b => b.click())")
    assert HOSTILE in tab.run("document.getElementById('duplicates').textContent")
    assert HOSTILE in tab.run("document.querySelector('.evidence').textContent")
    assert tab.run("document.title") == "State of the archive"
    assert tab.run("document.querySelectorAll('img').length") == 0


def test_the_vietnamese_page_is_vietnamese(tab: Tab) -> None:
    """Words, evidence and counts, with every portal open; days and numbers as Vietnamese writes them."""
    tab.run("document.querySelector('[data-language=vi]').click()")
    tab.run("document.querySelectorAll('#table tbody th button').forEach(b => b.click())")
    tab.run("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert len(districts(tab)) == 696
    told = tab.run("document.querySelector('main').innerText").replace(HOSTILE, "")
    labels = tab.run("[...document.querySelectorAll('[aria-label]')].map(n => n.ariaLabel).join('\\n')")
    titles = tab.run("[...document.querySelectorAll('[title]')].map(n => n.title).join('\\n')")
    assert english(told) == english(labels) == english(titles.replace(HOSTILE, "")) == []
    assert "giới hạn 9 bài; đã lưu 9 trong 40 bài được nêu" in told
    assert "yêu cầu 1.240" in told
    assert "10/05/2023" in told
    assert re.findall(r"\d{4}-\d{2}", told + labels) == []


def test_what_needs_a_person_comes_first(tab: Tab) -> None:
    assert portals(tab) == ["Lý Nhân", "Yên Thành", "Đô Lương"]
    words = tab.run("[...document.querySelectorAll('#table td .verdict')].map(v => v.textContent)")
    assert words == ["broken", "never run", "ok"]


def test_a_column_sorts_by_keyboard_and_says_so(tab: Tab) -> None:
    tab.run("document.querySelector('th[data-key=articles] button').focus()")
    tab.press("Enter")
    assert portals(tab)[0] == "Đô Lương"
    assert tab.run("document.querySelector('th[data-key=articles]').ariaSort") == "descending"
    tab.press("Enter")
    assert portals(tab)[-1] == "Đô Lương"
    assert tab.run("document.querySelector('th[data-key=articles]').ariaSort") == "ascending"
    sorted_ = (
        "document.querySelectorAll('#table [aria-sort=ascending], #table [aria-sort=descending]').length"
    )
    assert tab.run(sorted_) == 1
    assert tab.run("document.activeElement.closest('th').dataset.key") == "articles"


def test_search_knows_no_diacritics(tab: Tab) -> None:
    for query in ("do luong", "ĐÔ lương", "DoLuong.NgheAn"):
        enter(tab, "#query", query, "input")
        assert portals(tab) == ["Đô Lương"]
    assert "1 of 3" in tab.run("document.getElementById('shown').textContent")


def test_province_and_verdict_narrow_the_table(tab: Tab, address: str) -> None:
    enter(tab, "#province", "Nghệ An", "change")
    assert sorted(portals(tab)) == ["Yên Thành", "Đô Lương"]
    tab.run("document.querySelector('[data-verdict=never]').click()")
    assert portals(tab) == ["Yên Thành"]
    assert tab.run("document.querySelector('[data-verdict=never]').ariaPressed") == "true"
    view = tab.run("location.href")
    tab.open("about:blank")
    tab.open(view)
    assert portals(tab) == ["Yên Thành"]


def test_the_language_can_be_switched_and_is_the_reader_s_at_first(tab: Tab, address: str) -> None:
    tab.run("document.querySelector('[data-language=vi]').click()")
    assert tab.run("[document.documentElement.lang, document.title]") == ["vi", "Tình trạng kho lưu trữ"]
    assert tab.run("document.querySelector('#table .verdict').textContent") == "hỏng"
    tab.call("Emulation.setUserAgentOverride", userAgent="test", acceptLanguage="vi-VN")
    tab.open("about:blank")
    tab.open(address)
    assert tab.run("document.documentElement.lang") == "vi"
    tab.call("Emulation.setUserAgentOverride", userAgent="test", acceptLanguage="en-GB")


def test_a_portal_opens_its_calendar_by_keyboard(tab: Tab) -> None:
    assert tab.run("document.querySelectorAll('.calendar').length") == 0
    tab.run("document.querySelectorAll('#table tbody th button')[2].focus()")
    tab.press("Enter")
    assert tab.run("document.activeElement.ariaExpanded") == "true"
    totals = tab.run("[...document.querySelectorAll('.calendar .number')].map(n => n.textContent)")
    assert totals == ["2", "7", "0"]
    assert tab.run("document.querySelectorAll('.calendar .l2').length") == 2  # two days with more than one
    assert "2023-05-11 to 2024-03-01 (296 days)" in tab.run("document.querySelector('.detail').textContent")
    assert tab.run("document.querySelectorAll('.strip')[2].childElementCount") > 1
    tab.press("Enter")
    assert tab.run("document.querySelectorAll('.detail').length") == 0
    tab.run("document.querySelectorAll('#table tbody th button').forEach(b => b.click())")
    spans = tab.run("[...document.querySelectorAll('.detail > td')].map(d => d.colSpan)")
    assert spans == [9, 9, 9]  # the tables inside do not count


def test_fields_and_dates_of_every_portal_can_be_compared(tab: Tab) -> None:
    enter(tab, "#view", "fields", "change")
    tab.run("document.querySelector('th[data-key=body] button').click()")
    assert portals(tab)[0] == "Đô Lương"
    assert tab.run("document.querySelector('#table tbody tr td:nth-of-type(4)').textContent") == "100 %"
    enter(tab, "#view", "dates", "change")
    heads = tab.run("[...document.querySelectorAll('#table thead th')].map(h => h.textContent)")
    assert {"visible line", "inferred", "minute", "day"} <= set(heads)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_the_contrast_of_aa(tab: Tab, scheme: str) -> None:
    tab.look(1280, 900, scheme)
    tab.run("document.querySelectorAll('#table tbody th button').forEach(b => b.click())")
    dark = tab.run("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
    assert dark == (scheme == "dark")
    assert tab.run(CONTRAST) == []


def test_a_phone_needs_no_scrolling_sideways(tab: Tab) -> None:
    tab.look(390, 844)
    tab.run("document.querySelectorAll('#table tbody th button').forEach(b => b.click())")
    assert tab.run("document.documentElement.scrollWidth") <= 390
    assert tab.run("document.querySelector('#table').getBoundingClientRect().right") <= 390
    assert tab.run(CUT) == []


@pytest.mark.parametrize(("width", "media"), [(800, ""), (1280, ""), (760, "print")])
def test_no_cell_runs_into_its_neighbour(tab: Tab, width: int, media: str) -> None:
    tab.look(width, 900, media=media)
    assert tab.run(CUT) == []
    assert tab.run("document.querySelector('td .verdict').closest('td').clientWidth") > 60


def test_every_control_has_a_name(tab: Tab) -> None:
    tab.run("document.querySelectorAll('#table tbody th button').forEach(b => b.click())")
    tab.call("Accessibility.enable")
    nodes = tab.call("Accessibility.getFullAXTree")["nodes"]
    roles = {
        "button",
        "link",
        "combobox",
        "searchbox",
        "image",
        "img",
        "table",
        "navigation",
        "region",
        "group",
    }
    controls = [node for node in nodes if not node["ignored"] and node.get("role", {}).get("value") in roles]
    unnamed = [
        node["role"]["value"]
        for node in controls
        if not node.get("name", {}).get("value") and node["role"]["value"] not in ("table", "group")
    ]
    assert len(controls) > 20
    assert unnamed == []


def test_an_empty_archive_says_so(browser: Tab, tmp_path: Path) -> None:
    browser.open(write_page(tmp_path, filled=False))
    assert "no article yet" in browser.run("document.getElementById('notice').textContent")
    assert portals(browser) == ["Đô Lương", "Lý Nhân", "Yên Thành"]  # none ran: by name
    browser.run("document.querySelectorAll('#table tbody th button').forEach(b => b.click())")
    assert browser.faults() == []


# -- the census


def districts(tab: Tab) -> list[str]:
    """The names of the districts in the census, from top to bottom."""
    tab.run("document.getElementById('census').scrollIntoView()")
    rows = "document.querySelectorAll('#country tbody tr').length"
    for _ in range(500):  # the observer is called with one of the next frames
        if tab.run(f"new Promise(done => requestAnimationFrame(() => done({rows})))"):
            break
    found: list[str] = tab.run(
        "[...document.querySelectorAll('#country tbody th')].map(th => th.firstChild.textContent)"
    )
    return found


def test_the_census_has_every_district_and_its_gaps_first(tab: Tab) -> None:
    names = districts(tab)
    assert len(names) == 696
    assert names[-1] == "Đô Lương"
    words = tab.run("[...document.querySelectorAll('#country tbody .verdict')].map(v => v.textContent)")
    assert (words[0], words[-2:]) == ("no portal known", ["nothing held yet", "held"])
    assert "696 of 696 districts; articles of 1 are held" in tab.run(
        "document.getElementById('census-shown').textContent"
    )
    assert tab.faults() == []


def test_the_census_sorts_and_narrows(tab: Tab, address: str) -> None:
    districts(tab)
    tab.run("document.querySelector('#country th[data-key=articles] button').click()")
    assert districts(tab)[0] == "Đô Lương"
    tab.run("document.querySelector('#country th[data-key=district] button').click()")
    assert districts(tab)[0] == "1"  # the districts of Hồ Chí Minh City that bear numbers
    enter(tab, "#census-province", "Hà Nam", "change")
    assert sorted(districts(tab)) == ["Bình Lục", "Duy Tiên", "Kim Bảng", "Lý Nhân", "Phủ Lý", "Thanh Liêm"]
    tab.run("document.querySelector('[data-gap=empty]').click()")
    assert districts(tab) == ["Lý Nhân"]
    view = tab.run("location.href")
    tab.open("about:blank")
    tab.open(view)
    assert districts(tab) == ["Lý Nhân"]


def test_the_census_speaks_vietnamese(tab: Tab) -> None:
    districts(tab)
    tab.run("document.querySelector('[data-language=vi]').click()")
    heads = tab.run("[...document.querySelectorAll('#country thead th')].map(th => th.textContent)")
    assert heads[:2] == ["Đơn vị", "Tình trạng lưu trữ"]
    assert tab.run("document.querySelector('#country tbody .verdict').textContent") == "chưa biết cổng"


def test_the_census_is_read_on_a_phone(tab: Tab) -> None:
    tab.look(390, 844)
    districts(tab)
    assert tab.run("document.documentElement.scrollWidth") <= 390
    assert tab.run("document.querySelector('#country').getBoundingClientRect().right") <= 390
    assert tab.run(CUT.replace("#table", "#country")) == []
    assert (
        tab.run("[...document.querySelectorAll('#country thead th')].filter(th => th.offsetParent).length")
        == 3
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_census_has_the_contrast_of_aa(tab: Tab, scheme: str) -> None:
    tab.look(1280, 900, scheme)
    districts(tab)
    assert tab.run(CONTRAST) == []
    assert tab.run(CUT.replace("#table", "#country")) == []
