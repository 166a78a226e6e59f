"""The articles of a release, their provenance, and all their versions."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from isal import isal_zlib
from sqlalchemy import JSON, Boolean, Connection, Float, Numeric, select
from sqlalchemy.types import Integer

from storage.database import Database
from storage.export.attachments import ID, with_files
from storage.export.columns import ALL, DAY, Column
from storage.export.lines import cell, fetched, raw, write_lines
from storage.release.files import Write
from storage.release.tables import attributes
from storage.release.words import tables
from storage.schema import Article, Capture, Version
from storage.search.selection import Filters, selected

_CONTROLS = bytes({*range(32)} - set(b"\n"))  # control characters but the end of a line
_CONTROL = re.compile(rb"[\x00-\x09\x0b-\x1f]").sub
TEXTS = ("lead", "body", "captions")  # columns that a release may be without
_ROWS = 500  # fetched at a time
_LEVEL = 2  # of isal: a tenth of the time of zlib's level 6, for a fifth more bytes
_GZIP = 31  # window bits of a gzip member; its header has no time
_YEAR = Column("published_year", DAY, None, lambda text: text[:4])
_BY_NAME = {column.name: column for column in (*ALL, _YEAR)}
_OF_VERSIONS = {"id": Version.article_id, "version": Version.number}


def columns(table: str, without: Collection[str]) -> list[str]:
    """Returns the columns of a table of a release without some."""
    return [name for name in tables()[table].columns if name not in without]


def write_articles(connection: Connection, db: Database, write: Write, without: Collection[str]) -> int:
    """Writes articles.csv in the order of an export; returns how many rows."""
    picked = [_BY_NAME[name] for name in columns("articles", without)]
    at = next(n for n, column in enumerate(picked) if column.name == "attachments")
    chosen = [*(raw(column, db.sqlite).label(column.name) for column in picked), ID]
    rows = fetched(connection, selected(connection, db, chosen, Filters()), _ROWS)
    return write_lines(write, picked, with_files(connection, rows, at, raw=True))


def write_provenance(connection: Connection, db: Database, write: Write, digest: Any) -> int:
    """Writes provenance.csv in the order of ids; returns how many rows.

    `digest` (of hashlib) is fed a line `id,content_hash` of each: the fingerprint of a release.
    """
    of_captures = {name: Column(name, getattr(Capture, name)) for name in ("captured_by", "source_uri")}
    picked = [of_captures.get(name) or _BY_NAME[name] for name in tables()["provenance"].columns]
    at = next(n for n, column in enumerate(picked) if column.name == "content_hash")
    this = (Version.article_id == Article.id) & (Version.number == Article.version)
    query = select(*(raw(column, db.sqlite).label(column.name) for column in picked))
    proof = (Capture.warc_file == Version.warc_file) & (Capture.warc_offset == Version.warc_offset)
    query = query.select_from(Article).join(Version, this).outerjoin(Capture, proof).order_by(Article.id)

    def told(rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        for row in rows:
            digest.update(b"%b,%b\n" % (_bytes(row[0]), _bytes(row[at])))
            yield row

    return write_lines(write, picked, told(fetched(connection, query, _ROWS)))


def fingerprint() -> Any:
    """Returns the digest that `write_provenance` feeds."""
    return hashlib.sha256()


def write_versions(connection: Connection, db: Database, write: Write, without: Collection[str]) -> int:
    """Writes versions.jsonl.gz, every version by id and number; returns how many."""
    picked = attributes(columns("versions", without), Version, _OF_VERSIONS)
    query = select(*(raw(column, db.sqlite).label(column.name) for column in picked))
    query = query.order_by(Version.article_id, Version.number)
    packed = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, _GZIP)
    keys = ", ".join(f'"{column.name}": %b' for column in picked)
    line = f"{{{keys}}}\n".encode()
    made = [_json_of(column) for column in picked]
    count = 0
    rows = fetched(connection, query, _ROWS)
    while some := list(islice(rows, _ROWS)):
        count += len(some)
        data = b"".join([line % _values(row, made) for row in some])
        if len(data.translate(None, _CONTROLS)) < len(data):  # rare: a search of each text would be slow
            data = _CONTROL(lambda found: b"\\u%04x" % ord(found[0]), data)
        write(packed.compress(data))
    write(packed.flush())
    return count


def _json_of(column: Column) -> Callable[[bytes], bytes] | None:
    """Returns what makes JSON of the bytes of a value of storage.export.lines.raw; None of a text."""
    kind, told = column.source.type, cell(column)
    if isinstance(kind, (JSON, Boolean, Integer)):
        return bytes  # as they are
    if told and not isinstance(kind, (Numeric, Float)):
        return lambda value: b'"%b"' % told(value)
    return told


def _values(row: Sequence[Any], made: Sequence[Callable[[bytes], bytes] | None]) -> tuple[bytes, ...]:
    """Returns a row as JSON (RFC 8259), but for control characters in texts; `made` as of `_json_of`."""
    # in one expression: a call for each text would cost as much as everything else
    return tuple([
        b"null" if value is None
        else told(value) if told
        else b'"%b"' % value.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
        for told, value in zip(made, [v.encode() if v.__class__ is str else v for v in row], strict=True)
    ])  # fmt: skip


def _bytes(value: bytes | str) -> bytes:
    return value.encode() if isinstance(value, str) else value
