"""What a portal says of itself, told from the news that it brings."""

from __future__ import annotations

import pytest

from crawler.discover.notices import leads_on, notice, only_words
from pipelines.html.parse import parse, parse_text

URL = "http://huyena.tinh.gov.vn/"


def page(body: str, head: str = "") -> bytes:
    return f"<html><head>{head}</head><body><div id='main'>{body}</div></body></html>".encode()


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (
            "<p>Trang thông tin điện tử huyện A đã ngừng hoạt động từ ngày 01/7/2025.</p>",
            "frozen",
            "ngừng hoạt động",
        ),
        ("<div>Website tạm dừng cập nhật tin bài kể từ 30/6/2025</div>", "frozen", "dừng cập nhật"),
        ("<center>Cổng thông tin này không còn được cập nhật.</center>", "frozen", "không còn"),
        (
            "<p>Cổng thông tin điện tử đã chuyển sang <a href='https://xab.tinh.gov.vn'>địa chỉ mới</a>.</p>",
            "moved",
            "https://xab.tinh.gov.vn",
        ),
        (
            "<p>Trang thông tin điện tử dừng hoạt động, mời vào <a href='http://b.gov.vn/'>đây</a>.</p>",
            "moved",
            "http://b.gov.vn/",
        ),
        ("<p>Website đã chuyển sang tên miền xab.gov.vn</p>", "moved", "xab.gov.vn"),
    ],
)
def test_a_portal_says_that_it_is_closed_or_has_moved(body: str, kind: str, words: str) -> None:
    found = notice(parse(page(body), {}).tree, URL)
    assert found is not None
    assert found[0] == kind
    assert words in found[1]


@pytest.mark.parametrize(
    "body",
    [
        "<ul><li><a href='/a'>Cổng thông tin tạm dừng hoạt động để bảo trì hôm nay</a></li></ul>",
        "<p>Nhà máy xi măng đã ngừng hoạt động, công nhân chuyển sang làm việc khác.</p>",
        "<p>Huyện chuyển đổi 20 ha lúa sang trồng ngô; trang trại mở rộng.</p>",
        "<p>Trang thông tin điện tử huyện A. Chịu trách nhiệm: Phòng Văn hóa. Điện thoại: 0238</p>",
        "<p>" + "Website của huyện sẽ ngừng hoạt động. " * 20 + "</p>",
    ],
)
def test_news_are_no_notices(body: str) -> None:
    assert notice(parse(page(body), {}).tree, URL) is None


@pytest.mark.parametrize(
    ("head", "body", "target"),
    [
        ("<meta http-equiv='Refresh' content='0; URL=/vi/trang-chu'>", "", URL + "vi/trang-chu"),
        (
            "<meta http-equiv=refresh content=\"3;url='https://b.gov.vn/'\">",
            "<a href='x'>Vào</a>",
            "https://b.gov.vn/",
        ),
        ("<script>window.location.href = '/portal/index.aspx';</script>", "", URL + "portal/index.aspx"),
        ("<script>location.replace('/moi')</script>", "", URL + "moi"),
        ("<meta http-equiv='refresh' content='300'>", "", None),
        ("<script>location.href='javascript:void(0)'</script>", "", None),
        ("<meta http-equiv='refresh' content='0;url=/a'>", "<a href='1'>1</a>" * 9, None),
    ],
)
def test_a_page_without_content_leads_on(head: str, body: str, target: str | None) -> None:
    assert leads_on(parse(page(body, head), {}).tree, URL) == target


@pytest.mark.parametrize("content", ["", "5", "5;", "5;url", "5; url ="])
def test_a_refresh_of_blanks_is_read_in_time(content: str) -> None:
    head = f"<meta http-equiv='refresh' content='{content}{' ' * 200_000}x'>"  # it took the cube of them
    assert leads_on(parse(page("", head), {}).tree, URL) == (URL + "x" if content.endswith("=") else None)


def test_the_few_words_of_a_page_without_a_list() -> None:
    page = "<title>Cổng</title><script>var a = 1</script><h1>Đang bảo trì</h1> <p>Mời quay lại sau 6 giờ.</p>"
    assert only_words(parse_text(page)) == "Đang bảo trì Mời quay lại sau 6 giờ."
    assert only_words(parse_text("<p>" + "Tin xã nhà. " * 50)) is None
    assert only_words(parse_text("<img src=a.png>")) is None
