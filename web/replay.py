"""Captured pages as they looked, through ReplayWeb.page: on a port of its own, so of another origin.

What a captured page runs can read nothing of the archive's pages and reach no other server: the browser keeps
origins apart, and the policy of the service worker lets it ask this port alone. The viewer is not part of
huyen (docs/decisions.md); its two files come from the npm package.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from storage.errors import StorageError
from web import articles, downloads
from web.errors import Missing
from web.guard import Guard
from web.pages import site_of
from web.site import Site, spoken

FILES = ("ui.js", "sw.js")
# `unsafe-eval` and inline styles are what the viewer and old pages need. Nothing comes from elsewhere.
POLICY = (
    "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; connect-src 'self' data: blob:; frame-ancestors 'self'; "
    "form-action 'none'; base-uri 'none'; object-src 'none'"
)


def viewer(folder: Path) -> Path | None:
    """Returns the folder of the viewer's files, `folder` or its `package`; None where they are not there."""
    places = (folder, folder / "package")
    return next((one for one in places if all((one / name).is_file() for name in FILES)), None)


def application(site: Site, folder: Path) -> Starlette:
    """Returns the application that replays pages of an archive with the viewer in `folder`."""

    def file(request: Request) -> Response:
        name = request.url.path.rpartition("/")[2]
        return FileResponse(folder / name, media_type="text/javascript")

    app = Starlette(
        routes=[
            *(Route(f"/replay/{name}", file) for name in FILES),
            Route("/replay/", frame),
            Route("/{key}/{number:int}", page),
            Route("/{key}/{number:int}.wacz", packed),
        ],
        middleware=[Middleware(Guard, hosts=site.hosts, policy=POLICY)],
        exception_handlers={Missing: _missing, StorageError: _missing, HTTPException: _missing},
    )
    app.state.site = site
    return app


def page(request: Request) -> Response:
    """A version of an article as its portal showed it: the viewer, around a package of it."""
    row = articles.proof(request)
    named = {
        "source": f"/{row['id']}/{row['number']}.wacz",
        "url": row["url"],
        "ts": f"{row['fetched_at']:%Y%m%d%H%M%S}",
        "replayBase": "/replay/",
        "embed": "replayonly",
    }
    said = " ".join(f'{name}="{escape(value)}"' for name, value in named.items())
    return HTMLResponse(
        f'<!doctype html><html lang="{spoken(request)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(row["title"])}</title>'
        "<style>body { margin: 0 } replay-web-page { display: block; height: 100vh }</style>"
        '<script src="/replay/ui.js"></script></head><body>'
        f"<replay-web-page {said} sandbox></replay-web-page></body></html>"
    )


def packed(request: Request) -> Response:
    """What the archive has of an article: its pages, pictures and files, and the style of its portal."""
    row = articles.proof(request)
    return downloads.packed(site_of(request), [row["id"]], f"{row['id']}.wacz")


def frame(request: Request) -> Response:
    """The page within the viewer, which its service worker looks after."""
    return HTMLResponse(
        '<!doctype html><html><head><meta charset="utf-8"><title>ReplayWeb.page</title>'
        '<script src="./ui.js"></script></head><body><replay-app-main></replay-app-main></body></html>'
    )


def _missing(request: Request, error: Exception) -> Response:
    return PlainTextResponse("there is no such page", 404)
