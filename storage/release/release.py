"""`huyen release`: the archive as a folder that is whole or not there, from one read transaction."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from storage.database import Database
from storage.errors import StorageError
from storage.language.messages import message
from storage.records import DistrictRecord
from storage.release import articles, changes, parquet, tables
from storage.release.about import About
from storage.release.documents import citation, codebook, crate, croissant, readme
from storage.release.documents.bag import bag, sums
from storage.release.files import Write, Written, write_rows, write_table, write_text
from storage.release.package import State, package
from storage.release.words import tables as told
from storage.schema import Capture, Run
from storage.vocabulary import iso

PREFIX = "huyen-"
_PART, _LOCK = ".part", ".lock"
_CACHE = 8_192  # KiB of SQLite's pages, as an export has
_ORDER = (  # of the files in datapackage.json
    "articles", "provenance", "versions", "districts", "portals", "runs", "captures", "files",
    "article_files", "places", "place_changes", "mentions", "documents_named", "coverage", "quality",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Options:
    """How a release is made: `without` texts (articles.TEXTS), a folder a year, as a bag, and since which
    earlier release (a folder).
    """

    without: Sequence[str] = ()
    by_year: bool = False
    bagged: bool = False
    since: Path | None = None


@dataclass(slots=True)
class Released:
    """A release: its folder, its datapackage.json, and the leftovers of killed runs that were removed."""

    folder: Path
    package: dict[str, Any]
    removed: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many articles it has."""
        return next(int(one["rows"]) for one in self.package["resources"] if one["name"] == "articles")


def release(
    db: Database,
    parent: Path,
    about: About,
    day: date,
    options: Options | None = None,
    registered: Sequence[DistrictRecord] = (),
    tell: Callable[[str], None] = lambda line: None,
) -> Released:
    """Writes the release of `day` into the folder `parent`: huyen-YYYY.MM.DD, or with .1, .2 … behind it if
    that is there.

    `registered` adds portals that the archive does not know yet to its coverage. The folder has a temporary
    name until it is whole. Parquet is left out where pyarrow is missing, unless it is
    asked for by `by_year`. Raises StorageError.
    """
    options = options or Options()
    if wrong := [name for name in options.without if name not in articles.TEXTS]:
        raise StorageError(
            message(
                "a release cannot be without {name!r}; give some of {known}",
                name=wrong[0],
                known=", ".join(articles.TEXTS),
            )
        )
    if options.by_year and not parquet.available():
        raise StorageError(parquet.NEEDED)
    before = changes.named(options.since) if options.since else None
    try:
        parent.mkdir(parents=True, exist_ok=True)
        removed = _clean(parent)
        with _draft(parent) as draft:
            made = _written(db, draft, parent, about, day, options, before, registered, tell)
            made.removed = removed
    except OSError as error:
        raise StorageError(
            message("cannot write {path}: {error}", path=parent, error=error.strerror or error)
        ) from error
    return made


def _written(
    db: Database,
    draft: Path,
    parent: Path,
    about: About,
    day: date,
    options: Options,
    before: dict[str, str] | None,
    registered: Sequence[DistrictRecord],
    tell: Callable[[str], None],
) -> Released:
    digest = articles.fingerprint()
    with db.reading() as connection:
        if db.sqlite:
            connection.exec_driver_sql(f"PRAGMA cache_size=-{_CACHE}")
        at = _state(connection)
        files = _tables(connection, db, draft, options, digest, registered, tell)
    files.sort(key=lambda one: _ORDER.index(re.split(r"[./-]", one.path)[1]))
    counts = Counter[str]()
    if options.since and before:
        files.append(_compared(draft, options.since, before, counts))
    name = _free(parent, f"{PREFIX}{day:%Y.%m.%d}")
    version = name.removeprefix(PREFIX)
    state = State(version, day.isoformat(), at, digest.hexdigest(), options.without, before)
    said = package(state, about, files)
    tell(message("writing the documents"))
    files += _documents(draft, said, counts)
    if options.bagged:
        files += [write_text(draft, path, text) for path, text in bag(said, files).items()]
        tags = [one for one in files if not one.path.startswith("data/")]
        files.append(write_text(draft, "tagmanifest-sha256.txt", sums(tags)))
    write_text(draft, "SHA256SUMS", sums(files))
    final = parent / name
    (draft / _LOCK).unlink()
    draft.rename(final)
    _sync(parent)
    return Released(final, said)


