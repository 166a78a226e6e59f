# ruff: noqa: E501  # markup and sentences, whole as a page has them
"""What inline markup, letters and tables do to the words of a text."""

from __future__ import annotations

import pytest

from tests.pipelines.variants.page import ONE, THREE, TITLE, TWO, article, page, paragraphs, texts, whole


def middle(markup: str) -> str:
    """What is read of `markup` between two paragraphs, its lines joined by " / "."""
    found = texts(article(page(f"<p>{ONE}</p>{markup}<p>{TWO}</p>")))
    assert (found[0], found[-1]) == (ONE, TWO)
    return " / ".join(found[1:-1])


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("nóng 37<sup>o</sup>C", "nóng 37°C"),
        ("nóng 37<sup>0</sup> C", "nóng 37° C"),
        ("nóng 37 <sup>o</sup>C", "nóng 37 °C"),
        ("nóng 37<sup><span>0</span></sup>C", "nóng 37°C"),
        ("nóng 37<sup>º</sup>C", "nóng 37°C"),
        ("từ 21<sup>0</sup>C đến 25<sup>0</sup>C", "từ 21°C đến 25°C"),
        ("giữ ở 4<sup>o </sup>C", "giữ ở 4°C"),
        ("độ dốc 15<sup>0</sup>", "độ dốc 15°"),
        ("rộng 5.000 m<sup>2</sup>", "rộng 5.000 m2"),
        ("đất 12m<sup>3</sup>/hộ", "đất 12m3/hộ"),
        ("1,2 km<sup>2</sup>", "1,2 km2"),
        ("10<sup>9</sup> đồng", "10⁹ đồng"),
        ("10<sup>-3</sup> mm", "10⁻³ mm"),
        ("H<sub>2</sub>SO<sub>4</sub>", "H2SO4"),
        ("bụi PM<sub>2.5</sub>", "bụi PM2.5"),
        ("lớp 12<sup>A1</sup>", "lớp 12A1"),
        ("8<sup>h</sup>30", "8h30"),
        ("8<sup>h</sup>30<sup>’</sup>", "8h30’"),
        ("ngày 5<span style='position:relative;top:-4px'>th</span>", "ngày 5th"),
    ],
)
def test_raised_and_lowered_letters(markup: str, text: str) -> None:
    start, end = "Theo cán bộ khuyến nông xã,", "là con số ghi được trong buổi kiểm tra hôm ấy."
    assert middle(f"<p>{start} {markup} {end}</p>") == f"{start} {text} {end}"


SENTENCE = "Huyện Đông Phú cấp 1.250.000 đồng tiền sách cho mỗi lớp xóa mù chữ ở xã vùng lòng hồ."


@pytest.mark.parametrize(
    "markup",
    [
        "<b>H</b>uyện <span>Đô</span><span>ng Phú</span> cấp 1.250.000 đồng tiền sách cho mỗi lớp xóa mù chữ ở xã vùng lòng hồ.",
        "Huyện Đông Phú cấp <span>1</span><span>.250</span><span>.000</span> đồng tiền sách cho mỗi lớp xóa mù chữ ở xã vùng lòng hồ.",
        "Huyện<span> </span>Đông<b>&nbsp;</b>Phú cấp 1.250.000 đồng tiền sách cho mỗi lớp xóa mù chữ ở xã vùng lòng hồ<i>.</i>",
        "Huyện Đông Phú<wbr> cấp 1.250.<wbr>000 đồng tiền sách cho mỗi lớp xóa&shy; mù chữ ở xã vùng lòng hồ.",
        "<span style='font-size:200%'>H</span>uyện Đông Phú cấp 1.250.000 đồng tiền sách cho mỗi lớp xóa mù chữ ở xã vùng lòng hồ.",
        "<font><font>Huyện Đông Phú cấp</font></font><font> 1.250.000 đồng</font> tiền sách cho mỗi lớp xóa mù chữ ở xã vùng lòng hồ.",
        "Huyện Đông Phú cấp <nobr>1.250.000 đồng</nobr> tiền sách cho mỗi lớp <u>xóa</u> <u>mù</u> <u>chữ</u> ở xã vùng lòng hồ.",
        "Huyện Đông Phú cấp 1.250.000 đồng<o:p></o:p> tiền sách cho mỗi <st1:place>lớp xóa mù chữ</st1:place> ở xã vùng lòng hồ.",
        "Huyện\nĐông\tPhú cấp\r\n 1.250.000 đồng tiền sách cho mỗi lớp xóa mù chữ ở xã vùng lòng hồ.",
        "Huyện Đông Phú cấp 1.250.000 đồng <!-- x -->tiền sách cho mỗi lớp xóa mù chữ ở xã vùng lòng hồ.",
        "Huyện Đông Phú cấp 1.250.000 đồng tiền sách cho mỗi lớp x<a name='muc1'></a>óa mù chữ ở xã vùng lòng hồ.",
        "Huyện Đông Phú cấp 1.250.000 đồng tiền sách<script>var a = 1;</script> cho mỗi lớp xóa mù chữ ở xã vùng lòng hồ.",
    ],
)
def test_inline_markup_neither_parts_nor_joins_words(markup: str) -> None:
    assert middle(f"<p>{markup}</p>") == SENTENCE
    assert article(page(paragraphs(ONE, TWO)).replace(f"<h1>{TITLE}", f"<h1>{markup}")).title == SENTENCE


