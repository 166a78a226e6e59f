"""The versions of one article in the order of time: which to compare, and what made the one out of the other.

Order is that of the fetches, not of numbers: a replay may bring an older page later. Several versions of one
capture are readings of it by several readers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from storage.articles.reread import REST, TEXTS
from storage.errors import StorageError
from storage.language.messages import message
from storage.schema import Article, Version

EDITED, REREAD, EITHER = "edited", "reread", "edited_or_reread"
# In the order of an export, each once.
FIELDS: tuple[str, ...] = tuple(
    dict.fromkeys(("title", "lead", "body", "author", "category", "published_at", *TEXTS, *REST))
)


class Named(NamedTuple):
    """An article that may be meant."""

    id: str
    url: str


class Stamp(NamedTuple):
    """A version without its text: when its page was fetched (UTC), what read it, where the bytes stand."""

    number: int
    fetched_at: datetime
    reader_version: str
    warc_file: str | None
    warc_offset: int | None
    warc_length: int | None
    warc_digest: str | None


def named(connection: Connection, prefix: str, limit: int) -> list[Named]:
    """Returns at most `limit` articles whose id begins with the lower-case hex digits of `prefix`, by id."""
    within = (Article.id >= prefix, Article.id < f"{prefix}g")  # g sorts after every hex digit
    rows = connection.execute(
        select(Article.id, Article.url).where(*within).order_by(Article.id).limit(limit)
    )
    return [Named(*row) for row in rows]


def timeline(connection: Connection, article: str) -> list[Stamp]:
    """Returns the versions of an article in the order of their fetches; of one fetch, in that of their
    numbers.
    """
    columns = (getattr(Version, name) for name in Stamp._fields)
    order = (Version.fetched_at, Version.number)
    rows = connection.execute(select(*columns).where(Version.article_id == article).order_by(*order))
    return [Stamp(*row) for row in rows]


def text(connection: Connection, article: str, number: int) -> dict[str, Any]:
    """Returns FIELDS of one version. Raises StorageError where there is none."""
    columns = (getattr(Version, name) for name in FIELDS)
    this = (Version.article_id == article, Version.number == number)
    row = connection.execute(select(*columns).where(*this)).one_or_none()
    if row is None:
        raise StorageError(
            message("article {article} has no version {number}", article=article, number=number)
        )
    return dict(row._mapping)


def steps(versions: Sequence[Stamp]) -> list[tuple[Stamp, Stamp]]:
    """Returns each version of `timeline` but the first, after the one that it is compared with.

    Another reading of a page is compared with the reading before it. A page is compared with the page before
    it, by the same reader's eyes where that one read both: what differs then is the portal's doing alone.
    """
    return [(_before(versions, now), now) for now in versions[1:]]


def made(before: Stamp, now: Stamp) -> str:
    """Returns what made `now` out of `before`: EDITED on the portal, REREAD from the same page, or EITHER.

    EITHER: another page, and another reader as well; what of it was the portal cannot be told from the texts.
    A page that shows earlier bytes again, after others, was edited: the portal took its edit back.
    """
    if _one_capture(before, now):
        return REREAD
    if before.reader_version == now.reader_version:
        return EDITED
    return REREAD if _same_bytes(before, now) else EITHER


def _before(versions: Sequence[Stamp], now: Stamp) -> Stamp:
    earlier = versions[: versions.index(now)]
    readings = [one for one in earlier if _one_capture(one, now)]
    if readings:
        return readings[-1]
    if _same_bytes(earlier[-1], now):
        return earlier[-1]
    page = [one for one in earlier if one.fetched_at == earlier[-1].fetched_at]
    return next((one for one in page if one.reader_version == now.reader_version), page[-1])


def _one_capture(a: Stamp, b: Stamp) -> bool:
    """Returns whether two versions were read from one response, wherever its copies stand."""
    if a.warc_file is None or b.warc_file is None:
        return False
    return (a.warc_file, a.warc_offset) == (b.warc_file, b.warc_offset) or (
        a.fetched_at == b.fetched_at and _same_bytes(a, b)
    )


def _same_bytes(a: Stamp, b: Stamp) -> bool:
    """Returns whether two versions were read from the same bytes, of one response or of several."""
    return a.warc_digest is not None and a.warc_digest == b.warc_digest
