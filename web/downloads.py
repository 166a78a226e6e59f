"""A selection to take home: the same rows and columns as `huyen export`, streamed."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from storage.errors import StorageError
from storage.export.columns import chosen
from storage.export.export import export
from storage.export.wacz import package
from storage.search.selection import Filters
from storage.serve import browse
from web.asked import Asked
from web.errors import Missing
from web.pages import site_of
from web.site import PACKED, Site

_TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}
_CHUNK = 1 << 16


def as_csv(request: Request) -> Response:
    """Streams the articles of a selection as CSV. `columns` as in `huyen export`; `excel=yes` guards cells
    that a spreadsheet would run.
    """
    return _download(request, "csv")


def as_jsonl(request: Request) -> Response:
    """Streams the articles of a selection as JSON lines. `columns` as in `huyen export`."""
    return _download(request, "jsonl")


def as_wacz(request: Request) -> Response:
    """A selection of at most PACKED articles as a web archive package, with their pictures and files."""
    site = site_of(request)
    asked = Asked.of(request.query_params.multi_items())
    with site.reading() as connection:
        where = browse.chosen(connection, site.database, asked.selection)
        found = browse.ids(connection, where, PACKED + 1)
    if len(found) > PACKED:
        raise StorageError(
            f"a package has at most {PACKED} articles here; huyen export --format wacz has no bound"
        )
    return packed(site, found, "huyen.wacz")


def packed(site: Site, ids: Sequence[str], name: str) -> Response:
    """Returns the articles `ids` as a web archive package. Raises Missing where none can be packed."""
    folder = tempfile.mkdtemp(prefix="huyen-")
    target = Path(folder) / name
    try:
        if not ids:
            raise Missing
        package(site.patient, site.warc, target, Filters(articles=ids))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    done = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    return FileResponse(target, media_type="application/wacz", filename=name, background=done)


def _download(request: Request, form: str) -> Response:
    site = site_of(request)
    asked = Asked.of(request.query_params.multi_items())
    columns = request.query_params.get("columns")
    excel = form == "csv" and request.query_params.get("excel") == "yes"
    chosen(columns)
    with site.reading() as connection:  # what is wrong with the selection must be said before the first byte
        count = browse.counted(connection, browse.chosen(connection, site.database, asked.selection))
    headers = {
        "Content-Disposition": f'attachment; filename="huyen.{form}"',
        "X-Total-Count": str(count),
    }
    return StreamingResponse(
        _streamed(site, form, asked, columns, excel), media_type=_TYPES[form], headers=headers
    )


def _streamed(site: Site, form: str, asked: Asked, columns: str | None, excel: bool) -> Iterator[bytes]:
    """Runs the export in a thread that writes into a pipe: it ends when the reader goes away."""
    inlet, outlet = os.pipe()
    failed: list[BaseException] = []

    def work() -> None:
        try:
            with os.fdopen(outlet, "w", encoding="utf-8", newline="") as stream:
                _export(site, stream, form, asked, columns, excel)
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    with os.fdopen(inlet, "rb", buffering=0) as source:
        while some := source.read(_CHUNK):
            yield some
    thread.join()
    if failed:  # a broken answer must not look whole
        raise StorageError(f"the download broke off: {failed[0]}")


def _export(site: Site, stream: TextIO, form: str, asked: Asked, columns: str | None, excel: bool) -> None:
    with site.patient.reading() as connection:
        where = browse.chosen(connection, site.patient, asked.selection)
    everything = not asked.values
    also = [] if everything else [where.versions()]
    export(site.patient, stream, form, columns=columns, excel=excel, also=also)
