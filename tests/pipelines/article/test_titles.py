"""The text of a headline without what themes set into it, and the names that are none."""

from __future__ import annotations

from datetime import datetime

import pytest

from pipelines.article.furniture import names_site
from pipelines.article.titles import bare, beside, is_generic, title_of, without_site
from pipelines.chain import read
from pipelines.html.parse import parse_text
from pipelines.items import Article, RawPage

FETCHED = datetime.fromisoformat("2024-03-01T09:00:00+07:00")
NAME = "Bản Khau Cút mở đường lên nương"


@pytest.mark.parametrize(
    "inner",
    [
        f"{NAME} <small>(Đăng ngày 04/05/2021)</small>",
        f"{NAME}<span class='post-date'>04/05/2021 08:15</span>",
        f"{NAME}<time>04/05/2021</time>",
        f"{NAME} (04/05/2021)",
        f"{NAME} - Cập nhật: 04/05/2021 08:15",
        f"{NAME} <a href='/in/7'>[In trang]</a>",
        f"<i class='fa fa-star'></i> {NAME} <sup>Mới</sup>",
        f"<span class='label hot'>Hot</span> {NAME}",
        f"{NAME} <span class=views>1.204</span>",
        f"{NAME} (Lượt xem: 1.204)",
        f"{NAME}<span style='display:none'> chữ giấu</span>",
        f"<a href='/tin/7.html'>{NAME}</a>",
        "Bản <b>Khau C</b>út <i>mở đường</i> lên nương",
    ],
)
def test_extras_are_no_part_of_the_headline(inner: str) -> None:
    assert title_of(parse_text(f"<body><h1>{inner}</h1></body>").find(".//h1")) == NAME


@pytest.mark.parametrize(
    "name",
    [
        "Lịch tiếp công dân tuần từ 04/05 đến 09/05/2021",
        "Kết quả xét nghiệm ngày 04/05/2021",
        "Mới có 3 bản đạt chuẩn",
        "Xã xem xét 12 hồ sơ",
        "Tổng kết năm 2021",
    ],
)
def test_a_date_or_figure_of_the_headline_stays(name: str) -> None:
    assert bare(name) == name
    assert title_of(parse_text(f"<body><h2>{name}</h2></body>").find(".//h2")) == name


@pytest.mark.parametrize("run", ["(", "1", "0.", "- "])
def test_a_name_as_long_as_a_book_is_read_in_time(run: str) -> None:
    name = f"{NAME} {run * 200_000}Xã"  # with the square of its length it would take hours
    assert bare(f"{name} (04/05/2021)") == name


def test_what_stands_beside_a_headline_may_date_it() -> None:
    heading = parse_text(f"<body><h1>{NAME} <small>(Đăng ngày 04/05/2021)</small></h1></body>").find(".//h1")
    assert beside(heading, NAME) == "(Đăng ngày 04/05/2021)"


@pytest.mark.parametrize(
    "name", ["Chi tiết tin", "Trang chủ", "Tin tức - Sự kiện", "Cổng thông tin điện tử xã"]
)
def test_names_of_sites_and_sections(name: str) -> None:
    assert is_generic(name)


@pytest.mark.parametrize(
    "name", ["Thông báo tuyển quân", "Tin vui từ bản xa", "Giới thiệu việc làm cho thanh niên"]
)
def test_headlines_that_begin_like_sections(name: str) -> None:
    assert not is_generic(name)


@pytest.mark.parametrize(
    ("page", "name"),
    [
        (f"{NAME} - Cổng thông tin điện tử huyện Mường La", NAME),
        (f"{NAME} » Huyện Mường La » Nông thôn", NAME),
        (f"Cổng thông tin điện tử xã | {NAME}", NAME),
        (f"Khau Cút - {NAME} - UBND xã Chiềng Hoa", f"Khau Cút - {NAME}"),
        ("Xã Chiềng Hoa - điểm sáng vùng cao", "Xã Chiềng Hoa - điểm sáng vùng cao"),
        ("Tin vui vùng cao - huyện đạt chuẩn nông thôn", "Tin vui vùng cao - huyện đạt chuẩn nông thôn"),
    ],
)
def test_site_and_section_are_cut_from_a_page_s_name(page: str, name: str) -> None:
    assert without_site(page, frozenset(["nong thon"])) == name


@pytest.mark.parametrize(
    "name",
    [
        "Cổng thông tin điện tử huyện Phú Lộc",
        "UBND huyện Phú Lộc - Cổng thông tin điện tử",
        "Ủy ban nhân dân xã Phú Lộc Trang thông tin điện tử",
        "Chào mừng bà con đến với Trang thông tin xã",
        "Website xã Phú Lộc",
        "Điện thoại: 0234 000 111",
        "Đường dây nóng",
        "Bản quyền thuộc UBND xã Phú Lộc",
        "Bản quyền © 2023",
        "Giấy phép số 12/GP-STTTT",
        "Giấy phép thiết lập trang thông tin số 12",
        "Số lượt truy cập: 12.400",
        "Thống kê truy cập",
        "phuloc@xa.test",
    ],
)
def test_names_and_numbers_of_a_site(name: str) -> None:
    assert names_site(name)


HEADLINES = [
    "Xã trả giấy phép xây dựng ngay tại nhà dân",
    "Thu hồi giấy phép hai quán karaoke",
    "Bản quyền điệu hò Phú Lộc được đăng ký",
    "Điện thoại cũ về tay học trò nghèo",
    "Lắp thêm đường dây nóng chống bạo lực gia đình",
    "Lượng truy cập thư viện số của xã tăng mạnh",
    "Khai trương cổng thông tin du lịch của huyện",
    "Thanh niên xã lập website bán mật ong",
    "Tập huấn viết tin cho trang thông tin xã",
]


@pytest.mark.parametrize("name", HEADLINES)
def test_headlines_with_the_words_of_a_footer(name: str) -> None:
    assert not names_site(name) and not is_generic(name)


@pytest.mark.parametrize("name", HEADLINES)
@pytest.mark.parametrize("site", ["", " - Cổng thông tin điện tử xã Phú Lộc"])
def test_a_bare_page_has_its_headline_and_date(name: str, site: str) -> None:
    text = "<p>Người dân cho biết việc này giúp họ bớt được nhiều lần đi lại trong năm.</p>" * 2
    markup = f"<title>{name}{site}</title><body><h1>{name}</h1><div>04/07/2023 16:20</div>{text}</body>"
    found = read(RawPage("http://a.test/tin/4", markup.encode(), FETCHED))
    assert isinstance(found, Article)
    assert (found.title, found.published.value) == (name, "2023-07-04T16:20:00+07:00")
    assert all("04/07" not in line for line in found.body)
