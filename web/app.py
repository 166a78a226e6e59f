"""The application: its addresses, and what is answered when something is wrong."""

from __future__ import annotations

import logging
from importlib.resources import files

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from storage.errors import StorageError
from web import api, articles, downloads, pages
from web.asked import Asked
from web.errors import Missing
from web.guard import Guard
from web.pages import site_of
from web.site import Site

_log = logging.getLogger(__name__)
_SLOW = ("interrupted", "statement timeout", "canceling statement")


def application(site: Site) -> Starlette:
    """Returns the application that shows an archive."""
    a = "/article/{key}"
    routes = [
        Route("/", pages.start),
        Route("/search", pages.search),
        Route("/figures", pages.figures),
        Route("/look.css", pages.look_style),
        Route("/charts.css", pages.charts_style),
        Route("/search.csv", downloads.as_csv),
        Route("/search.jsonl", downloads.as_jsonl),
        Route("/search.wacz", downloads.as_wacz),
        Route("/district/{key}", pages.district),
        Route("/day/{day}", pages.on_day),
        Route("/coverage", pages.coverage),
        Route("/run/{number:int}", pages.run),
        Route("/url/{url:path}", pages.by_address),
        Route(a, articles.article),
        Route(a + "/{number:int}", articles.article),
        Route(a + "/diff/{first:int}/{second:int}", articles.diff),
        Route(a + "/raw/{number:int}", articles.raw),
        Route(a + "/record/{number:int}", articles.record),
        Route("/story/{key}", articles.story),
        Route("/codebook", pages.codebook),
        Route("/api", api.explained),
        Route("/api/articles", api.articles),
        Route("/api/articles/{key}", api.article),
        Route("/api/articles/{key}/{number:int}", api.article),
        Route("/api/districts", api.districts),
        Route("/api/coverage", api.coverage),
        Route("/openapi.json", api.description),
        Route("/feed.atom", api.feed),
        Route("/robots.txt", pages.robots),
        Mount("/static", StaticFiles(directory=str(files("web").joinpath("static")))),
    ]
    app = Starlette(
        routes=routes,
        middleware=[Middleware(Guard, hosts=site.hosts)],
        exception_handlers={
            Missing: _missing,
            404: _missing,
            StorageError: _refused,
            ValueError: _refused,
            Exception: _broken,
            HTTPException: _http,
        },
    )
    app.state.site = site
    return app


def _missing(request: Request, error: Exception) -> Response:
    return _told(request, 404, "not_found", "not_found_text")


def _refused(request: Request, error: Exception) -> Response:
    """A selection that cannot be, or a database that does not answer."""
    said = str(error)
    if is_slow(error):
        return _told(request, 503, "too_slow", "too_slow_text")
    if said.startswith("cannot "):
        _log.error("%s: %s", request.url.path, said)
        return _told(request, 503, "no_answer", "")
    return _told(request, 400, "bad_request", said)


def is_slow(error: Exception) -> bool:
    """Returns whether the database gave up because a question took longer than it may."""
    return any(word in str(error) for word in _SLOW)


def _broken(request: Request, error: Exception) -> Response:
    _log.exception("%s", request.url.path, exc_info=error)
    return _told(request, 500, "no_answer", "")


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _told(request, error.status_code, "bad_request", error.detail)


def _told(request: Request, status: int, title: str, text: str) -> Response:
    if request.url.path.startswith("/api/") or request.url.path.endswith((".csv", ".jsonl", ".json")):
        return JSONResponse({"error": title, "detail": text}, status)
    site = site_of(request)
    return site.page(request, "error.html", status, title=title, text=text, asked=Asked({}), query=None)
