"""Finished WARC files in a store: shipped there whole, and read from there when they are gone from here.

The store is an fsspec URL (`s3://bucket/prefix`, `file:///mnt/warc`), of this process and of those that it
starts (the environment). Writing stays local: object stores know neither appending nor locks.
"""

from __future__ import annotations

import glob
import hashlib
import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from storage.errors import StoreError
from storage.language.messages import message
from storage.secrets import masked, scrubbed

NAME = "HUYEN_WARC_STORE"
AHEAD = 5 * 2**20  # bytes that a walk reads at once; a request to an object store costs 10 to 100 ms
_CHUNK = 2**20
# So a store that swallows packets is given up after half a minute; botocore would wait a minute for each try.
_S3 = {"config_kwargs": {"connect_timeout": 10, "read_timeout": 60, "retries": {"max_attempts": 2}}}


@dataclass(frozen=True, slots=True)
class Sum:
    """What a file is: its bytes in number, and their SHA-256 in hex."""

    size: int
    sha256: str


def use(url: str) -> None:
    """Reads WARC files that are not here from the store at `url` from now on; "" for none."""
    if url:
        os.environ[NAME] = url
    else:
        os.environ.pop(NAME, None)


def in_use() -> str:
    """Returns the URL of the store, "" where there is none."""
    return os.environ.get(NAME, "")


def opened(name: str, ahead: int = AHEAD) -> BinaryIO:
    """Returns the file `name` of the store, to be read and sought in.

    `ahead`: bytes read beyond what is asked. Raises FileNotFoundError where the store has no such file or
    there is no store, StoreError where it does not answer.
    """
    url = in_use()
    if not url:
        raise FileNotFoundError(2, os.strerror(2), name)
    with _answering(url):
        files, root = _files(url)
        options = {"cache_type": "readahead", "block_size": ahead} if ahead else {"cache_type": "none"}
        stream = files.open(f"{root}/{name}", "rb", **options)
    return cast(BinaryIO, io.BufferedReader(_Raw(stream, url), 2**16))


def names() -> list[str]:
    """Returns the names of the WARC files in the store, sorted; none where there is no store. StoreError."""
    url = in_use()
    if not url:
        return []
    with _answering(url, missing=True):
        files, root = _files(url)
        found = files.find(root)
        return sorted(one.removeprefix(root).lstrip("/") for one in found if one.endswith(".warc.gz"))


def size(name: str) -> int | None:
    """Returns how many bytes the file `name` of the store has; None where it, or a store, is missing.

    Raises StoreError.
    """
    url = in_use()
    if not url:
        return None
    with _answering(url):
        files, root = _files(url)
        try:
            return int(files.info(f"{root}/{name}")["size"])
        except FileNotFoundError:
            return None


def prepare() -> None:
    """Makes the folder of a store that is one. Raises StoreError."""
    url = in_use()
    with _answering(url):
        files, root = _files(url)
        if _is_local(files):
            Path(root).mkdir(parents=True, exist_ok=True)


def put(path: Path) -> Sum:
    """Copies the finished file at `path` into the store under its name, reads it back, and returns its sum.

    A file of that name that is there already, from a run that was killed, is taken if it has the same bytes.
    Raises StoreError where it has others, where what comes back differs, or where the store does not answer;
    OSError where `path` cannot be read.
    """
    url = in_use()
    own = sum_of(path)
    with _answering(url, missing=True):
        files, root = _files(url)
        there = f"{root}/{path.name}"
        with suppress(FileExistsError):
            _create(files, path, there)
        with files.open(there, "rb", cache_type="readahead", block_size=AHEAD) as stream:
            back = _sum(stream)
    if back != own:
        raise StoreError(
            message(
                "{url} has another file {name}; the local one stays here", url=masked(url), name=path.name
            )
        )  # fmt: skip
    return own


def sum_of(path: Path) -> Sum:
    """Returns the sum of the local file at `path`. Raises OSError."""
    with path.open("rb") as stream:
        return _sum(stream)


def sum_there(name: str) -> Sum | None:
    """Returns the sum of the file `name` of the store, all of which is read; None where it has none.
    Raises StoreError.
    """
    try:
        with opened(name) as stream:
            return _sum(stream)
    except FileNotFoundError:
        return None


class Summed(io.RawIOBase):
    """A stream whose sum is taken on the way while others read it; they may seek."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._digest, self._size = stream, hashlib.sha256(), 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        at = self._stream.tell()
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        if at <= self._size < at + len(data):
            self._digest.update(data[self._size - at :])
            self._size = at + len(data)
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def sum(self) -> Sum:
        """Reads what nobody has read, and returns the sum."""
        self.seek(self._size)
        while self.read(_CHUNK):
            pass
        return Sum(self._size, self._digest.hexdigest())


def _create(files: Any, path: Path, there: str) -> None:
    """Writes a new file, whole or not at all. Raises FileExistsError."""
    if _is_local(files):
        target = Path(there)
        for left in target.parent.glob(f".{glob.escape(target.name)}.*.part"):  # by a process that was killed
            left.unlink(missing_ok=True)
        part = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            with path.open("rb") as source, part.open("wb") as copy:
                shutil.copyfileobj(source, copy, _CHUNK)
                copy.flush()
                os.fsync(copy.fileno())
            os.link(part, target)  # unlike a rename it never replaces a file
        finally:
            part.unlink(missing_ok=True)
        return
    with path.open("rb") as source, files.open(there, "xb", block_size=8 * AHEAD) as copy:
        shutil.copyfileobj(source, copy, 8 * AHEAD)


def _is_local(files: Any) -> bool:
    return "file" in (files.protocol if isinstance(files.protocol, tuple) else (files.protocol,))


def _sum(stream: Any) -> Sum:
    digest, size = hashlib.sha256(), 0
    while data := stream.read(_CHUNK):
        digest.update(data)
        size += len(data)
    return Sum(size, digest.hexdigest())


def _files(url: str) -> tuple[Any, str]:
    """The file system of a URL, and the path in it."""
    from fsspec.core import url_to_fs  # type: ignore[import-untyped,import-not-found,unused-ignore]

    try:
        # Another process may have put a file there since the last listing, so no listing is remembered.
        files, root = url_to_fs(url, use_listings_cache=False, **(_S3 if url.startswith("s3") else {}))
    except ImportError as error:  # of the library of one kind of store
        raise StoreError(
            message(
                "{name}={url} needs a library: {error}; for s3://: "
                ".venv/bin/python -m pip install 'huyen[s3]'",
                name=NAME,
                url=masked(url),
                error=error,
            )
        ) from error
    return files, root.rstrip("/")


@contextmanager
def _answering(url: str, missing: bool = False) -> Iterator[None]:
    """Turns what the library of a store raises into StoreError; that a file is missing, or there, is told,
    unless `missing` says that it can only be the store itself that is missing.
    """
    try:
        yield
    except Exception as error:
        told = (FileExistsError, StoreError) if missing else (FileNotFoundError, FileExistsError, StoreError)
        if isinstance(error, told):
            raise
        said = scrubbed(" ".join(str(error).split())[:300] or type(error).__name__, url)
        raise StoreError(
            message("the WARC store {url} fails: {error}", url=masked(url), error=said)
        ) from error


class _Raw(io.RawIOBase):
    """A stream of fsspec as Python's buffered readers want it; its faults are OSErrors."""

    def __init__(self, stream: Any, url: str) -> None:
        self._stream, self._url = stream, url

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with _answering(self._url):
            data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        return int(self._stream.seek(offset, whence))

    def tell(self) -> int:
        return int(self._stream.tell())

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()
