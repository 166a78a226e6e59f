"""The history of checks: kept in order, each with the state before it; on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from storage.database import Database
from storage.runs import states
from storage.runs.states import CheckRecord

WHEN = datetime(2026, 11, 20, 3, tzinfo=UTC)


def look(state: str, portal: str = "https://a.vn", **values: Any) -> CheckRecord:
    given = {"district_id": "x.y", "checked_at": WHEN, "sure": "certain", "evidence": "seen"} | values
    return CheckRecord(portal=portal, state=state, **given)


def test_a_look_knows_the_state_before_it(db: Database) -> None:
    (first,) = states.keep(db, [look("lives")])
    assert (first.previous, first.changed) == (None, False)
    same, other = states.keep(db, [look("lives"), look("no_name", "https://b.vn")])
    assert (same.previous, same.changed, other.previous) == ("lives", False, None)
    (moved,) = states.keep(db, [look("moved", target="https://c.vn")])
    assert (moved.previous, moved.changed) == ("lives", True)


def test_history_is_newest_first_and_keeps_all_that_was_seen(db: Database) -> None:
    answers = [{"url": "https://a.vn/", "status": 200, "warc_file": "check.warc.gz", "warc_offset": 7}]
    states.keep(
        db, [look("frozen", newest=date(2025, 6, 30), answers=answers, requests=2, address="1.2.3.4")]
    )
    states.keep(db, [look("hijacked"), look("lives", "https://z.vn", district_id="x.z")])
    found = states.history(db, "x.y")
    assert [one.state for one in found] == ["hijacked", "frozen"]
    assert (found[1].newest, found[1].answers, found[1].checked_at) == (date(2025, 6, 30), answers, WHEN)
    assert len(states.history(db, limit=2)) == 2


def test_the_last_look_at_each_portal(db: Database) -> None:
    states.keep(db, [look("lives"), look("error", "https://b.vn", district_id="x.z")])
    states.keep(db, [look("frozen")])
    with db.reading() as connection:
        every = states.latest(connection)
        some = states.latest(connection, {"x.z"})
    assert {key: one.state for key, one in every.items()} == {
        ("x.y", "https://a.vn"): "frozen",
        ("x.z", "https://b.vn"): "error",
    }
    assert list(some) == [("x.z", "https://b.vn")]
