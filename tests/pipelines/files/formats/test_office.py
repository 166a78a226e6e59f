"""Office files to text: cells, fields, notes, old fonts, packages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fixtures.files import office
from pipelines.files.filetext import FileStatus, Member
from pipelines.files.read import read_file
from tests.pipelines.files.formats.test_pdf import TCVN3, typed_for

TEXT = "Báo cáo kết quả thực hiện nhiệm vụ quý I; phương hướng quý II của xã Thịnh Sơn."
LOWER = "báo cáo kết quả thực hiện nhiệm vụ quý một và phương hướng của các xã"
OLD = typed_for(TCVN3, LOWER)


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (lambda: office.doc(f"{TEXT}\rDòng sau\r"), "doc"),
        (lambda: office.doc(f"{TEXT}\rDòng sau\r", pieces=5), "doc"),
        (lambda: office.docx([TEXT, "Dòng sau"]), "docx"),
        (lambda: office.odt([TEXT, "Dòng sau"]), "odt"),
        (lambda: office.pptx([[TEXT], ["Dòng sau"]]), "pptx"),
    ],
    ids=["doc", "doc in pieces", "docx", "odt", "pptx"],
)
def test_the_text_of_an_office_file_is_read(made: Callable[[], bytes], kind: str) -> None:
    found = read_file(made())
    assert (found.type, found.status, found.text) == (kind, FileStatus.TEXT, f"{TEXT}\nDòng sau")


@pytest.mark.parametrize(
    "made",
    [
        lambda: office.doc("Xã\x07Diện tích\x07\x07Đà Sơn\x0712,5\x07\x07Hết\r"),
        lambda: office.docx([[["Xã", "Diện tích"], ["Đà Sơn", "12,5"]], "Hết"]),
        lambda: office.docx(["Xã\tDiện tích", "Đà Sơn\t12,5", "Hết"]),
    ],
    ids=["doc", "docx", "docx with tabs"],
)
def test_a_row_of_a_table_is_a_line(made: Callable[[], bytes]) -> None:
    assert read_file(made()).text == "Xã\tDiện tích\nĐà Sơn\t12,5\nHết"


def test_the_instructions_of_fields_are_not_text() -> None:
    text = 'Xem \x13 HYPERLINK "x" \x01\x14trang\x15 và \x13 REF \x13 SEQ b \x149\x15 \x14mục 2\x15.\r'
    assert read_file(office.doc(text)).text == "Xem trang và mục 2."


@pytest.mark.parametrize(
    "made",
    [
        lambda: office.docx([OLD], font=".VnTime"),
        lambda: office.doc(f"{OLD}\r{OLD}\r", fonts=[".VnTime"]),
        lambda: office.doc(f"{OLD}\r{OLD}\r".replace("\u00ad", "\x1f"), fonts=[".VnTime"]),
    ],
    ids=["docx", "doc", "doc as LibreOffice writes it"],
)
def test_letters_of_an_old_font_are_read_back(made: Callable[[], bytes]) -> None:
    found = read_file(made())
    assert (found.font, found.text.split("\n")[0]) == ("tcvn3", LOWER)


def test_capitals_of_an_old_font_stand_in_small_letters() -> None:
    assert read_file(office.docx([OLD], font=".VnTimeH")).text == LOWER.upper()


def test_a_deleted_text_and_a_fallback_drawing_are_not_shown() -> None:
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    body = (
        "<w:p><w:del><w:r><w:delText>đã bỏ</w:delText></w:r></w:del><w:r><w:t>còn lại</w:t></w:r></w:p>"
        "<mc:AlternateContent><mc:Choice><w:p><w:r><w:t>khung chữ</w:t></w:r></w:p></mc:Choice>"
        "<mc:Fallback><w:p><w:r><w:t>khung chữ</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>"
    )
    made = office.packed({
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": f"<w:document {w} {mc}><w:body>{body}</w:body></w:document>",
    })  # fmt: skip
    assert read_file(made).text == "còn lại\nkhung chữ"


def test_notes_and_heads_stand_behind_the_text() -> None:
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    note = f"<w:footnotes {w}><w:p><w:r><w:t>Chú thích một</w:t></w:r></w:p></w:footnotes>"
    assert read_file(office.docx(["Thân bài"], footnotes=note)).text == "Thân bài\nChú thích một"


def test_a_workbook_is_read_sheet_by_sheet() -> None:
    found = read_file(office.xlsx({"Dân số": [["Xã", "Người"], ["Đà Sơn", 7120.0]], "Đất": [["ha", 12.5]]}))
    assert (found.type, found.pages) == ("xlsx", 2)
    assert found.text == "Dân số\nXã\tNgười\nĐà Sơn\t7120\nĐất\nha\t12.5"
    assert found.text[: found.page_ends[0]].endswith("7120")


def test_members_of_a_package_are_listed_and_read() -> None:
    inner = office.docx([TEXT])
    found = read_file(office.packed({"Phụ lục 1.docx": inner, "ghi chú.txt": "một"}))
    assert found.members == [Member("Phụ lục 1.docx", len(inner)), Member("ghi chú.txt", 5)]
    assert found.text == f"Phụ lục 1.docx\n{TEXT}\nghi chú.txt"


def test_a_rich_text_is_read() -> None:
    made = b"{\\rtf1\\ansi{\\fonttbl{\\f0 Times;}}\\f0 Th\\u244?ng b\\u225?o s\\u7889? 5\\par Ng\\u224?y mai}"
    assert read_file(made).text == "Thông báo số 5\nNgày mai"


def test_word_of_2003_as_xml_is_read() -> None:
    made = (
        '<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument '
        'xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:body><w:p><w:r><w:t>Tờ trình</w:t>'
        "</w:r></w:p></w:body></w:wordDocument>"
    ).encode()
    assert read_file(made).text == "Tờ trình"


@pytest.mark.parametrize(
    ("made", "status"),
    [
        (lambda: office.doc(TEXT, flags=0x0100), FileStatus.ENCRYPTED),
        (lambda: office.doc(TEXT)[:-600], FileStatus.BROKEN),
        (lambda: office.docx([TEXT])[:300], FileStatus.BROKEN),
        (
            lambda: office.packed({"[Content_Types].xml": "", "word/document.xml": "<a><b></a>"}),
            FileStatus.BROKEN,
        ),
        (lambda: office.docx([]), FileStatus.EMPTY),
        (lambda: b"Rar!\x1a\x07\x01\x00" + b"x" * 90, FileStatus.UNSUPPORTED),
        (lambda: b"\x89PNG\r\n\x1a\n" + b"x" * 90, FileStatus.SCAN),
        (lambda: b"nothing known", FileStatus.UNSUPPORTED),
    ],
    ids=["password", "cut doc", "cut docx", "bad xml", "empty", "rar", "picture", "unknown"],
)
def test_a_file_without_text_says_why(made: Callable[[], bytes], status: FileStatus) -> None:
    found = read_file(made())
    assert found.status is status
    assert found.text == ""
    assert found.reason or status in (FileStatus.EMPTY, FileStatus.SCAN)


def _before_1997() -> bytes:
    return office.ole({"WordDocument": bytes.fromhex("dca56800") + b"Thong bao ".ljust(2000, b".")})


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (_before_1997, "doc"),  # Word 6 and 95
        (lambda: bytes.fromhex("dba52d00") + bytes(500), ""),  # Word 2, of before compound files
        (lambda: b"Rar!\x1a\x07\x00" + bytes(500), "rar"),
        (lambda: b"Rar!\x1a\x07\x01\x00" + bytes(500), "rar"),
        (lambda: b"7z\xbc\xaf\x27\x1c" + bytes(500), "7z"),
    ],
    ids=["word 95", "word 2", "rar 4", "rar 5", "7z"],
)
def test_what_no_reader_knows_is_told_by_its_type(made: Callable[[], bytes], kind: str) -> None:
    found = read_file(made())
    assert (found.type, found.status, found.text) == (kind, FileStatus.UNSUPPORTED, "")
