"""Files that others read: under a temporary name until they are whole."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO


@contextmanager
def whole(path: Path) -> Iterator[TextIO]:
    """Yields a stream of UTF-8 text, line ends as written, that takes the place of `path` once it is written
    whole.

    Whatever stood there stays where the writing fails. Raises OSError.
    """
    with draft(path) as stream:
        lines = io.TextIOWrapper(stream, encoding="utf-8", newline="")
        try:
            yield lines
        finally:
            lines.detach()  # writes what is left


@contextmanager
def draft(path: Path) -> Iterator[BinaryIO]:
    """Yields a stream of bytes that takes the place of `path` once it is written whole, as `whole` does."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
