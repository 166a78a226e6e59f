"""Letters put right: UTF-8 encoded twice, Ð for Đ, marks that nobody sees, runs of another encoding."""

from __future__ import annotations

import pytest

from fixtures.markup import windows_1258
from pipelines.html.letters import mend
from pipelines.html.parse import decode, parse
from storage.text import fold, visible, without_marks

SOUND = "<p>Hợp tác xã Bình Phú thu mua toàn bộ sản phẩm ổi sạch của bà con với giá ổn định.</p>"


def twice(text: str, encoding: str = "cp1252") -> str:
    """`text` in UTF-8, taken for a single-byte encoding and written in UTF-8 again."""
    return "".join(bytes([byte]).decode(encoding, "ignore") or chr(byte) for byte in text.encode())


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_text_encoded_twice_is_decoded_twice(encoding: str) -> None:
    assert mend(twice(SOUND, encoding)) == SOUND
    assert mend(SOUND + twice(SOUND, encoding)) == SOUND * 2


def test_attributes_are_decoded_twice_too() -> None:
    meta = '<meta property="og:title" content="{}">'
    assert mend(meta.format(twice("Trồng ổi sạch")) + twice(SOUND)) == meta.format("Trồng ổi sạch") + SOUND


def test_a_no_break_space_that_became_a_plain_one_is_still_a_letter() -> None:
    text = "<p>Bà con toàn xã và nhà trường đã vào vụ; của cải làm ra thật nhiều</p>"
    assert mend(twice(text).replace("\xa0", " ") + twice(SOUND)) == text + SOUND


@pytest.mark.parametrize(
    "text",
    [
        "<p>Vận động viên São Tomé và Príncipe, ông François, ¾ quãng đường, 25 °C, giá »má«.</p>",
        "<p>Lời «á» của bài chòi: hát á» rồi nghỉ</p>",
        "<p>Ã Â Ä</p>",
        SOUND,
    ],
)
def test_sound_text_with_foreign_letters_stays(text: str) -> None:
    assert mend(text) is text


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("Ðại hội Ðảng bộ xã Ðồng Lạc", "Đại hội Đảng bộ xã Đồng Lạc"),
        ("Ɖoàn xã ở bản", "Đoàn xã ở bản"),
        (
            "Nghị định số 59/2019/NÐ-CP, HÐND, LÐTBXH của xã",
            "Nghị định số 59/2019/NĐ-CP, HĐND, LĐTBXH của xã",
        ),
        ("các Ð/c dự họp: Ð. Văn Lộc", "các Đ/c dự họp: Đ. Văn Lộc"),
        ("bà con ðã ði họp xã", "bà con đã đi họp xã"),
        ("&ETH;&#7891;ng b&#224;o ở x&atilde;", "Đồng bào ở xã"),
        ("&#208;oàn xã về", "Đoàn xã về"),
        (
            "Ông Sigurður Guðmundsson và ông Friðrik thăm xã ổi",
            "Ông Sigurður Guðmundsson và ông Friðrik thăm xã ổi",
        ),
        ("Sigurður og Guðrún", "Sigurður og Guðrún"),
    ],
)
def test_eth_stands_for_d_with_stroke_in_vietnamese_only(printed: str, meant: str) -> None:
    assert mend(printed) == meant


def test_search_finds_eth_as_d() -> None:
    assert fold("Ðồng Lạc, Ɖồng Lạc, ðồng") == "dong lac, dong lac, dong"


@pytest.mark.parametrize(
    "mark",
    ["\u00ad", "\u034f", "\u061c", "\u115f", "\u17b4", "\u180e", "\u200d", "\u202a", "\u2066", "\u206f",
     "\u3164",      "\ufe0f", "\ufeff", "\ufff3", "\U0001d173", "\U000e0041", "\ufffe", "\uffff"],
)  # fmt: skip
def test_marks_that_nobody_sees_go(mark: str) -> None:
    assert without_marks(f"họp{mark} thôn") == "họp thôn"
    for body in (f"<p>họp{mark} thôn</p>", f"<p>họp&#{ord(mark)}; thôn</p>"):
        tree = parse(body.encode("utf-8", "ignore"), {}).tree
        assert visible("".join(tree.itertext())) == "họp thôn"


def test_half_a_letter_goes() -> None:
    assert visible("họp \ud83d thôn") == "họp thôn"


def test_a_mark_inside_a_letter_does_not_part_it() -> None:
    assert visible("ô\u200b\u0323") == "ộ" and visible("e\u00ad\u0302\u0301") == "ế"


def test_word_s_bullets_become_bullets_and_icons_nothing() -> None:
    assert visible("\uf0b7 Vụ lúa") == visible("\uf0d8 Vụ lúa") == "• Vụ lúa"
    assert visible("\uf017 12/03/2024") == "12/03/2024"


def test_c1_controls_are_what_browsers_show() -> None:
    assert visible("\x93Cây lúa\x94 \x96 2024\x81") == "“Cây lúa” – 2024"


@pytest.mark.parametrize("wrap", ["<div>{}</div>", "<!-- {} -->", '<meta name="keywords" content="{}">'])
def test_a_run_of_another_encoding_does_not_spoil_the_page(wrap: str) -> None:
    foot = wrap.format("Bản quyền của huyện Bình Phú, điện thoại hỏi đáp")
    text, encoding, damaged = decode((SOUND * 3).encode() + windows_1258(foot) + SOUND.encode(), {})
    assert (text, encoding, damaged) == (SOUND * 3 + foot + SOUND, "utf-8", False)


def test_a_stray_byte_in_sound_text_is_guessed_and_told() -> None:
    page = (SOUND * 2).encode() + "<p>Trồng ổi ở xã T".encode() + b"\xe2n Ho\xe0</p>"
    assert decode(page, {}) == (SOUND * 2 + "<p>Trồng ổi ở xã Tân Hoà</p>", "utf-8", True)


def test_a_letter_cut_in_two_is_not_guessed() -> None:
    assert decode((SOUND * 2).encode() + "<p>hạt lúạ".encode()[:-1], {})[0].endswith("<p>hạt lú\ufffd")
