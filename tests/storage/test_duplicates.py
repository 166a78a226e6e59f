"""Clusters in the archive: found in any order of arrival, always naming the article published first."""

from __future__ import annotations

import itertools
import random
import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from pipelines.dedup import fingerprint
from pipelines.items import Article, RawPage
from storage.articles import keep
from storage.database import Database, open_database
from storage.records import ArticleRecord
from tests.planted import COPIES, LOOK_ALIKES, Post, pairs, post
from tests.storage.making import PORTAL, START, article, rows


def record(
    one: Post, name: str, hours: float = 0, published_at: str | None = None, **values: Any
) -> ArticleRecord:
    """`one` as an article at `name`, with its real fingerprint."""
    page = RawPage(f"{PORTAL}/{name}", b"", START + timedelta(hours=hours))
    found = fingerprint(Article(page, one.title, one.lead, list(one.body), captions=list(one.captions)))
    marks: dict[str, Any] = {"exact": "", "bands": ()}
    if found:
        marks = {"exact": found.exact, "bands": found.bands, "algorithm": found.algorithm}
    texts = {"title": one.title, "lead": one.lead, "body": one.body, "captions": one.captions}
    return article(name, hours, published_at=published_at, **texts, **marks, **values)


def links(db: Database) -> dict[str, tuple[str, str]]:
    """Name of each duplicate to the name of its original and the kind."""
    query = (
        """SELECT d.url, o.url, d.duplicate_kind FROM articles d JOIN articles o ON o.id = d.duplicate_of"""
    )
    return {a.rpartition("/")[2]: (b.rpartition("/")[2], kind) for a, b, kind in rows(db, query)}


RNG = random.Random(11)
STORY = post(RNG, 20)
OTHER = post(RNG, 20)


def copy(number: int) -> Post:
    """STORY with sentence `number` replaced."""
    text = " ".join(STORY.body).split(". ")
    text[number] = f"Đây là câu mới thứ tự riêng của bản sao mang tên {'abcdefgh'[number]} mà thôi"
    return Post(STORY.title, STORY.lead, (". ".join(text),))


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
@pytest.mark.parametrize("together", [True, False])
def test_the_first_published_is_the_original_whatever_came_first(
    db: Database, order: tuple[int, ...], together: bool
) -> None:
    batch = [
        record(STORY, "first", 3, "2023-05-01"),
        record(STORY, "again", 2, "2023-05-02"),
        record(copy(1), "edited", 1, "2023-05-03"),
    ]
    arriving = [batch[n] for n in order]
    if together:
        keep(db, arriving)
    else:
        for one in arriving:
            keep(db, [one])
    assert links(db) == {"again": ("first", "exact"), "edited": ("first", "near")}


def test_outcomes_name_the_duplicate(db: Database) -> None:
    first = keep(db, [record(STORY, "a", 0, "2023")])[0]
    second = keep(db, [record(copy(0), "b", 1, "2024")])[0]
    assert (first.outcome, first.duplicate_of) == ("new", None)
    assert (second.outcome, second.duplicate_of, second.duplicate_kind) == (
        "duplicate",
        first.article_id,
        "near",
    )
    again = keep(db, [record(copy(0), "b", 2, "2024")])[0]
    assert (again.outcome, again.duplicate_of) == ("unchanged", first.article_id)


def test_without_dates_the_first_seen_is_the_original(db: Database) -> None:
    keep(db, [record(STORY, "late", 5), record(STORY, "early", 1)])
    assert links(db) == {"late": ("early", "exact")}
    keep(db, [record(STORY, "dated", 9, "2024")])
    assert links(db) == {"late": ("dated", "exact"), "early": ("dated", "exact")}


def test_no_chain_when_copies_of_copies_meet(db: Database) -> None:
    keep(db, [record(copy(0), "b", 0, "2022"), record(OTHER, "z", 0, "2022")])
    keep(db, [record(copy(2), "c", 0, "2021")])
    keep(db, [record(STORY, "d", 0, "2024")])
    assert links(db) == {"b": ("c", "near"), "d": ("c", "near")}
    keep(db, [record(STORY, "a", 0, "2020")])
    assert links(db) == {name: ("a", kind) for name, kind in (("b", "near"), ("c", "near"), ("d", "exact"))}


