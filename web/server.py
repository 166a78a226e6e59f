"""Running the application: where it listens, and what is refused before it does."""

from __future__ import annotations

import ipaddress
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from anyio import to_thread
from starlette.types import ASGIApp, Receive, Scope, Send

from storage.database import Database
from storage.errors import StorageError
from storage.language.messages import gettext as _
from storage.language.messages import message
from web import replay
from web.app import application
from web.site import HOSTS, Site

SECONDS = 5.0  # that a page may take of the database (of SQLite: of the processor)
_WAITING = 512  # requests that wait; more are turned away
_AT_ONCE = 4  # requests that are worked at; with more, each would use up its time waiting for the others


def refuse_public(host: str, public: bool) -> None:
    """Raises StorageError where other machines reach `host` and nobody said that they may."""
    if public or host == "localhost":
        return
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        address = None
    if address is None or not address.is_loopback:
        raise StorageError(
            message("{host} can be reached from other machines; add --public if you want that", host=host)
        )


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the application listens, and under which further `names` readers come.

    `pywb` is the address of a pywb collection, or "". `viewer` has the files of ReplayWeb.page, where they
    are, and `replay_url` is how readers reach the port after `port`, if not by the same host name.
    """

    host: str
    port: int
    names: Sequence[str] = ()
    pywb: str = ""
    viewer: Path | None = None
    replay_url: str = ""


def run(
    database: Database, patient: Database, warc: Path, where: Listening, say: Callable[[str], None]
) -> int:
    """Serves until it is told to stop; returns the exit status. `patient` is for downloads, which take long.

    Raises StorageError where an address is taken.
    """
    app, sockets = opened(database, patient, warc, where)
    host, port = sockets[0].getsockname()[:2]
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    say(_("{url} shows the archive; stop it with Ctrl-C", url=url))
    sys.stdout.flush()
    with suppress(KeyboardInterrupt):  # how uvicorn hands Ctrl-C on, when all is closed
        uvicorn.Server(settings(app)).run(sockets=sockets)
    return 0


def settings(app: ASGIApp) -> uvicorn.Config:
    """Returns how uvicorn serves `app`."""
    return uvicorn.Config(
        app, log_level="warning", access_log=False, limit_concurrency=_WAITING, server_header=False,
        lifespan="off",
    )  # fmt: skip


def opened(
    database: Database, patient: Database, warc: Path, where: Listening
) -> tuple[ASGIApp, list[socket.socket]]:
    """Returns the application, and the sockets on which it is to be served, its own first.

    Raises StorageError where an address is taken.
    """
    host = where.host.strip("[]")
    site = Site(database, patient, warc, (*HOSTS, host, *where.names), where.pywb)
    sockets = [_bound(host, where.port)]
    app = _bounded(application(site))
    if where.viewer is None or where.pywb:
        return app, sockets
    try:
        sockets.append(_bound(host, where.port and where.port + 1))
    except StorageError:
        sockets[0].close()
        raise
    replaying = sockets[1].getsockname()[1]
    url = where.replay_url
    site.replay = (url if "://" in url else f"//{url}") if url else f":{replaying}"
    return _by_port(app, replaying, replay.application(site, where.viewer)), sockets


def _bound(host: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()  # so that who reads the next line can come at once
    except OSError as error:
        listening.close()
        raise StorageError(
            f"cannot listen on {host}:{port}: {error.strerror}; choose another --port"
        ) from None
    return listening


def _bounded(app: ASGIApp) -> ASGIApp:
    """Returns `app` with _AT_ONCE threads for the functions that answer."""

    async def bounded(scope: Scope, receive: Receive, send: Send) -> None:
        to_thread.current_default_thread_limiter().total_tokens = _AT_ONCE
        await app(scope, receive, send)

    return bounded


def _by_port(app: ASGIApp, port: int, other: ASGIApp) -> ASGIApp:
    """Returns the application that is `other` for what comes to `port`, and `app` for the rest."""

    async def either(scope: Scope, receive: Receive, send: Send) -> None:
        chosen = other if scope.get("server", ("", 0))[1] == port else app
        await chosen(scope, receive, send)

    return either