def _state(connection: Connection) -> str:
    """Returns the latest moment of the archive, in Vietnamese time; "" where it has none."""
    moments: list[datetime] = [
        at
        for column in (Capture.fetched_at, Run.started_at, Run.finished_at)
        if (at := connection.execute(select(func.max(column))).scalar())
    ]
    return iso(max(moments)) if moments else ""


def _tables(
    connection: Connection,
    db: Database,
    draft: Path,
    options: Options,
    digest: Any,
    registered: Sequence[DistrictRecord],
    tell: Callable[[str], None],
) -> list[Written]:
    """Writes every table; the portals come after the tables that name some."""
    portals: dict[tuple[str, str], int] = {}

    def seen(key: tuple[str, str]) -> None:
        portals.setdefault(key, 0)

    portals.update(tables.portals_of(connection))
    without = options.without
    columns = [one for one in told()["articles"].fields if one.name not in without]
    files = []
    with parquet.Sink(draft, columns, options.by_year) if parquet.available() else nullcontext() as sink:
        tell("data/articles.csv")

        def fill(write: Write) -> int:
            both = _both(write, sink.write) if sink else write
            return articles.write_articles(connection, db, both, without)

        files.append(write_table(draft, "data/articles.csv", fill))
    if sink:
        files += sink.files()
    writers: dict[str, Callable[[Write], int]] = {
        "provenance": lambda write: articles.write_provenance(connection, db, write, digest),
        "versions": lambda write: articles.write_versions(connection, db, write, without),
        "coverage": lambda write: tables.write_coverage(connection, registered, write, seen),
        "quality": lambda write: tables.write_quality(connection, registered, write, seen),
        "portals": lambda write: tables.write_portals(connection, registered, portals, write),
        "districts": lambda write: tables.write_districts(connection, registered, portals, write),
        "runs": lambda write: tables.write_runs(connection, write),
        "places": tables.write_places,
        "place_changes": tables.write_place_changes,
        **{name: partial(tables.write_stored, connection, db, name) for name in tables.STORED},
    }
    for name, writer in writers.items():
        path = f"data/{name}.{'jsonl.gz' if name == 'versions' else 'csv'}"
        tell(path)
        files.append(write_table(draft, path, writer))
    return files


def _both(one: Write, other: Write) -> Write:
    def write(data: bytes) -> None:
        one(data)
        other(data)

    return write


def _compared(draft: Path, since: Path, before: dict[str, str], counts: Counter[str]) -> Written:
    def rows() -> Iterator[Sequence[str]]:
        for row in changes.changes(since, draft):
            counts[row[1]] += 1
            yield row

    columns = told()["changes"].columns
    return write_table(
        draft, f"changes/since-{before['version']}.csv", lambda write: write_rows(write, columns, rows())
    )


def _documents(draft: Path, said: dict[str, Any], counts: Counter[str]) -> list[Written]:
    """Writes everything that is made of datapackage.json, and that itself."""
    licence = citation.licence(said)
    texts = {
        "README.md": readme.readme(said),
        "CODEBOOK.md": codebook.codebook(said),
        "DATASHEET.md": readme.datasheet(said),
        "CHANGES.md": readme.change_log(said, counts),
        "CITATION.cff": citation.citation(said),
        "datapackage.json": _json(said),
        "croissant.json": _json(croissant.croissant(said)),
    } | ({"LICENSE": licence} if licence else {})
    texts["ro-crate-metadata.json"] = _json(crate.crate(said, [*texts, "SHA256SUMS"]))
    return [write_text(draft, name, text) for name, text in texts.items()]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _free(parent: Path, name: str) -> str:
    """Returns `name`, or the first of name.1, name.2 … that is not there."""
    number, free = 0, name
    while (parent / free).exists():
        number += 1
        free = f"{name}.{number}"
    return free


@contextmanager
def _draft(parent: Path) -> Iterator[Path]:
    """Yields a new folder whose lock this process holds; it is removed unless it was renamed."""
    draft = parent / f".{PREFIX}{os.getpid()}{_PART}"
    draft.mkdir()
    try:
        with (draft / _LOCK).open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _clean(parent: Path) -> list[str]:
    """Removes what killed runs left in `parent`; returns the names. A run that still works keeps its lock."""
    removed = []
    for left in sorted(parent.glob(f".{PREFIX}*{_PART}")):
        with suppress(OSError), (left / _LOCK).open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left)
            removed.append(left.name)
    return removed


def _sync(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
