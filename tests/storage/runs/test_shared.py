"""A night that many machines share: who gets which districts, also when a machine stops answering."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Interval, func, literal, select, update

from storage.database import Database, open_database
from storage.language.messages import Message
from storage.runs import runs, shared
from storage.runs.shared import Differs, Machine, Over, Place, Unit
from storage.schema import NightDistrict, NightMachine, Run, SharedNight
from tests import postgres

pytestmark = pytest.mark.xdist_group("postgresql")

A, B, C = (Machine(f"{host}:/data", host, 100) for host in ("may-a", "may-b", "may-c"))
UNITS = [Unit(("t.one",), 60.0), Unit(("t.four", "t.three", "t.two"), 300.0), Unit(("t.five",), 1e9)]


@pytest.fixture
def db(postgres_server: str, postgres_template: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    name = f"shared_{abs(hash(request.node.name)) % 10**8}"
    url = postgres.new_database(postgres_server, name, postgres_template)
    database = open_database(url, retry_seconds=5)
    yield database
    database.close()
    postgres.drop_database(postgres_server, name)


def joined(db: Database, who: Machine, selection: str = "all", districts: str = "d1") -> Place:
    place = shared.join(db, who, selection, districts, lambda: UNITS)
    assert isinstance(place, Place)
    return place


def pass_time(db: Database, place: Place, *, minutes: float = 0, hours: float = 0) -> None:
    """Makes the machine's last sign, its night's opening and what rests so much older."""
    past: Any = literal(timedelta(minutes=minutes, hours=hours), Interval())
    with db.engine.begin() as connection:
        mine = NightMachine.id == place.machine
        connection.execute(
            update(NightMachine).where(mine).values(seen_at=NightMachine.seen_at.op("-")(past))
        )
        connection.execute(update(SharedNight).values(opened_at=SharedNight.opened_at.op("-")(past)))
        connection.execute(update(NightDistrict).values(free_at=NightDistrict.free_at.op("-")(past)))


def finish(db: Database, place: Place) -> None:
    while ids := shared.claim(db, place):
        for one in ids:
            shared.done(db, place, one, {"runs": []})
    shared.leave(db, place, None, [])


def test_each_unit_goes_to_one_machine_the_longest_first(db: Database) -> None:
    a, b = joined(db, A), joined(db, B)
    assert a.night == b.night
    assert shared.claim(db, a) == ["t.five"]
    assert sorted(shared.claim(db, b)) == ["t.four", "t.three", "t.two"]
    assert shared.claim(db, a) == ["t.one"]
    assert shared.claim(db, a) == shared.claim(db, b) == []
    assert (shared.waiting(db, a), shared.waiting(db, b)) == (3, 2)


def test_a_machine_that_stops_answering_loses_what_it_has_not_done(db: Database) -> None:
    a, b = joined(db, A), joined(db, B)
    shared.claim(db, a)
    assert len(shared.claim(db, a)) == 3
    shared.done(db, a, "t.two", {"runs": []})
    run = _begun(db, "t.three", "may-a")
    beside = _begun(db, "t.three", "may-c")
    pass_time(db, a, minutes=0.9)
    assert shared.claim(db, b) == ["t.one"]
    pass_time(db, a, minutes=0.2)
    assert shared.claim(db, b) == ["t.five"]
    assert sorted(shared.claim(db, b)) == ["t.four", "t.three"]
    found = {one.id: one for one in runs.listed(db)}
    assert (found[run].verdict, found[beside].verdict) == ("died", None)
    assert "may-a stopped answering" in found[run].evidence[0]
    assert isinstance(found[run].evidence[0], Message), "it is shown in the reader's language"
    assert [(seat.host, seat.lost) for seat in shared.seats(db, a)] == [("may-a", True), ("may-b", False)]


def test_a_machine_that_shows_that_it_lives_keeps_its_districts(db: Database) -> None:
    a, b = joined(db, A), joined(db, B)
    while shared.claim(db, a):
        pass
    pass_time(db, a, minutes=10)
    shared.beat(db, a)
    assert shared.claim(db, b) == []


def test_a_machine_that_ends_early_frees_its_districts_at_once_and_without_a_try(db: Database) -> None:
    a = joined(db, A)
    for _ in range(shared.TRIES + 2):
        assert shared.claim(db, a) == ["t.five"]
        shared.leave(db, a, "only 10 MB are free", ["a notice"])
        a = joined(db, A)
    assert shared.seats(db, a)[0].stopped == "only 10 MB are free"
    assert shared.seats(db, a)[0].notices == ("a notice",)


def test_a_district_that_could_not_begin_rests_and_is_given_up_in_the_end(db: Database) -> None:
    a = joined(db, A)
    for _ in range(shared.TRIES - 1):
        assert shared.claim(db, a) == ["t.five"]
        assert shared.put_back(db, a, "t.five")
        assert "t.five" not in shared.claim(db, a)
        shared.leave(db, a, None, [])
        a = joined(db, A)
        pass_time(db, a, minutes=0.6)
        shared.beat(db, a)
    assert shared.claim(db, a) == ["t.five"]
    assert not shared.put_back(db, a, "t.five")


def test_a_district_that_machine_after_machine_is_lost_with_is_left_to_the_next_night(db: Database) -> None:
    for _ in range(shared.TRIES):
        place = joined(db, A)
        assert shared.claim(db, place) == ["t.five"]
        pass_time(db, place, minutes=2)
    last = joined(db, B)
    assert shared.claim(db, last) == []
    assert len(shared.claim(db, last)) == 3
    given_up = dict(shared.results(db, last))["t.five"]
    assert given_up is not None
    assert "5 machines stopped" in given_up["words"]


def test_what_a_machine_reports_after_it_lost_a_district_changes_nothing(db: Database) -> None:
    a, b = joined(db, A), joined(db, B)
    shared.claim(db, a)
    pass_time(db, a, minutes=2)
    assert shared.claim(db, b) == ["t.five"]
    shared.done(db, b, "t.five", {"runs": [7]})
    shared.done(db, a, "t.five", {"runs": [8]})
    assert dict(shared.results(db, a))["t.five"] == {"runs": [7]}


def test_the_last_machine_closes_the_night_and_one_that_comes_later_is_late(db: Database) -> None:
    a, b = joined(db, A), joined(db, B)
    finish(db, a)
    assert not shared.close(db, a, A.name)
    finish(db, b)
    assert shared.close(db, b, B.name)
    assert not shared.close(db, a, A.name)
    late = shared.join(db, C, "all", "d1", lambda: UNITS)
    assert isinstance(late, Over)
    assert late.closed_by == "may-b"
    assert joined(db, A).night != a.night, "a machine that took part begins the next night"


def test_the_next_evening_begins_a_new_night_for_everybody(db: Database) -> None:
    a = joined(db, A)
    finish(db, a)
    shared.close(db, a, A.name)
    pass_time(db, a, hours=20)
    assert joined(db, C).night != a.night


def test_a_night_whose_machines_all_died_is_taken_up_and_an_old_one_told_and_closed(db: Database) -> None:
    a = joined(db, A)
    shared.claim(db, a)
    pass_time(db, a, minutes=30)
    b = joined(db, B)
    assert (b.night, b.left) == (a.night, None)
    assert shared.claim(db, b) == ["t.five"]
    pass_time(db, b, hours=20)
    c = joined(db, C)
    assert c.night != a.night
    assert c.left is not None
    assert c.left[1] == ("may-a", "may-b")


def test_another_selection_is_another_night_and_another_registry_is_refused(db: Database) -> None:
    a = joined(db, A)
    assert joined(db, B, "nghe-an").night != a.night
    differs = shared.join(db, C, "all", "d2", lambda: UNITS)
    assert isinstance(differs, Differs)
    assert differs.host == "may-a"
    with db.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(SharedNight)) == 2


def _begun(db: Database, district: str, host: str) -> int:
    id_ = runs.start(db, district, f"https://{district}.vn")
    with db.engine.begin() as connection:
        connection.execute(update(Run).where(Run.id == id_).values(host=host))
    return id_
