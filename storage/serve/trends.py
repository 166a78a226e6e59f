"""How the articles of a selection are spread over time: what charts draw. One query each.

Every function takes a connection of one `Database.reading()` block and a selection (storage.serve.browse.
chosen). Undated articles are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, literal_column, select

from storage.schema import Catalogued, Version
from storage.serve.browse import Where

PRECISIONS = ("minute", "day", "month", "year")
COPIES = ("original", "exact", "near")
_YEAR, _MONTH = 4, 7  # letters


def by_period(connection: Connection, where: Where) -> dict[str, int]:
    """Returns the articles of each month (YYYY-MM), of those dated to a year only (YYYY), and undated ones
    (an empty text), in order.
    """
    month = _month()
    statement = select(month, func.count()).where(*where.conditions()).group_by(month).order_by(month)
    return {row[0]: row[1] for row in connection.execute(statement)}


def months(periods: Mapping[str, int]) -> dict[str, int]:
    """Returns the months (YYYY-MM) of `by_period`: dates of a year only, and undated ones, are left out."""
    return {period: n for period, n in periods.items() if len(period) == _MONTH}


def events_by_period(connection: Connection, where: Where) -> dict[str, int]:
    """Returns those of `by_period` whose date is that of an event, which says no more of their publication
    than that it was not earlier."""
    month = _month()
    this = Version.id == Catalogued.version_id
    statement = select(month, func.count()).join_from(Catalogued, Version, this).group_by(month)
    rows = connection.execute(statement.where(*where.conditions(), Version.published_is_event))
    return {row[0]: row[1] for row in rows}


def by_precision(connection: Connection, where: Where) -> dict[str, dict[str, int]]:
    """Returns for each of PRECISIONS the articles of each year (YYYY) whose date is so precise."""
    return _split(connection, where, Catalogued.precision, PRECISIONS)


def by_copies(connection: Connection, where: Where) -> dict[str, dict[str, int]]:
    """Returns for each of COPIES the articles of each year: originals, exact copies, near copies."""
    return _split(connection, where, Catalogued.copy, COPIES)


def _split(
    connection: Connection, where: Where, kind: Any, kinds: Sequence[str]
) -> dict[str, dict[str, int]]:
    # As the index has them: months first, and both kinds, so that nothing is sorted.
    columns = (_month(), Catalogued.precision, Catalogued.copy)
    statement = select(_month(), kind, func.count()).where(*where.conditions())
    found: dict[str, dict[str, int]] = {name: {} for name in kinds}
    for month, name, n in connection.execute(statement.group_by(*columns)):
        if not month:
            continue
        counts = found.get(name or COPIES[0], {})
        counts[month[:_YEAR]] = counts.get(month[:_YEAR], 0) + n
    return found


def _month() -> ColumnElement[str]:
    # Literals, not parameters: both databases must see the same expression as in GROUP BY and in the index.
    return func.substr(Catalogued.published, literal_column("1"), literal_column(str(_MONTH)))
