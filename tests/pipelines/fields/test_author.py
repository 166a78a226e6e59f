"""Who wrote an article: what markup says, in all its shapes, and what is no author."""

from __future__ import annotations

import json

import pytest

from pipelines.article.bylines import signed_date
from pipelines.fields.author import chosen, marked_author
from pipelines.html.parse import parse_text

URL = "https://bao.example.vn/tin/mo-duong-71.html"
TITLE = "Bản Khau Cút mở đường lên nương"


def graph(*nodes: object) -> str:
    return f"<script type='application/ld+json'>{json.dumps(list(nodes))}</script>"


def entry(author: object, **more: object) -> dict[str, object]:
    return {"@type": "NewsArticle", "headline": TITLE, "author": author, **more}


def named(markup: str) -> str | None:
    return marked_author(parse_text(f"<html><head></head><body>{markup}</body></html>"), URL, TITLE)


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("Lò Văn Inh", "Lò Văn Inh"),
        ({"@type": "Person", "name": "Lò Văn Inh"}, "Lò Văn Inh"),
        ([{"name": "Lò Văn Inh"}, {"name": "Hà Thị Mơ"}], "Lò Văn Inh; Hà Thị Mơ"),
        ({"@type": "Person", "name": ["Lò Văn Inh", "Hà Thị Mơ"]}, "Lò Văn Inh; Hà Thị Mơ"),
        ({"@id": "#ai"}, "Lò Văn Inh"),
        ("By Ann Ferris and Bo Quist", "Ann Ferris; Bo Quist"),
        ("Ann Ferris, Bo Quist", "Ann Ferris; Bo Quist"),
        ("Von Uwe Brand und Ida Klein", "Uwe Brand; Ida Klein"),
        ("Ida de Vries", "Ida de Vries"),
        (
            [{"@type": "Organization", "name": "Báo Mường"}, {"@type": "Person", "name": "Lò Văn Inh"}],
            "Lò Văn Inh",
        ),
        ({"@type": "Organization", "name": "Báo Mường"}, None),
        ({"@type": "Organization", "name": "Đài Truyền thanh Mường La"}, "Đài Truyền thanh Mường La"),
        ({"@type": "Person", "name": "admin"}, None),
        ({"@type": "Person", "name": "Cổng thông tin điện tử huyện"}, None),
        ({"@type": "Person", "name": "https://bao.example.vn/author/inh"}, None),
        ([[], {}, None, 7, {"name": {}}], None),
    ],
)
def test_json_ld(author: object, name: str | None) -> None:
    person = {"@type": "Person", "@id": "#ai", "name": "Lò Văn Inh"}
    site = {"@type": "Organization", "name": "Báo Mường"}
    assert named(graph({"@graph": [entry(author, publisher=site), person]})) == name


def test_the_page_s_own_entry_counts() -> None:
    other = {"@type": "NewsArticle", "headline": "Tin khác trong ngày", "author": "Vàng A Sếnh"}
    assert named(graph(other, entry("Lò Văn Inh"))) == "Lò Văn Inh"


@pytest.mark.parametrize(
    ("markup", "name"),
    [
        ("<meta name=author content='Lò Văn Inh'>", "Lò Văn Inh"),
        (
            "<meta name=AUTHOR content='admin'><meta property='article:author' content='Lò Văn Inh'>",
            "Lò Văn Inh",
        ),
        ("<meta property='article:author' content='https://facebook.com/baomuong'>", None),
        ("<meta name='parsely-author' content='Ann Ferris'>", "Ann Ferris"),
        ("<meta name='dc.creator' content='Thu Trang'>", "Thu Trang"),
        ("<meta name=byl content='By Ann Ferris'>", "Ann Ferris"),
        ("<meta property='og:site_name' content='Báo Mường'><meta name=author content='Báo Mường'>", None),
        ("<meta name=author content='bao'>", None),
        ("<a rel=author href='/tac-gia/inh'>Lò Văn Inh</a>", "Lò Văn Inh"),
        ("<span itemprop=author itemscope><span itemprop=name>Lò Văn Inh</span></span>", "Lò Văn Inh"),
        ("<p class='detail-author__name'>Tác giả: Lò Văn Inh</p>", "Lò Văn Inh"),
        ("<div class='byline'>By <a>Ann Ferris</a> on May 5, 2021</div>", "Ann Ferris"),
        ("<p data-role=author>Lò Văn Inh</p>", "Lò Văn Inh"),
        ("<span class=username>Lò Văn Inh – Hà Mơ</span>", "Lò Văn Inh – Hà Mơ"),
        ("<p class=author>Chia sẻ</p>", None),
        ("<a rel=author href='https://facebook.com/sharer?u=1'>Facebook</a>", None),
        ("<div class=comment-list><b class=author>Bạn đọc Mai</b></div>", None),
        ("<footer><p class=author>Lò Văn Inh</p></footer>", None),
        (
            "<div class=author-bio>Lò Văn Inh sinh ra ở bản Khau Cút, viết báo từ năm hai mươi tuổi.</div>",
            None,
        ),
        ("<p class=authority>Ủy ban nhân dân xã</p>", None),
        ("<div class=author style='display:none'>Lò Văn Inh</div>", None),
    ],
)
def test_metadata_and_marks(markup: str, name: str | None) -> None:
    assert named(markup) == name


def test_a_signed_vietnamese_text_knows_its_author_better_than_the_markup() -> None:
    tree = parse_text("<body><meta name=author content='Nguyễn Biên Tập'></body>")
    assert chosen("Lò Văn Inh", tree, URL, TITLE, [TITLE]) == "Lò Văn Inh"
    assert chosen("More in Sport", tree, URL, "A win", ["A long day."]) == "Nguyễn Biên Tập"
    assert chosen(None, tree, URL, TITLE, [TITLE]) == "Nguyễn Biên Tập"


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Được viết bởi Hà Mơ vào Thứ 3, 04/05/2021 - 08:15", "Hà Mơ"),
        ("Đăng bởi Hà Mơ – Lò Inh lúc 04/05/2021 - 08:15", "Hà Mơ – Lò Inh"),
        ("Bài đăng bởi: Hà Mơ | 04/05/2021", "Hà Mơ"),
        ("Posted by Hà Mơ on May 4, 2021", "Hà Mơ"),
        ("Đăng bởi admin lúc 04/05/2021", None),
        ("Hà Mơ - 04/05/2021 08:15", "Hà Mơ"),
        ("Đăng ngày 04/05/2021", None),
    ],
)
def test_a_name_in_the_line_of_the_date(line: str, name: str | None) -> None:
    assert signed_date(line) == name
