"""Brings the records of a WARC file made elsewhere into the archive's folder, where evidence is kept."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from glob import escape
from pathlib import Path

from storage.warc.walk import Damage, Record, walk

LEVEL = 6  # written once, read for ever
_CAPTURES = ("response", "revisit", "resource")
BESIDE = ("request", "metadata")
_HEAD = 4096  # bytes that hold the status and the type of nearly every response
_OK = re.compile(rb"http/\S+ 20[0136]\b")


@dataclass(slots=True)
class Brought:
    """What became of a file: `file` is its new name in the folder, None where none of it was wanted."""

    file: str | None = None
    kept: int = 0  # captures
    off_site: int = 0
    too_large: int = 0
    damage: list[Damage] = field(default_factory=list)


def bring_in(
    path: Path,
    folder: Path,
    wanted: Callable[[str], bool],
    unwanted: Callable[[str, bool], None] = lambda url, page: None,
) -> Brought:
    """Copies the records whose URL is `wanted`, each as a gzip member of its own, into a file of `folder`.

    `unwanted` hears of each other capture, and whether it is a page (HTML, answered with 200).

    Whatever the form of the file at `path`, every record can then be read by its offset. The new name holds a
    digest of what was written: the same file brought in twice is there once. Raises OSError.
    """
    brought, digest = Brought(), hashlib.sha256()
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(
        f".{escape(path.name)}.*.part"
    ):  # by a replay that was killed; there is one at a time
        left.unlink()
    draft = folder / f".{path.name}.{os.getpid()}.part"
    try:
        with draft.open("wb") as out:
            for record in walk(path):
                if isinstance(record, Damage):
                    brought.damage.append(record)
                elif _kept(record, wanted, brought, unwanted):
                    member = gzip.compress(unpacked_bytes(record), LEVEL, mtime=0)
                    digest.update(member)
                    out.write(member)
            out.flush()
            os.fsync(out.fileno())
        if brought.kept:
            stem = re.sub(r"(?:\.warc)?(?:\.gz|\.zst)?$|[^\w.-]", "", path.name)
            brought.file = f"{stem}-{digest.hexdigest()[:12]}.warc.gz"
            draft.replace(folder / brought.file)
    finally:
        draft.unlink(missing_ok=True)
    return brought


def _kept(
    record: Record,
    wanted: Callable[[str], bool],
    brought: Brought,
    unwanted: Callable[[str, bool], None],
) -> bool:
    if record.kind not in _CAPTURES:
        return record.kind == "warcinfo" or (record.kind in BESIDE and wanted(record.url))
    if not wanted(record.url):
        brought.off_site += 1
        unwanted(record.url, _is_page(record))
        return False
    if record.block is None:
        brought.too_large += 1
        return False
    brought.kept += 1
    return True


def _is_page(record: Record) -> bool:
    head = (record.block or b"")[:_HEAD].partition(b"\r\n\r\n")[0].lower()
    return record.kind == "response" and _OK.match(head) is not None and b"html" in head


def unpacked_bytes(record: Record) -> bytes:
    """Returns `record` as it stands in a file without compression."""
    lines = [record.version, *(f"{name}: {value}" for name, value in record.fields), "\r\n"]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + (record.block or b"") + b"\r\n\r\n"
