"""`huyen districts probe`: what it finds at portals of each system, and what it says where nothing is."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin

import pytest

from crawler.cli import main
from crawler.probe.fingerprints import recognise
from crawler.probe.proposal import Place, placed, toml
from crawler.probe.sections import Fetched, candidates
from crawler.probe.survey import MAX_REQUESTS, Section, Survey, survey
from crawler.registry.load import load
from fixtures.families import SYSTEMS, site
from fixtures.portal import definitions
from fixtures.server import FixtureServer
from fixtures.truth import truth
from pipelines.html.parse import parse_text
from tests.crawler.families.test_new_families import answering
from tests.crawler.site import Answer, serve
from tests.fixtures_test.client import ask

ROOT = Path(__file__).parents[3]
FIXTURES = {d.key: d for d in definitions()}


class PlainNet:
    """A survey's network without Scrapy: the portals answer over real connections, at full speed."""

    sitemaps: tuple[str, ...] = ()
    crawl_delay: float | None = None

    def __init__(self) -> None:
        self.asked = 0

    async def get(self, url: str, form: dict[str, str] | None = None) -> Fetched:
        self.asked += 1
        answer = ask(url, form)
        if answer.status in (301, 302):
            return await self.get(urljoin(url, answer.headers["location"]))
        return Fetched(url, answer.status, answer.headers, answer.body, datetime.now(UTC))


@contextmanager
def portal(name: str) -> Iterator[tuple[str, set[str], set[str]]]:
    """The address of a portal while it is served, the paths of its sections, the titles of its articles."""
    if name in SYSTEMS:
        shown = site(name)
        with serve(answering(name)) as served:
            yield (
                served.url,
                {s.path for s in shown.definition.sections},
                {item.title for item in shown.articles()},
            )
        return
    with FixtureServer(base_port=0) as server:
        titles = {entry["title"] for entry in truth(name)}
        yield server.url(name), {s.path for s in FIXTURES[name].sections}, titles


@pytest.mark.parametrize("name", [*FIXTURES, *SYSTEMS])
def test_a_portal_is_recognised_and_its_entry_loads(name: str, tmp_path: Path) -> None:
    net = PlainNet()
    with portal(name) as (url, sections, titles):
        found = asyncio.run(survey(url, net))
    assert found.guess.family == (FIXTURES[name].family if name in FIXTURES else name)
    assert {section.path for section in found.sections} == sections
    assert all(section.newest for section in found.sections)
    assert found.sample is not None and found.sample.title in titles
    assert any("further articles" in note for note in found.notes)
    assert net.asked <= MAX_REQUESTS
    (tmp_path / "nghe-an.toml").write_text(toml(found, Place(), 0), encoding="utf-8")
    entry = load(tmp_path).strict().resolve("ten-huyen").portals[0]
    assert (entry.url, entry.family, set(entry.sections)) == (url, found.guess.family, sections)


def test_feeds_and_sitemaps_are_proposed_with_what_they_hold() -> None:
    with portal("yen-thanh") as (url, _, _):
        found = asyncio.run(survey(url, PlainNet()))
    assert found.feeds == {"/rss.xml": 15}
    assert found.sitemaps == {"/sitemap.xml": (len(truth("yen-thanh")), 0)}


def test_on_a_host_of_many_sites_only_sections_of_the_own_one_are_looked_at() -> None:
    with serve(answering("liferay")) as served:
        home = served.url + "/web/huyen/tin-tuc-su-kien"
        found = asyncio.run(survey(home, PlainNet()))
    assert found.portal == home
    assert not [path for path in served.paths() if "/web/tinh" in path]


@pytest.mark.parametrize(
    ("markup", "headers", "addresses", "expected"),
    [
        ("<meta name='generator' content='WordPress 5.4'>", {}, [], ("wordpress", "certain")),
        ('<meta content="NukeViet v4" name="generator">', {}, [], ("nukeviet", "certain")),
        ('<meta name="generator" content="Joomla! 1.5">', {}, [], ("joomla", "certain")),
        ("", {"Liferay-Portal": "Liferay Portal Community Edition 6.1"}, [], ("liferay", "certain")),
        ("", {"MicrosoftSharePointTeamServices": "15.0"}, [], ("hanam", "likely")),
        ("", {}, [f"/ban-tin-so-{n}.html" for n in range(5)], ("ninhbinh", "guess")),
        ("", {}, ["/ban-tin-so-1.html", "/ban-tin-so-2.html"], ("generic", "none")),
        ("<p>Bài viết về WordPress và Joomla</p>", {}, [], ("generic", "none")),
    ],
)
def test_the_marks_of_systems(
    markup: str, headers: dict[str, str], addresses: list[str], expected: tuple[str, str]
) -> None:
    guess = recognise("huyen.test", [markup], headers, addresses)
    assert (guess.family, guess.sure) == expected


