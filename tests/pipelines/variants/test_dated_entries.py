# ruff: noqa: E501  # sentences, whole as a page has them
"""Entries of a list of other articles, each a link with its date, below the text: none of it is the article's."""

from __future__ import annotations

from datetime import datetime

import pytest

from pipelines.chain import read
from pipelines.items import Article, RawPage
from storage.vocabulary import VIETNAM

TEXT = [
    "Tổ hợp tác nuôi cá lồng của bản Pa Nậm vừa thu lứa cá đầu tiên sau chín tháng thả giống.",
    "Mười hai hộ góp vốn làm ba mươi lồng, mỗi lồng cho hơn hai tạ cá trắm và cá lăng.",
    "Ủy ban nhân dân xã cho biết vụ tới bà con sẽ thả thêm hai mươi lồng ở phía thượng nguồn.",
]
ENTRIES = [
    "Cầu treo bản Lốm thông xe trước mùa lũ",
    "Hội thi trâu kéo ở xã vùng cao",
    "Lớp học xóa mù buổi tối",
]
DATES = {
    "day": ["12/03/2024", "05/02/2024", "28/01/2024"],
    "day and clock": ["Thứ Ba, 12/03/2024 08:30", "Thứ Hai, 05/02/2024 15:10", "Chủ nhật, 28/01/2024 07:00"],
    "words": ["12 tháng 3, 2024 lúc 09:15", "5 tháng 2, 2024 lúc 10:00", "28 tháng 1, 2024 lúc 07:45"],
    "label": ["Cập nhật: 08:00 ngày 12/03/2024 (GMT+7)", "Đăng lúc 7h05, 05/02/2024", "Ngày 28/01/2024"],
    "who": ["Đăng ngày 12/3/2024 bởi quản trị", "Đăng ngày 5/2/2024 bởi quản trị", "28/01/2024"],
}


def page(below: str, date: str = "2024-04-02 10:00") -> Article:
    paragraphs = "".join(f"<p>{text}</p>" for text in TEXT)
    body = f"<h2>Lứa cá đầu tiên của bản Pa Nậm</h2><div>{date}</div><div>{paragraphs}</div>{below}"
    html = f"<html><head><title>Lứa cá đầu tiên của bản Pa Nậm</title></head><body><div>{body}</div></body></html>"
    url, at = "http://thanhlam.gov.vn/tin/77-lua-ca", datetime(2024, 6, 1, tzinfo=VIETNAM)
    found = read(RawPage(url, html.encode(), at))
    assert isinstance(found, Article)
    return found


def entries(dates: list[str], heading: str, mark: str) -> str:
    items = "".join(
        f'<li><a href="/tin/{n}-bai">{title}</a> <{mark}>{date}</{mark}></li>'
        for n, (title, date) in enumerate(zip(ENTRIES, dates, strict=True), 50)
    )
    return f"<p style='text-align:right'><b>Vi Thị Hoa</b></p><h4>{heading}</h4><ul>{items}</ul>"


@pytest.mark.parametrize("dates", DATES.values(), ids=list(DATES))
@pytest.mark.parametrize("heading", ["Đọc thêm", "Tin liên quan", "Các tin khác", "Xem thêm"])
@pytest.mark.parametrize("mark", ["small", "span", "i"])
def test_a_list_of_links_with_dates_ends_the_article(dates: list[str], heading: str, mark: str) -> None:
    found = page(entries(dates, heading, mark))
    assert list(found.body) == TEXT
    assert found.author == "Vi Thị Hoa"


def test_comments_below_the_list_do_not_bring_it_back() -> None:
    remark = "<h4>Ý kiến bạn đọc</h4><p>Bạn Lò Văn T.: Bài viết rất hay, mong trang tin có thêm ảnh cho bà con xem.</p>"
    assert list(page(entries(DATES["who"], "Đọc thêm", "small") + remark).body) == TEXT


@pytest.mark.parametrize(
    "below",
    [
        '<p>Theo <a href="/van-ban/12">Kế hoạch số 12/KH-UBND</a> ngày 05/02/2024, xã sẽ thả thêm hai mươi lồng.</p>',
        '<p>Xem thêm tại Quyết định số 45/QĐ-UBND ngày 12/03/2024 của Ủy ban nhân dân huyện Thanh Lam.</p>',
        '<h4>Đọc thêm từ thực tế</h4><p>Anh Lô Văn Hải kể: ngày 05/02/2024, cả bản ra sông kéo lưới từ lúc gà gáy.</p><p>Chị Vi Thị Nga thì nhớ hôm 12/03/2024, khi cá lên bờ trắng cả bến.</p>',
    ],
    ids=["a linked decision in a sentence", "a decision named", "prose behind a heading"],
)  # fmt: skip
def test_prose_that_names_a_date_or_links_stays(below: str) -> None:
    assert len(page(below).body) > len(TEXT)


def test_the_pages_of_an_article_are_no_line_of_it() -> None:
    pager = '<div class="chia">Trang: <b>1</b> <a href="/tin/77-lua-ca?trang=2">2</a></div>'
    assert list(page(pager).body) == TEXT
    sentence = "Trang: 1 2 là hai trang của cuốn sổ ghi chép mà tổ giữ từ đầu vụ."
    assert list(page(f"<p>{sentence}</p>").body) == [*TEXT, sentence]
