"""Validates releases with the tools of others; run by the Python of .venv-release, which lacks our packages.

Usage: python tests/validators.py WHOLE [CHANGED …]
WHOLE is a release that all tools look at; of each CHANGED one frictionless looks at all tables but those
of places, which are long. Prints one JSON object: tool to its complaints, path of each CHANGED to those of
frictionless. Nothing is asked of the network.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

LONG = ("places", "place_changes")
# The terms of schema.org that a release uses, in the place of the context that RO-Crate has on the web.
_TERMS = (
    "about author contentSize creator datePublished description encodingFormat hasPart identifier inLanguage"
    " instrument keywords license mentions name publisher result version"
)
_TYPES = "CreativeWork CreateAction Dataset Organization Person"
CONTEXT: dict[str, Any] = {
    **{word: f"http://schema.org/{word}" for word in f"{_TERMS} {_TYPES}".split()},
    "File": "http://schema.org/MediaObject",
    "conformsTo": "http://purl.org/dc/terms/conformsTo",
}


def _refuse(*_: object, **__: object) -> None:
    raise OSError("the network was asked for")


def frictionless(folder: str, without: tuple[str, ...] = ()) -> list[str]:
    from frictionless import Package, system

    said = json.loads(Path(folder, "datapackage.json").read_text(encoding="utf-8"))
    said["resources"] = [one for one in said["resources"] if one["name"] not in without]
    for one in said["resources"]:
        if keys := one.get("schema", {}).get("foreignKeys"):
            kept = [key for key in keys if key["reference"].get("resource") not in without]
            one["schema"]["foreignKeys"] = kept
    with system.use_context(trusted=True):
        package = Package.from_descriptor(said, basepath=folder)
        report = package.validate()
    found = [f"{error.type}: {error.message}" for error in report.errors]
    for task in report.tasks:
        found += [f"{task.name}: {error.type}: {error.message}" for error in task.errors[:5]]
    return found


def croissant(folder: str) -> list[str]:
    import mlcroissant

    dataset = mlcroissant.Dataset(jsonld=f"{folder}/croissant.json")
    issues = dataset.metadata.ctx.issues
    found = [*map(str, issues.errors), *map(str, issues.warnings)]
    record = next(iter(dataset.records("districts")), None)
    return found if record is None or "districts/district_id" in record else [*found, str(record)]


def crate(folder: str) -> list[str]:
    from rocrate_validator import services
    from rocrate_validator.utils.http import HttpRequester

    class Answer:
        status_code, ok, from_cache, url = 200, True, True, ""
        headers = {"Content-Type": "application/ld+json"}  # noqa: RUF012
        text = json.dumps({"@context": CONTEXT})
        content = text.encode()

        def json(self) -> Any:
            return json.loads(self.text)

        def raise_for_status(self) -> None: ...

    HttpRequester.get = HttpRequester.head = lambda self, url, *a, **k: Answer()
    settings = services.ValidationSettings(
        rocrate_uri=folder,
        profile_identifier="ro-crate-1.2",
        requirement_severity=services.Severity.REQUIRED,
    )
    result = services.validate(settings)
    return [f"{one.check.identifier}: {one.message}" for one in result.get_issues()]


def citation(folder: str) -> list[str]:
    command = [Path(sys.executable).with_name("check-jsonschema"), "--builtin-schema"]
    command += ["vendor.citation-file-format", f"{folder}/CITATION.cff"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    return [] if done.returncode == 0 else [done.stdout]


def main(whole: str, *changed: str) -> None:
    socket.socket.connect = _refuse
    found = {one.__name__: one(whole) for one in (frictionless, croissant, crate, citation)}
    found |= {path: frictionless(path, LONG) for path in changed}
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
