"""The archive as a web archive package: the records of the selected articles, with an index and their list.

Records are copied as they stand, each response with its request and notes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, select

from storage.database import Database
from storage.errors import PackageError
from storage.export.belonging import ROWS, TABLES, belonging
from storage.files import draft
from storage.language.messages import message
from storage.schema import Article, District, Version
from storage.search.names import district_named
from storage.search.selection import Filters, selected
from storage.text import counted
from storage.wacz.lines import index_line, page_line, rfc3339
from storage.wacz.writing import Package
from storage.warc.copying import Copied, copied
from storage.warc.reader import noted

OWN, OTHERS = "data.warc.gz", "others.warc.gz"  # of our crawls; of others, whose pages have no notes
_TELL = 1000  # records
_ORIGIN = "Copied record by record from the WARC files of an archive of Vietnam's former district portals."


@dataclass(slots=True)
class Packed:
    """What is in a package; `faults` names records that could not be read."""

    articles: int = 0
    captures: int = 0
    main: tuple[str, str] | None = None  # URL and moment of the first page
    faults: list[str] = field(default_factory=list)


def package(
    db: Database,
    folder: Path,
    target: Path,
    filters: Filters | None = None,
    *,
    about: dict[str, Any] | None = None,
    tell: Callable[[str], None] = lambda line: None,
) -> Packed:
    """Writes the articles that `filters` mean to `target`, out of the WARC files in `folder`.

    `about` has further fields of datapackage.json. A record that cannot be read is a fault, and the others
    are written. Written under a temporary name and renamed when whole. Raises StorageError where nothing is
    selected or the database fails, PackageError where `target` cannot be written.
    """
    filters, done = filters or Filters(), Packed()
    try:
        with (
            draft(target) as stream,
            TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as scratch,
            closing(sqlite3.connect(Path(scratch) / "records.db", isolation_level=None)) as table,
            db.reading() as connection,
        ):
            table.executescript(TABLES)
            table.execute("BEGIN")
            last = belonging(connection, db, table, folder, filters)
            with closing(Package(stream, Path(scratch))) as made:
                _copy(made, table, folder, done, tell)
                made.index()
                title = _title(connection, filters)
                made.pages(title, _pages(connection, db, table, filters, done))
                made.describe(_description(title, last, done) | (about or {}))
    except OSError as error:
        raise PackageError(
            message("cannot write {target}: {strerror}", target=target, strerror=error.strerror or error)
        ) from error
    return done


def _copy(
    made: Package,
    table: sqlite3.Connection,
    folder: Path,
    done: Packed,
    tell: Callable[[str], None],
) -> None:
    """Copies the records to the WARC files of the package, those of our crawls to one of their own.

    A replay knows by the first record of a file whether its crawl noted which pages are articles.
    """
    for (file,) in table.execute("SELECT DISTINCT file FROM records").fetchall():
        with suppress(OSError):
            table.execute("UPDATE records SET own = ? WHERE file = ?", (noted(folder / file), file))
    for own, name in ((1, OWN), (0, OTHERS)):
        if not table.execute("SELECT 1 FROM records WHERE own IS ? LIMIT 1", (own,)).fetchone():
            continue
        with made.file(f"archive/{name}") as out:
            for file, offsets in _by_file(table, own):
                for one in copied(folder / file, offsets, file, bool(own)):
                    if isinstance(one, Copied):
                        _keep(made, table, one, name, out.size, done)
                        out.write(one.member)
                        if done.captures % _TELL == 0 and one.capture:
                            tell(f"{counted(done.captures, 'capture')} copied")
                    else:
                        done.faults.append(
                            message(
                                "{file} offset {offset}: {cause}",
                                file=file,
                                offset=one.offset,
                                cause=one.cause,
                            )
                        )
    for (file,) in table.execute("SELECT DISTINCT file FROM records WHERE own IS NULL"):
        done.faults.append(message("{file}: the WARC file is missing", file=file))


def _keep(
    made: Package, table: sqlite3.Connection, one: Copied, name: str, offset: int, done: Packed
) -> None:
    if one.capture is None:
        return
    done.captures += 1
    made.listed(index_line(one.capture, name, offset, len(one.member)))
    exchange, ref = one.capture.exchange, one.capture.ref
    table.execute(
        "UPDATE records SET url = ?, at = ? WHERE file = ? AND offset = ?",
        (exchange.url, rfc3339(exchange.fetched_at), ref.file, ref.offset),
    )


def _by_file(table: sqlite3.Connection, own: int) -> Iterator[tuple[str, list[int]]]:
    files = table.execute("SELECT DISTINCT file FROM records WHERE own IS ? ORDER BY file", (own,)).fetchall()
    for (file,) in files:
        rows = table.execute("SELECT offset FROM records WHERE file = ? ORDER BY offset", (file,))
        yield file, [offset for (offset,) in rows.fetchall()]


def _pages(
    connection: Connection, db: Database, table: sqlite3.Connection, filters: Filters, done: Packed
) -> Iterator[bytes]:
    """Yields the lines of the pages, one an article; an article whose record was not copied has none."""
    columns = [
        Article.id, Article.url, Article.district_id, District.code, Version.title, Version.lead,
        Version.body, Version.captions, Version.published_at, Version.warc_file, Version.warc_offset,
        Version.captured_via,
    ]  # fmt: skip
    place = "SELECT url, at FROM records WHERE file = ? AND offset = ? AND url IS NOT NULL"
    query = selected(connection, db, columns, filters)
    with connection.execution_options(yield_per=ROWS).execute(query) as rows:
        for row in rows:
            found = table.execute(place, (row.warc_file, row.warc_offset)).fetchone()
            if found is None:
                done.faults.append(
                    message(
                        "{url}: the record of its page could not be copied, so it is not listed", url=row.url
                    )
                )
                continue
            done.articles += 1
            done.main = done.main or (found[0], found[1])
            of_us = {
                "district_id": row.district_id,
                "district_code": row.code,
                "url": row.url,
                "published_at": row.published_at,
                "captured_via": row.captured_via,
            }
            page = {"id": row.id, "url": found[0], "ts": found[1], "title": row.title, "huyen": of_us}
            yield page_line(page, (row.title, row.lead, row.body, *row.captions))


def _title(connection: Connection, filters: Filters) -> str:
    """Returns what the package is called: the districts' names, and the days if the selection has some."""
    query = select(District.name, District.province).order_by(District.id)
    ids = [district_named(connection, name) for name in filters.districts]
    names = [", ".join(row) for row in connection.execute(query.where(District.id.in_(ids)))]
    title = "; ".join([*names, *filters.provinces, *filters.places]) or "Vietnam's district portals"
    days = [f"{word} {day}" for word, day in (("from", filters.since), ("to", filters.until)) if day]
    said = [f"matching {filters.query}"] if filters.query else []
    return " ".join([title, *days, *said])


def _description(title: str, last: datetime, done: Packed) -> dict[str, Any]:
    """Returns what datapackage.json says. Its times are that of the latest capture, so that the same archive
    gives the same bytes.
    """
    held = f"{counted(done.articles, 'article')} in {counted(done.captures, 'capture')}"
    said = {
        "title": title,
        "description": f"{held}. {_ORIGIN}",
        "created": rfc3339(last),
        "modified": rfc3339(last),
        "software": f"huyen {version('huyen')}",
    }
    url, at = done.main or ("", "")
    return said | ({"mainPageUrl": url, "mainPageDate": at} if url else {})
