"""A text that stands there again after an older capture that came late: it stays the version in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select

from storage.articles import naming
from storage.articles.versions import Held, current
from storage.schema import Version


class Resumed(NamedTuple):
    """Version `number` of an article: the text of version `of`, seen again at `at`."""

    article_id: str
    of: int
    number: int
    at: datetime


def resumed(known: Sequence[Held], row: Mapping[str, Any], at: datetime) -> Held | None:
    """Returns the version that was seen after `at` again, so that a new text of `at` does not follow it.

    `row` is its article's. Captures of other archives come in any order: one of last year that shows another
    text than our crawls before and after it is a version between two of the same text.
    """
    last = current(known) if known else None
    return last if last and last.fetched_at <= at < row["last_seen_at"] else None


def resume(connection: Connection, rows: Sequence[Resumed]) -> None:
    """Keeps `rows` as versions, with the text and the evidence of those that they repeat."""
    for one in rows:
        here = (Version.article_id == one.article_id, Version.number == one.of)
        found = connection.execute(select(Version.__table__).where(*here)).mappings().one()
        again = {name: value for name, value in found.items() if name != "id"}
        connection.execute(insert(Version), [again | {"number": one.number, "fetched_at": one.at}])
        naming.repeat(connection, one.article_id, one.of, one.number)
