"""Mends WARC files whose writer died: the torn tail is cut, the file gets its final name."""

from __future__ import annotations

import fcntl
import os
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from storage.warc.walk import OPEN_SUFFIX

_CHUNK = 2**20
_MEMBER = b"\x1f\x8b\x08"


@dataclass(frozen=True, slots=True)
class Recovered:
    """What was found in a file left open: its final name, its whole records, the bytes cut from its end.

    `damaged`: after a broken record whole ones follow (a disk fault, no torn tail), so nothing was cut.
    """

    file: str
    kept_records: int
    cut_bytes: int
    damaged: bool = False


def recover(folder: Path) -> list[Recovered]:
    """Finishes every file in `folder` that a dead process left open; files of live writers are left alone.

    A file without one whole record is removed. Raises OSError where the folder cannot be written.
    """
    found = []
    for path in sorted(folder.glob(f"*.warc.gz{OPEN_SUFFIX}")):
        try:
            with path.open("r+b") as stream:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if path.stat().st_ino == os.fstat(stream.fileno()).st_ino:
                    found.append(_finish(path, stream))
        except (BlockingIOError, FileNotFoundError):  # written by a live process, or finished just now
            continue
    return found


def _finish(path: Path, stream: BinaryIO) -> Recovered:
    records, end = _whole_members(stream)
    size = stream.seek(0, os.SEEK_END)
    damaged = end < size and _member_follows(stream, end + 1)
    final = path.with_name(path.name.removesuffix(OPEN_SUFFIX))
    if not damaged:
        stream.truncate(end)
        os.fsync(stream.fileno())
    if records or damaged:
        path.rename(final)
    else:
        path.unlink()
    return Recovered(final.name, records, 0 if damaged else size - end, damaged)


def _whole_members(stream: BinaryIO) -> tuple[int, int]:
    """Returns how many gzip members from the start on are whole (their checksums agree), and where the last
    ends.
    """
    count = end = position = 0
    stream.seek(0)
    data = stream.read(_CHUNK)
    while data:
        member = zlib.decompressobj(31)
        try:
            while data and not member.eof:
                member.decompress(data)
                position += len(data)
                data = member.unused_data if member.eof else stream.read(_CHUNK)
        except zlib.error:
            break
        if not member.eof:
            break
        position -= len(data)
        count, end = count + 1, position
        data = data or stream.read(_CHUNK)
    return count, end


def _member_follows(stream: BinaryIO, start: int) -> bool:
    """Returns whether a whole WARC record begins anywhere after `start` (bytes)."""
    stream.seek(start)
    tail = stream.read()
    at = tail.find(_MEMBER)
    while at >= 0:
        member = zlib.decompressobj(31)
        try:
            if member.decompress(tail[at:], 8).startswith(b"WARC/"):
                member.decompress(member.unconsumed_tail)
                if member.eof:
                    return True
        except zlib.error:
            pass
        at = tail.find(_MEMBER, at + 1)
    return False
