"""A version keeps the earliest capture that shows it and the strongest evidence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from storage.database import Database
from storage.records import ArticleRecord
from storage.warc.captures import CaptureRef
from storage.warc.provenance import COMMONCRAWL, CRAWL, WAYBACK, rank, via_of
from tests.storage.making import article, at, capture, keep, keep_again, rows

YEAR = 365 * 24.0


def shown(hours: float, via: str, **values: Any) -> ArticleRecord:
    """The article as a capture of `via` showed it."""
    offset = 1 + abs(round(hours))
    ref = CaptureRef(f"{via}.warc.gz", offset, 100, f"sha256:{via}{hours}", f"{via}{hours}"[:60], via=via)
    return article(hours=hours, capture=ref, **values)


def take(db: Database, *records: ArticleRecord) -> None:
    """Keeps each as a rescue does, our own as a crawl does."""
    for one in records:
        assert one.capture is not None
        captures = [capture(ref=one.capture, fetched_at=one.fetched_at)]
        (keep if one.capture.via == CRAWL else keep_again)(db, [one], captures)


def versions(db: Database) -> list[tuple[Any, ...]]:
    """Title, earliest capture, evidence and its moment of each version, in their order of time."""
    query = "SELECT title, fetched_at, captured_via, evidence_at FROM versions ORDER BY fetched_at, number"
    return [(title, str(a)[:10], via, str(b)[:10]) for title, a, via, b in rows(db, query)]


def of_article(db: Database) -> tuple[Any, ...]:
    """Title of the current version; first seen, first crawled, last seen."""
    query = (
        "SELECT v.title, a.first_seen_at, a.first_crawled_at, a.last_seen_at FROM articles a"
        " JOIN versions v ON v.article_id = a.id AND v.number = a.version"
    )
    ((title, *moments),) = rows(db, query)
    return title, *(moment and str(moment)[:10] for moment in moments)


def test_our_own_record_is_the_strongest_and_a_replay_the_weakest() -> None:
    assert [rank(one) for one in (CRAWL, COMMONCRAWL, "mirror.warc.gz", WAYBACK)] == [0, 1, 1, 2]


def test_the_earliest_capture_and_the_strongest_evidence_are_both_kept(db: Database) -> None:
    take(db, shown(0, CRAWL), shown(-2 * YEAR, WAYBACK), shown(-YEAR, COMMONCRAWL))
    assert versions(db) == [("Tin về tin-1", "2022-01-01", CRAWL, "2024-01-01")]
    assert of_article(db) == ("Tin về tin-1", "2022-01-01", "2024-01-01", "2024-01-01")


def test_in_any_order_the_same_is_kept(db: Database) -> None:
    take(db, shown(-2 * YEAR, WAYBACK), shown(-YEAR, COMMONCRAWL))
    assert versions(db) == [("Tin về tin-1", "2022-01-01", COMMONCRAWL, "2023-01-01")]
    assert of_article(db)[2] is None  # our own crawl has never seen it
    take(db, shown(0, CRAWL))
    assert versions(db) == [("Tin về tin-1", "2022-01-01", CRAWL, "2024-01-01")]
    assert of_article(db)[2] == "2024-01-01"


def test_of_equal_strength_the_earlier_one_is_the_evidence(db: Database) -> None:
    take(db, shown(-YEAR, WAYBACK), shown(-2 * YEAR, WAYBACK))
    assert versions(db) == [("Tin về tin-1", "2022-01-01", WAYBACK, "2022-01-01")]


def test_an_older_text_is_a_version_before_and_never_the_current_one(db: Database) -> None:
    take(db, shown(0, CRAWL), shown(-YEAR, WAYBACK, title="Tin cũ"))
    assert [one[0] for one in versions(db)] == ["Tin cũ", "Tin về tin-1"]
    assert of_article(db) == ("Tin về tin-1", "2023-01-01", "2024-01-01", "2024-01-01")


def test_a_text_between_two_sights_of_another_does_not_follow_it(db: Database) -> None:
    take(db, shown(0, CRAWL))
    keep(db, seen={shown(0, CRAWL).url: at(2 * YEAR)})
    between = shown(YEAR, WAYBACK, title="Tin giữa")
    take(db, between)
    assert [one[0] for one in versions(db)] == ["Tin về tin-1", "Tin giữa", "Tin về tin-1"]
    assert of_article(db)[0] == "Tin về tin-1"
    take(db, between)  # read again: nothing changes
    assert len(versions(db)) == 3
    take(db, shown(3 * YEAR, CRAWL))
    assert len(versions(db)) == 3


def test_a_later_text_of_another_archive_is_the_current_one(db: Database) -> None:
    take(db, shown(0, CRAWL), shown(YEAR, COMMONCRAWL, title="Tin mới"))
    assert of_article(db)[0] == "Tin mới"


def test_another_reading_moves_no_evidence(db: Database) -> None:
    take(db, shown(0, CRAWL), shown(-YEAR, WAYBACK))
    again = replace(shown(-YEAR, WAYBACK), title="Đọc khác")
    keep_again(db, [again])
    assert ("Tin về tin-1", "2023-01-01", CRAWL, "2024-01-01") in versions(db)
    assert ("Đọc khác", "2023-01-01", WAYBACK, "2023-01-01") in versions(db)


def test_captures_are_told_by_the_address_that_they_came_from() -> None:
    assert via_of("") == CRAWL
    assert via_of("http://127.0.0.1:8/web/20210304050607id_/http://kimboi.vn/") == WAYBACK
    assert via_of("https://data.commoncrawl.org/crawl-data/CC-MAIN-2021-10/x.warc.gz") == COMMONCRAWL
    assert via_of("http://kimboi.vn/web/2021/x") == CRAWL
