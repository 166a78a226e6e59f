"""Texts that are kept and still to be linked: noted with the articles, linked by one writer at a time.

Portals are kept beside each other (Database.transaction), but a story crosses portals: who links must see
every text that was kept before. What a killed process has noted, the next one links.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from storage.database import Database
from storage.duplicates import link
from storage.schema import Article, Unlinked
from storage.statements import chunks


def note(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Notes articles to be linked; `rows` are those of the table."""
    if rows:
        connection.execute(insert(Unlinked), list(rows))


def settle(connection: Connection) -> None:
    """Links all that is noted, in the order in which it was kept, within a transaction of the only writer."""
    _link(connection, connection.execute(select(Unlinked.id).order_by(Unlinked.id)).scalars().all())


def settle_all(db: Database) -> None:
    """Links all that is noted, in the order of the captures. Raises StorageError.

    That order is the same whoever kept them, and when: of texts that many share, the first ones are stored.
    """
    order = (Unlinked.warc_file, Unlinked.warc_offset, Unlinked.id)
    ids = db.read(lambda c: c.execute(select(Unlinked.id).order_by(*order)).scalars().all())
    for some in chunks(ids):
        db.transaction(lambda connection, some=some: _link(connection, some))  # type: ignore[misc]


def linked(db: Database, ids: Iterable[str]) -> dict[str, tuple[str | None, str | None]]:
    """Links what is noted, unless that waits (Database.later); returns root and kind of those of the articles
    `ids` that are duplicates. Raises StorageError.
    """
    some = sorted(set(ids))
    if db.later:
        return {}
    if db.read(lambda connection: connection.scalar(select(Unlinked.id).limit(1))) is not None:
        db.transaction(settle)
    return db.read(lambda connection: copies(connection, some))


def copies(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[str | None, str | None]]:
    """Returns root and kind of those of the articles `ids` that are duplicates."""
    columns = select(Article.id, Article.duplicate_of, Article.duplicate_kind)
    found: dict[str, tuple[str | None, str | None]] = {}
    for some in chunks(ids):
        here = columns.where(Article.id.in_(some), Article.duplicate_of.is_not(None))
        found |= {key: (of, kind) for key, of, kind in connection.execute(here)}
    return found


def packed(bands: Sequence[int]) -> bytes:
    """Returns `bands` as they are kept."""
    return struct.pack(f"<{len(bands)}q", *bands)


def _link(connection: Connection, ids: Sequence[int]) -> None:
    for some in chunks(ids):
        query = select(Unlinked, Article.exact.label("now"), Article.bands.label("has"))
        query = query.outerjoin(Article, Article.id == Unlinked.article_id).where(Unlinked.id.in_(some))
        rows = {row.id: row for row in connection.execute(query)}
        texts = [
            link.Text(row.article_id, row.now, _bands(row.has), row.exact, _bands(row.bands))
            for row in (rows[key] for key in some if key in rows)
        ]
        link.link(connection, texts)
        connection.execute(delete(Unlinked).where(Unlinked.id.in_(some)))


def _bands(kept: bytes | None) -> tuple[int, ...]:
    return struct.unpack(f"<{len(kept or b'') // 8}q", kept or b"")
