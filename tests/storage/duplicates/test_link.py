"""Clusters in the archive: found in any order of arrival, always naming the article published first."""

from __future__ import annotations

import itertools
import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.dedup import fingerprint
from pipelines.items import Article, RawPage
from storage.articles import suspects
from storage.database import Database, open_database
from storage.duplicates.link import HEADLINES
from storage.duplicates.similarity import MINHASHED, same_story
from storage.records import ArticleRecord
from tests.planted import COPIES, LOOK_ALIKES, Post, pairs, post
from tests.planted_editors import EDITED_COPIES
from tests.storage.making import PORTAL, START, article, keep, rows


def record(
    one: Post, name: str, hours: float = 0, published_at: str | None = None, **values: Any
) -> ArticleRecord:
    """`one` as an article at `name`, with its real fingerprint."""
    page = RawPage(f"{PORTAL}/{name}", b"", START + timedelta(hours=hours))
    found, _ = fingerprint(Article(page, one.title, one.lead, list(one.body), captions=list(one.captions)))
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


@pytest.fixture(autouse=True, scope="module")
def at_its_word() -> Iterator[None]:
    """Believes each text at once: holding back what is alien (storage.articles.suspects) is tested there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(suspects, "suspicious", lambda *_: False)
        yield


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
    assert rows(db, "SELECT count(*) FROM bands") == [(18,)]


def test_templates_fill_no_band_without_end(db: Database) -> None:
    weeks = [replace(STORY, title=f"Lịch tuần {n}") for n in range(100)]
    keep(db, [record(week, f"w-{n}") for n, week in enumerate(weeks)])
    assert links(db) == {}
    assert max(count for (count,) in rows(db, "SELECT count(*) FROM bands GROUP BY key")) == 64


TEXTS = (STORY, copy(0), copy(1), copy(5), replace(STORY, title="Lịch tuần 7"), OTHER, Post("Tin", None, ()))
Seen = tuple[int, int, int, str | None]  # name of an article, hour, text, date


def expected(seen: list[Seen]) -> dict[str, tuple[str, str]]:
    """The links among articles that were `seen`, by looking at every pair of what they say now."""
    now = {name: (text, date) for name, _, text, date in sorted(seen, key=lambda one: one[:2])}
    first = {name: min(hour for other, hour, *_ in seen if other == name) for name in now}
    told = [text.story() for text in TEXTS]
    groups = [{n} for n, one in enumerate(told) if one]
    for a, b in itertools.combinations([n for n, one in enumerate(told) if one], 2):
        held = {text for text, _ in now.values()}
        one, other = told[a], told[b]
        if {a, b} <= held and one and other and same_story(one, other):
            left, right = (next(group for group in groups if n in group) for n in (a, b))
            if left is not right:
                left |= right
                groups.remove(right)
    found = {}
    for group in groups:
        members = [name for name, (text, _) in now.items() if text in group]
        order = {name: (now[name][1] or "9999", first[name], record(STORY, str(name)).id) for name in members}
        for name in sorted(members, key=order.__getitem__)[1:]:
            root = min(members, key=order.__getitem__)
            found[str(name)] = (str(root), "exact" if now[name][0] == now[root][0] else "near")
    return found


def arrive(db: Database, batches: list[list[Seen]]) -> None:
    for batch in batches:
        keep(db, [record(TEXTS[text], str(name), hour, date) for name, hour, text, date in batch])


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "archive.db"
    open_database(f"sqlite:///{path}").close()
    return path


DATES = st.sampled_from([None, "2021", "2021-05-01", "2021-05-02", "2022-01-01T08:00:00+07:00"])
SEEN = st.tuples(st.integers(0, 5), st.integers(0, 9), st.integers(0, len(TEXTS) - 1), DATES)


@pytest.mark.slow
@given(st.data())
@settings(max_examples=30, deadline=None, derandomize=True)
def test_any_order_and_any_batching_end_in_the_same_links(empty: Path, data: st.DataObject) -> None:
    """Articles appear, are edited, get another date; pages arrive in any order. The last word counts."""
    seen = data.draw(st.lists(SEEN, min_size=2, max_size=12, unique_by=lambda one: one[:2]))
    arriving = data.draw(st.permutations(seen))
    cuts = data.draw(st.sets(st.integers(1, len(seen) - 1)))
    path = shutil.copy(empty, empty.with_name("now.db"))
    db = open_database(f"sqlite:///{path}")
    try:
        arrive(db, [arriving[a:b] for a, b in itertools.pairwise([0, *sorted(cuts), len(seen)])])
        assert links(db) == expected(seen)
    finally:
        db.close()


@pytest.mark.parametrize(("size", "seed"), [(1, 2), (4, 1)])
def test_orders_and_batches_agree_on_both_databases(db: Database, size: int, seed: int) -> None:
    seen: list[Seen] = [
        (0, 0, 0, "2021-05-02"), (1, 1, 1, None), (2, 2, 2, "2021"), (3, 3, 0, "2021-05-01"), (4, 4, 5, None),
        (2, 5, 5, "2021"), (3, 6, 0, "2022"), (5, 7, 3, "2021-05-03"), (0, 8, 4, "2021-05-02"),
    ]  # fmt: skip
    random.Random(seed).shuffle(seen)
    arrive(db, [seen[n : n + size] for n in range(0, len(seen), size)])
    assert links(db) == expected(seen)
    assert len(expected(seen)) == 4


RETITLED = [pair for _, *pair in pairs(EDITED_COPIES, 45, 9)]


def test_retitled_copies_are_found_by_headline_and_text(db: Database) -> None:
    sides = [(n, side, one) for n, both in enumerate(RETITLED) for side, one in enumerate(both)]
    keep(db, [record(one, f"{n}-{side}", side) for n, side, one in sides])
    found = {(copied, original) for copied, (original, _) in links(db).items()}
    right = {(f"{n}-1", f"{n}-0") for n in range(len(RETITLED))}
    assert found <= right
    assert len(found) >= 0.95 * len(right)


def test_an_article_of_an_older_release_gets_its_headline_when_it_is_seen_again(db: Database) -> None:
    one, other = next(
        both
        for both in ([record(post, str(n)) for n, post in enumerate(both)] for both in RETITLED)
        if not set(both[0].bands[:MINHASHED]) & set(both[1].bands[:MINHASHED])
    )
    keep(db, [replace(one, bands=one.bands[:MINHASHED])])
    keep(db, [other])
    assert links(db) == {}
    keep(db, [one])
    assert len(links(db)) == 1


def test_a_headline_of_many_articles_finds_none(db: Database) -> None:
    rng = random.Random(4)
    rubric = [
        record(replace(post(rng), title="Nhịp sống mới ở thôn bản", lead="Sáng 5/3"), f"r{n}")
        for n in range(40)
    ]
    keep(db, rubric)
    (crowd,) = rows(db, f"SELECT count(*) FROM bands WHERE key = {rubric[0].bands[-1]}")
    assert crowd[0] == HEADLINES


@pytest.mark.slow
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


def crawl(url: str, batches: list[list[ArticleRecord]], together: Barrier) -> None:
    """The process of one crawl: keeps each batch at the moment when the other one does, too."""
    db = open_database(url, retry_seconds=30)
    for batch in batches:
        together.wait(60)
        keep(db, batch)
    db.close()


@pytest.mark.slow
def test_two_crawls_that_keep_one_story_at_the_same_moment_link_it(db: Database, database_url: str) -> None:
    """Two processes meet in every batch, in opposite orders within it, as deadlocks want them."""
    stories = [post(random.Random(f"story {n}"), 12) for n in range(12)]
    sides = []
    for side in (0, 1):
        made = [record(one, f"{n}-{side}", side, f"20{10 + side}") for n, one in enumerate(stories)]
        batches = [made[n : n + 3] for n in range(0, len(made), 3)]
        sides.append([batch[::-1] for batch in batches] if side else batches)
    processes = get_context("spawn")
    together = processes.Barrier(2)
    crawls = [processes.Process(target=crawl, args=(database_url, side, together)) for side in sides]
    for process in crawls:
        process.start()
    for process in crawls:
        process.join()
    assert [process.exitcode for process in crawls] == [0, 0]
    assert links(db) == {f"{n}-1": (f"{n}-0", "exact") for n in range(len(stories))}
