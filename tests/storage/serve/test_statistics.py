"""Figures of the whole archive, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from storage.articles import queries as articles
from storage.database import Database
from storage.runs import nights, runs
from storage.serve import census, statistics
from storage.vocabulary import Rescued, RunKind, Verdict
from tests.storage.making import DISTRICTS, PORTAL, article, capture, keep

HERE, THERE = "nghe-an.do-luong", "ninh-binh.gia-vien"
OTHER = "https://giavien.ninhbinh.gov.vn"


def elsewhere(path: str, hours: float = 0, **values: Any) -> Any:
    return article(path, hours, district_id=THERE, portal=OTHER, url=f"{OTHER}/{path}", **values)


@pytest.fixture
def filled(db: Database) -> Database:
    """Four articles on two portals: one copied, one undated, one edited and later gone."""
    articles.sync_registry(db, DISTRICTS)
    dated: dict[str, Any] = {"published_precision": "day", "published_source": "visible"}
    first = article("goc", published_at="2023-10-26", lead="Sa-pô.", captions=("Ảnh.",), **dated)
    second = article("thang", 1, published_at="2023-10", published_precision="month", published_source="url")
    copied = elsewhere(
        "chep", 20, title=first.title, body=first.body, exact=first.exact, published_at="2023-10-27", **dated
    )
    undated = elsewhere("khong-ngay", 21, flags=("short", "undated"))
    captures = [capture("goc", 0), capture("thang", 1)]
    keep(db, [first, second, copied, undated], captures)
    keep(db, [article("thang", 30, published_at="2023-10", author="Lan")])
    articles.mark_gone(db, [second.url], datetime(2024, 2, 1, tzinfo=UTC))
    return db


def test_places_are_those_named_crawled_or_kept(filled: Database) -> None:
    runs.start(filled, "a.b", "https://a.gov.vn")
    with filled.reading() as connection:
        found = statistics.places(connection)
        assert statistics.places(connection, [THERE]) == [p for p in found if p.district_id == THERE]
    assert [tuple(place) for place in found] == [
        ("a.b", "https://a.gov.vn", "a.b", "", "", ""),
        (HERE, PORTAL, "Đô Lương", "huyện", "Nghệ An", "vnpt"),
        (THERE, OTHER, "Gia Viễn", "huyện", "Ninh Bình", ""),
    ]


def test_totals_count_what_became_of_articles(filled: Database) -> None:
    with filled.reading() as connection:
        found = {row.portal: row for row in statistics.totals(connection)}
    names = ("articles", "gone", "edited", "exact", "near")
    assert [getattr(found[PORTAL], name) for name in names] == [2, 1, 1, 0, 0]
    assert [getattr(found[OTHER], name) for name in names] == [2, 0, 0, 1, 0]


def test_articles_by_date_keep_their_precision(filled: Database) -> None:
    filled_day = article("phut", 40, published_at="2023-10-26T23:30:00+07:00", published_precision="minute")
    keep(filled, [filled_day])
    with filled.reading() as connection:
        assert [tuple(row) for row in statistics.dated(connection)] == [
            (HERE, PORTAL, "2023-10", 1),
            (HERE, PORTAL, "2023-10-26", 2),
            (THERE, OTHER, "2023-10-27", 1),
            (THERE, OTHER, "", 1),
        ]


def test_readings_count_fields_of_the_current_version(filled: Database) -> None:
    with filled.reading() as connection:
        found = list(statistics.readings(connection, [HERE]))
        spam = next(row for row in statistics.readings(connection, [THERE]) if row.precision == "none")
    assert {row.precision for row in found} == {"day", "none"}
    assert sum(row.articles for row in found) == 2
    for name, count in {"title": 2, "lead": 1, "author": 1, "captions": 1, "images": 0}.items():
        assert sum(row.having[name] for row in found) == count, name
    assert (spam.source, spam.flags, spam.event) == (None, '["short", "undated"]', False)


def test_copies_name_who_published_first(filled: Database) -> None:
    pair = statistics.Copies(origin=(HERE, PORTAL), copy=(THERE, OTHER), exact=1, near=0)
    with filled.reading() as connection:
        assert list(statistics.copies(connection)) == [pair]
        assert list(statistics.copies(connection, [HERE])) == [pair]
        assert list(statistics.copies(connection, ["a.b"])) == []
        [cluster] = statistics.clusters(connection)
    assert (cluster.articles, cluster.portals, cluster.url) == (2, 2, f"{PORTAL}/goc")


def test_growth_counts_by_the_day_in_vietnam(filled: Database) -> None:
    with filled.reading() as connection:
        days = {row.day: row for row in statistics.growth(connection)}
        here = statistics.growth(connection, [HERE])
    # START is 08:00 in Vietnam: 20 hours later it is 04:00 of the next day there, and still 21:00 in London.
    assert {day: (row.articles, row.versions) for day, row in days.items()} == {
        "2024-01-01": (2, 2),
        "2024-01-02": (2, 3),
    }
    assert (days["2024-01-01"].captures, days["2024-01-01"].bytes) == (2, 200)
    assert sum(row.articles for row in here) == 2


def test_the_latest_runs_of_each_portal(filled: Database) -> None:
    ids = [runs.start(filled, HERE, PORTAL) for _ in range(4)]
    alone = runs.start(filled, THERE, OTHER)
    runs.finish(filled, ids[0], Verdict.OK, {"new": 3}, ["Ba tin."])
    runs.finish(filled, ids[1], Verdict.BROKEN, {})
    with filled.reading() as connection:
        latest = list(statistics.last_runs(connection, each=2))
        healthy = statistics.last_healthy(connection)
        everything = list(statistics.last_runs(connection, [HERE], each=9))
    assert [run.id for run in latest] == [alone, ids[3], ids[2]]
    assert list(healthy) == [(HERE, PORTAL)]
    assert everything[-1].counts == {"new": 3}
    assert everything[-1].started_at == healthy[HERE, PORTAL]


def test_rescues_say_nothing_of_the_health_and_the_last_crawl_of_a_portal(filled: Database) -> None:
    crawl = runs.start(filled, HERE, PORTAL)
    runs.finish(filled, crawl, Verdict.BROKEN, {"new": 1, "complete": 1})
    rescue = runs.start(filled, HERE, PORTAL, RunKind.RESCUE)
    runs.finish(filled, rescue, Rescued.OK, {"new": 7, "complete": 1})
    under_way = runs.start(filled, HERE, PORTAL, RunKind.RESCUE)
    with filled.reading() as connection:
        assert [run.id for run in statistics.last_runs(connection)] == [crawl]
        assert statistics.last_healthy(connection) == {}
        assert statistics.last_walks(connection)[HERE, PORTAL]["new"] == 1
        assert census.last_runs(connection)[HERE, PORTAL].verdict == Verdict.BROKEN
    assert [run.id for run in nights.latest(filled)] == [crawl]
    assert [run.id for run in runs.listed(filled, kind=RunKind.CRAWL)] == [crawl]
    everything = runs.listed(filled)
    assert [(run.id, run.kind) for run in everything] == [
        (under_way, "rescue"), (rescue, "rescue"), (crawl, "crawl")
    ]  # fmt: skip
    assert runs.first_started(filled, HERE, PORTAL) == everything[-1].started_at
    other = runs.start(filled, THERE, OTHER, RunKind.RESCUE)
    runs.finish(filled, other, Rescued.PARTIAL, {})
    assert runs.first_started(filled, THERE, OTHER) is None
    assert THERE not in nights.seconds(filled)


@pytest.mark.parametrize("verdict", sorted(Verdict))
def test_a_portal_was_last_healthy_when_a_run_needed_nobody(filled: Database, verdict: Verdict) -> None:
    run = runs.start(filled, HERE, PORTAL)
    runs.finish(filled, run, verdict, {})
    with filled.reading() as connection:
        healthy = statistics.last_healthy(connection)
    assert ((HERE, PORTAL) in healthy) == (verdict in {"ok", "quiet", "frozen"})


def test_an_empty_archive_has_no_figures(db: Database) -> None:
    with db.reading() as connection:
        assert statistics.places(connection) == []
        assert statistics.clusters(connection) == []
        assert statistics.growth(connection) == []
