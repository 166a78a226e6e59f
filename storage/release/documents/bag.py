"""The files that make a release a bag (BagIt 1.0, RFC 8493): its folder data/ is the payload already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from storage.release.documents.citation import publisher
from storage.release.files import Written

PAYLOAD = "data/"


def bag(package: Mapping[str, Any], files: Iterable[Written]) -> dict[str, str]:
    """Returns the texts of bagit.txt, bag-info.txt and manifest-sha256.txt by name."""
    payload = sorted((one for one in files if one.path.startswith(PAYLOAD)), key=lambda one: one.path)
    info = {
        "Bagging-Date": package["released"],
        "Bag-Software-Agent": package["software"],
        "External-Identifier": package.get("id", f"{package['name']}-{package['version']}"),
        "External-Description": package["description"],
        "Payload-Oxum": f"{sum(one.size for one in payload)}.{len(payload)}",
        "Source-Organization": publisher(package),
        "Contact-Email": package.get("contact", ""),
    }
    return {
        "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": "".join(f"{name}: {said}\n" for name, said in info.items() if said),
        "manifest-sha256.txt": sums(payload),
    }


def sums(files: Iterable[Written]) -> str:
    """Returns lines as sha256sum writes and checks them, in the order of paths."""
    return "".join(f"{one.sha256}  {one.path}\n" for one in sorted(files, key=lambda one: one.path))
