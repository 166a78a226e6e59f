# ruff: noqa: E501  # markup and lines, whole as a page has them
"""What editors and servers do to the bytes of a page, and date lines in many spellings."""

from __future__ import annotations

import pytest

from pipelines.chain import read
from pipelines.dating.line import read_line
from pipelines.items import Article, RawPage
from tests.pipelines.variants.page import (
    FETCHED,
    FOUR,
    ONE,
    TEXT,
    THREE,
    TITLE,
    TWO,
    URL,
    article,
    page,
    paragraphs,
    texts,
)

WHOLE = page(paragraphs(*TEXT))
FOOTER = "Trang tin xã Đông Phú, huyện Đông Phú"


def from_bytes(body: bytes, headers: dict[str, str] | None = None) -> Article:
    found = read(RawPage(URL, body, FETCHED, headers=headers or {}))
    assert isinstance(found, Article), found.reason
    return found


def mangled(text: str, by: str = "cp1252") -> str:
    """`text` as UTF-8 that was taken for another encoding and encoded a second time."""
    return text.encode().decode(by, "replace") if by == "latin-1" else "".join(
        bytes([byte]).decode("cp1252") if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte)
        for byte in text.encode()
    )  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        WHOLE.encode(),
        b"\xef\xbb\xbf" + WHOLE.encode(),
        WHOLE.encode("utf-16"),
        WHOLE.replace("utf-8", "windows-1258").encode(),  # declared wrongly
        WHOLE.replace("utf-8", "iso-8859-1").encode(),
        WHOLE.replace("</body>", "").encode()
        + "<p>Bản quyền".encode("utf-16-le")[:0]
        + b"<p>B\xea\xeb</body>",
        WHOLE.replace("<ul class='menu'>", "<!--MARK--><ul class='menu'>")
        .encode()
        .replace(b"<!--MARK-->", b"<!-- \xd0\xfd -->"),
        WHOLE.replace("</head>", "<meta name='keywords' content='MARK'></head>")
        .encode()
        .replace(b"MARK", b"x\xe3 h\xf4i"),
        WHOLE.replace("</ul>", "<li>MARK</li></ul>", 1).encode().replace(b"MARK", b"Th\xf4ng b\xe1o"),
        mangled(WHOLE).encode(),
        mangled(WHOLE, "latin-1").encode(),
        WHOLE.replace(ONE, mangled(ONE)).encode(),
        WHOLE.replace(paragraphs(*TEXT), mangled(paragraphs(*TEXT))).encode(),
        WHOLE.replace("&", "&amp;").encode(),
        WHOLE.encode("ascii", "xmlcharrefreplace"),
        WHOLE.encode("ascii", "xmlcharrefreplace").replace(b"&#", b"&amp;#"),
        WHOLE.encode().replace(b"<p>", b"<p>\x00\x08"),
    ],
)
def test_bytes_of_many_kinds_are_one_text(body: bytes) -> None:
    found = from_bytes(body)
    assert (found.title, texts(found)) == (TITLE, [*TEXT])


def test_letters_of_other_languages_stay() -> None:
    names = "Đoàn có ông François Müller, bà Zoë Åkesson và nhà văn Škvorecký tới thăm lớp học ven hồ."
    assert texts(article(page(paragraphs(ONE, names, TWO)))) == [ONE, names, TWO]


@pytest.mark.parametrize(
    "garbage",
    [
        "<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->",
        "&lt;!--[if gte mso 9]&gt;&lt;xml&gt; &lt;w:WordDocument&gt; &lt;/xml&gt;&lt;![endif]--&gt;",
        "<xml> <w:WordDocument> <w:View>Normal</w:View> <w:Zoom>0</w:Zoom> </w:WordDocument></xml>",
        "<xml><o:OfficeDocumentSettings><o:AllowPNG/></o:OfficeDocumentSettings></xml>",
        "<p>Normal 0 false false false MicrosoftInternetExplorer4</p>",
        "<p>Normal 0 false false false EN-US X-NONE X-NONE</p>",
        '<p>/* Style Definitions */ table.MsoNormalTable {mso-style-name:"Table Normal"; mso-tstyle-rowband-size:0;}</p>',
        '<style>/* Font Definitions */ @font-face {font-family:"Cambria Math";}</style>',
        "<p>st1\\:*{behavior:url(#ieooui) }</p>",
        "&lt;!-- /* Font Definitions */ @font-face {font-family:Wingdings;} --&gt;",
        "<p><o:p>&nbsp;</o:p></p><p class='MsoNormal'><span lang='VI'><o:p></o:p></span></p>",
        "<!--[if !supportLists]--><!--[endif]-->",
    ],
)
def test_what_a_word_processor_leaves_is_no_text(garbage: str) -> None:
    assert texts(article(page(f"{garbage}{paragraphs(ONE, TWO)}{garbage}{paragraphs(THREE, FOUR)}"))) == [
        *TEXT
    ]


