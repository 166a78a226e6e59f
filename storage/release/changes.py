"""What differs between two releases, from their folders alone."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from storage.errors import StorageError
from storage.language.messages import message
from storage.release.files import sha256_of

PROVENANCE = "data/provenance.csv"
_NEEDED = ("id", "version", "content_hash", "status", "duplicate_of")
Row = Mapping[str, str]


def named(folder: Path) -> dict[str, str]:
    """Returns name, version and fingerprint of the release in `folder`.

    Raises StorageError where it is none, or where the table that is compared is not the one that it names.
    """
    try:
        told: Mapping[str, Any] = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
        said = {one["path"]: one["hash"] for one in told["resources"]}[PROVENANCE]
        if said != f"sha256:{sha256_of(folder / PROVENANCE)}":
            raise StorageError(
                message("{path} is not the file that its datapackage.json names", path=folder / PROVENANCE)
            )
        return {
            "name": folder.resolve().name,
            "version": told["version"],
            "fingerprint": told["fingerprint"],
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StorageError(
            message("{folder} is no release of huyen: {error}", folder=folder, error=_words(error))
        ) from error


def changes(previous: Path, now: Path) -> Iterator[tuple[str, str, str, str, str, str]]:
    """Yields the rows of the table `changes` from `previous` to `now`, two folders, in constant memory.

    An article may have several rows, one a change. Raises StorageError where a table is not as it must be.
    """
    with ExitStack() as stack:
        before, after = (_rows(stack, folder / PROVENANCE) for folder in (previous, now))
        old, new = next(before, None), next(after, None)
        while old or new:
            if new is None or (old is not None and old["id"] < new["id"]):
                assert old is not None
                yield old["id"], "withdrawn", old["version"], "", old["content_hash"], ""
                old = next(before, None)
            elif old is None or new["id"] < old["id"]:
                yield new["id"], "added", "", new["version"], "", new["content_hash"]
                new = next(after, None)
            else:
                for change in _between(old, new):
                    yield (
                        new["id"], change, old["version"], new["version"], old["content_hash"],
                        new["content_hash"],
                    )  # fmt: skip
                old, new = next(before, None), next(after, None)


def _between(old: Row, new: Row) -> Iterator[str]:
    if old["content_hash"] != new["content_hash"]:
        yield "changed"
    if old["status"] != new["status"]:
        yield "gone" if new["status"] == "gone" else "returned"
    if old["duplicate_of"] != new["duplicate_of"]:
        yield "duplicate_changed"


def _words(error: Exception) -> str:
    """Returns what keeps a folder from being a release, without the words of Python."""
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}"
    if isinstance(error, KeyError):
        return message("datapackage.json has no {name}", name=error)
    return message("datapackage.json does not say what it must")


def _rows(stack: ExitStack, path: Path) -> Iterator[Row]:
    try:
        reader = csv.DictReader(stack.enter_context(path.open(encoding="utf-8", newline="")))
    except OSError as error:
        raise StorageError(message("cannot read {file}: {error}", file=path, error=error.strerror)) from error
    if lost := [name for name in _NEEDED if name not in (reader.fieldnames or ())]:
        raise StorageError(message("{path} has no column {names}", path=path, names=", ".join(lost)))
    last = ""
    for row in reader:
        if row["id"] <= last:
            raise StorageError(
                message(
                    "{path} is not in the order of ids: {id} after {last}", path=path, id=row["id"], last=last
                )
            )
        last = row["id"]
        yield row
