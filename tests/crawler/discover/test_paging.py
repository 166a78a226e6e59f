"""The next page of a listing, in the ways that portals write it."""

import pytest

from crawler.discover.paging import next_page, page_number
from crawler.families import family
from crawler.families.base import Listing
from pipelines.html.parse import parse_text

SITE = "https://portal.test"


@pytest.mark.parametrize(
    ("here", "pager", "number", "there"),
    [
        ("/tin-tuc", '<a href="?page=2">2</a><a href="?page=3">3</a>', 1, "/tin-tuc?page=2"),
        ("/tin-tuc?page=2", '<a href="?page=1">1</a><a href="?page=3">3</a>', 2, "/tin-tuc?page=3"),
        ("/?cat=11", '<a class="next" href="/?cat=11&paged=2">Tiếp</a>', 1, "/?cat=11&paged=2"),
        ("/muc/tin-tuc/", '<a href="/muc/tin-tuc/trang-2/">Tin cũ hơn</a>', 1, "/muc/tin-tuc/trang-2/"),
        ("/k/folder/tin/1.html", '<a href="/k/folder/tin/2.html">2</a>', 1, "/k/folder/tin/2.html"),
        ("/category/tin/", '<link rel="next" href="/category/tin/page/2/">', 1, "/category/tin/page/2/"),
        ("/vi/news/tin/", '<a href="/vi/news/tin/page-2/">2</a>', 1, "/vi/news/tin/page-2/"),
        ("/tin?p=1", '<a href="/tin?start=20">2</a>', 1, "/tin?start=20"),
        ("/tin-tuc.aspx", '<a href="/tin-tuc.aspx?PageIndex=2">&gt;</a>', 1, "/tin-tuc.aspx?PageIndex=2"),
    ],
)  # fmt: skip
def test_the_pager_names_the_next_page(here: str, pager: str, number: int, there: str) -> None:
    found = next_page(parse_text(f"<html><body>{pager}</body></html>"), SITE + here, number)
    assert found is not None
    assert (found.url, found.number, found.form) == (SITE + there, number + 1, None)


@pytest.mark.parametrize(
    "pager",
    [
        "",
        '<a href="?page=1">1</a>',
        '<a href="/khac?page=2">2</a>',
        '<a href="https://other.test/tin-tuc?page=2">2</a>',
    ],
)
def test_a_listing_ends_where_no_link_leads_on(pager: str) -> None:
    assert next_page(parse_text(f"<body>{pager}</body>"), SITE + "/tin-tuc", 1) is None


def test_an_asp_net_pager_posts_its_form_back_with_all_hidden_fields() -> None:
    page = parse_text(
        """<form><input type="hidden" name="__VIEWSTATE" value="abc"><input type="text" name="q" value="x">
        <a href="javascript:__doPostBack('ctl00$pager','2')">2</a></form>"""
    )
    found = next_page(page, SITE + "/tin-tuc.aspx", 1)
    assert found is not None
    assert found.form == {"__VIEWSTATE": "abc", "__EVENTTARGET": "ctl00$pager", "__EVENTARGUMENT": "2"}


def test_a_vnpt_listing_pages_by_post_and_carries_its_ids_along() -> None:
    ids = 'article_category_id: 77, categoryIds: "77,78", site_id: 2928, page_size: 15'
    script = f"var maxPage = parseInt(3); load({{{ids}}});"
    first = Listing(parse_text(f"<body><script>{script}</script></body>"), SITE + "/tin-tuc")
    second = family("vnpt").next_page(first)
    assert second is not None and second.form is not None
    assert second.url.endswith("/ArticleInMenuPagination.aspx/LoadArticle")
    assert {k: second.form[k] for k in ("article_category_id", "categoryIds", "site_id", "page", "no")} == {
        "article_category_id": "77", "categoryIds": "77,78", "site_id": "2928", "page": "2", "no": "-15",
    }  # fmt: skip
    fragment = parse_text("<li>…</li>")
    third = family("vnpt").next_page(Listing(fragment, SITE + "/tin-tuc", 2, second.state))
    assert third is not None and third.form is not None and third.form["page"] == "3"
    assert family("vnpt").next_page(Listing(fragment, SITE + "/tin-tuc", 3, third.state)) is None


@pytest.mark.parametrize(
    ("url", "number"),
    [("/tin?page=7", 7), ("/a/trang-3/", 3), ("/a/4.html", 4), ("/a/bai-viet-2023", None), ("/tin", None)],
)
def test_page_numbers_of_addresses(url: str, number: int | None) -> None:
    assert page_number(SITE + url) == number
