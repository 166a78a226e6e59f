"""What an address asks for: a selection out of its query, and addresses out of a selection."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from storage.errors import StorageError
from storage.search.search import SORTS
from storage.search.selection import Filters
from storage.serve.browse import PRECISIONS, SOURCES, Selection

# In the order in which the pages show them; all stand in the address, so a search can be cited.
NAMES = (
    "q", "province", "place", "district", "from", "to", "year", "precision", "source", "flag", "status",
    "copies", "files", "confidence", "sort",
)  # fmt: skip
_SHARE = re.compile(r"0(\.\d{1,4})?|1(\.0)?")
_LONGEST = 500  # letters of a value; a search of a hundred words is none
_CHOICES = {
    "precision": PRECISIONS,
    "source": SOURCES,
    "status": ("live", "gone"),
    "copies": ("show", "hide"),
    "files": ("yes",),
    "sort": SORTS,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The conditions of a request, by name; those that say nothing are left out."""

    values: Mapping[str, str]

    @classmethod
    def of(cls, query: Iterable[tuple[str, str]]) -> Asked:
        """Returns what a query string asks. Raises StorageError for a value that none may have."""
        values: dict[str, str] = {}
        for name, value in query:
            value = " ".join(value.replace("\0", " ").split())
            if name not in NAMES or not value:
                continue
            if len(value) > _LONGEST:
                raise StorageError(f"{name}: at most {_LONGEST} letters")
            if name in _CHOICES and value not in _CHOICES[name]:
                raise StorageError(f"{name}: {value!r} is none of {', '.join(_CHOICES[name])}")
            if name == "confidence" and not _SHARE.fullmatch(value):
                raise StorageError(f"confidence: {value!r} is no number from 0 to 1")
            values[name] = value
        return cls(values)

    @property
    def selection(self) -> Selection:
        """The articles that are asked for."""
        get = self.values.get

        def many(name: str) -> tuple[str, ...]:
            return (self.values[name],) if name in self.values else ()

        return Selection(
            Filters(many("district"), many("province"), get("from"), get("to"), get("q"), many("place")),
            year=get("year"),
            precision=get("precision"),
            source=get("source"),
            flag=get("flag"),
            status=get("status"),
            copies=get("copies") != "hide",
            files=get("files") == "yes",
            least=float(self.values["confidence"]) if "confidence" in self.values else None,
        )

    def address(self, path: str, **changes: str | None) -> str:
        """Returns an address with these conditions and others; None takes one away.

        An underscore at the end of a name is left out (`from_`).
        """
        values = {name: self.values[name] for name in NAMES if name in self.values}
        for name, value in changes.items():
            values.pop(name.rstrip("_"), None)
            if value is not None:
                values[name.rstrip("_")] = value
        return f"{path}?{urlencode(values)}" if values else path

    def without(self, path: str) -> list[tuple[str, str, str]]:
        """Returns each condition but the words: its name, its value, the address without it."""
        shown = [name for name in NAMES if name in self.values and name not in ("q", "sort")]
        return [(name, self.values[name], self.address(path, **{f"{name}_": None})) for name in shown]
