"""What a page is when it is no article."""

from __future__ import annotations

import pytest
from lxml import html

from pipelines.article.kinds import after_reading, before_reading, sells, spam_links
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
    ],
)
def test_pages(title: str, markup: str, reason: str | None) -> None:
    assert after(title, markup) == reason


def test_headlines_and_teasers_in_turn_are_a_front() -> None:
    card = f"<h3><a href='/a'>Xã Tân Lập ra quân làm giao thông nông thôn</a></h3>{TEXT}"
    assert after("Tin trong huyện", card * 5, dated=True) == "section_front"


def test_a_list_of_links_without_a_title_is_a_front() -> None:
    line = "<p>- <a href='/a'>Xã Tân Lập ra quân làm giao thông nông thôn</a> (01/03/2021)</p>"
    assert after("", line * 8, dated=True) == "section_front"


def test_an_article_may_link_to_others() -> None:
    links = "<p><a href='/a'>Xã Tân Lập ra quân làm giao thông nông thôn</a></p>" * 5
    assert after("Người dân hiến đất làm đường", TEXT * 6 + links, dated=True) is None


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


def test_a_line_that_sells() -> None:
    assert sells("Nhà cái uy tín nhất năm") and not sells("Nhà văn hóa xã")
