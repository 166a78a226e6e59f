"""The schedule of revisits thins out with age."""

from datetime import UTC, datetime, timedelta

from crawler.discover.lastmod import Span
from crawler.discover.revisits import LAST, due

FIRST = datetime(2024, 1, 1, 2, tzinfo=UTC)


def nights_looked_at(nights: int) -> list[int]:
    """The nights after the first on which a nightly run looks at an article again."""
    seen, looked = FIRST, []
    for night in range(1, nights + 1):
        now = FIRST + timedelta(days=night)
        if due(FIRST, seen, now):
            looked.append(night)
            seen = now
    return looked


def test_a_young_article_is_looked_at_often_and_an_old_one_rarely() -> None:
    assert nights_looked_at(60) == [1, 2, 3, 5, 8, 12, 18, 27, 41]


def test_an_article_beyond_its_last_revisit_is_never_due() -> None:
    assert not due(FIRST, FIRST, FIRST + LAST + timedelta(days=1))


def test_a_second_run_in_the_same_night_revisits_nothing() -> None:
    assert not due(FIRST, FIRST, FIRST + timedelta(hours=3))


def test_a_change_that_is_announced_is_due_at_once_and_none_spares_the_revisit() -> None:
    seen, now = FIRST + timedelta(days=3), FIRST + timedelta(days=500)
    day = timedelta(days=1)
    assert due(FIRST, seen, seen + timedelta(hours=1), Span(seen + timedelta(seconds=1), seen + day))
    assert due(FIRST, seen, now, Span(now - 2 * day, now - day)), "even where none is due any more"
    assert due(FIRST, seen, seen + 2 * day)
    assert not due(FIRST, seen, seen + 2 * day, Span(seen - day, seen))


def test_a_day_too_coarse_to_tell_leaves_it_to_the_schedule() -> None:
    seen = FIRST + timedelta(days=3)
    today = Span(seen - timedelta(hours=3), seen + timedelta(hours=21))
    assert due(FIRST, seen, seen + timedelta(days=2), today)
    assert not due(FIRST, seen, seen + timedelta(hours=2), today)
