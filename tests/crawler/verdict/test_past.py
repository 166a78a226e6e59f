"""What earlier runs mean for tonight."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from crawler.verdict.past import NIGHTLY, is_deep, past_of, tonight
from storage.runs.records import RunRecord

NOW = datetime(2026, 3, 20, 18, tzinfo=UTC)


def run(days: int, listings: dict[str, dict[str, int]] | None = None, **changes: Any) -> RunRecord:
    """A quiet run of `days` ago."""
    ended = NOW - timedelta(days=days)
    plain = RunRecord(100 - days, "a.b", "http://a.vn", ended, ended, "quiet", counts={"listing": 3})
    return replace(plain, listings=listings or {}, **changes)


def whole(days: int, listings: dict[str, dict[str, int]]) -> RunRecord:
    return run(days, listings, verdict="ok", counts={"new": 90, "complete": 1})


def test_a_walk_is_deep_at_first_and_again_after_a_month() -> None:
    assert is_deep([], NOW)
    assert is_deep([run(1), run(2, finished_at=None)], NOW)
    assert not is_deep([run(1), whole(29, {})], NOW)
    assert is_deep([run(1), whole(30, {})], NOW)


def test_a_night_asks_the_listings_that_led_to_articles_of_their_own() -> None:
    pages = {f"/{n}": {"links": 9, "new": 0, "own": n % 2} for n in range(8)}
    assert (tonight([run(1), whole(2, pages)]) or set()) == {"/1", "/3", "/5", "/7"}
    assert tonight([run(1)]) is None


def test_of_many_listings_the_lively_are_asked_each_night_and_the_others_in_turn() -> None:
    pages = {f"/{n:02}": {"links": 9, "new": 5, "own": 5} for n in range(30)}
    earlier = [whole(0, pages)]
    asked: list[frozenset[str]] = []
    for night in range(1, 9):
        chosen = tonight(earlier)
        assert chosen is not None
        assert len(chosen) == NIGHTLY
        asked.append(chosen)
        news = {url: {"links": 9, "new": int(url in ("/03", "/07")), "own": 1} for url in chosen}
        earlier.insert(0, run(-night, news))
    assert set().union(*asked) == pages.keys()
    first = next(n for n, chosen in enumerate(asked) if "/03" in chosen)
    assert all("/03" in chosen for chosen in asked[first:])


def test_the_past_leaves_out_what_tells_nothing() -> None:
    runs = [run(1, verdict="broken"), run(2, verdict=None, finished_at=None), run(3), run(4, verdict="died")]
    past = past_of(runs, [date(2026, 3, 1)], date(2026, 3, 20), NOW - timedelta(hours=1, days=40), None)
    assert [r.id for r in past.runs] == [97]
    assert [r.id for r in past.recent] == [99, 97]
    assert past.since == date(2026, 2, 8 + 1)  # 0 o'clock in Vietnam is 17 o'clock UTC
