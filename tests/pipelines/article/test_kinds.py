"""What a page is when it is no article."""

from __future__ import annotations

import pytest
from lxml import html

from pipelines.article.kinds import after_reading, before_reading
from pipelines.article.spam import sells, spam_links
from pipelines.html.blocks import blocks
from pipelines.html.parse import parse_text

EMPTY = html.document_fromstring("<html><body><p>Chữ</p></body></html>")
TEXT = (
    "<p>Sáng nay, hơn hai trăm người dân đã ra quân mở rộng con đường trục của thôn, phát quang hai bên.</p>"
)


def after(title: str, markup: str, *, dated: bool = False, captions: int = 0) -> str | None:
    tree = parse_text(f"<html><body>{markup}</body></html>")
    found = blocks(tree)
    return after_reading(title, found, captions, found, tree, dated=dated)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/tin/a.html?in=1", "print_view"),
        ("/index.php?op=print/a", "print_view"),
        ("/news/savefile/a.html", "print_view"),
        ("/tim-kiem?k=a", "search"),
        ("/?s=a", "search"),
        ("/tin/a/comment-page-2", "comments"),
        ("/tin/a/comments", "comments"),
        ("/r/nong-thon/comments/5x/mo-duong", None),
        ("/?q=duong+lien+xa", "search"),
        ("/tin.html?keyword=kenh%20muong", "search"),
        ("/?s=", "search"),
        ("/?q=node/71", None),
        ("/index.php?q=tin-tuc/mo-rong-duong-lien-xa", None),
        ("/?q=12/6/2024", "search"),
        ("/tin/mo-rong-duong-71.html?search=", None),
        ("/tin/in-bo-lich-treo-tuong-5.html", None),
        ("/tin/tim-kiem-cuu-nan-tren-song-5.html", None),
        ("/tin/tac-gia-tre-doat-giai-5.html", None),
    ],
)
def test_addresses(path: str, reason: str | None) -> None:
    assert before_reading(f"https://a.example.gov.vn{path}", EMPTY, 30_000) == reason


@pytest.mark.parametrize(
    ("title", "markup", "reason"),
    [
        ("Không tìm thấy trang", "<p>Vui lòng quay lại.</p>", "soft_404"),
        ("Thông báo", "<p>Bài viết không tồn tại hoặc đã bị xóa.</p>", "soft_404"),
        ("Đăng nhập", "<p>Nhập mật khẩu</p><input type=password>", "login"),
        ("Kết quả tìm kiếm", TEXT, "search"),
        ("Liên hệ", TEXT, "static"),
        ("Liên hệ | Cổng thông tin huyện", TEXT, "static"),
        ("Văn bản mới ban hành", "<p>Chưa có bài viết nào.</p>", "empty"),
        ("Xổ số miền Bắc, soi cầu lô đề", TEXT, "hacked"),
        ("最新スーパーコピー時計", TEXT, "hacked"),
        ("Công an huyện triệt phá đường dây cá độ bóng đá", TEXT, None),
        ("Công ty Xổ số kiến thiết trao nhà tình nghĩa", TEXT, None),
        ("Tìm kiếm hai nạn nhân mất tích trên sông", TEXT, None),
        ("Liên hệ bản thân sau đợt học nghị quyết", TEXT, None),
        ("Góp ý dự thảo nghị quyết của huyện", TEXT, None),
        ("Xã Tân Lập ra quân làm giao thông", TEXT, None),
        ("404", "<p>Vui lòng quay lại trang chủ.</p>", "soft_404"),
        ("Lỗi 404 | Cổng thông tin huyện", "<p>Xin lỗi.</p>", "soft_404"),
        ("Page not found", "<p>Back to home page</p>", "soft_404"),
        ("khong tim thay trang", "<p>Vui long quay lai trang chu</p>", "soft_404"),
        ("Thông báo", "<p>Trang bạn yêu cầu không tồn tại, mời quay về trang chủ.</p>", "soft_404"),
        ("Quyết định số 404 về khen thưởng", TEXT, None),
        ("Trung đoàn 404 giúp dân gặt lúa", TEXT, None),
        ("Xã đã xóa nhà dột nát cho 40 hộ", TEXT, None),
        ("Chấm dứt tình trạng không có nước sạch", "<p>Nước đã về thôn.</p>", None),
        ("Không tìm thấy nạn nhân trên sông", TEXT, None),
        ("Huyện xóa trang trại nuôi lợn trái phép", "<p>Trại không tồn tại từ hôm nay.</p>", None),
        ("Nâng cấp tuyến đê sạt lở đề phòng lũ", TEXT, None),
        ("Trọn cả cuộc đời vì nghề giáo", TEXT, None),
        ("Trao tiền sửa nhà cải tạo vườn", TEXT, None),
        ("Nhân dân ca đồng dao bên sông", TEXT, None),
        ("Bảo tồn xác máy bay B52", TEXT, None),
        ("Nhà cái uy tín, nạp rút nhanh", TEXT, "hacked"),
        ("nha cai uy tin nhat nam nay", TEXT, "hacked"),
        ("Link vào W88 mới nhất", TEXT, "hacked"),
        ("代表团访问边境县", "<p>代表团访问了边境县的学校和医院，并赠送了书籍。</p>", None),
    ],
)
def test_pages(title: str, markup: str, reason: str | None) -> None:
    assert after(title, markup) == reason