def test_no_text_of_a_page_breaks_out_of_the_entry(tmp_path: Path) -> None:
    found = Survey("https://huyen.test", notes=['a"\n[b]\nc = "\x7f\x00\u2028'])
    found.sections = [Section('/x?a="\\]\x7f', 'Tin\n[tin]\rx = "', 3, None)]
    (tmp_path / "nghe-an.toml").write_text(toml(found, Place(), 2.5), encoding="utf-8")
    registry = load(tmp_path).strict()
    assert [d.id for d in registry.districts] == ["nghe-an.ten-huyen"]
    assert registry.districts[0].portals[0].sections == ('/x?a="\\]\x7f',)
    assert registry.districts[0].portals[0].delay == 2.5


def test_a_district_of_the_registry_lends_its_name_and_code() -> None:
    known = placed("do-luong")
    assert (known.table, known.name, known.code, known.known) == ("do-luong", "Đô Lương", "427", True)
    assert placed("Anh Sơn") == Place("anh-son", "Anh Sơn")
    assert placed("nghe-an.anh-son").table == "anh-son"


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", *arguments],
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "SCRAPY_SETTINGS_MODULE": "crawler.settings",
        }
        | {"HUYEN_REGISTRY": str(folder / "nghe-an.toml"), "HUYEN_DATA": str(folder / "data")},
        capture_output=True,
        text=True,
        timeout=120,
    )


def probe(folder: Path, url: str, *options: str) -> subprocess.CompletedProcess[str]:
    return run(folder, "crawler.cli", "districts", "probe", url, "--delay", "0", *options)


@pytest.mark.slow
def test_what_the_command_prints_can_be_crawled(tmp_path: Path) -> None:
    with serve(answering("nukeviet")) as served:
        done = probe(tmp_path, served.url)
        assert (done.returncode, done.stderr) == (0, "")
        assert not (tmp_path / "data").exists()
        assert served.paths()[0] == "/robots.txt"
        (tmp_path / "nghe-an.toml").write_text(done.stdout, encoding="utf-8")
        crawl = run(tmp_path, "scrapy", "crawl", "nghe-an.ten-huyen")
        assert crawl.returncode == 0, crawl.stderr
    runs = json.loads(run(tmp_path, "crawler.cli", "runs", "--json").stdout)
    assert runs[0]["verdict"] == "ok"
    assert runs[0]["counts"]["new"] == len(site("nukeviet").articles())


def page(body: str) -> Answer:
    return Answer(f"<html><body>{body}</body></html>".encode(), headers={"Content-Type": "text/html"})


@pytest.mark.slow
def test_no_more_requests_leave_than_promised(tmp_path: Path) -> None:
    menu = "".join(f'<a href="/tin-{n}">Tin số {n}</a>' for n in range(60))

    def answer(path: str, _: dict[str, str]) -> Answer:
        if path.startswith("/x"):  # every page leads on once more
            items = "".join(
                f'<p><a href="{path}/{n}-hoi-nghi-giao-ban-thang-{n}.html">Hội nghị giao ban công tác '
                f"tháng {n} của Ủy ban nhân dân huyện</a></p>"
                for n in range(9)
            )
            return page(menu + items + f'<a class="next" href="{path}?page=2">2</a>')
        return Answer(status=302, headers={"Location": f"/x{path}"})

    with serve(answer) as served:
        done = probe(tmp_path, served.url, "--json")
        assert len(served.asked) <= MAX_REQUESTS
    assert json.loads(done.stdout)["requests"] == len(served.asked)


@pytest.mark.slow
def test_a_page_without_listings_is_status_1_and_says_so(tmp_path: Path) -> None:
    with serve(lambda path, _: page("<p>Trang đang được nâng cấp.</p>")) as served:
        done = probe(tmp_path, served.url)
    assert (done.returncode, done.stdout) == (1, "")
    assert "looks like a list of articles" in done.stderr.splitlines()[0]


@pytest.mark.slow
def test_a_page_of_broken_addresses_is_a_page_without_listings(tmp_path: Path) -> None:
    broken = (
        '<link rel="alternate" type="application/rss+xml" href="http://[x"><meta http-equiv="refresh" '
        'content="0; url=http://a:b/"><a href="http://h:port/tin-tuc">Tin tức</a><a href="http://[x/">Tin</a>'
    )
    with serve(lambda path, _: page(broken)) as served:
        done = probe(tmp_path, served.url)
    assert (done.returncode, done.stdout) == (1, "")
    assert "looks like a list of articles" in done.stderr


@pytest.mark.slow
def test_robots_txt_is_obeyed(tmp_path: Path) -> None:
    rules = Answer(b"User-agent: *\nDisallow: /\n", headers={"Content-Type": "text/plain"})
    with serve(lambda path, _: rules if path == "/robots.txt" else page("x")) as served:
        done = probe(tmp_path, served.url)
        assert served.paths() == ["/robots.txt"]
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "robots.txt" in done.stderr


