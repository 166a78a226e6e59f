"""The tables of a release beside its articles: of the archive as they stand there, or computed from it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from storage.coverage.months import coverage
from storage.coverage.quality import quality
from storage.database import Database
from storage.export.columns import Column, plain
from storage.export.lines import fetched, raw, write_lines
from storage.places import lookup
from storage.places.tables import COMMUNES, UPPER, changes, places
from storage.records import DistrictRecord
from storage.release.files import Write, write_rows
from storage.release.words import tables
from storage.runs import states
from storage.schema import (
    Article,
    ArticleFile,
    Capture,
    Content,
    District,
    DocumentNamed,
    File,
    FileVersion,
    Mention,
    Portal,
    Run,
)
from storage.serve.census import last_runs

Key = tuple[str, str]  # district id, portal
Registered = Sequence[DistrictRecord]
_ROWS = 2_000  # fetched at a time
_json = json.JSONEncoder(ensure_ascii=False).encode

# Where a column is not the attribute of its name.
_FILES: Mapping[str, Any] = {
    "file_id": File.id,
    "sha256": FileVersion.content_digest,
    "pages": Content.pages,
    "text_source": Content.text_source,
    **{
        name: getattr(FileVersion, name)
        for name in ("name", "type", "fetched_at", "warc_file", "warc_offset", "warc_length")
    },
    **{
        name: getattr(Content, name)
        for name in ("doc_code", "doc_type", "doc_date", "doc_issuer", "doc_signer", "doc_subject")
    },
}
# table: the rows' own table, columns that are not its attributes, what they are ordered by
_STORED: Mapping[str, tuple[Any, Mapping[str, Any], Sequence[ColumnElement[Any] | Any]]] = {
    "captures": (Capture, {"warc_digest": Capture.digest}, (Capture.warc_file, Capture.warc_offset)),
    "files": (File, _FILES, (File.id,)),
    "article_files": (
        ArticleFile, {}, (ArticleFile.article_id, ArticleFile.role, ArticleFile.position, ArticleFile.file_id)
    ),
    "mentions": (Mention, {}, (Mention.article_id, Mention.version, Mention.field, Mention.span_start)),
    "documents_named": (
        DocumentNamed,
        {},
        (DocumentNamed.article_id, DocumentNamed.version, DocumentNamed.field, DocumentNamed.span_start),
    ),
}  # fmt: skip
STORED = tuple(_STORED)
_AS_TOLD = (str, int, type(None))  # what csv.writer and storage.export.columns.plain tell alike


def attributes(names: Iterable[str], of: Any, others: Mapping[str, Any]) -> list[Column]:
    """Returns columns whose values stay as the database has them: attributes of the table `of`, or `others`
    by name. Moments, lists and truth values are told by their types.
    """
    return [Column(name, others[name] if name in others else getattr(of, name)) for name in names]


def write_stored(connection: Connection, db: Database, name: str, write: Write) -> int:
    """Writes a table of STORED; returns how many rows."""
    of, others, order = _STORED[name]
    picked = attributes(tables()[name].columns, of, others)
    query = select(*(raw(column, db.sqlite).label(column.name) for column in picked)).select_from(of)
    if of is File:
        current = (FileVersion.file_id == File.id) & (FileVersion.number == File.version)
        query = query.outerjoin(FileVersion, current)
        query = query.outerjoin(Content, Content.digest == FileVersion.content_digest)
    return write_lines(write, picked, fetched(connection, query.order_by(*order), _ROWS))


def write_computed(
    name: str, rows: Iterable[Sequence[Any]], write: Write, seen: Callable[[Key], object] = lambda key: None
) -> int:
    """Writes a table of computed values, whose rows begin with a portal's key; `seen` is told each key."""
    columns = plain(tables()[name].columns)

    def told() -> Iterator[list[Any]]:
        for row in rows:
            seen((row[0], row[1]))
            # a call for each cell would cost a tenth of a release, and csv writes most as they are told
            yield [
                value if value.__class__ in _AS_TOLD else column.cell(value)
                for column, value in zip(columns, row, strict=True)
                if column.cell
            ]

    return write_rows(write, [column.name for column in columns], told())


