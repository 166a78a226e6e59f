"""Keeping articles: outcomes, versions, sightings, captures and what is known of a URL."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from storage.articles.queries import known, mark_gone, overdue, seen_unchanged, sync_registry
from storage.database import Database
from storage.errors import StorageError
from storage.records import DELETED, Miss, article_id
from storage.vocabulary import Outcome
from tests.storage.making import DISTRICTS, PORTAL, article, at, capture, keep, ref, rows


def test_new_then_unchanged_then_changed(db: Database) -> None:
    assert [one.outcome for one in keep(db, [article()])] == ["new"]
    assert [one.outcome for one in keep(db, [article(hours=1)])] == ["unchanged"]
    changed = keep(db, [article(hours=2, body=("Nội dung khác.",))])[0]
    assert (changed.outcome, changed.version, changed.article_id) == ("changed", 2, article().id)
    assert rows(db, "SELECT number, body FROM versions ORDER BY number")[1] == (2, "Nội dung khác.")


def test_same_article_twice_in_a_batch(db: Database) -> None:
    kept = keep(db, [article(), article(), article(hours=1, title="Khác")])
    assert [(one.outcome, one.version) for one in kept] == [("new", 1), ("unchanged", 1), ("changed", 2)]


def test_kept_twice_changes_nothing(db: Database) -> None:
    batch = [article(f"tin-{n}") for n in range(3)]
    captures = [capture(f"tin-{n}", ref=ref(n)) for n in range(3)]
    keep(db, batch, captures)
    tables = ("articles", "versions", "captures", "bands", "links")
    before = [rows(db, f"SELECT * FROM {table} ORDER BY 1") for table in tables]
    keep(db, batch, captures)
    assert [rows(db, f"SELECT * FROM {table} ORDER BY 1") for table in tables] == before


def test_layout_is_no_change(db: Database) -> None:
    keep(db, [article(title="Họp  giao ban", body=("Một hai.", "Ba."), category="Tin tức")])
    kept = keep(db, [article(hours=1, title="Họp giao\u00a0ban ", body=("Một", "hai. Ba."), category="Khác")])
    assert kept[0].outcome == "unchanged"


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Khác"},
        {"lead": "Khác"},
        {"author": "Khác"},
        {"captions": ("Khác",)},
        {"published_at": "2023-10"},
        {"attachments": ({"url": "https://a/b.pdf", "title": "b", "type": "pdf"},)},
    ],
)
def test_own_text_is_a_change(db: Database, change: dict[str, Any]) -> None:
    keep(db, [article()])
    assert keep(db, [article(hours=1, **change)])[0].outcome == "changed"


def test_text_that_comes_back_is_a_third_version(db: Database) -> None:
    keep(db, [article(), article(hours=1, title="Khác")])
    assert keep(db, [article(hours=2)])[0].version == 3


def test_out_of_order_keeps_the_newest_in_force(db: Database) -> None:
    keep(db, [article(hours=10, title="Mới")])
    assert keep(db, [article(hours=5, title="Cũ")])[0].version == 2
    assert rows(db, "SELECT version FROM articles") == [(1,)]
    seen = known(db, [article().url])[article().url]
    assert (seen.first_seen_at, seen.last_seen_at) == (at(5), at(10))


def test_earlier_capture_of_the_same_text_becomes_its_evidence(db: Database) -> None:
    keep(db, [article(hours=10)])
    assert keep(db, [article(hours=5, capture=ref(7, "b.warc.gz"))])[0].outcome == "unchanged"
    assert rows(db, "SELECT number, warc_file, warc_offset FROM versions") == [(1, "b.warc.gz", 7)]


def test_replay_of_all_captures_in_any_order_makes_no_version(db: Database) -> None:
    history = [article(hours=h, title=t) for h, t in enumerate(("A", "B", "B", "A", "C"))]
    keep(db, history)
    count = rows(db, "SELECT count(*) FROM versions")
    keep(db, history[::-1])
    assert rows(db, "SELECT count(*) FROM versions") == count == [(4,)]


def test_times_come_back_with_a_zone_and_naive_ones_are_refused(db: Database) -> None:
    keep(db, [article()])
    assert known(db, [article().url])[article().url].first_seen_at == at(0)
    with pytest.raises(ValueError, match="time without a zone"):
        keep(db, [article("tin-2", fetched_at=datetime(2024, 1, 1))])  # noqa: DTZ001
    assert rows(db, "SELECT count(*) FROM articles") == [(1,)]


def test_what_no_database_takes_is_left_out(db: Database) -> None:
    hurt = article(title="a\0b", body=("c\ud800d",), tags=("e\0",), images=({"url": "f\0", "alt": None},))
    keep(db, [hurt])
    assert keep(db, [hurt])[0].outcome == "unchanged"
    assert rows(db, "SELECT title, body FROM versions") == [("ab", "c?d")]


def test_a_batch_is_kept_whole_or_not_at_all(db: Database) -> None:
    with pytest.raises(StorageError, match=r"(?i)foreign key"):
        keep(db, [article(), article("tin-2", run_id=77)])
    assert rows(db, "SELECT count(*) FROM articles") == [(0,)]


def test_captures_get_the_outcome_of_their_article(db: Database) -> None:
    keep(db, [], [capture("tin-1"), capture("muc-luc", outcome=Outcome.LISTING)])
    keep(db, [article()], [])
    keep(db, outcomes={capture("muc-luc").ref: Outcome.NOT_AN_ARTICLE})
    assert rows(db, "SELECT url, outcome FROM captures ORDER BY url") == [
        (f"{PORTAL}/muc-luc", "not_an_article"),
        (f"{PORTAL}/tin-1", "new"),
    ]


def test_known_of_an_article(db: Database) -> None:
    first = capture(ref=ref(1), etag='"x"', last_modified="Mon, 01 Jan 2024 00:00:00 GMT")
    later = capture(hours=3, ref=ref(9, revisit=True), status=304, outcome=Outcome.UNCHANGED)
    posted = capture(hours=4, ref=ref(10), method="POST", etag='"y"')
    keep(db, [article(published_at="2023-12")], [first, later, posted])
    url = article().url
    seen = known(db, [url, f"{PORTAL}/nothing"])
    assert list(seen) == [url]
    assert seen[url].status == "live"
    assert (seen[url].capture, seen[url].fetched_at) == (ref(1), at(0))
    assert (seen[url].etag, seen[url].digest) == ('"x"', "sha256:1")
    assert (seen[url].outcome, seen[url].last_seen_at) == ("unchanged", at(3))
    assert (seen[url].article_id, seen[url].published_at) == (article_id(url), "2023-12")


def test_known_of_a_page_that_is_no_article(db: Database) -> None:
    keep(db, [], [capture("lien-he", outcome=Outcome.NOT_AN_ARTICLE)])
    seen = known(db, [f"{PORTAL}/lien-he"])[f"{PORTAL}/lien-he"]
    assert (seen.status, seen.outcome, seen.last_seen_at) == (None, "not_an_article", at(0))
    keep(db, [], [capture("cu", ref=ref(2), status=301)])
    assert known(db, [f"{PORTAL}/cu"])[f"{PORTAL}/cu"].outcome == "redirected"


def test_known_of_many(db: Database) -> None:
    keep(db, [article(f"tin-{n}") for n in range(1200)])
    assert len(known(db, [f"{PORTAL}/tin-{n}" for n in range(2000)])) == 1200


def test_gone_and_back(db: Database) -> None:
    url = article().url
    keep(db, [article(hours=5)])
    assert mark_gone(db, [url], at(4)) == 0  # older news than the sighting
    assert mark_gone(db, [url], at(6)) == 1
    assert mark_gone(db, [url], at(7)) == 0
    assert rows(db, "SELECT status FROM articles") == [("gone",)]
    keep(db, [article(hours=5.5)])  # a page from before
    assert known(db, [url])[url].status == "gone"
    assert seen_unchanged(db, [url], at(8)) == 1
    assert rows(db, "SELECT status, gone_at FROM articles") == [("live", None)]
    assert known(db, [url])[url].last_seen_at == at(8)


def test_one_transaction_keeps_notes_and_marks(db: Database) -> None:
    keep(db, [article("tin-1"), article("tin-2")])
    deleted = Miss(at(5), DELETED, "http_410")
    seen, misses = {f"{PORTAL}/tin-1": at(4)}, dict.fromkeys((f"{PORTAL}/tin-2", f"{PORTAL}/tin-9"), deleted)
    keep(db, [article("tin-3", hours=1)], seen=seen, misses=misses)
    assert rows(db, "SELECT url, status FROM articles ORDER BY url") == [
        (f"{PORTAL}/tin-1", "live"),
        (f"{PORTAL}/tin-2", "gone"),
        (f"{PORTAL}/tin-3", "live"),
    ]
    assert known(db, list(seen))[f"{PORTAL}/tin-1"].last_seen_at == at(4)


def test_a_gone_article_that_is_read_again_is_live(db: Database) -> None:
    keep(db, [article()])
    mark_gone(db, [article().url], at(1))
    assert keep(db, [article(hours=2)])[0].outcome == "unchanged"
    assert rows(db, "SELECT status, gone_at FROM articles") == [("live", None)]


def test_seen_unchanged_never_goes_back(db: Database) -> None:
    keep(db, [article(hours=5)])
    seen_unchanged(db, [article().url], at(3))
    assert known(db, [article().url])[article().url].last_seen_at == at(5)


def test_registry_is_renewed(db: Database) -> None:
    sync_registry(db, DISTRICTS)
    sync_registry(db, [replace(DISTRICTS[0], name="Đô Lương mới")])
    assert rows(db, "SELECT name FROM districts ORDER BY id") == [("Đô Lương mới",), ("Gia Viễn",)]
    assert rows(db, "SELECT url, family FROM portals") == [(PORTAL, "vnpt")]


def test_same_url_with_another_scheme_or_www_is_the_same_article() -> None:
    assert article_id("https://www.a.gov.vn/b") == article_id("http://a.gov.vn/b")
    assert article_id("https://a.gov.vn/b") != article_id("https://a.gov.vn/B")
    assert article_id("https://a.gov.vn/b") == "45c972cc629db5fe"


def test_overdue_are_articles_the_longest_unseen_first_with_the_place_of_their_bytes(
    db: Database,
) -> None:
    keep(
        db, [article("cu"), article("moi", hours=5), article("mat"), article("lau", hours=-9, capture=ref(3))]
    )
    mark_gone(db, [article("mat").url], at(1))
    found = overdue(db, PORTAL, first_seen_after=None, last_seen_before=at(5), most=9)
    assert found[0].url == article("lau").url
    assert {place.url for place in found[1:]} == {article("cu").url, article("mat").url}, "one is gone"
    assert (found[0].file, found[0].offset) == (ref(3).file, ref(3).offset)
    young = overdue(db, PORTAL, first_seen_after=at(-1), last_seen_before=at(5), most=9)
    assert {place.url for place in young} == {article("cu").url, article("mat").url}
