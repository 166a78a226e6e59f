"""What the archive holds of articles that are about to be kept: their rows, versions and captures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, select, tuple_

from storage.articles.versions import Held, digests
from storage.records import ArticleRecord
from storage.schema import Article, Capture, Version
from storage.statements import chunks
from storage.vocabulary import PARTIAL
from storage.warc.provenance import CRAWL

DOUBTFUL = "doubtful"  # the flag of a reading whose witnesses disagree

Row = dict[str, Any]
Place = tuple[str, int]  # of a capture: WARC file and offset


def load(connection: Connection, ids: set[str]) -> tuple[dict[str, Row], defaultdict[str, list[Held]]]:
    """Returns the rows of the articles `ids`, and the versions that the archive holds of each."""
    rows: dict[str, Row] = {}
    held: defaultdict[str, list[Held]] = defaultdict(list)
    for some in chunks(sorted(ids)):
        found = connection.execute(select(Article.__table__).where(Article.id.in_(some)))
        rows |= {row["id"]: dict(row) for row in found.mappings()}
        place = (Version.warc_file, Version.warc_offset)
        columns = (
            Version.article_id,
            Version.number,
            Version.fetched_at,
            Version.content_hash,
            Version.flags,
            Version.captured_via,
            Version.evidence_at,
            Version.parts,
            *place,
        )
        here = (Capture.warc_file == Version.warc_file) & (Capture.warc_offset == Version.warc_offset)
        query = select(*columns, Capture.content_digest).outerjoin(Capture, here)
        for key, number, at, hash_, flags, via, proved, parts, file, offset, first in connection.execute(
            query.where(Version.article_id.in_(some))
        ):
            place_, doubtful, body = at_place(file, offset), DOUBTFUL in flags, digests(first, parts)
            told = (via or CRAWL, proved, PARTIAL in flags)
            held[key].append(Held(number, at, hash_, place_, body, doubtful, *told))
    return rows, held


def place_of(article: ArticleRecord) -> Place | None:
    return at_place(article.capture.file, article.capture.offset) if article.capture else None


def body_of(article: ArticleRecord) -> str:
    """Returns the digest of what `article` was read from (storage.articles.versions.Held.body)."""
    return digests(article.capture.content_digest if article.capture else "", article.parts)


def at_place(file: str | None, offset: int | None) -> Place | None:
    """Returns a place; None where half of it is unknown."""
    return None if file is None or offset is None else (file, offset)


def read_before(connection: Connection, articles: Iterable[ArticleRecord]) -> set[Place | None]:
    """Returns the places of those captures of `articles` that were read in an earlier transaction."""
    place, found = tuple_(Capture.warc_file, Capture.warc_offset), set[Place | None]()
    for some in chunks({at for article in articles if (at := place_of(article))}):
        query = select(Capture.warc_file, Capture.warc_offset).where(place.in_(some))
        found |= {(f, o) for f, o in connection.execute(query.where(Capture.outcome.is_not(None)))}
    return found
