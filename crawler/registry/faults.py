"""What is wrong in a registry, in words for the one who writes it: file, table, key, and what is allowed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from crawler.errors import RegistryError
from crawler.registry.entries import District, Portal, Select
from crawler.registry.raw import DISTRICT, Entry
from storage.language.foreign import recognised
from storage.language.messages import joined, message

DERIVED = frozenset({"id", "province", "province_id"})  # taken from the file; no table may set them

_SHOWN = 80  # characters of a value that a message repeats

_WORDS = {  # pydantic's error types, where its own sentence speaks of Python
    "string_type": message('must be a text in quotes, such as "427"'),
    "tuple_type": message("must be a list, such as []"),
    "dict_type": message("must be a table"),
    "model_type": message("must be a table"),
    "float_type": message("must be a number"),
    "int_type": message("must be a whole number"),
    "finite_number": message("must be a finite number"),
    "date_type": message("must be a date without quotes, such as 2025-06-30"),
    "string_too_short": message("must not be empty"),
    "missing": message("is missing"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in the registry; `str()` is the line for the operator.

    `district_id` is None where the file cannot be read; `province_id` then says which districts it hides.
    """

    file: Path
    province_id: str
    district_id: str | None
    where: str  # table and key, as in `[[do-luong.portals]] 2, key family`; empty for a fault of the file
    message: str

    def __str__(self) -> str:
        return joined([part for part in (str(self.file), self.where, self.message) if part], ": ")


def refusal(faults: Sequence[Fault]) -> RegistryError:
    """Returns the error for `faults` in two lines at most: the first in full, and how many more there are."""
    said = [str(faults[0])]
    if len(faults) > 1:
        said.append(message("and {more} more; `huyen districts` names each", more=len(faults) - 1))
    return RegistryError(joined(said, "\n"))


def of_entry(error: ValidationError, entry: Entry) -> Iterator[Fault]:
    """Yields Pydantic's findings on a district as the layers together have it."""
    for found in error.errors(include_url=False):
        loc = found["loc"]
        in_portal = len(loc) > 1 and loc[0] == "portals"
        portal, keys = (int(loc[1]), loc[2:]) if in_portal else (DISTRICT, loc)
        origin = entry.origin(portal, str(keys[0]) if keys else "")
        key = _key(keys)
        where = f"{origin.table}, key {key}" if key else origin.table
        yield Fault(origin.file, entry.province_id, entry.id, where, _message(found, loc))


def of_defaults(error: ValidationError) -> Iterator[tuple[str, str, str]]:
    """Yields Pydantic's findings on a table [defaults] as (key, table and key, message)."""
    for found in error.errors(include_url=False):
        keys = found["loc"]
        yield str(keys[0]), f"[defaults], key {_key(keys)}", _message(found, ("portals", 0, *keys))


def _key(keys: tuple[int | str, ...]) -> str:
    return "".join(f"[{k + 1}]" if isinstance(k, int) else f".{k}" for k in keys).removeprefix(".")


def of_toml(error: tomllib.TOMLDecodeError) -> str:
    """Returns what is wrong with a file that is not TOML; tables declared twice are named as what they are
    here.
    """
    twice = re.match(r"Cannot declare \((.*?),?\) twice(.*)", str(error))
    if not twice:
        return message("is not valid TOML: {error}", error=error)
    table = twice[1].replace("'", "").replace(", ", ".")
    return message(
        "duplicate id: table [{table}] is declared twice{twice}; give each district one table",
        table=table,
        twice=twice[2],
    )


def unknown_key(model: type[District | Portal | Select]) -> str:
    return message(
        "unknown key; allowed: {known}",
        known=", ".join(sorted(set(model.model_fields) - DERIVED)),
    )


def _message(found: Any, loc: tuple[int | str, ...]) -> str:
    kind, value = found["type"], found["input"]
    if kind == "extra_forbidden":
        return unknown_key(Select if "select" in loc[:-1] else Portal if loc[0] == "portals" else District)
    if kind == "literal_error":
        allowed = re.findall(r"'([^']*)'", found["ctx"]["expected"])
        said: str = message("must be one of {allowed}", allowed=", ".join(allowed))
    elif kind in _WORDS:
        said = _WORDS[kind]
    elif error := found.get("ctx", {}).get("error"):
        said = str(error)
    else:
        said = recognised(str(found["msg"]).replace("Input should be", "must be"))
    if kind == "missing" or isinstance(value, (dict, list)):
        return said
    return message("{said} (it is {value})", said=said, value=_toml(value))


def _toml(value: object) -> str:
    """Returns a scalar as TOML writes it, its beginning where it is long."""
    if isinstance(value, int) and abs(value) >= 10**_SHOWN:
        return message("a number of more than {shown} digits", shown=_SHOWN)
    text = f'"{value}"' if isinstance(value, str) else str(value)
    text = text.lower() if isinstance(value, bool) else text
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
