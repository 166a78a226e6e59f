"""VHV, Liferay, NukeViet, Joomla: a page of each read, a listing of each walked, a site of each crawled."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.discover.links import Link
from crawler.discover.urls import canonical
from crawler.families import family
from crawler.families.base import Listing
from crawler.families.liferay import without_way_back
from fixtures.articles import Article
from fixtures.families import PAGE_SIZE, SYSTEMS, respond, site
from fixtures.truth import entry
from pipelines import items
from pipelines.chain import read
from pipelines.html.parse import parse_text
from storage.database import open_database
from storage.export.export import export
from tests.crawler.site import Answer, serve

ROOT = Path(__file__).parents[3]
ORIGIN = "https://huyen.test"
NAMES = sorted(SYSTEMS)
ARTICLES = {
    "liferay": [
        "/web/huyen/tin-tuc/-/view_content/10180-hoi-nghi",
        "/tin-tuc/-/view_content/content/88123/hoi-nghi-giao-ban",
        "/web/guest/tin-tuc/-/asset_publisher/M0UUAFstbTMq/content/hoi-nghi",
        "/tin-tuc/content/id/88123",
        "/-/hoi-nghi-giao-ban-thang-10",
        "/w/hoi-nghi-giao-ban-thang-10",
        "/chi-tiet-tin?articleId=88123",
        "/tin?p_p_id=101_INSTANCE_a&_101_INSTANCE_a_urlTitle=hoi-nghi&p_p_state=maximized",
    ],
    "nukeviet": [
        "/vi/news/tin-trong-huyen/hoi-nghi-giao-ban-123.html",
        "/vi/tin-tuc/hoi-nghi-giao-ban-123.html",
        "/news/kinh-te/vu-mua-45.html",
        "/index.php/vi/news/Kinh-te/Vu-mua-45/",
        "/index.php?language=vi&nv=news&op=Kinh-te/Vu-mua-45",
    ],
    "joomla": [
        "/index.php/van-hoa/218-phat-hien-chum-tien-co",
        "/van-hoa/78-tin-trong-tinh/218-phat-hien-chum-tien-co.html",
        "/index.php?option=com_content&view=article&id=218:phat-hien&catid=3&Itemid=12",
        "/index.php?option=com_content&task=view&id=218&Itemid=12",
        "/van-hoa/phat-hien-chum-tien-co-khi-dao-mong-nha",
        "/index.php?option=com_k2&view=item&id=218:phat-hien&Itemid=12",
    ],
}
OTHERS = {
    "liferay": [
        "/web/huyen/tin-tuc",
        "/tin-tuc?p_p_id=101_INSTANCE_a&_101_INSTANCE_a_cur=2",
        "/tin-tuc/-/asset_publisher/M0UUAFstbTMq?_101_cur=2",
        "/web/huyen/tin/-/view_content/10180-hoi-nghi?p_p_state=pop_up",
    ],
    "nukeviet": [
        "/vi/news/tin-trong-huyen/",
        "/vi/news/tin-trong-huyen/page-2/",
        "/vi/about/co-cau-to-chuc-2.html",
        "/vi/news/topic/phong-chong-dich-benh-7/",
        "/vi/news/print/kinh-te/vu-mua-45.html",
        "/vi/news/savefile/kinh-te/vu-mua-45.html",
        "/index.php?language=vi&nv=news&op=print/Kinh-te/Vu-mua-45",
        "/index.php?language=vi&nv=laws&op=detail/Nghi-quyet-45",
        "/index.php?language=vi&nv=news&op=Kinh-te/page-2",
    ],
    "joomla": [
        "/index.php/van-hoa?start=10",
        "/index.php/van-hoa/78-tin-trong-tinh",
        "/index.php?option=com_content&view=category&id=78",
        "/index.php/van-hoa/218-phat-hien-chum-tien-co?tmpl=component&print=1",
    ],
}


@pytest.mark.parametrize("name", ARTICLES)
def test_a_family_tells_articles_from_listings_copies_and_other_modules(name: str) -> None:
    pattern = family(name).article
    assert pattern is not None
    assert [path for path in ARTICLES[name] if not pattern.search(path)] == []
    assert [path for path in OTHERS[name] if pattern.search(path)] == []


def page(name: str, address: str) -> str:
    html = respond(name, address)
    assert html is not None, address
    return html


def shown(name: str) -> list[tuple[Article, str]]:
    return [(item, path) for item, path in site(name).entries()]


@pytest.mark.parametrize("name", NAMES)
def test_an_article_page_is_read_whole_and_without_furniture(name: str) -> None:
    for item, path in shown(name):
        expected = entry(site(name), item)
        raw = items.RawPage(
            url=ORIGIN + path,
            body=page(name, path).encode(),
            fetched_at=datetime(2026, 1, 5, tzinfo=UTC),
            hints=family(name).hints,
        )
        found = read(raw)
        assert isinstance(found, items.Article)
        assert [found.title, found.lead, found.published.value] == [
            expected["title"],
            expected["lead"],
            expected["published"],
        ]
        assert found.body == expected["body"]
        assert found.captions == expected["captions"]
        source = "Đài Truyền thanh huyện" if name == "nukeviet" else ""  # printed where nobody signs
        assert unlabelled(found.author) == (unlabelled(expected["author"]) or source)


def unlabelled(author: str | None) -> str:
    return (author or "").removeprefix("Nguồn: ")


@pytest.mark.parametrize("name", NAMES)
def test_a_listing_is_walked_to_its_end_and_gives_each_article_with_its_day(name: str) -> None:
    known = site(name)
    for section in known.definition.sections:
        url: str | None = ORIGIN + section.path
        number, found = 1, dict[str, str | None]()
        while url and number < 9:
            path = url.removeprefix(ORIGIN)
            listing = Listing(parse_text(page(name, path)), url, number)
            own = [link for link in family(name).links(listing) if link.date]
            assert len(own) <= PAGE_SIZE
            found |= {link.url: link.date for link in own}
            following = family(name).next_page(listing)
            url, number = (following.url, following.number) if following else (None, number)
        entries = known.entries(section.key)
        assert number == -(-len(entries) // PAGE_SIZE)
        assert set(found) == {canonical(ORIGIN + path) for _, path in entries}
        for item, path in entries:
            assert f"{item.published:{SYSTEMS[name].day}}" in (found[canonical(ORIGIN + path)] or "")


def test_a_liferay_listing_leaves_out_other_sites_and_where_the_link_stood() -> None:
    listing = Listing(parse_text(page("liferay", "/web/huyen/thong-bao")), ORIGIN + "/web/huyen/thong-bao")
    urls = [link.url for link in family("liferay").links(listing)]
    assert urls
    assert not [url for url in urls if "/web/tinh/" in url or "?" in url]
    assert without_way_back("https://a.test/b?x=1&_101_INSTANCE_y_redirect=%2Fc") == "https://a.test/b?x=1"


def test_links_of_a_liferay_portlet_of_unknown_addresses_are_judged_by_their_shape() -> None:
    html = '<p><a href="/web/huyen/chi-tiet/hoi-nghi-giao-ban-thang-10-2023">Hội nghị</a></p>'
    found = family("liferay").links(Listing(parse_text(html), ORIGIN + "/web/huyen/tin-tuc"))
    assert [link.url for link in found] == [ORIGIN + "/web/huyen/chi-tiet/hoi-nghi-giao-ban-thang-10-2023"]


def test_a_joomla_article_without_id_is_told_by_its_headline() -> None:
    html = '<p><a href="/tin-tuc/mua-lut">Huyện khắc phục hậu quả mưa lũ tại năm xã vùng trũng</a></p>'
    found = family("joomla").links(Listing(parse_text(html), ORIGIN + "/tin-tuc"))
    assert [link.url for link in found] == [ORIGIN + "/tin-tuc/mua-lut"]


def test_a_joomla_component_is_no_article() -> None:
    from crawler.families.joomla import is_article

    title = "Gửi bài viết này cho bạn bè của bạn qua thư điện tử"
    assert not is_article(Link(ORIGIN + "/index.php/component/mailto/x", title))
    assert not is_article(Link(ORIGIN + "/index.php?option=com_mailto&id=5", title))


REGISTRY = """
[thu-nghiem]
name = "Thử Nghiệm"
kind = "huyện"
code = "427"
"""
PORTAL = """
[[thu-nghiem.portals]]
url = {url}
family = "{name}"
sections = {sections}
delay = 0
"""


@pytest.fixture(scope="module")
def crawled(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[dict[str, str], list[dict[str, Any]]]]:
    """The origin of each site and the rows of the CSV after one crawl of a district that has all four."""
    folder = tmp_path_factory.mktemp("families")
    with ExitStack() as stack:
        origins, registry = {}, REGISTRY
        for name in NAMES:
            origins[name] = stack.enter_context(serve(answering(name))).url
            sections = json.dumps([s.path for s in site(name).definition.sections])
            registry += PORTAL.format(url=json.dumps(origins[name]), name=name, sections=sections)
        (folder / "nghe-an.toml").write_text(registry, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "scrapy", "crawl", "nghe-an.thu-nghiem"],
            cwd=ROOT,
            env=os.environ
            | {
                "HUYEN_DATA": str(folder / "data"),
                "HUYEN_REGISTRY": str(folder / "nghe-an.toml"),
                "SCRAPY_SETTINGS_MODULE": "crawler.settings",
            },
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr[-2000:]
    database = open_database(f"sqlite:///{folder / 'data' / 'archive.db'}")
    out = io.StringIO()
    export(database, out, "csv")
    database.close()
    yield origins, list(csv.DictReader(io.StringIO(out.getvalue())))


def answering(name: str) -> Any:
    def answer(path: str, _: dict[str, str]) -> Answer:
        html = respond(name, path)
        kind = {"Content-Type": "text/html; charset=utf-8"}
        return Answer((html or "Không tìm thấy trang").encode(), 200 if html else 404, kind)

    return answer


@pytest.mark.xdist_group("new_families")  # one crawl for all four
@pytest.mark.parametrize("name", NAMES)
def test_a_crawl_of_a_site_fills_every_field_of_the_csv(
    crawled: tuple[dict[str, str], list[dict[str, Any]]], name: str
) -> None:
    origins, rows = crawled
    own = {row["url"]: row for row in rows if row["portal"] == origins[name]}
    entries = shown(name)
    assert set(own) == {canonical(origins[name] + path) for _, path in entries}
    for item, path in entries:
        expected, row = entry(site(name), item), own[canonical(origins[name] + path)]
        assert row["published_at"] == expected["published"]
        assert [row["title"], row["lead"]] == [expected["title"], expected["lead"] or ""]
        assert row["body"] == "\n".join(expected["body"])
        assert json.loads(row["captions"]) == expected["captions"]
        assert row["category"] == expected["category"]


def test_an_address_with_a_port_that_is_none_does_not_stop_the_others() -> None:
    html = '<a href="http://huyen:port/x">x</a><a href="/tin-tuc/mua-lut-gay-thiet-hai-lon-123.html">x</a>'
    found = family("generic").links(Listing(parse_text(html), ORIGIN))
    assert [link.url for link in found] == [ORIGIN + "/tin-tuc/mua-lut-gay-thiet-hai-lon-123.html"]
