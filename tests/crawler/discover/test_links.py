"""Which links of a page lead to articles, and what is printed beside them."""

import re

import pytest

from crawler.discover.links import article_links, looks_like_article, section
from pipelines.html.parse import parse_text

SITE = "https://gia-vien.test"
HEADLINE = "UBND huyện tổ chức hội nghị giao ban thường kỳ tháng 10"


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/ubnd-huyen-to-chuc-hoi-nghi-2657.html", ""),
        ("/tin-tuc/khai-mac-dai-hoi-the-duc-the-thao-lan-thu-ix-644025", ""),
        ("/index.php?com=tintuc_ct&id_news=1330", "Thông báo lịch tiếp công dân"),
        ("/Pages/UBND-huyen-trien-khai-nhiem-vu-thang-6.aspx", ""),
        ("/doc-bai-viet.php?id=512&cat=7", ""),
        ("/news/view/12", "Chủ tịch UBND huyện kiểm tra công tác hộ đê sau mưa lớn"),
    ],
)
def test_an_article_is_told_by_the_shape_of_its_address(path: str, title: str) -> None:
    assert looks_like_article(SITE + path, title)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/tin-tuc",
        "/tin-tuc?page=2",
        "/tin-tuc.php?id=4&page=2",
        "/lien-he",
        "/wp-content/uploads/anh-dai-hoi-lan-thu-ix-2020.jpg",
        "/rss.xml",
        "/van-ban/quyet-dinh-so-12-qd-ubnd-nam-2020.pdf",
        "/tim-kiem?q=hoi-nghi-giao-ban-thuong-ky",
    ],
)
def test_what_is_no_article_is_not_taken_for_one(path: str) -> None:
    assert not looks_like_article(SITE + path)


def test_a_listing_gives_each_article_once_with_its_longest_title_and_its_own_date() -> None:
    page = parse_text(
        f"""<ul><li><a href="/a-b-c-d-e-1001.html"><img src="x.jpg" alt=""></a>
        <a href="/a-b-c-d-e-1001.html">{HEADLINE}</a><span>26/10/2023</span>
        <p>Chiều ngày 25/10/2023, tại hội trường, UBND huyện tổ chức hội nghị giao ban.</p></li>
        <li><a href="/f-g-h-i-k-1002.html#top">{HEADLINE} và tháng 11</a>
        <i>Ngày đăng: 30/10/2023</i></li></ul>"""
    )
    found = article_links(page, SITE + "/tin-tuc")
    assert [(link.url, link.title, link.date) for link in found] == [
        (SITE + "/a-b-c-d-e-1001.html", HEADLINE, "26/10/2023"),
        (SITE + "/f-g-h-i-k-1002.html", HEADLINE + " và tháng 11", "30/10/2023"),
    ]


def test_the_day_of_an_event_in_a_summary_is_not_the_listings_date() -> None:
    page = parse_text(
        f'<div><a href="/a-b-c-d-e-1001.html">{HEADLINE}</a>'
        "<p>Sáng ngày 4/6/2024, UBND huyện tổ chức hội nghị.</p></div>"
    )
    assert article_links(page, SITE + "/tin-tuc")[0].date is None


def test_a_menu_of_short_links_is_no_listing_even_without_a_name() -> None:
    menu = "".join(
        f'<li><a href="/gioi-thieu-chung-xa-so-{n}-{n}00.html">Giới thiệu xã {n}</a></li>' for n in range(40)
    )
    page = parse_text(f'<ul>{menu}</ul><div><a href="/a-b-c-d-e-1001.html">{HEADLINE}</a></div>')
    assert [link.url for link in article_links(page, SITE)] == [SITE + "/a-b-c-d-e-1001.html"]


def test_links_off_the_site_to_print_views_and_to_pages_of_the_pager_are_left() -> None:
    page = parse_text(
        f'<a href="https://other.test/a-b-c-d-e-1.html">{HEADLINE}</a>'
        f'<a href="/print/a-b-c-d-e-1001.html">{HEADLINE}</a>'
        '<a href="/Pages/tin-tuc-su-kien-noi-bat.aspx?page=2">2</a>'
    )
    assert article_links(page, SITE, re.compile("(?i)html|aspx")) == []


def test_broken_and_foreign_addresses_do_not_stop_the_others() -> None:
    page = parse_text(
        '<a href="http://[broken">x</a><a href="javascript:void(0)">x</a><a href="mailto:a@b.c">x</a>'
        f'<a href="/a-b-c-d-e-1001.html">{HEADLINE}</a>'
    )
    assert len(article_links(page, SITE)) == 1


@pytest.mark.parametrize(("path", "is_section"), [("/tin-tuc", True), ("/login", False), ("/x.pdf", False)])
def test_sections(path: str, is_section: bool) -> None:
    assert section(SITE + path, "Tin tức") is is_section


def test_the_category_of_a_listing_is_not_that_of_its_side_boxes() -> None:
    own = "".join(
        f'<div class="item"><a href="/a-b-c-d-e-100{n}.html">{HEADLINE} {n}</a></div>' for n in range(5)
    )
    page = parse_text(
        f'{own}<ul class="box"><li><a href="/f-g-h-i-k-2001.html">{HEADLINE} khác</a></li></ul>'
    )
    found = article_links(page, SITE + "/kinh-te", category="Kinh tế")
    assert [link.category for link in found] == ["Kinh tế"] * 5 + [None]
