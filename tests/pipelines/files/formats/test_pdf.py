"""PDF to text: order by place, scans told from text, pages that a reader turns."""

from __future__ import annotations

import pytest

from fixtures.files import pdf
from pipelines.files.filetext import FileStatus
from pipelines.files.read import read_file
from pipelines.html import fonts

NOTICE = [
    "UBND HUYỆN THANH LƯU\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Số: 45/TB-UBND\tThanh Lưu, ngày 17 tháng 3 năm 2023",
    "Lịch tiếp công dân định kỳ của lãnh đạo huyện trong quý II năm 2023 như sau:",
    "Người dân mang theo giấy tờ tùy thân, đến trụ sở tiếp dân trước 7 giờ 30 phút.",
]


def read(*pages: list[pdf.Run | pdf.Picture], turn: int = 0) -> str:
    return read_file(pdf.document(pages, turn)).text


def typed_for(table: dict[str, str], text: str) -> str:
    return "".join(table.get(letter, letter) for letter in text)


TCVN3 = dict(zip(fonts._LOWER + "ĂÂÊÔƠƯĐ", fonts._TCVN3 + "¡¢£¤¥¦§", strict=True))


@pytest.mark.parametrize("missing", ["ỆƯ", "ệựấầọịờ", "ôơưđĐ"], ids=["capitals", "marks", "bases"])
def test_letters_from_a_second_font_stand_where_they_are_drawn(missing: str) -> None:
    drawn = pdf.with_fallback(pdf.lines(NOTICE), missing)
    assert read(drawn) == "\n".join(NOTICE)


def test_marks_that_are_drawn_on_their_own_join_their_letters() -> None:
    runs = [
        pdf.Run(60, 780, "Xa Thinh Son"),
        pdf.Run(72, 780, "\u0303", font=2),
        pdf.Run(96, 780, "\u0323", font=2),
    ]
    assert read(runs) == "Xã Thịnh Son"


def test_rows_of_a_table_stay_rows_and_columns_stand_apart() -> None:
    rows = [f"Xóm {number}\t{number * 11},5\t{number * 7}" for number in range(1, 16)]
    assert read(pdf.lines(rows)) == "\n".join(rows)


def test_columns_of_prose_are_read_one_after_the_other() -> None:
    left = [f"cột trái dòng {number:02} kể chuyện làng nghề" for number in range(20)]
    right = [f"cột phải dòng {number:02} nói về vụ mùa mới" for number in range(20)]
    runs = [
        pdf.Run(60, 800, "Tin trong tuần của huyện, kể từ ngày đầu năm đến hôm nay, gồm hai cột", 12),
        *pdf.lines(left, x=60, y=760, size=11, lead=16),
        *pdf.lines(right, x=310, y=757, size=11, lead=16),
    ]
    text = read(runs)
    assert text.split("\n")[1:] == left + right


def test_a_raised_figure_stays_in_its_line() -> None:
    runs = [pdf.Run(60, 780, "Diện tích 120 m"), pdf.Run(150, 786, "2", 7), pdf.Run(60, 762, "Dòng sau")]
    assert read(runs) == "Diện tích 120 m2\nDòng sau"


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_reads_the_same(turn: int) -> None:
    assert read([*pdf.lines(NOTICE)], turn=turn) == "\n".join(NOTICE)


def test_where_each_page_ends_is_told() -> None:
    found = read_file(pdf.document([pdf.lines(["Trang một"]), pdf.lines(["Trang hai"])]))
    assert (found.pages, found.text[: found.page_ends[0]], found.text[found.page_ends[0] :]) == (
        2,
        "Trang một",
        "\nTrang hai",
    )


SIGNED = pdf.lines(["Ký bởi: Ủy ban nhân dân huyện Thanh Lưu", "Thời gian ký: 17/03/2023 10:22:41 +07:00"])
LONG = pdf.lines(
    [f"{number}. Các xã, thị trấn báo cáo kết quả thực hiện trước ngày 25" for number in range(30)]
)


@pytest.mark.parametrize(
    ("pages", "status", "scanned"),
    [
        ([[pdf.Picture()]], FileStatus.SCAN, [0]),
        ([[pdf.Picture(), *SIGNED]], FileStatus.SCAN, [0]),
        ([[pdf.Picture(), *SIGNED], [pdf.Picture()]], FileStatus.SCAN, [0, 1]),
        ([LONG, [pdf.Picture()]], FileStatus.MIXED, [1]),
        ([[pdf.Picture(height=300), *LONG]], FileStatus.TEXT, []),
        ([LONG], FileStatus.TEXT, []),
        ([[]], FileStatus.EMPTY, []),
    ],
    ids=["scan", "signed scan", "two pages", "text and scan", "letterhead picture", "text", "nothing"],
)
def test_a_scan_is_told_from_text(
    pages: list[list[pdf.Run | pdf.Picture]], status: FileStatus, scanned: list[int]
) -> None:
    found = read_file(pdf.document(pages))
    assert (found.status, found.scanned) == (status, scanned)


def test_what_a_scanner_recognised_is_named_as_such() -> None:
    layer = [pdf.Run(run.x, run.y, run.text, run.size, mode=3) for run in LONG]
    found = read_file(pdf.document([[pdf.Picture(), *layer]]))
    assert (found.status, found.source) == (FileStatus.OCR_LAYER, "ocr_layer")
    assert "báo cáo kết quả" in found.text


def test_text_of_an_old_font_is_read_back_and_a_signature_in_unicode_left_alone() -> None:
    old = [typed_for(TCVN3, line.lower()) for line in NOTICE[2:]]
    found = read_file(pdf.document([[*pdf.lines(old), *pdf.lines(["Ký bởi: Ủy ban nhân dân"], y=300)]]))
    assert found.font == "tcvn3"
    assert found.text == "\n".join([*map(str.lower, NOTICE[2:]), "Ký bởi: Ủy ban nhân dân"])


def test_text_that_is_hardly_vietnamese_is_suspect() -> None:
    garbled = ["Uy ban nhan dan huyen da ban hanh ke hoach phong chong thien tai nam nay"] * 5
    assert read_file(pdf.document([pdf.lines(garbled)])).status is FileStatus.SUSPECT


def test_a_damaged_pdf_is_broken() -> None:
    found = read_file(b"%PDF-1.7\n" + b"x" * 400)
    assert (found.type, found.status) == ("pdf", FileStatus.BROKEN)
