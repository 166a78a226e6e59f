"""Which of a page's dates is its publication: the documents of fixtures/dates, the seeds, the rules."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from pipelines.chain import read
from pipelines.dates import DatesPipeline, date_article
from pipelines.dating.event import event_of, printed_event_of
from pipelines.dating.evidence import in_url, json_ld
from pipelines.html.select import select_text
from pipelines.items import Article, Hints, Image, NotAnArticle, RawPage

DOCUMENTS: list[dict[str, Any]] = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "fixtures/dates/docs.jsonl").read_text("utf-8").splitlines()
]
FETCHED = datetime.fromisoformat("2026-03-01T09:00:00+07:00")


def article(case: dict[str, Any]) -> Article:
    """The article as an extractor hands it on."""
    tree = html.document_fromstring(case["html"])
    hints: dict[str, Any] = {
        name: tuple(v) if isinstance(v, list) else v for name, v in case["hints"].items()
    }
    page = RawPage(case["url"], b"", datetime.fromisoformat(case["fetched_at"]), hints=Hints(**hints))
    return Article(
        page,
        case["title"],
        body=[text for text in case["body"] if "<" not in text],
        captions=case["captions"],
        images=[Image(str(source)) for source in tree.xpath("//img/@src")],
        date_lines=case["date_lines"],
        told_date=select_text(tree, page.hints.date),
        tree=tree,
    )


@pytest.mark.parametrize("case", DOCUMENTS, ids=[f"{case['id']}-{case['category']}" for case in DOCUMENTS])
def test_documents(case: dict[str, Any]) -> None:
    published = date_article(article(case))
    assert (published.value, published.precision) == (case["expected"], case["precision"])
    assert (published.source or "none") in {case["source"], *case["accept_source"]}
    assert published.is_event is case["is_event_proxy"]


@pytest.mark.parametrize("case", DOCUMENTS, ids=[f"{case['id']}-{case['category']}" for case in DOCUMENTS])
def test_a_printed_event_is_the_event_where_its_year_is_printed(case: dict[str, Any]) -> None:
    event = event_of(article(case))
    assert printed_event_of(article(case)) == (event if event and event.source == "text" else None)


@pytest.mark.parametrize(
    "body",
    [
        ["Sáng 26/10, huyện họp.", "Ngày 2/11/2023, đoàn đi kiểm tra, đồng thời trao quà."],
        ["Sáng 26/10, huyện họp về tháng 10 năm 2023.", "Ngày 2/11/2023, đoàn đi kiểm tra và trao quà."],
        ["Sáng 26/10, huyện họp.", "Chiều 2/11, xã họp.", "Kế hoạch tháng 11 năm 2023."],
        ["Sáng 26/10, huyện họp.", "Chiều ngày hai tháng mười một, năm hai nghìn hai mươi ba, xã họp."],
        ["Sáng 26/10, huyện họp.", "Kỳ Anh, 2/11/23"],
    ],
)
def test_of_several_days_both_find_the_same(body: list[str]) -> None:
    told = Article(RawPage("https://huyen.test/bai", b"", FETCHED), "Tin", body=body)
    event = event_of(told)
    assert printed_event_of(told) == (event if event and event.source == "text" else None)


SEEDS: list[tuple[str, str, list[str], list[str], tuple[str, str, bool]]] = [
    (
        "https://doluong.nghean.gov.vn/tin-tuc/ubnd-huyen-to-chuc-hoi-nghi-651234",
        "UBND huyện tổ chức hội nghị giao ban thường kỳ tháng 10/2023",
        [],
        [
            "Chiều ngày 26/10, UBND huyện Đô Lương đã tổ chức hội nghị giao ban thường kỳ tháng 10/2023.",
            (
                "Hội nghị đã tập trung đánh giá kết quả thực hiện nhiệm vụ KT- XH tháng 10 và triển khai"
                " nhiệm vụ tháng 11 năm 2023."
            ),
        ],
        ("2023-10-26", "inferred", True),
    ),
    (
        "https://doluong.gov.vn/ubnd-huyen-to-chuc-hoi-nghi-thuong-ky/",
        "UBND huyện tổ chức hội nghị thường kỳ đánh giá kết quả tháng 10, triển khai nhiệm vụ tháng 11.",
        [],
        [
            (
                "Chiều ngày 26/10, UBND huyện đã tổ chức hội nghị thường kỳ đánh giá kết quả tháng 10,"
                " triển khai nhiệm vụ tháng 11."
            ),
            (
                "Trên lĩnh vực VH – XH, tổ chức TK 20 năm phong trào giai đoạn 2010 – 2020; triển khai"
                " kế hoạch tuyển quân năm 2021."
            ),
            "Về nhiệm vụ tháng 11 năm 2020, hoàn chỉnh kế hoạch thực hiện NQ và chương trình hành động.",
            (
                "Tập trung thực hiện xây dựng hoàn thành Trung tâm Dịch vụ Hành chính công để đưa vào"
                " hoạt động năm 2021."
            ),
        ],
        ("2020-10-26", "inferred", True),
    ),
    (
        "https://giavien.ninhbinh.gov.vn/ubnd-huyen-to-chuc-hoi-nghi-kiem-diem-2012.html",
        "UBND huyện tổ chức Hội nghị kiểm điểm công tác chỉ đạo, điều hành",
        ["Thứ ba, 07/02/2023"],
        ["Sáng ngày 07/2, UBND huyện tổ chức Hội nghị kiểm điểm công tác năm 2022, nhiệm vụ năm 2023."],
        ("2023-02-07", "visible", False),
    ),
    (
        "https://lynhan.hanam.gov.vn/Pages/ubnd-huyen-trien-khai-nhiem-vu-thang-62024.aspx",
        "UBND huyện triển khai nhiệm vụ tháng 6/2024",
        [],
        [
            (
                "Sáng ngày 4/6/2024, UBND huyện tổ chức hội nghị thường kỳ đánh giá tình hình phát triển"
                " kinh tế - xã hội tháng 5; triển khai nhiệm vụ trọng tâm"
                " tháng 6/2024."
            )
        ],
        ("2024-06-04", "text", True),
    ),
    (
        "https://kyanh.hatinh.gov.vn/huyen-ky-anh/portal/read/thoi-su/news/huyen-ky-anh-trien-khai.html",
        "Huyện Kỳ Anh triển khai kế hoạch thực hiện các Nghị quyết tại Kỳ họp thứ 8, HĐND huyện khóa XX",
        ["09:33 03/02/2023"],
        ["Sáng 2/2, UBND huyện tổ chức phiên họp để triển khai kế hoạch thực hiện các Nghị quyết."],
        ("2023-02-03T09:33:00+07:00", "visible", False),
    ),
]


@pytest.mark.parametrize(("url", "title", "lines", "body", "expected"), SEEDS, ids=range(5))
def test_seed_pages(
    url: str, title: str, lines: list[str], body: list[str], expected: tuple[str, str, bool]
) -> None:
    published = date_article(Article(RawPage(url, b"", FETCHED), title, body=body, date_lines=lines))
    assert (published.value, published.source, published.is_event) == expected


def test_the_pipeline_flags_what_nothing_dates() -> None:
    undated = Article(RawPage("https://a.example/1", b"", FETCHED), "Giới thiệu", flags=["short"])
    dated = Article(RawPage("https://a.example/2", b"", FETCHED), "Tin", date_lines=["14/09/2022"])
    refused = NotAnArticle(RawPage("https://a.example/3", b"", FETCHED), "login")
    results = [DatesPipeline().process_item(item) for item in (undated, dated, refused)]
    assert [undated.flags, dated.flags] == [["short", "undated"], []]
    assert dated.published.raw == "14/09/2022"
    assert results == [undated, dated, refused]


@pytest.mark.parametrize(
    "script",
    ["", "{", "[[[" * 5_000, "null",
     '"2023"', "[1, 2]", '{"datePublished": {}}', '{"@graph": [null, {"x": []}]}'],
)  # fmt: skip
def test_broken_json_ld_gives_nothing(script: str) -> None:
    tree = html.document_fromstring(f'<p>a</p><script type="application/ld+json">{script}</script>')
    assert json_ld(tree, "Tin", "https://a.example/1") == (None, None)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/2023/05/17/tin.html", "2023-05-17"),
        ("/portal/pages/2023-01-30/tin.aspx", "2023-01-30"),
        ("/portal/read/x/news/tin.html/20230130091500", "2023-01-30T09:15:00+07:00"),
        ("/tin-2656250129005548571.htm", "2025-01-29T00:55:48+07:00"),
        ("/2023/05/tin/", "2023-05"),
        ("/2023/13/45/tin.html", None),
        ("/2033/05/17/tin.html", None),
        ("/tin/20190101/quyet-dinh-2019-12-31-p2c10.html", None),
        ("/tu-ngay-1172020-den-ngay-1772020/newsid/123", None),
        ("/tin-651234", None),
        ("/tin-12345678901234567890123.htm", None),
    ],
)
def test_digits_of_an_address(path: str, value: str | None) -> None:
    found = in_url(f"https://a.example{path}", FETCHED.date())
    assert (found and found[0]) == value


@pytest.mark.parametrize(
    ("lines", "body", "expected", "is_event"),
    [
        (["Tháng 8 năm 2023"], "Các xã nhận cây giống.", "2023-08", False),
        (["(Tháng 8/2023)"], "Các xã nhận cây giống.", "2023-08", False),
        (["08/2023"], "Các xã nhận cây giống.", "2023-08", False),
        (["Tháng Tám, 2023"], "Sáng 12/6/2022, lớp dạy nghề khai giảng.", "2023-08", False),
        # a day of that month is more exact, and so is a day that is printed
        (["Tháng 8 năm 2023"], "Sáng 12/8/2023, lớp dạy nghề khai giảng.", "2023-08-12", True),
        (["Tháng 8 năm 2023", "03/09/2023"], "Các xã nhận cây giống.", "2023-09-03", False),
        # a month to come dates nothing, nor does one among other words
        (["Tháng 8 năm 2033"], "Các xã nhận cây giống.", None, False),
        (["Lịch tiếp dân tháng 8 năm 2023"], "Các xã nhận cây giống.", None, False),
        (["Năm 2023"], "Các xã nhận cây giống.", None, False),
    ],
)
def test_a_month_alone_by_the_headline(
    lines: list[str], body: str, expected: str | None, is_event: bool
) -> None:
    found = Article(RawPage("http://a.vn/tin/12", b"", FETCHED), "Cây giống", body=[body], date_lines=lines)
    published = date_article(found)
    assert (published.value, published.is_event) == (expected, is_event)


@pytest.mark.parametrize(
    "head",
    [
        "<h1>{}<span>Ngày đăng: 09/05/2022 07:45</span></h1>",
        "<h2>{}<br>07:45 | 09/05/2022</h2>",
        "<h3 class='tieude'>{}<i>Thứ hai, 09/05/2022, 07:45 (GMT+7)</i></h3>",
        "<h3>{} 07:45, thứ hai 09/05/2022</h3>",
        "<div class='title'><b>{}</b>Cập nhật lúc 07:45 09/05/2022</div>",
        "<p><strong>{}</strong> (09/05/2022 07:45)</p>",
    ],
)
def test_a_date_glued_to_the_headline_costs_neither_minute_nor_headline(head: str) -> None:
    title = "Hợp tác xã rau sạch mở thêm hai cửa hàng"
    body = (
        "<p>Hợp tác xã vừa khai trương hai cửa hàng ở trung tâm huyện, bán rau do chính xã viên trồng.</p>"
        * 3
    )
    html_page = f"<title>{title}</title><body><div id='chi-tiet'>{head.format(title)}{body}</div></body>"
    read_page = read(RawPage("http://a.vn/tin/9", html_page.encode(), FETCHED))
    assert isinstance(read_page, Article)
    assert (read_page.title, read_page.published.value) == (title, "2022-05-09T07:45:00+07:00")


LATER_DAYS = [
    "Kể từ ngày 15/9/2023, phí gửi xe ở chợ trung tâm tăng thêm một nghìn đồng.",
    "Hộ nghèo nộp đơn chậm nhất ngày 30/9/2023 tại nhà văn hóa thôn.",
    "Ngày bỏ phiếu bầu trưởng thôn là Chủ nhật 12/11/2023.",
    "Phiên đấu giá mở lúc 8 giờ ngày 25/7/2023 tại hội trường xã.",
    "Ngày 02/12/2023, nội quy mới của chợ có hiệu lực.",
    "Nội quy chợ có hiệu lực từ ngày 02/12/2023.",
    "Lễ hội mở vào sáng 10/12/2023 ở đình làng.",
    "Thời gian thi tuyển: 10/11/2023.",
    "Sáng 25/8/2023, lớp dạy đan lát bế giảng.",  # a slip in the text is likelier than a stale line
]
PLAIN = "Mọi thắc mắc xin gửi về phòng một cửa để được giải đáp."


@pytest.mark.parametrize(
    "line", ["Thứ Ba, 06/06/2023 | 07:40", "06/06/2023 07:40", "Cập nhật: 06/06/2023 07:40"]
)
@pytest.mark.parametrize("text", LATER_DAYS)
@pytest.mark.parametrize("place", ["lead", "first", "last"])
def test_a_later_day_in_the_text_leaves_the_line_by_the_headline(line: str, text: str, place: str) -> None:
    page = RawPage("http://a.vn/tin/31", b"", FETCHED)
    body = [text, PLAIN] if place == "first" else [PLAIN, text] if place == "last" else [PLAIN]
    lead = text if place == "lead" else None
    published = date_article(Article(page, "Nội quy chợ", lead=lead, body=body, date_lines=[line]))
    assert (published.value, published.source) == ("2023-06-06T07:40:00+07:00", "visible")
    assert not published.is_event


@pytest.mark.parametrize(
    ("text", "line", "value"),
    [
        ("Sáng 25/7/2023, lớp dạy đan lát bế giảng.", "07/05/2021", "2023-07-25"),
        ("Vào chiều ngày 25/7/2023, lớp dạy đan lát bế giảng.", "07/05/2021", "2023-07-25"),
        ("(Đài huyện) - Tối 25/7/2023, đêm diễn khép lại mùa hội.", "07/05/2021", "2023-07-25"),
        ("Sáng 25/7/2023, lớp dạy đan lát bế giảng.", "Ngày đăng: 07/05/2021", "2021-05-07"),
        ("Sáng 25/7/2023, xã sẽ khai giảng lớp dạy đan lát.", "07/05/2021", "2021-05-07"),
        ("Đến ngày 25/7/2023, mọi nhà có nước sạch.", "07/05/2021", "2021-05-07"),
    ],
)
def test_a_report_refutes_a_bare_line_from_long_before(text: str, line: str, value: str) -> None:
    page = RawPage("http://a.vn/tin/32", b"", FETCHED)
    assert date_article(Article(page, "Đan lát", body=[text, PLAIN], date_lines=[line])).value == value


def test_a_report_refutes_no_line_that_structured_data_supports() -> None:
    body = ["Sáng 25/7/2023, lớp dạy đan lát bế giảng.", PLAIN]
    head = '<meta property="article:published_time" content="2021-05-07">'
    for lines in ([], ["07/05/2021"]):
        tree = html.document_fromstring(f"<head>{head}</head><body><h1>Đan lát</h1></body>")
        page = RawPage("http://a.vn/tin/33", b"", FETCHED)
        found = date_article(Article(page, "Đan lát", body=body, date_lines=lines, tree=tree))
        assert found.value == "2021-05-07"
