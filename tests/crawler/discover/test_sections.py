"""Which links of a page may lead to sections, and what a page-wide wrapper does not hide."""

from __future__ import annotations

import pytest

from crawler.discover.links import article_links, looks_like_article
from crawler.discover.sections import left_over, named, sections
from pipelines.html.parse import parse_text

SITE = "https://son-khe.test"
ENTRY = (
    '<div class="tin"><h3><a href="/bai/{n}">{title}</a></h3><span class="ngay">{day}/05/2024</span></div>'
)
TITLES = ("Mùa ong", "Chợ phiên", "Giá lợn hơi tăng", "Lớp học bản Mạ", "Làng sạch")
LIST = "".join(ENTRY.format(n=n, title=title, day=10 + n) for n, title in enumerate(TITLES))
MENU = (
    '<li><a href="/tin-tuc-su-kien">Tin tức - Sự kiện</a></li>'
    '<li><a href="/xay-dung-nong-thon-moi">Xây dựng nông thôn mới</a><ul>'
    '<li><a href="/giao-thong">Giao thông</a></li></ul></li>'
)


def found(html: str, path: str = "/muc") -> list[str]:
    return [link.url.removeprefix(SITE) for link in article_links(parse_text(html), SITE + path)]


def suggested(html: str) -> list[str]:
    page = parse_text(html)
    taken = {link.url for link in article_links(page, SITE + "/")}
    return [address.removeprefix(SITE) for address, _ in sections(page, SITE + "/", taken)]


@pytest.mark.parametrize(
    "wrapper",
    [
        '<body class="has-main-navigation no-widgets">{}</body>',
        '<body class="menu-open">{}</body>',
        '<body><div id="page" class="site nav-fixed">{}</div></body>',
        '<body><div class="elementor elementor-nav-menu-wrap"><main>{}</main></div></body>',
        '<body class="page"><div class="off-canvas menu-left"><div class="in">{}</div></div></body>',
    ],
)
def test_a_name_on_what_holds_the_whole_page_makes_no_menu(wrapper: str) -> None:
    prose = (
        "<p>Trang tin của huyện đăng những việc mới ở các xã, do phóng viên của đài truyền thanh viết.</p>"
    )
    page = wrapper.format(f'<ul class="menu">{MENU}</ul><div>{prose}{LIST}</div>')
    assert found(f"<html>{page}</html>") == [f"/bai/{n}" for n in range(5)]


@pytest.mark.parametrize(
    "menu", ["<nav><ul>{}</ul></nav>", '<div class="main-menu"><ul>{}</ul></div>', "<footer>{}</footer>"]
)
def test_a_menu_is_one_whatever_its_links_look_like(menu: str) -> None:
    headline = '<li><a href="/ubnd-huyen-hop-ban-ve-lu-lut">Họp bàn lũ lụt</a></li>'
    assert found(f"<body>{menu.format(MENU + headline)}<p>{'chữ ' * 30}</p></body>") == []


def test_a_dated_link_is_an_article_whatever_its_words() -> None:
    assert found(LIST) == [f"/bai/{n}" for n in range(5)]


def test_categories_and_authors_beside_a_date_are_no_articles() -> None:
    items = "".join(
        f'<li><a class="m" href="/muc-{n % 2}">Quốc phòng - An ninh trên địa bàn</a>'
        f'<a href="/tac-gia/{n}">Lan</a>'
        f'<h4><a href="/v/{n}">{title}</a></h4><time datetime="2024-05-1{n}">1{n}/5/2024</time></li>'
        for n, title in enumerate(TITLES)
    )
    assert found(f"<ul>{items}</ul>") == [f"/v/{n}" for n in range(5)]


def test_the_heading_of_a_box_of_dated_links_is_no_article() -> None:
    box = '<div class="box"><h2><a href="/{s}">Tin {s}</a></h2>{list}</div>'
    two = box.format(s="xa", list=LIST) + box.format(s="thon", list=LIST.replace("/bai/", "/chuyen/"))
    assert {path.split("/")[1] for path in found(two)} == {"bai", "chuyen"}


@pytest.mark.parametrize(
    "day",
    [
        "12 Tháng 5, 2024",
        "12 Tháng Năm, 2024",
        "12 May 2024",
        "May 12, 2024",
        "T2, 13/05/2024 - 08:20",
        "2024-05-12",
    ],
)
def test_days_in_the_words_of_the_systems_are_days(day: str) -> None:
    items = "".join(f'<p><b><a href="/v/{n}">{t}</a></b> <i>{day}</i></p>' for n, t in enumerate(TITLES))
    assert len(found(items)) == 5


