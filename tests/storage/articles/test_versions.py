"""What is a version: an edit by the portal, or another reading of one capture; and what is neither."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from storage.database import Database
from storage.records import ArticleRecord
from storage.warc.captures import CaptureRef
from tests.storage.making import article, capture, keep, keep_again, rows

BODY = "b" * 64


def page(offset: int, hours: float = 0, body: str = BODY, **values: Any) -> ArticleRecord:
    """The article as a capture at `offset` showed it, whose body has the digest `body`."""
    ref = CaptureRef("a.warc.gz", offset, 100, f"sha256:{offset}", body)  # compressed otherwise each time
    return article(hours=hours, capture=ref, **values)


def crawled(db: Database, *articles: ArticleRecord) -> list[str]:
    """Keeps them as a crawl does, with their captures; the outcomes."""
    captures = [
        capture(hours=0, ref=one.capture, fetched_at=one.fetched_at) for one in articles if one.capture
    ]
    return [one.outcome for one in keep(db, articles, captures)]


def in_force(db: Database) -> list[tuple[Any, ...]]:
    return rows(
        db,
        "SELECT a.version, v.title, a.exact FROM articles a"
        " JOIN versions v ON v.article_id = a.id AND v.number = a.version",
    )


def test_a_reader_that_goes_back_is_the_one_in_force(db: Database) -> None:
    first, other = page(1, title="Một"), page(1, title="Hai")
    crawled(db, first)
    for reading, number in ((other, 2), (first, 3), (first, 3), (other, 4)):
        keep_again(db, [reading])
        assert in_force(db) == [(number, reading.title, reading.exact)]
    assert crawled(db, page(2, 5, title="Hai")) == ["unchanged"]
    assert crawled(db, page(3, 6, "c" * 64, title="Một")) == ["changed"]


def test_two_captures_of_one_second_are_read_again_without_end_and_without_versions(db: Database) -> None:
    both = [page(1, title="Một"), page(2, body="c" * 64, title="Hai")]
    crawled(db, *both)
    for _ in range(2):
        keep_again(db, both)
    assert in_force(db)[0][:2] == (2, "Hai")


def test_what_another_reader_makes_of_the_same_page_is_no_edit_of_the_portal(db: Database) -> None:
    first, second = page(1, title="Một", reader_version="1"), page(2, 30, title="Hai", reader_version="2")
    assert crawled(db, first) == ["new"]
    assert crawled(db, second) == ["unchanged"]
    assert in_force(db) == [(1, "Một", first.exact)]
    assert rows(db, "SELECT outcome FROM captures ORDER BY id") == [("new",), ("unchanged",)]
    assert rows(db, "SELECT count(*) FROM versions") == [(1,)]
    assert rows(db, "SELECT last_seen_at > first_seen_at FROM articles")[0][0]


def test_it_is_kept_by_a_replay_as_another_reading(db: Database) -> None:
    first, second = page(1, title="Một", reader_version="1"), page(2, 30, title="Hai", reader_version="2")
    crawled(db, first)
    crawled(db, second)
    today = replace(first, title="Hai", reader_version="2")
    assert [one.outcome for one in keep_again(db, [today, second])] == ["reread", "unchanged"]
    assert in_force(db)[0][:2] == (2, "Hai")


def test_one_that_replays_the_later_capture_alone_keeps_it_too(db: Database) -> None:
    first, second = page(1, title="Một"), page(2, 30, title="Hai")
    crawled(db, first)
    crawled(db, second)
    assert [one.outcome for one in keep_again(db, [second], [capture(ref=second.capture)])] == ["reread"]
    assert in_force(db)[0][:2] == (2, "Hai")


def test_an_edit_and_its_withdrawal_are_versions_though_the_first_body_came_back(db: Database) -> None:
    crawled(db, page(1, title="Một"), page(2, 20, "c" * 64, title="Hai"))
    assert crawled(db, page(3, 40, title="Một")) == ["changed"]
    assert in_force(db)[0][:2] == (3, "Một")


def test_a_replay_into_an_empty_archive_judges_as_the_crawl_did(db: Database) -> None:
    told, silent = page(1, published_at="2023-10-26"), page(2, 30)
    readings = keep_again(db, [told, silent], [capture(ref=told.capture), capture(ref=silent.capture)])
    assert [one.outcome for one in readings] == ["new", "unchanged"]
    assert rows(db, "SELECT published_at FROM versions") == [("2023-10-26",)]


def test_a_doubtful_reading_is_no_version_of_an_article_that_was_read_well(db: Database) -> None:
    crawled(db, page(1, title="Một"))
    doubtful = page(2, 5, "c" * 64, title="Hai", flags=("doubtful",))
    assert crawled(db, doubtful) == ["unchanged"]
    assert [row[:2] for row in in_force(db)] == [(1, "Một")]
    assert crawled(db, page(3, 6, "d" * 64, title="Ba")) == ["changed"]
    assert [row[:2] for row in in_force(db)] == [(2, "Ba")]


def test_a_doubtful_reading_is_kept_where_there_is_no_better_one(db: Database) -> None:
    assert crawled(db, page(1, title="Một", flags=("doubtful",), confidence=0.3)) == ["new"]
    assert crawled(db, page(2, 5, "c" * 64, title="Hai", flags=("doubtful",))) == ["changed"]
    assert rows(db, "SELECT confidence FROM versions ORDER BY number") == [(0.3,), (None,)]


def part(number: int, digest: str = "e") -> dict[str, Any]:
    """A further page of the article."""
    return {
        "url": f"https://doluong.nghean.gov.vn/tin-1/{number}/",
        "fetched_at": "2024-01-01T01:00:00+00:00",
        "warc_file": "a.warc.gz",
        "warc_offset": 100 * number,
        "warc_length": 100,
        "warc_digest": f"sha256:{number}",
        "content_digest": digest * 64,
    }


def several(offset: int, hours: float, *parts: dict[str, Any], **values: Any) -> ArticleRecord:
    return page(offset, hours, parts=parts, **values)


def test_an_article_that_lacked_pages_is_completed_in_place(db: Database) -> None:
    assert crawled(db, several(1, 0, body=BODY, title="Một", flags=("partial",))) == ["new"]
    whole = several(2, 24, part(2), title="Một", lead="Cả bài")
    assert crawled(db, whole) == ["unchanged"]
    assert rows(db, "SELECT number, lead FROM versions") == [(1, "Cả bài")]
    assert crawled(db, several(3, 48, part(2), title="Một", lead="Cả bài")) == ["unchanged"]


def test_a_change_of_a_further_page_is_a_version_and_a_lost_page_is_none(db: Database) -> None:
    assert crawled(db, several(1, 0, part(2), title="Một")) == ["new"]
    assert crawled(db, several(2, 24, title="Thiếu", flags=("partial",), **{"body": "c" * 64})) == ["part"]
    assert crawled(db, several(3, 48, part(2, "f"), title="Một", lead="Thêm")) == ["changed"]
    assert rows(db, "SELECT number, lead FROM versions ORDER BY number") == [(1, None), (2, "Thêm")]


def test_pages_that_are_the_same_are_no_edit_whatever_is_read_from_them(db: Database) -> None:
    assert crawled(db, several(1, 0, part(2), part(3), title="Một")) == ["new"]
    assert crawled(db, several(2, 24, part(2), part(3), title="Hai")) == ["unchanged"]