def test_an_edited_text_leaves_its_cluster(db: Database) -> None:
    keep(db, [record(STORY, "a", 0, "2020"), record(STORY, "b", 0, "2021"), record(copy(1), "c", 0, "2022")])
    keep(db, [record(OTHER, "a", 1, "2020")])
    assert links(db) == {"c": ("b", "near")}
    keep(db, [record(OTHER, "b", 1, "2021")])
    assert links(db) == {"b": ("a", "exact")}
    keep(db, [record(OTHER, "b", 2, "2019")])  # another date, the same text
    assert links(db) == {"a": ("b", "exact")}


def test_texts_that_nobody_has_leave_no_trace(db: Database) -> None:
    keep(db, [record(STORY, "a"), record(copy(1), "b")])
    keep(db, [record(OTHER, "a", 1), record(OTHER, "b", 1)])
    assert rows(db, "SELECT count(*) FROM links") == [(0,)]
    assert rows(db, "SELECT count(DISTINCT exact) FROM bands") == [(1,)]


def test_versions_of_an_article_are_no_duplicates(db: Database) -> None:
    keep(db, [record(STORY, "a"), record(copy(1), "a", 1), record(STORY, "a", 2)])
    assert links(db) == {}


def test_empty_texts_are_never_linked(db: Database) -> None:
    empty = Post("Thông báo", None, ())
    keep(db, [record(empty, "a"), record(empty, "b")])
    keep(db, [record(STORY, "a", 1), record(STORY, "c", 1)])
    assert links(db) == {"c": ("a", "exact")} or links(db) == {"a": ("c", "exact")}
    keep(db, [record(empty, "a", 2), record(empty, "c", 2)])
    assert links(db) == {}


def test_many_copies_cost_one_set_of_bands(db: Database) -> None:
    keep(db, [record(STORY, f"copy-{n}") for n in range(300)])
    assert len(links(db)) == 299
    assert rows(db, "SELECT count(*) FROM bands") == [(16,)]


def test_templates_fill_no_band_without_end(db: Database) -> None:
    weeks = [replace(STORY, title=f"Lịch tuần {n}") for n in range(100)]
    keep(db, [record(week, f"w-{n}") for n, week in enumerate(weeks)])
    assert links(db) == {}
    assert max(count for (count,) in rows(db, "SELECT count(*) FROM bands GROUP BY key")) == 64


def test_planted_pairs(db: Database) -> None:
    """Precision at least 0.99, recall at least 0.97, all arriving in one shuffled stream."""
    planted = [(n, True, a, b) for n, (_, a, b) in enumerate(pairs(COPIES, 210, 7))]
    planted += [(n + 1000, False, a, b) for n, (_, a, b) in enumerate(pairs(LOOK_ALIKES, 120, 8))]
    stream = [
        record(one, f"{number}-{side}", hours=side)
        for number, _, *both in planted
        for side, one in enumerate(both)
    ]
    random.Random(3).shuffle(stream)
    for start in range(0, len(stream), 100):
        keep(db, stream[start : start + 100])
    found = {(a, of) for a, (of, _) in links(db).items()}
    right = {(f"{n}-1", f"{n}-0") for n, true, *_ in planted if true}
    assert len(found & right) / len(right) >= 0.97
    assert len(found & right) / len(found) >= 0.99


def test_crawls_side_by_side_agree(db: Database, database_url: str) -> None:
    batches = [[record(STORY, f"{side}-{n}", n, f"20{10 + n}") for n in range(8)] for side in "ab"]
    faults: list[Exception] = []

    def crawl(batch: list[ArticleRecord]) -> None:
        other = open_database(database_url, retry_seconds=30)
        try:
            for one in batch:
                keep(other, [one])
        except Exception as error:
            faults.append(error)
        finally:
            other.close()

    threads = [threading.Thread(target=crawl, args=(batch,)) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    first = min(batches[0][0].id, batches[1][0].id)
    assert rows(db, f"SELECT count(*) FROM articles WHERE duplicate_of = '{first}'") == [(15,)]
