"""WARC files (ISO 28500, WARC/1.1): what was sent and received, kept byte for byte.

One gzip member a record, so that any record is read by its offset alone. A file is named `….warc.gz.open`
while it is written and loses the suffix when it is whole; references carry the final name, readers try both.
"""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import zlib
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from storage.errors import RawKeepingError, RawReadingError
from storage.warc.captures import CaptureRef, Exchange, Known, content_digest, payload_digest
from storage.warc.reader import Capture, iter_captures, read_capture
from storage.warc.records import IDENTICAL, NOT_MODIFIED, exchange_members, info_member
from storage.warc.recovery import Recovered, recover
from storage.warc.walk import OPEN_SUFFIX, PAGES

__all__ = [
    "PAGES",
    "Capture",
    "CaptureRef",
    "Exchange",
    "Known",
    "RawKeepingError",
    "RawReadingError",
    "Recovered",
    "WarcWriter",
    "iter_captures",
    "read_capture",
    "recover",
]

MAX_FILE_BYTES = 2**30  # about 1 GB a file is what ISO 28500 advises for exchange


class WarcWriter:
    """Writes exchanges to one WARC file after the other; the first is opened with the first record.

    `folder` is made when missing; `prefix`, the id of the district, begins every file name; `info` is what
    the warcinfo record says of the crawl; a file of `max_bytes` or more is closed and the next one begun.

    A record is handed to the operating system before `write` returns, so it outlives a killed process; `sync`
    makes all of them outlive a power cut. An flock on the open file tells others that its writer lives.
    """

    def __init__(
        self, folder: Path, prefix: str, info: Mapping[str, str], max_bytes: int = MAX_FILE_BYTES
    ) -> None:
        self._folder, self._prefix, self._info, self._max_bytes = folder, prefix, dict(info), max_bytes
        self._name, self._fd, self._size, self._serial = "", -1, 0, 0
        self._synced = True

    def write(
        self,
        exchange: Exchange,
        known: Known | None = None,
        content: str | None = None,
        page: Mapping[str, str] | None = None,
    ) -> CaptureRef:
        """Keeps `exchange`: its response, or a revisit where `known` holds the same payload, and its request.

        `content` is the hex SHA-256 of the decoded body where the caller has it already. `page` is kept with
        it in a metadata record: what a later reading needs to know beside the bytes.

        Raises:
            RawKeepingError: the disk is full, read-only, gone; the file is as it was before.
        """
        original = known.capture if known else None
        digest, profile = payload_digest(exchange.body), ""
        if original and not original.revisit:  # a revisit points to a body, never to another revisit
            if exchange.status == 304:
                digest, profile = original.digest, NOT_MODIFIED
            elif exchange.body and digest == original.digest:
                profile = IDENTICAL
        if original and profile:
            content = original.content_digest
        elif content is None:
            content = content_digest(exchange.body, exchange.header("Content-Encoding"))
        members = exchange_members(exchange, digest, profile, known, page)
        offset = self._append(*members)
        return CaptureRef(self._name, offset, len(members[0]), digest, content, bool(profile))

    def append(self, *members: bytes) -> tuple[str, int]:
        """Keeps records that were made elsewhere, each a gzip member, as they are and all or none.

        Returns the name of the file and the offset of the first. Raises RawKeepingError as `write` does.
        """
        offset = self._append(*members)
        return self._name, offset

    def sync(self) -> None:
        """Makes every record so far outlive a power cut; free of cost where nothing was written since."""
        if self._fd >= 0 and not self._synced:
            try:
                os.fsync(self._fd)
            except OSError as error:
                raise self._failure("write to", error) from error
            self._synced = True

    def close(self) -> None:
        """Finishes the file and gives it its final name. Without a record there is no file."""
        if self._fd < 0:
            return
        try:
            self.sync()
            self._open_path.rename(self._folder / self._name)
        except RawKeepingError:
            raise
        except OSError as error:
            raise self._failure("finish", error) from error
        finally:
            os.close(self._fd)
            self._fd = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def _open_path(self) -> Path:
        return self._folder / (self._name + OPEN_SUFFIX)

    def _append(self, *members: bytes) -> int:
        """Writes `members` after each other, all or none; returns the offset of the first."""
        if self._fd >= 0 and self._size >= self._max_bytes:
            self.close()
        if self._fd < 0:
            self._open()
        start = self._size
        try:
            rest = memoryview(b"".join(members))
            while rest:
                rest = rest[os.write(self._fd, rest) :]
        except OSError as error:
            with suppress(OSError):  # where even this fails, the torn tail is cut at the next start
                os.ftruncate(self._fd, start)
                os.lseek(self._fd, start, os.SEEK_SET)
            raise self._failure("write to", error) from error
        self._size = start + sum(map(len, members))
        self._synced = False
        return start

    def _open(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._name, self._fd = self._claim()
        except OSError as error:
            self._name = ""
            raise self._failure("open a file in", error) from error
        self._size = 0
        try:
            self._append(info_member(self._name, self._info))
        except OSError:
            self._open_path.unlink()
            os.close(self._fd)
            self._fd = -1
            raise

    def _claim(self) -> tuple[str, int]:
        """Returns a new file of our own, locked: its final name and its descriptor."""
        while True:
            self._serial += 1
            stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
            name = f"{self._prefix}-{stamp}-{_process()}-{self._serial:05}.warc.gz"
            path = self._folder / (name + OPEN_SUFFIX)
            try:
                fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
            except FileExistsError:
                continue
            fcntl.flock(fd, fcntl.LOCK_EX)
            # Between open and lock another process may have taken the empty file for a dead writer's.
            with suppress(FileNotFoundError):
                if path.stat().st_ino == os.fstat(fd).st_ino and not (self._folder / name).exists():
                    return name, fd
                path.unlink()
            os.close(fd)

    def _failure(self, what: str, error: OSError) -> RawKeepingError:
        return RawKeepingError(error.errno, f"cannot {what} {self._folder / self._name}: {_cause(error)}")


def _process() -> str:
    """Returns digits that tell this process from those of all machines that share an archive.

    In containers that start at the same moment the numbers of processes alone are often equal.
    """
    return f"{zlib.crc32(socket.gethostname().encode()) % 100_000}{os.getpid():07}"


def _cause(error: OSError) -> str:
    known = {
        errno.ENOSPC: "the disk is full",
        errno.EDQUOT: "the disk quota is used up",
        errno.EROFS: "the file system is read-only",
        errno.EACCES: "no permission to write there",
    }
    return known.get(error.errno or 0, error.strerror or str(error))
