"""How often a portal publishes: the days of its latest articles."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, select

from storage.database import Database
from storage.schema import Article
from storage.vocabulary import local

DAYS = 60  # two months of a daily portal, several years of a sleepy one
ENOUGH = 5  # days with a date of publication; below it, when articles were first seen must do
_SEEN = 2_000  # undated articles that are looked at


def article_days(db: Database, district_id: str, portal: str, today: date, limit: int = DAYS) -> list[date]:
    """Returns the last days up to `today` (in Vietnam) on which the portal published an article, newest
    first.

    Days of publication; where fewer than ENOUGH are known, those on which articles were first seen, but for
    the earliest: that is the first crawl's, whenever they were published. Raises StorageError.
    """
    day = func.substr(Article.published_order, 1, 10)
    here = (Article.district_id == district_id, Article.portal == portal)
    dated = (
        select(day)
        .distinct()
        .where(*here, Article.published_order < (today + timedelta(days=1)).isoformat())
        .where(func.length(Article.published_order) >= 10)  # a month or a year is no day
        .order_by(day.desc())
        .limit(limit)
    )
    seen = select(Article.first_seen_at).where(*here).order_by(Article.first_seen_at.desc()).limit(_SEEN)
    days = [date.fromisoformat(text) for text in db.read(lambda c: c.scalars(dated).all())]
    if len(days) >= min(ENOUGH, limit):
        return days
    moments = db.read(lambda connection: connection.scalars(seen).all())
    return sorted({local(moment).date() for moment in moments}, reverse=True)[:-1][:limit]
