"""One article under several addresses is one, also on systems whose pages name no canonical address."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crawler.discover.links import looks_like_article
from crawler.families import family
from tests.crawler.nights import Nights, article
from tests.crawler.site import Answer, serve

QUERY = "/index.php?option=com_content&view=article"
HOST = "https://khetren.gov.vn"
SAME = {
    "joomla": [
        ("/index.php/kinh-te/52-vu-lua-moi-o-khe-tren", "/index.php/tin-moi/52-vu-lua-moi-o-khe-tren"),
        ("/kinh-te/52-vu-lua-moi-o-khe-tren.html", "/component/content/article/52-vu-lua-moi-o-khe-tren"),
        ("/index.php?option=com_content&view=article&id=52:vu-lua&catid=3&Itemid=12",
         "/index.php?option=com_content&view=article&id=52:vu-lua&catid=9&Itemid=40"),
    ],
    "nukeviet": [
        ("/vi/news/kinh-te/Vu-lua-moi-o-khe-tren-52.html", "/vi/news/tin-moi/vu-lua-moi-o-khe-tren-52.html"),
        ("/news/kinh-te/vu-lua-moi-o-khe-tren-2024/", "/news/tin-moi/vu-lua-moi-o-khe-tren-2024.html"),
    ],
    "generic": [
        ("/kinh-te/vu-lua-moi-o-khe-tren-52127.html", "/tin-noi-bat/vu-lua-moi-o-khe-tren-52127.html"),
        ("/kinh-te/vu-lua-moi-o-khe-tren-post512.html", "/tin-moi/vu-lua-moi-o-khe-tren-post512.html"),
        ("/kinh-te/a5212-vu-lua-moi-o-khe-tren", "/tin-moi/a5212-vu-lua-moi-o-khe-tren"),
    ],
}  # fmt: skip
APART = {
    "joomla": [
        ("/index.php/kinh-te/52-vu-lua-moi-o-khe-tren", "/index.php/kinh-te/53-vu-lua-moi-o-khe-tren"),
        ("/index.php/kinh-te/52-vu-lua-moi-o-khe-tren", "/index.php/blog/item/52-vu-lua-moi-o-khe-tren"),
        (f"{QUERY}&id=52", f"{QUERY}&id=53"),
        ("/kinh-te/vu-lua-moi-o-khe-tren", "/tin-moi/vu-lua-moi-o-khe-tren"),
        ("/index.php/kinh-te/52-lua", "/index.php/tin-moi/52-lua"),
    ],
    "nukeviet": [
        ("/vi/news/kinh-te/vu-lua-moi-o-khe-tren-52.html", "/en/news/kinh-te/vu-lua-moi-o-khe-tren-52.html"),
        ("/vi/news/kinh-te/vu-lua-moi-o-khe-tren-52.html", "/vi/news/kinh-te/vu-lua-moi-o-khe-tren-53.html"),
        ("/vi/news/page-2/", "/vi/video/page-2/"),
    ],
    "generic": [
        ("/thong-bao/lich-nghi-tet-nguyen-dan-2024", "/tin-moi/lich-nghi-tet-nguyen-dan-2024"),
        ("/xa-a/thong-bao-hop-dan", "/xa-b/thong-bao-hop-dan"),
        ("/xa-a/ket-qua-bau-cu-dot-12", "/xa-b/ket-qua-bau-cu-dot-12"),
        ("/xa-a/lay-y-kien-ve-quyet-dinh-so-1234", "/xa-b/lay-y-kien-ve-quyet-dinh-so-1234"),
        ("/xa-a/100-nam-ngay-sinh-nha-tho", "/xa-b/100-nam-ngay-sinh-nha-tho"),
        ("/xem.aspx?id=5212", "/tin.aspx?id=5212"),
        ("/kinh-te/tin-5212.html", "/van-hoa/tin-5212.html"),
    ],
    "wordpress": [("/vu-lua-moi-o-khe-tren-5212/", "/tin-moi/vu-lua-moi-o-khe-tren-5212/")],
}  # fmt: skip


def pairs(cases: dict[str, list[tuple[str, str]]]) -> list[tuple[str, str, str]]:
    return [(name, *pair) for name, found in cases.items() for pair in found]


@pytest.mark.parametrize(("name", "one", "other"), pairs(SAME))
def test_two_addresses_of_one_article(name: str, one: str, other: str) -> None:
    system = family(name)
    assert system.identity(HOST + one) == system.identity(HOST + other) is not None


@pytest.mark.parametrize(("name", "one", "other"), pairs(APART))
def test_two_articles(name: str, one: str, other: str) -> None:
    first, second = (family(name).identity(HOST + path) for path in (one, other))
    assert first != second or first is None


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/vi/siteterms/quyen-rieng-tu-cua-ban-doc.html", "Chính sách bảo mật và quyền riêng tư của bạn đọc"),
        ("/about/gioi-thieu-ve-cong-thong-tin-huyen.html", "Giới thiệu về cổng thông tin điện tử huyện"),
        ("/vi/voting/ket-qua-tham-do-y-kien-cua-ban-12.html", "Kết quả thăm dò ý kiến của bạn đọc"),
    ],
)
def test_pages_of_other_modules_are_no_articles(path: str, title: str) -> None:
    assert not looks_like_article(HOST + path, title)
    assert not family("nukeviet").article.search(path)  # type: ignore[union-attr]


FIRST, SECOND = "/index.php/kinh-te/52-vu-lua-moi-o-khe-tren", "/index.php/tin-moi/52-vu-lua-moi-o-khe-tren"
OTHER = "/index.php/kinh-te/60-mo-duong-vao-ban-xa"
FEED = "/index.php/kinh-te?format=feed&amp;type=rss"


def listing(*paths: str) -> bytes:
    links = "".join(f'<h2 itemprop="name"><a href="{path}">Vụ lúa mới ở Khe Trên</a></h2>' for path in paths)
    head = f'<link href="{FEED}" rel="alternate" type="application/rss+xml">'
    return f"<html><head>{head}</head><body><h1>Kinh tế</h1>{links}</body></html>".encode()


@pytest.mark.slow
def test_a_crawl_keeps_it_once_and_reads_the_feed_of_a_section_with_news(tmp_path: Path) -> None:
    shown = {"/index.php/kinh-te": listing(FIRST), "/index.php/tin-moi": listing(SECOND)}

    def answer(path: str, _: dict[str, str]) -> Answer:
        kind = {"Content-Type": "text/html; charset=utf-8"}
        if "format=feed" in path:
            day = "<pubDate>Tue, 12 Mar 2024 08:15:00 +0700</pubDate>"
            item = f"<item><title>x</title><link>{OTHER}</link>{day}</item>"
            feed = f'<?xml version="1.0"?><rss version="2.0"><channel>{item}</channel></rss>'
            return Answer(feed.encode(), headers={"Content-Type": "application/rss+xml"})
        if path in (FIRST, SECOND, OTHER):
            return Answer(article(int(path in (FIRST, SECOND)), date(2024, 3, 12)), headers=kind)
        return Answer(shown.get(path, b""), 200 if path in shown else 404, kind)

    with serve(answer) as site:
        sections = 'sections = ["/index.php/kinh-te", "/index.php/tin-moi"]'
        nights = Nights(tmp_path, site.url, f'family = "joomla"\ndelay = 0\n{sections}')
        nights.crawl()
        database = nights.database()
        try:
            from storage.articles.queries import live

            assert sorted(live(database, site.url)) == sorted([site.url + FIRST, site.url + OTHER])
            assert SECOND not in site.paths()
            assert sum("format=feed" in path for path in site.paths()) == 1
            nights.pass_days(1)
            before = len(site.paths())
            shown["/index.php/kinh-te"] = listing(OTHER)  # its other address is listed still
            nights.crawl()
            asked = site.paths()[before:]
            assert SECOND not in asked
            assert not [path for path in asked if "format=feed" in path]  # a quiet night
            assert len(live(database, site.url)) == 2
        finally:
            database.close()
