"""The files that bear the number of a document which an article names, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert

from storage.articles.queries import sync_registry
from storage.database import Database
from storage.records import DocumentNamed, Mention
from storage.schema import ArticleFile, Content, File, FileVersion
from storage.serve import citing
from storage.serve.files import about
from tests.storage.making import DISTRICTS, article, at, capture, keep

PLAN = DocumentNamed("body", 3, 13, "45/KH-UBND", "state", "45", "KH-UBND", "Kế hoạch", None, "UBND")
LAW = DocumentNamed("body", 20, 32, "64/2025/QH15", "law", "64", "QH15", "Luật", "2025", "QH")


def file(db: Database, key: str, code: str, doc_date: str | None, district: str = "nghe-an.do-luong") -> None:
    """Keep a file whose bytes are a document with a number and a date."""
    moment = {"first_seen_at": at(0), "last_seen_at": at(0)}
    where = {
        "warc_file": "f.warc.gz",
        "warc_offset": len(key),
        "warc_length": 9,
        "warc_digest": f"sha256:{key}",
    }
    with db.engine.begin() as connection:
        connection.execute(insert(File), {"id": key, "url": f"https://x.vn/{key}.pdf", "host": "x.vn",
            "portal": "https://x.vn", "district_id": district, "kind": "attachment", "status": "kept",
            "reason": "", "tries": 0, "version": 1} | moment)  # fmt: skip
        connection.execute(insert(FileVersion), {"file_id": key, "number": 1, "fetched_at": at(0),
            "content_digest": key, "size": 1, "type": "pdf", "name": f"{key}.pdf"} | where)  # fmt: skip
        connection.execute(insert(Content), {"digest": key, "type": "pdf", "size": 1, "folded": "",
            "doc_code": code, "doc_date": doc_date})  # fmt: skip


def named(
    db: Database, path: str, *documents: DocumentNamed, day: str | None = "2024-03-10", **more: Any
) -> str:
    """Keep an article that names documents; returns its id."""
    made = article(path, documents=documents, published_at=day, reader_version="a", **more)
    keep(db, [made], [capture(path)])
    return made.id


@pytest.fixture
def archive(db: Database) -> Database:
    sync_registry(db, DISTRICTS)
    return db


def files(db: Database, key: str) -> list[list[str]]:
    with db.reading() as connection:
        return [one["files"] for one in citing.documents(connection, key, 1)]


def dated(day: str) -> DocumentNamed:
    return DocumentNamed(
        "body", 3, 13, "45/KH-UBND", "state", "45", "KH-UBND", date=day, date_precision="day"
    )


def test_a_number_of_an_office_is_that_of_its_district_and_time(archive: Database) -> None:
    key = named(archive, "a", PLAN)
    file(archive, "this", "45/KH-UBND", "2024-03-01")
    file(archive, "other-number", "46/KH-UBND", "2024-03-01")
    file(archive, "last-years", "45/KH-UBND", "2022-03-01")
    file(archive, "later", "45/KH-UBND", "2024-04-01")
    file(archive, "undated", "45/KH-UBND", None)
    file(archive, "elsewhere", "45/KH-UBND", "2024-03-01", "ninh-binh.gia-vien")
    assert files(archive, key) == [["this"]]


def test_the_date_beside_the_number_decides(archive: Database) -> None:
    key = named(archive, "a", dated("2022-03-01"))
    file(archive, "this", "45/KH-UBND", "2022-03-01")
    file(archive, "next-day", "45/KH-UBND", "2022-03-02")
    assert files(archive, key) == [["this"]]


def test_a_law_is_the_same_everywhere(archive: Database) -> None:
    key = named(archive, "a", PLAN, LAW)
    file(archive, "law", "64/2025/QH15", None, "ninh-binh.gia-vien")
    assert files(archive, key) == [[], ["law"]]


def test_a_file_that_the_article_links_to_needs_no_date(archive: Database) -> None:
    key = named(archive, "a", PLAN, day=None)
    file(archive, "linked", "45/KH-UBND", None)
    file(archive, "loose", "45/KH-UBND", None)
    link = {"article_id": key, "file_id": "linked", "role": "attachment", "position": 0, "title": "Tệp"}
    with archive.engine.begin() as connection:
        connection.execute(insert(ArticleFile), link | {"first_version": 1, "last_version": 1})
    assert files(archive, key) == [["linked"]]


def test_a_file_tells_the_articles_that_name_it(archive: Database) -> None:
    first, second = named(archive, "a", PLAN), named(archive, "b", dated("2024-03-01"))
    named(archive, "c", dated("2023-03-01"))
    file(archive, "this", "45/KH-UBND", "2024-03-01")
    assert [one["id"] for one in about(archive, "this")["named_in"]] == sorted([first, second])


def test_an_article_tells_the_communes_that_it_names(archive: Database) -> None:
    key = named(archive, "a", mentions=(Mention("commune:17662", "body", 3, 10, "kind"),))
    with archive.reading() as connection:
        (told,) = citing.mentions(connection, key, 1)
    assert (told["code"], told["name"], told["now"][0]["name"]) == ("17662", "Yên Sơn", "Đô Lương")