def write_coverage(
    connection: Connection, registered: Registered, write: Write, seen: Callable[[Key], object]
) -> int:
    """Writes coverage.csv; tells `seen` the portals."""
    return write_computed("coverage", coverage(connection, None, registered), write, seen)


def write_quality(
    connection: Connection, registered: Registered, write: Write, seen: Callable[[Key], object]
) -> int:
    """Writes quality.csv; tells `seen` the portals."""
    return write_computed("quality", quality(connection, None, registered), write, seen)


def write_runs(connection: Connection, write: Write) -> int:
    """Writes runs.csv in the order of ids."""
    columns = (
        Run.id, Run.district_id, Run.portal, Run.started_at, Run.finished_at, Run.verdict, Run.counts,
        Run.evidence,
    )  # fmt: skip
    columns_ = tables()["runs"].columns
    moments = plain(columns_)

    def rows() -> Iterator[list[str]]:
        query = select(*columns).order_by(Run.id)
        with connection.execution_options(yield_per=_ROWS).execute(query) as found:
            for *values, counts, evidence in found:
                yield [
                    *(one.cell(value) for one, value in zip(moments, values, strict=False) if one.cell),
                    _json(counts), _json([str(said) for said in evidence]),
                ]  # fmt: skip

    return write_rows(write, columns_, rows())


def portals_of(connection: Connection) -> dict[Key, int]:
    """Returns every portal that the archive names, with the number of its articles."""
    of_articles = select(Article.district_id, Article.portal, func.count())
    found = Counter[Key]()
    for district, portal, count in connection.execute(
        of_articles.group_by(Article.district_id, Article.portal)
    ):
        found[district, portal] = count
    for query in (select(Portal.district_id, Portal.url), select(Run.district_id, Run.portal).distinct()):
        for district, portal in connection.execute(query):
            found[district, portal] += 0
    return dict(found)


def write_portals(
    connection: Connection, registered: Registered, counts: Mapping[Key, int], write: Write
) -> int:
    """Writes portals.csv: the portals of `counts`, each with its number of articles."""
    known: dict[Key, Any] = {(one.id, portal.url): portal for one in registered for portal in one.portals}
    known |= {(row.district_id, row.url): row for row in connection.execute(select(Portal.__table__))}
    checks, runs = states.latest(connection), last_runs(connection)

    def rows() -> Iterator[tuple[Any, ...]]:
        for key in sorted(counts):
            portal, check, run = known.get(key), checks.get(key), runs.get(key)
            yield (
                *key, portal and portal.family, portal and portal.until, counts[key],
                check and check.state, check and check.sure, check and check.checked_at,
                check and check.evidence, check and check.target, run and run.verdict,
                run and run.started_at,
            )  # fmt: skip

    return write_computed("portals", rows(), write)


def write_districts(
    connection: Connection, registered: Registered, counts: Mapping[Key, int], write: Write
) -> int:
    """Writes districts.csv: those of the archive and those that the portals of `counts` belong to."""
    known: dict[str, Any] = {one.id: one for one in registered}
    known |= {row.id: row for row in connection.execute(select(District.__table__))}
    articles = Counter[str]()
    for (district, _), count in counts.items():
        articles[district] += count

    def rows() -> Iterator[tuple[Any, ...]]:
        for id_ in sorted(articles.keys() | known.keys()):
            one = known.get(id_)
            place = lookup.district(one.code) if one else None
            now = place and lookup.province_now(place)
            yield (
                id_, one and one.kind, one and one.name, one and one.code, one and one.province,
                place and lookup.province(place).code, now and now.name, now and now.code,
                place and place.place_id, articles[id_],
            )  # fmt: skip

    return write_computed("districts", rows(), write)


def write_places(write: Write) -> int:
    """Writes places.csv, of the edition that this program has."""
    rows = (place for part in (UPPER, COMMUNES) for place in places(part))
    return write_rows(write, tables()["places"].columns, rows)


def write_place_changes(write: Write) -> int:
    """Writes place_changes.csv, of the same edition."""
    rows = (change for part in (UPPER, COMMUNES) for change in changes(part))
    return write_rows(write, tables()["place_changes"].columns, rows)
