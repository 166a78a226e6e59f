"""Walks a WARC file record by record, of whatever crawler, and goes on behind what is damaged."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from fastwarc.warc import ArchiveIterator

OPEN_SUFFIX = ".open"
# The field of a warcinfo that says: notes stand beside each response to a request for an article.
PAGES = "huyen-page-notes"
# Beside a 304: the HTTP header that the server sent.
HEAD = "huyen-http-header"
# A page is bounded to 32 MiB (storage.warc.content); a crawl of somebody else may hold films.
MAX_BLOCK = 64 * 2**20  # bytes
_CHUNK = 2**20
_GZIP = b"\x1f\x8b\x08"
_PLAIN = b"WARC/1."


@dataclass(frozen=True, slots=True)
class Record:
    """One record. `version` and `fields` are its WARC header, as written; `get` finds names in any case.

    `offset` and `length` (bytes) bound it in the file; of use where each record can be reached by itself.
    `block` is None where it is larger than MAX_BLOCK.
    """

    kind: str
    version: str
    fields: tuple[tuple[str, str], ...]
    block: bytes | None
    offset: int
    length: int = 0

    def get(self, name: str) -> str:
        """The value of the WARC field `name`, empty where there is none."""
        wanted = name.lower()
        return next((value for key, value in self.fields if key.lower() == wanted), "")

    @property
    def url(self) -> str:
        """Its target, without the angle brackets that wget writes around it."""
        return self.get("WARC-Target-URI").strip("<>")

    @property
    def date(self) -> datetime | None:
        """When it was made, in UTC and whole seconds; None where that cannot be read."""
        with suppress(ValueError):
            return datetime.fromisoformat(self.get("WARC-Date")).astimezone(UTC).replace(microsecond=0)
        return None


@dataclass(frozen=True, slots=True)
class Damage:
    """What stands at `offset` and is no whole record, and why."""

    offset: int
    cause: str


def open_file(path: Path) -> BinaryIO:
    """The WARC file at `path`, also where its writer still holds it open under another name."""
    try:
        return path.open("rb")
    except FileNotFoundError:
        try:
            return path.with_name(path.name + OPEN_SUFFIX).open("rb")
        except FileNotFoundError:  # renamed between the two, or really missing
            return path.open("rb")


def walk(path: Path, start: int = 0) -> Iterator[Record | Damage]:
    """The records of the file at `path` in order, from the one at `start` on, and the damage between them.

    gzip with a member a record or one for all, zstd, or plain. OSError where the file cannot be opened.
    """
    with open_file(path) as stream:
        packed = stream.read(len(_GZIP)) == _GZIP
        at: int | None = start
        while at is not None:
            held: Record | None = None
            try:
                stream.seek(at)
                for found in ArchiveIterator(stream, parse_http=False):
                    if held:
                        yield replace(held, length=found.stream_pos - held.offset)
                    held, at = None, found.stream_pos
                    held = _record(found)
                end, size = _end(stream, held, packed), stream.seek(0, 2)
                if held:
                    yield replace(held, length=min(end, size) - held.offset)
                if held and held.offset < size < end:
                    yield Damage(held.offset, "the end of the record is missing")
                if end >= size:
                    return
                at, cause = end, f"{size - end} bytes that are no record"
            except (OSError, ValueError, EOFError) as error:
                if held:
                    at = min(_end(stream, held, packed), stream.seek(0, 2))
                    yield replace(held, length=at - held.offset)
                cause = str(error)
            yield Damage(at, cause)
            at = _next(stream, at + 1, packed)


def record_in(member: bytes) -> Record | None:
    """The record that `member`, its bytes in the file, holds. OSError or ValueError where it is damaged."""
    found = next(ArchiveIterator(BytesIO(member), parse_http=False), None)
    return _record(found) if found else None


def reachable(path: Path) -> bool:
    """Whether each record can be read by its offset alone: not where one gzip member holds them all."""
    found = (one for one in walk(path) if isinstance(one, Record))
    first, second = next(found, None), next(found, None)
    if first is None or second is None:
        return first is not None
    with suppress(StopIteration):
        again = next(walk(path, second.offset))
        return isinstance(again, Record) and again.fields == second.fields
    return False


def _record(found: Any) -> Record:
    block = None
    if found.content_length <= MAX_BLOCK:
        block = found.reader.read()
        if len(block) != found.content_length:
            raise ValueError(f"the record has {len(block)} of its {found.content_length} bytes")
    fields = found.headers
    return Record(str(found.record_type), fields.status_line, tuple(fields), block, found.stream_pos)


def _end(stream: BinaryIO, held: Record | None, packed: bool) -> int:
    """Where the record `held` ends: its gzip member, or without gzip its block and two lines.

    Behind the end of the file where that is missing.
    """
    size = stream.seek(0, 2)
    if held is None:
        return size
    stream.seek(held.offset)
    if not packed:
        head = stream.read(_CHUNK).find(b"\r\n\r\n")
        return held.offset + head + int(held.get("Content-Length")) + 8 if head > 0 else size
    member, position = zlib.decompressobj(31), held.offset
    while not member.eof and (data := stream.read(_CHUNK)):
        while data and not member.eof:  # a member of zeros would unpack to a thousand times its size
            member.decompress(data, _CHUNK)
            position += len(data) - len(member.unconsumed_tail) - len(member.unused_data)
            data = member.unconsumed_tail
    return position if member.eof else size + 1


def _next(stream: BinaryIO, start: int, packed: bool) -> int | None:
    """Where the next record begins, at `start` or behind it; None where none does."""
    mark = _GZIP if packed else _PLAIN
    stream.seek(start)
    position, data = start, stream.read(_CHUNK)
    while len(data) >= len(mark):
        found = data.find(mark)
        while found >= 0:
            if _begins(stream, position + found, packed):
                return position + found
            found = data.find(mark, found + 1)
        kept = len(mark) - 1  # a mark may lie across two chunks
        position += len(data) - kept
        stream.seek(position)
        data = stream.read(_CHUNK)
    return None


def _begins(stream: BinaryIO, at: int, packed: bool) -> bool:
    stream.seek(max(0, at - 1))
    if not packed:
        return stream.read(1) == b"\n" if at else True
    stream.seek(at)
    try:
        return zlib.decompressobj(31).decompress(stream.read(1024), len(_PLAIN)) == _PLAIN
    except zlib.error:
        return False
