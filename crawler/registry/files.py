"""Reads the TOML files of a registry's layers: a file a province, its tables as they stand, not yet checked.

Text is brought to NFC before TOML reads it, so a name typed on a Mac equals the same name typed elsewhere.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from crawler.errors import RegistryError
from crawler.registry.entries import Portal
from crawler.registry.faults import Fault, of_defaults, of_toml
from crawler.registry.places import province_fault, province_name
from storage.language.messages import message
from storage.text import nfc

# What a province says once for its portals: all but what makes a portal itself, and what was seen of it.
INHERITED = frozenset(Portal.model_fields) - frozenset(
    [
        "url",
        "kind",
        "sections",
        "feeds",
        "sitemaps",
        "former",
        "status",
        "note",
        "source",
        "year",
        "unverified",
    ]
)
_ID = re.compile(r"[A-Za-z0-9_-]+")  # a bare TOML key: no id needs quoting in a shell or a file name
_BAD_ID = message("letters a-z, digits, - and _ only, such as do-luong")


@dataclass(frozen=True, slots=True)
class Document:
    """One file of one layer: what it says for the whole province, and its tables by name."""

    file: Path
    province_id: str
    province: str | None  # the written name, where the file has it
    defaults: dict[str, Any]
    tables: dict[str, dict[str, Any]]


def documents(layers: Sequence[Path], faults: list[Fault]) -> Iterator[Document]:
    """Yields the files of all `layers` in order; what cannot be read is appended to `faults`.

    RegistryError where a layer does not exist or holds no file.
    """
    for path in layers:
        if not path.exists():
            raise RegistryError(
                message(
                    "registry {path} does not exist; set HUYEN_REGISTRY to folders of TOML files, or TOML "
                    "files",
                    path=path,
                )
            )
        files = [path]
        if path.is_dir():
            files = sorted(f for f in path.glob("*.toml") if not f.name.startswith("."))
        if not files:
            raise RegistryError(
                message(
                    "registry {path} holds no .toml file; it takes one a province, such as nghe-an.toml",
                    path=path,
                )
            )
        for file in files:
            if document := _read(file, faults):
                yield document


def _read(file: Path, faults: list[Fault]) -> Document | None:
    """Returns one file; None where it cannot be read at all."""
    province_id = file.stem

    def fault(said: str, table: str | None = None, where: str = "") -> None:
        faults.append(Fault(file, province_id, table and f"{province_id}.{table}", where, said))

    if not _ID.fullmatch(province_id):
        fault(message("the file's name is the province's id: {bad_id}", bad_id=_BAD_ID))
        return None
    try:
        document = tomllib.loads(nfc(file.read_bytes().decode("utf-8-sig")))
    except OSError as error:
        fault(message("cannot be read: {strerror}", strerror=error.strerror))
        return None
    except UnicodeDecodeError as error:
        fault(message("is not UTF-8 (byte {start}); save it as UTF-8", start=error.start))
        return None
    except tomllib.TOMLDecodeError as error:
        fault(of_toml(error))
        return None
    except RecursionError:
        fault(message("is nested too deeply to be a registry"))
        return None
    except ValueError:  # Python converts no more digits than this (sys.get_int_max_str_digits)
        fault(message("holds a number of more than 4,300 digits; shorten it"))
        return None
    province = None
    if "province" in document and not isinstance(document["province"], dict):
        province = document.pop("province")
        if not isinstance(province, str) or not province.strip():
            fault(message('must be a text such as "Nghệ An"'), where="key province")
            return None
        if wrong := province_fault(province_id, province):
            fault(wrong, where="key province")
            return None
    defaults = document.pop("defaults", {})
    if isinstance(defaults, dict):
        for where, said in _bad_defaults(defaults):
            fault(said, where=where)
    else:
        fault(message("must be a table"), where="key defaults")
        defaults = {}
    tables = {}
    for table, content in document.items():
        if not isinstance(content, dict):
            said = message("unknown key; allowed at the top: province, defaults, and one table a district")
            fault(said, table, f"key {table}")
        elif not _ID.fullmatch(table):
            fault(
                message("the table's name is the district's id: {bad_id}", bad_id=_BAD_ID),
                table,
                f'["{table}"]',
            )
        else:
            tables[table] = content
    return Document(file, province_id, province, defaults, tables)


def _bad_defaults(defaults: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yields what is wrong with a table [defaults] as (table and key, message), and takes it out."""
    for key in sorted(defaults.keys() - INHERITED):
        defaults.pop(key)
        known = ", ".join(sorted(INHERITED))
        yield f"[defaults], key {key}", message("unknown key; allowed: {known}", known=known)
    try:
        Portal.model_validate({"url": "http://portal.invalid", "family": "generic"} | defaults)
    except ValidationError as error:
        for key, where, said in of_defaults(error):
            defaults.pop(key, None)
            yield where, said


def written(documents: Sequence[Document]) -> str:
    """Returns the written name of the province that `documents` (at least one) are about."""
    said = [document.province for document in documents if document.province]
    return said[-1] if said else province_name(documents[0].province_id)
