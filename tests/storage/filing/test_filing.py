"""Files from the link to their versions, on both databases."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest

from storage.care import filefaults
from storage.database import Database
from storage.errors import StorageError
from storage.export.export import export
from storage.export.fileexport import export_files
from storage.filing import schedule
from storage.filing.addresses import file_id
from storage.filing.keep import keep_look
from storage.filing.links import link_old
from storage.filing.queries import due, twin, waiting
from storage.filing.records import Bytes, FileLook
from storage.filing.words import Kind, Role, Status
from storage.search.selection import Filters
from storage.warc.captures import CaptureRef
from tests.storage.making import PORTAL, START, article, at, capture, keep, rows

URL = f"{PORTAL}/tep/ke-hoach.pdf"
FILE = file_id(URL)


def linking(path: str = "tin-1", hours: float = 0, **values: Any) -> Any:
    files = ({"url": URL, "title": "Kế hoạch", "type": "pdf"},)
    return article(path, hours, **{"attachments": files} | values)


def brought(digest: str, hours: float, offset: int = 900) -> FileLook:
    ref = CaptureRef("files.warc.gz", offset, 50, f"sha256:{digest}", digest)
    return FileLook(
        FILE,
        at(hours),
        Status.KEPT,
        bytes=Bytes(digest, 2_000, "pdf", "application/pdf", "ke-hoach.pdf", ref),
    )


def looked(db: Database, look: FileLook) -> str | None:
    return db.transaction(lambda connection: keep_look(connection, look))


def test_an_address_has_one_key_however_it_is_spelt() -> None:
    one = file_id("https://www.xa.gov.vn/tệp/Kế hoạch.pdf")
    assert one == file_id("http://xa.gov.vn/t%E1%BB%87p/K%E1%BA%BF%20ho%E1%BA%A1ch.pdf#page=2")
    assert one == file_id("https://XA.gov.vn/te\u0323\u0302p/Kế%20hoạch.pdf")
    assert one != file_id("https://xa.gov.vn/tệp/Kế hoạch.pdf?v=2")
    assert file_id("http://[") == file_id("http://[")


def test_what_an_article_links_to_is_noted_with_it(db: Database) -> None:
    keep(db, [linking(candidates=({"url": f"{PORTAL}/tai-ve?id=9", "title": "Phụ lục"},))])
    assert rows(db, "SELECT url, status, kind, version FROM files ORDER BY url") == [
        (f"{PORTAL}/tai-ve?id=9", "pending", "attachment", 0),
        (URL, "pending", "attachment", 0),
    ]
    links = rows(db, "SELECT role, title, first_version, last_version FROM article_files ORDER BY role")
    assert links == [("attachment", "Kế hoạch", 1, 1), ("candidate", "Phụ lục", 1, 1)]


def test_pictures_are_noted_where_they_are_kept(db: Database) -> None:
    pictures = ({"url": f"{PORTAL}/anh.jpg", "caption": "Lễ phát động", "alt": None},)
    keep(db, [article(images=pictures)])
    assert rows(db, "SELECT count(*) FROM files") == [(0,)]
    keep(db, [article("tin-2", images=pictures)], pictured=frozenset([PORTAL]))
    assert rows(db, "SELECT kind, title FROM files JOIN article_files ON file_id = id") == [
        ("image", "Lễ phát động")
    ]


def test_a_link_follows_its_article_through_its_versions(db: Database) -> None:
    keep(db, [linking()])
    keep(db, [linking(hours=30, body=("Nội dung mới hẳn, dài vừa đủ.", "Đoạn khác."))])
    assert rows(db, "SELECT first_version, last_version FROM article_files") == [(1, 2)]


def test_an_archive_from_before_files_links_them(db: Database) -> None:
    keep(db, [linking(), article("tin-2")])
    db.transaction(lambda c: [c.exec_driver_sql(f"DELETE FROM {t}") for t in ("article_files", "files")])
    assert link_old(db, [PORTAL], {Role.ATTACHMENT, Role.IMAGE}) == 1
    assert rows(db, "SELECT url, status FROM files") == [(URL, "pending")]
    assert link_old(db, [PORTAL], {Role.ATTACHMENT, Role.IMAGE}) == 0


def test_bytes_make_versions(db: Database) -> None:
    keep(db, [linking()])
    assert looked(db, brought("aa", 1)) == "new"
    assert looked(db, brought("aa", 30)) == "unchanged"
    assert looked(db, brought("bb", 60, 1_900)) == "changed"
    assert looked(db, brought("bb", 60, 1_900)) == "unchanged"  # read again from the WARC
    assert rows(db, "SELECT number, content_digest FROM file_versions ORDER BY id") == [(1, "aa"), (2, "bb")]
    assert rows(db, "SELECT status, version, size FROM files") == [("kept", 2, 2_000)]
    assert rows(db, "SELECT digest, status FROM contents ORDER BY digest") == [("aa", None), ("bb", None)]


def test_looks_that_come_late_find_their_place(db: Database) -> None:
    keep(db, [linking()])
    looked(db, brought("bb", 60))
    assert looked(db, brought("bb", 40)) == "unchanged"  # it stood there earlier than thought
    assert looked(db, brought("aa", 5)) == "changed"
    assert rows(db, "SELECT version FROM files") == [(1,)]  # the current one is still that of the latest look
    held = rows(db, "SELECT number, content_digest FROM file_versions ORDER BY fetched_at")
    assert held == [(2, "aa"), (1, "bb")]


def test_what_does_not_come_is_asked_again_in_three_nights(db: Database) -> None:
    keep(db, [linking()])
    page = FileLook(FILE, at(1), Status.NOT_A_FILE, "html")
    looked(db, page)
    assert rows(db, "SELECT status, tries FROM files") == [("pending", 1)]
    looked(db, FileLook(FILE, at(25), Status.NOT_A_FILE, "html"))
    looked(db, FileLook(FILE, at(49), Status.NOT_A_FILE, "html"))
    assert rows(db, "SELECT status, tries, next_at FROM files") == [("not_a_file", 3, None)]


def test_a_kept_file_that_goes_stays_kept(db: Database) -> None:
    keep(db, [linking()])
    looked(db, brought("aa", 1))
    looked(db, FileLook(FILE, at(30), Status.FAILED, "timeout"))
    assert rows(db, "SELECT status, version FROM files") == [("kept", 1)]
    looked(db, FileLook(FILE, at(60), Status.GONE, "http_404"))
    assert rows(db, "SELECT status, version FROM files") == [("gone", 1)]
    looked(db, brought("aa", 90))
    assert rows(db, "SELECT status, version FROM files") == [("kept", 1)]


def test_one_that_is_too_large_leaves_its_size(db: Database) -> None:
    keep(db, [linking()])
    looked(db, FileLook(FILE, at(1), Status.TOO_LARGE, "too_large", 70_000_000))
    assert rows(db, "SELECT status, size, next_at FROM files") == [("too_large", 70_000_000, None)]


def test_nobody_keeps_a_file_that_no_article_names(db: Database) -> None:
    assert looked(db, brought("aa", 1)) is None


def test_the_newest_articles_are_asked_for_first(db: Database) -> None:
    names = [("2023-05-01", "a"), ("2024-01-05", "b"), (None, "c")]
    for published, name in names:
        files = ({"url": f"{PORTAL}/tep/{name}.pdf", "title": name, "type": "pdf"},)
        keep(db, [article(f"tin-{name}", published_at=published, attachments=files)])
    found = waiting(db, at(1))
    assert [(one.host, one.count, one.off_site) for one in found] == [("doluong.nghean.gov.vn", 3, False)]

    def asked(**more: Any) -> list[str]:
        there = due(db, "doluong.nghean.gov.vn", PORTAL, [Kind.ATTACHMENT], at(1), 9, **more)
        return [one.url[-5] for one in there]

    assert asked() == ["b", "a", "c"]
    assert asked(oldest_first=True) == ["a", "b", "c"]


def test_a_kept_file_is_asked_for_with_what_its_server_said(db: Database) -> None:
    ref = CaptureRef("files.warc.gz", 900, 50, "sha256:aa", "aa")
    keep(
        db,
        [linking()],
        [capture("tep/ke-hoach.pdf", 1, ref=ref, etag='"7"', file_id=FILE)],
    )
    looked(db, brought("aa", 1))
    assert due(db, "doluong.nghean.gov.vn", PORTAL, [Kind.ATTACHMENT], at(2), 9) == []
    (one,) = due(db, "doluong.nghean.gov.vn", PORTAL, [Kind.ATTACHMENT], at(30), 9)
    assert one.etag == '"7"' and one.known is not None and one.known.capture == ref
    assert twin(db, "sha256:aa") == one.known
    assert twin(db, "sha256:zz") is None


def kept(db: Database) -> CaptureRef:
    """An archive with one kept file; where its bytes stand."""
    ref = CaptureRef("files.warc.gz", 900, 50, "sha256:aa", "aa")
    keep(db, [linking()], [capture("tep/ke-hoach.pdf", 1, ref=ref, file_id=FILE)])
    looked(db, brought("aa", 1))
    return ref


def test_an_export_of_files_has_a_row_a_version(db: Database) -> None:
    kept(db)
    keep(db, [linking("tin-2")])
    looked(db, brought("bb", 60, 1_900))
    stream = io.StringIO()
    assert export_files(db, stream) == 2
    first, second = csv.DictReader(io.StringIO(stream.getvalue()))
    assert (first["version"], first["sha256"], second["sha256"]) == ("1", "aa", "bb")
    assert first["url"] == URL and first["title"] == "Kế hoạch" and first["type"] == "pdf"
    stream = io.StringIO()
    assert export_files(db, stream, "jsonl", filters=Filters(since="2999")) == 0
    with pytest.raises(StorageError, match="no column 'wordy'"):
        export_files(db, stream, columns="wordy")


def test_files_are_checked_against_their_captures(db: Database) -> None:
    kept(db)
    with db.reading() as connection:
        assert list(filefaults.wrong(connection)) == []
    db.transaction(lambda c: c.exec_driver_sql("UPDATE captures SET content_digest = 'zz'"))
    db.transaction(lambda c: c.exec_driver_sql("UPDATE files SET version = 7"))
    db.transaction(lambda c: c.exec_driver_sql("UPDATE contents SET digest = 'nobody'"))
    with db.reading() as connection:
        found = [one.kind for one in filefaults.wrong(connection)]
    assert found == ["digest", "no_version", "no_version"]
    db.transaction(lambda c: c.exec_driver_sql("DELETE FROM captures"))
    with db.reading() as connection:
        found = [one.kind for one in filefaults.wrong(connection)]
    assert found[0] == "no_evidence"


def test_an_attachment_that_was_kept_says_so_in_the_export(db: Database) -> None:
    kept(db)
    stream = io.StringIO()
    export(db, stream, "jsonl")
    (file,) = json.loads(stream.getvalue())["attachments"]
    assert file == {
        "url": URL, "title": "Kế hoạch", "type": "pdf", "sha256": "aa", "bytes": 2_000, "pages": None,
        "text": False, "warc_file": "files.warc.gz", "warc_offset": 900,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("url", "days"),
    [
        ("https://x.vn/ke-hoach.pdf", [1, 7, 30, 180]),
        ("https://x.vn/K%E1%BA%BF%20ho%E1%BA%A1ch638412345678901234.pdf", [30]),
        ("https://x.vn/9f86d081884c7d659a2feaa0c55ad015.pdf", [30]),
        ("https://x.vn/638412345678901234/ke-hoach.pdf", [1, 7, 30, 180]),
    ],
)
def test_a_kept_file_is_looked_at_ever_more_rarely(url: str, days: list[int]) -> None:
    now, found = START, []
    while (due_at := schedule.after_kept(url, START, now)) is not None:
        found.append(round((due_at - START) / timedelta(days=1) + 4 / 24, 3))
        now = due_at
    assert found == days
