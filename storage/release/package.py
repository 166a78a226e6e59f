"""datapackage.json: what a release is, file by file and column by column (Data Package v2, Table Schema).

It is the source from which every other document of a release is made. No moment of the making is in it: the
same archive gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from storage.release.about import About
from storage.release.files import Written
from storage.release.words import Field, Table, tables

PROFILES = "https://datapackage.org/profiles/2.0"
_MOMENT = "%Y-%m-%dT%H:%M:%S%z"
_MEDIA = {"csv": "text/csv", "jsonl": "application/jsonl", "parquet": "application/vnd.apache.parquet"}


@dataclass(frozen=True, slots=True)
class State:
    """What a release is of: its version (2026.11.28), its day, the archive's latest moment (ISO 8601, ""
    where it has none), its fingerprint, the columns that it is without, and the release before it."""

    version: str
    day: str
    at: str
    fingerprint: str
    without: Sequence[str] = ()
    previous: Mapping[str, str] | None = None  # name, version and fingerprint


def package(state: State, about: About, files: Sequence[Written]) -> dict[str, Any]:
    """Returns datapackage.json of a release with `files`."""
    articles = next(one.rows for one in files if one.path == "data/articles.csv")
    said: dict[str, Any] = {
        "$schema": f"{PROFILES}/datapackage.json",
        "name": "huyen",
        "title": "News of Vietnam's former district portals",
        "title_vi": "Tin tức của các cổng thông tin huyện cũ ở Việt Nam",
        "description": f"{articles} articles from the portals of Vietnam's districts, which ended on 30 June "
        "2025: texts, dates as precise as printed, places of then and now, and where the evidence is.",
        "version": state.version,
        "released": state.day,
    }
    if state.at:
        said["created"] = state.at  # of the archive: the same state gives the same bytes
    if about.doi:
        said["id"] = f"https://doi.org/{about.doi}"
    if about.licence:
        said["licenses"] = [_licence(about)]
    said["rights"] = {"licence": about.licence or "not stated", "note": about.rights_note}
    people = [_person(one.name, one.orcid) for one in about.creators]
    if about.publisher:
        people.append({"title": about.publisher, "roles": ["publisher"]})
    if people:
        said["contributors"] = people
    if about.contact:
        said["contact"] = about.contact
    said |= {
        "keywords": ["Viet Nam", "district", "local news", "e-government", "web archive"],
        "languages": ["vi"],
        "software": f"huyen {version('huyen')}",
        "fingerprint": f"sha256:{state.fingerprint}",
        "without": list(state.without),
    }
    if state.previous:
        said["previous"] = dict(state.previous)
    said["resources"] = [resource(one, state.without) for one in files]
    return said


def resource(file: Written, without: Sequence[str] = ()) -> dict[str, Any]:
    """Returns what a file is. A table has its schema; Parquet says the same as the CSV beside it."""
    stem, _, form = file.path.rpartition("/")[2].removesuffix(".gz").rpartition(".")
    name = "changes" if file.path.startswith("changes/") else stem
    table = tables()[name if form != "parquet" else "articles"]
    said: dict[str, Any] = {
        "name": name.lower() if form != "parquet" else _name(file.path),
        "path": file.path,
        "title": table.title,
        "title_vi": table.title_vi,
        "description": table.text,
        "description_vi": table.text_vi,
        "format": form,
        "mediatype": _MEDIA[form],
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
    }
    if form == "parquet":
        return said | {"type": "file", "describes": "articles"}
    said |= {"type": "table", "encoding": "utf-8", "rows": file.rows}
    if form == "jsonl":
        said |= {"compression": "gz", "dialect": {"json": {"keyed": True}}}
    return said | {"schema": schema(table, without)}


def schema(table: Table, without: Sequence[str] = ()) -> dict[str, Any]:
    """Returns the Table Schema of a table."""
    said: dict[str, Any] = {
        "$schema": f"{PROFILES}/tableschema.json",
        "fields": [_field(one) for one in table.fields if one.name not in without],
        "missingValues": [""],
    }
    if table.key:
        said["primaryKey"] = list(table.key)
    if table.references:
        said["foreignKeys"] = [
            {
                "fields": list(one.fields),
                "reference": {"fields": list(one.to)} | ({"resource": one.table} if one.table else {}),
            }
            for one in table.references
        ]
    return said


def _name(path: str) -> str:
    """Returns the name of a Parquet file: data/articles/year=2023/articles.parquet is that of a year."""
    folder, _, file = path.removeprefix("data/").removesuffix(".parquet").rpartition("/")
    return "-".join(part for part in (file, folder.rpartition("=")[2], "parquet") if part)


def _field(one: Field) -> dict[str, Any]:
    said: dict[str, Any] = {"name": one.name, "type": one.type}
    if one.type == "datetime":
        said["format"] = _MOMENT
    said |= {
        "title": one.title,
        "title_vi": one.title_vi,
        "description": one.text,
        "description_vi": one.text_vi,
    }
    if one.constraints:
        said["constraints"] = dict(one.constraints)
    return said


def _licence(about: About) -> dict[str, str]:
    said = {"title": about.licence}
    if about.spdx:
        said = {"name": about.spdx, **said}
    if about.licence_url:
        said["path"] = about.licence_url
    return said if "name" in said or "path" in said else {"name": "other", **said}


def _person(name: str, orcid: str) -> dict[str, Any]:
    return {"title": name, "roles": ["creator"]} | ({"path": f"https://orcid.org/{orcid}"} if orcid else {})
