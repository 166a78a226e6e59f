"""`huyen serve`: the archive in a browser."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.errors import Refused
from crawler.terminal.console import asked, say
from storage.language.messages import message

if TYPE_CHECKING:
    from storage.database import Database


def serve(
    host: Annotated[str, typer.Option(metavar="H", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, metavar="N", help="Port to listen on.")] = 8000,
    name: Annotated[
        list[str] | None,
        typer.Option("--name", metavar="HOST", help="Host name under which readers come; repeatable."),
    ] = None,
    public: Annotated[
        bool, typer.Option("--public", help="Allow an address that other machines reach; see the guide.")
    ] = False,
    pywb: Annotated[
        str, typer.Option(metavar="URL", help="Collection of pywb that shows pages as they looked.")
    ] = "",
    replay: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Files of ReplayWeb.page, which shows pages as they looked, on the port after --port "
            "(default: HUYEN_DATA/replaywebpage, where it is).",
        ),
    ] = None,
    replay_url: Annotated[
        str,
        typer.Option(
            metavar="URL", help="Host name or URL by which readers reach that port, behind a web server."
        ),
    ] = "",
) -> int:
    """Show the archive in a browser, read-only."""
    from importlib import import_module

    from crawler.config import load

    # The layer above this one is loaded by name, so that nothing below depends on it.
    server = import_module("web.server")
    configuration = load()
    url = configuration.database_url
    with (
        asked(),
        closing(_opened(url, server.SECONDS)) as database,
        closing(_opened(url)) as patient,
    ):
        server.refuse_public(host, public)
        viewer = server.replay.viewer(replay or configuration.data / "replaywebpage")
        if replay is not None and viewer is None:
            page, worker = server.replay.FILES
            raise Refused(
                message(
                    "{folder} has no {page} and {worker} of ReplayWeb.page",
                    folder=replay,
                    page=page,
                    worker=worker,
                )
            )
        where = server.Listening(host, port, tuple(name or ()), pywb, viewer, replay_url)
        return int(server.run(database, patient, configuration.warc, where, say))


def _opened(url: str, seconds: float | None = None) -> Database:
    """Returns the archive as `open_readonly` does; Refused where it cannot be opened."""
    from storage.errors import StorageError
    from storage.readonly import open_readonly

    try:
        return open_readonly(url, seconds)
    except StorageError as error:
        raise Refused(str(error)) from error
