"""How the articles of a selection are spread over time: what charts draw. One query each.

Every function takes a connection of one `Database.reading()` block and what is asked of articles and their
latest versions (storage.serve.browse.chosen). Undated articles are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, literal_column, select

from storage.schema import UNDATED, Article, Version

Where = Sequence[ColumnElement[bool]]
PRECISIONS = ("minute", "day", "month", "year")
COPIES = ("original", "exact", "near")
_YEAR, _MONTH = 4, 7  # letters


def by_month(connection: Connection, where: Where) -> dict[str, int]:
    """Returns the articles of each month (YYYY-MM), in order; dates of a year only are left out."""
    month = _period(_MONTH)
    statement = _counting(where, month, func.count()).where(func.length(Article.published_order) >= _MONTH)
    rows = connection.execute(statement.group_by(month).order_by(month)).all()
    return {row[0]: row[1] for row in rows}


def by_precision(connection: Connection, where: Where) -> dict[str, dict[str, int]]:
    """Returns for each of PRECISIONS the articles of each year (YYYY) whose date is so precise."""
    return _split(connection, where, Version.published_precision, PRECISIONS)


def by_copies(connection: Connection, where: Where) -> dict[str, dict[str, int]]:
    """Returns for each of COPIES the articles of each year: originals, exact copies, near copies."""
    kind = case((Article.duplicate_of.is_(None), "original"), else_=Article.duplicate_kind)
    return _split(connection, where, kind, COPIES)


def _split(
    connection: Connection, where: Where, kind: Any, kinds: Sequence[str]
) -> dict[str, dict[str, int]]:
    year = _period(_YEAR)
    kind = kind.label("kind")
    found: dict[str, dict[str, int]] = {name: {} for name in kinds}
    statement = _counting(where, year, kind, func.count()).where(Article.published_order != UNDATED)
    for period, name, n in connection.execute(statement.group_by(literal_column("1"), literal_column("2"))):
        if name in found:
            found[name][period] = n
    return found


def _period(length: int) -> ColumnElement[str]:
    # Literals, not parameters: PostgreSQL must see the same expression in SELECT and in GROUP BY.
    return func.substr(Article.published_order, literal_column("1"), literal_column(str(length)))


def _counting(where: Where, *columns: Any) -> Any:
    this = (Version.article_id == Article.id) & (Version.number == Article.version)
    return select(*columns).select_from(Article).join(Version, this).where(*where)
