"""The columns of an export: the default ones in their fixed order, then the rest (docs/codebook.md)."""

from __future__ import annotations

import calendar
import json
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Text, func, select
from sqlalchemy.orm import InstrumentedAttribute

from storage.errors import StorageError
from storage.language.messages import message
from storage.places.lookup import district, districts, province, province_now
from storage.places.tables import Place
from storage.schema import Article, Capture, District, Version
from storage.search import mentioned
from storage.vocabulary import iso


class Column(NamedTuple):
    """A column: what is selected, and how its value is written, natively and as the text of a CSV cell."""

    name: str
    source: Any  # an attribute of a table, or what is computed from some
    native: Callable[[Any], Any] | None = None
    cell: Callable[[Any], str] | None = None


def _iso(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None


def timed(name: str, source: InstrumentedAttribute[Any]) -> Column:
    """Returns a column of moments, written in Vietnamese time."""
    return Column(name, source, _iso, lambda moment: _iso(moment) or "")


def listed(name: str, source: InstrumentedAttribute[Any]) -> Column:
    """Returns a column of lists; in CSV each is a JSON array."""
    return Column(name, source, None, lambda value: json.dumps(value or [], ensure_ascii=False))


def of_capture(column: InstrumentedAttribute[Any], of: Any = Version) -> Any:
    """Returns `column` of the capture that proves a version: of an article, or of a file (FileVersion)."""
    here = (Capture.warc_file == of.warc_file, Capture.warc_offset == of.warc_offset)
    return select(column).where(*here).correlate(of).scalar_subquery()


def flag(name: str, source: InstrumentedAttribute[Any]) -> Column:
    """Returns a column of truth values."""
    return Column(name, source, None, lambda value: "true" if value else "false")


def plain(names: Iterable[str]) -> tuple[Column, ...]:
    """Returns columns of values that are not of the tables: texts, numbers, truth values, aware moments."""
    return tuple(Column(name, None, _native, _cell) for name in names)


def _native(value: Any) -> Any:
    return iso(value) if isinstance(value, datetime) else value


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(_native(value))


@cache
def _provinces_now() -> dict[str, Place]:
    """The province of today of each district, by the district's code."""
    return {place.code: province_now(place) for place in districts()}


def _now(name: str, attribute: str) -> Column:
    """Returns a column that says an attribute of the province of today; empty for a code of no district."""

    def told(code: str | None) -> str | None:
        place = _provinces_now().get(code or "")
        return place and str(getattr(place, attribute))

    return Column(name, District.code, told, lambda code: told(code) or "")


def _named(name: str, told: Callable[[str | None], list[str] | None]) -> Column:
    """Returns a column of the communes that the texts name."""
    return Column(name, mentioned.mentioned(), told, lambda value: mentioned.cell(told(value)))


def _province_code(code: str | None) -> str | None:
    """Returns the code of the province that a district belonged to; None for a code of no district."""
    place = district(code or "")
    return province(place).code if place else None


def days(printed: str | None) -> tuple[date, date] | None:
    """Returns the first and the last day that a date of publication can mean; None where there is none.

    `printed` is 2023, 2023-10, 2023-10-26 or a moment of that day.
    """
    if not printed:
        return None
    year, month, day = int(printed[:4]), int(printed[5:7] or 0), int(printed[8:10] or 0)
    if day:
        return date(year, month, day), date(year, month, day)
    if month:
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    return date(year, 1, 1), date(year, 12, 31)


DAY: Any = func.substr(Version.published_at, 1, 10, type_=Text())  # as far as it is known


def _of_day(name: str, told: Callable[[date, date], str | None]) -> Column:
    """Returns a column that is derived from the days that a date of publication can mean."""

    def native(printed: str | None) -> str | None:
        found = days(printed)
        return told(*found) if found else None

    return Column(name, DAY, native, lambda printed: native(printed) or "")


DEFAULT = (
    Column("id", Article.id),
    Column("district_id", Article.district_id),
    Column("district_code", District.code),
    Column("district", District.name),
    Column("province", District.province),
    Column("portal", Article.portal),
    Column("url", Article.url),
    Column("title", Version.title),
    Column("lead", Version.lead),
    Column("body", Version.body),
    Column("author", Version.author),
    Column("category", Version.category),
    Column("published_at", Version.published_at),
    Column("published_precision", Version.published_precision),
    Column("published_source", Version.published_source),
    flag("published_is_event", Version.published_is_event),
    listed("captions", Version.captions),
    listed("images", Version.images),
    listed("attachments", Version.attachments),
    timed("first_seen_at", Article.first_seen_at),
    timed("last_seen_at", Article.last_seen_at),
    Column("version", Article.version),
    Column("duplicate_of", Article.duplicate_of),
    Column("duplicate_kind", Article.duplicate_kind),
    _now("province_now", "name"),
    _now("province_now_code", "code"),
)
REST = (
    Column("province_code", District.code, _province_code, lambda code: _province_code(code) or ""),
    Column("published_raw", Version.published_raw),
    listed("tags", Version.tags),
    listed("flags", Version.flags),
    Column("status", Article.status),
    timed("gone_at", Article.gone_at),
    timed("fetched_at", Version.fetched_at),
    Column("encoding", Version.encoding),
    Column("content_hash", Version.content_hash),
    Column("text_hash", Article.exact),
    Column("confidence", Version.confidence),
    listed("witnesses", Version.witnesses),
    Column("reader_version", Version.reader_version),
    Column("run_id", Version.run_id),
    Column("warc_file", Version.warc_file),
    Column("warc_offset", Version.warc_offset),
    Column("warc_length", Version.warc_length),
    Column("warc_digest", Version.warc_digest),
    timed("first_crawled_at", Article.first_crawled_at),
    Column("captured_via", Version.captured_via),
    Column("captured_by", of_capture(Capture.captured_by)),
    Column("source_uri", of_capture(Capture.source_uri)),
    listed("parts", Version.parts),
    _named("communes", mentioned.communes),
    _named("communes_now", mentioned.communes_now),
    _of_day("published_day", lambda first, last: str(first) if first == last else None),
    _of_day("published_from", lambda first, last: str(first)),
    _of_day("published_until", lambda first, last: str(last)),
)
ALL = DEFAULT + REST


def chosen(names: str | Iterable[str] | None) -> tuple[Column, ...]:
    """Returns the columns of `names`: None for the default ones, "all", or names (also in one text, with
    commas).

    Raises StorageError, with the list of columns, for a name that is none.
    """
    if names is None:
        return DEFAULT
    return named(names, ALL)


def named(names: str | Iterable[str] | None, every: tuple[Column, ...]) -> tuple[Column, ...]:
    """Returns those of the columns `every` that `names` mean, in their order: all for None and for "all".

    Raises StorageError, with the list of columns, for a name that is none.
    """
    if names is None:
        return every
    wanted = [part.strip() for part in names.split(",")] if isinstance(names, str) else list(names)
    wanted = [name for name in wanted if name]
    if wanted == ["all"]:
        return every
    known = {column.name: column for column in every}
    unknown = [name for name in wanted if name not in known]
    if unknown or not wanted:
        said = (
            message("no column {unknown}", unknown=", ".join(map(repr, unknown)))
            if unknown
            else message("no column is named")
        )
        raise StorageError(message("{said}; there are all, {known}", said=said, known=", ".join(known)))
    return tuple(known[name] for name in wanted)
