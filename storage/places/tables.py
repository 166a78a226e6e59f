"""The two tables of facts that README.md beside this file describes, read when they are first needed.

Provinces and districts are a small file of their own: the registry is checked against them at every start.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent
UPPER, COMMUNES = "districts", "communes"  # the two parts of each table


class Place(NamedTuple):
    """A unit in one state: between two days it was called so, and stood under that parent.

    Days are ISO 8601 and inclusive; an empty `valid_from` is older than the lists, an empty `valid_to` is
    still valid. Everything is text, as in the files; `lat` and `lon` are degrees (WGS 84).
    """

    place_id: str  # level:code, or level:code@state
    level: str  # province, district, commune
    code: str  # of the Statistics Office: 2, 3 or 5 digits; codes are used again for other places
    kind: str
    name: str  # without the kind
    parent: str  # place_id, empty for a province
    valid_from: str
    valid_to: str
    lat: str
    lon: str
    note: str

    def valid(self, day: str) -> bool:
        """Returns whether the unit was in this state on `day`, an ISO date."""
        return (not self.valid_from or self.valid_from <= day) and (not self.valid_to or day <= self.valid_to)


class Change(NamedTuple):
    """One state becomes another on a day; `new` is empty where nothing tells what the unit became."""

    old: str  # place_id
    new: str
    on: str  # first day of the new state
    how: str  # whole, part, kept, renamed, kind, moved, code, recoded, dissolved
    resolution: str


@cache
def places(part: str) -> tuple[Place, ...]:
    """Returns all states of the UPPER units (provinces and districts), or of the COMMUNES."""
    return tuple(map(Place._make, _rows(part)))


@cache
def changes(part: str) -> tuple[Change, ...]:
    """Returns what became of the UPPER units, or of the COMMUNES."""
    return tuple(map(Change._make, _rows(f"{part}_changes")))


def file(name: str) -> Path:
    """Returns where the table `name` stands: the long ones are compressed."""
    plain = FOLDER / f"{name}.csv"
    return plain if plain.exists() else plain.with_suffix(".csv.gz")


def text(name: str) -> str:
    """Returns a table as CSV."""
    return _bytes(name).decode("utf-8")


def _bytes(name: str) -> bytes:
    path = file(name)
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def _rows(name: str) -> Iterator[Iterable[str]]:
    rows = csv.reader(io.TextIOWrapper(io.BytesIO(_bytes(name)), "utf-8", newline=""))
    next(rows)
    share = dict[str, str]().setdefault  # one string for equal ones: half the memory
    return (map(share, row, row) for row in rows)
