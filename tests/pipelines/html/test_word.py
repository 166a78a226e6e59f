"""What Word leaves in a pasted text is none of it."""

from __future__ import annotations

import pytest

from pipelines.html.word import without_word


@pytest.mark.parametrize(
    "garbage",
    [
        "&lt;!--[if gte mso 10]&gt; &lt;style&gt; /* */ &lt;/style&gt; &lt;![endif]--&gt;",
        "&lt;!-- /* Font Definitions */ @font-face {font-family:Arial} p.MsoNormal {margin:0} --&gt;",
        "<xml> <w:WordDocument><w:View>Normal</w:View><w:Zoom>0</w:Zoom></w:WordDocument></xml>",
        "Normal 0 false false false EN-US X-NONE X-NONE MicrosoftInternetExplorer4",
        '/* Style Definitions */ table.MsoNormalTable {mso-style-name:"Table Normal"; mso-bidi:#0400;}',
        "st1\\:*{behavior:url(#ieooui) }",
    ],
)
def test_settings_and_sheets_of_word_go(garbage: str) -> None:
    assert without_word(f"<p>Đầu {garbage}cuối</p>".encode()).decode().replace(" ", "") == "<p>Đầucuối</p>"


@pytest.mark.parametrize(
    "text",
    [
        "<p class=MsoNormal>Kết quả xét nghiệm: Normal 0 ca mới</p>",
        "<p>Ghi chú: &lt;!-- tạm dừng --&gt; (mso)</p>",
        "<xml><ten>Bảng giá</ten></xml> mso",
    ],
)
def test_text_stays(text: str) -> None:
    assert without_word(text.encode()).decode() == text
