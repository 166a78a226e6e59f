"""ro-crate-metadata.json: the folder as a research object, with how it was made (RO-Crate 1.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from storage.release.documents.citation import creators, publisher

CONTEXT = "https://w3id.org/ro/crate/1.2/context"
_PROFILE = "https://w3id.org/ro/crate/1.2"
_MEDIA = {
    "md": "text/markdown", "json": "application/json", "cff": "application/yaml", "LICENSE": "text/plain",
}  # fmt: skip
_SOFTWARE = "#huyen"


def crate(package: Mapping[str, Any], documents: Sequence[str]) -> dict[str, Any]:
    """Returns ro-crate-metadata.json; `documents` are the names of the other files that are no resources."""
    files = [_data(one) for one in package["resources"]] + [_document(name) for name in documents]
    made_by = [_person(one, n) for n, one in enumerate(creators(package))]
    house = (
        [{"@id": "#publisher", "@type": "Organization", "name": publisher(package)}]
        if publisher(package)
        else []
    )
    licences = [_licence(one) for one in package.get("licenses", ()) if "path" in one]
    root: dict[str, Any] = {
        "@id": "./",
        "@type": "Dataset",
        "name": package["title"],
        "description": package["description"],
        "version": package["version"],
        "datePublished": package["released"],
        "license": _ref(licences[0]) if licences else package["rights"]["licence"],
        "keywords": package["keywords"],
        "inLanguage": package["languages"],
        "hasPart": [_ref(one) for one in files],
        "mentions": [{"@id": "#making"}],
    }
    if "id" in package:
        root["identifier"] = package["id"]
    if made_by:
        root["creator"] = [_ref(one) for one in made_by]
    if house:
        root["publisher"] = _ref(house[0])
    making = {
        "@id": "#making",
        "@type": "CreateAction",
        "name": "The release was written from one read transaction of the archive",
        "instrument": {"@id": _SOFTWARE},
        "result": {"@id": "./"},
        "description": f"State of the archive: {package.get('created', 'empty')}, {package['fingerprint']}",
    }
    program, _, version = package["software"].partition(" ")
    software = {"@id": _SOFTWARE, "@type": "CreativeWork", "name": program, "version": version}
    descriptor = {
        "@id": "ro-crate-metadata.json",
        "@type": "CreativeWork",
        "conformsTo": {"@id": _PROFILE},
        "about": {"@id": "./"},
    }
    graph = [descriptor, root, making, software, *made_by, *house, *licences, *files]
    return {"@context": [CONTEXT, {"sha256": "https://schema.org/sha256"}], "@graph": graph}


def _ref(one: Mapping[str, Any]) -> dict[str, Any]:
    return {"@id": one["@id"]}


def _data(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@id": one["path"],
        "@type": "File",
        "name": one["title"],
        "description": one["description"],
        "encodingFormat": "application/gzip" if one.get("compression") else one["mediatype"],
        "contentSize": str(one["bytes"]),
        "sha256": one["hash"].removeprefix("sha256:"),
    }


def _document(name: str) -> dict[str, Any]:
    return {
        "@id": name, "@type": "File", "name": name,
        "encodingFormat": _MEDIA.get(name.rpartition(".")[2], "text/plain"),
    }  # fmt: skip


def _person(one: Mapping[str, Any], n: int) -> dict[str, Any]:
    return {"@id": one.get("path", f"#creator-{n + 1}"), "@type": "Person", "name": one["title"]}


def _licence(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@id": one["path"],
        "@type": "CreativeWork",
        "name": one["title"],
        "description": f"Licence {one['title']}",
    }
