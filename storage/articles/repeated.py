"""Takes back short pages that are the same at several addresses: how a portal says that nothing is there.

A list of phrases knows some wordings. The structure knows the others: a short text without a date of its own,
the same at several addresses, with nothing attached.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, or_, select

from storage.articles.suspects import take_back, text_of
from storage.database import Database
from storage.schema import Article, Run, Version
from storage.vocabulary import Outcome

ADDRESSES = 3  # that show the same text
_WORDS = 60  # of such a page; the shortest notices that are published alike have a date or a file
_LETTERS = 600
_OUTSIDE = ("feed", "url")  # sources of a date that the page itself does not print


def take_back_repeated(db: Database, portal: str, run_id: int) -> int:
    """Removes such articles of `portal` that run `run_id` found first, in one transaction; returns how many.

    Their captures end as suspect, so that the addresses are asked again. Raises StorageError.
    """
    return db.transaction(lambda connection: _taken_back(connection, portal, run_id))


def _taken_back(connection: Connection, portal: str, run_id: int) -> int:
    district = select(Run.district_id).where(Run.id == run_id).scalar_subquery()
    this = (Version.article_id == Article.id) & (Version.number == 1)
    query = select(Version).join(Article, this).where(
        Article.district_id == district, Article.portal == portal, Article.version == 1,
        Version.run_id == run_id, func.length(Version.body) < _LETTERS,
        or_(Version.published_source.is_(None), Version.published_source.in_(_OUTSIDE)),
    )  # fmt: skip
    groups: dict[str, list[Any]] = {}
    for row in connection.execute(query).all():
        words = text_of(row.lead, row.body).split()
        if 0 < len(words) <= _WORDS and not (row.attachments or row.images):
            groups.setdefault(" ".join(words), []).append(row)
    odd = [row for rows in groups.values() if len(rows) >= ADDRESSES for row in rows]
    for row in odd:
        take_back(connection, row, Outcome.SUSPECT)
    return len(odd)