MARKS = (
    "\u200b", "\u200c", "\u2060", "\ufeff", "\u00ad", "\u200e", "\u202a", "\u2066", "\u2069", "\u034f", "\u061c",
    "\u180e", "\u115f", "\u17b4", "\u3164", "\uffa0", "\ufe0f", "\U000e0001", "\u206a",
)  # fmt: skip


@pytest.mark.parametrize("mark", MARKS, ids=[f"U+{ord(mark):04X}" for mark in MARKS])
def test_marks_that_nobody_sees_are_taken_out(mark: str) -> None:
    text = SENTENCE.replace("Đông", f"Đ{mark}ông").replace("xóa", f"x{mark}óa")
    assert middle(f"<p>{mark}{text}{mark}</p>") == SENTENCE


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (
            "UBND tỉnh Ðồng Tháp mở lớp tại huyện Ðông Phú cho học viên các bản vùng lòng hồ.",
            "UBND tỉnh Đồng Tháp mở lớp tại huyện Đông Phú cho học viên các bản vùng lòng hồ.",
        ),
        (
            "ÐOÀN THANH NIÊN XÃ GIÚP HỌC VIÊN ĐI LẠI MÙA MƯA LŨ",
            "ĐOÀN THANH NIÊN XÃ GIÚP HỌC VIÊN ĐI LẠI MÙA MƯA LŨ",
        ),
        (
            "Ɖảng ủy xã giao cho chi bộ các bản vận động chị em đi học đều, đủ buổi.",
            "Đảng ủy xã giao cho chi bộ các bản vận động chị em đi học đều, đủ buổi.",
        ),
        (
            "Ông Guðmundur và bà Sigríður đến thăm lớp học của xã cùng đoàn chuyên gia.",
            "Ông Guðmundur và bà Sigríður đến thăm lớp học của xã cùng đoàn chuyên gia.",
        ),
        (
            "\uf0b7 Lớp bản Chiềng có 24 học viên nữ, học tại nhà văn hóa của bản.",
            "Lớp bản Chiềng có 24 học viên nữ, học tại nhà văn hóa của bản.",
        ),
        (
            "\uf0a7\xa0Lớp bản Mường có 23 học viên, học tại điểm trường tiểu học cũ.",
            "Lớp bản Mường có 23 học viên, học tại điểm trường tiểu học cũ.",
        ),
        (
            "\uf02d Giáo viên được phụ cấp theo số buổi dạy thực tế hằng tháng.",
            "Giáo viên được phụ cấp theo số buổi dạy thực tế hằng tháng.",
        ),
    ],
)
def test_letters_that_look_like_others(written: str, meant: str) -> None:
    read = middle(f"<p>{written}</p>")
    assert read.lstrip("-•* ") == meant


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (
            "<table><tr><th>Bản</th><th>Học viên</th></tr><tr><td>Chiềng</td><td>24</td></tr><tr><td>Mường</td><td>23</td></tr></table>",
            "Bản | Học viên / Chiềng | 24 / Mường | 23",
        ),
        (
            "<table><caption>Số học viên hai lớp</caption><tr><td>Chiềng</td><td>24</td></tr><tr><td>Mường</td><td>23</td></tr></table>",
            "Số học viên hai lớp / Chiềng | 24 / Mường | 23",
        ),
        (
            "<table><tr><td>Chiềng</td><td>24<script>x()</script></td></tr><tr><td>Mường<style>td{}</style></td><td>23</td></tr></table>",
            "Chiềng | 24 / Mường | 23",
        ),
        (
            "<table><tr><td>Chiềng</td><td>24<span style='display:none'>sửa</span></td></tr><tr><td>Mường</td><td>23</td></tr></table>",
            "Chiềng | 24 / Mường | 23",
        ),
        (
            "<table><tr><td>Chiềng</td><td>24<input value='ghi'></td></tr><tr><td>Mường</td><td>23<button>Lưu</button></td></tr></table>",
            "Chiềng | 24 / Mường | 23",
        ),
        (
            "<table><tr><td>Chiềng<select><option>Mai</option><option>Kia</option></select></td><td>24</td></tr><tr><td>Mường</td><td>23</td></tr></table>",
            "Chiềng | 24 / Mường | 23",
        ),
        (
            "<table><tr><td>Chiềng</td><td hidden>an</td><td>24</td></tr><tr><td>Mường</td><td>23</td></tr></table>",
            "Chiềng | 24 / Mường | 23",
        ),
        (
            "<table><tr><td>Chiềng<br>và Mai</td><td>24</td></tr><tr><td>Mường</td><td>23</td></tr></table>",
            "Chiềng và Mai | 24 / Mường | 23",
        ),
        (
            "<table><thead><tr><th>Bản</th><th>Số</th></tr></thead><tbody><tr><td>Mường</td><td>23</td></tr></tbody><tfoot><tr><td>Cộng</td><td>47</td></tr></tfoot></table>",
            "Bản | Số / Mường | 23 / Cộng | 47",
        ),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>24</td><td>23</td></tr></table>", "1 | 2 / 24 | 23"),
        ("<p>Số tài khoản lớp học:</p><p>1900 2266 8888</p>", "Số tài khoản lớp học: / 1900 2266 8888"),
        ("<p>Tỷ lệ biết chữ của xã:<br>97,8%</p>", "Tỷ lệ biết chữ của xã: / 97,8%"),
        ("<ul><li>24</li><li>23</li></ul>", "24 / 23"),
        ("<div class='so'>47</div><div class='nhan'>học viên nữ</div>", "47 / học viên nữ"),
        ("<p>***</p>", "***"),
        ("<p>Điện thoại: 0210 3456 789</p>", "Điện thoại: 0210 3456 789"),
        ("<dl><dt>Lớp bản Chiềng</dt><dd>24 học viên</dd></dl>", "Lớp bản Chiềng / 24 học viên"),
        (
            "<pre>Lớp một học tối thứ hai\nLớp hai học tối thứ ba</pre>",
            "Lớp một học tối thứ hai Lớp hai học tối thứ ba",
        ),
        (
            "<blockquote><p>Tôi muốn tự đọc được đơn thuốc của con mình.</p></blockquote>",
            "Tôi muốn tự đọc được đơn thuốc của con mình.",
        ),
    ],
)
def test_tables_figures_and_lists_are_text(markup: str, text: str) -> None:
    assert middle(markup).replace("*** / ", "***") in {text, text.replace("***", "")}


@pytest.mark.parametrize(
    "cell", ["<td><p>{}</p></td>", "<td><div>{}</div></td>", "<td>{}</td>", "<td><font>{}</font><br></td>"]
)
@pytest.mark.parametrize("levels", [1, 2, 3])
def test_tables_in_tables_lay_out_a_text(cell: str, levels: int) -> None:
    rows = "".join(f"<tr>{cell.format(text)}</tr>" for text in (ONE, TWO, THREE))
    for _ in range(levels):
        rows = f"<tr><td><table>{rows}</table></td></tr>"
    body = f"<h1>{TITLE}</h1><div>13/03/2024 08:15</div><table>{rows}</table>"
    assert texts(article(whole(body))) == [ONE, TWO, THREE]
