"""Bytes to text: every encoding that Vietnamese pages have."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.markup import windows_1258
from pipelines.html.parse import MAX_LETTERS, declared, decode, parse, parse_text
from storage.text import fold, nfc, visible

TEXT = "<p>Ủy ban nhân dân huyện Kỳ Anh quyết định hỗ trợ những hộ nghèo vượt khó, ổn định cuộc sống.</p>"


def text_of(tree: Any) -> str:
    return "".join(tree.itertext())


@pytest.mark.parametrize(
    ("body", "headers", "encoding"),
    [
        (TEXT.encode(), {}, "utf-8"),
        (TEXT.encode(), {"content-type": "text/html; charset=iso-8859-1"}, "utf-8"),
        (TEXT.encode("utf-8-sig"), {}, "utf-8"),
        (TEXT.encode("utf-16"), {}, "utf-16-le"),
        (TEXT.encode("utf-16-be"), {}, "utf-16-be"),
        (windows_1258(TEXT), {"content-type": "text/html; charset=windows-1258"}, "windows-1258"),
        (windows_1258(TEXT), {}, "windows-1258"),
        (windows_1258(TEXT), {"content-type": "text/html; charset=utf-8"}, "windows-1258"),
    ],
)
def test_decode(body: bytes, headers: dict[str, str], encoding: str) -> None:
    assert decode(body, headers) == (TEXT, encoding, False)


def test_a_few_foreign_bytes_do_not_change_the_encoding() -> None:
    text, encoding, damaged = decode(TEXT.encode() * 3 + b"\xff", {})
    assert (text, encoding, damaged) == (TEXT * 3 + "\ufffd", "utf-8", True)


def test_header_and_meta_name_encodings_in_this_order() -> None:
    page = b"<meta charset=utf-8><meta content='text/html; charset=klingon'>"
    assert declared(page, {"content-type": "text/html; charset=ISO-8859-1"}) == ["windows-1252", "utf-8"]


@given(st.binary(max_size=400))
def test_decode_reads_any_bytes(body: bytes) -> None:
    text, _, _ = decode(body, {})
    assert unicodedata.is_normalized("NFC", text)


@given(st.text(max_size=200))
def test_parse_text_takes_any_text(text: str) -> None:
    assert isinstance(parse_text(text).tag, str)


@given(st.text(alphabet="aAuơêế\u0301\u0302\u0323đ®µø\u212b\x00\x0b\x1c\ufeff\u00a0 <b>", max_size=60))
def test_the_short_way_to_a_tree_gives_what_the_long_way_gives(text: str) -> None:
    body = f"<p>{text}".encode()
    assert text_of(parse(body, {}).tree) == text_of(parse_text(decode(body, {})[0]))


def test_a_second_document_behind_the_first_is_read_too() -> None:
    banner = "<html><head><title>Cổng</title></head><body>ảnh bìa</body></html>"
    page = "<!DOCTYPE html><html><head><meta name=a></head><body>bài <b>viết</b></body></html>"
    tree = parse((banner + page).encode(), {}).tree
    assert text_of(tree.find("body")) == "ảnh bìabài viết"
    assert [element.tag for element in tree.find("head")] == ["title", "meta"]


def test_entities_encoded_twice_are_read_once_more() -> None:
    assert text_of(parse_text("<p>B&amp;#225;o c&amp;aacute;o &amp; A&amp;B</p>")) == "Báo cáo & A&B"


def test_nesting_beyond_the_parser_keeps_the_text() -> None:
    assert "cuối cùng" in text_of(parse(("<div>" * 2_000 + "cuối cùng").encode(), {}).tree)


def test_pictures_inside_the_markup_do_not_crowd_out_text() -> None:
    picture = f'<img src="data:image/png;base64,{"A" * MAX_LETTERS}">'
    assert "còn chữ" in text_of(parse_text(f"<p>{picture}</p><p>còn chữ</p>"))


@given(st.text())
def test_nfc_is_stable(text: str) -> None:
    assert nfc(nfc(text)) == nfc(text)


@given(st.text())
def test_visible_is_one_line_and_stable(text: str) -> None:
    line = visible(text)
    assert visible(line) == line and "\n" not in line


@given(st.text(alphabet="aăâbcdđeêghioôơuưyạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ ĐÂỬ"))
def test_fold_leaves_ascii(text: str) -> None:
    assert fold(text).isascii() and len(fold(text)) == len(text)
