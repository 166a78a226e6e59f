"""The days on which a portal published."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from storage.database import Database
from storage.records import ArticleRecord
from storage.runs.rhythm import article_days
from tests.storage.making import keep

PORTAL = "https://a.gov.vn"
TODAY = date(2026, 3, 20)
SEEN = datetime(2026, 3, 1, 18, tzinfo=UTC)  # the 2nd in Vietnam


def _record(number: int, published: str | None, seen: datetime = SEEN, portal: str = PORTAL) -> ArticleRecord:
    return ArticleRecord(
        url=f"{portal}/{number}", district_id="a.b", portal=portal, fetched_at=seen, title=f"Bài {number}",
        published_at=published,
    )  # fmt: skip


def test_days_of_publication_newest_first_without_the_future(db: Database) -> None:
    published = [
        "2026-03-20",
        "2026-03-18T09:00:00+07:00",
        "2026-03-18",
        "2026-03-10",
        "2026-02-01",
        "2026-01-05",
    ]
    others = ["2026-03-21", "2030", "2026-03", "2019", None]
    records = [_record(n, text) for n, text in enumerate([*published, *others])]
    keep(db, [*records, _record(99, "2026-03-19", portal="https://b.gov.vn")])
    days = ["2026-03-20", "2026-03-18", "2026-03-10", "2026-02-01", "2026-01-05"]
    assert [str(day) for day in article_days(db, "a.b", PORTAL, TODAY)] == days
    assert [str(day) for day in article_days(db, "a.b", PORTAL, TODAY, limit=2)] == days[:2]


def test_without_dates_the_days_of_finding_stand_in_but_for_the_first(db: Database) -> None:
    records = [_record(n, None, SEEN + timedelta(days=n // 2)) for n in range(8)]
    keep(db, records)
    found = [str(day) for day in article_days(db, "a.b", PORTAL, TODAY)]
    assert found == ["2026-03-05", "2026-03-04", "2026-03-03"]
    assert article_days(db, "a.b", "https://none.gov.vn", TODAY) == []
