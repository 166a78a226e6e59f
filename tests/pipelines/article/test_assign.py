"""The role of each block, on short lists of blocks."""

from __future__ import annotations

import pytest
from lxml import html

from pipelines.article.assign import assign, is_utility
from pipelines.article.bylines import byline, signed_date
from pipelines.article.endings import closes
from pipelines.article.navigation import is_date_line
from pipelines.article.roles import Roles
from pipelines.html.blocks import Block, blocks

TEXT = "Hội nghị đã nghe báo cáo kết quả công tác năm qua và bàn nhiệm vụ trọng tâm trong thời gian tới."


def line(text: str, **looks: object) -> Block:
    return Block("text", html.Element("p"), text, **looks)  # type: ignore[arg-type]


def roles(markup: str, headline: str = "Đầu đề của bài") -> Roles:
    found = blocks(html.fragment_fromstring(markup, create_parent="div"))
    return assign(found, headline, set(range(len(found))), told=False)


@pytest.mark.parametrize(
    "text",
    [
        "In bài viết",
        "Lượt xem: 29",
        "A- A A+",
        "Gửi email cho bạn bè",
        "Chia sẻ",
        "69 (1) (1).png",
        "|",
        "Quảng cáo",
        "Nghe bài viết",
        "Anh-tin-bai",
    ],
)
def test_page_functions(text: str) -> None:
    assert is_utility(line(text))


@pytest.mark.parametrize(
    "text",
    [
        "Tăng cường quản lý đất đai",
        "Giảm nghèo bền vững",
        "Chia sẻ khó khăn với bà con",
        "Sau sáp nhập",
        "Tin vui.",
        "Đánh giá cao kết quả",
        "Theo dõi sức khỏe người dân",
        "Xem xét thông qua nghị quyết",
        "Trước giờ khai mạc",
    ],
)
def test_sub_headings_are_no_page_functions(text: str) -> None:
    assert not is_utility(line(text))


@pytest.mark.parametrize(
    "text",
    ["Tin liên quan", "CÁC TIN KHÁC:", "Bài viết mới hơn", "Từ khóa: đất đai", "2 bình luận", "Xem thêm"],
)
def test_headings_that_close_an_article(text: str) -> None:
    assert closes(line(text))


@pytest.mark.parametrize(
    "text",
    ["Thẻ bảo hiểm y tế cho người nghèo", "Trả lời chất vấn của đại biểu", "Video đầu tiên gây chú ý.", TEXT],
)
def test_lines_that_close_nothing(text: str) -> None:
    assert not closes(line(text))


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        ("Thứ sáu, 12/01/2024 | 15:20", True),
        ("Ngày đăng: 08/07/2024 11:38", True),
        ("2 giờ trước", True),
        ("Ngày 12/01/2024.", True),
        ("Ngày 12/01/2024, lượt xem: 20.", True),
        ("Ngày 12/01/2024, Hoài An.", True),
        ("Bài viết được cập nhật lúc 08:00 ngày 12/01/2024.", True),
        ("Đăng bởi ban biên tập, 12/01/2024.", True),
        ("Ngày 12/01/2024, chợ họp lại.", False),
        ("Chợ họp lại hôm nay.", False),
        ("Toàn cảnh hội nghị tháng 3/2022", False),
        ("Ngày 12/01/2024, UBND huyện tổ chức hội nghị tổng kết công tác năm", False),
    ],
)
def test_date_lines(text: str, yes: bool) -> None:
    assert is_date_line(text) is yes


