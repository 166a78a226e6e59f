"""Web archive packages as others make them, built by hand."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Any

DAY = (2024, 5, 6, 0, 0, 0)


def package(
    files: Mapping[str, bytes],
    *,
    packing: int = zipfile.ZIP_STORED,
    described: bool = True,
    digests: Mapping[str, str] = {},  # never changed
    **more: Any,
) -> bytes:
    """A package of `files`, path to bytes, with a datapackage.json that names a digest of each.

    `digests` puts others in their place; `more` are further fields of datapackage.json.
    """
    resources = [
        {
            "name": path.rpartition("/")[2],
            "path": path,
            "bytes": len(data),
            "hash": digests.get(path, f"sha256:{hashlib.sha256(data).hexdigest()}"),
        }
        for path, data in files.items()
    ]
    said = {"profile": "data-package", "wacz_version": "1.1.1", "resources": resources, **more}
    made = dict(files)
    if described:
        made["datapackage.json"] = json.dumps(said).encode()
    target = BytesIO()
    with zipfile.ZipFile(target, "w", packing) as out:
        for path, data in made.items():
            out.writestr(zipfile.ZipInfo(path, DAY), data, packing)
    return target.getvalue()
