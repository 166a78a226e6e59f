"""Full-text search: folding, phrases, and queries that mean nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.articles.queries import sync_registry
from storage.database import Database, open_database
from storage.errors import StorageError
from storage.serve.search import phrases, search
from tests.storage.making import DISTRICTS, article, keep


def found(db: Database, query: str) -> list[str]:
    return sorted(hit.url.rpartition("/")[2] for hit in search(db, query))


@pytest.fixture
def filled(db: Database) -> Database:
    sync_registry(db, DISTRICTS)
    keep(
        db,
        [
            article(
                "a", title="UBND huyện Đô Lương họp giao ban", body=("Vụ Đông 18-NQ/TW ngày 26/10/2023.",)
            ),
            article("b", title="Ngày hội ở Lường Đô", body=("Giao lưu.",), captions=("Ảnh: Hữu Hoàn",)),
            article("c", title="Tin khác", body=("ubnd_huyen",), author="Sỹ Bắc", published_at="2024"),
        ],
    )
    return db


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Đô Lương", ["a", "b"]),
        ("do luong", ["a", "b"]),
        ("ĐÔ LƯƠNG", ["a", "b"]),
        ('"đô lương"', ["a"]),
        ('"lường đô" ngày', ["b"]),
        ("26/10/2023", ["a"]),
        ("18-NQ/TW", ["a"]),
        ("10/26", []),
        ("huu hoan", ["b"]),
        ("sy bac", ["c"]),
        ("ubnd", ["a", "c"]),
        ("ubnd OR nothing", []),
        ("Đô Lương", ["a", "b"]),
    ],
)
def test_found(filled: Database, query: str, expected: list[str]) -> None:
    assert found(filled, query) == expected


def test_only_the_latest_version_counts(db: Database) -> None:
    kept = "Đoạn này đứng yên trong cả hai phiên bản của bài viết."
    keep(db, [article(body=("cũ rích", kept))])
    keep(db, [article(hours=1, body=("mới tinh", kept))])
    assert (found(db, "cu rich"), found(db, "moi tinh")) == ([], ["tin-1"])


def test_a_hit_says_what_it_is_and_the_latest_comes_first(filled: Database) -> None:
    keep(filled, [article("d", title="Tin d ubnd", published_at="2024-05")])
    hits = search(filled, "ubnd")
    assert [hit.url[-1] for hit in hits] == ["d", "c", "a"]
    assert (hits[0].district, hits[0].published_at, hits[0].title) == ("Đô Lương", "2024-05", "Tin d ubnd")
    assert [hit.url[-1] for hit in search(filled, "ubnd", 1, 1)] == ["c"]


@pytest.mark.parametrize("query", ["", " ", '""', "***", "-", "\0", '"'])
def test_a_query_without_a_word(query: str) -> None:
    with pytest.raises(StorageError, match=r"nothing to search for in .*: give at least one word"):
        phrases(query)


@pytest.fixture(scope="module")
def one_archive(tmp_path_factory: pytest.TempPathFactory) -> Database:
    return open_database(f"sqlite:///{tmp_path_factory.mktemp('search') / 'a.db'}")


@given(st.text(max_size=40))
@settings(max_examples=150, deadline=None)
def test_no_query_is_a_fault_on_sqlite(one_archive: Database, query: str) -> None:
    try:
        phrases(query)
    except StorageError:
        return
    assert search(one_archive, query) == []


@pytest.mark.parametrize(
    "signs", ["'", '"', "a'b", "a AND", "NEAR(a b)", "a:b", "{a}", "a & | !", "^a*", "%_\\", "(("]
)
def test_signs_mean_nothing(filled: Database, signs: str) -> None:
    assert found(filled, f"ubnd {signs} huyen") in ([], ["a", "c"])


def test_a_text_too_long_for_an_index_is_kept_and_found_by_its_start(db: Database) -> None:
    long = " ".join(f"tu{n}" for n in range(300_000))
    keep(db, [article(title="Dài", body=(long,))])
    assert found(db, "dai tu5") == ["tin-1"]
