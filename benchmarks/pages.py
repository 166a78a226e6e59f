"""The article pages of the fixture portals and the golden pages, without a server, with the truth of each."""

from __future__ import annotations

import statistics
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from fixtures import app, articles, golden
from fixtures.articles import ZONE, Article
from fixtures.portal import Definition, Request, Site, definitions
from fixtures.truth import entry
from pipelines.items import RawPage

FETCHED_AT = datetime(
    2026, 6, 1, 9, 30, tzinfo=ZONE
)  # later than every article, so that no date is a future one

Case = tuple[dict[str, Any], RawPage]


def portals() -> dict[str, str]:
    """The keys of the fixture portals and the family of each."""
    return {definition.key: definition.family for definition in definitions()}


def pages(portal: str, kilobytes: float | None = None, folder: Path = articles.FOLDER) -> list[Case]:
    """Each entry of `portal` that answers with status 200, as (truth, page), in the order of its files.

    With `kilobytes`, menus, styles and scripts grow or shrink in one proportion until the median page weighs
    that much. Raises KeyError for an unknown portal.
    """
    definition = {found.key: found for found in definitions()}[portal]
    found = _served(definition, folder)
    if kilobytes:
        factor = kilobytes * 1000 / statistics.median(len(page.body) for _, page in found)
        weight = {name: round(value * factor) for name, value in definition.weight.items()}
        found = _served(replace(definition, weight=weight), folder)
    return found


def golden_pages() -> list[Case]:
    """The golden pages as (truth, page). The truth holds the texts; dates are not judged ("listing")."""
    blank: dict[str, Any] = {
        "lead": None,
        "published": None,
        "event": None,
        "accept": [],
        "printed_by": "listing",
    }
    found = [golden.load(name) for name in golden.names()]
    return [
        ({"key": one.name, **blank, **one.expected}, RawPage(one.url, one.html.encode(), FETCHED_AT))
        for one in found
    ]


def _served(definition: Definition, folder: Path) -> list[Case]:
    site = Site(definition, articles.load(definition.key, folder), app.address(definition))
    answers = [(entry(site, item), _page(site, item)) for item in site.articles()]
    return [(truth, page) for truth, page in answers if page.status == 200]


def _page(site: Site, item: Article) -> RawPage:
    origin, path = f"http://{site.definition.key}.test", site.path(item)
    answer = app.respond(site, Request("GET", path, {}, {}, {}, origin, FETCHED_AT, serial=1))
    body = answer.body if isinstance(answer.body, bytes) else answer.body.encode()
    headers = {"content-type": answer.content_type}
    return RawPage(origin + path, body, FETCHED_AT, answer.status, headers)
