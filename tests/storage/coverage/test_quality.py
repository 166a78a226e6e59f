"""How well the articles of a portal read and were crawled; and all of coverage on both databases."""

from __future__ import annotations

from datetime import date

from storage.coverage.quality import quality
from storage.database import Database
from storage.records import DistrictRecord, PortalRecord
from storage.runs.states import CheckRecord
from storage.runs.states import keep as keep_checks
from storage.warc.provenance import WAYBACK
from tests.storage.coverage.planting import DISTRICT, LEFT, WHOLE, elsewhere, months, noon, plant, states
from tests.storage.making import PORTAL

OTHER, DEAD, EMPTY = "https://doluong.gov.vn", "https://cu.doluong.gov.vn", "https://moi.doluong.gov.vn"
NIGHTS = [
    ("2026-03-01", "ok", {**LEFT, "failed": 1, "listing": 4, "blocked": 90}),
    ("2026-04-01", "degraded", {**WHOLE, "named": 9, "held": 8, "listing": 4, "failed": 1}),
    ("2026-05-01", "unreachable", {"failed": 5, "unfinished": 1}),
]


def test_the_figures_of_each_portal(db: Database) -> None:
    plant(db, ["2026-01-05", "2026-01-06", "2026-02", "2026"], NIGHTS)
    plant(db, [None], flags=("doubtful", "short", "undated"), crawled="2026-06-02")
    twice = {"title": "Một", "body": ("Hai.",), "exact": "a" * 16}
    events = ["2026-02-07", "2026-02-08"]
    plant(db, events, published_is_event=True, crawled="2026-06-03", suffix="e", **twice)
    plant(db, ["2024-01-05"], via=WAYBACK, portal=OTHER, flags=("captions_only",))
    unknown = DistrictRecord("a.c", "C", "huyện", "1", "D", (PortalRecord(EMPTY, "vnpt"),))
    with db.reading() as connection:
        rows = list(quality(connection, registered=[unknown]))
        assert list(quality(connection, [DISTRICT], [unknown])) == rows[1:]
    assert [row.portal for row in rows] == [EMPTY, OTHER, PORTAL]
    empty, other, here = (row._asdict() for row in rows)
    shares = {name.removesuffix("_share"): share for name, share in here.items() if name.endswith("_share")}
    assert {name: share for name, share in shares.items() if share} == {
        "day": 0.2857, "month": 0.1429, "year": 0.1429, "undated": 0.1429, "event": 0.2857,
        "doubtful": 0.1429, "short": 0.1429, "exact": 0.1429, "failed": 0.28,
    }  # fmt: skip
    kinds = ("minute", "day", "month", "year", "undated", "event")
    assert round(sum(shares[kind] for kind in kinds), 3) == 1
    names = ("articles", "runs", "unreachable_runs", "complete_runs", "named", "held")
    assert [here[name] for name in names] == [7, 3, 1, 1, 9, 8]
    assert (here["last_complete_at"], here["asked"]) == (noon("2026-04-01"), 25)
    assert (other["rescued_share"], other["captions_only_share"], other["runs"]) == (1.0, 1.0, 0)
    assert (empty["articles"], empty["undated_share"], empty["failed_share"]) == (0, None, None)


def test_both_databases_tell_the_same_of_every_kind_of_portal(db: Database) -> None:
    plant(db, ["2026-02-05", "2026-02-06", "2026-02-07", "2025"], NIGHTS)
    plant(db, ["2026-03-03"], published_is_event=True, crawled="2026-06-03", suffix="e")
    elsewhere(db, "20241101000000", "20241130000000")
    elsewhere(db, "20240131000000", status=404)
    plant(db, ["2026-03-05"], via=WAYBACK, portal=OTHER)
    plant(db, portal=DEAD, until=date(2026, 3, 9))
    plant(db, portal=EMPTY)
    keep_checks(db, [CheckRecord(DISTRICT, EMPTY, noon("2026-04-02"), "no_name", "certain", "no address")])
    assert states(db) == {
        "2024-11": "not_crawled older", "2024-12": "not_crawled older",
        **{f"2025-{month:02}": "covered +" for month in range(1, 13)},
        "2026-01": "silent +", "2026-02": "covered +", "2026-03": "silent +", "2026-04": "silent",
        "2026-05": "unreachable",
    }  # fmt: skip
    never = "not_crawled never"
    assert list(states(db, OTHER).values())[-4:] == [never, "covered", never, never]
    assert list(states(db, DEAD).values())[-4:] == [never, never, "after_until +", "after_until +"]
    assert list(states(db, EMPTY).values())[-4:] == [never, never, "unreachable", never]
    found = months(db)
    assert [found[month].elsewhere for month in ("2024-11", "2024-12")] == [2, 0]
    assert found["2026-03"][5:] == (True, 0, 0, 1, None, None, 1, 0, 0, 0, 0)
    assert found["2026-05"][5:] == (False, 0, 0, 0, None, None, 1, 0, 1, 0, 0)
