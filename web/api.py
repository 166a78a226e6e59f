"""The interface for programs: the same selections as JSON, described by OpenAPI, and an Atom feed of each."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from storage.serve import browse, citing, facets, portals, timeline
from storage.serve.browse import PRECISIONS, SOURCES
from storage.vocabulary import iso
from web.articles import found
from web.asked import Asked
from web.pages import site_of
from web.site import PACKED

_MOST = 100  # articles a page


def articles(request: Request) -> Response:
    """A page of a selection: `count`, `articles`, and `next`, the address of the page after it, or null."""
    site = site_of(request)
    asked = Asked.of(request.query_params.multi_items())
    limit = request.query_params.get("limit", "20")
    size = min(max(int(limit) if limit.isdecimal() and len(limit) < 6 else 20, 1), _MOST)
    with site.reading() as connection:
        where = browse.chosen(connection, site.database, asked.selection)
        count = browse.counted(connection, where)
        page = browse.listed(connection, where, after=request.query_params.get("after"), size=size)
    following = None
    if page.after is not None:
        address = asked.address("/api/articles")
        following = f"{address}{'&' if '?' in address else '?'}limit={size}&after={page.after}"
    rows = [browse.as_json(row._asdict()) for row in page.rows]
    for row in rows:
        del row["body"]  # its beginning only; /api/articles/ID has it whole
    return JSONResponse({"count": count, "articles": rows, "next": following})


def article(request: Request) -> Response:
    """One article in its latest version, or in the one that the address names."""
    site = site_of(request)
    with site.reading() as connection:
        row = found(connection, request.path_params["key"], request.path_params.get("number"))
        versions = timeline.timeline(connection, row["id"])
        named = {
            "mentions": citing.mentions(connection, row["id"], row["number"]),
            "documents_named": citing.documents(connection, row["id"], row["number"]),
        }
    numbers = [one.number for one in versions]
    return JSONResponse({**browse.as_json(row), **named, "versions": numbers})


def districts(request: Request) -> Response:
    """The districts that have articles."""
    with site_of(request).reading() as connection:
        places = facets.totals(connection).places
        known = facets.district_places(connection)
    return JSONResponse([
        {
            "id": key, "name": name, "province": province, "articles": count,
            "code": known[key].code if key in known else None,
            "province_now": known[key].province_now if key in known else None,
        }
        for province, key, name, count in places
    ])  # fmt: skip


def coverage(request: Request) -> Response:
    """Every portal with its articles by month of publication ("" for undated ones)."""
    with site_of(request).reading() as connection:
        rows = portals.covered(connection)
    return JSONResponse([
        {
            "district_id": row.district_id, "portal": row.portal, "months": row.months,
            "last_run": row.last_run.as_json() if row.last_run else None,
        }
        for row in rows
    ])  # fmt: skip


def feed(request: Request) -> Response:
    """The newest articles of a selection as an Atom feed (RFC 4287)."""
    site = site_of(request)
    asked = Asked.of(request.query_params.multi_items())
    base = f"{request.url.scheme}://{request.url.netloc}"
    with site.reading() as connection:
        page = browse.listed(connection, browse.chosen(connection, site.database, asked.selection))
    newest = max((row.first_seen_at for row in page.rows), default=datetime(1970, 1, 1, tzinfo=UTC))
    entries = "".join(_entry(row, base) for row in page.rows)
    title = escape(asked.values.get("q") or "huyen")
    return Response(
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>{title}</title><id>{escape(base + asked.address('/search'))}</id>"
        f'<link rel="self" href={quoteattr(base + asked.address("/feed.atom"))}/>'
        f'<link rel="alternate" href={quoteattr(base + asked.address("/search"))}/>'
        f"<updated>{iso(newest)}</updated>{entries}</feed>\n",
        media_type="application/atom+xml",
    )


def _entry(row: browse.Row, base: str) -> str:
    """An article; `published` only where its day is known, since Atom has no less precise dates."""
    address = f"{base}/article/{row.id}"
    day = row.published_at or ""
    published = day if len(day) > 10 else f"{day}T00:00:00+07:00" if len(day) == 10 else ""
    return (
        f"<entry><id>{escape(address)}</id><title>{_clean(row.title)}</title>"
        f'<link rel="alternate" href={quoteattr(address)}/>'
        f'<link rel="via" href={quoteattr(_clean(row.url))}/>'
        f"<updated>{iso(row.first_seen_at)}</updated>"
        + (f"<published>{published}</published>" if published else "")
        + f"<author><name>{_clean(row.district)}</name></author>"
        f"<summary>{_clean(row.lead or row.body[:280])}</summary></entry>"
    )


def _clean(text: str) -> str:
    """Text without the control signs that XML 1.0 cannot hold, escaped."""
    return escape("".join(letter for letter in text if letter in "\t\n" or letter >= " "))


def description(request: Request) -> Response:
    """The interface as OpenAPI 3.1."""
    return JSONResponse(openapi())


def explained(request: Request) -> Response:
    """The same for people."""
    return site_of(request).page(request, "api.html", described=openapi(), asked=Asked({}), query=None)


def openapi() -> dict[str, Any]:
    """Returns the description of the interface."""
    text: dict[str, Any] = {"type": "string"}
    filters = [
        _parameter("q", "Words, as in the search: with diacritics or without, phrases in quotes.", text),
        _parameter("district", "Id of a district, or its last part where that is unique.", text),
        _parameter("province", "Name of a province, or the first part of an id.", text),
        _parameter("place", "Code or name of a unit of today: all articles of what became of it.", text),
        _parameter("from", "First day, month or year: 2023-10-26, 2023-10 or 2023.", text),
        _parameter("to", "Last day, month or year.", text),
        _parameter("year", "Year of publication, or none.", text),
        _parameter("precision", "Precision of the date.", {**text, "enum": list(PRECISIONS)}),
        _parameter("source", "Where the date was read.", {**text, "enum": list(SOURCES)}),
        _parameter("flag", "A flag of the codebook.", text),
        _parameter("status", "Whether the portal still shows it.", {**text, "enum": ["live", "gone"]}),
        _parameter("copies", "Whether copies are shown.", {**text, "enum": ["show", "hide"]}),
        _parameter("files", "Only articles with attachments.", {**text, "enum": ["yes"]}),
        _parameter("confidence", "The least confidence of the reading, 0 to 1.", {"type": "number"}),
    ]
    paging = [
        _parameter("after", "What `next` of the page before names.", text),
        _parameter("limit", "Articles a page.", {"type": "integer", "minimum": 1, "maximum": _MOST}),
    ]
    key = {
        "name": "id", "in": "path", "required": True, "description": "Id of the article, as in an export.",
        "schema": {**text, "pattern": "^[0-9a-f]{16}$"},
    }  # fmt: skip
    number = {
        "name": "version", "in": "path", "required": True, "description": "Number of the version, from 1.",
        "schema": {"type": "integer", "minimum": 1},
    }  # fmt: skip
    return {
        "openapi": "3.1.0",
        "info": {"title": "huyen", "version": "1", "description": "A read-only archive of district news."},
        "paths": {
            "/api/articles": _get("Articles of a selection, the latest first.", [*filters, *paging]),
            "/api/articles/{id}": _get("An article in its latest version.", [key]),
            "/api/articles/{id}/{version}": _get("A version of an article.", [key, number]),
            "/api/districts": _get("Districts that have articles.", []),
            "/api/coverage": _get("Portals with their articles by month.", []),
            "/search.csv": _get("A selection as CSV, with the columns of huyen export.", filters),
            "/search.jsonl": _get("A selection as JSON lines.", filters),
            "/search.wacz": _get(
                f"The captures of a selection of at most {PACKED:,} articles as WACZ.", filters
            ),
            "/feed.atom": _get("The newest articles of a selection as an Atom feed.", filters),
        },
    }


def _parameter(name: str, words: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": words, "schema": schema}


def _get(words: str, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    return {"get": {"summary": words, "parameters": parameters, "responses": {"200": {"description": words}}}}