@pytest.mark.parametrize("title", ["Cổng thông tin điện tử huyện Ba Tơ", "UBND huyện Ba Tơ", "Thông báo"])
@pytest.mark.parametrize(
    "said",
    [
        "Bài viết bạn vừa chọn hiện không còn nữa, có lẽ đã được gỡ xuống.",
        "Rất tiếc, nội dung quý vị muốn xem đã được chuyển sang mục khác.",
        "Bản tin này đã hết hạn và được rút khỏi trang.",
        "Tin bài chưa được duyệt hoặc đã bị ẩn.",
        "Chúng tôi chưa tìm ra bài viết theo địa chỉ bạn gõ.",
        "Bạn không có quyền đọc bài viết này.",
        "Đường link này đã hỏng.",
        "This story is no longer on our server.",
        "We're sorry, we are unable to load that page.",
    ],
)
def test_a_page_that_is_away_in_other_words(title: str, said: str) -> None:
    assert after(title, f"<p>{said}</p>") == "soft_404"
    assert after(title, f"<p>{said}</p>{TEXT * 4}") != "soft_404"  # a remark over an article


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("Bài viết này đã được gỡ xuống.", "soft_404"),
        ("Xin lỗi, trang bạn cần đọc đã bị ẩn.", "soft_404"),
        ("Bài thi của ba em đã bị rút khỏi vòng chung khảo.", None),
        ("Biển báo sai quy định đã được gỡ xuống dọc tuyến đường liên xã.", None),
        ("Văn bản hết hiệu lực được niêm yết tại trụ sở.", None),
    ],
)
def test_a_headline_of_its_own_speaks_for_an_article(said: str, reason: str | None) -> None:
    assert after("Ra quân chỉnh trang đường làng ngõ xóm", f"<p>{said}</p>") == reason


@pytest.mark.parametrize("said", ["Xã không còn hộ nghèo.", "Cầu treo đã được tháo dỡ, đường mới thông xe."])
def test_a_short_notice_without_a_headline_of_its_own(said: str) -> None:
    assert after("Thông báo", f"<p>{said}</p>") is None


def test_a_dated_notice_may_say_that_something_is_not_there() -> None:
    note = (
        "<p>Trang thông tin cũ không còn hoạt động từ ngày mai, mời bà con truy cập trang mới của xã nhà.</p>"
    )
    assert after("Thay đổi địa chỉ trang thông tin của xã", note, dated=True) is None


def test_headlines_and_teasers_in_turn_are_a_front() -> None:
    card = f"<h3><a href='/a'>Xã Tân Lập ra quân làm giao thông nông thôn</a></h3>{TEXT}"
    assert after("Tin trong huyện", card * 5, dated=True) == "section_front"


def test_a_list_of_links_without_a_title_is_a_front() -> None:
    line = "<p>- <a href='/a'>Xã Tân Lập ra quân làm giao thông nông thôn</a> (01/03/2021)</p>"
    assert after("", line * 8, dated=True) == "section_front"


def test_an_article_may_link_to_others() -> None:
    links = "<p><a href='/a'>Xã Tân Lập ra quân làm giao thông nông thôn</a></p>" * 5
    assert after("Người dân hiến đất làm đường", TEXT * 6 + links, dated=True) is None


