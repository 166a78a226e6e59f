# ruff: noqa: E501  # markup and sentences, whole as a page has them
"""Pages of our own wording, of which one part varies: what every test of variants reads."""

from __future__ import annotations

from datetime import datetime

from pipelines.chain import read
from pipelines.items import Article, NotAnArticle, RawPage
from storage.vocabulary import VIETNAM

TITLE = "Xã Đông Phú mở thêm hai lớp xóa mù chữ cho phụ nữ vùng lòng hồ"
ONE = (
    "Tối 12/3, tại nhà văn hóa bản Chiềng, UBND xã Đông Phú khai giảng hai lớp xóa mù chữ cho 47 học viên nữ."
)
TWO = (
    "Các lớp học năm buổi mỗi tuần, do giáo viên trường tiểu học của xã đứng lớp, sách vở được cấp miễn phí."
)
THREE = "Chị Lò Thị Xuân, học viên lớn tuổi nhất, nói chị muốn tự đọc được đơn thuốc và giấy mời họp của con."
FOUR = (
    "Theo kế hoạch, đến hết năm học toàn xã sẽ không còn phụ nữ dưới năm mươi tuổi chưa biết đọc, biết viết."
)
TEXT = (ONE, TWO, THREE, FOUR)
URL = "https://dongphu.example.vn/tin/mo-lop-xoa-mu-chu.html"
FETCHED = datetime(2024, 6, 5, 9, 30, tzinfo=VIETNAM)
MENU = "<ul class='menu'><li><a href='/'>Trang chủ</a></li><li><a href='/tin'>Tin tức</a></li><li><a href='/vb'>Văn bản</a></li></ul>"
FOOT = "<div id='footer'><p>Cơ quan chủ quản: UBND huyện Đông Phú. Điện thoại: 0210 000 222, trực ngày đêm.</p></div>"


def paragraphs(*texts: str) -> str:
    """Returns each of `texts` as a paragraph."""
    return "".join(f"<p>{text}</p>" for text in texts)


def whole(body: str, *, head: str = "", title: str = TITLE) -> str:
    """Returns a page of that `body`, all of it, with `title` in its head."""
    return f"<!DOCTYPE html><html lang='vi'><head><meta charset='utf-8'><title>{title}</title>{head}</head><body>{body}</body></html>"


def page(
    content: str, *, head: str = "", line: str = "<div class='ngay'>13/03/2024 08:15</div>", behind: str = ""
) -> str:
    """Returns the page of a portal: menu, headline, date line, `content` as the article's box, footer."""
    return whole(
        f"{MENU}<div class='trang'><h1>{TITLE}</h1>{line}<div class='noi-dung'>{content}</div>{behind}</div>{FOOT}",
        head=head,
    )


def result(markup: str, url: str = URL) -> Article | NotAnArticle:
    """Returns what the reader makes of `markup`."""
    return read(RawPage(url, markup.encode(), FETCHED))


def article(markup: str, url: str = URL) -> Article:
    """Returns the article that the reader finds; fails where it finds none."""
    found = result(markup, url)
    assert isinstance(found, Article), found.reason
    return found


def texts(found: Article) -> list[str]:
    """Returns lead and body as one list: which of the two holds the first paragraph is not asked here."""
    return [*([found.lead] if found.lead else []), *found.body]
