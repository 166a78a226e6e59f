"""Which records belong to a selection of articles: found in the database, noted in a scratch table.

Every capture of their addresses, what their versions were read from, redirects that lead there, files and
pictures that were kept, what the pages of their portals draw with, and of a revisit also the record with the
body.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from sqlalchemy import Connection, select

from storage.database import Database
from storage.errors import RawReadingError, StorageError
from storage.filing.words import Kind
from storage.language.messages import message
from storage.records import article_id
from storage.schema import Article, ArticleFile, Capture, File, FileVersion, Version
from storage.search.selection import Filters, selected
from storage.statements import chunks
from storage.warc.captures import CaptureRef
from storage.warc.reader import read_capture

ROWS = 500  # fetched at a time
_HOPS = 5  # redirects in a row, as browsers follow some more
TABLES = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -2000;
CREATE TABLE addresses (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE records (file TEXT, offset INTEGER, own INTEGER, url TEXT, at TEXT, PRIMARY KEY (file, offset))
    WITHOUT ROWID;
CREATE TABLE redirects (file TEXT, offset INTEGER, id TEXT, target TEXT);
CREATE TABLE revisits (file TEXT, offset INTEGER, length INTEGER, digest TEXT);
CREATE TABLE bodies (digest TEXT PRIMARY KEY) WITHOUT ROWID;
"""


def belonging(
    connection: Connection, db: Database, table: sqlite3.Connection, folder: Path, filters: Filters
) -> datetime:
    """Puts the places of all records that belong to the selection into `table`, which has TABLES; returns the
    moment of the latest capture among them. Raises StorageError where nothing is selected.
    """
    query = selected(connection, db, [Article.id, Article.url, Article.portal], filters)
    portals: set[str] = set()
    columns = (Version.warc_file, Version.warc_offset, Version.images, Version.attachments, Version.parts)
    versions = select(*columns)
    last: datetime | None = None
    with connection.execution_options(yield_per=ROWS).execute(query) as rows:
        for some in rows.partitions(ROWS):
            ids = [row.id for row in some]
            portals |= {row.portal for row in some}
            addresses = {article_id(row.url) for row in some} | set(ids)
            addresses |= set(_all(connection, select(ArticleFile.file_id), ArticleFile.article_id, ids))
            for row in _all(connection, versions, Version.article_id, ids, rows=True):
                if row.warc_file is not None:
                    _record(table, row.warc_file, row.warc_offset)
                kept = (*row.images, *row.attachments, *(row.parts or ()))
                addresses |= {article_id(str(one["url"])) for one in kept if one.get("url")}
            found = _addressed(connection, table, addresses)
            last = max(filter(None, (last, found)), default=None)
    if last is None:
        raise StorageError(message("no article is selected, so there is nothing to put into a package"))
    drawn = select(File.id).where(File.kind == Kind.REQUISITE, File.version > 0)
    _addressed(connection, table, _all(connection, drawn, File.portal, sorted(portals)))
    _redirected(connection, table, folder)
    _originals(connection, table, folder)
    return last


def _addressed(
    connection: Connection, table: sqlite3.Connection, addresses: Iterable[str]
) -> datetime | None:
    """Puts the captures of `addresses` (keys of URLs) and the bytes of files there into `table`."""
    ids = sorted(addresses)
    last: datetime | None = None
    table.executemany("INSERT OR IGNORE INTO addresses VALUES (?)", ((one,) for one in ids))
    asked = select(Capture).where(Capture.method == "GET")
    for row in _all(connection, asked, Capture.url_id, ids, rows=True):
        _record(table, row.warc_file, row.warc_offset)
        last = max(last or row.fetched_at, row.fetched_at)
        if row.revisit:
            values = (row.warc_file, row.warc_offset, row.warc_length, row.digest)
            table.execute("INSERT INTO revisits VALUES (?, ?, ?, ?)", values)
        else:
            table.execute("INSERT OR IGNORE INTO bodies VALUES (?)", (row.digest,))
    for row in _all(connection, select(FileVersion), FileVersion.file_id, ids, rows=True):
        _record(table, row.warc_file, row.warc_offset)
    return last


def _all(
    connection: Connection, query: Any, column: Any, ids: list[str], rows: bool = False
) -> Iterator[Any]:
    for some in chunks(ids):
        found = connection.execute(query.where(column.in_(some)))
        yield from found if rows else found.scalars()


def _record(table: sqlite3.Connection, file: str, offset: int) -> None:
    table.execute("INSERT OR IGNORE INTO records (file, offset) VALUES (?, ?)", (file, offset))


def _redirected(connection: Connection, table: sqlite3.Connection, folder: Path) -> None:
    """Adds the redirects that lead to a selected address, over some hops; only those in the same files."""
    files = [file for (file,) in table.execute("SELECT DISTINCT file FROM records ORDER BY file")]
    asked = select(Capture).where(Capture.status.between(300, 399), Capture.status != 304)
    for row in _all(connection, asked, Capture.warc_file, files, rows=True):
        ref = CaptureRef(row.warc_file, row.warc_offset, row.warc_length, row.digest, row.content_digest)
        with suppress(RawReadingError, ValueError):
            exchange = read_capture(folder, ref).exchange
            target = article_id(urljoin(exchange.url, exchange.header("Location")))
            values = (ref.file, ref.offset, row.url_id, target)
            table.execute("INSERT INTO redirects VALUES (?, ?, ?, ?)", values)
    for _ in range(_HOPS):
        found = table.execute(
            "SELECT file, offset, id FROM redirects WHERE target IN (SELECT id FROM addresses)"
        ).fetchall()
        for file, offset, id_ in found:
            _record(table, file, offset)
            table.execute("INSERT OR IGNORE INTO addresses VALUES (?)", (id_,))


def _originals(connection: Connection, table: sqlite3.Connection, folder: Path) -> None:
    """Adds the records with the bodies of revisits, where these stand under another address."""
    lacking = (
        "SELECT file, offset, length, digest FROM revisits WHERE digest NOT IN (SELECT digest FROM bodies)"
    )
    for file, offset, length, digest in table.execute(lacking).fetchall():
        with suppress(RawReadingError):
            found = read_capture(folder, CaptureRef(file, offset, length, digest, "", revisit=True))
            url, moment = found.refers_to or (found.exchange.url, None)
            asked = select(Capture).where(Capture.url_id == article_id(url), Capture.revisit.is_(False))
            rows = connection.execute(asked.order_by(Capture.fetched_at)).all()
            same = [row for row in rows if row.digest == digest or row.fetched_at == moment]
            for row in same[:1]:
                _record(table, row.warc_file, row.warc_offset)
