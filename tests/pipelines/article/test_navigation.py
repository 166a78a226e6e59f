"""Breadcrumbs and links to neighbours, and lines of the text that only look like them."""

import pytest

from pipelines.article.navigation import is_trail, leads_on
from storage.text import fold

TITLE = "Xã Phú Lâm khánh thành cầu dân sinh trong tháng 3/2022"


@pytest.mark.parametrize(
    "line",
    [
        f"Trang chủ » Kinh tế » {TITLE}",
        f"Trang nhất/Tin tức/Nông thôn mới/{TITLE}",
        f"Tin trong huyện > {TITLE}",
        "Home › Tin tức › Văn hóa - Xã hội",
        "Bạn đang ở đây: Trang chủ / Tin hoạt động",
        "Trang chủ | Xã Phú Lâm khánh thành cầu …",
        f"Huyện nhà :: Tin mới :: {TITLE.upper()}",
    ],
)
def test_a_trail(line: str) -> None:
    assert is_trail(line, fold(TITLE))


@pytest.mark.parametrize(
    "line",
    [
        TITLE,  # the headline alone is another rule's
        f"Ngày 12/3, đoàn kiểm tra đã về dự lễ và chứng kiến: {TITLE}",
        "Trang chủ của dịch vụ công | hướng dẫn người dân nộp hồ sơ trực tuyến theo từng bước một.",
        "Tỷ lệ 98/100 hộ, tăng 3 hộ/năm",
        "Tổ trưởng: Nguyễn Văn An / Tổ phó: Lê Thị Bình",
        "",
    ],
)
def test_no_trail(line: str) -> None:
    assert not is_trail(line, fold(TITLE))


@pytest.mark.parametrize(
    ("line", "linked", "leads"),
    [
        ("Bài viết trước: Hội thi máy cày ở xã Tân Sơn", 0.8, True),
        ("Next Post → Đại hội Đoàn xã nhiệm kỳ mới", 0.7, True),
        ("« Tin kế tiếp Đại hội Đoàn xã nhiệm kỳ mới", 0.9, True),
        ("« Hội thi máy cày ở xã Tân Sơn", 1.0, True),
        ("Hội thi máy cày ở xã Tân Sơn »", 0.97, True),
        ("Xem thêm: Đại hội Đoàn xã nhiệm kỳ mới", 0.8, True),
        ("Hội thi máy cày ở xã Tân Sơn", 1.0, False),  # a reference, where a family names the text
        ("Xem thêm ở trang 4 của bản tin huyện", 0.9, False),
        ("Năng suất lúa > 70 tạ/ha ở cả ba xã vùng đồng", 0.95, False),
        ("Bài trước: nhắc lại những gì đã nêu ở kỳ họp", 0.0, False),  # nothing leads there
        ("Tiếp theo chương trình, đoàn đã đến thăm trạm y tế xã", 0.1, False),
        ("Nextone là tên gọi của giống lúa mới", 1.0, False),
    ],
)
def test_a_link_to_a_neighbour(line: str, linked: float, leads: bool) -> None:
    assert leads_on(line, linked) is leads
