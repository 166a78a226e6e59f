"""Attachments read out of WARC files into the archive, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.filing import reading
from crawler.filing.reading import LOST, read_files, recognise_scans
from fixtures.files import office, pdf
from storage.database import Database
from storage.filing.addresses import file_id
from storage.filing.keep import keep_look
from storage.filing.records import Bytes, FileLook
from storage.filing.words import Status
from storage.search.filesearch import search_files
from storage.warc.captures import Exchange
from storage.warc.writer import WarcWriter
from tests.storage.making import PORTAL, article, at, keep, rows

HEAD = [
    "ỦY BAN NHÂN DÂN\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "HUYỆN THANH LƯU\tĐộc lập - Tự do - Hạnh phúc",
    "Số: 45/KH-UBND\tThanh Lưu, ngày 17 tháng 3 năm 2023",
    "KẾ HOẠCH",
    "Phun thuốc khử trùng chuồng trại năm 2023",
    "Căn cứ tình hình dịch bệnh, Ủy ban nhân dân huyện xây dựng kế hoạch như sau:",
]
PLAN = pdf.document([pdf.lines(HEAD)])
SCAN = pdf.document([[pdf.Picture()]])


def bring(db: Database, folder: Path, files: dict[str, bytes]) -> None:
    """Keeps an article with these files, and their bytes in a WARC file."""
    links = tuple({"url": f"{PORTAL}/{name}", "title": name, "type": "pdf"} for name in files)
    keep(db, [article(attachments=links)])
    with WarcWriter(folder, "tep", {}) as writer:
        for name, body in files.items():
            exchange = Exchange(
                f"{PORTAL}/{name}", 200, ((b"Content-Type", b"application/pdf"),), body, at(1)
            )
            ref = writer.write(exchange)
            told = Bytes(ref.content_digest, len(body), "pdf", "application/pdf", name, ref)
            look = FileLook(file_id(exchange.url), at(1), Status.KEPT, bytes=told)
            db.transaction(lambda connection, look=look: keep_look(connection, look))


def test_what_was_kept_is_read_once_and_says_what_it_is(db: Database, tmp_path: Path) -> None:
    bring(db, tmp_path, {"ke-hoach.pdf": PLAN, "quet.pdf": SCAN, "hong.pdf": b"%PDF-1.7 hong"})
    assert read_files(db, tmp_path, jobs=2) == {"text": 1, "scan": 1, "broken": 1}
    columns = "status, doc_code, doc_date, doc_type, doc_issuer, pages"
    assert rows(db, f"SELECT {columns} FROM contents WHERE status = 'text'") == [
        ("text", "45/KH-UBND", "2023-03-17", "Kế hoạch", "ỦY BAN NHÂN DÂN HUYỆN THANH LƯU", 1)
    ]
    assert rows(db, "SELECT count(*) FROM contents WHERE folded LIKE '%phun thuoc khu trung%'") == [(1,)]
    assert read_files(db, tmp_path) == {}


def test_another_version_of_the_reader_reads_again(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(db, tmp_path, {"bang.docx": office.docx(["Một dòng"])})
    assert read_files(db, tmp_path) == {"text": 1}
    assert read_files(db, tmp_path, again=True) == {}
    monkeypatch.setattr(reading, "file_reader_version", lambda: "huyen 9 files+0")
    assert read_files(db, tmp_path) == {}
    assert read_files(db, tmp_path, again=True) == {"text": 1}


def test_a_lost_record_is_counted_and_stops_nothing(db: Database, tmp_path: Path) -> None:
    bring(db, tmp_path, {"mot.docx": office.docx(["Một"]), "hai.docx": office.docx(["Hai"])})
    (file,) = tmp_path.glob("*.warc.gz")
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2])
    counts = read_files(db, tmp_path)
    assert counts[LOST] >= 1
    assert counts.total() == 2


def test_the_same_bytes_at_two_addresses_are_read_once(db: Database, tmp_path: Path) -> None:
    bring(db, tmp_path, {"mot.pdf": PLAN, "ban-sao.pdf": PLAN})
    assert read_files(db, tmp_path) == {"text": 1}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("khử trùng", ["ke-hoach.pdf"]), ("khu trung", ["ke-hoach.pdf"]),
        ("45/KH-UBND", ["ke-hoach.pdf", "tra-loi.docx"]),
        ('"chuồng trại"', ["ke-hoach.pdf"]), ("khử trừng", []), ("trả lời -khử", ["tra-loi.docx"]),
    ],
)  # fmt: skip
def test_a_search_finds_documents_by_words_and_by_number(
    db: Database, tmp_path: Path, query: str, found: list[str]
) -> None:
    answer = office.docx(["Trả lời Kế hoạch số 45/KH-UBND của huyện"])
    bring(db, tmp_path, {"tra-loi.docx": answer, "ke-hoach.pdf": PLAN})
    read_files(db, tmp_path)
    assert [hit.title for hit in search_files(db, query)] == found


@pytest.mark.slow
def test_a_scan_is_recognised_where_tesseract_is(db: Database, tmp_path: Path) -> None:
    letters = (Path(__file__).parents[3] / "fixtures/files/scan.png").read_bytes()
    bring(db, tmp_path, {"trang.png": letters})
    assert read_files(db, tmp_path) == {"scan": 1}
    assert recognise_scans(db, tmp_path) == {"text": 1}
    ((text, source, status),) = rows(db, "SELECT text, text_source, status FROM contents")
    assert (source, status) == ("ocr", "scan")
    assert "Thông báo" in text
    assert recognise_scans(db, tmp_path) == {}


@pytest.mark.parametrize(
    "query", ["27/NQ-HĐND", "27/NQ-HDND", "27/nq-hđnd", '"27/NQ-HĐND"', "27/NQ-HĐND -mía"]
)
def test_the_number_of_a_document_is_a_symbol(db: Database, tmp_path: Path, query: str) -> None:
    plain = office.docx(["Nghi quyet so 27/NQ-HDND ve bien che nam hoc moi"])
    typed = office.docx(["Thực hiện Nghị quyết số 27/NQ-HĐND về biên chế"])
    other = office.docx(["Nghị quyết số 28/NQ-HĐND về giống mía"])
    bring(db, tmp_path, {"khong-dau.docx": plain, "co-dau.docx": typed, "khac.docx": other})
    read_files(db, tmp_path)
    assert {hit.title for hit in search_files(db, query)} == {"khong-dau.docx", "co-dau.docx"}
