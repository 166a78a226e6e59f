"""Listings without dates: cards, links that lie over one, pages with one entry, sections told by number."""

from __future__ import annotations

import pytest

from crawler.discover.labels import said_by
from crawler.discover.links import article_links, looks_like_article, plausible
from crawler.discover.places import MENU, Place, Places
from crawler.discover.sections import named
from pipelines.html.parse import parse_text

SITE = "https://huyen-khe.test"
TITLES = (
    "Mùa cá bột",
    "Trường mới Bản Lầu",
    "Chợ đêm",
    "Xã Khe Vai nghiệm thu tuyến đường liên thôn dài hai cây số",
    "Đội văn nghệ xã Nậm Chày dự liên hoan hát ru toàn tỉnh lần thứ năm",
    "Bà con bản Phiêng góp công làm kè chống sạt lở bên suối Khe",
)


def card(number: int, title: str) -> str:
    return (
        f"<div class='the post-{number}'><a href='/xem/{number}'><img src='/a.jpg'></a>"
        f"<h3><a href='/xem/{number}'>{title}</a></h3><p>Tóm tắt của bài.</p>"
        f"<a href='/xem/{number}'>Đọc tiếp</a></div>"
    )


def found(html: str, trusted: set[Place] | None = None) -> list[str]:
    links = article_links(parse_text(html), f"{SITE}/tin", None, None, trusted)
    return [link.url.removeprefix(SITE) for link in links]


def page(titles: tuple[str, ...], first: int) -> str:
    cards = "".join(card(first + n, title) for n, title in enumerate(titles))
    return f"<html><body><main><div class='luoi'>{cards}</div></main></body></html>"


def test_cards_with_numbered_classes_are_one_list() -> None:
    assert found(page(TITLES, 20)) == [f"/xem/{n}" for n in range(20, 26)]


def test_columns_of_a_grid_are_two_lists() -> None:
    rows = "<ul><li><a href='/a'>A</a></li></ul>"
    tree = parse_text(f"<body><div class='col-md-8'>{rows}</div><div class='col-md-4'>{rows}</div></body>")
    places = Places()
    assert len({places.of(link.getparent()) for link in tree.iter("a")}) == 2


def test_where_articles_stood_on_the_page_before_they_stand_on_the_last_one() -> None:
    trusted: set[Place] = set()
    found(page(TITLES, 20), trusted)
    last = page(("Lũ ống",), 31)
    assert found(last) == []
    assert found(last, trusted) == ["/xem/31"]


def test_many_short_cards_are_no_menu_after_the_first_page() -> None:
    trusted: set[Place] = set()
    found(page(TITLES, 20), trusted)
    short = tuple(f"Bản tin {n}" for n in range(9))
    assert len(found(page(short, 40), trusted)) == 9


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<article><h2>Mưa đá ở Khe Vai</h2><p>Đêm qua.</p><a href='/x'></a></article>", "Mưa đá ở Khe Vai"),
        ("<div><a href='/x' aria-label='Mở bài Gặt sớm'></a></div>", "Mở bài Gặt sớm"),
        ("<div><a href='/x' title='Gặt sớm'><img src='a.png'></a></div>", "Gặt sớm"),
        (
            "<a href='/x'><h3>Gặt sớm</h3><p>Năm nay lúa chín trước gần mười ngày so với mọi năm.</p></a>",
            "Gặt sớm",
        ),
        ("<div><h2>Tin mới</h2><h2>Tin cũ</h2><a href='/x'></a></div>", ""),
        ("<div><h2><a href='/y'>Tin mới</a></h2><a href='/x'></a></div>", ""),
    ],
)
def test_what_a_link_says(html: str, said: str) -> None:
    link = next(a for a in parse_text(f"<body>{html}</body>").iter("a") if a.get("href") == "/x")
    assert said_by(link) == said


