"""How often an archive is asked: over all processes of the machine, one request at a time to each host.

The limits are those of the services: the Wayback Machine allows 24 CDX requests and 600 replays a minute and
an address, Common Crawl asks for one thread and a second between requests to its index. HUYEN_RESCUE_RATE
scales the waits; towards the services themselves they never fall below their limits, towards another address
(a mirror, a stand-in) they do.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import re
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.errors import Interrupted

CDX, REPLAY, INDEX, DATA = "cdx", "replay", "index", "data"
_SECONDS = {CDX: 3.0, REPLAY: 1.0, INDEX: 1.0, DATA: 1.0}  # between two requests, at a rate of 1
_FLOOR = {  # seconds, by host: 80 % of what the service allows
    "web.archive.org": {CDX: 3.0, REPLAY: 0.125},
    "index.commoncrawl.org": {INDEX: 1.0},
    "data.commoncrawl.org": {DATA: 0.55},
}
_MARGIN = 1.01  # an answer that comes a little late must not make the next one too early
_LOOK = 0.02  # seconds between two looks at the lock of another process
_MOST = 3_600.0  # seconds; a file that says more was written by a clock that went wrong


def interval(host: str, kind: str, rate: float) -> float:
    """Returns the seconds between two requests of one `kind` to `host`."""
    return max(_SECONDS[kind] / rate, _FLOOR.get(host, {}).get(kind, 0.0)) * _MARGIN


@dataclass(slots=True)
class Turn:
    """One request; `sent` is when it left (seconds since the epoch), as far as it is known better."""

    sent: float


class Pace:
    """The turns of one archive at `base`. `closing` tells whether this process is to end."""

    def __init__(self, base: str, rate: float, closing: Callable[[], bool]) -> None:
        self.host = urlsplit(base).hostname or ""
        self._rate, self._closing = rate, closing
        name = re.sub(r"[^\w.-]", "_", urlsplit(base).netloc)
        self._path = _folder() / f"huyen-{name}.pace"

    @asynccontextmanager
    async def turn(self, kind: str) -> AsyncIterator[Turn]:
        """Waits until a request of that kind may leave, and holds all others back until the block ends.

        Raises Interrupted where this process is to end meanwhile.
        """
        descriptor = _open(self._path)
        try:
            while not _taken(descriptor):
                await self._rest(_LOOK)
            state = _read(descriptor)
            while (wait := max(state.get(kind, 0.0), state.get("until", 0.0)) - time.time()) > 0:
                if wait > _MOST:
                    break
                await self._rest(min(wait, 0.2))
            turn, rest = Turn(time.time()), interval(self.host, kind, self._rate)
            _write(descriptor, state | {kind: turn.sent + rest})
            yield turn
            _write(descriptor, state | {kind: turn.sent + rest})  # a busy machine sends later than it says
        finally:
            os.close(descriptor)  # and the lock with it

    async def pause(self, seconds: float) -> None:
        """Stops every process of the machine for `seconds`, and waits as long. Raises Interrupted."""
        descriptor = _open(self._path)
        try:
            while not _taken(descriptor):
                await self._rest(_LOOK)
            _write(descriptor, _read(descriptor) | {"until": time.time() + seconds})
        finally:
            os.close(descriptor)
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            await self._rest(min(left, 0.2))

    async def _rest(self, seconds: float) -> None:
        if self._closing():
            raise Interrupted
        await asyncio.sleep(seconds)
        if self._closing():
            raise Interrupted


def _folder() -> Path:
    """Returns a folder that all users of the machine share and that outlives a restart (FHS 3.0, 5.15)."""
    shared = Path("/var/tmp")  # noqa: S108  # for every user, since the limits are those of the address
    own = os.environ.get("TMPDIR")
    if own:
        return Path(own)
    return shared if os.access(shared, os.W_OK) else Path(tempfile.gettempdir())


def _open(path: Path) -> int:
    """Opens the file of a host; it may be another user's, which the kernel lets nobody make anew."""
    try:
        return os.open(path, os.O_RDWR | os.O_NOFOLLOW)
    except FileNotFoundError:
        pass
    except PermissionError:
        path = path.with_name(f"{path.stem}-{os.getuid()}.pace")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
    if os.fstat(descriptor).st_uid == os.getuid():
        os.fchmod(descriptor, 0o666)  # the umask would shut other users out
    return descriptor


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _read(descriptor: int) -> dict[str, float]:
    os.lseek(descriptor, 0, os.SEEK_SET)
    try:
        held: Any = json.loads(os.read(descriptor, 4_096) or b"{}")
        return {str(name): float(value) for name, value in held.items()}
    except (ValueError, AttributeError, TypeError):  # torn by a kill: nothing is known
        return {}


def _write(descriptor: int, state: dict[str, float]) -> None:
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.truncate(descriptor, 0)
    os.write(descriptor, json.dumps(state).encode())
