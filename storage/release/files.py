"""The files of a release: each is hashed while it is written, and is safe on the disk before it counts."""

from __future__ import annotations

import csv
import hashlib
import io
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

Write = Callable[[bytes], object]
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Written:
    """A file of a release: its path within, with slashes, its bytes, SHA-256 and rows (None: no table)."""

    path: str
    size: int
    sha256: str
    rows: int | None = None


class Hashed(io.RawIOBase):
    """A stream of bytes that counts and hashes what goes through it."""

    def __init__(self, target: BinaryIO) -> None:
        self.target = target
        self.size = 0
        self.digest = hashlib.sha256()

    def writable(self) -> bool:
        """Says that it can be written to."""
        return True

    def write(self, data: Any) -> int:
        """Writes `data` whole."""
        self.target.write(data)
        self.digest.update(data)
        count = memoryview(data).nbytes
        self.size += count
        return count


@contextmanager
def hashed(folder: Path, path: str) -> Iterator[Hashed]:
    """Yields a stream for the file `path` of `folder`, on the disk when the block ends. Raises OSError."""
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb", buffering=_CHUNK) as stream:
        yield Hashed(stream)
        stream.flush()
        os.fsync(stream.fileno())


def write_text(folder: Path, path: str, text: str) -> Written:
    """Writes a file of UTF-8."""
    with hashed(folder, path) as stream:
        stream.write(text.encode())
    return Written(path, stream.size, stream.digest.hexdigest())


def write_table(folder: Path, path: str, fill: Callable[[Write], int]) -> Written:
    """Writes a table with `fill`, which is handed what writes bytes and returns how many rows there are."""
    with hashed(folder, path) as stream:
        rows = fill(stream.write)
    return Written(path, stream.size, stream.digest.hexdigest(), rows)


def write_rows(write: Write, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Writes `rows` of texts as CSV (RFC 4180) under a header; returns how many."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    count = 0
    for count, row in enumerate(rows, 1):
        writer.writerow(row)
        if not count % 500:
            write(text.getvalue().encode())
            text.seek(0)
            text.truncate()
    write(text.getvalue().encode())
    return count


def sha256_of(path: Path) -> str:
    """Returns the hex SHA-256 of a file. Raises OSError."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