@pytest.mark.parametrize(
    ("address", "title", "article"),
    [
        ("/2022/08/lu-ong_7.html", "", True),
        ("/2022/08/14/gat-som/", "", True),
        ("/2022/08/page/2/", "", False),
        ("/2022/08/", "", False),
        ("/DanhMuc.aspx?cid=12", "Xây dựng nông thôn mới hôm nay", False),
        ("/tin.aspx?cat_id=3", "Văn hóa và thể thao huyện", False),
        ("/ChiTiet.aspx?cid=3&id=512", "Xây dựng nông thôn mới hôm nay", True),
        ("/tin.aspx?id=512", "Bản Phiêng làm kè chống sạt", True),
    ],
)
def test_addresses_by_day_and_sections_by_number(address: str, title: str, article: bool) -> None:
    assert looks_like_article(SITE + address, title) is article


@pytest.mark.parametrize(
    ("address", "may_be"),
    [
        ("/search/label/Kinh%20t%E1%BA%BF", True),
        ("/search?q=ke", False),
        ("/?q=user/login", False),
        ("/?q=node/12", True),
        ("/?q=tin-tuc/ke-suoi", True),
    ],
)
def test_pages_and_functions_of_a_site(address: str, may_be: bool) -> None:
    assert plausible(SITE + address) is may_be


def test_a_file_that_is_listed_beside_a_date_is_taken_and_a_button_is_not() -> None:
    rows = "".join(
        f"<tr><td><a href='/vb/{n}.pdf'>Kế hoạch trồng rừng đợt {n}</a></td><td>0{n}/02/2023</td></tr>"
        for n in (1, 2)
    )
    rows += "<tr><td><a href='/vb/9.pdf'>Tải về</a></td><td>03/02/2023</td></tr>"
    assert found(f"<body><table>{rows}</table></body>") == ["/vb/1.pdf", "/vb/2.pdf"]


def test_an_article_in_two_boxes_of_a_home_page_is_no_category() -> None:
    entry = (
        "<tr><td><a href='/xem/{0}'><img></a></td>"
        "<td><a href='/xem/{0}'>Bài {0}</a> <i>0{1}/05/2023</i></td></tr>"
    )
    boxes = [
        "<table>" + f"<tr><td class='ten'><a href='/muc/{box}'>Mục {box}</a></td></tr>"
        + "".join(entry.format(n, n % 9 + 1) for n in numbers) + "</table>"
        for box, numbers in (("a", (71, 72, 73)), ("b", (72, 74, 75)))
    ]  # fmt: skip
    assert set(found(f"<body><div>{''.join(boxes)}</div></body>")) == {f"/xem/{n}" for n in range(71, 76)}


@pytest.mark.parametrize(
    "field",
    [
        "<div class='truong'><div>Chuyên mục</div><div><a href='/muc/12'>Gương sáng</a></div></div>",
        "<p>Đăng trong: <a href='/muc/12'>Gương sáng</a></p>",
        "<div class='duongdan'><a href='/'>Trang chủ</a> &gt; <a href='/muc/12'>Gương sáng</a></div>",
        "<p><a href='/category/guong-sang/'>Gương sáng</a></p>",
    ],
)
def test_an_article_names_its_category_in_many_ways(field: str) -> None:
    tree = parse_text(f"<html><body><h1>Mùa cá bột</h1>{field}<p>Lời kể.</p></body></html>")
    assert [name for _, name in named(tree, f"{SITE}/xem/7") if name != "Trang chủ"] == ["Gương sáng"]


@pytest.mark.parametrize(
    ("name", "menu"),
    [
        ("menungang", True),
        ("topmenu", True),
        ("chan-trang", True),
        ("menu", True),
        ("documents", False),
        ("chanh", False),
    ],
)
def test_compound_names_of_menus(name: str, menu: bool) -> None:
    text = "Bà con góp công. " * 12
    html = (
        f"<body><div class='{name}'><ul><li><a href='/a'>A</a></li></ul></div><div><p>{text}</p></div></body>"
    )
    link = next(parse_text(html).iter("a"))
    assert (Places().of(link.getparent()) == MENU) is menu
