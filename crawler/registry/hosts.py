"""The tables of facts/: the hosts of each district, and where each was seen."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).with_name("facts")


class Host(NamedTuple):
    """A host that sources name as a district's; README.md beside the tables explains the columns."""

    code: str
    host: str  # or host and path
    kind: str
    role: str
    platform: str
    platform_seen: str
    sources: tuple[str, ...]  # in words
    year: str
    strength: str
    note: str


class Candidate(NamedTuple):
    """A weak host: a lead to look at, not an entry."""

    code: str
    host: str
    sources: tuple[str, ...]  # in words
    year: str
    note: str


@cache
def hosts() -> tuple[Host, ...]:
    """Returns the hosts in the order of the table, which is that of the districts' codes."""
    return tuple(map(Host._make, _rows("hosts")))


@cache
def candidates() -> tuple[Candidate, ...]:
    """Returns the weak hosts of districts that have no other, or none that surely lives."""
    return tuple(map(Candidate._make, _rows("candidates")))


def _rows(name: str) -> Iterator[list[Any]]:
    """Yields the rows of a table, with the sources in words."""
    with (FOLDER / "sources.csv").open(encoding="utf-8", newline="") as file:
        words = {row["source"]: row["words"] for row in csv.DictReader(file)}
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            said = tuple(words[source] for source in row["sources"].split())
            yield list((row | {"sources": said}).values())
