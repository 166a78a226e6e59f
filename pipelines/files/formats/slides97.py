"""PowerPoint's binary format of 1997 to 2003 (.ppt) to text ([MS-PPT] 2.9.40 to 2.9.44)."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

import olefile

from pipelines.files.filetext import Drawn, FileStatus, Unreadable

_CHARS, _BYTES = 0x0FA0, 0x0FA8
_CONTAINER = 0x0F
_SLIDE_MARK = 0x03F3
_DEPTH = 30


def read_ppt(data: bytes) -> Drawn:
    """Returns the text of a .ppt, a part a slide. Raises Unreadable."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as package:
            stream = package.openstream("PowerPoint Document").read()
    except OSError as error:
        raise Unreadable(FileStatus.BROKEN, f"not a PowerPoint file that can be opened: {error}") from None
    slides: list[list[str]] = [[]]
    for kind, body in _records(stream, 0, len(stream), _DEPTH):
        if kind == _SLIDE_MARK:
            slides.append([])
        elif kind == _CHARS:
            slides[-1].append(body.decode("utf-16-le", "replace"))
        elif kind == _BYTES:
            slides[-1].append(body.decode("latin-1"))
    return Drawn(["\n".join(text.replace("\r", "\n") for text in slide) for slide in slides if slide])


def _records(stream: bytes, at: int, end: int, depth: int) -> Iterator[tuple[int, bytes]]:
    """The records that are no containers, in order."""
    while at + 8 <= end:
        head, kind, length = struct.unpack_from("<HHI", stream, at)
        at += 8
        stop = min(at + length, end)
        if head & _CONTAINER == _CONTAINER and depth:
            yield from _records(stream, at, stop, depth - 1)
        else:
            yield kind, stream[at:stop] if kind in (_CHARS, _BYTES) else b""
        at = stop