@pytest.mark.parametrize(
    ("block", "name"),
    [
        (line("Sỹ Bắc"), "Sỹ Bắc"),
        (line("Trà Giang - Anh Đức"), "Trà Giang - Anh Đức"),
        (line("Tin, ảnh: Duy Chiến"), "Duy Chiến"),
        (line("Nguồn: Báo Yên Bái"), "Báo Yên Bái"),
        (line("Hồng Hạ (Trung tâm VHTT&TT)"), "Hồng Hạ (Trung tâm VHTT&TT)"),
        (line("Tác giả: Hoài An (Đài xã)"), "Hoài An (Đài xã)"),
        (line("Bài, ảnh: Hoài An (Đài xã)."), "Hoài An (Đài xã)"),
        (line("Nguồn: Trang xã Phú Lộc (phuloc.test)"), "Trang xã Phú Lộc (phuloc.test)"),
        (line("Bài: Hoài An (Đài xã) - Lê Bá (Hội Nông dân)"), "Hoài An (Đài xã) - Lê Bá (Hội Nông dân)"),
        (line("(Tin, ảnh: Hoài An)"), "Hoài An"),
        (line("(Tin, ảnh: Hoài An (Đài xã))"), "Hoài An (Đài xã)"),
        (line("Tác giả: (Hoài An)"), "Hoài An"),
        (line("Tác giả: (Hoài An (Đài xã))"), "Hoài An (Đài xã)"),
        (line("(Nguồn Báo Yên Bái)"), "Báo Yên Bái"),
        (line("Nguồn Báo điện tử Yên Bái"), "Báo điện tử Yên Bái"),
        (line("Nguồn TTXVN"), "TTXVN"),
        (line("Nguồn sưu tầm"), "sưu tầm"),
        (line("Nguồn Phòng Tư pháp huyện"), "Phòng Tư pháp huyện"),
        (line("Bài ảnh Hoài An"), "Hoài An"),
        (line("(Theo Báo Yên Bái)"), "Báo Yên Bái"),
        # sentences that begin with the word of a label
        (line("Nguồn giống do hợp tác xã ươm tại chỗ."), None),
        (line("Nguồn điện ba pha đã đến mọi ngõ xóm"), None),
        (line("Nguồn thu từ chợ đêm tăng gấp đôi"), None),
        (line("Nguồn Trung ương cấp là bốn tỷ đồng."), None),
        (line("Nguồn báo động lũ là cột mốc đầu cầu."), None),
        (line("Nguồn tin ban đầu cho hay không ai bị thương."), None),
        (line("Tin ảnh vệ tinh cho thấy bão đổi hướng."), None),
        (line("Tin từ trạm y tế xã cho biết dịch đã lui."), None),
        (line("Theo lời bà con, nước rút từ nửa đêm."), None),
        (line("Tác giả: bientap"), None),
        (line("- Nguyễn Văn A"), None),
        (line("Cầu đã nối nhịp bờ vui."), None),
        (line(TEXT), None),
    ],
)
def test_byline(block: Block, name: str | None) -> None:
    assert byline(block, last=True) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Đặng Thùy - 21/12/2020 09:30", "Đặng Thùy"),
        ("25/09/2021 15:20 Tác giả: Hải Vân", "Hải Vân"),
        ("Thứ Sáu | 25/03/2022 | 20:43", None),
        ("Tin tức - 21/12/2020", None),
    ],
)
def test_pen_name_beside_the_date(text: str, name: str | None) -> None:
    assert signed_date(text) == name


@pytest.mark.parametrize(
    "markup",
    [
        "<p>{t}</p><p><img src='a.jpg'></p><p><em>Toàn cảnh hội nghị</em></p><p>{t}</p>",
        "<p>{t}</p><figure><img src='a.jpg'><figcaption>Toàn cảnh hội nghị</figcaption></figure><p>{t}</p>",
        "<p>{t}</p><table><tr><td><img src='a.jpg'><tr><td>Toàn cảnh hội nghị</table><p>{t}</p>",
        "<p>{t}</p><p style='text-align:center'><img src='a.jpg'><br>Toàn cảnh hội nghị</p><p>{t}</p>",
        "<p>{t}</p><p>{t}</p><p><i>Toàn cảnh hội nghị</i></p><p><img src='a.jpg'></p><p>{t}</p>",
    ],
)
def test_captions_leave_the_body(markup: str) -> None:
    found = roles(markup.format(t=TEXT))
    assert [caption.text for _, caption in found.captions] == ["Toàn cảnh hội nghị"]
    assert {block.text for block in found.body} == {TEXT}


def test_a_paragraph_under_a_picture_is_no_caption() -> None:
    found = roles(f"<p>Mở đầu.</p><p><img src='a.jpg'></p><p>{TEXT}</p><p>{TEXT}</p>")
    assert not found.captions


def test_a_sub_heading_under_a_picture_is_no_caption() -> None:
    found = roles(f"<p>{TEXT}</p><p><img src='a.jpg'></p><h3>Khó khăn còn ở phía trước</h3><p>{TEXT}</p>")
    assert not found.captions


def test_a_bold_first_paragraph_is_the_lead() -> None:
    assert roles(f"<p><b>{TEXT}</b></p><p>{TEXT[:-1]} nữa.</p>").lead == TEXT


