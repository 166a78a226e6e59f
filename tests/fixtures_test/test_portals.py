"""The six portals as the demo serves them: reachable, dated, heavy and furnished as real ones are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
from lxml import etree

from fixtures.districts import FOLDER, demo_registry
from fixtures.portal import Section
from fixtures.portals.vnpt import LOAD
from fixtures.server import FixtureServer
from fixtures.truth import truth
from tests.fixtures_test.client import Answer, ask

pytestmark = pytest.mark.slow

PORTALS = ["do-luong-vnpt", "do-luong-wp", "gia-vien", "ly-nhan", "ky-anh", "yen-thanh"]
ENTRY = r'(?s)<li class="row">.*?</li>|<article .*?</article>|<div><a href.*?</h3>'  # of a listing
FURNITURE = {
    "do-luong-vnpt": [
        *["ĐĂNG NHẬP", "image banner", "Anh-tin-bai", "1 2 3 4 5 ...", "BẢN ĐỒ HÀNH CHÍNH"],
        *["LĐLĐ tỉnh cụm thi đua số 2 giao ban 6 tháng đầu năm 2023.", *["image advertisement"] * 13],
    ],
    "do-luong-wp": [" 3 ", " 1 ", " 2 "],
    "gia-vien": [
        "CHÀO MỪNG ĐẾN TRANG THÔNG TIN ĐIỆN TỬ UBND HUYỆN GIA VIỄN",
        "Thứ ba, 07/02/2023",
        "Bài viết khác",
    ],
    "ly-nhan": ["Skip Ribbon Commands", "Skip to main content", "Tin tức, sự kiện", "69 (1) (1).png"],
    "ky-anh": ["09:33 03/02/2023", "Tin liên quan"],
}


@pytest.fixture(scope="module")
def server() -> Iterator[FixtureServer]:
    with FixtureServer(0) as running:
        yield running


def canonical(link: str) -> str:
    return re.sub(r";jsessionid=\w+|\?sid=\w+", "", link)


def listing_pages(server: FixtureServer, portal: str, section: Section) -> list[Answer]:
    """Every page of a listing, by the means that the portal itself offers."""
    pages, url = [ask(server.url(portal, section.path))], server.url(portal, section.path)
    if portal == "do-luong-vnpt":
        page = pages[0].html
        found = {
            name: re.search(rf'{name}:\s*"?(\d+)', page)
            for name in ("article_category_id", "site_id", "page_size")
        }
        last = re.search(r"maxPage\s*=\s*parseInt\((\d+)\)", page)
        assert last and all(found.values())
        form = {name: match[1] for name, match in found.items() if match}
        return pages + [
            ask(server.url(portal, LOAD), {**form, "page": n}) for n in range(2, int(last[1]) + 1)
        ]
    while following := pages[-1].html and re.search(
        rf'<a[^>]*href="([^"]*)"[^>]*>(?:{len(pages) + 1}|Xem thêm)</a>', pages[-1].html
    ):
        url = urljoin(url, following[1].replace("&#038;", "&"))
        pages.append(ask(url))
    return pages


@pytest.mark.parametrize("portal", PORTALS)
def test_every_entry_is_found_by_walking_the_listings(server: FixtureServer, portal: str) -> None:
    linked: set[str] = set()
    long_sections = 0
    for section in server.sites[portal].definition.sections:
        pages = listing_pages(server, portal, section)
        long_sections += len(pages) > 1
        for page in pages:
            linked |= {canonical(link) for link in page.links}
    assert {path for entry in truth(portal) for path in entry["paths"]} <= linked
    assert long_sections >= 2


@pytest.mark.parametrize("portal", PORTALS)
def test_article_pages_weigh_and_hold_what_they_should(server: FixtureServer, portal: str) -> None:
    entries = [entry for entry in truth(portal) if entry["kind"] == "article"]
    assert len(entries) >= 22
    for entry in entries:
        for path in entry["paths"]:
            page = ask(server.url(portal, path))
            assert page.status == 200
            assert 40_000 < len(page.body) < 120_000
            text = unicodedata.normalize("NFC", page.text)
            told = [entry["title"], entry["lead"] or "", *entry["captions"], entry["author"] or ""]
            cells = [cell for line in entry["body"] for cell in line.split(" | ")]
            missing = [line for line in told + cells if line not in text]
            assert not missing, f"{path} lacks {missing}"


@pytest.mark.parametrize("portal", PORTALS)
def test_a_page_prints_its_date_only_where_the_truth_says_so(server: FixtureServer, portal: str) -> None:
    for entry in truth(portal):
        if entry["kind"] != "article":
            continue
        page = ask(server.url(portal, entry["paths"][0])).html
        head = re.split(
            r"Bài viết khác|Các tin khác|UIRelateArticle|related-posts|Tin liên quan|\"k10\"", page
        )[0]
        day = "/".join(reversed((entry["published"] or "")[:10].split("-")))
        printed = re.search(r'class="(PostDate|when|time|k2)">[^<]*\d\d/\d\d/\d{4}|datetime="', head)
        assert bool(printed) == (entry["printed_by"] == "page"), entry["key"]
        assert entry["printed_by"] != "page" or day in head, entry["key"]


@pytest.mark.parametrize(("portal", "lines"), FURNITURE.items())
def test_the_seed_stands_among_its_furniture(server: FixtureServer, portal: str, lines: list[str]) -> None:
    seed = next(entry for entry in truth(portal) if entry["key"].startswith("seed-"))
    text = f" {ask(server.url(portal, seed['paths'][0])).text} "
    for line in set(lines):
        assert text.count(line) >= lines.count(line), line
    position = 0
    for line in [
        seed["title"],
        *([seed["lead"]] if seed["lead"] else []),
        *seed["body"],
        seed["author"] or "",
    ]:
        position = text.index(line, position)


@pytest.mark.parametrize("key", ["seed-000", "seed-001", "seed-003"])
def test_a_seed_without_a_printed_date_has_none_in_listings_and_feeds(
    server: FixtureServer, key: str
) -> None:
    portal = {"seed-000": "do-luong-vnpt", "seed-001": "do-luong-wp", "seed-003": "ly-nhan"}[key]
    item = next(item for item in server.sites[portal].articles() if item.key == key)
    path = server.sites[portal].path(item)
    for section in server.sites[portal].definition.sections:
        for page in listing_pages(server, portal, section):
            for entry in re.findall(ENTRY, page.html):
                assert path not in entry or not re.search(r"\d\d/\d\d/\d{4}|datetime=", entry)
    if portal == "do-luong-wp":
        urls = ask(server.url(portal, "/wp-sitemap-posts-post-1.xml")).html.split("<url>")
        assert [url for url in urls if path in url and "lastmod" not in url]


@pytest.mark.parametrize(
    ("portal", "path", "tag"),
    [
        ("do-luong-wp", "/feed/", "item"),
        ("do-luong-wp", "/wp-sitemap.xml", "{http://www.sitemaps.org/schemas/sitemap/0.9}sitemap"),
        ("do-luong-wp", "/wp-sitemap-posts-post-1.xml", "{http://www.sitemaps.org/schemas/sitemap/0.9}url"),
        ("yen-thanh", "/rss.xml", "item"),
        ("yen-thanh", "/sitemap.xml", "{http://www.sitemaps.org/schemas/sitemap/0.9}url"),
    ],
)
def test_feeds_and_sitemaps_are_well_formed(server: FixtureServer, portal: str, path: str, tag: str) -> None:
    tree = etree.fromstring(ask(server.url(portal, path)).body)
    entries = list(tree.iter(tag))
    assert entries
    for entry in entries:
        address = next(node.text for node in entry.iter() if str(node.tag).endswith(("loc", "link")))
        assert address and ask(address).status == 200


def test_robots_files_differ_as_they_do_in_the_field(server: FixtureServer) -> None:
    robots = {portal: ask(server.url(portal, "/robots.txt")) for portal in PORTALS}
    assert robots["gia-vien"].status == 404
    assert f"Sitemap: {server.url('yen-thanh')}/sitemap.xml" in robots["yen-thanh"].html
    assert "Crawl-delay: 0" in robots["ky-anh"].html


def test_attachments_are_files_of_their_type(server: FixtureServer) -> None:
    magic = {"pdf": b"%PDF-", "docx": b"PK\x03\x04", "xlsx": b"PK\x03\x04", "doc": b"\xd0\xcf\x11\xe0"}
    seen = set()
    for portal in PORTALS:
        for entry in truth(portal):
            links = ask(server.url(portal, entry["paths"][0])).links if entry["attachments"] else []
            for attachment in entry["attachments"]:
                link = next(link for link in links if link.endswith(attachment["name"]))
                assert ask(server.url(portal, link)).body.startswith(magic[attachment["type"]])
                seen.add(attachment["type"])
    assert "pdf" in seen


def test_the_demo_registry_on_disk_is_the_generated_one() -> None:
    assert {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.toml")} == demo_registry()
