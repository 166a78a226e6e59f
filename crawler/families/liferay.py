"""Liferay 6 and 7 (Hà Nội, Bắc Ninh, Thái Nguyên, Đồng Tháp, Hòa Bình …): portlets on pages of many sites.

Real pages have been seen of its asset publisher; the provinces' own portlets differ in markup, less in their
addresses. One host serves the site of every district under /web/{site}, and links carry the page they stood
on (`redirect`), so an article has an address for each listing page unless that is cut off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar
from urllib.parse import urlsplit

from crawler.discover.links import Link, article_links
from crawler.families.base import Family, Listing, has_class
from pipelines.items import Hints

_ASSET = has_class("asset-full-content")
_SITE = re.compile(r"/(?:web|group)/([^/]+)")
# Where the link stood, not what it leads to; with the portlet's namespace before it or without.
_BACK = re.compile(r"(?:_\w+_)?(?:redirect|inheritRedirect|backURL|p_l_back_url)", re.I)


class Liferay(Family):
    """Static texts are journal articles too, so an article's body is looked for inside its asset only."""

    article = re.compile(
        r"^(?!.*p_p_state=(?:pop_up|exclusive))(?:"
        r".*/-/(?:view_content/|asset_publisher/[^/]+/content/).+"
        r"|.*/content/id/\d+"
        r"|.*/(?:-|w)/(?:[^/?-]+-){3,}[^/?]+$"  # a display page of its own
        r"|.*[?&](?:_\w+_)?(?:urlTitle|assetEntryId|articleId|newsId)=)",
        re.I,
    )
    hints: ClassVar[Hints] = Hints(
        article=(_ASSET, has_class("contentDetail")),
        title=(has_class("header-title"), "self::*[contains(@class, 'contentDetail')]//h3"),
        lead=(has_class("sapo"),),
        date=(_ASSET + has_class("assetPublishDate")[1:],),
        prune=(
            has_class("header-back-to"),
            has_class("asset-user-actions"),
            has_class("asset-ratings"),
            has_class("asset-related-assets"),
            has_class("taglib-social-bookmarks"),
            ".//*[@id='skip-to-content']",
        ),
    )

    def links(self, listing: Listing) -> list[Link]:
        found = super().links(listing)
        if not found:  # a province's own portlet: judged as on any site
            found = article_links(listing.tree, listing.url, None, listing.category)
        return list(_once(found, listing.url))


def _once(links: list[Link], here: str) -> Iterator[Link]:
    """Yields `links` of the site that `here` belongs to, without what tells where they stood, each once."""
    own = _SITE.search(urlsplit(here).path)
    met = set()
    for link in links:
        other = _SITE.search(urlsplit(link.url).path)
        url = without_way_back(link.url)
        if url in met or (own and other and own[1] != other[1]):
            continue
        met.add(url)
        yield replace(link, url=url)


def without_way_back(url: str) -> str:
    """Returns canonical `url` without the parameters that only tell on which page its link stood."""
    address, _, query = url.partition("?")
    kept = [item for item in query.split("&") if item and not _BACK.fullmatch(item.partition("=")[0])]
    return address + (f"?{'&'.join(kept)}" if kept else "")