@pytest.mark.parametrize(
    "wide", ["hidden-xs", "d-none d-md-block", "desktop-only", "pc-only", "hidden-phone"]
)
@pytest.mark.parametrize("narrow", ["visible-xs", "d-md-none", "mobile-only", "sp-only", "amp"])
def test_a_copy_for_another_screen_is_read_once(wide: str, narrow: str) -> None:
    copies = f"<div class='{wide}'>{paragraphs(*TEXT)}</div><div class='{narrow}'>{paragraphs(*TEXT)}</div>"
    assert texts(article(page(copies))) == [*TEXT]


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("13 Tháng Ba 2024", "2024-03-13"), ("Tháng Ba 13, 2024", "2024-03-13"), ("13 Th3 2024", "2024-03-13"),
        ("Thg 3 13, 2024", "2024-03-13"), ("13 thg 3, 2024", "2024-03-13"), ("13-Th3-2024", "2024-03-13"),
        ("ngày 13 tháng ba năm 2024", "2024-03-13"), ("Ngày mười ba tháng ba năm 2024", "2024-03-13"),
        ("05 Tháng Mười Một 2023", "2023-11-05"), ("13 Mar 2024", "2024-03-13"),
        ("Wednesday, March 13, 2024", "2024-03-13"), ("13.03.2024", "2024-03-13"), ("13 / 03 / 2024", "2024-03-13"),
        ("2024-03-13", "2024-03-13"), ("13–03–2024", "2024-03-13"), ("Thứ Tư, 13/03/2024", "2024-03-13"),
        ("T4, 13/03/2024", "2024-03-13"), ("CN, 17/03/2024", "2024-03-17"), ("Thứ 4 ngày 13/3/2024", "2024-03-13"),
        ("13/03/2024 08:15", "2024-03-13T08:15:00+07:00"), ("08:15 13/03/2024", "2024-03-13T08:15:00+07:00"),
        ("08h15 - 13/03/2024", "2024-03-13T08:15:00+07:00"), ("8g15, ngày 13/3/2024", "2024-03-13T08:15:00+07:00"), ("8h 13/3/2024", "2024-03-13T08:00:00+07:00"), ("8h 13-3-2024", "2024-03-13T08:00:00+07:00"),
        ("13/03/2024 | 08:15 AM", "2024-03-13T08:15:00+07:00"), ("13/03/2024 @ 20:15", "2024-03-13T20:15:00+07:00"),
        ("13/03/2024 8:15:00 CH", "2024-03-13T20:15:00+07:00"), ("13/03/2024 (08:15)", "2024-03-13T08:15:00+07:00"),
        ("13/03/2024, 08 giờ 15 phút", "2024-03-13T08:15:00+07:00"), ("8:5, 13/3/2024", "2024-03-13T08:05:00+07:00"),
        ("13/03/2024 08:15 (GMT+7)", "2024-03-13T08:15:00+07:00"), ("13/03/2024 01:15 UTC", "2024-03-13T08:15:00+07:00"),
        ("2024-03-13T08:15:00.000+07:00", "2024-03-13T08:15:00+07:00"), ("2024-03-13 08:15:00.0", "2024-03-13T08:15:00+07:00"),
        ("Wed, 13 Mar 2024 08:15:00 +0700", "2024-03-13T08:15:00+07:00"), ("2024-03-13+0708:15:00", "2024-03-13T08:15:00+07:00"),
        ("13&#47;03&#47;2024 08&#58;15", "2024-03-13T08:15:00+07:00"), ("Ngày&nbsp;13/03/2024", "2024-03-13"),
        ("Đăng ngày 13/03/2024 - Lượt xem: 2024", "2024-03-13"), ("Lượt xem: 31213/03/2024", "2024-03-13"),
        ("Cập nhật 15/03/2024, đăng 13/03/2024", "2024-03-13"), ("13/03/2024 08:15, cập nhật 15/03/2024 10:00", "2024-03-13T08:15:00+07:00"),
        ("Ngày đăng: 13/03/2024 | Ngày sửa: 15/03/2024", "2024-03-13"), ("Sửa lần cuối: 15/03/2024 - Ngày tạo: 13/03/2024", "2024-03-13"),
        ("Cập nhật lúc 08:15 13/03/2024", "2024-03-13T08:15:00+07:00"), ("Lần cập nhật cuối: 13/03/2024", "2024-03-13"),
        ("Hôm qua, 08:15", "2024-06-04T08:15:00+07:00"), ("hôm nay lúc 07:00", "2024-06-05T07:00:00+07:00"),
        ("2 giờ trước", "2024-06-05T07:30:00+07:00"), ("30 phút trước", "2024-06-05T09:00:00+07:00"), ("3 ngày trước", "2024-06-02"),
        ("một tuần trước", "2024-05-29"), ("Cách đây 2 ngày", "2024-06-03"), ("hôm kia", "2024-06-03"), ("2 hours ago", "2024-06-05T07:30:00+07:00"),
        ("ngày …… tháng 3 năm 2024", None), ("...../...../2024", None), ("15/2 âm lịch", None), ("Rằm tháng Giêng năm 2024", None),
        ("Hôm nay: 340 - Tháng 3/2024: 12.400 lượt truy cập", None), ("Điện thoại: 0210.13.03.2024", None),
        ("Quyết định số 13/2024/QĐ-UBND", None), ("31/02/2024", None), ("Bản quyền © 2024", None), ("Kỷ niệm 94 năm ngày 3/2", None),
        ("Tỷ số 3/2", None), ("Giai đoạn 2020 - 2025", None), ("Phiên bản 13.3.2024", None),
    ],
)  # fmt: skip
def test_a_date_line(line: str, value: str | None) -> None:
    found = read_line(line, FETCHED)
    assert (found.value if found.kind == "published" else None) == value
