"""The next page of a listing, in the ways that portals write it."""

from urllib.parse import urlencode

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


@pytest.mark.parametrize(
    "label",
    [
        "Trang sau »", "Cũ hơn", "Tin cũ hơn »", "Các bài viết cũ hơn", "Xem thêm", "Xem thêm tin tức",
        "Sau >", "Tiếp →",
        "Trang kế tiếp", "[ Tiếp theo » ]", "Older posts", "Next page »", "Tải thêm tin", "»", "›", "Next",
        "<img src='/i/b.gif' alt='Trang sau'>", "<img src='/i/b.gif' title='Tiếp theo'>",
        "<img src='/icon/next.png'>",
        "<i class='fa fa-angle-right' title='Trang sau'></i>",
    ],
)  # fmt: skip
def test_a_pager_without_numbers_is_followed_whatever_it_says(label: str) -> None:
    page = parse_text(
        f"<body><a href='/tin-tuc/bai-1.html'>{'Một tin dài ' * 4}</a><a href='?start=15'>{label}</a>"
    )
    found = next_page(page, SITE + "/tin-tuc", 1)
    assert found is not None and found.url == SITE + "/tin-tuc?start=15"


@pytest.mark.parametrize(
    "control",
    [
        "<a href='/tin-tuc/xa-trong-rung-5512.html'>Xem thêm</a>",  # of one article
        "<a href='/su-kien'>Xem thêm</a>",
        "<a href='?start=5'>« Trang trước</a>",
        "<a href='?start=5'>Mới hơn</a>",
        "<a href='?start=5'>Về sau này huyện sẽ có thêm một cây cầu</a>",
        "<a href='?in=1'>Xem thêm</a>",
        "<a href='?start=10&in=3'>Trang sau</a>",  # the page itself
        "<a href='javascript:void(0)'>Trang sau</a>",
        "<a href='http://[x'>Trang sau</a><link rel='next' href='http://p.test:abc/'>",
    ],
)
def test_what_is_no_pager_turns_no_page(control: str) -> None:
    assert next_page(parse_text(f"<body>{control}</body>"), SITE + "/tin-tuc?start=10&in=3", 2) is None


@pytest.mark.parametrize(
    "control",
    [
        "<a href=\"javascript:window.location='/tin-tuc?trang=2'\">2</a>",
        "<a href='#' onclick=\"goTo('/tin-tuc?trang=2'); return false\">Sau</a>",
        "<button onclick=\"location.href='?trang=2'\">Trang sau</button>",
        "<select><option value='/tin-tuc'>1</option><option value='/tin-tuc?trang=2'>2</option></select>",
        "<li class='next'><a href='/tin-tuc?trang=2'></a></li>",
        "<a rel='next nofollow' href='/tin-tuc?trang=2'><span></span></a>",
    ],
)
def test_the_target_of_a_control_is_read_where_it_is_written(control: str) -> None:
    found = next_page(parse_text(f"<body>{control}</body>"), SITE + "/tin-tuc", 1)
    assert found is not None and found.url == SITE + "/tin-tuc?trang=2"


@pytest.mark.parametrize(
    "control",
    [
        "<a href=\"javascript:__doPostBack('ctl00$p$next','')\">Trang sau</a>",
        "<a href=\"javascript:__doPostBack('ctl00$p$next','')\"><img alt='Tiếp'></a>",
        """<a href='javascript:WebForm_DoPostBackWithOptions(new WebForm_PostBackOptions(
        &quot;ctl00$p$next&quot;, &quot;&quot;, false))'>&gt;</a>""",
    ],
)
def test_a_post_back_is_followed_by_its_words_too(control: str) -> None:
    fields = "<input type='hidden' name='__VIEWSTATE' value='v1'>"
    page = parse_text(f"<form>{fields}{control}</form><form><input type='hidden' name='q' value='2'></form>")
    found = next_page(page, SITE + "/tin.aspx", 4)
    assert found is not None and found.number == 5
    assert found.form == {"__VIEWSTATE": "v1", "__EVENTTARGET": "ctl00$p$next", "__EVENTARGUMENT": ""}


def test_a_grid_of_ten_pages_goes_on_by_its_dots() -> None:
    link = "<a href=\"javascript:__doPostBack('g','Page${}')\">{}</a>"
    pager = link.format(1, "...") + "".join(link.format(n, n) for n in range(11, 20)) + "<span>20</span>"
    page = parse_text(f"<form>{pager}{link.format(21, '...')}</form>")
    twelfth, after = next_page(page, SITE + "/tin.aspx", 11), next_page(page, SITE + "/tin.aspx", 20)
    assert twelfth is not None and twelfth.form is not None and twelfth.form["__EVENTARGUMENT"] == "Page$12"
    assert after is not None and after.form is not None and after.form["__EVENTARGUMENT"] == "Page$21"


def test_odd_letters_in_a_form_are_sent_as_letters() -> None:
    page = parse_text("<form><a href=\"javascript:__doPostBack('đ','b')\">2</a></form>")
    field = page.makeelement("input", {"type": "hidden", "name": "x", "value": "\u0111"})
    page.find(".//form").append(field)
    found = next_page(page, SITE + "/tin", 1)
    assert found is not None and found.form is not None and urlencode(found.form)


@pytest.mark.parametrize(
    ("control", "second", "third"),
    [
        (
            "<button class='load-more' data-url='/api/tin?trang=2'>Xem thêm</button>",
            "/api/tin?trang=2", "/api/tin?trang=3",
        ),
        (
            "<a href='#' class='btn-loadmore' data-href='/ajax/{page}/tin'>Tải thêm</a>",
            "/ajax/2/tin", "/ajax/3/tin",
        ),
        (
            "<button>Xem thêm</button><script>$.getJSON('/api/news?cat=4&page=' + page, show)</script>",
            "/api/news?cat=4&page=2", "/api/news?cat=4&page=3",
        ),
        (
            "<div onclick='more()'>Xem thêm tin</div><script>fetch(`/tin/ds?page=${p}`)</script>",
            "/tin/ds?page=2", "/tin/ds?page=3",
        ),
    ],
)  # fmt: skip
def test_a_load_more_is_followed_where_the_page_names_its_address(
    control: str, second: str, third: str
) -> None:
    found = next_page(parse_text(f"<body>{control}</body>"), SITE + "/tin-tuc", 1)
    assert found is not None and (found.url, found.form) == (SITE + second, None)
    more = next_page(parse_text("<p>…</p>"), found.url, 2, found.state)
    assert more is not None and (more.url, more.number) == (SITE + third, 3)


@pytest.mark.parametrize(
    "control",
    [
        "<script>$.getJSON('/api/news?page=' + page)</script>",  # nothing to press
        "<button class='load-more' data-url='https://other.test/api?page=2'>Xem thêm</button>",
        "<button class='load-more' data-url='/api/tin'>Xem thêm</button>",  # names no page
    ],
)
def test_an_address_that_no_button_asks_for_is_not_asked(control: str) -> None:
    assert next_page(parse_text(f"<body>{control}</body>"), SITE + "/tin-tuc", 1) is None
