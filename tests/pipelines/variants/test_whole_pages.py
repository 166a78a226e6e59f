# ruff: noqa: E501  # markup, whole as a page has it
"""Pages whose every part stands in a box that usually holds none of it: menus left open, scripts, noscript."""

from __future__ import annotations

import pytest

from pipelines.items import Article
from tests.pipelines.variants.page import (
    FOOT,
    MENU,
    ONE,
    TEXT,
    TITLE,
    article,
    paragraphs,
    result,
    texts,
    whole,
)

INNER = f"<h1>{TITLE}</h1><div class='ngay'>13/03/2024 08:15</div><div class='nd'>{paragraphs(*TEXT)}</div>"
BRANCH = "<ul><li class='con'><div class='bang'><ul><li><a href='/a'>Giới thiệu</a></ul></li>"  # its box stays open


@pytest.mark.parametrize(
    "body",
    [
        f"<nav>{BRANCH}</ul></nav><main>{INNER}</main>",
        f"<nav class='chinh'><div><div>{MENU}</div></nav><article>{INNER}</article>",
        f"<header><div class='logo'><a href='/'>Logo</a></header><main>{INNER}</main><footer>Chân trang</footer>",
        f"<aside><div>{MENU}</aside><div class='giua'><article>{INNER}</article></div>",
        f"<nav>{BRANCH}{BRANCH}</ul></nav><div class='khung'><main>{INNER}</main></div>{FOOT}",
    ],
)
def test_a_box_left_open_in_a_menu_ends_with_it(body: str) -> None:
    assert texts(article(whole(body))) == [*TEXT]


@pytest.mark.parametrize(
    "body",
    [
        f"<noscript><div id='khong-js'>{MENU}{INNER}</div></noscript>",
        f"<div id='app'></div><noscript>{INNER}</noscript>{FOOT}",
        f"<noscript><img src='/dem.gif'></noscript>{MENU}<div>{INNER}</div>",
        f"<noscript><p>Trình duyệt của bạn đã tắt JavaScript, hãy bật lên để xem đủ.</p></noscript><div>{INNER}</div>",
        f"<div>{INNER}</div><noscript>{paragraphs('Bạn cần bật JavaScript.')}</noscript>",
    ],
)
def test_a_page_for_readers_without_scripts(body: str) -> None:
    assert texts(article(whole(body))) == [*TEXT]


@pytest.mark.parametrize("rule", [".an{display:none}", ".an{visibility:hidden}", "#tai.an{opacity:0}"])
def test_a_page_that_its_style_sheet_hides_until_a_script_comes(rule: str) -> None:
    links = "".join(f"<a href='/tin/{n}'>Tin số {n} của huyện Đông Phú trong tuần</a>" for n in range(20))
    body = f"<div id='tai' class='an'><main>{INNER}</main><div class='canh'>{links}</div></div>"
    assert texts(article(whole(body, head=f"<style>{rule}</style>"))) == [*TEXT]


@pytest.mark.parametrize(
    ("above", "notice"),
    [
        (
            "<div class='dau'>TIN MỚI<br>Đại hội công đoàn cơ sở khối cơ quan huyện (2/6/2024)</div>",
            "Đoàn khám bệnh về xã.",
        ),
        (
            "<div class='chay'>Lịch tiếp công dân của lãnh đạo huyện Đông Phú tuần này</div>",
            "Nghỉ học do mưa lớn.",
        ),
        (MENU, "Xem tệp đính kèm."),
        ("<p class='tb'>Chào mừng bạn đọc đến với trang thông tin của xã Đông Phú</p>", "Mất điện từ 8 giờ."),
    ],
)
def test_an_article_may_have_hardly_any_text(above: str, notice: str) -> None:
    body = f"{above}<h1>{TITLE}</h1><div class='ngay'>Ngày đăng: 12/03/2024</div><div class='nd'><p>{notice}</p></div>"
    found = article(whole(body))
    assert texts(found) == [notice]
    assert found.published.value == "2024-03-12"


