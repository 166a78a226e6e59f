"""The process that reads files: questions on standard input, answers on standard output, limits on itself.

A question is a length and a JSON object, a length and the file; an answer is frames, each a length and bytes,
and a length of 0. Run by pipelines.files.child alone.
"""

from __future__ import annotations

import ctypes
import json
import resource
import struct
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from typing import BinaryIO

_MEMORY = 600_000_000  # bytes of address space
_CPU = 20  # seconds a file
_SIZE = struct.Struct(">I")
_NEW_USER, _NEW_NET = 0x10000000, 0x40000000  # unshare(2)


def main() -> None:
    """Answers until standard input ends."""
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    _limit()
    while head := questions.read(_SIZE.size):
        header = json.loads(questions.read(_SIZE.unpack(head)[0]))
        data = questions.read(_SIZE.unpack(questions.read(_SIZE.size))[0])
        _more_time()
        for frame in _answer(header, data):
            answers.write(_SIZE.pack(len(frame)) + frame)
            answers.flush()
        _send_end(answers)


def _send_end(answers: BinaryIO) -> None:
    answers.write(_SIZE.pack(0))
    answers.flush()


def _answer(header: dict[str, object], data: bytes) -> Iterable[bytes]:
    if header["do"] == "draw":
        from pipelines.files.formats.pdf import pictures

        yield from pictures(data, list(header["pages"]), int(str(header["dpi"])))  # type: ignore[call-overload]
    else:
        from pipelines.files.read import read_file

        yield json.dumps(asdict(read_file(data)), ensure_ascii=False).encode("utf-8", "replace")


def _limit() -> None:
    """No network where the system allows, no files, no core, bounded memory."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).unshare(_NEW_USER | _NEW_NET)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _more_time() -> None:
    """Gives the next file its own time."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + _CPU
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main()
