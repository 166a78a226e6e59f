"""Why a portal has the articles of a month that it has, from planted facts of each kind.

On SQLite; test_quality.py asks both databases for the same figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from storage.coverage import months as rules
from storage.database import Database, open_database
from storage.records import DistrictRecord, PortalRecord
from storage.warc.provenance import WAYBACK
from tests.storage.coverage.planting import DISTRICT, LEFT, WHOLE, elsewhere, months, plant, states
from tests.storage.making import PORTAL

OTHER = "https://doluong.gov.vn"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """An empty archive."""
    database = open_database(f"sqlite:///{tmp_path / 'archive.db'}")
    yield database
    database.close()


def test_a_whole_walk_shows_what_is_silent(db: Database) -> None:
    plant(db, ["2026-01-05", "2026-01-31", "2026-03-07", "2026-03"], [("2026-06-10", "ok", WHOLE)])
    elsewhere(db, "20251102000000")
    found = months(db)
    assert states(db) == {
        "2025-11": "not_crawled older",  # the listings begin in January
        "2025-12": "not_crawled older",
        "2026-01": "covered +",
        "2026-02": "silent +",
        "2026-03": "covered +",
        "2026-04": "silent +",
        "2026-05": "silent +",
        "2026-06": "silent",  # not over when it was looked at
    }
    assert found["2026-01"][6:11] == (2, 0, 0, "2026-01-05", "2026-01-31")
    assert (found["2026-03"].articles, found["2026-03"].first_day) == (2, "2026-03-07")
    assert (found["2026-06"].runs, found["2025-11"].elsewhere) == (1, 1)


def test_before_the_first_trace_is_before_the_start(db: Database) -> None:
    plant(db, ["2026-03-05"], [("2026-05-20", "ok", WHOLE)])
    plant(db, ["2026-01-05"], [("2026-05-20", "ok", WHOLE)], portal=OTHER)
    assert list(states(db).values())[:3] == ["before_start +", "before_start +", "covered +"]
    assert states(db, OTHER)["2026-01"] == "covered +"


@pytest.mark.parametrize(
    ("run", "reason"),
    [
        (("2026-05-20", "degraded", LEFT), "unfinished"),  # a section was cut by the night's budget
        (("2026-05-20", "ok", {"new": 5, "unfinished": 1}), "unfinished"),  # --limit
        (("2026-05-20", "degraded", {"complete": 1, "unwalked": 3}), "unfinished"),  # sections left out
        (("2026-05-20", "broken", {"unfinished": 1}), "unfinished"),
        (("2026-05-20", "died", {}), "unfinished"),
        (("2026-05-20", "quiet", {}), "unfinished"),  # a night, and no walk to the end before it
    ],
)
def test_an_unfinished_walk_makes_no_month_silent(
    db: Database, run: tuple[str, str, dict[str, int]], reason: str
) -> None:
    plant(db, ["2026-01-05", "2026-03-05"], [run])
    elsewhere(db, "20251202000000")
    assert states(db) == {
        "2025-12": f"not_crawled {reason}",
        "2026-01": "covered",
        "2026-02": f"not_crawled {reason}",
        "2026-03": "covered",
        "2026-04": f"not_crawled {reason}",
        "2026-05": f"not_crawled {reason}",
    }


def test_a_portal_that_nobody_crawled(db: Database) -> None:
    plant(db, runs=[("2026-03-01", "ok", WHOLE)], portal=OTHER)
    plant(db)
    elsewhere(db, "20260115000000")
    assert set(states(db).values()) == {"not_crawled never"}


def test_articles_from_another_archive_are_no_look_at_the_portal(db: Database) -> None:
    plant(db, ["2026-01-05", "2026-03-05"], via=WAYBACK)
    plant(db, ["2026-04-05"], [("2026-06-10", "ok", WHOLE)], portal=OTHER)
    assert list(states(db).values()) == [
        "covered",
        *["not_crawled never"],
        "covered",
        *["not_crawled never"] * 3,
    ]


def test_a_walk_reaches_back_only_to_what_the_portal_still_shows(db: Database) -> None:
    """It was moved to a new system in April; older articles come from another archive."""
    plant(db, ["2026-01-05"], via=WAYBACK)
    plant(db, ["2026-04-05"], [("2026-06-10", "ok", WHOLE)])
    assert list(states(db).values()) == [
        "covered", "not_crawled older", "not_crawled older", "covered +", "silent +", "silent",
    ]  # fmt: skip


def test_nights_without_an_answer(db: Database) -> None:
    nights = [
        ("2026-01-15", "ok", WHOLE),
        ("2026-02-03", "unreachable", {}),
        ("2026-02-20", "unreachable", {}),
        ("2026-03-02", "unreachable", {}),
        ("2026-03-03", "quiet", {}),
        ("2026-04-03", "unreachable", {}),
        ("2026-05-03", "unreachable", {}),
        ("2026-05-04", "broken", {"unfinished": 1}),
        ("2026-06-04", "died", {}),
    ]
    plant(db, ["2026-01-05"], nights)
    assert states(db) == {
        "2026-01": "covered +",
        "2026-02": "unreachable +",  # a later look found nothing of it
        "2026-03": "silent",
        "2026-04": "unreachable",
        "2026-05": "not_crawled behind",  # it answered, and could not be read
        "2026-06": "not_crawled behind",
    }
    assert (months(db)["2026-02"].runs, months(db)["2026-02"].unanswered) == (2, 2)


def test_a_portal_that_came_back_with_articles_of_its_absence(db: Database) -> None:
    nights = [
        ("2026-01-15", "ok", WHOLE),
        ("2026-02-03", "unreachable", {}),
        ("2026-03-03", "ok", {"new": 1}),
    ]
    plant(db, ["2026-01-05", "2026-02-10"], nights)
    assert states(db)["2026-02"] == "covered +"


def test_a_night_that_left_something_unread_catches_up_with_nothing(db: Database) -> None:
    nights = [("2026-01-31", "ok", WHOLE), ("2026-03-10", "ok", LEFT), ("2026-04-10", "degraded", LEFT)]
    plant(db, ["2026-01-05", "2026-03-05"], nights)
    assert list(states(db).values()) == ["covered", "not_crawled behind", "covered", "not_crawled behind"]


def test_after_the_last_day_of_the_registry(db: Database) -> None:
    until = date(2026, 2, 14)
    plant(db, ["2026-01-05", "2026-02-14"], [("2026-02-20", "ok", WHOLE)], until)
    plant(db, runs=[("2026-05-20", "ok", WHOLE)], portal=OTHER, until=date(2026, 3, 31))
    assert list(states(db).values()) == ["covered +", "covered +", *["after_until +"] * 3]
    plant(db, ["2026-04-01"], until=until)  # what is held is said, whatever the registry says
    assert states(db)["2026-04"] == "covered"


def test_events_and_years_are_no_months_of_publication(db: Database) -> None:
    plant(db, ["2025-11-05", "2026-03-01", "2026-03-02"], [("2026-06-10", "ok", WHOLE)])
    plant(db, ["2026-01-20"], published_is_event=True)
    plant(db, ["2025"], crawled="2026-06-02")
    found = states(db)
    assert found["2026-01"] == "silent +" and months(db)["2026-01"].events == 1
    assert found["2025-12"] == "covered +" and months(db)["2025-12"][6:8] == (0, 1)
    assert min(found) == "2025-01"


@pytest.mark.parametrize("vague", [{}, {"published_is_event": True}])
def test_gaps_of_a_portal_without_dates_say_nothing(db: Database, vague: dict[str, bool]) -> None:
    dates = ["2026-02-05", "2026-02-06"] if vague else [None, None]
    plant(db, ["2026-01-05", "2026-04-05"], [("2026-06-10", "ok", WHOLE)])
    plant(db, dates, crawled="2026-06-02", **vague)
    assert list(states(db).values()) == [
        "covered", "not_crawled undated", "not_crawled undated", "covered", *["not_crawled undated"] * 2,
    ]  # fmt: skip


def test_dates_that_cannot_be_do_not_stretch_the_table(db: Database) -> None:
    plant(db, ["1945-09-02", "2026-03-05", "2030-01-01"], [("2026-04-10", "ok", WHOLE)])
    assert list(states(db)) == ["2026-03", "2026-04"]


def test_a_month_is_one_of_vietnam(db: Database) -> None:
    """18:30 in Greenwich on the last day of a month is the first of the next in Viet Nam."""
    plant(db, ["2026-01-05"], [("2026-01-31", "ok", WHOLE)])
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE runs SET started_at = '2026-01-31 18:30:00+00:00'")
    assert list(states(db)) == ["2026-01", "2026-02"]
    assert (months(db)["2026-01"].runs, months(db)["2026-02"].runs) == (0, 1)


def test_portals_of_the_registry_that_the_archive_does_not_know(db: Database) -> None:
    plant(db, ["2026-01-05"], [("2026-02-10", "ok", WHOLE)])
    more = DistrictRecord(
        "ha-tinh.ky-anh", "Kỳ Anh", "huyện", "447", "Hà Tĩnh", (PortalRecord(OTHER, "vnpt"),)
    )
    with db.reading() as connection:
        rows = list(rules.coverage(connection, registered=[more]))
        here = list(rules.coverage(connection, [DISTRICT], [more]))
        assert list(rules.coverage(connection, ["a.b"])) == []
    assert [(row.portal, row.month) for row in rows] == [
        (OTHER, "2026-01"), (OTHER, "2026-02"), (PORTAL, "2026-01"), (PORTAL, "2026-02"),
    ]  # fmt: skip
    assert {row.reason for row in rows[:2]} == {"never"}
    assert here == rows[2:]


def test_an_archive_without_anything_has_no_months(db: Database) -> None:
    assert months(db) == {}
