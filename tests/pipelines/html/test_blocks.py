"""Snippets of markup as blocks."""

from __future__ import annotations

import pytest
from lxml import html

from pipelines.html.blocks import Block, blocks, image_blocks
from pipelines.html.documents import document_of, document_type
from pipelines.html.hidden import style_hides
from pipelines.html.tables import data_rows


def of(markup: str) -> list[Block]:
    return blocks(html.fragment_fromstring(markup, create_parent="div"))


@pytest.mark.parametrize(
    ("markup", "texts"),
    [
        ("<p>Một</p><p>Hai</p>", ["Một", "Hai"]),
        ("Một<br><br>Hai<br/>Ba", ["Một", "Hai", "Ba"]),
        ("<div>Một<div>Hai</div>Ba</div>", ["Một", "Hai", "Ba"]),
        ("<p>Một <b>hai</b> <a href='/x'>ba</a>, bốn</p>", ["Một hai ba, bốn"]),
        ("<table><tr><td><table><tr><td>Trong</td></tr></table></td></tr></table>", ["Trong"]),
        ("<p>Chữ<script>x()</script><style>.a{}</style> sau</p>", ["Chữ sau"]),
        ("<p>Trước</p><audio>không phát được</audio><p>Sau</p>", ["Trước", "Sau"]),
        ("<p>&nbsp;</p><p>\u200b</p><p>Chữ</p>", ["Chữ"]),
        ("<select><option>Chọn</option></select><button>Gửi</button>Chữ", ["Chữ"]),
    ],
)
def test_lines_of(markup: str, texts: list[str]) -> None:
    assert [block.text for block in of(markup)] == texts


@pytest.mark.parametrize(
    ("markup", "looks"),
    [
        ("<p><b>Cả dòng đậm</b></p>", (True, False)),
        ("<p><span style='font-weight: 700'>Đậm</span></p>", (True, False)),
        ("<p><span style='mso-bidi-font-weight:bold'>Thường</span></p>", (False, False)),
        ("<p><em>Nghiêng</em></p>", (False, True)),
        ("<p><b>Một chữ</b> trong một dòng dài hơn nhiều</p>", (False, False)),
    ],
)
def test_bold_and_italic_are_of_the_whole_line(markup: str, looks: tuple[bool, bool]) -> None:
    (block,) = of(markup)
    assert (block.bold, block.italic) == looks


@pytest.mark.parametrize(
    ("markup", "align"),
    [
        ("<p style='text-align: right'>x</p>", "right"),
        ("<p align=CENTER>x</p>", "center"),
        ("<center>x</center>", "center"),
        ("<p>x</p>", ""),
    ],
)
def test_alignment(markup: str, align: str) -> None:
    assert of(markup)[0].align == align


def test_linked_is_the_share_of_letters_in_links() -> None:
    assert of("<p>bốn <a href='/x'>chữa</a></p>")[0].linked == pytest.approx(4 / 7)


def test_a_table_of_data_is_one_block_with_rows() -> None:
    (block,) = of("<table><tr><th>Xã</th><th>Hộ</th></tr><tr><td>An Lạc</td><td>12</td></tr></table>")
    assert (block.kind, block.rows) == ("table", ["Xã | Hộ", "An Lạc | 12"])


def test_a_table_with_pictures_lays_out() -> None:
    table = "<table><tr><td><img src='a.jpg'></td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>"
    assert data_rows(html.fragment_fromstring(table)) == []


def test_the_lazy_address_of_a_picture_comes_first() -> None:
    (block,) = of("<img src='data:image/gif;base64,R0' data-src='/anh.jpg' alt='3'>")
    assert (block.kind, block.href, block.text) == ("image", "/anh.jpg", "3")


def test_icons_are_no_pictures_of_an_article() -> None:
    found = of("<img src='/icon-print.png'><img src='/a.jpg' width='16'><img src='/hop.jpg' width='600'>")
    assert [block.href for block in image_blocks(found)] == ["/hop.jpg"]


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("/a/Bao-Cao.PDF", "pdf"),
        ("/a.docx?x=1", "docx"),
        ("/documents/1/2/a.pdf/5f-uuid?t=1", "pdf"),
        ("/a.pdfx", None),
        ("/pdf/a.html", None),
    ],
)
def test_documents_by_address(address: str, kind: str | None) -> None:
    assert document_type(address) == kind


def test_a_viewer_shows_the_document_it_names() -> None:
    assert document_of("/viewer.html?file=%2Ffiles%2Fa.pdf&page=2") == "/files/a.pdf"


@pytest.mark.parametrize(
    "style",
    [
        "font-size:1em",
        "margin-left:-500px;left:50%",
        "opacity:0.5",
        "overflow:hidden;height:100px",
        "color:#fff",
    ],
)
def test_styles_that_do_not_hide(style: str) -> None:
    assert not style_hides(style)
