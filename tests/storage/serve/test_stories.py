"""Stories told more than once: which are listed, in which order, whole, with their likeness."""

from __future__ import annotations

import pytest

from storage.articles.queries import sync_registry
from storage.database import Database
from storage.errors import StorageError
from storage.records import ArticleRecord
from storage.serve.stories import Pair, Which, pairs, stories, told_in, totals
from tests.planted import Post, post
from tests.storage.duplicates.test_link import OTHER, RNG, STORY, copy, record
from tests.storage.making import DISTRICTS, PORTAL, keep

THIRD = post(RNG, 20)
HERE, THERE, ELSEWHERE = "nghe-an.do-luong", "ninh-binh.gia-vien", "ha-nam.ly-nhan"
AWAY = "https://giavien.ninhbinh.gov.vn"
ALL = Which()


@pytest.fixture
def told(db: Database) -> Database:
    """Three stories: STORY in four articles of two districts, OTHER twice on one portal, THIRD elsewhere."""
    sync_registry(db, DISTRICTS)
    away = {"district_id": THERE, "portal": AWAY}
    elsewhere = {"district_id": ELSEWHERE, "portal": "https://lynhan.hanam.gov.vn"}
    keep(db, [
        record(copy(1), "near", 0, "2023-05-03"),
        record(STORY, "exact", 0, "2023-05-02"),
        record(copy(1), "undated", 0, None),
        record(STORY, "first", 5, "2023-05-01", **away),
        record(OTHER, "old", 0, "2020-01-01"),
        record(OTHER, "again", 0, "2020-01-02"),
        record(THIRD, "third", 0, "2022-01-01", **elsewhere),
        record(THIRD, "third-here", 0, "2022"),
        record(post(RNG, 20), "alone", 0, "2024-01-01"),
    ])  # fmt: skip
    return db


def names(db: Database, which: Which = ALL, limit: int | None = None) -> list[list[str]]:
    """The last part of the URL of each article, by story."""
    with db.reading() as connection:
        return [
            [one.url.rpartition("/")[2] for one in (story.original, *story.copies)]
            for story in stories(connection, which, limit)
        ]


def test_the_story_told_most_often_comes_first_then_the_latest(told: Database) -> None:
    whole = [["first", "exact", "near", "undated"], ["third-here", "third"], ["old", "again"]]
    assert names(told) == whole
    assert names(told, limit=2) == whole[:2]


def test_a_story_of_a_district_is_whole(told: Database) -> None:
    assert names(told, Which((THERE,))) == [["first", "exact", "near", "undated"]]
    assert names(told, Which((ELSEWHERE,))) == [["third-here", "third"]]
    assert names(told, Which(())) == []


def test_copies_of_one_kind(told: Database) -> None:
    assert names(told, Which(kind="near")) == [["first", "near", "undated"]]
    assert names(told, Which((HERE,), "exact")) == [
        ["first", "exact"],
        ["third-here", "third"],
        ["old", "again"],
    ]


def test_what_is_known_of_each_article(told: Database) -> None:
    with told.reading() as connection:
        original, *others = next(iter(stories(connection, ALL))).copies
        first = next(iter(stories(connection, ALL))).original
    assert (first.kind, first.similarity, first.district, first.province) == (
        None,
        None,
        "Gia Viễn",
        "Ninh Bình",
    )
    assert (original.kind, original.similarity, original.published_at) == ("exact", None, "2023-05-02")
    assert [(one.kind, one.similarity is not None) for one in others] == [("near", True)] * 2
    assert 0.8 <= (others[0].similarity or 0) < 1
    assert others[1].published_at is None


def test_a_copy_of_a_copy_has_no_likeness_to_the_original(db: Database) -> None:
    text = " ".join(STORY.body).split(". ")

    def changed(count: int) -> ArticleRecord:
        new = [f"Câu mới thứ {'abcdefghiklmnop'[n]} của riêng bản sao này thôi" for n in range(count)] + text[
            count:
        ]
        return record(Post(STORY.title, STORY.lead, (". ".join(new),)), f"p{count}", 0, f"202{count}")

    keep(db, [changed(count) for count in range(13)])
    with db.reading() as connection:
        found = list(stories(connection, ALL))
    likeness = [one.similarity for story in found for one in story.copies]
    assert likeness[0] is not None
    assert likeness[-1] is None


def test_totals_and_who_repeats_whom(told: Database) -> None:
    with told.reading() as connection:
        assert totals(connection, ALL) == {"stories": 3, "exact": 3, "near": 2}
        assert totals(connection, Which((THERE,), "near")) == {"stories": 1, "exact": 0, "near": 2}
        assert totals(connection, Which(())) == {"stories": 0, "exact": 0, "near": 0}
        found, own = pairs(connection, ALL)
        assert pairs(connection, Which(), 1) == (found[:1], own)
        assert pairs(connection, Which((ELSEWHERE,), "near")) == ([], 0)
    assert found[0] == Pair(HERE, "Đô Lương", PORTAL, THERE, "Gia Viễn", AWAY, 1, 2)
    assert [(one.copy_district, one.exact, one.near) for one in found[1:]] == [(ELSEWHERE, 1, 0)]
    assert own == 1


def test_places_are_named_as_for_an_export(told: Database) -> None:
    with told.reading() as connection:
        assert told_in(connection, (), ()) is None
        assert told_in(connection, ["gia-vien"], ()) == (THERE,)
        assert told_in(connection, (), ["Nghệ An"]) == (HERE,)
        assert told_in(connection, ["gia-vien"], ["nghe-an"]) == ()
        with pytest.raises(StorageError, match="no district 'khong-co'"):
            told_in(connection, ["khong-co"], ())
