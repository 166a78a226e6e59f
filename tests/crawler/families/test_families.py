"""What each family knows of its addresses; every module of the package is a family."""

import pytest

from crawler.discover.links import Link
from crawler.families import family, hints_for
from crawler.families.base import Listing
from crawler.families.wordpress import is_post
from crawler.registry.entries import families
from crawler.registry.load import Registry
from pipelines.html.parse import parse_text

ARTICLES = {
    "vnpt": "/tin-tuc-su-kien/ubnd-huyen-to-chuc-hoi-nghi-giao-ban-thuong-ky-thang-10-2023-644025",
    "ninhbinh": "/ubnd-huyen-to-chuc-hoi-nghi-kiem-diem-2657.html",
    "hanam": "/Pages/UBND-huyen-trien-khai-nhiem-vu-thang-62024.aspx",
    "portalread": "/kyanh/portal/read/tin-trong-huyen/news/huyen-ky-anh-trien-khai.html/20230203093300",
}
OTHERS = {
    "vnpt": ["/tin-tuc-su-kien", "/lien-he"],
    "ninhbinh": ["/tin-tuc-su-kien?page=2", "/cat/bai-12.html"],
    "hanam": ["/Pages/default.aspx", "/_layouts/listfeed.aspx"],
    "portalread": ["/kyanh/portal/folder/tin-trong-huyen/2.html"],
}


@pytest.mark.parametrize("name", ARTICLES)
def test_a_family_knows_its_articles(name: str) -> None:
    pattern = family(name).article
    assert pattern is not None
    assert pattern.search(ARTICLES[name])
    assert not [path for path in OTHERS[name] if pattern.search(path)]


@pytest.mark.parametrize("name", families())
def test_every_module_is_one_family(name: str) -> None:
    assert type(family(name)).__module__ == f"crawler.families.{name}"


@pytest.mark.parametrize(
    ("path", "post"),
    [
        ("/ubnd-huyen-to-chuc-hoi-nghi/", True),
        ("/?p=123", True),
        ("/2020/10/26/hoi-nghi-giao-ban-thang-10/", True),
        ("/?cat=11", False),
        ("/category/tin-tuc-trong-huyen/", False),
        ("/hoi-nghi-giao-ban/feed/", False),
        ("/2020/10/", False),
        ("/gioi-thieu/", False),
    ],
)
def test_wordpress_posts(path: str, post: bool) -> None:
    assert is_post("https://doluong.test" + path) is post


@pytest.mark.parametrize(
    ("sitemap", "path", "taken"),
    [
        ("/wp-sitemap-posts-post-1.xml", "/khai-giang/", True),
        ("/post-sitemap.xml", "/khai-giang/", True),
        ("/sitemap.xml", "/khai-giang/", False),
        ("/sitemap.xml", "/le-khai-giang-nam-hoc-moi/", True),
        ("/wp-sitemap-posts-page-1.xml", "/gioi-thieu-chung-ve-huyen/", False),
        ("/category-sitemap.xml", "/tin-tuc-trong-huyen/", False),
    ],
)
def test_wordpress_sitemaps_are_named_by_what_is_in_them(sitemap: str, path: str, taken: bool) -> None:
    link = Link("https://doluong.test" + path)
    assert family("wordpress").announces(link, "https://doluong.test" + sitemap) is taken


def test_a_headline_vouches_for_a_post_with_a_short_address() -> None:
    page = parse_text(
        '<div><h2><a href="/khai-giang/">Các trường trong huyện khai giảng năm học mới</a></h2></div>'
        '<div><a href="/lien-he/">Liên hệ</a></div>'
    )
    links = family("wordpress").links(Listing(page, "https://doluong.test/"))
    assert [link.url for link in links] == ["https://doluong.test/khai-giang/"]


def test_a_page_of_no_portal_gets_no_hints() -> None:
    assert hints_for("https://example.test/x", Registry(districts=(), errors=())).body == ()
