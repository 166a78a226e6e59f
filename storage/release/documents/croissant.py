"""croissant.json: the tables for machine-learning tools (Croissant 1.1, MLCommons)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from storage.release.documents.citation import creators, publisher

VERSION = "http://mlcommons.org/croissant/1.1"
_PLAIN = (
    "arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field", "fileProperty",
    "fileObject", "fileSet", "format", "includes", "isArray", "isLiveDataset", "jsonPath", "key", "md5",
    "parentField", "path", "recordSet", "references", "regex", "repeated", "replace", "samplingRate",
    "separator", "source", "subField", "transform",
)  # fmt: skip
# The context that the specification recommends; tools compare it word by word.
CONTEXT: Mapping[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    "sc": "https://schema.org/",
    **{name: f"cr:{name}" for name in _PLAIN},
}
_TYPES = {
    "string": "sc:Text",
    "array": "sc:Text",  # as JSON in a cell
    "object": "sc:Text",
    "integer": "sc:Integer",
    "number": "sc:Float",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
    "datetime": "sc:DateTime",
}


def croissant(package: Mapping[str, Any]) -> dict[str, Any]:
    """Returns croissant.json. Tables that are CSV have their columns; other files are listed."""
    tables = [one for one in package["resources"] if one["format"] == "csv"]
    said: dict[str, Any] = {
        "@context": dict(CONTEXT),
        "@type": "sc:Dataset",
        "conformsTo": VERSION,
        "name": package["name"],
        "alternateName": package["title"],
        "description": package["description"],
        "version": package["version"],
        "datePublished": package["released"],
        "inLanguage": package["languages"],
        "keywords": package["keywords"],
        "license": _licence(package),
        "creator": [_person(one) for one in creators(package)]
        or {"@type": "sc:Organization", "name": publisher(package) or "not stated"},
        "citeAs": f"{package['title']}, version {package['version']}. {package['fingerprint']}",
        "isLiveDataset": False,
    }
    if publisher(package):
        said["publisher"] = {"@type": "sc:Organization", "name": publisher(package)}
    said["url"] = package.get("id", f"urn:huyen:{package['version']}")
    return said | {
        "distribution": [_file(one) for one in package["resources"]],
        "recordSet": [_records(one) for one in tables],
    }


def _licence(package: Mapping[str, Any]) -> str:
    for one in package.get("licenses", ()):
        return str(one.get("path", one["title"]))
    return "not stated"


def _person(one: Mapping[str, Any]) -> dict[str, Any]:
    return {"@type": "sc:Person", "name": one["title"]} | ({"url": one["path"]} if "path" in one else {})


def _file(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": one["path"],
        "name": one["path"],
        "description": one["description"],
        "contentUrl": one["path"],
        "contentSize": f"{one['bytes']} B",
        "encodingFormat": "application/gzip" if one.get("compression") else one["mediatype"],
        "sha256": one["hash"].removeprefix("sha256:"),
    }


def _records(one: Mapping[str, Any]) -> dict[str, Any]:
    name, schema = one["name"], one["schema"]
    said: dict[str, Any] = {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": one["description"],
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{name}/{column['name']}",
                "name": column["name"],
                "description": column["description"],
                "dataType": _TYPES[column["type"]],
                "source": {"fileObject": {"@id": one["path"]}, "extract": {"column": column["name"]}},
            }
            for column in schema["fields"]
        ],
    }
    key = [{"@id": f"{name}/{column}"} for column in schema.get("primaryKey", ())]
    return said | ({"key": key if len(key) > 1 else key[0]} if key else {})
