# ruff: noqa: E501  # markup and sentences, whole as a page has them
"""Kinds of pages that a reader with one opinion gets wrong, in words of our own: each with what must stay
out, and
with pages of the same build that must not trigger the rule.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipelines.chain import read
from pipelines.items import Article, Hints, RawPage

TITLE = "Thị trấn Bến Đò khánh thành cầu dân sinh nối hai bờ kênh Đông"
ONE = "Sáng 4/9, thị trấn Bến Đò làm lễ khánh thành cây cầu dân sinh dài 46 mét, rộng 3,5 mét nối hai bờ kênh Đông."
TWO = "Cầu do 118 hộ dân đóng góp một nửa kinh phí, phần còn lại trích từ nguồn xây dựng nông thôn mới của huyện."
THREE = "Trước đây học sinh bên kia kênh phải đi đò ngang tới trường, mùa nước lớn nhiều em đành nghỉ học cả tuần."
FOUR = "Chủ tịch UBND thị trấn cho biết sang năm địa phương làm tiếp đoạn đường nối từ chân cầu ra chợ mới."
LOOSE = "Tôi thấy cây cầu này hơi hẹp, xe tải nhỏ chở lúa qua lại khó, mong xã cho làm thêm một làn nữa bà con nhé."
SIDE = (
    "Huyện Bến Đò nằm ở hạ lưu sông Mơ, có mười bốn xã và một thị trấn, dân số gần hai trăm nghìn người, đất đai màu"
    " mỡ, giao thông thủy bộ thuận lợi, nhân dân giàu truyền thống cách mạng và cần cù trong lao động sản xuất."
)
MENU = (
    "<div class='menu'><a href='/'>Trang chủ</a> <a href='/tin'>Tin tức</a> <a href='/vb'>Văn bản</a></div>"
)
FOOT = "<div id='footer'><p>Cơ quan chủ quản: UBND huyện Bến Đò. Điện thoại: 0299 000 111, thường trực ngày đêm.</p></div>"


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def article(content: str, *, behind: str = "", head: str = "") -> Article:
    page = (
        f"<html><head><meta charset='utf-8'><title>{TITLE}</title>{head}</head><body>{MENU}<div class='trang'>"
        f"<h1>{TITLE}</h1><div class='luc'>04/09/2023 15:20</div>{content}</div>{behind}{FOOT}</body></html>"
    )
    found = read(RawPage("https://bendo.example.vn/tin/cau-kenh-dong.html", page.encode(), datetime.now(UTC)))
    assert isinstance(found, Article)
    return found


@pytest.mark.parametrize(
    "hidden",
    [
        "<div style='display:none' id='toan-van'>{}</div>",
        "<div style='visibility: hidden'>{}</div>",
        "<div style='opacity:0' class='wow'>{}</div>",
        "<section hidden>{}</section>",
        "<div aria-hidden='true'>{}</div>",
        "<div style='max-height:0;overflow:hidden'>{}</div>",
    ],
)
def test_text_that_only_a_script_shows_is_read(hidden: str) -> None:
    whole = article(f"<div class='nd'>{hidden.format(paragraphs(ONE, TWO, THREE))}</div>")
    rest = article(f"<div class='nd'>{paragraphs(ONE)}{hidden.format(paragraphs(TWO, THREE))}</div>")
    assert whole.body == rest.body == [ONE, TWO, THREE]


@pytest.mark.parametrize(
    "hidden",
    [
        f"<div style='display:none'>{paragraphs(ONE, TWO, THREE)}</div>",  # the printer's copy
        f"<div class='popup' style='display:none'>{paragraphs(LOOSE)}</div>",
        f"<div style='position:absolute;left:-9999px'>{paragraphs(LOOSE)}</div>",
        "<div style='display:none'>Đã gửi ý kiến, xin cảm ơn bạn đọc!</div>",
    ],
)
def test_hidden_copies_messages_and_tricks_stay_out(hidden: str) -> None:
    assert article(f"<div class='nd'>{paragraphs(ONE, TWO, THREE)}{hidden}</div>").body == [ONE, TWO, THREE]


def test_text_in_several_boxes_is_one_text() -> None:
    first = f"<div class='o'><div class='chu'>{paragraphs(ONE, TWO)}</div></div>"
    second = f"<div class='o'><div class='chu'>{paragraphs(THREE, FOUR)}</div></div>"
    split = article(f"{first}<div class='qc'><a href='/qc'><img src='/qc.gif'></a></div>{second}")
    last = article(f"<div class='nd'>{paragraphs(ONE, TWO, THREE)}</div><div class='het'>{FOUR}</div>")
    assert split.body == last.body == [ONE, TWO, THREE, FOUR]


@pytest.mark.parametrize("cell", ["{}", "<p>{}</p>", "<table><tr><td>{}</td></tr></table>"])
def test_a_table_for_each_paragraph(cell: str) -> None:
    rows = "".join(
        f"<tr><td><table><tr><td>{cell.format(text)}</td></tr></table></td></tr>"
        for text in (ONE, TWO, THREE)
    )
    assert article(f"<div class='nd'><table>{rows}</table></div>").body == [ONE, TWO, THREE]


@pytest.mark.parametrize("name", ["comments", "binh-luan", "comment-list", "yKien"])
def test_what_readers_wrote_is_no_article(name: str) -> None:
    comments = f"<div id='{name}'><div class='x'><div class='noi-dung'>{paragraphs(LOOSE, LOOSE, SIDE)}</div></div></div>"
    assert article(f"<div class='nd'>{paragraphs(ONE)}</div>{comments}").body == [ONE]


def test_a_short_article_beats_a_long_side_column() -> None:
    side = f"<div class='phai'><div class='o'><h4>Giới thiệu</h4>{paragraphs(SIDE)}</div></div>"
    found = article(f"<div class='nd'>{paragraphs(TWO, THREE)}</div>", behind=side)
    assert SIDE not in found.body
    assert [found.lead, *found.body][-2:] == [TWO, THREE]


def test_layouts_named_after_their_parts_are_no_furniture() -> None:
    found = article(
        f"<div class='has-sidebar right-sidebar'><div class='widget'>{paragraphs(ONE, TWO)}</div></div>"
    )
    assert found.body == [ONE, TWO]


def test_two_copies_of_the_text_are_one() -> None:
    copy = paragraphs(ONE, TWO, THREE)
    found = article(
        f"<div class='nd'><div class='may-tinh'>{copy}</div><div class='di-dong'>{copy}</div></div>"
    )
    assert found.body == [ONE, TWO, THREE]


def test_a_refrain_is_said_again() -> None:
    refrain = "Bến Đò ơi, sông nước quê mình"
    found = article(f"<div class='nd'>{paragraphs(ONE, refrain, TWO, refrain, THREE)}</div>")
    assert found.body == [ONE, refrain, TWO, refrain, THREE]


def test_related_news_in_mid_text_do_not_end_it() -> None:
    link = "<p><a href='/tin/{0}'>Khởi công đường liên thôn số {0} của thị trấn Bến Đò</a></p>"
    related = "<h4>Tin liên quan</h4>" + link.format(1)
    end = "<h4>Các tin khác</h4>" + "".join(link.format(n) for n in range(2, 12))
    found = article(f"<div class='nd'>{paragraphs(ONE)}{related}{paragraphs(TWO, THREE, FOUR)}{end}</div>")
    assert found.body == [ONE, TWO, THREE, FOUR]


def test_related_news_as_a_table_are_cut_and_a_table_of_figures_is_not() -> None:
    row = "<tr><td><a href='/tin/{0}'>Khởi công đường liên thôn số {0} của thị trấn</a></td><td>0{0}/08/2023</td></tr>"
    news = "<table>" + "".join(row.format(n) for n in range(1, 5)) + "</table>"
    figures = "<table><tr><td>Thôn</td><td>Hộ góp</td></tr><tr><td>Đông</td><td>72</td></tr></table>"
    found = article(f"<div class='nd'>{paragraphs(ONE, TWO)}{figures}{paragraphs(THREE)}{news}</div>")
    assert found.body == [ONE, TWO, "Thôn | Hộ góp", "Đông | 72", THREE]


def test_a_linked_document_is_text_and_a_linked_headline_is_not() -> None:
    document = "Quyết định số 218/QĐ-UBND ngày 1/9/2023 về việc đặt tên cầu"
    links = f"<p><a href='/vb/218'>{document}</a></p><p><a href='/tin/9'>Hội thi tiếng hát nông dân thị trấn</a></p>"
    found = article(f"<div class='nd'>{paragraphs(ONE)}{links}{paragraphs(TWO, THREE)}</div>")
    assert found.body == [ONE, document, TWO, THREE]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("nắng 39<sup>o</sup>C", "nắng 39°C"),
        ("nắng 39<span style='vertical-align: super'>0</span>C", "nắng 39°C"),
        ("2 x 10<sup>5</sup> m<sup>3</sup>", "2 x 10⁵ m3"),
        ("rộng 80 m<sup>2</sup>", "rộng 80 m2"),
        ("khí CO<sub>2</sub>", "khí CO2"),
    ],
)
def test_raised_figures_are_told_from_those_before_them(markup: str, text: str) -> None:
    sentence = "Hôm ấy {} nhưng bà con vẫn ra công trường đủ mặt từ sáng sớm đến chiều muộn."
    found = article(f"<div class='nd'>{paragraphs(ONE, sentence.format(markup), TWO)}</div>")
    assert found.body[1] == sentence.format(text)


def test_lines_of_figures_are_text_between_paragraphs_and_counters_behind_it() -> None:
    found = article(
        f"<div class='nd'>{paragraphs(ONE, 'Tài khoản ủng hộ:', '2900 1111 2222', TWO, '1.284')}</div>"
    )
    assert found.body == [ONE, "Tài khoản ủng hộ:", "2900 1111 2222", TWO]


def test_a_caption_in_a_paragraph_of_a_figure_is_a_caption() -> None:
    caption = "Theo ban vận động, cầu chịu được xe năm tấn - Ảnh: T.B."
    figure = f"<figure><img src='/a.jpg' width='800'><figcaption class='chu-thich'><p>{caption}</p></figcaption></figure>"
    found = article(f"<div class='nd'>{figure}{paragraphs(ONE, TWO)}</div>")
    assert (found.captions, found.body) == ([caption], [ONE, TWO])


def test_a_bold_sub_heading_behind_a_picture_is_text() -> None:
    heading = "Góp tiền, góp công làm cầu"
    found = article(
        f"<div class='nd'>{paragraphs(ONE)}<p><img src='/a.jpg' width='800'></p><p><b>{heading}</b></p>{paragraphs(TWO)}</div>"
    )
    assert (found.captions, found.body) == ([], [ONE, heading, TWO])


def test_witnesses_are_named() -> None:
    marked = article(f"<article><div itemprop='articleBody'>{paragraphs(ONE, TWO, THREE)}</div></article>")
    assert {"marked", "vote", "article"} <= {*marked.witnesses}


def test_confidence_falls_with_each_doubt() -> None:
    link = "<a href='/tin/khac.html'>cây cầu dân sinh ở đầu kênh</a>"
    linked = [f"{text} Xem {link} khánh thành năm trước." for text in (ONE, TWO, THREE)]
    names = ["Ông Lê Văn Mẫn", "Bà Trần Thị Sen", "Ông Võ Tấn Phát"]
    plain, links, labels, both = (
        article(f"<div class='nd'>{paragraphs(*texts)}</div>")
        for texts in (
            [ONE, TWO, THREE, FOUR],
            [*linked, FOUR],
            [ONE, TWO, *names, THREE, FOUR],
            [*linked, *names, FOUR],
        )
    )
    assert 0.9 > plain.confidence > links.confidence == labels.confidence >= 0.5 > both.confidence
    assert "doubtful" not in plain.flags + links.flags + labels.flags
    assert "doubtful" in both.flags


def test_only_a_family_reaches_nine_tenths() -> None:
    page = f"<h1>{TITLE}</h1><div class='chi-tiet'>{paragraphs(ONE, TWO)}</div>".encode()
    told = read(
        RawPage(
            "https://bendo.example.vn/a.html",
            page,
            datetime.now(UTC),
            hints=Hints(body=("//div[@class='chi-tiet']",)),
        )
    )
    assert isinstance(told, Article)
    assert told.confidence >= 0.9
    assert told.witnesses == ["family"]


@pytest.mark.parametrize(
    "box", ["<nav><ul class='menu'><li>Trang chủ</li></ul>{}</nav>", "<div class='popup'>{}</div>"]
)
def test_a_text_in_a_box_of_another_name_is_read_where_there_is_no_other(box: str) -> None:
    texts = paragraphs(ONE, TWO, THREE, FOUR)
    page = f"<html><head><title>{TITLE}</title></head><body>{box.format(f'<h1>{TITLE}</h1>{texts}')}</body></html>"
    found = read(RawPage("https://bendo.example.vn/tin/cau.html", page.encode(), datetime.now(UTC)))
    assert isinstance(found, Article)
    assert found.body == [ONE, TWO, THREE, FOUR]


@pytest.mark.parametrize("text", [(), (ONE,)])
def test_a_page_without_a_text_is_none(text: tuple[str, ...]) -> None:
    page = f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><div id='comments'>{paragraphs(*text)}</div>{FOOT}</body></html>"
    assert not isinstance(
        read(RawPage("https://bendo.example.vn/x", page.encode(), datetime.now(UTC))), Article
    )
