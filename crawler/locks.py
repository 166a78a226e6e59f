"""One crawl of a portal at a time: a lock on a file, freed by the kernel with the process, however it ended.

The files stay: one that is removed while another process waits for it would lock nothing.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

_held: dict[Path, int] = {}  # file to descriptor; kept open for the life of the process


class Taken(Exception):
    """Another process crawls the portal; the message is one line that names both."""


def hold(data: str | Path, portals: Iterable[str]) -> None:
    """Takes the locks of `portals` (URLs) for the life of this process; their files stand in `data`/locks.

    Raises Taken where another process has one; OSError where the folder cannot be written.
    """
    folder = Path(data) / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    for portal in portals:
        path = folder / f"{_name(portal)}.lock"
        if path in _held:
            continue
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                raise
            holder = os.read(descriptor, 20).decode("ascii", "replace").strip()
            os.close(descriptor)
            who = f"process {holder}" if holder else "another process"
            raise Taken(f"{portal} is being crawled by {who}; wait until it has ended") from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        _held[path] = descriptor


def hold_or_leave(data: str | Path, portals: Iterable[str]) -> None:
    """As `hold`, for a process that is there for these portals only: it ends with status 2 and says why."""
    try:
        hold(data, portals)
    except (Taken, OSError) as error:
        print(f"scrapy: {error}", file=sys.stderr, flush=True)
        raise SystemExit(2) from None


def _name(portal: str) -> str:
    """A file name for a portal: its URL without scheme and `www.`."""
    return re.sub(r"[^a-z0-9.-]+", "_", portal.lower().split("://", 1)[-1].removeprefix("www.")).strip("_")
