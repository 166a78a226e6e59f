"""How a selection is spread over time, the same on both databases."""

from __future__ import annotations

import pytest

from storage.database import Database
from storage.search.selection import Filters
from storage.serve import trends
from storage.serve.browse import Selection, chosen
from tests.storage.making import article, keep

pytestmark = pytest.mark.slow  # PostgreSQL


def test_articles_are_counted_by_period_precision_and_copy(db: Database) -> None:
    dates = (
        ("2023-10-26T08:00:00+07:00", "minute"), ("2023-10-27", "day"), ("2023-10", "month"),
        ("2023", "year"), ("2024-01-02", "day"), (None, "none"),
    )  # fmt: skip
    articles = [
        article(f"bai-{n}", n, published_at=day, published_precision=precision)
        for n, (day, precision) in enumerate(dates)
    ]
    copied = article("chep", 9, published_at="2024-02-01", published_precision="day", exact=articles[1].exact)
    event = article(
        "su-kien", 10, published_at="2024-03-05", published_precision="day", published_is_event=True
    )
    keep(db, [*articles, copied])
    with db.reading() as connection:
        everything = chosen(connection, db, Selection())
        months = trends.months(trends.by_period(connection, everything))
        assert months == {"2023-10": 3, "2024-01": 1, "2024-02": 1}
        assert trends.by_precision(connection, everything) == {
            "minute": {"2023": 1}, "day": {"2023": 1, "2024": 2}, "month": {"2023": 1}, "year": {"2023": 1},
        }  # fmt: skip
        assert trends.by_copies(connection, everything) == {
            "original": {"2023": 4, "2024": 1}, "exact": {"2024": 1}, "near": {},
        }  # fmt: skip
        late = chosen(connection, db, Selection(Filters(since="2024")))
        assert trends.months(trends.by_period(connection, late)) == {"2024-01": 1, "2024-02": 1}
    keep(db, [event])
    with db.reading() as connection:
        everything = chosen(connection, db, Selection())
        assert trends.events_by_period(connection, everything) == {"2024-03": 1}
        early = chosen(connection, db, Selection(Filters(until="2023")))
        assert trends.events_by_period(connection, early) == {}
