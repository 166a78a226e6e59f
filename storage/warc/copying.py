"""Copies records out of a WARC file as they stand, each with what was written beside it."""

from __future__ import annotations

import gzip
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from storage.warc.importing import BESIDE, LEVEL, unpacked_bytes
from storage.warc.reader import Capture, capture_of, not_understood, related
from storage.warc.walk import Damage, Record, open_file, walk

_GZIP = b"\x1f\x8b"
_BEFORE = 8  # records before a response among which its request is looked for


@dataclass(frozen=True, slots=True)
class Copied:
    """One record as a gzip member, byte for byte where it was one; `capture` is what it holds, if any."""

    member: bytes
    capture: Capture | None = None


def copied(path: Path, offsets: Collection[int], file: str, own: bool) -> Iterator[Copied | Damage]:
    """Yields the captures at `offsets` of the WARC file at `path`, in order, each with its request and notes,
    after the warcinfo with which the file begins.

    `file` is the name that the captures get. `own`: a crawl of ours wrote it, so what belongs to a response
    follows it; a file of others is read whole. What is not there or not whole is a damage. Raises OSError
    where the file cannot be opened.
    """
    with open_file(path) as stream:
        first = next(walk(path), None)
        if isinstance(first, Record) and first.kind == "warcinfo":
            yield Copied(_member(stream.read(first.length), first))
        missing = set(offsets)
        for record in _followed(path, sorted(offsets)) if own else _near(walk(path), missing):
            if isinstance(record, Record):
                stream.seek(record.offset)
                member = _member(stream.read(record.length), record)
                if record.offset not in missing:
                    yield Copied(member)
                    continue
                missing.discard(record.offset)
                yield _read(record, member, file)
            elif record.offset in missing:
                missing.discard(record.offset)
                yield record
    yield from (Damage(offset, "no record stands there") for offset in sorted(missing))


def _read(record: Record, member: bytes, file: str) -> Copied | Damage:
    if record.block is None:
        return Damage(record.offset, f"a record of {record.size} bytes is too large to be read")
    try:
        capture = capture_of(record, file)
    except Exception as error:  # whatever a record holds, it ends no more than itself
        return not_understood(record.offset, error)
    return Copied(member, capture) if capture else Damage(record.offset, "the record is no capture")


def _member(raw: bytes, record: Record) -> bytes:
    return raw if raw.startswith(_GZIP) else gzip.compress(unpacked_bytes(record), LEVEL, mtime=0)


def _followed(path: Path, offsets: Iterable[int]) -> Iterator[Record | Damage]:
    """Yields what stands at each of `offsets`, and the records behind it that belong to it."""
    for offset in offsets:
        ids: set[str] = set()
        for record in walk(path, offset):
            if isinstance(record, Damage) or record.offset == offset:
                yield record
            elif record.kind in BESIDE and ids & related(record):
                yield record
                continue
            else:
                break
            if isinstance(record, Damage):
                break
            ids = related(record)


def _near(records: Iterable[Record | Damage], wanted: Collection[int]) -> Iterator[Record | Damage]:
    """Yields the records at the offsets `wanted`, and those before and behind that belong to them."""
    before: deque[Record] = deque(maxlen=_BEFORE)
    ids: set[str] = set()
    for record in records:
        if isinstance(record, Record) and record.kind in BESIDE:
            if ids & related(record):
                yield record
            else:
                before.append(record)
            continue
        ids = set()
        if record.offset in wanted:
            if isinstance(record, Record):
                ids = related(record)
                yield from (one for one in before if ids & related(one))
            yield record
        before.clear()