def test_a_box_of_related_news_leaves_the_middle_of_the_body() -> None:
    box = "<div>Tin liên quan</div><ul><li><a href='/a'>Huyện ra quân làm giao thông nông thôn</a></li></ul>"
    found = roles(f"<p>{TEXT}</p>{box}<p>{TEXT} Hết.</p>")
    assert [block.text for block in found.body] == [TEXT, f"{TEXT} Hết."]


def test_comments_end_the_article() -> None:
    found = roles(f"<p>{TEXT}</p><h3>Ý kiến bạn đọc (1)</h3><p>{TEXT * 3}</p>")
    assert [block.text for block in found.body] == [TEXT]


def test_names_of_a_list_are_no_authors() -> None:
    found = roles(f"<p>{TEXT}</p><p>Nguyễn Văn Tảo</p><p>Đỗ Thị Hiền</p><p>Vũ Ngọc Oanh</p>")
    assert found.author is None and len(found.body) == 4


def test_the_author_stands_before_the_source() -> None:
    found = roles(
        f"<p>{TEXT}</p><p>{TEXT}</p><p>Tác giả: Minh Thư</p><p>Nguồn tin: Đài Truyền thanh huyện</p>"
    )
    assert found.author == "Minh Thư"


def test_contents_at_the_top_are_left_out() -> None:
    links = "<li><a href='#a'>1. Vị trí địa lý</a></li><li><a href='#b'>2. Lịch sử hình thành</a></li>"
    contents = f"<p>Mục lục</p><ul>{links}</ul>"
    assert [block.text for block in roles(f"{contents}<p>{TEXT}</p>").body] == [TEXT]


BYLINES = ["Nguồn: Báo Yên Bái", "Nguồn Báo Yên Bái", "(Theo Báo Yên Bái)"]
SENTENCES = [
    "Nguồn nước về tới bể từng nhà.",
    "Nguồn lực chính là sức dân.",
    "Tin từ trạm y tế: dịch đã lui.",
]


@pytest.mark.parametrize("last", SENTENCES)
def test_a_sentence_that_begins_with_the_word_of_a_label_is_text(last: str) -> None:
    found = roles(f"<p>{TEXT}</p><p>{TEXT}</p><p>{last}</p><p>Hoài An</p>")
    assert (found.body[-1].text, found.author) == (last, "Hoài An")


@pytest.mark.parametrize("last", BYLINES)
def test_a_source_behind_the_text_is_none_of_it(last: str) -> None:
    found = roles(f"<p>{TEXT}</p><p>{TEXT}</p><p>{last}</p>")
    assert ([block.text for block in found.body], found.author) == ([TEXT, TEXT], "Báo Yên Bái")


def above(*boxes: str) -> Roles:
    """The roles of `boxes` between the headline and the text's own box."""
    text = f"<div><p>{TEXT}</p><p>{TEXT} Sau đó là thảo luận.</p></div>"
    found = blocks(html.fragment_fromstring("".join(boxes) + text, create_parent="div"))
    return assign(found, "Đầu đề của bài", {len(found) - 2, len(found) - 1}, told=False)


@pytest.mark.parametrize(
    "lead",
    [
        "Nguồn giống do bà con tự ươm, mỗi hộ góp năm mươi cây.",
        "Tối 9/4, xã khai hội vật.",
        "Sáng 9/4/2023, xã khai hội vật.",
        "Ngày 9/4/2023, xã khai hội vật.",
        "Thứ Bảy, ngày 9/4/2023, xã khai hội vật.",
        "Xã khai hội vật ngày 9/4/2023.",
        "Mời bà con về xem hội.",
        "Trân trọng kính báo./.",
        "Ai cũng có thể là người cứu mình!",
    ],
)
def test_a_short_sentence_in_a_box_above_the_text_is_the_lead(lead: str) -> None:
    found = above("<div>Thứ Hai, 10/04/2023 07:30</div>", f"<div class=trich>{lead}</div>")
    assert (found.lead, found.date_lines) == (lead, ["Thứ Hai, 10/04/2023 07:30"])
    assert lead not in [block.text for _, block in found.cut]


@pytest.mark.parametrize(
    "line",
    [
        "Chuyên mục Văn hóa",
        "Hoài An",
        "Tác giả: Hoài An.",
        "Nguồn: Báo Yên Bái.",
        "Đăng bởi ban biên tập ngày 9/4/2023.",
        "Cập nhật lần cuối ngày 9/4/2023.",
        "Thứ Bảy, ngày 9/4/2023.",
        "<a href='/nghe'>Bấm để nghe đọc bài này.</a>",
        "Chưa có bình luận.",
        "Cỡ chữ:",
    ],
)
def test_what_is_no_short_lead(line: str) -> None:
    assert above(f"<div>{line}</div>").lead is None


