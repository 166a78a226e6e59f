"""The catalogue is in step with articles and versions, whoever writes to them, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from storage.database import Database
from tests.storage.making import article, keep, rows

pytestmark = pytest.mark.slow  # PostgreSQL

TRUE = """SELECT v.id, a.id, a.district_id,
    CASE a.published_order WHEN '9999' THEN '' ELSE a.published_order END, v.published_precision, a.status,
    a.duplicate_kind, CAST(v.flags AS TEXT), CAST(v.attachments AS TEXT) <> '[]', v.confidence
    FROM articles a JOIN versions v ON v.article_id = a.id AND v.number = a.version ORDER BY v.id"""
HELD = """SELECT version_id, article_id, district_id, published, precision, status, copy, flags, files,
    confidence FROM catalogue ORDER BY version_id"""
FILE = {"url": "https://x.gov.vn/a.pdf", "title": "a", "type": "pdf"}


def test_it_follows_every_writer(db: Database) -> None:
    dated = {"published_at": "2023-10-26", "published_precision": "day", "published_source": "visible"}
    keep(db, [article("hop", 1, **dated), article("chep", 2, exact="e" * 16), article("goc", 3)])
    keep(db, [article("lai", 4, exact="e" * 16, published_at="2024", published_precision="year")])
    keep(db, [article("hop", 30, body=("Câu khác hẳn.",), flags=("short",), attachments=(FILE,), **dated)])
    assert rows(db, HELD) == rows(db, TRUE)
    assert len(rows(db, HELD)) == 4
    for change in (
        "UPDATE articles SET status = 'gone' WHERE version = 2",
        "UPDATE articles SET version = 1 WHERE version = 2",
        "UPDATE versions SET confidence = 0.5, flags = '[\"doubtful\"]'",
        "UPDATE articles SET district_id = 'ninh-binh.gia-vien', published_order = '2020-01-01'",
        "DELETE FROM versions WHERE number = 2",
    ):
        db.transaction(lambda connection, change=change: connection.execute(text(change)))  # type: ignore[misc]
        assert rows(db, HELD) == rows(db, TRUE), change
        assert len(rows(db, HELD)) == 4


def test_the_view_for_people_has_a_row_for_each_article(db: Database) -> None:
    keep(db, [article("hop", 1, title="Họp xóm"), article("khac", 2)])
    keep(db, [article("hop", 30, title="Họp xóm lần hai")])
    found = rows(db, "SELECT title, version, district_id FROM articles_current ORDER BY title")
    assert found == [("Họp xóm lần hai", 2, "nghe-an.do-luong"), ("Tin về khac", 1, "nghe-an.do-luong")]
