"""Walks a WARC file record by record, of whatever crawler, and goes on behind what is damaged."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from fastwarc.warc import ArchiveIterator

from storage.language.messages import message
from storage.warc import store
from storage.warc.bare import is_bare, read_bare

OPEN_SUFFIX = ".open"
# The field of a warcinfo that says: notes stand beside each response to a request for an article.
PAGES = "huyen-page-notes"
# Beside a 304: the HTTP header that the server sent.
HEAD = "huyen-http-header"
# A page is bounded to 32 MiB (storage.warc.content), a file to 128 MiB by its portal's entry and 64 MiB
# usually; a crawl of somebody else may hold films.
MAX_BLOCK = 129 * 2**20  # bytes
CUT = "the end of the record is missing"
LENGTH = "its Content-Length is not the length of its block"
_CHUNK = 2**20
_GZIP = b"\x1f\x8b\x08"
_PLAIN = b"WARC/1."
_TAIL = b"\r\n\r\n"
_BEGIN = re.compile(rb"WARC/1\.[0-9]\r?\n[!-9;-~]+[ \t]*:")
_HEAD_END = re.compile(rb"\r?\n\r?\n")  # some writers end lines without a carriage return
_DIGITS = re.compile(r"[0-9]{1,18}")


@dataclass
class Record:
    """One record. `version` and `fields` are its WARC header, as written; `get` finds names in any case.

    `offset` and `length` (bytes) bound it in the file; of use where each record can be reached by itself.
    `block` is None where it is larger than MAX_BLOCK; `size` is its length in bytes either way.
    """

    kind: str
    version: str
    fields: tuple[tuple[str, str], ...]
    block: bytes | None
    offset: int
    length: int = 0
    size: int = 0

    def get(self, name: str) -> str:
        """Returns the value of the WARC field `name`, empty where there is none."""
        return self._values.get(name.lower(), "")

    @cached_property
    def _values(self) -> dict[str, str]:
        return {key.lower(): value for key, value in reversed(self.fields)}  # the first of a name counts

    @property
    def url(self) -> str:
        """Its target, without the angle brackets that wget writes around it."""
        return self.get("WARC-Target-URI").strip("<>")

    @property
    def date(self) -> datetime | None:
        """When it was made, in UTC and whole seconds; None where that cannot be read."""
        return instant(self.get("WARC-Date"))


@dataclass(frozen=True, slots=True)
class Damage:
    """What stands at `offset` and is no whole record, and why."""

    offset: int
    cause: str


def open_file(path: Path, ahead: int = store.AHEAD) -> BinaryIO:
    """Returns the WARC file at `path`, also where its writer still holds it open under another name, and
    where only the store has it; `ahead`: bytes to read there beyond what is asked. Raises OSError.
    """
    try:
        return path.open("rb")
    except FileNotFoundError:
        try:
            return path.with_name(path.name + OPEN_SUFFIX).open("rb")
        except FileNotFoundError:  # renamed between the two, shipped, or really missing
            if path.exists() or not store.in_use():
                return path.open("rb")
            return store.opened(path.name, ahead)


def size_of(path: Path) -> int:
    """Returns how many bytes the WARC file at `path` has, here or in the store. Raises OSError."""
    with open_file(path) as stream:
        return stream.seek(0, 2)


def instant(text: str) -> datetime | None:
    """Returns the moment that a WARC date names, in UTC and whole seconds; None where it names none.

    ISO 8601 as the WARC standard has it, where a missing zone is UTC; or the 14 digits of the ARC format and
    of the Wayback Machine, which some writers put into WARC files.
    """
    text = text.strip()
    if re.fullmatch(r"[0-9]{14}", text):
        text = f"{text[:8]}T{text[8:]}"
    with suppress(ValueError, OverflowError):  # the year 1 in a zone east of UTC has no moment in UTC
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC).replace(microsecond=0)
    return None


def walk(path: Path, start: int = 0) -> Iterator[Record | Damage]:
    """Yields the records of the file at `path` in order, from the one at `start` on, and the damage between
    them.

    gzip with a member a record or one for all, zstd, or plain. A record whose Content-Length is not the
    length of its block is a damage, and so is what cannot be read; the walk goes on at the next record.
    OSError where the file cannot be opened.
    """
    with open_file(path) as stream:
        yield from walk_in(stream, start)


def walk_in(stream: BinaryIO, start: int = 0) -> Iterator[Record | Damage]:
    """Yields what `walk` does of a file that is open."""
    packed = stream.read(len(_GZIP)) == _GZIP
    size = stream.seek(0, 2)
    at: int | None = start
    while at is not None:
        held: Record | None = None
        cause = ""
        bare = _is_bare(stream, at, packed)
        try:
            if bare and not packed:
                while at < size and is_bare(stream, at):
                    one = _bare(stream, at)
                    yield one
                    at = _behind(stream, at + one.length)
                if at >= size:
                    return
                continue
            stream.seek(at)
            for found in ArchiveIterator(stream, parse_http=False, quirks_mode=bare):
                if held:
                    held.length = found.stream_pos - held.offset
                    yield held
                held, at = None, found.stream_pos
                held = _record(found)
        except _BareLines as error:
            if not bare and _is_bare(stream, at, packed):
                continue
            cause = str(error)
        except (OSError, ValueError, EOFError) as error:
            cause = str(error) or type(error).__name__
        if held:
            end, fault = _extent(stream, held, packed, size)
            if fault == CUT:
                held.length = size - held.offset
                yield held
            if fault:
                yield Damage(held.offset, fault)
                # Where its length is wrong, the records behind may begin within what it claims.
                at = _next(stream, end if packed else held.offset + 1, packed)
                continue
            held.length = end - held.offset
            yield held
            at = end
        if not cause:
            if held is None or at >= size:
                return
            cause = message("{size} bytes that are no record", size=size - at)
        yield Damage(at, cause)
        at = _next(stream, at + 1, packed)


class _BareLines(ValueError):
    """The record at hand has lines that end in a line feed alone."""


def _is_bare(stream: BinaryIO, at: int, packed: bool) -> bool:
    if not packed:
        return is_bare(stream, at)
    stream.seek(at)
    with suppress(zlib.error):
        return is_bare(BytesIO(zlib.decompressobj(31).decompress(stream.read(1024), 64)), 0)
    return False


def _bare(stream: BinaryIO, at: int) -> Record:
    version, fields, block, size, end = read_bare(stream, at, MAX_BLOCK)
    kind = next((value for name, value in fields if name.lower() == "warc-type"), "unknown")
    return Record(kind, version, tuple(fields), block, at, end - at, size)


def _behind(stream: BinaryIO, end: int) -> int:
    """Returns where something else than blank lines stands at or behind `end`."""
    stream.seek(end)
    blank = stream.read(len(_TAIL) * 4)
    return end + len(blank) - len(blank.lstrip(b"\r\n"))


def record_in(member: bytes) -> Record | None:
    """Returns the record that `member`, its bytes in the file, holds. OSError or ValueError where it is
    damaged.
    """
    if is_bare(BytesIO(member), 0):
        return _bare(BytesIO(member), 0)
    bare = _is_bare(BytesIO(member), 0, packed=True) if member.startswith(_GZIP) else False
    found = next(ArchiveIterator(BytesIO(member), parse_http=False, quirks_mode=bare), None)
    return _record(found) if found else None


def reachable(path: Path) -> bool:
    """Returns whether each record can be read by its offset alone: not where one gzip member holds them
    all.
    """
    found = (one for one in walk(path) if isinstance(one, Record))
    first, second = next(found, None), next(found, None)
    if first is None or second is None:
        return first is not None
    with suppress(StopIteration):
        again = next(walk(path, second.offset))
        return isinstance(again, Record) and again.fields == second.fields
    return False


def _record(found: Any) -> Record:
    fields = tuple(found.headers)
    lengths: set[str] = set()
    for name, value in fields:
        if "\n" in value:  # the parser takes all of its lines for one
            raise _BareLines("a line of the header does not end as it should")
        if name.lower() == "content-length":
            lengths.add(value.strip()[:40])
    block = None
    if found.content_length <= MAX_BLOCK:
        block = found.reader.read()
        if len(block) != found.content_length:
            raise ValueError(
                message(
                    "the record has {count} of the {content_length} bytes of its Content-Length",
                    count=len(block),
                    content_length=found.content_length,
                )
            )
    if len(lengths) != 1 or not _DIGITS.fullmatch(next(iter(lengths))):  # the parser reads it as 0
        raise ValueError(
            message(
                "the record has no Content-Length that can be read: {lengths}", lengths=sorted(lengths)[:2]
            )
        )
    kind, size = str(found.record_type), int(found.content_length)
    return Record(kind, found.headers.status_line, fields, block, found.stream_pos, size=size)


def _extent(stream: BinaryIO, held: Record, packed: bool, size: int) -> tuple[int, str]:
    """Returns where the record `held` ends in its file of `size` bytes, and what is wrong with it, if
    anything is.

    Behind its block stand two line ends, then the next record or the end. A record that is compressed ends
    with its gzip member, whatever it says of its length.
    """
    stream.seek(held.offset)
    if packed and stream.read(len(_GZIP)) != _GZIP:  # one member for all records has no place for each
        return size, ""
    stream.seek(held.offset)
    if packed:
        return _member(stream, held, size)
    head = _HEAD_END.search(stream.read(_CHUNK))
    if head is None or not _begins(stream, held.offset, packed):  # zstd, of which only a whole file is known
        return size, ""
    end = held.offset + head.end() + held.size
    stream.seek(end)
    tail = stream.read(len(_TAIL) + len(_PLAIN))
    if end > size or (end + len(tail) >= size and not tail.startswith(_TAIL) and not tail.strip()):
        return size, CUT
    blank = len(tail) - len(tail.lstrip(b"\r\n"))
    if tail[blank:] and not _PLAIN.startswith(tail[blank : blank + len(_PLAIN)]):
        # Two line ends and then something else: what follows is damaged, not this record.
        return end + blank, "" if tail.startswith(_TAIL) else LENGTH
    return end + blank, ""


def _member(stream: BinaryIO, held: Record, size: int) -> tuple[int, str]:
    """Returns `_extent` of a record in a gzip member, whose end is found by unpacking it a piece at a
    time.
    """
    member, position, head, behind = zlib.decompressobj(31), held.offset, b"", b""
    body: int | None = None  # bytes from the beginning of the block on
    try:
        while not member.eof and (data := stream.read(_CHUNK)):
            while data and not member.eof:  # a member of zeros would unpack to a thousand times its size
                out = member.decompress(data, _CHUNK)
                position += len(data) - len(member.unconsumed_tail) - len(member.unused_data)
                data = member.unconsumed_tail
                if body is None:
                    head += out
                    if (found := _HEAD_END.search(head)) is None:
                        continue
                    out, body = head[found.end() :], 0
                behind += out[max(0, held.size - body) :][: len(_TAIL) + len(_PLAIN) - len(behind)]
                body += len(out)
    except zlib.error as error:
        return position, message("the gzip member is damaged: {error}", error=error)
    if not member.eof:
        return size, CUT
    if body is None or body < held.size or ((rest := behind.lstrip(b"\r\n")) and not rest.startswith(_PLAIN)):
        return position, LENGTH
    return position, ""


def next_record(path: Path, start: int) -> int | None:
    """Returns where the first record at `start` or behind it begins in the file at `path`; None where none
    does. OSError where the file cannot be opened.
    """
    with open_file(path) as stream:
        packed = stream.read(len(_GZIP)) == _GZIP
        return _next(stream, start, packed)


def _next(stream: BinaryIO, start: int, packed: bool) -> int | None:
    """Returns where the next record begins, at `start` or behind it; None where none does."""
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
    """Returns whether a record begins at `at`: a version line at the beginning of a line, and a field behind
    it.
    """
    if packed:
        stream.seek(at)
        with suppress(zlib.error):
            return bool(_BEGIN.match(zlib.decompressobj(31).decompress(stream.read(1024), 256)))
        return False
    stream.seek(max(0, at - 1))
    data = stream.read(256)
    return bool(_BEGIN.match(data[1:] if at else data)) and (not at or data[:1] == b"\n")
