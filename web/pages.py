"""The pages about many articles: start, search, district, day, coverage, run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from crawler.charts.draw import look, style
from storage.coverage.months import coverage as months_of
from storage.places.lookup import TODAY
from storage.records import article_id
from storage.search.selection import Filters
from storage.serve import browse, facets, portals
from storage.serve.browse import Selection, Where
from storage.serve.portals import Covered
from web.asked import Asked
from web.errors import Missing
from web.parts import markdown
from web.parts.figures import coverage_figure, month_figure, over_time
from web.site import PACKED, Site, spoken

_FACETS = 12  # values of a facet that are shown; the search narrows further
_NEWEST = 10
_MAPPED = 100  # portals of which a map can be read


def site_of(request: Request) -> Site:
    """Returns the archive that the application shows."""
    site: Site = request.app.state.site
    return site


def start(request: Request) -> Response:
    """The first page: what the archive holds, its newest articles, its districts."""
    site = site_of(request)
    with site.reading() as connection:
        totals = facets.totals(connection)
        newest = browse.listed(connection, Where(), size=_NEWEST)
    provinces: dict[str, list[tuple[str, str, int]]] = {}
    for province, key, name, count in totals.places:
        provinces.setdefault(province, []).append((key, name, count))
    return site.page(
        request,
        "start.html",
        totals=totals,
        rows=newest.rows,
        provinces=provinces,
        asked=Asked({}),
        query=None,
    )


def search(request: Request) -> Response:
    """The articles of a selection, with its facets."""
    site = site_of(request)
    asked = Asked.of(request.query_params.multi_items())
    with site.reading() as connection:
        where = browse.chosen(connection, site.database, asked.selection)
        found = facets.facets(connection, where)
        after, sort = request.query_params.get("after"), asked.values.get("sort", "date")
        page = (browse.ranked if sort == "relevance" else browse.listed)(connection, where, after=after)
    more = None if page.after is None else asked.address("/search", after=page.after)
    return site.page(
        request,
        "search.html",
        asked=asked,
        query=asked.values.get("q"),
        rows=page.rows,
        count=found.count,
        facets=_shown(asked, found.values),
        few=found.count <= facets.MANY,
        many=facets.MANY,
        packed=found.count <= PACKED,
        names=found.names,
        more=more,
        first="after" in request.query_params,
        charts=[month_figure(found.periods, spoken(request))],
    )


def _shown(asked: Asked, found: Mapping[str, facets.Values]) -> dict[str, list[tuple[str, int, str]]]:
    """Returns of each facet that can narrow further its values, numbers and addresses."""
    shown = {}
    for name, values in found.items():
        key, behind = ("province", TODAY) if name == "province_now" else (name, "")
        if key not in asked.values and len(values) > 1:
            shown[name] = [
                (value, n, asked.address("/search", **{f"{key}_": value + behind}))
                for value, n in (values if name == "year" else values[:_FACETS])
            ]
    return shown


def figures(request: Request) -> Response:
    """How the articles of a selection are spread over time: numbers, precision of the dates, copies."""
    site = site_of(request)
    asked = Asked.of(request.query_params.multi_items())
    with site.reading() as connection:
        where = browse.chosen(connection, site.database, asked.selection)
        charts = over_time(connection, where, spoken(request))
        names = facets.district_names(connection)
    return site.page(
        request, "figures.html", asked=asked, query=asked.values.get("q"), charts=charts, names=names
    )


def look_style(request: Request) -> Response:
    """The style that these pages share with the status page."""
    return Response(look(), media_type="text/css")


def charts_style(request: Request) -> Response:
    """The style of charts, which stand in pages and in files."""
    return Response(style(), media_type="text/css")


def district(request: Request) -> Response:
    """A district: its portals and their state, its articles by month, the newest ones."""
    site, key = site_of(request), request.path_params["key"]
    selection = Selection(Filters(districts=[key]))
    with site.reading() as connection:
        found = portals.district(connection, key)
        if found is None:
            raise Missing
        rows = portals.covered(connection, [key])
        where = browse.chosen(connection, site.database, selection)
        newest = browse.listed(connection, where, size=_NEWEST)
        charts = over_time(connection, where, spoken(request))
    return site.page(
        request, "district.html", district=found, portals=rows, rows=newest.rows, charts=charts,
        asked=Asked({}), query=None,
    )  # fmt: skip


def on_day(request: Request) -> Response:
    """The articles that all portals published on one day."""
    site, text = site_of(request), request.path_params["day"]
    try:
        shown = date.fromisoformat(text)
    except ValueError:
        raise Missing from None
    asked = Asked({"from": text, "to": text})
    with site.reading() as connection:
        where = browse.chosen(connection, site.database, asked.selection)
        page = browse.listed(connection, where, after=request.query_params.get("after"), size=100)
        count = browse.counted(connection, where)
    step = timedelta(days=1)
    before = f"/day/{shown - step}" if shown > date.min + step else None
    after = f"/day/{shown + step}" if shown < date.max - step else None
    more = None if page.after is None else f"/day/{text}?after={page.after}"
    return site.page(
        request, "day.html", shown=text, rows=page.rows, count=count, before=before, after=after, more=more,
        asked=Asked({}), query=None,
    )  # fmt: skip


def coverage(request: Request) -> Response:
    """Every portal by month, as far as a map of them can be read; else every province by year."""
    site, province = site_of(request), request.query_params.get("province")
    with site.reading() as connection:
        known = facets.district_places(connection) if province else {}
        ids = [key for key, place in known.items() if place.province == province]
        rows = portals.covered(connection, ids if province else None)
        few = len(rows) <= _MAPPED
        months = list(months_of(connection, [row.district_id for row in rows])) if few and rows else []
    chart = coverage_figure(rows, months, spoken(request))
    return site.page(
        request, "coverage.html", rows=rows, province=province, chart=chart,
        provinces=_by_year(rows) if not few else [], asked=Asked({}), query=None,
    )  # fmt: skip


def _by_year(rows: Sequence[Covered]) -> Sequence[tuple[str, int, dict[str, int]]]:
    """Returns of each province its name, its portals, and its articles by year ("" undated)."""
    found: dict[str, tuple[int, Counter[str]]] = {}
    for row in rows:
        count, years = found.get(row.province, (0, Counter()))
        for month, n in row.months.items():
            years[month[:4]] += n
        found[row.province] = (count + 1, years)
    every = sorted({year for _, years in found.values() for year in years if year})
    return [
        (name, count, {year: years[year] for year in [*every, ""]})
        for name, (count, years) in sorted(found.items())
    ]


def run(request: Request) -> Response:
    """One run of one portal: its verdict, why, what it counted."""
    site = site_of(request)
    with site.reading() as connection:
        found = portals.run(connection, request.path_params["number"])
    if found is None:
        raise Missing
    return site.page(request, "run.html", run=found, asked=Asked({}), query=None)


def by_address(request: Request) -> Response:
    """Leads from an address on a portal to its article."""
    site, url = site_of(request), request.path_params["url"]
    if request.url.query:
        url += f"?{request.url.query}"
    urls = [url] if "://" in url else [f"https://{url}", f"http://{url}"]
    keys = []
    for one in urls:
        try:
            keys.append(article_id(one.replace(":/", "://", 1) if "://" not in one else one))
        except ValueError:
            continue
    with site.reading() as connection:
        key = browse.at_address(connection, keys) if keys else None
    if key is None:
        raise Missing
    return RedirectResponse(f"/article/{quote(key)}", 303)


def codebook(request: Request) -> Response:
    """What the columns and words of the archive mean."""
    return site_of(request).page(
        request, "codebook.html", text=markdown.codebook(), asked=Asked({}), query=None
    )


def robots(request: Request) -> Response:
    """Asks robots to stay away: what they look for stands on the portals."""
    return PlainTextResponse("User-agent: *\nDisallow: /\n")
