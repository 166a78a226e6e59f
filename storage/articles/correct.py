"""Articles kept before a portal's furniture was known: which still hold it, and their text, put right.

Their pages did not change and their reader is the same, so no version is made (a version is a change of the
article's own text); the WARC still has what was cut.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, null, select, update

from storage.articles.block_keys import BODY, PICTURE, SPOT, keys, picture_key
from storage.articles.furniture import taken_after_all
from storage.articles.keep import keep_articles
from storage.articles.reread import READER, REST, TEXTS
from storage.articles.versions import ready, version_row
from storage.database import Database
from storage.duplicates import pending
from storage.records import ArticleRecord
from storage.schema import Article, Version
from storage.text import searchable
from storage.warc.captures import CaptureRef

_ROWS = 500  # texts held at a time
_FIRST = 300  # versions of a portal that may have been read before a place in its template was known
_CHANGED = (*TEXTS, *REST, "content_hash", "folded", *READER)


def holding(db: Database, portal: str, furniture: Collection[str], limit: int) -> list[CaptureRef]:
    """Returns where the pages stand of the versions of `portal` that hold a block with a key of `furniture`.

    The latest come first, at most `limit`. Of a place in the template no text tells whether it holds it: then
    it is the first versions of the portal, which were read before it was known. Raises StorageError.
    """
    wanted = frozenset(furniture)
    pictures = any(key.startswith(PICTURE) for key in wanted)
    columns = (
        Version.warc_file, Version.warc_offset, Version.warc_length, Version.warc_digest,
        Version.images if pictures else null(),
        Version.title, Version.lead, Version.body, Version.captions, Version.author,
    )  # fmt: skip
    first = (
        select(*columns)
        .join(Article, Article.id == Version.article_id)
        .where(Article.portal == portal, Version.warc_file.is_not(None))
        .order_by(Version.id)
        .limit(min(_FIRST, limit))
    )
    query = (
        select(*columns)
        .join(Article, Article.id == Version.article_id)
        .where(Article.portal == portal, Version.warc_file.is_not(None))
        .order_by(Version.id.desc())
        .execution_options(yield_per=_ROWS)
    )

    def work(connection: Connection) -> list[CaptureRef]:
        found: dict[tuple[str, int], CaptureRef] = {}
        if any(key.startswith((SPOT, BODY)) for key in wanted):
            for *where, _, _, _, _, _, _ in connection.execute(first):
                found[where[0], where[1]] = CaptureRef(where[0], where[1], where[2], where[3], "")
        with connection.execute(query) as rows:
            for *where, images, title, lead, body, captions, author in rows:
                if len(found) >= limit:
                    break
                lines = searchable([title, lead, *body.split("\n"), *captions, author]).split("\n")
                held = [*keys(lines), *(picture_key(image["url"]) for image in images or ())]
                if not wanted.isdisjoint(held):
                    file, offset, length, digest = where
                    found.setdefault((file, offset), CaptureRef(file, offset, length, digest, ""))
        return list(found.values())

    return db.read(work)


def parts_at(db: Database, ref: CaptureRef) -> list[dict[str, Any]]:
    """Returns the captures of the further pages of the version that was read from `ref` last. Raises
    StorageError.
    """
    place = (Version.warc_file == ref.file, Version.warc_offset == ref.offset)
    query = select(Version.parts).where(*place).order_by(Version.number.desc())
    return db.read(lambda connection: connection.execute(query).scalars().first()) or []


def correct(db: Database, articles: Sequence[ArticleRecord]) -> int:
    """Gives the latest reading of each article's capture the text that it has now; returns how many differ.

    Fingerprints and duplicates follow. Raises StorageError.
    """

    def work(connection: Connection) -> int:
        changed = [article for article in map(ready, articles) if _correct(connection, article)]
        taken_after_all(connection, changed)
        keep_articles(connection, changed)  # finds the text held already, and links it anew
        return len(changed)

    changed = db.transaction(work, {article.portal for article in articles})
    pending.linked(db, ())
    return changed


def _correct(connection: Connection, article: ArticleRecord) -> bool:
    ref = article.capture
    if ref is None:
        return False
    place = (Version.warc_file == ref.file, Version.warc_offset == ref.offset)
    query = select(Version).where(Version.article_id == article.id, *place)
    held = connection.execute(query.order_by(Version.number.desc())).first()
    if held is None:
        return False
    row = version_row(article, held.number)
    if row["content_hash"] == held.content_hash:
        return False
    values = {name: row[name] for name in _CHANGED} | {"named_by": None}
    connection.execute(update(Version).where(Version.id == held.id).values(**values))
    return True
