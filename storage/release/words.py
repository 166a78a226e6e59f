"""The tables of a release and the columns of an export in words, as tables.toml beside this file has them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).with_name("tables.toml")
FURTHER = "further"  # columns of an export that no table of a release has


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its Table Schema type and constraints, and what it means in English and Vietnamese.

    `shown`, `source` and `sure` are for the codebook: the type in words, where it comes from, how far to
    trust it.
    """

    name: str
    type: str
    title: str
    title_vi: str
    text: str
    text_vi: str
    shown: str = ""
    source: str = ""
    sure: str = ""
    constraints: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key: `fields` name a row of `table` ("" is the table itself) by its `to`."""

    fields: Sequence[str]
    table: str
    to: Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what it holds, its columns in order, its key and its references."""

    name: str
    title: str
    title_vi: str
    text: str
    text_vi: str
    fields: Sequence[Field]
    key: Sequence[str]
    references: Sequence[Reference]

    @property
    def columns(self) -> list[str]:
        """The names of its columns, in order."""
        return [one.name for one in self.fields]


@cache
def tables() -> dict[str, Table]:
    """Returns every table by name, in the order of the file."""
    found: dict[str, Table] = {}
    known: dict[str, Field] = {}
    for name, told in tomllib.loads(SOURCE.read_text(encoding="utf-8")).items():
        own = {column: Field(column, **said) for column, said in told.pop("fields", {}).items()}
        columns = [own[column] if column in own else known[column] for column in told.pop("columns").split()]
        references = [Reference(**one) for one in told.pop("references")]
        found[name] = Table(name, fields=columns, references=references, **told)
        known = own | known
    return found


def further() -> dict[str, Field]:
    """Returns the columns that an export has beside the default ones, by name."""
    return {one.name: one for name in ("provenance", FURTHER) for one in tables()[name].fields}