def test_a_print_view_does_not_name_itself_to_be_cited() -> None:
    url = "https://a.example.vn/bao/print/d-71.html"
    page = parse_text(f"<head><link rel=canonical href='{url}'></head><body><p>Chữ</p></body>")
    assert before_reading(url, page, 30_000) is None
    assert before_reading("https://a.example.vn/print/71", page, 30_000) == "print_view"


def test_a_long_paragraph_is_no_teaser() -> None:
    card = f"<h3><a href='/a'>Xã Tân Lập ra quân làm giao thông nông thôn</a></h3>{TEXT}"
    assert after("Những con đường trong tháng", card * 5 + f"<p>{TEXT[3:-4] * 6}</p>") is None


def test_a_dated_notice_may_be_a_list_that_it_introduces() -> None:
    lines = "".join(
        f"<li><a href='/vb/{n}'>Công văn số {n} về việc tu sửa trường lớp</a></li>" for n in range(6)
    )
    notice = f"<p>Xã gửi các trường những công văn sau đây:</p><ul>{lines}</ul>"
    assert after("Gửi các trường công văn tu sửa", notice, dated=True) is None
    assert after("Công văn", f"<ul>{lines}</ul>") == "section_front"


def test_documents_with_a_date_each_are_a_list_whatever_stands_by_the_title() -> None:
    line = "<li><a href='/vb/1'>Công văn về việc tu sửa trường lớp</a> ({}/03/2024)</li>"
    page = "<ul>" + "".join(line.format(day) for day in range(10, 16)) + "</ul>"
    assert after("Công văn đến trong tháng", page, dated=True) == "section_front"


def test_a_table_of_linked_documents_is_a_list() -> None:
    name = "<a href='/vb/{}'>Về việc tu sửa trường lớp đầu năm</a>"
    row = f"<tr><td>{{}}/UBND</td><td>{name}</td><td>10/03/2024</td></tr>"
    table = "<table>" + "".join(row.format(n, n) for n in range(6)) + "</table>"
    assert after("Công văn", table) == "section_front"
    plain = table.replace("<a href", "<b data-x").replace("</a>", "</b>")
    assert after("Kết quả khảo sát ở các thôn", TEXT + plain, dated=True) is None


def test_what_is_shown_makes_an_article_where_headline_and_date_stand() -> None:
    tree = parse_text("<body><iframe src=a.pdf></iframe></body>")
    told = {"captions": 0, "scope": [], "tree": tree}
    assert after_reading("Lịch tiếp công dân tháng ba", [], dated=True, shown=1, **told) is None
    assert after_reading("Lịch tiếp công dân tháng ba", [], dated=False, shown=1, **told) == "empty"
    assert after_reading("Lịch tiếp công dân tháng ba", [], dated=True, shown=0, **told) == "empty"


def test_only_pictures_with_captions_are_an_article() -> None:
    tree = parse_text("<body><img src=a.jpg></body>")
    assert after_reading("Chùm ảnh ngày hội", [], 3, [], tree, dated=True) is None


def test_spam_is_told_by_links_not_by_words() -> None:
    assert spam_links(parse_text("<p>Công an huyện triệt phá sòng tài xỉu, cá cược bóng đá</p>")) == 0


def test_hidden_spam_links_are_counted() -> None:
    assert (
        spam_links(parse_text("<p style='display:none'><a href='https://x.example/nha-cai'>uy tín</a></p>"))
        == 1
    )


def test_addresses_sell_by_whole_steps() -> None:
    links = "<a href='https://x.example/{}'>a</a>"
    for path in ("nha-cai/uy-tin", "soi-cau-mien-bac", "ca-do-bong-da", "789bet"):
        assert spam_links(parse_text(links.format(path))) == 1, path
    for path in ("nha-cai-tao-xong", "sat-lo-de-ta", "ca-dong-dao", "danh-bai-dich-benh", "xo-so-kien-thiet"):
        assert spam_links(parse_text(links.format(path))) == 0, path


def test_a_line_that_sells() -> None:
    assert sells("Nhà cái uy tín nhất năm") and not sells("Nhà văn hóa xã")
    assert not sells("Sạt lở đê") and not sells("Đánh bài kiểm tra") and sells("Lô đề online")