def test_a_header_with_the_day_of_today_makes_no_article_of_its_links() -> None:
    head = f'<div class="top"><span>Thứ hai, 13/05/2024</span><ul>{MENU}</ul></div>'
    assert found(head) == []


def test_undated_links_of_a_list_follow_what_most_of_them_are() -> None:
    long = "".join(
        f'<li><a href="/a/{n}">Xã {n} tổ chức ra quân làm thủy lợi đầu xuân năm mới</a></li>'
        for n in range(4)
    )
    assert found(f'<ul class="ds">{long}<li><a href="/a/9">Mùa ong</a></li></ul>')[-1] == "/a/9"


def test_a_list_of_what_the_menu_names_is_one_of_sections() -> None:
    side = '<ul class="chu-de">' + MENU.replace("<ul>", "").replace("</ul>", "") + "</ul>"
    assert found(f"<body><nav><ul>{MENU}</ul></nav>{side}{LIST}</body>") == [f"/bai/{n}" for n in range(5)]


def test_a_dash_is_no_word() -> None:
    assert not looks_like_article(f"{SITE}/muc/tin-tuc-su-kien", "Tin tức - Sự kiện")


@pytest.mark.parametrize("slug", ["lich-cat-dien", "thu-vien-huyen", "video-hoi-lang"])
def test_a_dated_notice_may_begin_like_a_function_of_the_site(slug: str) -> None:
    assert f"/{slug}" in found(LIST.replace("/bai/2", f"/{slug}"))


def test_sections_are_found_in_menus_of_all_levels_and_beside_articles() -> None:
    assert suggested(f"<body><nav><ul>{MENU}</ul></nav>{LIST}</body>") == [
        "/tin-tuc-su-kien",
        "/xay-dung-nong-thon-moi",
        "/giao-thong",
    ]


@pytest.mark.parametrize(
    "box",
    [
        '<div class="tagcloud"><a href="/lua-gao">lúa gạo</a></div>',
        '<p><a rel="tag" href="/lua-gao">lúa gạo</a></p>',
        '<div><h2>Từ khóa</h2><p><a href="/tu/lua">lúa gạo</a></p></div>',
        '<div><h3>Lưu trữ</h3><ul><li><a href="/thang/5">Tháng 5 2024</a></li></ul></div>',
        '<ul><li><a href="/2024/05/">Tháng Năm 2024</a></li></ul>',
        '<p class="byline"><a href="/nguoi/lan">Lan Hương</a></p>',
        '<p><a href="/?page=2">Trang 2</a></p>',
        '<p><a rel="next" href="/?page=1">Cũ hơn</a></p>',
        '<p><a href="/author/lan/">Lan</a> <a href="/tin.pdf">Tải</a> <a href="/en/">English</a></p>',
        '<p><a href="/?m=202405">5/2024</a> <a href="/?tag=lua">lúa</a> <a href="/?author=1">Lan</a></p>',
    ],
)
def test_tags_archives_authors_and_pages_are_no_sections(box: str) -> None:
    assert suggested(f"<body>{LIST}{box}</body>") == []


def test_a_category_that_only_an_article_names_is_found_there() -> None:
    page = parse_text(
        '<body><div class="post"><h1>Cô giáo bản</h1><span class="cat-links"><a rel="category tag" '
        'href="/chuyen-muc/guong-sang">Gương sáng</a></span><a rel="tag" href="/the/ban">bản</a></div></body>'
    )
    assert named(page, SITE + "/co-giao-ban") == [(SITE + "/chuyen-muc/guong-sang", "Gương sáng")]


def test_what_a_listing_links_and_a_walk_leaves_is_named_and_documents_are_counted() -> None:
    page = parse_text(
        f'<body><nav><ul>{MENU}</ul></nav>{LIST}<p><a href="/x/mua-ong-nam-nay">Mùa ong năm nay</a></p>'
        '<p><a href="/qd-12.pdf">Quyết định số 12 của huyện</a> <a href="/kinh-te">Tin kinh tế</a></p></body>'
    )
    taken = {link.url for link in article_links(page, SITE + "/muc")}
    assert left_over(page, SITE + "/muc", taken) == ([SITE + "/x/mua-ong-nam-nay"], 1)
