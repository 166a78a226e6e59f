"""What a WARC file holds, told without the database: the part of verifying that any process can do."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from storage.errors import StoreError
from storage.language.messages import message
from storage.secrets import masked
from storage.warc import store
from storage.warc.captures import CaptureRef
from storage.warc.reader import Capture, capture_of, not_understood
from storage.warc.walk import OPEN_SUFFIX, Damage, Record, open_file, walk_in


class File(NamedTuple):
    """A WARC file at `path` that the archive knows by `name`; `shipped`: what the store in use got of it."""

    path: Path
    name: str
    shipped: store.Sum | None = None


class Seen(NamedTuple):
    """A capture that stands in the file. `refers_to` is the URL of the record that a revisit refers to;
    `declared`: whether the payload has the digest that its own record declares."""

    url: str
    ref: CaptureRef
    refers_to: str | None
    declared: bool = True


@dataclass(slots=True)
class Examined:
    """What was found in a file, in its order; `bytes` of whole records; `fault`: why it cannot be opened;
    `copies`: what is wrong with it as a whole, here or in the store, each a kind of fault and a sentence.
    """

    found: list[Seen | Damage]
    bytes: int = 0
    fault: str = ""
    copies: list[tuple[str, str]] = field(default_factory=list)


def examine(file: File) -> Examined:
    """Returns what stands in a WARC file, and whether both of its copies are what was shipped.

    A file whose writer finishes it meanwhile is found under its final name. Never raises OSError.
    """
    path, name, shipped = file
    held = Examined([])
    try:
        if path.name.endswith(OPEN_SUFFIX) and not path.exists():
            path = path.with_name(path.name.removesuffix(OPEN_SUFFIX))
        with open_file(path) as stream:
            if shipped is None:
                _read(stream, name, held)
                return held
            summed = store.Summed(stream)
            _read(cast(BinaryIO, io.BufferedReader(summed)), name, held)
            held.copies += _copies(path, name, shipped, summed.sum())
    except OSError as error:
        held.fault = error.strerror or str(error)
    return held


def _read(stream: BinaryIO, name: str, held: Examined) -> None:
    for record in walk_in(stream):
        if isinstance(record, Damage):
            held.found.append(record)
            continue
        held.bytes += record.length
        try:
            capture = capture_of(record, name)
        except Exception as error:  # whatever a record holds, the rest of the file is examined
            held.found.append(not_understood(record.offset, error))
            continue
        if capture is not None:
            held.found.append(seen(capture, record))


def _copies(path: Path, name: str, shipped: store.Sum, read: store.Sum) -> Iterator[tuple[str, str]]:
    """Yields what is wrong with the copies of a file: `read` is the sum of the one here, or else of the one
    in the store.
    """
    url, there = masked(store.in_use()), read
    if path.exists():
        if read != shipped:
            yield "digest", message("the file here differs from the one shipped to {url}", url=url)
        try:
            found = store.sum_there(name)
        except StoreError as error:
            yield "unreadable", str(error)
            return
        if found is None:
            yield "missing_file", message("was shipped to {url} and is missing there", url=url)
            return
        there = found
    if there != shipped:
        yield "digest", message("the file in {url} differs from the one that was shipped there", url=url)


def seen(capture: Capture, record: Record | None = None) -> Seen:
    """Returns what verifying needs of `capture`, and of the `record` that it was read from, where that is at
    hand.
    """
    # Digests of other kinds than ours say nothing here.
    declared = record.get("WARC-Payload-Digest") if record else ""
    right = not declared.startswith("sha256:") or declared == capture.ref.digest
    return Seen(capture.exchange.url, capture.ref, capture.refers_to[0] if capture.refers_to else None, right)
