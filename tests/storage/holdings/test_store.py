"""Holdings: each capture once, with the place where its list goes on; states that a kill cannot tear."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from storage.database import Database
from storage.holdings import figures, store
from storage.holdings.records import Row, State
from storage.holdings.store import Progress
from tests.storage.making import PORTAL, article, keep, rows

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LIST = ("wayback", "doluong.nghean.gov.vn", "")


def row(stamp: str, url: str = f"{PORTAL}/tin-1", source: str = "wayback", **more: object) -> Row:
    return Row(source, url, "u1", stamp, **({"mime": "text/html", "status": 200, "digest": "A"} | more))  # type: ignore[arg-type]


def add(db: Database, *found: Row, resume: str | None = None) -> int:
    told = Progress(resume=resume, began_at=NOW, until_at=None if resume else NOW, lines=len(found))
    return store.add(db, "nghe-an.do-luong", PORTAL, found, {LIST: told})


def test_rows_and_the_key_that_leads_on_are_kept_together(db: Database) -> None:
    assert store.progress(db, *LIST) is None
    assert add(db, row("20210101000000"), row("20210101000000"), row("20220101000000"), resume="k+1") == 2
    assert add(db, row("20220101000000"), resume=None) == 0
    told = store.progress(db, *LIST)
    assert told is not None
    assert (told.resume, told.until_at, told.lines) == (None, NOW, 1)
    assert store.parts(db, "wayback", [LIST[1]]) == {(LIST[1], "")}


def test_what_became_of_a_capture_stays_when_it_is_listed_again(db: Database) -> None:
    one = row("20210101000000")
    add(db, one)
    db.transaction(lambda connection: store.ended(connection, one.source, one.key, State.HELD))
    add(db, one)
    (held,) = store.held(db, PORTAL)
    assert (held.state, held.tries, held.row.stamp) == (State.HELD, 1, one.stamp)
    store.set_states(db, {held.id: State.SIGHTING})
    assert store.held(db, PORTAL)[0].state is State.SIGHTING


def test_whether_captures_wait_and_the_latest_one_are_told_by_archive(db: Database) -> None:
    assert (store.waiting(db, PORTAL, "wayback"), store.newest(db, PORTAL, "wayback")) == (False, "")
    add(db, row("20220101000000"), row("20210101000000"), row("20230101000000", source="commoncrawl"))
    assert store.newest(db, PORTAL, "wayback") == "20220101000000"
    assert store.newest(db, "http://another.invalid", "wayback") == ""
    states = {one.id: State.HELD for one in store.held(db, PORTAL) if one.row.source == "wayback"}
    assert store.waiting(db, PORTAL, "wayback")
    store.set_states(db, states)
    assert not store.waiting(db, PORTAL, "wayback")
    assert store.waiting(db, PORTAL, "commoncrawl")
    assert not store.waiting(db, "http://another.invalid", "commoncrawl")


def test_captures_are_counted_by_archive_and_year(db: Database) -> None:
    add(db, row("20210101000000"), row("20210201000000", status=404), row("20220101000000"))
    add(db, row("20220101000000", source="commoncrawl"))
    first, gone, *_ = store.held(db, PORTAL)
    store.set_states(db, {first.id: State.HELD, gone.id: State.GONE})
    with db.reading() as connection:
        ((district, portal, years),) = figures.years(connection)
        assert [*figures.years(connection, ["other"])] == []
    assert (district, portal) == ("nghe-an.do-luong", PORTAL)
    assert [(one.source, one.year, one.held, one.missing) for one in years] == [
        ("commoncrawl", "2022", 0, 1), ("wayback", "2021", 1, 0), ("wayback", "2022", 0, 1),
    ]  # fmt: skip
    assert figures.together([*years, *years])[1].held == 2


def test_an_archive_that_asked_for_rest_is_left_alone_until_then(db: Database) -> None:
    assert store.paused(db, "archive.test", NOW) is None
    store.pause(db, "archive.test", NOW + timedelta(hours=1), 3600, "it refuses connections")
    store.pause(db, "archive.test", NOW + timedelta(hours=2), 7200, "again")
    assert store.paused(db, "archive.test", NOW) == (NOW + timedelta(hours=2), 7200, "again")
    assert store.paused(db, "archive.test", NOW + timedelta(days=2)) is None


def test_sightings_move_the_first_day_back_only(db: Database) -> None:
    keep(db, [article()])
    key = article().id
    db.transaction(lambda c: store.note_earlier(c, {key: datetime(2020, 5, 1, tzinfo=UTC)}))
    db.transaction(lambda c: store.note_earlier(c, {key: datetime(2021, 5, 1, tzinfo=UTC)}))
    assert str(rows(db, "SELECT first_seen_at FROM articles")[0][0]).startswith("2020-05-01")


def test_the_articles_of_a_dead_portal_are_gone_unless_seen_later(db: Database) -> None:
    keep(db, [article(), article("tin-2", hours=48)])
    end = article(hours=24).fetched_at
    assert store.end_portal(db, PORTAL, end) == 1
    assert rows(db, "SELECT url, status FROM articles ORDER BY url") == [
        (f"{PORTAL}/tin-1", "gone"), (f"{PORTAL}/tin-2", "live"),
    ]  # fmt: skip
