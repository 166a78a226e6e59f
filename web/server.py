"""Running the application: where it listens, and what is refused before it does."""

from __future__ import annotations

import ipaddress
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import uvicorn

from storage.database import Database
from storage.errors import StorageError
from web.app import application
from web.site import HOSTS, Site

SECONDS = 5.0  # that a page may take of the database
_THREADS_LIMIT = 64  # requests at a time; more wait at the socket


def refuse_public(host: str, public: bool) -> None:
    """Raises StorageError where other machines reach `host` and nobody said that they may."""
    if public or host == "localhost":
        return
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        address = None
    if address is None or not address.is_loopback:
        raise StorageError(f"{host} can be reached from other machines; add --public if you want that")


def run(
    database: Database,
    patient: Database,
    warc: Path,
    host: str,
    port: int,
    names: Sequence[str],
    pywb: str,
    say: Callable[[str], None],
) -> int:
    """Serves until it is told to stop; returns the exit status. `patient` is for downloads, which take long.

    Raises StorageError where the address is taken.
    """
    hosts = (*HOSTS, host.strip("[]"), *names)
    app = application(Site(database, patient, warc, hosts, pywb))
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host.strip("[]"), port))
        listening.listen()  # so that who reads the next line can come at once
    except OSError as error:
        listening.close()
        raise StorageError(
            f"cannot listen on {host}:{port}: {error.strerror}; choose another --port"
        ) from None
    shown = f"[{host}]" if ":" in host and not host.startswith("[") else host
    say(f"http://{shown}:{listening.getsockname()[1]}/ shows the archive; stop it with Ctrl-C")
    sys.stdout.flush()
    settings = uvicorn.Config(
        app, log_level="warning", access_log=False, limit_concurrency=_THREADS_LIMIT, server_header=False
    )
    with suppress(KeyboardInterrupt):  # how uvicorn hands Ctrl-C on, when all is closed
        uvicorn.Server(settings).run(sockets=[listening])
    return 0
