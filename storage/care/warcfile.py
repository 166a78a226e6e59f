"""What a WARC file holds, told without the database: the part of verifying that any process can do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from storage.warc.captures import CaptureRef
from storage.warc.reader import Capture, capture_of, not_understood
from storage.warc.walk import OPEN_SUFFIX, Damage, Record, walk


class Seen(NamedTuple):
    """A capture that stands in the file. `refers_to` is the URL of the record that a revisit refers to;
    `declared`: whether the payload has the digest that its own record declares."""

    url: str
    ref: CaptureRef
    refers_to: str | None
    declared: bool = True


@dataclass(slots=True)
class Examined:
    """What was found in a file, in its order; `bytes` of whole records; `fault`: why it cannot be opened."""

    found: list[Seen | Damage]
    bytes: int = 0
    fault: str = ""


def examine(file: tuple[Path, str]) -> Examined:
    """Returns what stands in the WARC file at a path, which the archive knows by a name.

    A file whose writer finishes it meanwhile is found under its final name. Never raises OSError.
    """
    path, name = file
    held = Examined([])
    try:
        if path.name.endswith(OPEN_SUFFIX) and not path.exists():
            path = path.with_name(path.name.removesuffix(OPEN_SUFFIX))
        for record in walk(path):
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
    except OSError as error:
        held.fault = error.strerror or str(error)
    return held


def seen(capture: Capture, record: Record | None = None) -> Seen:
    """Returns what verifying needs of `capture`, and of the `record` that it was read from, where that is at
    hand.
    """
    # Digests of other kinds than ours say nothing here.
    declared = record.get("WARC-Payload-Digest") if record else ""
    right = not declared.startswith("sha256:") or declared == capture.ref.digest
    return Seen(capture.exchange.url, capture.ref, capture.refers_to[0] if capture.refers_to else None, right)
