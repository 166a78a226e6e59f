"""One crawl of a portal at a time, freed with the process that crawls, however it ended.

Files in the data folder, and beside an SQLite database, carry the kernel's locks; in PostgreSQL a session has
them (storage.runs.locks), so data folders and machines that share an archive keep out of each other's way.
The files stay: one that is removed while another process waits for it would lock nothing.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import socket
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from crawler.errors import Refused
from storage.errors import StorageError, Taken
from storage.language.messages import message
from storage.runs.locks import beside, process, take

_held: dict[Path, int] = {}  # file to descriptor; kept open for the life of the process


def hold(data: str | Path, url: str, portals: Iterable[str], patience: float) -> None:
    """Takes the locks of `portals` for the life of this process: in the folder `data`, and in the archive
    with the database `url`, which is waited for up to `patience` seconds.

    Raises Taken where another process has one; OSError where a folder cannot be written, StorageError where
    the database does not answer.
    """
    names = {_name(portal): portal for portal in portals}
    for folder in dict.fromkeys([Path(data).resolve(), *filter(None, [beside(url)])]):
        _hold_files(folder / "locks", names)
    if taken := take(url, names, patience):
        raise Taken(_sentence(*taken))


@contextmanager
def alone(path: Path, what: str) -> Iterator[None]:
    """Holds the lock file at `path` for the length of its block.

    Raises Refused where `path` cannot be written, or where another process has it: "`what` is running".
    """
    try:
        held = _locked(path)
    except OSError as error:
        raise Refused(
            message("{path} cannot be written: {strerror}", path=path, strerror=error.strerror)
        ) from None
    if isinstance(held, str):
        raise Refused(message("{what} is running ({held}); wait for it", what=what, held=held))
    try:
        yield
    finally:
        os.ftruncate(held, 0)
        os.close(held)


def _hold_files(folder: Path, portals: Mapping[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, portal in portals.items():
        path = folder / f"{name}.lock"
        if path in _held:
            continue
        held = _locked(path)
        if isinstance(held, str):
            raise Taken(_sentence(portal, held))
        _held[path] = held


def _locked(path: Path) -> int | str:
    """Takes the kernel's lock on the file at `path` and writes into it who has it.

    Returns the descriptor, which holds the lock while it is open, or in words the process that has the lock.
    Raises OSError where the file cannot be written.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        holder = os.read(descriptor, 120).decode("utf-8", "replace").strip()
        os.close(descriptor)
        if error.errno not in (errno.EAGAIN, errno.EACCES):
            raise
        return process(holder)
    now = datetime.now(UTC)
    with suppress(OSError):  # the lock holds on a full disk, too
        os.ftruncate(descriptor, 0)
        os.write(
            descriptor,
            f"process {os.getpid()} on {socket.gethostname()} since {now:%Y-%m-%d %H:%M} UTC\n".encode(),
        )
    return descriptor


def hold_or_leave(data: str | Path, url: str, portals: Iterable[str], patience: float) -> None:
    """Holds as `hold` does, for a process of these portals only: it ends with status 2 and says why."""
    try:
        hold(data, url, portals, patience)
    except (OSError, StorageError) as error:
        print(f"scrapy: {error}", file=sys.stderr, flush=True)
        raise SystemExit(2) from None


def _sentence(portal: str, who: str) -> str:
    return message("{portal} is being crawled by {who}; wait until it has ended", portal=portal, who=who)


def _name(portal: str) -> str:
    """Returns a file name for a portal: its URL without scheme and `www.`."""
    return re.sub(r"[^a-z0-9.-]+", "_", portal.lower().split("://", 1)[-1].removeprefix("www.")).strip("_")
