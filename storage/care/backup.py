"""A copy of an SQLite archive while others write to it."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

from storage.database import Database
from storage.errors import StorageError
from storage.language.messages import message
from storage.unwritable import connect, unwritable

_MAGIC = b"SQLite format 3\0"


def writable(url: str, scratch: Path) -> str:
    """Returns `url`, or that of a copy in the folder `scratch` where the SQLite archive at it is missing or
    may not be written; a missing one has no copy yet. Raises StorageError where it cannot be read.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return url
    source, copy = Path(parsed.database), scratch / "archive.db"
    if source.is_file() and os.access(source, os.W_OK) and os.access(source.parent, os.W_OK):
        return url
    try:
        for ending in ("", "-wal"):
            if (held := source.with_name(source.name + ending)).is_file():
                shutil.copyfile(held, copy.with_name(copy.name + ending))  # not the mode of the file
    except OSError as error:
        raise StorageError(
            message(
                "cannot copy {source} to {scratch}: {strerror}",
                source=source,
                scratch=scratch,
                strerror=error.strerror or error,
            )
        ) from error
    return f"sqlite:///{copy}"


def backup(db: Database, target: Path) -> int:
    """Writes a copy of the archive, as it is at one instant, to `target`; returns its size in bytes.

    A crawl goes on meanwhile: readers and the writer of a database in WAL mode do not wait for each other. An
    earlier copy at `target` is replaced when the new one is whole and checked; another file is not.
    The WARC files are not in it. Raises StorageError in one line, for PostgreSQL with what to do there.
    """
    if not db.sqlite:
        raise StorageError(
            message(
                "{name} is PostgreSQL: `pg_dump --format=custom --file={target}` copies it",
                name=db.name,
                target=target,
            )
        )
    source = Path(db.url.database or "").absolute()
    _require_free(source, target)
    draft = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        opened = connect(source) if unwritable(db.url) else sqlite3.connect(source)
        with closing(opened) as original, closing(sqlite3.connect(draft)) as copy:
            # All pages in one step: between steps, any writer would make it begin again.
            original.backup(copy, pages=-1)
            found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise StorageError(
                message(
                    "the archive {source} is damaged ({found}); `huyen db check` says where",
                    source=source,
                    found=found,
                )
            )
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.replace(target)
    except sqlite3.Error as error:
        raise StorageError(
            message("cannot copy {source} to {target}: {error}", source=source, target=target, error=error)
        ) from error
    except OSError as error:
        raise StorageError(
            message("cannot write {target}: {strerror}", target=target, strerror=error.strerror or error)
        ) from error
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            draft.with_name(draft.name + suffix).unlink(missing_ok=True)
    return target.stat().st_size


def _require_free(source: Path, target: Path) -> None:
    if not target.absolute().parent.is_dir():
        raise StorageError(
            message(
                "the folder {parent} does not exist; create it or give another path",
                parent=target.absolute().parent,
            )
        )
    if target.is_dir():
        raise StorageError(
            message(
                "{target} is a folder; name the file of the copy, such as {target}/archive.db", target=target
            )
        )
    if not target.exists():
        return
    if target.samefile(source):
        raise StorageError(message("{target} is the archive itself; give another path", target=target))
    with target.open("rb") as file:
        if file.read(len(_MAGIC)) not in (_MAGIC, b""):
            raise StorageError(
                message("{target} exists and is not a database; give another path", target=target)
            )