SHARE = (
    "<ul class='chia'>"
    + "".join(
        f"<li><a href='https://mxh.example/{n}'>Bấm vào đây để chia sẻ lên mạng xã hội {n}</a></li>"
        for n in range(5)
    )
    + "</ul>"
)
LISTED = "".join(
    f"<h2><a href='/cua-hang/{n}'>Món quà số {n} của làng nghề Đông Phú</a></h2><p>Hộp mây đan tay loại {n}, mỗi chiếc mất hai ngày công và bán ngay tại làng...</p>"
    for n in range(1, 7)
)
MARKS = [
    ("<meta property='article:published_time' content='2024-03-13T08:15:00+07:00'>", ""),
    ("", "class='post-template-default single single-post postid-72'"),
    ("", "class='page-node-311 node-type-tin'"),
    (f"""<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{TITLE}"}}</script>""", ""),
]


@pytest.mark.parametrize(("head", "mark"), MARKS)
@pytest.mark.parametrize("content", [LISTED, f"<p>{ONE[:-1]}…</p>{SHARE}"])
def test_a_page_that_calls_itself_an_article_is_no_list(head: str, mark: str, content: str) -> None:
    markup = whole(f"{MENU}<h1>{TITLE}</h1><p>{ONE}</p>{content}", head=head).replace(
        "<body>", f"<body {mark}>"
    )
    assert isinstance(result(markup), Article)


@pytest.mark.parametrize(
    ("head", "mark"),
    [
        ("", ""),
        ("<meta property='og:type' content='article'>", ""),
        ("", "class='archive category category-tin'"),
        ("", "class='blog single-author'"),
        (
            """<script type="application/ld+json">{"@type":"NewsArticle","headline":"Món quà số 1"}</script>""",
            "",
        ),
    ],
)
def test_a_list_is_one_whatever_else_it_marks(head: str, mark: str) -> None:
    markup = whole(f"{MENU}<h1>Làng nghề</h1>{LISTED}", head=head).replace("<body>", f"<body {mark}>")
    assert not isinstance(result(markup, "https://dongphu.example.vn/lang-nghe/"), Article)


LONG = [*TEXT, "Lớp học khép lại vào cuối tháng Năm, khi bà con bắt đầu xuống ruộng cấy vụ mùa ven lòng hồ."]
TOLD = (
    '<script type=\'application/ld+json\'>{{"@type":"NewsArticle","headline":"'
    + TITLE
    + '","articleBody":"{}"}}</script>'
)


@pytest.mark.parametrize("between", ["\\n", "\\n\\n", "\\r\\n", "<br>", "</p><p>"])
def test_a_text_that_stands_in_structured_data_only(between: str) -> None:
    head = TOLD.format(between.join(LONG))
    shown = f"{MENU}<main><h1>{TITLE}</h1><time>13/03/2024 08:15</time>{{}}</main>{FOOT}"
    assert texts(article(whole(shown.format("<div id='app'></div>"), head=head))) == LONG
    assert texts(article(whole(shown.format(paragraphs(*LONG)), head=head))) == LONG


def test_a_summary_in_structured_data_is_not_the_text() -> None:
    shown = f"{MENU}<main><h1>{TITLE}</h1><time>13/03/2024 08:15</time>{paragraphs(*TEXT)}</main>{FOOT}"
    assert texts(article(whole(shown, head=TOLD.format("Xã Đông Phú mở lớp xóa mù chữ.")))) == [*TEXT]


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("Đông Phú: mở lớp xóa mù chữ cho phụ nữ", TITLE),
        ("Mở thêm hai lớp xóa mù chữ ở xã Đông Phú | Giáo dục", TITLE),
    ],
)
def test_a_page_of_another_name_keeps_its_heading(name: str, heading: str) -> None:
    sub = "<h2>Người học lớn tuổi nhất năm nay đã ngoài năm mươi</h2>"
    body = f"{MENU}<div class='dau'><h1>{heading}</h1></div><div class='nd'><p>{ONE}</p>{sub}{paragraphs(*TEXT[1:])}</div>{FOOT}"
    found = article(whole(body, title=name))
    assert found.title == heading
    assert texts(found) == [ONE, "Người học lớn tuổi nhất năm nay đã ngoài năm mươi", *TEXT[1:]]


def test_readings_above_letters_are_no_text() -> None:
    ruby = ONE.replace("bản Chiềng", "<ruby>bản<rp>(</rp><rt>ban</rt><rp>)</rp></ruby> Chiềng")
    assert texts(article(whole(f"<h1>{TITLE}</h1><div>13/03/2024</div>{paragraphs(ruby, *TEXT[1:])}"))) == [
        *TEXT
    ]