def test_a_short_line_takes_no_leads_place() -> None:
    found = above("<div>Bài này đã được chọn.</div>", f"<div>{TEXT} Kính mời theo dõi.</div>")
    assert found.lead == f"{TEXT} Kính mời theo dõi."


@pytest.mark.parametrize("first", ["Ngày 9/4/2023, xã khai hội vật.", "Xã khai hội vật ngày 9/4/2023."])
def test_a_first_sentence_with_a_day_is_text(first: str) -> None:
    found = roles(f"<p>{first}</p><p>{TEXT}</p>")
    assert ([block.text for block in found.body], found.date_lines) == ([first, TEXT], [])


FILE = "<a href='/tep/lich-bom-nuoc.pdf'>Lịch bơm nước vụ xuân</a>"


@pytest.mark.parametrize(
    "line",
    [
        f"Tệp đính kèm: {FILE}",
        f"File đính kèm {FILE} (120 KB)",
        f"<b>Tài liệu kèm theo:</b> {FILE}, <a href='/tep/phan-2.docx'>Phần 2</a>",
        f"Văn bản: {FILE}",
        f"Tải về: {FILE}",
        f"Download: {FILE}",
        FILE,
    ],
)
def test_a_label_and_a_file_are_no_text(line: str) -> None:
    found = roles(f"<p>{TEXT}</p><p>{TEXT}</p><p>{line}</p><p style='text-align:right'>Hoài An</p>")
    assert [block.text for block in found.body] == [TEXT, TEXT]
    assert (len(found.files), found.author) == (1, "Hoài An")


@pytest.mark.parametrize("label", ["Tệp đính kèm:", "Tài liệu đính kèm", "<b>Tải về:</b>"])
def test_a_label_above_a_file_is_no_text(label: str) -> None:
    found = roles(f"<p>{TEXT}</p><p>{label}</p><p><img src='/anh/pdf.gif'> {FILE}</p>")
    assert ([block.text for block in found.body], len(found.files)) == ([TEXT], 1)
    assert found.images == []


@pytest.mark.parametrize(
    "line",
    [
        f"Lịch chi tiết xem tại {FILE} của trạm bơm.",
        f"Trạm bơm gửi kèm theo {FILE} tới từng xóm.",
        "Tệp đính kèm: <a href='/tin/muc-nuoc-ho.html'>Mực nước hồ</a> và số liệu từng ngày trong tháng này.",
        "Xem toàn văn <a href='/tep/lich.pdf'>tại đây</a>",
        "Tài liệu kèm theo: hai bản đồ tưới.",
        "Tệp đính kèm:",
    ],
)
def test_a_sentence_with_a_file_is_text(line: str) -> None:
    found = roles(f"<p>{TEXT}</p><p>{line}</p><p>{TEXT} Hết.</p>")
    assert len(found.body) == 3 and not found.files


@pytest.mark.parametrize(
    "picture",
    [
        "<p><img src='/anh/pdf.gif'> {}</p>", "<p><img src='/i/icon-word.png'>{}</p>",
        "<p><a href='/tep/a.pdf'><img src='/i/dinhkem_16.png'> Phụ lục</a></p>",
        "<p><a href='/tep/a.doc'><img class='tep-icon' src='/i/t.png'>Mẫu đơn</a></p>",
        "<table><tr><td><img src='/i/xls.svg'></td><td>{}</td></tr></table>",
    ],
)  # fmt: skip
def test_the_icon_of_a_file_takes_no_byline_for_its_caption(picture: str) -> None:
    found = roles(f"<p>{TEXT}</p><p>{TEXT}</p>{picture.format(FILE)}<p style='text-align:right'>Hoài An</p>")
    assert (found.author, found.captions, found.images) == ("Hoài An", [], [])
    assert len(found.files) == 1


@pytest.mark.parametrize(
    "picture",
    [
        "<p><img src='/anh/tram-bom.jpg'></p><p>{}</p>",
        "<p><img src='/anh/kenh.png'> {}</p>",
    ],
)
def test_a_picture_above_or_beside_a_file_stays(picture: str) -> None:
    found = roles(f"<p>{TEXT}</p>{picture.format(FILE)}<p>{TEXT} Hết.</p>")
    assert len(found.images) == 1
