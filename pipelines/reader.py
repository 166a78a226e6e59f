"""The name of the reader: which rules read a page, so that two readings of one capture can be told apart."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_LIBRARIES = ("dateparser", "lxml", "trafilatura")  # those that read with our rules
_NOT_READING = (
    "persist.py",
    "context.py",
    "reader.py",
)  # of pipelines: they read nothing
_FILES = "files"  # of pipelines: it reads attachments, and has a name of its own
_FILE_LIBRARIES = ("olefile", "pypdfium2", "python-calamine", "striprtf")
_FILE_SHARED = ("pipelines/html/fonts.py", "pipelines/naming/symbols.py", "storage/text.py")
_FAMILIES = "crawler/families"  # their selectors find headline, text and date of a known portal
_PLACES = ("named.py", "lookup.py", "tables.py", "communes.csv.gz", "communes_changes.csv.gz")
_SHARED = (
    "pipelines/files/sniff.py",
    "storage/text.py",
    "storage/articles/block_keys.py",
    *(f"storage/places/{name}" for name in _PLACES),
)  # rules of reading that the archive uses, too


def reader_version() -> str:
    """Returns the name of the reader, as `huyen 0.1.0+5f3a09c27d, trafilatura 2.3.1`.

    The digits are of a SHA-256 over the sources that read and the versions of the libraries that read with
    them: rules change many times within a release, and only this name tells a reading from an earlier one.
    It is taken when this module is loaded, so a process that outlives an update keeps its name.
    """
    return f"huyen {_version('huyen')}+{_DIGEST}, trafilatura {_version('trafilatura')}"


def file_reader_version() -> str:
    """Returns the name of the reader of attachments: `huyen 0.1.0 files+5f3a09c27d`. See reader_version."""
    return f"huyen {_version('huyen')} files+{_FILES_DIGEST}"


def file_sources(root: Path) -> Iterator[Path]:
    """Yields the files below `root` whose rules decide what an attachment says."""
    yield from sorted((root / "pipelines" / _FILES).rglob("*.py"))
    yield from (root / name for name in _FILE_SHARED)


def sources(root: Path) -> Iterator[Path]:
    """Yields the files below `root` whose rules decide what is read: stages, rooms, families, shared ones.

    `root` is the folder that holds the packages `crawler`, `pipelines` and `storage`.
    """
    folder = root / "pipelines"
    for path in sorted(folder.rglob("*.py")):
        inner = path.relative_to(folder)
        if inner.as_posix() not in _NOT_READING and inner.parts[0] != _FILES:
            yield path
    yield from sorted((root / _FAMILIES).glob("*.py"))
    yield from (root / name for name in _SHARED)


def digest(root: Path) -> str:
    """Returns ten hex digits over the sources below `root`; a release has hundreds of readers at most."""
    return _digest(root, sources(root), _LIBRARIES)


def _digest(root: Path, paths: Iterable[Path], libraries: Iterable[str]) -> str:
    found = hashlib.sha256()
    for path in paths:
        found.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    found.update("".join(f"{name} {_version(name)}\n" for name in libraries).encode())
    return found.hexdigest()[:10]


@cache
def _version(name: str) -> str:
    """Returns the version of an installed package; `unknown` in a source tree that was never installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"


_ROOT = Path(__file__).parents[1]
_DIGEST = digest(_ROOT)
_FILES_DIGEST = _digest(_ROOT, file_sources(_ROOT), _FILE_LIBRARIES)
