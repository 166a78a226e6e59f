"""CITATION.cff (Citation File Format 1.2.0), LICENSE, and how a release is cited in a sentence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from storage.serve.cite import joined

Package = Mapping[str, Any]


def citation(package: Package) -> str:
    """Returns CITATION.cff: YAML, whose strings are written as JSON ones, which YAML reads as well."""
    people = creators(package)
    lines = [
        "cff-version: 1.2.0",
        "message: If you use this dataset, please cite it as below.",
        "type: dataset",
        f"title: {_text(package['title'])}",
        f"version: {_text(package['version'])}",
        f"date-released: {_text(package['released'])}",
        "authors:",
    ]
    for person in people:
        family, _, given = (part.strip() for part in person["title"].partition(","))
        named = {"family-names": family, "given-names": given} if given else {"name": person["title"]}
        if given and "path" in person:
            named["orcid"] = person["path"]
        elif "path" in person:
            named["website"] = person["path"]
        lines += [
            f"  {'-' if not n else ' '} {key}: {_text(value)}" for n, (key, value) in enumerate(named.items())
        ]
    if not people:  # the format wants an author
        lines.append(f"  - name: {_text(publisher(package) or 'not stated')}")
    if "id" in package:
        doi = package["id"].removeprefix("https://doi.org/")
        lines += ["identifiers:", "  - type: doi", f"    value: {_text(doi)}"]
    for licence in package.get("licenses", ()):
        if licence["name"] != "other":
            lines.append(f"license: {_text(licence['name'])}")
        elif "path" in licence:
            lines.append(f"license-url: {_text(licence['path'])}")
    lines += ["keywords:", *(f"  - {_text(word)}" for word in package["keywords"])]
    return "\n".join([*lines, ""])


def licence(package: Package) -> str | None:
    """Returns LICENSE; None where none was stated."""
    if not package.get("licenses"):
        return None
    (said,) = package["licenses"]
    lines = [f"Licence: {said['title']}"]
    if "path" in said:
        lines.append(f"Text of the licence: {said['path']}")
    if package["rights"]["note"]:
        lines += ["", package["rights"]["note"]]
    return "\n".join([*lines, ""])


def creators(package: Package) -> list[Mapping[str, Any]]:
    """Returns the contributors who made the dataset."""
    return [one for one in package.get("contributors", ()) if "creator" in one["roles"]]


def authors(package: Package) -> str:
    """Returns the creators as a citation names them."""
    return joined([one["title"] for one in creators(package)]) or publisher(package) or "Author not stated"


def publisher(package: Package) -> str:
    """Returns the publisher's name; "" where there is none."""
    found = (one["title"] for one in package.get("contributors", ()) if "publisher" in one["roles"])
    return next(found, "")


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