@pytest.mark.slow
def test_no_other_host_is_asked(tmp_path: Path) -> None:
    with (
        serve(lambda path, _: page("x")) as other,
        serve(lambda path, _: Answer(status=302, headers={"Location": other.url})) as served,
    ):
        done = probe(tmp_path, served.url, "--json")
        assert other.asked == []
    assert done.returncode == 1
    assert other.url in json.loads(done.stdout)["error"]


@pytest.mark.slow
def test_a_portal_that_is_not_there_is_status_1_and_one_line(tmp_path: Path) -> None:
    done = probe(tmp_path, "http://127.0.0.1:9/")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)
    assert "http://127.0.0.1:9" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["probe"], "Missing argument 'URL'"),
        (["probe", "ftp://huyen.test"], "must be an address"),
        (["probe", "doluong.nghean.gov.vn"], "must be an address"),
        (["probe", "https://huyen.test/?id=1"], "without user, query or fragment"),
        (["do-luong", "https://huyen.test"], "unexpected extra argument"),
    ],
)
def test_wrong_use_is_status_2_and_one_line(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["districts", *arguments]) == 2
    said = capsys.readouterr()
    assert (said.out, len(said.err.splitlines())) == ("", 1)
    assert words in said.err


def _row(name: str, number: int) -> str:
    title = f"Bà con {name} thu hoạch vụ mùa thứ {number} trong niềm vui"
    link = f"<a href='/bai/{name}-thu-hoach-vu-mua-{number}-{7000 + number}.html'>{title}</a>"
    return f"<li>{link} 0{number}/6/2024</li>"


def _page(links: dict[str, str], rows: str) -> bytes:
    menu = "".join(f"<li><a href='{href}'>{text}</a></li>" for href, text in links.items())
    return (
        f"<html><body><ul class='menu'>{menu}</ul><div id='tin'><ul>{rows}</ul></div></body></html>".encode()
    )


PARTS = {
    "/page/2": "2", "/?paged=3": "Trang 3", "/index.php?start=20": "Trang sau", "/trang-3.html": "Cuối",
    "/home?page=2": "Bài cũ hơn", "/san-xuat?trang=2": "Tin sản xuất cũ",
    "/tag/lua-mua": "Lúa mùa", "/tu-khoa/thu-hoach": "Thu hoạch", "/hashtag/vui": "#vui", "/the/cau-ca": "Cá",
    "/trang-chu": "Trang chủ", "/index.html": "Huyện nhà", "/?lang=vi": "Tiếng Việt", "/portal": "Trang nhất",
    "/gioi-thieu-chung/huyen": "Bản tin huyện",  # shows what the home page shows
    "/den-trang-nha": "Tin nhà",  # redirects home
}  # fmt: skip


def test_no_page_number_tag_or_other_name_of_the_home_page_is_a_section() -> None:
    real = {"/san-xuat": "Sản xuất", "/doi-song": "Đời sống", "/danh-muc/thong-bao-2": "Thông báo"}
    front = _page({**real, **PARTS}, "".join(_row("lang", n) for n in range(1, 6)))

    def answer(path: str, _: dict[str, str]) -> Answer:
        if path == "/den-trang-nha":
            return Answer(status=302, headers={"Location": "/"})
        if path in real:
            name = path.rpartition("/")[2].rpartition("-")[0]
            return Answer(_page({**real, **PARTS}, "".join(_row(name, n) for n in range(1, 6))))
        if path == "/" or path in PARTS:
            more = "".join(_row(path.strip("/?").replace("/", "-") or "lang", n) for n in range(1, 6))
            return Answer(front if path in ("/", "/gioi-thieu-chung/huyen") else _page(real, more))
        return Answer(status=404)

    with serve(answer) as served:
        found = asyncio.run(survey(served.url, PlainNet()))
    assert {section.path for section in found.sections} == set(real)


@pytest.mark.parametrize(
    ("href", "name"),
    [
        ("/?cat=5", "Kinh tế"),
        ("/index.php?option=com_content&view=category&id=3", "Văn hóa"),
        ("/search/label/Tin%20x%C3%A3", "Tin xã"),
        ("/tin-tuc?page=1", "Tin tức"),
        ("/tin-the-thao", "Tin thể thao"),
        ("/the-thao/bong-da", "Bóng đá"),
    ],
)
def test_a_section_whose_address_looks_like_one_of_those(href: str, name: str) -> None:
    tree = parse_text(f"<body><ul class='menu'><li><a href='{href}'>{name}</a></li></ul></body>")
    assert [said for _, said in candidates(tree, "https://a.example.vn/")] == [name]
