"""The stock sites hang together: every article is reachable from the home page, each address stands once."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urljoin

import pytest

from fixtures.stock import SYSTEMS, Stock

ORIGIN = "http://localhost"


@pytest.mark.parametrize("name", sorted(SYSTEMS))
def test_links_lead_from_the_home_page_to_every_article(name: str) -> None:
    site, waiting, seen = Stock(SYSTEMS[name]), ["/"], {"/"}
    while waiting:
        address = waiting.pop()
        page = site.respond(address)
        for link in re.findall(r"""<a [^>]*href=["\']([^"\'#]+)["\']""", page.body if page else ""):
            target = urljoin(ORIGIN + address, unescape(link)).removeprefix(ORIGIN)
            if target.startswith("/") and target not in seen:
                seen.add(target)
                waiting.append(target)
    assert len(site.items) == len(site.paths()) == 60
    assert site.paths().keys() <= seen


@pytest.mark.parametrize("name", sorted(SYSTEMS))
def test_no_two_listings_share_an_address(name: str) -> None:
    site = Stock(SYSTEMS[name])
    tops = [turn(1) for _, _, turn in site._listings()]
    assert len(tops) == len(set(tops))
    assert not set(tops) & site.paths().keys()
