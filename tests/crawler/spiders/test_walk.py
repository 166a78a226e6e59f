"""What a listing calls itself."""

from __future__ import annotations

import pytest
from lxml import html

from crawler.spiders.walk import listing_name

SITE = "Trang thông tin điện tử huyện Thanh Lam"
LISTING = "http://thanhlam.gov.vn/index.php?muc=ds&nhom=4"
CRUMBS = '<ul class="breadcrumb"><li><a href="/">Trang chủ</a></li><li>Văn hóa</li></ul>'


@pytest.mark.parametrize("home", ["/", "http://thanhlam.gov.vn/", "/trang-chu", "/index.html"])
@pytest.mark.parametrize("head", ['<h1><a href="{}">{}</a></h1>', '<a href="{}"><h1>{}</h1></a>'])
def test_an_h1_that_leads_home_names_the_site_and_not_the_listing(head: str, home: str) -> None:
    site = head.format(home, SITE)
    assert listing_name(html.fromstring(f"<body>{site}<div>{CRUMBS}</div></body>"), LISTING) == "Văn hóa"
    assert (
        listing_name(html.fromstring(f"<body>{site}<h1>Tin nông nghiệp</h1></body>"), LISTING)
        == "Tin nông nghiệp"
    )
    assert listing_name(html.fromstring(f"<body>{site}</body>"), LISTING) is None


def test_an_h1_that_leads_to_the_listing_itself_names_it() -> None:
    page = '<body><h1><a href="/chuyen-muc/van-hoa">Văn hóa</a></h1></body>'
    assert listing_name(html.fromstring(page), LISTING) == "Văn hóa"


@pytest.mark.parametrize(
    "address",
    [
        "/index.php?muc=ds&nhom=4",
        "index.php?muc=ds&amp;nhom=4",
        "http://thanhlam.gov.vn/index.php?muc=ds&nhom=4#tin",
    ],
)
def test_a_listing_without_a_name_has_that_of_its_link_in_the_menu(address: str) -> None:
    menu = (
        "<a href='/'>Trang nhất</a><a href='/index.php?muc=ds&nhom=3'>Thể thao</a>"
        f"<a href='{address}'>1</a><a href='{address}'>Xem thêm</a><a href='{address}'><b>Nông nghiệp</b></a>"
    )
    tree = html.fromstring(
        f"<body><h2>{SITE}</h2>{menu}<p><a href='/index.php?muc=ct&so=9'>Được mùa</a></p></body>"
    )
    assert listing_name(tree, LISTING) == "Nông nghiệp"


@pytest.mark.parametrize("text", ["", "2", "»", "Xem tất cả", "Trang đầu", "Trang 2", "x" * 61])
def test_what_a_link_to_a_listing_says_of_its_pages_names_no_section(text: str) -> None:
    tree = html.fromstring(f"<body><a href='{LISTING}'>{text}</a></body>")
    assert listing_name(tree, LISTING) is None


def test_the_home_page_names_no_section() -> None:
    tree = html.fromstring("<body><a href='/'>Cổng huyện</a></body>")
    assert listing_name(tree, "http://thanhlam.gov.vn/") is None
