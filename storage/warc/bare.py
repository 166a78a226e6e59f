"""Reads records whose header lines end in a line feed alone.

Some writers make them, and some tools turn every line end of a file into one. Then the lengths that the
records state count bytes that are gone.
"""

from __future__ import annotations

import re
from typing import BinaryIO

from storage.language.messages import message

_HEAD = 2**20  # bytes of a header that are looked at
_VERSION = re.compile(rb"WARC/1\.[0-9]\n")
_NEXT = b"\nWARC/1."
_AHEAD = 64  # bytes behind a block in which the next record is to begin


def is_bare(stream: BinaryIO, at: int) -> bool:
    """Returns whether the record at offset `at` of a plain file has such lines."""
    stream.seek(at)
    return bool(_VERSION.match(stream.read(16)))


def read_bare(
    stream: BinaryIO, at: int, most: int
) -> tuple[str, list[tuple[str, str]], bytes | None, int, int]:
    """Returns version, fields, block, length of the block and end of the record at offset `at`.

    The block is None where it has more than `most` bytes. Where the stated length reaches into the next
    record, or beyond the file, by no more than the lines of the block, the carriage returns are what is
    missing. ValueError where the header cannot be read or the length is wrong.
    """
    stream.seek(at)
    head, mark, _ = stream.read(_HEAD).partition(b"\n\n")
    if not mark:
        raise ValueError(message("the header of the record does not end"))
    version, *lines = head.decode("utf-8", "surrogateescape").split("\n")
    fields: list[tuple[str, str]] = []
    for line in lines:
        name, colon, value = line.partition(":")
        if line[:1] in (" ", "\t") and fields:
            fields[-1] = fields[-1][0], f"{fields[-1][1]} {line.strip()}"
        elif colon:
            fields.append((name.strip(), value.strip()))
    said = {value for name, value in fields if name.lower() == "content-length"}
    if len(said) != 1 or not re.fullmatch("[0-9]{1,18}", next(iter(said))):
        raise ValueError(
            message("the record has no Content-Length that can be read: {said}", said=sorted(said)[:2])
        )
    length, begin = int(next(iter(said))), at + len(head) + len(mark)
    stream.seek(begin)
    if length > most:
        return version, fields, None, length, begin + length
    data = stream.read(length + _AHEAD)
    behind = data[length:].lstrip(b"\r\n")
    if len(data) >= length and (not behind or _NEXT[1:].startswith(behind[: len(_NEXT) - 1])):
        return version, fields, data[:length], length, begin + length
    lines_of = data.count(b"\n", 0, length)
    cut = data.find(_NEXT, max(0, length - lines_of - _AHEAD))
    if cut < 0 and len(data) < length <= len(data) + lines_of:
        cut = len(data)  # the last record of the file
    if not 0 <= cut <= length <= cut + lines_of:
        raise ValueError(message("its Content-Length is not the length of its block"))
    block = data[:cut].removesuffix(b"\n")
    return version, fields, block, length, begin + min(cut + 1, len(data))
