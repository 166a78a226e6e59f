"""What a listing calls itself."""

from __future__ import annotations

import pytest
from lxml import html

from crawler.spiders.walk import listing_name

SITE = "Trang thông tin điện tử huyện Thanh Lam"
CRUMBS = '<ul class="breadcrumb"><li><a href="/">Trang chủ</a></li><li>Văn hóa</li></ul>'


@pytest.mark.parametrize("home", ["/", "http://thanhlam.gov.vn/", "/trang-chu", "/index.html"])
@pytest.mark.parametrize("head", ['<h1><a href="{}">{}</a></h1>', '<a href="{}"><h1>{}</h1></a>'])
def test_an_h1_that_leads_home_names_the_site_and_not_the_listing(head: str, home: str) -> None:
    site = head.format(home, SITE)
    assert listing_name(html.fromstring(f"<body>{site}<div>{CRUMBS}</div></body>")) == "Văn hóa"
    assert listing_name(html.fromstring(f"<body>{site}<h1>Tin nông nghiệp</h1></body>")) == "Tin nông nghiệp"
    assert listing_name(html.fromstring(f"<body>{site}</body>")) is None


def test_an_h1_that_leads_to_the_listing_itself_names_it() -> None:
    page = '<body><h1><a href="/chuyen-muc/van-hoa">Văn hóa</a></h1></body>'
    assert listing_name(html.fromstring(page)) == "Văn hóa"
