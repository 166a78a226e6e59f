"""Files read in a process of its own: what ends it costs one file, and says so."""

from __future__ import annotations

import json
import os
import selectors
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Any, Self

from pipelines.files.filetext import FileStatus, FileText, Member

WALL = 60.0  # seconds a file may take by the clock
_FILES = 200  # that one process reads; libraries leak
_SIZE = struct.Struct(">I")
_MAX_ANSWER = 64 << 20  # bytes; a text has 8 MB at most, a drawn page 25


class FileReader:
    """Reads files one after the other in a child process with limits of memory and time. A context manager.

    Not for several threads. Hostile files were measured to take 3 GB and more, or to end their process: the
    child has 600 MB of address space and 20 s of CPU a file (pipelines.files.worker).
    """

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._read = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def read(self, data: bytes) -> FileText:
        """Returns the text of a file. What ends the child twice, the second time alone, is its own answer."""
        fresh = self._child is None
        found = self._text(data)
        if not fresh and found.status in (FileStatus.CRASHED, FileStatus.TIMEOUT):
            found = self._text(data)
        return found

    def draw(self, data: bytes, pages: list[int], dpi: int) -> list[bytes]:
        """Returns pages of a PDF as PGM, for OCR; fewer where the child ended on the way."""
        drawn: list[bytes] = []
        with suppress(_Ended):
            drawn.extend(self._asked({"do": "draw", "pages": pages, "dpi": dpi}, data))
        return drawn

    def _text(self, data: bytes) -> FileText:
        try:
            (answer,) = self._asked({"do": "read"}, data)
        except _Ended as ended:
            return FileText("", ended.status, reason=ended.why)
        found = json.loads(answer)
        found["status"] = FileStatus(found["status"])
        found["members"] = [Member(**member) for member in found["members"]]
        return FileText(**found)

    def _asked(self, header: dict[str, Any], data: bytes) -> Iterator[bytes]:
        """Sends a question, and yields the frames of its answer. Raises _Ended where the child ends."""
        child = self._started()
        assert child.stdin is not None and child.stdout is not None
        until = time.monotonic() + WALL
        try:
            told = json.dumps(header).encode()
            with suppress(BrokenPipeError):
                child.stdin.write(_SIZE.pack(len(told)) + told + _SIZE.pack(len(data)))
                child.stdin.write(data)
                child.stdin.flush()
            while (size := _SIZE.unpack(_exactly(child.stdout, _SIZE.size, until))[0]) > 0:
                if size > _MAX_ANSWER:
                    raise EOFError
                yield _exactly(child.stdout, size, until)
        except TimeoutError:
            self._end()
            raise _Ended(FileStatus.TIMEOUT, f"not read within {WALL:.0f} s") from None
        except EOFError:
            code = child.wait()
            self._end()
            raise _ended(code) from None
        self._read += 1
        if self._read >= _FILES:
            self._end()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None:
            self._read = 0
            self._child = subprocess.Popen(
                [sys.executable, "-I", "-m", "pipelines.files.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
                stderr=subprocess.DEVNULL,
                env={"LC_ALL": "C.UTF-8"},
                cwd=os.sep,
            )
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                with suppress(OSError):
                    if pipe is not None:
                        pipe.close()


class _Ended(Exception):
    """The child ended before it answered."""

    def __init__(self, status: FileStatus, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


def _ended(code: int) -> _Ended:
    if code == -signal.SIGXCPU:
        return _Ended(FileStatus.TIMEOUT, "took all the CPU time that a file may take")
    name = signal.Signals(-code).name if code < 0 else f"exit status {code}"
    return _Ended(FileStatus.CRASHED, f"the process that read it ended: {name}")


def _exactly(pipe: IO[bytes], size: int, until: float) -> bytes:
    """Returns `size` bytes of a pipe. Raises EOFError where it ends before, TimeoutError after `until`."""
    found = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while len(found) < size:
            if not selector.select(max(until - time.monotonic(), 0)):
                raise TimeoutError
            some = os.read(pipe.fileno(), min(size - len(found), 1 << 20))
            if not some:
                raise EOFError
            found += some
    return bytes(found)
